/* SPDX-License-Identifier: BSD-2-Clause */
/* Prompt and menu: which item, when. */
#include <string.h>
#include "check.h"
#include "pxe/menu.h"
#include "pxe_options.h"

#define START    0xfffffe00u /* the clock wraps half a second later */
#define UP       0x4800u
#define DOWN     0x5000u
#define GREY_UP  0x48e0u
#define PGUP     0x4900u
#define PGDN     0x5100u
#define HOME     0x4700u
#define END      0x4f00u
#define ENTER    0x1c0du
#define DIGIT(n) (0x0200u | ('0' + (n)))

static struct pxe_options o;
static struct menu m;

static void options(u32 items, int prompt_s)
{
	static const char *const names[] = { "Disk", "install", "Rescue", "inspect" };

	memset(&o, 0, sizeof(o));
	for (u32 i = 0; i < items; i++) {
		const char *name = names[i % 4];

		o.item[i] = (struct pxe_item){ (u16)i, { (const u8 *)name, 5 } };
	}
	o.items = items;
	o.has_prompt = prompt_s >= 0;
	o.prompt_s = (u8)(prompt_s >= 0 ? prompt_s : 0);
}

/* A menu of so many items that is up. */
static void menu_of(u32 items)
{
	options(items, -1);
	menu_start(&m, &o, START);
	CHECK(m.state == MENU_CHOOSING && m.item == 0);
}

static u32 after(u32 key)
{
	menu_key(&m, key);
	return m.item;
}

static void test_way_by_discovery_control_bit_3_file_menu_and_servers(void **state)
{
	(void)state;
	for (u32 c = 0; c < 256; c++)
		for (u32 have = 0; have < 8; have++) {
			bool file = have & 1;

			options(have & 2 ? 2 : 0, 0);
			o.servers = have >> 2;
			o.control = (u8)c;
			enum menu_way want = o.items     ? MENU_WAY_MENU
					     : o.servers ? MENU_WAY_SERVER
							 : MENU_WAY_FILE;
			if (file && c & 8)
				want = MENU_WAY_FILE;
			CHECK(menu_way(&o, file) == want);
		}
}

static void test_prompt_0_chooses_the_first_item_at_once(void **state)
{
	(void)state;
	options(3, 0);
	menu_start(&m, &o, START);
	CHECK(m.state == MENU_CHOSEN && m.item == 0 && !m.by_key);
}

static void test_prompt_255_and_no_prompt_wait_for_ever(void **state)
{
	(void)state;
	for (int prompt_s = -1; prompt_s < 256; prompt_s += 256) {
		options(3, prompt_s);
		menu_start(&m, &o, START);
		CHECK(m.state == MENU_CHOOSING);
		for (u32 ms = 0; ms < 0x7fffffffu - 100000; ms += 100000)
			menu_tick(&m, START + ms);
		CHECK(m.state == MENU_CHOOSING);
	}
}

static void test_prompt_counts_down_and_chooses_the_first_item(void **state)
{
	(void)state;
	for (u32 s = 1; s < 255; s++) {
		options(3, (int)s);
		menu_start(&m, &o, START);
		CHECK(menu_seconds_left(&m, START) == s);
		CHECK(menu_seconds_left(&m, START + 1) == s);
		CHECK(menu_seconds_left(&m, START + s * 1000 - 1) == 1);
		menu_tick(&m, START + s * 1000 - 1);
		CHECK(m.state == MENU_PROMPTING);
		menu_tick(&m, START + s * 1000);
		CHECK(m.state == MENU_CHOSEN && m.item == 0 && !m.by_key);
		CHECK(menu_seconds_left(&m, START + s * 1000) == 0);
	}
}

static void test_only_the_menu_keys_count_while_prompting(void **state)
{
	(void)state;
	for (u32 key = 1; key < 0x10000; key++) {
		bool is_menu_key = key == MENU_KEY_F8 || key == MENU_KEY_TAB;

		options(3, 10);
		menu_start(&m, &o, START);
		menu_key(&m, key);
		CHECK(menu_prompt_wants(key) == is_menu_key);
		CHECK(m.state == (is_menu_key ? MENU_CHOOSING : MENU_PROMPTING));
		CHECK(m.item == 0);
	}
}

