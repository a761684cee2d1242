/* SPDX-License-Identifier: BSD-2-Clause */
#include "core_elf.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "ebb/payload.h"
#include "file.h"

#define RELOCS_MAX (PAYLOAD_MEM_MAX / 4)

struct elf {
	const char *name;
	struct bytes file;
	const Elf32_Ehdr *head;
};

/* `count` records of `size` bytes at `off`; fails if they are not inside the file. */
static const void *range(const struct elf *e, u32 off, u32 count, u32 size)
{
	if (off > e->file.len || count > (e->file.len - off) / size)
		fail(e->name, off, "%u bytes do not fit into the file", count * size);
	if (off % 4 != 0 && size > 1)
		fail(e->name, off, "records are not aligned");
	return e->file.at + off;
}

static const Elf32_Shdr *section(const struct elf *e, u32 n)
{
	const Elf32_Shdr *all = range(e, e->head->e_shoff, e->head->e_shnum, sizeof(*all));

	if (n >= e->head->e_shnum)
		fail(e->name, NO_OFFSET, "there is no section %u", n);
	return &all[n];
}

/* The text at `off` of a string section; "?" if it has no end inside the section. */
static const char *text(const struct elf *e, const Elf32_Shdr *strings, u32 off)
{
	const char *at = range(e, strings->sh_offset, strings->sh_size, 1);

	if (off >= strings->sh_size || !memchr(at + off, 0, strings->sh_size - off))
		return "?";
	return at + off;
}

static bool in_memory(const Elf32_Shdr *s)
{
	return s->sh_flags & SHF_ALLOC && s->sh_size != 0;
}

static void check_head(struct elf *e)
{
	e->head = range(e, 0, 1, sizeof(*e->head));
	if (memcmp(e->head->e_ident, ELFMAG, SELFMAG) != 0)
		fail(e->name, 0, "not an ELF file");
	if (e->head->e_ident[EI_CLASS] != ELFCLASS32 ||
	    e->head->e_ident[EI_DATA] != ELFDATA2LSB || e->head->e_machine != EM_386)
		fail(e->name, EI_CLASS, "not ELF32 for i386");
	if (e->head->e_type != ET_EXEC)
		fail(e->name, 16, "not linked");
	if (e->head->e_shnum == 0 || e->head->e_shentsize != sizeof(Elf32_Shdr))
		fail(e->name, 46, "no section headers");
}

/* Where all sections in memory end, and those of them with contents. */
static void measure(const struct elf *e, struct core *c)
{
	for (u32 i = 0; i < e->head->e_shnum; i++) {
		const Elf32_Shdr *s = section(e, i);

		if (!in_memory(s))
			continue;
		if (s->sh_addr > PAYLOAD_MEM_MAX || s->sh_size > PAYLOAD_MEM_MAX - s->sh_addr)
			fail(e->name, e->head->e_shoff + i * sizeof(*s),
			     "section %u at %xh is not linked below %xh", i, s->sh_addr,
			     PAYLOAD_MEM_MAX);
		u32 end = s->sh_addr + s->sh_size;
		if (end > c->mem_end)
			c->mem_end = end;
		if (s->sh_type != SHT_NOBITS && end > c->len)
			c->len = end;
	}
	if (c->len == 0)
		fail(e->name, NO_OFFSET, "there is nothing in it to load");
}

/* Puts all sections with contents where they are linked. */
static void lay_out(const struct elf *e, struct core *c)
{
	measure(e, c);
	c->image = grab(c->len);
	for (u32 i = 0; i < e->head->e_shnum; i++) {
		const Elf32_Shdr *s = section(e, i);

		if (in_memory(s) && s->sh_type != SHT_NOBITS)
			memcpy(c->image + s->sh_addr, range(e, s->sh_offset, s->sh_size, 1),
			       s->sh_size);
	}
}

/* Whether relocation `r` of a section in memory is a dword to rebase.  The linker has applied
 * all of them for address 0; those relative to their own place stay right at any other. */
static bool is_absolute(const struct elf *e, const Elf32_Rel *r, const Elf32_Sym *sym,
			const char *symbol, u32 file_off)
{
	/* A constant that the linker script defines, or a weak symbol that nobody does. */
	bool fixed = sym->st_shndx == SHN_ABS || sym->st_shndx == SHN_UNDEF;

	switch (ELF32_R_TYPE(r->r_info)) {
	case R_386_NONE:
		return false;
	case R_386_32:
		return !fixed;
	case R_386_PC32:
	case R_386_PLT32:
	case R_386_PC16:
	case R_386_PC8:
		if (fixed && ELF32_R_SYM(r->r_info) != 0)
			fail(e->name, file_off,
			     "relative reference at %xh to %s, which does not move with the core",
			     r->r_offset, symbol);
		return false;
	case R_386_16:
	case R_386_8:
		if (fixed)
			return false;
		break;
	default:
		break;
	}
	fail(e->name, file_off, "relocation type %u at %xh to %s cannot be made at load time",
	     ELF32_R_TYPE(r->r_info), r->r_offset, symbol);
}

