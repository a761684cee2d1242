/* SPDX-License-Identifier: BSD-2-Clause */
/* ebbrom stamp, and the command line as such. */
#include "ebbrom_scene.h"

static void test_stamp_changes_all_ids(void **state)
{
	(void)state;
	good_rom("");
	CHECK(ebbrom("stamp --id 10ec:8029 rom -o new") == 0);
	CHECK(ebbrom("lint new") == 0);
	CHECK(ebbrom("inspect new") == 0);
	CHECK(says("10ec:8029") && !says("8086") && !says("100e"));
	u32 len = load("new", rom, sizeof(rom));
	CHECK(len == rom_len);
	CHECK(memcmp(rom + AT_PCIR + 4, "\xec\x10\x29\x80", 4) == 0);
	CHECK(memcmp(rom + INIT_LEN + 0x1c + 4, "\xec\x10\x29\x80", 4) == 0);
}

static void test_stamp_writes_replaces_and_removes_settings(void **state)
{
	static u8 other[sizeof(rom)];

	(void)state;
	good_rom("");
	CHECK(ebbrom("stamp --cmdline 'console=ttyS0 a' --set x=1 rom -o new") == 0);
	CHECK(ebbrom("lint new") == 0);
	load("new", other, sizeof(other));
	CHECK(strcmp(payload_of(other)->settings, "cmdline=console=ttyS0 a\nx=1\n") == 0);
	/* In place. */
	CHECK(ebbrom("stamp --cmdline quiet new -o new") == 0);
	load("new", other, sizeof(other));
	CHECK(strcmp(payload_of(other)->settings, "x=1\ncmdline=quiet\n") == 0);
	CHECK(ebbrom("stamp --set cmdline= --set x= new -o new") == 0);
	load("new", other, sizeof(other));
	CHECK(memcmp(other, rom, rom_len) == 0);
}

static void test_stamp_refuses_what_it_cannot_do(void **state)
{
	char command[1024] = "stamp rom -o new --set a=";

	(void)state;
	good_rom("");
	unlink(path("new"));
	CHECK(ebbrom("stamp --id dead:beef rom -o new") == 1);
	CHECK(says("8086:100e") && says("10ec:8029"));
	CHECK(ebbrom("stamp --id 8086 rom -o new") == 2);
	CHECK(ebbrom("stamp --id 8086:100e --id 8086:100e --id 8086:100e rom -o new") == 1);
	CHECK(says("room for 1 more"));
	CHECK(ebbrom("stamp --set =1 rom -o new") == 2);
	CHECK(ebbrom("stamp --set A=1 rom -o new") == 2);
	CHECK(ebbrom("stamp --set 'a=1\n2' rom -o new") == 2);
	CHECK(ebbrom("stamp rom -o new") == 2);
	CHECK(ebbrom("stamp --set a=1 rom") == 2);
	CHECK(ebbrom("stamp --set a=1 none -o new") == 1);
	CHECK(ebbrom("stamp --set a=1 rom -o none/new") == 1);
	/* The longest line that fits has 511 characters with its newline. */
	memset(command + strlen(command), 'x', 509);
	CHECK(ebbrom(command) == 1);
	CHECK(says("no room for a=xxx"));
	CHECK(!exists("new"));
	command[strlen(command) - 1] = 0;
	CHECK(ebbrom(command) == 0);
	CHECK(ebbrom("lint new") == 0);
}

static void test_stamp_refuses_a_damaged_or_foreign_rom(void **state)
{
	(void)state;
	good_rom("");
	unlink(path("new"));
	rom[rom_len - ROM_UNIT]++;
	save("rom", rom, rom_len);
	CHECK(ebbrom("stamp --set a=1 rom -o new") == 1);
	CHECK(says("CRC"));
	CHECK(ebbrom("stamp --set a=1 rom16 -o new") == 1);
	CHECK(says("carries no payload"));
	CHECK(!exists("new"));
}

static void test_usage_errors_end_with_2(void **state)
{
	(void)state;
	CHECK(ebbrom("") == 2);
	CHECK(ebbrom("sing") == 2);
	CHECK(ebbrom("lint") == 2);
	CHECK(ebbrom("inspect a b") == 2);
	CHECK(ebbrom("pack --core") == 2);
	CHECK(ebbrom("pack --core x") == 2);
	CHECK(ebbrom("pack --bore x") == 2);
	CHECK(ebbrom("stamp -o") == 2);
}

static void test_help_and_version_end_with_0(void **state)
{
	static const char *commands[] = { "", "pack ", "inspect ", "lint ", "stamp " };
	char line[32];

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(commands); i++) {
		snprintf(line, sizeof(line), "%s--help", commands[i]);
		CHECK(ebbrom(line) == 0);
		CHECK(strncmp(said, "usage: ebbrom ", 14) == 0);
	}
	CHECK(ebbrom("--version") == 0);
	CHECK(says("build"));
}

static void test_files_that_are_none_end_with_1(void **state)
{
	(void)state;
	save("empty", "", 0);
	save("text", "hello, this is not an option ROM at all", 39);
	CHECK(ebbrom("lint none") == 1);
	CHECK(says("ebbrom: none: No such file"));
	CHECK(ebbrom("lint .") == 1);
	CHECK(ebbrom("lint empty") == 1);
	CHECK(says("file is empty"));
	CHECK(ebbrom("lint text") == 1);
	CHECK(ebbrom("inspect text") == 1);
	CHECK(says("ebbrom: text: does not start with a ROM header (offset 0h)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stamp_changes_all_ids),
		cmocka_unit_test(test_stamp_writes_replaces_and_removes_settings),
		cmocka_unit_test(test_stamp_refuses_what_it_cannot_do),
		cmocka_unit_test(test_stamp_refuses_a_damaged_or_foreign_rom),
		cmocka_unit_test(test_usage_errors_end_with_2),
		cmocka_unit_test(test_help_and_version_end_with_0),
		cmocka_unit_test(test_files_that_are_none_end_with_1),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
