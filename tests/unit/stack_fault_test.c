/* SPDX-License-Identifier: BSD-2-Clause */
/* The engine as a whole when servers, wire or card are bad: the file, or a number in time. */
#include "stack_scene.h"

/* ---- failures, each with its number and in bounded time ---- */

static void test_nobody_answers_arp(void **state)
{
	(void)state;
	host(100);
	peer.no_arp = true;
	CHECK(fetch() == -E_ARP_TIMEOUT);
	CHECK(elapsed() == 7001 && peer.arp_requests == 4);
}

static void test_server_is_silent(void **state)
{
	(void)state;
	host(100);
	peer.no_tftp = true;
	CHECK(fetch() == -E_TFTP_TIMEOUT);
	CHECK(elapsed() == 30000);
	CHECK(peer.arp_requests > 1); /* asked again, in case it moved */
}

static void test_server_port_is_closed(void **state)
{
	(void)state;
	host(100);
	peer.port_closed = true;
	CHECK(fetch() == -E_TFTP_TIMEOUT);
	CHECK(elapsed() == 1000);
}

static void test_other_closed_ports_do_not_matter(void **state)
{
	(void)state;
	host(100000);
	peer.delay_ms = 10;
	begin(SERVER_IP);
	run(net_tftp_poll, 100);
	for (u32 i = 0; i < 5; i++) {
		peer_unreachable(SERVER_IP + 1, peer.s->client_port, peer.s->tid);
		peer_unreachable(SERVER_IP, (u16)(peer.s->client_port + 1), peer.s->tid);
		peer_unreachable(SERVER_IP, peer.s->client_port, 69);
	}
	CHECK(run(net_tftp_poll, 10000) == 0 && is_file());
}

static void test_server_dies_in_the_middle(void **state)
{
	(void)state;
	host(100000);
	peer.stop_after = 5;
	CHECK(fetch() == -E_TFTP_STALLED);
	CHECK(elapsed() < 31000);
}

static void test_address_vanishes_in_the_middle(void **state)
{
	(void)state;
	host(100000);
	peer.stop_after = 5;
	begin(SERVER_IP);
	run(net_tftp_poll, 10);
	peer.no_arp = true;
	CHECK(run(net_tftp_poll, 60000) == -E_TFTP_STALLED);
	CHECK(elapsed() < 31000);
}

static void test_server_refuses(void **state)
{
	(void)state;
	host(100);
	peer.error = 1 + 1;
	CHECK(fetch() == -E_TFTP_NOT_FOUND);
	CHECK(peer.rrqs == 2 && peer.errors == 0); /* with and without options */
	CHECK(strcmp(net_tftp_error_text(net), "ended by the client") == 0);
}

static void test_bad_oack_is_refused_where_it_came_from(void **state)
{
	(void)state;
	host(3000);
	peer.bad_oack = true;
	CHECK(fetch() == 0 && is_file());
	CHECK(peer.rrqs == 2 && peer.errors == 1 && peer.last_error == 8);
	CHECK(!peer.serving[0].active);
}

static void test_announced_sizes_that_are_wrong(void **state)
{
	(void)state;
	host(3000);
	peer.tsize = 2999;
	CHECK(fetch() == -E_TFTP_TRUNCATED);
	CHECK(peer.errors == 1);
	host(3000);
	peer.tsize = 3000;
	begin(SERVER_IP);
	peer.file_len = 2000;
	CHECK(run(net_tftp_poll, 1000) == -E_TFTP_TRUNCATED);
	CHECK(peer.errors == 1);
}

static void test_file_larger_than_memory(void **state)
{
	(void)state;
	for (u32 options = 0; options < 3; options++) {
		host(3000);
		begin(SERVER_IP);
		peer.options = (enum peer_options)options;
		peer.file_len = 3001;
		CHECK(run(net_tftp_poll, 1000) == -E_ARENA_FULL);
		step();
		CHECK(peer.errors == 1 && peer.last_error == 3);
	}
}

static void test_servers_that_are_no_hosts(void **state)
{
	static const u32 bad[] = { 0, 0xffffffff, IP4_ADDRESS(10, 0, 2, 255),
				   IP4_ADDRESS(224, 0, 0, 1), IP4_ADDRESS(127, 0, 0, 1) };
	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(bad); i++) {
		host(100);
		begin(bad[i]);
		CHECK(run(net_tftp_poll, 10) == -E_NO_BOOT_SERVER);
		CHECK(peer.frames == 0);
	}
}

/* ---- a bad card ---- */

static void test_card_that_is_often_full_loses_nothing(void **state)
{
	(void)state;
	for (u32 busy = 1; busy < 4; busy++) {
		machine(20000);
		peer.card_busy = busy;
		CHECK(get_address() == 0);
		CHECK(fetch() == 0 && is_file());
		CHECK(peer.rrqs == 1 && peer.errors == 0 && elapsed() < 1000);
	}
}

static void test_card_that_never_sends_fails_in_bounded_time(void **state)
{
	(void)state;
	machine(100);
	peer.card_busy = 4;
	CHECK(get_address() == -E_DHCP_NO_OFFER);
	CHECK(elapsed() == 62000);
	net_set_address(net, OUR_IP, 0xffffff00, 0, 0);
	CHECK(fetch() == -E_TFTP_TIMEOUT);
	CHECK(elapsed() == 92000);
}

static void test_one_step_handles_a_bounded_burst(void **state)
{
	u8 junk[60] = { 0 };

	(void)state;
	host(100);
	for (u32 i = 0; i < 100; i++)
		fly(junk, sizeof(junk), peer.now);
	net_step(net, peer.now);
	CHECK(peer.flights == 100 - NET_BURST);
}

