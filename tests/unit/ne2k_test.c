/* SPDX-License-Identifier: BSD-2-Clause */
/* The NE2000 driver against the model of ne2k_model.h. */
#include "ne2k_model.h"
#include "ebb/error.h"

/* Takes one frame and checks that it is `len` bytes counting up from `first`. */
static void expect_frame(u32 len, u8 first)
{
	struct bytes frame;

	CHECK(ne2k_ops.poll(&nic, &frame));
	CHECK(frame.len == len);
	for (u32 i = 0; i < len; i++)
		CHECK(frame.at[i] == (u8)(first + i));
	ne2k_ops.release(&nic);
}

static void expect_nothing(void)
{
	struct bytes frame;

	CHECK(!ne2k_ops.poll(&nic, &frame));
}

static void expect_refusal(int error)
{
	u16 command = machine.command;

	CHECK(ne2k_ops.open(&nic, &dev) == -error);
	CHECK(machine.command == command);
	CHECK(model.cr & NE2K_CR_STP);
	CHECK(machine.now_us < 100000);
}

/* Frames arrive until the card reports an overrun; their number. */
static u32 overrun_ring(u32 len)
{
	u32 n = 0;

	while (arrive(len, (u8)n))
		n++;
	CHECK(model.overrun == OVERRUN);
	return n;
}

/* ---- open and close --------------------------------------------------------------------- */

static void test_open_fills_in_address_and_starts(void **state)
{
	static const u8 no_groups[8];

	(void)state;
	machine_with_open_card();
	CHECK(memcmp(nic.mac, mac, MAC_LEN) == 0 && memcmp(model.par, mac, MAC_LEN) == 0);
	CHECK(memcmp(model.mar, no_groups, sizeof(no_groups)) == 0);
	CHECK(nic.link && nic.link_mbit == 10);
	CHECK(model.cr == (NE2K_CR_STA | NE2K_CR_RD2));
	CHECK(model.pstart == 0x46 && model.pstop == 0x80);
	CHECK(model.bnry == 0x46 && model.curr == 0x47);
	CHECK(model.rcr == NE2K_RCR_AB && model.tcr == 0 && model.imr == 0);
	CHECK(machine.command == 0x0103 && model.breaches == 0);
}

static void test_open_works_where_a_stop_is_not_shown(void **state)
{
	(void)state;
	machine_with_card(0x0000);
	model.stop_silent = true;
	CHECK(ne2k_ops.open(&nic, &dev) == 0);
	CHECK(machine.command == PCI_COMMAND_IO && machine.now_us < 20000);
	CHECK(arrive(60, 1));
	expect_frame(60, 1);
}

static void test_open_fails_when_the_card_cannot_be_reached(void **state)
{
	(void)state;
	machine_with_card(0x0003);
	model.io = 0;
	expect_refusal(E_CARD_DEAD);
	CHECK(model.accesses == 0);

	machine_with_card(0x0003);
	model.gone = true;
	expect_refusal(E_CARD_DEAD);

	machine_with_card(0x0002);
	model.reset_hangs = true;
	expect_refusal(E_CARD_DEAD);

	machine_with_card(0x0003);
	model.dma_hangs = true;
	expect_refusal(E_CARD_DEAD);
}

static void test_open_refuses_addresses_of_no_station(void **state)
{
	static const u8 bad[][2] = { { 0x00, 0x00 }, { 0xff, 0xff }, { 0x01, 0x5e } };

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(bad); i++) {
		machine_with_card(0x0003);
		memset(model.memory, bad[i][1], 12);
		model.memory[0] = model.memory[1] = bad[i][0];
		expect_refusal(E_NO_MAC);
		CHECK(model.imr == 0);
	}
}

static void test_close_stops_and_restores(void **state)
{
	static const u16 found[] = { 0x0000, 0x0003, 0x0007, 0x0103 };

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(found); i++) {
		machine_with_card(found[i]);
		CHECK(ne2k_ops.open(&nic, &dev) == 0);
		CHECK(arrive(60, 1));
		ne2k_ops.close(&nic);
		CHECK(model.cr & NE2K_CR_STP);
		CHECK(model.imr == 0 && !(model.isr & 0x7f));
		CHECK(machine.command == found[i]);
		CHECK(!arrive(60, 2));

		CHECK(ne2k_ops.open(&nic, &dev) == 0);
		expect_nothing();
		CHECK(arrive(60, 3));
		expect_frame(60, 3);
	}
	CHECK(model.breaches == 0);
}

