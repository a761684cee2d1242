/* SPDX-License-Identifier: BSD-2-Clause */
#include "sum.h"
#include "wire.h"

/* One's complement addition of 32-bit words; folded to 16 bits at the end it gives the same
 * sum as of 16-bit words, because 2^16 is 1 modulo 2^16 - 1. */
static u32 add(u32 acc, u32 word)
{
	acc += word;
	return acc + (acc < word);
}

/* The last 0 to 3 bytes, padded with zeros. */
static u32 tail(const u8 *from, u32 len)
{
	u8 word[4] = { 0, 0, 0, 0 };

	for (u32 i = 0; i < len; i++)
		word[i] = from[i];
	return wire_load32(word);
}

/* Carries are kept in the upper half for a while: most of a transfer's work is here. */
static u32 narrow(u64 wide)
{
	return add((u32)wide, (u32)(wide >> 32));
}

static inline u64 move(u8 *to, const u8 *from)
{
	u32 word = wire_load32(from);

	wire_store32(to, word);
	return word;
}

u32 sum_add(u32 acc, const void *from, u32 len)
{
	const u8 *p = from;
	u64 wide = acc;

	for (; len >= 16; len -= 16, p += 16) {
		wide += wire_load32(p);
		wide += wire_load32(p + 4);
		wide += wire_load32(p + 8);
		wide += wire_load32(p + 12);
	}
	acc = narrow(wide);
	for (; len >= 4; len -= 4, p += 4)
		acc = add(acc, wire_load32(p));
	return add(acc, tail(p, len));
}

u32 sum_copy(u32 acc, void *to, const void *from, u32 len)
{
	const u8 *p = from;
	u8 *q = to;
	u64 wide = acc;

	for (; len >= 32; len -= 32, p += 32, q += 32) {
		wide += move(q, p);
		wide += move(q + 4, p + 4);
		wide += move(q + 8, p + 8);
		wide += move(q + 12, p + 12);
		wide += move(q + 16, p + 16);
		wide += move(q + 20, p + 20);
		wide += move(q + 24, p + 24);
		wide += move(q + 28, p + 28);
	}
	for (; len >= 4; len -= 4, p += 4, q += 4)
		wide += move(q, p);
	acc = narrow(wide);
	for (u32 i = 0; i < len; i++)
		q[i] = p[i];
	/* Of the copy, not of the source: what was summed is what was stored. */
	return add(acc, tail(q, len));
}

static u16 fold(u32 acc)
{
	acc = (acc >> 16) + (acc & 0xffff);
	return (u16)((acc >> 16) + acc);
}

be16 sum_field(u32 acc)
{
	u16 sum = (u16)~fold(acc);
	be16 field;

	__builtin_memcpy(&field, &sum, sizeof(field));
	return field;
}

bool sum_good(u32 acc)
{
	return fold(acc) == 0xffff;
}
