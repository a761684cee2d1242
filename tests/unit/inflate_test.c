/* SPDX-License-Identifier: BSD-2-Clause */
/* One input for each error, written as bits; everything else against zlib. */
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "inflate.h"

static struct inflate_work work;

/* ---- streams written by hand --------------------------------------------------------- */

static struct {
	u8 at[4096];
	u32 bits;
} stream;

/* Least significant bit first, as DEFLATE writes all numbers. */
static void put(u32 value, u32 bits)
{
	for (u32 i = 0; i < bits; i++, stream.bits++)
		stream.at[stream.bits / 8] |= (u8)((value >> i & 1) << stream.bits % 8);
}

/* Most significant bit first, as DEFLATE writes codes. */
static void put_code(u32 code, u32 bits)
{
	while (bits--)
		put(code >> bits & 1, 1);
}

static void start(u32 last, u32 type)
{
	memset(&stream, 0, sizeof(stream));
	put(last, 1);
	put(type, 2);
}

/* The header of a dynamic block whose code-length code has three symbols: 0 = "0", 1 = "10",
 * `third` = "11". */
static void start_dynamic(u32 literals, u32 distances, u32 third)
{
	static const u8 order[19] = { 16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
				      11, 4,  12, 3, 13, 2, 14, 1, 15 };

	start(1, 2);
	put(literals - 257, 5);
	put(distances - 1, 5);
	put(19 - 4, 4);
	for (u32 i = 0; i < 19; i++)
		put(order[i] == 0 ? 1 : order[i] == 1 || order[i] == third ? 2 : 0, 3);
}

#define LENGTH_0     put_code(0, 1)
#define LENGTH_1     put_code(2, 2)
#define LENGTH_THIRD put_code(3, 2)

static u8 out[70000];

static enum inflate_result inflate_it(u32 out_len)
{
	/* On the heap and to size, so that ASan sees every byte too far. */
	u32 len = (stream.bits + 7) / 8;
	u8 *in = malloc(len + !len);
	u8 *to = malloc(out_len + !out_len);
	enum inflate_result r;

	memcpy(in, stream.at, len);
	memset(&work, 0xa5, sizeof(work));
	r = inflate_raw(&work, (struct bytes){ in, len }, to, out_len);
	if (r == INFLATE_OK)
		memcpy(out, to, out_len);
	free(in);
	free(to);
	return r;
}

static void test_stored_block_is_copied(void **state)
{
	(void)state;
	start(1, 0);
	stream.bits = 8;
	put(3, 16);
	put(0xfffc, 16);
	put('a' | 'b' << 8 | 'c' << 16, 24);
	CHECK(inflate_it(3) == INFLATE_OK);
	CHECK(memcmp(out, "abc", 3) == 0);
}

static void test_several_blocks_are_joined(void **state)
{
	(void)state;
	start(0, 1);
	put_code(0x30 + 'x', 8);
	put_code(0, 7);
	put(0, 3);
	stream.bits = (stream.bits + 7) / 8 * 8;
	put(1, 16);
	put(0xfffe, 16);
	put('y', 8);
	put(1, 1);
	put(1, 2);
	put_code(1, 7); /* length 3 */
	put_code(1, 5); /* distance 2 */
	put_code(0, 7);
	CHECK(inflate_it(5) == INFLATE_OK);
	CHECK(memcmp(out, "xyxyx", 5) == 0);
}

static void test_empty_output_is_possible(void **state)
{
	(void)state;
	start(1, 1);
	put_code(0, 7);
	CHECK(inflate_it(0) == INFLATE_OK);
}

static void test_block_type_3_is_refused(void **state)
{
	(void)state;
	start(1, 3);
	CHECK(inflate_it(1) == INFLATE_BAD_BLOCK);
}

static void test_stored_length_must_match_its_complement(void **state)
{
	(void)state;
	start(1, 0);
	stream.bits = 8;
	put(1, 16);
	put(0xfffc, 16);
	put(0, 8);
	CHECK(inflate_it(1) == INFLATE_BAD_STORED);
}

