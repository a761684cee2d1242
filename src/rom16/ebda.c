/* SPDX-License-Identifier: BSD-2-Clause */
/* The 16-bit C of the ROM as one unit, compiled with -fwhole-program: arguments that never
 * differ disappear, which makes it smaller by a fifteenth.  Named here is what assembly calls. */
#include "block.h"
#include "reserve.h"

#define CALLED_FROM_ASSEMBLY(f) __typeof__(f) f __attribute__((externally_visible))

CALLED_FROM_ASSEMBLY(block_enter_card);
CALLED_FROM_ASSEMBLY(reserve_block);
CALLED_FROM_ASSEMBLY(reserve_payload);
CALLED_FROM_ASSEMBLY(reserve_keep);

#include "block.c"
#include "ebda_grow.c"
#include "pmm_policy.c"
#include "reserve.c"
