/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"
#include <string.h>
#include "arp.h"
#include "wire.h"

#define OUR_IP    IP4_ADDRESS(10, 0, 2, 15)
#define SERVER_IP IP4_ADDRESS(10, 0, 2, 2)
#define OTHER_IP  IP4_ADDRESS(10, 0, 2, 77)

static const u8 our_mac[6] = { 0x52, 0x54, 0, 1, 2, 3 };
static const u8 server_mac[6] = { 0x52, 0x54, 0, 8, 8, 8 };
static const u8 new_mac[6] = { 0x52, 0x54, 0, 7, 7, 7 };

static struct arp a;
static struct arp_packet out;
static u8 mac[6];

/* We are OUR_IP and know nobody. */
static void host(void)
{
	arp_open(&a, our_mac);
	a.ip = OUR_IP;
	memset(&out, 0xee, sizeof(out));
}

static struct arp_packet packet(u16 op, const u8 *from_mac, u32 from, u32 to)
{
	struct arp_packet p = {
		.hardware = be16_of(1),
		.protocol = be16_of(0x0800),
		.hardware_len = 6,
		.protocol_len = 4,
		.op = be16_of(op),
		.sender_ip = be32_of(from),
		.target_ip = be32_of(to),
	};
	memcpy(p.sender_mac, from_mac, 6);
	return p;
}

static bool hear(struct arp_packet p)
{
	return arp_input(&a, (struct bytes){ (const u8 *)&p, sizeof(p) }, &out);
}

static bool knows(u32 ip)
{
	for (u32 i = 0; i < ARP_ENTRIES; i++)
		if (a.entry[i].ip == ip)
			return true;
	return false;
}

static void test_lookup_asks_and_learns_the_answer(void **state)
{
	(void)state;
	host();
	CHECK(arp_lookup(&a, SERVER_IP, 5, mac) == ARP_WAIT);
	CHECK(arp_tick(&a, 5, &out));
	CHECK(be16_get(out.hardware) == 1 && be16_get(out.protocol) == 0x0800);
	CHECK(out.hardware_len == 6 && out.protocol_len == 4 && be16_get(out.op) == 1);
	CHECK(memcmp(out.sender_mac, our_mac, 6) == 0 && be32_get(out.sender_ip) == OUR_IP);
	CHECK(be32_get(out.target_ip) == SERVER_IP);
	CHECK(memcmp(out.target_mac, "\0\0\0\0\0\0", 6) == 0);

	CHECK(!hear(packet(2, server_mac, SERVER_IP, OUR_IP)));
	CHECK(arp_lookup(&a, SERVER_IP, 9, mac) == ARP_KNOWN);
	CHECK(memcmp(mac, server_mac, 6) == 0);
	CHECK(!arp_tick(&a, 60000, &out));
}

static void ask_at_exact_times(u32 start)
{
	static const u32 sent_at[] = { 0, 1000, 3000, 5000 };
	u32 n = 0;

	host();
	CHECK(arp_lookup(&a, SERVER_IP, start, mac) == ARP_WAIT);
	for (u32 t = 0; t < 7000; t++) {
		CHECK(arp_lookup(&a, SERVER_IP, start + t, mac) == ARP_WAIT);
		if (arp_tick(&a, start + t, &out)) {
			CHECK(n < 4 && t == sent_at[n]);
			n++;
		}
	}
	CHECK(n == 4);
	CHECK(!arp_tick(&a, start + 7000, &out));
	CHECK(!arp_tick(&a, start + 30000, &out));
	CHECK(arp_lookup(&a, SERVER_IP, start + 7000, mac) == ARP_FAILED);
	/* Told once; the next lookup starts over. */
	CHECK(arp_lookup(&a, SERVER_IP, start + 7001, mac) == ARP_WAIT);
	CHECK(arp_tick(&a, start + 7001, &out));
}

static void test_requests_at_exact_times_then_failure(void **state)
{
	(void)state;
	ask_at_exact_times(100);
}

static void test_requests_at_exact_times_across_the_wrap(void **state)
{
	(void)state;
	ask_at_exact_times(0xffffffffu - 2500);
}

static void test_request_for_us_is_answered_and_teaches(void **state)
{
	(void)state;
	host();
	CHECK(hear(packet(1, server_mac, SERVER_IP, OUR_IP)));
	CHECK(be16_get(out.op) == 2);
	CHECK(memcmp(out.sender_mac, our_mac, 6) == 0 && be32_get(out.sender_ip) == OUR_IP);
	CHECK(memcmp(out.target_mac, server_mac, 6) == 0 &&
	      be32_get(out.target_ip) == SERVER_IP);
	CHECK(arp_lookup(&a, SERVER_IP, 0, mac) == ARP_KNOWN);
}

static void test_request_for_another_is_not_answered_and_teaches_nothing(void **state)
{
	(void)state;
	host();
	CHECK(!hear(packet(1, server_mac, SERVER_IP, OTHER_IP)));
	CHECK(!knows(SERVER_IP));
}

static void test_unasked_reply_teaches_nothing(void **state)
{
	(void)state;
	host();
	CHECK(!hear(packet(2, server_mac, SERVER_IP, OUR_IP)));
	CHECK(!knows(SERVER_IP));
}

