/* SPDX-License-Identifier: BSD-2-Clause */
/* Whose boot file: which offer is taken when, and what proxies add. */
#include "dhcp_scene.h"

static void test_offer_without_a_file_waits_2_s_for_a_better_one(void **state)
{
	(void)state;
	start();
	at(0);
	server_says(DHCP_OFFER, NULL, 10);
	CHECK(d.state == DHCP_SELECTING);
	at(2009);
	CHECK(d.state == DHCP_SELECTING);
	CHECK(at(2010) == DHCP_REQUEST);
	server_says(DHCP_ACK, NULL, 2020);
	CHECK(d.state == DHCP_BOUND && !d.lease.boot_file[0]);
}

static void test_a_better_offer_is_taken_while_waiting(void **state)
{
	(void)state;
	start();
	at(0);
	server_says(DHCP_OFFER, NULL, 10);
	build(DHCP_OFFER, SERVER_B, YOUR_IP + 1, "better");
	hear_at(500);
	CHECK(d.state == DHCP_REQUESTING && d.lease.dhcp_server == SERVER_B);
	CHECK(d.lease.ip == YOUR_IP + 1);
}

static void test_a_second_poor_offer_does_not_replace_the_first_or_its_wait(void **state)
{
	(void)state;
	start();
	at(0);
	server_says(DHCP_OFFER, NULL, 10);
	build(DHCP_OFFER, SERVER_B, YOUR_IP + 1, NULL);
	hear_at(1500);
	CHECK(at(2010) == DHCP_REQUEST);
	CHECK(d.lease.dhcp_server == SERVER);
}

static void test_nothing_is_waited_for_when_the_file_is_known(void **state)
{
	struct dhcp_identity who = id;

	(void)state;
	who.have_file = true;
	start_as(&who);
	at(0);
	server_says(DHCP_OFFER, NULL, 10);
	CHECK(at(10) == DHCP_REQUEST);
	server_says(DHCP_ACK, NULL, 20);
	CHECK(d.state == DHCP_BOUND);
}

static void test_proxy_before_or_after_the_offer(void **state)
{
	(void)state;
	for (u32 first = 0; first < 2; first++) {
		start();
		at(0);
		if (first)
			proxy_says(DHCP_OFFER, "p", 10);
		server_says(DHCP_OFFER, NULL, 20);
		CHECK((d.state == DHCP_REQUESTING) == (first == 1));
		if (!first)
			proxy_says(DHCP_OFFER, "p", 30);
		CHECK(d.state == DHCP_REQUESTING);
		CHECK(at(40) == DHCP_REQUEST);
		server_says(DHCP_ACK, NULL, 50);
		CHECK(d.state == DHCP_BOUND);
		CHECK(strcmp(d.lease.boot_file, "p") == 0);
		CHECK(d.lease.boot_server == PROXY); /* it named none but itself */
		CHECK(d.lease.ip == YOUR_IP && d.lease.dhcp_server == SERVER);
	}
}

static void test_a_proxys_file_goes_before_the_address_servers(void **state)
{
	(void)state;
	start();
	at(0);
	proxy_says(DHCP_OFFER, "p", 10);
	server_says(DHCP_OFFER, "o", 20);
	CHECK(at(20) == DHCP_REQUEST); /* nothing to wait for */
	server_says(DHCP_ACK, "o", 30);
	CHECK(strcmp(d.lease.boot_file, "p") == 0 && d.lease.boot_server == PROXY);
	CHECK(d.lease.dhcp_server == SERVER);
	/* Its own boot server is not mixed with another's file. */
	start();
	at(0);
	server_says(DHCP_OFFER, "o", 20);
	CHECK(at(20) == DHCP_REQUEST);
	proxy_says(DHCP_OFFER, "late", 25);
	CHECK(d.state == DHCP_REQUESTING);
	server_says(DHCP_ACK, "o", 30);
	CHECK(strcmp(d.lease.boot_file, "late") == 0 && d.lease.boot_server == PROXY);
	/* Behind the ACK it is too late. */
	start();
	at(0);
	server_says(DHCP_OFFER, "o", 20);
	at(20);
	server_says(DHCP_ACK, "o", 30);
	proxy_says(DHCP_OFFER, "p", 31);
	CHECK(d.state == DHCP_BOUND && strcmp(d.lease.boot_file, "o") == 0 &&
	      !d.lease.reply_len);
}

