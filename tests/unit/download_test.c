/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"
#include <string.h>
#include "download.h"

static u8 memory[100];
static u8 got[100];
static struct download d;

static void ring(u32 room, u32 blksize)
{
	memset(memory, 0xee, sizeof(memory));
	d = (struct download){ .base = memory, .room = room, .ring = true };
	download_use_blocks(&d, blksize);
}

static void put(u8 fill, u32 len)
{
	memset(d.base + d.put_at, fill, len);
	download_put(&d, len);
}

static void test_a_ring_is_cut_to_whole_blocks(void **state)
{
	(void)state;
	ring(99, 10);
	CHECK(d.room == 90);
	d = (struct download){ .base = memory, .room = 99 };
	download_use_blocks(&d, 10);
	CHECK(d.room == 99);
}

static void test_blocks_are_taken_in_order_across_the_end(void **state)
{
	(void)state;
	ring(30, 10);
	put('a', 10);
	put('b', 10);
	CHECK(download_take(&d, got, 15) == 15);
	CHECK(memcmp(got, "aaaaaaaaaabbbbb", 15) == 0);
	put('c', 10);
	CHECK(d.put_at == 0);
	put('d', 10);
	CHECK(download_ready(&d) == 25);
	CHECK(download_take(&d, got, 100) == 25);
	CHECK(memcmp(got, "bbbbbccccccccccdddddddddd", 25) == 0);
	CHECK(download_take(&d, got, 100) == 0);
	CHECK(d.len == 40 && memory[30] == 0xee);
}

static void test_there_is_room_for_whole_blocks_only(void **state)
{
	(void)state;
	ring(30, 10);
	put('a', 10);
	put('b', 10);
	CHECK(download_has_room(&d, 10));
	put('c', 10);
	CHECK(!download_has_room(&d, 10));
	download_take(&d, got, 9);
	CHECK(!download_has_room(&d, 10));
	download_take(&d, got, 1);
	CHECK(download_has_room(&d, 10));
}

static void test_more_than_4_gib_pass_through(void **state)
{
	(void)state;
	ring(30, 10);
	d.len = d.taken = 0xfffffffbu;
	put('a', 10);
	CHECK(d.len == 5 && download_ready(&d) == 10);
	CHECK(download_take(&d, got, 10) == 10 && got[9] == 'a');
	CHECK(download_ready(&d) == 0);
}

static void test_reset_keeps_the_place_only(void **state)
{
	(void)state;
	ring(30, 10);
	put('a', 10);
	d.sized = d.touched = true;
	d.total = 3;
	download_reset(&d);
	CHECK(d.base == memory && d.room == 30 && d.ring);
	CHECK(!d.len && !d.taken && !d.put_at && !d.sized && !d.touched && !d.total);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_ring_is_cut_to_whole_blocks),
		cmocka_unit_test(test_blocks_are_taken_in_order_across_the_end),
		cmocka_unit_test(test_there_is_room_for_whole_blocks_only),
		cmocka_unit_test(test_more_than_4_gib_pass_through),
		cmocka_unit_test(test_reset_keeps_the_place_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
