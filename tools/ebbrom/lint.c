/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks an option ROM file against the rules, as far as a file can show them.  Clauses are
 * those of the project's requirement lists: ROM-* for PCI Firmware 3.0 and PCI 2.x, PNP-* for
 * PnP BIOS 1.0A, BBS-* for the BIOS Boot Specification, PXE-* for PXE 2.1. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "file.h"
#include "image.h"
#include "inflate.h"
#include "unpack.h"

const char lint_help[] =
	"usage: ebbrom lint FILE\n"
	"\n"
	"Prints one line for each rule that an option ROM, of any vendor, breaks, or \"ok\":\n"
	"  FILE: CLAUSE: image N: what is wrong (offset in the file)\n"
	"ROM-*: PCI Firmware 3.0 and PCI 2.x; PNP-*: PnP BIOS 1.0A; BBS-*: BIOS Boot Specification;\n"
	"PXE-*: PXE 2.1; EBB: what ebb promises of its own ROMs.\n"
	"Exit status 0 if there was none, 3 if there was one.\n";

#define PNP_IPL     0x04u
#define PRODUCT_MAX 32u /* with its NUL, in the tables of boot menus */
#define PCIR_IN_64K 0x10000u
#define RUNTIME_MAX 4096u

/* What INIT writes into struct rom_info. */
#define NOTES     offsetof(struct rom_info, note_bdf_plus_1)
#define NOTES_END offsetof(struct rom_info, gate_real)

struct lint {
	const char *name;
	const struct rom_file *rom;
	const struct rom_image *image; /* at the moment */
	u32 runtime_len;               /* of it; what stays after INIT */
	u32 findings;
};

__attribute__((format(printf, 4, 5))) static void found(struct lint *l, const char *clause,
							u32 off, const char *fmt, ...)
{
	va_list args;

	l->findings++;
	printf("%s: %s: image %u: ", l->name, clause, (u32)(l->image - l->rom->image) + 1);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf(" (offset %xh)\n", l->image->off + off);
}

static void lint_lengths(struct lint *l)
{
	const struct rom_image *image = l->image;
	struct bytes b = image_bytes(l->rom, image);
	u8 type = image_code_type(l->rom, image);

	if (image->init_len == 0)
		found(l, "ROM-2", 2,
		      "size byte is 0: firmware that steps by it loops for ever");
	else if (image->init_len > b.len)
		found(l, "ROM-7", 2,
		      "initialisation length %u is more than the image's %u bytes",
		      image->init_len, b.len);
	else if ((type == PCIR_CODE_X86 || type == PCIR_CODE_NONE) &&
		 image_sum(b.at, image->init_len) != 0)
		found(l, "ROM-1", 0, "%u bytes sum to %02xh, not to 0", image->init_len,
		      image_sum(b.at, image->init_len));
}

static void lint_pcir(struct lint *l)
{
	const struct rom_image *image = l->image;
	struct bytes b = image_bytes(l->rom, image);
	const struct pcir *p = image_pcir(l->rom, image);
	u32 pointer = le16_get(((const struct rom_header *)b.at)->pcir);
	u32 off = image->pcir;

	if (!p) {
		/* Without a pointer it is an ISA ROM. */
		if (pointer != 0)
			found(l, "ROM-1", 0x18, "there is no PCIR at %xh", pointer);
		return;
	}
	if (off % 4 != 0)
		found(l, "ROM-1", off, "PCIR is not on a dword boundary");
	if (off + le16_get(p->length) > l->runtime_len)
		found(l, "ROM-1", off, "PCIR does not survive INIT: %u bytes do",
		      l->runtime_len);
	if (le16_get(p->length) < (p->revision >= 3 ? 0x1cu : 0x18u))
		found(l, "ROM-1", off + 0x0a, "PCIR revision %u has only %u bytes", p->revision,
		      le16_get(p->length));

	if (!image->has_pcir3)
		return;
	u32 list = 0;
	if (image_device_list(l->rom, image, &list) < 0)
		found(l, "ROM-2", off + 8, "the device list does not end inside the image");
	else if (list != 0 && list >= l->runtime_len)
		found(l, "ROM-1", list, "the device list does not survive INIT");
	if (p->code_type != PCIR_CODE_X86)
		return;
	u32 limit = le16_get(p->max_runtime_units) * ROM_UNIT;
	if (limit == 0)
		found(l, "ROM-7", off + 0x16, "the run-time limit is 0");
	else if (limit > b.len)
		found(l, "ROM-7", off + 0x16,
		      "the run-time limit %u is more than the image's %u bytes", limit, b.len);
	if (le16_get(p->config_code) >= b.len)
		found(l, "ROM-14", off + 0x18, "configuration code is outside the image");
	if (le16_get(p->clp) >= b.len)
		found(l, "ROM-14", off + 0x1a, "the CLP entry is outside the image");
}

static void lint_entry(struct lint *l, u32 off, const char *what, u32 entry)
{
	if (entry >= l->runtime_len)
		found(l, "ROM-7", off, "%s at %xh does not survive INIT: %u bytes do", what,
		      entry, l->runtime_len);
}

