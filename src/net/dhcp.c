/* SPDX-License-Identifier: BSD-2-Clause */
#include "dhcp.h"
#include "dhcp_wire.h"
#include "ebb/error.h"
#include "mem.h"
#include "random.h"
#include "wire.h"

/* Of the packet in hand: off the stack, 3 and 3 KiB. */
static struct dhcp_msg msg;
static struct pxe_options options;

static void enter(struct dhcp *d, enum dhcp_state state, u32 now_ms)
{
	d->state = state;
	d->entered_ms = now_ms;
	d->due_ms = now_ms;
	d->tries = 0;
}

static void fail(struct dhcp *d, enum ebb_error error)
{
	d->state = DHCP_FAILED;
	d->error = -(int)error;
}

static void select_again(struct dhcp *d, u32 now_ms)
{
	d->xid = random_next(d->random);
	d->offered = false;
	d->proxy.proxy = 0;
	d->asks = 0;
	enter(d, DHCP_SELECTING, now_ms);
}

void dhcp_start(struct dhcp *d, const struct dhcp_identity *id, struct random *random,
		u32 now_ms)
{
	memset(d, 0, sizeof(*d));
	d->id = *id;
	d->random = random;
	d->start_ms = now_ms;
	select_again(d, now_ms);
}

/* The mask of an address's class, for servers that send none (RFC 1122 3.3.6). */
static u32 class_mask(u32 ip)
{
	if (!(ip & 0x80000000u))
		return 0xff000000u;
	return ip & 0x40000000u ? 0xffffff00u : 0xffff0000u;
}

static void copy_text(char *to, const char *from)
{
	memcpy(to, from, strlen(from) + 1);
}

static u32 copy_packet(u8 *to, struct bytes packet)
{
	u32 len = packet.len < DHCP_PACKET_MAX ? packet.len : DHCP_PACKET_MAX;

	memcpy(to, packet.at, len);
	return len;
}

/* Does option 43 say where to boot from? */
static bool is_usable(const u8 *vendor, u32 len)
{
	pxe_options_read(&options, (struct bytes){ vendor, len });
	return pxe_options_usable(&options);
}

static bool names_boot(const struct dhcp_msg *m)
{
	return m->boot_file[0] || is_usable(m->vendor, m->vendor_len);
}

/* Makes an address message the candidate.  What an ACK leaves out of the boot information is
 * kept from its offer. */
static void take_lease(struct dhcp *d, const struct dhcp_msg *m, struct bytes packet)
{
	struct dhcp_lease *l = &d->lease;
	bool confirms = d->state == DHCP_REQUESTING;

	l->ip = m->your_ip;
	l->mask = m->mask ? m->mask : class_mask(m->your_ip);
	l->gateway = m->gateway;
	l->dns = m->dns;
	l->dhcp_server = m->server_id;
	l->lease_s = m->lease_s;
	l->mtu = m->mtu;
	if (m->boot_server || !confirms)
		l->boot_server = m->boot_server;
	if (m->boot_file[0] || !confirms)
		copy_text(l->boot_file, m->boot_file);
	if (m->host_name[0] || !confirms)
		copy_text(l->host_name, m->host_name);
	if (m->cmdline[0] || !confirms)
		copy_text(l->cmdline, m->cmdline);
	if (m->vendor_len || !confirms) {
		memcpy(l->vendor, m->vendor, m->vendor_len);
		l->vendor_len = m->vendor_len;
	}
	l->ack_len = copy_packet(l->ack, packet);
}

/* The boot information of a proxy; it alone may stand for its boot server (PXE-24). */
static void take_proxy(struct dhcp *d, const struct dhcp_msg *m, struct bytes packet)
{
	struct dhcp_boot *p = &d->proxy;

	p->proxy = m->server_id;
	p->server = m->boot_server ? m->boot_server : m->server_id;
	copy_text(p->file, m->boot_file);
	memcpy(p->vendor, m->vendor, m->vendor_len);
	p->vendor_len = m->vendor_len;
	p->packet_len = copy_packet(p->packet, packet);
}

