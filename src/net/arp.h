/* SPDX-License-Identifier: BSD-2-Clause */
/* Address resolution (RFC 826, NET-2): a small cache and one question at a time.  Bytes and
 * time in, bytes out; the frame around a packet is the caller's. */
#ifndef EBB_ARP_H
#define EBB_ARP_H

#include "ebb/types.h"
#include "nic.h"

#define ARP_ENTRIES 4u
#define ARP_TRIES   4u /* requests at 0, 1, 3 and 5 s; given up at 7 s */

struct arp_packet {
	be16 hardware;
	be16 protocol;
	u8 hardware_len;
	u8 protocol_len;
	be16 op;
	u8 sender_mac[MAC_LEN];
	be32 sender_ip;
	u8 target_mac[MAC_LEN];
	be32 target_ip;
};
_Static_assert(sizeof(struct arp_packet) == 28, "RFC 826 for Ethernet and IPv4");

struct arp_entry {
	u32 ip;    /* 0 = free */
	u32 stamp; /* the entry used longest ago makes room */
	u8 mac[MAC_LEN];
};

struct arp {
	u8 mac[MAC_LEN]; /* ours */
	u32 ip;          /* ours, 0 = none yet: then nothing is answered */
	struct arp_entry entry[ARP_ENTRIES];
	u32 stamp;
	u32 wanted; /* address being asked for, 0 = none */
	u32 failed; /* address that did not answer, until the next lookup; 0 = none */
	u32 due_ms; /* of the next request for `wanted` */
	u32 tries;
};

enum arp_result {
	ARP_KNOWN,  /* *mac is filled in */
	ARP_WAIT,   /* being asked for: look up again later */
	ARP_FAILED, /* nobody answered; the next lookup starts over */
};

/* Empty cache, no address of ours. */
void arp_open(struct arp *a, const u8 *mac);

enum arp_result arp_lookup(struct arp *a, u32 ip, u32 now_ms, u8 *mac);

/* Drops what is known of `ip`, so that the next lookup asks again. */
void arp_forget(struct arp *a, u32 ip);

/* Handles a received packet.  true: *reply is to be sent to reply->target_mac. */
bool arp_input(struct arp *a, struct bytes packet, struct arp_packet *reply);

/* Time passed.  true: *request is to be broadcast now. */
bool arp_tick(struct arp *a, u32 now_ms, struct arp_packet *request);

#endif
