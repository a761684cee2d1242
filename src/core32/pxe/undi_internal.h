/* SPDX-License-Identifier: BSD-2-Clause */
/* What undi.c, undi_info.c, undi_isr.c and undi_transmit.c have in common; nobody else includes it. */
#ifndef EBB_UNDI_INTERNAL_H
#define EBB_UNDI_INTERNAL_H

#include "nic.h"
#include "pci.h"
#include "undi.h"
#include "undi_params.h"

struct undi {
	enum undi_state state;
	bool loaded; /* START_UNDI has been called, by base code or by the program */
	struct nic *nic;
	const struct pci_dev *dev;

	u32 filter; /* NIC_*, and groups: what the program wants to see */
	struct nic_groups groups;

	bool wanted;     /* the program has called UNDI_OPEN: interrupts are its wish */
	bool interrupts; /* the card's are on */
	bool suspended;  /* they were when base code took the card */
	bool claimed;    /* the last START said "ours", and no DONE since */

	u32 sent;          /* frames of TRANSMIT that ISR has not reported yet */
	struct bytes lent; /* the driver's; .at NULL = none */
	u32 taken;         /* bytes of it that the program has got */
};

extern struct undi undi;

/* Turns the card's interrupts on or off, if they are not yet. */
void undi_interrupts(bool on);

/* Has the card interrupted?  Then its interrupts are off, and it is the program's turn. */
bool undi_take_interrupt(void);

/* Forgets the frame being handed over, and what has not been reported. */
void undi_drop_frame(void);
void undi_forget(void);

/* Throws away what has arrived. */
void undi_drain(void);

/* undi_info.c: the interrupt line, 0 = none; and the calls that tell about the card. */
u8 undi_irq_line(void);
void undi_get_information(struct undi_information *p);
void undi_get_nic_type(struct undi_nic_type *p);
void undi_get_iface_info(struct undi_iface *p);
void undi_get_statistics(struct undi_statistics *p);
void undi_clear_statistics(void);
enum pxenv_status undi_diagnose(void);

enum pxenv_status undi_isr(struct undi_isr *p);
enum pxenv_status undi_transmit(const struct undi_transmit *p);

#endif
