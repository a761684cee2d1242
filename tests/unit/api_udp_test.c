/* SPDX-License-Identifier: BSD-2-Clause */
#include "base_scene.h"

/* A program with the endpoint open. */
static void listening(void)
{
	program(100);
	CHECK(call_udp_open(OUR_IP) == PXENV_SUCCESS);
}

static void come(u32 dst, u16 sport, u16 dport, u8 fill, u32 len)
{
	u8 bytes[1472];

	memset(bytes, fill, sizeof(bytes));
	peer_udp(SERVER_IP, dst, sport, dport, bytes, len);
}

static bool is_in(u32 dst, u16 sport, u16 dport, u8 fill, u32 len)
{
	return be32_get(udp_in.src) == SERVER_IP && be32_get(udp_in.dst) == dst &&
	       be16_get(udp_in.src_port) == sport && be16_get(udp_in.dst_port) == dport &&
	       le16_get(udp_in.buffer_size) == len && (!len || low[BUFFER] == fill) &&
	       (!len || low[BUFFER + len - 1] == fill) && low[BUFFER + len] == 0xee;
}

static void test_closed_it_answers_so(void **state)
{
	(void)state;
	program(100);
	CHECK(call_udp_read(0, 0, 100) == PXENV_UDP_CLOSED);
	CHECK(call_udp_write(SERVER_IP, 1, 7, 1) == PXENV_UDP_CLOSED);
	CHECK(call_udp_close() == PXENV_SUCCESS);
	CHECK(call_udp_open(0) == PXENV_SUCCESS);
	CHECK(call_udp_open(0) == PXENV_UDP_OPEN);
	CHECK(call_udp_close() == PXENV_SUCCESS);
	CHECK(call_udp_read(0, 0, 100) == PXENV_UDP_CLOSED);
	undi_closed = true;
	CHECK(call_udp_open(0) == PXENV_UNDI_INVALID_STATE);
	CHECK(call_udp_read(0, 0, 100) == PXENV_UNDI_INVALID_STATE);
	CHECK(call_udp_write(SERVER_IP, 1, 7, 1) == PXENV_UNDI_INVALID_STATE);
}

static void test_read_does_not_wait(void **state)
{
	(void)state;
	listening();
	u32 before = idles;
	CHECK(call_udp_read(0, 0, 100) == PXENV_FAILURE);
	CHECK(idles == before + 1 && low[BUFFER] == 0xee);
}

static void test_read_tells_who_to_whom_and_how_much(void **state)
{
	(void)state;
	listening();
	come(OUR_IP, 4011, 50000, 'a', 300);
	CHECK(call_udp_read(0, 0, 2048) == PXENV_SUCCESS);
	CHECK(is_in(OUR_IP, 4011, 50000, 'a', 300));
	/* Cut to the buffer, and its rest is gone. */
	memset(low, 0xee, sizeof(low));
	come(OUR_IP, 1, 2, 'b', 300);
	CHECK(call_udp_read(0, 0, 10) == PXENV_SUCCESS && is_in(OUR_IP, 1, 2, 'b', 10));
	CHECK(call_udp_read(0, 0, 10) == PXENV_FAILURE);
	come(OUR_IP, 1, 2, 'c', 0);
	memset(low, 0xee, sizeof(low));
	CHECK(call_udp_read(0, 0, 10) == PXENV_SUCCESS && is_in(OUR_IP, 1, 2, 'c', 0));
	come(0xffffffff, 67, 68, 'd', 5);
	CHECK(call_udp_read(0, 0, 10) == PXENV_SUCCESS);
	CHECK(is_in(0xffffffff, 67, 68, 'd', 5));
}

static void test_filters_choose_and_keep_the_others(void **state)
{
	(void)state;
	listening();
	come(OUR_IP, 1, 100, 'a', 5);
	come(0xffffffff, 1, 200, 'b', 5);
	CHECK(call_udp_read(0, 300, 10) == PXENV_FAILURE);
	CHECK(call_udp_read(OUR_IP + 1, 0, 10) == PXENV_FAILURE);
	CHECK(call_udp_read(OUR_IP, 200, 10) == PXENV_FAILURE);
	CHECK(call_udp_read(0, 200, 10) == PXENV_SUCCESS && low[BUFFER] == 'b');
	CHECK(call_udp_read(OUR_IP, 100, 10) == PXENV_SUCCESS && low[BUFFER] == 'a');
}

static void test_several_may_come_between_two_calls(void **state)
{
	(void)state;
	listening();
	for (u8 i = 0; i < 8; i++)
		come(OUR_IP, 1, 100, i, 1472);
	for (u8 i = 0; i < 8; i++) {
		CHECK(call_udp_read(0, 0, 2048) == PXENV_SUCCESS);
		CHECK(low[BUFFER] == i && le16_get(udp_in.buffer_size) == 1472);
	}
}

