/* SPDX-License-Identifier: BSD-2-Clause */
#include "ip4_reasm.h"
#include "mem.h"

/* The slot of f's datagram; else a fresh one, taken from the oldest if need be. */
static struct ip4_reasm_slot *find_slot(struct ip4_reasm *r, const struct ip4_fragment *f,
					u32 now_ms)
{
	struct ip4_reasm_slot *take = NULL;

	for (u32 i = 0; i < IP4_REASM_SLOTS; i++) {
		struct ip4_reasm_slot *s = &r->slot[i];

		if (s->used && now_ms - s->since_ms >= IP4_REASM_MS)
			s->used = false;
		if (s->used && s->src == f->src && s->dst == f->dst && s->id == f->id &&
		    s->proto == f->proto)
			return s;
		if (!take ||
		    (take->used && (!s->used || (s32)(s->since_ms - take->since_ms) < 0)))
			take = s;
	}
	take->used = true;
	take->src = f->src;
	take->dst = f->dst;
	take->id = f->id;
	take->proto = f->proto;
	take->since_ms = now_ms;
	take->total = 0;
	take->end = 0;
	take->units = 0;
	memset(take->map, 0, sizeof(take->map));
	return take;
}

/* How many of the units first..last (exclusive) are there already? */
static u32 count_units(const struct ip4_reasm_slot *s, u32 first, u32 last)
{
	u32 n = 0;

	for (u32 u = first; u < last; u++)
		n += s->map[u / 32] >> (u % 32) & 1;
	return n;
}

bool ip4_reasm_add(struct ip4_reasm *r, const struct ip4_fragment *f, u32 now_ms,
		   struct bytes *whole)
{
	u32 len = f->data.len;

	/* An impossible fragment must not even claim a slot. */
	if (!len || len > IP4_REASM_MAX || f->offset > IP4_REASM_MAX - len ||
	    (f->more && len % IP4_REASM_UNIT))
		return false;

	struct ip4_reasm_slot *s = find_slot(r, f, now_ms);
	u32 end = f->offset + len;
	u32 first = f->offset / IP4_REASM_UNIT;
	u32 last = (end + IP4_REASM_UNIT - 1) / IP4_REASM_UNIT;
	u32 there = count_units(s, first, last);

	/* Two ends, or data behind the end. */
	if (f->more ? s->total && end > s->total
		    : (s->total && end != s->total) || end < s->end)
		goto contradiction;
	if (there == last - first)
		return false;
	if (there)
		goto contradiction;

	if (!f->more)
		s->total = end;
	if (s->end < end)
		s->end = end;
	for (u32 u = first; u < last; u++)
		s->map[u / 32] |= 1u << (u % 32);
	s->units += last - first;
	memcpy(s->data + f->offset, f->data.at, len);

	if (!s->total || s->units != (s->total + IP4_REASM_UNIT - 1) / IP4_REASM_UNIT)
		return false;
	*whole = (struct bytes){ s->data, s->total };
	s->used = false;
	return true;

contradiction:
	s->used = false;
	return false;
}
