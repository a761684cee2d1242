/* SPDX-License-Identifier: BSD-2-Clause */
#include "base_take.h"

#include "machine.h"

static struct base_taken t;

static void expect_refusal(u32 need)
{
	remember();
	CHECK(!base_take(&lm, need, 0, &t));
	CHECK(nothing_changed());
}

static void test_take_lowers_base_memory_by_whole_kib(void **state)
{
	(void)state;
	machine_with_ebda(0x9fc00, 1);
	CHECK(base_take(&lm, 5 * KIB + 1, 0, &t));
	CHECK(t.base == 633 * KIB && t.len == 6 * KIB);
	CHECK(peek16(BDA_BASE_KB) == 633);
	CHECK(locked_well());
}

static void test_take_goes_below_what_sits_below_the_ebda(void **state)
{
	(void)state;
	machine_with_ebda(0x9fc00, 1);
	poke16(BDA_BASE_KB, 624);
	CHECK(base_take(&lm, KIB, 0, &t));
	CHECK(t.base == 623 * KIB);
}

static void test_take_does_not_touch_an_ebda_that_base_memory_includes(void **state)
{
	(void)state;
	machine_with_ebda(0x9fa00, 1);
	poke16(BDA_BASE_KB, 640);
	CHECK(base_take(&lm, KIB, 0, &t));
	CHECK(t.base == 637 * KIB);
	CHECK(base_give(&lm, &t));
	CHECK(peek16(BDA_BASE_KB) == 640);
}

static void test_take_stays_below_what_firmware_had(void **state)
{
	(void)state;
	machine(640); /* a boot program has moved the EBDA away and freed its place */
	CHECK(base_take(&lm, KIB, 637, &t));
	CHECK(t.base == 636 * KIB && t.was_kb == 640);
	CHECK(base_give(&lm, &t));
	CHECK(peek16(BDA_BASE_KB) == 640);
	machine(630);
	CHECK(base_take(&lm, KIB, 637, &t));
	CHECK(t.base == 629 * KIB);
	machine(640);
	CHECK(!base_take(&lm, KIB, 512, &t));
	CHECK(base_take(&lm, KIB, 513, &t) && t.base == BASE_FLOOR);
}

static void test_take_ignores_what_is_no_ebda(void **state)
{
	(void)state;
	machine(640);
	poke16(BDA_EBDA_SEG, 0x278);
	CHECK(base_take(&lm, KIB, 0, &t));
	CHECK(t.base == 639 * KIB);
}

static void test_take_stops_at_the_floor(void **state)
{
	(void)state;
	machine(520);
	CHECK(base_take(&lm, 8 * KIB, 0, &t));
	CHECK(t.base == BASE_FLOOR);
	machine(520);
	expect_refusal(8 * KIB + 1);
	expect_refusal(0xffffffff);
	machine(511);
	expect_refusal(1);
}

static void test_take_refuses_nonsense_base_memory(void **state)
{
	(void)state;
	machine(641);
	expect_refusal(KIB);
	machine(0);
	expect_refusal(KIB);
	machine(0xffff);
	expect_refusal(KIB);
}

static void test_give_restores_and_clears(void **state)
{
	(void)state;
	machine_with_ebda(0x9fc00, 1);
	remember();
	CHECK(base_take(&lm, 2 * KIB, 0, &t));
	CHECK(base_give(&lm, &t));
	memset(before.ram + 637 * KIB, 0, 2 * KIB);
	CHECK(nothing_changed());
	CHECK(locked_well());
}

static void test_give_refuses_when_somebody_sits_below(void **state)
{
	(void)state;
	machine_with_ebda(0x9fc00, 1);
	CHECK(base_take(&lm, 2 * KIB, 0, &t));
	poke16(BDA_BASE_KB, 636);
	remember();
	CHECK(!base_give(&lm, &t));
	CHECK(nothing_changed());
	poke16(BDA_BASE_KB, 638);
	remember();
	CHECK(!base_give(&lm, &t));
	CHECK(nothing_changed());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_take_lowers_base_memory_by_whole_kib),
		cmocka_unit_test(test_take_goes_below_what_sits_below_the_ebda),
		cmocka_unit_test(test_take_does_not_touch_an_ebda_that_base_memory_includes),
		cmocka_unit_test(test_take_stays_below_what_firmware_had),
		cmocka_unit_test(test_take_ignores_what_is_no_ebda),
		cmocka_unit_test(test_take_stops_at_the_floor),
		cmocka_unit_test(test_take_refuses_nonsense_base_memory),
		cmocka_unit_test(test_give_restores_and_clears),
		cmocka_unit_test(test_give_refuses_when_somebody_sits_below),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
