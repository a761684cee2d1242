/* SPDX-License-Identifier: BSD-2-Clause */
/* What the boot program asks of the resident core, dispatched; and what the parts of the PXE API
 * need from the core (pxe.h). */
#ifndef EBB_API_H
#define EBB_API_H

#include "ebb/types.h"

struct core_call;

/* The 32-bit entry for block.core_call, in start.asm: changes to the core's own stack and tables,
 * calls api_call; a call within a call goes to api_nested.  Its address only; never called from C. */
extern const u8 core_call_entry[];

/* Called by start.asm with the caller's frame.  The result is EAX. */
u32 api_call(const struct core_call *call);
u32 api_nested(const struct core_call *call);

/* A boot program is about to start, or a second stack has loaded us: the window at `window` is
 * built, and calls may come.  `ends` is the mark of the ledger down to which STOP_UNDI undoes. */
void api_begin(phys window, u32 ends);

/* The program has come back.  Handlers of its own that it has left in the machine may still call:
 * nobody serves them. */
void api_end(void);

/* How a boot program ended, other than by returning: see core_unwind. */
enum api_unwind {
	API_RETURNED = 0,
	API_RESTART, /* another one lies at 0:7C00 (RESTART_TFTP) */
	API_FAILED,  /* that one did not arrive whole: boot.restart_error */
};

#endif
