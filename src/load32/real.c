/* SPDX-License-Identifier: BSD-2-Clause */
#include "real.h"

#include "ebb/bda.h"
#include "lowmem.h"

void real_prepare(const struct handoff *h, struct rm_call *c)
{
	u32 *word = (u32 *)c;

	for (u32 i = 0; i < sizeof(*c) / sizeof(*word); i++)
		word[i] = 0;
	c->ds = h->bounce.seg;
	c->es = h->bounce.seg;
}

void real_interrupt(const struct handoff *h, struct rm_call *c, u32 vector)
{
	void (*gate)(struct rm_call *) = (void (*)(struct rm_call *))memory_at(h->gate_real);
	struct lowmem lm;

	c->target.off = low_read16(&lm, IVT_BASE + vector * 4);
	c->target.seg = low_read16(&lm, IVT_BASE + vector * 4 + 2);
	c->kind = RM_CALL_INTERRUPT;
	c->eflags = EFLAGS_CF;
	c->stack = h->stack;
	gate(c);
}
