/* SPDX-License-Identifier: BSD-2-Clause */
/* The base code's own state, and what its calls share. */
#ifndef EBB_BASE_H
#define EBB_BASE_H

#include "pxe.h"

#define BASE_RESTART_AT 0x7c00u   /* of a boot program (PXE-12) */
#define FAR_END         0x10fff0u /* behind FFFF:FFFF, the last byte that a far pointer reaches */

/* All zero: started, nothing open. */
struct base {
	bool stopped; /* by STOP_BASE or UNLOAD_STACK, until START_BASE */
	/* What was closed while the card was not ours, and the engine has not heard it. */
	bool tftp_stale, udp_stale;
	u16 packet; /* number of the last block that TFTP_READ gave */
	u16 handle; /* of the file that the file API has open, or had last */
};
extern struct base base;

/* The network engine for a call of the base code.  NULL: *why is what to answer. */
struct net *base_net(enum pxenv_status *why);

/* *at = `len` bytes of the caller at a far pointer: false if they end behind FFFF:FFFF.  They may
 * cross 64 KiB: such callers mean linear memory. */
bool base_buffer(const le16 far[2], u32 len, u8 **at);

/* How much of `len` bytes at a physical address is a caller's to write: up to the end of the
 * address space, and not where the core and its memory are. */
u32 base_room(phys at, u32 len);

/* Closes all that is open.  The card need not be ours. */
void base_close_all(void);

/* ---- what the boot gives to the base code: base_boot.c, or tests ---- */

struct dhcp_lease;

/* What the network told us; never NULL. */
const struct dhcp_lease *base_lease(void);

/* Where the next memory begins that is ours, at `at` or behind; 0 = there is none. */
phys base_next_ours(phys at);

#endif