static void add_relocs(const struct elf *e, struct core *c, const Elf32_Shdr *s)
{
	u32 n = s->sh_size / sizeof(Elf32_Rel);
	const Elf32_Rel *rel = range(e, s->sh_offset, n, sizeof(*rel));
	const Elf32_Shdr *symtab = section(e, s->sh_link);
	u32 symbols = symtab->sh_size / sizeof(Elf32_Sym);
	const Elf32_Sym *sym = range(e, symtab->sh_offset, symbols, sizeof(*sym));
	const Elf32_Shdr *strings = section(e, symtab->sh_link);

	for (u32 i = 0; i < n; i++) {
		u32 file_off = s->sh_offset + i * (u32)sizeof(*rel);
		u32 which = ELF32_R_SYM(rel[i].r_info);

		if (which >= symbols)
			fail(e->name, file_off, "relocation to symbol %u of %u", which,
			     symbols);
		if (!is_absolute(e, &rel[i], &sym[which], text(e, strings, sym[which].st_name),
				 file_off))
			continue;
		if (c->len < 4 || rel[i].r_offset > c->len - 4)
			fail(e->name, file_off, "relocation at %xh, outside the image",
			     rel[i].r_offset);
		c->reloc[c->relocs++] = rel[i].r_offset;
	}
}

static int ascending(const void *a, const void *b)
{
	u32 x = *(const u32 *)a;
	u32 y = *(const u32 *)b;

	return (x > y) - (x < y);
}

/* Whether `s` relocates a section with contents in memory. */
static bool has_relocs(const struct elf *e, const Elf32_Shdr *s)
{
	if (s->sh_type != SHT_REL && s->sh_type != SHT_RELA)
		return false;
	const Elf32_Shdr *of = section(e, s->sh_info);
	if (!in_memory(of) || of->sh_type == SHT_NOBITS)
		return false;
	if (s->sh_type == SHT_RELA)
		fail(e->name, s->sh_offset, "relocations with addends");
	return true;
}

static void find_relocs(const struct elf *e, struct core *c)
{
	u32 most = 0;

	for (u32 i = 0; i < e->head->e_shnum; i++) {
		const Elf32_Shdr *s = section(e, i);
		if (!has_relocs(e, s))
			continue;
		if (s->sh_size / sizeof(Elf32_Rel) > RELOCS_MAX - most)
			fail(e->name, s->sh_offset, "more than %u relocations", RELOCS_MAX);
		most += s->sh_size / sizeof(Elf32_Rel);
	}
	if (most == 0)
		fail(e->name, NO_OFFSET, "no relocations: link the core with -q");

	c->reloc = grab(most * sizeof(*c->reloc));
	for (u32 i = 0; i < e->head->e_shnum; i++)
		if (has_relocs(e, section(e, i)))
			add_relocs(e, c, section(e, i));
	qsort(c->reloc, c->relocs, sizeof(*c->reloc), ascending);
	for (u32 i = 1; i < c->relocs; i++)
		if (c->reloc[i] - c->reloc[i - 1] < 4)
			fail(e->name, NO_OFFSET, "relocations at %xh and %xh overlap",
			     c->reloc[i - 1], c->reloc[i]);
}

/* The value of a symbol, with or without the leading underscore. */
static bool find_symbol(const struct elf *e, const char *wanted, u32 *value)
{
	for (u32 i = 0; i < e->head->e_shnum; i++) {
		const Elf32_Shdr *s = section(e, i);
		u32 n = s->sh_size / sizeof(Elf32_Sym);

		if (s->sh_type != SHT_SYMTAB)
			continue;
		const Elf32_Sym *sym = range(e, s->sh_offset, n, sizeof(*sym));
		const Elf32_Shdr *strings = section(e, s->sh_link);
		for (u32 k = 0; k < n; k++) {
			const char *name = text(e, strings, sym[k].st_name);
			if (sym[k].st_shndx == SHN_UNDEF)
				continue;
			if (strcmp(name + (*name == '_'), wanted) == 0) {
				*value = sym[k].st_value;
				return true;
			}
		}
	}
	return false;
}

struct core core_elf(const char *name, struct bytes file)
{
	struct elf e = { .name = name, .file = file };
	struct core c = { 0 };

	check_head(&e);
	lay_out(&e, &c);
	find_relocs(&e, &c);

	if (!find_symbol(&e, "core_entry", &c.entry))
		c.entry = e.head->e_entry;
	if (c.entry >= c.len)
		fail(name, 24, "entry %xh is outside the image", c.entry);
	if (!find_symbol(&e, "core_mem_len", &c.mem_len))
		fail(name, NO_OFFSET, "there is no symbol core_mem_len");
	if (find_symbol(&e, "bss_end", &c.used) && c.used > c.mem_end)
		fail(name, NO_OFFSET, "_bss_end lies behind all sections");
	if (c.used < c.len)
		c.used = c.mem_end;
	if (c.mem_len % 4096 != 0 || c.mem_len < c.mem_end || c.mem_len > PAYLOAD_MEM_MAX)
		fail(name, NO_OFFSET,
		     "core_mem_len is %xh: not a multiple of 1000h from %xh to %xh", c.mem_len,
		     c.mem_end, PAYLOAD_MEM_MAX);
	return c;
}
