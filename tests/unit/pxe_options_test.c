/* SPDX-License-Identifier: BSD-2-Clause */
/* Option 43 as bytes: what is there, and all that can be wrong with it. */
#include <stdlib.h>
#include <string.h>
#include "check.h"
#include "pxe_options.h"
#include "wire.h"

static struct pxe_options o;

/* Reads exactly these bytes from the heap, so that ASan sees any step beyond them. */
static void read_bytes(const void *at, u32 len)
{
	u8 *copy = malloc(len + !len);

	memcpy(copy, at, len);
	memset(&o, 0x77, sizeof(o));
	pxe_options_read(&o, (struct bytes){ copy, len });
	free(copy);
}

#define READ(literal) read_bytes(literal, sizeof(literal) - 1)

static bool is_text(struct bytes b, const char *text)
{
	return b.len == strlen(text) && memcmp(b.at, text, b.len) == 0;
}

static bool says_nothing(void)
{
	return !o.control && !o.multicast && !o.servers && !o.items && !o.has_prompt &&
	       !o.has_boot_item && !pxe_options_usable(&o);
}

static void test_all_that_dnsmasq_sends(void **state)
{
	(void)state;
	READ("\x06\x01\x03"
	     "\x0a\x04\x0aPXE"
	     "\x08\x0e\x80\x00\x01\x0a\x00\x02\x02\x80\x01\x01\x0a\x00\x02\x03"
	     "\x09\x10\x00\x00\x04"
	     "Disk\x80\x00\x03"
	     "One\x80\x01\x00"
	     "\xff junk");
	CHECK(o.control == 3 && o.has_prompt && o.prompt_s == 10 && is_text(o.prompt, "PXE"));
	CHECK(o.servers == 2 && o.server[0].type == 0x8000 &&
	      o.server[0].ip == IP4_ADDRESS(10, 0, 2, 2));
	CHECK(o.server[1].type == 0x8001 && o.server[1].ip == IP4_ADDRESS(10, 0, 2, 3));
	CHECK(o.items == 3 && o.item[0].type == 0 && is_text(o.item[0].text, "Disk"));
	CHECK(o.item[1].type == 0x8000 && is_text(o.item[1].text, "One"));
	CHECK(o.item[2].type == 0x8001 && !o.item[2].text.len);
	CHECK(!o.has_boot_item && !o.multicast && pxe_options_usable(&o));
}

static void test_multicast_and_boot_item(void **state)
{
	(void)state;
	READ("\x07\x04\xef\xff\x01\x02\x47\x04\x80\x01\x80\x00");
	CHECK(o.multicast == IP4_ADDRESS(239, 255, 1, 2));
	CHECK(o.has_boot_item && o.boot_type == 0x8001 && o.boot_layer == PXE_CREDENTIALS);
	CHECK(!pxe_options_usable(&o));
	READ("\x07\x04\x0a\x00\x01\x02"); /* no group's address */
	CHECK(says_nothing());
	READ("\x07\x04\xf0\x00\x01\x02");
	CHECK(says_nothing());
}

static void test_nothing_mtftp_pads_and_an_early_end(void **state)
{
	(void)state;
	READ("");
	CHECK(says_nothing());
	READ("\x01\x04\xe0\x01\x01\x01\x02\x02\x12\x34\x05\x01\x0a");
	CHECK(says_nothing());
	READ("\xff\x06\x01\x08");
	CHECK(says_nothing());
	READ("\x00\x00\x06\x01\x08\x00");
	CHECK(o.control == 8);
}

static void test_an_option_that_reaches_too_far_spoils_all(void **state)
{
	(void)state;
	READ("\x06\x01\x08\x09\x05\x00\x01\x01x");
	CHECK(says_nothing());
	READ("\x06\x01\x08\x09"); /* a code alone */
	CHECK(says_nothing());
	READ("\x06\x01\x08\x43\xff"); /* one that is not ours, too */
	CHECK(says_nothing());
}

