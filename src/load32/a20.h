/* SPDX-License-Identifier: BSD-2-Clause */
/* Address line 20: nothing above 1 MiB is what it seems until this has been asked (MEM-8). */
#ifndef EBB_A20_H
#define EBB_A20_H

#include "ebb/handoff.h"

/* True if A20 is on, or could be switched on by firmware, port 92h or the keyboard
 * controller.  Uses four bytes of the bounce buffer; every wait is bounded. */
bool a20_open(const struct handoff *h);

#endif
