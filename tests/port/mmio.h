/* SPDX-License-Identifier: BSD-2-Clause */
/* Test twin of src/port/flat32/mmio.h: every access goes to the device model that a test
 * attaches.  A test that links a driver defines mmio_device. */
#ifndef EBB_MMIO_H
#define EBB_MMIO_H

#include "ebb/types.h"

struct mmio_device {
	u32 (*read)(phys at);
	void (*write)(phys at, u32 v);
	u32 accesses; /* reads and writes together */
};

extern struct mmio_device mmio_device;

static inline u32 mmio_read32(phys at)
{
	mmio_device.accesses++;
	return mmio_device.read(at);
}

static inline void mmio_write32(phys at, u32 v)
{
	mmio_device.accesses++;
	mmio_device.write(at, v);
}

static inline void mmio_barrier(void)
{
	__asm__ volatile("" : : : "memory");
}

#endif
