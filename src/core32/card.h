/* SPDX-License-Identifier: BSD-2-Clause */
/* The card: found, opened, with link and address; closed through the ledger. */
#ifndef EBB_CARD_H
#define EBB_CARD_H

/* Chooses and opens a card, waits for link, and gets an address.  0 or -E_*. */
int card_up(void);

/* Stops the card and leaves it as the firmware had it; the ledger calls it, too. */
void card_down(void);

#endif
