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

static bool cut_from_ring(struct lowmem *lm)
{
	u32 start = low_read16(lm, RING_START), end = low_read16(lm, RING_END);
	u32 head = low_read16(lm, RING_HEAD), tail = low_read16(lm, RING_TAIL);
	u32 at = head;

	if ((start | end | head | tail) & 1 || start < 0x1e || start >= end || end > 0x400 ||
	    head < start || head >= end || tail < start || tail >= end)
		return false;
	while (at != tail && !is_ours(low_read16(lm, BDA_BASE + at)))
		at = after(at, start, end);
	if (at == tail)
		return false;

	for (u32 next = after(at, start, end); next != tail; next = after(next, start, end)) {
		low_write16(lm, BDA_BASE + at, low_read16(lm, BDA_BASE + next));
		at = next;
	}
	low_write16(lm, RING_TAIL, (u16)at);
	return true;
}

bool keys_abort(void)
{
	struct lowmem lm;

	if (is_ours(bios_peek_key())) {
		bios_take_key();
		return true;
	}
	return cut_from_ring(&lm);
}
