/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine of a random history, and who by the rules owns what in it.  Knows nothing of how
 * src/ebda works: what must hold after each step is said here in the words of EBDA-1..14. */
#ifndef EBB_HISTORIES_WORLD_H
#define EBB_HISTORIES_WORLD_H

#include <stdarg.h>
#include <stdio.h>

#include "ebb/bda.h"
#include "ebb/block.h"
#include "reserve.h"
#include "base_take.h"

#define BUILDS       2u
#define REGIONS      24u
#define OLD_PLACES   8u
#define ROMS         12u
#define LOW_DIRT     0x02000u /* where loaders put an EBDA: DR-DOS, FreeDOS, GRUB */
#define DRDOS_AT     0x02600u
#define FREEDOS_AT   0x13000u
#define GRUB_AT      0x14000u
#define LOW_DIRT_END 0x24000u
#define POOL         0xd8000u /* PMM's permanent conventional memory */
#define POOL_END     0xe0000u
#define OTHERS_FLOOR 0x84000u
#define LOWEST       0x7c000u

static const u32 build_id[BUILDS] = { 0x12345678, 0x1234567c };

enum where {
	GONE,    /* its owner gave it up, or somebody other than us destroyed it */
	IN_EBDA, /* at an offset, wherever the EBDA is */
	FIXED,
};

enum owner {
	FIRMWARE,
	GROWER,
	DIRECT, /* remembers where its memory was, and never looks at 40:0E again */
	DECREMENTER,
	HOG,
	WINDOW, /* ours, taken at BEV */
};

/* Memory that is somebody's, with contents that nobody else may change. */
struct region {
	u8 owner;
	u8 where;
	phys at; /* offset in the EBDA, or address */
	u32 len;
	u32 paint;
};

enum state {
	NONE,
	LIVE,
	LOST, /* destroyed by somebody: whatever is found, the real one is not */
};

/* What we know of the block of one build. */
struct ours {
	u8 state;
	u8 place;
	u8 where;
	phys at;
	u32 note; /* of the ROM that asked last */
	struct block image;
	u32 cards;
	struct block_card card[BLOCK_CARDS];
	u32 held[2]; /* PMM blocks under our handles: conventional, extended */
	bool taken;
	struct base_taken base;
	phys base_ebda; /* where the EBDA was then */
};

/* What the BIOS data area says. */
struct bda {
	phys ebda;
	u32 size_kb;
	u32 base_kb;
};

static struct lowmem lm;
static struct pmm_fake fake;

static struct {
	u32 shape;
	bool in_post;
	bool read_only; /* our image: no note (EBDA-9) */
	bool earlier;   /* blocks of an earlier boot lie about */
	bool any_lost;  /* copies of a destroyed block may be found instead */
	bool pmm_moves; /* PMM-12, at any call */
	u16 pci_version;
	u32 inits;
	struct bda last; /* before what we do, and after PMM's last call */
	struct ours ours[BUILDS];
	u32 regions;
	struct region region[REGIONS];
	u32 old_places;
	struct {
		phys at;
		u32 len;
		bool safe; /* only we have moved the EBDA since: a tombstone is here */
	} old_place[OLD_PLACES];
	struct {
		phys base;
		u32 kb;
	} drdos;
	u32 ivt[256];
	u32 lowest; /* byte of base memory that may have changed */
	bool low_dirt;
	bool pool_dirt;
	bool all_dirt;
} w = { .lowest = LOWEST };

/* What all workers have done together; the parent prints it. */
enum outcome {
	OUT_GROWN,
	OUT_FROM_PMM,
	OUT_SHARED,
	OUT_REFUSED,
	OUT_SHRUNK,
	OUT_GIVEN,
	OUT_KEPT, /* it was not the last any more */
	OUT_PAYLOAD,
	OUT_FOUND_BEHIND, /* by scanning: the EBDA is elsewhere */
	OUT_UNREACHABLE,
	OUT_LOST,
	OUT_COPY, /* of a block that was destroyed */
	OUT_TOMBSTONE_HIT,
	OUTCOMES,
};
static u64 *outcomes;
static bool verbose;
static u32 seed;
static char (*complaint)[80]; /* shared with the parent */

