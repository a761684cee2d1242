/* SPDX-License-Identifier: BSD-2-Clause */
/* Starting what was downloaded. */
#ifndef EBB_START_H
#define EBB_START_H

#include "ebb/types.h"

/* Recognises the image and starts it.  Comes back with -E_* if that is not possible or it
 * failed, with 0 if a boot program has returned without an error. */
int start_image(struct bytes image);

/* A Linux kernel: takes down everything, moves it to its place, and jumps.  Comes back only
 * with -E_*, before anything was taken down. */
int start_linux(struct bytes image);

/* A boot program at 0:7C00, with the core resident below it. */
int start_nbp(struct bytes image);

#endif
