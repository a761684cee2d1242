/* SPDX-License-Identifier: BSD-2-Clause */
/* What the boot program asks of the resident core, dispatched. */
#ifndef EBB_API_H
#define EBB_API_H

#include "ebb/types.h"

struct core_call;

/* The 32-bit entry for block.core_call, in start.asm: changes to the core's own stack and tables,
 * refuses a call within a call, calls api_call.  Its address only; never called from C. */
extern const u8 core_call_entry[];

/* Called by start.asm with the caller's frame.  The result is EAX. */
u32 api_call(const struct core_call *call);

#endif
