/* SPDX-License-Identifier: BSD-2-Clause */
/* UNDI_ISR: START, PROCESS, GET_NEXT as callers use them. */
#include "undi_scene.h"

/* ---- with an interrupt handler ------------------------------------------------------------ */

static void test_an_interrupt_is_ours_and_served_until_done(void **state)
{
	(void)state;
	world_with_open_program();
	CHECK(!asserts());
	arrive(our_mac, 60, 1);
	arrive(everybody, 1514, 2);
	CHECK(asserts());
	CHECK(isr(UNDI_ISR_START) == UNDI_ISR_OURS);
	CHECK(!asserts() && !world.unmasked);
	expect_frame(UNDI_ISR_PROCESS, 60, 1);
	arrive(our_mac, 100, 3);
	CHECK(!asserts());
	expect_frame(UNDI_ISR_GET_NEXT, 1514, 2);
	expect_frame(UNDI_ISR_GET_NEXT, 100, 3);
	CHECK(isr(UNDI_ISR_GET_NEXT) == UNDI_ISR_DONE);
	CHECK(world.unmasked && !asserts()); /* nothing left to say: no empty interrupt */
	CHECK(!world.lent);
}

static void test_a_frame_that_arrives_at_done_is_not_forgotten(void **state)
{
	(void)state;
	world_with_open_program();
	arrive(our_mac, 60, 1);
	CHECK(isr(UNDI_ISR_START) == UNDI_ISR_OURS);
	expect_frame(UNDI_ISR_PROCESS, 60, 1);

	/* The card has been asked for the last frame when this one comes. */
	world.cause = true;
	world.late = true;
	expect_frame(UNDI_ISR_GET_NEXT, 60, 0x77);
	CHECK(!world.unmasked);
	CHECK(isr(UNDI_ISR_GET_NEXT) == UNDI_ISR_DONE && world.unmasked && !asserts());
}

static void test_each_transmit_is_reported_once(void **state)
{
	(void)state;
	world_with_open_program();
	send_one();
	send_one();
	CHECK(asserts());
	CHECK(isr(UNDI_ISR_START) == UNDI_ISR_OURS);
	arrive(our_mac, 60, 1);
	CHECK(isr(UNDI_ISR_PROCESS) == UNDI_ISR_TRANSMIT);
	CHECK(isr(UNDI_ISR_GET_NEXT) == UNDI_ISR_TRANSMIT);
	expect_frame(UNDI_ISR_GET_NEXT, 60, 1);
	CHECK(isr(UNDI_ISR_GET_NEXT) == UNDI_ISR_DONE);
	CHECK(isr(UNDI_ISR_PROCESS) == UNDI_ISR_DONE);
}

static void test_no_interrupt_before_the_program_opens(void **state)
{
	(void)state;
	world_with_program();
	arrive(our_mac, 60, 1);
	send_one();
	CHECK(!asserts());
	CHECK(isr(UNDI_ISR_START) == UNDI_ISR_OURS); /* for those who poll */
	CHECK(isr(UNDI_ISR_PROCESS) == UNDI_ISR_TRANSMIT);
	expect_frame(UNDI_ISR_GET_NEXT, 60, 1);
	CHECK(isr(UNDI_ISR_GET_NEXT) == UNDI_ISR_DONE);
	CHECK(!world.unmasked);
	CHECK(call_open(3) == PXENV_SUCCESS && world.unmasked && !asserts());
}

static void test_open_starts_with_nothing_received(void **state)
{
	(void)state;
	world_with_program();
	arrive(our_mac, 60, 1);
	arrive(our_mac, 60, 2);
	send_one();
	CHECK(call_open(3) == PXENV_SUCCESS && !asserts());
	CHECK(isr(UNDI_ISR_START) == UNDI_ISR_NOT_OURS);
	CHECK(isr(UNDI_ISR_PROCESS) == UNDI_ISR_DONE);

	/* Again, with something to say. */
	arrive(our_mac, 60, 3);
	CHECK(asserts() && call_open(3) == PXENV_SUCCESS);
	CHECK(world.unmasked && !asserts());
}

static void test_close_gives_the_frame_back(void **state)
{
	(void)state;
	world_with_open_program();
	arrive(our_mac, 1514, 1);
	world.place_len = 100;
	CHECK(isr(UNDI_ISR_PROCESS) == UNDI_ISR_RECEIVE && world.lent);
	CHECK(call_plain(UNDI_CLOSE) == PXENV_SUCCESS && !world.lent);
}

/* ---- a shared line ------------------------------------------------------------------------ */

static void test_the_neighbours_interrupts_are_not_ours(void **state)
{
	(void)state;
	world_with_open_program();
	for (u32 i = 0; i < 10; i++) {
		CHECK(isr(UNDI_ISR_START) == UNDI_ISR_NOT_OURS);
		CHECK(world.unmasked);
	}
	arrive(our_mac, 60, 1);
	CHECK(isr(UNDI_ISR_START) == UNDI_ISR_OURS);
}