static void test_close_ends_although_a_frame_does_not_leave(void **state)
{
	static u8 frame[60];

	(void)state;
	machine_with_open_card();
	model.tx_stalls = true;
	model.stop_silent = true;
	CHECK(ne2k_ops.send(&nic, frame, sizeof(frame)));
	machine.now_us = 0;
	ne2k_ops.close(&nic);
	CHECK(machine.now_us >= NE2K_TX_MAX_US && machine.now_us < 100000);
	CHECK(model.cr & NE2K_CR_STP);
}

/* ---- transmit --------------------------------------------------------------------------- */

static void test_send_copies_and_pads_with_zeros(void **state)
{
	static const u32 lens[] = { FRAME_MIN, 15, 59, 60, 61, 255, 1513, FRAME_MAX };
	u8 frame[FRAME_MAX];

	(void)state;
	machine_with_open_card();
	for (u32 i = 0; i < sizeof(frame); i++)
		frame[i] = (u8)(i * 7 + 1);
	for (u32 i = 0; i < ARRAY_LEN(lens); i++) {
		u32 want = lens[i] < 60 ? 60 : lens[i];

		memset(&model.memory[0x4000], 0xcc, 6 * NE2K_PAGE);
		CHECK(ne2k_ops.send(&nic, frame, lens[i]));
		CHECK(model.sent_len == want);
		CHECK(memcmp(model.sent, frame, lens[i]) == 0);
		for (u32 k = lens[i]; k < want; k++)
			CHECK(model.sent[k] == 0);
	}
	CHECK(nic.tx_frames == ARRAY_LEN(lens) && model.breaches == 0);
}

static void test_send_refuses_while_a_frame_leaves(void **state)
{
	u8 frame[60] = { 1 };

	(void)state;
	machine_with_open_card();
	model.tx_stalls = true;
	CHECK(ne2k_ops.send(&nic, frame, sizeof(frame)));
	frame[0] = 2;
	CHECK(!ne2k_ops.send(&nic, frame, sizeof(frame)));
	transmitted();
	CHECK(model.sent[0] == 1 && nic.tx_frames == 1);
	CHECK(ne2k_ops.send(&nic, frame, sizeof(frame)));
	CHECK(model.breaches == 0);
}

static void test_send_refuses_lengths_that_are_no_frame(void **state)
{
	static u8 frame[4096];

	(void)state;
	machine_with_open_card();
	CHECK(!ne2k_ops.send(&nic, frame, FRAME_MIN - 1));
	CHECK(!ne2k_ops.send(&nic, frame, FRAME_MAX + 1));
	CHECK(model.sent_count == 0 && nic.tx_frames == 0);
}

static void test_send_restarts_a_card_whose_dma_hangs(void **state)
{
	static u8 frame[60];

	(void)state;
	machine_with_open_card();
	CHECK(ne2k_ops.send(&nic, frame, sizeof(frame)));
	model.sent_count = 0;
	model.dma_hangs = true;
	CHECK(!ne2k_ops.send(&nic, frame, sizeof(frame)));
	CHECK(machine.now_us < 100000 && model.sent_count == 0 && model.starts == 3);
	model.dma_hangs = false;
	CHECK(ne2k_ops.send(&nic, frame, sizeof(frame)));
	CHECK(arrive(60, 1));
	expect_frame(60, 1);
}

/* ---- receive ---------------------------------------------------------------------------- */

static void test_poll_lends_frames_in_order_around_the_ring(void **state)
{
	(void)state;
	machine_with_open_card();
	expect_nothing();
	for (u32 n = 0; n < 2000; n++) {
		u32 len = 60 + n * 31 % (NIC_RX_MAX - 59);

		CHECK(arrive(len, (u8)n));
		CHECK(arrive(60, (u8)(n + 1)));
		expect_frame(len, (u8)n);
		expect_frame(60, (u8)(n + 1));
	}
	expect_nothing();
	CHECK(nic.rx_frames == 4000 && nic.rx_errors == 0);
	CHECK(model.missed == 0 && model.breaches == 0 && model.starts == 2);
}

static void test_poll_uses_every_page_but_two(void **state)
{
	(void)state;
	machine_with_open_card();
	for (u32 lap = 0; lap < 100; lap++) {
		/* BNRY's page and the gap behind it: 57 of 58 pages, one a frame. */
		for (u32 i = 0; i < 57; i++)
			CHECK(arrive(60, (u8)i));
		for (u32 i = 0; i < 57; i++)
			expect_frame(60, (u8)i);
		CHECK(arrive(1514, (u8)lap));
		expect_frame(1514, (u8)lap);
	}
	CHECK(model.breaches == 0 && nic.rx_errors == 0);
}

static void test_an_idle_poll_is_one_port_access(void **state)
{
	u32 before;

	(void)state;
	machine_with_open_card();
	CHECK(arrive(60, 1));
	expect_frame(60, 1);
	before = model.accesses;
	expect_nothing();
	CHECK(model.accesses - before == 1);
}

