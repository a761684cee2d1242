/* SPDX-License-Identifier: BSD-2-Clause */
/* UNDI: the boot program's own use of the card (PXE 2.1, chapter 4).  undi_call of pxe.h is the
 * API; here is what the rest of the core needs of it.  Base code and UNDI share the card: base
 * code borrows it for each of its calls. */
#ifndef EBB_UNDI_H
#define EBB_UNDI_H

#include "pxe.h"

struct nic;
struct pci_dev;

/* As UNDI_GET_STATE would number them. */
enum undi_state {
	UNDI_STOPPED = 0, /* before STARTUP, after CLEANUP or STOP_UNDI */
	UNDI_STARTED = 1,
	UNDI_INITIALISED = 2,
	UNDI_OPENED = 3,
};

/* A boot program is about to start, and the driver of `nic` is open: base code has opened UNDI for
 * directed and broadcast frames.  The card does not interrupt before the program has called
 * UNDI_OPEN itself: until then nobody may be there to answer.  Both are kept, not copied. */
void undi_begin(struct nic *nic, const struct pci_dev *dev);

/* The same for a program that begins with START_UNDI; the driver is closed. */
void undi_begin_stopped(struct nic *nic, const struct pci_dev *dev);

enum undi_state undi_state(void);

/* Base code wants the card: a frame lent to the program is given back, the card does not
 * interrupt, and directed and broadcast frames come in whatever the program's filter is.  False,
 * and nothing is done, unless OPENED.  Afterwards everything is as the program wants it. */
bool undi_lend(void);
void undi_take_back(void);

/* A call that comes in while another one is being served: out of the program's interrupt handler.
 * UNDI_ISR START is answered, status included: NOT OURS while base code has the card, as it does
 * not interrupt then.  False, and nothing is written: not to be served now. */
bool undi_nested(u16 op, void *params);

/* ---- what others do for UNDI ---- */

/* card.c: opens the driver of the card again, 0 or -E_*; and closes it. */
int card_start(void);
void card_stop(void);

/* api.c: nothing of UNDI is left; takes the API out of the machine.  PXENV_SUCCESS, or that
 * something of it must stay (PXE-16). */
enum pxenv_status pxe_stop(void);

#endif
