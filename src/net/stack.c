/* SPDX-License-Identifier: BSD-2-Clause */
#include "stack.h"
#include "arp.h"
#include "ebb/error.h"
#include "eth.h"
#include "icmp.h"
#include "mem.h"
#include "random.h"
#include "sum.h"
#include "tftp_wire.h"
#include "udp.h"
#include "wire.h"

#define PORT_DHCP    68u
#define PORT_DYNAMIC 0xc000u /* RFC 6335: 49152 and up */

#define UDP_AT (ETH_HDR + IP4_HDR) /* of the UDP header in a frame that we send */

/* There is no queue of datagrams: a protocol that has something to say stays due until its
 * neighbour is resolved and the card is free, and only then writes it, straight into the
 * frame.  So nothing is ever lost on our side. */
struct net {
	struct nic *nic;
	struct random random;
	struct arp arp;
	struct ip4 ip4;
	struct dhcp dhcp;
	bool adopted; /* the address that DHCP got is in use */
	struct tftp tftp;
	u32 tftp_server, tftp_gateway;
	struct endpoint endpoint;
	u32 mtu;
	u32 out_len; /* frame that the card could not take yet, 0 = none */
	u8 out[FRAME_MAX];
};

static struct net the_net;

struct net *net_open(struct nic *nic, u32 seed, u32 now_ms)
{
	struct net *n = &the_net;

	memset(n, 0, sizeof(*n));
	n->nic = nic;
	n->mtu = ETH_MTU;
	/* Cards with the same seed must still differ. */
	random_seed(&n->random, seed ^ now_ms ^ wire_load32(nic->mac + 2));
	n->ip4.next_id = (u16)random_next(&n->random);
	arp_open(&n->arp, nic->mac);
	return n;
}

void net_set_address(struct net *n, u32 ip, u32 mask, u32 gateway, u32 mtu)
{
	n->ip4.ip = ip;
	n->ip4.mask = mask;
	n->ip4.gateway = gateway;
	n->arp.ip = ip;
	n->mtu = mtu && mtu < ETH_MTU ? mtu : ETH_MTU;
}

/* ---- out ---- */

/* Is there room for a frame?  Sends the waiting one, if there is one. */
static bool is_free(struct net *n)
{
	if (n->out_len && n->nic->ops->send(n->nic, n->out, n->out_len))
		n->out_len = 0;
	return !n->out_len;
}

static void send_frame(struct net *n, const u8 *dst, u16 type, u32 payload_len)
{
	eth_write(n->out, dst, n->nic->mac, type);
	n->out_len = ETH_HDR + payload_len;
	is_free(n);
}

/* Sends `len` bytes that are behind the place of the headers already. */
static void send_udp(struct net *n, const u8 *mac, u32 dst, u16 src_port, u16 dst_port, u32 len)
{
	u8 *udp = ip4_write(&n->ip4, n->out + ETH_HDR, IP4_PROTO_UDP, dst, UDP_HDR + len);

	udp_write(udp, n->ip4.ip, dst, src_port, dst_port, len);
	send_frame(n, mac, ETH_IP4, IP4_HDR + UDP_HDR + len);
}

/* The neighbour that leads to `dst`.  A gateway that a caller names counts only if it is a host
 * of our network, and `dst` is none: callers are known that leave anything in that field. */
static u32 next_hop(const struct net *n, u32 dst, u32 gateway)
{
	const struct ip4 *s = &n->ip4;
	bool near = !((gateway ^ s->ip) & s->mask);

	if ((dst ^ s->ip) & s->mask && ip4_is_host(dst) && ip4_is_host(gateway) && near)
		return gateway;
	return ip4_next_hop(s, dst);
}

static enum arp_result resolve(struct net *n, u32 dst, u32 gateway, u32 now_ms, u8 *mac)
{
	u32 hop = next_hop(n, dst, gateway);

	if (ip4_is_multicast(dst)) {
		eth_multicast(mac, dst);
		return ARP_KNOWN;
	}
	if (hop == IP4_BROADCAST) {
		memcpy(mac, eth_broadcast, MAC_LEN);
		return ARP_KNOWN;
	}
	return arp_lookup(&n->arp, hop, now_ms, mac);
}

