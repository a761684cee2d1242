/* SPDX-License-Identifier: BSD-2-Clause */
/* Gives everything back, and what a processor exception leads to. */
#ifndef EBB_TEARDOWN_H
#define EBB_TEARDOWN_H

#include "ebb/types.h"

/* Undoes the whole ledger and says so, or what could not be undone. */
void teardown(void);

/* What start.asm's exception stubs found. */
struct fault {
	u32 edi, esi, ebp, esp, ebx, edx, ecx, eax; /* PUSHAD order */
	u32 number, code, eip;
};

/* From start.asm: a call from the boot program is being served. */
extern u8 core_in_call;

/* Called by start.asm.  Says what happened; unless a boot program is running above us,
 * undoes everything.  start.asm then leaves the core the way it was entered. */
void core_fault(const struct fault *f);

#endif
