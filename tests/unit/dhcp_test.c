/* SPDX-License-Identifier: BSD-2-Clause */
/* From DISCOVER to a lease, and every way to fail. */
#include "dhcp_scene.h"

static void test_offer_with_a_file_is_taken_at_once(void **state)
{
	(void)state;
	start();
	CHECK(at(0) == DHCP_DISCOVER);
	CHECK(dst == IP4_BROADCAST && dst_port == 67);
	CHECK(at(9) == 0);
	server_says(DHCP_OFFER, "ebb.bin", 10);
	CHECK(d.state == DHCP_REQUESTING);
	CHECK(at(10) == DHCP_REQUEST);
	CHECK(dst == IP4_BROADCAST && dst_port == 67);
	server_says(DHCP_ACK, "ebb.bin", 20);
	CHECK(d.state == DHCP_BOUND);
	CHECK(d.lease.ip == YOUR_IP && d.lease.dhcp_server == SERVER);
	CHECK(d.lease.boot_server == SERVER && strcmp(d.lease.boot_file, "ebb.bin") == 0);
	CHECK(at(100000) == 0);
}

static void test_one_xid_from_discover_to_request(void **state)
{
	(void)state;
	start();
	at(0);
	u32 xid = d.xid;
	CHECK(be32_get(((struct dhcp_hdr *)out)->xid) == xid);
	at(4000);
	CHECK(d.xid == xid);
	server_says(DHCP_OFFER, "f", 4010);
	at(4010);
	CHECK(be32_get(((struct dhcp_hdr *)out)->xid) == xid);
	/* Another start, another xid. */
	random_seed(&rnd, 2);
	dhcp_start(&d, &id, &rnd, START);
	CHECK(d.xid != xid);
}

static void test_discover_backs_off_and_is_abandoned(void **state)
{
	static const u32 delay[] = { 2000, 4000, 8000, 16000, 16000, 16000 };
	u32 when[8];
	bool varies = false;

	(void)state;
	start();
	u32 n = sends(0, 61999, when, 8);
	CHECK(n == 6 || n == 7);
	CHECK(when[0] == 0);
	for (u32 i = 1; i < n; i++) {
		u32 waited = when[i] - when[i - 1];

		CHECK(waited >= delay[i - 1] - 1000 && waited <= delay[i - 1] + 1000);
		varies |= waited != delay[i - 1];
	}
	CHECK(varies);
	CHECK(d.state == DHCP_SELECTING);
	CHECK(at(62000) == 0);
	CHECK(d.state == DHCP_FAILED && d.error == -E_DHCP_NO_OFFER);
}

static void test_request_backs_off_and_is_abandoned(void **state)
{
	static const u32 delay[] = { 2000, 4000, 8000, 16000 };
	u32 when[6];

	(void)state;
	start();
	at(0);
	server_says(DHCP_OFFER, "f", 1000);
	u32 n = sends(1000, 30999, when, 6);
	CHECK(n == 4 || n == 5);
	CHECK(when[0] == 1000);
	for (u32 i = 1; i < n; i++)
		CHECK(when[i] - when[i - 1] >= delay[i - 1] - 1000 &&
		      when[i] - when[i - 1] <= delay[i - 1] + 1000);
	CHECK(d.state == DHCP_REQUESTING);
	CHECK(at(31000) == 0);
	CHECK(d.state == DHCP_FAILED && d.error == -E_DHCP_NO_ACK);
}

static void test_a_packet_that_could_not_be_sent_stays_due(void **state)
{
	(void)state;
	start();
	for (u32 ms = 0; ms < 5000; ms += 100)
		CHECK(dhcp_tick(&d, START + ms, &dst, &dst_port));
	CHECK(at(5000) == DHCP_DISCOVER);
	CHECK(at(5000) == 0);
	/* Even if nothing can ever be sent the end comes. */
	start();
	for (u32 ms = 0; ms < 62000; ms += 100)
		CHECK(dhcp_tick(&d, START + ms, &dst, &dst_port));
	CHECK(!dhcp_tick(&d, START + 62000, &dst, &dst_port));
	CHECK(d.state == DHCP_FAILED);
}

static void test_secs_count_and_request_repeats_those_of_discover(void **state)
{
	(void)state;
	start();
	at(0);
	CHECK(out[8] == 0 && out[9] == 0);
	CHECK(at(5500) == DHCP_DISCOVER);
	CHECK(out[9] == 5);
	server_says(DHCP_OFFER, "f", 9000);
	CHECK(at(9000) == DHCP_REQUEST);
	CHECK(out[9] == 5);
	CHECK(at(14000) == DHCP_REQUEST);
	CHECK(out[9] == 5);
}

