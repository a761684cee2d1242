/* SPDX-License-Identifier: BSD-2-Clause */
/* The contract between a card and its users: five functions, polled, for the network engine,
 * and five more for boot programs, which come with filters and interrupts of their own (UNDI).
 * One card at a time.  No protocol knowledge here. */
#ifndef EBB_NIC_H
#define EBB_NIC_H

#include "ebb/types.h"

#define MAC_LEN   6u
#define FRAME_MIN 14u   /* header alone; drivers pad to 60 with zeros (NET-1) */
#define FRAME_MAX 1514u /* without FCS */

/* What the card receives, besides the groups of the list. */
#define NIC_DIRECTED    1u
#define NIC_BROADCAST   2u
#define NIC_PROMISCUOUS 4u /* everything */
#define NIC_GROUPS_MAX  8u

struct pci_dev;
struct nic;

/* Multicast addresses. */
struct nic_groups {
	u32 count;
	u8 mac[NIC_GROUPS_MAX][MAC_LEN];
};

struct nic_ops {
	const char *name;

	/* Resets the device and fills nic->mac, nic->permanent_mac, nic->rx_buffers,
	 * nic->tx_buffers and nic->priv.  It receives what is directed and broadcast, and raises
	 * no interrupt.  On failure the device is left as the firmware left it and no other
	 * function is called.  0, or -E_CARD_DEAD, -E_NO_MAC, -E_ARENA_FULL. */
	int (*open)(struct nic *nic, const struct pci_dev *dev);

	/* Queues one frame of FRAME_MIN..FRAME_MAX bytes.  The frame has been copied
	 * or sent when this returns.  false: no room now, nothing was done. */
	bool (*send)(struct nic *nic, const void *frame, u32 len);

	/* Lends the oldest good received frame (without FCS) where it lies in the
	 * driver's ring; false if none waits.  It stays valid until `release`, which
	 * gives the buffer back to the device.  At most one frame is lent at a time. */
	bool (*poll)(struct nic *nic, struct bytes *frame);
	void (*release)(struct nic *nic);

	/* Stops the card.  After this returns it writes no memory and raises no
	 * interrupt, and bus mastering is as the firmware left it. */
	void (*close)(struct nic *nic);

	/* From now on nic->mac is the card's address, and what `flags` (NIC_*) and `groups` ask
	 * for is received; perhaps more, as a card may choose by a hash or not choose at all.
	 * Frames that are waiting may get lost. */
	void (*filter)(struct nic *nic, u32 flags, const struct nic_groups *groups);

	/* Lets the card interrupt for a frame received, a frame sent, an overrun or a change of
	 * the link; or not.  What has happened meanwhile interrupts as soon as it may. */
	void (*interrupts)(struct nic *nic, bool on);

	/* Has anything of that happened since it was last acknowledged?  If so it is now, and the
	 * card's interrupts are off: its interrupt line is free for others. */
	bool (*pending)(struct nic *nic);

	/* Makes the card interrupt for no reason, if it may.  False if it has no means to. */
	bool (*force)(struct nic *nic);

	/* Asks the card for what else changes by itself: link and link_mbit, rx_crc_errors and
	 * rx_missed. */
	void (*update)(struct nic *nic);
};

struct nic {
	const struct nic_ops *ops;
	void *priv; /* the driver's; from its own static storage or the heap */
	u8 mac[MAC_LEN];
	u8 permanent_mac[MAC_LEN];  /* the card's own, as after open */
	u16 rx_buffers, tx_buffers; /* full frames that the card holds */
	bool link;                  /* kept up to date by poll */
	u32 link_mbit;              /* 0 = unknown */
	u32 rx_frames, rx_errors, tx_frames;
	u32 rx_crc_errors, rx_missed; /* damaged on the wire; for lack of room */
};

#endif
