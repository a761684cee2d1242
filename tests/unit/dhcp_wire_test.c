/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"
#include <stdlib.h>
#include "dhcp_reply.h"

#define XID       0x12345678u
#define YOUR_IP   IP4_ADDRESS(10, 0, 2, 15)
#define SERVER_IP IP4_ADDRESS(10, 0, 2, 2)
#define FILE_IP   IP4_ADDRESS(10, 0, 2, 3)

static const u8 mac[6] = { 0x52, 0x54, 0, 1, 2, 3 };

static struct reply r;
static struct dhcp_msg m;

static void offer(void)
{
	reply_begin(&r, mac, XID, YOUR_IP);
	reply_type(&r, DHCP_OFFER);
}

/* Reads exactly the bytes of r from the heap, so that ASan sees any step beyond them. */
static bool read_len(u32 len)
{
	u8 *copy = malloc(len + !len);

	memcpy(copy, r.at, len);
	memset(&m, 0x77, sizeof(m));
	bool ok = dhcp_read((struct bytes){ copy, len }, mac, XID, &m);
	free(copy);
	return ok;
}

static bool read_reply(void)
{
	return read_len(r.len);
}

static void test_a_full_offer(void **state)
{
	(void)state;
	offer();
	r.hdr.siaddr = be32_of(FILE_IP);
	reply_address(&r, 1, 0xffffff00);
	reply_option(&r, 3, "\x0a\x00\x02\xfe\x0a\x00\x02\xfd", 8);
	reply_address(&r, 6, IP4_ADDRESS(10, 0, 2, 53));
	reply_text(&r, 12, "hare");
	reply_option(&r, 26, "\x05\x78", 2);
	reply_address(&r, 51, 86400);
	reply_address(&r, 54, SERVER_IP);
	reply_text(&r, 67, "pxe\\ebb test.bin");
	reply_text(&r, 129, "console=ttyS0\tquiet");
	reply_end(&r);
	CHECK(read_reply());
	CHECK(m.type == DHCP_OFFER && !m.pxe && m.your_ip == YOUR_IP &&
	      m.server_id == SERVER_IP);
	CHECK(m.boot_server == FILE_IP && m.mask == 0xffffff00 &&
	      m.dns == IP4_ADDRESS(10, 0, 2, 53));
	CHECK(m.gateway == IP4_ADDRESS(10, 0, 2, 254) && m.mtu == 1400 && m.lease_s == 86400);
	CHECK(strcmp(m.boot_file, "pxe\\ebb test.bin") == 0 &&
	      strcmp(m.host_name, "hare") == 0);
	CHECK(strcmp(m.cmdline, "console=ttyS0\tquiet") == 0);
}

static void test_nothing_given_reads_as_nothing(void **state)
{
	(void)state;
	reply_begin(&r, mac, XID, 0);
	CHECK(read_reply()); /* an end option may be missing */
	CHECK(m.type == DHCP_BOOTP && !m.pxe && !m.your_ip && !m.server_id && !m.boot_server);
	CHECK(!m.mask && !m.gateway && !m.dns && !m.mtu && !m.lease_s);
	CHECK(!m.boot_file[0] && !m.host_name[0] && !m.cmdline[0]);
}

static void test_foreign_replies_are_refused(void **state)
{
	(void)state;
	offer();
	for (u32 len = 0; len < 240; len++)
		CHECK(!read_len(len));
	CHECK(read_len(240));
	r.hdr.op = 1;
	CHECK(!read_reply());
	offer();
	r.hdr.xid = be32_of(XID + 1);
	CHECK(!read_reply());
	offer();
	r.hdr.chaddr[5] ^= 1;
	CHECK(!read_reply());
	offer();
	r.hdr.cookie = be32_of(0x63825364);
	CHECK(!read_reply());
}

static void test_options_that_reach_too_far_are_refused(void **state)
{
	(void)state;
	offer();
	reply_text(&r, 67, "boot");
	CHECK(read_reply());
	for (u32 cut = 1; cut < 6; cut++)
		CHECK(!read_len(r.len - cut)); /* in the value, and the code alone */
	CHECK(read_len(r.len - 6));
	r.at[r.len - 5] = 255;
	CHECK(!read_reply());
	offer();
	reply_option(&r, 52, "\1", 1);
	memset(r.hdr.file, 0, sizeof(r.hdr.file));
	CHECK(read_reply());
	r.hdr.file[126] = 67; /* the last byte claims one more */
	r.hdr.file[127] = 1;
	CHECK(!read_reply());
	offer();
	reply_option(&r, 52, "\2", 1);
	r.hdr.sname[63] = 12;
	CHECK(!read_reply());
	r.at[r.len - 1] = 3; /* both fields; the last must be looked at as well */
	CHECK(!read_reply());
}