static bool send_dhcp(struct net *n, u32 dst, u16 dst_port, u32 now_ms)
{
	u8 mac[MAC_LEN];

	if (resolve(n, dst, 0, now_ms, mac) != ARP_KNOWN)
		return false;
	send_udp(n, mac, dst, PORT_DHCP, dst_port,
		 dhcp_write(&n->dhcp, now_ms, n->out + UDP_AT + UDP_HDR));
	return true;
}

static bool send_tftp(struct net *n, u16 src_port, u16 dst_port, u32 now_ms)
{
	u8 mac[MAC_LEN];

	switch (resolve(n, n->tftp_server, n->tftp_gateway, now_ms, mac)) {
	case ARP_WAIT:
		return false;
	case ARP_FAILED:
		/* In the middle of a transfer it is only one more lost packet. */
		if (!n->tftp.peer_port)
			tftp_abort(&n->tftp, E_ARP_TIMEOUT);
		n->tftp.error_port = 0; /* nobody to tell */
		return false;
	case ARP_KNOWN:
		break;
	}
	send_udp(n, mac, n->tftp_server, src_port, dst_port,
		 tftp_write(&n->tftp, now_ms, n->out + UDP_AT + UDP_HDR));
	/* NET-2: ask for the neighbour again before the second repeat. */
	if (tftp_is_repeating(&n->tftp))
		arp_forget(&n->arp, next_hop(n, n->tftp_server, n->tftp_gateway));
	return true;
}

/* Uses the address as soon as DHCP has it: a question to a proxy needs it already. */
static void adopt_address(struct net *n)
{
	const struct dhcp_lease *l = &n->dhcp.lease;

	if (n->adopted || (n->dhcp.state != DHCP_PROXY && n->dhcp.state != DHCP_BOUND &&
			   n->dhcp.state != DHCP_DISCOVERING))
		return;
	n->adopted = true;
	net_set_address(n, l->ip, l->mask, l->gateway, l->mtu);
}

/* Lets time pass, and sends what is due: at most one frame.  Time passes also while the card
 * takes nothing, so that every wait stays bounded. */
static bool transmit(struct net *n, u32 now_ms)
{
	u32 dhcp_dst;
	u16 dhcp_port, tftp_src, tftp_dst;
	bool dhcp_due = dhcp_tick(&n->dhcp, now_ms, &dhcp_dst, &dhcp_port);
	bool tftp_due = tftp_tick(&n->tftp, now_ms, &tftp_src, &tftp_dst);

	adopt_address(n);
	if (!is_free(n))
		return false;
	if (dhcp_due && send_dhcp(n, dhcp_dst, dhcp_port, now_ms))
		return true;
	if (tftp_due && send_tftp(n, tftp_src, tftp_dst, now_ms))
		return true;
	if (!arp_tick(&n->arp, now_ms, (void *)(n->out + ETH_HDR)))
		return false;
	send_frame(n, eth_broadcast, ETH_ARP, sizeof(struct arp_packet));
	return true;
}

/* ---- in ---- */

static void receive_dhcp(struct net *n, const struct ip4_in *in, const struct udp_in *udp,
			 u32 now_ms)
{
	if (udp_good(udp, sum_add(udp->sum, udp->payload.at, udp->payload.len)))
		dhcp_input(&n->dhcp, in->src, udp->src_port, udp->payload, now_ms);
}

/* The one copy of a transfer: summed and moved in one pass, from the card's ring to the
 * final place in the image. */
static void receive_tftp(struct net *n, const struct udp_in *udp, u32 now_ms)
{
	struct bytes data;
	u8 *place = tftp_place(&n->tftp, udp->src_port, udp->payload, &data);
	u32 sum;

	if (place) {
		if (data.len)
			n->tftp.d->touched = true;
		sum = sum_add(udp->sum, udp->payload.at, TFTP_HDR);
		sum = sum_copy(sum, place, data.at, data.len);
	} else {
		sum = sum_add(udp->sum, udp->payload.at, udp->payload.len);
	}
	if (udp_good(udp, sum))
		tftp_input(&n->tftp, udp->src_port, udp->payload, now_ms);
}

