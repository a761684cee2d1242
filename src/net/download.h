/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a transfer puts what it gets: straight to its final place in memory, or into a ring that
 * a consumer empties meanwhile.  No protocol knowledge here. */
#ifndef EBB_DOWNLOAD_H
#define EBB_DOWNLOAD_H

#include "ebb/types.h"

/* A downloaded image is its own receive buffer: blocks go straight to base + offset.  With `ring`
 * the offset is taken modulo room, and the sender is held back while a further block would
 * overwrite what has not been taken: so a file of any length passes through. */
struct download {
	u8 *base;
	u32 room;     /* bytes usable from base on; a ring is cut to whole blocks */
	u32 len;      /* bytes placed so far, in order; modulo 2^32 */
	u32 total;    /* announced size (tsize), 0 = not known */
	bool ring;    /* the consumer's choice, like base and room */
	bool sized;   /* the size is known: announced, even if 0, or the file is complete */
	bool touched; /* something, if only a damaged block, has been written to base */
	u32 taken;    /* ring: bytes that the consumer has had */
	u32 put_at;   /* ring: where the next block goes ... */
	u32 take_at;  /* ... and the next byte for the consumer is */
};

/* Forgets what a transfer before has left in *d; base, room and ring stay. */
void download_reset(struct download *d);

/* A ring holds whole blocks only, so that each block is in one piece.  Called once, when the
 * block size is known and nothing has been placed. */
void download_use_blocks(struct download *d, u32 blksize);

/* Is there room for one more block? */
bool download_has_room(const struct download *d, u32 blksize);

/* Notes that a block of `len` bytes is at put_at. */
void download_put(struct download *d, u32 len);

/* Bytes that wait for the consumer of a ring. */
u32 download_ready(const struct download *d);

/* Takes up to `len` of them out, in order; returns how many. */
u32 download_take(struct download *d, void *to, u32 len);

#endif
