/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks the firmware for its memory map: E820, else E801, else 88h. */
#ifndef EBB_INT15_H
#define EBB_INT15_H

struct memmap;

/* Fills *m, raw and normalised.  0 or -E_NO_MEMORY. */
int int15_read(struct memmap *m);

#endif
