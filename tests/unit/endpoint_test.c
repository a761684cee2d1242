/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"
#include <stdlib.h>
#include <string.h>
#include "endpoint.h"

static struct endpoint e;
static struct endpoint_from from;
static u8 out[2000];

static void put(u32 dst, u16 port, u8 fill, u32 len)
{
	struct endpoint_from f = { 1, dst, 53, port, len };
	u8 *bytes = malloc(len + !len);

	memset(bytes, fill, len);
	endpoint_put(&e, &f, bytes);
	free(bytes);
}

static bool take(u32 dst, u16 port)
{
	memset(out, 0xee, sizeof(out));
	return endpoint_take(&e, dst, port, &from, out, 1000);
}

static void test_datagrams_come_out_in_order_with_their_addresses(void **state)
{
	(void)state;
	endpoint_open(&e);
	put(7, 100, 'a', 3);
	put(8, 200, 'b', 0);
	put(9, 300, 'c', 1000);
	CHECK(take(0, 0) && from.src == 1 && from.src_port == 53);
	CHECK(from.dst == 7 && from.dst_port == 100 && from.len == 3);
	CHECK(out[0] == 'a' && out[2] == 'a' && out[3] == 0xee);
	CHECK(take(0, 0) && from.len == 0 && out[0] == 0xee);
	CHECK(take(0, 0) && from.len == 1000 && out[999] == 'c' && out[1000] == 0xee);
	CHECK(!take(0, 0) && e.used == 0);
}

static void test_filters_leave_the_others_where_they_are(void **state)
{
	(void)state;
	endpoint_open(&e);
	put(7, 100, 'a', 5);
	put(8, 100, 'b', 6);
	put(7, 200, 'c', 7);
	CHECK(!take(9, 0) && !take(0, 300) && !take(8, 200));
	CHECK(take(7, 200) && out[0] == 'c');
	CHECK(take(8, 0) && out[0] == 'b');
	CHECK(take(0, 100) && out[0] == 'a' && from.len == 5);
	CHECK(e.used == 0);
}

static void test_a_short_buffer_gets_the_start_and_the_whole_length(void **state)
{
	(void)state;
	endpoint_open(&e);
	put(7, 100, 'a', 1001);
	put(7, 100, 'b', 1);
	CHECK(take(0, 0) && from.len == 1001 && out[999] == 'a' && out[1000] == 0xee);
	CHECK(take(0, 0) && out[0] == 'b');
	put(7, 100, 'c', 9);
	CHECK(endpoint_take(&e, 0, 0, &from, out, 0) && from.len == 9);
}

static void test_the_oldest_give_way(void **state)
{
	u32 n = 0;

	(void)state;
	endpoint_open(&e);
	for (u32 i = 0; i < 60; i++)
		put(7, (u16)(i + 1), (u8)i, 1472);
	CHECK(e.used <= ENDPOINT_ROOM);
	for (u16 expected = 60 - ENDPOINT_ROOM / 1488 + 1; take(0, 0); expected++, n++)
		CHECK(from.dst_port == expected && out[0] == (u8)(expected - 1));
	CHECK(n == ENDPOINT_ROOM / 1488);
}

static void test_the_last_byte_of_room_is_used_and_none_behind(void **state)
{
	(void)state;
	for (u32 over = 0; over < 2; over++) {
		endpoint_open(&e);
		put(7, 1, 'a', 10);
		put(7, 2, 'b', ENDPOINT_ROOM - 26 - 16 + over);
		CHECK(e.used == (over ? ENDPOINT_ROOM - 25 : ENDPOINT_ROOM));
		CHECK(take(0, 1) == !over && take(0, 2));
	}
}

static void test_one_that_never_fits_drops_nobody(void **state)
{
	(void)state;
	endpoint_open(&e);
	put(7, 1, 'a', 10);
	put(7, 2, 'b', ENDPOINT_ROOM - 15);
	CHECK(take(0, 2) == false && take(0, 1));
	put(7, 3, 'c', ENDPOINT_ROOM - 16);
	CHECK(take(0, 3) && e.used == 0);
}

static void test_closed_it_keeps_nothing(void **state)
{
	(void)state;
	endpoint_open(&e);
	put(7, 1, 'a', 10);
	endpoint_close(&e);
	CHECK(!take(0, 0));
	put(7, 1, 'a', 10);
	endpoint_open(&e);
	CHECK(!take(0, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_datagrams_come_out_in_order_with_their_addresses),
		cmocka_unit_test(test_filters_leave_the_others_where_they_are),
		cmocka_unit_test(test_a_short_buffer_gets_the_start_and_the_whole_length),
		cmocka_unit_test(test_the_oldest_give_way),
		cmocka_unit_test(test_the_last_byte_of_room_is_used_and_none_behind),
		cmocka_unit_test(test_one_that_never_fits_drops_nobody),
		cmocka_unit_test(test_closed_it_keeps_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
