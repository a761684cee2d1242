/* SPDX-License-Identifier: BSD-2-Clause */
/* Test twin of src/port/flat32/io.h: every access goes to the device model that a test
 * attaches, with its width in bytes.  A test that links a user of ports defines io_device. */
#ifndef EBB_IO_H
#define EBB_IO_H

#include "ebb/types.h"

struct io_device {
	u32 (*in)(u16 port, u32 width);
	void (*out)(u16 port, u32 v, u32 width);
};

extern struct io_device io_device;

static inline u8 io_in8(u16 port)
{
	return (u8)io_device.in(port, 1);
}

static inline u16 io_in16(u16 port)
{
	return (u16)io_device.in(port, 2);
}

static inline u32 io_in32(u16 port)
{
	return io_device.in(port, 4);
}

static inline void io_out8(u16 port, u8 v)
{
	io_device.out(port, v, 1);
}

static inline void io_out16(u16 port, u16 v)
{
	io_device.out(port, v, 2);
}

static inline void io_out32(u16 port, u32 v)
{
	io_device.out(port, v, 4);
}

static inline void io_in16_many(u16 port, void *to, u32 words)
{
	u8 *p = to;

	for (u32 i = 0; i < words; i++) {
		u16 v = io_in16(port);

		p[2 * i] = (u8)v;
		p[2 * i + 1] = (u8)(v >> 8);
	}
}

static inline void io_out16_many(u16 port, const void *from, u32 words)
{
	const u8 *p = from;

	for (u32 i = 0; i < words; i++)
		io_out16(port, (u16)(p[2 * i] | p[2 * i + 1] << 8));
}

#endif
