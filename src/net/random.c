/* SPDX-License-Identifier: BSD-2-Clause */
#include "random.h"

void random_seed(struct random *r, u32 seed)
{
	/* Seeds of a clock differ in few bits: spread them. */
	r->state = seed * 0x9e3779b1u ^ 0x6d2b79f5u;
	if (!r->state)
		r->state = 1;
}

u32 random_next(struct random *r)
{
	/* Marsaglia's xorshift, period 2^32 - 1; the product hides its linearity. */
	r->state ^= r->state << 13;
	r->state ^= r->state >> 17;
	r->state ^= r->state << 5;
	return r->state * 0x2c1b3c6du;
}
