/* SPDX-License-Identifier: BSD-2-Clause */
/* Downloads with everything around them: a place in memory, progress, log lines, the key that
 * stops them. */
#ifndef EBB_FETCH_H
#define EBB_FETCH_H

#include "memmap.h"

/* The file that the lease names, to the largest free range above 1 MiB.  0 or -E_*. */
int fetch_boot_file(struct bytes *image);

/* `name` from the boot server into `room`; *len is what came.  0 or -E_*. */
int fetch_file(const char *name, struct memrange room, u32 *len);

#endif