static void test_nak_starts_over_with_a_new_xid(void **state)
{
	(void)state;
	start();
	at(0);
	server_says(DHCP_OFFER, "f", 10);
	at(10);
	u32 xid = d.xid;
	build(DHCP_NAK, SERVER, 0, NULL);
	hear_at(20);
	CHECK(d.state == DHCP_SELECTING && d.xid != xid && !d.offered);
	CHECK(at(20) == DHCP_DISCOVER);
	server_says(DHCP_OFFER, "f", 30);
	at(30);
	server_says(DHCP_ACK, "f", 40);
	CHECK(d.state == DHCP_BOUND);
}

static void test_four_naks_end_it(void **state)
{
	u32 ms = 0;

	(void)state;
	start();
	for (u32 i = 0; i < 4; i++) {
		CHECK(d.state == DHCP_SELECTING);
		u32 asked = ms;
		while (at(ms) != DHCP_DISCOVER)
			ms++;
		CHECK(ms - asked == (i ? (i - 1) * 1000 : 0));
		server_says(DHCP_OFFER, "f", ms);
		at(ms);
		build(DHCP_NAK, SERVER, 0, NULL);
		hear_at(ms);
	}
	CHECK(d.state == DHCP_FAILED && d.error == -E_DHCP_REFUSED);
}

static void test_only_the_chosen_servers_word_counts(void **state)
{
	(void)state;
	start();
	at(0);
	server_says(DHCP_OFFER, "f", 10);
	at(10);
	build(DHCP_NAK, SERVER_B, 0, NULL);
	hear_at(20);
	CHECK(d.state == DHCP_REQUESTING);
	build(DHCP_ACK, SERVER_B, YOUR_IP, "f");
	hear_at(20);
	CHECK(d.state == DHCP_REQUESTING);
	build(DHCP_ACK, SERVER, YOUR_IP + 1, "f"); /* another address than offered */
	hear_at(20);
	CHECK(d.state == DHCP_REQUESTING);
	server_says(DHCP_OFFER, "f", 20);
	CHECK(d.state == DHCP_REQUESTING);
	server_says(DHCP_ACK, "f", 20);
	CHECK(d.state == DHCP_BOUND);
}

static void test_source_address_stands_for_a_missing_server_id(void **state)
{
	(void)state;
	start();
	at(0);
	build(DHCP_OFFER, 0, YOUR_IP, "f");
	hear_at(10);
	CHECK(d.state == DHCP_REQUESTING && d.lease.dhcp_server == SERVER);
	build(DHCP_ACK, 0, YOUR_IP, "f");
	hear_at(20);
	CHECK(d.state == DHCP_BOUND);
}

static void test_bootp_reply_is_final(void **state)
{
	(void)state;
	start();
	at(0);
	build(0, 0, YOUR_IP, "f");
	hear_at(10);
	CHECK(d.state == DHCP_BOUND && d.lease.ip == YOUR_IP);
	/* Without a file it waits like any offer, and then needs no REQUEST. */
	start();
	at(0);
	build(0, 0, YOUR_IP, NULL);
	hear_at(10);
	CHECK(d.state == DHCP_SELECTING);
	CHECK(at(2010) == 0);
	CHECK(d.state == DHCP_BOUND);
}

static void test_impossible_addresses_are_no_offers(void **state)
{
	static const u32 bad[] = { 0, 0xffffffff, IP4_ADDRESS(127, 0, 0, 1),
				   IP4_ADDRESS(224, 0, 0, 1), IP4_ADDRESS(0, 1, 2, 3) };
	(void)state;
	start();
	at(0);
	for (u32 i = 0; i < ARRAY_LEN(bad); i++) {
		build(DHCP_OFFER, SERVER, bad[i], "f");
		hear_at(10);
		CHECK(d.state == DHCP_SELECTING && !d.offered);
	}
}

static void test_other_types_and_ports_are_ignored(void **state)
{
	(void)state;
	start();
	at(0);
	for (u32 type = 1; type < 256; type++)
		if (type != DHCP_OFFER)
			server_says((u8)type, "f", 10);
	CHECK(d.state == DHCP_SELECTING && !d.offered);
	build(DHCP_OFFER, SERVER, YOUR_IP, "f");
	dhcp_input(&d, SERVER, 68, reply_bytes(&r), START + 20);
	CHECK(!d.offered);
	dhcp_input(&d, SERVER, 4011, reply_bytes(&r), START + 20);
	CHECK(d.state == DHCP_REQUESTING);
}

