/* SPDX-License-Identifier: BSD-2-Clause */
/* The cached packets (PXE-7): our DHCPDISCOVER, the DHCPACK, and the reply that named what to
 * boot, as programs read them: for address and routes the second, for server and file the third. */
#ifndef EBB_CACHED_H
#define EBB_CACHED_H

#include "pxe.h"

/* Builds all three, and puts copies into the PXE window, before a boot program starts.  A program
 * may edit those in place, and reads its edits later: some do. */
void cached_build(void);

/* GET_CACHED_INFO. */
enum pxenv_status cached_info(void *params);

#endif
