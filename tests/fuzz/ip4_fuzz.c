/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as Ethernet frames: through eth, arp, ip4 with reassembly, icmp and udp.  Input:
 * pieces of a 2-byte length, a byte of steps in time and of repairs, and a frame.
 * Sources: src/net/eth.c src/net/arp.c src/net/ip4.c src/net/ip4_reasm.c
 * Sources: src/net/icmp.c src/net/udp.c src/net/sum.c
 */
#include <stdlib.h>
#include <string.h>
#include "arp.h"
#include "eth.h"
#include "icmp.h"
#include "sum.h"
#include "udp.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static const u8 mac[6] = { 2, 0, 0, 0, 0, 1 };
static struct ip4 host;
static struct arp arp;

/* Reads every byte, so that ASan sees a wrong one. */
static u32 touch(struct bytes b)
{
	return sum_add(0, b.at, b.len);
}

/* Makes a frame pass the checks that chance would hardly pass. */
static void repair(u8 *frame, u32 n)
{
	struct ip4_hdr *h = (void *)(frame + ETH_HDR);

	memcpy(frame, mac, sizeof(mac));
	frame[6] &= 0xfe;
	if (n < ETH_HDR + IP4_HDR || frame[12] != 0x08 || frame[13] != 0x00)
		return;
	h->dst = be32_of(IP4_ADDRESS(10, 0, 2, 15));
	u32 header = (h->version_ihl & 15) * 4u;
	if (header < IP4_HDR || header > n - ETH_HDR)
		return;
	h->sum = be16_of(0);
	h->sum = sum_field(sum_add(0, h, header));
}

static void hear_ip4(struct bytes packet, u32 now)
{
	struct icmp_closed closed;
	struct udp_in udp;
	struct ip4_in in;

	if (!ip4_input(&host, packet, now, &in))
		return;
	touch(in.payload);
	if (in.payload.len > IP4_REASM_MAX && in.payload.len > packet.len)
		abort();
	if (in.proto == IP4_PROTO_UDP && udp_view(in.payload, in.src, in.dst, &udp))
		touch(udp.payload);
	if (in.proto == IP4_PROTO_ICMP && icmp_input(&in, &closed) == ICMP_ECHO) {
		u8 *reply = malloc(in.payload.len);

		icmp_write_reply(&in, reply);
		free(reply);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	u32 now = 0xffff0000u;
	struct arp_packet out;
	struct eth_in eth;
	u8 to[6];

	memset(&host, 0, sizeof(host));
	host.ip = IP4_ADDRESS(10, 0, 2, 15);
	host.mask = 0xffffff00;
	arp_open(&arp, mac);
	arp.ip = host.ip;
	while (len >= 3) {
		u32 n = at[0] | (u32)(at[1] & 7) << 8;
		u8 how = at[2];

		now += (how >> 1) * 500u;
		at += 3;
		len -= 3;
		if (n > len)
			n = (u32)len;
		u8 *frame = malloc(n + !n);
		memcpy(frame, at, n);
		at += n;
		len -= n;
		if (how & 1 && n >= ETH_HDR)
			repair(frame, n);
		if (eth_view((struct bytes){ frame, n }, mac, &eth)) {
			touch(eth.payload);
			if (eth.type == ETH_ARP)
				arp_input(&arp, eth.payload, &out);
			else
				hear_ip4(eth.payload, now);
		}
		arp_lookup(&arp, IP4_ADDRESS(10, 0, 2, 2), now, to);
		arp_tick(&arp, now, &out);
		free(frame);
	}
	return 0;
}
