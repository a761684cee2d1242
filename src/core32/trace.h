/* SPDX-License-Identifier: BSD-2-Clause */
/* One log line for every frame, at LOG_LEVEL=2. */
#ifndef EBB_TRACE_H
#define EBB_TRACE_H

#include "nic.h"

/* Puts itself between the engine and the driver of an opened card.  At lower levels nothing
 * happens, and no code of this is in the core. */
void trace_frames(struct nic *nic);

#endif
