/* SPDX-License-Identifier: BSD-2-Clause */
/* ICMP as a host needs it (RFC 792, NET-4): answers echo requests, and tells when a UDP port
 * that we talk to is closed. */
#ifndef EBB_ICMP_H
#define EBB_ICMP_H

#include "ip4.h"

struct icmp_hdr {
	u8 type;
	u8 code;
	be16 sum;
	be32 rest; /* echo: identifier and sequence */
};
_Static_assert(sizeof(struct icmp_hdr) == 8, "ICMP header");

enum icmp_result {
	ICMP_IGNORE,
	ICMP_ECHO,        /* an answer is due: icmp_write_reply */
	ICMP_PORT_CLOSED, /* *closed says which conversation of ours is meant */
};

struct icmp_closed {
	u32 dst; /* whom we wrote to */
	u16 src_port, dst_port;
};

/* Judges a received message of `in`.  Echo requests to broadcast are ignored. */
enum icmp_result icmp_input(const struct ip4_in *in, struct icmp_closed *closed);

/* Writes the answer to an ICMP_ECHO to `out`, as long as the request: in->payload.len. */
void icmp_write_reply(const struct ip4_in *in, u8 *out);

#endif
