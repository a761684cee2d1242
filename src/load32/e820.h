/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks firmware for its memory map.  Only after POST (MEM-1). */
#ifndef EBB_E820_H
#define EBB_E820_H

#include "ebb/handoff.h"
#include "place.h"

/* Fills `m` from INT 15h E820, else E801, else 88h, whichever is the first that can be
 * believed.  False, with `m` undefined, if none can. */
bool e820_read(const struct handoff *h, struct place_map *m);

#endif
