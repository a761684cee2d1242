/* SPDX-License-Identifier: BSD-2-Clause */
/* The first megabyte of a machine that is not there.  Notices what must not happen: writes
 * outside a lock (an interrupt could see half of a change), locks inside locks, and accesses
 * outside the megabyte, which abort.  Twin: src/port/flat32. */
#ifndef EBB_LOWMEM_H
#define EBB_LOWMEM_H

#include <stdlib.h>
#include "ebb/types.h"

struct pmm_fake;

struct lowmem {
	u8 ram[1024 * KIB];
	int lock_depth;
	u32 locks; /* how often it was locked */
	u32 unlocked_writes;
	u32 read_only_from; /* writes to [read_only_from, read_only_to) are lost */
	u32 read_only_to;
	struct pmm_fake *pmm; /* tests/port/pmm.h; NULL = this firmware has none */
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

static inline void low_write8(struct lowmem *lm, phys at, u8 v)
{
	u8 *p = low_at(lm, at, 1);

	lm->unlocked_writes += !lm->lock_depth;
	if (at < lm->read_only_from || at >= lm->read_only_to)
		*p = v;
}

static inline void low_write16(struct lowmem *lm, phys at, u16 v)
{
	low_write8(lm, at, (u8)v);
	low_write8(lm, at + 1, v >> 8);
}

static inline void low_write32(struct lowmem *lm, phys at, u32 v)
{
	low_write16(lm, at, (u16)v);
	low_write16(lm, at + 2, v >> 16);
}

static inline void low_copy_down(struct lowmem *lm, phys to, phys from, u32 len)
{
	if (to >= from || len % 4)
		abort();
	for (u32 i = 0; i < len; i++)
		low_write8(lm, to + i, low_read8(lm, from + i));
}

static inline void low_copy_up(struct lowmem *lm, phys to, phys from, u32 len)
{
	if (to <= from || len % 4)
		abort();
	while (len--)
		low_write8(lm, to + len, low_read8(lm, from + len));
}

static inline void low_lock(struct lowmem *lm)
{
	if (lm->lock_depth)
		abort();
	lm->lock_depth = 1;
	lm->locks++;
}

static inline void low_unlock(struct lowmem *lm)
{
	if (lm->lock_depth != 1)
		abort();
	lm->lock_depth = 0;
}

#endif
