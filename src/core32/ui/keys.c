/* SPDX-License-Identifier: BSD-2-Clause */
#include "keys.h"
#include "bios.h"
#include "ebb/bda.h"
#include "lowmem.h"

#define KEY_CTRL_C 0x03u
#define KEY_ESC    0x1bu

/* Keyboard ring: offsets from BDA_BASE of head, tail and bounds. */
#define RING_HEAD  (BDA_BASE + 0x1a)
#define RING_TAIL  (BDA_BASE + 0x1c)
#define RING_START (BDA_BASE + 0x80)
#define RING_END   (BDA_BASE + 0x82)

static bool is_ours(u32 key)
{
	return (key & 0xff) == KEY_CTRL_C || (key & 0xff) == KEY_ESC;
}

/* The slot after `at`. */
static u32 after(u32 at, u32 start, u32 end)
{
	return at + 2 == end ? start : at + 2;
}

struct ring {
	u32 start, end, head, tail;
};

/* false: it does not look like a ring. */
static bool read_ring(struct lowmem *lm, struct ring *r)
{
	*r = (struct ring){ low_read16(lm, RING_START), low_read16(lm, RING_END),
			    low_read16(lm, RING_HEAD), low_read16(lm, RING_TAIL) };

	return !((r->start | r->end | r->head | r->tail) & 1) && r->start >= 0x1e &&
	       r->start < r->end && r->end <= 0x400 && r->head >= r->start &&
	       r->head < r->end && r->tail >= r->start && r->tail < r->end;
}

static bool cut_from_ring(struct lowmem *lm, u32 from, key_filter *wants, u32 *key, u32 *at)
{
	struct ring r;
	u32 slot, n = 0;

	if (!read_ring(lm, &r))
		return false;
	for (slot = r.head; slot != r.tail; slot = after(slot, r.start, r.end), n++) {
		*key = low_read16(lm, BDA_BASE + slot);
		if (n >= from && wants(*key))
			break;
	}
	if (slot == r.tail)
		return false;

	*at = n;
	for (u32 next = after(slot, r.start, r.end); next != r.tail;
	     next = after(next, r.start, r.end)) {
		low_write16(lm, BDA_BASE + slot, low_read16(lm, BDA_BASE + next));
		slot = next;
	}
	low_write16(lm, RING_TAIL, (u16)slot);
	return true;
}

static bool any(u32 key)
{
	(void)key;
	return true;
}

u32 keys_waiting(void)
{
	struct lowmem lm;
	struct ring r;
	u32 n = 0;

	if (!read_ring(&lm, &r))
		return 0;
	for (u32 slot = r.head; slot != r.tail; slot = after(slot, r.start, r.end))
		n++;
	return n;
}

bool keys_take(u32 from, key_filter *wants, u32 *key, u32 *at)
{
	struct lowmem lm;

	if (!wants)
		wants = any;
	*key = bios_peek_key();
	if (!from && *key && wants(*key)) {
		*at = 0;
		bios_take_key();
		return true;
	}
	return cut_from_ring(&lm, from, wants, key, at);
}

bool keys_abort(void)
{
	u32 key, at;

	return keys_take(0, is_ours, &key, &at);
}
