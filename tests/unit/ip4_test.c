/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"
#include <string.h>
#include "ip4.h"
#include "wire.h"

#define OUR_IP    IP4_ADDRESS(10, 0, 2, 15)
#define SERVER_IP IP4_ADDRESS(10, 0, 2, 2)
#define GATEWAY   IP4_ADDRESS(10, 0, 2, 254)
#define FAR_IP    IP4_ADDRESS(192, 0, 2, 7)

static struct ip4 host;
static u8 packet[20000];
static struct ip4_in in;

static void host_at(u32 ip)
{
	memset(&host, 0, sizeof(host));
	host.ip = ip;
	host.mask = ip ? 0xffffff00 : 0;
	host.gateway = ip ? GATEWAY : 0;
}

static void put_sum(u8 *h, u32 len)
{
	u32 sum = 0;

	h[10] = h[11] = 0;
	for (u32 i = 0; i < len; i += 2)
		sum += (u32)h[i] << 8 | h[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	h[10] = (u8)(~sum >> 8);
	h[11] = (u8)~sum;
}

/* A datagram from SERVER_IP to us: `len` bytes that count up from `first`. */
static void datagram(u32 first, u32 len)
{
	struct ip4_hdr *h = (void *)packet;

	*h = (struct ip4_hdr){
		.version_ihl = 0x45,
		.total = be16_of((u16)(20 + len)),
		.id = be16_of(7),
		.ttl = 1,
		.proto = IP4_PROTO_UDP,
		.src = be32_of(SERVER_IP),
		.dst = be32_of(OUR_IP),
	};
	for (u32 i = 0; i < len; i++)
		packet[20 + i] = (u8)((first + i) * 7 >> 2);
	put_sum(packet, 20);
}

static struct ip4_hdr *hdr(void)
{
	return (void *)packet;
}

static bool hear_len(u32 len, u32 now)
{
	return ip4_input(&host, (struct bytes){ packet, len }, now, &in);
}

/* Hears the packet as it is, its header sum made right. */
static bool hear(void)
{
	put_sum(packet, (packet[0] & 15) * 4u);
	return hear_len(be16_get(hdr()->total), 0);
}

static void test_datagram_for_us(void **state)
{
	(void)state;
	host_at(OUR_IP);
	datagram(0, 100);
	CHECK(hear());
	CHECK(in.src == SERVER_IP && in.dst == OUR_IP && in.proto == IP4_PROTO_UDP);
	CHECK(!in.broadcast && in.payload.at == packet + 20 && in.payload.len == 100);
}

static void test_padding_is_trimmed_and_options_are_skipped(void **state)
{
	(void)state;
	host_at(OUR_IP);
	datagram(0, 3);
	CHECK(hear_len(46, 0));
	CHECK(in.payload.len == 3);
	datagram(0, 0);
	CHECK(hear());
	CHECK(in.payload.len == 0);
	datagram(0, 60);
	packet[0] = 0x4f; /* 40 bytes of options */
	CHECK(hear());
	CHECK(in.payload.at == packet + 60 && in.payload.len == 20);
}

static void test_unsound_headers_are_dropped(void **state)
{
	(void)state;
	host_at(OUR_IP);
	datagram(0, 100);
	for (u32 len = 0; len < 120; len++)
		CHECK(!hear_len(len, 0)); /* total length beyond the frame */
	datagram(0, 100);
	packet[0] = 0x65;
	CHECK(!hear());
	datagram(0, 100);
	packet[0] = 0x44; /* 16 bytes of header */
	put_sum(packet, 16);
	CHECK(!hear_len(120, 0));
	datagram(0, 10);
	packet[0] = 0x48; /* header longer than the datagram */
	put_sum(packet, 32);
	CHECK(!hear_len(60, 0));
	datagram(0, 100);
	hdr()->total = be16_of(19);
	put_sum(packet, 20);
	CHECK(!hear_len(120, 0));
	datagram(0, 100);
	packet[8] ^= 1; /* the sum is now wrong */
	CHECK(!hear_len(120, 0));
}

static void test_only_our_addresses_are_accepted(void **state)
{
	static const struct {
		u32 dst;
		bool taken, broadcast;
	} cases[] = {
		{ OUR_IP, true, false },
		{ 0xffffffff, true, true },
		{ IP4_ADDRESS(10, 0, 2, 255), true, true },
		{ IP4_ADDRESS(10, 0, 2, 16), false, false },
		{ IP4_ADDRESS(10, 0, 3, 255), false, false },
		{ IP4_ADDRESS(224, 0, 0, 1), false, false },
		{ 0, false, false },
	};
	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(cases); i++) {
		host_at(OUR_IP);
		datagram(0, 10);
		hdr()->dst = be32_of(cases[i].dst);
		CHECK(hear() == cases[i].taken);
		CHECK(!cases[i].taken || in.broadcast == cases[i].broadcast);
	}
}

