/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"
#include "arena.h"

static struct memmap m;

/* 640 KiB and `mib` MiB, without a hole. */
static void machine_with(u32 mib)
{
	memmap_reset(&m, MEMMAP_E820);
	memmap_add(&m, 0, 0x9fc00, E820_RAM);
	memmap_add(&m, MIB, (mib - 1) * MIB, E820_RAM);
	memmap_normalise(&m);
}

static bool is(struct memrange r, phys base, u32 len)
{
	return r.base == base && r.len == len;
}

static void test_find_takes_the_largest_range(void **state)
{
	struct memrange core = { 0xc00000, 0x60000 };

	(void)state;
	machine_with(16);
	CHECK(is(arena_find(&m, MIB, 0, NULL, 0), MIB, 15 * MIB));
	CHECK(is(arena_find(&m, MIB, 0, &core, 1), MIB, 0xb00000));
	core.base = 0x200000;
	CHECK(is(arena_find(&m, MIB, 0, &core, 1), 0x260000, 0xda0000));
}

static void test_find_keeps_clear_of_overlapping_and_odd_uses(void **state)
{
	struct memrange use[] = { { 0x300000, 0x1001 },
				  { 0x2ff000, 0x1800 },
				  { 0x100000, 1 },
				  { 0x380fff, 0x10 },
				  { 0x350000, 0 } };

	(void)state;
	machine_with(4);
	CHECK(is(arena_find(&m, MIB, 0, use, 5), 0x101000, 0x1fe000));
	CHECK(is(arena_find(&m, 0x302000, 0, use, 5), 0x302000, 0x7e000));
	CHECK(is(arena_find(&m, 0x301000, 0x303000, use, 5), 0x302000, 0x1000));
}

static void test_find_stays_between_floor_and_ceiling(void **state)
{
	(void)state;
	machine_with(16);
	CHECK(is(arena_find(&m, 0x123456, 0x400fff, NULL, 0), 0x124000, 0x2dc000));
	CHECK(arena_find(&m, 0x1000000, 0, NULL, 0).len == 0);
	CHECK(arena_find(&m, MIB, MIB, NULL, 0).len == 0);
}

static void test_find_prefers_the_lower_of_equals(void **state)
{
	struct memrange use = { 0x200000, 0x100000 };

	(void)state;
	machine_with(4);
	CHECK(is(arena_find(&m, MIB, 0, &use, 1), MIB, MIB));
}

static void test_find_has_nothing_when_all_is_used(void **state)
{
	struct memrange use[] = { { 0x200000, 0x300000 }, { 0x80000, 0x180000 } };

	(void)state;
	machine_with(4);
	CHECK(arena_find(&m, MIB, 0, use, 2).len == 0);
	memmap_reset(&m, MEMMAP_NONE);
	CHECK(arena_find(&m, MIB, 0, NULL, 0).len == 0);
}

static void test_find_works_at_the_end_of_4_gib(void **state)
{
	struct memrange use = { 0xfff00000, 0xfffff };

	(void)state;
	memmap_reset(&m, MEMMAP_E820);
	memmap_add(&m, 0xffe00000, 0x200000, E820_RAM);
	memmap_normalise(&m);
	CHECK(is(arena_find(&m, MIB, 0, &use, 1), 0xffe00000, 0x100000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find_takes_the_largest_range),
		cmocka_unit_test(test_find_keeps_clear_of_overlapping_and_odd_uses),
		cmocka_unit_test(test_find_stays_between_floor_and_ceiling),
		cmocka_unit_test(test_find_prefers_the_lower_of_equals),
		cmocka_unit_test(test_find_has_nothing_when_all_is_used),
		cmocka_unit_test(test_find_works_at_the_end_of_4_gib),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