static void test_an_option_with_an_impossible_content_is_not_given(void **state)
{
	(void)state;
	READ("\x06\x02\x08\x08\x0a\x01\x05");
	CHECK(!o.control && o.has_prompt && o.prompt_s == 5 && !o.prompt.len);
	READ("\x06\x00\x07\x03\xef\x01\x01\x47\x03\x80\x00\x00\x0a\x00");
	CHECK(says_nothing());
	READ("\x06\x01\x04\x08\x02\x00\x01"); /* half a record */
	CHECK(o.control == 4 && !o.servers);
	READ("\x08\x0b\x00\x01\x01\x0a\x00\x00\x01\x00\x02\x01\x0a"); /* a good one, then less */
	CHECK(says_nothing());
	READ("\x09\x0c\x00\x01\x01x\x00\x02\x09short");
	CHECK(says_nothing());
	READ("\x09\x02\x00\x01");
	CHECK(says_nothing());
}

static void test_addresses_of_no_host_are_left_out(void **state)
{
	(void)state;
	READ("\x08\x0f\x00\x05\x03\xff\xff\xff\xff\x0a\x01\x02\x03\x00\x00\x00\x00");
	CHECK(o.servers == 1 && o.server[0].ip == IP4_ADDRESS(10, 1, 2, 3));
	READ("\x08\x07\x00\x05\x01\xe0\x00\x00\x01");
	CHECK(!o.servers && !pxe_options_usable(&o));
	READ("\x08\x03\x00\x05\x00"); /* any server of the type */
	CHECK(o.servers == 1 && o.server[0].type == 5 && !o.server[0].ip);
	CHECK(pxe_options_usable(&o));
}

static void test_parts_of_an_option_are_joined(void **state)
{
	(void)state;
	READ("\x09\x05\x00\x01\x05ha\x06\x01\x02\x09\x04rey\x00\x09\x03\x02\x01y");
	CHECK(o.control == 2 && o.items == 2);
	CHECK(is_text(o.item[0].text, "harey") && is_text(o.item[1].text, "y"));
	CHECK(o.item[1].type == 2);
}

static void test_more_than_there_is_room_for_is_left_out(void **state)
{
	u8 many[PXE_VENDOR_MAX + 1];
	u32 len = 0;

	(void)state;
	for (u32 part = 0; part < 3; part++) {
		many[len++] = 9;
		many[len++] = 3 * 80;
		for (u32 i = 0; i < 80; i++, len += 3)
			memcpy(many + len, "\x12\x34", 3);
	}
	read_bytes(many, len);
	CHECK(o.items == PXE_ITEMS_MAX && o.item[PXE_ITEMS_MAX - 1].type == 0x1234);

	len = 0;
	many[len++] = 8;
	many[len++] = 3 + 4 * 60;
	memcpy(many + len, "\x00\x01\x3c", 3);
	for (len += 3; len < 2 + 3 + 4 * 60; len++)
		many[len] = 10;
	read_bytes(many, len);
	CHECK(o.servers == PXE_SERVERS_MAX);
	memset(many, 0, sizeof(many));
	memcpy(many, "\x06\x01\x08", 3);
	read_bytes(many, PXE_VENDOR_MAX);
	CHECK(o.control == 8);
	read_bytes(many, PXE_VENDOR_MAX + 1);
	CHECK(says_nothing());
}

static void test_menu_and_prompt_of_all_bytes_fit_together(void **state)
{
	u8 all[PXE_VENDOR_MAX];
	u32 len = 0;

	(void)state;
	while (len + 2 < sizeof(all) / 2) {
		u32 n = sizeof(all) / 2 - len - 2;

		n = n < 255 ? n : 255;
		all[len++] = 10;
		all[len++] = (u8)n;
		memset(all + len, 'p', n);
		len += n;
	}
	while (len + 5 < sizeof(all)) {
		all[len++] = 9;
		all[len++] = 3;
		memcpy(all + len, "\0\1", 3);
		len += 3;
	}
	read_bytes(all, len);
	CHECK(o.has_prompt && o.prompt.len > 450 && o.prompt.at[o.prompt.len - 1] == 'p');
	CHECK(o.items == PXE_ITEMS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_that_dnsmasq_sends),
		cmocka_unit_test(test_multicast_and_boot_item),
		cmocka_unit_test(test_nothing_mtftp_pads_and_an_early_end),
		cmocka_unit_test(test_an_option_that_reaches_too_far_spoils_all),
		cmocka_unit_test(test_an_option_with_an_impossible_content_is_not_given),
		cmocka_unit_test(test_addresses_of_no_host_are_left_out),
		cmocka_unit_test(test_parts_of_an_option_are_joined),
		cmocka_unit_test(test_more_than_there_is_room_for_is_left_out),
		cmocka_unit_test(test_menu_and_prompt_of_all_bytes_fit_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