static void test_options_end_at_255_and_pads_have_no_length(void **state)
{
	(void)state;
	offer();
	memset(r.at + r.len, 0, 5);
	r.len += 5;
	reply_address(&r, 1, 0xffff0000);
	reply_end(&r);
	reply_address(&r, 3, SERVER_IP);
	r.at[r.len++] = 9; /* behind the end even nonsense is allowed */
	CHECK(read_reply());
	CHECK(m.mask == 0xffff0000 && !m.gateway);
}

static void test_options_of_impossible_length_count_as_not_given(void **state)
{
	(void)state;
	offer();
	reply_option(&r, 1, "\xff\xff\xff", 3);
	reply_option(&r, 3, "", 0);
	reply_option(&r, 51, "\0\0\1", 3);
	reply_option(&r, 26, "\5", 1);
	CHECK(read_reply());
	CHECK(!m.mask && !m.gateway && !m.lease_s && !m.mtu);
	offer();
	reply_option(&r, 26, "\0\x43", 2); /* 67: below any IPv4 MTU */
	CHECK(read_reply());
	CHECK(!m.mtu);
	offer();
	reply_option(&r, 26, "\0\x44", 2);
	CHECK(read_reply());
	CHECK(m.mtu == 68);
}

static void test_overload_reads_file_then_sname(void **state)
{
	(void)state;
	offer();
	reply_option(&r, 52, "\3", 1);
	reply_text(&r, 67, "in-");
	reply_end(&r);
	memcpy(r.hdr.file, "\x43\x05three-\xff", 9);
	r.hdr.file[1] = 6;
	r.hdr.file[8] = 255;
	memcpy(r.hdr.sname, "\0\x43\x05parts\xff", 9);
	CHECK(read_reply());
	CHECK(strcmp(m.boot_file, "in-three-parts") == 0);

	r.at[240 + 3 + 2] = 1; /* only file: sname is a name again */
	strcpy((char *)r.hdr.sname, "10.0.2.9");
	CHECK(read_reply());
	CHECK(strcmp(m.boot_file, "in-three-") == 0 &&
	      m.boot_server == IP4_ADDRESS(10, 0, 2, 9));

	r.at[240 + 3 + 2] = 2; /* only sname: file is a file, but option 67 comes first */
	memset(r.hdr.sname, 0, sizeof(r.hdr.sname));
	CHECK(read_reply());
	CHECK(strcmp(m.boot_file, "in-") == 0 && !m.boot_server);

	/* An overloaded `file` without option 67 names nothing. */
	offer();
	reply_option(&r, 52, "\1", 1);
	memcpy(r.hdr.file, "\x0c\x04hare\xff", 7);
	CHECK(read_reply());
	CHECK(!m.boot_file[0] && strcmp(m.host_name, "hare") == 0);
}

static void test_file_field_when_there_is_no_option_67(void **state)
{
	(void)state;
	offer();
	memset(r.hdr.file, 'f', 128); /* no NUL */
	CHECK(read_reply());
	CHECK(strlen(m.boot_file) == 128 && m.boot_file[127] == 'f');
	reply_text(&r, 67, "other");
	CHECK(read_reply());
	CHECK(strcmp(m.boot_file, "other") == 0);
}

static void test_long_options_are_joined(void **state)
{
	char long_text[1100];

	(void)state;
	memset(long_text, 'a', sizeof(long_text));
	long_text[250] = 'b';
	offer();
	for (u32 at = 0; at < 1000; at += 250) {
		reply_option(&r, 129, long_text + at, 250);
		reply_address(&r, 51, 60);
	}
	CHECK(read_reply());
	CHECK(strlen(m.cmdline) == 1000 && memcmp(m.cmdline, long_text, 1000) == 0);
	reply_option(&r, 129, long_text, 23);
	CHECK(read_reply());
	CHECK(strlen(m.cmdline) == 1023);
	reply_option(&r, 129, "x", 1);
	CHECK(read_reply());
	CHECK(!m.cmdline[0]); /* too long: not cut, but not given */
}

static void test_a_file_name_is_never_cut(void **state)
{
	char name[300];

	(void)state;
	memset(name, 'n', sizeof(name));
	offer();
	reply_option(&r, 67, name, 255);
	CHECK(read_reply());
	CHECK(strlen(m.boot_file) == 255);
	reply_option(&r, 67, name, 1);
	CHECK(read_reply());
	CHECK(!m.boot_file[0]);
}

