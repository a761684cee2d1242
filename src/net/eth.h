/* SPDX-License-Identifier: BSD-2-Clause */
/* Ethernet II framing (NET-1): what is for us, and what is in it.  Drivers pad and check. */
#ifndef EBB_ETH_H
#define EBB_ETH_H

#include "ebb/types.h"
#include "nic.h"

#define ETH_IP4  0x0800u
#define ETH_ARP  0x0806u
#define ETH_VLAN 0x8100u /* 802.1Q */

#define ETH_HDR 14u
#define ETH_MTU 1500u

struct eth_hdr {
	u8 dst[MAC_LEN];
	u8 src[MAC_LEN];
	be16 type;
};
_Static_assert(sizeof(struct eth_hdr) == ETH_HDR, "Ethernet header");

struct eth_in {
	const u8 *src; /* 6 bytes */
	u16 type;
	bool broadcast;       /* to everybody, not just to us */
	struct bytes payload; /* with whatever padding the sender added */
};

/* Takes a received frame apart.  false: too short, not for `mac` or broadcast, sent by a group
 * address, of another VLAN, or 802.3 with a length instead of a type. */
bool eth_view(struct bytes frame, const u8 *mac, struct eth_in *in);

/* Writes a header at `frame` and returns where the payload goes. */
u8 *eth_write(u8 *frame, const u8 *dst, const u8 *src, u16 type);

/* Can a single station have this address?  Not a group's, and not all zero. */
bool eth_is_station(const u8 *mac);

/* Writes the group address that an IPv4 multicast address maps to (RFC 1112 6.4). */
void eth_multicast(u8 *mac, u32 ip);

extern const u8 eth_broadcast[MAC_LEN];

#endif
