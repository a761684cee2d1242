/* SPDX-License-Identifier: BSD-2-Clause */
#include "api.h"
#include "ebb/core_call.h"
#include "lowmem.h"
#include "main.h"
#include "window.h"

#define PXENV_EXIT_FAILURE       1u
#define PXENV_STATUS_UNSUPPORTED 0x0003u

/* The API is announced, since boot programs look for it, and serves nothing: every function
 * answers so in its status word (PXE-6).  The parameter block begins with it, wherever below FFFF:FFFF the caller has it. */
static u32 pxe_call(u32 seg, u32 off)
{
	struct lowmem lm;

	low_write16(&lm, ((seg & 0xffff) << 4) + (off & 0xffff), PXENV_STATUS_UNSUPPORTED);
	return PXENV_EXIT_FAILURE;
}

u32 api_call(const struct core_call *call)
{
	switch (call->function) {
	case CORE_CALL_PXE:
		return pxe_call(call->args[1], call->args[2]);
	case CORE_CALL_PXENV:
		/* A blind move of the EBDA ends in the window: then there is no PXENV+. */
		if (!window_intact((const u8 *)boot.window_taken.base))
			break;
		return boot.window_taken.base << 12 | WINDOW_PXENV;
	}
	return CORE_CALL_FAILED;
}
