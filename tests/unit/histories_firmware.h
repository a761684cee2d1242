/* SPDX-License-Identifier: BSD-2-Clause */
/* The firmware that a random history begins with: an EBDA of any shape or none, a PMM with or
 * without bad habits, vectors into the EBDA, and what an earlier boot has left lying about. */
#ifndef EBB_HISTORIES_FIRMWARE_H
#define EBB_HISTORIES_FIRMWARE_H

#include "histories_world.h"

enum shape {
	USUAL,         /* 1 KiB below 640 KiB */
	SIZED,         /* 1..63 KiB, or more than is believed */
	NO_EBDA,       /* none, or a printer port */
	BAD_SEGMENT,   /* nowhere near */
	BAD_SIZE,      /* its size byte */
	NOT_ADJACENT,  /* somebody below it */
	NOT_TAKEN_OFF, /* 40:13 still says 640 */
	AT_FLOOR,      /* near 90000h, with somebody behind it */
	OFF_GRID,      /* not on a KiB */
	BAD_BASE,      /* 40:13 is nonsense */
	SMALL_BASE,    /* near 512 KiB */
	SHAPES,
};

static const char *const shape_name[SHAPES] = {
	"usual",        "sized",           "no EBDA",          "bad segment",
	"bad size",     "not adjacent",    "not taken off",    "at the floor",
	"off the grid", "bad base memory", "small base memory"
};

static void set_bda(u32 seg, u32 size_kb, u32 base_kb)
{
	poke16(BDA_EBDA_SEG, seg);
	poke16(BDA_BASE_KB, base_kb);
	if (seg)
		lm.ram[(phys)seg << 4] = (u8)size_kb;
}

/* An EBDA of `kb` at `at` that firmware keeps its data in. */
static void put_ebda(phys at, u32 kb)
{
	set_bda(at >> 4, kb, at / KIB);
	region_add(FIRMWARE, IN_EBDA, 1, kb * KIB - 1);
}

static void new_ebda(void)
{
	static const u16 bad_segments[] = { 1,      0x278,  0x3fff, 0x4000,
					    0x9fff, 0xa000, 0xf600, 0xffff };
	static const u8 bad_sizes[] = { 0, 2, 0x53, 0x7f, 0x80, 0xff };
	static const u16 bad_bases[] = { 0, 1, 641, 0x8000, 0xffff };
	u32 kb = dice(2) ? 1 + dice(12) : dice(16) ? 1 + dice(63) : 120 + dice(12);
	phys at = BASE_TOP - kb * KIB;

	switch (w.shape) {
	case USUAL:
		put_ebda(BASE_TOP - KIB, 1);
		break;
	case SIZED:
		put_ebda(at, kb);
		break;
	case NO_EBDA:
		set_bda(0, 0, 640 - dice(3));
		break;
	case BAD_SEGMENT:
		set_bda(bad_segments[dice(ARRAY_LEN(bad_segments))], dice(256), 640 - dice(3));
		break;
	case BAD_SIZE:
		put_ebda(BASE_TOP - KIB, 1);
		lm.ram[BASE_TOP - KIB] = bad_sizes[dice(ARRAY_LEN(bad_sizes))];
		break;
	case NOT_ADJACENT:
		put_ebda(at, kb);
		kb = 1 + dice(8);
		poke16(BDA_BASE_KB, at / KIB - kb);
		region_add(DECREMENTER, FIXED, at - kb * KIB, kb * KIB);
		break;
	case NOT_TAKEN_OFF:
		put_ebda(at, kb);
		poke16(BDA_BASE_KB, at / KIB + 1 + dice(kb));
		break;
	case AT_FLOOR:
		kb = 1 + dice(8);
		at = EBDA_FLOOR + dice(3 * kb + 4) * KIB - 2 * KIB;
		put_ebda(at, kb);
		if (dice(2))
			region_add(FIRMWARE, FIXED, at + kb * KIB, BASE_TOP - at - kb * KIB);
		break;
	case OFF_GRID:
		at -= 16 * (1 + dice(63));
		put_ebda(at, kb);
		break;
	case BAD_BASE:
		put_ebda(at, kb);
		poke16(BDA_BASE_KB, bad_bases[dice(ARRAY_LEN(bad_bases))]);
		break;
	default:
		set_bda(0, 0, 500 + dice(40));
		break;
	}
}

