/* SPDX-License-Identifier: BSD-2-Clause */
#include "unpack.h"

/* A dword of the image, which may lie anywhere; little-endian, as the CPU that runs it. */
typedef u32 __attribute__((aligned(1), may_alias)) loose_u32;

void unpack_unfilter(u8 *image, u32 len)
{
	for (u32 at = 0; at < len && len - at >= 5; at++) {
		if ((image[at] & 0xfe) != 0xe8)
			continue;

		loose_u32 *target = (loose_u32 *)(image + at + 1);
		if (*target < len)
			*target -= at;
		else if (*target + at < at)
			*target += len; /* -at <= *target < 0 */
		at += 4;
	}
}

/* Reads one LEB128 of at most 32 bits. */
static bool take_leb128(struct bytes *in, u32 *value)
{
	u32 shift = 0;

	for (*value = 0; in->len != 0; shift += 7) {
		u8 byte = *in->at;

		*in = bytes_after(*in, 1);
		if (shift == 28 && byte > 15)
			return false;
		*value |= (u32)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

bool unpack_relocate(u8 *image, u32 len, struct bytes deltas, u32 count, phys base)
{
	u32 room = len; /* behind the last dword's start */
	u32 least = 0;

	while (count--) {
		u32 delta;

		if (!take_leb128(&deltas, &delta))
			return false;
		if (delta < least || delta > room || room - delta < 4)
			return false;
		room -= delta;
		least = 4;

		*(loose_u32 *)(image + len - room) += base;
	}
	return deltas.len == 0;
}
