/* SPDX-License-Identifier: BSD-2-Clause */
#include "e820.h"

#include "ebb/e820.h"
#include "real.h"

#define E801_LOW_MAX  0x3c00u /* KiB from 1 MiB to 16 MiB */
#define E801_HIGH_MAX 0xfeffu /* 64-KiB blocks from 16 MiB to below 4 GiB */

static void call_15(const struct handoff *h, struct rm_call *c, u32 eax)
{
	c->eax = eax;
	real_interrupt(h, c, 0x15);
}

static bool by_e820(const struct handoff *h, struct place_map *m)
{
	volatile struct e820_entry *e = memory_at(segoff_linear(h->bounce));
	u32 next = 0;

	m->count = 0;
	for (u32 i = 0; i < E820_CALLS_MAX; i++) {
		struct rm_call c;

		e->base = 0;
		e->len = 0;
		e->type = 0;
		e->attributes = E820_ENABLED;
		real_prepare(h, &c);
		c.ebx = next;
		c.ecx = E820_LEN;
		c.edx = E820_SMAP;
		c.edi = h->bounce.off;
		call_15(h, &c, 0xe820);

		/* CF also ends some lists, on the call behind the last entry. */
		if (c.eflags & EFLAGS_CF)
			return i > 0;
		if (c.eax != E820_SMAP || c.ecx < E820_LEN_MIN)
			return false;

		bool counts = c.ecx < E820_LEN || (e->attributes & E820_ENABLED);
		/* A list that does not begin with base memory is somebody's accident (MEM-3). */
		if (i == 0 && (!counts || e->base != 0 || e->len == 0 || e->type != E820_RAM))
			return false;
		if (counts && !place_add(m, e->base, e->len, e->type))
			return false;

		/* The same continuation twice would go on for ever (MEM-2). */
		if (c.ebx == 0 || c.ebx == next)
			return true;
		next = c.ebx;
	}
	return true;
}

static bool by_e801(const struct handoff *h, struct place_map *m)
{
	struct rm_call c;

	real_prepare(h, &c);
	call_15(h, &c, 0xe801);
	if (c.eflags & EFLAGS_CF)
		return false;

	/* Some fill only the "configured" pair. */
	bool first_pair = (c.eax & 0xffff) != 0 || (c.ebx & 0xffff) != 0;
	u32 low_kb = (first_pair ? c.eax : c.ecx) & 0xffff;
	u32 high_64k = (first_pair ? c.ebx : c.edx) & 0xffff;
	if (low_kb == 0 || low_kb > E801_LOW_MAX || high_64k > E801_HIGH_MAX)
		return false;

	m->count = 0;
	return place_add(m, MIB, low_kb * KIB, E820_RAM) &&
	       place_add(m, 16 * MIB, high_64k * 64 * KIB, E820_RAM);
}

static bool by_88(const struct handoff *h, struct place_map *m)
{
	struct rm_call c;

	real_prepare(h, &c);
	call_15(h, &c, 0x8800);
	if ((c.eflags & EFLAGS_CF) || (c.eax & 0xffff) == 0)
		return false;

	m->count = 0;
	return place_add(m, MIB, (c.eax & 0xffff) * KIB, E820_RAM);
}

bool e820_read(const struct handoff *h, struct place_map *m)
{
	return by_e820(h, m) || by_e801(h, m) || by_88(h, m);
}
