/* SPDX-License-Identifier: BSD-2-Clause */
/* The states of UNDI and its simple calls. */
#include "undi_scene.h"

/* Parameters that are good in every call: any of them is longer than what the call reads. */
static enum pxenv_status call_well(u32 op)
{
	union {
		struct undi_open open;
		struct undi_filter filter;
		struct undi_set_groups groups;
		struct undi_station station;
		struct undi_mcast mcast;
		struct undi_isr isr;
		struct undi_transmit transmit;
	} p = { 0 };
	struct undi_tbd *tbd = (void *)(world.memory + 0x30000);

	switch (op) {
	case UNDI_OPEN:
		p.open.filter = le16_of(NIC_DIRECTED | NIC_BROADCAST);
		break;
	case UNDI_SET_STATION_ADDRESS:
		memcpy(p.station.mac, our_mac, MAC_LEN);
		break;
	case UNDI_SET_PACKET_FILTER:
		p.filter.filter = NIC_DIRECTED;
		break;
	case UNDI_GET_MCAST_ADDRESS:
		p.mcast.ip = be32_of(0xe0000001);
		break;
	case UNDI_ISR:
		p.isr.flag = le16_of(UNDI_ISR_PROCESS);
		break;
	case UNDI_TRANSMIT:
		p.transmit.tbd[1] = le16_of(0x3000);
		memset(tbd, 0, sizeof(*tbd));
		tbd->immediate_len = le16_of(60);
		tbd->immediate[1] = le16_of(0x4000);
		break;
	}
	return CALL((u16)op, p);
}

static void bring_to(enum undi_state state)
{
	world_with_program();
	if (state < UNDI_OPENED)
		CHECK(call_plain(UNDI_CLOSE) == PXENV_SUCCESS);
	if (state < UNDI_INITIALISED)
		CHECK(call_plain(UNDI_SHUTDOWN) == PXENV_SUCCESS);
	if (state < UNDI_STARTED)
		CHECK(call_plain(UNDI_CLEANUP) == PXENV_SUCCESS);
	CHECK(undi_state() == state);
}

/* ---- states ----------------------------------------------------------------------------- */

/* The table of undi.c, with the state afterwards; NO = UNDI_INVALID_STATE and the same state. */
#define NO 9
static const u8 matrix[UNDI_OPS][4] = {
	[UNDI_START_UNDI] = { 0, 1, 2, 3 },
	[UNDI_STARTUP] = { 1, 1, 2, 3 },
	[UNDI_CLEANUP] = { 0, 0, 0, 0 },
	[UNDI_INITIALIZE] = { NO, 2, 2, 3 },
	[UNDI_RESET_ADAPTER] = { NO, NO, 2, 3 },
	[UNDI_SHUTDOWN] = { 0, 1, 1, 1 },
	[UNDI_OPEN] = { NO, NO, 3, 3 },
	[UNDI_CLOSE] = { 0, 1, 2, 2 },
	[UNDI_TRANSMIT] = { NO, NO, NO, 3 },
	[UNDI_SET_MCAST_ADDRESS] = { NO, NO, 2, 3 },
	[UNDI_SET_STATION_ADDRESS] = { NO, NO, 2, 3 },
	[UNDI_SET_PACKET_FILTER] = { NO, NO, 2, 3 },
	[UNDI_GET_INFORMATION] = { NO, NO, 2, 3 },
	[UNDI_GET_STATISTICS] = { NO, NO, 2, 3 },
	[UNDI_CLEAR_STATISTICS] = { NO, NO, 2, 3 },
	[UNDI_INITIATE_DIAGS] = { NO, NO, 2, 3 },
	[UNDI_FORCE_INTERRUPT] = { NO, NO, NO, 3 },
	[UNDI_GET_MCAST_ADDRESS] = { 0, 1, 2, 3 },
	[UNDI_GET_NIC_TYPE] = { 0, 1, 2, 3 },
	[UNDI_GET_IFACE_INFO] = { NO, NO, 2, 3 },
	[UNDI_ISR] = { NO, NO, NO, 3 },
	[UNDI_STOP_UNDI] = { 0, 0, 0, 0 },
};