static void test_input_that_ends_early_is_refused(void **state)
{
	(void)state;
	stream.bits = 0;
	CHECK(inflate_it(1) == INFLATE_IN_SHORT);
	start(1, 0);
	stream.bits = 8;
	put(2, 16);
	put(0xfffd, 16);
	put(0, 8);
	CHECK(inflate_it(2) == INFLATE_IN_SHORT);
	/* A code of nine bits, of which five are there. */
	start(1, 1);
	put_code(0x1f, 5);
	CHECK(inflate_it(1) == INFLATE_IN_SHORT);
	/* Extra bits of a length. */
	start(1, 1);
	put_code(0x30, 8);
	put_code(24, 7);
	stream.bits -= 2;
	CHECK(inflate_it(100) == INFLATE_IN_SHORT);
}

static void test_input_that_goes_on_is_refused(void **state)
{
	(void)state;
	start(1, 1);
	put_code(0, 7);
	put(0, 6 + 8);
	CHECK(inflate_it(0) == INFLATE_IN_LONG);
	/* By more than the decoder reads ahead. */
	put(0, 32);
	CHECK(inflate_it(0) == INFLATE_IN_LONG);
}

static void test_output_must_be_filled_exactly(void **state)
{
	(void)state;
	start(1, 1);
	put_code(0x30 + 'a', 8);
	put_code(3, 7); /* length 5 */
	put_code(0, 5);
	put_code(0, 7);
	CHECK(inflate_it(6) == INFLATE_OK);
	CHECK(memcmp(out, "aaaaaa", 6) == 0);
	CHECK(inflate_it(7) == INFLATE_OUT_SHORT);
	CHECK(inflate_it(5) == INFLATE_OUT_LONG);
	CHECK(inflate_it(0) == INFLATE_OUT_LONG);
	start(1, 0);
	stream.bits = 8;
	put(2, 16);
	put(0xfffd, 16);
	put(0, 16);
	CHECK(inflate_it(1) == INFLATE_OUT_LONG);
}

static void test_distance_before_the_output_is_refused(void **state)
{
	(void)state;
	start(1, 1);
	put_code(1, 7);
	put_code(0, 5);
	put_code(0, 7);
	CHECK(inflate_it(3) == INFLATE_BAD_DISTANCE);
	start(1, 1);
	put_code(0x30 + 'a', 8);
	put_code(1, 7);
	put_code(1, 5);
	put_code(0, 7);
	CHECK(inflate_it(4) == INFLATE_BAD_DISTANCE);
}

static void test_codes_that_stand_for_nothing_are_refused(void **state)
{
	(void)state;
	start(1, 1);
	put_code(0xc6, 8); /* 286 of the fixed code */
	CHECK(inflate_it(1) == INFLATE_BAD_SYMBOL);
	start(1, 1);
	put_code(0x30 + 'a', 8);
	put_code(1, 7);
	put_code(30, 5); /* distance code 30 */
	CHECK(inflate_it(4) == INFLATE_BAD_SYMBOL);
	/* The unused half of a code of one symbol. */
	start_dynamic(257, 1, 18);
	LENGTH_THIRD;
	put(127, 7);
	LENGTH_THIRD;
	put(256 - 138 - 11, 7);
	LENGTH_1;
	LENGTH_0;
	put(1, 1);
	put(0, 16);
	CHECK(inflate_it(0) == INFLATE_BAD_SYMBOL);
}

static void test_one_code_of_one_bit_is_complete_enough(void **state)
{
	(void)state;
	start_dynamic(257, 1, 18);
	LENGTH_THIRD;
	put(127, 7);
	LENGTH_THIRD;
	put(256 - 138 - 11, 7);
	LENGTH_1; /* end of block */
	LENGTH_0; /* no distances */
	put(0, 1);
	CHECK(inflate_it(0) == INFLATE_OK);
}

static void test_one_distance_of_one_bit_is_enough(void **state)
{
	(void)state;
	start_dynamic(258, 1, 18);
	LENGTH_1; /* literal 0 */
	LENGTH_THIRD;
	put(127, 7);
	LENGTH_THIRD;
	put(256 - 1 - 138 - 11, 7);
	LENGTH_1; /* end of block */
	LENGTH_0;
	LENGTH_1; /* distance 1 */
	put(0, 1);
	put(1, 1);
	CHECK(inflate_it(1) == INFLATE_OK);
}

