/* SPDX-License-Identifier: BSD-2-Clause */
/* The engine as a whole: addresses, transfers, neighbours. */
#include "stack_scene.h"

/* ---- addresses ---- */

static void test_boot_from_nothing_takes_no_time_when_all_are_ready(void **state)
{
	(void)state;
	machine(5000);
	CHECK(get_address() == 0);
	const struct dhcp_lease *l = net_lease(net);
	CHECK(l->ip == OUR_IP && l->boot_server == SERVER_IP &&
	      strcmp(l->boot_file, "boot") == 0);
	CHECK(fetch() == 0 && is_file());
	CHECK(elapsed() <= 4);
	CHECK(peer.discovers == 1 && peer.requests == 1 && peer.rrqs == 1);
	CHECK(peer.arp_requests == 1 && peer.acks == 1 + 4);
}

static void test_no_dhcp_server(void **state)
{
	(void)state;
	machine(0);
	peer.no_dhcp = true;
	CHECK(get_address() == -E_DHCP_NO_OFFER);
	CHECK(elapsed() == 62000);
}

static void test_naks_to_the_end(void **state)
{
	(void)state;
	machine(0);
	peer.nak_always = true;
	CHECK(get_address() == -E_DHCP_REFUSED);
	CHECK(elapsed() < 5000);
}

static void test_bootp_address_taken_by_time_is_used(void **state)
{
	(void)state;
	machine(600);
	peer.bootp = true;
	CHECK(get_address() == 0);
	CHECK(elapsed() == 2000 && peer.requests == 0);
	CHECK(fetch() == 0 && is_file());
}

static void test_proxy_is_asked_from_the_new_address(void **state)
{
	(void)state;
	machine(600);
	peer.proxy = true;
	CHECK(get_address() == 0);
	CHECK(peer.proxy_requests == 1 && peer.arp_requests == 1);
	CHECK(strcmp(net_lease(net)->boot_file, "boot") == 0);
	CHECK(fetch() == 0 && is_file());
}

static void test_a_new_address_is_asked_without_the_old(void **state)
{
	(void)state;
	host(100);
	CHECK(get_address() == 0); /* the peer checks the source address of a DISCOVER */
	CHECK(get_address() == 0);
	CHECK(peer.discovers == 2 && fetch() == 0);
}

static void test_xids_and_ports_depend_on_seed_time_and_card(void **state)
{
	u32 xid[4];

	(void)state;
	for (u32 i = 0; i < 4; i++) {
		machine(100);
		nic.mac[5] ^= i == 3;
		net = net_open(&nic, i == 1 ? 2 : 1, i == 2 ? START + 1 : START);
		nic.mac[5] = our_mac[5];
		CHECK(get_address() == 0);
		xid[i] = peer.xid;
		CHECK(xid[i] != 0);
		for (u32 k = 0; k < i; k++)
			CHECK(xid[i] != xid[k]);
	}
}

/* ---- good transfers ---- */

static void test_files_of_every_size(void **state)
{
	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(sizes); i++)
		for (u32 options = 0; options < 3; options++)
			for (u32 no_sum = 0; no_sum < 2; no_sum++) {
				host(sizes[i]);
				peer.options = (enum peer_options)options;
				peer.no_sum = no_sum;
				CHECK(fetch() == 0 && is_file());
				CHECK(peer.errors == 0 && elapsed() < 10);
				CHECK(d.total == (options ? 0 : sizes[i]));
			}
}

static void test_more_blocks_than_numbers(void **state)
{
	(void)state;
	for (u16 wrap = 0; wrap < 2; wrap++) {
		host(8 * 140000 + 3);
		peer.max_blksize = 8;
		peer.wrap = wrap;
		CHECK(fetch() == 0 && is_file());
		CHECK(peer.blocks_sent == 140001 && peer.acks == 140002);
	}
}

static void test_fragments_from_last_to_first(void **state)
{
	(void)state;
	for (u32 no_sum = 0; no_sum < 2; no_sum++) {
		host(100000);
		peer.fragment = 512;
		peer.no_sum = no_sum;
		CHECK(fetch() == 0 && is_file());
	}
}

