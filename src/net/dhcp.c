/* SPDX-License-Identifier: BSD-2-Clause */
#include "dhcp.h"
#include "dhcp_wire.h"
#include "ebb/error.h"
#include "mem.h"
#include "random.h"
#include "wire.h"

#define PORT_SERVER 67u
#define PORT_PROXY  4011u

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
	d->proxy.file[0] = '\0';
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
	l->ack_len = packet.len < DHCP_PACKET_MAX ? packet.len : DHCP_PACKET_MAX;
	memcpy(l->ack, packet.at, l->ack_len);
}

/* The boot information of a proxy; it alone may stand for its boot server (PXE-24). */
static void take_proxy(struct dhcp *d, const struct dhcp_msg *m)
{
	d->proxy.proxy = m->server_id;
	d->proxy.server = m->boot_server ? m->boot_server : m->server_id;
	copy_text(d->proxy.file, m->boot_file);
}

/* Do we know what to boot, or whom to ask once we have the address? */
static bool knows_boot(const struct dhcp *d)
{
	/* An address server that also claims to be a boot server, but names no file, may know
	 * less than a proxy that has not spoken yet. */
	return d->id.have_file || d->lease.boot_file[0] || d->proxy.file[0] ||
	       (d->proxy.proxy && d->proxy.proxy != d->lease.dhcp_server);
}

/* The address is ours: done, or one question is left. */
static void bind(struct dhcp *d, u32 now_ms)
{
	struct dhcp_lease *l = &d->lease;

	if (!l->boot_file[0] && d->proxy.file[0]) {
		l->boot_server = d->proxy.server;
		copy_text(l->boot_file, d->proxy.file);
	}
	if (!l->boot_file[0] && d->proxy.proxy && !d->id.have_file)
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
	if (m->pxe && (!d->proxy.proxy || (!d->proxy.file[0] && m->boot_file[0])))
		take_proxy(d, m);
	if (ip4_is_host(m->your_ip) && (!d->offered || m->boot_file[0])) {
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

static void got_proxy_answer(struct dhcp *d, const struct dhcp_msg *m, u32 now_ms)
{
	/* Without a file it may be the late twin of the address server's ACK. */
	if (m->type != DHCP_ACK || m->server_id != d->proxy.proxy || !m->boot_file[0])
		return;
	take_proxy(d, m);
	bind(d, now_ms);
}

void dhcp_input(struct dhcp *d, u32 src_ip, u16 src_port, struct bytes packet, u32 now_ms)
{
	static struct dhcp_msg m; /* off the stack: 1.6 KiB */

	/* PXE-26: both ports may answer either question. */
	if (src_port != PORT_SERVER && src_port != PORT_PROXY)
		return;
	if (!dhcp_read(packet, d->id.mac, d->xid, &m))
		return;
	if (!m.server_id)
		m.server_id = src_ip;

	switch (d->state) {
	case DHCP_SELECTING:
		got_offer(d, &m, packet, now_ms);
		break;
	case DHCP_REQUESTING:
		got_answer(d, &m, packet, now_ms);
		break;
	case DHCP_PROXY:
		got_proxy_answer(d, &m, now_ms);
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
	*dst_port = PORT_SERVER;
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
		*dst = d->proxy.proxy;
		*dst_port = PORT_PROXY;
		if (elapsed >= DHCP_PROXY_MS)
			d->state = DHCP_BOUND; /* not fatal (PXE-23) */
		break;
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
	/* RFC 2131 3.1: REQUEST repeats the value of its DISCOVER. */
	ask.secs = d->secs;
	len = dhcp_write_ask(out, &ask);
	if (d->state == DHCP_SELECTING) {
		memcpy(d->lease.discover, out, len);
		d->lease.discover_len = len;
	}
	d->due_ms = now_ms + delay_ms(d);
	d->tries++;
	return len;
}
