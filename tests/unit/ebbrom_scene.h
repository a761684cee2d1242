/* SPDX-License-Identifier: BSD-2-Clause */
/* For the tests of the host tool as its users meet it: files in; files, text and exit status
 * out.  Runs build/ebbrom and build/ebbrom-asan (or $EBBROM) in a folder of their own. */
#ifndef EBB_TEST_EBBROM_SCENE_H
#define EBB_TEST_EBBROM_SCENE_H

#include "check.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ebb/payload.h"
#include "ebb/rom.h"

static char dir[] = "/tmp/ebbrom-test-XXXXXX";
static char said[65536];

/* Damaged files go to a tool that watches its memory, which starts ten times slower. */
#define PLAIN   "build/ebbrom"
#define WATCHED "build/ebbrom-asan"
static bool watched;

/* ---- files and commands ------------------------------------------------------------------ */

static inline const char *path(const char *name)
{
	static char buffer[4][256];
	static u32 next;
	char *p = buffer[next++ % 4];

	snprintf(p, sizeof(buffer[0]), "%s/%s", dir, name);
	return p;
}

static inline void save(const char *name, const void *at, u32 len)
{
	FILE *f = fopen(path(name), "wb");

	CHECK(f && fwrite(at, 1, len, f) == len);
	fclose(f);
}

static inline u32 load(const char *name, u8 *at, u32 room)
{
	FILE *f = fopen(path(name), "rb");
	u32 len;

	if (!f)
		return 0;
	len = (u32)fread(at, 1, room, f);
	fclose(f);
	return len;
}

static inline bool exists(const char *name)
{
	return access(path(name), F_OK) == 0;
}

/* Runs the tool inside the folder with `arguments`; `said` is what it printed. */
static inline int ebbrom(const char *arguments)
{
	char tool[512];
	char command[2048];
	int status;

	CHECK(realpath(getenv("EBBROM") ? getenv("EBBROM")
		       : watched        ? WATCHED
					: PLAIN,
		       tool) != NULL);
	snprintf(command, sizeof(command), "cd %s && exec %s %s > said 2>&1", dir, tool,
		 arguments);
	status = system(command);
	said[load("said", (u8 *)said, sizeof(said) - 1)] = 0;
	CHECK(WIFEXITED(status));
	CHECK(!strstr(said, "Sanitizer") && !strstr(said, "runtime error"));
	return WEXITSTATUS(status);
}

static inline bool says(const char *text)
{
	return strstr(said, text) != NULL;
}

/* ---- the parts of a ROM ------------------------------------------------------------------ */

#define BUILD    0xabcd1234u
#define RUN_LEN  512u
#define INIT_LEN 1024u

#define AT_PCIR    0x1cu
#define AT_LIST    0x38u
#define AT_PNP     0x40u
#define AT_INFO    0x60u
#define AT_PRODUCT 0xa0u
#define AT_UNDI    0xc0u

static u8 rom16[INIT_LEN];

static inline void make_rom16(void)
{
	struct rom_header *h = (void *)rom16;
	struct pcir *pcir = (void *)(rom16 + AT_PCIR);
	struct pnp_header *pnp = (void *)(rom16 + AT_PNP);
	struct rom_info *info = (void *)(rom16 + AT_INFO);

	memset(rom16, 0, sizeof(rom16));
	h->signature = le16_of(ROM_SIGNATURE);
	h->units = INIT_LEN / ROM_UNIT;
	h->pcir = le16_of(AT_PCIR);
	h->pnp = le16_of(AT_PNP);
	pcir->signature = le32_of(PCIR_SIGNATURE);
	pcir->vendor = le16_of(0x8086);
	pcir->device = le16_of(0x100e);
	pcir->device_list = le16_of(AT_LIST - AT_PCIR);
	pcir->length = le16_of(sizeof(*pcir));
	pcir->revision = 3;
	pcir->base_class = 2;
	pcir->image_units = le16_of(INIT_LEN / ROM_UNIT);
	pcir->indicator = PCIR_LAST_IMAGE;
	pcir->max_runtime_units = le16_of(RUN_LEN / ROM_UNIT);
	memcpy(rom16 + AT_LIST, "\x0e\x10\0\0", 4);
	pnp->signature = le32_of(PNP_SIGNATURE);
	pnp->revision = 1;
	pnp->length_16 = 2;
	pnp->product = le16_of(AT_PRODUCT);
	pnp->base_class = 2;
	pnp->indicators = 0xf4;
	pnp->bev = le16_of(0x100);
	memcpy(info->signature, ROM_INFO_SIGNATURE, 8);
	info->build_id = le32_of(BUILD);
	info->runtime_len = le16_of(RUN_LEN);
	info->init_len = le16_of(INIT_LEN);
	struct undi_rom_id *undi = (void *)(rom16 + AT_UNDI);
	h->undi = le16_of(AT_UNDI);
	undi->signature = le32_of(UNDI_SIGNATURE);
	undi->length = sizeof(*undi);
	undi->version[2] = 2;
	undi->version[1] = 1;
	undi->loader = le16_of(0x110);
	undi->data_size = le16_of(0x4000);
	undi->bus = le32_of(PCIR_SIGNATURE);
	strcpy((char *)rom16 + AT_PRODUCT, "ebb test");
	save("rom16", rom16, sizeof(rom16));
}

