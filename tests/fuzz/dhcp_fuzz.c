/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as DHCP replies, in every state of the client, and any option 43.  Input: pieces of a
 * 2-byte length, a byte of steps in time, and a packet; what a reply must repeat to be looked at is
 * filled in.  The option is read, and boot servers are looked for, as soon as there is an address.
 * Sources: src/net/dhcp.c src/net/dhcp_wire.c src/net/random.c
 * Sources: src/net/discover.c src/net/pxe_options.c src/core32/pxe/menu.c
 */
#include <stdlib.h>
#include <string.h>
#include "dhcp_wire.h"
#include "ebb/error.h"
#include "pxe/menu.h"
#include "random.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static void check(int condition)
{
	if (!condition)
		abort();
}

static void check_lease(const struct dhcp_lease *l)
{
	check(strnlen(l->boot_file, DHCP_TEXT_MAX) < DHCP_TEXT_MAX);
	check(strnlen(l->host_name, DHCP_TEXT_MAX) < DHCP_TEXT_MAX);
	check(strnlen(l->cmdline, DHCP_CMDLINE_MAX) < DHCP_CMDLINE_MAX);
	check(l->ack_len <= DHCP_PACKET_MAX && l->discover_len <= DHCP_PACKET_MAX);
	check(!l->ip || ip4_is_host(l->ip));
	check(!l->boot_server || ip4_is_host(l->boot_server));
	check(l->mtu == 0 || l->mtu >= 68);
	check(l->reply_len <= DHCP_PACKET_MAX && l->vendor_len <= PXE_VENDOR_MAX);
}

/* Every byte of every text is in the struct. */
static u32 check_options(const struct pxe_options *o)
{
	u32 sum = 0;

	check(o->items <= PXE_ITEMS_MAX && o->servers <= PXE_SERVERS_MAX);
	for (u32 i = 0; i < o->items; i++)
		for (u32 n = 0; n < o->item[i].text.len; n++)
			sum += o->item[i].text.at[n];
	for (u32 n = 0; n < o->prompt.len; n++)
		sum += o->prompt.at[n];
	for (u32 i = 0; i < o->servers; i++)
		check(!o->server[i].ip || ip4_is_host(o->server[i].ip));
	return sum;
}

/* The menu with the texts' own bytes as keys: the item stays one of it. */
static u16 choose(const struct pxe_options *o, u32 now)
{
	struct menu m;

	menu_start(&m, o, now);
	for (u32 n = 0; n < o->prompt.len; n++) {
		menu_key(&m, o->prompt.at[n] | (u32)o->prompt.at[o->prompt.len - 1 - n] << 8);
		check(m.item < o->items);
	}
	return o->item[m.item].type;
}

static void look_for_server(struct dhcp *d, u32 now)
{
	static struct pxe_options o;
	struct bytes vendor = { d->lease.vendor, d->lease.vendor_len };

	pxe_options_read(&o, vendor);
	check_options(&o);
	if (d->state != DHCP_BOUND || !pxe_options_usable(&o))
		return;
	dhcp_discover(d, &o, o.items ? choose(&o, now) : o.server[0].type, now);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	static struct dhcp d;
	static struct pxe_options options;
	struct dhcp_identity id = { .mac = { 2, 0, 0, 0, 0, 1 } };
	struct random random;
	u8 out[DHCP_PACKET_MAX];
	u32 now = 0xffffff00u;
	u32 dst;
	u16 port;

	pxe_options_read(&options, (struct bytes){ at, (u32)len });
	check_options(&options);
	random_seed(&random, 1);
	dhcp_start(&d, &id, &random, now);
	while (len >= 3) {
		u32 n = at[0] | (u32)(at[1] & 7) << 8;

		now += at[2] * 40u;
		at += 3;
		len -= 3;
		if (n > len)
			n = (u32)len;

		u8 *packet = malloc(n + !n);
		memcpy(packet, at, n);
		at += n;
		len -= n;
		if (n >= sizeof(struct dhcp_hdr)) {
			struct dhcp_hdr *h = (void *)packet;

			h->op = BOOTP_REPLY;
			h->xid = be32_of(d.xid);
			memcpy(h->chaddr, id.mac, sizeof(id.mac));
			h->cookie = be32_of(DHCP_COOKIE);
		}
		dhcp_input(&d, IP4_ADDRESS(10, 0, 0, 1), 67, (struct bytes){ packet, n }, now);
		free(packet);
		if (dhcp_tick(&d, now, &dst, &port))
			check(dhcp_write(&d, now, out) <= DHCP_ASK_MAX);
		check_lease(&d.lease);
		look_for_server(&d, now);
	}
	/* Whatever was said, it ends. */
	for (u32 i = 0; i < 300; i++) {
		now += 1000;
		if (dhcp_tick(&d, now, &dst, &port))
			dhcp_write(&d, now, out);
	}
	check(d.state == DHCP_BOUND || d.state == DHCP_FAILED);
	check(d.state == DHCP_BOUND || d.error < 0);
	return 0;
}