static void test_texts_end_with_nul_ff_or_nothing(void **state)
{
	static const struct {
		const char *value;
		u32 len;
		const char *text;
	} cases[] = {
		{ "boot", 4, "boot" },
		{ "boot\0", 5, "boot" },
		{ "boot\0\xff\xff", 7, "boot" },
		{ "boot\xff", 5, "boot" },
		{ "boot\0junk", 9, "boot" },
		{ "boot\r\n", 6, "boot" },
		{ "a b\\c/d", 7, "a b\\c/d" },
		{ "\0", 1, "" },
		{ "\xff", 1, "" },
		{ "\xc3\xa9", 2, "\xc3\xa9" },
		{ "a\x7f", 2, "a" },
		{ "", 0, "" },
	};
	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(cases); i++) {
		offer();
		reply_option(&r, 67, cases[i].value, cases[i].len);
		CHECK(read_reply());
		CHECK(strcmp(m.boot_file, cases[i].text) == 0);
	}
}

static void test_boot_server_in_order_of_its_sources(void **state)
{
	(void)state;
	offer();
	memset(r.hdr.sname, 'x', sizeof(r.hdr.sname)); /* a name, not options */
	CHECK(read_reply());
	CHECK(m.boot_server == 0);
	strcpy((char *)r.hdr.sname, "10.0.2.9\xff");
	CHECK(read_reply());
	CHECK(m.boot_server == IP4_ADDRESS(10, 0, 2, 9));
	reply_option(&r, 150, "\x0a\x00\x02\x08\x0a\x00\x02\x07", 8);
	CHECK(read_reply());
	CHECK(m.boot_server == IP4_ADDRESS(10, 0, 2, 8));
	reply_text(&r, 66, "10.0.2.6");
	CHECK(read_reply());
	CHECK(m.boot_server == IP4_ADDRESS(10, 0, 2, 6));
	r.hdr.siaddr = be32_of(FILE_IP);
	CHECK(read_reply());
	CHECK(m.boot_server == FILE_IP);
	r.hdr.siaddr = be32_of(0xffffffff);
	CHECK(read_reply());
	CHECK(m.boot_server == 0);
}

static void test_option_66_must_be_an_address(void **state)
{
	static const char *const bad[] = { "boot.example", "10.0.2",      "10.0.2.3.4",
					   "10.0.2.256",   "10..2.3",     "10.0.2.3x",
					   " 10.0.2.3",    "10.0.2.0003", "",
					   "10.0.2.",      "99999999999" };
	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(bad); i++) {
		offer();
		reply_text(&r, 66, bad[i]);
		CHECK(read_reply());
		CHECK(m.boot_server == 0);
	}
	offer();
	reply_option(&r, 66, "192.168.100.200\0", 16);
	CHECK(read_reply());
	CHECK(m.boot_server == IP4_ADDRESS(192, 168, 100, 200));
}

static void test_pxe_class(void **state)
{
	static const struct {
		const char *class;
		bool pxe;
	} cases[] = { { "PXEClient", true },
		      { "PXEClient:x", true },
		      { "PXEClien", false },
		      { "pxeclient", false } };
	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(cases); i++) {
		offer();
		reply_text(&r, 60, cases[i].class);
		CHECK(read_reply());
		CHECK(m.pxe == cases[i].pxe);
	}
}

/* ---- what we write ---- */

/* The value of an option in a message of ours, its length in *len; NULL if absent. */
static const u8 *find(const u8 *p, u32 total, u8 code, u32 *len)
{
	for (u32 at = 240; at < total && p[at] != 255; at += 2u + p[at + 1])
		if (p[at] == code) {
			*len = p[at + 1];
			return p + at + 2;
		}
	return NULL;
}

