/* SPDX-License-Identifier: BSD-2-Clause */
/* A network of one scripted machine, for tests of the whole engine: a card that is a list of
 * frames, a wire that damages them, and a peer that is gateway, DHCP, proxy and TFTP server.
 * Its own checks of what the engine sends do not use the engine's code. */
#ifndef EBB_NET_PEER_H
#define EBB_NET_PEER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "check.h"
#include "dhcp_reply.h"
#include "ip4.h"
#include "nic.h"
#include "tftp_wire.h"
#include "udp.h"
#include "wire.h"

#define OUR_IP    IP4_ADDRESS(10, 0, 2, 15)
#define SERVER_IP IP4_ADDRESS(10, 0, 2, 2)
#define FAR_IP    IP4_ADDRESS(192, 0, 2, 9) /* the same machine behind its gateway role */

static const u8 our_mac[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };

enum peer_options { OPTIONS_GRANTED, OPTIONS_REFUSED, OPTIONS_IGNORED };

/* A frame on its way to us. */
struct flying {
	u8 at[1600];
	u32 len;
	u32 when;
};
#define FLYING_MAX 256u

/* One TFTP transfer of the server: each request begins another. */
struct serving {
	bool active;
	u16 tid, client_port, wire;
	u32 self_ip;
	u32 block, blksize, sent_ms, repeats;
	u8 last[4 + 1468];
	u32 last_len;
};
#define SERVING_MAX 8u

static struct peer {
	/* Behaviour; all zero is a good server on a good wire. */
	bool no_arp, no_dhcp, bootp, nak_always, proxy, no_tftp, port_closed, no_sum, bad_oack;
	enum peer_options options;
	u32 max_blksize; /* 0 = 1468 */
	u32 file_len;
	u32 tsize;      /* announced; ~0 = the truth */
	u16 wrap;       /* number after 65535 */
	u32 fragment;   /* payload bytes of a fragment; 0 = whole */
	u16 tftp_port;  /* requests come here, 0 = 69 */
	bool no_tsize;  /* an OACK without it */
	u32 error;      /* this ERROR + 1 instead of the file */
	u32 stop_after; /* dead after as many blocks; 0 = never */
	u32 delay_ms;
	u32 drop, dup, reorder, truncate, corrupt; /* per mille, each way */
	u32 card_busy;                             /* of 4 sends this many find no room */
	u8 mac[6];
	/* State. */
	u32 seed, now;
	struct flying flying[FLYING_MAX];
	u32 flights;
	u8 *lent;
	u32 card_calls;
	bool closed;
	struct serving serving[SERVING_MAX];
	struct serving *s; /* of the latest request */
	u32 blocks_sent;
	/* What was seen. */
	u32 xid, frames, arp_requests, arp_replies, echoes, discovers, requests, rrqs, acks,
		errors;
	u32 asked_blksize, last_error, proxy_requests;
	u8 to_mac[6];
	u32 pings; /* datagrams to port 7; the last of them */
	u32 ping_src, ping_dst, ping_len;
	u16 ping_port;
	u8 ping[1500];
} peer;

static inline u32 peer_random(u32 below)
{
	peer.seed = peer.seed * 1664525u + 1013904223u;
	return (peer.seed >> 8) % below;
}

static inline bool chance(u32 per_mille)
{
	return per_mille && peer_random(1000) < per_mille;
}

/* The file: no two blocks alike, no period. */
static inline u8 file_byte(u32 at)
{
	u32 v = (at + 1) * 2654435761u;

	return (u8)(v >> 24 ^ v >> 11);
}

static inline u16 peer_sum(const u8 *p, u32 len, u32 sum)
{
	for (u32 i = 0; i < len; i++)
		sum += i % 2 ? p[i] : (u32)p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (u16)sum;
}

/* ---- towards us ---- */

static inline void fly(const u8 *frame, u32 len, u32 when)
{
	if (peer.flights == FLYING_MAX)
		return;
	struct flying *f = &peer.flying[peer.flights++];
	memcpy(f->at, frame, len);
	f->len = len;
	f->when = when;
}

