/* SPDX-License-Identifier: BSD-2-Clause */
/* What ebb does in a random history: each step calls src/ebda and compares what it did with what
 * the rules say, worked out here from the machine as it was before. */
#ifndef EBB_HISTORIES_OURS_H
#define EBB_HISTORIES_OURS_H

#include "histories_world.h"

#define SPARE 0xa0u /* offset of a block in the window (src/core32/pxe/window.h) */

/* The first four writes of a move, in the order of EBDA-4. */
static void moved_in_order(phys from, phys to, u32 len)
{
	if (lm.runs < 4 || lm.run[0].at != to || lm.run[0].len != len || lm.run[1].at != to ||
	    lm.run[1].len != 1 || lm.run[2].at != BDA_EBDA_SEG || lm.run[2].len != 2 ||
	    lm.run[3].at != BDA_BASE_KB || lm.run[3].len != 2)
		broken("moved the EBDA in another order (EBDA-4)");
	vectors_follow(from, len, to);
}

static void expect_bda(phys ebda, u32 size_kb)
{
	struct bda b = now();

	if (b.ebda != ebda || b.size_kb != size_kb || b.base_kb * KIB != ebda)
		broken("40:0E, 40:13 and the size byte disagree (EBDA-4)");
}

static void remember_block(struct ours *o)
{
	memcpy(&o->image, lm.ram + block_address(o), sizeof(o->image));
	if (!looks_intact(block_address(o), build_id[o - w.ours]))
		broken("left a block that does not verify");
}

static void new_block(struct ours *o, u32 place, u32 where, phys at)
{
	static const u8 zeros[BLOCK_ROOM];
	phys real = address(where, at);

	o->state = LIVE;
	o->place = (u8)place;
	o->where = (u8)where;
	o->at = at;
	o->cards = 0;
	memset(o->card, 0, sizeof(o->card));
	remember_block(o);
	if (o->image.base_kb != now().base_kb)
		broken("the block does not know what base memory was");
	if (o->image.place != place || o->image.cards || o->image.payload ||
	    memcmp(lm.ram + real + sizeof(struct block), zeros,
		   BLOCK_ROOM - sizeof(struct block)))
		broken("a new block is not empty");
}

/* Where PMM has entered the block at `at` under our handle, or PMM_FAKE_BLOCKS. */
static u32 pmm_entry(u32 b, u32 type, phys at)
{
	u32 i = 0;

	while (i < PMM_FAKE_BLOCKS && (fake.block[i].at != at ||
				       fake.block[i].handle != pmm_handle(build_id[b], type)))
		i++;
	return i;
}

/* The first block that PMM holds under our handle, or -1. */
static int pmm_first(u32 b)
{
	for (u32 i = 0; i < PMM_FAKE_BLOCKS; i++)
		if (fake.block[i].at &&
		    fake.block[i].handle == pmm_handle(build_id[b], PMM_CONVENTIONAL))
			return (int)i;
	return -1;
}

static bool in_ebda(struct bda d, phys at)
{
	return overlap(at, KIB, d.ebda, d.size_kb * KIB);
}

/* Whether a ROM that comes now must share the block (EBDA-11, PMM-11). */
static bool can_share(u32 b, bool proven)
{
	struct ours *o = &w.ours[b];
	struct bda d = now();
	int first = lm.pmm ? pmm_first(b) : -1;

	if (o->state != LIVE)
		return false;
	if (o->where == IN_EBDA)
		return o->at < d.size_kb * KIB;
	return first >= 0 && fake.block[first].at == o->at && (o->at >= ROM_AREA || proven) &&
	       (o->at >= ROM_AREA || (o->at >= d.base_kb * KIB && !in_ebda(d, o->at)));
}

