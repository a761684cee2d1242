/* SPDX-License-Identifier: BSD-2-Clause */
/* ebbrom pack: parts in, a ROM out, or nothing. */
#include "ebbrom_scene.h"

static void test_pack_makes_a_clean_rom_in_both_layouts(void **state)
{
	(void)state;
	good_rom("");
	CHECK(ebbrom("lint rom") == 0);
	CHECK(says("rom: ok\n"));
	CHECK(rom[2] == INIT_LEN / ROM_UNIT);
	CHECK(rom[INIT_LEN] == 0x55 && rom[INIT_LEN + 1] == 0xaa);
	CHECK(rom[INIT_LEN + 2] == (rom_len - INIT_LEN) / ROM_UNIT);
	CHECK(rom[INIT_LEN + 3] == 0xcb);
	CHECK(rom[INIT_LEN + 0x1c + 8] == 0); /* no device list */
	good_rom("--single");
	CHECK(ebbrom("lint rom") == 0);
	CHECK(rom[2] == rom_len / ROM_UNIT);
	CHECK(rom[AT_PCIR + 0x16] == rom_len / ROM_UNIT);
	good_rom("--fast");
	CHECK(ebbrom("lint rom") == 0);
}

static void test_pack_writes_the_payload_header(void **state)
{
	const struct payload *p;

	(void)state;
	good_rom("");
	p = payload_of(rom);
	CHECK(p->signature == PAYLOAD_SIGNATURE && p->build_id == BUILD);
	CHECK(p->core_len == sizeof(core.text) && p->core_mem_len == 0x8000);
	CHECK(p->core_entry == 16);
	CHECK(p->loader_len == 8 && p->loader_off % 16 == 0);
	CHECK(p->loader_sum == 0x909090c3 + 0x9090);
	/* Of four relocations, the constant and the call move with nothing. */
	CHECK(p->reloc_count == 2 && p->reloc_len == 3);
	CHECK(memcmp((const u8 *)p + p->reloc_off, "\x11\x80\x01", 3) == 0);
}

static void test_pack_gives_the_same_bytes_again(void **state)
{
	static u8 first[sizeof(rom)];

	(void)state;
	good_rom("");
	memcpy(first, rom, rom_len);
	good_rom("");
	CHECK(memcmp(first, rom, rom_len) == 0);
}

static void refuses_core(const char *because)
{
	int status = pack_core("--fast");

	if (status != 1 || !says(because))
		print_error("wanted: %s\nsaid: %s\n", because, said);
	CHECK(status == 1 && says(because));
	CHECK(!exists("rom"));
	make_core();
}

static void test_pack_refuses_a_core_that_would_not_run(void **state)
{
	(void)state;
	good_rom("");
	core.rel[0].r_info = ELF32_R_INFO(Y_VARIABLE, R_386_16);
	refuses_core("cannot be made at load time");
	core.rel[0].r_info = ELF32_R_INFO(Y_VARIABLE, R_386_GOT32);
	refuses_core("cannot be made at load time");
	core.rel[3].r_info = ELF32_R_INFO(Y_MEM_LEN, R_386_PC32);
	refuses_core("does not move with the core");
	core.rel[0].r_offset = sizeof(core.text) - 3;
	refuses_core("outside the image");
	core.rel[0].r_offset = 20;
	refuses_core("overlap");
	core.rel[0].r_info = ELF32_R_INFO(99, R_386_32);
	refuses_core("relocation to symbol 99 of 4");
	core.section[S_REL].sh_type = SHT_PROGBITS;
	refuses_core("link the core with -q");
	core.section[S_REL].sh_type = SHT_RELA;
	refuses_core("addends");
	core.names[14]++;
	refuses_core("no symbol core_mem_len");
	core.sym[Y_MEM_LEN].st_value = 0x8001;
	refuses_core("core_mem_len is 8001h");
	core.sym[Y_MEM_LEN].st_value = 0x2000;
	core.section[S_BSS].sh_size = 0x1d00;
	refuses_core("too small");
	core.sym[Y_MEM_LEN].st_value = 0x101000;
	refuses_core("core_mem_len is 101000h");
	core.sym[Y_ENTRY].st_value = sizeof(core.text);
	refuses_core("entry 200h is outside");
	core.section[S_BSS].sh_size = 0xfffffff0;
	refuses_core("not linked below");
	core.section[S_TEXT].sh_addr = 0x10000000;
	refuses_core("not linked below");
	core.head.e_machine = EM_X86_64;
	refuses_core("not ELF32 for i386");
	core.head.e_type = ET_REL;
	refuses_core("not linked");
	core.head.e_ident[0] = 0;
	refuses_core("not an ELF file");
	core.head.e_shoff = 0xfffffff0;
	refuses_core("fit into the file");
	core.head.e_shnum = 0;
	refuses_core("no section headers");
	CHECK(pack_core("") == 0);
}

