/* SPDX-License-Identifier: BSD-2-Clause */
/* LNX-T1: synthetic headers of every protocol version, and machines with little base memory. */
#include <string.h>
#include "check.h"
#include "ebb/error.h"
#include "linux_plan.h"

#define SETUP_LEN  2048u
#define KERNEL_LEN 0x20000u

static u8 image[SETUP_LEN + KERNEL_LEN];
static struct linux_header h;
static struct linux_plan p;
static struct memmap m;

static void put32(u32 at, u32 v)
{
	for (u32 i = 0; i < 4; i++)
		image[at + i] = (u8)(v >> 8 * i);
}

static u32 get32(const u8 *at)
{
	return (u32)at[0] | (u32)at[1] << 8 | (u32)at[2] << 16 | (u32)at[3] << 24;
}

/* A kernel of protocol 2.`minor`; fields of newer versions hold garbage that must not count. */
static void kernel_of(u32 minor)
{
	memset(image, 0xcc, sizeof(image));
	image[0x1f1] = SETUP_LEN / 512 - 1;
	put32(0x1f4, KERNEL_LEN / 16);
	memcpy(image + 0x1fe, "\x55\xaa\xeb\x66HdrS", 8);
	image[0x206] = (u8)minor;
	image[0x207] = 2;
	image[0x20e] = 0x00;
	image[0x20f] = 0x04; /* version text at 600h */
	memcpy(image + 0x600, "6.1.0-ebb (who@where) #1", 25);
	image[0x211] = 1;
	put32(0x214, 0x100000);
	if (minor >= 3)
		put32(0x22c, 0x7fffffff);
	if (minor >= 5) {
		put32(0x230, 0x100000);
		image[0x234] = 1;
	}
	if (minor >= 6)
		put32(0x238, 2047);
	if (minor >= 10) {
		put32(0x258, 0x100000);
		put32(0x25c, 0);
		put32(0x260, 0x80000);
	}
}

static int parse(void)
{
	return linux_parse(image, sizeof(image), &h);
}

static void machine_with(u32 mib)
{
	memmap_reset(&m, MEMMAP_E820);
	memmap_add(&m, 0, 0x9fc00, E820_RAM);
	memmap_add(&m, MIB, (mib - 1) * MIB, E820_RAM);
	memmap_normalise(&m);
}

static int place(u32 base_kb)
{
	return linux_place(&h, &m, base_kb * KIB, 10, NULL, 0, &p);
}

static void test_parse_takes_defaults_for_what_a_version_lacks(void **state)
{
	(void)state;
	for (u32 minor = 2; minor <= 15; minor++) {
		kernel_of(minor);
		CHECK(parse() == 0);
		CHECK(h.version == 0x200 + minor);
		CHECK(h.setup_len == SETUP_LEN && h.kernel_len == KERNEL_LEN);
		CHECK(h.initrd_max == (minor >= 3 ? 0x7fffffff : 0x37ffffff));
		CHECK(h.relocatable == (minor >= 5));
		CHECK(h.align == (minor >= 5 ? 0x100000 : 0x1000));
		CHECK(h.cmdline_max == (minor >= 6 ? 2047 : 255));
		CHECK(h.init_size == (minor >= 10 ? 0x80000 : 0));
		CHECK(h.preferred == 0x100000);
	}
}

static void test_parse_refuses_old_protocols(void **state)
{
	(void)state;
	kernel_of(0);
	CHECK(parse() == -E_LINUX_OLD);
	kernel_of(1);
	CHECK(parse() == -E_LINUX_OLD);
	kernel_of(15);
	image[0x202] = 'h';
	CHECK(parse() == -E_LINUX_OLD);
	kernel_of(15);
	image[0x211] = 0; /* zImage */
	CHECK(parse() == -E_LINUX_OLD);
}