static void test_a_proxys_word_is_forgotten_after_a_nak(void **state)
{
	(void)state;
	start();
	at(0);
	proxy_says(DHCP_OFFER, "old", 10);
	server_says(DHCP_OFFER, NULL, 20);
	at(20);
	build(DHCP_NAK, SERVER, 0, NULL);
	hear_at(30);
	at(30);
	server_says(DHCP_OFFER, NULL, 40);
	CHECK(d.state == DHCP_SELECTING);
	CHECK(at(2040) == DHCP_REQUEST);
	server_says(DHCP_ACK, NULL, 2050);
	CHECK(d.state == DHCP_BOUND && !d.lease.boot_file[0]);
}

static void test_proxies_to_ask_are_forgotten_after_a_nak(void **state)
{
	(void)state;
	start();
	at(0);
	proxy_says(DHCP_OFFER, NULL, 10);
	server_says(DHCP_OFFER, NULL, 20);
	CHECK(at(20) == DHCP_REQUEST);
	build(DHCP_NAK, SERVER, 0, NULL);
	hear_at(30);
	at(30);
	server_says(DHCP_OFFER, NULL, 40);
	CHECK(d.state == DHCP_SELECTING);
}

static void test_nobody_is_asked_when_the_address_server_names_the_file(void **state)
{
	(void)state;
	start();
	at(0);
	proxy_says(DHCP_OFFER, NULL, 10);
	server_says(DHCP_OFFER, "f", 20);
	at(20);
	server_says(DHCP_ACK, "f", 30);
	CHECK(d.state == DHCP_BOUND && strcmp(d.lease.boot_file, "f") == 0);
}

static void test_a_proxy_alone_is_no_offer(void **state)
{
	(void)state;
	start();
	at(0);
	proxy_says(DHCP_OFFER, "proxied", 10);
	for (u32 ms = 11; ms < 62000; ms++)
		CHECK(at(ms) != DHCP_REQUEST);
	at(62000);
	CHECK(d.error == -E_DHCP_NO_OFFER);
}

/* Bound but for the file, which a proxy that named none may know. */
static void ask_proxy(void)
{
	start();
	at(0);
	server_says(DHCP_OFFER, NULL, 10);
	proxy_says(DHCP_OFFER, NULL, 20);
	CHECK(at(20) == DHCP_REQUEST);
	CHECK(dst == IP4_BROADCAST);
	server_says(DHCP_ACK, NULL, 30);
	CHECK(d.state == DHCP_PROXY && d.lease.ip == YOUR_IP);
}

static void test_proxy_without_a_file_is_asked_on_port_4011(void **state)
{
	(void)state;
	ask_proxy();
	CHECK(at(30) == DHCP_REQUEST);
	CHECK(dst == PROXY && dst_port == 4011);
	CHECK(be32_get(((struct dhcp_hdr *)out)->ciaddr) == YOUR_IP);
	server_says(DHCP_ACK, NULL, 35); /* the twin of the first */
	CHECK(d.state == DHCP_PROXY);
	server_says(DHCP_ACK, "another", 36); /* not who was asked */
	CHECK(d.state == DHCP_PROXY);
	proxy_says(DHCP_OFFER, "another", 37); /* not an answer */
	CHECK(d.state == DHCP_PROXY);
	build(DHCP_ACK, PROXY, 0, "menu.0");
	r.hdr.siaddr = be32_of(SERVER_B);
	dhcp_input(&d, PROXY, 4011, reply_bytes(&r), START + 40);
	CHECK(d.state == DHCP_BOUND);
	CHECK(strcmp(d.lease.boot_file, "menu.0") == 0 && d.lease.boot_server == SERVER_B);
}

static void test_a_silent_proxy_is_not_fatal(void **state)
{
	u32 when[5];

	(void)state;
	ask_proxy();
	CHECK(sends(30, 10029, when, 5) == 4);
	CHECK(when[0] == 30 && when[1] == 1030 && when[2] == 3030 && when[3] == 6030);
	CHECK(d.state == DHCP_PROXY);
	CHECK(at(10030) == 0);
	CHECK(d.state == DHCP_BOUND && !d.lease.boot_file[0]);
}