static void lint_text(struct lint *l, u32 off, const char *what, u32 text, u32 max)
{
	s32 len = image_text(l->rom, l->image, text);

	if (text == 0)
		return;
	if (len < 0)
		found(l, "BBS-4", off, "%s at %xh has no end inside the image", what, text);
	else if (text + (u32)len >= l->runtime_len)
		found(l, "ROM-1", off, "%s at %xh does not survive INIT", what, text);
	else if ((u32)len >= max)
		found(l, "BBS-4", off, "%s has %d characters; boot menus show %u", what, len,
		      max - 1);
}

static void lint_pnp(struct lint *l, u32 n)
{
	const struct pnp_header *p = image_pnp(l->rom, l->image, n);
	u32 off = l->image->pnp[n];
	u32 next = le16_get(p->next);
	bool bev = le16_get(p->bev) != 0;
	bool bcv = le16_get(p->bcv) != 0;
	bool ipl = p->indicators & PNP_IPL;

	if (off % 16 != 0)
		found(l, "ROM-1", off,
		      "$PnP is not on a 16-byte boundary: some firmware scans for it");
	if (image_sum((const u8 *)p, sizeof(*p)) != 0)
		found(l, "ROM-1", off + 9, "$PnP sums to %02xh, not to 0",
		      image_sum((const u8 *)p, sizeof(*p)));
	if (p->revision != 1 || p->length_16 != 2)
		found(l, "ROM-1", off + 4, "$PnP has revision %u and length %u", p->revision,
		      p->length_16 * 16);
	if (off + sizeof(*p) > l->runtime_len)
		found(l, "ROM-1", off, "$PnP does not survive INIT: %u bytes do",
		      l->runtime_len);
	for (u32 i = 0; i <= n; i++)
		if (next == l->image->pnp[i])
			found(l, "ROM-1", off + 6, "the chain of expansion headers is a loop");

	if (bev && bcv)
		found(l, "PNP-2", off + 0x16, "BEV and BCV in one header: the BEV is ignored");
	if (ipl && !bev && !bcv)
		found(l, "PNP-2", off + 0x15, "an IPL device without BEV and BCV");
	if (bev && !ipl)
		found(l, "PNP-2", off + 0x15, "a BEV, but not said to be an IPL device");
	lint_entry(l, off + 0x16, "BCV", le16_get(p->bcv));
	lint_entry(l, off + 0x18, "DV", le16_get(p->dv));
	lint_entry(l, off + 0x1a, "BEV", le16_get(p->bev));
	lint_entry(l, off + 0x1e, "static resource vector", le16_get(p->resources));
	lint_text(l, off + 0x0e, "the manufacturer's name", le16_get(p->manufacturer), 0xffff);
	lint_text(l, off + 0x10, "the product's name", le16_get(p->product), PRODUCT_MAX);
}

static void lint_undi(struct lint *l)
{
	struct bytes b = image_bytes(l->rom, l->image);
	u32 off = le16_get(((const struct rom_header *)b.at)->undi);
	const struct undi_rom_id *undi = image_undi(b.at, l->image);

	/* In an ISA ROM those bytes are anybody's. */
	if (off == 0 || l->image->pnps == 0)
		return;
	if (!undi) {
		found(l, "PXE-21", 0x16, "there is no UNDI ROM ID at %xh", off);
		return;
	}
	if (undi->length < sizeof(*undi))
		found(l, "PXE-21", off + 4, "the UNDI ROM ID has length %u", undi->length);
	if (image_sum((const u8 *)undi, undi->length) != 0)
		found(l, "PXE-21", off + 5, "the UNDI ROM ID does not sum to 0");
	if (off + sizeof(*undi) > l->runtime_len)
		found(l, "PXE-21", off, "the UNDI ROM ID does not survive INIT");
	if (le16_get(undi->loader) != 0)
		lint_entry(l, off + offsetof(struct undi_rom_id, loader), "the UNDI loader",
			   le16_get(undi->loader));
}

/* What stays after INIT: ebb says so itself, others in PCIR revision 3, or nobody knows. */
static u32 runtime_len(const struct rom_file *rom, const struct rom_image *image)
{
	const struct pcir *p = image_pcir(rom, image);
	const struct rom_info *info = image_info(rom, image);
	u32 len = image->len;

	if (info && rom->images > 1)
		len = le16_get(info->runtime_len);
	else if (p && image->has_pcir3 && le16_get(p->max_runtime_units) != 0)
		len = le16_get(p->max_runtime_units) * ROM_UNIT;
	return len < image->len ? len : image->len;
}