static void test_parse_refuses_cut_and_lying_images(void **state)
{
	(void)state;
	kernel_of(15);
	/* A buffer of the exact length, so that a read beyond it is seen. */
	for (u32 len = 0; len < SETUP_LEN + 1; len += 37) {
		u8 *cut = test_malloc(len ? len : 1);

		memcpy(cut, image, len);
		CHECK(linux_parse(cut, len, &h) == -E_LINUX_DAMAGED);
		test_free(cut);
	}
	CHECK(linux_parse(image, SETUP_LEN, &h) == -E_LINUX_DAMAGED);
	CHECK(linux_parse(image, SETUP_LEN + KERNEL_LEN - 16, &h) == -E_LINUX_DAMAGED);
	CHECK(linux_parse(image, SETUP_LEN + KERNEL_LEN - 15, &h) == 0);

	image[0x1f1] = 255;
	CHECK(parse() == -E_LINUX_DAMAGED);
	image[0x1f1] = 64; /* one sector over 32 KiB */
	put32(0x1f4, 1);
	CHECK(parse() == -E_LINUX_DAMAGED);
	image[0x1f1] = 63;
	CHECK(parse() == 0);
	kernel_of(15);
	image[0x1f1] = 0; /* means 4 */
	put32(0x1f4, 1);
	CHECK(parse() == 0 && h.setup_len == 2560);
	kernel_of(15);
	image[0x201] = 0x10; /* the header ends before the command line's field */
	CHECK(parse() == -E_LINUX_DAMAGED);
	kernel_of(15);
	put32(0x230, 0x180000); /* no power of two */
	CHECK(parse() == -E_LINUX_DAMAGED);
	put32(0x230, 0);
	CHECK(parse() == -E_LINUX_DAMAGED);
	kernel_of(15);
	put32(0x25c, 1); /* wants to run above 4 GiB */
	CHECK(parse() == -E_LINUX_DAMAGED);
	kernel_of(3);
	put32(0x1f4, 0xffff0001); /* before 2.04 only a word */
	CHECK(parse() == 0);
	kernel_of(4);
	put32(0x1f4, 0xffff0001);
	CHECK(parse() == -E_LINUX_DAMAGED);
	put32(0x1f4, 0);
	image[0x1f1] = 0x80;
	CHECK(parse() == -E_LINUX_DAMAGED);
}

static void test_place_puts_setup_and_command_line_below_40_13(void **state)
{
	static const u32 kb[] = { 640, 639, 600, 576, 512, 128 };

	(void)state;
	kernel_of(15);
	CHECK(parse() == 0);
	machine_with(16);
	for (u32 i = 0; i < ARRAY_LEN(kb); i++) {
		CHECK(place(kb[i]) == 0);
		CHECK(p.setup % 16 == 0 && p.setup >= 0x10000);
		CHECK(p.cmdline == p.setup + LINUX_HEAP_END);
		CHECK(p.cmdline + 11 <= kb[i] * KIB && p.cmdline + 11 + 16 > kb[i] * KIB);
		CHECK(p.kernel == 0x100000);
	}
	/* The NUL belongs to the command line. */
	CHECK(linux_place(&h, &m, 639 * KIB, 16, NULL, 0, &p) == 0);
	CHECK(p.cmdline + 17 <= 639 * KIB);
	CHECK(linux_place(&h, &m, 0x10000 + LINUX_HEAP_END + 17, 16, NULL, 0, &p) == 0);
	CHECK(linux_place(&h, &m, 0x10000 + LINUX_HEAP_END + 16, 16, NULL, 0, &p) ==
	      -E_NO_BASE_MEMORY);
	CHECK(place(64) == -E_NO_BASE_MEMORY);
	CHECK(place(120) == -E_NO_BASE_MEMORY);
	CHECK(place(0) == -E_NO_BASE_MEMORY);
}

static void test_place_refuses_a_command_line_that_is_too_long(void **state)
{
	(void)state;
	kernel_of(5);
	CHECK(parse() == 0);
	machine_with(16);
	CHECK(linux_place(&h, &m, 639 * KIB, 255, NULL, 0, &p) == 0);
	CHECK(linux_place(&h, &m, 639 * KIB, 256, NULL, 0, &p) == -E_LINUX_CMDLINE);
}

