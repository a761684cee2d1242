/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys that stop ebb: ESC and Ctrl-C.  All others belong to somebody else and stay in the
 * buffer, in order. */
#ifndef EBB_KEYS_H
#define EBB_KEYS_H

#include "ebb/types.h"

/* Lets interrupts in, then looks for one of our keys, also behind others', and removes only
 * that one.
 *
 * The first key is asked of INT 16h, as consoles on a serial line hand out theirs only there.
 * Behind it the BDA's ring is read, which INT 16h cannot do without taking keys away; our key
 * is cut out of it by closing the gap, which is safe with interrupts off.  A ring that does
 * not look like one is left alone. */
bool keys_abort(void);

#endif
