/* SPDX-License-Identifier: BSD-2-Clause */
#include "clip.h"

#define SIZE_MAX_16 65535u
#define UNIT        (64u * KIB)

static u32 at_most(u32 v, u32 limit)
{
	return v < limit ? v : limit;
}

void clip_limits(const struct block_range *hide, u32 n, u32 *kb, u32 *units)
{
	*kb = SIZE_MAX_16;
	*units = SIZE_MAX_16;
	for (u32 i = 0; i < n; i++) {
		phys base = hide[i].base;

		if (hide[i].len <= MIB && base <= MIB - hide[i].len)
			continue;
		*kb = base > MIB ? at_most((base - MIB) / KIB, SIZE_MAX_16) : 0;
		*units = base > 16 * MIB ? at_most((base - 16 * MIB) / UNIT, SIZE_MAX_16) : 0;
		return;
	}
}