/* Somebody to ask on port 4011.  Proxies go before an address server that also claims to be one: it
 * may have been told so for another host's sake. */
static void add_ask(struct dhcp *d, u32 ip, bool first)
{
	u32 at = d->asks;

	for (u32 i = 0; i < d->asks; i++)
		if (d->ask[i] == ip)
			return;
	if (!ip4_is_host(ip) || at == DHCP_PROXIES_MAX)
		return;
	d->asks++;
	for (; first && at && d->ask[at - 1] == d->lease.dhcp_server; at--)
		d->ask[at] = d->ask[at - 1];
	d->ask[at] = ip;
}

/* PXE-23: an offer of boot service alone.  The first that names something wins. */
static void hear_proxy(struct dhcp *d, const struct dhcp_msg *m, struct bytes packet)
{
	if (d->proxy.proxy)
		return;
	if (names_boot(m))
		take_proxy(d, m, packet);
	else
		add_ask(d, m->server_id, true);
}

static bool lease_names_boot(const struct dhcp *d)
{
	return d->lease.boot_file[0] || is_usable(d->lease.vendor, d->lease.vendor_len);
}

/* Do we know what to boot, or whom to ask once we have the address? */
static bool knows_boot(const struct dhcp *d)
{
	/* An address server that also claims to be a boot server, but names nothing, may know
	 * less than a proxy that has not spoken yet. */
	for (u32 i = 0; i < d->asks; i++)
		if (d->ask[i] != d->lease.dhcp_server)
			return true;
	return d->id.have_file || d->proxy.proxy || lease_names_boot(d);
}

/* PXE-24: what a proxy says goes before what came with the address. */
static void use_proxy(struct dhcp *d)
{
	struct dhcp_lease *l = &d->lease;

	l->boot_server = d->proxy.server;
	copy_text(l->boot_file, d->proxy.file);
	memcpy(l->vendor, d->proxy.vendor, d->proxy.vendor_len);
	l->vendor_len = d->proxy.vendor_len;
	memcpy(l->reply, d->proxy.packet, d->proxy.packet_len);
	l->reply_len = d->proxy.packet_len;
}

/* The address is ours: done, or one question is left. */
static void bind(struct dhcp *d, u32 now_ms)
{
	d->state = DHCP_BOUND;
	if (d->id.have_file)
		d->lease.vendor_len = 0;
	else if (d->proxy.proxy)
		use_proxy(d);
	else if (d->asks && !lease_names_boot(d))
		enter(d, DHCP_PROXY, now_ms);
}

/* This proxy is silent.  That is not fatal (PXE-23). */
static void ask_next_proxy(struct dhcp *d, u32 now_ms)
{
	d->lease.silent_proxy = d->ask[0];
	if (++d->asked < d->asks)
		enter(d, DHCP_PROXY, now_ms);
	else
		d->state = DHCP_BOUND;
}

/* Takes the candidate.  Only DHCP confirms an offer; BOOTP's reply is its last word. */
static void take_offer(struct dhcp *d, u32 now_ms)
{
	if (d->bootp)
		bind(d, now_ms);
	else
		enter(d, DHCP_REQUESTING, now_ms);
}

static void got_offer(struct dhcp *d, const struct dhcp_msg *m, struct bytes packet, u32 now_ms)
{
	if (m->type != DHCP_OFFER && m->type != DHCP_BOOTP)
		return;

	/* PXE-23: a proxy, an address server, or both in one. */
	bool addressed = ip4_is_host(m->your_ip);

	if (m->pxe && !addressed)
		hear_proxy(d, m, packet);
	else if (m->pxe && !names_boot(m))
		add_ask(d, m->server_id, false);
	if (addressed && (!d->offered || names_boot(m))) {
		take_lease(d, m, packet);
		d->bootp = m->type == DHCP_BOOTP;
		if (!d->offered)
			d->offered_ms = now_ms;
		d->offered = true;
	}
	if (d->offered && knows_boot(d))
		take_offer(d, now_ms);
}

