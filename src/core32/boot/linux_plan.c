/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_plan.h"
#include "ebb/error.h"
#include "fmt.h"
#include "mem.h"

/* Setup header, as offsets in the file. */
#define HDR_SETUP_SECTS  0x1f1u
#define HDR_SYSSIZE      0x1f4u
#define HDR_VID_MODE     0x1fau
#define HDR_BOOT_FLAG    0x1feu
#define HDR_JUMP_LEN     0x201u
#define HDR_SIGNATURE    0x202u
#define HDR_VERSION      0x206u
#define HDR_KERNEL_NAME  0x20eu
#define HDR_LOADER       0x210u
#define HDR_LOADFLAGS    0x211u
#define LOADED_HIGH      0x01u
#define CAN_USE_HEAP     0x80u
#define HDR_CODE32       0x214u
#define HDR_INITRD       0x218u
#define HDR_INITRD_LEN   0x21cu
#define HDR_HEAP_END     0x224u
#define HDR_CMDLINE      0x228u
#define HDR_INITRD_MAX   0x22cu /* 2.03 */
#define HDR_ALIGN        0x230u /* 2.05 */
#define HDR_RELOCATABLE  0x234u /* 2.05 */
#define HDR_CMDLINE_SIZE 0x238u /* 2.06 */
#define HDR_PREFERRED    0x258u /* 2.10, 64 bits */
#define HDR_INIT_SIZE    0x260u /* 2.10 */
#define HDR_END          0x264u /* the last field that is read here ends before it */
#define HDR_END_2_02     0x22cu

#define HDRS              0x53726448u
#define LOADER_UNASSIGNED 0xffu

/* The setup code, with the command line behind its heap, stays above what the firmware and
 * other boot programs use. */
#define SETUP_FLOOR 0x10000u

/* A kernel that does not say how much it needs unpacks to this many times its size at most. */
#define UNPACK_FACTOR 4u

static u16 get16(const u8 *at)
{
	return (u16)(at[0] | at[1] << 8);
}

static u32 get32(const u8 *at)
{
	return (u32)get16(at) | (u32)get16(at + 2) << 16;
}

static void put16(u8 *at, u32 v)
{
	at[0] = (u8)v;
	at[1] = (u8)(v >> 8);
}

static void put32(u8 *at, u32 v)
{
	put16(at, v);
	put16(at + 2, v >> 16);
}

/* Fields that later versions have added. */
static int parse_newer(const u8 *image, struct linux_header *h)
{
	if (h->version >= 0x203)
		h->initrd_max = get32(image + HDR_INITRD_MAX);
	if (h->version >= 0x205) {
		h->relocatable = image[HDR_RELOCATABLE] != 0;
		h->align = get32(image + HDR_ALIGN);
		/* Zero or odd values would send the search for a place astray. */
		if (h->relocatable && (!h->align || h->align & (h->align - 1)))
			return -E_LINUX_DAMAGED;
		if (!h->relocatable || h->align < MEMMAP_PAGE)
			h->align = MEMMAP_PAGE;
	}
	if (h->version >= 0x206)
		h->cmdline_max = get32(image + HDR_CMDLINE_SIZE);
	if (h->version >= 0x20a) {
		h->init_size = get32(image + HDR_INIT_SIZE);
		if (get32(image + HDR_PREFERRED + 4))
			return -E_LINUX_DAMAGED;
		if (get32(image + HDR_PREFERRED))
			h->preferred = get32(image + HDR_PREFERRED);
	}
	if (h->cmdline_max > LINUX_CMDLINE_MAX)
		h->cmdline_max = LINUX_CMDLINE_MAX;
	return 0;
}

