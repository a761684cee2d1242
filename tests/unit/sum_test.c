/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"
#include <stdlib.h>
#include <string.h>
#include "sum.h"

/* RFC 1071's definition, word by word, as the judge. */
static u16 slow_sum(const u8 *p, u32 len)
{
	u32 sum = 0;

	for (u32 i = 0; i < len; i++)
		sum += i % 2 ? p[i] : (u32)p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (u16)~sum;
}

static void fill(u8 *p, u32 len, u32 seed)
{
	for (u32 i = 0; i < len; i++) {
		seed = seed * 1103515245 + 12345;
		p[i] = (u8)(seed >> 16);
	}
}

static void test_sum_of_the_rfc_1071_example(void **state)
{
	static const u8 bytes[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };

	(void)state;
	CHECK(be16_get(sum_field(sum_add(0, bytes, sizeof(bytes)))) == (u16)~0xddf2);
}

static void test_sum_and_copy_of_every_length_and_alignment(void **state)
{
	u8 from[80], to[80];

	(void)state;
	for (u32 at = 0; at < 4; at++)
		for (u32 len = 0; len <= 70; len++) {
			fill(from, sizeof(from), len * 7 + at);
			memset(to, 0xaa, sizeof(to));
			CHECK(be16_get(sum_field(sum_add(0, from + at, len))) ==
			      slow_sum(from + at, len));
			CHECK(be16_get(sum_field(sum_copy(0, to + 1, from + at, len))) ==
			      slow_sum(from + at, len));
			CHECK(memcmp(to + 1, from + at, len) == 0);
			CHECK(to[0] == 0xaa && to[1 + len] == 0xaa);
		}
}

static void test_sum_goes_through_even_pieces(void **state)
{
	u8 from[64], to[64];

	(void)state;
	fill(from, sizeof(from), 5);
	for (u32 cut = 0; cut < 60; cut += 2) {
		u32 acc = sum_add(0, from, cut);

		CHECK(be16_get(sum_field(sum_copy(acc, to, from + cut, 61 - cut))) ==
		      slow_sum(from, 61));
	}
}

static void test_sum_carries_around(void **state)
{
	u8 ones[4096];

	(void)state;
	memset(ones, 0xff, sizeof(ones));
	CHECK(sum_good(sum_add(0, ones, sizeof(ones))));
	ones[17] = 0xfe;
	CHECK(be16_get(sum_field(sum_add(0, ones, sizeof(ones)))) ==
	      slow_sum(ones, sizeof(ones)));
}

static void test_good_after_field_is_stored_and_bad_after_any_flip(void **state)
{
	u8 p[40];

	(void)state;
	fill(p, sizeof(p), 9);
	p[10] = p[11] = 0;
	be16 field = sum_field(sum_add(0, p, sizeof(p)));
	memcpy(p + 10, &field, 2);
	CHECK(sum_good(sum_add(0, p, sizeof(p))));
	for (u32 bit = 0; bit < 8 * sizeof(p); bit++) {
		p[bit / 8] ^= (u8)(1 << bit % 8);
		CHECK(!sum_good(sum_add(0, p, sizeof(p))));
		p[bit / 8] ^= (u8)(1 << bit % 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sum_of_the_rfc_1071_example),
		cmocka_unit_test(test_sum_and_copy_of_every_length_and_alignment),
		cmocka_unit_test(test_sum_goes_through_even_pieces),
		cmocka_unit_test(test_sum_carries_around),
		cmocka_unit_test(test_good_after_field_is_stored_and_bad_after_any_flip),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
