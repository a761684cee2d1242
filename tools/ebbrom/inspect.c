/* SPDX-License-Identifier: BSD-2-Clause */
/* Shows what an option ROM says of itself.  Says nothing of right or wrong: that is lint. */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "file.h"
#include "image.h"

const char inspect_help[] =
	"usage: ebbrom inspect FILE\n"
	"\n"
	"Shows every image of an option ROM, of any vendor: headers, lengths, ids, boot entries,\n"
	"sums, and the payload of an ebb ROM.  Numbers with h are hexadecimal.\n";

static const char *code_type_name(u8 type)
{
	switch (type) {
	case PCIR_CODE_X86:
		return "PC-AT";
	case 1:
		return "Open Firmware";
	case 2:
		return "PA-RISC";
	case PCIR_CODE_EFI:
		return "EFI";
	case PCIR_CODE_NONE:
		return "data";
	default:
		return "unknown";
	}
}

/* Text from a file that may want to do things to a terminal. */
static void print_clean(const u8 *at, u32 len)
{
	for (u32 i = 0; i < len && i < 128; i++)
		putchar(at[i] >= ' ' && at[i] < 0x7f ? at[i] : '.');
}

static void print_text(const struct rom_file *rom, const struct rom_image *image,
		       const char *what, u32 off)
{
	s32 len = image_text(rom, image, off);

	if (off == 0)
		return;
	printf("    %-14s ", what);
	if (len < 0) {
		puts("not inside the image");
		return;
	}
	putchar('"');
	print_clean(image_bytes(rom, image).at + off, (u32)len);
	puts("\"");
}

static void print_pcir(const struct rom_file *rom, const struct rom_image *image)
{
	const struct pcir *p = image_pcir(rom, image);
	u32 off;

	if (!p) {
		puts("  PCIR             none");
		return;
	}
	printf("  PCIR             at %xh, revision %u, length %xh\n", image->pcir, p->revision,
	       le16_get(p->length));
	printf("    device         %04x:%04x\n", le16_get(p->vendor), le16_get(p->device));

	s32 n = image_device_list(rom, image, &off);
	if (n != 0)
		printf("    device list   ");
	for (s32 i = 0; i < n; i++) {
		const u8 *at = image_bytes(rom, image).at + off + i * 2;
		printf(" %04x", at[0] | at[1] << 8);
	}
	if (n != 0)
		puts(n < 0 ? " not inside the image" : "");

	printf("    class          %02x %02x %02x\n", p->base_class, p->subclass, p->prog_if);
	printf("    image length   %u bytes\n", le16_get(p->image_units) * ROM_UNIT);
	printf("    code type      %02xh, %s%s\n", p->code_type, code_type_name(p->code_type),
	       p->indicator & PCIR_LAST_IMAGE ? ", last image" : "");
	printf("    revision level %u\n", le16_get(p->vendor_revision));
	if (!image->has_pcir3 || p->code_type != PCIR_CODE_X86)
		return;
	printf("    run-time limit %u bytes\n", le16_get(p->max_runtime_units) * ROM_UNIT);
	if (le16_get(p->config_code) != 0)
		printf("    configuration  at %xh\n", le16_get(p->config_code));
	if (le16_get(p->clp) != 0)
		printf("    CLP            at %xh\n", le16_get(p->clp));
}

static void print_pnp(const struct rom_file *rom, const struct rom_image *image)
{
	for (u32 i = 0; i < image->pnps; i++) {
		const struct pnp_header *p = image_pnp(rom, image, i);
		u8 sum = image_sum((const u8 *)p, sizeof(*p));

		printf("  $PnP             at %xh, revision %u, sum %s\n", image->pnp[i],
		       p->revision, sum == 0 ? "right" : "wrong");
		print_text(rom, image, "manufacturer", le16_get(p->manufacturer));
		print_text(rom, image, "product", le16_get(p->product));
		printf("    class          %02x %02x %02x\n", p->base_class, p->subclass,
		       p->interface);
		printf("    indicators     %02xh\n", p->indicators);
		if (le16_get(p->bev) != 0)
			printf("    BEV            at %xh\n", le16_get(p->bev));
		if (le16_get(p->bcv) != 0)
			printf("    BCV            at %xh\n", le16_get(p->bcv));
		if (le16_get(p->dv) != 0)
			printf("    DV             at %xh\n", le16_get(p->dv));
	}
}

