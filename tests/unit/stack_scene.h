/* SPDX-License-Identifier: BSD-2-Clause */
/* The engine as a whole with a scripted peer, for tests: a machine in one line, then runs. */
#ifndef EBB_STACK_SCENE_H
#define EBB_STACK_SCENE_H

#include "net_peer.h"
#include "ebb/error.h"
#include "stack.h"

#define START 0xfffffe00u /* the clock wraps half a second later */

static struct nic nic;
static struct net *net;
static struct download d;
static u8 *image;

static inline void machine(u32 file_len)
{
	peer_open(file_len, START);
	memset(&nic, 0, sizeof(nic));
	nic.ops = &card_ops;
	memcpy(nic.mac, our_mac, 6);
	net = net_open(&nic, 1, peer.now);
}

/* As machine(), with an address already. */
static inline void host(u32 file_len)
{
	machine(file_len);
	net_set_address(net, OUR_IP, 0xffffff00, SERVER_IP, 0);
}

static inline void step(void)
{
	peer_tick();
	net_step(net, peer.now);
}

/* Runs until `poll` has a result, at most `limit_ms`; the result, or NET_BUSY. */
static inline int run(int (*poll)(struct net *), u32 limit_ms)
{
	for (u32 end = peer.now + limit_ms; peer.now != end; peer.now++) {
		step();
		if (poll(net) != NET_BUSY)
			return poll(net);
	}
	return NET_BUSY;
}

static inline u32 elapsed(void)
{
	return peer.now - START;
}

static inline void begin(u32 server)
{
	/* Exactly as much room as the file needs: ASan sees every byte beyond. */
	free(image);
	image = malloc(peer.file_len + !peer.file_len);
	memset(image, 0xee, peer.file_len);
	d = (struct download){ .base = image, .room = peer.file_len };
	net_tftp_begin(net, server, "boot", &d, peer.now);
}

static inline int fetch(void)
{
	begin(SERVER_IP);
	return run(net_tftp_poll, 3600 * 1000);
}

static inline bool is_file(void)
{
	if (d.len != peer.file_len)
		return false;
	for (u32 i = 0; i < d.len; i++)
		if (image[i] != file_byte(i))
			return false;
	return true;
}

static inline int get_address(void)
{
	struct dhcp_identity id = { 0 };

	memcpy(id.mac, our_mac, 6);
	net_dhcp_begin(net, &id, peer.now);
	return run(net_dhcp_poll, 600 * 1000);
}

static const u32 sizes[] = { 0, 1, 511, 512, 513, 1467, 1468, 1469, 2936, 102400 };

#endif