static void test_fragments_are_one_datagram_and_damage_is_none(void **state)
{
	(void)state;
	listening();
	peer.fragment = 512;
	come(OUR_IP, 1, 100, 'a', 1400);
	CHECK(call_udp_read(0, 0, 2048) == PXENV_SUCCESS && is_in(OUR_IP, 1, 100, 'a', 1400));
	peer.fragment = 0;
	come(OUR_IP, 1, 100, 'b', 100);
	peer.flying[0].at[60] ^= 1;
	CHECK(call_udp_read(0, 0, 2048) == PXENV_FAILURE);
}

static void test_buffers_must_end_within_reach(void **state)
{
	(void)state;
	listening();
	memset(&udp_in, 0, sizeof(udp_in));
	come(OUR_IP, 1, 100, 'a', 20);
	udp_in.buffer_size = le16_of(20);
	far_pointer(udp_in.buffer, FAR_END - 19);
	CHECK(pxe_udp_call(UDP_READ, &udp_in) == PXENV_MCOPY_PROBLEM);
	far_pointer(udp_in.buffer, FAR_END - 20);
	CHECK(pxe_udp_call(UDP_READ, &udp_in) == PXENV_SUCCESS && low[FAR_END - 1] == 'a');
	memset(&udp_out, 0, sizeof(udp_out));
	udp_out.dst = be32_of(SERVER_IP);
	udp_out.buffer_size = le16_of(65535);
	far_pointer(udp_out.buffer, FAR_END - 65534);
	CHECK(pxe_udp_call(UDP_WRITE, &udp_out) == PXENV_MCOPY_PROBLEM);
}

static void test_write_waits_for_the_neighbour_and_sends_once(void **state)
{
	(void)state;
	listening();
	for (u32 i = 0; i < 1472; i++)
		low[BUFFER + i] = file_byte(i);
	peer.delay_ms = 5;
	CHECK(call_udp_write(SERVER_IP, 1234, 7, 1472) == PXENV_SUCCESS);
	CHECK(peer.pings == 1 && peer.arp_requests == 1 && elapsed() < 20);
	CHECK(peer.ping_src == OUR_IP && peer.ping_dst == SERVER_IP && peer.ping_port == 1234);
	CHECK(peer.ping_len == 1472 && memcmp(peer.ping, low + BUFFER, 1472) == 0);
	u32 before = idles;
	CHECK(call_udp_write(SERVER_IP, 0, 7, 0) == PXENV_SUCCESS);
	CHECK(peer.pings == 2 && peer.ping_port == 2069 && peer.ping_len == 0);
	CHECK(idles == before + 1);
	/* A card that is busy is asked again. */
	peer.card_busy = 3;
	for (u32 i = 0; i < 9; i++)
		CHECK(call_udp_write(SERVER_IP, 5, 7, 3) == PXENV_SUCCESS);
	call_udp_read(0, 0, 10);
	peer.card_busy = 0;
	call_udp_read(0, 0, 10);
	CHECK(peer.pings == 11);
}

static void test_write_to_all_and_to_groups(void **state)
{
	(void)state;
	listening();
	CHECK(call_udp_write(0xffffffff, 1, 7, 3) == PXENV_SUCCESS);
	CHECK(peer.pings == 1 && memcmp(peer.to_mac, "\xff\xff\xff\xff\xff\xff", 6) == 0);
	CHECK(call_udp_write((OUR_IP & 0xffffff00) | 255, 1, 7, 3) == PXENV_SUCCESS);
	CHECK(peer.pings == 2 && peer.to_mac[0] == 0xff);
	CHECK(call_udp_write(IP4_ADDRESS(239, 0x81, 2, 3), 1, 7, 3) == PXENV_SUCCESS);
	CHECK(peer.pings == 3 && memcmp(peer.to_mac, "\x01\0\x5e\x01\2\3", 6) == 0);
	CHECK(peer.arp_requests == 0);
}

static void test_write_refuses_what_it_cannot_send(void **state)
{
	static const u32 nobody[] = { 0, IP4_ADDRESS(127, 0, 0, 1), 0xf0000001, 5 };

	(void)state;
	listening();
	CHECK(call_udp_write(SERVER_IP, 1, 7, 1473) == PXENV_UNDI_TRANSMIT_ERROR);
	CHECK(call_udp_write(SERVER_IP, 1, 7, 65535) == PXENV_UNDI_TRANSMIT_ERROR);
	for (u32 i = 0; i < ARRAY_LEN(nobody); i++)
		CHECK(call_udp_write(nobody[i], 1, 7, 3) == PXENV_UNDI_TRANSMIT_ERROR);
	CHECK(peer.frames == 0);
	idle_step = 20;
	peer.no_arp = true;
	CHECK(call_udp_write(SERVER_IP, 1, 7, 3) == PXENV_ARP_TIMEOUT);
	u32 arp_ms = elapsed();
	CHECK(arp_ms >= 7000 && arp_ms < 7200);
	peer.no_arp = false;
	peer.card_busy = 4;
	CHECK(call_udp_write(SERVER_IP, 1, 7, 3) == PXENV_UNDI_TRANSMIT_ERROR);
	CHECK(elapsed() - arp_ms < 17000);
}

