/* SPDX-License-Identifier: BSD-2-Clause */
#include "loader.h"
#include "../card.h"
#include "api.h"
#include "ebb/bda.h"
#include "ebb/error.h"
#include "ebb/rom.h"
#include "ebb/scratch.h"
#include "int15.h"
#include "ledger.h"
#include "lowmem.h"
#include "main.h"
#include "mem.h"
#include "pxe.h"
#include "resident.h"
#include "say.h"
#include "undi.h"
#include "window.h"

/* Where INIT got no block it lies where a boot program would have its stack. */
#define LOADER_BLOCK     WINDOW_DATA
#define LOADER_BLOCK_LEN KIB /* block_init clears as much */

/* What the caller's stack may need below us, and above: its own frames. */
#define STACK_MARGIN KIB

#define STATUS_NO_FREE_BASE_MEMORY 0xc0u /* PXENV_STATUS_LOADER_* */
#define STATUS_UNDI_START          0xcau

static bool apart(phys a, u32 a_len, phys b, u32 b_len)
{
	return a - b >= b_len && b - a >= a_len;
}

/* Base memory that is nothing else yet: the scratch, the caller's structure, its stack. */
static bool usable(phys window, const struct undi_loader_params *p)
{
	const struct handoff *h = &boot.handoff;
	const struct segoff *stack = (const struct segoff *)(h->scratch + SCRATCH_FIRMWARE);

	return window >= BASE_FREE && window <= BASE_TOP - WINDOW_LEN &&
	       apart(window, WINDOW_LEN, h->scratch, SCRATCH_LEN) &&
	       apart(window, WINDOW_LEN, (phys)p, sizeof(*p)) &&
	       apart(window, WINDOW_LEN, segoff_linear(*stack) - STACK_MARGIN,
		     2 * STACK_MARGIN);
}

/* Ledger: the caller's memory holds nothing that a search could take for ours. */
static bool undo_window(void *window)
{
	memset(window, 0, WINDOW_DATA + LOADER_BLOCK_LEN);
	return true;
}

static void build(phys window)
{
	const struct rom_header *rom = (const struct rom_header *)boot.handoff.rom_base;
	struct segoff undi = { le16_get(rom->undi), (u16)(boot.handoff.rom_base >> 4) };

	memset((void *)window, 0, WINDOW_LEN);
	window_build((u8 *)window, window, boot.handoff.pxe_entry, boot.handoff.pxenv_entry,
		     undi);
	boot.window_taken = (struct base_taken){ .base = window };
}

static int begin(phys window, const struct undi_loader_params *p, u32 *status)
{
	u16 named = le16_get(p->ax);
	int e;

	*status = STATUS_NO_FREE_BASE_MEMORY;
	if (!usable(window, p))
		return -E_NO_BASE_MEMORY;

	*status = STATUS_UNDI_START;
	if (card_is_driven(named))
		boot.handoff.bdf = named;
	e = card_find();
	if (e)
		return e;

	*status = PXENV_OUT_OF_RESOURCES;
	e = int15_read(&boot.map);
	if (e)
		return e;
	boot_find_residents();
	e = ledger_enter(&boot.ledger, "PXE window", undo_window, (void *)window);
	if (e)
		return e;
	build(window);
	e = resident_begin(window + LOADER_BLOCK);
	if (e)
		return e;
	/* Without a block of INIT's: the search goes upwards from 40:13, and who has not lowered
	 * it for its memory cannot have a block there. */
	*status = STATUS_NO_FREE_BASE_MEMORY;
	return boot.int1a.set ? 0 : -E_NO_BASE_MEMORY;
}

int loader_main(void)
{
	struct undi_loader_params *p =
		(struct undi_loader_params *)segoff_linear(boot.handoff.undi_loader);
	u16 seg = le16_get(p->undi_cs);
	phys window = (phys)seg << 4;
	u32 status;
	int e = begin(window, p, &status);

	if (e) {
		p->status = le16_of((u16)status);
		return e;
	}
	undi_begin_stopped(&boot.nic, &boot.card);
	api_begin(window, 0);
	p->pxe[0] = le16_of(WINDOW_PXE);
	p->pxe[1] = le16_of(seg);
	p->pxenv[0] = le16_of(WINDOW_PXENV);
	p->pxenv[1] = le16_of(seg);
	p->status = le16_of(PXENV_SUCCESS);
	say(SAY_FACT, "ebb: undi: loaded at %04x:0000 for a second stack\n", (u32)seg);
	boot.real_stack = (struct segoff){ WINDOW_CORE_STACK, seg };
	return 0;
}
