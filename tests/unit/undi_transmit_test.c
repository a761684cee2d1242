/* SPDX-License-Identifier: BSD-2-Clause */
/* UNDI_TRANSMIT: what is gathered, and descriptors that are not to be believed. */
#include "undi_scene.h"

#define DATA 0x40000u
#define TBD  0x30000u

/* The program with counting bytes at DATA and an empty descriptor. */
static struct undi_tbd *program_with_data(void)
{
	struct undi_tbd *tbd = (void *)(world.memory + TBD);

	world_with_program();
	for (u32 i = 0; i < 0x10000; i++)
		world.memory[DATA + i] = (u8)(i * 7 + i / 256);
	return tbd;
}

static struct undi_transmit transmit_of(u8 protocol, u8 flag)
{
	return (struct undi_transmit){ .protocol = protocol,
				       .xmit_flag = flag,
				       .destination = { le16_of(0x10), le16_of(0x5000) },
				       .tbd = { le16_of(0), le16_of(TBD >> 4) } };
}

static enum pxenv_status transmit(u8 protocol, u8 flag)
{
	struct undi_transmit p = transmit_of(protocol, flag);

	memcpy(world.memory + 0x50010, peer_mac, MAC_LEN);
	return CALL(UNDI_TRANSMIT, p);
}

static void set_immediate(struct undi_tbd *t, u32 len, phys at)
{
	t->immediate_len = le16_of((u16)len);
	t->immediate[0] = le16_of((u16)(at & 15));
	t->immediate[1] = le16_of((u16)(at >> 4));
}

static void set_block(struct undi_tbd *t, u32 n, u32 len, phys at)
{
	t->block[n] =
		(struct undi_block){ UNDI_BLOCK_FAR,
				     0,
				     le16_of((u16)len),
				     { le16_of((u16)(at & 15)), le16_of((u16)(at >> 4)) } };
}

static void expect_refusal(u8 protocol, u8 flag)
{
	CHECK(transmit(protocol, flag) == PXENV_UNDI_INVALID_PARAMETER);
	CHECK(world.sent_count == 0 && world.waited_us == 0);
	CHECK(isr(UNDI_ISR_PROCESS) == UNDI_ISR_DONE);
}

static void test_a_raw_frame_is_sent_as_it_is(void **state)
{
	static const u32 lens[] = { 14, 60, 1513, 1514 };

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(lens); i++) {
		struct undi_tbd *t = program_with_data();

		set_immediate(t, lens[i], DATA);
		CHECK(transmit(UNDI_PROTOCOL_RAW, 0xff) == PXENV_SUCCESS);
		CHECK(world.sent_len == lens[i]);
		CHECK(memcmp(world.sent, world.memory + DATA, lens[i]) == 0);
		CHECK(isr(UNDI_ISR_PROCESS) == UNDI_ISR_TRANSMIT);
		CHECK(isr(UNDI_ISR_GET_NEXT) == UNDI_ISR_DONE);
	}
}

static void test_protocols_get_a_header(void **state)
{
	static const u16 types[] = { 0, 0x0800, 0x0806, 0x8035 };

	(void)state;
	for (u8 protocol = 1; protocol <= 3; protocol++)
		for (u8 flag = 0; flag < 2; flag++) {
			struct undi_tbd *t = program_with_data();

			set_immediate(t, 1500, DATA);
			CHECK(transmit(protocol, flag) == PXENV_SUCCESS);
			CHECK(world.sent_len == 1514);
			CHECK(memcmp(world.sent, flag ? everybody : peer_mac, MAC_LEN) == 0);
			CHECK(memcmp(world.sent + 6, our_mac, MAC_LEN) == 0);
			CHECK(world.sent[12] == types[protocol] >> 8);
			CHECK(world.sent[13] == (u8)types[protocol]);
			CHECK(memcmp(world.sent + 14, world.memory + DATA, 1500) == 0);
		}
}

static void test_the_header_has_the_station_address_of_now(void **state)
{
	struct undi_station s = { .mac = { 2, 3, 4, 5, 6, 7 } };
	struct undi_tbd *t = program_with_data();

	(void)state;
	CHECK(CALL(UNDI_SET_STATION_ADDRESS, s) == PXENV_SUCCESS);
	set_immediate(t, 46, DATA);
	CHECK(transmit(UNDI_PROTOCOL_IP, 0) == PXENV_SUCCESS);
	CHECK(memcmp(world.sent + 6, s.mac, MAC_LEN) == 0);
}

static void test_blocks_are_gathered_in_order(void **state)
{
	struct undi_tbd *t = program_with_data();
	u32 len = 10;

	(void)state;
	set_immediate(t, 10, DATA);
	t->count = le16_of(8);
	for (u32 i = 0; i < 8; i++) {
		set_block(t, i, i * 50, DATA + 0x1000 * (i + 1) + i);
		len += i * 50;
	}
	CHECK(transmit(UNDI_PROTOCOL_RAW, 0) == PXENV_SUCCESS);
	CHECK(world.sent_len == len);
	const u8 *at = world.sent;
	CHECK(memcmp(at, world.memory + DATA, 10) == 0);
	at += 10;
	for (u32 i = 0; i < 8; i++) {
		CHECK(memcmp(at, world.memory + DATA + 0x1000 * (i + 1) + i, i * 50) == 0);
		at += i * 50;
	}
}

static void test_all_may_be_in_blocks(void **state)
{
	struct undi_tbd *t = program_with_data();

	(void)state;
	set_immediate(t, 0, 0);
	t->count = le16_of(1);
	set_block(t, 0, 100, DATA + 3);
	CHECK(transmit(UNDI_PROTOCOL_RAW, 0) == PXENV_SUCCESS);
	CHECK(world.sent_len == 100 && memcmp(world.sent, world.memory + DATA + 3, 100) == 0);
}

