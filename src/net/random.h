/* SPDX-License-Identifier: BSD-2-Clause */
/* The one generator of xids, ports and jitter (NET-19).  Not for secrets: whoever sees its
 * output can continue it. */
#ifndef EBB_RANDOM_H
#define EBB_RANDOM_H

#include "ebb/types.h"

struct random {
	u32 state; /* never 0 */
};

/* Equal seeds give equal sequences; any seed will do. */
void random_seed(struct random *r, u32 seed);
u32 random_next(struct random *r);

#endif
