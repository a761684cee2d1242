/* SPDX-License-Identifier: BSD-2-Clause */
/* TFTP into a ring that a consumer empties, and TFTP for the size alone. */
#include "tftp_scene.h"

static u8 got[ROOM];

/* A ring of three blocks of 512, the last of ROOM unused. */
static void start_ring(void)
{
	start();
	d = (struct download){ .base = image, .room = 3 * 512 + 100, .ring = true };
	tftp_start(&t, "f", &d, 512, LOCAL, START);
	CHECK(at(0) == TFTP_RRQ);
}

static bool take(u8 fill, u32 len)
{
	if (download_take(&d, got, len) != len)
		return false;
	for (u32 i = 0; i < len; i++)
		if (got[i] != fill)
			return false;
	return true;
}

static void test_acks_wait_for_the_consumer(void **state)
{
	(void)state;
	start_ring();
	OACK("blksize\0"
	     "512\0"
	     "tsize\0"
	     "2100\0",
	     0);
	CHECK(d.room == 3 * 512 && d.total == 2100 && d.sized);
	CHECK(at(0) == TFTP_ACK && number() == 0);
	data(1, 'a', 512, 1);
	CHECK(at(1) == TFTP_ACK && number() == 1);
	data(2, 'b', 512, 2);
	CHECK(at(2) == TFTP_ACK && number() == 2);
	data(3, 'c', 512, 3);
	CHECK(at(3) == 0);
	data(3, 'c', 512, 1003); /* the server repeats */
	CHECK(at(1003) == 0);
	CHECK(take('a', 511) && at(1004) == 0);
	CHECK(take('a', 1));
	CHECK(at(1005) == TFTP_ACK && number() == 3);
	data(4, 'd', 512, 1006);
	CHECK(at(1006) == 0 && image[0] == 'd');
	CHECK(take('b', 512) && take('c', 512) && at(1007) == TFTP_ACK && number() == 4);
	data(5, 'e', 52, 1008);
	CHECK(t.state == TFTP_DONE && at(1008) == TFTP_ACK && number() == 5);
	CHECK(take('d', 512) && take('e', 52) && download_ready(&d) == 0);
	CHECK(image[3 * 512] == 0xee);
}

static void test_a_slow_consumer_is_not_the_servers_silence(void **state)
{
	(void)state;
	start_ring();
	data(1, 'a', 512, 0);
	data(2, 'b', 512, 0);
	data(3, 'c', 512, 0);
	for (u32 ms = 0; ms < 200000; ms += 500)
		CHECK(at(ms) == 0 && t.state == TFTP_RECEIVING);
	CHECK(take('a', 512));
	CHECK(at(200000) == TFTP_ACK && number() == 3);
	/* Now it is the server's turn again. */
	CHECK(at(200000 + TFTP_SILENCE_MS - 501) != 0);
	at(200000 + TFTP_SILENCE_MS - 500);
	CHECK(t.state == TFTP_FAILED && t.error == -E_TFTP_STALLED);
	CHECK(take('b', 512) && take('c', 512));
}

static void test_a_block_without_room_changes_nothing(void **state)
{
	struct bytes unused;
	u8 packet[4 + 512] = { 0, 3, 0, 4 };

	(void)state;
	start_ring();
	data(1, 'a', 512, 0);
	data(2, 'b', 512, 0);
	data(3, 'c', 512, 0);
	CHECK(!tftp_place(&t, SERVER, (struct bytes){ packet, sizeof(packet) }, &unused));
	data(4, 'x', 512, 1);
	CHECK(d.len == 3 * 512 && t.next == 4 && t.acked == 3);
	CHECK(take('a', 512) && take('b', 512) && take('c', 512));
}

static void test_the_last_block_is_acknowledged_in_a_full_ring(void **state)
{
	(void)state;
	start_ring();
	data(1, 'a', 512, 0);
	data(2, 'b', 512, 0);
	at(0);
	data(3, 'c', 511, 0);
	CHECK(t.state == TFTP_DONE && at(0) == TFTP_ACK && number() == 3);
	CHECK(d.sized && d.len == 3 * 512 - 1);
	data(3, 'c', 511, 500);
	CHECK(at(500) == TFTP_ACK && number() == 3);
}

static void test_a_lost_and_a_doubled_block_change_nothing(void **state)
{
	(void)state;
	start_ring();
	data(1, 'a', 512, 0);
	at(0);
	data(1, 'x', 512, 200);
	CHECK(at(200) == TFTP_ACK && number() == 1);
	data(3, 'x', 512, 201);
	CHECK(at(201) == 0 && d.len == 512);
	CHECK(at(2300) == TFTP_ACK && number() == 1);
	data(2, 'b', 512, 2301);
	CHECK(take('a', 512) && take('b', 512));
}

