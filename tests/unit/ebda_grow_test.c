/* SPDX-License-Identifier: BSD-2-Clause */
#include "ebda_grow.h"

#include "machine.h"

static struct ebda_growth g;

static void expect_refusal(enum ebda_result why, u32 need)
{
	remember();
	CHECK(ebda_grow(&lm, need, &g) == why);
	CHECK(nothing_changed());
}

static void test_grow_publishes_size_segment_and_base_memory(void **state)
{
	(void)state;
	machine_with_ebda(0x9fc00, 1);
	CHECK(ebda_grow(&lm, KIB, &g) == EBDA_OK);
	CHECK(lm.ram[0x9f400] == 3);
	CHECK(peek16(BDA_EBDA_SEG) == 0x9f40);
	CHECK(peek16(BDA_BASE_KB) == 637);
	CHECK(g.old_base == 0x9fc00 && g.new_base == 0x9f400);
	CHECK(g.block_off == 0x400 && g.block_len == 0x800);
	CHECK(locked_well());
	CHECK(lm.locks == 1);
}

static void test_grow_keeps_contents_at_their_offsets(void **state)
{
	(void)state;
	machine_with_ebda(0x9e800, 6);
	remember();
	CHECK(ebda_grow(&lm, 2 * KIB, &g) == EBDA_OK);
	CHECK(g.new_base == 0x9c800);
	CHECK(!memcmp(lm.ram + 0x9c801, before.ram + 0x9e801, 6 * KIB - 1));
}

static void test_grow_leaves_a_tombstone_where_the_ebda_was(void **state)
{
	(void)state;
	machine_with_ebda(0x9f000, 4);
	remember();
	CHECK(ebda_grow(&lm, 3 * KIB, &g) == EBDA_OK);
	CHECK(g.block_len == 7 * KIB);
	CHECK(g.new_base + g.block_off + 3 * KIB == 0x9f000);
	CHECK(!memcmp(lm.ram + 0x9f000, before.ram + 0x9f000, 4 * KIB));
}

static void test_grow_writes_nothing_else(void **state)
{
	(void)state;
	machine_with_ebda(0x9fc00, 1);
	remember();
	CHECK(ebda_grow(&lm, KIB, &g) == EBDA_OK);
	memcpy(before.ram + 0x9f400, lm.ram + 0x9f400, KIB);
	memcpy(before.ram + BDA_EBDA_SEG, lm.ram + BDA_EBDA_SEG, 2);
	memcpy(before.ram + BDA_BASE_KB, lm.ram + BDA_BASE_KB, 2);
	CHECK(nothing_changed());
}

static void test_grow_rounds_up_to_whole_kib(void **state)
{
	(void)state;
	machine_with_ebda(0x9fc00, 1);
	CHECK(ebda_grow(&lm, KIB + 1, &g) == EBDA_OK);
	CHECK(g.block_len == 3 * KIB);
}

static void test_second_growth_keeps_the_offset_of_the_first(void **state)
{
	struct ebda_growth first;

	(void)state;
	machine_with_ebda(0x9fc00, 1);
	CHECK(ebda_grow(&lm, KIB, &first) == EBDA_OK);
	lm.ram[first.new_base + first.block_off] = 0xeb;
	CHECK(ebda_grow(&lm, KIB, &g) == EBDA_OK);
	CHECK(g.block_off == 3 * KIB);
	CHECK(lm.ram[g.new_base + first.block_off] == 0xeb);
}

static void test_grow_rebases_table_pointers_into_the_ebda_only(void **state)
{
	static const u8 tables[] = { 0x1d, 0x1e, 0x1f, 0x41, 0x43, 0x46 };

	(void)state;
	machine_with_ebda(0x9fc00, 1);
	for (u32 i = 0; i < ARRAY_LEN(tables); i++) {
		poke16(4 * tables[i], 0x3d + i);
		poke16(4 * tables[i] + 2, 0x9fc0);
	}
	poke16(4 * 0x1e, 0xfc3d); /* the same place, written otherwise */
	poke16(4 * 0x1e + 2, 0x9000);
	poke16(4 * 0x41, 0);
	poke16(4 * 0x46, 0x3ff);
	poke16(4 * 0x42, 0x400); /* just behind */
	poke16(4 * 0x42 + 2, 0x9fc0);
	poke16(4 * 0x44, 0xf); /* just before */
	poke16(4 * 0x44 + 2, 0x9fbf);
	poke16(4 * 0xc0, 0x10); /* a stack at 30:0 */
	poke16(4 * 0xc0 + 2, 0x9fc0);
	poke16(4 * 0x13, 0x10); /* code */
	poke16(4 * 0x13 + 2, 0x9fc0);
	CHECK(ebda_grow(&lm, KIB, &g) == EBDA_OK);
	for (u32 i = 0; i < ARRAY_LEN(tables); i++)
		CHECK(peek16(4 * tables[i] + 2) == (tables[i] == 0x1e ? 0x8f80 : 0x9f40));
	CHECK(peek16(4 * 0x1e) == 0xfc3d);
	CHECK(peek16(4 * 0x46) == 0x3ff);
	CHECK(peek16(4 * 0x42 + 2) == 0x9fc0);
	CHECK(peek16(4 * 0x44 + 2) == 0x9fbf);
	CHECK(peek16(4 * 0xc0 + 2) == 0x9fc0);
	CHECK(peek16(4 * 0x13 + 2) == 0x9fc0);
}