static void test_a_31_bit_network_has_no_broadcast(void **state)
{
	(void)state;
	for (u32 bits = 0; bits < 2; bits++) {
		host_at(OUR_IP);
		host.mask = 0xffffffff << bits;
		datagram(0, 10);
		CHECK(hear());
		CHECK(!in.broadcast);
		CHECK(ip4_next_hop(&host, OUR_IP) == OUR_IP);
	}
}

static void test_unconfigured_host_takes_any_unicast(void **state)
{
	(void)state;
	host_at(0);
	datagram(0, 10);
	CHECK(hear());
	CHECK(!in.broadcast);
	hdr()->dst = be32_of(0xffffffff);
	CHECK(hear());
	CHECK(in.broadcast);
	hdr()->dst = be32_of(IP4_ADDRESS(239, 1, 1, 1));
	CHECK(!hear());
}

static void test_impossible_sources_are_dropped(void **state)
{
	static const u32 bad[] = { 0, 0xffffffff, IP4_ADDRESS(224, 0, 0, 1),
				   IP4_ADDRESS(127, 0, 0, 1), IP4_ADDRESS(10, 0, 2, 255) };
	(void)state;
	host_at(OUR_IP);
	for (u32 i = 0; i < ARRAY_LEN(bad); i++) {
		datagram(0, 10);
		hdr()->src = be32_of(bad[i]);
		CHECK(!hear());
	}
}

/* ---- reassembly: a payload of 3 x 1000 bytes, the last part 500 ---- */

#define WHOLE 2500u

static bool fragment(u32 offset, u32 len, bool more, u32 now)
{
	datagram(offset, len);
	hdr()->fragment = be16_of((u16)(offset / 8 | (more ? 0x2000 : 0)));
	put_sum(packet, 20);
	return hear_len(20 + len, now);
}

static bool is_whole(u32 len)
{
	for (u32 i = 0; i < len; i++)
		if (in.payload.at[i] != (u8)(i * 7 >> 2))
			return false;
	return in.payload.len == len;
}

static bool third(u32 i)
{
	return fragment(i * 1000, i == 2 ? 500 : 1000, i != 2, 0);
}

