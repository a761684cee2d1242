/* SPDX-License-Identifier: BSD-2-Clause */
/* The ledger: everything the core has taken from the machine, each with the way to give it
 * back, undone in reverse order.  Pure: it knows nothing of what it keeps. */
#ifndef EBB_LEDGER_H
#define EBB_LEDGER_H

#include "ebb/types.h"

#define LEDGER_MAX 16u

/* Gives one thing back.  False if somebody else has built upon it meanwhile: it then stays
 * reserved and harmless, and is reported. */
typedef bool ledger_undo(void *context);

struct ledger_entry {
	const char *name; /* what the screen says if it cannot be given back */
	ledger_undo *undo;
	void *context;
};

struct ledger {
	u32 used;
	struct ledger_entry entry[LEDGER_MAX];
};

/* Enters something *before* it is taken, so that a full ledger refuses it in time; `undo` must
 * therefore bear being called for what was not taken after all.  0 or -E_LEDGER_FULL. */
int ledger_enter(struct ledger *l, const char *name, ledger_undo *undo, void *context);

/* Number of entries now: a mark for ledger_undo_to. */
u32 ledger_mark(const struct ledger *l);

/* Undoes entries in reverse until `mark` are left, calling `kept` with the name of each that
 * could not be undone.  Every entry is removed, and removed before it is undone: an undo that
 * faults is not tried again.  Returns how many could not be undone. */
u32 ledger_undo_to(struct ledger *l, u32 mark, void (*kept)(const char *name));

#endif
