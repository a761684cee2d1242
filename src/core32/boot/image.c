/* SPDX-License-Identifier: BSD-2-Clause */
#include "image.h"
#include "ebb/error.h"

/* Starts of files that an administrator may name by mistake.  An NBP may begin with nearly
 * anything, so only unmistakable ones are listed. */
struct magic {
	u8 len;
	char at[6];
};

static const struct magic magics[] = {
	{ 4, "\177ELF" },          { 3, "\037\213\010" }, /* gzip */
	{ 6, "\3757zXZ" },                                /* xz */
	{ 4, "PK\003\004" },                              /* zip */
	{ 4, "\050\265\057\375" },                        /* zstd */
};

static bool starts_with(struct bytes image, const struct magic *m)
{
	if (image.len < m->len)
		return false;
	for (u32 i = 0; i < m->len; i++)
		if (image.at[i] != (u8)m->at[i])
			return false;
	return true;
}

static bool is_linux(struct bytes image)
{
	const u8 *p = image.at;

	return image.len >= 0x208 && p[0x1fe] == 0x55 && p[0x1ff] == 0xaa && p[0x202] == 'H' &&
	       p[0x203] == 'd' && p[0x204] == 'r' && p[0x205] == 'S';
}

/* A PE program (EFI) begins like a DOS one; only the second header tells. */
static bool is_pe(struct bytes image)
{
	const u8 *p = image.at;

	if (image.len < 0x40 || p[0] != 'M' || p[1] != 'Z')
		return false;

	u32 at = (u32)p[0x3c] | (u32)p[0x3d] << 8 | (u32)p[0x3e] << 16 | (u32)p[0x3f] << 24;
	return at <= image.len - 4 && p[at] == 'P' && p[at + 1] == 'E' && !p[at + 2] &&
	       !p[at + 3];
}

/* Scripts, web pages (a server's error), configuration files: nothing but text. */
static bool is_text(struct bytes image)
{
	u32 len = image.len < 256 ? image.len : 256;

	for (u32 i = 0; i < len; i++) {
		u8 c = image.at[i];

		if (c >= 0x7f || (c < ' ' && c != '\t' && c != '\n' && c != '\r'))
			return false;
	}
	return true;
}

/* All 00 or all FF where the program should begin: a hole in a file, or erased flash. */
static bool is_hole(struct bytes image)
{
	u32 len = image.len < 16 ? image.len : 16;

	for (u32 i = 0; i < len; i++)
		if (image.at[i] != image.at[0])
			return false;
	return image.at[0] == 0 || image.at[0] == 0xff;
}

int image_probe(struct bytes image, enum image_kind *kind)
{
	if (!image.len)
		return -E_IMAGE_EMPTY;
	if (is_linux(image)) {
		*kind = IMAGE_LINUX;
		return 0;
	}
	for (u32 i = 0; i < ARRAY_LEN(magics); i++)
		if (starts_with(image, &magics[i]))
			return -E_IMAGE_UNKNOWN;
	if (is_pe(image) || is_text(image) || is_hole(image))
		return -E_IMAGE_UNKNOWN;
	*kind = IMAGE_NBP;
	return 0;
}
