/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks the firmware for its memory map: E820, else E801, else 88h. */
#ifndef EBB_INT15_H
#define EBB_INT15_H

#include "ebb/types.h"

struct memmap;

/* Fills *m, raw and normalised.  0 or -E_NO_MEMORY. */
int int15_read(struct memmap *m);

/* MEM-6: whether any way to ask, E820 that int15_read did not believe among them, shows any byte
 * of [base, base + len) as RAM.  E801 and 88h know no holes: SeaBIOS counts across PMM memory that
 * its E820 shows as reserved. */
bool int15_shows_ram(phys base, u32 len);

#endif
