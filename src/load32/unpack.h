/* SPDX-License-Identifier: BSD-2-Clause */
/* From the inflated core to one that can run at its address: the inverse of ebbrom's E8/E9
 * filter, and relocation.  Pure and without constants. */
#ifndef EBB_UNPACK_H
#define EBB_UNPACK_H

#include "ebb/types.h"

/* Turns the absolute targets behind E8h and E9h back into relative ones.
 *
 * Format: each position p, counted from 0 up, that holds E8h or E9h and has four more bytes
 * behind it starts a CALL or JMP; the scan goes on behind those.  Their displacement d was
 * stored as d + p if -p <= d < len - p, as d - len if len - p <= d < len, else as it is.  So
 * every image has one filtered form and every form one image. */
void unpack_unfilter(u8 *image, u32 len);

/* Adds `base` to `count` dwords of the image.  `deltas` holds, as LEB128, the distance of each
 * from the one before, the first from the start of the image.  False if a dword would lie
 * outside the image or overlap the one before, or if there are not exactly `count`; some may
 * be rebased then. */
bool unpack_relocate(u8 *image, u32 len, struct bytes deltas, u32 count, phys base);

#endif