static void test_fragments_in_every_order_and_doubled(void **state)
{
	static const u8 order[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
					{ 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
	(void)state;
	for (u32 i = 0; i < 12; i++) {
		const u8 *o = order[i % 6];

		host_at(OUR_IP);
		CHECK(!third(o[0]));
		CHECK(i < 6 || !third(o[0]));
		CHECK(!third(o[1]));
		CHECK(i < 6 || !third(o[0]));
		CHECK(third(o[2]));
		CHECK(is_whole(WHOLE));
		CHECK(in.src == SERVER_IP && in.proto == IP4_PROTO_UDP);
	}
}

static void test_two_datagrams_interleave(void **state)
{
	(void)state;
	host_at(OUR_IP);
	for (u32 i = 0; i < 3; i++) {
		CHECK(third(i) == (i == 2));
		CHECK(i < 2 || is_whole(WHOLE));
		datagram(i * 1000, i == 2 ? 500 : 1000);
		hdr()->fragment = be16_of((u16)(i * 125 | (i == 2 ? 0 : 0x2000)));
		hdr()->id = be16_of(8);
		CHECK(hear() == (i == 2));
	}
	CHECK(is_whole(WHOLE));
}

static void test_fragments_of_other_senders_and_protocols_do_not_mix(void **state)
{
	(void)state;
	for (u32 i = 0; i < 3; i++) {
		host_at(OUR_IP);
		CHECK(!third(0) && !third(1));
		datagram(2000, 500);
		hdr()->fragment = be16_of(250);
		if (i == 0)
			hdr()->src = be32_of(SERVER_IP + 1);
		else if (i == 1)
			hdr()->proto = IP4_PROTO_ICMP;
		else
			hdr()->dst = be32_of(0xffffffff);
		CHECK(!hear());
		CHECK(third(2));
	}
}

static void test_overlap_drops_the_datagram(void **state)
{
	(void)state;
	host_at(OUR_IP);
	CHECK(!third(0));
	CHECK(!fragment(992, 1008, true, 0)); /* one unit over the first */
	CHECK(!third(1) && !third(2));        /* nothing was kept of the first */
	CHECK(third(0));

	host_at(OUR_IP);
	CHECK(!third(1));
	CHECK(!fragment(0, 1008, true, 0)); /* one unit into the second */
	CHECK(!third(2) && !third(0));
	CHECK(third(1));
}

static void test_contained_fragment_changes_nothing(void **state)
{
	(void)state;
	host_at(OUR_IP);
	CHECK(!third(0));
	datagram(5, 8); /* other bytes than those at 8 */
	hdr()->fragment = be16_of(0x2001);
	CHECK(!hear());
	CHECK(!third(1) && third(2));
	CHECK(is_whole(WHOLE));
}

static void test_two_ends_and_data_behind_the_end_drop_the_datagram(void **state)
{
	(void)state;
	host_at(OUR_IP);
	CHECK(!third(2));
	CHECK(!fragment(2000, 400, false, 0));
	CHECK(!third(0) && !third(1));
	CHECK(third(2));

	host_at(OUR_IP);
	CHECK(!third(2));
	CHECK(!fragment(2504, 8, true, 0));
	CHECK(!third(0) && !third(1));
	CHECK(third(2));

	host_at(OUR_IP);
	CHECK(!fragment(4000, 8, true, 0));
	CHECK(!third(2)); /* an end before data that are there */
	CHECK(!third(0) && !third(1));
	CHECK(third(2));
}

static void test_impossible_fragments_take_no_slot(void **state)
{
	(void)state;
	host_at(OUR_IP);
	CHECK(!third(0));
	CHECK(!fragment(1000, 1001, true, 0)); /* not a multiple of 8, and not the last */
	CHECK(!fragment(1000, 0, true, 0));
	CHECK(!fragment(16384, 8, false, 0)); /* beyond our memory */
	CHECK(!fragment(16376, 9, false, 0));
	CHECK(!fragment(65528, 100, false, 0));
	CHECK(!third(1) && third(2));
	CHECK(is_whole(WHOLE));
}

static void test_the_largest_datagram(void **state)
{
	(void)state;
	host_at(OUR_IP);
	for (u32 at = 15008; at; at -= 1072)
		CHECK(!fragment(at, at == 15008 ? 1376 : 1072, at != 15008, 0));
	CHECK(fragment(0, 1072, true, 0));
	CHECK(is_whole(16384));
}

static void test_fragments_expire_after_30_s_across_the_wrap(void **state)
{
	u32 start = 0xffffffffu - 10000;

	(void)state;
	host_at(OUR_IP);
	CHECK(!fragment(0, 1000, true, start));
	CHECK(!fragment(1000, 1000, true, start + 29998));
	CHECK(fragment(2000, 500, false, start + 29999));

	host_at(OUR_IP);
	CHECK(!fragment(0, 1000, true, start));
	CHECK(!fragment(1000, 1000, true, start + 29999));
	CHECK(!fragment(2000, 500, false, start + 30000));
}

/* The first or the second half of datagram `id`. */
static bool half(u16 id, u32 i, u32 now)
{
	datagram(i * 1000, 1000);
	hdr()->fragment = be16_of((u16)(i ? 125 : 0x2000));
	hdr()->id = be16_of(id);
	put_sum(packet, 20);
	return hear_len(1020, now);
}

static void test_another_datagram_evicts_the_oldest(void **state)
{
	(void)state;
	for (u16 ids = 3; ids <= 4; ids++) {
		host_at(OUR_IP);
		for (u16 id = 1; id <= ids; id++)
			CHECK(!half(id, 0, 0xfffffffe + id));
		for (u16 id = ids; id >= 1; id--)
			CHECK(half(id, 1, 10) == (id > ids - 2));
	}
}

static void test_the_same_id_may_come_again(void **state)
{
	(void)state;
	host_at(OUR_IP);
	for (u32 i = 0; i < 3; i++) {
		CHECK(!half(1, 0, 0));
		CHECK(half(1, 1, 0));
	}
}

/* ---- sending ---- */

static void test_next_hop(void **state)
{
	(void)state;
	host_at(OUR_IP);
	CHECK(ip4_next_hop(&host, SERVER_IP) == SERVER_IP);
	CHECK(ip4_next_hop(&host, FAR_IP) == GATEWAY);
	CHECK(ip4_next_hop(&host, 0xffffffff) == IP4_BROADCAST);
	CHECK(ip4_next_hop(&host, IP4_ADDRESS(10, 0, 2, 255)) == IP4_BROADCAST);
	host.gateway = 0;
	CHECK(ip4_next_hop(&host, FAR_IP) == FAR_IP);
	host_at(0);
	CHECK(ip4_next_hop(&host, 0xffffffff) == IP4_BROADCAST);
}

static void test_write_makes_a_header_that_we_would_accept(void **state)
{
	struct bytes payload;

	(void)state;
	host_at(OUR_IP);
	memset(packet, 0xcc, 100);
	CHECK(ip4_write(&host, packet, IP4_PROTO_UDP, FAR_IP, 44) == packet + 20);
	const struct ip4_hdr *h = ip4_view((struct bytes){ packet, 100 }, &payload);
	CHECK(h && payload.len == 44);
	CHECK(be32_get(h->src) == OUR_IP && be32_get(h->dst) == FAR_IP);
	CHECK(h->ttl == 64 && h->proto == 17 && be16_get(h->fragment) == 0x4000);
	u8 sum[2] = { packet[10], packet[11] };
	put_sum(packet, 20);
	CHECK(memcmp(sum, packet + 10, 2) == 0);

	u16 id = be16_get(h->id);
	ip4_write(&host, packet, IP4_PROTO_UDP, FAR_IP, 44);
	CHECK(be16_get(h->id) == (u16)(id + 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_datagram_for_us),
		cmocka_unit_test(test_padding_is_trimmed_and_options_are_skipped),
		cmocka_unit_test(test_unsound_headers_are_dropped),
		cmocka_unit_test(test_only_our_addresses_are_accepted),
		cmocka_unit_test(test_a_31_bit_network_has_no_broadcast),
		cmocka_unit_test(test_unconfigured_host_takes_any_unicast),
		cmocka_unit_test(test_impossible_sources_are_dropped),
		cmocka_unit_test(test_fragments_in_every_order_and_doubled),
		cmocka_unit_test(test_two_datagrams_interleave),
		cmocka_unit_test(test_fragments_of_other_senders_and_protocols_do_not_mix),
		cmocka_unit_test(test_overlap_drops_the_datagram),
		cmocka_unit_test(test_contained_fragment_changes_nothing),
		cmocka_unit_test(test_two_ends_and_data_behind_the_end_drop_the_datagram),
		cmocka_unit_test(test_impossible_fragments_take_no_slot),
		cmocka_unit_test(test_the_largest_datagram),
		cmocka_unit_test(test_fragments_expire_after_30_s_across_the_wrap),
		cmocka_unit_test(test_another_datagram_evicts_the_oldest),
		cmocka_unit_test(test_the_same_id_may_come_again),
		cmocka_unit_test(test_next_hop),
		cmocka_unit_test(test_write_makes_a_header_that_we_would_accept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
