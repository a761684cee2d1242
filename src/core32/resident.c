/* SPDX-License-Identifier: BSD-2-Clause */
#include "resident.h"
#include "block.h"
#include "build_id.h"
#include "clip.h"
#include "ebb/bda.h"
#include "ebb/error.h"
#include "ebb/rom.h"
#include "int15.h"
#include "lowmem.h"
#include "main.h"
#include "mem.h"
#include "pxe/api.h"
#include "say.h"

static struct lowmem lm;

/* The block as the hooks find it: by what this ROM's image notes about it. */
static phys find_block(void)
{
	u32 note =
		low_read32(&lm, boot.handoff.rom_info + offsetof(struct rom_info, note_block));

	return block_find(&lm, BUILD_ID, note);
}

#define PUT(field, from)                                                            \
	block_put(&lm, find_block(), BUILD_ID, offsetof(struct block, field), from, \
		  sizeof(((struct block *)0)->field))

static u16 anchor_sum(const struct hook_anchor *a)
{
	const u16 *words = (const u16 *)a;
	u16 sum = 0;

	for (u32 i = 0; i < sizeof(*a) / 2; i++)
		sum = (u16)(sum + words[i]);
	return sum;
}

/* HOOK-1: the vectors where nothing moves them.  Cleared when none of ours is hooked; what INIT
 * wrote about INT 19h stays. */
static void write_anchor(void)
{
	struct hook_anchor now;
	struct hook_anchor a = { 0 };

	memcpy(&now, (const void *)BDA_COMMS, sizeof(now));
	if (now.signature == ANCHOR_SIGNATURE && !anchor_sum(&now))
		a.old_int19 = now.old_int19;
	if (boot.int15.set || boot.int1a.set || a.old_int19.seg || a.old_int19.off) {
		a.signature = ANCHOR_SIGNATURE;
		if (boot.int15.set)
			a.old_int15 = boot.int15.old;
		if (boot.int1a.set)
			a.old_int1a = boot.int1a.old;
	}
	a.sum = (u16)-anchor_sum(&a);
	memcpy((void *)BDA_COMMS, &a, sizeof(a));
}

static void write_vectors(void)
{
	struct segoff none = { 0, 0 };

	PUT(old_int15, boot.int15.set ? &boot.int15.old : &none);
	PUT(old_int1a, boot.int1a.set ? &boot.int1a.old : &none);
	write_anchor();
}

/* Ledger: one vector.  What cannot be unhooked passes everything on by the anchor. */
static bool undo_hook(void *context)
{
	struct hook *h = context;
	bool clear = hook_clear(h);

	write_vectors();
	return clear;
}

/* Ledger: nobody may call the core any more, and nothing is hidden.  An INT 15h handler of ours that
 * stays in the chain must not make sizes smaller, either. */
static bool undo_call(void *context)
{
	u32 none = 0, clip = boot.int15.set ? 0xffff : 0;
	u8 no_ranges = 0;
	struct block_range no_range[BLOCK_HIDDEN] = { 0 };

	(void)context;
	PUT(core_call, &none);
	PUT(clip_kb, &clip);
	PUT(clip_units, &clip);
	PUT(hidden, &no_ranges);
	PUT(hide, no_range);
	return true;
}

static int set_hook(struct hook *h, const char *name, u8 vector, struct segoff ours)
{
	int e = ledger_enter(&boot.ledger, name, undo_hook, h);

	if (e)
		return e;

	/* The old vector is where the handler looks for it before the handler can be called:
	 * interrupts are off. */
	hook_set(h, vector, ours);
	write_vectors();
	return 0;
}

static void add_hidden(struct block_range *list, u8 *count, phys base, u32 len)
{
	u32 at = *count;

	if (at == BLOCK_HIDDEN)
		return;
	for (; at && list[at - 1].base > base; at--)
		list[at] = list[at - 1];
	list[at] = (struct block_range){ base, len };
	(*count)++;
}

/* MEM-6: whether anything of ours would be taken for free memory: all above 40:13, where the PXE
 * window is, and what lies high.  If so all of it is hidden (HIDE-6). */
static int hide(void)
{
	struct block_range list[BLOCK_HIDDEN] = { 0 };
	phys base_top = low_read16(&lm, BDA_BASE_KB) * KIB;
	bool needed = int15_shows_ram(base_top, BASE_TOP - base_top);
	u8 count = 0;

	/* The low range comes first: the INT 15h hook follows 40:13 with it. */
	add_hidden(list, &count, base_top, BASE_TOP - base_top);
	for (u32 i = 0; i < boot.residents; i++) {
		const struct memrange *r = &boot.resident[i];
		phys first = r->base & ~(MEMMAP_PAGE - 1);
		phys end = (r->base + r->len + MEMMAP_PAGE - 1) & ~(MEMMAP_PAGE - 1);

		if (int15_shows_ram(r->base, r->len)) {
			add_hidden(list, &count, first, end - first);
			needed = true;
		}
	}
	if (!needed) {
		say(SAY_FACT, "ebb: boot: no int 15h hook needed\n");
		return 0;
	}

	u32 clip_kb, clip_units;
	clip_limits(list, count, &clip_kb, &clip_units);
	PUT(clip_kb, &clip_kb);
	PUT(clip_units, &clip_units);
	PUT(hide, list);
	PUT(hidden, &count);

	int e = set_hook(&boot.int15, "interrupt 15h", 0x15, boot.handoff.int15_hook);
	if (e)
		return e;
	say(SAY_FACT, "ebb: boot: int 15h hooked for %u ranges\n", count);
	return 0;
}

int resident_begin(phys spare)
{
	phys entry = (phys)core_call_entry;
	int e;

	/* The last rung of the block's ladder (DESIGN 2). */
	if (!find_block()) {
		block_init(&lm, spare, BUILD_ID, BLOCK_BASE);
		say(SAY_FACT, "ebb: boot: block base %08x\n", spare);
	}
	/* A block that the ROM's code does not find by its own note is none. */
	if (!find_block()) {
		say(SAY_ERROR, "ebb: boot: the block is lost: no PXE API, nothing hidden\n");
		return 0;
	}
	e = ledger_enter(&boot.ledger, "resident core", undo_call, NULL);
	if (e)
		return e;
	PUT(core_call, &entry);
	e = hide();
	if (e)
		return e;
	return set_hook(&boot.int1a, "interrupt 1ah", 0x1a, boot.handoff.int1a_hook);
}

bool resident_can_end(void)
{
	return hook_is_ours(&boot.int1a);
}

u32 resident_base_kb(void)
{
	phys block = find_block();

	return block ? low_read16(&lm, block + offsetof(struct block, base_kb)) : 0;
}