/* The block has been made by growing the EBDA; w.last is how it was before. */
static void check_growth(u32 b, const struct reserve *r)
{
	struct ours *o = &w.ours[b];
	struct bda old = w.last;
	u32 len = old.size_kb * KIB;
	u32 more = len + KIB;
	phys to = old.ebda - more;
	const struct run allowed[] = { { to, len },
				       { BDA_EBDA_SEG, 2 },
				       { BDA_BASE_KB, 2 },
				       { 4 * 0x1d, 4 * (0x47 - 0x1d) },
				       { to + len, KIB } };

	if (growth_allowed(old) != EBDA_OK)
		broken("grew what must not be grown (EBDA-1..3)");
	expect_bda(to, old.size_kb * 2 + 1);
	moved_in_order(old.ebda, to, len);
	wrote_only(allowed, ARRAY_LEN(allowed));
	if (r->block != to + len || r->grown_kb != more / KIB || r->ebda != EBDA_OK)
		broken("growth was reported wrongly");
	if (!unowned(to + len, KIB))
		broken("the block lies in somebody's memory");
	new_block(o, BLOCK_EBDA, IN_EBDA, len);
	if (o->image.growth.old_base != old.ebda || o->image.growth.new_base != to ||
	    o->image.growth.block_off != len || o->image.growth.block_len != more)
		broken("the block does not know its growth");
	note_old_place(old.ebda, len, true);
	outcomes[OUT_GROWN]++;
}

/* The block has been made in PMM memory. */
static void check_pmm_block(u32 b, const struct reserve *r)
{
	struct ours *o = &w.ours[b];
	struct bda d = now();
	const struct run allowed[] = { { r->block, KIB } };
	u32 i = pmm_entry(b, PMM_CONVENTIONAL, r->block);

	if (i == PMM_FAKE_BLOCKS || fake.block[i].flags != 9)
		broken("the block is not PMM's");
	if (fake.block[i].len < KIB || (w.pci_version >= 0x300 && fake.block[i].len % 4096))
		broken("PMM was asked for a wrong length (PMM-9)");
	if (r->block % 16 || !((r->block >= d.base_kb * KIB && r->block + KIB <= BASE_TOP) ||
			       (r->block >= ROM_AREA && r->block + KIB <= ROM_AREA_END)))
		broken("believed a wrong address (PMM-8)");
	if ((r->block < BASE_TOP && in_ebda(d, r->block)) || !unowned(r->block, KIB))
		broken("the block lies in somebody's memory");
	wrote_only(allowed, 1);
	o->held[0]++;
	new_block(o, BLOCK_PMM, FIXED, r->block);
	outcomes[OUT_FROM_PMM]++;
}

/* EBDA-11: what the list of cards must be after this. */
static bool card_entered(struct ours *o, u32 bdf, u32 rom_seg)
{
	u32 n = 0;

	for (u32 i = 0; i < o->cards; i++)
		if (o->card[i].bdf != bdf && o->card[i].rom_seg != rom_seg)
			o->card[n++] = o->card[i];
	if (n == BLOCK_CARDS)
		return false;
	o->card[n++] = (struct block_card){ (u16)bdf, (u16)rom_seg };
	o->cards = n;
	return true;
}

static void check_cards(const struct ours *o)
{
	u32 used = 0;

	for (u32 k = 0; k < BLOCK_CARDS; k++)
		used += o->image.card[k].bdf || o->image.card[k].rom_seg;
	if (used != o->cards || o->image.cards != used)
		broken("wrong number of cards");
	for (u32 i = 0; i < o->cards; i++) {
		u32 k = 0;

		while (k < BLOCK_CARDS &&
		       memcmp(&o->card[i], &o->image.card[k], sizeof(struct block_card)))
			k++;
		if (k == BLOCK_CARDS)
			broken("a card is lost");
	}
}

static void enter_card(u32 b, const struct reserve *r, u32 rom_seg)
{
	struct ours *o = &w.ours[b];
	phys at = block_address(o);
	const struct run allowed[] = { { at + offsetof(struct block, sum),
					 2 }, /* and cards behind it */
				       { at + offsetof(struct block, card), sizeof(o->card) } };
	u32 bdf = 8 * (dice(8) ? w.inits : 1 + dice(ROMS));
	bool room = card_entered(o, bdf, rom_seg);

	ours_begins();
	if (block_enter_card(&lm, r->block, build_id[b], bdf, rom_seg) != room)
		broken("a card was entered wrongly");
	wrote_only(allowed, ARRAY_LEN(allowed));
	remember_block(o);
	check_cards(o);
}