static void test_one_server_may_be_proxy_and_address_server(void **state)
{
	(void)state;
	start();
	at(0);
	build(DHCP_OFFER, SERVER, YOUR_IP, NULL);
	reply_text(&r, 60, "PXEClient");
	hear_at(10);
	CHECK(d.state == DHCP_SELECTING); /* somebody may name a file still */
	CHECK(at(2010) == DHCP_REQUEST);
	server_says(DHCP_ACK, NULL, 2020);
	CHECK(d.state == DHCP_PROXY);
	CHECK(at(2020) == DHCP_REQUEST);
	CHECK(dst == SERVER && dst_port == 4011);
}

/* ---- option 43 and several proxies ---- */

#define MENU "\x06\x01\x03\x09\x04\x80\x01\x01x\xff" /* without NUL */

/* An offer or ACK of boot service alone, from `server`, with option 43 and a file, or without. */
static void boot_says(u32 server, u16 port, u8 type, const char *vendor, const char *file,
		      u32 ms)
{
	build(type, server, 0, file);
	reply_text(&r, 60, "PXEClient");
	if (vendor)
		reply_text(&r, 43, vendor);
	dhcp_input(&d, server, port, reply_bytes(&r), START + ms);
}

static bool is_vendor(const char *text)
{
	return d.lease.vendor_len == strlen(text) &&
	       memcmp(d.lease.vendor, text, d.lease.vendor_len) == 0;
}

static bool is_reply(void)
{
	return d.lease.reply_len == r.len && memcmp(d.lease.reply, r.at, r.len) == 0;
}

static void test_a_menu_is_as_good_as_a_file(void **state)
{
	(void)state;
	start();
	at(0);
	server_says(DHCP_OFFER, NULL, 10);
	boot_says(PROXY, 67, DHCP_OFFER, MENU, NULL, 20);
	CHECK(at(20) == DHCP_REQUEST);
	struct reply offer = r;
	server_says(DHCP_ACK, NULL, 30);
	CHECK(d.state == DHCP_BOUND && is_vendor(MENU) && !d.lease.boot_file[0]);
	CHECK(d.lease.reply_len == offer.len &&
	      memcmp(d.lease.reply, offer.at, offer.len) == 0);
	CHECK(d.lease.ack_len == r.len && memcmp(d.lease.ack, r.at, r.len) == 0);
}

static void test_one_server_with_address_and_menu(void **state)
{
	(void)state;
	for (u32 ack_has_menu = 0; ack_has_menu < 2; ack_has_menu++) {
		start();
		at(0);
		build(DHCP_OFFER, SERVER, YOUR_IP, NULL);
		reply_text(&r, 60, "PXEClient");
		reply_text(&r, 43, MENU);
		hear_at(10);
		CHECK(at(10) == DHCP_REQUEST);
		build(DHCP_ACK, SERVER, YOUR_IP, NULL);
		if (ack_has_menu) {
			reply_text(&r, 60, "PXEClient");
			reply_text(&r, 43, MENU "new");
		}
		hear_at(20);
		CHECK(d.state == DHCP_BOUND && is_vendor(ack_has_menu ? MENU "new" : MENU));
		CHECK(!d.lease.reply_len);
	}
}

static void test_an_address_with_a_menu_is_a_better_offer(void **state)
{
	(void)state;
	start();
	at(0);
	server_says(DHCP_OFFER, NULL, 10);
	build(DHCP_OFFER, SERVER_B, YOUR_IP + 1, NULL);
	reply_text(&r, 60, "PXEClient");
	reply_text(&r, 43, MENU);
	hear_at(500);
	CHECK(d.state == DHCP_REQUESTING && d.lease.ip == YOUR_IP + 1 && is_vendor(MENU));
}

static void test_no_menu_when_the_file_is_known_from_elsewhere(void **state)
{
	struct dhcp_identity who = id;

	(void)state;
	who.have_file = true;
	start_as(&who);
	at(0);
	boot_says(PROXY, 67, DHCP_OFFER, MENU, NULL, 5);
	build(DHCP_OFFER, SERVER, YOUR_IP, NULL);
	reply_text(&r, 60, "PXEClient");
	reply_text(&r, 43, MENU);
	hear_at(10);
	at(10);
	server_says(DHCP_ACK, NULL, 20);
	CHECK(d.state == DHCP_BOUND && !d.lease.vendor_len && !d.lease.reply_len);
}

