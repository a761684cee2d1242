/* SPDX-License-Identifier: BSD-2-Clause */
/* The POST Memory Manager's calls (PMM 1.01), as INIT's 32-bit code makes them through
 * src/rom16/firmware.asm.  Any of them may move the EBDA (PMM-12): no address in it is valid
 * across a call.  What they answer is not to be believed before pmm_policy.c has looked at it.
 * Twin: tests/port/pmm.h. */
#ifndef EBB_PMM_H
#define EBB_PMM_H

#include "lowmem.h"

/* False: this firmware has none, and nothing below but pmm_payload_len may be called. */
static inline bool pmm_present(const struct lowmem *lm)
{
	return *(const u32 *)&lm->pmm_entry;
}

/* One call in real mode: function in the low half of `what`, above it the flags. */
u32 pmm_call(struct lowmem *lm, u32 argument, u32 handle, u32 what);

/* Function 0.  `paragraphs` 0 asks how much there is. */
static inline __attribute__((always_inline)) u32 pmm_allocate(struct lowmem *lm, u32 paragraphs,
							      u32 handle, u32 flags)
{
	return pmm_call(lm, paragraphs, handle, flags << 16);
}

/* Function 1. */
static inline __attribute__((always_inline)) u32 pmm_find(struct lowmem *lm, u32 handle)
{
	return pmm_call(lm, handle, 0, 1);
}

/* Function 2. */
static inline __attribute__((always_inline)) u32 pmm_deallocate(struct lowmem *lm, phys at)
{
	return pmm_call(lm, at, 0, 2);
}

/* Length of the payload of this build whose header is at `at`; 0 = none is there. */
u32 pmm_payload_len(struct lowmem *lm, phys at);

#endif
