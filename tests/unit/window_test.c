/* SPDX-License-Identifier: BSD-2-Clause */
/* The PXE window: what boot programs search, sum and compute from. */
#include "check.h"
#include "pxe/window.h"

#define BASE 0x9e400u

static const struct segoff pxe_entry = { 0x0123, 0xc800 };
static const struct segoff pxenv_entry = { 0x0456, 0xc800 };
static const struct segoff rom_id = { 0x00a0, 0xc800 };

static u8 window[WINDOW_LEN];

static void build(void)
{
	for (u32 i = 0; i < sizeof(window); i++)
		window[i] = 0x55;
	window_build(window, BASE, pxe_entry, pxenv_entry, rom_id);
}

static const struct pxe *pxe(void)
{
	return (const void *)(window + WINDOW_PXE);
}

static const struct pxenv *pxenv(void)
{
	return (const void *)(window + WINDOW_PXENV);
}

static u8 sum(const void *of, u32 len)
{
	const u8 *p = of;
	u8 s = 0;

	while (len--)
		s = (u8)(s + *p++);
	return s;
}

static void test_structures_sum_to_zero(void **state)
{
	(void)state;
	build();
	CHECK(sum(pxe(), pxe()->length) == 0);
	CHECK(sum(pxenv(), pxenv()->length) == 0);
	CHECK(pxe()->length == 0x58);
	CHECK(pxenv()->length == 0x2c);
	CHECK(window_intact(window));
}

static void test_any_changed_byte_is_noticed(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(struct pxe); i++) {
		build();
		window[WINDOW_PXE + i] ^= 0x10;
		CHECK(!window_intact(window));
	}
	for (u32 i = 0; i < sizeof(struct pxenv); i++) {
		build();
		window[WINDOW_PXENV + i] ^= 0x10;
		CHECK(!window_intact(window));
	}
}

static void test_both_structures_name_entries_and_each_other(void **state)
{
	(void)state;
	build();
	CHECK(le16_get(pxe()->entry_sp[0]) == pxe_entry.off);
	CHECK(le16_get(pxe()->entry_sp[1]) == pxe_entry.seg);
	CHECK(le16_get(pxe()->undi_rom_id[0]) == rom_id.off);
	CHECK(le16_get(pxe()->undi_rom_id[1]) == rom_id.seg);
	CHECK(le16_get(pxenv()->entry[0]) == pxenv_entry.off);
	CHECK(le16_get(pxenv()->entry[1]) == pxenv_entry.seg);
	CHECK(le16_get(pxenv()->pxe[0]) == WINDOW_PXE);
	CHECK(le16_get(pxenv()->pxe[1]) == BASE >> 4);
	CHECK(le32_get(pxe()->status_callout) == 0xffffffff);
	CHECK(pxe()->segments == 7);
}

/* PXE-5: a far jump to the PXENV+ entry at UNDI_CS:0000; a far return where interrupts come in. */
static void test_code_of_the_window(void **state)
{
	(void)state;
	build();
	CHECK(window[0] == 0xea);
	CHECK(window[1] == 0x56 && window[2] == 0x04 && window[3] == 0x00 && window[4] == 0xc8);
	CHECK(window[WINDOW_RETF] == 0xcb);
	CHECK(le16_get(pxe()->undi_code.seg) == BASE >> 4);
	CHECK(window[WINDOW_DATA] == 0x55); /* nothing behind is written */
}

/* PXE-18: what unloading programs compute as the end of PXE's memory is the end of the window. */
static void test_segments_end_where_the_window_ends(void **state)
{
	(void)state;
	build();
	u32 code = le32_get(pxe()->undi_code.base) + le16_get(pxe()->undi_code.size);
	u32 data = le32_get(pxe()->undi_data.base) + le16_get(pxe()->undi_data.size);
	CHECK((code > data ? code : data) == BASE + WINDOW_LEN);
	CHECK(le32_get(pxe()->undi_code.base) == BASE);

	code = le16_get(pxenv()->undi_code_seg) * 16u + le16_get(pxenv()->undi_code_size);
	data = le16_get(pxenv()->undi_data_seg) * 16u + le16_get(pxenv()->undi_data_size);
	CHECK((code > data ? code : data) == BASE + WINDOW_LEN);
}

static void test_room_ends_at_a_moved_ebda(void **state)
{
	(void)state;
	CHECK(window_room(BASE, BASE + WINDOW_LEN) == WINDOW_LEN);
	CHECK(window_room(BASE, BASE + WINDOW_LEN + 0x400) == WINDOW_LEN);
	CHECK(window_room(BASE, 0) == WINDOW_LEN);
	CHECK(window_room(BASE, 0xf0000) == WINDOW_LEN);
	CHECK(window_room(BASE, BASE + WINDOW_LEN - 0x400) == WINDOW_LEN - 0x400);
	CHECK(window_room(BASE, BASE + 0x400) == 0x400);
	CHECK(window_room(BASE, BASE) == 0);
	CHECK(window_room(BASE, BASE - 0x400) == 0);
	CHECK(window_room(BASE, 0x90000) == 0);
}

static void test_packets_lie_inside_and_discover_before_all(void **state)
{
	u32 len[4], off[4];

	(void)state;
	for (u32 type = 1; type <= 3; type++) {
		off[type] = window_packet(type, &len[type]);
		CHECK(len[type] == 1260);
		CHECK(off[type] + len[type] <= WINDOW_LEN);
	}
	CHECK(off[1] == WINDOW_PACKETS);
	CHECK(off[2] == off[1] + WINDOW_DISCOVER_LEN);
	CHECK(off[3] == off[2] + len[2]);
	CHECK(window_packet(0, len) == 0 && len[0] == 0);
	CHECK(window_packet(4, len) == 0 && len[0] == 0);
	CHECK(window_packet(0xffff, len) == 0 && len[0] == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_structures_sum_to_zero),
		cmocka_unit_test(test_any_changed_byte_is_noticed),
		cmocka_unit_test(test_both_structures_name_entries_and_each_other),
		cmocka_unit_test(test_code_of_the_window),
		cmocka_unit_test(test_segments_end_where_the_window_ends),
		cmocka_unit_test(test_room_ends_at_a_moved_ebda),
		cmocka_unit_test(test_packets_lie_inside_and_discover_before_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