static void test_cancelled_transfer_is_not_written_any_more(void **state)
{
	(void)state;
	host(100000);
	peer.delay_ms = 5;
	begin(SERVER_IP);
	run(net_tftp_poll, 50);
	net_tftp_cancel(net);
	CHECK(net_tftp_poll(net) == -E_ABORTED);
	free(image); /* ASan sees any later byte */
	image = NULL;
	memset(&d, 0, sizeof(d));
	for (u32 i = 0; i < 50; i++, peer.now++)
		step();
	CHECK(peer.errors == 1 && !peer.s->active);
	net_tftp_cancel(net);
	CHECK(net_tftp_poll(net) == -E_ABORTED);
}

static void test_close_tells_the_server_and_stops_the_card(void **state)
{
	(void)state;
	host(100000);
	peer.delay_ms = 5;
	begin(SERVER_IP);
	run(net_tftp_poll, 50);
	net_close(net);
	CHECK(peer.errors == 1 && peer.closed && !peer.s->active);
	host(100);
	begin(SERVER_IP);
	net_close(net);
	CHECK(peer.frames == 0 && peer.closed);
}

static void test_poll_before_begin(void **state)
{
	(void)state;
	machine(0);
	CHECK(net_dhcp_poll(net) == -E_DHCP_NO_OFFER);
	CHECK(net_tftp_poll(net) == -E_ABORTED);
	CHECK(strcmp(net_tftp_error_text(net), "") == 0);
}

/* ---- a bad wire ---- */

static void test_five_percent_loss_and_200_ms_delay(void **state)
{
	(void)state;
	for (u32 seed = 1; seed <= 10; seed++) {
		machine(102400);
		peer.seed = seed;
		peer.drop = 50;
		peer.delay_ms = 200;
		CHECK(get_address() == 0);
		CHECK(fetch() == 0 && is_file());
	}
}

/* A wire whose faults are each up to `per_mille` likely; the result of one transfer. */
static int fetch_by_bad_wire(u32 size, u32 seed, u32 per_mille)
{
	host(size);
	peer.seed = seed;
	peer.drop = peer_random(per_mille);
	peer.dup = peer_random(per_mille);
	peer.reorder = peer_random(per_mille);
	peer.truncate = peer_random(per_mille / 2);
	peer.corrupt = peer_random(per_mille);
	peer.delay_ms = peer_random(300);
	peer.card_busy = peer_random(3);
	peer.options = (enum peer_options)peer_random(3);
	peer.fragment = peer_random(2) * 256;
	/* Two flips in two fragments of one datagram may cancel out in a 16-bit sum. */
	if (peer.fragment)
		peer.corrupt = 0;

	int r = fetch();
	CHECK(r == -E_TFTP_STALLED || r == -E_TFTP_TIMEOUT || r == -E_ARP_TIMEOUT || r == 0);
	CHECK(r || is_file());
	return r;
}

static void test_every_fault_ends_with_the_file_or_a_number(void **state)
{
	u32 failed[2] = { 0, 0 };
	u32 all = 0;

	(void)state;
	for (u32 seed = 1; seed <= 40; seed++)
		for (u32 i = 0; i < ARRAY_LEN(sizes) - 1; i++, all++) {
			failed[0] += fetch_by_bad_wire(sizes[i], seed * 7919 + i, 100) != 0;
			failed[1] += fetch_by_bad_wire(sizes[i], seed * 7919 + i, 300) != 0;
		}
	/* Nearly all survive a bad wire; on one that loses half the frames some fail. */
	CHECK(failed[0] <= all / 50);
	CHECK(failed[1] > failed[0] && failed[1] < all / 2);
}

static void test_a_long_file_by_a_bad_wire(void **state)
{
	(void)state;
	for (u32 seed = 1; seed <= 5; seed++)
		CHECK(fetch_by_bad_wire(102400, seed, 60) == 0);
}

static void test_a_wire_that_doubles_everything_does_not_multiply_acks(void **state)
{
	(void)state;
	host(102400);
	peer.dup = 1000;
	peer.delay_ms = 1;
	CHECK(fetch() == 0 && is_file());
	/* One for the OACK and each block, and few for late duplicates. */
	u32 blocks = 102400 / 1468 + 1;
	CHECK(peer.blocks_sent <= blocks + 1);
	CHECK(peer.acks <= 2 * 2 * (1 + blocks));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_answers_arp),
		cmocka_unit_test(test_server_is_silent),
		cmocka_unit_test(test_server_port_is_closed),
		cmocka_unit_test(test_other_closed_ports_do_not_matter),
		cmocka_unit_test(test_server_dies_in_the_middle),
		cmocka_unit_test(test_address_vanishes_in_the_middle),
		cmocka_unit_test(test_server_refuses),
		cmocka_unit_test(test_bad_oack_is_refused_where_it_came_from),
		cmocka_unit_test(test_announced_sizes_that_are_wrong),
		cmocka_unit_test(test_file_larger_than_memory),
		cmocka_unit_test(test_servers_that_are_no_hosts),
		cmocka_unit_test(test_card_that_is_often_full_loses_nothing),
		cmocka_unit_test(test_card_that_never_sends_fails_in_bounded_time),
		cmocka_unit_test(test_one_step_handles_a_bounded_burst),
		cmocka_unit_test(test_cancelled_transfer_is_not_written_any_more),
		cmocka_unit_test(test_close_tells_the_server_and_stops_the_card),
		cmocka_unit_test(test_poll_before_begin),
		cmocka_unit_test(test_five_percent_loss_and_200_ms_delay),
		cmocka_unit_test(test_every_fault_ends_with_the_file_or_a_number),
		cmocka_unit_test(test_a_long_file_by_a_bad_wire),
		cmocka_unit_test(test_a_wire_that_doubles_everything_does_not_multiply_acks),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	free(image);
	return failed;
}
