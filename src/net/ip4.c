/* SPDX-License-Identifier: BSD-2-Clause */
#include "ip4.h"
#include "sum.h"
#include "wire.h"

#define VERSION_4      0x40u
#define IHL_MIN        5u
#define FRAGMENT_DF    0x4000u
#define FRAGMENT_MF    0x2000u
#define FRAGMENT_UNITS 0x1fffu
#define TTL            64u

const struct ip4_hdr *ip4_view(struct bytes packet, struct bytes *payload)
{
	const struct ip4_hdr *h = (const void *)packet.at;

	if (packet.len < sizeof(*h) || (h->version_ihl & 0xf0) != VERSION_4)
		return NULL;

	u32 header = (h->version_ihl & 0x0f) * 4u;
	u32 total = be16_get(h->total);

	if (header < IHL_MIN * 4 || header > total || total > packet.len)
		return NULL;
	*payload = bytes_after((struct bytes){ packet.at, total }, header);
	return h;
}

/* Does a mask of this length leave room for a broadcast address?  (RFC 3021) */
static bool has_broadcast(u32 mask)
{
	return (~mask & ~1u) != 0;
}

static bool is_broadcast(const struct ip4 *s, u32 ip)
{
	return ip == IP4_BROADCAST ||
	       (s->ip && has_broadcast(s->mask) && ip == (s->ip | ~s->mask));
}

bool ip4_input(struct ip4 *s, struct bytes packet, u32 now_ms, struct ip4_in *in)
{
	const struct ip4_hdr *h = ip4_view(packet, &in->payload);

	if (!h || !sum_good(sum_add(0, h, (u32)(in->payload.at - packet.at))))
		return false;
	in->src = be32_get(h->src);
	in->dst = be32_get(h->dst);
	in->proto = h->proto;
	in->broadcast = is_broadcast(s, in->dst);

	/* No reply of any kind may go to such a source (RFC 1122 3.2.1.3). */
	if (!ip4_is_host(in->src) || is_broadcast(s, in->src))
		return false;
	if (!in->broadcast && !(s->ip ? in->dst == s->ip : ip4_is_host(in->dst)))
		return false;

	u32 fragment = be16_get(h->fragment);
	if (!(fragment & (FRAGMENT_MF | FRAGMENT_UNITS)))
		return true;

	struct ip4_fragment f = {
		.src = in->src,
		.dst = in->dst,
		.id = be16_get(h->id),
		.proto = h->proto,
		.more = (fragment & FRAGMENT_MF) != 0,
		.offset = (fragment & FRAGMENT_UNITS) * IP4_REASM_UNIT,
		.data = in->payload,
	};
	return ip4_reasm_add(&s->reasm, &f, now_ms, &in->payload);
}

u32 ip4_next_hop(const struct ip4 *s, u32 dst)
{
	if (is_broadcast(s, dst))
		return IP4_BROADCAST;
	/* Without a gateway the destination may still answer ARP itself, or a proxy for it. */
	if (!s->gateway || !((dst ^ s->ip) & s->mask))
		return dst;
	return s->gateway;
}

u8 *ip4_write(struct ip4 *s, u8 *packet, u8 proto, u32 dst, u32 payload_len)
{
	struct ip4_hdr *h = (void *)packet;

	*h = (struct ip4_hdr){
		.version_ihl = VERSION_4 | IHL_MIN,
		.total = be16_of((u16)(sizeof(*h) + payload_len)),
		.id = be16_of(s->next_id++),
		.fragment = be16_of(FRAGMENT_DF),
		.ttl = TTL,
		.proto = proto,
		.src = be32_of(s->ip),
		.dst = be32_of(dst),
	};
	h->sum = sum_field(sum_add(0, h, sizeof(*h)));
	return packet + sizeof(*h);
}
