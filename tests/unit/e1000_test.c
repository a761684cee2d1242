/* SPDX-License-Identifier: BSD-2-Clause */
/* The 82540EM driver against the model of e1000_model.h. */
#define _GNU_SOURCE
#include "e1000_model.h"
#include "ebb/error.h"

/* Takes one frame and checks that it is `len` bytes of `fill`. */
static void expect_frame(u32 len, u8 fill)
{
	struct bytes frame;

	CHECK(e1000_ops.poll(&nic, &frame));
	CHECK(frame.len == len);
	for (u32 i = 0; i < len; i++)
		CHECK(frame.at[i] == fill);
	e1000_ops.release(&nic);
}

static void expect_nothing(void)
{
	struct bytes frame;

	CHECK(!e1000_ops.poll(&nic, &frame));
}

static void expect_refusal(int error)
{
	u16 command = machine.command;

	CHECK(e1000_ops.open(&nic, &dev) == -error);
	CHECK(machine.command == command);
	CHECK(!(REG(E1000_RCTL) & E1000_RCTL_EN) && !(REG(E1000_TCTL) & E1000_TCTL_EN));
	CHECK(model.breaches == 0);
}

/* ---- open ------------------------------------------------------------------------------- */

/* Stands first: the rings are taken once and kept for good. */
static void test_open_without_heap_touches_nothing(void **state)
{
	(void)state;
	machine_with_card(0x0003);
	heap_empty = true;
	expect_refusal(E_ARENA_FULL);
	heap_empty = false;
	CHECK(mmio_device.accesses == 0);
}

static void test_open_fills_in_address_and_link(void **state)
{
	(void)state;
	machine_with_open_card();
	CHECK(memcmp(nic.mac, mac, MAC_LEN) == 0);
	CHECK(nic.link && nic.link_mbit == 1000);
	CHECK(machine.command == 0x0107);
	CHECK(REG(E1000_CTRL) & E1000_CTRL_SLU);
	CHECK(REG(E1000_RAL(0)) == 0x12005452 && REG(E1000_RAH(0)) == 0x80005634);
	CHECK(REG(E1000_IMC) == 0xffffffff);
	CHECK(!(REG(E1000_MANC) & E1000_MANC_ARP_EN));
	CHECK(model.phy_writes == 0);
	CHECK(machine.now_us < 20000);
}

static void test_open_undoes_what_an_earlier_owner_left(void **state)
{
	(void)state;
	machine_with_card(0x0107);
	model.reset_resets = false;
	REG(E1000_RCTL) = 0xffffffff;
	REG(E1000_TCTL) = 0xffffffff;
	REG(E1000_RDH) = 5;
	REG(E1000_TDH) = 7;
	REG(E1000_TDT) = 7;
	REG(E1000_RAH(3)) = E1000_RAH_AV;
	REG(E1000_MTA + 4 * 127) = 0xffffffff;
	REG(E1000_CTRL) = E1000_CTRL_FRCSPD | E1000_CTRL_FRCDPLX | E1000_CTRL_VME;
	CHECK(e1000_ops.open(&nic, &dev) == 0);
	CHECK(REG(E1000_RDH) == 0 && REG(E1000_TDH) == 0 && REG(E1000_TDT) == 0);
	CHECK(REG(E1000_RCTL) == (E1000_RCTL_EN | E1000_RCTL_BAM | E1000_RCTL_SECRC));
	CHECK(REG(E1000_RAH(3)) == 0 && REG(E1000_MTA + 4 * 127) == 0);
	CHECK(REG(E1000_CTRL) == E1000_CTRL_SLU);
	CHECK(arrive(60, 1));
	expect_frame(60, 1);
	CHECK(model.breaches == 0);
}

static void test_open_fails_when_the_card_cannot_be_reached(void **state)
{
	(void)state;
	machine_with_card(0x0000);
	model.bar = 0;
	expect_refusal(E_CARD_DEAD);
	CHECK(mmio_device.accesses == 0);

	machine_with_card(0x0000);
	model.gone = true;
	expect_refusal(E_CARD_DEAD);
}

static void test_open_gives_up_a_reset_that_hangs(void **state)
{
	(void)state;
	machine_with_card(0x0007);
	model.reset_hangs = true;
	expect_refusal(E_CARD_DEAD);
	CHECK(machine.now_us < 100000);
}

static void test_open_refuses_addresses_of_no_station(void **state)
{
	static const u16 bad[][3] = { { 0, 0, 0 },
				      { 0xffff, 0xffff, 0xffff },
				      { 0x0001, 0x5e00, 0x0100 } };

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(bad); i++) {
		machine_with_card(0x0003);
		memcpy(model.eeprom, bad[i], sizeof(bad[i]));
		expect_refusal(E_NO_MAC);
	}
}

