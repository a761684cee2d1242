/* SPDX-License-Identifier: BSD-2-Clause */
/* Settings that `ebbrom config` wrote into the payload: lines of name=value.  Pure. */
#ifndef EBB_SETTINGS_H
#define EBB_SETTINGS_H

#include "ebb/types.h"

/* Copies the value of `name` to `to`, always with a NUL.  False, with an empty text, if it is
 * not set or does not fit. */
bool settings_get(const char *settings, u32 len, const char *name, char *to, u32 room);

#endif
