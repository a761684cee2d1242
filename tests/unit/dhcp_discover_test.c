/* SPDX-License-Identifier: BSD-2-Clause */
/* Boot server discovery: whom it asks, in which order, and who is believed. */
#include "dhcp_scene.h"

#define GROUP    IP4_ADDRESS(239, 255, 1, 2)
#define BOOT_A   IP4_ADDRESS(10, 0, 2, 50)
#define BOOT_B   IP4_ADDRESS(10, 0, 2, 51)
#define STRANGER IP4_ADDRESS(10, 0, 2, 52)
#define TYPE     0x8001u

static struct pxe_options o;

/* Bound, with these PXE options: two servers of the type, one of another. */
static void bound(u8 control, u32 group, bool listed)
{
	start();
	at(0);
	server_says(DHCP_OFFER, "old", 10);
	at(10);
	server_says(DHCP_ACK, "old", 20);
	CHECK(d.state == DHCP_BOUND);
	memset(&o, 0, sizeof(o));
	o.control = control;
	o.multicast = group;
	if (listed) {
		o.servers = 3;
		o.server[0] = (struct pxe_server){ TYPE, BOOT_A };
		o.server[1] = (struct pxe_server){ TYPE + 1, STRANGER };
		o.server[2] = (struct pxe_server){ TYPE, BOOT_B };
	}
}

static void discover(u8 control, u32 group, bool listed)
{
	bound(control, group, listed);
	dhcp_discover(&d, &o, TYPE, START + 100);
}

/* An ACK as boot servers send it; `item` is what option 43 says, NULL for none. */
static void boot_says(u32 ip, u16 port, const char *item, const char *file, u32 ms)
{
	build(DHCP_ACK, ip, YOUR_IP, file);
	if (item) {
		reply_text(&r, 60, "PXEClient");
		reply_option(&r, 43, item, 7);
	}
	dhcp_input(&d, ip, port, reply_bytes(&r), START + ms);
}

#define ITEM        "\x47\x04\x80\x01\x00\x00\xff"
#define ITEM_SECURE "\x47\x04\x80\x01\x80\x00\xff"
#define ITEM_OTHER  "\x47\x04\x80\x02\x00\x00\xff"

static void test_all_ways_in_their_order_and_times(void **state)
{
	static const u32 when[] = { 100, 1100, 3100, 6100 };

	(void)state;
	discover(0, GROUP, true);
	u32 n = 0, listed = 0;
	for (u32 ms = 100; ms <= 40100; ms++) {
		if (!at(ms))
			continue;
		CHECK(out[242] == DHCP_REQUEST);
		if (n < 4)
			CHECK(ms == when[n] && dst == GROUP && dst_port == 4011);
		else if (n < 8)
			CHECK(ms == when[n - 4] + 10000 && dst == IP4_BROADCAST &&
			      dst_port == 67);
		else {
			CHECK(dst == (listed++ % 2 ? BOOT_B : BOOT_A) && dst_port == 4011);
			CHECK(listed != 2 || ms == 21100);
		}
		n++;
	}
	CHECK(n == 16 && d.state == DHCP_BOUND && d.error == -E_PXE_NO_SERVER);
	CHECK(strcmp(d.lease.boot_file, "old") == 0 && d.lease.boot_server == SERVER);
	CHECK(!d.lease.reply_len && d.lease.ip == YOUR_IP);
}

static void test_discovery_control_allows_ways(void **state)
{
	(void)state;
	for (u32 c = 0; c < 8; c++)
		for (u32 have = 0; have < 4; have++) {
			bool multicast = (have & 1) && !(c & PXE_NO_MULTICAST);
			bool broadcast = !(c & PXE_NO_BROADCAST);
			bool listed = have & 2;
			bool any = multicast || broadcast || listed;

			/* Only listed servers, and none is: nobody to believe. */
			if (c & PXE_LISTED_ONLY && !listed)
				any = false;
			discover((u8)c, have & 1 ? GROUP : 0, listed);
			CHECK((d.state == DHCP_DISCOVERING) == any);
			CHECK(d.error == (any ? 0 : -E_PXE_NO_WAY));
			u32 groups = 0, alls = 0, ones = 0;
			for (u32 ms = 100; ms <= 40100; ms++)
				if (at(ms)) {
					groups += dst == GROUP;
					alls += dst == IP4_BROADCAST;
					ones += dst == BOOT_A || dst == BOOT_B;
				}
			CHECK(groups == (any && multicast ? 4 : 0));
			CHECK(alls == (any && broadcast ? 4 : 0));
			CHECK(ones == (any && listed ? 8 : 0));
			CHECK(d.state == DHCP_BOUND);
		}
}

