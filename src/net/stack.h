/* SPDX-License-Identifier: BSD-2-Clause */
/* The network engine as the core sees it: one card, one address, one transfer at a
 * time.  Single-threaded and polled; time is an argument, in milliseconds of a clock
 * that may wrap.  Nothing here waits. */
#ifndef EBB_STACK_H
#define EBB_STACK_H

#include "ebb/types.h"
#include "nic.h"
#include "dhcp.h"
#include "endpoint.h"
#include "tftp.h"

#define NET_BUSY 1 /* result of the *_poll functions while the work goes on */

/* Frames handled by one net_step at most, so that the keyboard gets its turn. */
#define NET_BURST 32u

struct net; /* one static instance, in stack.c */

/* Takes an opened card.  `seed` feeds the generator of xids and ports (NET-19). */
struct net *net_open(struct nic *nic, u32 seed, u32 now_ms);

/* Handles what has arrived (a bounded burst) and what is due.  Call it all the time:
 * it also answers ARP and echo requests (NET-2, NET-4). */
void net_step(struct net *n, u32 now_ms);

/* Address by DHCP.  `id` says who we are (UUID, architecture) and is copied.  net_dhcp_poll:
 * NET_BUSY, 0 = bound (then net_lease is valid), or -E_DHCP_*. */
void net_dhcp_begin(struct net *n, const struct dhcp_identity *id, u32 now_ms);
int net_dhcp_poll(struct net *n);
const struct dhcp_lease *net_lease(const struct net *n);

/* Once bound: looks for a boot server of `type` (PXE-25), and enters what it names in the lease.
 * net_discover_poll: NET_BUSY, 0, or -E_PXE_*, with the lease as it was. */
void net_discover_begin(struct net *n, const struct pxe_options *o, u16 type, u32 now_ms);
int net_discover_poll(struct net *n);

/* Sets our address by hand; DHCP does it by itself.  `gateway` 0 = none, `mtu` 0 = 1500. */
void net_set_address(struct net *n, u32 ip, u32 mask, u32 gateway, u32 mtu);

/* Fetches `name` from `server` (host byte order) by TFTP straight into `d`.  The string
 * and *d stay the caller's and must live until the poll says otherwise.
 * net_tftp_poll: NET_BUSY, 0 = d->len bytes are complete, or -E_TFTP_*, -E_ARP_TIMEOUT,
 * -E_ARENA_FULL, -E_NO_BOOT_SERVER (`server` is no host's address).  After 0 keep calling
 * net_step: the last block may be asked again (dally). */
void net_tftp_begin(struct net *n, u32 server, const char *name, struct download *d,
		    u32 now_ms);
int net_tftp_poll(struct net *n);

/* As net_tftp_begin, with all that a caller may choose. */
struct net_tftp_request {
	u32 server;
	u32 gateway; /* for a server that is not on our network; 0 = by our own routing */
	u16 port;    /* of the server, 0 = 69 */
	const char *name;
	u32 blksize;    /* largest that the caller can take, 0 = what the path carries */
	bool size_only; /* only d->total, and nothing is fetched: else -E_TFTP_NO_SIZE */
};
void net_tftp_request(struct net *n, const struct net_tftp_request *r, struct download *d,
		      u32 now_ms);

/* The block size of the transfer, once blocks may come (net_tftp_is_open): until then a server
 * may still refuse what was asked. */
bool net_tftp_is_open(const struct net *n);
u32 net_tftp_blksize(const struct net *n);

/* Ends a transfer early: its poll says -E_ABORTED, *d and the name are the caller's again, and
 * the server is told by the next net_step.  Nothing happens if none is going on. */
void net_tftp_cancel(struct net *n);

/* Text that came with the server's last ERROR packet, printable ASCII; "" if none. */
const char *net_tftp_error_text(const struct net *n);

/* The endpoint for protocols of the booted program: while it is open, each datagram to us that
 * belongs to no transfer of ours waits in its queue. */
struct endpoint *net_endpoint(struct net *n);

struct net_datagram {
	u32 dst;     /* a host's, broadcast or multicast address */
	u32 gateway; /* as in struct net_tftp_request */
	u16 src_port, dst_port;
	struct bytes data; /* at most net_udp_max */
};

/* Sends a datagram of the caller: 0 = sent, NET_BUSY = the neighbour is being asked or the card is
 * busy: call net_step, then try again; -E_ARP_TIMEOUT. */
int net_udp_send(struct net *n, const struct net_datagram *d, u32 now_ms);

/* The most payload that goes into one frame. */
u32 net_udp_max(const struct net *n);

/* Our address, 0 = none. */
u32 net_address(const struct net *n);

/* Stops transfer and card; a server in the middle of a transfer is told, if the card can take
 * one more frame.  The card writes no memory afterwards. */
void net_close(struct net *n);

#endif
