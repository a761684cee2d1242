/* SPDX-License-Identifier: BSD-2-Clause */
#include "teardown.h"
#include "ebb/error.h"
#include "main.h"
#include "say.h"

static void kept(const char *name)
{
	say(SAY_ERROR, "ebb: down: %s stays: somebody has built upon it\n", name);
}

void teardown(void)
{
	if (!ledger_undo_to(&boot.ledger, 0, kept))
		say(SAY_FACT, "ebb: down: everything given back\n");
}

void core_fault(const struct fault *f)
{
	/* In a call within a call the other one may be using the real-mode stack. */
	if (core_in_call > 1)
		boot.real_stack = (struct segoff){ 0, 0 };
	say_error(E_FAULT);
	say(SAY_ERROR,
	    "ebb: core: exception %u code %x at %08x = core + %x, eax %08x edx %08x\n",
	    f->number, f->code, f->eip, f->eip - boot.handoff.core_base, f->eax, f->edx);
	/* The boot program goes on without us: it gets an error, and may still return. */
	if (!core_in_call)
		teardown();
}
