/* SPDX-License-Identifier: BSD-2-Clause */
/* Chooses memory for the core from a memory map of any shape.  Pure: the map is filled by
 * e820.c, entry by entry as firmware tells them, and nothing is asked or written here. */
#ifndef EBB_PLACE_H
#define EBB_PLACE_H

#include "ebb/e820.h"
#include "ebb/types.h"

#define PLACE_PAGE    4096u
#define PLACE_FLOOR   0x00100000u /* nothing of the core lies below */
#define PLACE_CEILING 0xfff00000u /* nor above: reset vector and flash */
#define PLACE_ENTRIES 132u        /* 128 of the firmware's, the rest are our own */

/* Whole pages [first, end) below 4 GiB. */
struct place_range {
	u32 first : 31;
	u32 ram : 1; /* 0: not to be used, whatever another range says */
	u32 end;
};

struct place_map {
	u32 count;
	struct place_range range[PLACE_ENTRIES];
};

/* Adds one entry, in any order: RAM rounded inward to pages, any other type outward, both
 * cut at 4 GiB (MEM-3).  Empty entries, and RAM without one whole page, add nothing.
 * False, with nothing added, if the map is full. */
bool place_add(struct place_map *m, u64 base, u64 len, u32 type);

/* The highest page-aligned address from PLACE_FLOOR up where `len` bytes are RAM by some
 * entry and denied by none, ending at PLACE_CEILING or below; 0 if there is none. */
phys place_find(const struct place_map *m, u32 len);

#endif