static void test_block_size_fits_the_mtu(void **state)
{
	static const struct {
		u32 mtu, blksize;
	} cases[] = { { 0, 1468 }, { 1500, 1468 }, { 9000, 1468 }, { 576, 544 }, { 68, 36 } };
	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(cases); i++) {
		host(3000);
		net_set_address(net, OUR_IP, 0xffffff00, 0, cases[i].mtu);
		CHECK(fetch() == 0 && is_file());
		CHECK(peer.asked_blksize == cases[i].blksize);
	}
}

static void test_server_behind_the_gateway(void **state)
{
	(void)state;
	host(3000);
	begin(FAR_IP);
	CHECK(run(net_tftp_poll, 1000) == 0 && is_file());
	CHECK(peer.s->self_ip == FAR_IP && memcmp(peer.to_mac, peer.mac, 6) == 0);
}

static void test_each_transfer_has_its_own_port(void **state)
{
	(void)state;
	host(100);
	CHECK(fetch() == 0);
	for (u32 i = 0; i < 50; i++) {
		u16 before = peer.s->client_port;

		CHECK(before >= 49152);
		CHECK(fetch() == 0 && is_file());
		CHECK(peer.s->client_port != before);
	}
}

static void test_last_block_is_acknowledged_again_after_the_end(void **state)
{
	(void)state;
	host(100);
	CHECK(fetch() == 0);
	u32 acks = peer.acks;
	for (u32 i = 1; i <= 3; i++) {
		peer.now += 1000;
		tftp_send_last(peer.s);
		step();
		CHECK(peer.acks == acks + i);
	}
}

/* ---- the neighbours ---- */

static void test_arp_and_echo_are_answered_while_waiting(void **state)
{
	u8 echo[32] = { 8, 0, 0, 0, 1, 2, 3, 4 };
	u16 sum = (u16)~peer_sum(echo, sizeof(echo), 0);

	(void)state;
	echo[2] = (u8)(sum >> 8);
	echo[3] = (u8)sum;
	host(100);
	peer.no_tftp = true;
	begin(SERVER_IP);
	run(net_tftp_poll, 100);
	peer_arp(1, SERVER_IP, OUR_IP);
	peer_ip(SERVER_IP, OUR_IP, 1, echo, sizeof(echo));
	run(net_tftp_poll, 10);
	CHECK(peer.arp_replies == 1 && peer.echoes == 1);
	/* A broadcast one is nobody's business, and so is one for another. */
	peer_ip(SERVER_IP, 0xffffffff, 1, echo, sizeof(echo));
	peer_ip(SERVER_IP, OUR_IP + 1, 1, echo, sizeof(echo));
	peer_ip(SERVER_IP, OUR_IP, 1, echo, sizeof(echo));
	memset(peer.flying[peer.flights - 1].at, 0xff, 6); /* link-level broadcast */
	run(net_tftp_poll, 10);
	CHECK(peer.echoes == 1);
}

static void test_no_echo_without_an_address_or_beyond_the_mtu(void **state)
{
	static u8 echo[3000] = { 8, 0, 0xf7, 0xff };

	(void)state;
	machine(100);
	peer_ip(SERVER_IP, OUR_IP, 1, echo, 8);
	step();
	CHECK(peer.echoes == 0);
	host(100);
	peer.fragment = 1480;
	peer_ip(SERVER_IP, OUR_IP, 1, echo, 1480);
	step();
	CHECK(peer.echoes == 1);
	peer_ip(SERVER_IP, OUR_IP, 1, echo, 1481);
	step();
	CHECK(peer.echoes == 1);
}

static void test_server_that_moves_is_found_again(void **state)
{
	(void)state;
	host(100000);
	peer.delay_ms = 2;
	begin(SERVER_IP);
	CHECK(run(net_tftp_poll, 20) == NET_BUSY);
	peer.mac[5] ^= 0x40;
	CHECK(run(net_tftp_poll, 60000) == 0 && is_file());
	CHECK(peer.arp_requests >= 2);
}

