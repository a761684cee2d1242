/* SPDX-License-Identifier: BSD-2-Clause */
/* Staying resident under a boot program: the block and its fields, the hooks of INT 15h (HIDE)
 * and INT 1Ah (PXE-4), and the anchor that the hooks fall back to (HOOK-1). */
#ifndef EBB_RESIDENT_H
#define EBB_RESIDENT_H

#include "ebb/types.h"

/* Lets real mode call us and hooks what is needed, all through the ledger.  If there is no
 * block, one is made of BLOCK_ROOM bytes at `spare`, which is reserved base memory.  40:13 must
 * be as it will stay.  0 or -E_*. */
int resident_begin(phys spare);

/* Whether all of it can be undone now, or nearly: nobody has hooked INT 1Ah since.  Who has hooked
 * INT 15h may keep our handler in the chain: it lies in the ROM and passes everything on. */
bool resident_can_end(void);

/* 40:13 as INIT left it, in KiB; 0 if INIT left no block to say so. */
u32 resident_base_kb(void);

#endif
