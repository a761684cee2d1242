/* SPDX-License-Identifier: BSD-2-Clause */
/* The UNDI loader's half in the core (PXE-21): a second stack, long after POST, wants UNDI of us and
 * boots by itself. */
#ifndef EBB_LOADER_H
#define EBB_LOADER_H

/* Builds the PXE window in the caller's UNDI_CS, stays resident, and tells the caller where !PXE
 * and PXENV+ are.  The card is found but not touched: START_UNDI and its kin do that.  STOP_UNDI
 * gives everything back.  0; or -E_*, with the status word written and all of it in the ledger. */
int loader_main(void);

#endif
