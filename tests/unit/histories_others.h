/* SPDX-License-Identifier: BSD-2-Clause */
/* What all others do in a random history: ROMs, firmware, boot loaders and systems that use the
 * EBDA and base memory, by the book or not (specs 02, "Who moves or reads it"). */
#ifndef EBB_HISTORIES_OTHERS_H
#define EBB_HISTORIES_OTHERS_H

#include "histories_firmware.h"

/* An EBDA that others would move: in base memory, of a believable size. */
static bool movable(struct bda b)
{
	return b.ebda >= 0x40000 && b.ebda < BASE_TOP && b.size_kb && b.size_kb <= 127 &&
	       b.ebda + b.size_kb * KIB <= BASE_TOP;
}

static bool adjacent(struct bda b)
{
	return movable(b) && b.ebda == b.base_kb * KIB;
}

static u32 amount(void)
{
	static const u8 kib[] = { 1, 4, 8, 12, 16, 32, 62 };

	return dice(2) ? 1 + dice(6) : kib[dice(ARRAY_LEN(kib))];
}

/* Slides the EBDA down by `more` KiB and makes it `grow` KiB longer. */
static void slide(struct bda b, u32 more, u32 grow, u32 base_kb)
{
	phys to = b.ebda - more * KIB;

	memmove(lm.ram + to, lm.ram + b.ebda, b.size_kb * KIB);
	set_bda(to >> 4, b.size_kb + grow, base_kb);
	others_moved(b.ebda, b.size_kb * KIB);
	tell("    ebda %05x size %u base %u\n", to, b.size_kb + grow, base_kb);
}

/* What a grower puts into its new memory: all of it, or it leaves there what a move left. */
static u32 used_part(u32 len)
{
	return w.earlier || dice(2) ? len : 16 + dice(len - 16);
}

static bool grow(u32 owner)
{
	struct bda b = now();
	u32 more = amount();
	phys floor = dice(4) ? EBDA_FLOOR : OTHERS_FLOOR;
	u32 most = dice(4) ? 63 : 127;

	if (!adjacent(b) || b.size_kb + more > most || b.ebda - more * KIB < floor)
		return false;
	slide(b, more, more, b.base_kb - more);
	if (owner == DIRECT)
		region_add(DIRECT, FIXED, b.ebda + b.size_kb * KIB - more * KIB,
			   used_part(more * KIB));
	else
		region_add(GROWER, IN_EBDA, b.size_kb * KIB, used_part(more * KIB));
	return true;
}

/* The EBDA moves, its size stays, and what is behind it now is the mover's. */
static bool slide_only(void)
{
	struct bda b = now();
	u32 more = amount();

	if (!adjacent(b) || b.ebda - more * KIB < EBDA_FLOOR)
		return false;
	slide(b, more, 0, b.base_kb - more);
	region_add(FIRMWARE, FIXED, b.ebda + b.size_kb * KIB - more * KIB,
		   used_part(more * KIB));
	return true;
}

/* Moves the EBDA down over whoever sits below it. */
static bool grow_over_others(void)
{
	struct bda b = now();
	u32 more = amount();
	u32 base_kb;

	if (!movable(b) || b.base_kb < 512 || b.ebda % KIB ||
	    b.ebda < OTHERS_FLOOR + more * KIB || b.size_kb + more > 127)
		return false;
	base_kb = b.ebda / KIB - more;
	if (b.base_kb < base_kb && dice(3)) {
		base_kb = b.base_kb - (dice(2) ? more : 0);
	} else if (b.base_kb < base_kb) {
		/* It gives away what others have taken. */
		for (struct region *r = w.region; r < w.region + w.regions; r++)
			if (r->where == FIXED && r->at < base_kb * KIB &&
			    r->at + r->len > b.base_kb * KIB)
				r->where = GONE;
		for (struct ours *o = w.ours; o < w.ours + BUILDS; o++) {
			if (o->state == LIVE && o->where == FIXED &&
			    block_address(o) < base_kb * KIB)
				lose(o);
		}
	}
	/* What the EBDA covers now is its mover's. */
	for (struct ours *o = w.ours; o < w.ours + BUILDS; o++)
		if (o->state == LIVE && o->where == FIXED && o->at < b.ebda &&
		    o->at >= b.ebda - more * KIB)
			lose(o);
	for (struct region *r = w.region; r < w.region + w.regions; r++)
		if (r->where == FIXED &&
		    overlap(r->at, r->len, b.ebda - more * KIB, more * KIB))
			r->where = GONE;
	if (w.earlier && base_kb < b.base_kb)
		memset(lm.ram + base_kb * KIB, 0, (b.base_kb - base_kb) * KIB);
	slide(b, more, more, base_kb);
	region_add(GROWER, IN_EBDA, b.size_kb * KIB, used_part(more * KIB));
	return true;
}

