/* SPDX-License-Identifier: BSD-2-Clause */
/* ebbrom inspect and lint: what they say of good, bad and damaged files. */
#include "ebbrom_scene.h"

static void test_inspect_shows_both_images_and_the_payload(void **state)
{
	(void)state;
	good_rom("");
	CHECK(ebbrom("inspect rom") == 0);
	CHECK(says("2 images"));
	CHECK(says("8086:100e"));
	CHECK(says("device list    100e"));
	CHECK(says("\"ebb test\""));
	CHECK(says("BEV            at 100h"));
	CHECK(says("code type      ffh, data, last image"));
	CHECK(says("build abcd1234"));
	CHECK(says("512 unpacked"));
	CHECK(!says("wrong"));
}

static void test_lint_names_the_clause(void **state)
{
	static const struct {
		u32 at;
		u8 value;
		const char *finding;
	} bad[] = {
		{ 2, 0, "ROM-2: image 1: size byte is 0" },
		{ 2, 3, "ROM-7: image 1: initialisation length" },
		{ 0x18, 0x20, "ROM-1: image 1: there is no PCIR" },
		{ AT_PCIR + 8, 0xf0, "" /* the list is elsewhere, and empty */ },
		{ AT_PCIR + 9, 0x7f, "ROM-2: image 1: the device list does not end" },
		{ AT_PCIR + 9, 0x02, "ROM-1: image 1: the device list does not survive" },
		{ AT_PCIR + 10, 0x18, "ROM-1: image 1: PCIR revision 3 has only 24" },
		{ AT_PCIR + 16, 0, "ROM-2: image 1: the image length is 0" },
		{ AT_PCIR + 17, 0x7f, "ROM-2: image 1: the image goes on behind" },
		{ AT_PCIR + 16, 1, "ROM-2: image 1: not said to be the last" },
		{ AT_PCIR + 21, 0x80, "ROM-2: image 1: there is data behind the last" },
		{ AT_PCIR + 22, 0, "ROM-7: image 1: the run-time limit is 0" },
		{ AT_PCIR + 22, 9, "ROM-7: image 1: the run-time limit 4608" },
		{ AT_PCIR + 25, 0x80, "ROM-14: image 1: configuration" },
		{ AT_PCIR + 27, 0x80, "ROM-14: image 1: the CLP" },
		{ AT_PNP + 4, 2, "ROM-1: image 1: $PnP has revision 2" },
		{ AT_PNP + 6, AT_PNP,
		  "ROM-1: image 1: the chain of expansion headers is a loop" },
		{ AT_PNP + 9, 0x55, "ROM-1: image 1: $PnP sums to" },
		{ AT_PNP + 0x10, 0xff, "" /* an empty name */ },
		{ AT_PNP + 0x11, 0x70, "BBS-4: image 1: the product" },
		{ AT_PNP + 0x11, 0x02,
		  "ROM-1: image 1: the product's name at 2a0h does not survive" },
		{ AT_PNP + 0x15, 0xf0, "PNP-2: image 1: a BEV, but" },
		{ AT_PNP + 0x16, 0x10, "PNP-2: image 1: BEV and BCV" },
		{ AT_PNP + 0x1b, 0, "PNP-2: image 1: an IPL device without" },
		{ AT_PNP + 0x1b, 2, "ROM-7: image 1: BEV at 200h does not survive" },
		{ 0x16, 0x80, "PXE-21: image 1: there is no UNDI" },
		{ AT_UNDI, 'u', "PXE-21: image 1: there is no UNDI" },
		{ AT_UNDI + 4, 0xff, "PXE-21: image 1: the UNDI ROM ID does not sum to 0" },
		{ AT_UNDI + 4, 4, "PXE-21: image 1: the UNDI ROM ID has length 4" },
		{ AT_UNDI + 5, 0x55, "PXE-21: image 1: the UNDI ROM ID does not sum to 0" },
		{ AT_UNDI + 0x0b, 2, "image 1: the UNDI loader at 210h does not survive" },
		{ AT_INFO + 13, 0, "ROM-1: image 1: PCIR does not survive" },
		{ AT_INFO + 13, 9, "ROM-7: image 1: run-time 2304, INIT 1024" },
		{ AT_INFO + 24, 1, "ROM-6: image 1: INIT's notes" },
		{ AT_INFO + 33, 2, "HOOK-5: image 1: an entry at 200h" },
		{ AT_INFO + 20, 0, "EBB: image 2: the payload's lengths are wrong" },
		{ AT_INFO + 18, 0x10, "EBB: image 2: the payload is not inside" },
		{ AT_INFO + 8, 0, "EBB: image 2: payload and 16-bit code are of different" },
		{ INIT_LEN + 0x40, 0, "EBB: image 2: the payload has no signature" },
		{ INIT_LEN + 0x40 + 100, 1, "EBB: image 2: the payload's CRC" },
		{ INIT_LEN + 2, 0, "ROM-2: image 2: size byte is 0" },
		{ INIT_LEN + 0x1c + 21, 0, "ROM-2: image 2: not said to be the last" },
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(bad); i++) {
		if (i == 0)
			good_rom("");
		u8 before = rom[bad[i].at];
		u8 sum = rom[6];
		rom[bad[i].at] = bad[i].value;
		if (bad[i].at < INIT_LEN && bad[i].at != 2)
			fix_sum();
		save("rom", rom, rom_len);
		int status = ebbrom("lint rom");
		if (!says(bad[i].finding))
			print_error("%u: %s\n", i, said);
		CHECK(says(bad[i].finding));
		if (*bad[i].finding)
			CHECK(status == 3 && !says(": ok"));
		rom[bad[i].at] = before;
		rom[6] = sum;
	}
}

