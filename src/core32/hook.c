/* SPDX-License-Identifier: BSD-2-Clause */
#include "hook.h"
#include "ebb/bda.h"
#include "lowmem.h"

static phys slot(const struct hook *h)
{
	return IVT_BASE + 4u * h->vector;
}

static struct segoff read_vector(struct lowmem *lm, phys at)
{
	return (struct segoff){ low_read16(lm, at), low_read16(lm, at + 2) };
}

static void write_vector(struct lowmem *lm, phys at, struct segoff v)
{
	low_write16(lm, at, v.off);
	low_write16(lm, at + 2, v.seg);
}

void hook_set(struct hook *h, u8 vector, struct segoff ours)
{
	struct lowmem lm;

	h->vector = vector;
	h->ours = ours;
	h->old = read_vector(&lm, slot(h));
	h->set = true;
	write_vector(&lm, slot(h), ours);
}

bool hook_is_ours(const struct hook *h)
{
	struct lowmem lm;
	struct segoff now = read_vector(&lm, slot(h));

	return !h->set || (now.off == h->ours.off && now.seg == h->ours.seg);
}

bool hook_clear(struct hook *h)
{
	struct lowmem lm;

	if (!hook_is_ours(h))
		return false;
	if (h->set)
		write_vector(&lm, slot(h), h->old);
	h->set = false;
	return true;
}