static void test_place_moves_a_relocatable_kernel_out_of_the_way(void **state)
{
	struct memrange core = { 0x110000, 0x60000 };

	(void)state;
	kernel_of(15);
	CHECK(parse() == 0);
	machine_with(16);
	CHECK(linux_place(&h, &m, 639 * KIB, 0, &core, 1, &p) == 0);
	CHECK(p.kernel == 0x200000 && p.running.base == 0x200000);

	memmap_reset(&m, MEMMAP_E820);
	memmap_add(&m, 0x480000, 0x400000, E820_RAM);
	memmap_normalise(&m);
	CHECK(place(639) == 0 && p.kernel == 0x500000);

	h.relocatable = false;
	CHECK(place(639) == -E_ARENA_FULL);
	machine_with(16);
	CHECK(linux_place(&h, &m, 639 * KIB, 0, &core, 1, &p) == -E_ARENA_FULL);
}

static void test_place_wants_ram_for_the_unpacked_kernel(void **state)
{
	(void)state;
	kernel_of(15);
	put32(0x260, 0x400000);
	put32(0x258, 0x1000000);
	CHECK(parse() == 0);
	machine_with(21);
	CHECK(place(639) == 0);
	CHECK(p.kernel == 0x100000 && p.running.base == 0x1000000 && p.running.len == 0x400000);
	machine_with(19);
	CHECK(place(639) == -E_ARENA_FULL);
	put32(0x260, 0xffffffff);
	CHECK(parse() == 0);
	CHECK(place(639) == -E_ARENA_FULL);
}

static void test_initrd_room_is_clear_of_everything(void **state)
{
	struct memrange keep[] = { { 0xf00000, 0x60000 }, { 0x100000, 0x20800 } };

	(void)state;
	kernel_of(15);
	CHECK(parse() == 0);
	machine_with(16);
	CHECK(place(639) == 0);
	struct memrange r = linux_initrd_room(&h, &p, &m, keep, 2);
	CHECK(r.base == 0x180000 && r.len == 0xf00000 - 0x180000);

	h.initrd_max = 0x7fffff;
	r = linux_initrd_room(&h, &p, &m, keep, 2);
	CHECK(r.base == 0x180000 && r.base + r.len == 0x800000);
	h.initrd_max = 0x17ffff;
	CHECK(linux_initrd_room(&h, &p, &m, keep, 2).len == 0);

	/* A kernel that does not say what it needs gets room to unpack. */
	kernel_of(9);
	CHECK(parse() == 0 && place(639) == 0);
	r = linux_initrd_room(&h, &p, &m, keep, 2);
	CHECK(r.base >= 0x100000 + 4 * KERNEL_LEN);
}

static void test_patch_completes_the_header(void **state)
{
	struct memrange initrd = { 0x200000, 0x1234 };

	(void)state;
	kernel_of(15);
	CHECK(parse() == 0);
	machine_with(16);
	CHECK(place(639) == 0);
	linux_patch(image, &h, &p, initrd, "quiet vga=0x317");
	CHECK(image[0x210] == 0xff && image[0x211] == 0x81);
	CHECK(get32(image + 0x214) == 0x100000);
	CHECK(get32(image + 0x218) == 0x200000 && get32(image + 0x21c) == 0x1234);
	CHECK((get32(image + 0x224) & 0xffff) == LINUX_HEAP_END - 0x200);
	CHECK(get32(image + 0x228) == p.cmdline);
	CHECK((get32(image + 0x1fa) & 0xffff) == 0x317);

	kernel_of(15);
	p.kernel = 0x500000;
	linux_patch(image, &h, &p, (struct memrange){ 0x200000, 0 }, "vga=ask");
	CHECK(get32(image + 0x214) == 0x500000);
	CHECK(get32(image + 0x218) == 0 && get32(image + 0x21c) == 0);
	CHECK((get32(image + 0x1fa) & 0xffff) == 0xfffd);
	linux_patch(image, &h, &p, initrd, "vga=70000");
	CHECK((get32(image + 0x1fa) & 0xffff) == 0xfffd);
	linux_patch(image, &h, &p, initrd, "novga=1 vga=791");
	CHECK((get32(image + 0x1fa) & 0xffff) == 791);
}

static u32 video_mode_of(const char *cmdline)
{
	image[0x1fa] = image[0x1fb] = 0x11;
	linux_patch(image, &h, &p, (struct memrange){ 0, 0 }, cmdline);
	return get32(image + 0x1fa) & 0xffff;
}

