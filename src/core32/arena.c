/* SPDX-License-Identifier: BSD-2-Clause */
#include "arena.h"

/* The first page boundary from `at` on that no use covers. */
static u64 skip_used(const struct memrange *use, u32 uses, u64 at)
{
	bool moved = true;

	while (moved) {
		moved = false;
		at = (at + MEMMAP_PAGE - 1) & ~(u64)(MEMMAP_PAGE - 1);
		for (u32 i = 0; i < uses; i++) {
			u64 end = (u64)use[i].base + use[i].len;

			if (at >= use[i].base && at < end) {
				at = end;
				moved = true;
			}
		}
	}
	return at;
}

/* Where the next use begins from `at` on, at most `end`. */
static u64 next_used(const struct memrange *use, u32 uses, u64 at, u64 end)
{
	for (u32 i = 0; i < uses; i++)
		if (use[i].len && use[i].base >= at && use[i].base < end)
			end = use[i].base;
	return end & ~(u64)(MEMMAP_PAGE - 1);
}

struct memrange arena_find(const struct memmap *m, phys floor, phys ceiling,
			   const struct memrange *use, u32 uses)
{
	struct memrange best = { 0, 0 };

	for (u32 i = 0; i < m->rams; i++) {
		u64 at = m->ram[i].base < floor ? floor : m->ram[i].base;
		u64 end = m->ram[i].base + m->ram[i].len;

		if (ceiling && end > ceiling)
			end = ceiling;
		while (at = skip_used(use, uses, at), at < end) {
			u64 stop = next_used(use, uses, at, end);

			if (stop > at && stop - at > best.len)
				best = (struct memrange){ (phys)at, (u32)(stop - at) };
			at = stop > at ? stop : at + MEMMAP_PAGE;
		}
	}
	return best;
}