static void new_pmm(void)
{
	static const phys answers[] = {
		0x80000, 0x9fc10, 0x9fc00, 0xa0000, 0xbfff0, 0xc8000,
		0xf0000, 0xefd00, 0xe8000, 0xe8008, MIB,     0x8000000
	};

	memset(&fake, 0, sizeof(fake));
	fake.pool[0] = (struct pmm_pool){ 0x07000, 0x90000 };
	fake.pool[1] = (struct pmm_pool){ 0x00200000, 0x0f000000 };
	fake.pool[2] = (struct pmm_pool){ POOL, POOL_END - 16 * dice(64) };
	fake.pool[3] = (struct pmm_pool){ 0x0f000000, 0x10000000 - 16 * dice(300) };
	lm.pmm = dice(2) ? &fake : NULL;
	w.read_only = !lm.pmm && dice(2);
	w.pci_version = dice(3) ? 0x0210 : 0x0300;
	if (!lm.pmm)
		return;
	if (!dice(2))
		fake.habits = 1u << dice(10);
	if (!dice(6))
		fake.habits |= 1u << dice(10);
	if (!dice(12))
		fake.answer = answers[dice(ARRAY_LEN(answers))];
	w.all_dirt = fake.answer;
	if (!dice(8))
		fake.pool[2].top = fake.pool[2].base;
	if (!dice(8))
		fake.pool[3].top = fake.pool[3].base + dice(0x80) * KIB;
	w.pmm_moves = !dice(4);
	if (fake.answer) /* it cannot know what that would be */
		w.pmm_moves = false;
	if (!dice(8)) {
		lm.read_only_from = ROM_AREA;
		lm.read_only_to = ROM_AREA_END;
	}
}

/* Tables of firmware that lie in its EBDA. */
static void new_vectors(void)
{
	static const u8 slots[] = { 0x1c, 0x1d, 0x1e, 0x1f, 0x41, 0x43, 0x46, 0x47, 0x13 };
	struct bda b = now();

	for (u32 n = 0; n < 256; n++)
		w.ivt[n] = 0xf0000000 + n;
	for (u32 i = dice(5); i && b.ebda >= 0x40000 && b.ebda < BASE_TOP; i--) {
		phys target = b.ebda + dice(b.size_kb * KIB + 2) - 1;
		u32 seg = target / 16 - dice(0x800);

		w.ivt[slots[dice(ARRAY_LEN(slots))]] = seg << 16 | (target - seg * 16);
	}
	memcpy(lm.ram, w.ivt, sizeof(w.ivt));
}

/* A block as an earlier boot left it, in memory that is free now. */
static void new_leftover(void)
{
	struct block b = { .signature = { BLOCK_SIGNATURE_0, BLOCK_SIGNATURE_1 },
			   .build_id = build_id[0],
			   .length = sizeof(b),
			   .place = BLOCK_EBDA,
			   .growth.block_off = KIB * (1 + dice(4)) };
	phys at = now().base_kb * KIB - KIB * (1 + dice(6));
	u8 sum = 0;

	if (at >= BASE_TOP || at < LOWEST || !unowned(at, sizeof(b)) ||
	    overlap(at, sizeof(b), now().ebda, 1))
		return;
	w.earlier = true;
	/* Others clear their memory then: in what nobody clears, it would be found again. */
	fake.habits &= ~(u32)PMM_MOVES_EBDA;
	for (u32 i = 0; i < sizeof(b); i++)
		sum = (u8)(sum + ((u8 *)&b)[i]);
	b.sum = (u8)-sum;
	memcpy(lm.ram + at, &b, sizeof(b));
	touched(at);
}

static void new_world(void)
{
	u32 lowest = w.lowest;
	bool low_dirt = w.low_dirt, pool_dirt = w.pool_dirt, all_dirt = w.all_dirt;

	/* Only what the last history can have touched is painted again. */
	memset(&w, 0, sizeof(w));
	memset(&lm.lock_depth, 0, sizeof(lm) - offsetof(struct lowmem, lock_depth));
	memcpy(lm.ram + lowest, pattern + dice(0x10000), BASE_TOP - lowest);
	if (low_dirt)
		memset(lm.ram + LOW_DIRT, 0xa5, LOW_DIRT_END - LOW_DIRT);
	if (pool_dirt)
		memset(lm.ram + POOL, 0xff, POOL_END - POOL);
	if (all_dirt)
		memset(lm.ram + BASE_TOP, 0xff, 0xf1000 - BASE_TOP);
	w.lowest = BASE_TOP;
	w.in_post = true;
	w.shape = dice(3) ? dice(2) : dice(SHAPES);
	new_ebda();
	new_pmm();
	w.pool_dirt = lm.pmm;
	if (!now().size_kb) { /* firmware that believes that is beyond help */
		fake.habits &= ~PMM_MOVES_EBDA;
		w.pmm_moves = false;
	}
	new_vectors();
	if (!dice(6))
		new_leftover();
	for (u32 b = 0; b < BUILDS; b++)
		w.ours[b].note = w.read_only ? 0 : BLOCK_NOTE(BLOCK_BASE, 0);
	tell("  machine: %s, ebda %05x size %u, base %u KiB, %s%s%s\n", shape_name[w.shape],
	     now().ebda, now().size_kb, now().base_kb, lm.pmm ? "pmm" : "no pmm",
	     w.read_only ? ", read-only" : "", w.earlier ? ", leftovers" : "");
	if (lm.pmm)
		tell("  pmm: habits %x answer %x moves %u pci %x\n", fake.habits, fake.answer,
		     w.pmm_moves, w.pci_version);
}

#endif
