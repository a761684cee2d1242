/* SPDX-License-Identifier: BSD-2-Clause */
#include "start.h"
#include "bios.h"
#include "ebb/bda.h"
#include "ebb/error.h"
#include "heap.h"
#include "ledger.h"
#include "lowmem.h"
#include "main.h"
#include "mem.h"
#include "ebb/scratch.h"
#include "pxe/api.h"
#include "pxe/cached.h"
#include "pxe/undi.h"
#include "pxe/window.h"
#include "resident.h"
#include "../start.h"
#include "say.h"

#define ROM_HEADER_UNDI 0x16u
#define BLOCK_ROOM      KIB

_Static_assert(sizeof(struct block) <= BLOCK_ROOM, "the block fits below the window");

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
 * leads to us and needs the block that may be in the window.  A program that has unloaded us has
 * raised 40:13 itself (PXE-17). */
static bool undo_window(void *context)
{
	(void)context;
	if (!boot.window_taken.len || low_read16(&lm, BDA_BASE_KB) == boot.window_taken.was_kb)
		return true;
	return !boot.int15.set && !boot.int1a.set && base_give(&lm, &boot.window_taken);
}

/* The window, and below it room for the block if there is no other place for it. */
static int open_window(phys *window)
{
	struct segoff undi = { low_read16(&lm, boot.handoff.rom_base + ROM_HEADER_UNDI),
			       (u16)(boot.handoff.rom_base >> 4) };
	u32 kb = resident_base_kb();
	u32 spare = kb ? 0 : BLOCK_ROOM;
	int e = ledger_enter(&boot.ledger, "base memory of the PXE window", undo_window, NULL);

	if (e)
		return e;
	if (!base_take(&lm, spare + WINDOW_LEN, kb, &boot.window_taken))
		return -E_NO_BASE_MEMORY;
	if (!undi.off)
		undi.seg = 0;

	*window = boot.window_taken.base + spare;
	memset((void *)boot.window_taken.base, 0, spare + WINDOW_LEN);
	window_build((u8 *)*window, *window, boot.handoff.pxe_entry, boot.handoff.pxenv_entry,
		     undi);
	return 0;
}

/* core_call_out: the boot program itself. */
static void enter(void *call)
{
	bios_start(call);
}

/* PXE-12.  Programs that start another one in their place (RESTART_TFTP) never come back; the new
 * one starts as the first did. */
static int run_program(phys window, u32 *status)
{
	u16 seg = (u16)(window >> 4);
	struct rm_call c;
	u32 end;

	do {
		c = (struct rm_call){
			.target = { NBP_BASE, 0 },
			.stack = { WINDOW_NBP_STACK, seg },
			.es = seg,
			.ebx = WINDOW_PXENV,
			.edx = window + WINDOW_PXENV,
			.param = (u32)seg << 16 | WINDOW_PXE,
			.eflags = EFLAGS_IF,
		};
		undi_begin(&boot.nic, &boot.card);
		end = core_call_out(enter, &c);
		if (end == API_RESTART)
			say(SAY_FACT, "ebb: boot: nbp 0000:7c00 %u bytes\n", boot.restart_len);
	} while (end == API_RESTART);
	*status = c.eax & 0xffff;
	return end == API_FAILED ? boot.restart_error : 0;
}

int start_nbp(struct bytes image)
{
	u32 mark, status;
	phys window = 0;
	int e;

	e = keep_scratch();
	if (!e)
		e = open_window(&window);
	if (!e && image.len > window - NBP_BASE)
		e = -E_NBP_TOO_LARGE;
	mark = ledger_mark(&boot.ledger);
	if (!e)
		e = resident_begin(boot.window_taken.base);
	if (e)
		return e;
	say(SAY_FACT, "ebb: boot: nbp 0000:7c00 %u bytes\n", image.len);
	api_begin(window, mark);
	cached_build();
	memcpy((void *)NBP_BASE, image.at, image.len);

	e = run_program(window, &status);
	api_end();
	undo_scratch(NULL);
	if (e)
		return e;
	if (status) {
		say(SAY_ERROR, "ebb: boot: nbp returned %04x\n", status);
		return -E_NBP_RETURNED;
	}
	say(SAY_FACT, "ebb: boot: nbp returned, nothing more to boot\n");
	return 0;
}
