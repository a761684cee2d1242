/* SPDX-License-Identifier: BSD-2-Clause */
/* One hooked interrupt vector: set, and taken back only if it still is ours (HOOK-4). */
#ifndef EBB_HOOK_H
#define EBB_HOOK_H

#include "ebb/types.h"

struct hook {
	u8 vector;
	bool set;
	struct segoff ours;
	struct segoff old;
};

/* Points `vector` at `ours`; where it pointed before goes to h->old. */
void hook_set(struct hook *h, u8 vector, struct segoff ours);

/* Whether hook_clear would put it back: the vector is still ours, or was not set at all. */
bool hook_is_ours(const struct hook *h);

/* Puts the old vector back.  False, changing nothing, if somebody has hooked it after us.  True
 * if it was not set at all. */
bool hook_clear(struct hook *h);

#endif