static void test_known_address_is_kept_up_to_date_by_anybody(void **state)
{
	(void)state;
	host();
	hear(packet(1, server_mac, SERVER_IP, OUR_IP));
	CHECK(!hear(packet(1, new_mac, SERVER_IP, OTHER_IP)));
	CHECK(arp_lookup(&a, SERVER_IP, 0, mac) == ARP_KNOWN);
	CHECK(memcmp(mac, new_mac, 6) == 0);
}

static void test_probe_is_answered_but_makes_no_entry(void **state)
{
	(void)state;
	host();
	CHECK(hear(packet(1, server_mac, 0, OUR_IP)));
	CHECK(be16_get(out.op) == 2 && be32_get(out.target_ip) == 0);
	for (u32 i = 0; i < ARP_ENTRIES; i++)
		CHECK(a.entry[i].ip == 0);
}

static void test_impossible_senders_teach_nothing(void **state)
{
	static const u8 group[6] = { 1, 0, 0x5e, 0, 0, 1 };
	static const u8 none[6];

	(void)state;
	host();
	hear(packet(1, server_mac, OUR_IP, OUR_IP));
	CHECK(!knows(OUR_IP));
	hear(packet(1, server_mac, 0xffffffff, OUR_IP));
	CHECK(!knows(0xffffffff));
	hear(packet(1, server_mac, IP4_ADDRESS(224, 0, 0, 1), OUR_IP));
	CHECK(!knows(IP4_ADDRESS(224, 0, 0, 1)));
	CHECK(!hear(packet(1, group, SERVER_IP, OUR_IP)));
	CHECK(!hear(packet(1, none, SERVER_IP, OUR_IP)));
	CHECK(!knows(SERVER_IP));
}

static void test_nothing_is_answered_before_we_have_an_address(void **state)
{
	(void)state;
	host();
	a.ip = 0;
	CHECK(!hear(packet(1, server_mac, SERVER_IP, 0)));
	CHECK(!hear(packet(1, server_mac, SERVER_IP, OUR_IP)));
	CHECK(!knows(SERVER_IP));
}

static void test_malformed_packets_are_ignored(void **state)
{
	struct arp_packet p;

	(void)state;
	host();
	p = packet(1, server_mac, SERVER_IP, OUR_IP);
	for (u32 len = 0; len < sizeof(p); len++)
		CHECK(!arp_input(&a, (struct bytes){ (const u8 *)&p, len }, &out));
	p.hardware = be16_of(6);
	CHECK(!hear(p));
	p = packet(1, server_mac, SERVER_IP, OUR_IP);
	p.protocol = be16_of(0x86dd);
	CHECK(!hear(p));
	p = packet(1, server_mac, SERVER_IP, OUR_IP);
	p.hardware_len = 8;
	CHECK(!hear(p));
	p = packet(1, server_mac, SERVER_IP, OUR_IP);
	p.protocol_len = 16;
	CHECK(!hear(p));
	CHECK(!knows(SERVER_IP));
}

static void test_the_entry_used_longest_ago_makes_room(void **state)
{
	(void)state;
	host();
	hear(packet(1, server_mac, SERVER_IP, OUR_IP));
	for (u32 i = 1; i <= 20; i++) {
		hear(packet(1, new_mac, OTHER_IP + i, OUR_IP));
		CHECK(knows(OTHER_IP + i));
		/* Used all the time, the server's entry stays. */
		CHECK(arp_lookup(&a, SERVER_IP, 0, mac) == ARP_KNOWN);
		CHECK(memcmp(mac, server_mac, 6) == 0);
	}
	CHECK(!knows(OTHER_IP + 17) && knows(OTHER_IP + 18));
}

static void test_forget_asks_again(void **state)
{
	(void)state;
	host();
	hear(packet(1, server_mac, SERVER_IP, OUR_IP));
	arp_forget(&a, OTHER_IP);
	CHECK(arp_lookup(&a, SERVER_IP, 0, mac) == ARP_KNOWN);
	arp_forget(&a, SERVER_IP);
	CHECK(arp_lookup(&a, SERVER_IP, 0, mac) == ARP_WAIT);
	CHECK(arp_tick(&a, 0, &out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lookup_asks_and_learns_the_answer),
		cmocka_unit_test(test_requests_at_exact_times_then_failure),
		cmocka_unit_test(test_requests_at_exact_times_across_the_wrap),
		cmocka_unit_test(test_request_for_us_is_answered_and_teaches),
		cmocka_unit_test(test_request_for_another_is_not_answered_and_teaches_nothing),
		cmocka_unit_test(test_unasked_reply_teaches_nothing),
		cmocka_unit_test(test_known_address_is_kept_up_to_date_by_anybody),
		cmocka_unit_test(test_probe_is_answered_but_makes_no_entry),
		cmocka_unit_test(test_impossible_senders_teach_nothing),
		cmocka_unit_test(test_nothing_is_answered_before_we_have_an_address),
		cmocka_unit_test(test_malformed_packets_are_ignored),
		cmocka_unit_test(test_the_entry_used_longest_ago_makes_room),
		cmocka_unit_test(test_forget_asks_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
