/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp.h"
#include "ip4.h"
#include "sum.h"

struct pseudo_hdr {
	be32 src;
	be32 dst;
	u8 zero;
	u8 proto;
	be16 len;
};
_Static_assert(sizeof(struct pseudo_hdr) == 12, "RFC 768 pseudo header");

static u32 sum_pseudo(u32 src, u32 dst, u32 len)
{
	struct pseudo_hdr p = {
		.src = be32_of(src),
		.dst = be32_of(dst),
		.proto = IP4_PROTO_UDP,
		.len = be16_of((u16)len),
	};
	return sum_add(0, &p, sizeof(p));
}

bool udp_view(struct bytes datagram, u32 src, u32 dst, struct udp_in *in)
{
	const struct udp_hdr *h = (const void *)datagram.at;

	if (datagram.len < sizeof(*h))
		return false;

	u32 claimed = be16_get(h->len);
	if (claimed < sizeof(*h) || claimed > datagram.len)
		return false;
	in->src_port = be16_get(h->src);
	in->dst_port = be16_get(h->dst);
	in->payload = bytes_after((struct bytes){ datagram.at, claimed }, sizeof(*h));
	in->summed = be16_get(h->sum) != 0;
	in->sum = sum_add(sum_pseudo(src, dst, claimed), h, sizeof(*h));
	return true;
}

bool udp_good(const struct udp_in *in, u32 sum)
{
	return !in->summed || sum_good(sum);
}

void udp_write(u8 *out, u32 src, u32 dst, u16 src_port, u16 dst_port, u32 payload_len)
{
	struct udp_hdr *h = (void *)out;
	u32 len = sizeof(*h) + payload_len;

	*h = (struct udp_hdr){
		.src = be16_of(src_port),
		.dst = be16_of(dst_port),
		.len = be16_of((u16)len),
	};
	h->sum = sum_field(sum_add(sum_pseudo(src, dst, len), out, len));
	/* RFC 768: 0 on the wire would mean "not computed". */
	if (!be16_get(h->sum))
		h->sum = be16_of(0xffff);
}