/* A buffer across 64 KiB, and above 1 MiB as far as FFFF:FFFF reaches. */
static void test_buffers_may_lie_anywhere(void **state)
{
	static const struct {
		u16 seg, off;
	} places[] = {
		{ 0x4000, 0xff00 }, { 0xffff, 0xffff }, { 0xffff, 0x0010 }, { 0, 0x7c01 }
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(places); i++) {
		struct undi_tbd *t = program_with_data();
		phys at = ((phys)places[i].seg << 4) + places[i].off;

		for (u32 k = 0; k < 1514; k++)
			world.memory[at + k] = (u8)(k * 3 + 1);
		t->immediate_len = le16_of(1514);
		t->immediate[0] = le16_of(places[i].off);
		t->immediate[1] = le16_of(places[i].seg);
		CHECK(transmit(UNDI_PROTOCOL_RAW, 0) == PXENV_SUCCESS);
		CHECK(memcmp(world.sent, world.memory + at, 1514) == 0);
	}
}

static void test_what_is_no_frame_is_refused(void **state)
{
	struct undi_tbd *t = program_with_data();

	(void)state;
	for (u32 len = 0; len < 14; len++) {
		set_immediate(t, len, DATA);
		expect_refusal(UNDI_PROTOCOL_RAW, 0);
	}
	set_immediate(t, 1515, DATA);
	expect_refusal(UNDI_PROTOCOL_RAW, 0);
	set_immediate(t, 0xffff, DATA);
	expect_refusal(UNDI_PROTOCOL_RAW, 0);
	set_immediate(t, 1501, DATA);
	expect_refusal(UNDI_PROTOCOL_IP, 0);
}

static void test_hostile_descriptors_are_refused(void **state)
{
	static const u16 counts[] = { 9, 0x0108, 0xffff };

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(counts); i++) {
		struct undi_tbd *t = program_with_data();

		set_immediate(t, 60, DATA);
		t->count = le16_of(counts[i]);
		for (u32 k = 0; k < 8; k++)
			set_block(t, k, 1, DATA);
		expect_refusal(UNDI_PROTOCOL_RAW, 0);
	}

	/* Lengths that only together are too much, or that wrap 16 bits to a good frame. */
	struct undi_tbd *t = program_with_data();
	set_immediate(t, 800, DATA);
	t->count = le16_of(2);
	set_block(t, 0, 714, DATA);
	set_block(t, 1, 1, DATA);
	expect_refusal(UNDI_PROTOCOL_RAW, 0);
	set_block(t, 0, 0xffff, DATA);
	set_block(t, 1, 0x8000, DATA);
	expect_refusal(UNDI_PROTOCOL_RAW, 0);

	/* Physical addresses are not allowed; a block that is not counted does not matter. */
	t->count = le16_of(1);
	set_block(t, 0, 10, DATA);
	t->block[0].type = 0;
	expect_refusal(UNDI_PROTOCOL_RAW, 0);
	t->block[0].type = 2;
	expect_refusal(UNDI_PROTOCOL_RAW, 0);
	t->count = le16_of(0);
	CHECK(transmit(UNDI_PROTOCOL_RAW, 0) == PXENV_SUCCESS);
}

static void test_unknown_protocols_and_flags_are_refused(void **state)
{
	struct undi_tbd *t = program_with_data();

	(void)state;
	set_immediate(t, 60, DATA);
	expect_refusal(4, 0);
	expect_refusal(0xff, 0);
	expect_refusal(UNDI_PROTOCOL_IP, 2);
}

static void test_a_busy_card_is_waited_for(void **state)
{
	struct undi_tbd *t = program_with_data();

	(void)state;
	set_immediate(t, 60, DATA);
	world.busy = 20;
	CHECK(transmit(UNDI_PROTOCOL_RAW, 0) == PXENV_SUCCESS);
	CHECK(world.sent_count == 1);
	CHECK(isr(UNDI_ISR_PROCESS) == UNDI_ISR_TRANSMIT);
}

static void test_a_card_that_stays_busy_is_given_up(void **state)
{
	struct undi_tbd *t = program_with_data();

	(void)state;
	set_immediate(t, 60, DATA);
	world.busy = ~0u;
	CHECK(transmit(UNDI_PROTOCOL_RAW, 0) == PXENV_OUT_OF_RESOURCES);
	CHECK(world.waited_us >= 5000 && world.waited_us < 50000);
	world.link_now = false;
	CHECK(transmit(UNDI_PROTOCOL_RAW, 0) == PXENV_UNDI_TRANSMIT_ERROR);
	CHECK(isr(UNDI_ISR_PROCESS) == UNDI_ISR_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_raw_frame_is_sent_as_it_is),
		cmocka_unit_test(test_protocols_get_a_header),
		cmocka_unit_test(test_the_header_has_the_station_address_of_now),
		cmocka_unit_test(test_blocks_are_gathered_in_order),
		cmocka_unit_test(test_all_may_be_in_blocks),
		cmocka_unit_test(test_buffers_may_lie_anywhere),
		cmocka_unit_test(test_what_is_no_frame_is_refused),
		cmocka_unit_test(test_hostile_descriptors_are_refused),
		cmocka_unit_test(test_unknown_protocols_and_flags_are_refused),
		cmocka_unit_test(test_a_busy_card_is_waited_for),
		cmocka_unit_test(test_a_card_that_stays_busy_is_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