static u32 dice(u32 n)
{
	seed = seed * 1664525u + 1013904223u;
	return (u32)((u64)(seed >> 4) * n >> 28);
}

static __attribute__((noreturn, noinline, cold)) void broken(const char *what)
{
	snprintf(*complaint, sizeof(*complaint), "%s", what);
	if (verbose)
		printf("    BROKEN: %s\n", what);
	fflush(stdout);
	_exit(1);
}

static __attribute__((format(printf, 1, 2))) void tell(const char *format, ...)
{
	va_list list;

	if (!verbose)
		return;
	va_start(list, format);
	vprintf(format, list);
	va_end(list);
}

/* ---- memory ------------------------------------------------------------------------- */

static u8 pattern[0x40000];

static void poke16(phys at, u32 v)
{
	lm.ram[at] = (u8)v;
	lm.ram[at + 1] = (u8)(v >> 8);
}

static u32 peek16(phys at)
{
	return (u32)lm.ram[at] | (u32)lm.ram[at + 1] << 8;
}

static u32 peek32(phys at)
{
	return peek16(at) | peek16(at + 2) << 16;
}

static struct bda now(void)
{
	phys ebda = (phys)peek16(BDA_EBDA_SEG) << 4;

	return (struct bda){ ebda, lm.ram[ebda], peek16(BDA_BASE_KB) };
}

/* As EBDA-1, 2, 3 and 10 say, for one KiB and a tombstone. */
static enum ebda_result growth_allowed(struct bda b)
{
	if (b.ebda < 0x40000 || b.ebda >= BASE_TOP)
		return EBDA_NONE;
	if (b.size_kb < 1 || b.size_kb > 127 || b.ebda + b.size_kb * KIB > BASE_TOP)
		return EBDA_BAD_SIZE;
	if (b.base_kb * KIB < b.ebda || b.base_kb > 640 || b.ebda % KIB)
		return EBDA_NOT_ADJACENT;
	if (2 * b.size_kb + 1 > 63 || b.ebda - (b.size_kb + 1) * KIB < 0x90000)
		return EBDA_NO_ROOM;
	return EBDA_OK;
}

static void touched(phys at)
{
	if (at >= LOWEST && at < w.lowest)
		w.lowest = at;
}

static bool overlap(phys a, u32 a_len, phys b, u32 b_len)
{
	return a < b + b_len && b < a + a_len;
}

/* ---- regions ------------------------------------------------------------------------ */

static phys address(u32 where, phys at)
{
	return where == IN_EBDA ? now().ebda + at : at;
}

static phys region_address(const struct region *r)
{
	return address(r->where, r->at);
}

static phys block_address(const struct ours *o)
{
	return address(o->where, o->at);
}

static void paint(struct region *r)
{
	phys at = region_address(r);

	r->paint = dice(0x10000);
	memcpy(lm.ram + at, pattern + r->paint, r->len);
	touched(at);
}

static bool region_intact(const struct region *r)
{
	return !memcmp(lm.ram + region_address(r), pattern + r->paint, r->len);
}

/* True if the range is nobody's. */
static bool unowned(phys at, u32 len)
{
	for (const struct region *r = w.region; r < w.region + w.regions; r++)
		if (r->where != GONE && overlap(at, len, region_address(r), r->len))
			return false;
	for (const struct ours *o = w.ours; o < w.ours + BUILDS; o++)
		if (o->state == LIVE &&
		    overlap(at, len, block_address(o), sizeof(struct block)))
			return false;
	return true;
}