static void test_the_menu_stops_the_clock(void **state)
{
	(void)state;
	options(3, 10);
	menu_start(&m, &o, START);
	menu_key(&m, MENU_KEY_F8);
	menu_tick(&m, START + 1000000);
	CHECK(m.state == MENU_CHOOSING);
	menu_key(&m, ENTER);
	CHECK(m.state == MENU_CHOSEN && m.item == 0 && m.by_key);
	menu_key(&m, DOWN);
	CHECK(m.item == 0);
}

static void test_arrows_stay_in_the_menu(void **state)
{
	(void)state;
	menu_of(3);
	CHECK(after(UP) == 0 && after(DOWN) == 1 && after(DOWN) == 2 && after(DOWN) == 2);
	CHECK(after(GREY_UP) == 1 && after(HOME) == 0 && after(END) == 2);
	CHECK(after(PGUP) == 0 && after(PGDN) == 2);
	menu_of(40);
	CHECK(after(PGDN) == 16 && after(PGDN) == 32 && after(PGDN) == 39);
	CHECK(after(PGUP) == 23 && after(PGUP) == 7 && after(PGUP) == 0);
}

static void test_numbers_of_one_and_more_digits(void **state)
{
	(void)state;
	menu_of(40);
	CHECK(after(DIGIT(3)) == 2 && after(DIGIT(1)) == 30);
	CHECK(after(DIGIT(4)) == 3); /* 314 is none: it begins anew */
	CHECK(after(DIGIT(0)) == 39 && after(DIGIT(0)) == 39);
	CHECK(after(DIGIT(0)) == 39 && after(DIGIT(5)) == 4);
	CHECK(after(UP) == 3 && after(DIGIT(7)) == 6); /* another key ends a number */
	menu_of(3);
	CHECK(after(DIGIT(2)) == 1 && after(DIGIT(3)) == 2 && after(DIGIT(9)) == 2);
}

static void test_letters_go_to_the_next_item_that_begins_with_them(void **state)
{
	(void)state;
	menu_of(4);
	CHECK(after('i') == 1 && after('I') == 3 && after('i') == 1);
	CHECK(after('r') == 2 && after('x') == 2 && after('D') == 0);
	CHECK(m.state == MENU_CHOOSING);
}

static void test_hostile_keys_change_nothing_they_should_not(void **state)
{
	(void)state;
	menu_of(1);
	for (u32 key = 1; key < 0x10000; key++) {
		menu_key(&m, key);
		CHECK(m.item == 0);
		bool enter = (key & 0xff) == 0x0d || (key & 0xff) == 0x0a;
		CHECK((m.state == MENU_CHOSEN) == enter);
		menu_again(&m);
	}
}

static void test_again_shows_the_menu_where_it_was(void **state)
{
	(void)state;
	options(3, 10);
	menu_start(&m, &o, START);
	menu_key(&m, MENU_KEY_TAB);
	menu_key(&m, DOWN);
	menu_key(&m, ENTER);
	menu_again(&m);
	CHECK(m.state == MENU_CHOOSING && m.item == 1);
	menu_tick(&m, START + 100000);
	CHECK(m.state == MENU_CHOOSING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_way_by_discovery_control_bit_3_file_menu_and_servers),
		cmocka_unit_test(test_prompt_0_chooses_the_first_item_at_once),
		cmocka_unit_test(test_prompt_255_and_no_prompt_wait_for_ever),
		cmocka_unit_test(test_prompt_counts_down_and_chooses_the_first_item),
		cmocka_unit_test(test_only_the_menu_keys_count_while_prompting),
		cmocka_unit_test(test_the_menu_stops_the_clock),
		cmocka_unit_test(test_arrows_stay_in_the_menu),
		cmocka_unit_test(test_numbers_of_one_and_more_digits),
		cmocka_unit_test(test_letters_go_to_the_next_item_that_begins_with_them),
		cmocka_unit_test(test_hostile_keys_change_nothing_they_should_not),
		cmocka_unit_test(test_again_shows_the_menu_where_it_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