int linux_parse(const u8 *image, u32 len, struct linux_header *h)
{
	if (len < HDR_END_2_02 || get16(image + HDR_BOOT_FLAG) != 0xaa55)
		return -E_LINUX_DAMAGED;

	u32 sects = image[HDR_SETUP_SECTS] ? image[HDR_SETUP_SECTS] : 4;
	*h = (struct linux_header){
		.version = get16(image + HDR_VERSION),
		.setup_len = (sects + 1) * 512,
		.code32_start = get32(image + HDR_CODE32),
		.initrd_max = 0x37ffffff,
		.cmdline_max = 255,
		.align = MEMMAP_PAGE,
		.preferred = LINUX_KERNEL_BASE,
	};
	if (get32(image + HDR_SIGNATURE) != HDRS || h->version < 0x202 ||
	    !(image[HDR_LOADFLAGS] & LOADED_HIGH))
		return -E_LINUX_OLD;
	if (h->setup_len > LINUX_SETUP_MAX || h->setup_len < HDR_END || len <= h->setup_len)
		return -E_LINUX_DAMAGED;
	h->kernel_len = len - h->setup_len;

	/* The header ends where its jump leads; fields beyond are code.  A kernel whose file has
	 * less than it announces was cut; more (signatures) does no harm. */
	u32 announced =
		h->version >= 0x204 ? get32(image + HDR_SYSSIZE) : get16(image + HDR_SYSSIZE);
	if (announced > (h->kernel_len + 15) / 16 ||
	    HDR_SIGNATURE + image[HDR_JUMP_LEN] < HDR_END_2_02)
		return -E_LINUX_DAMAGED;
	return parse_newer(image, h);
}

static bool overlaps(struct memrange a, struct memrange b)
{
	return a.base < (u64)b.base + b.len && b.base < (u64)a.base + a.len;
}

/* Where the kernel runs when its file is at `kernel`: it moves itself to where it wants to be
 * if it was loaded below. */
static struct memrange running_at(const struct linux_header *h, phys kernel)
{
	phys base = (kernel + h->align - 1) & ~(h->align - 1);
	u32 len = h->init_size;

	if (!len)
		len = h->kernel_len > 0x10000000 / UNPACK_FACTOR
			      ? h->kernel_len
			      : h->kernel_len * UNPACK_FACTOR;
	if (!h->relocatable || base < h->preferred)
		base = h->preferred;
	return (struct memrange){ base, len };
}

/* Whether the kernel can be put to `at` and run from there. */
static bool fits(const struct linux_header *h, const struct memmap *m, phys at,
		 const struct memrange *keep, u32 keeps, struct memrange *running)
{
	struct memrange file = { at, h->kernel_len };

	*running = running_at(h, at);
	for (u32 i = 0; i < keeps; i++)
		if (overlaps(file, keep[i]))
			return false;
	return memmap_all_ram(m, at, h->kernel_len) &&
	       (!h->init_size || memmap_all_ram(m, running->base, running->len));
}

static int place_kernel(const struct linux_header *h, const struct memmap *m,
			const struct memrange *keep, u32 keeps, struct linux_plan *p)
{
	p->kernel = LINUX_KERNEL_BASE;
	if (fits(h, m, p->kernel, keep, keeps, &p->running))
		return 0;
	if (!h->relocatable)
		return -E_ARENA_FULL;

	/* Just above each thing that is in the way: a range's start or the end of what is kept. */
	for (u32 i = 0; i < m->rams + keeps; i++) {
		u64 at = i < m->rams ? m->ram[i].base
				     : (u64)keep[i - m->rams].base + keep[i - m->rams].len;

		if (at < LINUX_KERNEL_BASE)
			at = LINUX_KERNEL_BASE;
		at = (at + h->align - 1) & ~(u64)(h->align - 1);
		if (at < 0xfffff000u && fits(h, m, (phys)at, keep, keeps, &p->running)) {
			p->kernel = (phys)at;
			return 0;
		}
	}
	return -E_ARENA_FULL;
}

int linux_place(const struct linux_header *h, const struct memmap *m, u32 base_top,
		u32 cmdline_len, const struct memrange *keep, u32 keeps, struct linux_plan *p)
{
	if (cmdline_len > h->cmdline_max)
		return -E_LINUX_CMDLINE;

	u32 need = LINUX_HEAP_END + cmdline_len + 1;
	if (base_top < SETUP_FLOOR || need > base_top - SETUP_FLOOR)
		return -E_NO_BASE_MEMORY;
	p->setup = (base_top - need) & ~15u;
	p->cmdline = p->setup + LINUX_HEAP_END;
	return place_kernel(h, m, keep, keeps, p);
}