static void test_open_takes_the_receive_address_without_an_eeprom(void **state)
{
	(void)state;
	machine_with_card(0x0003);
	model.eeprom_hangs = true;
	expect_refusal(E_NO_MAC);
	CHECK(machine.now_us < 100000);

	machine_with_card(0x0003);
	model.eeprom_hangs = true;
	REG(E1000_RAL(0)) = 0x44332202;
	REG(E1000_RAH(0)) = 0x6655;
	expect_refusal(E_NO_MAC); /* not marked valid */
	REG(E1000_RAH(0)) |= E1000_RAH_AV;
	CHECK(e1000_ops.open(&nic, &dev) == 0);
	CHECK(memcmp(nic.mac, "\x02\x22\x33\x44\x55\x66", MAC_LEN) == 0);
}

static void test_open_wakes_only_a_phy_that_sleeps(void **state)
{
	(void)state;
	machine_with_card(0x0003);
	REG(E1000_STATUS) = 0;
	CHECK(e1000_ops.open(&nic, &dev) == 0);
	CHECK(!nic.link && nic.link_mbit == 0 && model.phy_writes == 0);

	machine_with_card(0x0003);
	REG(E1000_STATUS) = 0;
	model.pctrl |= E1000_PHY_PCTRL_POWER_DOWN;
	CHECK(e1000_ops.open(&nic, &dev) == 0);
	CHECK(model.pctrl == (E1000_PHY_PCTRL_ENABLE_AN | E1000_PHY_PCTRL_RESTART_AN));
}

static void test_open_again_reuses_the_rings(void **state)
{
	u32 taken;

	(void)state;
	machine_with_open_card();
	taken = heap_taken;
	CHECK(taken <= 192 * KIB);
	e1000_ops.close(&nic);
	CHECK(e1000_ops.open(&nic, &dev) == 0);
	CHECK(heap_taken == taken);
	CHECK(arrive(60, 9));
	expect_frame(60, 9);
}

/* ---- receive ---------------------------------------------------------------------------- */

static void test_poll_lends_frames_in_order_around_the_ring(void **state)
{
	(void)state;
	machine_with_open_card();
	expect_nothing();
	for (u32 n = 0; n < 5 * E1000_RX_COUNT; n++) {
		u32 len = 60 + n % (NIC_RX_MAX - 59);

		CHECK(arrive(len, (u8)n));
		CHECK(arrive(len, (u8)(n + 1)));
		expect_frame(len, (u8)n);
		expect_frame(len, (u8)(n + 1));
	}
	expect_nothing();
	CHECK(nic.rx_frames == 10 * E1000_RX_COUNT && nic.rx_errors == 0);
	CHECK(model.missed == 0 && model.breaches == 0);
}

static void test_a_lent_frame_stays_while_the_ring_fills(void **state)
{
	struct bytes lent;
	u32 n = 0;

	(void)state;
	machine_with_open_card();
	CHECK(arrive(1514, 0xaa));
	CHECK(e1000_ops.poll(&nic, &lent));
	while (arrive(1514, (u8)n))
		n++;
	CHECK(n == E1000_RX_COUNT - 2); /* one is lent, one the ring keeps empty */
	for (u32 i = 0; i < lent.len; i++)
		CHECK(lent.at[i] == 0xaa);
	e1000_ops.release(&nic);
	for (u32 i = 0; i < n; i++)
		expect_frame(1514, (u8)i);
	expect_nothing();
	CHECK(model.breaches == 0);
}

static void test_the_ring_recovers_from_running_full_at_every_position(void **state)
{
	(void)state;
	machine_with_open_card();
	for (u32 lap = 0; lap < 3 * E1000_RX_COUNT; lap++) {
		u32 n = 0;

		CHECK(arrive(60, 1)); /* shifts the start by one */
		expect_frame(60, 1);
		while (arrive(60, (u8)n))
			n++;
		CHECK(n >= E1000_RX_COUNT - E1000_RX_BATCH - 1);
		for (u32 i = 0; i < n; i++)
			expect_frame(60, (u8)i);
		expect_nothing();
	}
	CHECK(model.breaches == 0);
}