static void test_poll_drops_damaged_and_long_frames(void **state)
{
	static u8 junk[2048];

	(void)state;
	machine_with_open_card();
	CHECK(deliver(junk, 60, 0x02, 0, 64));
	CHECK(deliver(junk, NIC_RX_MAX + 1, NE2K_STATUS_PRX, 0, NIC_RX_MAX + 1 + NE2K_FCS));
	CHECK(arrive(NIC_RX_MAX, 5));
	expect_frame(NIC_RX_MAX, 5);
	expect_nothing();
	CHECK(nic.rx_errors == 2 && nic.rx_frames == 1);
	CHECK(model.starts == 2); /* the ring was in order */
}

static void test_poll_resets_a_ring_whose_header_lies(void **state)
{
	static const struct {
		u8 next;
		u32 count;
	} lies[] = {
		{ 0x45, 64 }, { 0x80, 64 }, { 0xff, 64 },  { 0x47, 64 }, { 0x46, 64 },
		{ 0x4a, 64 }, { 0x7f, 64 }, { 0, 0 },      { 0, 4 },     { 0, 17 },
		{ 0, 257 },   { 0, 1518 },  { 0, 0xffff }, { 0x49, 64 },
	};
	static u8 junk[60];

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(lies); i++) {
		machine_with_open_card();
		CHECK(deliver(junk, 60, NE2K_STATUS_PRX, lies[i].next, lies[i].count));
		expect_nothing();
		CHECK(nic.rx_errors == 1 && nic.rx_frames == 0);
		CHECK(model.starts == 3 && model.curr == 0x47 && model.bnry == 0x46);
		CHECK(arrive(1000, 6));
		expect_frame(1000, 6);
		CHECK(model.breaches == 0);
	}
}

static void test_poll_resets_a_ring_whose_header_skips_frames(void **state)
{
	static u8 junk[60];

	(void)state;
	machine_with_open_card();
	CHECK(deliver(junk, 60, NE2K_STATUS_PRX, 0x4a, 64)); /* three pages for one */
	for (u32 i = 0; i < 5; i++)
		CHECK(arrive(60, 1));
	expect_nothing();
	CHECK(nic.rx_errors == 1 && model.starts == 3);
}

static void test_poll_resets_a_ring_whose_last_header_leads_out_of_it(void **state)
{
	static const struct {
		u8 page, next;
	} lies[] = { { 0x7e, 0x45 }, { 0x7f, 0x80 } };
	static u8 junk[60];

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(lies); i++) {
		machine_with_open_card();
		while (model.curr != lies[i].page) {
			CHECK(arrive(60, 1));
			expect_frame(60, 1);
		}
		CHECK(deliver(junk, 60, NE2K_STATUS_PRX, lies[i].next, 64));
		expect_nothing();
		CHECK(nic.rx_errors == 1 && model.curr == 0x47 && model.breaches == 0);
	}
}

static void test_poll_resets_a_ring_whose_end_is_nowhere(void **state)
{
	static const u8 nowhere[] = { 0x00, 0x45, 0x80, 0xff };

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(nowhere); i++) {
		machine_with_open_card();
		CHECK(arrive(60, 1));
		model.curr = nowhere[i];
		expect_nothing();
		CHECK(nic.rx_errors == 1 && model.curr == 0x47);
		CHECK(arrive(60, 2));
		expect_frame(60, 2);
	}
}

static void test_poll_survives_random_ring_contents(void **state)
{
	u32 seed = 1;

	(void)state;
	machine_with_open_card();
	for (u32 n = 0; n < 3000; n++) {
		struct bytes frame;

		for (u32 page = 0x46; page < 0x80; page++)
			for (u32 k = 0; k < 4; k++) {
				seed = seed * 1664525 + 1013904223;
				model.memory[page * NE2K_PAGE + k] = (u8)(seed >> 24);
				if (k == 1 && (seed & 0x800))
					model.memory[page * NE2K_PAGE + k] = (u8)(page + 1);
				if (k == 3 && (seed & 0x1800))
					model.memory[page * NE2K_PAGE + k] &= 1;
			}
		seed = seed * 1664525 + 1013904223;
		model.curr = (u8)(0x46 + (seed >> 24) % 58);
		model.isr |= NE2K_ISR_PRX;
		for (u32 i = 0; i < 60; i++)
			if (ne2k_ops.poll(&nic, &frame)) {
				CHECK(frame.len >= FRAME_MIN && frame.len <= NIC_RX_MAX);
				ne2k_ops.release(&nic);
			}
		CHECK(model.bnry >= 0x46 && model.bnry < 0x80);
	}
	CHECK(model.breaches == 0);
}

