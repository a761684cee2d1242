/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys that stop ebb, ESC and Ctrl-C, and those that a menu asks for.  All others belong to
 * somebody else and stay in the buffer, in order. */
#ifndef EBB_KEYS_H
#define EBB_KEYS_H

#include "ebb/types.h"

/* A key word: scan code above, ASCII below. */
typedef bool key_filter(u32 key);

/* Lets interrupts in, then looks for a key that `wants` accepts (NULL: any), also behind others', but
 * not among the first `from`, and removes only that one.  *at keys are before it.
 *
 * The first key is asked of INT 16h, as consoles on a serial line hand out theirs only there.
 * Behind it the BDA's ring is read, which INT 16h cannot do without taking keys away; our key
 * is cut out of it by closing the gap, which is safe with interrupts off.  A ring that does
 * not look like one is left alone. */
bool keys_take(u32 from, key_filter *wants, u32 *key, u32 *at);

/* How many keys wait in the ring. */
u32 keys_waiting(void);

/* Has one of the keys that stop ebb been pressed?  It is removed. */
bool keys_abort(void);

#endif
