/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"
#include <string.h>
#include "file_url.h"

static char path[16];
static u32 server;
static u16 port;

static enum file_url take(const char *url)
{
	memset(path, 'x', sizeof(path));
	server = 1;
	port = 2;
	return file_url(url, path, sizeof(path), &server, &port);
}

static void test_a_plain_name_is_one_of_the_boot_server(void **state)
{
	static const char *const names[] = { "a",      "dir/file", "dir\\f%41", "/abs",
					     "tftp:x", "c:/x",     "a//b",      "://x" };

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(names); i++) {
		CHECK(take(names[i]) == FILE_URL_OK && strcmp(path, names[i]) == 0);
		CHECK(server == 1 && port == 2);
	}
}

static void test_a_url_names_server_port_and_path(void **state)
{
	(void)state;
	CHECK(take("tftp://10.0.2.255/dir/file") == FILE_URL_OK);
	CHECK(strcmp(path, "dir/file") == 0 && server == 0x0a0002ff && port == 2);
	CHECK(take("TFTP://192.0.2.9:6969//abs") == FILE_URL_OK);
	CHECK(strcmp(path, "/abs") == 0 && server == 0xc0000209 && port == 6969);
	CHECK(take("tftp://1.2.3.4/a%20%C3%b6;mode=octet") == FILE_URL_OK);
	CHECK(strcmp(path, "a \xc3\xb6") == 0);
}

static void test_other_schemes_are_told_apart(void **state)
{
	(void)state;
	CHECK(take("http://10.0.2.2/x") == FILE_URL_SCHEME);
	CHECK(take("tft://10.0.2.2/x") == FILE_URL_SCHEME);
	CHECK(take("tftpx://10.0.2.2/x") == FILE_URL_SCHEME);
}

static void test_bad_hosts_and_ports_are_refused(void **state)
{
	static const char *const urls[] = {
		"tftp://",
		"tftp:///x",
		"tftp://host/x",
		"tftp://10.0.2/x",
		"tftp://10.0.2.256/x",
		"tftp://10.0.2.2.3/x",
		"tftp://10.0.2.2:/x",
		"tftp://10.0.2.2:0/x",
		"tftp://10.0.2.2:65536/x",
		"tftp://10..2.2/x",
		"tftp://10.0.2.2x/x",
		"tftp://4294967306.0.2.2/x",
		"tftp://10.0.2.2:69x/y",
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(urls); i++) {
		CHECK(take(urls[i]) == FILE_URL_HOST);
		CHECK(server == 1 && port == 2);
	}
}

static void test_bad_paths_are_refused(void **state)
{
	static const char *const urls[] = {
		"",
		"tftp://1.2.3.4",
		"tftp://1.2.3.4/",
		"tftp://1.2.3.4/;x",
		"tftp://1.2.3.4/a%",
		"tftp://1.2.3.4/a%4",
		"tftp://1.2.3.4/a%4g",
		"tftp://1.2.3.4/a%00b",
		"tftp://1.2.3.4/0123456789abcdef",
		"0123456789abcdef",
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(urls); i++) {
		CHECK(take(urls[i]) == FILE_URL_PATH);
		CHECK(server == 1 && port == 2);
	}
	CHECK(take("tftp://1.2.3.4/0123456789abcde") == FILE_URL_OK);
	CHECK(take("0123456789abcde") == FILE_URL_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_plain_name_is_one_of_the_boot_server),
		cmocka_unit_test(test_a_url_names_server_port_and_path),
		cmocka_unit_test(test_other_schemes_are_told_apart),
		cmocka_unit_test(test_bad_hosts_and_ports_are_refused),
		cmocka_unit_test(test_bad_paths_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
