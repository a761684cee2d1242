/* SPDX-License-Identifier: BSD-2-Clause */
#include "int15.h"
#include "bios.h"
#include "ebb/bda.h"
#include "ebb/e820.h"
#include "ebb/error.h"
#include "lowmem.h"
#include "main.h"
#include "mem.h"
#include "memmap.h"

/* MEM-2: each call finds a cleared buffer, attributes that say "enabled", and CF set; the gate
 * keeps what firmware may trash. */
static bool read_e820(struct memmap *m)
{
	struct e820_entry *e = (struct e820_entry *)segoff_linear(boot.handoff.bounce);
	u32 next = 0;

	memmap_reset(m, MEMMAP_E820);
	for (u32 i = 0; i < E820_CALLS_MAX; i++) {
		struct rm_call c = {
			.eax = 0xe820,
			.ebx = next,
			.ecx = E820_LEN,
			.edx = E820_SMAP,
			.es = boot.handoff.bounce.seg,
			.edi = boot.handoff.bounce.off,
		};

		*e = (struct e820_entry){ .attributes = E820_ENABLED };
		bios_int(0x15, &c);
		/* CF on a later call is another way to say that the last one was the last. */
		if (c.eflags & EFLAGS_CF || c.eax != E820_SMAP)
			break;
		if (c.ecx < E820_LEN_MIN || c.ecx > E820_LEN)
			return false;
		if (c.ecx < E820_LEN || e->attributes & E820_ENABLED)
			if (!memmap_add(m, e->base, e->len, e->type))
				return false;
		if (!c.ebx || c.ebx == next)
			break;
		next = c.ebx;
	}
	return memmap_believable(m);
}

static bool read_e801(struct memmap *m, u32 base_kb)
{
	struct rm_call c = { .eax = 0xe801 };

	bios_int(0x15, &c);
	if (c.eflags & EFLAGS_CF)
		return false;
	/* Some firmware fills only the "configured" pair. */
	if (!(c.eax & 0xffff) && !(c.ebx & 0xffff))
		return memmap_from_e801(m, base_kb, c.ecx & 0xffff, c.edx & 0xffff);
	return memmap_from_e801(m, base_kb, c.eax & 0xffff, c.ebx & 0xffff);
}

static bool read_88(struct memmap *m, u32 base_kb)
{
	struct rm_call c = { .eax = 0x8800 };

	bios_int(0x15, &c);
	return !(c.eflags & EFLAGS_CF) && memmap_from_88(m, base_kb, c.eax & 0xffff);
}

int int15_read(struct memmap *m)
{
	struct lowmem lm;
	u32 base_kb = low_read16(&lm, BDA_BASE_KB);

	if (!read_e820(m) && !read_e801(m, base_kb) && !read_88(m, base_kb)) {
		memmap_reset(m, MEMMAP_NONE);
		return -E_NO_MEMORY;
	}
	memmap_normalise(m);
	return m->rams ? 0 : -E_NO_MEMORY;
}

bool int15_shows_ram(phys base, u32 len)
{
	static struct memmap m;
	struct lowmem lm;
	u32 base_kb = low_read16(&lm, BDA_BASE_KB);

	/* Whether or not we believe it, an operating system may. */
	read_e820(&m);
	return memmap_shows_ram(&m, base, len) ||
	       (read_e801(&m, base_kb) && memmap_shows_ram(&m, base, len)) ||
	       (read_88(&m, base_kb) && memmap_shows_ram(&m, base, len));
}