static inline void peer_send(const u8 *frame, u32 len)
{
	u8 copy[1600];
	u32 when = peer.now + peer.delay_ms;

	memcpy(copy, frame, len);
	if (chance(peer.drop))
		return;
	if (chance(peer.corrupt))
		copy[peer_random(len)] ^= (u8)(1 << peer_random(8));
	if (chance(peer.truncate))
		len = peer_random(len);
	if (chance(peer.reorder))
		when += 1 + peer_random(40);
	if (chance(peer.dup))
		fly(copy, len, when + peer_random(300));
	fly(copy, len, when);
}

static inline u8 *peer_eth(u8 *frame, u16 type)
{
	memcpy(frame, our_mac, 6);
	memcpy(frame + 6, peer.mac, 6);
	frame[12] = (u8)(type >> 8);
	frame[13] = (u8)type;
	return frame + 14;
}

/* One IP datagram, in fragments from the last to the first if so told. */
static inline void peer_ip(u32 src, u32 dst, u8 proto, const u8 *payload, u32 len)
{
	static u16 id;
	u32 step = peer.fragment ? peer.fragment : len;
	u32 parts = len ? (len + step - 1) / step : 1;

	id++;
	for (u32 i = parts; i-- > 0;) {
		u8 frame[1600];
		struct ip4_hdr *h = (void *)peer_eth(frame, 0x0800);
		u32 at = i * step;
		u32 n = i == parts - 1 ? len - at : step;

		*h = (struct ip4_hdr){ .version_ihl = 0x45,
				       .total = be16_of((u16)(20 + n)),
				       .id = be16_of(id),
				       .ttl = 60,
				       .proto = proto,
				       .src = be32_of(src),
				       .dst = be32_of(dst) };
		h->fragment = be16_of((u16)(at / 8 | (i < parts - 1 ? 0x2000 : 0)));
		h->sum = be16_of((u16)~peer_sum((u8 *)h, 20, 0));
		memcpy(frame + 34, payload + at, n);
		u32 total = 34 + n;
		if (total < 60) {
			memset(frame + total, 0x99, 60 - total); /* padding that leaks */
			total = 60;
		}
		peer_send(frame, total);
	}
}

static inline void peer_udp(u32 src, u32 dst, u16 sport, u16 dport, const void *payload,
			    u32 len)
{
	u8 datagram[1600];

	memcpy(datagram + 8, payload, len);
	udp_write(datagram, src, dst, sport, dport, len);
	if (peer.no_sum)
		datagram[6] = datagram[7] = 0;
	peer_ip(src, dst, 17, datagram, 8 + len);
}

static inline void peer_arp(u16 op, u32 sender, u32 target)
{
	u8 frame[60] = { 0 };
	u8 *p = peer_eth(frame, 0x0806);

	memcpy(p, "\0\1\x08\0\6\4", 6);
	p[7] = (u8)op;
	memcpy(p + 8, peer.mac, 6);
	be32 ip = be32_of(sender);
	memcpy(p + 14, &ip, 4);
	ip = be32_of(target);
	memcpy(p + 24, &ip, 4);
	peer_send(frame, 60);
}

/* ---- the servers ---- */

static inline void tftp_send_last(struct serving *s)
{
	s->sent_ms = peer.now;
	peer_udp(s->self_ip, OUR_IP, s->tid, s->client_port, s->last, s->last_len);
}

static inline void tftp_error(struct serving *s, u16 code)
{
	s->last_len = tftp_write_error(s->last, code);
	s->active = false;
	tftp_send_last(s);
}

static inline void tftp_send_block(struct serving *s)
{
	u32 at = s->block * s->blksize;
	u32 n = peer.file_len - at < s->blksize ? peer.file_len - at : s->blksize;

	if (peer.stop_after && peer.blocks_sent >= peer.stop_after) {
		s->active = false;
		return;
	}
	peer.blocks_sent++;
	s->wire = s->block == 0 ? 1 : s->wire == 0xffff ? peer.wrap : (u16)(s->wire + 1);
	s->block++;
	s->last[0] = 0;
	s->last[1] = TFTP_DATA;
	s->last[2] = (u8)(s->wire >> 8);
	s->last[3] = (u8)s->wire;
	for (u32 i = 0; i < n; i++)
		s->last[4 + i] = file_byte(at + i);
	s->last_len = 4 + n;
	s->repeats = 0;
	tftp_send_last(s);
}

