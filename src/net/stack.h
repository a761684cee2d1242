/* SPDX-License-Identifier: BSD-2-Clause */
/* The network engine as the core sees it: one card, one address, one transfer at a
 * time.  Single-threaded and polled; time is an argument, in milliseconds of a clock
 * that may wrap.  Nothing here waits. */
#ifndef EBB_STACK_H
#define EBB_STACK_H

#include "ebb/types.h"
#include "nic.h"
#include "dhcp.h"
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

/* Ends a transfer early: its poll says -E_ABORTED, *d and the name are the caller's again, and
 * the server is told by the next net_step.  Nothing happens if none is going on. */
void net_tftp_cancel(struct net *n);

/* Text that came with the server's last ERROR packet, printable ASCII; "" if none. */
const char *net_tftp_error_text(const struct net *n);

/* Stops transfer and card; a server in the middle of a transfer is told, if the card can take
 * one more frame.  The card writes no memory afterwards. */
void net_close(struct net *n);

#endif
