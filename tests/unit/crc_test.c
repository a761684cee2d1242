/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"

#include <zlib.h>

#include "crc.h"

static void test_update_of_the_check_string_is_the_published_value(void **state)
{
	(void)state;
	CHECK(crc_update(0, "123456789", 9) == 0xcbf43926);
}

static void test_update_of_nothing_changes_nothing(void **state)
{
	(void)state;
	CHECK(crc_update(0, "", 0) == 0);
	CHECK(crc_update(0x12345678, "", 0) == 0x12345678);
}

static void test_update_in_pieces_equals_update_at_once(void **state)
{
	const char *text = "any split of it gives the same";

	(void)state;
	for (u32 cut = 0; cut <= 30; cut++)
		CHECK(crc_update(crc_update(0, text, cut), text + cut, 30 - cut) ==
		      crc_update(0, text, 30));
}

static void test_update_agrees_with_zlib(void **state)
{
	u8 bytes[1024];

	(void)state;
	for (u32 i = 0; i < sizeof(bytes); i++)
		bytes[i] = (u8)(i * i >> 3);
	for (u32 len = 0; len <= sizeof(bytes); len++)
		CHECK(crc_update(0, bytes, len) == crc32(0, bytes, len));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_update_of_the_check_string_is_the_published_value),
		cmocka_unit_test(test_update_of_nothing_changes_nothing),
		cmocka_unit_test(test_update_in_pieces_equals_update_at_once),
		cmocka_unit_test(test_update_agrees_with_zlib),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
