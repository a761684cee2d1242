/* SPDX-License-Identifier: BSD-2-Clause */
/* The contract between the network engine and a card: five functions, polled, one
 * card at a time.  No protocol knowledge here. */
#ifndef EBB_NIC_H
#define EBB_NIC_H

#include "ebb/types.h"

#define MAC_LEN   6u
#define FRAME_MIN 14u   /* header alone; drivers pad to 60 with zeros (NET-1) */
#define FRAME_MAX 1514u /* without FCS */

struct pci_dev;
struct nic;

struct nic_ops {
	const char *name;

	/* Resets the device and fills nic->mac and nic->priv.  On failure the device
	 * is left as the firmware left it and no other function is called.
	 * 0, or -E_CARD_DEAD, -E_NO_MAC, -E_ARENA_FULL. */
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
};

struct nic {
	const struct nic_ops *ops;
	void *priv; /* the driver's; from its own static storage or the heap */
	u8 mac[MAC_LEN];
	bool link;     /* kept up to date by poll */
	u32 link_mbit; /* 0 = unknown */
	u32 rx_frames, rx_errors, tx_frames;
};

#endif
