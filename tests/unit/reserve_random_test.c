/* SPDX-License-Identifier: BSD-2-Clause */
/* Random histories of one POST and boot: our ROMs reserve, other ROMs, firmware and loaders move
 * the EBDA, take base memory, copy parts and write by stale addresses.  What must hold after each
 * step is in check_invariants.  Seeds are fixed: a failure names its own. */
#include <stdio.h>

#include "base_take.h"
#include "reserve.h"

#include "machine.h"

#define HISTORIES   24000u
#define STEPS_MAX   14u
#define MAGIC       0x5eed0000u
#define EBDA_LOWEST 0x8c000u

static u32 history;
static u32 seed;
static struct pmm_fake fake;

/* What the history has done so far. */
static struct {
	bool in_post;
	u16 pci_version;
	bool ours;        /* a block of ours exists somewhere, undamaged */
	bool vandalised;  /* once */
	bool lost;        /* somebody destroyed it: block_find may say 0, nothing else */
	struct reserve r; /* of the ROM that made it */
	u32 note;
	u32 inits; /* of our ROMs; and those with a record in the block */
	u32 roms;
	u16 bdf[12], seg[12];
	u32 known; /* written into the block's payload field */
	bool taken;
	struct base_taken base;
	u8 front[KIB]; /* of the EBDA as firmware knows it, without its size byte */
	u32 front_len;
} h;

static u32 dice(u32 n)
{
	seed = seed * 1664525u + 1013904223u;
	return (u32)((u64)(seed >> 4) * n >> 28);
}

static phys ebda(void)
{
	return (phys)peek16(BDA_EBDA_SEG) << 4;
}

static void forget_front(void)
{
	h.front_len = 0;
}

static void new_machine(void)
{
	static u8 pattern[0x10000 + BASE_TOP - EBDA_LOWEST];
	u32 kb = dice(4) ? 1 : dice(12) + 1;
	phys at = BASE_TOP - kb * KIB;

	/* Only what a history can have touched is painted again: time is bounded. */
	if (!history) {
		machine(640);
		for (u32 i = 0; i < sizeof(pattern); i++)
			pattern[i] = (u8)(i * 0x9e3779b1u >> 13);
	}
	memcpy(lm.ram + EBDA_LOWEST, pattern + dice(0x10000), BASE_TOP - EBDA_LOWEST);
	memset(lm.ram + 0x2000, 0xa5, 0x4000);
	memset(lm.ram + 0xd0000, 0xff, 0x10000);
	lm.unlocked_writes = 0;
	poke16(BDA_EBDA_SEG, at >> 4);
	poke16(BDA_BASE_KB, at / KIB);
	lm.ram[at] = (u8)kb;
	switch (dice(12)) {
	case 0: /* none */
		poke16(BDA_EBDA_SEG, dice(2) ? 0 : 0x278);
		poke16(BDA_BASE_KB, 640);
		break;
	case 1: /* somebody below it */
		poke16(BDA_BASE_KB, at / KIB - 1 - dice(8));
		break;
	case 2: /* old firmware that does not take it off */
		poke16(BDA_BASE_KB, 640);
		break;
	case 3: /* overwritten size */
		lm.ram[at] = (u8)dice(256);
		break;
	default:
		break;
	}

	memset(&fake, 0, sizeof(fake));
	fake.pool[0] = (struct pmm_pool){ 0x07000, 0x90000 };
	fake.pool[1] = (struct pmm_pool){ 0x00200000, 0x0f000000 };
	fake.pool[2] = (struct pmm_pool){ 0xd8000, 0xdf840 - 16 * dice(64) };
	fake.pool[3] = (struct pmm_pool){ 0x0f000000, 0x10000000 };
	if (!dice(3))
		fake.habits = 1u << dice(10);
	if (!dice(6))
		fake.habits |= 1u << dice(10);
	lm.pmm = dice(2) ? &fake : NULL;

	memset(&h, 0, sizeof(h));
	h.in_post = true;
	h.pci_version = dice(4) ? 0x0210 : 0x0300;
	if (peek16(BDA_EBDA_SEG) >= EBDA_SEG_MIN) {
		h.front_len = KIB;
		memcpy(h.front, lm.ram + ebda(), KIB);
	}
}

/* Where our block is; only asked while it is not lost. */
static phys block(void)
{
	return block_find(&lm, BUILD, dice(4) ? h.note : 0);
}

static void broken(const char *what)
{
	print_error("history %u: %s\n", history, what);
	CHECK(false);
}

