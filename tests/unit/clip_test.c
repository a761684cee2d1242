/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"

#include "clip.h"

static u32 kb, units;

static void limits_of(const struct block_range *hide, u32 n)
{
	kb = units = 1;
	clip_limits(hide, n, &kb, &units);
}

static void test_clip_limits_nothing_hidden_is_no_limit(void **state)
{
	(void)state;
	limits_of(NULL, 0);
	CHECK(kb == 65535 && units == 65535);
}

static void test_clip_limits_ignores_ranges_below_1_mib(void **state)
{
	static const struct block_range low[] = { { 0x9f000, 0x1000 }, { 0xff000, 0x1000 } };

	(void)state;
	limits_of(low, 2);
	CHECK(kb == 65535 && units == 65535);
}

static void test_clip_limits_range_below_16_mib_ends_both(void **state)
{
	static const struct block_range hide[] = { { 0x9f000, 0x1000 }, { 0x3e0000, 0x20000 } };

	(void)state;
	limits_of(hide, 2);
	CHECK(kb == 0x2e0000 / 1024);
	CHECK(units == 0);
}

static void test_clip_limits_range_above_16_mib_shortens_the_upper_part(void **state)
{
	static const struct block_range hide[] = { { 0x3f80000, 0x80000 } };

	(void)state;
	limits_of(hide, 1);
	CHECK(kb == (0x3f80000 - 0x100000) / 1024);
	CHECK(units == (0x3f80000 - 0x1000000) / 65536);
}

static void test_clip_limits_range_across_1_mib_leaves_nothing(void **state)
{
	static const struct block_range hide[] = { { 0xff000, 0x2000 } };

	(void)state;
	limits_of(hide, 1);
	CHECK(kb == 0 && units == 0);
}

static void test_clip_limits_fit_16_bits_at_the_top_of_4_gib(void **state)
{
	static const struct block_range hide[] = { { 0xfff00000, 0x100000 } };

	(void)state;
	limits_of(hide, 1);
	CHECK(kb == 65535);
	CHECK(units == 0xfef0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clip_limits_nothing_hidden_is_no_limit),
		cmocka_unit_test(test_clip_limits_ignores_ranges_below_1_mib),
		cmocka_unit_test(test_clip_limits_range_below_16_mib_ends_both),
		cmocka_unit_test(test_clip_limits_range_above_16_mib_shortens_the_upper_part),
		cmocka_unit_test(test_clip_limits_range_across_1_mib_leaves_nothing),
		cmocka_unit_test(test_clip_limits_fit_16_bits_at_the_top_of_4_gib),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