static void test_write_through_the_callers_gateway(void **state)
{
	(void)state;
	listening();
	net_set_address(net, OUR_IP, 0xffffff00, OUR_IP + 9, 0); /* nobody is there */
	memset(&udp_out, 0, sizeof(udp_out));
	udp_out.dst = be32_of(FAR_IP);
	udp_out.gateway = be32_of(SERVER_IP);
	udp_out.dst_port = be16_of(7);
	far_pointer(udp_out.buffer, BUFFER);
	CHECK(pxe_udp_call(UDP_WRITE, &udp_out) == PXENV_SUCCESS);
	CHECK(peer.pings == 1 && peer.ping_dst == FAR_IP);
	CHECK(memcmp(peer.to_mac, peer.mac, 6) == 0);
	/* A neighbour needs none, and one that is no neighbour does not count. */
	udp_out.dst = be32_of(SERVER_IP);
	udp_out.gateway = be32_of(OUR_IP + 9);
	CHECK(pxe_udp_call(UDP_WRITE, &udp_out) == PXENV_SUCCESS && peer.pings == 2);
	net_set_address(net, OUR_IP, 0xffffff00, SERVER_IP, 0);
	udp_out.dst = be32_of(FAR_IP);
	udp_out.gateway = be32_of(FAR_IP + 1);
	CHECK(pxe_udp_call(UDP_WRITE, &udp_out) == PXENV_SUCCESS && peer.pings == 3);
}

static void test_what_comes_during_other_calls_is_kept(void **state)
{
	struct tftp_open_params p = open_params("boot", 512);

	(void)state;
	listening();
	come(OUR_IP, 1, 100, 'a', 5);
	CHECK(call_udp_write(SERVER_IP, 1, 7, 3) == PXENV_SUCCESS);
	CHECK(pxe_tftp_call(TFTP_OPEN, &p) == PXENV_UDP_OPEN);
	CHECK(call_udp_read(0, 0, 10) == PXENV_SUCCESS && low[BUFFER] == 'a');
}

static void test_an_address_is_taken_only_if_there_is_none(void **state)
{
	(void)state;
	listening();
	CHECK(call_udp_close() == PXENV_SUCCESS);
	CHECK(call_udp_open(OUR_IP + 1) == PXENV_SUCCESS && net_address(net) == OUR_IP);
	CHECK(call_udp_close() == PXENV_SUCCESS);
	net_set_address(net, 0, 0, 0, 0);
	CHECK(call_udp_open(0xffffffff) == PXENV_SUCCESS && net_address(net) == 0);
	CHECK(call_udp_close() == PXENV_SUCCESS);
	CHECK(call_udp_open(OUR_IP) == PXENV_SUCCESS && net_address(net) == OUR_IP);
	CHECK(call_udp_write(SERVER_IP, 1, 7, 3) == PXENV_SUCCESS && peer.pings == 1);
	/* 10/8 by its class: no gateway, so everybody is asked directly. */
	CHECK(call_udp_write(IP4_ADDRESS(10, 255, 255, 255), 1, 7, 3) == PXENV_SUCCESS);
	CHECK(peer.to_mac[0] == 0xff);
}

static void test_closed_while_the_card_was_away(void **state)
{
	(void)state;
	listening();
	come(OUR_IP, 1, 100, 'a', 5);
	undi_closed = true;
	CHECK(call_udp_close() == PXENV_SUCCESS);
	undi_closed = false;
	CHECK(call_udp_read(0, 0, 10) == PXENV_UDP_CLOSED);
	CHECK(call_udp_open(0) == PXENV_SUCCESS);
	CHECK(call_udp_read(0, 0, 10) == PXENV_SUCCESS); /* it came by now */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_closed_it_answers_so),
		cmocka_unit_test(test_read_does_not_wait),
		cmocka_unit_test(test_read_tells_who_to_whom_and_how_much),
		cmocka_unit_test(test_filters_choose_and_keep_the_others),
		cmocka_unit_test(test_several_may_come_between_two_calls),
		cmocka_unit_test(test_fragments_are_one_datagram_and_damage_is_none),
		cmocka_unit_test(test_buffers_must_end_within_reach),
		cmocka_unit_test(test_write_waits_for_the_neighbour_and_sends_once),
		cmocka_unit_test(test_write_to_all_and_to_groups),
		cmocka_unit_test(test_write_refuses_what_it_cannot_send),
		cmocka_unit_test(test_write_through_the_callers_gateway),
		cmocka_unit_test(test_what_comes_during_other_calls_is_kept),
		cmocka_unit_test(test_an_address_is_taken_only_if_there_is_none),
		cmocka_unit_test(test_closed_while_the_card_was_away),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	free(image);
	return failed;
}