static void test_patch_takes_the_video_mode_from_the_command_line(void **state)
{
	(void)state;
	kernel_of(15);
	CHECK(parse() == 0);
	CHECK(video_mode_of("") == 0x1111);
	CHECK(video_mode_of("vga= 5") == 0x1111);
	CHECK(video_mode_of("vga=normal") == 0xffff);
	CHECK(video_mode_of("vga=ext") == 0xfffe);
	CHECK(video_mode_of("vga=ask x=1") == 0xfffd);
	CHECK(video_mode_of("vga=65535") == 65535);
	CHECK(video_mode_of("vga=65536") == 0x1111);
	CHECK(video_mode_of("vga=0xFfff x") == 0xffff);
	CHECK(video_mode_of("vga=0x10000") == 0x1111);
	CHECK(video_mode_of("vga=0xg") == 0x1111);
	CHECK(video_mode_of("vga=12a") == 0x1111);
	CHECK(video_mode_of("vga=99999999999999999999") == 0x1111);
	CHECK(video_mode_of("vga=1 vga=2") == 2);
}

static void test_version_is_the_first_word_of_the_kernels_text(void **state)
{
	char text[32];

	(void)state;
	kernel_of(15);
	CHECK(parse() == 0);
	linux_version(image, &h, text, sizeof(text));
	CHECK(!strcmp(text, "6.1.0-ebb"));
	image[0x20f] = 0xff;
	linux_version(image, &h, text, sizeof(text));
	CHECK(!strcmp(text, "?"));
	image[0x20e] = (u8)(SETUP_LEN - 0x202);
	image[0x20f] = (u8)((SETUP_LEN - 0x202) >> 8); /* its last two bytes, no end */
	linux_version(image, &h, text, sizeof(text));
	CHECK(!strcmp(text, "??"));
}

static void test_initrd_name_is_relative_to_the_kernel(void **state)
{
	const char *line = "root=/dev/ram0 initrd=a.img,sub/b.img quiet";
	char name[32];

	(void)state;
	CHECK(linux_initrd_name(line, 0, "/deb/vmlinuz", name, 32) &&
	      !strcmp(name, "/deb/a.img"));
	CHECK(linux_initrd_name(line, 1, "vmlinuz", name, 32) && !strcmp(name, "sub/b.img"));
	CHECK(!linux_initrd_name(line, 2, "vmlinuz", name, 32));
	CHECK(linux_initrd_name("initrd=/i", 0, "/deb/vmlinuz", name, 32) &&
	      !strcmp(name, "/i"));
	CHECK(linux_initrd_name("initrd=old initrd=new", 0, "k", name, 32) &&
	      !strcmp(name, "new"));
	CHECK(!linux_initrd_name("noinitrd=a", 0, "k", name, 32));
	CHECK(!linux_initrd_name("initrd=", 0, "k", name, 32));
	CHECK(!linux_initrd_name("", 0, "k", name, 32));
	CHECK(linux_initrd_name("initrd=12345", 0, "a/k", name, 8) && !strcmp(name, "a/12345"));
	CHECK(!linux_initrd_name("initrd=12345", 0, "a/k", name, 7));
	CHECK(!linux_initrd_name("initrd=1", 0, "a/b/c/d/k", name, 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_takes_defaults_for_what_a_version_lacks),
		cmocka_unit_test(test_parse_refuses_old_protocols),
		cmocka_unit_test(test_parse_refuses_cut_and_lying_images),
		cmocka_unit_test(test_place_puts_setup_and_command_line_below_40_13),
		cmocka_unit_test(test_place_refuses_a_command_line_that_is_too_long),
		cmocka_unit_test(test_place_moves_a_relocatable_kernel_out_of_the_way),
		cmocka_unit_test(test_place_wants_ram_for_the_unpacked_kernel),
		cmocka_unit_test(test_initrd_room_is_clear_of_everything),
		cmocka_unit_test(test_patch_completes_the_header),
		cmocka_unit_test(test_patch_takes_the_video_mode_from_the_command_line),
		cmocka_unit_test(test_version_is_the_first_word_of_the_kernels_text),
		cmocka_unit_test(test_initrd_name_is_relative_to_the_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
