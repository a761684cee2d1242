/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as DHCP replies, in every state of the client.  Input: pieces of a 2-byte length, a
 * byte of steps in time, and a packet; what a reply must repeat to be looked at is filled in.
 * Sources: src/net/dhcp.c src/net/dhcp_wire.c src/net/random.c
 */
#include <stdlib.h>
#include <string.h>
#include "dhcp_wire.h"
#include "ebb/error.h"
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
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	static struct dhcp d;
	struct dhcp_identity id = { .mac = { 2, 0, 0, 0, 0, 1 } };
	struct random random;
	u8 out[DHCP_PACKET_MAX];
	u32 now = 0xffffff00u;
	u32 dst;
	u16 port;

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
