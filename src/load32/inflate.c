/* SPDX-License-Identifier: BSD-2-Clause */
#include "inflate.h"

#define END_OF_BLOCK   256u
#define LITERAL_CODES  286u /* 286 and 287 of the fixed code stand for nothing */
#define DISTANCE_CODES 30u

/* The first failure sticks; whoever loops looks at `result`, others go on with zeros. */
struct stream {
	struct inflate_work *work;
	const u8 *in;
	const u8 *in_end;
	u32 held; /* bits taken from the input and not yet used, the next one lowest */
	u32 held_count;
	u8 *out;
	u32 out_len;
	u32 out_at;
	enum inflate_result result;
};

static __attribute__((noinline)) void fail(struct stream *s, enum inflate_result r)
{
	if (s->result == INFLATE_OK)
		s->result = r;
}

/* Lets `n` <= 16 bits be looked at in s->held; behind the end of the input they are 0. */
static void fill_bits(struct stream *s)
{
	while (s->held_count <= 24 && s->in < s->in_end) {
		s->held |= (u32)*s->in++ << s->held_count;
		s->held_count += 8;
	}
}

static __attribute__((noinline)) void drop_bits(struct stream *s, u32 n)
{
	if (n > s->held_count) {
		fail(s, INFLATE_IN_SHORT);
		n = s->held_count;
	}
	s->held >>= n;
	s->held_count -= n;
}

/* The next `n` <= 16 bits, least significant first. */
static __attribute__((noinline)) u32 take_bits(struct stream *s, u32 n)
{
	u32 value;

	fill_bits(s);
	value = s->held & ((1u << n) - 1);
	drop_bits(s, n);
	return value;
}

/* Enters a code of `len` <= 9 bits, whose first bit comes first in the stream, wherever the
 * bits behind it may lead. */
static void fill_fast(u16 *fast, u32 code, u32 len, u32 symbol)
{
	u32 index = 0;

	for (u32 bit = 0; bit < len; bit++, code >>= 1)
		index = index << 1 | (code & 1);
	for (; index < 1 << INFLATE_FAST_BITS; index += 1u << len)
		fast[index] = (u16)(symbol << 4 | len);
}

/* Builds the canonical code (RFC 1951 3.2.2) for symbols 0..n-1 with these lengths.  A set
 * that is not complete is an error, except no code at all and one code of one bit (3.2.7)
 * if `may_be_single`; use of what is missing is then an error. */
static __attribute__((noinline)) void build_codes(struct stream *s, struct inflate_codes *c,
						  const u8 *length, u32 n, bool may_be_single)
{
	u32 symbols = 0;
	u32 code = 0;
	s32 left = 1;

	for (u32 i = 0; i < 1 << INFLATE_FAST_BITS; i++)
		c->fast[i] = 0;

	for (u32 len = 1; len < 16; len++) {
		u32 before = symbols;

		code <<= 1;
		for (u32 i = 0; i < n; i++) {
			if (length[i] != len)
				continue;
			c->symbol[symbols++] = (u16)i;
			if (len <= INFLATE_FAST_BITS)
				fill_fast(c->fast, code++, len, i);
		}
		c->count[len] = (u16)(symbols - before);
		left = left * 2 - c->count[len];
		if (left < 0) {
			fail(s, INFLATE_BAD_CODE);
			return;
		}
	}
	if (left > 0 && symbols != 0 && !(may_be_single && symbols == 1 && c->count[1] == 1))
		fail(s, INFLATE_BAD_CODE);
}

/* The next symbol; any after a failure. */
static __attribute__((noinline)) u32 take_symbol(struct stream *s,
						 const struct inflate_codes *c)
{
	fill_bits(s);

	u32 entry = c->fast[s->held & ((1 << INFLATE_FAST_BITS) - 1)];
	if (entry != 0) {
		drop_bits(s, entry & 15);
		return entry >> 4;
	}

	/* Bit by bit: `first` is the first code of this length, `index` its symbol. */
	u32 code = 0;
	u32 first = 0;
	u32 index = 0;
	for (u32 len = 1; len < 16; len++) {
		code |= s->held >> (len - 1) & 1;
		if (code - first < c->count[len]) {
			drop_bits(s, len);
			return c->symbol[index + code - first];
		}
		index += c->count[len];
		first = (first + c->count[len]) << 1;
		code <<= 1;
	}
	fail(s, INFLATE_BAD_SYMBOL);
	return END_OF_BLOCK;
}

/* The value of length code 257 + n or distance code n: groups of 2^shift codes share a number
 * of extra bits, which grows by one from group to group (RFC 1951 3.2.5). */
static __attribute__((noinline)) u32 take_value(struct stream *s, u32 n, u32 shift)
{
	u32 group = n >> shift;
	u32 mask = (1u << shift) - 1;

	if (group == 0)
		return n;
	return ((mask + 1 + (n & mask)) << (group - 1)) + take_bits(s, group - 1);
}

static void copy_match(struct stream *s, u32 length_code)
{
	/* Code 285 breaks the rule of the others. */
	u32 n = length_code - END_OF_BLOCK - 1;
	u32 length = 3 + (length_code == LITERAL_CODES - 1 ? 255 : take_value(s, n, 2));

	n = take_symbol(s, &s->work->distance);
	if (n >= DISTANCE_CODES) {
		fail(s, INFLATE_BAD_SYMBOL);
		return;
	}
	u32 distance = 1 + take_value(s, n, 1);

	if (distance > s->out_at)
		fail(s, INFLATE_BAD_DISTANCE);
	if (length > s->out_len - s->out_at)
		fail(s, INFLATE_OUT_LONG);
	if (s->result != INFLATE_OK)
		return;
	/* Byte by byte and upwards: source and target overlap when length > distance. */
	u8 *to = s->out + s->out_at;
	s->out_at += length;
	for (; length != 0; length--, to++)
		*to = *(to - distance);
}

