/* SPDX-License-Identifier: BSD-2-Clause */
#include "image.h"

#include <string.h>

#include "crc.h"

#define PCIR_LENGTH_0 0x18u /* of revision 0 */

static bool inside(u32 off, u32 len, u32 whole)
{
	return off <= whole && len <= whole - off;
}

struct bytes image_bytes(const struct rom_file *rom, const struct rom_image *image)
{
	return (struct bytes){ rom->all.at + image->off, image->len };
}

const struct pcir *image_pcir(const struct rom_file *rom, const struct rom_image *image)
{
	return image->pcir ? (const void *)(rom->all.at + image->off + image->pcir) : NULL;
}

const struct pnp_header *image_pnp(const struct rom_file *rom, const struct rom_image *image,
				   u32 n)
{
	return n < image->pnps ? (const void *)(rom->all.at + image->off + image->pnp[n])
			       : NULL;
}

const struct rom_info *image_info(const struct rom_file *rom, const struct rom_image *image)
{
	return image->info ? (const void *)(rom->all.at + image->off + image->info) : NULL;
}

u8 image_code_type(const struct rom_file *rom, const struct rom_image *image)
{
	const struct pcir *pcir = image_pcir(rom, image);

	return pcir ? pcir->code_type : PCIR_CODE_X86;
}

/* Finds PCIR, looking no further than the end of the file: the image's length is in it. */
static void find_pcir(const struct rom_file *rom, struct rom_image *image)
{
	u32 rest = rom->all.len - image->off;
	const struct rom_header *h = (const void *)(rom->all.at + image->off);
	u32 off = le16_get(h->pcir);
	const struct pcir *pcir = (const void *)(rom->all.at + image->off + off);

	if (off == 0 || !inside(off, PCIR_LENGTH_0, rest) ||
	    le32_get(pcir->signature) != PCIR_SIGNATURE)
		return;
	image->pcir = off;
	image->has_pcir3 = pcir->revision >= 3 && inside(off, sizeof(*pcir), rest);
}

/* Follows the chain of expansion headers; a loop ends it, as does any other structure. */
static void find_pnp(const struct rom_file *rom, struct rom_image *image)
{
	struct bytes b = image_bytes(rom, image);
	u32 off = le16_get(((const struct rom_header *)b.at)->pnp);

	while (off != 0 && image->pnps < ROM_HEADERS_MAX &&
	       inside(off, sizeof(struct pnp_header), b.len)) {
		const struct pnp_header *pnp = (const void *)(b.at + off);

		if (le32_get(pnp->signature) != PNP_SIGNATURE)
			return;
		for (u32 i = 0; i < image->pnps; i++)
			if (image->pnp[i] == off)
				return;
		image->pnp[image->pnps++] = off;
		off = le16_get(pnp->next);
	}
}

static void find_info(const struct rom_file *rom, struct rom_image *image)
{
	struct bytes b = image_bytes(rom, image);

	for (u32 off = 16; off < KIB && inside(off, sizeof(struct rom_info), b.len); off += 16)
		if (memcmp(b.at + off, ROM_INFO_SIGNATURE, 8) == 0) {
			image->info = off;
			return;
		}
}

static bool has_header(const struct rom_file *rom, u32 off)
{
	return inside(off, sizeof(struct rom_header), rom->all.len) &&
	       rom->all.at[off] == 0x55 && rom->all.at[off + 1] == 0xaa;
}

/* Adds the image at `off`, which has a header.  Returns where the next one starts, or 0 with
 * rom->end set. */
static u32 add_image(struct rom_file *rom, u32 off)
{
	struct rom_image *image = &rom->image[rom->images++];
	u32 rest = rom->all.len - off;

	memset(image, 0, sizeof(*image));
	image->off = off;
	image->init_len = rom->all.at[off + 2] * ROM_UNIT;
	find_pcir(rom, image);

	const struct pcir *pcir = image_pcir(rom, image);
	u32 len = pcir ? le16_get(pcir->image_units) * ROM_UNIT : image->init_len;
	image->len = len == 0 || len > rest ? rest : len;
	find_pnp(rom, image);
	find_info(rom, image);

	rom->end_off = off;
	if (len == 0)
		rom->end = CHAIN_NO_LENGTH;
	else if (len > rest)
		rom->end = CHAIN_CUT;
	else if (!pcir || pcir->indicator & PCIR_LAST_IMAGE)
		rom->end = CHAIN_LAST;
	else
		return off + len;
	return 0;
}