/* By an address that was right once. */
static bool write_directly(void)
{
	u32 first = dice(REGIONS);

	for (u32 i = 0; i < REGIONS; i++) {
		struct region *r = &w.region[(first + i) % REGIONS];
		struct bda b = now();

		if (r->owner != DIRECT || !r->len)
			continue;
		if (r->where == FIXED) {
			paint(r);
			outcomes[OUT_TOMBSTONE_HIT] += b.ebda + b.size_kb * KIB > r->at;
			return true;
		}
		if (r->at < LOWEST)
			continue;
		memcpy(lm.ram + r->at, pattern + dice(0x10000), r->len);
		if (b.ebda) /* the size byte is another story */
			lm.ram[b.ebda] = (u8)b.size_kb;
		others_wrote(r->at, r->len);
		return true;
	}
	return false;
}

/* Firmware, a controller's DMA or a vector 41h write where the EBDA was once. */
static bool write_stale(void)
{
	u32 i = dice(OLD_PLACES);
	struct bda b = now();
	u32 n = 1 + dice(32);
	phys at;

	if (i >= w.old_places || w.old_place[i].len < 64 || w.old_place[i].at < LOWEST)
		return false;
	at = w.old_place[i].at + 1 + dice(KIB - 64);
	if (w.old_place[i].safe) {
		/* EBDA-10: this must hit nobody who has kept to the rules. */
		memcpy(lm.ram + at, pattern + dice(0x10000), n);
		touched(at);
		outcomes[OUT_TOMBSTONE_HIT]++;
		for (struct region *r = w.region; r < w.region + w.regions; r++)
			if (r->where == FIXED && r->owner == DIRECT &&
			    overlap(at, n, r->at, r->len) && !region_intact(r))
				r->where = GONE;
		return true;
	}
	memcpy(lm.ram + at, pattern + dice(0x10000), n);
	if (b.ebda)
		lm.ram[b.ebda] = (u8)b.size_kb;
	others_wrote(at, n);
	return true;
}

/* Firmware works on in its EBDA. */
static bool write_own(void)
{
	struct region *r = &w.region[dice(4)];

	if (r->where != IN_EBDA || r->owner == DIRECT)
		return false;
	paint(r);
	return true;
}

/* A loader puts the first `n` bytes elsewhere: what lies behind them stays where it is. */
static void front_moves(struct bda b, phys to, u32 n)
{
	memcpy(lm.ram + to, lm.ram + b.ebda, n);
	for (struct region *r = w.region; r < w.region + w.regions; r++) {
		if (r->where != IN_EBDA || r->at + r->len <= n)
			continue;
		if (r->at < n) {
			r->len = n - r->at;
		} else {
			r->where = FIXED;
			r->at += b.ebda;
		}
	}
	for (struct ours *o = w.ours; o < w.ours + BUILDS; o++)
		if (o->state == LIVE && o->where == IN_EBDA) {
			o->where = FIXED;
			o->at += b.ebda;
		}
	w.low_dirt = true;
	note_old_place(b.ebda, b.size_kb * KIB, false);
}

static bool grub(void)
{
	struct bda b = now();

	if (w.in_post || !movable(b))
		return false;
	front_moves(b, GRUB_AT, KIB);
	poke16(BDA_EBDA_SEG, GRUB_AT >> 4);
	if (b.size_kb > 16) { /* it takes that for nonsense */
		memset(lm.ram + GRUB_AT, 0, KIB);
		others_wrote(GRUB_AT, KIB);
	}
	lm.ram[GRUB_AT] = 1;
	return true;
}

static bool freedos(void)
{
	static const u16 lens[] = { 48, 256, 1024, 1024 };
	struct bda b = now();
	u32 n = lens[dice(ARRAY_LEN(lens))];

	if (w.in_post || !adjacent(b) || b.size_kb > 63 || b.ebda + b.size_kb * KIB != BASE_TOP)
		return false;
	front_moves(b, FREEDOS_AT, n);
	poke16(BDA_EBDA_SEG, FREEDOS_AT >> 4);
	poke16(BDA_BASE_KB, b.base_kb + n / KIB);
	if (n == KIB && dice(2)) {
		memset(lm.ram + b.ebda, 0x90, KIB);
		others_wrote(b.ebda, KIB);
	}
	return true;
}

/* All of it, and base memory is 640 KiB again. */
static bool drdos(void)
{
	struct bda b = now();

	if (w.in_post || !adjacent(b) || b.size_kb > 63 || b.ebda + b.size_kb * KIB != BASE_TOP)
		return false;
	memcpy(lm.ram + DRDOS_AT, lm.ram + b.ebda, b.size_kb * KIB);
	poke16(BDA_EBDA_SEG, DRDOS_AT >> 4);
	poke16(BDA_BASE_KB, 640);
	if (dice(2)) /* programs come there */
		memset(lm.ram + b.ebda + dice(KIB), 0x90, b.size_kb * KIB - KIB);
	w.low_dirt = true;
	w.drdos.base = b.ebda;
	w.drdos.kb = b.size_kb;
	note_old_place(b.ebda, b.size_kb * KIB, false);
	for (struct region *r = w.region; r < w.region + w.regions; r++)
		if (r->where == FIXED && r->at >= b.ebda && r->at < BASE_TOP)
			r->where = GONE; /* those with direct pointers */
	touched(b.ebda);
	return true;
}