static void check_invariants(void)
{
	u32 base_kb = peek16(BDA_BASE_KB);
	phys at;

	if (lm.unlocked_writes || lm.lock_depth)
		broken("written outside a lock");
	if (fake.wrong_frees)
		broken("PMM memory freed that was not ours");
	/* EBDA-14: what firmware keeps in the EBDA is where it was, at its offset. */
	if (h.front_len && memcmp(lm.ram + ebda() + 1, h.front + 1, h.front_len - 1))
		broken("contents of the EBDA changed");
	if (h.taken && !h.lost && base_kb > h.base.base / KIB && base_kb < h.base.was_kb)
		broken("base memory freed halfway");
	if (!h.ours)
		return;

	at = block();
	if (!at) {
		if (!h.lost)
			broken("block lost");
		return;
	}
	if (h.lost)
		return;
	if (!block_verify(&lm, at, BUILD, h.r.place))
		broken("found what does not verify");
	if (low_read32(&lm, at + offsetof(struct block, core_call)) != h.known)
		broken("found an old copy of the block");
	for (u32 i = 0; i < h.roms && i < BLOCK_CARDS; i++)
		if (card_of(at, h.seg[i]) != h.bdf[i])
			broken("card lost");
	/* Never where the boot will put things. */
	if (h.in_post && at < base_kb * KIB)
		broken("block in free base memory");
}

/* A ROM of ours runs INIT. */
static void our_init(void)
{
	struct reserve r;
	phys old_ebda = ebda();
	u32 old_kb = peek16(BDA_BASE_KB);
	u32 rom_seg = 0xc800 + 0x100 * h.inits;

	if (!h.in_post || h.inits == ARRAY_LEN(h.bdf))
		return;
	h.inits++;
	memset(&r, 0, sizeof(r));
	r.terms = (struct pmm_terms){ BUILD,  rom_seg << 4,  0x1000, rom_seg << 4,
				      0x1000, h.pci_version, 0,      0 };
	reserve_block(&lm, &r);
	if (!r.block) {
		if (old_ebda != ebda() || old_kb != peek16(BDA_BASE_KB))
			broken("a refusal moved the EBDA");
		return;
	}
	/* PMM finds the first under our handle, even if that has been destroyed. */
	if (h.ours && !h.lost && !r.shared && !h.vandalised)
		broken("not shared");
	if (h.lost || !r.shared) { /* a new one, or the old one come back */
		h.lost = false;
		h.roms = 0;
		h.known = low_read32(&lm, r.block + offsetof(struct block, core_call));
		if (r.shared)
			h.lost = true;
	}
	h.ours = true;
	h.r = r;
	h.note = BLOCK_NOTE(r.place, (r.place == BLOCK_EBDA ? r.block - ebda() : r.block) >> 4);
	h.bdf[h.roms] = (u16)(8 * h.inits);
	h.seg[h.roms] = (u16)rom_seg;
	if (block_enter_card(&lm, r.block, BUILD, h.bdf[h.roms], rom_seg) !=
		    (h.roms < BLOCK_CARDS) &&
	    !h.lost)
		broken("card entered wrongly");
	h.roms++;
	if (dice(2)) {
		bool copy = reserve_payload(&lm, &r, 0x14004, 0x60000);

		if (copy) {
			bool good = dice(4);

			fake.payload = r.payload;
			fake.payload_len = 0x14004;
			reserve_keep(&lm, &r, good);
			if (good && !r.payload && !h.lost)
				broken("payload not kept");
		}
	}
	/* PMM may have moved it besides. */
	if (r.place == BLOCK_EBDA && !r.shared && old_ebda - ebda() < r.grown_kb * KIB)
		broken("growth and EBDA differ");
}

/* We write into the block, as the core does. */
static void our_write(void)
{
	u32 v = MAGIC + dice(0x10000);
	phys at;

	if (!h.ours || h.lost)
		return;
	at = block();
	if (!block_put(&lm, at, BUILD, offsetof(struct block, core_call), &v, 4))
		broken("cannot write");
	h.known = v;
}

/* Another ROM, or firmware, grows the EBDA by the book, and clears or does not clear. */
static void other_grows(void)
{
	phys from = ebda();
	u32 kb = lm.ram[from];
	u32 more = dice(12) + 1;
	phys to = from - more * KIB;

	if (from < 0x40000 || from / KIB != peek16(BDA_BASE_KB) || !kb ||
	    kb * KIB > BASE_TOP - from || to < EBDA_FLOOR || kb + more > 63)
		return;
	memmove(lm.ram + to, lm.ram + from, kb * KIB);
	lm.ram[to] = (u8)(kb + more);
	poke16(BDA_EBDA_SEG, to >> 4);
	poke16(BDA_BASE_KB, to / KIB);
	if (dice(2))
		memset(lm.ram + to + kb * KIB, (int)dice(256), more * KIB);
}

/* As iPXE: base memory goes, the EBDA stays. */
static void other_decrements(void)
{
	u32 kb = peek16(BDA_BASE_KB), n = dice(15) + 1;

	if (kb > 576 + n && kb <= 640 && (kb * KIB <= ebda() || ebda() < 0x40000)) {
		poke16(BDA_BASE_KB, kb - n);
		memset(lm.ram + (kb - n) * KIB, 0xcc, n * KIB);
	}
}

