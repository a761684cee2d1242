/* SPDX-License-Identifier: BSD-2-Clause */
/* The POST Memory Manager's calls (PMM 1.01), as firmware.asm makes them.  Any of them may
 * move the EBDA (PMM-12): no address in it is valid across a call.  What they answer is not to
 * be believed before pmm_policy.c has looked at it.  Twin: tests/port/pmm.h. */
#ifndef EBB_PMM_H
#define EBB_PMM_H

#include "lowmem.h"

/* False: this firmware has none, and nothing below but pmm_payload_len may be called. */
static inline bool pmm_present(const struct lowmem *lm)
{
	return *(const u32 *)&lm->pmm_entry;
}

/* Function 0.  `paragraphs` 0 asks how much there is. */
u32 pmm_allocate(struct lowmem *lm, u32 paragraphs, u32 handle, u32 flags);

/* Function 1. */
u32 pmm_find(struct lowmem *lm, u32 handle);

/* Function 2. */
u32 pmm_deallocate(struct lowmem *lm, phys at);

/* Length of the payload of this build whose header is at `at`; 0 = none is there. */
u32 pmm_payload_len(struct lowmem *lm, phys at);

#endif
