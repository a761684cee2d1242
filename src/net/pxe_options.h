/* SPDX-License-Identifier: BSD-2-Clause */
/* The PXE options inside DHCP option 43 (PXE 2.1 2.2, table 2-1; RFC 2132 8.4), read into one struct.
 * Bytes in, no decision: what to do with them is menu.c's and discover.c's. */
#ifndef EBB_PXE_OPTIONS_H
#define EBB_PXE_OPTIONS_H

#include "ebb/types.h"

#define PXE_VENDOR_MAX  1024u /* of all parts of option 43 together */
#define PXE_ITEMS_MAX   64u   /* what is more of them is left out */
#define PXE_SERVERS_MAX 32u

/* Discovery control (6). */
#define PXE_NO_BROADCAST 0x01u
#define PXE_NO_MULTICAST 0x02u
#define PXE_LISTED_ONLY  0x04u /* no servers but those of option 8 */
#define PXE_USE_FILE     0x08u /* a file of the same packet: no prompt, menu or discovery */

#define PXE_TYPE_LOCAL  0u
#define PXE_CREDENTIALS 0x8000u /* bit of the layer: security was asked for */

#define PXE_PROMPT_AT_ONCE 0u
#define PXE_PROMPT_FOREVER 255u

/* Texts are as received: `len` bytes of anything. */
struct pxe_item {
	u16 type;
	struct bytes text;
};

/* A server of a type; ip 0: any server of this type will do. */
struct pxe_server {
	u16 type;
	u32 ip;
};

struct pxe_options {
	u8 control;
	u32 multicast; /* 0 = none */
	u32 servers;
	struct pxe_server server[PXE_SERVERS_MAX];
	u32 items;
	struct pxe_item item[PXE_ITEMS_MAX];
	bool has_prompt;
	u8 prompt_s;
	struct bytes prompt;
	bool has_boot_item;
	u16 boot_type, boot_layer;
	u8 joined[PXE_VENDOR_MAX]; /* the texts are in here */
};

/* Reads option 43, its parts joined.  What is malformed counts as not given: the whole of it if one of
 * its options claims more bytes than there are, else an option whose content is impossible.
 * *o points into itself: it is not to be copied. */
void pxe_options_read(struct pxe_options *o, struct bytes vendor);

/* Says it where to boot from: a menu, or boot servers? */
bool pxe_options_usable(const struct pxe_options *o);

#endif
