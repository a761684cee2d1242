/* SPDX-License-Identifier: BSD-2-Clause */
#include "crc.h"

#define POLYNOMIAL 0xedb88320u

u32 crc_update(u32 crc, const void *bytes, u32 len)
{
	const u8 *at = bytes;
	u32 table[16];

	/* Computed on each call: the loader may not own constants, and 16 entries are cheap. */
	for (u32 i = 0; i < ARRAY_LEN(table); i++) {
		u32 r = i;
		for (u32 bit = 0; bit < 4; bit++)
			r = r >> 1 ^ (r & 1 ? POLYNOMIAL : 0);
		table[i] = r;
	}

	crc = ~crc;
	while (len--) {
		crc ^= *at++;
		crc = crc >> 4 ^ table[crc & 15];
		crc = crc >> 4 ^ table[crc & 15];
	}
	return ~crc;
}
