/* SPDX-License-Identifier: BSD-2-Clause */
/* Repeats, duplicates, strangers and the end of patience. */
#include "tftp_scene.h"

static void test_request_is_repeated_at_exact_times_then_given_up(void **state)
{
	static const u32 sent_at[] = { 0, 1000, 3000, 7000, 15000, 23000 };
	u32 n = 0;

	(void)state;
	start();
	for (u32 ms = 0; ms < 30000; ms++) {
		u32 op = at(ms);

		if (op) {
			CHECK(op == TFTP_RRQ && n < 6 && ms == sent_at[n]);
			n++;
		}
		CHECK(tftp_is_repeating(&t) == (n > 1));
	}
	CHECK(n == 6 && t.state == TFTP_REQUESTING);
	CHECK(at(30000) == 0);
	CHECK(t.state == TFTP_FAILED && t.error == -E_TFTP_TIMEOUT);
}

static void test_ack_is_repeated_at_exact_times_then_given_up(void **state)
{
	static const u32 sent_at[] = { 500, 1500, 3500, 7500, 15500, 23500 };
	u32 n = 0;

	(void)state;
	start();
	at(0);
	data(1, 'a', 512, 500);
	for (u32 ms = 500; ms < 30500; ms++) {
		u32 op = at(ms);

		if (op) {
			CHECK(op == TFTP_ACK && number() == 1 && n < 6 && ms == sent_at[n]);
			n++;
		}
	}
	CHECK(n == 6 && t.state == TFTP_RECEIVING);
	CHECK(at(30500) == 0);
	CHECK(t.state == TFTP_FAILED && t.error == -E_TFTP_STALLED);
}

static void test_progress_starts_the_clocks_again(void **state)
{
	(void)state;
	start();
	at(0);
	data(1, 'a', 512, 1);
	at(1);
	CHECK(at(1001) == TFTP_ACK);
	CHECK(at(3001) == TFTP_ACK);
	data(2, 'b', 512, 29000);
	CHECK(at(29000) == TFTP_ACK && number() == 2);
	CHECK(!tftp_is_repeating(&t));
	CHECK(at(29999) == 0);
	CHECK(at(30000) == TFTP_ACK);
	at(58999);
	CHECK(t.state == TFTP_RECEIVING);
	at(59000);
	CHECK(t.error == -E_TFTP_STALLED);
}

static void test_duplicates_do_not_keep_a_dead_transfer_alive(void **state)
{
	(void)state;
	start();
	at(0);
	data(1, 'a', 512, 0);
	for (u32 ms = 0; ms < 30000; ms += 500) {
		data(1, 'a', 512, ms);
		at(ms);
	}
	CHECK(t.state == TFTP_RECEIVING);
	at(30000);
	CHECK(t.error == -E_TFTP_STALLED);
}

static void test_a_packet_that_could_not_be_sent_stays_due(void **state)
{
	(void)state;
	start();
	for (u32 ms = 0; ms < 30000; ms += 100)
		CHECK(tftp_tick(&t, START + ms, &src_port, &dst_port));
	CHECK(!tftp_tick(&t, START + 30000, &src_port, &dst_port));
	CHECK(t.error == -E_TFTP_TIMEOUT);
}

static void test_only_the_last_block_is_acknowledged_again(void **state)
{
	(void)state;
	start();
	data(1, 'a', 512, 0);
	CHECK(at(0) == TFTP_ACK);
	data(2, 'b', 512, 10);
	CHECK(at(10) == TFTP_ACK);
	data(1, 'z', 512, 500);
	CHECK(at(500) == 0);
	data(3, 'z', 512, 500); /* not yet awaited? it is: next */
	CHECK(at(500) == TFTP_ACK && number() == 3);
	data(5, 'z', 512, 700);
	CHECK(at(700) == 0);
	data(3, 'y', 512, 700);
	CHECK(at(700) == TFTP_ACK && number() == 3);
	CHECK(d.len == 1536 && image[0] == 'a' && image[1024] == 'z');
}

static void test_a_doubled_packet_is_acknowledged_once(void **state)
{
	(void)state;
	start();
	data(1, 'a', 512, 0);
	CHECK(at(0) == TFTP_ACK);
	data(1, 'a', 512, 1);
	CHECK(at(1) == 0);
	data(1, 'a', 512, 99);
	CHECK(at(99) == 0);
	data(1, 'a', 512, 100); /* so late it is the server's repeat */
	CHECK(at(100) == TFTP_ACK && number() == 1);
}

static void test_repeated_oack_is_acknowledged_again(void **state)
{
	(void)state;
	start();
	OACK("tsize\0005\0", 0);
	CHECK(at(0) == TFTP_ACK && number() == 0);
	OACK("tsize\0005\0", 500);
	CHECK(at(500) == TFTP_ACK && number() == 0);
	data(1, 'a', 5, 501);
	CHECK(t.state == TFTP_DONE);
	at(501);
	OACK("tsize\0009\0", 900);
	CHECK(at(900) == 0 && d.total == 5);
}

