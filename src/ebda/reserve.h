/* SPDX-License-Identifier: BSD-2-Clause */
/* INIT's two ladders: where the block goes and where the payload goes (docs/memory-map.md).
 * Each rung is tried, what it gave is verified, and a refusal leaves nothing changed.  Says
 * what happened as facts; init.asm acts on them and logs them. */
#ifndef EBB_RESERVE_H
#define EBB_RESERVE_H

#include "block.h"
#include "ebda_grow.h"
#include "pmm_policy.h"

#define RESERVE_MAX MIB /* extended memory for payload and core together */

/* All of it starts as 0, but what is "in". */
struct reserve {
	struct pmm_terms terms; /* in, but for `proven` */

	/* From reserve_block. */
	phys block;  /* 0 = none; as of now, see EBDA-6 */
	u8 shared;   /* another ROM of this build has made it */
	u8 ebda;     /* enum ebda_result, if growth was tried */
	u8 grown_kb; /* by growth, tombstone included */
	u8 place; /* enum block_place; BLOCK_BASE: none yet, and BEV will take it from there */

	/* From reserve_payload: as in struct block, in its order. */
	phys payload; /* 0 = not in permanent memory */
	u32 payload_len;
	phys room;
	u32 room_len;
};
_Static_assert(offsetof(struct block, room_len) - offsetof(struct block, payload) ==
		       offsetof(struct reserve, room_len) - offsetof(struct reserve, payload),
	       "reserve_keep copies the four at once");

/* Shares or makes the block: one that is there, PMM memory, EBDA growth, none (block = 0).  The
 * caller enters its card. */
void reserve_block(struct lowmem *lm, struct reserve *r);

/* Finds permanent memory for a payload of `len` bytes that unpacks to `core_len` (whole pages,
 * 0 = unknown): what the block has already, PMM memory for payload and core, PMM memory for the
 * payload alone, none (payload = 0).  Returns true if the caller must copy the payload to
 * r->payload and then call reserve_keep. */
bool reserve_payload(struct lowmem *lm, struct reserve *r, u32 len, u32 core_len);

/* Writes down in the block where the payload now is; if `copied` is false, or the block is
 * gone, gives the memory back instead, and payload = 0. */
void reserve_keep(struct lowmem *lm, struct reserve *r, bool copied);

#endif