/* The payload's ladder, for an INIT that has a block. */
static void our_payload(u32 b, struct reserve *r)
{
	static const u32 lens[] = {
		0, 1, 0x1000, 0x14004, 0x14004, RESERVE_MAX, RESERVE_MAX + 1
	};
	static const u32 cores[] = { 0, 0x60000, 0x60000, RESERVE_MAX, 0xfffff000 };
	struct ours *o = &w.ours[b];
	u32 len = lens[dice(ARRAY_LEN(lens))], core = cores[dice(ARRAY_LEN(cores))];
	u32 known = o->image.payload;
	bool copied = dice(4), here = known && dice(4);
	struct run allowed[2];
	u32 i;

	fake.payload = here ? known : 0;
	fake.payload_len = o->image.payload_len;
	ours_begins();
	if (!reserve_payload(&lm, r, len, core)) {
		wrote_nothing("wrote although there is no payload");
		if (r->payload && (r->payload != known || !lm.pmm || !here))
			broken("a payload that is not there");
		if (!r->payload && lm.pmm && !fake.habits && !fake.answer && len - 1 < MIB &&
		    r->terms.proven && fake.pool[3].top - fake.pool[3].base > len + 4096)
			broken("no payload although PMM has memory");
		return;
	}
	wrote_nothing("wrote before the payload was there");
	if (here && len == o->image.payload_len)
		broken("asked for a payload that is there");
	i = pmm_entry(b, PMM_EXTENDED, r->payload);
	if (i == PMM_FAKE_BLOCKS || fake.block[i].flags != 10 || r->payload < MIB ||
	    r->payload % 16 || !r->terms.proven)
		broken("the payload's place is not PMM's (PMM-8)");
	if (r->payload_len != len || fake.block[i].len < len || fake.block[i].len % 4096 ||
	    fake.block[i].len > RESERVE_MAX)
		broken("the payload's place has a wrong size (PMM-9, PMM-10)");
	if (r->room &&
	    (r->room % 4096 || r->room_len != core || r->room - (r->payload + len) >= 4096 ||
	     r->room - r->payload > fake.block[i].len ||
	     core > fake.block[i].len - (r->room - r->payload)))
		broken("the room for the core is wrong");

	/* PMM may have moved it. */
	allowed[0] = (struct run){ block_address(o) + offsetof(struct block, payload), 16 };
	allowed[1] = (struct run){ block_address(o) + offsetof(struct block, sum), 1 };
	ours_begins();
	reserve_keep(&lm, r, copied);
	wrote_only(allowed, 2);
	remember_block(o);
	if ((r->payload != 0) != copied)
		broken("the payload was kept or given back wrongly");
	if (!copied)
		return;
	if (o->image.payload != r->payload || o->image.payload_len != r->payload_len ||
	    o->image.room != r->room || o->image.room_len != r->room_len)
		broken("the block does not say where the payload is");
	o->held[1]++;
	outcomes[OUT_PAYLOAD]++;
}

