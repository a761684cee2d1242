/* SPDX-License-Identifier: BSD-2-Clause */
/* A scripted POST Memory Manager: two pools of permanent memory, two of temporary memory, and
 * the misbehaviours that firmware is known for (PMM-7, PMM-8, PMM-12; list T2 of specs 03).
 * Twin: src/port/flat32/pmm.h. */
#ifndef EBB_PMM_H
#define EBB_PMM_H

#include "lowmem.h"

#define PMM_FAKE_BLOCKS 16u

enum pmm_habit {
	PMM_IGNORES_PERMANENT = 1, /* bit 3 means nothing to it */
	PMM_ANSWERS_ZERO = 2,      /* whatever is asked */
	PMM_ANSWERS_ONES = 4,
	PMM_ANSWERS_SEGOFF = 8, /* segment:offset instead of an address */
	PMM_UNALIGNED = 16,
	PMM_NEEDS_4K = 32,    /* fails if a length is no multiple of 4 KiB */
	PMM_QUERY_TAKES = 64, /* asking for the largest block takes some of it */
	PMM_MOVES_EBDA = 128, /* permanent conventional memory comes from below the EBDA */
	PMM_FIND_ONES = 256,  /* pmmFind answers ffffffff for unknown handles */
	PMM_UNIQUE = 512,     /* a handle can be used only once */
};

struct pmm_pool {
	phys base; /* grows down to here */
	phys top;
};

struct pmm_fake {
	u32 habits;              /* enum pmm_habit */
	struct pmm_pool pool[4]; /* conventional, extended; permanent conventional, extended */
	u32 answer;              /* if not 0, the answer to every allocation */
	struct {
		phys at;
		u32 len;
		u32 handle;
		u32 flags;
	} block[PMM_FAKE_BLOCKS]; /* at = 0: free */
	phys payload;             /* a header of a payload of this build is here */
	u32 payload_len;
	/* Called after every call, if set: PMM-12. */
	void (*afterwards)(struct lowmem *lm);
	u32 calls;
	u32 wrong_frees;
};

static inline bool pmm_present(const struct lowmem *lm)
{
	return lm->pmm;
}

static inline void pmm_fake_done(struct lowmem *lm)
{
	if (lm->lock_depth)
		abort(); /* firmware may enable interrupts */
	lm->pmm->calls++;
	if (lm->pmm->afterwards)
		lm->pmm->afterwards(lm);
}

/* SeaBIOS without upper memory: slides the EBDA down to make room above it. */
static inline phys pmm_fake_below_ebda(struct lowmem *lm, u32 len)
{
	phys old = (phys)low_read16(lm, 0x40e) << 4;
	u32 size = low_read8(lm, old) * KIB;
	u32 room = (len + KIB - 1) & -KIB;
	phys base = old - room;

	if (old != low_read16(lm, 0x413) * KIB || base < 0x90000 || size > 0xa0000 - old)
		return 0;
	low_lock(lm);
	low_copy_down(lm, base, old, size);
	low_write16(lm, 0x413, base / KIB);
	low_write16(lm, 0x40e, base >> 4);
	low_unlock(lm);
	return base + size;
}

static inline u32 pmm_fake_allocate(struct lowmem *lm, u32 len, u32 handle, u32 flags)
{
	struct pmm_fake *p = lm->pmm;
	u32 kind = flags & (p->habits & PMM_IGNORES_PERMANENT ? 3 : 11);
	struct pmm_pool *pool = &p->pool[(kind & 3) - 1 + (kind & 8 ? 2 : 0)];
	u32 i;
	phys at;

	if (p->habits & PMM_ANSWERS_ZERO)
		return 0;
	if (p->habits & PMM_ANSWERS_ONES)
		return 0xffffffff;
	if (!len) {
		u32 most = pool->top - pool->base;

		if (p->habits & PMM_QUERY_TAKES)
			pool->top -= most / 4 & -16u;
		return most;
	}
	if (p->habits & PMM_NEEDS_4K && len % 4096)
		return 0;
	for (i = 0; i < PMM_FAKE_BLOCKS; i++)
		if (p->habits & PMM_UNIQUE && handle != 0xffffffff && p->block[i].at &&
		    p->block[i].handle == handle)
			return 0;
	for (i = 0; i < PMM_FAKE_BLOCKS && p->block[i].at; i++)
		;
	if (i == PMM_FAKE_BLOCKS)
		return 0;
	if (p->answer) {
		at = p->answer;
	} else if (p->habits & PMM_MOVES_EBDA && kind == 9) {
		at = pmm_fake_below_ebda(lm, len);
	} else {
		if (len > pool->top - pool->base)
			return 0;
		at = pool->top -= len;
	}
	if (!at)
		return 0;
	if (p->habits & PMM_ANSWERS_SEGOFF)
		at = at >> 4 << 16;
	if (p->habits & PMM_UNALIGNED)
		at += 4;
	p->block[i].at = at;
	p->block[i].len = len;
	p->block[i].handle = handle;
	p->block[i].flags = flags;
	return at;
}

static inline u32 pmm_allocate(struct lowmem *lm, u32 paragraphs, u32 handle, u32 flags)
{
	u32 at = pmm_fake_allocate(lm, paragraphs * 16, handle, flags);

	pmm_fake_done(lm);
	return at;
}

static inline u32 pmm_find(struct lowmem *lm, u32 handle)
{
	struct pmm_fake *p = lm->pmm;
	u32 at = p->habits & PMM_FIND_ONES ? 0xffffffff : 0;

	for (u32 i = 0; i < PMM_FAKE_BLOCKS; i++)
		if (p->block[i].at && p->block[i].handle == handle) {
			at = p->block[i].at;
			break;
		}
	pmm_fake_done(lm);
	return at;
}

static inline u32 pmm_deallocate(struct lowmem *lm, phys at)
{
	struct pmm_fake *p = lm->pmm;
	u32 refused = 1;

	for (u32 i = 0; i < PMM_FAKE_BLOCKS; i++)
		if (at && p->block[i].at == at) {
			p->block[i].at = 0;
			refused = 0;
			break;
		}
	p->wrong_frees += refused;
	pmm_fake_done(lm);
	return refused;
}

/* How many blocks are taken. */
static inline u32 pmm_fake_held(const struct pmm_fake *p)
{
	u32 n = 0;

	for (u32 i = 0; i < PMM_FAKE_BLOCKS; i++)
		n += p->block[i].at != 0;
	return n;
}

static inline u32 pmm_payload_len(struct lowmem *lm, phys at)
{
	return lm->pmm && at == lm->pmm->payload ? lm->pmm->payload_len : 0;
}

#endif
