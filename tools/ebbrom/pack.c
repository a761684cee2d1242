/* SPDX-License-Identifier: BSD-2-Clause */
/* Joins the linked parts of ebb to one ROM file, in one of two layouts:
 *
 *   payload behind   16-bit image | image of code type FFh with the payload
 *   --single         16-bit image with the payload in it */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "core_elf.h"
#include "file.h"
#include "image.h"
#include "inflate.h"
#include "squeeze.h"
#include "unpack.h"

const char pack_help[] =
	"usage: ebbrom pack --rom16 FILE --loader FILE --core FILE [--single] [--fast] -o FILE\n"
	"\n"
	"  --rom16 FILE   16-bit image, binary: run-time part, then INIT code\n"
	"  --loader FILE  32-bit loader, binary\n"
	"  --core FILE    core, ELF32 linked at 0 with -q\n"
	"  --single       one image, all copied by firmware, instead of a small one with the\n"
	"                 payload behind it\n"
	"  --fast         deflate by zlib instead of zopfli: a larger ROM, sooner\n"
	"  -o FILE        the ROM\n";

#define UNITS_MAX 255u /* byte 2 of the header */

struct parts {
	const char *rom16_name;
	const char *loader_name;
	const char *core_name;
	const char *out_name;
	bool single;
	bool fast;
	struct bytes rom16;
	struct bytes payload;
};

static u32 round_up(u32 n, u32 unit)
{
	return (n + unit - 1) / unit * unit;
}

/* ---- the payload ------------------------------------------------------------------------ */

/* Undoes the packing with the loader's own code: what cannot be unpacked is never written. */
static void prove(const char *name, const struct core *c, struct bytes packed)
{
	struct inflate_work *w = grab(sizeof(*w));
	u8 *image = grab(c->len);

	if (inflate_raw(w, packed, image, c->len) != INFLATE_OK)
		fail(name, NO_OFFSET, "the packed core cannot be inflated again");
	unpack_unfilter(image, c->len);
	if (memcmp(image, c->image, c->len) != 0)
		fail(name, NO_OFFSET, "the packed core does not unpack to what it was");
}

static struct bytes pack_core(const struct parts *parts, const struct core *c)
{
	u8 *filtered = grab(c->len);
	struct bytes packed;

	memcpy(filtered, c->image, c->len);
	squeeze_filter(filtered, c->len);
	packed = squeeze_deflate((struct bytes){ filtered, c->len }, parts->fast);
	prove(parts->core_name, c, packed);
	return packed;
}

static u32 sum_dwords(struct bytes b)
{
	u32 sum = 0;

	for (u32 i = 0; i + 4 <= b.len; i += 4)
		sum += (u32)b.at[i] | (u32)b.at[i + 1] << 8 | (u32)b.at[i + 2] << 16 |
		       (u32)b.at[i + 3] << 24;
	return sum;
}

static void build_payload(struct parts *parts, u32 build_id)
{
	struct core c = core_elf(parts->core_name, file_read(parts->core_name));
	struct bytes loader = file_read(parts->loader_name);
	struct bytes packed = pack_core(parts, &c);
	struct bytes relocs = squeeze_relocs(c.reloc, c.relocs);

	if (loader.len > PAYLOAD_LOADER_MAX)
		fail(parts->loader_name, NO_OFFSET, "%u bytes, the limit is %u", loader.len,
		     PAYLOAD_LOADER_MAX);

	struct payload p = { .signature = PAYLOAD_SIGNATURE, .build_id = build_id };
	p.header_len = sizeof(p);
	p.method = PAYLOAD_METHOD_E8_DEFLATE;
	p.loader_off = round_up(sizeof(p), 16);
	p.loader_len = round_up(loader.len, 4);
	p.loader_sum = 0;
	p.core_off = p.loader_off + p.loader_len;
	p.core_packed_len = packed.len;
	p.core_len = c.len;
	p.core_mem_len = c.mem_len;
	p.core_entry = c.entry;
	p.reloc_off = p.core_off + packed.len;
	p.reloc_len = relocs.len;
	p.reloc_count = c.relocs;
	p.total_len = round_up(p.reloc_off + relocs.len, 4);

	/* Behind the .bss, the loader needs a place to inflate and, if it finds itself in a ROM
	 * BAR, one at the end for a copy of the payload, which the core then reads. */
	if (p.total_len > c.mem_len || c.used > c.mem_len - p.total_len ||
	    c.mem_len - p.total_len - c.len < sizeof(struct inflate_work) + 3)
		fail(parts->core_name, NO_OFFSET,
		     "core_mem_len %xh is too small for the core (%xh) and %xh of payload",
		     c.mem_len, c.used, p.total_len);

	u8 *at = grab(p.total_len);
	memcpy(at + p.loader_off, loader.at, loader.len);
	memcpy(at + p.core_off, packed.at, packed.len);
	memcpy(at + p.reloc_off, relocs.at, relocs.len);
	p.loader_sum = sum_dwords((struct bytes){ at + p.loader_off, p.loader_len });
	memcpy(at, &p, sizeof(p));
	p.crc = image_payload_crc(at, &p);
	memcpy(at, &p, sizeof(p));
	parts->payload = (struct bytes){ at, p.total_len };
}

/* ---- the images ------------------------------------------------------------------------- */

