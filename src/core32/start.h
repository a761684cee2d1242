/* SPDX-License-Identifier: BSD-2-Clause */
/* Leaving the core for a boot program, and coming back without it: start.asm. */
#ifndef EBB_CORE_START_H
#define EBB_CORE_START_H

#include "ebb/types.h"

/* Calls f(arg), which may go to real mode, and returns 0 when f has returned, or v when somebody
 * has called core_unwind(v) in an API call meanwhile.  Not to be nested. */
u32 core_call_out(void (*f)(void *), void *arg);

/* Abandons the API call that is being served, its caller, and what f had on the stack: the
 * core_call_out that is under way returns `v`, not 0.  Without one under way, the API call answers
 * CORE_CALL_FAILED.  A20 stays on, interrupts off. */
__attribute__((noreturn)) void core_unwind(u32 v);

#endif
