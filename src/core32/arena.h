/* SPDX-License-Identifier: BSD-2-Clause */
/* Where downloads go: free RAM above 1 MiB, found anew for each image from the memory map and
 * the ranges in use.  Pure.
 *
 * An image goes to the *start* of the largest free range, so that its length need not be known
 * beforehand.  That is nearly always 1 MiB, which is also where a bzImage's kernel belongs:
 * it is then moved down by the size of its setup code only, and no memory is needed twice. */
#ifndef EBB_ARENA_H
#define EBB_ARENA_H

#include "memmap.h"

/* The largest range of whole pages of RAM in [floor, ceiling) that is clear of all `uses`, with
 * the lower one preferred of equals; len 0 if there is none.  A ceiling of 0 is 4 GiB. */
struct memrange arena_find(const struct memmap *m, phys floor, phys ceiling,
			   const struct memrange *use, u32 uses);

#endif