static void test_pack_survives_any_damage_to_the_core(void **state)
{
	(void)state;
	good_rom("");
	watched = true;
	for (u32 len = 1; len < sizeof(core); len += 100) {
		save("core", &core, len);
		unlink(path("rom"));
		CHECK(ebbrom("pack --rom16 rom16 --loader loader --core core -o rom --fast") ==
		      1);
		CHECK(!exists("rom"));
	}
	for (u32 i = 0; i < offsetof(typeof(core), names); i += 17) {
		u8 *byte = (u8 *)&core + i;
		*byte ^= 0x81;
		CHECK(pack_core("--fast") <= 1);
		*byte ^= 0x81;
	}
	watched = false;
}

static void test_pack_refuses_a_bad_16_bit_image(void **state)
{
	static const struct {
		u32 at;
		u8 flip;
		const char *because;
	} bad[] = {
		{ 0, 1, "ROM header" },
		{ AT_PCIR, 1, "no PCIR" },
		{ AT_PCIR + 12, 3, "no PCIR" },
		{ AT_PNP, 1, "no $PnP" },
		{ AT_INFO, 1, "no rom_info" },
		{ AT_INFO + 13, 4, "run-time length" },
		{ AT_INFO + 13, 2, "run-time length" },
		{ AT_INFO + 15, 0x0c, "INIT length" },
		{ AT_INFO + 15, 6, "INIT length" },
	};

	(void)state;
	good_rom("");
	for (u32 i = 0; i < ARRAY_LEN(bad); i++) {
		rom16[bad[i].at] ^= bad[i].flip;
		save("rom16", rom16, sizeof(rom16));
		CHECK(pack_core("") == 1);
		CHECK(says(bad[i].because));
		CHECK(!exists("rom"));
		make_rom16();
	}
}

static void test_single_image_must_fit_its_header(void **state)
{
	static u8 loader[PAYLOAD_LOADER_MAX + 1];
	static u8 big[0x30000];

	(void)state;
	good_rom("");
	save("loader", loader, sizeof(loader));
	CHECK(pack_core("") == 1);
	CHECK(says("the limit is 8192"));

	/* A core of 140 KiB that cannot be packed. */
	save("loader", loader, 64);
	srand(1);
	for (u32 i = 0; i < sizeof(big); i++)
		big[i] = (u8)rand();
	core.section[S_TEXT].sh_size = 140 * KIB;
	core.section[S_TEXT].sh_offset = sizeof(core);
	core.section[S_BSS].sh_addr = 140 * KIB;
	core.sym[Y_MEM_LEN].st_value = 0x80000;
	memcpy(big, &core, sizeof(core));
	save("core", big, sizeof(big));
	unlink(path("rom"));
	CHECK(ebbrom("pack --rom16 rom16 --loader loader --core core -o rom --fast --single") ==
	      1);
	CHECK(says("leave out --single"));
	CHECK(!exists("rom"));
	/* Behind, it is possible; byte 2 then says 1, not 0. */
	CHECK(ebbrom("pack --rom16 rom16 --loader loader --core core -o rom --fast") == 0);
	rom_len = load("rom", big, sizeof(big));
	CHECK(big[INIT_LEN + 2] == 1);
	CHECK(ebbrom("lint rom") == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pack_makes_a_clean_rom_in_both_layouts),
		cmocka_unit_test(test_pack_writes_the_payload_header),
		cmocka_unit_test(test_pack_gives_the_same_bytes_again),
		cmocka_unit_test(test_pack_refuses_a_core_that_would_not_run),
		cmocka_unit_test(test_pack_survives_any_damage_to_the_core),
		cmocka_unit_test(test_pack_refuses_a_bad_16_bit_image),
		cmocka_unit_test(test_single_image_must_fit_its_header),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
