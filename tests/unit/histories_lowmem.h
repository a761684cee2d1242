/* SPDX-License-Identifier: BSD-2-Clause */
/* The first megabyte for random histories: tests/port/lowmem.h that also writes down where our
 * code has written, in order.  Includes the scripted PMM, whose own writes are not ours. */
#ifndef EBB_LOWMEM_H
#define EBB_LOWMEM_H

#include <stdlib.h>
#include <string.h>
#include "ebb/types.h"

struct pmm_fake;

#define RUNS_MAX 256u

/* Bytes that were written one after the other. */
struct run {
	phys at;
	u32 len;
};

struct lowmem {
	u8 ram[1024 * KIB];
	int lock_depth;
	u32 read_only_from; /* writes to [read_only_from, read_only_to) are lost */
	u32 read_only_to;
	bool firmware; /* runs now: what it writes is not ours */
	u32 runs;
	struct run run[RUNS_MAX];
	struct pmm_fake *pmm;
};

static inline u8 *low_at(struct lowmem *lm, phys at, u32 len)
{
	if (at >= sizeof(lm->ram) || len > sizeof(lm->ram) - at)
		abort();
	return lm->ram + at;
}

static inline u8 low_read8(struct lowmem *lm, phys at)
{
	return *low_at(lm, at, 1);
}

static inline u16 low_read16(struct lowmem *lm, phys at)
{
	const u8 *p = low_at(lm, at, 2);

	return (u16)(p[0] | p[1] << 8);
}

static inline u32 low_read32(struct lowmem *lm, phys at)
{
	const u8 *p = low_at(lm, at, 4);

	return p[0] | (u32)p[1] << 8 | (u32)p[2] << 16 | (u32)p[3] << 24;
}

/* Where to write, or NULL if it is lost; enters it.  An interrupt must never see half of a
 * change: whoever writes holds the lock. */
static inline u8 *low_written(struct lowmem *lm, phys at, u32 len)
{
	u8 *p = low_at(lm, at, len);
	struct run *last = lm->run + lm->runs;

	if (!lm->lock_depth)
		abort();
	if (at >= lm->read_only_from && at < lm->read_only_to)
		return NULL;
	if (lm->firmware || !len)
		return p;
	if (lm->runs && last[-1].at + last[-1].len == at) {
		last[-1].len += len;
	} else {
		if (lm->runs == RUNS_MAX)
			abort();
		*last = (struct run){ at, len };
		lm->runs++;
	}
	return p;
}

static inline void low_write8(struct lowmem *lm, phys at, u8 v)
{
	u8 *p = low_written(lm, at, 1);

	if (p)
		*p = v;
}

static inline void low_write16(struct lowmem *lm, phys at, u16 v)
{
	u8 *p = low_written(lm, at, 2);

	if (p) {
		p[0] = (u8)v;
		p[1] = v >> 8;
	}
}

static inline void low_write32(struct lowmem *lm, phys at, u32 v)
{
	u8 *p = low_written(lm, at, 4);

	for (u32 i = 0; p && i < 4; i++)
		p[i] = (u8)(v >> 8 * i);
}

static inline void low_copy_down(struct lowmem *lm, phys to, phys from, u32 len)
{
	if (to >= from || from - to < 4 || len % 4)
		abort();
	memmove(low_written(lm, to, len), low_at(lm, from, len), len);
}

static inline void low_copy_up(struct lowmem *lm, phys to, phys from, u32 len)
{
	if (to <= from || to - from < 4 || len % 4)
		abort();
	memmove(low_written(lm, to, len), low_at(lm, from, len), len);
}

static inline void low_lock(struct lowmem *lm)
{
	if (lm->lock_depth)
		abort();
	lm->lock_depth = 1;
}

static inline void low_unlock(struct lowmem *lm)
{
	if (lm->lock_depth != 1)
		abort();
	lm->lock_depth = 0;
}

/* The scripted PMM of tests/port/pmm.h.  What it does to memory it does as firmware, and it may
 * do more than was asked: firmware_called is the history's. */
#define pmm_allocate   fake_allocate
#define pmm_find       fake_find
#define pmm_deallocate fake_deallocate
#include "pmm.h"
#undef pmm_allocate
#undef pmm_find
#undef pmm_deallocate

static void firmware_called(phys ebda_before);

static phys firmware_begins(struct lowmem *lm)
{
	struct pmm_pool *temporary = lm->pmm->pool;

	/* Memory for a while comes from below 40:13, wherever that is. */
	while (temporary->top > temporary->base && temporary->top > low_read16(lm, 0x413) * KIB)
		temporary->top -= KIB;
	lm->firmware = true;
	return (phys)low_read16(lm, 0x40e) << 4;
}

static inline u32 pmm_allocate(struct lowmem *lm, u32 paragraphs, u32 handle, u32 flags)
{
	phys ebda_before = firmware_begins(lm);
	u32 at = fake_allocate(lm, paragraphs, handle, flags);

	firmware_called(ebda_before);
	return at;
}

static inline u32 pmm_find(struct lowmem *lm, u32 handle)
{
	phys ebda_before = firmware_begins(lm);
	u32 at = fake_find(lm, handle);

	firmware_called(ebda_before);
	return at;
}

static inline u32 pmm_deallocate(struct lowmem *lm, phys at)
{
	phys ebda_before = firmware_begins(lm);
	u32 refused = fake_deallocate(lm, at);

	firmware_called(ebda_before);
	return refused;
}

#endif