static void test_mask_of_the_class_when_none_is_given(void **state)
{
	static const struct {
		u32 ip, mask;
	} cases[] = { { IP4_ADDRESS(10, 1, 1, 1), 0xff000000 },
		      { IP4_ADDRESS(172, 16, 1, 1), 0xffff0000 },
		      { IP4_ADDRESS(192, 168, 1, 1), 0xffffff00 } };
	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(cases); i++) {
		start();
		build(DHCP_OFFER, SERVER, cases[i].ip, "f");
		hear_at(0);
		CHECK(d.lease.mask == cases[i].mask);
		reply_address(&r, 1, 0xfffffff0);
		start();
		hear_at(0);
		CHECK(d.lease.mask == 0xfffffff0);
	}
}

/* An offer with all that a server can say, taken at once. */
static void offer_with_boot_data(void)
{
	start();
	at(0);
	build(DHCP_OFFER, SERVER, YOUR_IP, "f");
	r.hdr.siaddr = be32_of(SERVER_B);
	reply_text(&r, 129, "quiet");
	reply_text(&r, 12, "hare");
	hear_at(10);
	at(10);
}

static void test_ack_may_leave_out_what_the_offer_said(void **state)
{
	(void)state;
	offer_with_boot_data();
	build(DHCP_ACK, SERVER, YOUR_IP, NULL);
	hear_at(20);
	CHECK(d.state == DHCP_BOUND && strcmp(d.lease.boot_file, "f") == 0);
	CHECK(d.lease.boot_server == SERVER_B && strcmp(d.lease.cmdline, "quiet") == 0 &&
	      strcmp(d.lease.host_name, "hare") == 0);
}

static void test_a_candidates_boot_data_do_not_leak_into_the_next(void **state)
{
	(void)state;
	offer_with_boot_data();
	build(DHCP_NAK, SERVER, 0, NULL);
	hear_at(20);
	at(20);
	build(DHCP_OFFER, SERVER, YOUR_IP, NULL);
	hear_at(30);
	CHECK(!d.lease.boot_file[0] && !d.lease.boot_server && !d.lease.cmdline[0] &&
	      !d.lease.host_name[0]);
}

static void test_raw_packets_are_kept(void **state)
{
	(void)state;
	start();
	at(0);
	CHECK(d.lease.discover_len == out_len && memcmp(d.lease.discover, out, out_len) == 0);
	server_says(DHCP_OFFER, "f", 10);
	at(10);
	CHECK(d.lease.discover[242] == DHCP_DISCOVER);
	server_says(DHCP_ACK, "f", 20);
	CHECK(d.lease.ack_len == r.len && memcmp(d.lease.ack, r.at, r.len) == 0);
	/* A longer one than a PXE cache holds is cut there. */
	start();
	at(0);
	build(DHCP_OFFER, SERVER, YOUR_IP, "f");
	r.len = 1400;
	r.at[1300] = 255;
	hear_at(10);
	CHECK(d.lease.ack_len == DHCP_PACKET_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offer_with_a_file_is_taken_at_once),
		cmocka_unit_test(test_one_xid_from_discover_to_request),
		cmocka_unit_test(test_discover_backs_off_and_is_abandoned),
		cmocka_unit_test(test_request_backs_off_and_is_abandoned),
		cmocka_unit_test(test_a_packet_that_could_not_be_sent_stays_due),
		cmocka_unit_test(test_secs_count_and_request_repeats_those_of_discover),
		cmocka_unit_test(test_nak_starts_over_with_a_new_xid),
		cmocka_unit_test(test_four_naks_end_it),
		cmocka_unit_test(test_only_the_chosen_servers_word_counts),
		cmocka_unit_test(test_source_address_stands_for_a_missing_server_id),
		cmocka_unit_test(test_bootp_reply_is_final),
		cmocka_unit_test(test_impossible_addresses_are_no_offers),
		cmocka_unit_test(test_other_types_and_ports_are_ignored),
		cmocka_unit_test(test_mask_of_the_class_when_none_is_given),
		cmocka_unit_test(test_ack_may_leave_out_what_the_offer_said),
		cmocka_unit_test(test_a_candidates_boot_data_do_not_leak_into_the_next),
		cmocka_unit_test(test_raw_packets_are_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
