/* SPDX-License-Identifier: BSD-2-Clause */
/* The loader's decoders.  Inflate must accept what zlib accepts and give the same bytes; the
 * filter and its inverse must undo each other; relocation must stay inside the image.
 *
 * Sources: src/load32/inflate.c src/load32/unpack.c
 * Sources: tools/ebbrom/squeeze.c tools/ebbrom/file.c
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "../../tools/ebbrom/squeeze.h"
#include "inflate.h"
#include "unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define OUT_MAX 4096u

static void must(bool ok)
{
	if (!ok)
		abort();
}

static u8 *copy_of(const u8 *at, u32 len)
{
	u8 *copy = malloc(len + !len);

	memcpy(copy, at, len);
	return copy;
}

/* Inflates with zlib; returns the number of bytes that come out, or -1. */
static s32 by_zlib(struct bytes in, u8 *out, u32 room)
{
	z_stream z = { .next_in = (u8 *)in.at, .avail_in = in.len };
	int result;

	z.next_out = out;
	z.avail_out = room;
	must(inflateInit2(&z, -15) == Z_OK);
	result = inflate(&z, Z_FINISH);
	inflateEnd(&z);
	return result == Z_STREAM_END && z.avail_in == 0 ? (s32)(room - z.avail_out) : -1;
}

static void try_inflate(struct bytes in, u32 guess)
{
	static struct inflate_work work;
	u8 expected[OUT_MAX];
	s32 len = by_zlib(in, expected, OUT_MAX);
	u32 out_len = len >= 0 ? (u32)len : guess % OUT_MAX;
	u8 *out = malloc(out_len + !out_len);
	enum inflate_result r = inflate_raw(&work, in, out, out_len);

	if (len >= 0)
		must(r == INFLATE_OK && memcmp(out, expected, out_len) == 0);
	else
		must(r != INFLATE_OK);
	free(out);
}

static void try_filter(struct bytes in)
{
	u8 *there = copy_of(in.at, in.len);
	u8 *back = copy_of(in.at, in.len);

	squeeze_filter(there, in.len);
	unpack_unfilter(there, in.len);
	must(memcmp(there, in.at, in.len) == 0);
	unpack_unfilter(back, in.len);
	squeeze_filter(back, in.len);
	must(memcmp(back, in.at, in.len) == 0);
	free(there);
	free(back);
}

static void try_relocate(struct bytes in, u32 guess)
{
	u32 len = guess >> 8 & 0xff;
	u8 *image = calloc(1, len + 1);
	u8 *deltas = copy_of(in.at, in.len);

	unpack_relocate(image, len, (struct bytes){ deltas, in.len }, guess & 0xff, 0x1000);
	free(image);
	free(deltas);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes in = { data, (u32)len };

	if (len < 2)
		return 0;
	u32 guess = (u32)data[0] | (u32)data[1] << 8;
	in = bytes_after(in, 2);
	try_inflate(in, guess);
	try_filter(in);
	try_relocate(in, guess);
	return 0;
}
