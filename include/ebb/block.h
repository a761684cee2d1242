/* SPDX-License-Identifier: BSD-2-Clause */
/* The block: all 16-bit data of ebb that must outlive INIT.  It lies in permanent
 * PMM memory, at the end of a grown EBDA, or below 40:13; anyone may move it with
 * the EBDA at any time (EBDA-6), so it holds no address of itself and nobody
 * keeps one: every use starts with block_find (src/ebda/block.h). */
#ifndef EBB_BLOCK_H
#define EBB_BLOCK_H

#include "ebb/types.h"

#define BLOCK_SIGNATURE_0 0x3a626265u /* "ebb:" */
#define BLOCK_SIGNATURE_1 0x636f6c62u /* "bloc" */
#define BLOCK_CARDS       8u
#define BLOCK_HIDDEN      4u
#define BLOCK_NO_BDF      0xffffu

enum block_place {
	BLOCK_NOWHERE,
	BLOCK_PMM,  /* permanent PMM memory: never moves */
	BLOCK_EBDA, /* [40:0E] + offset */
	BLOCK_BASE, /* below the EBDA, taken by lowering 40:13 at BEV */
};

/* One EBDA growth.  The address is never stored for use, only to prove at release
 * that the EBDA is still as we left it (EBDA-12). */
struct ebda_growth {
	phys old_base;
	phys new_base;
	u32 block_off; /* of our bytes from the start of the EBDA, wherever it is */
	u32 block_len; /* whole KiB, tombstone included */
};

/* One ebb ROM of this build: its card and where its run-time image lies. */
struct block_card {
	u16 bdf;
	u16 rom_seg;
};

/* Memory of ours that the firmware's map may still show as RAM. */
struct block_range {
	phys base; /* whole pages above 1 MiB, whole KiB below */
	u32 len;
};

struct block {
	u32 signature[2];
	u32 build_id;
	u16 length; /* sizeof(struct block); all of it sums to 0 mod 256 */
	u8 place;   /* enum block_place */
	u8 sum;
	u8 cards;    /* used entries of card[] */
	u8 hidden;   /* used entries of hide[], sorted by base, not overlapping */
	u16 base_kb; /* 40:13 when the block was made: what lay above it belongs to firmware */
	struct block_card card[BLOCK_CARDS];
	struct ebda_growth growth; /* place == BLOCK_EBDA */
	phys payload;              /* copy of the payload in permanent memory, 0 = none */
	u32 payload_len;
	phys room; /* permanent extended memory for the core, 0 = none */
	u32 room_len;
	struct segoff old_int19; /* what our INT 19h hook chains to (PNP-8), 0:0 = not hooked */
	u8 int19_tried;          /* that hook has had its one attempt, and stays in the chain */
	u8 reserved[3];
	/* While the core is resident, or a hook of ours cannot be taken out; all 0 otherwise. */
	phys core_call;          /* 32-bit entry for real-mode callers: see handoff.h */
	struct segoff old_int15; /* what our INT 15h hook chains to */
	struct segoff old_int1a;
	u32 clip_kb; /* KiB from 1 MiB on, and 64-KiB units from 16 MiB on, below the first */
	u32 clip_units; /* hidden range: what E801, E881 and 88h answer at most (HIDE-5); < 65536 */
	struct block_range hide[BLOCK_HIDDEN];
};
_Static_assert(sizeof(struct block) <= 256, "the block is small: a quarter of its KiB");

/* HOOK-1: the vectors that a hook chains to when the block is lost, kept where
 * nothing moves them: the inter-application area at 40:F0.  Zero when not hooked. */
#define ANCHOR_SIGNATURE 0x6265u /* "eb" */

struct hook_anchor {
	u16 signature;
	u16 sum; /* all words of the anchor sum to 0 mod 65536 */
	struct segoff old_int15;
	struct segoff old_int1a;
	struct segoff old_int19; /* from INIT on */
};
_Static_assert(sizeof(struct hook_anchor) == 16, "fits the inter-application area");

#endif
