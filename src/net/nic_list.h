/* SPDX-License-Identifier: BSD-2-Clause */
/* Which driver runs which card, and what all drivers share.  The table comes from
 * nic_ids.def; nothing here touches a card. */
#ifndef EBB_NIC_LIST_H
#define EBB_NIC_LIST_H

#include "ebb/types.h"
#include "nic.h"

/* Every driver named in nic_ids.def exports <driver>_ops. */
#define NIC(driver, vendor_id, device_id, card_name) extern const struct nic_ops driver##_ops;
#include "nic_ids.def"
#undef NIC

/* The longest frame that a driver lends, without FCS: a full one with an 802.1Q tag (NET-1). */
#define NIC_RX_MAX (FRAME_MAX + 4)

/* Shorter frames are padded with zeros to this before they are sent (NET-1). */
#define NIC_TX_MIN 60u

/* The driver of PCI card vendor:device, and in *name what to call the card; NULL, with
 * *name untouched, if no driver here runs it. */
const struct nic_ops *nic_driver_for(u16 vendor, u16 device, const char **name);

/* True if a card may send from `mac`: one station's address, and not the zeros of a blank
 * EEPROM.  The ones of a missing EEPROM are a group address. */
static inline bool nic_mac_usable(const u8 mac[MAC_LEN])
{
	return !(mac[0] & 1) && (mac[0] | mac[1] | mac[2] | mac[3] | mac[4] | mac[5]);
}

#endif