static void test_option_43_of_another_class_is_not_ours(void **state)
{
	(void)state;
	start();
	at(0);
	build(DHCP_OFFER, SERVER, YOUR_IP, "f");
	reply_text(&r, 60, "MSFT 5.0");
	reply_text(&r, 43, MENU);
	hear_at(10);
	at(10);
	build(DHCP_ACK, SERVER, YOUR_IP, "f");
	reply_text(&r, 43, MENU);
	hear_at(20);
	CHECK(d.state == DHCP_BOUND && !d.lease.vendor_len);
}

static void test_option_43_in_parts_is_joined(void **state)
{
	(void)state;
	start();
	at(0);
	server_says(DHCP_OFFER, NULL, 10);
	build(DHCP_OFFER, PROXY, 0, NULL);
	reply_text(&r, 43, "\x06\x01\x03\x09\x04");
	reply_text(&r, 60, "PXEClient");
	reply_text(&r, 43, "\x80\x01\x01x\xff");
	hear_at(20);
	CHECK(at(20) == DHCP_REQUEST);
	server_says(DHCP_ACK, NULL, 30);
	CHECK(d.state == DHCP_BOUND && is_vendor(MENU));
}

static void test_a_damaged_menu_is_none_and_its_proxy_is_asked(void **state)
{
	(void)state;
	start();
	at(0);
	server_says(DHCP_OFFER, NULL, 10);
	boot_says(PROXY, 67, DHCP_OFFER, "\x09\x40\x80\x01\x01x", NULL, 20);
	at(20);
	server_says(DHCP_ACK, NULL, 30);
	CHECK(d.state == DHCP_PROXY && at(30) == DHCP_REQUEST && dst == PROXY);
}

static void test_the_first_proxy_that_names_something_wins(void **state)
{
	(void)state;
	start();
	at(0);
	boot_says(PROXY, 67, DHCP_OFFER, NULL, NULL, 5);
	boot_says(SERVER_B, 67, DHCP_OFFER, NULL, "b", 6);
	boot_says(PROXY, 67, DHCP_OFFER, NULL, "c", 7);
	server_says(DHCP_OFFER, NULL, 10);
	at(10);
	server_says(DHCP_ACK, NULL, 30);
	CHECK(d.state == DHCP_BOUND && strcmp(d.lease.boot_file, "b") == 0);
	CHECK(d.lease.boot_server == SERVER_B);
}

static void test_silent_proxies_are_asked_one_after_the_other(void **state)
{
	u32 when[8];

	(void)state;
	start();
	at(0);
	/* The address server claims to be one, too, but is the last to be asked. */
	build(DHCP_OFFER, SERVER, YOUR_IP, NULL);
	reply_text(&r, 60, "PXEClient");
	hear_at(10);
	boot_says(PROXY, 67, DHCP_OFFER, NULL, NULL, 20);
	boot_says(SERVER_B, 67, DHCP_OFFER, NULL, NULL, 25);
	boot_says(PROXY, 67, DHCP_OFFER, NULL, NULL, 26); /* a duplicate */
	CHECK(d.asks == 3 && at(26) == DHCP_REQUEST);
	server_says(DHCP_ACK, NULL, 30);
	CHECK(sends(30, 10029, when, 8) == 4 && dst == PROXY);
	CHECK(sends(10030, 20029, when, 8) == 4 && dst == SERVER_B && when[0] == 10030);
	CHECK(sends(20030, 25000, when, 8) == 3 && dst == SERVER);
	CHECK(d.lease.silent_proxy == PROXY);
	boot_says(SERVER, 4011, DHCP_ACK, NULL, "found", 25000);
	CHECK(d.state == DHCP_BOUND && strcmp(d.lease.boot_file, "found") == 0 && is_reply());
}

static void test_at_most_four_are_asked(void **state)
{
	u32 when[20];

	(void)state;
	start();
	at(0);
	for (u32 i = 0; i < 8; i++)
		boot_says(PROXY + i, 67, DHCP_OFFER, NULL, NULL, 1);
	boot_says(IP4_BROADCAST, 67, DHCP_OFFER, NULL, NULL, 1);
	server_says(DHCP_OFFER, NULL, 10);
	at(10);
	server_says(DHCP_ACK, NULL, 30);
	CHECK(sends(30, 40029, when, 20) == 16 && dst == PROXY + 3);
	CHECK(d.state == DHCP_PROXY && at(40030) == 0 && d.state == DHCP_BOUND);
	CHECK(d.lease.ip == YOUR_IP && d.lease.silent_proxy == PROXY);
}

