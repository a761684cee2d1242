/* SPDX-License-Identifier: BSD-2-Clause */
/* What PXE puts between "address bound" and "fetch the boot file": menu and boot server discovery. */
#ifndef EBB_PXE_CONFIGURE_H
#define EBB_PXE_CONFIGURE_H

#define PXE_BOOT_LOCALLY 1

/* Follows the PXE options of the lease; then the lease names boot server and boot file, if
 * anybody does.  0, PXE_BOOT_LOCALLY (a menu item that means the next boot device), or -E_ABORTED,
 * -E_PXE_*. */
int pxe_configure(void);

#endif