static void test_every_call_in_every_state(void **state)
{
	(void)state;
	for (u32 op = 0; op < UNDI_OPS; op++)
		for (u32 from = 0; from < 4; from++) {
			u32 to = matrix[op][from];

			bring_to(from);
			enum pxenv_status status = call_well(op);
			CHECK(status == (to == NO ? PXENV_UNDI_INVALID_STATE : PXENV_SUCCESS));
			CHECK(undi_state() == (to == NO ? from : to));
			CHECK(world.driver_open == (undi_state() >= UNDI_INITIALISED));

			/* And once more, since programs do that. */
			if (to != NO) {
				CHECK(call_well(op) == PXENV_SUCCESS);
				CHECK(undi_state() == to);
			}
		}
}

static void test_unknown_opcodes_are_unsupported(void **state)
{
	(void)state;
	world_with_program();
	for (u32 op = UNDI_OPS; op < 0x10000; op++)
		CHECK(undi_call((u16)op, world.memory) == PXENV_UNSUPPORTED);
}

static void test_a_second_stack_starts_from_nothing(void **state)
{
	struct undi_start s = { .ax = le16_of(BDF) };
	struct undi_initialize i = { 0 };

	(void)state;
	world_with_closed_card();
	undi_begin_stopped(&nic, &dev);
	CHECK(undi_state() == UNDI_STOPPED);
	CHECK(call_plain(UNDI_STARTUP) == PXENV_UNDI_INVALID_STATE);
	CHECK(CALL(UNDI_INITIALIZE, i) == PXENV_UNDI_INVALID_STATE);
	CHECK(CALL(UNDI_START_UNDI, s) == PXENV_SUCCESS);
	CHECK(CALL(UNDI_INITIALIZE, i) == PXENV_UNDI_INVALID_STATE);
	CHECK(call_plain(UNDI_STARTUP) == PXENV_SUCCESS);
	CHECK(world.starts == 0);
	CHECK(CALL(UNDI_INITIALIZE, i) == PXENV_SUCCESS && world.starts == 1);
	CHECK(call_open(NIC_PROMISCUOUS) == PXENV_SUCCESS);
	CHECK(world.filter == NIC_PROMISCUOUS && world.unmasked);
}

static void test_initialize_says_if_the_card_is_dead(void **state)
{
	struct undi_initialize i = { 0 };

	(void)state;
	bring_to(UNDI_STARTED);
	world.start_error = -E_CARD_DEAD;
	CHECK(CALL(UNDI_INITIALIZE, i) == PXENV_UNDI_CANNOT_INITIALIZE_NIC);
	CHECK(undi_state() == UNDI_STARTED);
	world.start_error = 0;
	CHECK(CALL(UNDI_INITIALIZE, i) == PXENV_SUCCESS);
	CHECK(undi_state() == UNDI_INITIALISED);
}

/* PXE-14: in each order the card ends, once, and the API with it. */
static void test_all_orders_of_ending_succeed(void **state)
{
	static const u8 orders[][4] = {
		{ UNDI_SHUTDOWN, UNDI_STOP_UNDI },
		{ UNDI_SHUTDOWN, UNDI_CLEANUP, UNDI_STOP_UNDI },
		{ UNDI_CLOSE, UNDI_SHUTDOWN, UNDI_CLEANUP, UNDI_STOP_UNDI },
		{ UNDI_CLEANUP, UNDI_SHUTDOWN, UNDI_STOP_UNDI },
		{ UNDI_CLOSE, UNDI_STOP_UNDI },
		{ UNDI_STOP_UNDI },
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(orders); i++) {
		world_with_open_program();
		arrive(our_mac, 60, 1);
		CHECK(isr(UNDI_ISR_START) == UNDI_ISR_OURS);
		for (u32 k = 0; k < 4 && orders[i][k]; k++)
			CHECK(call_plain(orders[i][k]) == PXENV_SUCCESS);
		CHECK(world.stops == 1 && world.ends == 1 && !world.driver_open);
		CHECK(undi_state() == UNDI_STOPPED);
		CHECK(call_plain(UNDI_STARTUP) == PXENV_UNDI_INVALID_STATE);
	}
}

