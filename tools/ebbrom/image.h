/* SPDX-License-Identifier: BSD-2-Clause */
/* An option ROM file as its headers describe it.  Pure: no file is opened, nothing printed,
 * and whatever the file says, every offset kept here lies inside it. */
#ifndef EBBROM_IMAGE_H
#define EBBROM_IMAGE_H

#include "ebb/payload.h"
#include "ebb/rom.h"
#include "ebb/types.h"

#define ROM_IMAGES_MAX  16u
#define ROM_HEADERS_MAX 16u

/* Offsets are from the start of the image; 0 = there is none. */
struct rom_image {
	u32 off;      /* in the file */
	u32 len;      /* as PCIR says, else as byte 2 says; cut at the end of the file */
	u32 init_len; /* byte 2; may be 0 or more than len */
	u32 pcir;     /* all 18h bytes inside; the 4 more of revision 3 if has_pcir3 */
	bool has_pcir3;
	u32 info; /* struct rom_info */
	u32 pnps;
	u32 pnp[ROM_HEADERS_MAX]; /* the $PnP headers of the chain, in its order */
};

/* Why the walk from image to image ended. */
enum chain_end {
	CHAIN_LAST,      /* at an image that says it is the last, or has no PCIR */
	CHAIN_NO_HEADER, /* no 55AA where the next image should be */
	CHAIN_NO_LENGTH, /* an image length of 0 */
	CHAIN_CUT,       /* an image goes on behind the end of the file */
	CHAIN_TOO_LONG,  /* more than ROM_IMAGES_MAX */
};

struct rom_file {
	struct bytes all;
	u32 images;
	struct rom_image image[ROM_IMAGES_MAX];
	enum chain_end end;
	u32 end_off; /* in the file */
};

/* Describes `all`.  False if it does not even start with a ROM header. */
bool image_parse(struct bytes all, struct rom_file *rom);

/* The image's bytes. */
struct bytes image_bytes(const struct rom_file *rom, const struct rom_image *image);

/* Its structures; NULL if there is none.  With PCIR revision 0, the last two fields of struct
 * pcir must not be looked at. */
const struct pcir *image_pcir(const struct rom_file *rom, const struct rom_image *image);
const struct pnp_header *image_pnp(const struct rom_file *rom, const struct rom_image *image,
				   u32 n);
const struct rom_info *image_info(const struct rom_file *rom, const struct rom_image *image);

/* The UNDI ROM ID of the image whose bytes start at `start`, all of its length inside; NULL if there
 * is none. */
const struct undi_rom_id *image_undi(const u8 *start, const struct rom_image *image);

/* The PCIR code type; PC-AT without PCIR. */
u8 image_code_type(const struct rom_file *rom, const struct rom_image *image);

/* The number of device ids in the PCIR device list; *off is its offset in the image.  -1 if
 * the list is not all inside the image; 0 without one. */
s32 image_device_list(const struct rom_file *rom, const struct rom_image *image, u32 *off);

/* Length of the NUL-terminated text at `off`, or -1 if it is not inside the image. */
s32 image_text(const struct rom_file *rom, const struct rom_image *image, u32 off);

/* The bytes of the first `len` bytes, added up; 0 is what a ROM header wants. */
u8 image_sum(const u8 *at, u32 len);

/* ebb's payload.  Copies its header to *p and its offset in the file to *off, after every
 * offset and length in it has been checked.  NULL, or what is wrong with it. */
const char *image_payload(const struct rom_file *rom, struct payload *p, u32 *off);

/* CRC-32 of the payload of p->total_len bytes at `at`, as its header should have it. */
u32 image_payload_crc(const u8 *at, const struct payload *p);

/* Makes all sums right that belong to `image` of the file whose bytes are at `at`. */
void image_fix_sums(u8 *at, const struct rom_image *image);

#endif
