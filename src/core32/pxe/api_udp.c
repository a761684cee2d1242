/* SPDX-License-Identifier: BSD-2-Clause */
/* The UDP calls 0030-0033: one endpoint, any port (PXE-9).
 *
 * READ takes the oldest datagram that fits its filters; others wait for another READ.  It never
 * waits.  WRITE waits for the neighbour's address, and refuses what one frame cannot carry.
 * The file API may have a transfer going meanwhile; the TFTP calls may not. */
#include "base.h"
#include "base_params.h"
#include "ebb/error.h"
#include "transfer.h"
#include "wire.h"

#define DEFAULT_PORT 2069u  /* of the sender */
#define WRITE_MS     16000u /* ARP gives up after 7 s; a transfer may ask in between */

static bool tftp_is_open(void)
{
	return transfer_user() == TRANSFER_TFTP && transfer_in_the_way();
}

static struct net *open_net(enum pxenv_status *s)
{
	struct net *n = base_net(s);

	if (!n)
		return NULL;
	*s = tftp_is_open() ? PXENV_TFTP_OPEN : PXENV_UDP_CLOSED;
	return net_endpoint(n)->open ? n : NULL;
}

/* With no address of ours the caller's is taken, with the mask of its class: there is nothing
 * better to go by. */
static void take_address(struct net *n, u32 ip)
{
	u32 mask = ip >> 31 == 0 ? 0xff000000 : ip >> 30 == 2 ? 0xffff0000 : 0xffffff00;

	if (!net_address(n) && ip4_is_host(ip))
		net_set_address(n, ip, mask, 0, 0);
}

static enum pxenv_status udp_open(const struct udp_open_params *p)
{
	enum pxenv_status s;
	struct net *n = base_net(&s);

	if (!n)
		return s;
	if (tftp_is_open())
		return PXENV_TFTP_OPEN;
	if (net_endpoint(n)->open)
		return PXENV_UDP_OPEN;
	take_address(n, be32_get(p->src));
	endpoint_open(net_endpoint(n));
	return PXENV_SUCCESS;
}

/* Always succeeds: programs close what they have unloaded already. */
static enum pxenv_status udp_close(void)
{
	enum pxenv_status s;
	struct net *n = base_net(&s);

	if (n)
		endpoint_close(net_endpoint(n));
	else if (s == PXENV_UNDI_INVALID_STATE)
		base.udp_stale = true;
	return PXENV_SUCCESS;
}

static enum pxenv_status udp_read(struct udp_read_params *p)
{
	u32 room = le16_get(p->buffer_size), dst = be32_get(p->dst);
	u16 dst_port = be16_get(p->dst_port);
	struct endpoint_from from;
	enum pxenv_status s;
	struct net *n = open_net(&s);
	u8 *to;

	if (!n)
		return s;
	if (!base_buffer(p->buffer, room, &to))
		return PXENV_MCOPY_PROBLEM;
	if (!endpoint_take(net_endpoint(n), dst, dst_port, &from, to, room)) {
		transfer_step(n);
		if (!endpoint_take(net_endpoint(n), dst, dst_port, &from, to, room))
			return PXENV_FAILURE;
	}
	p->src = be32_of(from.src);
	p->dst = be32_of(from.dst);
	p->src_port = be16_of(from.src_port);
	p->dst_port = be16_of(from.dst_port);
	p->buffer_size = le16_of((u16)(from.len < room ? from.len : room));
	return PXENV_SUCCESS;
}

static enum pxenv_status udp_write(const struct udp_write_params *p)
{
	u32 len = le16_get(p->buffer_size), start, now;
	struct net_datagram d = {
		.dst = be32_get(p->dst),
		.gateway = be32_get(p->gateway),
		.src_port = be16_get(p->src_port),
		.dst_port = be16_get(p->dst_port),
	};
	enum pxenv_status s;
	struct net *n = open_net(&s);
	u8 *from;
	int e;

	if (!n)
		return s;
	if (!base_buffer(p->buffer, len, &from))
		return PXENV_MCOPY_PROBLEM;
	d.data = (struct bytes){ from, len };
	if (len > net_udp_max(n) ||
	    (!ip4_is_host(d.dst) && !ip4_is_multicast(d.dst) && d.dst != IP4_BROADCAST))
		return PXENV_UNDI_TRANSMIT_ERROR;
	if (!d.src_port)
		d.src_port = DEFAULT_PORT;
	now = start = pxe_idle();
	while ((e = net_udp_send(n, &d, now)) == NET_BUSY && now - start < WRITE_MS) {
		net_step(n, now);
		now = pxe_idle();
	}
	if (e == -E_ARP_TIMEOUT)
		return PXENV_ARP_TIMEOUT;
	return e ? PXENV_UNDI_TRANSMIT_ERROR : PXENV_SUCCESS;
}

enum pxenv_status pxe_udp_call(u16 op, void *params)
{
	switch (op) {
	case UDP_OPEN:
		return udp_open(params);
	case UDP_CLOSE:
		return udp_close();
	case UDP_READ:
		return udp_read(params);
	case UDP_WRITE:
		return udp_write(params);
	}
	return PXENV_UNSUPPORTED;
}
