/* SPDX-License-Identifier: BSD-2-Clause */
/* The one line that moves while something downloads: on the screen only. */
#ifndef EBB_PROGRESS_H
#define EBB_PROGRESS_H

#include "ebb/types.h"

void progress_start(u32 now_ms);

/* Redraws the line, a few times per second at most.  `total` 0 = not known. */
void progress_update(u32 done, u32 total, u32 now_ms);

/* Wipes the line, if one is shown, so that other text may follow. */
void progress_clear(void);

#endif
