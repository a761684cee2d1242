/* SPDX-License-Identifier: BSD-2-Clause */
/* The only place of the core that calls real mode.  Every call runs on the current real-mode
 * stack, boot.real_stack: BEV's scratch, or what api.c finds while a boot program runs; where that
 * is 0:0 no firmware can be called, and interrupts answer with CF set. */
#ifndef EBB_BIOS_H
#define EBB_BIOS_H

#include "ebb/handoff.h"

/* Interrupt `n` through its vector, with interrupts let in as the handler likes.  The caller
 * fills the registers of *c; they come back as the handler left them.  A zero vector, or no stack,
 * answers with CF set. */
void bios_int(u32 n, struct rm_call *c);

/* Far call to c->target on c->stack, with c->eflags and c->param; for starting programs. */
void bios_start(struct rm_call *c);

/* Lets pending interrupts in: goes to `retf`, a far return in real mode, with interrupts on. */
void bios_let_interrupts_in(struct segoff retf);

/* One character to the screen, at the cursor of the active page. */
void bios_put_char(char c);

/* The word of the next key if one waits (ASCII below, scan code above), 0 if none; bios_take_key
 * removes it.  Also lets pending interrupts in (timer tick, keyboard), which are off while the core
 * runs: needed every 50 ms, or ticks get lost. */
u32 bios_peek_key(void);
void bios_take_key(void);

#endif