static void test_too_many_codes_are_refused(void **state)
{
	(void)state;
	start_dynamic(287, 1, 18);
	CHECK(inflate_it(1) == INFLATE_BAD_COUNTS);
	start_dynamic(257, 31, 18);
	CHECK(inflate_it(1) == INFLATE_BAD_COUNTS);
}

static void test_lengths_that_cannot_be_are_refused(void **state)
{
	(void)state;
	start_dynamic(257, 1, 16); /* repeat what came before the first */
	LENGTH_THIRD;
	put(0, 10);
	CHECK(inflate_it(1) == INFLATE_BAD_LENGTHS);
	start_dynamic(257, 1, 18); /* 138 + 138 > 258 */
	LENGTH_THIRD;
	put(127, 7);
	LENGTH_THIRD;
	put(127, 7);
	put(0, 10);
	CHECK(inflate_it(1) == INFLATE_BAD_LENGTHS);
	start_dynamic(257, 1, 18); /* one too many */
	LENGTH_THIRD;
	put(127, 7);
	LENGTH_THIRD;
	put(258 - 138 - 11 + 1, 7);
	put(0, 10);
	CHECK(inflate_it(1) == INFLATE_BAD_LENGTHS);
	start_dynamic(257, 1, 18); /* no end of block */
	LENGTH_1;
	LENGTH_1;
	LENGTH_THIRD;
	put(127, 7);
	LENGTH_THIRD;
	put(258 - 2 - 138 - 11, 7);
	put(0, 16);
	CHECK(inflate_it(1) == INFLATE_BAD_LENGTHS);
}

static void test_code_sets_must_be_complete(void **state)
{
	(void)state;
	/* Code-length code: one code of one bit, then three. */
	for (u32 n = 1; n <= 3; n += 2) {
		start(1, 2);
		put(0, 5);
		put(0, 5);
		put(0, 4);
		for (u32 i = 0; i < 4; i++)
			put(i < n, 3);
		put(0, 16);
		CHECK(inflate_it(1) == INFLATE_BAD_CODE);
	}
	/* Literals: three codes of one bit. */
	start_dynamic(257, 1, 18);
	LENGTH_1;
	LENGTH_1;
	LENGTH_THIRD;
	put(127, 7);
	LENGTH_THIRD;
	put(256 - 2 - 138 - 11, 7);
	LENGTH_1;
	LENGTH_0;
	put(0, 16);
	CHECK(inflate_it(1) == INFLATE_BAD_CODE);
	/* Literals: one code of two bits. */
	start_dynamic(257, 1, 2);
	for (u32 i = 0; i < 256; i++)
		LENGTH_0;
	LENGTH_THIRD;
	LENGTH_0;
	put(0, 16);
	CHECK(inflate_it(1) == INFLATE_BAD_CODE);
	/* Literals: complete with fifteen lengths, and one code of 15 bits more. */
	start(1, 2);
	put(0, 5);
	put(0, 5);
	put(15, 4);
	for (u32 i = 0; i < 19; i++)
		put(i < 3 ? 0 : 4, 3); /* lengths 0..15: four bits each */
	for (u32 i = 1; i <= 15; i++)
		put_code(i, 4);
	put_code(15, 4);
	for (u32 i = 16; i < 256; i++)
		put_code(0, 4);
	put_code(15, 4);
	put_code(0, 4);
	put(0, 16);
	CHECK(inflate_it(1) == INFLATE_BAD_CODE);
	/* Distances: three codes of one bit. */
	start_dynamic(257, 3, 18);
	LENGTH_THIRD;
	put(127, 7);
	LENGTH_THIRD;
	put(256 - 138 - 11, 7);
	LENGTH_1;
	LENGTH_1;
	LENGTH_1;
	LENGTH_1;
	put(0, 16);
	CHECK(inflate_it(0) == INFLATE_BAD_CODE);
}

/* ---- against zlib -------------------------------------------------------------------- */

#define PLAIN_MAX 70000u

static u8 plain[PLAIN_MAX];

/* Text with repeats near and far; `noise` of 256 bytes are random. */
static void make_plain(u32 len, u32 noise)
{
	for (u32 i = 0; i < len; i++) {
		if ((u32)rand() % 256 < noise || i < 8)
			plain[i] = (u8)rand();
		else
			plain[i] =
				plain[rand() % 64 ? i - 1 - (u32)rand() % 8 : (u32)rand() % i];
	}
}

