/* SPDX-License-Identifier: BSD-2-Clause */
/* The first megabyte, for code that runs in real mode: through FS, so that no assumption is
 * made about the limits of any segment.  The accesses are calls of src/rom16/low.asm, which
 * keep every register but the result: inline, they would be a third of the INIT image.
 * Twins: src/port/flat32/lowmem.h (core) and tests/port/lowmem.h. */
#ifndef EBB_LOWMEM_H
#define EBB_LOWMEM_H

#include "ebb/types.h"

struct lowmem {
	u32 flags;               /* of the caller, while locked */
	struct segoff pmm_entry; /* pmm.h; 0:0 = none */
};

static inline u32 low_read32(struct lowmem *lm, phys at)
{
	(void)lm;
	__asm__ volatile("callw low_peek" : "+a"(at));
	return at;
}

static inline u16 low_read16(struct lowmem *lm, phys at)
{
	return (u16)low_read32(lm, at);
}

static inline u8 low_read8(struct lowmem *lm, phys at)
{
	return (u8)low_read32(lm, at);
}

static inline void low_write8(struct lowmem *lm, phys at, u8 v)
{
	(void)lm;
	__asm__ volatile("callw low_poke8" : : "a"(at), "d"(v) : "memory");
}

static inline void low_write16(struct lowmem *lm, phys at, u16 v)
{
	(void)lm;
	__asm__ volatile("callw low_poke16" : : "a"(at), "d"(v) : "memory");
}

static inline void low_write32(struct lowmem *lm, phys at, u32 v)
{
	(void)lm;
	__asm__ volatile("callw low_poke32" : : "a"(at), "d"(v) : "memory");
}

/* Copies `len` bytes, a multiple of 4; the ranges may overlap, at least 4 bytes apart, with
 * to < from (`down`) or to > from (`up`). */
static inline void low_copy_down(struct lowmem *lm, phys to, phys from, u32 len)
{
	for (u32 i = 0; i < len; i += 4)
		low_write32(lm, to + i, low_read32(lm, from + i));
}

static inline void low_copy_up(struct lowmem *lm, phys to, phys from, u32 len)
{
	while (len) {
		len -= 4;
		low_write32(lm, to + len, low_read32(lm, from + len));
	}
}

/* Interrupts off, and as they were.  No lock inside a lock. */
static inline void low_lock(struct lowmem *lm)
{
	__asm__ volatile("pushfl\n\tpopl %0\n\tcli" : "=m"(lm->flags) : : "memory");
}

static inline void low_unlock(struct lowmem *lm)
{
	__asm__ volatile("pushl %0\n\tpopfl" : : "m"(lm->flags) : "memory", "cc");
}

#endif
