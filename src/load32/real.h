/* SPDX-License-Identifier: BSD-2-Clause */
/* What the loader sees of the machine: memory by its address, and firmware through the gate. */
#ifndef EBB_REAL_H
#define EBB_REAL_H

#include "ebb/handoff.h"

/* The memory at a linear address. */
static inline void *memory_at(phys at)
{
	return (void *)(uintptr_t)at;
}

/* Clears `c`, but for the data segments: DS and ES are the bounce buffer's. */
void real_prepare(const struct handoff *h, struct rm_call *c);

/* Calls interrupt `vector` with the registers in `c`, interrupts off, on h->stack.  CF is
 * set on entry, so that a service which does not exist fails (MEM-2). */
void real_interrupt(const struct handoff *h, struct rm_call *c, u32 vector);

#endif