static void check_identity(const u8 *p, u32 len, bool uuid)
{
	const u8 *v;
	u32 n;

	CHECK(len >= 300);
	CHECK(p[0] == 1 && p[1] == 1 && p[2] == 6 && p[3] == 0);
	CHECK(memcmp(p + 4, "\x12\x34\x56\x78", 4) == 0);
	CHECK(memcmp(p + 28, mac, 6) == 0);
	CHECK(memcmp(p + 236, "\x63\x82\x53\x63", 4) == 0);
	CHECK(p[10] == 0 && p[11] == 0); /* no broadcast flag */
	v = find(p, len, 55, &n);
	CHECK(v && memchr(v, 1, n) && memchr(v, 3, n) && memchr(v, 66, n) && memchr(v, 67, n) &&
	      memchr(v, 129, n) && memchr(v, 43, n) && memchr(v, 60, n));
	v = find(p, len, 57, &n);
	CHECK(v && n == 2 && v[0] == 1260 / 256 && v[1] == 1260 % 256);
	v = find(p, len, 60, &n);
	CHECK(v && n == 32 && memcmp(v, "PXEClient:Arch:00000:UNDI:002001", 32) == 0);
	v = find(p, len, 61, &n);
	CHECK(v && n == 7 && v[0] == 1 && memcmp(v + 1, mac, 6) == 0);
	v = find(p, len, 93, &n);
	CHECK(v && n == 2 && v[0] == 0 && v[1] == 0);
	v = find(p, len, 94, &n);
	CHECK(v && n == 3 && v[0] == 1 && v[1] == 2 && v[2] == 1);
	v = find(p, len, 97, &n);
	CHECK((v != NULL) == uuid);
	CHECK(!v || (n == 17 && v[0] == 0 && memcmp(v + 1, "0123456789abcdef", 16) == 0));
}

static struct dhcp_identity identity(bool uuid)
{
	struct dhcp_identity id = { 0 };

	memcpy(id.mac, mac, 6);
	if (uuid)
		memcpy(id.uuid, "0123456789abcdef", 16);
	return id;
}

static void test_discover_carries_the_identity(void **state)
{
	struct dhcp_identity id = identity(true);
	struct dhcp_ask ask = { .type = DHCP_DISCOVER, .xid = XID, .secs = 0x102, .id = &id };
	u8 p[DHCP_ASK_MAX + 1];
	u32 n;

	(void)state;
	memset(p, 0xcc, sizeof(p));
	u32 len = dhcp_write_ask(p, &ask);
	CHECK(len <= DHCP_ASK_MAX && p[DHCP_ASK_MAX] == 0xcc);
	check_identity(p, len, true);
	CHECK(p[240] == 53 && p[241] == 1 && p[242] == 1 && p[243] == 55);
	CHECK(p[8] == 1 && p[9] == 2);
	CHECK(!find(p, len, 50, &n) && !find(p, len, 54, &n));
	for (u32 at = 12; at < 28; at++)
		CHECK(p[at] == 0);

	id = identity(false);
	len = dhcp_write_ask(p, &ask);
	check_identity(p, len, false);
}

static void test_request_names_address_and_server(void **state)
{
	struct dhcp_identity id = identity(true);
	struct dhcp_ask ask = { .type = DHCP_REQUEST,
				.xid = XID,
				.requested_ip = YOUR_IP,
				.server_id = SERVER_IP,
				.id = &id };
	u8 p[DHCP_ASK_MAX];
	u32 n;

	(void)state;
	u32 len = dhcp_write_ask(p, &ask);
	check_identity(p, len, true);
	CHECK(p[242] == 3 && p[12] == 0);
	CHECK(memcmp(find(p, len, 50, &n), "\x0a\x00\x02\x0f", 4) == 0);
	CHECK(memcmp(find(p, len, 54, &n), "\x0a\x00\x02\x02", 4) == 0);
	ask.client_ip = YOUR_IP;
	dhcp_write_ask(p, &ask);
	CHECK(memcmp(p + 12, "\x0a\x00\x02\x0f", 4) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_full_offer),
		cmocka_unit_test(test_nothing_given_reads_as_nothing),
		cmocka_unit_test(test_foreign_replies_are_refused),
		cmocka_unit_test(test_options_that_reach_too_far_are_refused),
		cmocka_unit_test(test_options_end_at_255_and_pads_have_no_length),
		cmocka_unit_test(test_options_of_impossible_length_count_as_not_given),
		cmocka_unit_test(test_overload_reads_file_then_sname),
		cmocka_unit_test(test_file_field_when_there_is_no_option_67),
		cmocka_unit_test(test_long_options_are_joined),
		cmocka_unit_test(test_a_file_name_is_never_cut),
		cmocka_unit_test(test_texts_end_with_nul_ff_or_nothing),
		cmocka_unit_test(test_boot_server_in_order_of_its_sources),
		cmocka_unit_test(test_option_66_must_be_an_address),
		cmocka_unit_test(test_pxe_class),
		cmocka_unit_test(test_discover_carries_the_identity),
		cmocka_unit_test(test_request_names_address_and_server),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
