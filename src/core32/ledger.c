/* SPDX-License-Identifier: BSD-2-Clause */
#include "ledger.h"
#include "ebb/error.h"

int ledger_enter(struct ledger *l, const char *name, ledger_undo *undo, void *context)
{
	if (l->used == LEDGER_MAX)
		return -E_LEDGER_FULL;
	l->entry[l->used++] = (struct ledger_entry){ name, undo, context };
	return 0;
}

u32 ledger_mark(const struct ledger *l)
{
	return l->used;
}

u32 ledger_undo_to(struct ledger *l, u32 mark, void (*kept)(const char *name))
{
	u32 failed = 0;

	while (l->used > mark) {
		struct ledger_entry e = l->entry[--l->used];

		if (!e.undo(e.context)) {
			failed++;
			kept(e.name);
		}
	}
	return failed;
}
