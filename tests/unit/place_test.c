/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "place.h"

#define RAM      E820_RAM
#define RESERVED E820_RESERVED
#define ACPI_NVS 4

static struct place_map map;

struct entry {
	u64 base;
	u64 len;
	u32 type;
};

static void machine(const struct entry *e, u32 n)
{
	map.count = 0;
	for (u32 i = 0; i < n; i++)
		CHECK(place_add(&map, e[i].base, e[i].len, e[i].type));
}
#define MACHINE(...)                                   \
	machine((const struct entry[]){ __VA_ARGS__ }, \
		sizeof((const struct entry[]){ __VA_ARGS__ }) / sizeof(struct entry))

static void test_find_takes_the_top_of_ram(void **state)
{
	(void)state;
	MACHINE({ 0, 0x9fc00, RAM }, { 0x9fc00, 0x400, RESERVED }, { MIB, 31 * MIB, RAM });
	CHECK(place_find(&map, MIB) == 31 * MIB);
	CHECK(place_find(&map, 4096) == 32 * MIB - 4096);
	CHECK(place_find(&map, 31 * MIB) == MIB);
}

static void test_find_works_in_2_3_and_4_mib(void **state)
{
	(void)state;
	for (u32 mib = 2; mib <= 4; mib++) {
		MACHINE({ 0, 0x9f000, RAM }, { MIB, (u64)(mib - 1) * MIB, RAM });
		CHECK(place_find(&map, 512 * KIB) == mib * MIB - 512 * KIB);
		CHECK(place_find(&map, (mib - 1) * MIB) == MIB);
		CHECK(place_find(&map, (mib - 1) * MIB + 1) == 0);
	}
}

static void test_find_never_goes_below_1_mib(void **state)
{
	(void)state;
	MACHINE({ 0, 8 * MIB, RAM });
	CHECK(place_find(&map, 7 * MIB) == MIB);
	CHECK(place_find(&map, 7 * MIB + 1) == 0);
	MACHINE({ 0, 0xa0000, RAM });
	CHECK(place_find(&map, 4096) == 0);
}

static void test_find_rounds_up_to_pages(void **state)
{
	(void)state;
	MACHINE({ MIB, MIB, RAM });
	CHECK(place_find(&map, 1) == 2 * MIB - 4096);
	CHECK(place_find(&map, 4097) == 2 * MIB - 8192);
}

static void test_find_in_an_empty_map_finds_nothing(void **state)
{
	(void)state;
	map.count = 0;
	CHECK(place_find(&map, 4096) == 0);
	MACHINE({ 0, 16 * MIB, RESERVED });
	CHECK(place_find(&map, 4096) == 0);
}

static void test_ram_is_rounded_inward_and_reserved_outward(void **state)
{
	(void)state;
	MACHINE({ MIB + 1, MIB, RAM });
	CHECK(place_find(&map, MIB - 4096) == MIB + 4096);
	CHECK(place_find(&map, MIB) == 0);
	MACHINE({ MIB, MIB, RAM }, { MIB + 8191, 2, ACPI_NVS });
	CHECK(place_find(&map, MIB - 12288) == MIB + 12288);
	CHECK(place_find(&map, MIB - 12287) == 0);
}

static void test_reserved_wins_over_ram_in_any_order(void **state)
{
	(void)state;
	MACHINE({ MIB, 15 * MIB, RAM }, { 15 * MIB, MIB, RESERVED });
	CHECK(place_find(&map, MIB) == 14 * MIB);
	MACHINE({ 15 * MIB, MIB, RESERVED }, { MIB, 15 * MIB, RAM });
	CHECK(place_find(&map, MIB) == 14 * MIB);
	/* Two that overlap each other; the hole between is too small. */
	MACHINE({ MIB, 15 * MIB, RAM }, { 14 * MIB, MIB, RESERVED },
		{ 13 * MIB, 1536 * KIB, 3 }, { 15 * MIB + 512 * KIB, 512 * KIB, 9 });
	CHECK(place_find(&map, MIB) == 12 * MIB);
	CHECK(place_find(&map, 512 * KIB) == 15 * MIB);
}

static void test_find_skips_holes_that_are_too_small(void **state)
{
	(void)state;
	MACHINE({ MIB, 3 * MIB, RAM }, { 6 * MIB, 512 * KIB, RAM },
		{ 8 * MIB, 256 * KIB, RAM });
	CHECK(place_find(&map, 256 * KIB) == 8 * MIB);
	CHECK(place_find(&map, 512 * KIB) == 6 * MIB);
	CHECK(place_find(&map, 512 * KIB + 1) == 4 * MIB - 516 * KIB);
	CHECK(place_find(&map, 3 * MIB + 1) == 0);
}

static void test_neighbouring_and_overlapping_ram_is_one(void **state)
{
	(void)state;
	MACHINE({ 4 * MIB, MIB, RAM }, { MIB, MIB, RAM }, { 3 * MIB, MIB, RAM },
		{ 2 * MIB, 1536 * KIB, RAM });
	CHECK(place_find(&map, 4 * MIB) == MIB);
	CHECK(place_find(&map, 4 * MIB + 1) == 0);
}