static void test_more_blocks_than_the_ring_and_numbers_that_wrap(void **state)
{
	u16 block = 1;

	(void)state;
	start_ring();
	for (u32 i = 0; i < 70000; i++, block++) {
		data(block, (u8)i, 512, i);
		CHECK(at(i) == TFTP_ACK && number() == block);
		CHECK(take((u8)i, 512));
	}
	CHECK(t.state == TFTP_RECEIVING && image[3 * 512] == 0xee);
}

static void test_a_size_beyond_32_bits_is_not_counted(void **state)
{
	(void)state;
	start_ring();
	OACK("blksize\0"
	     "512\0"
	     "tsize\0"
	     "5000000000\0",
	     0);
	CHECK(t.state == TFTP_RECEIVING && d.total == 0 && !d.sized);
	data(1, 'a', 5, 0);
	CHECK(t.state == TFTP_DONE && d.sized);
}

static void test_a_wrong_size_is_still_noticed(void **state)
{
	(void)state;
	start_ring();
	OACK("blksize\0"
	     "512\0"
	     "tsize\0"
	     "1000\0",
	     0);
	data(1, 'a', 512, 0);
	CHECK(take('a', 512));
	data(2, 'b', 100, 0);
	CHECK(t.state == TFTP_FAILED && t.error == -E_TFTP_TRUNCATED);
}

/* ---- the size alone ---- */

static void start_size(void)
{
	start();
	d = (struct download){ 0 };
	tftp_start(&t, "f", &d, 1468, LOCAL, START);
	t.size_only = true;
	CHECK(at(0) == TFTP_RRQ);
}

static void test_the_size_comes_with_the_oack_and_ends_it(void **state)
{
	(void)state;
	start_size();
	OACK("tsize\0"
	     "123456\0",
	     0);
	CHECK(t.state == TFTP_DONE && d.sized && d.total == 123456 && !d.touched);
	CHECK(at(0) == TFTP_ERROR && dst_port == SERVER && number() == 0);
	CHECK(at(5000) == 0);
	/* The server has not heard it. */
	OACK("tsize\0"
	     "123456\0",
	     5001);
	CHECK(at(5001) == TFTP_ERROR && at(5001) == 0);
	data(1, 'a', 512, 5002);
	data(0, 'a', 512, 5002);
	CHECK(at(5002) == 0 && t.state == TFTP_DONE);
}

static void test_the_size_of_an_empty_file_is_0(void **state)
{
	(void)state;
	start_size();
	OACK("tsize\0"
	     "0\0",
	     0);
	CHECK(t.state == TFTP_DONE && d.sized && d.total == 0);
}

static void test_no_size_is_an_error(void **state)
{
	(void)state;
	start_size();
	OACK("blksize\0"
	     "1000\0",
	     0);
	CHECK(t.error == -E_TFTP_NO_SIZE && at(0) == TFTP_ERROR);
	start_size();
	data(1, 'a', 512, 0);
	CHECK(t.error == -E_TFTP_NO_SIZE && at(0) == TFTP_ERROR && !d.sized);
}

static void test_a_single_short_block_tells_the_size(void **state)
{
	(void)state;
	start_size();
	data(2, 'a', 100, 0);
	CHECK(t.state == TFTP_REQUESTING);
	data(1, 'a', 100, 0);
	CHECK(t.state == TFTP_DONE && d.sized && d.total == 100);
	CHECK(at(0) == TFTP_ERROR);
}

static void test_the_request_may_go_to_another_port(void **state)
{
	(void)state;
	start();
	t.server_port = 6969;
	CHECK(at(0) == TFTP_RRQ && dst_port == 6969);
	tftp_input_closed(&t, 69);
	tftp_input_closed(&t, 69);
	CHECK(t.state == TFTP_REQUESTING);
	tftp_input_closed(&t, 6969);
	tftp_input_closed(&t, 6969);
	CHECK(t.state == TFTP_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_acks_wait_for_the_consumer),
		cmocka_unit_test(test_a_slow_consumer_is_not_the_servers_silence),
		cmocka_unit_test(test_a_block_without_room_changes_nothing),
		cmocka_unit_test(test_the_last_block_is_acknowledged_in_a_full_ring),
		cmocka_unit_test(test_a_lost_and_a_doubled_block_change_nothing),
		cmocka_unit_test(test_more_blocks_than_the_ring_and_numbers_that_wrap),
		cmocka_unit_test(test_a_size_beyond_32_bits_is_not_counted),
		cmocka_unit_test(test_a_wrong_size_is_still_noticed),
		cmocka_unit_test(test_the_size_comes_with_the_oack_and_ends_it),
		cmocka_unit_test(test_the_size_of_an_empty_file_is_0),
		cmocka_unit_test(test_no_size_is_an_error),
		cmocka_unit_test(test_a_single_short_block_tells_the_size),
		cmocka_unit_test(test_the_request_may_go_to_another_port),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