/* Signature, build id, length and sum: the rule of EBDA-9, once more. */
static bool looks_intact(phys at, u32 id)
{
	struct block b;
	u8 sum = 0;

	memcpy(&b, lm.ram + at, sizeof(b));
	for (u32 i = 0; i < sizeof(b); i++)
		sum = (u8)(sum + lm.ram[at + i]);
	return !memcmp(&b, "ebb:bloc", 8) && b.build_id == id && b.length == sizeof(b) && !sum;
}

static void lose(struct ours *o)
{
	phys at = block_address(o);

	/* One chance in 256 that the sum is right by luck is not what is tested here. */
	if (looks_intact(at, build_id[o - w.ours]))
		lm.ram[at] ^= 0x80;
	o->state = LOST;
	w.any_lost = true;
	outcomes[OUT_LOST]++;
	tell("    build %u has lost its block\n", (u32)(o - w.ours));
}

/* Somebody other than us has written here: what of it was others' is theirs to mourn. */
static void others_wrote(phys at, u32 len)
{
	touched(at);
	for (struct region *r = w.region; r < w.region + w.regions; r++)
		if (r->where != GONE && overlap(at, len, region_address(r), r->len) &&
		    !region_intact(r))
			r->where = GONE;
	for (struct ours *o = w.ours; o < w.ours + BUILDS; o++)
		if (o->state == LIVE &&
		    overlap(at, len, block_address(o), sizeof(struct block)) &&
		    memcmp(lm.ram + block_address(o), &o->image, sizeof(struct block)))
			lose(o);
}

/* NULL if the list is full: then its owner just does not look after it. */
static struct region *region_add(u32 owner, u32 where, phys at, u32 len)
{
	struct region *r = w.region;

	while (r < w.region + w.regions && r->where != GONE)
		r++;
	if (r == w.region + REGIONS || !len)
		return NULL;
	if (r == w.region + w.regions)
		w.regions++;
	*r = (struct region){ (u8)owner, (u8)where, at, len, 0 };
	paint(r);
	others_wrote(region_address(r), len);
	return r;
}

static void note_old_place(phys at, u32 len, bool safe)
{
	u32 i = w.old_places < OLD_PLACES ? w.old_places++ : dice(OLD_PLACES);

	for (u32 n = 0; !safe && n < OLD_PLACES; n++)
		w.old_place[n].safe = false;
	w.old_place[i].at = at;
	w.old_place[i].len = len;
	w.old_place[i].safe = safe;
}

/* Somebody other than us has slid the EBDA from here to where it is now. */
static void others_moved(phys from, u32 len)
{
	phys to = now().ebda;

	note_old_place(from, len, false);
	/* Who has gone by an address of old has nothing any more. */
	for (struct region *r = w.region; r < w.region + w.regions; r++)
		if (r->owner == DIRECT && r->where == FIXED &&
		    overlap(r->at, r->len, from, len))
			r->where = GONE;
	if (to < from)
		others_wrote(to, from + len - to);
	else
		others_wrote(to, len);
}

/* PMM has been called, by us or by somebody. */
static void firmware_called(phys ebda_before)
{
	u32 room = 0;
	struct bda b = now();

	/* Firmware takes memory for itself as it likes (PMM-12). */
	if (b.ebda != ebda_before)
		others_moved(ebda_before, b.size_kb * KIB);
	b = now();
	if (w.pmm_moves && b.size_kb && !dice(5)) {
		room = (1 + dice(3)) * KIB;
		ebda_before = b.ebda;
		if (pmm_fake_below_ebda(&lm, room)) {
			others_moved(ebda_before, b.size_kb * KIB);
			region_add(FIRMWARE, FIXED, now().ebda + b.size_kb * KIB, room);
		}
	}
	lm.firmware = false;
	w.last = now();
}

/* ---- what our code wrote ------------------------------------------------------------ */

static void ours_begins(void)
{
	lm.runs = 0;
	w.last = now();
}

