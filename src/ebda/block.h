/* SPDX-License-Identifier: BSD-2-Clause */
/* The block of ebb/block.h where it lies: making it, finding it again, changing it.  The one
 * way to reach our 16-bit data: nobody keeps the address that block_find returns across a
 * call to anybody else (EBDA-6).  No function here writes to anything but a block that it
 * has just verified; block_init is the exception and says so. */
#ifndef EBB_EBDA_BLOCK_H
#define EBB_EBDA_BLOCK_H

#include "ebb/block.h"

struct lowmem;

/* What the ROM image remembers of the block: the dword at rom_info.note_block.  BLOCK_EBDA:
 * paragraphs from the start of the EBDA.  BLOCK_PMM: segment.  BLOCK_BASE: INIT got none, so
 * there is none but what BEV takes.  0: no note, the image is read-only: look everywhere. */
#define BLOCK_NOTE(place, where) ((u32)(place) << 16 | (where))

/* All that is asked of PMM or grown for the block; the rest of it is not used. */
#define BLOCK_ROOM KIB

/* Makes an empty block of BLOCK_ROOM bytes at `at`, which is ours alone. */
void block_init(struct lowmem *lm, phys at, u32 build_id, u32 place);

/* True if a block of this build that lies in this kind of place is at `at`: signature, build
 * id, length, place and sum are right. */
bool block_verify(struct lowmem *lm, phys at, u32 build_id, u32 place);

/* The block inside the EBDA as it is now, or 0.  Accepts only one that knows its own offset,
 * which copies that a move left behind do not.  At INIT nothing else may be believed: blocks
 * of an earlier boot can still lie about elsewhere. */
phys block_in_ebda(struct lowmem *lm, u32 build_id);

/* The block, or 0 if there is none or it is lost: then hooks pass on, the PXE API answers an
 * error, and nothing is written (EBDA-9).  `note` is the dword that the image holds. */
phys block_find(struct lowmem *lm, u32 build_id, u32 note);

/* Writes `len` bytes from `from` at offset `off` of the block `at` and makes its sum right.
 * Returns false, writing nothing, if there is no block of this build any more. */
bool block_put(struct lowmem *lm, phys at, u32 build_id, u32 off, const void *from, u32 len);

/* Enters the card `bdf` whose run-time image is at `rom_seg`.  A record with the same bdf, or
 * of an image that used to be at the same place, is taken over.  Returns false if all
 * BLOCK_CARDS records belong to others: that card then runs without a record, and nothing is
 * pushed out for it. */
bool block_enter_card(struct lowmem *lm, phys at, u32 build_id, u32 bdf, u32 rom_seg);

#endif