static void test_a_late_offer_ends_the_wait_for_a_silent_proxy(void **state)
{
	(void)state;
	ask_proxy();
	boot_says(SERVER_B, 67, DHCP_OFFER, NULL, NULL, 40);
	build(DHCP_OFFER, SERVER_B, YOUR_IP + 1, "x"); /* another address is not wanted */
	reply_text(&r, 60, "PXEClient");
	hear_at(40);
	build(DHCP_OFFER, SERVER_B, 0, "x"); /* no PXE */
	hear_at(40);
	CHECK(d.state == DHCP_PROXY);
	boot_says(SERVER_B, 67, DHCP_OFFER, MENU, NULL, 41);
	CHECK(d.state == DHCP_BOUND && is_vendor(MENU) && is_reply());
}

static void test_binl_answers_from_any_port_and_without_option_43(void **state)
{
	(void)state;
	ask_proxy();
	boot_says(SERVER_B, 3000, DHCP_OFFER, NULL, "x", 34);
	CHECK(d.state == DHCP_PROXY);
	build(DHCP_ACK, SERVER_B, YOUR_IP, "startrom.0"); /* it has another name for itself */
	dhcp_input(&d, SERVER_B, 3000, reply_bytes(&r), START + 35);
	CHECK(d.state == DHCP_PROXY); /* nor was it asked */
	dhcp_input(&d, PROXY, 3000, reply_bytes(&r), START + 36);
	CHECK(d.state == DHCP_BOUND && strcmp(d.lease.boot_file, "startrom.0") == 0);
	CHECK(d.lease.boot_server == SERVER_B && is_reply());
}

static void test_a_menu_may_come_on_port_4011(void **state)
{
	(void)state;
	ask_proxy();
	boot_says(PROXY, 4011, DHCP_ACK, "\x06\x01\x08", NULL, 35); /* nothing to boot from */
	CHECK(d.state == DHCP_PROXY);
	boot_says(PROXY, 4011, DHCP_ACK, MENU, NULL, 40);
	CHECK(d.state == DHCP_BOUND && is_vendor(MENU) && !d.lease.boot_file[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offer_without_a_file_waits_2_s_for_a_better_one),
		cmocka_unit_test(test_a_better_offer_is_taken_while_waiting),
		cmocka_unit_test(
			test_a_second_poor_offer_does_not_replace_the_first_or_its_wait),
		cmocka_unit_test(test_nothing_is_waited_for_when_the_file_is_known),
		cmocka_unit_test(test_proxy_before_or_after_the_offer),
		cmocka_unit_test(test_a_proxys_file_goes_before_the_address_servers),
		cmocka_unit_test(test_a_proxys_word_is_forgotten_after_a_nak),
		cmocka_unit_test(test_proxies_to_ask_are_forgotten_after_a_nak),
		cmocka_unit_test(test_nobody_is_asked_when_the_address_server_names_the_file),
		cmocka_unit_test(test_a_proxy_alone_is_no_offer),
		cmocka_unit_test(test_proxy_without_a_file_is_asked_on_port_4011),
		cmocka_unit_test(test_a_silent_proxy_is_not_fatal),
		cmocka_unit_test(test_one_server_may_be_proxy_and_address_server),
		cmocka_unit_test(test_a_menu_is_as_good_as_a_file),
		cmocka_unit_test(test_one_server_with_address_and_menu),
		cmocka_unit_test(test_an_address_with_a_menu_is_a_better_offer),
		cmocka_unit_test(test_no_menu_when_the_file_is_known_from_elsewhere),
		cmocka_unit_test(test_option_43_of_another_class_is_not_ours),
		cmocka_unit_test(test_option_43_in_parts_is_joined),
		cmocka_unit_test(test_a_damaged_menu_is_none_and_its_proxy_is_asked),
		cmocka_unit_test(test_the_first_proxy_that_names_something_wins),
		cmocka_unit_test(test_silent_proxies_are_asked_one_after_the_other),
		cmocka_unit_test(test_at_most_four_are_asked),
		cmocka_unit_test(test_a_late_offer_ends_the_wait_for_a_silent_proxy),
		cmocka_unit_test(test_binl_answers_from_any_port_and_without_option_43),
		cmocka_unit_test(test_a_menu_may_come_on_port_4011),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
