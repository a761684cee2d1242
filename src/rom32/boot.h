/* SPDX-License-Identifier: BSD-2-Clause */
/* The 32-bit half of BEV: from the handoff to the core and back. */
#ifndef EBB_ROM32_BOOT_H
#define EBB_ROM32_BOOT_H

#include "ebb/types.h"

struct handoff;

/* Runs loader and core of the first sound payload: the permanent copy, the ROM BAR, the ROM
 * window.  Called through the gate on BEV's stack; BEV's part of *h is filled in.  Returns 0 when the
 * core has run (it shows its own errors), else the number of the error to show. */
u32 rom_boot(struct handoff *h);

#endif