static inline void tftp_rrq(u32 self_ip, u16 client_port, const u8 *p, u32 len)
{
	struct serving *s = &peer.serving[peer.rrqs++ % SERVING_MAX];
	const char *word = (const char *)p + 2;
	const char *end = (const char *)p + len;

	memset(s, 0, sizeof(*s));
	peer.s = s;
	s->self_ip = self_ip;
	s->client_port = client_port;
	s->active = true;
	s->tid = (u16)(20000 + peer_random(20000));
	s->blksize = 512;
	CHECK(end[-1] == '\0');
	CHECK(strcmp(word, "boot") == 0);
	word += strlen(word) + 1;
	CHECK(strcmp(word, "octet") == 0);
	word += strlen(word) + 1;
	if (peer.error) {
		tftp_error(s, (u16)(peer.error - 1));
		return;
	}
	if (word < end && peer.options == OPTIONS_REFUSED) {
		tftp_error(s, 8);
		return;
	}
	if (word == end || peer.options == OPTIONS_IGNORED) {
		tftp_send_block(s);
		return;
	}
	CHECK(strcmp(word, "blksize") == 0);
	word += strlen(word) + 1;
	peer.asked_blksize = (u32)atoi(word);
	s->blksize = peer.asked_blksize;
	if (peer.max_blksize && peer.max_blksize < s->blksize)
		s->blksize = peer.max_blksize;
	u32 tsize = peer.tsize == ~0u ? peer.file_len : peer.tsize;
	int n = peer.no_tsize ? snprintf((char *)s->last + 2, 200, "blksize%c%u", 0, s->blksize)
			      : snprintf((char *)s->last + 2, 200, "blksize%c%u%ctsize%c%u", 0,
					 s->blksize, 0, 0, tsize);
	s->last[1] = TFTP_OACK;
	s->last_len = 2 + (u32)n + 1;
	if (peer.bad_oack)
		s->last[2] = 'x'; /* "xlksize": never asked */
	tftp_send_last(s);
}

static inline void tftp_hear(u16 dport, u16 client_port, const u8 *p, u32 len)
{
	struct serving *s = NULL;

	CHECK(len >= 4);
	for (u32 i = 0; i < SERVING_MAX; i++)
		if (peer.serving[i].tid == dport && peer.serving[i].client_port == client_port)
			s = &peer.serving[i];
	if (p[1] == TFTP_ERROR) {
		peer.errors++;
		peer.last_error = p[3];
		if (s)
			s->active = false;
		return;
	}
	CHECK(p[1] == TFTP_ACK && len == 4);
	peer.acks++;
	/* Never answers an old ACK (RFC 1123 4.2.3.1). */
	if (!s || !s->active || (p[2] << 8 | p[3]) != s->wire)
		return;
	if (s->last[1] == TFTP_DATA && s->last_len < 4 + s->blksize)
		s->active = false;
	else
		tftp_send_block(s);
}

static inline void dhcp_hear(u16 dport, const u8 *p, u32 len)
{
	static struct reply r;
	u8 type = p[242];

	CHECK(len >= 300);
	u32 xid = be32_get(((const struct dhcp_hdr *)p)->xid);
	peer.xid = xid;
	if (dport == 4011) {
		peer.proxy_requests++;
		reply_begin(&r, our_mac, xid, 0);
		reply_type(&r, DHCP_ACK);
		reply_text(&r, 67, "boot");
	} else {
		peer.discovers += type == DHCP_DISCOVER;
		peer.requests += type == DHCP_REQUEST;
		reply_begin(&r, our_mac, xid, OUR_IP);
		if (!peer.bootp)
			reply_type(&r, type == DHCP_DISCOVER ? DHCP_OFFER
				       : peer.nak_always     ? DHCP_NAK
							     : DHCP_ACK);
		reply_address(&r, 1, 0xffffff00);
		reply_address(&r, 3, SERVER_IP);
		if (peer.proxy)
			reply_text(&r, 60, "PXEClient");
		else if (!peer.bootp)
			reply_text(&r, 67, "boot");
	}
	r.hdr.siaddr = be32_of(SERVER_IP);
	reply_address(&r, 54, SERVER_IP);
	reply_end(&r);
	/* To the address that we do not have yet (NET-7j). */
	peer_udp(SERVER_IP, OUR_IP, dport, 68, r.at, r.len);
}