static void got_answer(struct dhcp *d, const struct dhcp_msg *m, struct bytes packet,
		       u32 now_ms)
{
	/* Another server's refusal is not about our request. */
	if (m->server_id != d->lease.dhcp_server)
		return;
	if (m->type == DHCP_ACK && m->your_ip == d->lease.ip) {
		take_lease(d, m, packet);
		bind(d, now_ms);
	} else if (m->type == DHCP_NAK) {
		if (++d->naks == DHCP_NAKS_MAX) {
			fail(d, E_DHCP_REFUSED);
			return;
		}
		/* The first time at once, then a little later each time: whoever refuses
		 * may need a moment, and two servers at odds must not make a storm. */
		select_again(d, now_ms);
		d->due_ms += (d->naks - 1) * 1000;
	}
}

static void got_proxy_answer(struct dhcp *d, u32 src_ip, const struct dhcp_msg *m,
			     struct bytes packet, u32 now_ms)
{
	u32 asked = d->ask[d->asked];
	bool from_asked = m->server_id == asked || src_ip == asked;

	/* A late offer of another proxy may end the wait.  An ACK that names nothing may be the late
	 * twin of the address server's. */
	if (!names_boot(m) ||
	    !(from_asked ? m->type == DHCP_ACK
			 : m->type == DHCP_OFFER && m->pxe && !ip4_is_host(m->your_ip)))
		return;
	take_proxy(d, m, packet);
	bind(d, now_ms);
}

static void got_boot_server(struct dhcp *d, u32 src_ip, u16 src_port, const struct dhcp_msg *m,
			    struct bytes packet)
{
	struct dhcp_lease *l = &d->lease;

	pxe_options_read(&options, (struct bytes){ m->vendor, m->vendor_len });
	if (!discover_accepts(&d->discover, src_ip, src_port, m, &options))
		return;
	l->boot_server = m->boot_server ? m->boot_server : m->server_id;
	copy_text(l->boot_file, m->boot_file);
	l->reply_len = copy_packet(l->reply, packet);
	d->state = DHCP_BOUND;
}

void dhcp_discover(struct dhcp *d, const struct pxe_options *o, u16 type, u32 now_ms)
{
	d->error = 0;
	d->xid = random_next(d->random);
	enter(d, DHCP_DISCOVERING, now_ms);
	if (!discover_start(&d->discover, o, type, now_ms)) {
		d->error = -E_PXE_NO_WAY;
		d->state = DHCP_BOUND;
	}
}

/* PXE-26: both ports may answer either question, and BINL servers answer from any. */
static bool is_port_good(const struct dhcp *d, u32 src_ip, u16 src_port)
{
	if (src_port == DHCP_PORT_SERVER || src_port == DHCP_PORT_PXE)
		return true;
	return (d->state == DHCP_PROXY && src_ip == d->ask[d->asked]) ||
	       (d->state == DHCP_DISCOVERING && discover_lists(&d->discover, src_ip));
}

void dhcp_input(struct dhcp *d, u32 src_ip, u16 src_port, struct bytes packet, u32 now_ms)
{
	struct dhcp_msg *m = &msg;

	if (!is_port_good(d, src_ip, src_port) || !dhcp_read(packet, d->id.mac, d->xid, m))
		return;
	if (!m->server_id)
		m->server_id = src_ip;

	switch (d->state) {
	case DHCP_SELECTING:
		got_offer(d, m, packet, now_ms);
		break;
	case DHCP_REQUESTING:
		/* Proxies may be slower than the address server. */
		if (m->type == DHCP_OFFER && m->pxe && !ip4_is_host(m->your_ip))
			hear_proxy(d, m, packet);
		else
			got_answer(d, m, packet, now_ms);
		break;
	case DHCP_PROXY:
		got_proxy_answer(d, src_ip, m, packet, now_ms);
		break;
	case DHCP_DISCOVERING:
		got_boot_server(d, src_ip, src_port, m, packet);
		break;
	case DHCP_IDLE:
	case DHCP_BOUND:
	case DHCP_FAILED:
		break;
	}
}

