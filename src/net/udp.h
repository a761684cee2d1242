/* SPDX-License-Identifier: BSD-2-Clause */
/* UDP (RFC 768, NET-5).  Lengths are checked at once, the checksum when the payload is read, so
 * that a protocol can sum and copy in one pass. */
#ifndef EBB_UDP_H
#define EBB_UDP_H

#include "ebb/types.h"

#define UDP_HDR 8u

struct udp_hdr {
	be16 src;
	be16 dst;
	be16 len; /* header and payload */
	be16 sum; /* 0: sender computed none */
};
_Static_assert(sizeof(struct udp_hdr) == UDP_HDR, "RFC 768 header");

struct udp_in {
	u16 src_port, dst_port;
	struct bytes payload;
	bool summed; /* the sender computed a checksum */
	u32 sum;     /* of pseudo header and header: add the payload, then ask udp_good */
};

/* Takes a datagram from `src` to `dst` apart.  false: too short for a header, or for the
 * length it claims. */
bool udp_view(struct bytes datagram, u32 src, u32 dst, struct udp_in *in);

/* Is the datagram undamaged, `sum` being in->sum plus the whole payload? */
bool udp_good(const struct udp_in *in, u32 sum);

/* Writes the header in front of `payload_len` bytes that are already at `out` + UDP_HDR. */
void udp_write(u8 *out, u32 src, u32 dst, u16 src_port, u16 dst_port, u32 payload_len);

#endif
