/* SPDX-License-Identifier: BSD-2-Clause */
/* The Internet checksum (RFC 1071), alone or fused with the one copy of a transfer.  A sum is
 * carried as an accumulator that starts at 0 and goes through any number of pieces; every
 * piece but the last has an even length.  Independent of the machine's byte order. */
#ifndef EBB_SUM_H
#define EBB_SUM_H

#include "ebb/types.h"

u32 sum_add(u32 acc, const void *from, u32 len);

/* The same, and copies the piece to `to`, which does not overlap it. */
u32 sum_copy(u32 acc, void *to, const void *from, u32 len);

/* The checksum field that completes the pieces, summed with 0 in its place. */
be16 sum_field(u32 acc);

/* Are the pieces, checksum field included, undamaged? */
bool sum_good(u32 acc);

#endif