/* PXE-16. */
static void test_stop_undi_passes_on_why_not(void **state)
{
	(void)state;
	world_with_program();
	world.stop_status = PXENV_KEEP_UNDI;
	CHECK(call_plain(UNDI_STOP_UNDI) == PXENV_KEEP_UNDI);
	CHECK(!world.driver_open);
	CHECK(call_plain(UNDI_STARTUP) == PXENV_SUCCESS);
	world.stop_status = PXENV_SUCCESS;
	CHECK(call_plain(UNDI_STOP_UNDI) == PXENV_SUCCESS && world.ends == 2);
}

/* As iPXE does, which keeps UNDI and starts it anew. */
static void test_after_shutdown_all_begins_again(void **state)
{
	struct undi_initialize i = { 0 };

	(void)state;
	world_with_open_program();
	CHECK(call_open(NIC_PROMISCUOUS) == PXENV_SUCCESS);
	CHECK(call_plain(UNDI_SHUTDOWN) == PXENV_SUCCESS);
	CHECK(call_plain(UNDI_STARTUP) == PXENV_SUCCESS);
	CHECK(CALL(UNDI_INITIALIZE, i) == PXENV_SUCCESS);
	CHECK(!world.unmasked);
	CHECK(call_open(NIC_DIRECTED | NIC_BROADCAST) == PXENV_SUCCESS);
	CHECK(world.filter == 3 && world.unmasked);
}

static void test_begin_forgets_an_earlier_program(void **state)
{
	struct undi_station s = { .mac = { 2, 2, 2, 2, 2, 2 } };

	(void)state;
	world_with_open_program();
	CHECK(call_open(NIC_PROMISCUOUS) == PXENV_SUCCESS);
	CHECK(CALL(UNDI_SET_STATION_ADDRESS, s) == PXENV_SUCCESS);
	undi_begin(&nic, &dev);
	CHECK(!world.unmasked && world.filter == (NIC_DIRECTED | NIC_BROADCAST));
	CHECK(memcmp(world.filter_mac, our_mac, MAC_LEN) == 0);
}

/* ---- filter and addresses ---------------------------------------------------------------- */

static void test_open_takes_filter_and_groups(void **state)
{
	struct undi_open p = { .filter = le16_of(3), .groups.count = le16_of(8) };

	(void)state;
	world_with_program();
	for (u32 i = 0; i < 8; i++) {
		memcpy(p.groups.mac[i], group_mac, MAC_LEN);
		p.groups.mac[i][5] = (u8)i;
	}
	CHECK(CALL(UNDI_OPEN, p) == PXENV_SUCCESS);
	CHECK(world.filter == 3 && world.groups.count == 8);
	for (u32 i = 0; i < 8; i++)
		CHECK(memcmp(world.groups.mac[i], p.groups.mac[i], MAC_LEN) == 0);

	/* Source routing is Token Ring's; OPEN's list replaces the one before. */
	CHECK(call_open(0x000f) == PXENV_SUCCESS);
	CHECK(world.filter == 7 && world.groups.count == 0);
}

