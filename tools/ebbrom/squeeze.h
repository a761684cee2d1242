/* SPDX-License-Identifier: BSD-2-Clause */
/* What the loader undoes: see src/load32/unpack.h for the formats.  Pure but for memory. */
#ifndef EBBROM_SQUEEZE_H
#define EBBROM_SQUEEZE_H

#include "ebb/types.h"

/* Rewrites the displacements behind E8h and E9h as targets: the inverse of unpack_unfilter. */
void squeeze_filter(u8 *image, u32 len);

/* Raw deflate, by zopfli or, `fast`, by zlib; the same bytes for the same input. */
struct bytes squeeze_deflate(struct bytes plain, bool fast);

/* Ascending offsets as LEB128 deltas. */
struct bytes squeeze_relocs(const u32 *offset, u32 count);

#endif
