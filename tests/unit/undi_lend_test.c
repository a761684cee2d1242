/* SPDX-License-Identifier: BSD-2-Clause */
/* What is shared: frames in pieces where memory is short, and the card between program and base
 * code. */
#include "undi_scene.h"

/* ---- pieces ------------------------------------------------------------------------------- */

/* Pieces of `room` bytes, put together as callers do. */
static void expect_pieces(u32 len, u32 room, u8 fill)
{
	u32 at = 0;

	world.place_len = room;
	for (u32 flag = UNDI_ISR_PROCESS; at < len; flag = UNDI_ISR_GET_NEXT) {
		u32 want = len - at < room ? len - at : room;
		struct undi_isr p;

		CHECK(call_isr(flag, &p) == UNDI_ISR_RECEIVE);
		CHECK(le16_get(p.buffer_len) == want && le16_get(p.frame_len) == len);
		CHECK(p.protocol == UNDI_PROTOCOL_IP && p.kind == UNDI_KIND_DIRECTED);
		for (u32 i = at < 14 ? 14 - at : 0; i < want; i++)
			CHECK(world.memory[PLACE + i] == fill);
		if (at == 0)
			CHECK(memcmp(&world.memory[PLACE], our_mac, MAC_LEN) == 0);
		at += want;
	}
}

static void test_a_frame_comes_in_pieces_where_room_is_short(void **state)
{
	static const u32 rooms[] = { 14, 100, 757, 758, 1513, 1514, 1515 };

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(rooms); i++) {
		world_with_open_program();
		arrive(our_mac, 1514, 1);
		arrive(our_mac, 60, 2);
		expect_pieces(1514, rooms[i], 1);
		expect_pieces(60, rooms[i], 2);
		CHECK(isr(UNDI_ISR_GET_NEXT) == UNDI_ISR_DONE && world.unmasked);
	}
}

static void test_nothing_comes_between_pieces(void **state)
{
	struct undi_isr p;

	(void)state;
	world_with_open_program();
	arrive(our_mac, 200, 1);
	world.place_len = 150;
	CHECK(isr(UNDI_ISR_PROCESS) == UNDI_ISR_RECEIVE);
	send_one();
	isr(UNDI_ISR_START);
	CHECK(call_isr(UNDI_ISR_GET_NEXT, &p) == UNDI_ISR_RECEIVE);
	CHECK(le16_get(p.buffer_len) == 50 && le16_get(p.frame_len) == 200);
	CHECK(isr(UNDI_ISR_GET_NEXT) == UNDI_ISR_TRANSMIT);
	CHECK(isr(UNDI_ISR_GET_NEXT) == UNDI_ISR_DONE);
}

static void test_room_may_shrink_and_vanish_between_pieces(void **state)
{
	(void)state;
	world_with_open_program();
	arrive(our_mac, 1514, 1);
	arrive(our_mac, 60, 2);
	world.place_len = 1000;
	CHECK(isr(UNDI_ISR_PROCESS) == UNDI_ISR_RECEIVE);
	world.place_len = 100;
	CHECK(isr(UNDI_ISR_GET_NEXT) == UNDI_ISR_RECEIVE);
	world.place_len = 0;
	CHECK(isr(UNDI_ISR_GET_NEXT) == UNDI_ISR_DONE);
	CHECK(world.count == 1 && !world.lent && world.unmasked);
	world.place_len = 1514;
	expect_frame(UNDI_ISR_PROCESS, 60, 2);
}

static void test_process_starts_with_the_next_frame(void **state)
{
	(void)state;
	world_with_open_program();
	arrive(our_mac, 1514, 1);
	arrive(our_mac, 60, 2);
	world.place_len = 1000;
	CHECK(isr(UNDI_ISR_PROCESS) == UNDI_ISR_RECEIVE);
	expect_frame(UNDI_ISR_PROCESS, 60, 2);
}

/* ---- base code ---------------------------------------------------------------------------- */