/* Checks what the linker made of the 16-bit image, and returns the length that INIT needs. */
static u32 check_rom16(const struct parts *parts, const struct rom_file *rom)
{
	const char *name = parts->rom16_name;
	const struct rom_image *image = &rom->image[0];
	const struct rom_info *info = image_info(rom, image);
	u32 init_len;
	u32 runtime_len;

	if (!image->has_pcir3)
		fail(name, 0x18, "there is no PCIR of revision 3");
	if (!info)
		fail(name, NO_OFFSET, "there is no rom_info in the first KiB");
	if (image->pnps == 0)
		fail(name, 0x1a, "there is no $PnP header");
	init_len = le16_get(info->init_len);
	runtime_len = le16_get(info->runtime_len);
	if (init_len > rom->all.len || runtime_len > init_len || runtime_len == 0 ||
	    round_up(init_len, ROM_UNIT) < rom->all.len)
		fail(name, image->info,
		     "INIT length %xh and run-time length %xh do not fit the %xh bytes of the file",
		     init_len, runtime_len, rom->all.len);
	return init_len;
}

/* Writes lengths and sums of the image of `len` bytes at the start of `at`. */
static void finish_image(u8 *at, const struct rom_image *old, u32 len, u32 runtime_len,
			 bool last)
{
	struct rom_image image = *old;
	struct rom_header *h = (void *)at;
	struct pcir *pcir = (void *)(at + image.pcir);

	h->units = (u8)(len / ROM_UNIT);
	pcir->image_units = le16_of((u16)(len / ROM_UNIT));
	pcir->indicator = last ? PCIR_LAST_IMAGE : 0;
	if (image.has_pcir3)
		pcir->max_runtime_units =
			le16_of((u16)(round_up(runtime_len, ROM_UNIT) / ROM_UNIT));
	image.init_len = len;
	image.len = len;
	image_fix_sums(at, &image);
}

/* The image that carries a payload for its ROM: `len` bytes at `at`, zero but for the payload.
 * A firmware that runs it in spite of its code type finds a RETF; one that steps by byte 2
 * comes to its end, or to its first unit if byte 2 cannot say more (never 0). */
#define BEHIND_PCIR    0x1cu
#define BEHIND_PAYLOAD 0x40u

static void build_behind(u8 *at, u32 len, const struct pcir *first)
{
	struct rom_header *h = (void *)at;
	struct pcir *pcir = (void *)(at + BEHIND_PCIR);
	u32 units = len / ROM_UNIT;
	struct rom_image image = { .len = len };

	h->signature = le16_of(ROM_SIGNATURE);
	h->units = (u8)(units > UNITS_MAX ? 1 : units);
	h->init[0] = 0xcb;
	h->pcir = le16_of(BEHIND_PCIR);
	*pcir = *first;
	pcir->device_list = le16_of(0);
	pcir->image_units = le16_of((u16)units);
	pcir->code_type = PCIR_CODE_NONE;
	pcir->indicator = PCIR_LAST_IMAGE;
	pcir->max_runtime_units = le16_of(0);
	image.init_len = h->units * ROM_UNIT;
	image_fix_sums(at, &image);
}

static struct bytes build_rom(struct parts *parts)
{
	struct rom_file rom;

	parts->rom16 = file_read(parts->rom16_name);
	if (!image_parse(parts->rom16, &rom))
		fail(parts->rom16_name, 0, "does not start with a ROM header");

	u32 init_len = check_rom16(parts, &rom);
	const struct rom_image *image = &rom.image[0];
	const struct rom_info *info = image_info(&rom, image);
	u32 runtime_len = le16_get(info->runtime_len);
	build_payload(parts, le32_get(info->build_id));

	u32 first_len = round_up(init_len, ROM_UNIT);
	u32 payload_off = parts->single ? round_up(init_len, 16) : first_len + BEHIND_PAYLOAD;
	u32 len = round_up(payload_off + parts->payload.len, ROM_UNIT);
	if (parts->single)
		first_len = len;
	if (first_len > UNITS_MAX * ROM_UNIT)
		fail(parts->out_name, NO_OFFSET,
		     "one image of %u bytes; its header can say %u at most: leave out --single",
		     len, UNITS_MAX * ROM_UNIT);

	u8 *at = grab(len);
	memcpy(at, parts->rom16.at, parts->rom16.len);
	memcpy(at + payload_off, parts->payload.at, parts->payload.len);
	struct rom_info *out_info = (void *)(at + image->info);
	out_info->payload_off = le32_of(payload_off);
	out_info->payload_len = le32_of(parts->payload.len);
	finish_image(at, image, first_len, parts->single ? len : runtime_len, parts->single);
	if (!parts->single)
		build_behind(at + first_len, len - first_len, (void *)(at + image->pcir));
	return (struct bytes){ at, len };
}

int pack_main(int argc, char **argv)
{
	struct parts parts = { 0 };

	for (int i = 0; i < argc; i++) {
		const char **value = strcmp(argv[i], "--rom16") == 0    ? &parts.rom16_name
				     : strcmp(argv[i], "--loader") == 0 ? &parts.loader_name
				     : strcmp(argv[i], "--core") == 0   ? &parts.core_name
				     : strcmp(argv[i], "-o") == 0       ? &parts.out_name
									: NULL;
		if (value && i + 1 < argc)
			*value = argv[++i];
		else if (value)
			fail_usage("%s needs a file name", argv[i]);
		else if (strcmp(argv[i], "--single") == 0)
			parts.single = true;
		else if (strcmp(argv[i], "--fast") == 0)
			parts.fast = true;
		else
			fail_usage("pack: what is %s?", argv[i]);
	}
	if (!parts.rom16_name || !parts.loader_name || !parts.core_name || !parts.out_name)
		fail_usage("pack needs --rom16, --loader, --core and -o");

	struct bytes rom = build_rom(&parts);
	file_write(parts.out_name, rom.at, rom.len);
	return EXIT_DONE;
}
