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

static void test_the_address_servers_file_goes_before_the_proxys(void **state)
{
	(void)state;
	start();
	at(0);
	proxy_says(DHCP_OFFER, "p", 10);
	server_says(DHCP_OFFER, "o", 20);
	at(20);
	server_says(DHCP_ACK, "o", 30);
	CHECK(strcmp(d.lease.boot_file, "o") == 0 && d.lease.boot_server == SERVER);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offer_without_a_file_waits_2_s_for_a_better_one),
		cmocka_unit_test(test_a_better_offer_is_taken_while_waiting),
		cmocka_unit_test(
			test_a_second_poor_offer_does_not_replace_the_first_or_its_wait),
		cmocka_unit_test(test_nothing_is_waited_for_when_the_file_is_known),
		cmocka_unit_test(test_proxy_before_or_after_the_offer),
		cmocka_unit_test(test_the_address_servers_file_goes_before_the_proxys),
		cmocka_unit_test(test_a_proxys_word_is_forgotten_after_a_nak),
		cmocka_unit_test(test_a_proxy_alone_is_no_offer),
		cmocka_unit_test(test_proxy_without_a_file_is_asked_on_port_4011),
		cmocka_unit_test(test_a_silent_proxy_is_not_fatal),
		cmocka_unit_test(test_one_server_may_be_proxy_and_address_server),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