static void test_poll_drops_damaged_and_misfit_frames(void **state)
{
	static const struct {
		u32 len;
		u8 errors;
	} bad[] = {
		{ 60, E1000_RDESC_ERRORS_CE },
		{ 60, E1000_RDESC_ERRORS_SE },
		{ 60, E1000_RDESC_ERRORS_SEQ },
		{ 60, E1000_RDESC_ERRORS_CXE },
		{ 60, E1000_RDESC_ERRORS_RXE },
		{ FRAME_MIN - 1, 0 },
		{ NIC_RX_MAX + 1, 0 },
		{ 0xffff, 0 },
		{ 0, 0 },
	};
	const u8 done = E1000_RDESC_STATUS_DD | E1000_RDESC_STATUS_EOP;
	static u8 junk[2048];

	(void)state;
	machine_with_open_card();
	for (u32 i = 0; i < ARRAY_LEN(bad); i++) {
		CHECK(deliver(junk, bad[i].len, done, bad[i].errors));
		CHECK(arrive(60, 3));
		expect_frame(60, 3);
		CHECK(nic.rx_errors == i + 1);
	}
	CHECK(deliver(junk, 60, done, 0x60)); /* checksum offload's opinion */
	expect_frame(60, 0);
	CHECK(model.breaches == 0);
}

static void test_poll_drops_all_pieces_of_a_long_frame(void **state)
{
	const u8 piece = E1000_RDESC_STATUS_DD;
	static u8 junk[2048];

	(void)state;
	machine_with_open_card();
	CHECK(deliver(junk, 2048, piece, 0));
	CHECK(deliver(junk, 2048, piece, 0));
	expect_nothing();
	CHECK(deliver(junk, 100, piece | E1000_RDESC_STATUS_EOP, 0));
	CHECK(deliver(junk, 100, piece, 0));
	CHECK(deliver(junk, 100, piece | E1000_RDESC_STATUS_EOP, 0));
	CHECK(arrive(60, 4));
	expect_frame(60, 4);
	CHECK(nic.rx_errors == 5 && nic.rx_frames == 1);
}

static void test_poll_ends_under_a_flood_of_bad_frames(void **state)
{
	(void)state;
	machine_with_open_card();
	model.flood = true;
	flood();
	expect_nothing();
	CHECK(nic.rx_errors == E1000_RX_COUNT);
	model.flood = false;
	expect_nothing();
	CHECK(deliver("", 0, E1000_RDESC_STATUS_DD | E1000_RDESC_STATUS_EOP, 0));
	CHECK(arrive(60, 5));
	expect_frame(60, 5);
}

static void test_receive_touches_the_card_once_a_batch(void **state)
{
	u32 before;

	(void)state;
	machine_with_open_card();
	before = mmio_device.accesses;
	for (u32 i = 0; i < 10 * E1000_RX_BATCH; i++) {
		CHECK(arrive(60, 1));
		expect_frame(60, 1);
	}
	CHECK(mmio_device.accesses - before == 10);
}

static void test_poll_follows_the_link_when_idle(void **state)
{
	static const u32 mbit[4] = { 10, 100, 1000, 1000 };

	(void)state;
	machine_with_open_card();
	mmio_device.accesses = 0;
	REG(E1000_STATUS) = 0;
	for (u32 i = 0; i < 2 * E1000_IDLE_POLLS; i++)
		expect_nothing();
	CHECK(mmio_device.accesses == 2);
	CHECK(!nic.link && nic.link_mbit == 0);
	for (u32 speed = 0; speed < 4; speed++) {
		REG(E1000_STATUS) = E1000_STATUS_LU | speed << E1000_STATUS_SPEED_0;
		for (u32 i = 0; i < E1000_IDLE_POLLS; i++)
			expect_nothing();
		CHECK(nic.link && nic.link_mbit == mbit[speed]);
	}
}

/* ---- transmit --------------------------------------------------------------------------- */

static void test_send_copies_and_pads_with_zeros(void **state)
{
	u8 frame[FRAME_MAX];

	(void)state;
	machine_with_open_card();
	for (u32 lap = 0; lap < 2 * E1000_TX_COUNT; lap++) {
		memset(frame, 0xee, sizeof(frame));
		CHECK(e1000_ops.send(&nic, frame, FRAME_MAX));
		CHECK(model.sent_len == FRAME_MAX && memcmp(model.sent, frame, FRAME_MAX) == 0);
		CHECK(e1000_ops.send(&nic, frame, FRAME_MIN));
		CHECK(model.sent_len == 60 && memcmp(model.sent, frame, FRAME_MIN) == 0);
		for (u32 i = FRAME_MIN; i < 60; i++)
			CHECK(model.sent[i] == 0);
		/* An odd number a lap: every buffer sees long and short frames. */
		CHECK(e1000_ops.send(&nic, frame, 60));
	}
	CHECK(nic.tx_frames == 6 * E1000_TX_COUNT && model.sent_count == nic.tx_frames);
	CHECK(model.breaches == 0);
}

static void test_send_refuses_lengths_that_are_no_frame(void **state)
{
	static u8 frame[4096];

	(void)state;
	machine_with_open_card();
	CHECK(!e1000_ops.send(&nic, frame, FRAME_MIN - 1));
	CHECK(!e1000_ops.send(&nic, frame, FRAME_MAX + 1));
	CHECK(model.sent_count == 0 && nic.tx_frames == 0);
}