/* A core of 512 bytes with two addresses in it, one constant and one call. */
static struct {
	Elf32_Ehdr head;
	Elf32_Shdr section[6];
	Elf32_Rel rel[4];
	Elf32_Sym sym[4];
	char names[64];
	u8 text[512];
} core;

enum { S_NONE, S_TEXT, S_BSS, S_REL, S_SYMTAB, S_STRTAB };
enum { Y_NONE, Y_ENTRY, Y_MEM_LEN, Y_VARIABLE };

static inline void make_section(u32 n, u32 type, u32 flags, const void *at, u32 size)
{
	core.section[n] = (Elf32_Shdr){ .sh_type = type, .sh_flags = flags, .sh_size = size };
	core.section[n].sh_offset = (u32)((const u8 *)at - (const u8 *)&core);
}

static inline void make_core(void)
{
	memset(&core, 0, sizeof(core));
	memcpy(core.head.e_ident, ELFMAG "\x01\x01\x01", 7);
	core.head.e_type = ET_EXEC;
	core.head.e_machine = EM_386;
	core.head.e_shoff = offsetof(typeof(core), section);
	core.head.e_shentsize = sizeof(Elf32_Shdr);
	core.head.e_shnum = 6;
	make_section(S_TEXT, SHT_PROGBITS, SHF_ALLOC, core.text, sizeof(core.text));
	make_section(S_BSS, SHT_NOBITS, SHF_ALLOC, core.text, 0x1000);
	core.section[S_BSS].sh_addr = sizeof(core.text);
	make_section(S_REL, SHT_REL, 0, core.rel, sizeof(core.rel));
	core.section[S_REL].sh_link = S_SYMTAB;
	core.section[S_REL].sh_info = S_TEXT;
	make_section(S_SYMTAB, SHT_SYMTAB, 0, core.sym, sizeof(core.sym));
	core.section[S_SYMTAB].sh_link = S_STRTAB;
	make_section(S_STRTAB, SHT_STRTAB, 0, core.names, sizeof(core.names));
	memcpy(core.names, "\0_core_entry\0_core_mem_len\0variable", 35);
	core.sym[Y_ENTRY] = (Elf32_Sym){ .st_name = 1, .st_value = 16, .st_shndx = S_TEXT };
	core.sym[Y_MEM_LEN] =
		(Elf32_Sym){ .st_name = 13, .st_value = 0x8000, .st_shndx = SHN_ABS };
	core.sym[Y_VARIABLE] = (Elf32_Sym){ .st_name = 27, .st_value = 600, .st_shndx = S_BSS };
	core.rel[0] = (Elf32_Rel){ 17 + 128, ELF32_R_INFO(Y_VARIABLE, R_386_32) };
	core.rel[1] = (Elf32_Rel){ 17, ELF32_R_INFO(Y_ENTRY, R_386_32) };
	core.rel[2] = (Elf32_Rel){ 40, ELF32_R_INFO(Y_MEM_LEN, R_386_32) };
	core.rel[3] = (Elf32_Rel){ 49, ELF32_R_INFO(Y_ENTRY, R_386_PC32) };
	for (u32 i = 0; i < sizeof(core.text); i++)
		core.text[i] = (u8)(i * i >> 5);
	/* Calls: backwards, and to behind the end of the image. */
	memcpy(core.text + 48, "\xe8\xec\xff\xff\xff", 5);
	memcpy(core.text + 60, "\xe8\xf4\x01\0\0", 5);
}

static inline int pack_core(const char *more)
{
	char command[256];

	save("core", &core, sizeof(core));
	unlink(path("rom"));
	snprintf(command, sizeof(command),
		 "pack --rom16 rom16 --loader loader --core core -o rom %s", more);
	return ebbrom(command);
}

static u8 rom[65536];
static u32 rom_len;

/* A good ROM, in the file "rom" and in memory. */
static inline void good_rom(const char *more)
{
	make_rom16();
	make_core();
	save("loader", "\xc3\x90\x90\x90\x90\x90", 6);
	CHECK(pack_core(more) == 0);
	rom_len = load("rom", rom, sizeof(rom));
	CHECK(rom_len > INIT_LEN);
}

static inline struct payload *payload_of(u8 *at)
{
	const struct rom_info *info = (void *)(at + AT_INFO);

	return (void *)(at + le32_get(info->payload_off));
}

/* Makes byte `at` of the 16-bit image pay for changes of the others. */
static inline void fix_sum(void)
{
	u8 sum = 0;

	for (u32 i = 0; i < rom[2] * ROM_UNIT; i++)
		sum = (u8)(sum + rom[i]);
	rom[6] = (u8)(rom[6] - sum);
}

/* ---- the folder, for cmocka ------------------------------------------------------------- */

static inline int make_folder(void **state)
{
	(void)state;
	/* Looking for leaks takes longer than all the rest; a tool for one file may leak. */
	setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
	return mkdtemp(dir) ? 0 : -1;
}

static inline int remove_folder(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command);
}

#endif
