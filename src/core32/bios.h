/* SPDX-License-Identifier: BSD-2-Clause */
/* The only place of the core that calls real mode.  Every call runs on the current real-mode
 * stack: BEV's scratch, or the PXE window while a boot program runs on its own. */
#ifndef EBB_BIOS_H
#define EBB_BIOS_H

#include "ebb/handoff.h"

/* Interrupt `n` through its vector, with interrupts let in as the handler likes.  The caller
 * fills the registers of *c; they come back as the handler left them.  A zero vector answers
 * with CF set. */
void bios_int(u32 n, struct rm_call *c);

/* Far call to c->target on c->stack, with c->eflags and c->param; for starting programs. */
void bios_start(struct rm_call *c);

/* One character to the screen, at the cursor of the active page. */
void bios_put_char(char c);

/* The word of the next key if one waits (ASCII below, scan code above), 0 if none; bios_take_key
 * removes it.  Also lets pending interrupts in (timer tick, keyboard), which are off while the core
 * runs: needed every 50 ms, or ticks get lost. */
u32 bios_peek_key(void);
void bios_take_key(void);

#endif
