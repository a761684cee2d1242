/* SPDX-License-Identifier: BSD-2-Clause */
/* What a transfer asks, accepts and refuses. */
#include "tftp_scene.h"

static void test_request_asks_the_options(void **state)
{
	static const char want[] = "\0\1dir\\boot file.0\0octet\0blksize\0001468\0tsize\0000\0"
				   "timeout\0001";
	(void)state;
	start();
	CHECK(d.len == 0 && d.total == 0);
	CHECK(at(0) == TFTP_RRQ);
	CHECK(dst_port == 69 && t.local_port == LOCAL);
	CHECK(out_len == sizeof(want) && memcmp(out, want, out_len) == 0);
	CHECK(at(0) == 0);
}

static void test_transfer_with_options(void **state)
{
	(void)state;
	start();
	at(0);
	OACK("blksize\0001024\0tsize\0002500\0timeout\0001\0", 5);
	CHECK(t.state == TFTP_RECEIVING && d.total == 2500);
	CHECK(at(5) == TFTP_ACK);
	CHECK(number() == 0 && dst_port == SERVER && out_len == 4);
	data(1, 'a', 1024, 6);
	CHECK(d.len == 1024);
	CHECK(at(6) == TFTP_ACK && number() == 1);
	data(2, 'b', 1024, 7);
	CHECK(at(7) == TFTP_ACK && number() == 2);
	data(3, 'c', 452, 8);
	CHECK(t.state == TFTP_DONE && d.len == 2500);
	CHECK(at(8) == TFTP_ACK && number() == 3);
	CHECK(image[0] == 'a' && image[1023] == 'a' && image[1024] == 'b' &&
	      image[2047] == 'b');
	CHECK(image[2048] == 'c' && image[2499] == 'c' && image[2500] == 0xee);
	CHECK(at(100000) == 0);
}

static void test_server_without_options(void **state)
{
	(void)state;
	start();
	at(0);
	data(1, 'a', 512, 5);
	CHECK(t.state == TFTP_RECEIVING && t.blksize == 512 && d.total == 0);
	CHECK(at(5) == TFTP_ACK && number() == 1);
	data(2, 'b', 0, 6);
	CHECK(t.state == TFTP_DONE && d.len == 512);
}

static void test_oack_may_grant_less(void **state)
{
	(void)state;
	start();
	OACK("tsize\000700\0", 0);
	CHECK(t.blksize == 512 && d.total == 700);
	start();
	OACK("BlkSize\0001432\0", 0);
	CHECK(t.blksize == 1432 && d.total == 0);
	start();
	OACK("blksize\0008\0", 0);
	CHECK(t.blksize == 8);
	start();
	OACK("", 0);
	CHECK(t.state == TFTP_RECEIVING && t.blksize == 512);
	start();
	OACK("tsize\0000\0", 0); /* size not known */
	CHECK(t.state == TFTP_RECEIVING && d.total == 0);
}

static void expect_options_refused(void)
{
	CHECK(t.state == TFTP_REQUESTING && t.error_port == SERVER);
	CHECK(at(1) == TFTP_ERROR && number() == 8 && dst_port == SERVER);
	CHECK(src_port == LOCAL); /* the transfer that it refuses */
	CHECK(at(1) == TFTP_RRQ && dst_port == 69 && src_port == t.local_port);
	CHECK(out_len == sizeof("\0\1dir\\boot file.0\0octet"));
	CHECK(t.local_port != LOCAL && t.local_port >= 49152);
	data(1, 'x', 3, 2);
	CHECK(t.state == TFTP_DONE && d.len == 3);
}

#define REFUSED(options)                  \
	do {                              \
		start();                  \
		at(0);                    \
		OACK(options, 1);         \
		expect_options_refused(); \
	} while (0)

static void test_bad_oack_is_refused_and_the_file_asked_without_options(void **state)
{
	(void)state;
	REFUSED("blksize\0001469\0"); /* more than asked */
	REFUSED("blksize\0007\0");    /* RFC 2348: at least 8 */
	REFUSED("blksize\0000\0");
	REFUSED("blksize\0004294968764\0"); /* 1468 modulo 2^32 */
	REFUSED("blksize\00099999999999999999999\0");
	REFUSED("windowsize\0001\0"); /* never asked */
	REFUSED("tsize\000x\0");
	REFUSED("tsize\000-1\0");
	REFUSED("tsize\0\0");  /* no number */
	REFUSED("tsize\0001"); /* no NUL */
	REFUSED("tsize\0");    /* no value */
	REFUSED("tsize");
	REFUSED("\0");
}

