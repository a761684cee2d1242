/* SPDX-License-Identifier: BSD-2-Clause */
/* Device memory, for code that runs flat in 32-bit mode.  tests/port/mmio.h is its twin. */
#ifndef EBB_MMIO_H
#define EBB_MMIO_H

#include "ebb/types.h"

static inline u32 mmio_read32(phys at)
{
	return *(volatile u32 *)at;
}

static inline void mmio_write32(phys at, u32 v)
{
	*(volatile u32 *)at = v;
}

/* Orders memory writes (descriptors) before the doorbell that follows.  x86 keeps the
 * order; the compiler must, too. */
static inline void mmio_barrier(void)
{
	__asm__ volatile("" : : : "memory");
}

#endif
