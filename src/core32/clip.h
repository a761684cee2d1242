/* SPDX-License-Identifier: BSD-2-Clause */
/* What the old size calls of INT 15h may still answer when memory of ours is hidden.  Pure. */
#ifndef EBB_CLIP_H
#define EBB_CLIP_H

#include "ebb/block.h"

/* Memory ends, for E801, E881 and 88h, at the first of the `n` sorted ranges that reaches above
 * 1 MiB (HIDE-5): *kb from 1 MiB on, *units of 64 KiB from 16 MiB on, 0 if it ends below.
 * Both are 65535 if nothing is hidden there. */
void clip_limits(const struct block_range *hide, u32 n, u32 *kb, u32 *units);

#endif
