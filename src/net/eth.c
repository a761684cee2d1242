/* SPDX-License-Identifier: BSD-2-Clause */
#include "eth.h"
#include "mem.h"

#define GROUP_BIT     0x01u
#define TYPE_MIN      0x0600u /* below it the field is an 802.3 length */
#define VLAN_ID_MASK  0x0fffu
#define VLAN_TAG_SIZE 4u

const u8 eth_broadcast[MAC_LEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

struct vlan_tag {
	be16 control; /* priority 3, drop eligible 1, VLAN 12 bits */
	be16 type;
};
_Static_assert(sizeof(struct vlan_tag) == VLAN_TAG_SIZE, "802.1Q tag behind its type");

bool eth_is_station(const u8 *mac)
{
	static const u8 none[MAC_LEN];

	return !(mac[0] & GROUP_BIT) && memcmp(mac, none, MAC_LEN) != 0;
}

bool eth_view(struct bytes frame, const u8 *mac, struct eth_in *in)
{
	const struct eth_hdr *h = (const void *)frame.at;

	if (frame.len < sizeof(*h))
		return false;
	in->src = h->src;
	in->type = be16_get(h->type);
	in->broadcast = memcmp(h->dst, eth_broadcast, MAC_LEN) == 0;
	in->payload = bytes_after(frame, sizeof(*h));
	if (!in->broadcast && memcmp(h->dst, mac, MAC_LEN) != 0)
		return false;
	if (h->src[0] & GROUP_BIT)
		return false;

	/* VLAN 0 only carries a priority: the frame belongs to the untagged network. */
	if (in->type == ETH_VLAN) {
		const struct vlan_tag *tag = (const void *)in->payload.at;

		if (in->payload.len < sizeof(*tag) || be16_get(tag->control) & VLAN_ID_MASK)
			return false;
		in->type = be16_get(tag->type);
		in->payload = bytes_after(in->payload, sizeof(*tag));
	}
	return in->type >= TYPE_MIN;
}

void eth_multicast(u8 *mac, u32 ip)
{
	mac[0] = 0x01;
	mac[1] = 0x00;
	mac[2] = 0x5e;
	mac[3] = (u8)(ip >> 16 & 0x7f);
	mac[4] = (u8)(ip >> 8);
	mac[5] = (u8)ip;
}

u8 *eth_write(u8 *frame, const u8 *dst, const u8 *src, u16 type)
{
	struct eth_hdr *h = (void *)frame;

	memcpy(h->dst, dst, MAC_LEN);
	memcpy(h->src, src, MAC_LEN);
	h->type = be16_of(type);
	return frame + sizeof(*h);
}
