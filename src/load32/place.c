/* SPDX-License-Identifier: BSD-2-Clause */
#include "place.h"

#define PAGES_4G (1u << 20)

/* Whole pages up to `at`, which may lie anywhere in 64 bits; at most 4 GiB of them. */
static u32 page_floor(u64 at)
{
	return at >> 32 ? PAGES_4G : (u32)at / PLACE_PAGE;
}

static u32 page_ceiling(u64 at)
{
	return at >> 32 ? PAGES_4G : page_floor(at + PLACE_PAGE - 1);
}

bool place_add(struct place_map *m, u64 base, u64 len, u32 type)
{
	u64 end = base + len < base ? ~(u64)0 : base + len;
	bool ram = type == E820_RAM;
	u32 first_page = ram ? page_ceiling(base) : page_floor(base);
	u32 end_page = ram ? page_floor(end) : page_ceiling(end);

	if (len == 0 || first_page >= end_page)
		return true;
	if (m->count >= PLACE_ENTRIES)
		return false;

	struct place_range *r = &m->range[m->count++];
	r->first = first_page;
	r->ram = ram;
	r->end = end_page;
	return true;
}

/* The highest end of RAM that is not above `top`; 0 if there is no RAM below `top`. */
static u32 ram_below(const struct place_map *m, u32 top)
{
	u32 found = 0;

	for (u32 i = 0; i < m->count; i++) {
		const struct place_range *r = &m->range[i];
		u32 end = r->end < top ? r->end : top;
		if (r->ram && r->first < top && end > found)
			found = end;
	}
	return found;
}

/* Where the RAM that ends at `end` starts, over entries that touch or overlap. */
static u32 ram_start(const struct place_map *m, u32 end)
{
	u32 first = end;

	for (u32 i = 0; i < m->count; i++) {
		const struct place_range *r = &m->range[i];
		if (r->ram && r->first < first && r->end >= first) {
			first = r->first;
			i = -1u; /* an earlier entry may go on from here */
		}
	}
	return first;
}

/* The lowest start of the ranges that deny a part of [first, end); `end` if none does. */
static u32 denied_from(const struct place_map *m, u32 first, u32 end)
{
	u32 from = end;

	for (u32 i = 0; i < m->count; i++) {
		const struct place_range *r = &m->range[i];
		if (!r->ram && r->first < from && r->end > first)
			from = r->first;
	}
	return from;
}

phys place_find(const struct place_map *m, u32 len)
{
	u32 pages = page_ceiling(len);
	u32 top = PLACE_CEILING / PLACE_PAGE;

	/* Each turn lowers `top` past something that cannot be part of the answer. */
	while ((top = ram_below(m, top)) >= PLACE_FLOOR / PLACE_PAGE + pages) {
		u32 start = ram_start(m, top);
		u32 base = top - pages;
		u32 denied = denied_from(m, base, top);

		if (denied < top)
			top = denied;
		else if (start > base)
			top = start;
		else
			return base * PLACE_PAGE;
	}
	return 0;
}