/* "Port unreachable", as if we had written from sport to dst:dport. */
static inline void peer_unreachable(u32 dst, u16 sport, u16 dport)
{
	u8 m[8 + 28] = { 3, 3 };
	struct ip4_hdr *ip = (void *)(m + 8);

	*ip = (struct ip4_hdr){
		.version_ihl = 0x45, .proto = 17, .src = be32_of(OUR_IP), .dst = be32_of(dst)
	};
	*(be16 *)(m + 28) = be16_of(sport);
	*(be16 *)(m + 30) = be16_of(dport);
	*(be16 *)(m + 2) = be16_of((u16)~peer_sum(m, sizeof(m), 0));
	peer_ip(SERVER_IP, OUR_IP, 1, m, sizeof(m));
}

static inline void udp_hear(const struct ip4_hdr *ip, const u8 *p, u32 len)
{
	u32 dst = be32_get(ip->dst);
	u16 sport = (u16)(p[0] << 8 | p[1]);
	u16 dport = (u16)(p[2] << 8 | p[3]);

	CHECK(len >= 8 && (u32)(p[4] << 8 | p[5]) == len);
	CHECK(p[6] || p[7]);
	/* The pseudo header: addresses, protocol and length. */
	CHECK(peer_sum(p, len, 17 + len + peer_sum((const u8 *)&ip->src, 8, 0)) == 0xffff);
	if (dport == 67 || dport == 4011) {
		CHECK(be32_get(ip->src) == (dport == 67 ? 0 : OUR_IP));
		if (!peer.no_dhcp)
			dhcp_hear(dport, p + 8, len - 8);
		return;
	}
	CHECK(be32_get(ip->src) == OUR_IP);
	if (dport == 7) {
		peer.pings++;
		peer.ping_src = be32_get(ip->src);
		peer.ping_dst = dst;
		peer.ping_port = sport;
		peer.ping_len = len - 8;
		memcpy(peer.ping, p + 8, len - 8);
		return;
	}
	if (peer.no_tftp)
		return;
	if (peer.port_closed) {
		peer_unreachable(dst, sport, dport);
		return;
	}
	if (dport == (peer.tftp_port ? peer.tftp_port : 69)) {
		CHECK(p[8] == 0 && p[9] == TFTP_RRQ);
		tftp_rrq(dst, sport, p + 8, len - 8);
	} else {
		tftp_hear(dport, sport, p + 8, len - 8);
	}
}

static inline void arp_hear(const u8 *p)
{
	u32 target = be32_get(*(const be32 *)(p + 24));

	if (p[7] == 2)
		peer.arp_replies++;
	if (p[7] != 1)
		return;
	peer.arp_requests++;
	if (!peer.no_arp && target == SERVER_IP)
		peer_arp(2, SERVER_IP, OUR_IP);
}

/* A frame of ours arrives, having survived the wire. */
static inline void peer_hear(const u8 *frame, u32 len)
{
	const struct ip4_hdr *ip = (const void *)(frame + 14);

	CHECK(len >= FRAME_MIN && len <= FRAME_MAX);
	CHECK(memcmp(frame + 6, our_mac, 6) == 0);
	peer.frames++;
	memcpy(peer.to_mac, frame, 6);
	/* An address that the peer has no longer. */
	if (!(frame[0] & 1) && memcmp(frame, peer.mac, 6) != 0)
		return;
	if (frame[12] == 0x08 && frame[13] == 0x06) {
		CHECK(len == 42);
		arp_hear(frame + 14);
		return;
	}
	CHECK(frame[12] == 0x08 && frame[13] == 0x00 && ip->version_ihl == 0x45);
	CHECK(peer_sum(frame + 14, 20, 0) == 0xffff && be16_get(ip->total) == len - 14);
	CHECK(ip->ttl == 64 && be16_get(ip->fragment) == 0x4000);
	if (ip->proto == 17)
		udp_hear(ip, frame + 34, len - 34);
	else if (ip->proto == 1)
		peer.echoes += frame[34] == 0;
}

/* The TFTP server's own timer. */
static inline void peer_tick(void)
{
	for (u32 i = 0; i < SERVING_MAX; i++) {
		struct serving *s = &peer.serving[i];

		if (!s->active || peer.now - s->sent_ms < 1000)
			continue;
		if (++s->repeats > 20)
			s->active = false;
		else
			tftp_send_last(s);
	}
}

#include "net_card.h"

#endif
