/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"
#include <string.h>
#include "eth.h"

static const u8 us[6] = { 0x52, 0x54, 0, 1, 2, 3 };
static const u8 peer[6] = { 0x52, 0x54, 0, 9, 9, 9 };

static u8 frame[64];
static struct eth_in in;

static bool view(u32 len)
{
	return eth_view((struct bytes){ frame, len }, us, &in);
}

/* A frame from peer to us of type IPv4, 46 bytes of payload. */
static void frame_for_us(void)
{
	memset(frame, 0x5a, sizeof(frame));
	eth_write(frame, us, peer, ETH_IP4);
}

static void test_write_puts_header_and_returns_payload(void **state)
{
	(void)state;
	frame_for_us();
	CHECK(eth_write(frame, us, peer, 0x1234) == frame + 14);
	CHECK(memcmp(frame, us, 6) == 0 && memcmp(frame + 6, peer, 6) == 0);
	CHECK(frame[12] == 0x12 && frame[13] == 0x34);
}

static void test_view_of_a_frame_for_us(void **state)
{
	(void)state;
	frame_for_us();
	CHECK(view(60));
	CHECK(in.type == ETH_IP4 && !in.broadcast && in.src == frame + 6);
	CHECK(in.payload.at == frame + 14 && in.payload.len == 46);
	CHECK(view(14));
	CHECK(in.payload.len == 0);
}

static void test_view_takes_broadcast_and_says_so(void **state)
{
	(void)state;
	frame_for_us();
	memset(frame, 0xff, 6);
	CHECK(view(60));
	CHECK(in.broadcast);
}

static void test_view_refuses_what_is_not_ours(void **state)
{
	(void)state;
	for (u32 len = 0; len < 14; len++) {
		frame_for_us();
		CHECK(!view(len));
	}
	frame_for_us();
	frame[5] ^= 1; /* another station */
	CHECK(!view(60));
	frame_for_us();
	memcpy(frame, "\x01\x00\x5e\x00\x00\x01", 6); /* a group that we did not join */
	CHECK(!view(60));
	frame_for_us();
	frame[6] |= 1; /* a group as source */
	CHECK(!view(60));
	frame_for_us();
	frame[12] = 0x05; /* 802.3 length */
	frame[13] = 0xff;
	CHECK(!view(60));
	frame[12] = 0x06;
	frame[13] = 0x00;
	CHECK(view(60));
}

static void test_view_strips_a_priority_tag_only(void **state)
{
	(void)state;
	frame_for_us();
	memcpy(frame + 12, "\x81\x00\xe0\x00\x08\x06", 6); /* priority 7, VLAN 0, ARP */
	CHECK(view(60));
	CHECK(in.type == ETH_ARP && in.payload.at == frame + 18 && in.payload.len == 42);
	CHECK(view(18));
	CHECK(!view(17));
	frame[15] = 1; /* VLAN 1 */
	CHECK(!view(60));
	frame[15] = 0;
	frame[14] = 0x01; /* VLAN 256 */
	CHECK(!view(60));
}

static void test_station_addresses(void **state)
{
	(void)state;
	CHECK(eth_is_station(us));
	CHECK(!eth_is_station(eth_broadcast));
	CHECK(!eth_is_station((const u8 *)"\0\0\0\0\0\0"));
	CHECK(!eth_is_station((const u8 *)"\1\0\0\0\0\1"));
}

static void test_multicast_addresses_have_23_bits_of_the_ip(void **state)
{
	u8 mac[7] = { 0, 0, 0, 0, 0, 0, 0x77 };

	(void)state;
	eth_multicast(mac, 0xefff0102);
	CHECK(memcmp(mac, "\x01\x00\x5e\x7f\x01\x02\x77", 7) == 0);
	eth_multicast(mac, 0xe0800001);
	CHECK(memcmp(mac, "\x01\x00\x5e\x00\x00\x01", 6) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write_puts_header_and_returns_payload),
		cmocka_unit_test(test_view_of_a_frame_for_us),
		cmocka_unit_test(test_view_takes_broadcast_and_says_so),
		cmocka_unit_test(test_view_refuses_what_is_not_ours),
		cmocka_unit_test(test_view_strips_a_priority_tag_only),
		cmocka_unit_test(test_station_addresses),
		cmocka_unit_test(test_multicast_addresses_have_23_bits_of_the_ip),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
