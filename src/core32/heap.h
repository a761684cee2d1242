/* SPDX-License-Identifier: BSD-2-Clause */
/* The resident heap: the memory of the core behind its .bss.  Taken once, in order; given
 * back as a whole when the core leaves.  For DMA rings and other things of the core's life. */
#ifndef EBB_HEAP_H
#define EBB_HEAP_H

#include "ebb/types.h"

/* Zeroed memory, `align` a power of two; linear = physical.  NULL when exhausted. */
void *heap_alloc(u32 len, u32 align);

#endif