/* A ROM of ours runs INIT. */
static bool our_init(u32 b)
{
	struct ours *o = &w.ours[b];
	u32 rom_seg = 0xc800 + 0x100 * w.inits;
	struct reserve r = { 0 };
	bool share;

	if (!w.in_post || w.inits == ROMS || (b && fake.answer))
		return false;
	/* Nor can we know that PMM gives away what it gave to somebody before. */
	if (fake.answer < ROM_AREA_END && !unowned(fake.answer, KIB) &&
	    !in_ebda(now(), fake.answer))
		fake.answer = 0;
	w.inits++;
	r.terms = (struct pmm_terms){ build_id[b], rom_seg << 4,  0x1000, rom_seg << 4,
				      0x1000,      w.pci_version, 0,      0 };
	/* PMM may move the EBDA meanwhile, but that changes nothing in this. */
	share = can_share(b, true);
	ours_begins();
	reserve_block(&lm, &r);
	if (r.shared) {
		wrote_nothing("wrote although the block is shared");
		if (!share || r.block != block_address(o) || r.place != o->place)
			broken("shared what is not our block (EBDA-11)");
		outcomes[OUT_SHARED]++;
	} else if (share && (o->where == IN_EBDA || can_share(b, r.terms.proven))) {
		broken("did not share the block (EBDA-11)");
	} else if (!r.block) {
		wrote_nothing("a refusal wrote something");
		if (r.place != BLOCK_BASE || growth_allowed(w.last) != r.ebda || !r.ebda)
			broken("no block without a reason");
		outcomes[OUT_REFUSED]++;
		tell("    refused, %u\n", r.ebda);
		return true;
	} else if (r.place == BLOCK_EBDA) {
		check_growth(b, &r);
	} else {
		check_pmm_block(b, &r);
	}
	if (!w.read_only)
		o->note = r.place == BLOCK_EBDA
				  ? BLOCK_NOTE(BLOCK_EBDA, (r.block - now().ebda) / 16)
				  : BLOCK_NOTE(BLOCK_PMM, r.block / 16);
	tell("    block %05x place %u%s, ebda %05x size %u base %u\n", r.block, r.place,
	     r.shared ? " shared" : "", now().ebda, now().size_kb, now().base_kb);
	enter_card(b, &r, rom_seg);
	/* PMM that answers the same twice would give back one for the other. */
	if (dice(2) && fake.answer != r.block &&
	    !(fake.habits & PMM_ANSWERS_SEGOFF && (w.ours[0].held[1] || w.ours[1].held[1])))
		our_payload(b, &r);
	if (o->held[1])
		fake.answer = 0;
	return true;
}

/* The resident core writes into the block. */
static bool our_write(u32 b)
{
	struct ours *o = &w.ours[b];
	u32 first = offsetof(struct block, core_call);
	u32 off = first + dice(sizeof(struct block) - first - 3);
	u32 v = dice(0x10000000);
	phys at = block_address(o);
	bool intact = o->state == LIVE;
	const struct run allowed[] = { { at + off, 4 },
				       { at + offsetof(struct block, sum), 1 } };

	if (o->state == NONE)
		return false;
	if (o->state == LOST && looks_intact(at, build_id[b]))
		return false; /* another one has come here */
	ours_begins();
	if (block_put(&lm, at, build_id[b], off, &v, 4) != intact)
		broken("wrote to no block, or not to a block");
	if (!intact) {
		wrote_nothing("wrote to a block that is lost (EBDA-9)");
		return true;
	}
	wrote_only(allowed, 2);
	if (peek32(at + off) != v)
		broken("did not write");
	remember_block(o);
	return true;
}

/* BEV takes base memory for the PXE window, and makes a block in it if there is none. */
static bool our_take(u32 b)
{
	struct ours *o = &w.ours[b];
	struct bda d = now();
	u32 need = dice(4) ? (1 + dice(6)) * KIB : dice(0x4000) + 1;
	/* Leftovers of an earlier boot would be found in what lies between. */
	u32 limit = w.earlier          ? 0
		    : o->state == LIVE ? o->image.base_kb
		    : dice(4)          ? 0
				       : 500 + dice(150);
	u32 top = d.base_kb;
	u32 kb = (need + KIB - 1) / KIB;
	bool room;
	const struct run allowed[] = { { BDA_BASE_KB, 2 } };

	if (w.in_post || o->taken)
		return false;
	if (!dice(16))
		need = 0xffffff00 + dice(0x100);
	if (d.ebda >= 0x40000 && d.ebda < top * KIB)
		top = d.ebda / KIB;
	if (limit && limit < top)
		top = limit;
	room = d.base_kb <= 640 && top >= 512 && need <= MIB && top - 512 >= kb;
	ours_begins();
	if (base_take(&lm, need, limit, &o->base) != room)
		broken("base memory taken or refused wrongly");
	if (!room) {
		wrote_nothing("a refusal wrote something");
		return true;
	}
	wrote_only(allowed, 1);
	if (o->base.len != kb * KIB || o->base.base != (top - kb) * KIB ||
	    o->base.was_kb != d.base_kb || now().base_kb != top - kb)
		broken("took other base memory than there is");
	if (!unowned(o->base.base, o->base.len))
		broken("took somebody's memory (EBDA-2)");
	o->taken = true;
	o->base_ebda = d.ebda;
	memset(lm.ram + o->base.base, 0, o->base.len);
	touched(o->base.base);
	if ((o->state == NONE ||
	     (o->state == LOST && !block_find(&lm, build_id[b], o->note))) &&
	    o->base.len >= 2 * KIB) {
		const struct run block[] = { { o->base.base + SPARE, BLOCK_ROOM } };

		block_init(&lm, o->base.base + SPARE, build_id[b], BLOCK_BASE);
		wrote_only(block, 1);
		new_block(o, BLOCK_BASE, FIXED, o->base.base + SPARE);
	}
	if (o->base.len > 2 * KIB)
		region_add(WINDOW, FIXED, o->base.base + 2 * KIB, o->base.len - 2 * KIB);
	tell("    window %05x %x\n", o->base.base, o->base.len);
	return true;
}

