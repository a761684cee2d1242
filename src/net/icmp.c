/* SPDX-License-Identifier: BSD-2-Clause */
#include "icmp.h"
#include "mem.h"
#include "sum.h"
#include "udp.h"

#define TYPE_ECHO_REPLY   0u
#define TYPE_UNREACHABLE  3u
#define CODE_PORT         3u
#define TYPE_ECHO_REQUEST 8u

/* Format note: behind the ICMP header stands the start of our datagram, IP header with its
 * options and at least 8 bytes: exactly a UDP header.  Its length fields claim more than was
 * quoted, so ip4_view and udp_view cannot judge it. */
static bool view_quoted(const struct ip4_in *in, struct icmp_closed *closed)
{
	struct bytes quote = bytes_after(in->payload, sizeof(struct icmp_hdr));
	const struct ip4_hdr *ip = (const void *)quote.at;

	if (quote.len < sizeof(*ip))
		return false;

	struct bytes rest = bytes_after(quote, (ip->version_ihl & 0x0f) * 4u);
	const struct udp_hdr *udp = (const void *)rest.at;

	if (rest.len < sizeof(*udp) || ip->proto != IP4_PROTO_UDP ||
	    be32_get(ip->src) != in->dst)
		return false;
	closed->dst = be32_get(ip->dst);
	closed->src_port = be16_get(udp->src);
	closed->dst_port = be16_get(udp->dst);
	return true;
}

enum icmp_result icmp_input(const struct ip4_in *in, struct icmp_closed *closed)
{
	const struct icmp_hdr *h = (const void *)in->payload.at;

	if (in->payload.len < sizeof(*h) ||
	    !sum_good(sum_add(0, in->payload.at, in->payload.len)) || in->broadcast)
		return ICMP_IGNORE;
	if (h->type == TYPE_ECHO_REQUEST && h->code == 0)
		return ICMP_ECHO;
	if (h->type == TYPE_UNREACHABLE && h->code == CODE_PORT && view_quoted(in, closed))
		return ICMP_PORT_CLOSED;
	return ICMP_IGNORE;
}

void icmp_write_reply(const struct ip4_in *in, u8 *out)
{
	struct icmp_hdr *h = (void *)out;

	memcpy(out, in->payload.at, in->payload.len);
	h->type = TYPE_ECHO_REPLY;
	h->sum = be16_of(0);
	h->sum = sum_field(sum_add(0, out, in->payload.len));
}