static void test_grow_refuses_what_is_no_ebda(void **state)
{
	static const u16 segments[] = { 0, 0x0278, 0x3fff, 0xa000, 0xf600 };

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(segments); i++) {
		machine_with_ebda(0x9fc00, 1);
		poke16(BDA_EBDA_SEG, segments[i]);
		lm.ram[(phys)segments[i] << 4] = 1;
		expect_refusal(EBDA_NONE, KIB);
	}
}

static void test_grow_refuses_a_wrong_size(void **state)
{
	static const struct {
		phys base;
		u8 kb;
	} bad[] = { { 0x9fc00, 0 }, { 0x9fc00, 2 }, { 0x9fc00, 0x53 }, { 0x40000, 128 } };

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(bad); i++) {
		machine_with_ebda(bad[i].base, bad[i].kb);
		expect_refusal(EBDA_BAD_SIZE, KIB);
	}
}

static void test_grow_refuses_when_somebody_sits_below_the_ebda(void **state)
{
	(void)state;
	machine_with_ebda(0x9fc00, 1);
	poke16(BDA_BASE_KB, 635);
	expect_refusal(EBDA_NOT_ADJACENT, KIB);
}

static void test_grow_refuses_an_ebda_off_the_kib_grid(void **state)
{
	(void)state;
	machine_with_ebda(0x9fa00, 1);
	poke16(BDA_BASE_KB, 639);
	expect_refusal(EBDA_NOT_ADJACENT, KIB);
}

static void test_grow_refuses_nonsense_base_memory(void **state)
{
	(void)state;
	machine_with_ebda(0x9fc00, 1);
	poke16(BDA_BASE_KB, 641);
	expect_refusal(EBDA_NOT_ADJACENT, KIB);
	poke16(BDA_BASE_KB, 0xffff);
	expect_refusal(EBDA_NOT_ADJACENT, KIB);
}

static void test_grow_takes_the_ebda_as_top_when_base_memory_includes_it(void **state)
{
	(void)state;
	machine_with_ebda(0x9fc00, 1);
	poke16(BDA_BASE_KB, 640);
	CHECK(ebda_grow(&lm, KIB, &g) == EBDA_OK);
	CHECK(peek16(BDA_EBDA_SEG) == 0x9f40);
	CHECK(peek16(BDA_BASE_KB) == 637);
}

static void test_grow_stops_at_the_floor(void **state)
{
	(void)state;
	machine_with_ebda(0x90800, 1);
	CHECK(ebda_grow(&lm, KIB, &g) == EBDA_OK);
	CHECK(g.new_base == 0x90000);
	machine_with_ebda(0x90800, 1);
	expect_refusal(EBDA_NO_ROOM, KIB + 1);
	machine_with_ebda(0x8f000, 1);
	expect_refusal(EBDA_NO_ROOM, KIB);
	machine_with_ebda(0x9fc00, 1);
	expect_refusal(EBDA_NO_ROOM, 0xffffffff);
	expect_refusal(EBDA_NO_ROOM, 0xfffffc01);
}

static void test_grow_stops_at_63_kib(void **state)
{
	(void)state;
	machine_with_ebda(0x9fc00, 1);
	CHECK(ebda_grow(&lm, 61 * KIB, &g) == EBDA_OK);
	CHECK(lm.ram[g.new_base] == 63);
	machine_with_ebda(0x9fc00, 1);
	expect_refusal(EBDA_NO_ROOM, 61 * KIB + 1);
	machine_with_ebda(0x98000, 32);
	expect_refusal(EBDA_NO_ROOM, KIB);
}