static void lint_chain(struct lint *l)
{
	const struct rom_file *rom = l->rom;
	bool efi = false;

	for (u32 i = 0; i < rom->images; i++) {
		u8 type = image_code_type(rom, &rom->image[i]);

		l->image = &rom->image[i];
		if (type == PCIR_CODE_X86 && efi)
			found(l, "ROM-2", 0, "a PC-AT image behind an EFI image");
		efi |= type == PCIR_CODE_EFI;
	}

	u32 off = rom->end_off - l->image->off;
	switch (rom->end) {
	case CHAIN_LAST:
		break;
	case CHAIN_NO_HEADER:
		found(l, "ROM-2", off,
		      "not said to be the last image, but no ROM header follows");
		return;
	case CHAIN_NO_LENGTH:
		found(l, "ROM-2", off, "the image length is 0: old firmware loops for ever");
		return;
	case CHAIN_CUT:
		found(l, "ROM-2", off, "the image goes on behind the end of the file");
		return;
	case CHAIN_TOO_LONG:
		found(l, "ROM-2", off, "more than %u images", ROM_IMAGES_MAX);
		return;
	}
	for (u32 at = l->image->off + l->image->len; at < rom->all.len; at++)
		if (rom->all.at[at] != 0xff && rom->all.at[at] != 0) {
			found(l, "ROM-2", at - l->image->off,
			      "there is data behind the last image");
			return;
		}
}

/* What ebb promises of its own ROMs. */
static void lint_ebb(struct lint *l)
{
	const struct rom_info *info = image_info(l->rom, &l->rom->image[0]);
	static const u8 no_notes[NOTES_END - NOTES];
	struct payload p;
	u32 off = 0;

	l->image = &l->rom->image[0];
	if (!info)
		return;
	if (image_code_type(l->rom, l->image) != PCIR_CODE_X86)
		found(l, "EBB", l->image->pcir + 20, "the code type is %02xh",
		      image_code_type(l->rom, l->image));
	u32 at = l->image->info;
	u32 run = le16_get(info->runtime_len);
	u32 init = le16_get(info->init_len);
	if (run > init || init > l->image->init_len)
		found(l, "ROM-7", at + 12,
		      "run-time %u, INIT %u, image %u bytes: not in this order", run, init,
		      l->image->init_len);
	for (u32 i = NOTES_END; i < offsetof(struct rom_info, reserved2); i += 2) {
		u32 entry = le16_get(*(const le16 *)((const u8 *)info + i));
		if (entry >= run)
			found(l, "HOOK-5", at + i,
			      "an entry at %xh does not survive INIT: %u bytes do", entry, run);
	}
	if (run > RUNTIME_MAX)
		found(l, "EBB", at + 12, "run-time image of %u bytes; %u are promised", run,
		      RUNTIME_MAX);
	if (memcmp((const u8 *)info + NOTES, no_notes, sizeof(no_notes)) != 0)
		found(l, "ROM-6", at + NOTES,
		      "INIT's notes are filled in: a copy from a running machine");

	const char *wrong = image_payload(l->rom, &p, &off);
	l->image = &l->rom->image[l->rom->images - 1];
	off -= l->image->off;
	if (wrong) {
		found(l, "EBB", off, "%s", wrong);
		return;
	}
	const u8 *start = l->rom->all.at + l->image->off + off;
	if (off % 16 != 0)
		found(l, "EBB", off, "the payload is not on a 16-byte boundary");
	if (image_payload_crc(start, &p) != p.crc) {
		found(l, "EBB", off, "the payload's CRC is %08x, not %08x",
		      image_payload_crc(start, &p), p.crc);
		return;
	}

	struct inflate_work *w = grab(sizeof(*w));
	struct bytes packed = { start + p.core_off, p.core_packed_len };
	struct bytes relocs = { start + p.reloc_off, p.reloc_len };
	u8 *core = grab(p.core_len);
	if (p.method == PAYLOAD_METHOD_E8_DEFLATE &&
	    inflate_raw(w, packed, core, p.core_len) != INFLATE_OK)
		found(l, "EBB", off + p.core_off, "the core cannot be unpacked");
	if (!unpack_relocate(core, p.core_len, relocs, p.reloc_count, 0))
		found(l, "EBB", off + p.reloc_off, "the relocations do not fit the core");
}

u32 lint_rom(const char *name, const struct rom_file *rom)
{
	struct lint l = { .name = name, .rom = rom };

	for (u32 i = 0; i < rom->images; i++) {
		l.image = &rom->image[i];
		l.runtime_len = runtime_len(rom, l.image);
		lint_lengths(&l);
		lint_pcir(&l);
		for (u32 n = 0; n < l.image->pnps; n++)
			lint_pnp(&l, n);
		if (image_code_type(rom, l.image) == PCIR_CODE_X86)
			lint_undi(&l);
	}
	lint_chain(&l);
	lint_ebb(&l);
	return l.findings;
}

int lint_main(int argc, char **argv)
{
	struct rom_file rom;

	if (argc != 1)
		fail_usage("lint needs one file name");
	if (!image_parse(file_read(argv[0]), &rom))
		fail(argv[0], 0, "does not start with a ROM header");
	if (lint_rom(argv[0], &rom) != 0)
		return EXIT_FINDINGS;
	printf("%s: ok\n", argv[0]);
	return EXIT_DONE;
}