static void receive_other(struct net *n, const struct ip4_in *in, const struct udp_in *udp)
{
	struct endpoint_from from = { in->src, in->dst, udp->src_port, udp->dst_port,
				      udp->payload.len };

	if (n->endpoint.open &&
	    udp_good(udp, sum_add(udp->sum, udp->payload.at, udp->payload.len)))
		endpoint_put(&n->endpoint, &from, udp->payload.at);
}

static void receive_udp(struct net *n, const struct ip4_in *in, u32 now_ms)
{
	struct udp_in udp;

	if (!udp_view(in->payload, in->src, in->dst, &udp))
		return;
	if (udp.dst_port == PORT_DHCP && !n->endpoint.open)
		receive_dhcp(n, in, &udp, now_ms);
	else if (udp.dst_port == n->tftp.local_port && in->src == n->tftp_server &&
		 !in->broadcast)
		receive_tftp(n, &udp, now_ms);
	else
		receive_other(n, in, &udp);
}

static void receive_icmp(struct net *n, const struct ip4_in *in, const u8 *src_mac)
{
	struct icmp_closed closed;

	switch (icmp_input(in, &closed)) {
	case ICMP_IGNORE:
		break;
	case ICMP_ECHO:
		/* A reassembled request may be longer than what we can send. */
		if (!n->ip4.ip || in->payload.len > n->mtu - IP4_HDR)
			break;
		icmp_write_reply(in, ip4_write(&n->ip4, n->out + ETH_HDR, IP4_PROTO_ICMP,
					       in->src, in->payload.len));
		send_frame(n, src_mac, ETH_IP4, IP4_HDR + in->payload.len);
		break;
	case ICMP_PORT_CLOSED:
		if (closed.dst == n->tftp_server && closed.src_port == n->tftp.local_port)
			tftp_input_closed(&n->tftp, closed.dst_port);
		break;
	}
}

static void receive_frame(struct net *n, struct bytes frame, u32 now_ms)
{
	struct arp_packet *reply = (void *)(n->out + ETH_HDR);
	struct eth_in eth;
	struct ip4_in in;

	if (!eth_view(frame, n->nic->mac, &eth))
		return;
	if (eth.type == ETH_ARP) {
		if (arp_input(&n->arp, eth.payload, reply))
			send_frame(n, reply->target_mac, ETH_ARP, sizeof(*reply));
		return;
	}
	if (eth.type != ETH_IP4 || !ip4_input(&n->ip4, eth.payload, now_ms, &in))
		return;
	/* What came to everybody is not to be answered as if it came to us (RFC 1122 3.3.6).
	 * DHCP servers do send their offers so, with a unicast address inside. */
	in.broadcast = in.broadcast || eth.broadcast;
	if (in.proto == IP4_PROTO_UDP)
		receive_udp(n, &in, now_ms);
	else if (in.proto == IP4_PROTO_ICMP)
		receive_icmp(n, &in, eth.src);
}

/* Handles one frame; false if none waits, or if there would be no room for an answer. */
static bool receive(struct net *n, u32 now_ms)
{
	struct bytes frame;

	if (!is_free(n) || !n->nic->ops->poll(n->nic, &frame))
		return false;
	receive_frame(n, frame, now_ms);
	n->nic->ops->release(n->nic);
	return true;
}

void net_step(struct net *n, u32 now_ms)
{
	for (u32 i = 0; i < NET_BURST; i++) {
		bool received = receive(n, now_ms);
		bool sent = transmit(n, now_ms);

		if (!received && !sent)
			break;
	}
}

/* ---- what the core asks ---- */

void net_dhcp_begin(struct net *n, const struct dhcp_identity *id, u32 now_ms)
{
	net_set_address(n, 0, 0, 0, 0);
	n->adopted = false;
	dhcp_start(&n->dhcp, id, &n->random, now_ms);
}

int net_dhcp_poll(struct net *n)
{
	switch (n->dhcp.state) {
	case DHCP_SELECTING:
	case DHCP_REQUESTING:
	case DHCP_PROXY:
		return NET_BUSY;
	case DHCP_BOUND:
	case DHCP_DISCOVERING:
		return 0;
	case DHCP_FAILED:
		return n->dhcp.error;
	case DHCP_IDLE:
		break;
	}
	return -E_DHCP_NO_OFFER;
}

