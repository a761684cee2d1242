/* SPDX-License-Identifier: BSD-2-Clause */
#include "start.h"
#include "bios.h"
#include "ebb/bda.h"
#include "ebb/error.h"
#include "fetch.h"
#include "fmt.h"
#include "linux_plan.h"
#include "lowmem.h"
#include "main.h"
#include "mem.h"
#include "say.h"
#include "stack.h"
#include "teardown.h"
#include "ui/settings.h"

#define ENTRY_PARAGRAPHS 0x20u /* the setup code starts behind its header (LNX-4) */
#define INITRDS_MAX      16u
#define CPIO_ALIGN       4u /* concatenated archives start on such a boundary (LNX-3) */

/* The end of base memory: 40:13, or the EBDA where firmware has not taken it off. */
static u32 base_top(void)
{
	struct lowmem lm;
	u32 top = low_read16(&lm, BDA_BASE_KB) * KIB;
	u32 ebda = (u32)low_read16(&lm, BDA_EBDA_SEG) << 4;

	if (top > BASE_TOP)
		top = BASE_TOP;
	if (ebda >= EBDA_SEG_MIN << 4 && ebda < top)
		top = ebda;
	return top;
}

/* DHCP option 129 is the network's word; the ROM's own setting fills in. */
static void get_cmdline(char cmdline[LINUX_CMDLINE_MAX + 1])
{
	const char *from = net_lease(boot.net)->cmdline;

	if (*from)
		fmt_text(cmdline, LINUX_CMDLINE_MAX + 1, "%s", from);
	else
		settings_get(boot.settings, sizeof(boot.settings), "cmdline", cmdline,
			     LINUX_CMDLINE_MAX + 1);
}

/* Fetches what initrd= names, one archive behind the other. */
static int get_initrds(const char *cmdline, struct memrange room, struct memrange *initrd)
{
	char name[BOOT_TEXT_MAX];

	*initrd = (struct memrange){ room.base, 0 };
	for (u32 i = 0; i < INITRDS_MAX; i++) {
		u32 pad = -initrd->len & (CPIO_ALIGN - 1), len;

		if (!linux_initrd_name(cmdline, i, boot.file, name, sizeof(name)))
			return 0;
		if (room.len - initrd->len <= pad)
			return -E_LINUX_INITRD;
		memset((void *)(room.base + initrd->len), 0, pad);
		initrd->len += pad;

		struct memrange rest = { room.base + initrd->len, room.len - initrd->len };
		int e = fetch_file(name, rest, &len);
		if (e)
			return e == -E_ARENA_FULL ? -E_LINUX_INITRD : e;
		initrd->len += len;
	}
	return 0;
}

/* From here on nothing may fail, and the firmware is not called any more: the setup code may
 * lie over the real-mode stack. */
static void __attribute__((noreturn))
jump(const u8 *image, const struct linux_header *h, const struct linux_plan *p,
     struct memrange initrd, const char *cmdline)
{
	u16 seg = (u16)(p->setup >> 4);
	struct rm_call c = {
		.target = { 0, (u16)(seg + ENTRY_PARAGRAPHS) },
		.stack = { LINUX_HEAP_END, seg },
		.ds = seg,
		.es = seg,
		.fs = seg,
		.gs = seg,
	};

	memcpy((void *)p->setup, image, h->setup_len);
	memcpy((void *)p->cmdline, cmdline, strlen(cmdline) + 1);
	linux_patch((u8 *)p->setup, h, p, initrd, cmdline);
	memmove((void *)p->kernel, image + h->setup_len, h->kernel_len);
	for (;;)
		bios_start(&c);
}

int start_linux(struct bytes image)
{
	static char cmdline[LINUX_CMDLINE_MAX + 1];
	struct memrange keep[BOOT_RESIDENT_MAX + 1];
	struct memrange initrd;
	struct linux_header h;
	struct linux_plan p;
	char version[48];
	u32 keeps = boot.residents;
	int e;

	e = linux_parse(image.at, image.len, &h);
	if (e)
		return e;
	get_cmdline(cmdline);
	memcpy(keep, boot.resident, sizeof(boot.resident));
	e = linux_place(&h, &boot.map, base_top(), (u32)strlen(cmdline), keep, keeps, &p);
	if (e)
		return e;

	keep[keeps++] = (struct memrange){ (phys)image.at, image.len };
	e = get_initrds(cmdline, linux_initrd_room(&h, &p, &boot.map, keep, keeps), &initrd);
	if (e)
		return e;

	linux_version(image.at, &h, version, sizeof(version));
	say(SAY_FACT, "ebb: boot: linux %s setup %08x kernel %08x +%u initrd %08x +%u\n",
	    version, p.setup, p.kernel, h.kernel_len, initrd.len ? initrd.base : 0, initrd.len);
	/* LNX-5: the card stops before the kernel takes its rings' memory.  What INIT reserved
	 * stays reserved: 40:13 and the firmware's map say so to the kernel. */
	teardown();
	jump(image.at, &h, &p, initrd, cmdline);
}
