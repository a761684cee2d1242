/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading our own image through the card's expansion ROM BAR (ROM-3), where firmware copied only
 * a part of it.  32-bit code in the run-time image: position-independent, no static data, only
 * our own PCI function is touched. */
#ifndef EBB_BAR_H
#define EBB_BAR_H

#include "ebb/types.h"

struct rom_info;

/* What rom_bar_open changed, and how it was. */
struct bar {
	phys rom; /* in: struct rom_info of this image */
	u32 bdf;  /* in: bus << 8 | device << 3 | function */
	u16 command;
	u16 lent_reg; /* BAR that lends its address, 0 = none */
	u32 rom_bar;
	u32 size; /* of the ROM BAR */
	u32 lent_was;
};

/* Makes the card's expansion ROM readable: at the ROM BAR's own address, else at that of a memory
 * BAR of the same function, which is away until rom_bar_close.  Returns the linear address of our
 * image in it, or 0: then everything is as before. */
phys rom_bar_open(struct bar *b);

/* Puts everything back that rom_bar_open changed. */
void rom_bar_close(struct bar *b);

/* Length of the payload of this build at `at`, 0 if there is none.  Reads 20 bytes. */
u32 payload_len_at(phys at, const struct rom_info *rom);

#endif
