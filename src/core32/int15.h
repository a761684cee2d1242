/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks the firmware for its memory map: E820, else E801, else 88h. */
#ifndef EBB_INT15_H
#define EBB_INT15_H

#include "ebb/types.h"

struct memmap;

/* Fills *m, raw and normalised.  0 or -E_NO_MEMORY. */
int int15_read(struct memmap *m);

/* Whether E801 or 88h count any byte of [base, base + len), above 1 MiB, as RAM.  They know no
 * holes: SeaBIOS counts across PMM memory that its E820 shows as reserved. */
bool int15_sizes_show_ram(phys base, u32 len);

#endif
