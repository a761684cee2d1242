/* SPDX-License-Identifier: BSD-2-Clause */
#include "discover.h"
#include "dhcp_wire.h"
#include "mem.h"
#include "pxe_options.h"
#include "wire.h"

/* How many questions this way is good for. */
static u32 questions(const struct discover *d)
{
	switch (d->way) {
	case DISCOVER_MULTICAST:
		return d->multicast ? DISCOVER_TRIES : 0;
	case DISCOVER_BROADCAST:
		return d->broadcast ? DISCOVER_TRIES : 0;
	case DISCOVER_LISTED:
		return d->servers * DISCOVER_TRIES;
	case DISCOVER_WAYS:
		break;
	}
	return 0;
}

/* The first try of each server comes before the second of any. */
static u32 wait_ms(const struct discover *d)
{
	u32 targets = d->way == DISCOVER_LISTED ? d->servers : 1;

	return (d->tries / targets + 1) * 1000;
}

static void read_list(struct discover *d, const struct pxe_options *o)
{
	for (u32 i = 0; i < o->servers; i++) {
		if (o->server[i].type != d->type)
			continue;
		/* The type is listed without addresses: any server of it will do. */
		if (!o->server[i].ip)
			d->listed_only = false;
		else if (d->servers < DISCOVER_SERVERS_MAX)
			d->server[d->servers++] = o->server[i].ip;
	}
}

bool discover_start(struct discover *d, const struct pxe_options *o, u16 type, u32 now_ms)
{
	memset(d, 0, sizeof(*d));
	d->type = type;
	d->multicast = o->control & PXE_NO_MULTICAST ? 0 : o->multicast;
	d->broadcast = !(o->control & PXE_NO_BROADCAST);
	d->listed_only = o->control & PXE_LISTED_ONLY;
	d->due_ms = now_ms;
	read_list(d, o);
	/* Where only listed servers count and none is, nobody's answer would. */
	if (d->listed_only && !d->servers)
		d->way = DISCOVER_WAYS;
	while (d->way != DISCOVER_WAYS && !questions(d))
		d->way++;
	return d->way != DISCOVER_WAYS;
}

bool discover_tick(struct discover *d, u32 now_ms, u32 *dst, u16 *dst_port)
{
	while (d->way != DISCOVER_WAYS && time_reached(now_ms, d->due_ms)) {
		if (d->tries == questions(d)) {
			d->way++;
			d->tries = 0;
			continue;
		}
		/* A server that does not answer ARP takes no longer than a silent one. */
		if (time_reached(now_ms, d->due_ms + wait_ms(d))) {
			d->due_ms += wait_ms(d);
			d->tries++;
			continue;
		}
		*dst_port = d->way == DISCOVER_BROADCAST ? DHCP_PORT_SERVER : DHCP_PORT_PXE;
		*dst = IP4_BROADCAST;
		if (d->way == DISCOVER_MULTICAST)
			*dst = d->multicast;
		else if (d->way == DISCOVER_LISTED)
			*dst = d->server[d->tries % d->servers];
		return true;
	}
	return false;
}

void discover_sent(struct discover *d, u32 now_ms)
{
	d->due_ms = now_ms + wait_ms(d);
	d->tries++;
}

bool discover_lists(const struct discover *d, u32 ip)
{
	for (u32 i = 0; i < d->servers; i++)
		if (d->server[i] == ip)
			return true;
	return false;
}

bool discover_accepts(const struct discover *d, u32 src_ip, u16 src_port,
		      const struct dhcp_msg *m, const struct pxe_options *o)
{
	bool listed = discover_lists(d, src_ip) || discover_lists(d, m->server_id);

	if (m->type != DHCP_ACK || !m->boot_file[0] || (d->listed_only && !listed))
		return false;
	if (o->has_boot_item)
		return o->boot_type == d->type;
	/* BINL servers that were named to us answer without option 43.  Not so on port 67: there a
	 * DHCP server may take the question for one that renews the lease. */
	return listed && src_port != DHCP_PORT_SERVER;
}