static void test_bad_filters_and_lists_change_nothing(void **state)
{
	static const u16 counts[] = { 9, 0x0100, 0xffff };
	struct undi_open o = { 0 };
	struct undi_filter f = { .filter = 0x10 };
	struct undi_set_groups g = { 0 };

	(void)state;
	world_with_open_program();
	u32 filters = world.filters;
	u32 starts = world.starts;
	CHECK(call_open(0x0010) == PXENV_UNDI_INVALID_PARAMETER);
	CHECK(call_open(0x8003) == PXENV_UNDI_INVALID_PARAMETER);
	CHECK(CALL(UNDI_SET_PACKET_FILTER, f) == PXENV_UNDI_INVALID_PARAMETER);
	for (u32 i = 0; i < ARRAY_LEN(counts); i++) {
		o.groups.count = g.groups.count = le16_of(counts[i]);
		CHECK(CALL(UNDI_OPEN, o) == PXENV_UNDI_INVALID_PARAMETER);
		CHECK(CALL(UNDI_SET_MCAST_ADDRESS, g) == PXENV_UNDI_INVALID_PARAMETER);
		CHECK(CALL(UNDI_RESET_ADAPTER, g) == PXENV_UNDI_INVALID_PARAMETER);
	}
	g.groups.count = le16_of(1); /* of no group: all zeros */
	CHECK(CALL(UNDI_SET_MCAST_ADDRESS, g) == PXENV_UNDI_INVALID_PARAMETER);
	CHECK(world.filters == filters && world.starts == starts && world.stops == 0);
	CHECK(undi_state() == UNDI_OPENED);
}

static void test_filter_and_groups_change_one_without_the_other(void **state)
{
	struct undi_set_groups g = { .groups.count = le16_of(1) };
	struct undi_filter f = { .filter = NIC_PROMISCUOUS };

	(void)state;
	world_with_open_program();
	memcpy(g.groups.mac[0], group_mac, MAC_LEN);
	CHECK(CALL(UNDI_SET_MCAST_ADDRESS, g) == PXENV_SUCCESS);
	CHECK(world.filter == 3 && world.groups.count == 1);
	CHECK(CALL(UNDI_SET_PACKET_FILTER, f) == PXENV_SUCCESS);
	CHECK(world.filter == NIC_PROMISCUOUS && world.groups.count == 1);
}