static void test_base_code_gets_the_card_quiet_and_listening(void **state)
{
	(void)state;
	world_with_program();
	CHECK(call_open(NIC_DIRECTED) == PXENV_SUCCESS);
	arrive(our_mac, 60, 1);
	world.place_len = 20;
	CHECK(isr(UNDI_ISR_PROCESS) == UNDI_ISR_RECEIVE && world.lent);

	CHECK(undi_lend());
	CHECK(!world.lent && !asserts() && world.filter == (NIC_DIRECTED | NIC_BROADCAST));
	undi_take_back();
	CHECK(world.unmasked && world.filter == NIC_DIRECTED);

	/* What base code let in, but the program does not want. */
	arrive(everybody, 60, 2);
	CHECK(isr(UNDI_ISR_PROCESS) == UNDI_ISR_DONE);
}

static void test_base_code_leaves_a_wide_filter_alone(void **state)
{
	static const u16 wide[] = { 3, 4, 7 };

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(wide); i++) {
		world_with_program();
		CHECK(call_open(wide[i]) == PXENV_SUCCESS);
		u32 filters = world.filters;
		CHECK(undi_lend());
		undi_take_back();
		CHECK(world.filters == filters);
	}
}

static void test_base_code_leaves_masked_what_was_masked(void **state)
{
	(void)state;
	world_with_program();
	CHECK(undi_lend());
	undi_take_back();
	CHECK(!world.unmasked);

	/* Between START and DONE. */
	world_with_open_program();
	arrive(our_mac, 60, 1);
	CHECK(isr(UNDI_ISR_START) == UNDI_ISR_OURS);
	CHECK(undi_lend());
	undi_take_back();
	CHECK(!world.unmasked);
	expect_frame(UNDI_ISR_PROCESS, 60, 1);
	CHECK(isr(UNDI_ISR_GET_NEXT) == UNDI_ISR_DONE && world.unmasked);
}

static void test_base_code_gets_no_card_that_is_not_open(void **state)
{
	(void)state;
	world_with_open_program();
	CHECK(call_plain(UNDI_CLOSE) == PXENV_SUCCESS);
	u32 filters = world.filters;
	CHECK(!undi_lend());
	undi_take_back();
	CHECK(!world.unmasked && world.filters == filters);
}

static void test_within_a_call_only_an_interrupt_is_ours(void **state)
{
	struct undi_isr p = { .status = le16_of(1), .flag = le16_of(UNDI_ISR_START) };
	struct undi_isr other;

	(void)state;
	world_with_open_program();
	arrive(our_mac, 60, 1);
	CHECK(undi_lend());
	CHECK(undi_nested(UNDI_ISR, &p));
	CHECK(le16_get(p.flag) == UNDI_ISR_NOT_OURS && le16_get(p.status) == 0);
	CHECK(world.cause && world.count == 1);

	for (u32 flag = 0; flag < 5; flag++) {
		p = other = (struct undi_isr){ .flag = le16_of((u16)flag) };
		if (flag != UNDI_ISR_START)
			CHECK(!undi_nested(UNDI_ISR, &p) && memcmp(&p, &other, sizeof(p)) == 0);
	}
	p.flag = le16_of(UNDI_ISR_START);
	for (u16 op = 0; op < UNDI_ISR; op++)
		CHECK(!undi_nested(op, &p));
	undi_take_back();
	CHECK(asserts());

	/* UNDI's own calls leave the card's interrupts on. */
	p.flag = le16_of(UNDI_ISR_START);
	CHECK(undi_nested(UNDI_ISR, &p) && le16_get(p.flag) == UNDI_ISR_OURS);
	CHECK(!asserts() && world.count == 1 && !world.lent);
	p.flag = le16_of(UNDI_ISR_START);
	CHECK(undi_nested(UNDI_ISR, &p) && le16_get(p.flag) == UNDI_ISR_NOT_OURS);
	expect_frame(UNDI_ISR_PROCESS, 60, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_frame_comes_in_pieces_where_room_is_short),
		cmocka_unit_test(test_nothing_comes_between_pieces),
		cmocka_unit_test(test_room_may_shrink_and_vanish_between_pieces),
		cmocka_unit_test(test_process_starts_with_the_next_frame),
		cmocka_unit_test(test_base_code_gets_the_card_quiet_and_listening),
		cmocka_unit_test(test_base_code_leaves_a_wide_filter_alone),
		cmocka_unit_test(test_base_code_leaves_masked_what_was_masked),
		cmocka_unit_test(test_base_code_gets_no_card_that_is_not_open),
		cmocka_unit_test(test_within_a_call_only_an_interrupt_is_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
