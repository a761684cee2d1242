/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include "check.h"
#include "ebb/error.h"
#include "image.h"
#include "ui/settings.h"
#include "pxe/window.h"

static u8 image[1024];

/* The answer for an image of `len` bytes that starts with `start` and goes on as code. */
static int probe(const void *start, u32 start_len, u32 len, enum image_kind *kind)
{
	memset(image, 0x90, sizeof(image));
	memcpy(image, start, start_len);
	return image_probe((struct bytes){ image, len }, kind);
}

static bool refused(const void *start, u32 start_len, u32 len)
{
	enum image_kind kind = (enum image_kind)99;

	return probe(start, start_len, len, &kind) == -E_IMAGE_UNKNOWN &&
	       kind == (enum image_kind)99;
}

static void test_probe_takes_code_of_any_length_for_an_nbp(void **state)
{
	enum image_kind kind;

	(void)state;
	CHECK(probe("\xea\x05\x00\xc0\x07", 5, 512, &kind) == 0 && kind == IMAGE_NBP);
	CHECK(probe("\xcb", 1, 1, &kind) == 0 && kind == IMAGE_NBP);
	/* A DOS header alone is no PE program, wherever its pointer leads. */
	CHECK(probe("MZ\x90", 3, 64, &kind) == 0 && kind == IMAGE_NBP);
	CHECK(probe("MZ", 2, 63, &kind) == 0 && kind == IMAGE_NBP);
}

static void test_probe_knows_linux_before_anything_else(void **state)
{
	enum image_kind kind;

	(void)state;
	/* EFI kernels are PE programs as well. */
	memset(image, 0, sizeof(image));
	memcpy(image, "MZ", 2);
	image[0x3c] = 0x80;
	memcpy(image + 0x80, "PE\0\0", 4);
	memcpy(image + 0x1fe, "\x55\xaa\xeb\x66HdrS\x0f\x02", 10);
	CHECK(image_probe((struct bytes){ image, 0x208 }, &kind) == 0 && kind == IMAGE_LINUX);
	CHECK(image_probe((struct bytes){ image, 0x207 }, &kind) == -E_IMAGE_UNKNOWN);
	image[0x1fe] = 0;
	CHECK(image_probe((struct bytes){ image, 0x208 }, &kind) == -E_IMAGE_UNKNOWN);
}

static void test_probe_refuses_an_empty_image(void **state)
{
	enum image_kind kind;

	(void)state;
	CHECK(image_probe((struct bytes){ image, 0 }, &kind) == -E_IMAGE_EMPTY);
}

static void test_probe_refuses_what_is_no_program(void **state)
{
	u8 pe[0x44] = "MZ";
	u8 hole[16] = { 0 }, erased[16];

	(void)state;
	pe[0x3c] = 0x40;
	memcpy(pe + 0x40, "PE\0\0", 4);
	memset(erased, 0xff, sizeof(erased));
	CHECK(refused("\177ELF\1\1", 6, 512));
	CHECK(refused("\177ELF", 4, 4));
	CHECK(refused("\x1f\x8b\x08\0\0", 5, 512));
	CHECK(refused("\xfd"
		      "7zXZ\0",
		      6, 512));
	CHECK(refused("PK\3\4\x0a", 5, 512));
	CHECK(refused("\x28\xb5\x2f\xfd", 4, 512));
	CHECK(refused(pe, sizeof(pe), 512));
	CHECK(refused(pe, sizeof(pe), sizeof(pe)));
	CHECK(refused("#!ipxe\nchain foo\n", 17, 17));
	CHECK(refused("<html>\r\n\t404</html>", 19, 19));
	CHECK(refused(hole, 16, 512));
	CHECK(refused(erased, 16, 512));
	CHECK(refused("\0", 1, 1));
}

