/* SPDX-License-Identifier: BSD-2-Clause */
/* Raw inflate (RFC 1951), whole input to whole output.  Pure and without constants; never
 * reads outside `in` nor writes outside the output, whatever the input is.  Accepts exactly
 * what zlib accepts. */
#ifndef EBB_INFLATE_H
#define EBB_INFLATE_H

#include "ebb/types.h"

enum inflate_result {
	INFLATE_OK,
	INFLATE_IN_SHORT,     /* the input ends inside a block */
	INFLATE_IN_LONG,      /* the last block ends before the input does */
	INFLATE_OUT_SHORT,    /* the last block ends before the output is full */
	INFLATE_OUT_LONG,     /* there is more than the output holds */
	INFLATE_BAD_BLOCK,    /* block type 3 */
	INFLATE_BAD_STORED,   /* a stored block's length and its complement disagree */
	INFLATE_BAD_COUNTS,   /* more than 286 length or 30 distance codes */
	INFLATE_BAD_LENGTHS,  /* code lengths: none to repeat, too many, or no end of block */
	INFLATE_BAD_CODE,     /* over-subscribed or incomplete set of codes */
	INFLATE_BAD_SYMBOL,   /* a code that stands for nothing */
	INFLATE_BAD_DISTANCE, /* a match that starts before the output */
};

#define INFLATE_FAST_BITS 9

/* One set of codes: a table by the next 9 bits for short codes, and for all of them the
 * number of codes of each length and the symbols in the order of their codes. */
struct inflate_codes {
	u16 fast[1 << INFLATE_FAST_BITS]; /* symbol << 4 | length of the code; 0 = longer */
	u16 count[16];
	u16 symbol[288];
};

/* Scratch of one call; its contents mean nothing before and after. */
struct inflate_work {
	struct inflate_codes literal;
	struct inflate_codes distance;
	u8 length[288 + 32];
};

/* Inflates all of `in` to exactly `out_len` bytes.  After an error the output is undefined. */
enum inflate_result inflate_raw(struct inflate_work *w, struct bytes in, u8 *out, u32 out_len);

#endif
