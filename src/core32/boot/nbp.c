/* SPDX-License-Identifier: BSD-2-Clause */
#include "start.h"
#include "bios.h"
#include "card.h"
#include "ebb/bda.h"
#include "ebb/error.h"
#include "heap.h"
#include "ledger.h"
#include "lowmem.h"
#include "main.h"
#include "mem.h"
#include "ebb/scratch.h"
#include "pxe/window.h"
#include "resident.h"
#include "say.h"

#define NBP_BASE        0x7c00u
#define ROM_HEADER_UNDI 0x16u

_Static_assert(sizeof(struct block) <= WINDOW_BLOCK_LEN, "the block fits into the window");

static struct lowmem lm;

/* Ledger: BEV's scratch is not reserved, so the program may overwrite it; BEV's way back is in
 * there.  The core's calls go back to the stack in it: who has moved the EBDA over the window owns
 * what is there now. */
static bool undo_scratch(void *context)
{
	(void)context;
	memcpy((void *)boot.handoff.scratch, boot.scratch_copy, SCRATCH_LEN);
	boot.real_stack = boot.handoff.stack;
	return true;
}

static int keep_scratch(void)
{
	boot.scratch_copy = heap_alloc(SCRATCH_LEN, 4);
	if (!boot.scratch_copy)
		return -E_ARENA_FULL;
	memcpy(boot.scratch_copy, (const void *)boot.handoff.scratch, SCRATCH_LEN);
	return ledger_enter(&boot.ledger, "BEV scratch", undo_scratch, NULL);
}

/* Ledger: nothing is raised if the program has changed 40:13 (PXE-20), or if a vector still
 * leads to us and needs the block that may be in the window. */
static bool undo_window(void *context)
{
	(void)context;
	if (!boot.window_taken.len)
		return true;
	return !boot.int15.set && !boot.int1a.set && base_give(&lm, &boot.window_taken);
}

static int open_window(void)
{
	struct segoff undi = { low_read16(&lm, boot.handoff.rom_base + ROM_HEADER_UNDI),
			       (u16)(boot.handoff.rom_base >> 4) };
	int e = ledger_enter(&boot.ledger, "base memory of the PXE window", undo_window, NULL);

	if (e)
		return e;
	if (!base_take(&lm, WINDOW_LEN, resident_base_kb(), &boot.window_taken))
		return -E_NO_BASE_MEMORY;
	if (!undi.off)
		undi.seg = 0;

	u8 *window = (u8 *)boot.window_taken.base;
	memset(window, 0, WINDOW_LEN);
	window_build(window, boot.window_taken.base, boot.handoff.pxe_entry,
		     boot.handoff.pxenv_entry, undi);
	boot.real_stack =
		(struct segoff){ WINDOW_CORE_STACK, (u16)(boot.window_taken.base >> 4) };
	return 0;
}

/* PXE-12. */
static u32 call_program(void)
{
	u16 seg = (u16)(boot.window_taken.base >> 4);
	struct rm_call c = {
		.target = { NBP_BASE, 0 },
		.stack = { WINDOW_NBP_STACK, seg },
		.es = seg,
		.ebx = WINDOW_PXENV,
		.edx = boot.window_taken.base + WINDOW_PXENV,
		.param = (u32)seg << 16 | WINDOW_PXE,
		.eflags = EFLAGS_IF,
	};

	bios_start(&c);
	return c.eax & 0xffff;
}

int start_nbp(struct bytes image)
{
	int e;

	/* The API does not reach the card yet: it must be quiet before the program runs. */
	card_down();
	e = keep_scratch();
	if (!e)
		e = open_window();
	if (!e && image.len > boot.window_taken.base - NBP_BASE)
		e = -E_NBP_TOO_LARGE;
	if (!e)
		e = resident_begin(boot.window_taken.base + WINDOW_BLOCK);
	if (e)
		return e;
	say(SAY_FACT, "ebb: boot: nbp 0000:7c00 %u bytes\n", image.len);
	memcpy((void *)NBP_BASE, image.at, image.len);

	u32 status = call_program();
	undo_scratch(NULL);
	if (status) {
		say(SAY_ERROR, "ebb: boot: nbp returned %04x\n", status);
		return -E_NBP_RETURNED;
	}
	say(SAY_FACT, "ebb: boot: nbp returned, nothing more to boot\n");
	return 0;
}