static u32 deflate_it(u8 *to, u32 room, u32 len, int level, int strategy)
{
	z_stream z = { 0 };

	CHECK(deflateInit2(&z, level, Z_DEFLATED, -15, 9, strategy) == Z_OK);
	z.next_in = plain;
	z.avail_in = len;
	z.next_out = to;
	z.avail_out = room;
	CHECK(deflate(&z, Z_FINISH) == Z_STREAM_END);
	deflateEnd(&z);
	return room - z.avail_out;
}

static bool zlib_takes(const u8 *in, u32 in_len, u8 *to, u32 out_len)
{
	z_stream z = { 0 };
	int r;

	CHECK(inflateInit2(&z, -15) == Z_OK);
	z.next_in = (u8 *)in;
	z.avail_in = in_len;
	z.next_out = to;
	z.avail_out = out_len;
	r = inflate(&z, Z_FINISH);
	inflateEnd(&z);
	return r == Z_STREAM_END && z.avail_in == 0 && z.avail_out == 0;
}

static void test_what_zlib_deflates_comes_back(void **state)
{
	static u8 packed[2 * PLAIN_MAX];
	static const int strategies[] = { Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED };

	(void)state;
	srand(2);
	for (u32 turn = 0; turn < 600; turn++) {
		u32 len = (u32)rand() % (turn % 16 ? 4000 : PLAIN_MAX);
		u32 n;

		make_plain(len, (u32)rand() % 257);
		n = deflate_it(packed, sizeof(packed), len, (int)(turn % 10),
			       strategies[turn / 10 % 4]);
		CHECK(inflate_raw(&work, (struct bytes){ packed, n }, out, len) == INFLATE_OK);
		CHECK(memcmp(out, plain, len) == 0);
	}
}

static void test_damaged_streams_are_judged_as_zlib_does(void **state)
{
	static u8 packed[2 * PLAIN_MAX];
	static u8 expected[4096];
	u32 taken = 0;

	(void)state;
	srand(3);
	for (u32 turn = 0; turn < 3000; turn++) {
		u32 len = 1 + (u32)rand() % 400;
		u32 n;
		u8 *in;

		make_plain(len, (u32)rand() % 257);
		n = deflate_it(packed, sizeof(packed), len, 1 + (int)(turn % 9), 0);
		for (u32 flips = (u32)rand() % 4; flips != 0; flips--)
			packed[(u32)rand() % n] ^= (u8)(1 << rand() % 8);
		n -= (u32)rand() % (turn % 8 ? 1 : n);

		in = malloc(n + !n);
		memcpy(in, packed, n);
		bool ours = inflate_raw(&work, (struct bytes){ in, n }, out, len) == INFLATE_OK;
		CHECK(ours == zlib_takes(in, n, expected, len));
		if (ours)
			CHECK(memcmp(out, expected, len) == 0);
		taken += ours;
		free(in);
	}
	CHECK(taken > 500 && taken < 2500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stored_block_is_copied),
		cmocka_unit_test(test_several_blocks_are_joined),
		cmocka_unit_test(test_empty_output_is_possible),
		cmocka_unit_test(test_block_type_3_is_refused),
		cmocka_unit_test(test_stored_length_must_match_its_complement),
		cmocka_unit_test(test_input_that_ends_early_is_refused),
		cmocka_unit_test(test_input_that_goes_on_is_refused),
		cmocka_unit_test(test_output_must_be_filled_exactly),
		cmocka_unit_test(test_distance_before_the_output_is_refused),
		cmocka_unit_test(test_codes_that_stand_for_nothing_are_refused),
		cmocka_unit_test(test_one_code_of_one_bit_is_complete_enough),
		cmocka_unit_test(test_one_distance_of_one_bit_is_enough),
		cmocka_unit_test(test_too_many_codes_are_refused),
		cmocka_unit_test(test_lengths_that_cannot_be_are_refused),
		cmocka_unit_test(test_code_sets_must_be_complete),
		cmocka_unit_test(test_what_zlib_deflates_comes_back),
		cmocka_unit_test(test_damaged_streams_are_judged_as_zlib_does),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