static void test_poll_resets_a_ring_that_cannot_be_read(void **state)
{
	(void)state;
	machine_with_open_card();
	CHECK(arrive(60, 1));
	model.dma_hangs = true;
	expect_nothing();
	CHECK(nic.rx_errors == 1 && machine.now_us < 100000);
	model.dma_hangs = false;
	CHECK(arrive(60, 2));
	expect_frame(60, 2);
}

static void test_poll_ends_although_the_card_is_pulled_out(void **state)
{
	(void)state;
	machine_with_open_card();
	model.gone = true;
	for (u32 i = 0; i < 10; i++)
		expect_nothing();
	CHECK(machine.now_us < 1000000);
}

/* ---- overrun ---------------------------------------------------------------------------- */

static void test_overrun_loses_only_what_found_no_room(void **state)
{
	(void)state;
	for (u32 len = 60; len <= 1514; len += 97) {
		u32 n;

		machine_with_open_card();
		n = overrun_ring(len);
		CHECK(n >= 8);
		for (u32 i = 0; i < n; i++)
			expect_frame(len, (u8)i);
		expect_nothing();
		CHECK(nic.rx_errors == 1 && model.overrun == NONE && model.breaches == 0);
		CHECK(arrive(1514, 9));
		expect_frame(1514, 9);
	}
}

static void test_overrun_sends_again_what_the_stop_cut_off(void **state)
{
	u8 frame[60] = { 7 };

	(void)state;
	machine_with_open_card();
	CHECK(ne2k_ops.send(&nic, frame, sizeof(frame))); /* leaves ISR.PTX behind */
	model.tx_stalls = true;
	frame[0] = 8;
	CHECK(ne2k_ops.send(&nic, frame, sizeof(frame)));
	overrun_ring(1514);
	model.tx_stalls = false;
	expect_frame(1514, 0);
	CHECK(model.sent_count == 2 && model.sent[0] == 8);
	CHECK(model.breaches == 0);
}

static void test_overrun_sends_nothing_twice(void **state)
{
	static u8 frame[60];

	(void)state;
	machine_with_open_card();
	CHECK(ne2k_ops.send(&nic, frame, sizeof(frame)));
	overrun_ring(1514);
	expect_frame(1514, 0);
	CHECK(model.sent_count == 1);
}

static void test_overrun_of_an_empty_ring_starts_over(void **state)
{
	(void)state;
	machine_with_open_card();
	model.isr |= NE2K_ISR_OVW;
	model.overrun = OVERRUN;
	expect_nothing();
	CHECK(model.overrun == NONE && model.breaches == 0);
	CHECK(arrive(60, 1));
	expect_frame(60, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open_fills_in_address_and_starts),
		cmocka_unit_test(test_open_works_where_a_stop_is_not_shown),
		cmocka_unit_test(test_open_fails_when_the_card_cannot_be_reached),
		cmocka_unit_test(test_open_refuses_addresses_of_no_station),
		cmocka_unit_test(test_close_stops_and_restores),
		cmocka_unit_test(test_close_ends_although_a_frame_does_not_leave),
		cmocka_unit_test(test_send_copies_and_pads_with_zeros),
		cmocka_unit_test(test_send_refuses_while_a_frame_leaves),
		cmocka_unit_test(test_send_refuses_lengths_that_are_no_frame),
		cmocka_unit_test(test_send_restarts_a_card_whose_dma_hangs),
		cmocka_unit_test(test_poll_lends_frames_in_order_around_the_ring),
		cmocka_unit_test(test_poll_uses_every_page_but_two),
		cmocka_unit_test(test_an_idle_poll_is_one_port_access),
		cmocka_unit_test(test_poll_drops_damaged_and_long_frames),
		cmocka_unit_test(test_poll_resets_a_ring_whose_header_lies),
		cmocka_unit_test(test_poll_resets_a_ring_whose_header_skips_frames),
		cmocka_unit_test(test_poll_resets_a_ring_whose_last_header_leads_out_of_it),
		cmocka_unit_test(test_poll_resets_a_ring_whose_end_is_nowhere),
		cmocka_unit_test(test_poll_survives_random_ring_contents),
		cmocka_unit_test(test_poll_resets_a_ring_that_cannot_be_read),
		cmocka_unit_test(test_poll_ends_although_the_card_is_pulled_out),
		cmocka_unit_test(test_overrun_loses_only_what_found_no_room),
		cmocka_unit_test(test_overrun_sends_again_what_the_stop_cut_off),
		cmocka_unit_test(test_overrun_sends_nothing_twice),
		cmocka_unit_test(test_overrun_of_an_empty_ring_starts_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
