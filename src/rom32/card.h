/* SPDX-License-Identifier: BSD-2-Clause */
/* Whose ROM this is: which PCI function an image belongs to, at INIT and, where nothing could be
 * written down then, at BEV. */
#ifndef EBB_ROM32_CARD_H
#define EBB_ROM32_CARD_H

#include "ebb/types.h"

struct block;
struct rom_header;

/* The card that the image `rom`, which runs at `run_seg`, is made for, by the ids in its PCIR and
 * device list, and that `block`, which may be NULL, does not give to another ROM of this build:
 * the function `named`, else the first on the buses up to the function `last`.  If all are
 * given away, `named` again if the image is made for it, else BLOCK_NO_BDF.  Leaves 0CF8h
 * changed, as all functions here do. */
u32 card_find(const struct rom_header *rom, const struct block *block, u32 run_seg, u32 named,
	      u32 last);

/* Points 0CFCh at a register of a function: bus << 8 | device << 3 | function. */
void card_config_point(u32 bdf, u32 reg);

/* Reads a dword of a function's configuration space. */
u32 card_config_read(u32 bdf, u32 reg);

#endif