static void test_dally_repeats_the_last_ack(void **state)
{
	(void)state;
	start();
	data(1, 'a', 100, 0);
	CHECK(t.state == TFTP_DONE);
	CHECK(at(0) == TFTP_ACK);
	d.base = NULL; /* no longer ours to touch */
	for (u32 ms = 1000; ms < 60000; ms += 1000) {
		data(1, 'b', 100, ms);
		CHECK(at(ms) == TFTP_ACK && number() == 1);
	}
	CHECK(image[0] == 'a' && d.len == 100);
	ERROR("\1", "late", 70000);
	CHECK(t.state == TFTP_DONE);
}

static void test_other_ports_are_refused_and_change_nothing(void **state)
{
	(void)state;
	start();
	data(1, 'a', 512, 0);
	at(0);
	data_port(3000, 2, 'z', 100, 10);
	CHECK(t.state == TFTP_RECEIVING && d.len == 512 && image[512] == 0xee);
	CHECK(at(10) == TFTP_ERROR && number() == 5 && dst_port == 3000 && src_port == LOCAL);
	hear_port(3000, "\0\6", 2, 10);
	CHECK(at(10) == TFTP_ERROR && dst_port == 3000);
	hear_port(3000, "\0\5\0\1no", 6, 20); /* but an error is never answered */
	CHECK(at(20) == 0 && t.state == TFTP_RECEIVING);
	data_port(0, 2, 'z', 100, 20);
	CHECK(at(20) == 0);
	data(2, 'b', 100, 30);
	CHECK(t.state == TFTP_DONE && image[512] == 'b');
}

static void test_a_stray_block_does_not_choose_the_server(void **state)
{
	(void)state;
	start();
	at(0);
	data_port(3000, 2, 'z', 100, 1);
	data_port(3000, 0, 'z', 100, 1);
	data_port(0, 1, 'z', 100, 1);
	hear_port(3000, "\0\4\0\1", 4, 1);
	hear_port(3000, "\0\3\0", 3, 1);
	hear_port(3000, "\0", 1, 1);
	hear_port(3000, "", 0, 1);
	hear_port(3000, "\0\7\0\1", 4, 1);
	CHECK(t.state == TFTP_REQUESTING && t.peer_port == 0 && at(1) == 0);
	data(1, 'a', 512, 2);
	CHECK(t.peer_port == SERVER);
}

static void test_closed_port_ends_it_the_second_time(void **state)
{
	(void)state;
	start();
	at(0);
	tftp_input_closed(&t, 70);
	tftp_input_closed(&t, 69);
	CHECK(t.state == TFTP_REQUESTING);
	CHECK(at(1000) == TFTP_RRQ);
	tftp_input_closed(&t, 69);
	CHECK(t.state == TFTP_FAILED && t.error == -E_TFTP_TIMEOUT);
	start();
	data(1, 'a', 512, 0);
	tftp_input_closed(&t, 69);
	tftp_input_closed(&t, SERVER);
	data(2, 'b', 512, 1); /* progress: it was an error */
	tftp_input_closed(&t, SERVER);
	CHECK(t.state == TFTP_RECEIVING);
	tftp_input_closed(&t, SERVER);
	CHECK(t.error == -E_TFTP_STALLED);
}

static void test_abort_tells_a_server_that_knows_us(void **state)
{
	(void)state;
	start();
	tftp_abort(&t, E_ARP_TIMEOUT);
	CHECK(t.error == -E_ARP_TIMEOUT && at(0) == 0);
	start();
	data(1, 'a', 512, 0);
	tftp_abort(&t, E_ABORTED);
	CHECK(t.error == -E_ABORTED);
	CHECK(at(0) == TFTP_ERROR && dst_port == SERVER);
	start();
	data(1, 'a', 1, 0);
	at(0);
	tftp_abort(&t, E_ABORTED);
	CHECK(t.state == TFTP_DONE && at(0) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request_is_repeated_at_exact_times_then_given_up),
		cmocka_unit_test(test_ack_is_repeated_at_exact_times_then_given_up),
		cmocka_unit_test(test_progress_starts_the_clocks_again),
		cmocka_unit_test(test_duplicates_do_not_keep_a_dead_transfer_alive),
		cmocka_unit_test(test_a_packet_that_could_not_be_sent_stays_due),
		cmocka_unit_test(test_only_the_last_block_is_acknowledged_again),
		cmocka_unit_test(test_a_doubled_packet_is_acknowledged_once),
		cmocka_unit_test(test_repeated_oack_is_acknowledged_again),
		cmocka_unit_test(test_dally_repeats_the_last_ack),
		cmocka_unit_test(test_other_ports_are_refused_and_change_nothing),
		cmocka_unit_test(test_a_stray_block_does_not_choose_the_server),
		cmocka_unit_test(test_closed_port_ends_it_the_second_time),
		cmocka_unit_test(test_abort_tells_a_server_that_knows_us),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