static void test_any_error_to_options_asks_again_without_them(void **state)
{
	(void)state;
	start();
	at(0);
	ERROR("\x8", "no options\0", 5);
	CHECK(t.state == TFTP_REQUESTING && t.local_port != LOCAL);
	CHECK(at(5) == TFTP_RRQ && dst_port == 69);
	CHECK(out_len == sizeof("\0\1dir\\boot file.0\0octet"));
	ERROR("\x4", "still no\0", 9);
	CHECK(t.state == TFTP_FAILED && t.error == -E_TFTP_ERROR);
	CHECK(strcmp(t.text, "still no") == 0);
	CHECK(at(9) == 0); /* errors are not answered */
}

static void test_new_port_at_the_end_of_the_range(void **state)
{
	(void)state;
	start();
	t.local_port = 65535;
	at(0);
	ERROR("\x8", "", 5);
	CHECK(t.local_port == 49152);
}

static void test_error_numbers(void **state)
{
	static const struct {
		u8 code;
		int error;
	} cases[] = { { 0, -E_TFTP_ERROR }, { 1, -E_TFTP_NOT_FOUND }, { 2, -E_TFTP_DENIED },
		      { 3, -E_TFTP_ERROR }, { 8, -E_TFTP_ERROR },     { 99, -E_TFTP_ERROR } };
	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(cases); i++) {
		u8 packet[] = { 0, 5, 0, cases[i].code, 'n', 'o', 0 };

		start();
		hear(packet, sizeof(packet), 1);
		CHECK(t.state == TFTP_REQUESTING && image[0] == 0xee);
		hear(packet, sizeof(packet), 2);
		CHECK(t.state == TFTP_FAILED && t.error == cases[i].error);
		/* Also in the middle of a transfer. */
		start();
		data(1, 'a', 512, 1);
		hear(packet, sizeof(packet), 2);
		CHECK(t.state == TFTP_FAILED && t.error == cases[i].error);
	}
}

static void test_error_text_is_kept_printable_and_bounded(void **state)
{
	u8 packet[304] = { 0, 5, 0, 1 };

	(void)state;
	start();
	data(1, 'a', 512, 1);
	ERROR("\1", "bell\7 \x1b[2J \xe9 tilde~\0hidden", 2);
	CHECK(strcmp(t.text, "bell? ?[2J ? tilde~") == 0);
	start();
	data(1, 'a', 512, 1);
	memset(packet + 4, 'e', 300); /* no NUL */
	hear(packet, sizeof(packet), 2);
	CHECK(strlen(t.text) == TFTP_TEXT_MAX - 1);
	start();
	data(1, 'a', 512, 1);
	ERROR("\1", "", 2);
	CHECK(strcmp(t.text, "") == 0 && t.state == TFTP_FAILED);
}

static void test_unasked_oack_breaks_the_protocol(void **state)
{
	(void)state;
	start();
	ERROR("\x8", "", 0);
	OACK("blksize\000512\0", 1);
	CHECK(t.state == TFTP_FAILED && t.error == -E_TFTP_PROTOCOL);
	CHECK(at(1) == TFTP_ERROR && number() == 8 && dst_port == SERVER);
}

static void test_block_longer_than_agreed_breaks_the_protocol(void **state)
{
	(void)state;
	start();
	data(1, 'a', 513, 0);
	CHECK(t.state == TFTP_FAILED && t.error == -E_TFTP_PROTOCOL && d.len == 0);
	CHECK(image[0] == 0xee);
	CHECK(at(0) == TFTP_ERROR && number() == 4);
	CHECK(at(1) == 0);
}

static void test_shorter_than_announced_is_truncated(void **state)
{
	(void)state;
	start();
	OACK("tsize\000600\0", 0);
	data(1, 'a', 512, 1);
	data(2, 'b', 87, 2);
	CHECK(t.state == TFTP_FAILED && t.error == -E_TFTP_TRUNCATED);
	CHECK(at(2) == TFTP_ERROR && number() == 0);
}

static void test_longer_than_announced_is_refused(void **state)
{
	(void)state;
	start();
	OACK("tsize\000600\0", 0);
	data(1, 'a', 512, 1);
	data(2, 'b', 89, 2);
	CHECK(t.state == TFTP_FAILED && t.error == -E_TFTP_TRUNCATED);
	CHECK(at(2) == TFTP_ERROR);
	start();
	OACK("tsize\000512\0", 0); /* an exact multiple ends with an empty block */
	data(1, 'a', 512, 1);
	CHECK(t.state == TFTP_RECEIVING);
	data(2, 'b', 0, 2);
	CHECK(t.state == TFTP_DONE && d.len == 512);
}