static void test_send_refuses_when_the_ring_is_full(void **state)
{
	u8 frame[60];

	(void)state;
	machine_with_open_card();
	for (u32 lap = 0; lap < 3; lap++) {
		u32 n = 0;

		model.tx_stalls = true;
		model.sent_count = 0;
		memset(frame, 0, sizeof(frame));
		while (e1000_ops.send(&nic, frame, sizeof(frame)))
			frame[20] = (u8)++n;
		CHECK(n == E1000_TX_COUNT - 1);
		CHECK(REG(E1000_TDT) != REG(E1000_TDH));
		model.tx_stalls = false;
		transmit();
		CHECK(model.sent_count == n && model.sent[20] == n - 1);
		CHECK(e1000_ops.send(&nic, frame, sizeof(frame)));
	}
}

/* ---- close ------------------------------------------------------------------------------ */

static void test_close_leaves_bus_mastering_as_found(void **state)
{
	static const u16 found[] = { 0x0000, 0x0003, 0x0103, 0x0007, 0x0147 };

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(found); i++) {
		machine_with_card(found[i]);
		CHECK(e1000_ops.open(&nic, &dev) == 0);
		CHECK(may_master());
		e1000_ops.close(&nic);
		CHECK(machine.command == found[i]);
		CHECK(REG(E1000_MANC) == (E1000_MANC_ARP_EN | 1));
	}
}

static void test_close_leaves_the_card_no_descriptor(void **state)
{
	(void)state;
	for (u32 resets = 0; resets < 2; resets++) {
		machine_with_card(0x0007);
		model.reset_resets = resets;
		CHECK(e1000_ops.open(&nic, &dev) == 0);
		for (u32 i = 0; i < 20; i++)
			CHECK(arrive(60, 1));
		e1000_ops.close(&nic);
		CHECK(model.resets == 2);
		CHECK(!(REG(E1000_RCTL) & E1000_RCTL_EN) && !(REG(E1000_TCTL) & E1000_TCTL_EN));
		CHECK(REG(E1000_RDH) == REG(E1000_RDT) && REG(E1000_TDH) == REG(E1000_TDT));
		CHECK(REG(E1000_RDLEN) == 0 && REG(E1000_TDLEN) == 0);
		CHECK(REG(E1000_IMC) == 0xffffffff);
		CHECK(!arrive(60, 2));
	}
}

static void test_close_ends_although_frames_do_not_leave(void **state)
{
	static u8 frame[60];

	(void)state;
	machine_with_open_card();
	model.tx_stalls = true;
	CHECK(e1000_ops.send(&nic, frame, sizeof(frame)));
	machine.now_us = 0;
	e1000_ops.close(&nic);
	CHECK(machine.now_us >= E1000_TX_MAX_US && machine.now_us < 100000);
	CHECK(machine.command == 0x0103);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open_without_heap_touches_nothing),
		cmocka_unit_test(test_open_fills_in_address_and_link),
		cmocka_unit_test(test_open_undoes_what_an_earlier_owner_left),
		cmocka_unit_test(test_open_fails_when_the_card_cannot_be_reached),
		cmocka_unit_test(test_open_gives_up_a_reset_that_hangs),
		cmocka_unit_test(test_open_refuses_addresses_of_no_station),
		cmocka_unit_test(test_open_takes_the_receive_address_without_an_eeprom),
		cmocka_unit_test(test_open_wakes_only_a_phy_that_sleeps),
		cmocka_unit_test(test_open_again_reuses_the_rings),
		cmocka_unit_test(test_poll_lends_frames_in_order_around_the_ring),
		cmocka_unit_test(test_a_lent_frame_stays_while_the_ring_fills),
		cmocka_unit_test(test_the_ring_recovers_from_running_full_at_every_position),
		cmocka_unit_test(test_poll_drops_damaged_and_misfit_frames),
		cmocka_unit_test(test_poll_drops_all_pieces_of_a_long_frame),
		cmocka_unit_test(test_poll_ends_under_a_flood_of_bad_frames),
		cmocka_unit_test(test_receive_touches_the_card_once_a_batch),
		cmocka_unit_test(test_poll_follows_the_link_when_idle),
		cmocka_unit_test(test_send_copies_and_pads_with_zeros),
		cmocka_unit_test(test_send_refuses_lengths_that_are_no_frame),
		cmocka_unit_test(test_send_refuses_when_the_ring_is_full),
		cmocka_unit_test(test_close_leaves_bus_mastering_as_found),
		cmocka_unit_test(test_close_leaves_the_card_no_descriptor),
		cmocka_unit_test(test_close_ends_although_frames_do_not_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
