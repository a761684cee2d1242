/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"
#include "memmap.h"

#define RAM      E820_RAM
#define RESERVED E820_RESERVED

struct entry {
	u64 base, len;
	u32 type;
};

static struct memmap m;

#define MAP(...)                                                                  \
	do {                                                                      \
		static const struct entry es[] = { __VA_ARGS__ };                 \
		memmap_reset(&m, MEMMAP_E820);                                    \
		for (u32 i = 0; i < ARRAY_LEN(es); i++)                           \
			CHECK(memmap_add(&m, es[i].base, es[i].len, es[i].type)); \
		memmap_normalise(&m);                                             \
	} while (0)

static bool is_ram(u32 i, phys base, u32 len)
{
	return i < m.rams && m.ram[i].base == base && m.ram[i].len == len;
}

static void test_normalise_sorts_and_merges(void **state)
{
	(void)state;
	MAP({ 0x300000, 0x100000, RAM }, { 0x100000, 0x100000, RAM },
	    { 0x200000, 0x100000, RAM }, { 0, 0x9fc00, RAM });
	CHECK(m.rams == 2);
	CHECK(is_ram(0, 0, 0x9f000));
	CHECK(is_ram(1, 0x100000, 0x300000));
}

static void test_normalise_gives_overlaps_to_the_less_usable_type(void **state)
{
	(void)state;
	MAP({ 0x200000, 0x1000, RESERVED }, { 0x100000, 0x300000, RAM },
	    { 0x280000, 0x1000, 77 });
	CHECK(m.rams == 3);
	CHECK(is_ram(0, 0x100000, 0x100000));
	CHECK(is_ram(1, 0x201000, 0x7f000));
	CHECK(is_ram(2, 0x281000, 0x17f000));
}

static void test_normalise_follows_a_chain_of_denials_in_any_order(void **state)
{
	(void)state;
	MAP({ 0x100000, 0x300000, RAM }, { 0x201000, 0x1000, RESERVED },
	    { 0x200000, 0x1000, 3 });
	CHECK(m.rams == 2);
	CHECK(is_ram(0, 0x100000, 0x100000));
	CHECK(is_ram(1, 0x202000, 0x1fe000));
}

static void test_normalise_rounds_ram_inward_and_the_rest_outward(void **state)
{
	(void)state;
	MAP({ 0x100001, 0x10ffff, RAM }, { 0x180fff, 2, RESERVED });
	CHECK(m.rams == 2);
	CHECK(is_ram(0, 0x101000, 0x7f000));
	CHECK(is_ram(1, 0x182000, 0x8e000));
}

static void test_normalise_drops_empty_entries_and_parts_of_pages(void **state)
{
	(void)state;
	MAP({ 0x100000, 0, RAM }, { 0x200000, 0, RESERVED }, { 0x1ffff0, 0x20, RAM },
	    { 0x300000, 0x1000, RAM });
	CHECK(m.rams == 1 && is_ram(0, 0x300000, 0x1000));

	/* An empty reserved entry inside RAM takes nothing. */
	MAP({ 0x100000, 0x100000, RAM }, { 0x180000, 0, RESERVED });
	CHECK(m.rams == 1 && is_ram(0, 0x100000, 0x100000));
}

static void test_normalise_cuts_at_4_gib_and_survives_wrapping_lengths(void **state)
{
	(void)state;
	MAP({ 0x100000000ull, 0x40000000, RAM }, { 0xc0000000, 0x80000000, RAM });
	CHECK(m.rams == 1 && is_ram(0, 0xc0000000, 0x3ffff000));
	MAP({ 0xfffff000, ~0ull, RAM }, { 0x200000, ~0ull, RAM });
	CHECK(m.rams == 1 && is_ram(0, 0x200000, 0xffdff000));
	MAP({ 0x100000, 0x200000, RAM }, { 0x200000, ~0ull, RESERVED });
	CHECK(m.rams == 1 && is_ram(0, 0x100000, 0x100000));
	MAP({ 0x100000, 0x200000, RAM }, { ~0ull - 3, 3, RESERVED },
	    { ~0ull, ~0ull, RESERVED });
	CHECK(m.rams == 1 && is_ram(0, 0x100000, 0x200000));
}

static void test_normalise_keeps_to_its_room(void **state)
{
	(void)state;
	memmap_reset(&m, MEMMAP_E820);
	for (u32 i = 0; i < MEMMAP_RAW_MAX; i++)
		CHECK(memmap_add(&m, 0x100000 + 0x2000ull * i, 0x1000, RAM));
	memmap_normalise(&m);
	CHECK(m.rams == MEMMAP_RAM_MAX);
	CHECK(is_ram(MEMMAP_RAM_MAX - 1, 0x100000 + 0x2000 * (MEMMAP_RAM_MAX - 1), 0x1000));
}

static void test_add_refuses_a_map_without_end(void **state)
{
	(void)state;
	memmap_reset(&m, MEMMAP_E820);
	for (u32 i = 0; i < MEMMAP_RAW_MAX; i++)
		CHECK(memmap_add(&m, 0, 1, RAM));
	CHECK(!memmap_add(&m, 0, 1, RAM));
	CHECK(m.raws == MEMMAP_RAW_MAX);
}