/* Level-triggered: the neighbour keeps the line asserted until somebody passes its interrupt on.
 * That must happen even while we have work waiting. */
static void test_a_neighbour_is_served_while_we_have_work(void **state)
{
	(void)state;
	for (u32 work = 0; work < 3; work++) {
		u32 not_ours = 0;

		world_with_open_program();
		for (u32 i = 0; i < 5; i++)
			arrive(our_mac, 60, 1);
		send_one();
		CHECK(isr(UNDI_ISR_START) == UNDI_ISR_OURS);
		for (u32 i = 0; i < work; i++)
			isr(i ? UNDI_ISR_GET_NEXT : UNDI_ISR_PROCESS);
		CHECK(isr(UNDI_ISR_START) == UNDI_ISR_NOT_OURS);
		for (u32 i = 0; i < 10; i++)
			not_ours += isr(UNDI_ISR_START) == UNDI_ISR_NOT_OURS;
		CHECK(not_ours == 5);
		CHECK(!world.unmasked);

		/* And nothing of ours gets lost by it. */
		for (u32 i = work; i < 6; i++)
			CHECK(isr(UNDI_ISR_GET_NEXT) != UNDI_ISR_DONE);
		CHECK(isr(UNDI_ISR_GET_NEXT) == UNDI_ISR_DONE);
		CHECK(isr(UNDI_ISR_START) == UNDI_ISR_NOT_OURS && world.unmasked);
	}
}

static void test_a_closed_card_owns_no_interrupt(void **state)
{
	struct undi_isr p = { .flag = le16_of(UNDI_ISR_PROCESS) };

	(void)state;
	world_with_open_program();
	arrive(our_mac, 60, 1);
	CHECK(call_plain(UNDI_CLOSE) == PXENV_SUCCESS && !asserts());
	CHECK(isr(UNDI_ISR_START) == UNDI_ISR_NOT_OURS);
	CHECK(CALL(UNDI_ISR, p) == PXENV_UNDI_INVALID_STATE);
	CHECK(le16_get(p.flag) == UNDI_ISR_DONE);
	CHECK(call_plain(UNDI_SHUTDOWN) == PXENV_SUCCESS);
	CHECK(isr(UNDI_ISR_START) == UNDI_ISR_NOT_OURS);
	CHECK(call_plain(UNDI_STOP_UNDI) == PXENV_SUCCESS);
	CHECK(isr(UNDI_ISR_START) == UNDI_ISR_NOT_OURS);
}

static void test_unknown_flags_are_refused(void **state)
{
	static const u16 flags[] = { 0, 4, 0x0100, 0xffff };

	(void)state;
	world_with_open_program();
	arrive(our_mac, 60, 1);
	for (u32 i = 0; i < ARRAY_LEN(flags); i++) {
		struct undi_isr p = { .flag = le16_of(flags[i]) };

		CHECK(CALL(UNDI_ISR, p) == PXENV_UNDI_INVALID_PARAMETER);
		CHECK(le16_get(p.flag) == UNDI_ISR_DONE);
	}
	CHECK(world.count == 1 && asserts());
}

/* ---- polling ------------------------------------------------------------------------------ */

/* As GRUB and PXELINUX without interrupts: START until ours, then all there is. */
static void test_who_polls_with_start_gets_every_frame(void **state)
{
	u32 got = 0;

	(void)state;
	world_with_program();
	CHECK(call_open(NIC_PROMISCUOUS) == PXENV_SUCCESS);
	for (u32 i = 0; i < 50; i++) {
		arrive(peer_mac, 60, (u8)i);
		world.cause = i % 2; /* as if something else had acknowledged it */
		CHECK(isr(UNDI_ISR_START) == UNDI_ISR_OURS && !world.unmasked);
		for (u32 flag = UNDI_ISR_PROCESS; isr(flag) == UNDI_ISR_RECEIVE;
		     flag = UNDI_ISR_GET_NEXT)
			got++;
	}
	CHECK(got == 50 && world.count == 0);
}

/* As winBoot/i: neither START nor GET_NEXT. */
static void test_who_only_calls_process_gets_every_frame(void **state)
{
	(void)state;
	for (u32 opened = 0; opened < 2; opened++) {
		world_with_program();
		if (opened)
			CHECK(call_open(3) == PXENV_SUCCESS);
		for (u32 i = 0; i < 20; i++)
			arrive(our_mac, 60 + i, (u8)i);
		for (u32 i = 0; i < 20; i++)
			expect_frame(UNDI_ISR_PROCESS, 60 + i, (u8)i);
		CHECK(isr(UNDI_ISR_PROCESS) == UNDI_ISR_DONE);
	}
}