static void coded_block(struct stream *s)
{
	while (s->result == INFLATE_OK) {
		u32 symbol = take_symbol(s, &s->work->literal);

		if (symbol == END_OF_BLOCK)
			break;
		if (symbol >= LITERAL_CODES)
			fail(s, INFLATE_BAD_SYMBOL);
		else if (symbol > END_OF_BLOCK)
			copy_match(s, symbol);
		else if (s->out_at >= s->out_len)
			fail(s, INFLATE_OUT_LONG);
		else
			s->out[s->out_at++] = (u8)symbol;
	}
}

static void stored_block(struct stream *s)
{
	drop_bits(s, s->held_count & 7);

	u32 len = take_bits(s, 16);
	if (take_bits(s, 16) != (len ^ 0xffff))
		fail(s, INFLATE_BAD_STORED);

	/* Whole bytes may be held still. */
	s->in -= s->held_count / 8;
	s->held = 0;
	s->held_count = 0;
	if (len > (u32)(s->in_end - s->in))
		fail(s, INFLATE_IN_SHORT);
	if (len > s->out_len - s->out_at)
		fail(s, INFLATE_OUT_LONG);
	if (s->result != INFLATE_OK)
		return;
	while (len--)
		s->out[s->out_at++] = *s->in++;
}

/* Lengths of the codes for code lengths come in this order: 16 17 18 0 8 7 9 6 10 5 ... 15. */
static u32 length_order(u32 i)
{
	if (i < 3)
		return 16 + i;
	if (i == 3)
		return 0;
	return i & 1 ? 7 - (i - 4) / 2 : 8 + (i - 4) / 2;
}

/* Reads `n` code lengths, in the code that w->literal holds. */
static void take_lengths(struct stream *s, u8 *length, u32 n)
{
	u8 value = 0;

	for (u32 i = 0; i < n && s->result == INFLATE_OK;) {
		u32 symbol = take_symbol(s, &s->work->literal);
		u32 repeat = 1;

		/* 16: the one before, 3-6 times; 17: zero, 3-10 times; 18: zero, 11-138. */
		if (symbol == 16 && i == 0)
			fail(s, INFLATE_BAD_LENGTHS);
		if (symbol >= 16)
			repeat = symbol == 18 ? 11 + take_bits(s, 7)
					      : 3 + take_bits(s, symbol & 1 ? 3 : 2);
		if (symbol != 16)
			value = symbol < 16 ? (u8)symbol : 0;
		if (repeat > n - i)
			fail(s, INFLATE_BAD_LENGTHS);
		while (repeat-- && i < n)
			length[i++] = value;
	}
}

static void dynamic_codes(struct stream *s)
{
	struct inflate_work *w = s->work;
	u32 literals = 257 + take_bits(s, 5);
	u32 distances = 1 + take_bits(s, 5);
	u32 lengths = 4 + take_bits(s, 4);

	if (literals > LITERAL_CODES || distances > DISTANCE_CODES) {
		fail(s, INFLATE_BAD_COUNTS);
		return;
	}
	for (u32 i = 0; i < 19; i++)
		w->length[length_order(i)] = i < lengths ? (u8)take_bits(s, 3) : 0;
	build_codes(s, &w->literal, w->length, 19, false);
	take_lengths(s, w->length, literals + distances);
	if (w->length[END_OF_BLOCK] == 0)
		fail(s, INFLATE_BAD_LENGTHS);
	build_codes(s, &w->literal, w->length, literals, true);
	build_codes(s, &w->distance, w->length + literals, distances, true);
}

static void fixed_codes(struct stream *s)
{
	struct inflate_work *w = s->work;

	for (u32 i = 0; i < 288; i++)
		w->length[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
	build_codes(s, &w->literal, w->length, 288, false);
	for (u32 i = 0; i < 32; i++)
		w->length[i] = 5;
	build_codes(s, &w->distance, w->length, 32, false);
}

enum inflate_result inflate_raw(struct inflate_work *w, struct bytes in, u8 *out, u32 out_len)
{
	struct stream s;
	u32 last;

	s.work = w;
	s.in = in.at;
	s.in_end = in.at + in.len;
	s.held = 0;
	s.held_count = 0;
	s.out = out;
	s.out_len = out_len;
	s.out_at = 0;
	s.result = INFLATE_OK;

	do {
		last = take_bits(&s, 1);
		u32 type = take_bits(&s, 2);

		if (type == 0) {
			stored_block(&s);
			continue;
		}
		if (type == 1)
			fixed_codes(&s);
		else if (type == 2)
			dynamic_codes(&s);
		else
			fail(&s, INFLATE_BAD_BLOCK);
		coded_block(&s);
	} while (!last && s.result == INFLATE_OK);

	if (s.out_at != out_len)
		fail(&s, INFLATE_OUT_SHORT);
	if (s.in != s.in_end || s.held_count >= 8)
		fail(&s, INFLATE_IN_LONG);
	return s.result;
}