static void test_find_in_an_unsorted_map_equals_the_sorted_one(void **state)
{
	struct entry e[] = {
		{ 0, 0x9fc00, RAM },         { 0x9fc00, 0x400, RESERVED },
		{ MIB, 14 * MIB, RAM },      { 16 * MIB, 47 * MIB, RAM },
		{ 62 * MIB, 512, ACPI_NVS }, { 40 * MIB, MIB, RESERVED },
		{ 0xfffc0000, 0x40000, 2 },  { 61 * MIB, 64 * KIB, 3 },
	};
	u32 sorted;

	(void)state;
	machine(e, ARRAY_LEN(e));
	sorted = place_find(&map, 16 * MIB);
	CHECK(sorted == 45 * MIB);
	for (u32 turn = 0; turn < 100; turn++) {
		u32 a = (u32)rand() % ARRAY_LEN(e);
		u32 b = (u32)rand() % ARRAY_LEN(e);
		struct entry t = e[a];
		e[a] = e[b];
		e[b] = t;
		machine(e, ARRAY_LEN(e));
		CHECK(place_find(&map, 16 * MIB) == sorted);
	}
}

static void test_memory_above_4_gib_is_not_used(void **state)
{
	(void)state;
	MACHINE({ MIB, 7 * MIB, RAM }, { 4096ull * MIB, 8192ull * MIB, RAM });
	CHECK(place_find(&map, MIB) == 7 * MIB);
	/* Nor is the last MiB below it, even if the map calls it RAM. */
	MACHINE({ 2048ull * MIB, 4096ull * MIB, RAM });
	CHECK(place_find(&map, MIB) == PLACE_CEILING - MIB);
	MACHINE({ 0, ~0ull, RAM });
	CHECK(place_find(&map, MIB) == PLACE_CEILING - MIB);
}

static void test_lengths_that_wrap_end_at_the_top(void **state)
{
	(void)state;
	MACHINE({ MIB, 7 * MIB, RAM }, { 4 * MIB, ~0ull, RESERVED });
	CHECK(place_find(&map, MIB) == 3 * MIB);
	MACHINE({ MIB, 7 * MIB, RAM }, { ~0ull - 4096, ~0ull, RAM }, { ~0ull, 1, RESERVED });
	CHECK(place_find(&map, MIB) == 7 * MIB);
}

static void test_add_ignores_what_is_empty(void **state)
{
	(void)state;
	map.count = 0;
	CHECK(place_add(&map, MIB, 0, RAM) && map.count == 0);
	CHECK(place_add(&map, MIB + 17, 0, RESERVED) && map.count == 0);
	CHECK(place_add(&map, MIB + 1, 8190, RAM) && map.count == 0);
	CHECK(place_add(&map, MIB + 1, 1, RESERVED) && map.count == 1);
}

static void test_add_refuses_when_full(void **state)
{
	(void)state;
	map.count = 0;
	for (u32 i = 0; i < PLACE_ENTRIES; i++)
		CHECK(place_add(&map, i * MIB, MIB / 2, RAM));
	CHECK(!place_add(&map, 512 * MIB, MIB, RAM));
	CHECK(map.count == PLACE_ENTRIES);
	CHECK(place_find(&map, MIB / 2) == (PLACE_ENTRIES - 1) * MIB);
}

/* Every page asked one by one: slow, and obviously right. */
static phys find_slowly(const u8 *usable, u32 pages, u32 len)
{
	u32 run = 0;

	for (u32 page = pages; page-- > PLACE_FLOOR / PLACE_PAGE;) {
		run = usable[page] ? run + 1 : 0;
		if (run >= (len + PLACE_PAGE - 1) / PLACE_PAGE)
			return page * PLACE_PAGE;
	}
	return 0;
}

static void test_find_agrees_with_asking_every_page(void **state)
{
	static u8 usable[1024];

	(void)state;
	srand(1);
	for (u32 turn = 0; turn < 20000; turn++) {
		u32 n = 1 + (u32)rand() % 9;

		map.count = 0;
		memset(usable, 0, sizeof(usable));
		for (u32 i = 0; i < n; i++) {
			u32 first = (u32)rand() % 1000;
			u32 pages = (u32)rand() % (1024 - first);
			bool ram = rand() % 2;
			if (!ram)
				pages %= 40;
			place_add(&map, first * 4096, pages * 4096, ram ? RAM : RESERVED);
			for (u32 p = first; p < first + pages; p++)
				usable[p] |= ram ? 1 : 2;
		}
		for (u32 p = 0; p < 1024; p++)
			usable[p] = usable[p] == 1;
		u32 len = 1 + (u32)rand() % (300 * 4096);
		CHECK(place_find(&map, len) == find_slowly(usable, 1024, len));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find_takes_the_top_of_ram),
		cmocka_unit_test(test_find_works_in_2_3_and_4_mib),
		cmocka_unit_test(test_find_never_goes_below_1_mib),
		cmocka_unit_test(test_find_rounds_up_to_pages),
		cmocka_unit_test(test_find_in_an_empty_map_finds_nothing),
		cmocka_unit_test(test_ram_is_rounded_inward_and_reserved_outward),
		cmocka_unit_test(test_reserved_wins_over_ram_in_any_order),
		cmocka_unit_test(test_find_skips_holes_that_are_too_small),
		cmocka_unit_test(test_neighbouring_and_overlapping_ram_is_one),
		cmocka_unit_test(test_find_in_an_unsorted_map_equals_the_sorted_one),
		cmocka_unit_test(test_memory_above_4_gib_is_not_used),
		cmocka_unit_test(test_lengths_that_wrap_end_at_the_top),
		cmocka_unit_test(test_add_ignores_what_is_empty),
		cmocka_unit_test(test_add_refuses_when_full),
		cmocka_unit_test(test_find_agrees_with_asking_every_page),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
