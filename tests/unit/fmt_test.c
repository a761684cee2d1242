/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include "check.h"
#include "fmt.h"

static char out[64];

#define SAYS(text, ...) \
	CHECK(fmt_text(out, sizeof(out), __VA_ARGS__) == strlen(text) && !strcmp(out, text))

static void test_text_formats_numbers(void **state)
{
	(void)state;
	SAYS("0 1 4294967295", "%u %u %u", 0u, 1u, 0xffffffffu);
	SAYS("0 beef ffffffff", "%x %x %x", 0u, 0xbeefu, 0xffffffffu);
	SAYS("-2147483648 -1 7", "%d %d %d", (int)0x80000000, -1, 7);
}

static void test_text_pads_to_the_width(void **state)
{
	(void)state;
	SAYS("0000beef", "%08x", 0xbeefu);
	SAYS("  7|0007|-007|  -7", "%3u|%04u|%04d|%4d", 7u, 7u, -7, -7);
	SAYS("  ab|abcd", "%4s|%2s", "ab", "abcd");
	SAYS("123456", "%3u", 123456u);
}

static void test_text_copies_strings_characters_and_percent(void **state)
{
	(void)state;
	SAYS("a string, c, 100%", "a %s, %c, %u%%", "string", 'c', 100u);
	SAYS("", "%s", "");
}

/* The compiler would refuse the format itself. */
static u32 show(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	u32 len = fmt_text_v(out, sizeof(out), fmt, args);
	va_end(args);
	return len;
}

static void test_text_shows_unknown_directives(void **state)
{
	const char *odd = "%q %5z %";

	(void)state;
	CHECK(show(odd) == 8 && !strcmp(out, odd));
}

static void test_text_is_cut_to_the_room(void **state)
{
	char small[5] = "....";

	(void)state;
	CHECK(fmt_text(small, 4, "%s", "abcdef") == 3);
	CHECK(!memcmp(small, "abc\0", 5));
	CHECK(fmt_text(small, 1, "%u", 123u) == 0 && small[0] == 0 && small[1] == 'b');
	CHECK(show("%999999999999s", "x") == sizeof(out) - 1);
}

static void test_ip_and_mac(void **state)
{
	const u8 address[6] = { 0x52, 0x54, 0, 0x12, 0x0a, 0xff };
	char ip[FMT_IP_MAX], mac[FMT_MAC_MAX];

	(void)state;
	CHECK(!strcmp(fmt_ip(ip, 0x0a00020f), "10.0.2.15"));
	CHECK(!strcmp(fmt_ip(ip, 0xfffefdfc), "255.254.253.252"));
	CHECK(!strcmp(fmt_mac(mac, address), "52:54:00:12:0a:ff"));
}

static void test_printable_replaces_what_could_move_the_cursor(void **state)
{
	(void)state;
	CHECK(!strcmp(fmt_printable(out, sizeof(out), "a\033[2J\n\377~ ", 99), "a?[2J??~ "));
	CHECK(!strcmp(fmt_printable(out, sizeof(out), "abcdef", 3), "abc"));
	CHECK(!strcmp(fmt_printable(out, 4, "abcdef", 6), "abc"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_formats_numbers),
		cmocka_unit_test(test_text_pads_to_the_width),
		cmocka_unit_test(test_text_copies_strings_characters_and_percent),
		cmocka_unit_test(test_text_shows_unknown_directives),
		cmocka_unit_test(test_text_is_cut_to_the_room),
		cmocka_unit_test(test_ip_and_mac),
		cmocka_unit_test(test_printable_replaces_what_could_move_the_cursor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
