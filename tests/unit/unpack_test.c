/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "unpack.h"

/* ---- the E8/E9 filter: an image written by hand, filtered as unpack.h says ------------- */

static void put_le32(u8 *at, u32 v)
{
	at[0] = (u8)v;
	at[1] = (u8)(v >> 8);
	at[2] = (u8)(v >> 16);
	at[3] = (u8)(v >> 24);
}

static u32 get_le32(const u8 *at)
{
	return (u32)at[3] << 24 | (u32)at[2] << 16 | (u32)at[1] << 8 | at[0];
}

/* What `v` behind an E8h at `at` becomes in an image of 1000 bytes. */
static u32 unfiltered(u32 at, u32 v)
{
	u8 image[1000] = { 0 };

	image[at] = 0xe8;
	put_le32(image + at + 1, v);
	unpack_unfilter(image, sizeof(image));
	return get_le32(image + at + 1);
}

static void test_unfilter_makes_targets_relative(void **state)
{
	(void)state;
	CHECK(unfiltered(100, 500) == 400);
	CHECK(unfiltered(100, 100) == 0);
	CHECK(unfiltered(100, 0) == (u32)-100);
	CHECK(unfiltered(100, 999) == 899);
}

static void test_unfilter_gives_back_what_left_the_image(void **state)
{
	(void)state;
	CHECK(unfiltered(100, (u32)-1) == 999);
	CHECK(unfiltered(100, (u32)-100) == 900);
	CHECK(unfiltered(0, 5) == 5);
}

static void test_unfilter_leaves_other_values_alone(void **state)
{
	(void)state;
	CHECK(unfiltered(100, 1000) == 1000);
	CHECK(unfiltered(100, (u32)-101) == (u32)-101);
	CHECK(unfiltered(100, 0x80000000) == 0x80000000);
	CHECK(unfiltered(0, (u32)-1) == (u32)-1);
}

static void test_unfilter_goes_on_behind_each_target(void **state)
{
	u8 image[] = { 0xe9, 0, 0, 0, 0xe8, 0xe8, 9, 0, 0, 0, 0x90, 0xe8, 1, 2, 3 };

	(void)state;
	unpack_unfilter(image, sizeof(image));
	/* The E8h at 4 is part of a target, the one at 5 is not, the one at 11 has no room. */
	CHECK(get_le32(image + 1) == 0xe8000000);
	CHECK(get_le32(image + 6) == 4);
	CHECK(memcmp(image + 11, "\xe8\1\2\3", 4) == 0);
}

static void test_unfilter_of_short_images_does_nothing(void **state)
{
	(void)state;
	for (u32 len = 0; len < 5; len++) {
		u8 *image = malloc(len + !len);
		memset(image, 0xe8, len + !len);
		unpack_unfilter(image, len);
		for (u32 i = 0; i < len; i++)
			CHECK(image[i] == 0xe8);
		free(image);
	}
}

/* ---- relocation ------------------------------------------------------------------------- */

#define BASE 0x10001000u

static u8 image[512];

static bool relocate(u32 len, u32 count, const char *deltas, u32 deltas_len)
{
	u8 *in = malloc(deltas_len + !deltas_len);
	u8 *at = malloc(len + !len);
	bool ok;

	memcpy(in, deltas, deltas_len);
	memset(at, 0, len + !len);
	ok = unpack_relocate(at, len, (struct bytes){ in, deltas_len }, count, BASE);
	memcpy(image, at, len);
	free(in);
	free(at);
	return ok;
}

static void test_relocate_adds_the_base(void **state)
{
	(void)state;
	CHECK(relocate(512, 3, "\x00\x05\x83\x03", 4));
	CHECK(get_le32(image) == BASE);
	CHECK(get_le32(image + 5) == BASE);
	CHECK(get_le32(image + 5 + 0x183) == BASE);
	CHECK(get_le32(image + 9) == 0);
}

static void test_relocate_adds_to_what_is_there_and_wraps(void **state)
{
	u8 four[4] = { 0x78, 0x56, 0x34, 0xf2 };

	(void)state;
	CHECK(unpack_relocate(four, 4, (struct bytes){ (const u8 *)"", 1 }, 1, BASE));
	CHECK(get_le32(four) == 0x02346678);
}

static void test_relocate_of_nothing_is_fine(void **state)
{
	(void)state;
	CHECK(relocate(0, 0, "", 0));
	CHECK(relocate(16, 0, "", 0));
}

static void test_relocate_refuses_dwords_outside(void **state)
{
	(void)state;
	CHECK(relocate(16, 1, "\x0c", 1));
	CHECK(!relocate(16, 1, "\x0d", 1));
	CHECK(!relocate(16, 1, "\x10", 1));
	CHECK(!relocate(16, 1, "\x11", 1));
	CHECK(!relocate(16, 2, "\x0a\x04", 2));
	CHECK(!relocate(16, 2, "\x08\xff\xff\xff\xff\x0f", 6));
	CHECK(!relocate(3, 1, "\x00", 1));
}

static void test_relocate_refuses_overlap(void **state)
{
	(void)state;
	CHECK(relocate(16, 2, "\x00\x04", 2));
	CHECK(!relocate(16, 2, "\x00\x03", 2));
	CHECK(!relocate(16, 2, "\x04\x00", 2));
}

static void test_relocate_refuses_a_wrong_count(void **state)
{
	(void)state;
	CHECK(!relocate(64, 2, "\x04", 1));
	CHECK(!relocate(64, 1, "\x04\x04", 2));
	CHECK(!relocate(64, 0, "\x04", 1));
}

static void test_relocate_refuses_bad_leb128(void **state)
{
	(void)state;
	CHECK(!relocate(64, 1, "\x84", 1));
	CHECK(relocate(64, 1, "\x84\x80\x80\x80\x00", 5));
	CHECK(!relocate(64, 1, "\x84\x80\x80\x80\x10", 5));
	CHECK(!relocate(64, 1, "\x84\x80\x80\x80\x80\x00", 6));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unfilter_makes_targets_relative),
		cmocka_unit_test(test_unfilter_gives_back_what_left_the_image),
		cmocka_unit_test(test_unfilter_leaves_other_values_alone),
		cmocka_unit_test(test_unfilter_goes_on_behind_each_target),
		cmocka_unit_test(test_unfilter_of_short_images_does_nothing),
		cmocka_unit_test(test_relocate_adds_the_base),
		cmocka_unit_test(test_relocate_adds_to_what_is_there_and_wraps),
		cmocka_unit_test(test_relocate_of_nothing_is_fine),
		cmocka_unit_test(test_relocate_refuses_dwords_outside),
		cmocka_unit_test(test_relocate_refuses_overlap),
		cmocka_unit_test(test_relocate_refuses_a_wrong_count),
		cmocka_unit_test(test_relocate_refuses_bad_leb128),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
