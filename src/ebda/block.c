/* SPDX-License-Identifier: BSD-2-Clause */
#include "block.h"

#include "ebb/bda.h"
#include "lowmem.h"

#define FIELD(at, f) ((at) + offsetof(struct block, f))

/* What must be added to the bytes of the block for them to sum to 0.  Not inline: it is smaller
 * so. */
static __attribute__((noinline)) u32 missing(struct lowmem *lm, phys at)
{
	u32 sum = 0;

	for (u32 i = 0; i < sizeof(struct block); i++)
		sum -= low_read8(lm, at + i);
	return sum & 0xff;
}

static void seal(struct lowmem *lm, phys at)
{
	low_write8(lm, FIELD(at, sum), low_read8(lm, FIELD(at, sum)) + missing(lm, at));
}

/* A block of this build, wherever it may belong. */
static bool intact(struct lowmem *lm, phys at, u32 build_id)
{
	/* The first dword decides nearly always: scans rely on that. */
	return low_read32(lm, at) == BLOCK_SIGNATURE_0 &&
	       low_read32(lm, at + 4) == BLOCK_SIGNATURE_1 &&
	       low_read32(lm, FIELD(at, build_id)) == build_id &&
	       low_read16(lm, FIELD(at, length)) == sizeof(struct block) && !missing(lm, at);
}

void block_init(struct lowmem *lm, phys at, u32 build_id, u32 place)
{
	low_lock(lm);
	for (u32 i = 0; i < BLOCK_ROOM; i += 4)
		low_write32(lm, at + i, 0);
	low_write32(lm, at, BLOCK_SIGNATURE_0);
	low_write32(lm, at + 4, BLOCK_SIGNATURE_1);
	low_write32(lm, FIELD(at, build_id), build_id);
	low_write32(lm, FIELD(at, length), sizeof(struct block) | place << 16);
	low_write16(lm, FIELD(at, base_kb), low_read16(lm, BDA_BASE_KB));
	seal(lm, at);
	low_unlock(lm);
}

bool block_verify(struct lowmem *lm, phys at, u32 build_id, u32 place)
{
	return intact(lm, at, build_id) && low_read8(lm, FIELD(at, place)) == place;
}

/* The first block in [from, to); in an EBDA at `ebda`, the first that knows its offset. */
static phys scan(struct lowmem *lm, phys from, phys to, u32 build_id, phys ebda)
{
	for (; from < to; from += 16)
		if (intact(lm, from, build_id) &&
		    (!ebda || low_read32(lm, FIELD(from, growth.block_off)) == from - ebda))
			return from;
	return 0;
}

phys block_in_ebda(struct lowmem *lm, u32 build_id)
{
	/* DOS moves it below anything that EBDA-1 allows for growing: believe all but 0. */
	phys base = (phys)low_read16(lm, BDA_EBDA_SEG) << 4;
	phys end = base + low_read8(lm, base) * KIB;

	if (end > BASE_TOP)
		end = BASE_TOP;
	return base ? scan(lm, base, end, build_id, base) : 0;
}

phys block_find(struct lowmem *lm, u32 build_id, u32 note)
{
	u32 place = note >> 16 & 0xff;
	phys at = (note & 0xffff) << 4;

	/* Firmware may take back what it gave for good: then there is one that BEV made. */
	if (place == BLOCK_PMM && block_verify(lm, at, build_id, BLOCK_PMM))
		return at;

	at = block_in_ebda(lm, build_id);
	/* Movers that copy only the front of the EBDA leave the block where it was: DOS and
	 * GRUB do.  Blocks of BEV are here, too, and PMM's of firmware that takes permanent
	 * memory off base memory.  Ascending: copies that a move left lie above the block. */
	if (!at)
		at = scan(lm, low_read16(lm, BDA_BASE_KB) * KIB, BASE_TOP, build_id, 0);
	if (!at && !place)
		at = scan(lm, ROM_AREA, ROM_AREA_END, build_id, 0);
	return at;
}

bool block_put(struct lowmem *lm, phys at, u32 build_id, u32 off, const void *from, u32 len)
{
	const u8 *bytes = from;
	bool ours;

	low_lock(lm);
	ours = intact(lm, at, build_id);
	if (ours) {
		for (u32 i = 0; i < len; i++)
			low_write8(lm, at + off + i, bytes[i]);
		seal(lm, at);
	}
	low_unlock(lm);
	return ours;
}

/* Records of cards are read as one dword: bdf, above it the ROM segment.  0 = unused. */
#define CARD(at, i) (FIELD(at, card) + (i) * sizeof(struct block_card))

bool block_enter_card(struct lowmem *lm, phys at, u32 build_id, u32 bdf, u32 rom_seg)
{
	u32 record = bdf | rom_seg << 16;
	u32 used = 0;

	low_lock(lm);
	if (intact(lm, at, build_id)) {
		/* The first that is free or was ours becomes ours, the others free. */
		for (u32 i = 0; i < BLOCK_CARDS; i++) {
			u32 c = low_read32(lm, CARD(at, i));

			if (!c || (u16)c == bdf || c >> 16 == rom_seg) {
				low_write32(lm, CARD(at, i), record);
				c = record;
				record = 0;
			}
			used += c != 0;
		}
		low_write8(lm, FIELD(at, cards), used);
		seal(lm, at);
	}
	low_unlock(lm);
	return !record;
}