/* START again and again with one PROCESS in between, never until DONE. */
static void test_who_never_goes_on_until_done_gets_every_frame(void **state)
{
	u32 got = 0;

	(void)state;
	world_with_open_program();
	for (u32 i = 0; i < 20; i++)
		arrive(our_mac, 60, 1);
	for (u32 i = 0; i < 40; i++)
		if (isr(UNDI_ISR_START) == UNDI_ISR_OURS)
			got += isr(UNDI_ISR_PROCESS) == UNDI_ISR_RECEIVE;
	CHECK(got == 20);
}

/* ---- what a frame is ---------------------------------------------------------------------- */

static void test_receive_describes_the_frame(void **state)
{
	static const struct {
		u16 type;
		u8 protocol;
	} types[] = { { 0x0800, 1 }, { 0x0806, 2 }, { 0x8035, 3 }, { 0x86dd, 0 }, { 60, 0 } };
	static const struct {
		const u8 *to;
		u8 kind;
	} kinds[] = { { our_mac, 0 }, { everybody, 1 }, { group_mac, 2 }, { peer_mac, 0 } };

	(void)state;
	world_with_program();
	CHECK(call_open(NIC_PROMISCUOUS) == PXENV_SUCCESS);
	for (u32 i = 0; i < ARRAY_LEN(types); i++)
		for (u32 k = 0; k < ARRAY_LEN(kinds); k++) {
			struct undi_isr p;

			arrive(kinds[k].to, 60, 0);
			world.frame[world.first].at[12] = (u8)(types[i].type >> 8);
			world.frame[world.first].at[13] = (u8)types[i].type;
			CHECK(call_isr(UNDI_ISR_PROCESS, &p) == UNDI_ISR_RECEIVE);
			CHECK(p.protocol == types[i].protocol && p.kind == kinds[k].kind);
			CHECK(isr(UNDI_ISR_GET_NEXT) == UNDI_ISR_DONE);
		}
}

static void test_only_what_the_filter_asks_for_comes_through(void **state)
{
	static const u8 near[MAC_LEN] = { 0x01, 0x00, 0x5e, 0x01, 0x02, 0x04 };
	const u8 *const to[] = { our_mac, everybody, group_mac, near, peer_mac };

	(void)state;
	for (u32 filter = 0; filter < 8; filter++)
		for (u32 i = 0; i < ARRAY_LEN(to); i++) {
			struct undi_open p = { .filter = le16_of((u16)filter),
					       .groups.count = le16_of(1) };
			bool wanted = filter & NIC_PROMISCUOUS ||
				      (to[i] == our_mac && filter & NIC_DIRECTED) ||
				      (to[i] == everybody && filter & NIC_BROADCAST) ||
				      to[i] == group_mac;

			world_with_program();
			memcpy(p.groups.mac[0], group_mac, MAC_LEN);
			CHECK(CALL(UNDI_OPEN, p) == PXENV_SUCCESS);
			arrive(to[i], 60, 1);
			CHECK(isr(UNDI_ISR_PROCESS) ==
			      (wanted ? UNDI_ISR_RECEIVE : UNDI_ISR_DONE));
			CHECK(world.count == 0 && !world.lent);
		}
}

static void test_a_flood_of_others_frames_ends_the_call(void **state)
{
	(void)state;
	world_with_open_program();
	for (u32 i = 0; i < FRAMES; i++)
		arrive(peer_mac, 60, 1);
	world.polls = 0;
	isr(UNDI_ISR_PROCESS);
	CHECK(world.polls <= 2 * 64 + 2);
	while (world.count)
		isr(UNDI_ISR_PROCESS);
	arrive(our_mac, 60, 2);
	expect_frame(UNDI_ISR_PROCESS, 60, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_interrupt_is_ours_and_served_until_done),
		cmocka_unit_test(test_a_frame_that_arrives_at_done_is_not_forgotten),
		cmocka_unit_test(test_each_transmit_is_reported_once),
		cmocka_unit_test(test_no_interrupt_before_the_program_opens),
		cmocka_unit_test(test_open_starts_with_nothing_received),
		cmocka_unit_test(test_close_gives_the_frame_back),
		cmocka_unit_test(test_the_neighbours_interrupts_are_not_ours),
		cmocka_unit_test(test_a_neighbour_is_served_while_we_have_work),
		cmocka_unit_test(test_a_closed_card_owns_no_interrupt),
		cmocka_unit_test(test_unknown_flags_are_refused),
		cmocka_unit_test(test_who_polls_with_start_gets_every_frame),
		cmocka_unit_test(test_who_only_calls_process_gets_every_frame),
		cmocka_unit_test(test_who_never_goes_on_until_done_gets_every_frame),
		cmocka_unit_test(test_receive_describes_the_frame),
		cmocka_unit_test(test_only_what_the_filter_asks_for_comes_through),
		cmocka_unit_test(test_a_flood_of_others_frames_ends_the_call),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
