/* SPDX-License-Identifier: BSD-2-Clause */
#include "memmap.h"
#include "ebb/bda.h"

#define TOP       0xfffff000ull /* a range may end here: its end still fits in 32 bits */
#define E801_FULL 0x3c00u       /* KiB from 1 to 16 MiB */

struct span {
	u64 base;
	u64 end;
};

void memmap_reset(struct memmap *m, enum memmap_source source)
{
	m->source = source;
	m->raws = 0;
	m->rams = 0;
}

bool memmap_add(struct memmap *m, u64 base, u64 len, u32 type)
{
	if (m->raws == MEMMAP_RAW_MAX)
		return false;
	m->raw[m->raws++] = (struct memmap_entry){ base, len, type };
	return true;
}

/* An entry may claim more than 2^64 bytes: it then ends there. */
static struct span span_of(const struct memmap_entry *e)
{
	u64 end = e->base + e->len;

	return (struct span){ e->base, end < e->base ? ~0ull : end };
}

bool memmap_believable(const struct memmap *m)
{
	const struct memmap_entry *first = &m->raw[0];

	if (!m->raws || first->type != E820_RAM || first->base || first->len > BASE_TOP)
		return false;
	for (u32 i = 1; i < m->raws; i++)
		if (m->raw[i].type == E820_RAM && m->raw[i].base >= MIB &&
		    m->raw[i].base < TOP && m->raw[i].len)
			return true;
	return false;
}

bool memmap_from_e801(struct memmap *m, u32 base_kb, u32 kb_low, u32 blocks_high)
{
	/* Some firmware answers with all of 4 GiB. */
	if (!kb_low || kb_low > E801_FULL || blocks_high >= 0xff00)
		return false;
	memmap_reset(m, MEMMAP_E801);
	memmap_add(m, 0, base_kb * KIB, E820_RAM);
	memmap_add(m, MIB, kb_low * KIB, E820_RAM);
	if (kb_low == E801_FULL && blocks_high)
		memmap_add(m, 16 * MIB, (u64)blocks_high << 16, E820_RAM);
	return true;
}

bool memmap_from_88(struct memmap *m, u32 base_kb, u32 kb)
{
	if (!kb || kb > 0xffff)
		return false;
	memmap_reset(m, MEMMAP_88);
	memmap_add(m, 0, base_kb * KIB, E820_RAM);
	memmap_add(m, MIB, kb * KIB, E820_RAM);
	return true;
}

/* The first byte from `at` on, below `end`, that no less usable entry denies.  Entries other
 * than RAM count in whole pages. */
static u64 skip_denied(const struct memmap *m, u64 at, u64 end)
{
	bool moved = true;

	while (moved && at < end) {
		moved = false;
		for (u32 i = 0; i < m->raws; i++) {
			struct span s = span_of(&m->raw[i]);

			if (m->raw[i].type == E820_RAM || s.base == s.end)
				continue;
			if (s.end > ~0ull - MEMMAP_PAGE)
				s.end = ~0ull - MEMMAP_PAGE;
			s.base &= ~(u64)(MEMMAP_PAGE - 1);
			s.end = (s.end + MEMMAP_PAGE - 1) & ~(u64)(MEMMAP_PAGE - 1);
			if (at >= s.base && at < s.end) {
				at = s.end;
				moved = true;
			}
		}
	}
	return at < end ? at : end;
}

/* The first byte from `at` on, below `end`, where a less usable entry begins. */
static u64 next_denied(const struct memmap *m, u64 at, u64 end)
{
	for (u32 i = 0; i < m->raws; i++) {
		struct span s = span_of(&m->raw[i]);

		s.base &= ~(u64)(MEMMAP_PAGE - 1);
		if (m->raw[i].type != E820_RAM && s.base != s.end && s.base > at &&
		    s.base < end)
			end = s.base;
	}
	return end;
}

/* The next run of RAM from `at` on, whatever order its entries came in; false at the end. */
static bool next_ram(const struct memmap *m, u64 at, struct span *found)
{
	bool grew = true;

	*found = (struct span){ ~0ull, ~0ull };
	for (u32 i = 0; i < m->raws; i++) {
		struct span s = span_of(&m->raw[i]);

		if (s.base < at)
			s.base = at;
		if (m->raw[i].type == E820_RAM && s.base < s.end && s.base < found->base)
			*found = s;
	}
	while (grew && found->base != ~0ull) {
		grew = false;
		for (u32 i = 0; i < m->raws; i++) {
			struct span s = span_of(&m->raw[i]);

			if (m->raw[i].type == E820_RAM && s.base <= found->end &&
			    s.end > found->end) {
				found->end = s.end;
				grew = true;
			}
		}
	}
	return found->base != ~0ull;
}

static void add_ram(struct memmap *m, u64 base, u64 end)
{
	base = (base + MEMMAP_PAGE - 1) & ~(u64)(MEMMAP_PAGE - 1);
	end &= ~(u64)(MEMMAP_PAGE - 1);
	if (base < end && m->rams < MEMMAP_RAM_MAX)
		m->ram[m->rams++] = (struct memrange){ (phys)base, (u32)(end - base) };
}

void memmap_normalise(struct memmap *m)
{
	struct span run;
	u64 at = 0;

	m->rams = 0;
	while (at < TOP && next_ram(m, at, &run)) {
		at = run.end;
		if (run.end > TOP)
			run.end = TOP;
		while (run.base < run.end) {
			run.base = skip_denied(m, run.base, run.end);
			u64 stop = next_denied(m, run.base, run.end);

			add_ram(m, run.base, stop);
			run.base = stop;
		}
	}
}

bool memmap_all_ram(const struct memmap *m, phys base, u32 len)
{
	for (u32 i = 0; i < m->rams; i++) {
		u32 before = base - m->ram[i].base;

		if (base >= m->ram[i].base && before <= m->ram[i].len &&
		    len <= m->ram[i].len - before)
			return true;
	}
	return !len;
}

bool memmap_shows_ram(const struct memmap *m, phys base, u32 len)
{
	u64 end = (u64)base + len;

	/* Walk the pieces of [base, end) that no other type covers. */
	for (u64 at = base; at < end;) {
		u64 covered = at;

		for (u32 i = 0; i < m->raws; i++) {
			struct span s = span_of(&m->raw[i]);

			if (m->raw[i].type != E820_RAM && at >= s.base && covered < s.end)
				covered = s.end;
		}
		if (covered > at) {
			at = covered;
			continue;
		}

		u64 stop = end;
		bool ram = false;
		for (u32 i = 0; i < m->raws; i++) {
			struct span s = span_of(&m->raw[i]);

			if (s.base > at && s.base < stop && s.base < s.end)
				stop = s.base;
			if (m->raw[i].type != E820_RAM)
				continue;
			if (at >= s.base && at < s.end)
				ram = true;
		}
		if (ram)
			return true;
		at = stop;
	}
	return false;
}