static void test_the_question(void **state)
{
	static const u8 item[] = { 43, 7, 71, 4, 0x80, 1, 0, 0, 255, 255 };
	struct dhcp_hdr *h = (void *)out;

	(void)state;
	bound(3, 0, true);
	u32 before = d.xid;
	dhcp_discover(&d, &o, TYPE, START + 5100);
	CHECK(at(5100) == DHCP_REQUEST && d.xid != before && be32_get(h->xid) == d.xid);
	CHECK(be32_get(h->ciaddr) == YOUR_IP && !be32_get(h->yiaddr));
	bool found = false;
	for (u32 i = 240; i + sizeof(item) <= out_len; i++)
		found |= memcmp(out + i, item, sizeof(item)) == 0;
	CHECK(found);
	/* The identity is as in DISCOVER; type and, here, the item are all that differs. */
	CHECK(memcmp(out + 243, d.lease.discover + 243, 60) == 0);
	before = d.xid;
	CHECK(at(6100) == DHCP_REQUEST && d.xid == before);
}

static void test_an_answer_names_server_and_file(void **state)
{
	(void)state;
	discover(0, GROUP, true);
	at(100);
	boot_says(STRANGER, 4011, ITEM, "boot.0", 150);
	CHECK(d.state == DHCP_BOUND && d.error == 0);
	CHECK(strcmp(d.lease.boot_file, "boot.0") == 0 && d.lease.boot_server == STRANGER);
	CHECK(d.lease.reply_len == r.len && memcmp(d.lease.reply, r.at, r.len) == 0);
	CHECK(d.lease.ip == YOUR_IP && d.lease.dhcp_server == SERVER);
	boot_says(BOOT_A, 4011, ITEM, "late.0", 160);
	CHECK(strcmp(d.lease.boot_file, "boot.0") == 0);

	discover(0, GROUP, true);
	at(100);
	build(DHCP_ACK, BOOT_A, YOUR_IP, "boot.0");
	r.hdr.siaddr = be32_of(BOOT_B); /* the file is elsewhere */
	reply_text(&r, 60, "PXEClient");
	reply_option(&r, 43, ITEM, 7);
	dhcp_input(&d, BOOT_A, 4011, reply_bytes(&r), START + 150);
	CHECK(d.lease.boot_server == BOOT_B);
}

static void test_whom_to_believe(void **state)
{
	static const struct {
		u32 ip;
		u16 port;
		const char *item, *file;
		u8 control;
		bool good;
	} cases[] = {
		{ STRANGER, 4011, ITEM, "f", 0, true },
		{ STRANGER, 67, ITEM, "f", 0, true },
		{ STRANGER, 4011, ITEM_SECURE, "f", 0, true },
		{ STRANGER, 4000, ITEM, "f", 0, false },
		{ STRANGER, 4011, ITEM_OTHER, "f", 0, false },
		{ STRANGER, 4011, ITEM, NULL, 0, false },
		{ STRANGER, 4011, NULL, "f", 0, false },
		{ STRANGER, 4011, ITEM, "f", PXE_LISTED_ONLY, false },
		{ BOOT_B, 4011, ITEM, "f", PXE_LISTED_ONLY, true },
		{ BOOT_B, 4011, NULL, "f", PXE_LISTED_ONLY, true }, /* BINL */
		{ BOOT_B, 4000, NULL, "f", 0, true },
		{ BOOT_B, 4011, ITEM_OTHER, "f", 0, false },
		{ BOOT_B, 67, NULL, "f", 0, false }, /* may be a renewal */
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(cases); i++) {
		discover(cases[i].control, GROUP, true);
		at(100);
		boot_says(cases[i].ip, cases[i].port, cases[i].item, cases[i].file, 150);
		CHECK((d.state == DHCP_BOUND) == cases[i].good);
		CHECK((strcmp(d.lease.boot_file, "f") == 0) == cases[i].good);
	}
	/* Another kind of message does not count, and a NAK ends nothing. */
	for (u32 type = 0; type < 10; type++) {
		discover(0, GROUP, true);
		at(100);
		build((u8)type, BOOT_A, YOUR_IP, "f");
		reply_text(&r, 60, "PXEClient");
		reply_option(&r, 43, ITEM, 7);
		dhcp_input(&d, BOOT_A, 4011, reply_bytes(&r), START + 150);
		CHECK((d.state == DHCP_BOUND) == (type == DHCP_ACK));
	}
}