struct memrange linux_initrd_room(const struct linux_header *h, const struct linux_plan *p,
				  const struct memmap *m, const struct memrange *keep,
				  u32 keeps)
{
	struct memrange use[8];
	u32 uses = 0;

	use[uses++] = (struct memrange){ p->kernel, h->kernel_len };
	use[uses++] = p->running;
	while (keeps && uses < ARRAY_LEN(use))
		use[uses++] = keep[--keeps];
	if (keeps)
		return (struct memrange){ 0, 0 };
	return arena_find(m, LINUX_KERNEL_BASE, h->initrd_max + 1, use, uses);
}

/* The value of `name=` in a command line, where it starts a word; NULL if absent.  The last
 * one counts, as in the kernel. */
static const char *find_word(const char *cmdline, const char *name)
{
	const char *found = NULL;
	u32 len = (u32)strlen(name);

	for (const char *at = cmdline; *at; at++) {
		if (at != cmdline && at[-1] != ' ')
			continue;

		u32 i = 0;
		while (i < len && at[i] == name[i])
			i++;
		if (i == len)
			found = at + len;
	}
	return found;
}

/* vga=: a mode number, or one of the protocol's three names. */
static u32 video_mode(const char *cmdline, u32 otherwise)
{
	const char *v = find_word(cmdline, "vga=");
	u32 n = 0, base = 10;

	if (!v || !*v || *v == ' ')
		return otherwise;
	if (v[0] == 'n' || v[0] == 'e' || v[0] == 'a')
		return v[0] == 'n' ? 0xffff : v[0] == 'e' ? 0xfffe : 0xfffd;
	if (v[0] == '0' && (v[1] | 0x20) == 'x') {
		base = 16;
		v += 2;
	}
	for (; *v && *v != ' '; v++) {
		u32 digit = *v <= '9' ? (u32)(*v - '0') : (u32)((*v | 0x20) - 'a' + 10);

		if (digit >= base || n > 0xffff)
			return otherwise;
		n = n * base + digit;
	}
	return n <= 0xffff ? n : otherwise;
}

void linux_patch(u8 *setup, const struct linux_header *h, const struct linux_plan *p,
		 struct memrange initrd, const char *cmdline)
{
	setup[HDR_LOADER] = LOADER_UNASSIGNED;
	setup[HDR_LOADFLAGS] |= CAN_USE_HEAP;
	put16(setup + HDR_HEAP_END, LINUX_HEAP_END - 0x200);
	put16(setup + HDR_VID_MODE, video_mode(cmdline, get16(setup + HDR_VID_MODE)));
	put32(setup + HDR_CODE32, h->code32_start + (p->kernel - LINUX_KERNEL_BASE));
	put32(setup + HDR_CMDLINE, p->cmdline);
	put32(setup + HDR_INITRD, initrd.len ? initrd.base : 0);
	put32(setup + HDR_INITRD_LEN, initrd.len);
}

void linux_version(const u8 *image, const struct linux_header *h, char *to, u32 room)
{
	u32 at = get16(image + HDR_KERNEL_NAME);
	u32 len = 0;

	at += 0x200;
	if (at == 0x200 || at >= h->setup_len) {
		fmt_text(to, room, "?");
		return;
	}
	while (len < h->setup_len - at && image[at + len] != ' ')
		len++;
	fmt_printable(to, room, (const char *)image + at, len);
}

bool linux_initrd_name(const char *cmdline, u32 index, const char *kernel_name, char *to,
		       u32 room)
{
	const char *v = find_word(cmdline, "initrd=");
	u32 dir = 0, len = 0;

	if (!v)
		return false;
	for (; index; index--) {
		while (*v && *v != ' ' && *v != ',')
			v++;
		if (*v++ != ',')
			return false;
	}
	while (v[len] && v[len] != ' ' && v[len] != ',')
		len++;
	if (!len)
		return false;

	if (*v != '/')
		for (u32 i = 0; kernel_name[i]; i++)
			if (kernel_name[i] == '/')
				dir = i + 1;
	if (dir >= room || len >= room - dir)
		return false;
	memcpy(to, kernel_name, dir);
	memcpy(to + dir, v, len);
	to[dir + len] = 0;
	return true;
}
