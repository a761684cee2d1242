/* SPDX-License-Identifier: BSD-2-Clause */
/* The first megabyte, for code that runs flat in 32-bit mode with interrupts off: INIT and the
 * core.  Plain memory: nobody else changes it but real mode, which is called through functions
 * that the compiler cannot see into.  Twin: tests/port/lowmem.h (host). */
#ifndef EBB_LOWMEM_H
#define EBB_LOWMEM_H

#include "ebb/types.h"

struct lowmem {
	struct segoff pmm_entry; /* INIT only: pmm.h; 0:0 = none */
};

static inline u8 low_read8(struct lowmem *lm, phys at)
{
	(void)lm;
	return *(u8 *)at;
}

static inline u16 low_read16(struct lowmem *lm, phys at)
{
	(void)lm;
	return *(u16 *)at;
}

static inline u32 low_read32(struct lowmem *lm, phys at)
{
	(void)lm;
	return *(u32 *)at;
}

static inline void low_write8(struct lowmem *lm, phys at, u8 v)
{
	(void)lm;
	*(u8 *)at = v;
}

static inline void low_write16(struct lowmem *lm, phys at, u16 v)
{
	(void)lm;
	*(u16 *)at = v;
}

static inline void low_write32(struct lowmem *lm, phys at, u32 v)
{
	(void)lm;
	*(u32 *)at = v;
}

/* Copies `len` bytes; the ranges may overlap with to < from (`down`) or to > from (`up`). */
static inline void low_copy_down(struct lowmem *lm, phys to, phys from, u32 len)
{
	for (u32 i = 0; i < len; i++)
		low_write8(lm, to + i, low_read8(lm, from + i));
}

static inline void low_copy_up(struct lowmem *lm, phys to, phys from, u32 len)
{
	while (len--)
		low_write8(lm, to + len, low_read8(lm, from + len));
}

/* Interrupts are off here: only the tests have something to do.  What was written until then is
 * read from memory again afterwards, for it may be none. */
static inline void low_lock(struct lowmem *lm)
{
	(void)lm;
}

static inline void low_unlock(struct lowmem *lm)
{
	(void)lm;
	__asm__ volatile("" : : : "memory");
}

#endif