static void test_a_type_listed_without_addresses_opens_the_list(void **state)
{
	(void)state;
	bound(PXE_LISTED_ONLY | PXE_NO_MULTICAST, 0, false);
	o.servers = 1;
	o.server[0] = (struct pxe_server){ TYPE, 0 };
	dhcp_discover(&d, &o, TYPE, START + 100);
	CHECK(at(100) == DHCP_REQUEST && dst == IP4_BROADCAST);
	boot_says(STRANGER, 4011, ITEM, "f", 150);
	CHECK(d.state == DHCP_BOUND && d.error == 0);
}

static void test_a_server_without_arp_takes_its_time_only(void **state)
{
	u32 ms, asked_b = 0;

	(void)state;
	discover(3, 0, true);
	/* What goes to BOOT_A can never be sent. */
	for (ms = 100; d.state == DHCP_DISCOVERING; ms += 10) {
		if (!dhcp_tick(&d, START + ms, &dst, &dst_port))
			continue;
		if (dst == BOOT_B) {
			out_len = dhcp_write(&d, START + ms, out);
			asked_b++;
		}
		CHECK(ms < 30000);
	}
	CHECK(asked_b == 4 && ms >= 20100 && ms < 20200);
}

static void test_at_most_eight_servers(void **state)
{
	(void)state;
	bound(3, 0, false);
	o.servers = PXE_SERVERS_MAX;
	for (u32 i = 0; i < PXE_SERVERS_MAX; i++)
		o.server[i] = (struct pxe_server){ TYPE, BOOT_A + i };
	dhcp_discover(&d, &o, TYPE, START + 100);
	u32 n = 0;
	for (u32 ms = 100; ms < 200000; ms++)
		n += at(ms) != 0;
	CHECK(n == 32 && d.error == -E_PXE_NO_SERVER);
}

static void test_it_may_be_tried_again(void **state)
{
	(void)state;
	discover(0, 0, false);
	while (d.state == DHCP_DISCOVERING)
		at(50000);
	CHECK(d.error == -E_PXE_NO_SERVER);
	u32 xid = d.xid;
	dhcp_discover(&d, &o, TYPE + 1, START + 60000);
	CHECK(d.state == DHCP_DISCOVERING && d.error == 0 && d.xid != xid);
	CHECK(at(60000) == DHCP_REQUEST);
	boot_says(STRANGER, 4011, ITEM_OTHER, "g", 60010);
	CHECK(d.state == DHCP_BOUND && d.error == 0 && strcmp(d.lease.boot_file, "g") == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_ways_in_their_order_and_times),
		cmocka_unit_test(test_discovery_control_allows_ways),
		cmocka_unit_test(test_the_question),
		cmocka_unit_test(test_an_answer_names_server_and_file),
		cmocka_unit_test(test_whom_to_believe),
		cmocka_unit_test(test_a_type_listed_without_addresses_opens_the_list),
		cmocka_unit_test(test_a_server_without_arp_takes_its_time_only),
		cmocka_unit_test(test_at_most_eight_servers),
		cmocka_unit_test(test_it_may_be_tried_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