static void test_lint_checks_the_image_sum(void **state)
{
	(void)state;
	good_rom("");
	rom[0x300]++;
	save("rom", rom, rom_len);
	CHECK(ebbrom("lint rom") == 3);
	CHECK(strcmp(said,
		     "rom: ROM-1: image 1: 1024 bytes sum to 01h, not to 0 (offset 0h)\n") ==
	      0);
}

static void test_lint_passes_trailing_padding(void **state)
{
	(void)state;
	good_rom("");
	memset(rom + rom_len, 0xff, 1024);
	save("rom", rom, rom_len + 1024);
	CHECK(ebbrom("lint rom") == 0);
}

static void test_lint_passes_an_isa_rom(void **state)
{
	static u8 isa[ROM_UNIT] = { 0x55, 0xaa, 1, 0xcb };

	(void)state;
	isa[6] = (u8) - (0x55 + 0xaa + 1 + 0xcb);
	save("isa", isa, sizeof(isa));
	CHECK(ebbrom("lint isa") == 0);
	CHECK(ebbrom("inspect isa") == 0);
	CHECK(says("PCIR             none"));
}

static void test_any_damage_to_a_rom_is_survived(void **state)
{
	(void)state;
	good_rom("");
	watched = true;
	for (u32 len = 1; len < rom_len; len += 64) {
		save("rom", rom, len);
		CHECK(ebbrom("lint rom") != 0);
		int status = ebbrom("inspect rom");
		CHECK(status == (len > 0x1c ? 0 : 1));
		if (len % 256 > 64)
			continue;
		unlink(path("new"));
		CHECK(ebbrom("stamp --id 8086:100e rom -o new") == 1);
		CHECK(!exists("new"));
	}
	for (u32 i = 0; i < 0xc0; i += 5) {
		rom[i] ^= (u8)(0x80 >> i % 8);
		save("rom", rom, rom_len);
		int status = ebbrom("lint rom");
		CHECK(status == 1 || status == 3);
		rom[i] ^= (u8)(0x80 >> i % 8);
	}
	watched = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inspect_shows_both_images_and_the_payload),
		cmocka_unit_test(test_lint_names_the_clause),
		cmocka_unit_test(test_lint_checks_the_image_sum),
		cmocka_unit_test(test_lint_passes_trailing_padding),
		cmocka_unit_test(test_lint_passes_an_isa_rom),
		cmocka_unit_test(test_any_damage_to_a_rom_is_survived),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