static void test_settings_get(void **state)
{
	static const char lines[64] = "quiet=1\ncmdline=console=ttyS0 a=b\nlast=x";
	char to[32];

	(void)state;
	CHECK(settings_get(lines, sizeof(lines), "cmdline", to, sizeof(to)));
	CHECK(!strcmp(to, "console=ttyS0 a=b"));
	CHECK(settings_get(lines, sizeof(lines), "last", to, sizeof(to)) && !strcmp(to, "x"));
	CHECK(settings_get(lines, 39, "last", to, sizeof(to)) && !strcmp(to, ""));
	CHECK(!settings_get(lines, sizeof(lines), "line", to, sizeof(to)) && !to[0]);
	CHECK(!settings_get(lines, sizeof(lines), "qui", to, sizeof(to)));
	CHECK(!settings_get(lines, sizeof(lines), "cmdline", to, 17) && !to[0]);
	CHECK(settings_get(lines, sizeof(lines), "cmdline", to, 18));
	CHECK(!settings_get(lines, 0, "quiet", to, sizeof(to)));
}

static u8 sum(const u8 *at, u32 len)
{
	u8 s = 0;

	while (len--)
		s = (u8)(s + *at++);
	return s;
}

static void test_window_build_makes_valid_structures(void **state)
{
	const phys base = 0x9ec00;
	u8 w[WINDOW_DATA];

	(void)state;
	window_build(w, base, (struct segoff){ 0x123, 0xdf00 },
		     (struct segoff){ 0x456, 0xdf00 }, (struct segoff){ 0x44, 0xdf00 });

	const struct pxenv *v = (const void *)(w + WINDOW_PXENV);
	const struct pxe *x = (const void *)(w + WINDOW_PXE);
	CHECK(!memcmp(w, "\xea\x56\x04\x00\xdf", 5));
	CHECK(!memcmp(v, "PXENV+", 6) && v->length == 0x2c && !sum((const u8 *)v, 0x2c));
	CHECK(!memcmp(x, "!PXE", 4) && x->length == 0x58 && !sum((const u8 *)x, 0x58));
	CHECK(le16_get(v->version) == 0x201);
	CHECK(le16_get(v->entry[0]) == 0x456 && le16_get(v->entry[1]) == 0xdf00);
	CHECK(le16_get(v->pxe[0]) == WINDOW_PXE && le16_get(v->pxe[1]) == base >> 4);
	CHECK(le16_get(x->entry_sp[0]) == 0x123 && le16_get(x->entry_sp[1]) == 0xdf00);
	CHECK(le16_get(x->undi_rom_id[0]) == 0x44 && le16_get(x->undi_rom_id[1]) == 0xdf00);
	CHECK(le32_get(x->status_callout) == 0xffffffff && x->segments == 7);

	/* PXE-18: what PXELINUX computes as the end of us is the old 40:13. */
	u32 code = ((u32)le16_get(x->undi_code.seg) << 4) + le16_get(x->undi_code.size);
	u32 data = ((u32)le16_get(x->undi_data.seg) << 4) + le16_get(x->undi_data.size);
	CHECK(data == base + WINDOW_LEN && code <= data);
	CHECK(le32_get(x->undi_code.base) == base);
}

static void test_window_intact_sees_every_damaged_byte(void **state)
{
	u8 w[WINDOW_DATA];

	(void)state;
	window_build(w, 0x9ec00, (struct segoff){ 1, 2 }, (struct segoff){ 3, 4 },
		     (struct segoff){ 5, 6 });
	CHECK(window_intact(w));
	for (u32 i = 0; i < sizeof(w); i++) {
		bool counts = (i >= WINDOW_PXENV && i < WINDOW_PXENV + sizeof(struct pxenv)) ||
			      (i >= WINDOW_PXE && i < WINDOW_PXE + sizeof(struct pxe));

		w[i] ^= 0x40;
		CHECK(window_intact(w) == !counts);
		w[i] ^= 0x40;
	}
	memset(w, 0, sizeof(w));
	CHECK(!window_intact(w));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_probe_takes_code_of_any_length_for_an_nbp),
		cmocka_unit_test(test_probe_knows_linux_before_anything_else),
		cmocka_unit_test(test_probe_refuses_an_empty_image),
		cmocka_unit_test(test_probe_refuses_what_is_no_program),
		cmocka_unit_test(test_settings_get),
		cmocka_unit_test(test_window_build_makes_valid_structures),
		cmocka_unit_test(test_window_intact_sees_every_damaged_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
