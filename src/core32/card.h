/* SPDX-License-Identifier: BSD-2-Clause */
/* The card: found, opened, with link and address; closed through the ledger. */
#ifndef EBB_CARD_H
#define EBB_CARD_H

#include "ebb/types.h"

/* Whether a driver here runs the PCI function. */
bool card_is_driven(u16 bdf);

/* Chooses a card, boot.handoff.bdf if it is driven, and enters it in the ledger as the firmware had
 * it; does not open it.  0 or -E_*. */
int card_find(void);

/* Chooses and opens a card, waits for link, and gets an address.  0 or -E_*. */
int card_up(void);

/* While a boot program runs: closes the driver, after which the card writes no memory and its PCI
 * command register is the firmware's; and opens it again, on the same address.  Both are idle if
 * it is so already.  card_start: 0 or -E_*. */
void card_stop(void);
int card_start(void);

/* Stops the card and leaves it as the firmware had it; the ledger calls it, too. */
void card_down(void);

#endif
