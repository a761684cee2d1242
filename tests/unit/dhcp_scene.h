/* SPDX-License-Identifier: BSD-2-Clause */
/* A DHCP client on a timeline, for tests: replies in, the clock, packets out. */
#ifndef EBB_DHCP_SCENE_H
#define EBB_DHCP_SCENE_H

#include "check.h"
#include "dhcp_reply.h"
#include "ebb/error.h"
#include "random.h"

#define YOUR_IP  IP4_ADDRESS(10, 0, 2, 15)
#define SERVER   IP4_ADDRESS(10, 0, 2, 2)
#define SERVER_B IP4_ADDRESS(10, 0, 2, 3)
#define PROXY    IP4_ADDRESS(10, 0, 2, 4)
#define START    0xfffff000u /* the clock wraps 4 s later */

static const struct dhcp_identity id = { .mac = { 0x52, 0x54, 0, 1, 2, 3 } };

static struct dhcp d;
static struct random rnd;
static struct reply r;
static u8 out[DHCP_PACKET_MAX];
static u32 out_len, dst;
static u16 dst_port;

static inline void start_as(const struct dhcp_identity *who)
{
	random_seed(&rnd, 1);
	dhcp_start(&d, who, &rnd, START);
}

static inline void start(void)
{
	start_as(&id);
}

/* Lets the time `ms` after the start come; returns the type of the packet sent, 0 if none. */
static inline u32 at(u32 ms)
{
	if (!dhcp_tick(&d, START + ms, &dst, &dst_port))
		return 0;
	out_len = dhcp_write(&d, START + ms, out);
	return out[242];
}

static inline void build(u8 type, u32 server, u32 ip, const char *file)
{
	reply_begin(&r, id.mac, d.xid, ip);
	if (type)
		reply_type(&r, type);
	if (server)
		reply_address(&r, 54, server);
	if (file)
		strcpy((char *)r.hdr.file, file);
}

static inline void hear_at(u32 ms)
{
	dhcp_input(&d, SERVER, 67, reply_bytes(&r), START + ms);
}

/* An offer or ACK of SERVER for YOUR_IP, `file` NULL for none. */
static inline void server_says(u8 type, const char *file, u32 ms)
{
	build(type, SERVER, YOUR_IP, file);
	r.hdr.siaddr = be32_of(SERVER);
	hear_at(ms);
}

static inline void proxy_says(u8 type, const char *file, u32 ms)
{
	build(type, PROXY, 0, file);
	reply_text(&r, 60, "PXEClient");
	dhcp_input(&d, PROXY, 67, reply_bytes(&r), START + ms);
}

/* Every moment at which something is sent up to `limit`, and how often. */
static inline u32 sends(u32 from, u32 limit, u32 *when, u32 room)
{
	u32 n = 0;

	for (u32 ms = from; ms <= limit; ms++)
		if (at(ms)) {
			CHECK(n < room);
			when[n++] = ms;
		}
	return n;
}

#endif
