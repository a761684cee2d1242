/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes base memory by growing the EBDA at its top: everything in it slides down and keeps
 * its offset, and the new bytes appear at its end (specs 02).  What the bytes are used for is
 * not decided here.  For INIT and BCV only: later, nobody re-reads 40:13 (EBDA-5). */
#ifndef EBB_EBDA_GROW_H
#define EBB_EBDA_GROW_H

#include "ebb/block.h"

struct lowmem;

enum ebda_result {
	EBDA_OK,
	EBDA_NONE,         /* firmware published none, or nothing to believe (EBDA-1) */
	EBDA_BAD_SIZE,     /* its size byte is wrong or reaches past 640 KiB */
	EBDA_NOT_ADJACENT, /* somebody owns memory between base memory and it (EBDA-2) */
	EBDA_NO_ROOM,      /* it would pass EBDA_FLOOR or EBDA_MAX (EBDA-3) */
};

/* Grows the EBDA by `need` bytes (> 0), rounded up to whole KiB, and a tombstone: as many bytes
 * as the EBDA had, which lie where it was and stay as they are, for who still uses the old
 * address (EBDA-10).  Ours are the first `need` of block_len at block_off.  On any result but
 * EBDA_OK memory is unchanged.  The new bytes are undefined. */
enum ebda_result ebda_grow(struct lowmem *lm, u32 need, struct ebda_growth *g);

/* Undoes `g`.  Returns false, changing nothing, if the EBDA or base memory has been changed
 * since; the bytes are then lost until reset (EBDA-12).  Nothing of ours may be hooked. */
bool ebda_shrink(struct lowmem *lm, const struct ebda_growth *g);

#endif