static bool our_give(u32 b)
{
	struct ours *o = &w.ours[b];
	struct bda d = now();
	const struct run allowed[] = { { o->base.base, o->base.len }, { BDA_BASE_KB, 2 } };
	bool last = d.base_kb * KIB == o->base.base;
	struct region *r;

	if (!o->taken)
		return false;
	last = last && d.ebda == o->base_ebda;
	for (r = w.region; r < w.region + w.regions; r++)
		if (r->where == FIXED && r->owner == WINDOW &&
		    overlap(r->at, r->len, o->base.base, o->base.len))
			break;
	ours_begins();
	if (base_give(&lm, &o->base) != last)
		broken("base memory given back or kept wrongly");
	if (!last) {
		wrote_nothing("a refusal wrote something");
		outcomes[OUT_KEPT]++;
		return true;
	}
	outcomes[OUT_GIVEN]++;
	wrote_only(allowed, 2);
	for (u32 i = 0; i < o->base.len; i++)
		if (lm.ram[o->base.base + i])
			broken("base memory was not cleared");
	if (now().base_kb != o->base.was_kb)
		broken("40:13 is not what it was");
	o->taken = false;
	if (r < w.region + w.regions)
		r->where = GONE;
	if (o->state == LIVE && o->place == BLOCK_BASE)
		o->state = NONE;
	return true;
}

/* EBDA-12. */
static bool our_shrink(u32 b)
{
	struct ours *o = &w.ours[b];
	struct ebda_growth g = o->image.growth;
	struct bda d = now();
	bool last;
	const struct run allowed[] = { { g.old_base, g.block_off },
				       { BDA_EBDA_SEG, 2 },
				       { BDA_BASE_KB, 2 },
				       { 4 * 0x1d, 4 * (0x47 - 0x1d) } };

	if (o->state != LIVE || o->place != BLOCK_EBDA)
		return false;
	last = d.ebda == g.new_base && d.size_kb * KIB == g.block_off + g.block_len &&
	       d.base_kb * KIB == g.new_base;
	ours_begins();
	if (ebda_shrink(&lm, &g) != last)
		broken("shrunk or kept wrongly (EBDA-12)");
	if (!last) {
		wrote_nothing("a refusal wrote something");
		outcomes[OUT_KEPT]++;
		return true;
	}
	outcomes[OUT_SHRUNK]++;
	expect_bda(g.old_base, g.block_off / KIB);
	moved_in_order(g.new_base, g.old_base, g.block_off);
	wrote_only(allowed, ARRAY_LEN(allowed));
	o->state = w.any_lost ? LOST : NONE;
	o->note = w.read_only ? 0 : BLOCK_NOTE(BLOCK_BASE, 0);
	/* Whoever has gone on using the tombstone loses that now.  The caller clears what it gave
	 * back: the block in it would be found again if somebody grew over it. */
	note_old_place(g.new_base, g.block_off, false);
	for (struct region *r = w.region; r < w.region + w.regions; r++)
		if (r->where == FIXED && overlap(r->at, r->len, g.old_base, g.block_off) &&
		    !region_intact(r))
			r->where = GONE;
	memset(lm.ram + g.new_base, 0, g.old_base - g.new_base);
	touched(g.new_base);
	tell("    shrunk to %05x\n", g.old_base);
	return true;
}

#endif