bool dhcp_tick(struct dhcp *d, u32 now_ms, u32 *dst, u16 *dst_port)
{
	if (d->state == DHCP_SELECTING && d->offered && now_ms - d->offered_ms >= DHCP_WAIT_MS)
		take_offer(d, now_ms);

	u32 elapsed = now_ms - d->entered_ms;
	*dst = IP4_BROADCAST;
	*dst_port = DHCP_PORT_SERVER;
	switch (d->state) {
	case DHCP_SELECTING:
		if (elapsed >= DHCP_SELECT_MS)
			fail(d, E_DHCP_NO_OFFER);
		break;
	case DHCP_REQUESTING:
		if (elapsed >= DHCP_REQUEST_MS)
			fail(d, E_DHCP_NO_ACK);
		break;
	case DHCP_PROXY:
		if (elapsed >= DHCP_PROXY_MS)
			ask_next_proxy(d, now_ms);
		if (d->state == DHCP_PROXY)
			*dst = d->ask[d->asked];
		*dst_port = DHCP_PORT_PXE;
		break;
	case DHCP_DISCOVERING:
		if (discover_tick(&d->discover, now_ms, dst, dst_port))
			return true;
		if (d->discover.way == DISCOVER_WAYS) {
			d->error = -E_PXE_NO_SERVER;
			d->state = DHCP_BOUND;
		}
		return false;
	case DHCP_IDLE:
	case DHCP_BOUND:
	case DHCP_FAILED:
		break;
	}
	return d->state != DHCP_IDLE && d->state != DHCP_BOUND && d->state != DHCP_FAILED &&
	       time_reached(now_ms, d->due_ms);
}

/* How long to wait for an answer to the packet that is being sent. */
static u32 delay_ms(struct dhcp *d)
{
	if (d->state == DHCP_PROXY)
		return (d->tries + 1) * 1000;

	u32 delay = DHCP_DELAY_MAX_MS;
	if (d->tries < 3)
		delay = DHCP_DELAY_MIN_MS << d->tries;
	return delay - DHCP_JITTER_MS + random_next(d->random) % (2 * DHCP_JITTER_MS + 1);
}

u32 dhcp_write(struct dhcp *d, u32 now_ms, u8 *out)
{
	struct dhcp_ask ask = { .type = DHCP_REQUEST, .xid = d->xid, .id = &d->id };
	u32 len;

	if (d->state == DHCP_SELECTING) {
		ask.type = DHCP_DISCOVER;
		d->secs = (u16)((now_ms - d->start_ms) / 1000);
	} else if (d->state == DHCP_REQUESTING) {
		ask.requested_ip = d->lease.ip;
		ask.server_id = d->lease.dhcp_server;
	} else {
		ask.client_ip = d->lease.ip;
	}
	if (d->state == DHCP_DISCOVERING) {
		ask.has_boot_item = true;
		ask.boot_type = d->discover.type;
	}
	/* RFC 2131 3.1: REQUEST repeats the value of its DISCOVER. */
	ask.secs = d->secs;
	len = dhcp_write_ask(out, &ask);
	if (d->state == DHCP_SELECTING) {
		memcpy(d->lease.discover, out, len);
		d->lease.discover_len = len;
	}
	if (d->state == DHCP_DISCOVERING) {
		discover_sent(&d->discover, now_ms);
		return len;
	}
	d->due_ms = now_ms + delay_ms(d);
	d->tries++;
	return len;
}