static void test_announced_size_beyond_room_is_refused_at_once(void **state)
{
	(void)state;
	start();
	OACK("tsize\0008192\0", 0);
	CHECK(t.state == TFTP_RECEIVING);
	start();
	OACK("tsize\0008193\0", 0);
	CHECK(t.state == TFTP_FAILED && t.error == -E_ARENA_FULL);
	CHECK(at(0) == TFTP_ERROR && number() == 3 && dst_port == SERVER);
	start();
	OACK("tsize\0004294967297\0", 0); /* 1 modulo 2^32 */
	CHECK(t.error == -E_ARENA_FULL);
}

static void test_block_beyond_room_is_refused_and_not_written(void **state)
{
	(void)state;
	start();
	d.room = 1000;
	data(1, 'a', 512, 0);
	data(2, 'b', 489, 1);
	CHECK(t.state == TFTP_FAILED && t.error == -E_ARENA_FULL);
	CHECK(image[511] == 'a' && image[512] == 0xee && d.len == 512);
	CHECK(at(1) == TFTP_ERROR && number() == 3);
	start();
	d.room = 1000;
	data(1, 'a', 512, 0);
	data(2, 'b', 488, 1);
	CHECK(t.state == TFTP_DONE && image[999] == 'b' && image[1000] == 0xee);
	start();
	d.room = 0;
	d.base = NULL;
	data(1, 'a', 0, 0);
	CHECK(t.state == TFTP_DONE && d.len == 0);
}

/* More than 65535 blocks of 8 bytes, block after 65535 numbered `wrap`, and so again. */
static void transfer_with_wrap(u16 wrap)
{
	u32 blocks = 140000;
	u8 *big = calloc(blocks, 8);
	u16 wire = 1;

	start();
	d.base = big;
	d.room = blocks * 8;
	OACK("blksize\0008\0", 0);
	for (u32 i = 0; i < blocks; i++) {
		data(wire, (u8)(i % 251), i == blocks - 1 ? 7 : 8, 1);
		CHECK(at(1) == TFTP_ACK && number() == wire);
		wire = wire == 0xffff ? wrap : (u16)(wire + 1);
	}
	CHECK(t.state == TFTP_DONE && d.len == blocks * 8 - 1);
	for (u32 i = 0; i < d.len; i++)
		CHECK(big[i] == (i / 8) % 251);
	free(big);
}

static void test_block_numbers_wrap_to_0(void **state)
{
	(void)state;
	transfer_with_wrap(0);
}

static void test_block_numbers_wrap_to_1(void **state)
{
	(void)state;
	transfer_with_wrap(1);
}

static void test_name_too_long_is_not_asked(void **state)
{
	char name[258];

	(void)state;
	memset(name, 'n', sizeof(name));
	name[257] = '\0';
	name[255] = '\0';
	tftp_start(&t, name, &d, 1468, LOCAL, START);
	CHECK(at(0) == TFTP_RRQ && out_len <= TFTP_NAME_MAX + 64);
	name[255] = 'n';
	name[256] = '\0';
	tftp_start(&t, name, &d, 1468, LOCAL, START);
	CHECK(t.error == -E_TFTP_NOT_FOUND && at(0) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request_asks_the_options),
		cmocka_unit_test(test_transfer_with_options),
		cmocka_unit_test(test_server_without_options),
		cmocka_unit_test(test_oack_may_grant_less),
		cmocka_unit_test(test_bad_oack_is_refused_and_the_file_asked_without_options),
		cmocka_unit_test(test_any_error_to_options_asks_again_without_them),
		cmocka_unit_test(test_new_port_at_the_end_of_the_range),
		cmocka_unit_test(test_error_numbers),
		cmocka_unit_test(test_error_text_is_kept_printable_and_bounded),
		cmocka_unit_test(test_unasked_oack_breaks_the_protocol),
		cmocka_unit_test(test_block_longer_than_agreed_breaks_the_protocol),
		cmocka_unit_test(test_shorter_than_announced_is_truncated),
		cmocka_unit_test(test_longer_than_announced_is_refused),
		cmocka_unit_test(test_announced_size_beyond_room_is_refused_at_once),
		cmocka_unit_test(test_block_beyond_room_is_refused_and_not_written),
		cmocka_unit_test(test_block_numbers_wrap_to_0),
		cmocka_unit_test(test_block_numbers_wrap_to_1),
		cmocka_unit_test(test_name_too_long_is_not_asked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