static void test_shrink_restores_everything(void **state)
{
	(void)state;
	machine_with_ebda(0x9f000, 4);
	poke16(4 * 0x41, 0x3d);
	poke16(4 * 0x41 + 2, 0x9f00);
	CHECK(ebda_grow(&lm, KIB, &g) == EBDA_OK);
	lm.ram[g.new_base + 0x22] ^= 0xff; /* firmware works on in it */
	remember();
	CHECK(ebda_shrink(&lm, &g));
	CHECK(peek16(BDA_EBDA_SEG) == 0x9f00);
	CHECK(peek16(BDA_BASE_KB) == 0x9f000 / KIB);
	CHECK(lm.ram[0x9f000] == 4);
	CHECK(!memcmp(lm.ram + 0x9f001, before.ram + g.new_base + 1, 4 * KIB - 1));
	CHECK(peek16(4 * 0x41 + 2) == 0x9f00);
	CHECK(locked_well());
}

static void test_shrink_of_an_overlapping_growth_keeps_contents(void **state)
{
	(void)state;
	machine_with_ebda(0x9c000, 16);
	CHECK(ebda_grow(&lm, KIB, &g) == EBDA_OK);
	g.new_base = 0x9b400; /* as if only 3 KiB had been taken: the ranges overlap */
	g.block_len = 3 * KIB;
	machine_with_ebda(g.new_base, 19);
	remember();
	CHECK(ebda_shrink(&lm, &g));
	CHECK(!memcmp(lm.ram + 0x9c001, before.ram + 0x9b401, 16 * KIB - 1));
}

static void expect_no_shrink(void)
{
	remember();
	CHECK(!ebda_shrink(&lm, &g));
	CHECK(nothing_changed());
}

static void test_shrink_refuses_after_a_later_growth(void **state)
{
	struct ebda_growth other;

	(void)state;
	machine_with_ebda(0x9fc00, 1);
	CHECK(ebda_grow(&lm, KIB, &g) == EBDA_OK);
	CHECK(ebda_grow(&lm, KIB, &other) == EBDA_OK);
	expect_no_shrink();
}

static void test_shrink_refuses_after_firmware_moved_it_whole(void **state)
{
	(void)state;
	machine_with_ebda(0x9fc00, 1);
	CHECK(ebda_grow(&lm, KIB, &g) == EBDA_OK);
	machine_with_ebda(g.new_base - KIB, 3);
	expect_no_shrink();
}

static void test_shrink_refuses_when_anything_published_has_changed(void **state)
{
	(void)state;
	machine_with_ebda(0x9fc00, 1);
	CHECK(ebda_grow(&lm, KIB, &g) == EBDA_OK);
	lm.ram[g.new_base] = 2;
	expect_no_shrink();
	lm.ram[g.new_base] = 3;
	poke16(BDA_BASE_KB, 636);
	expect_no_shrink();
	poke16(BDA_BASE_KB, 638);
	expect_no_shrink();
	poke16(BDA_BASE_KB, 637);
	poke16(BDA_EBDA_SEG, 0x9fc0);
	expect_no_shrink();
	poke16(BDA_EBDA_SEG, 0x9f40);
	CHECK(ebda_shrink(&lm, &g));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grow_publishes_size_segment_and_base_memory),
		cmocka_unit_test(test_grow_keeps_contents_at_their_offsets),
		cmocka_unit_test(test_grow_leaves_a_tombstone_where_the_ebda_was),
		cmocka_unit_test(test_grow_writes_nothing_else),
		cmocka_unit_test(test_grow_rounds_up_to_whole_kib),
		cmocka_unit_test(test_second_growth_keeps_the_offset_of_the_first),
		cmocka_unit_test(test_grow_rebases_table_pointers_into_the_ebda_only),
		cmocka_unit_test(test_grow_refuses_what_is_no_ebda),
		cmocka_unit_test(test_grow_refuses_a_wrong_size),
		cmocka_unit_test(test_grow_refuses_when_somebody_sits_below_the_ebda),
		cmocka_unit_test(test_grow_refuses_an_ebda_off_the_kib_grid),
		cmocka_unit_test(test_grow_refuses_nonsense_base_memory),
		cmocka_unit_test(test_grow_takes_the_ebda_as_top_when_base_memory_includes_it),
		cmocka_unit_test(test_grow_stops_at_the_floor),
		cmocka_unit_test(test_grow_stops_at_63_kib),
		cmocka_unit_test(test_shrink_restores_everything),
		cmocka_unit_test(test_shrink_of_an_overlapping_growth_keeps_contents),
		cmocka_unit_test(test_shrink_refuses_after_a_later_growth),
		cmocka_unit_test(test_shrink_refuses_after_firmware_moved_it_whole),
		cmocka_unit_test(test_shrink_refuses_when_anything_published_has_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
