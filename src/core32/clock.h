/* SPDX-License-Identifier: BSD-2-Clause */
/* Time for the core: a millisecond clock that wraps, and short waits. */
#ifndef EBB_CLOCK_H
#define EBB_CLOCK_H

#include "ebb/types.h"

/* Chooses TSC (calibrated once against the 8254) or, without one, the 8254 itself. */
void clock_open(void);

/* Milliseconds since clock_open; wraps after 49 days. */
u32 clock_ms(void);

/* Waits at least `us` microseconds, at most some more; for a driver's reset. */
void clock_wait_us(u32 us);

#endif
