/* SPDX-License-Identifier: BSD-2-Clause */
/* IPv4 for a host with one address (RFC 791, RFC 1122; NET-3): what is for us, where to send,
 * and the header to send with. */
#ifndef EBB_IP4_H
#define EBB_IP4_H

#include "ebb/types.h"
#include "ip4_reasm.h"

#define IP4_PROTO_ICMP 1u
#define IP4_PROTO_UDP  17u

#define IP4_HDR 20u /* as we send it: no options */

struct ip4_hdr {
	u8 version_ihl; /* 4, header length in dwords */
	u8 tos;
	be16 total; /* header and payload */
	be16 id;
	be16 fragment; /* reserved, DF, MF, offset in units of 8 */
	u8 ttl;
	u8 proto;
	be16 sum;
	be32 src;
	be32 dst;
};
_Static_assert(sizeof(struct ip4_hdr) == IP4_HDR, "IPv4 header");

struct ip4 {
	u32 ip, mask, gateway; /* ip 0: not configured yet; gateway 0: none */
	u16 next_id;
	struct ip4_reasm reasm;
};

/* One whole datagram for us. */
struct ip4_in {
	u32 src, dst;
	u8 proto;
	bool broadcast; /* not to us alone */
	struct bytes payload;
};

/* The header at the start of `packet`, or NULL if header or length are not those of a sound
 * IPv4 datagram.  The payload is then in bounds: what the header claims, without options
 * and without the padding of the frame.  Neither the checksum nor addresses are looked at. */
const struct ip4_hdr *ip4_view(struct bytes packet, struct bytes *payload);

/* Handles a received packet.  true: *in is a datagram for us, whole; it stays valid until the
 * packet is released and the next ip4_input.  While no address is configured every unicast
 * address is taken for ours, because DHCP servers may already use the one they offer. */
bool ip4_input(struct ip4 *s, struct bytes packet, u32 now_ms, struct ip4_in *in);

/* The neighbour that a datagram to `dst` goes to; IP4_BROADCAST for broadcasts. */
u32 ip4_next_hop(const struct ip4 *s, u32 dst);

/* Writes the header of an unfragmentable datagram of `payload_len` bytes from our address
 * and returns where the payload goes. */
u8 *ip4_write(struct ip4 *s, u8 *packet, u8 proto, u32 dst, u32 payload_len);

#endif