/* Fails unless each byte that we wrote lies in one of the ranges. */
static void wrote_only(const struct run *allowed, u32 n)
{
	for (u32 i = 0; i < lm.runs; i++) {
		phys at = lm.run[i].at;
		phys end = at + lm.run[i].len;

		touched(at);
		while (at < end) {
			u32 k = 0;

			while (k < n && at - allowed[k].at >= allowed[k].len)
				k++;
			if (k == n)
				broken("wrote where nothing is ours");
			at = allowed[k].at + allowed[k].len;
		}
	}
	lm.runs = 0;
}

static void wrote_nothing(const char *complaint_if_not)
{
	if (lm.runs)
		broken(complaint_if_not);
}

/* EBDA-10: vectors of tables follow what they point to. */
static void vectors_follow(phys from, u32 len, phys to)
{
	for (u32 n = 0x1d; n <= 0x46; n++) {
		u32 seg = w.ivt[n] >> 16, off = w.ivt[n] & 0xffff;
		phys target = seg * 16 + off;

		if (target >= from && target < from + len)
			w.ivt[n] = (seg + to / 16 - from / 16) << 16 | off;
	}
}

/* ---- what must hold after each step -------------------------------------------------- */

/* Whether EBDA-9's search can reach the block at `at`. */
static bool findable(const struct ours *o, phys at)
{
	struct bda b = now();

	if (o->place == BLOCK_PMM && o->note >> 16 == BLOCK_PMM)
		return true;
	if (o->where == IN_EBDA && at < b.ebda + b.size_kb * KIB)
		return true;
	return at >= b.base_kb * KIB && at < BASE_TOP && !w.any_lost;
}

static void check_block(struct ours *o, u32 id)
{
	phys real = block_address(o);
	phys found;

	if (o->state == LIVE && memcmp(lm.ram + real, &o->image, sizeof(o->image)))
		broken("contents of our block changed");
	/* The search takes long where there is nothing, without a note still longer. */
	if (o->state != LIVE && dice(o->note ? 8 : 32))
		return;
	found = block_find(&lm, id, o->note);
	if (found && !looks_intact(found, id))
		broken("found what is no block");
	switch (o->state) {
	case NONE:
		if (found)
			broken("found a block that is not ours (EBDA-9)");
		return;
	case LOST:
		outcomes[OUT_COPY] += found != 0;
		return;
	}
	if (real < BASE_TOP && real < now().base_kb * KIB && w.in_post)
		broken("block in free base memory");
	if (findable(o, real)) {
		if (!found)
			broken("block lost (EBDA-9)");
		if (found != real)
			broken("found an old copy of the block (EBDA-9)");
		if (o->place == BLOCK_EBDA && o->where == FIXED)
			outcomes[OUT_FOUND_BEHIND]++;
	} else {
		outcomes[OUT_UNREACHABLE]++;
	}
}

static void check_invariants(void)
{
	if (lm.lock_depth)
		broken("left locked");
	if (memcmp(lm.ram, w.ivt, sizeof(w.ivt)))
		broken("a vector is wrong (EBDA-10)");
	for (const struct region *r = w.region; r < w.region + w.regions; r++)
		if (r->where != GONE && !region_intact(r))
			broken("somebody's data is damaged (EBDA-14)");
	for (u32 b = 0; b < BUILDS; b++)
		check_block(&w.ours[b], build_id[b]);
	if (fake.wrong_frees)
		broken("freed what was not ours (PMM-13)");
	if (lm.pmm)
		for (u32 b = 0; b < BUILDS; b++)
			for (u32 type = PMM_CONVENTIONAL; type <= PMM_EXTENDED; type++) {
				u32 n = 0;

				for (u32 i = 0; i < PMM_FAKE_BLOCKS; i++)
					n += fake.block[i].at &&
					     fake.block[i].handle ==
						     pmm_handle(build_id[b], type);
				if (n != w.ours[b].held[type - 1])
					broken("PMM memory neither kept nor freed (PMM-13)");
			}
}

#endif