void net_discover_begin(struct net *n, const struct pxe_options *o, u16 type, u32 now_ms)
{
	dhcp_discover(&n->dhcp, o, type, now_ms);
}

int net_discover_poll(struct net *n)
{
	return n->dhcp.state == DHCP_DISCOVERING ? NET_BUSY : n->dhcp.error;
}

const struct dhcp_lease *net_lease(const struct net *n)
{
	return &n->dhcp.lease;
}

void net_tftp_request(struct net *n, const struct net_tftp_request *r, struct download *d,
		      u32 now_ms)
{
	u32 blksize = n->mtu - IP4_HDR - UDP_HDR - TFTP_HDR;
	u16 port = (u16)(PORT_DYNAMIC | random_next(&n->random));

	/* NET-10a: neither the port of the last transfer nor the one it may have gone on to. */
	if (port == n->tftp.local_port ||
	    port == (u16)(PORT_DYNAMIC | (n->tftp.local_port + 1u)))
		port = (u16)(PORT_DYNAMIC | (port + 2u));
	if (r->blksize && r->blksize < blksize)
		blksize = r->blksize;
	n->tftp_server = r->server;
	n->tftp_gateway = r->gateway;
	tftp_start(&n->tftp, r->name, d, blksize, port, now_ms);
	if (r->port)
		n->tftp.server_port = r->port;
	n->tftp.size_only = r->size_only;
	if (!ip4_is_host(r->server) || ip4_next_hop(&n->ip4, r->server) == IP4_BROADCAST)
		tftp_abort(&n->tftp, E_NO_BOOT_SERVER);
}

void net_tftp_begin(struct net *n, u32 server, const char *name, struct download *d, u32 now_ms)
{
	struct net_tftp_request r = { .server = server, .name = name };

	net_tftp_request(n, &r, d, now_ms);
}

bool net_tftp_is_open(const struct net *n)
{
	return n->tftp.state == TFTP_RECEIVING || n->tftp.state == TFTP_DONE;
}

u32 net_tftp_blksize(const struct net *n)
{
	return n->tftp.blksize;
}

int net_tftp_poll(struct net *n)
{
	switch (n->tftp.state) {
	case TFTP_REQUESTING:
	case TFTP_RECEIVING:
		return NET_BUSY;
	case TFTP_DONE:
		return 0;
	case TFTP_FAILED:
		return n->tftp.error;
	case TFTP_IDLE:
		break;
	}
	return -E_ABORTED;
}

void net_tftp_cancel(struct net *n)
{
	tftp_abort(&n->tftp, E_ABORTED);
}

const char *net_tftp_error_text(const struct net *n)
{
	return n->tftp.text;
}

struct endpoint *net_endpoint(struct net *n)
{
	return &n->endpoint;
}

int net_udp_send(struct net *n, const struct net_datagram *d, u32 now_ms)
{
	u8 mac[MAC_LEN];

	/* One neighbour is asked for at a time, and a transfer of ours goes before. */
	if (!is_free(n) || (n->tftp.due && n->arp.wanted))
		return NET_BUSY;
	switch (resolve(n, d->dst, d->gateway, now_ms, mac)) {
	case ARP_WAIT:
		return NET_BUSY;
	case ARP_FAILED:
		return -E_ARP_TIMEOUT;
	case ARP_KNOWN:
		break;
	}
	memcpy(n->out + UDP_AT + UDP_HDR, d->data.at, d->data.len);
	send_udp(n, mac, d->dst, d->src_port, d->dst_port, d->data.len);
	return 0;
}

u32 net_udp_max(const struct net *n)
{
	return n->mtu - IP4_HDR - UDP_HDR;
}

u32 net_address(const struct net *n)
{
	return n->ip4.ip;
}

void net_close(struct net *n)
{
	u32 now_ms = n->tftp.sent_ms;
	u16 src, dst;

	net_tftp_cancel(n);
	if (n->tftp.error_port && is_free(n) && tftp_tick(&n->tftp, now_ms, &src, &dst))
		send_tftp(n, src, dst, now_ms);
	n->nic->ops->close(n->nic);
}
