/* SPDX-License-Identifier: BSD-2-Clause */
/* Real mode calling into the resident core: the entries in the ROM (PXE API, INT 1Ah) build a
 * frame on the caller's stack and pass through the gate,
 *   u32 block.core_call(struct core_call *call)    [EAX = linear address, result in EAX]
 * as gate_enter32 calls any 32-bit entry: flat, IF=0, DF=0.  The core runs on a stack of its own,
 * so the caller's needs only the frame and the gate's part (tools/stack.py has the sum).  While block.core_call is 0 or no
 * block is found there is nobody to call: the ROM answers as CORE_CALL_FAILED would. */
#ifndef EBB_CORE_CALL_H
#define EBB_CORE_CALL_H

#include "ebb/types.h"

/* PXE API: args = opcode, segment and offset of the parameter block.  Result: AX of the
 * call; the status word of the parameter block has been written. */
#define CORE_CALL_PXE 0u

/* INT 1Ah AX=5650h (PXE-4): no args.  Result: far pointer to PXENV+ as segment << 16 | offset,
 * for ES:BX, and as a linear address for EDX; 0 or CORE_CALL_FAILED = pass the interrupt on. */
#define CORE_CALL_PXENV 1u

/* Not possible now: a call within a nested call, an exception, or the function is unknown.  The ROM
 * answers as if nobody were there: AX = 1, status word 0001h. */
#define CORE_CALL_FAILED 0xffffffffu

struct core_call {
	u32 function;
	u32 args[3];
	u32 flags;           /* the caller's EFLAGS: whether it had interrupts on */
	struct segoff stack; /* its SS:SP at the call */
};
_Static_assert(sizeof(struct core_call) == 24, "built by NASM on the caller's stack");

#endif
