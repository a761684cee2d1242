/* SPDX-License-Identifier: BSD-2-Clause */
/* The firmware's memory map: what it said, entry by entry, and the usable RAM that follows
 * from it.  Pure: int15.c asks the firmware. */
#ifndef EBB_MEMMAP_H
#define EBB_MEMMAP_H

#include "ebb/e820.h"
#include "ebb/types.h"

#define MEMMAP_RAW_MAX 128u /* MEM-2: nobody has more; a map that has is not believed */
#define MEMMAP_RAM_MAX 64u
#define MEMMAP_PAGE    4096u

enum memmap_source {
	MEMMAP_NONE,
	MEMMAP_E820,
	MEMMAP_E801,
	MEMMAP_88,
};

/* One entry as the firmware told it. */
struct memmap_entry {
	u64 base;
	u64 len;
	u32 type;
};

struct memrange {
	phys base;
	u32 len; /* base + len <= 4 GiB - 4096: never wraps */
};

struct memmap {
	enum memmap_source source;
	u32 raws;
	struct memmap_entry raw[MEMMAP_RAW_MAX];
	/* Whole pages of RAM below 4 GiB, sorted by base, apart from each other. */
	u32 rams;
	struct memrange ram[MEMMAP_RAM_MAX];
};

void memmap_reset(struct memmap *m, enum memmap_source source);

/* Adds one entry as told, in any order.  False if there are too many. */
bool memmap_add(struct memmap *m, u64 base, u64 len, u32 type);

/* MEM-3: whether an E820 answer can be believed: the first entry is RAM from 0 and ends below
 * the video memory, and some RAM exists from 1 MiB up. */
bool memmap_believable(const struct memmap *m);

/* Fills m from the older calls.  E801: KiB from 1 MiB up (at most 3C00h) and 64 KiB blocks from
 * 16 MiB up, the latter believed only if the former is full.  88h: KiB from 1 MiB up.  False
 * if the numbers say nothing usable; `base_kb` is 40:13. */
bool memmap_from_e801(struct memmap *m, u32 base_kb, u32 kb_low, u32 blocks_high);
bool memmap_from_88(struct memmap *m, u32 base_kb, u32 kb);

/* Computes m->ram from m->raw: overlaps go to the less usable type, RAM is rounded inward to
 * pages, everything else outward, and cut below 4 GiB. */
void memmap_normalise(struct memmap *m);

/* Whether every byte of [base, base + len) is usable RAM (after normalise). */
bool memmap_all_ram(const struct memmap *m, phys base, u32 len);

/* Whether any byte of [base, base + len) shows as RAM in the firmware's answer, byte for byte
 * (MEM-6): what an operating system might take from us. */
bool memmap_shows_ram(const struct memmap *m, phys base, u32 len);

#endif
