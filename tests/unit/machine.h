/* SPDX-License-Identifier: BSD-2-Clause */
/* The low megabyte that the tests of src/ebda share: builders, and the check that a refusal has
 * changed nothing. */
#ifndef EBB_MACHINE_H
#define EBB_MACHINE_H

#include <string.h>
#include "check.h"
#include "ebb/bda.h"
#include "ebb/block.h"
#include "pmm.h"

#define BUILD 0x12345678u

static struct lowmem lm;
static struct lowmem before;

static inline void poke16(phys at, u32 v)
{
	lm.ram[at] = (u8)v;
	lm.ram[at + 1] = (u8)(v >> 8);
}

static inline u32 peek16(phys at)
{
	return low_read16(&lm, at);
}

/* The card that the block at `at` has for the run-time image at `rom_seg`, or BLOCK_NO_BDF. */
static inline u32 card_of(phys at, u32 rom_seg)
{
	phys card = at + offsetof(struct block, card);

	for (u32 i = 0; i < BLOCK_CARDS; i++, card += sizeof(struct block_card))
		if (peek16(card + offsetof(struct block_card, rom_seg)) == rom_seg)
			return peek16(card + offsetof(struct block_card, bdf));
	return BLOCK_NO_BDF;
}

/* Memory with a pattern that does not repeat within 64 KiB, and vectors that point nowhere
 * near base memory. */
static inline void machine(u32 base_kb)
{
	memset(&lm, 0, sizeof(lm));
	for (phys at = 0; at < sizeof(lm.ram); at++)
		lm.ram[at] = (u8)(at ^ at >> 8 ^ at * 0x9e3779b1u >> 24);
	for (u32 n = 0; n < 256; n++) {
		poke16(4 * n, n);
		poke16(4 * n + 2, 0xf000);
	}
	poke16(BDA_EBDA_SEG, 0);
	poke16(BDA_BASE_KB, base_kb);
}

static inline void machine_with_ebda(phys base, u32 kb)
{
	machine(base / KIB);
	poke16(BDA_EBDA_SEG, base >> 4);
	lm.ram[base] = (u8)kb;
}

static inline void remember(void)
{
	before = lm;
}

static inline bool nothing_changed(void)
{
	return !memcmp(before.ram, lm.ram, sizeof(lm.ram)) && !lm.lock_depth;
}

/* True if every write was under a lock, and the lock is released. */
static inline bool locked_well(void)
{
	return !lm.unlocked_writes && !lm.lock_depth;
}

#endif
