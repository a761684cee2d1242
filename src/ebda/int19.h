/* SPDX-License-Identifier: BSD-2-Clause */
/* INT 19h of firmware that calls no boot entries (PNP-8): hooking it at INIT.  The handler is
 * src/rom16/int19.asm. */
#ifndef EBB_INT19_H
#define EBB_INT19_H

#include "ebb/types.h"

struct lowmem;

/* Points INT 19h at our handler `ours` (segment << 16 | offset).  Where it leads to so far is kept
 * in the block at `at` (0 = there is none) and, if it is free, in the anchor at 40:F0 (HOOK-1).
 * A ROM of this build that has hooked it already is enough: its handler boots all of them.
 * `info` is the offset of rom_info in every image of this build.  Returns false, changing nothing,
 * if there is no place to keep the old vector. */
bool int19_hook(struct lowmem *lm, phys at, u32 build_id, u32 ours, u32 info);

#endif