static void print_undi(const u8 *start, const struct rom_image *image)
{
	const struct undi_rom_id *undi = image_undi(start, image);
	u32 off = le16_get(((const struct rom_header *)start)->undi);

	if (off == 0)
		return;
	printf("  UNDI ROM ID      at %xh", off);
	if (!undi) {
		puts(", not there");
		return;
	}
	printf(", UNDI %u.%u.%u, sum %s\n", undi->version[2], undi->version[1],
	       undi->version[0],
	       image_sum((const u8 *)undi, undi->length) == 0 ? "right" : "wrong");
	printf("    loader         at %xh, stack %u, data %u, code %u bytes, bus ",
	       le16_get(undi->loader), le16_get(undi->stack_size), le16_get(undi->data_size),
	       le16_get(undi->code_size));
	print_clean(undi->bus.b, sizeof(undi->bus));
	putchar('\n');
}

static void print_image(const struct rom_file *rom, u32 n)
{
	const struct rom_image *image = &rom->image[n];
	struct bytes b = image_bytes(rom, image);

	printf("image %u            at %xh, %u bytes\n", n + 1, image->off, image->len);
	u8 type = image_code_type(rom, image);
	const char *sum = image->init_len > b.len ? ", more than there is"
			  : type != PCIR_CODE_X86 && type != PCIR_CODE_NONE ? ""
			  : image_sum(b.at, image->init_len) == 0           ? ", sum right"
									    : ", sum wrong";
	printf("  initialisation   %u bytes%s\n", image->init_len, sum);
	if (type == PCIR_CODE_X86)
		print_undi(b.at, image);
	print_pcir(rom, image);
	print_pnp(rom, image);
}

static void print_payload(const struct rom_file *rom)
{
	const struct rom_info *info = image_info(rom, &rom->image[0]);
	struct payload p;
	u32 off;

	if (!info)
		return;
	printf("ebb                build %08x\n", le32_get(info->build_id));
	printf("  INIT code        %u bytes\n", le16_get(info->init_len));
	printf("  run-time image   %u bytes\n", le16_get(info->runtime_len));
	if (info->note_bdf_plus_1.b[0] != 0 || info->note_bdf_plus_1.b[1] != 0)
		puts("  notes            left by INIT: a copy from a running machine");

	const char *wrong = image_payload(rom, &p, &off);
	if (wrong) {
		printf("payload            %s\n", wrong);
		return;
	}
	printf("payload            at %xh, %u bytes, CRC %08x %s\n", off, p.total_len, p.crc,
	       image_payload_crc(rom->all.at + off, &p) == p.crc ? "right" : "wrong");
	printf("  loader           %u bytes\n", p.loader_len);
	printf("  core             %u bytes packed, %u unpacked (%u%%), %s\n",
	       p.core_packed_len, p.core_len,
	       p.core_len ? p.core_packed_len * 100 / p.core_len : 0,
	       p.method == PAYLOAD_METHOD_STORE ? "stored" : "filter and deflate");
	printf("  relocations      %u in %u bytes\n", p.reloc_count, p.reloc_len);
	printf("  memory           %u KiB\n", p.core_mem_len / KIB);
	for (const char *line = p.settings; *line;) {
		u32 len = (u32)strcspn(line, "\n");
		fputs("  setting          ", stdout);
		print_clean((const u8 *)line, len);
		putchar('\n');
		line += len + (line[len] == '\n');
	}
}

void inspect_rom(const char *name, const struct rom_file *rom)
{
	printf("%s: %u bytes, %u image%s\n", name, rom->all.len, rom->images,
	       rom->images == 1 ? "" : "s");
	for (u32 i = 0; i < rom->images; i++)
		print_image(rom, i);
	print_payload(rom);
}

int inspect_main(int argc, char **argv)
{
	struct rom_file rom;

	if (argc != 1)
		fail_usage("inspect needs one file name");
	if (!image_parse(file_read(argv[0]), &rom))
		fail(argv[0], 0, "does not start with a ROM header");
	inspect_rom(argv[0], &rom);
	return EXIT_DONE;
}