bool image_parse(struct bytes all, struct rom_file *rom)
{
	u32 off = 0;

	rom->all = all;
	rom->images = 0;
	if (!has_header(rom, 0))
		return false;
	do {
		off = add_image(rom, off);
		if (off != 0 && (!has_header(rom, off) || rom->images == ROM_IMAGES_MAX)) {
			rom->end = has_header(rom, off) ? CHAIN_TOO_LONG : CHAIN_NO_HEADER;
			rom->end_off = off;
			off = 0;
		}
	} while (off != 0);
	return true;
}

s32 image_device_list(const struct rom_file *rom, const struct rom_image *image, u32 *off)
{
	struct bytes b = image_bytes(rom, image);
	const struct pcir *pcir = image_pcir(rom, image);

	if (!pcir || !image->has_pcir3 || le16_get(pcir->device_list) == 0)
		return 0;
	*off = image->pcir + le16_get(pcir->device_list);
	for (s32 n = 0;; n++) {
		u32 at = *off + (u32)n * 2;
		if (!inside(at, 2, b.len))
			return -1;
		if (b.at[at] == 0 && b.at[at + 1] == 0)
			return n;
	}
}

s32 image_text(const struct rom_file *rom, const struct rom_image *image, u32 off)
{
	struct bytes b = image_bytes(rom, image);

	for (u32 at = off; at < b.len; at++)
		if (b.at[at] == 0)
			return (s32)(at - off);
	return -1;
}

u8 image_sum(const u8 *at, u32 len)
{
	u8 sum = 0;

	while (len--)
		sum = (u8)(sum + *at++);
	return sum;
}

const struct undi_rom_id *image_undi(const u8 *start, const struct rom_image *image)
{
	u32 off = le16_get(((const struct rom_header *)start)->undi);
	const struct undi_rom_id *undi = (const void *)(start + off);

	/* In an ISA ROM those bytes are anybody's. */
	if (off == 0 || image->pnps == 0 || !inside(off, sizeof(*undi), image->len) ||
	    le32_get(undi->signature) != UNDI_SIGNATURE ||
	    !inside(off, undi->length, image->len))
		return NULL;
	return undi;
}

const char *image_payload(const struct rom_file *rom, struct payload *p, u32 *off)
{
	const struct rom_info *info = image_info(rom, &rom->image[0]);

	if (!info)
		return "not an ebb ROM: there is no rom_info";
	u32 len = le32_get(info->payload_len);
	if (len == 0)
		return "the ROM carries no payload";
	*off = le32_get(info->payload_off);
	if (!inside(*off, len, rom->all.len) || len < sizeof(*p))
		return "the payload is not inside the file";

	memcpy(p, rom->all.at + *off, sizeof(*p));
	if (p->signature != PAYLOAD_SIGNATURE)
		return "the payload has no signature";
	if (p->build_id != le32_get(info->build_id))
		return "payload and 16-bit code are of different builds";
	if (p->header_len != sizeof(*p) || p->total_len != len || len % 4 != 0)
		return "the payload's lengths are wrong";
	if (p->loader_len > PAYLOAD_LOADER_MAX || p->loader_len % 4 != 0 ||
	    p->loader_off % 4 != 0 || !inside(p->loader_off, p->loader_len, len))
		return "the loader is not inside the payload";
	if (!inside(p->core_off, p->core_packed_len, len) || p->core_len > p->core_mem_len ||
	    p->core_mem_len > PAYLOAD_MEM_MAX || p->core_entry >= p->core_len ||
	    p->method > PAYLOAD_METHOD_E8_DEFLATE)
		return "the core is not inside the payload";
	if (!inside(p->reloc_off, p->reloc_len, len))
		return "the relocations are not inside the payload";
	if (!memchr(p->settings, 0, sizeof(p->settings)))
		return "the settings have no end";
	return NULL;
}

u32 image_payload_crc(const u8 *at, const struct payload *p)
{
	u32 zero = 0;
	u32 rest = offsetof(struct payload, crc) + sizeof(p->crc);
	u32 crc = crc_update(0, at, offsetof(struct payload, crc));

	crc = crc_update(crc, &zero, sizeof(zero));
	return crc_update(crc, at + rest, p->total_len - rest);
}

void image_fix_sums(u8 *at, const struct rom_image *image)
{
	u8 *start = at + image->off;
	struct rom_header *h = (void *)start;
	u32 len = image->init_len < image->len ? image->init_len : image->len;

	for (u32 i = 0; i < image->pnps; i++) {
		struct pnp_header *pnp = (void *)(start + image->pnp[i]);
		pnp->checksum = (u8)(pnp->checksum - image_sum((u8 *)pnp, sizeof(*pnp)));
	}

	struct undi_rom_id *undi = (void *)(start + le16_get(h->undi));
	if (image_undi(start, image))
		undi->checksum = (u8)(undi->checksum - image_sum((u8 *)undi, undi->length));
	h->checksum = (u8)(h->checksum - image_sum(start, len));
}