static void test_station_address_must_be_one_of_a_station(void **state)
{
	static const u8 bad[][MAC_LEN] = { { 0 },
					   { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
					   { 0x01, 0x00, 0x5e, 0, 0, 1 } };
	struct undi_station s = { 0 };
	struct undi_information i;

	(void)state;
	world_with_open_program();
	for (u32 n = 0; n < ARRAY_LEN(bad); n++) {
		memcpy(s.mac, bad[n], MAC_LEN);
		CHECK(CALL(UNDI_SET_STATION_ADDRESS, s) == PXENV_UNDI_INVALID_PARAMETER);
		CHECK(memcmp(nic.mac, our_mac, MAC_LEN) == 0);
	}
	memcpy(s.mac, peer_mac, MAC_LEN);
	CHECK(CALL(UNDI_SET_STATION_ADDRESS, s) == PXENV_SUCCESS);
	CHECK(memcmp(world.filter_mac, peer_mac, MAC_LEN) == 0);
	CHECK(CALL(UNDI_GET_INFORMATION, i) == PXENV_SUCCESS);
	CHECK(memcmp(i.current_mac, peer_mac, MAC_LEN) == 0);
	CHECK(memcmp(i.permanent_mac, our_mac, MAC_LEN) == 0);
}

static void test_reset_keeps_address_filter_and_interrupts(void **state)
{
	struct undi_station s = { 0 };
	struct undi_set_groups g = { .groups.count = le16_of(1) };

	(void)state;
	world_with_open_program();
	CHECK(call_open(NIC_DIRECTED) == PXENV_SUCCESS);
	memcpy(s.mac, peer_mac, MAC_LEN);
	CHECK(CALL(UNDI_SET_STATION_ADDRESS, s) == PXENV_SUCCESS);
	memcpy(g.groups.mac[0], group_mac, MAC_LEN);
	CHECK(CALL(UNDI_RESET_ADAPTER, g) == PXENV_SUCCESS);
	CHECK(world.stops == 1 && world.starts == 1);
	CHECK(world.filter == NIC_DIRECTED && world.groups.count == 1 && world.unmasked);
	CHECK(memcmp(world.filter_mac, peer_mac, MAC_LEN) == 0);

	world.start_error = -E_CARD_DEAD;
	CHECK(CALL(UNDI_RESET_ADAPTER, g) == PXENV_UNDI_CANNOT_INITIALIZE_NIC);
	CHECK(undi_state() == UNDI_STARTED && !world.driver_open);
}

static void test_mcast_address_follows_rfc_1112(void **state)
{
	static const struct {
		u32 ip;
		u8 mac[MAC_LEN];
	} good[] = {
		{ 0xe0000001, { 0x01, 0x00, 0x5e, 0x00, 0x00, 0x01 } },
		{ 0xefffffff, { 0x01, 0x00, 0x5e, 0x7f, 0xff, 0xff } },
		{ 0xe1818283, { 0x01, 0x00, 0x5e, 0x01, 0x82, 0x83 } },
	};
	static const u32 bad[] = { 0, 0x0a000202, 0xdfffffff, 0xf0000000, 0xffffffff };
	struct undi_mcast p;

	(void)state;
	bring_to(UNDI_STOPPED);
	for (u32 i = 0; i < ARRAY_LEN(good); i++) {
		static const u8 none[UNDI_MAC_LEN - MAC_LEN];

		memset(&p, 0xff, sizeof(p));
		p.ip = be32_of(good[i].ip);
		CHECK(CALL(UNDI_GET_MCAST_ADDRESS, p) == PXENV_SUCCESS);
		CHECK(memcmp(p.mac, good[i].mac, MAC_LEN) == 0);
		CHECK(memcmp(p.mac + MAC_LEN, none, sizeof(none)) == 0);
	}
	for (u32 i = 0; i < ARRAY_LEN(bad); i++) {
		p.ip = be32_of(bad[i]);
		CHECK(CALL(UNDI_GET_MCAST_ADDRESS, p) == PXENV_UNDI_INVALID_PARAMETER);
	}
}

/* ---- what the program asks about the card ------------------------------------------------- */

static void test_information_is_about_this_card(void **state)
{
	struct undi_information i;
	struct undi_nic_type t;
	struct undi_iface f;

	(void)state;
	world_with_program();
	memset(&i, 0xff, sizeof(i));
	CHECK(CALL(UNDI_GET_INFORMATION, i) == PXENV_SUCCESS);
	CHECK(le16_get(i.base_io) == 0xc040 && le16_get(i.irq) == 11);
	CHECK(le16_get(i.mtu) == 1500 && le16_get(i.hardware) == 1 && le16_get(i.mac_len) == 6);
	CHECK(memcmp(i.current_mac, our_mac, MAC_LEN) == 0 && i.current_mac[15] == 0);
	CHECK(memcmp(i.permanent_mac, our_mac, MAC_LEN) == 0 && i.permanent_mac[15] == 0);
	CHECK(le16_get(i.rom_seg) == 0xd000);
	CHECK(le16_get(i.rx_buffers) == 63 && le16_get(i.tx_buffers) == 7);

	CHECK(CALL(UNDI_GET_NIC_TYPE, t) == PXENV_SUCCESS);
	CHECK(t.type == 2 && le16_get(t.vendor) == 0x8086 && le16_get(t.device) == 0x100e);
	CHECK(t.base_class == 2 && t.sub_class == 0 && t.interface == 1 && t.revision == 3);
	CHECK(le16_get(t.bdf) == BDF);
	CHECK(le16_get(t.sub_vendor) == 0x1af4 && le16_get(t.sub_device) == 0x1100);

	CHECK(CALL(UNDI_GET_IFACE_INFO, f) == PXENV_SUCCESS);
	CHECK(strcmp(f.type, "DIX+802.3") == 0 && f.type[15] == 0);
	CHECK(le32_get(f.bits_per_second) == 1000000000);
	CHECK(le32_get(f.services) == 0x1c5b);
}

static void test_without_an_interrupt_line_none_is_promised(void **state)
{
	static const u8 none[] = { 0, 16, 255 };
	struct undi_information i;
	struct undi_iface f;

	(void)state;
	for (u32 n = 0; n < ARRAY_LEN(none); n++) {
		world_with_program();
		world.irq_line = none[n];
		CHECK(CALL(UNDI_GET_INFORMATION, i) == PXENV_SUCCESS);
		CHECK(le16_get(i.irq) == 0);
		CHECK(CALL(UNDI_GET_IFACE_INFO, f) == PXENV_SUCCESS);
		CHECK(!(le32_get(f.services) & UNDI_SERVICE_IRQ));
		CHECK(call_open(3) == PXENV_SUCCESS && !world.unmasked);
	}
}

static void test_link_speed_is_that_of_now(void **state)
{
	struct undi_iface f;

	(void)state;
	world_with_program();
	world.link_now = false;
	CHECK(CALL(UNDI_GET_IFACE_INFO, f) == PXENV_SUCCESS);
	CHECK(le32_get(f.bits_per_second) == 0);
	CHECK(call_plain(UNDI_INITIATE_DIAGS) == PXENV_UNDI_MEDIATEST_FAILED);
	world.link_now = true;
	CHECK(call_plain(UNDI_INITIATE_DIAGS) == PXENV_SUCCESS);
}

static void test_statistics_count_until_they_are_cleared(void **state)
{
	struct undi_statistics s;

	(void)state;
	world_with_program();
	nic.tx_frames = 0x01020304;
	nic.rx_frames = 2;
	nic.rx_crc_errors = 3;
	nic.rx_missed = 4;
	CHECK(CALL(UNDI_GET_STATISTICS, s) == PXENV_SUCCESS);
	CHECK(le32_get(s.sent) == 0x01020304 && le32_get(s.received) == 2);
	CHECK(le32_get(s.crc_errors) == 3 && le32_get(s.resource_errors) == 4);
	CHECK(call_plain(UNDI_CLEAR_STATISTICS) == PXENV_SUCCESS);
	CHECK(CALL(UNDI_GET_STATISTICS, s) == PXENV_SUCCESS);
	CHECK(le32_get(s.sent) == 0 && le32_get(s.received) == 0);
	CHECK(le32_get(s.crc_errors) == 0 && le32_get(s.resource_errors) == 0);
}

static void test_force_interrupt_needs_a_card_that_can(void **state)
{
	(void)state;
	world_with_open_program();
	CHECK(call_plain(UNDI_FORCE_INTERRUPT) == PXENV_SUCCESS && asserts());
	CHECK(isr(UNDI_ISR_START) == UNDI_ISR_OURS && !asserts());
	CHECK(isr(UNDI_ISR_PROCESS) == UNDI_ISR_DONE && world.unmasked);
	world.cannot_force = true;
	CHECK(call_plain(UNDI_FORCE_INTERRUPT) == PXENV_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_call_in_every_state),
		cmocka_unit_test(test_unknown_opcodes_are_unsupported),
		cmocka_unit_test(test_a_second_stack_starts_from_nothing),
		cmocka_unit_test(test_initialize_says_if_the_card_is_dead),
		cmocka_unit_test(test_all_orders_of_ending_succeed),
		cmocka_unit_test(test_stop_undi_passes_on_why_not),
		cmocka_unit_test(test_after_shutdown_all_begins_again),
		cmocka_unit_test(test_begin_forgets_an_earlier_program),
		cmocka_unit_test(test_open_takes_filter_and_groups),
		cmocka_unit_test(test_bad_filters_and_lists_change_nothing),
		cmocka_unit_test(test_filter_and_groups_change_one_without_the_other),
		cmocka_unit_test(test_station_address_must_be_one_of_a_station),
		cmocka_unit_test(test_reset_keeps_address_filter_and_interrupts),
		cmocka_unit_test(test_mcast_address_follows_rfc_1112),
		cmocka_unit_test(test_information_is_about_this_card),
		cmocka_unit_test(test_without_an_interrupt_line_none_is_promised),
		cmocka_unit_test(test_link_speed_is_that_of_now),
		cmocka_unit_test(test_statistics_count_until_they_are_cleared),
		cmocka_unit_test(test_force_interrupt_needs_a_card_that_can),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