/* DOS moves all of it to low memory, and counts base memory up. */
static void dos_moves_all(void)
{
	phys from = ebda();
	u32 kb = lm.ram[from];

	if (h.in_post || from < 0x40000 || from / KIB != peek16(BDA_BASE_KB) || !kb ||
	    kb > 12 || kb * KIB > BASE_TOP - from)
		return;
	memcpy(lm.ram + 0x2600, lm.ram + from, kb * KIB);
	poke16(BDA_EBDA_SEG, 0x260);
	poke16(BDA_BASE_KB, 640);
	memset(lm.ram + from, 0x90, kb * KIB);
	if (h.ours && h.r.place == BLOCK_PMM && h.r.block >= from && h.r.block < BASE_TOP)
		h.lost = true; /* DOS did not know that firmware kept memory there */
	if (h.taken)
		h.taken = false;
}

/* FreeDOS /E:n and GRUB: only the front. */
static void loader_moves_front(void)
{
	phys from = ebda();
	bool freedos = dice(2);

	if (h.in_post || from < 0x40000 || from / KIB != peek16(BDA_BASE_KB))
		return;
	memcpy(lm.ram + 0x3000, lm.ram + from, KIB);
	poke16(BDA_EBDA_SEG, 0x300);
	if (freedos)
		poke16(BDA_BASE_KB, peek16(BDA_BASE_KB) + 1);
	else
		lm.ram[0x3000] = 1;
}

/* A write by an address that was right once: into the tombstone, or at random. */
static void stale_write(void)
{
	phys at = BASE_TOP - KIB + dice(KIB); /* the EBDA's first place, in most machines */
	phys ours = h.ours && !h.lost ? block() : 0;

	if (!h.ours || h.r.place != BLOCK_EBDA)
		return;
	lm.ram[at] = (u8)dice(256);
	if (ours && at >= ours && at < ours + sizeof(struct block))
		h.lost = true;
	if (at >= ebda() && at < ebda() + KIB)
		forget_front();
}

static void vandal(void)
{
	phys at;

	if (!h.ours || h.lost || dice(4))
		return;
	at = block();
	lm.ram[at + dice(sizeof(struct block))] ^= (u8)(1 + dice(255));
	h.lost = true;
	h.vandalised = true;
}

static void post_ends(void)
{
	h.in_post = false;
	lm.pmm = NULL;
}

static void our_take(void)
{
	if (!h.in_post && !h.taken)
		h.taken = base_take(&lm, (dice(6) + 1) * KIB, 0, &h.base);
}

static void our_give(void)
{
	u32 kb = peek16(BDA_BASE_KB);

	if (!h.taken)
		return;
	if (base_give(&lm, &h.base) != (kb == h.base.base / KIB))
		broken("base memory given back wrongly");
	h.taken = false;
}

static void our_shrink(void)
{
	struct ebda_growth g;
	phys at = h.ours && !h.lost && h.r.place == BLOCK_EBDA ? block() : 0;
	bool last;

	if (!at || dice(3))
		return;
	for (u32 i = 0; i < sizeof(g); i++)
		((u8 *)&g)[i] = lm.ram[at + offsetof(struct block, growth) + i];
	last = ebda() == g.new_base && lm.ram[ebda()] == (g.block_off + g.block_len) / KIB &&
	       peek16(BDA_BASE_KB) == g.new_base / KIB;
	if (ebda_shrink(&lm, &g) != last)
		broken("shrink decided wrongly");
	if (last) {
		if (ebda() != g.old_base)
			broken("shrink left the EBDA elsewhere");
		memset(&h.r, 0, sizeof(h.r));
		h.ours = false;
		h.roms = 0;
		/* What remains of the block is below 40:13 or behind the EBDA's end. */
		memset(lm.ram + g.new_base, 0x11, g.old_base - g.new_base);
	}
}

static void step(void)
{
	switch (dice(14)) {
	case 0:
	case 1:
	case 2:
		our_init();
		break;
	case 3:
	case 4:
		our_write();
		break;
	case 5:
	case 6:
		other_grows();
		break;
	case 7:
		other_decrements();
		break;
	case 8:
		dos_moves_all();
		break;
	case 9:
		loader_moves_front();
		break;
	case 10:
		stale_write();
		break;
	case 11:
		if (dice(3))
			post_ends();
		else
			vandal();
		break;
	case 12:
		our_take();
		break;
	default:
		if (dice(2))
			our_give();
		else
			our_shrink();
		break;
	}
}

static void test_random_histories(void **state)
{
	(void)state;
	for (history = 0; history < HISTORIES; history++) {
		u32 steps;

		seed = history * 2654435761u + 1;
		new_machine();
		steps = dice(STEPS_MAX) + 1;
		for (u32 i = 0; i < steps; i++) {
			step();
			check_invariants();
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_histories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