static void test_believable_wants_low_ram_first_and_some_above(void **state)
{
	(void)state;
	MAP({ 0, 0x9fc00, RAM }, { 0x100000, 0x100000, RAM });
	CHECK(memmap_believable(&m));
	MAP({ 0, 0x9fc00, RAM }, { 0x9fc00, 0x400, RESERVED });
	CHECK(!memmap_believable(&m));
	MAP({ 0x100000, 0x100000, RAM }, { 0, 0x9fc00, RAM });
	CHECK(!memmap_believable(&m));
	MAP({ 0, 0x9fc00, RESERVED }, { 0x100000, 0x100000, RAM });
	CHECK(!memmap_believable(&m));
	MAP({ 0, 0x100000000ull, RAM }, { 0x100000, 0x100000, RAM });
	CHECK(!memmap_believable(&m));
	memmap_reset(&m, MEMMAP_E820);
	CHECK(!memmap_believable(&m));
}

static void test_from_e801_reads_both_parts(void **state)
{
	(void)state;
	CHECK(memmap_from_e801(&m, 639, 0x3c00, 0x300));
	memmap_normalise(&m);
	CHECK(m.rams == 2 && is_ram(1, 0x100000, 0x3f00000));
	/* HIDE-5: with a hole below 16 MiB the upper part is not believed. */
	CHECK(memmap_from_e801(&m, 639, 0x3800, 0x300));
	memmap_normalise(&m);
	CHECK(is_ram(1, 0x100000, 0xe00000));
	CHECK(m.source == MEMMAP_E801);
}

static void test_from_e801_refuses_nonsense(void **state)
{
	(void)state;
	memmap_reset(&m, MEMMAP_NONE);
	CHECK(!memmap_from_e801(&m, 639, 0, 0x300));
	CHECK(!memmap_from_e801(&m, 639, 0x3c01, 0));
	CHECK(!memmap_from_e801(&m, 639, 0x3c00, 0xff00));
	CHECK(m.source == MEMMAP_NONE && m.raws == 0);
}

static void test_from_88(void **state)
{
	(void)state;
	CHECK(memmap_from_88(&m, 639, 0xfc00));
	memmap_normalise(&m);
	CHECK(m.rams == 2 && is_ram(1, 0x100000, 0x3f00000));
	CHECK(!memmap_from_88(&m, 639, 0));
}

static void test_all_ram(void **state)
{
	(void)state;
	MAP({ 0, 0x9fc00, RAM }, { 0x100000, 0x100000, RAM });
	CHECK(memmap_all_ram(&m, 0x100000, 0x100000));
	CHECK(memmap_all_ram(&m, 0x1fffff, 1));
	CHECK(!memmap_all_ram(&m, 0x100000, 0x100001));
	CHECK(!memmap_all_ram(&m, 0xfffff, 1));
	CHECK(!memmap_all_ram(&m, 0x180000, 0xffffffff));
}

static void test_shows_ram_counts_single_bytes(void **state)
{
	(void)state;
	MAP({ 0, 0x9fc00, RAM }, { 0x9fc00, 0x400, RESERVED }, { 0x100000, 0x200000, RAM },
	    { 0x180000, 0x1000, RESERVED });
	CHECK(memmap_shows_ram(&m, 0x9f800, 0x400));
	CHECK(memmap_shows_ram(&m, 0x9fbff, 0x400));
	CHECK(!memmap_shows_ram(&m, 0x9fc00, 0x400));
	CHECK(!memmap_shows_ram(&m, 0x180000, 0x1000));
	CHECK(memmap_shows_ram(&m, 0x180000, 0x1001));
	CHECK(memmap_shows_ram(&m, 0x17ffff, 0x1000));
	CHECK(memmap_shows_ram(&m, 0xe0000, 0x100000));
	CHECK(!memmap_shows_ram(&m, 0x300000, 0x100000));
	CHECK(!memmap_shows_ram(&m, 0xfffff000, 0x1000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normalise_sorts_and_merges),
		cmocka_unit_test(test_normalise_gives_overlaps_to_the_less_usable_type),
		cmocka_unit_test(test_normalise_follows_a_chain_of_denials_in_any_order),
		cmocka_unit_test(test_normalise_rounds_ram_inward_and_the_rest_outward),
		cmocka_unit_test(test_normalise_drops_empty_entries_and_parts_of_pages),
		cmocka_unit_test(test_normalise_cuts_at_4_gib_and_survives_wrapping_lengths),
		cmocka_unit_test(test_normalise_keeps_to_its_room),
		cmocka_unit_test(test_add_refuses_a_map_without_end),
		cmocka_unit_test(test_believable_wants_low_ram_first_and_some_above),
		cmocka_unit_test(test_from_e801_reads_both_parts),
		cmocka_unit_test(test_from_e801_refuses_nonsense),
		cmocka_unit_test(test_from_88),
		cmocka_unit_test(test_all_ram),
		cmocka_unit_test(test_shows_ram_counts_single_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
