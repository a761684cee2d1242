/* SPDX-License-Identifier: BSD-2-Clause */
#include "arp.h"
#include "eth.h"
#include "mem.h"
#include "wire.h"

#define HARDWARE_ETHERNET 1u
#define OP_REQUEST        1u
#define OP_REPLY          2u

#define FIRST_DELAY_MS 1000u
#define NEXT_DELAY_MS  2000u

void arp_open(struct arp *a, const u8 *mac)
{
	memset(a, 0, sizeof(*a));
	memcpy(a->mac, mac, MAC_LEN);
}

static struct arp_entry *find(struct arp *a, u32 ip)
{
	for (u32 i = 0; i < ARP_ENTRIES; i++)
		if (a->entry[i].ip == ip)
			return &a->entry[i];
	return NULL;
}

/* A free entry, or else the one used longest ago. */
static struct arp_entry *make_room(struct arp *a)
{
	struct arp_entry *oldest = &a->entry[0];

	for (u32 i = 0; i < ARP_ENTRIES; i++) {
		struct arp_entry *e = &a->entry[i];

		if (!e->ip)
			return e;
		if ((s32)(e->stamp - oldest->stamp) < 0)
			oldest = e;
	}
	return oldest;
}

enum arp_result arp_lookup(struct arp *a, u32 ip, u32 now_ms, u8 *mac)
{
	struct arp_entry *e = ip ? find(a, ip) : NULL;

	if (e) {
		e->stamp = ++a->stamp;
		memcpy(mac, e->mac, MAC_LEN);
		return ARP_KNOWN;
	}
	if (a->failed == ip) {
		a->failed = 0;
		return ARP_FAILED;
	}
	if (a->wanted != ip) {
		a->wanted = ip;
		a->tries = 0;
		a->due_ms = now_ms;
	}
	return ARP_WAIT;
}

void arp_forget(struct arp *a, u32 ip)
{
	struct arp_entry *e = find(a, ip);

	if (e)
		e->ip = 0;
}

static const struct arp_packet *view(struct bytes packet)
{
	const struct arp_packet *p = (const void *)packet.at;

	if (packet.len < sizeof(*p) || be16_get(p->hardware) != HARDWARE_ETHERNET ||
	    be16_get(p->protocol) != ETH_IP4 || p->hardware_len != MAC_LEN ||
	    p->protocol_len != sizeof(be32))
		return NULL;
	return p;
}

static void write(const struct arp *a, struct arp_packet *p, u16 op, const u8 *mac, u32 ip)
{
	p->hardware = be16_of(HARDWARE_ETHERNET);
	p->protocol = be16_of(ETH_IP4);
	p->hardware_len = MAC_LEN;
	p->protocol_len = sizeof(be32);
	p->op = be16_of(op);
	memcpy(p->sender_mac, a->mac, MAC_LEN);
	p->sender_ip = be32_of(a->ip);
	memcpy(p->target_mac, mac, MAC_LEN);
	p->target_ip = be32_of(ip);
}

/* NET-2: what we know is kept up to date by everybody, but only answers to our question and
 * requests addressed to us make new entries.  Probes (sender 0) teach nothing. */
static void learn(struct arp *a, const struct arp_packet *p, bool request_to_us)
{
	u32 ip = be32_get(p->sender_ip);
	struct arp_entry *e;

	if (!ip4_is_host(ip) || ip == a->ip)
		return;
	e = find(a, ip);
	if (!e && (ip == a->wanted || request_to_us))
		e = make_room(a);
	if (!e)
		return;
	if (e->ip != ip) {
		e->ip = ip;
		e->stamp = ++a->stamp;
	}
	memcpy(e->mac, p->sender_mac, MAC_LEN);
	if (ip == a->wanted)
		a->wanted = 0;
}

bool arp_input(struct arp *a, struct bytes packet, struct arp_packet *reply)
{
	const struct arp_packet *p = view(packet);

	if (!p || !eth_is_station(p->sender_mac))
		return false;

	bool request_to_us =
		be16_get(p->op) == OP_REQUEST && a->ip && be32_get(p->target_ip) == a->ip;
	learn(a, p, request_to_us);
	if (request_to_us)
		write(a, reply, OP_REPLY, p->sender_mac, be32_get(p->sender_ip));
	return request_to_us;
}

bool arp_tick(struct arp *a, u32 now_ms, struct arp_packet *request)
{
	static const u8 unknown[MAC_LEN];

	if (!a->wanted || !time_reached(now_ms, a->due_ms))
		return false;
	if (a->tries == ARP_TRIES) {
		a->failed = a->wanted;
		a->wanted = 0;
		return false;
	}
	a->due_ms = now_ms + (a->tries ? NEXT_DELAY_MS : FIRST_DELAY_MS);
	a->tries++;
	write(a, request, OP_REQUEST, unknown, a->wanted);
	return true;
}
