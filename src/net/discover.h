/* SPDX-License-Identifier: BSD-2-Clause */
/* Boot server discovery (PXE-25): whom to ask for a boot server of a type, when, and whose answer
 * counts.  No packets here: dhcp.c writes and reads them. */
#ifndef EBB_DISCOVER_H
#define EBB_DISCOVER_H

#include "ebb/types.h"

#define DISCOVER_SERVERS_MAX 8u
#define DISCOVER_TRIES       4u /* of each way, and of each server; the nth waits n s */

struct pxe_options;
struct dhcp_msg;

enum discover_way { DISCOVER_MULTICAST, DISCOVER_BROADCAST, DISCOVER_LISTED, DISCOVER_WAYS };

struct discover {
	u16 type;
	u32 multicast; /* 0 = not allowed or no address */
	bool broadcast;
	bool listed_only; /* no answer counts but those of `server` */
	u32 servers;
	u32 server[DISCOVER_SERVERS_MAX];
	enum discover_way way; /* DISCOVER_WAYS: all have been tried */
	u32 tries;             /* packets of this way */
	u32 due_ms;            /* of the next */
};

/* Begins looking for a server of `type`.  false: *o allows no way to one. */
bool discover_start(struct discover *d, const struct pxe_options *o, u16 type, u32 now_ms);

/* Time passed.  true: a question is due to *dst, *dst_port.  A question that cannot be sent is given
 * up like one without answer.  Over when d->way is DISCOVER_WAYS. */
bool discover_tick(struct discover *d, u32 now_ms, u32 *dst, u16 *dst_port);

/* The question has been sent. */
void discover_sent(struct discover *d, u32 now_ms);

/* Is `ip` a server that was named to us? */
bool discover_lists(const struct discover *d, u32 ip);

/* Does this answer count? */
bool discover_accepts(const struct discover *d, u32 src_ip, u16 src_port,
		      const struct dhcp_msg *m, const struct pxe_options *o);

#endif
