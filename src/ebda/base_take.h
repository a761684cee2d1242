/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes conventional memory below everything else by lowering 40:13, as it is done once POST
 * is over (EBDA-5), and gives it back. */
#ifndef EBB_BASE_TAKE_H
#define EBB_BASE_TAKE_H

#include "ebb/types.h"

/* The NT loader wants 512 KiB of base memory (EBDA-3). */
#define BASE_FLOOR 0x80000u

struct lowmem;

struct base_taken {
	phys base;  /* 40:13 points here while it is ours */
	u32 len;    /* whole KiB */
	u32 was_kb; /* 40:13 before */
	u32 ebda;   /* 40:0E then */
};

/* Takes `need` bytes (> 0), rounded up to whole KiB, below 40:13, below the EBDA and below
 * `limit_kb`: base memory as firmware had it, 0 if that is not known.  Boot programs raise 40:13
 * over what firmware still uses.  Returns false, changing nothing, if 40:13 makes no sense or
 * would pass BASE_FLOOR.  The contents are undefined. */
bool base_take(struct lowmem *lm, u32 need, u32 limit_kb, struct base_taken *t);

/* Clears what was taken and raises 40:13 again.  Returns false, changing nothing, if 40:13 no
 * longer is what base_take wrote, or 40:0E what it was: somebody sits below us now, or has moved
 * the EBDA without asking who sits there, and the memory stays taken.
 * Clears, because ROMs exist that refuse to run over memory that is not zero. */
bool base_give(struct lowmem *lm, const struct base_taken *t);

#endif