/* INT 19h: DR-DOS puts it back. */
static bool drdos_back(void)
{
	struct bda b = now();

	if (b.ebda != DRDOS_AT || b.base_kb != 640 || b.size_kb != w.drdos.kb)
		return false;
	memcpy(lm.ram + w.drdos.base, lm.ram + DRDOS_AT, b.size_kb * KIB);
	poke16(BDA_EBDA_SEG, w.drdos.base >> 4);
	poke16(BDA_BASE_KB, w.drdos.base / KIB);
	others_wrote(w.drdos.base, b.size_kb * KIB);
	return true;
}

/* As iPXE, memdisk and XTIDE: base memory goes, the EBDA stays. */
static bool decrement(void)
{
	struct bda b = now();
	u32 n = 1 + dice(15);
	phys to = b.base_kb * KIB - n * KIB;

	if (b.base_kb > 640 || b.base_kb < 576 + n ||
	    (b.ebda >= 0x40000 && b.base_kb * KIB > b.ebda))
		return false;
	if (!unowned(to, n * KIB))
		return false;
	poke16(BDA_BASE_KB, b.base_kb - n);
	region_add(DECREMENTER, FIXED, to, n * KIB);
	return true;
}

static bool increment(void)
{
	struct bda b = now();

	for (struct region *r = w.region; r < w.region + w.regions; r++)
		if (r->where == FIXED && r->owner == DECREMENTER && r->at == b.base_kb * KIB) {
			poke16(BDA_BASE_KB, b.base_kb + r->len / KIB);
			r->where = GONE;
			return true;
		}
	return false;
}

/* As sgabios: it thinks that the first byte is its own. */
static bool clobber_size(void)
{
	static const u8 sizes[] = { 0x53, 0xff, 0 };
	u8 kb = sizes[dice(ARRAY_LEN(sizes))];
	struct bda b = now();

	if (b.ebda < 0x40000 || b.ebda >= BASE_TOP ||
	    (kb ? kb < b.size_kb || !b.size_kb : lm.pmm != NULL))
		return false;
	lm.ram[b.ebda] = kb;
	touched(b.ebda);
	return true;
}

static bool destroy(void)
{
	struct ours *o = &w.ours[dice(BUILDS)];
	phys at = block_address(o);

	if (o->state != LIVE)
		return false;
	if (dice(2))
		lm.ram[at + dice(sizeof(struct block))] ^= (u8)(1 + dice(255));
	else
		memset(lm.ram + at, (int)dice(256), sizeof(struct block));
	others_wrote(at, sizeof(struct block));
	return true;
}

/* Somebody takes PMM memory of any kind. */
static bool hog(void)
{
	static const u8 flags[] = { 1, 9, 9, 10 };
	u32 kind = flags[dice(ARRAY_LEN(flags))];
	u32 len = dice(4) ? KIB * (1 + dice(4)) : POOL_END - POOL;
	phys ebda_before, at;

	if (!w.in_post || !lm.pmm || fake.answer || fake.habits & PMM_ANSWERS_SEGOFF)
		return false;
	if (kind == 9 && len > KIB * 4)
		len = fake.pool[2].top - fake.pool[2].base;
	ebda_before = firmware_begins(&lm);
	at = len ? fake_allocate(&lm, len / 16, 0x484f4700 + w.regions, kind) : 0;
	firmware_called(ebda_before);
	if (at >= LOWEST && at < ROM_AREA_END && len <= ROM_AREA_END - at &&
	    unowned(at, len & -16u))
		region_add(HOG, FIXED, at, (len & -16u) - (at % 16 ? 16 : 0));
	return at;
}

/* Firmware boots: what PMM gave for a while is no more, and SeaBIOS clears low memory. */
static bool post_ends(void)
{
	if (!w.in_post)
		return false;
	w.in_post = false;
	for (u32 i = 0; lm.pmm && i < PMM_FAKE_BLOCKS; i++) {
		phys at = fake.block[i].at;
		u32 len = fake.block[i].len;

		if (at < LOWEST || at >= ROM_AREA_END || len > ROM_AREA_END - at)
			continue;
		if (fake.block[i].flags & PMM_PERMANENT &&
		    !(fake.habits & PMM_IGNORES_PERMANENT))
			continue;
		memset(lm.ram + at, 0, len);
		others_wrote(at, len);
	}
	lm.pmm = NULL;
	if (!dice(4)) {
		memset(lm.ram + LOWEST, 0, EBDA_FLOOR - LOWEST);
		others_wrote(LOWEST, EBDA_FLOOR - LOWEST);
	}
	return true;
}

#endif