static void test_other_senders_and_broadcast_do_not_feed_the_transfer(void **state)
{
	u8 data[4 + 3] = { 0, 3, 0, 1, 'b', 'a', 'd' };

	(void)state;
	host(100);
	peer.no_tftp = true;
	begin(SERVER_IP);
	run(net_tftp_poll, 10);
	peer.no_tftp = false;
	CHECK(run(net_tftp_poll, 2000) == 0);
	u16 port = peer.s->client_port;
	/* The same port again, the transfer still open: */
	host(100);
	peer.no_tftp = true;
	begin(SERVER_IP);
	run(net_tftp_poll, 10);
	peer_udp(SERVER_IP + 1, OUR_IP, 3000, port, data, sizeof(data));
	peer_udp(SERVER_IP, 0xffffffff, 3000, port, data, sizeof(data));
	peer_udp(SERVER_IP, OUR_IP, 3000, (u16)(port + 1), data, sizeof(data));
	run(net_tftp_poll, 10);
	CHECK(net_tftp_poll(net) == NET_BUSY && d.len == 0 && image[0] == 0xee);
	peer_udp(SERVER_IP, OUR_IP, 3000, port, data, sizeof(data));
	run(net_tftp_poll, 10);
	CHECK(net_tftp_poll(net) == 0 && d.len == 3);
}

static void test_damaged_block_is_dropped_and_replaced(void **state)
{
	u8 data[4 + 100] = { 0, 3, 0, 1 };

	(void)state;
	host(100);
	peer.delay_ms = 5;
	begin(SERVER_IP);
	run(net_tftp_poll, 9);
	memset(data + 4, 'x', 100);
	peer.flights = 0; /* the OACK is lost */
	peer_udp(SERVER_IP, OUR_IP, peer.s->tid, peer.s->client_port, data, sizeof(data));
	peer.flying[0].at[80] ^= 1;
	run(net_tftp_poll, 9);
	CHECK(peer.flights == 0 && image[0] == 'x');
	CHECK(net_tftp_poll(net) == NET_BUSY && d.len == 0);
	CHECK(run(net_tftp_poll, 5000) == 0 && is_file());
}

static void test_lost_ack_of_the_last_block_ends_well_for_both(void **state)
{
	(void)state;
	host(100);
	begin(SERVER_IP);
	step();
	CHECK(net_tftp_poll(net) == 0);
	/* The server repeats, as if the ACK had been lost, until it is told. */
	peer.s->active = true;
	peer.s->sent_ms = peer.now;
	for (u32 i = 0; i < 1001; i++, peer.now++)
		step();
	CHECK(!peer.s->active && peer.s->repeats == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_boot_from_nothing_takes_no_time_when_all_are_ready),
		cmocka_unit_test(test_no_dhcp_server),
		cmocka_unit_test(test_naks_to_the_end),
		cmocka_unit_test(test_bootp_address_taken_by_time_is_used),
		cmocka_unit_test(test_proxy_is_asked_from_the_new_address),
		cmocka_unit_test(test_a_new_address_is_asked_without_the_old),
		cmocka_unit_test(test_xids_and_ports_depend_on_seed_time_and_card),
		cmocka_unit_test(test_files_of_every_size),
		cmocka_unit_test(test_more_blocks_than_numbers),
		cmocka_unit_test(test_fragments_from_last_to_first),
		cmocka_unit_test(test_block_size_fits_the_mtu),
		cmocka_unit_test(test_server_behind_the_gateway),
		cmocka_unit_test(test_each_transfer_has_its_own_port),
		cmocka_unit_test(test_last_block_is_acknowledged_again_after_the_end),
		cmocka_unit_test(test_arp_and_echo_are_answered_while_waiting),
		cmocka_unit_test(test_no_echo_without_an_address_or_beyond_the_mtu),
		cmocka_unit_test(test_server_that_moves_is_found_again),
		cmocka_unit_test(test_other_senders_and_broadcast_do_not_feed_the_transfer),
		cmocka_unit_test(test_damaged_block_is_dropped_and_replaced),
		cmocka_unit_test(test_lost_ack_of_the_last_block_ends_well_for_both),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	free(image);
	return failed;
}
