/* SPDX-License-Identifier: BSD-2-Clause */
/* DHCP messages as bytes (RFC 2131 2, RFC 2132, 3396, 4578): written from a few fields, read
 * into one struct.  What to say when is dhcp.c. */
#ifndef EBB_DHCP_WIRE_H
#define EBB_DHCP_WIRE_H

#include "dhcp.h"

#define DHCP_PORT_SERVER 67u
#define DHCP_PORT_CLIENT 68u
#define DHCP_PORT_PXE    4011u /* proxy and boot servers (PXE 2.1 2.2) */

#define DHCP_COOKIE   0x63825363u
#define BOOTP_REQUEST 1u
#define BOOTP_REPLY   2u

#define DHCP_FILE_LEN  128u
#define DHCP_SNAME_LEN 64u
#define DHCP_MIN_LEN   300u /* what BOOTP relays and old servers expect (RFC 1542 2.1) */

struct dhcp_hdr {
	u8 op;
	u8 htype;
	u8 hlen;
	u8 hops;
	be32 xid;
	be16 secs;
	be16 flags;
	be32 ciaddr; /* address that the client already uses */
	be32 yiaddr; /* address for the client */
	be32 siaddr; /* next server */
	be32 giaddr; /* relay */
	u8 chaddr[16];
	u8 sname[DHCP_SNAME_LEN];
	u8 file[DHCP_FILE_LEN];
	be32 cookie;
};
_Static_assert(sizeof(struct dhcp_hdr) == 240, "RFC 2131 header and cookie");

enum dhcp_type {
	DHCP_BOOTP = 0, /* no option 53 */
	DHCP_DISCOVER = 1,
	DHCP_OFFER = 2,
	DHCP_REQUEST = 3,
	DHCP_DECLINE = 4,
	DHCP_ACK = 5,
	DHCP_NAK = 6,
};

/* What a reply says.  Addresses in host byte order, 0 = not given; texts "" = not given. */
struct dhcp_msg {
	u8 type;  /* enum dhcp_type, or whatever else came */
	bool pxe; /* option 60 says PXEClient: a proxy, or a server with boot service */
	u32 your_ip;
	u32 server_id;
	u32 boot_server;
	u32 mask, gateway, dns, lease_s, mtu;
	char boot_file[DHCP_TEXT_MAX];
	char host_name[DHCP_TEXT_MAX];
	char cmdline[DHCP_CMDLINE_MAX];
	u8 vendor[PXE_VENDOR_MAX]; /* option 43, its parts joined; none unless `pxe` */
	u32 vendor_len;
};

/* Reads a reply to the client `mac` with transaction `xid`.  false: not such a reply, or an
 * option claims more bytes than there are.  An option of impossible length, or a text
 * too long for its field, counts as not given: a cut file name is another file's. */
bool dhcp_read(struct bytes packet, const u8 *mac, u32 xid, struct dhcp_msg *m);

/* Takes the next option of *field, which it shortens; false at the end, with *bad set when the option
 * claims more than is there.  Options inside option 43 look the same (RFC 2132 8.4). */
bool dhcp_next_option(struct bytes *field, u8 *code, struct bytes *value, bool *bad);

/* Does no option of it claim more than is there? */
bool dhcp_options_sound(struct bytes field);

#define PXE_BOOT_ITEM 71u /* in option 43: type and layer, of a question and of its answer */

struct dhcp_ask {
	u8 type; /* DHCP_DISCOVER or DHCP_REQUEST */
	u32 xid;
	u16 secs;
	u32 client_ip;      /* ciaddr */
	u32 requested_ip;   /* option 50, 0 = left out */
	u32 server_id;      /* option 54, 0 = left out */
	bool has_boot_item; /* option 43 with layer 0 of boot_type: boot server discovery */
	u16 boot_type;
	const struct dhcp_identity *id;
};

/* Writes a message of DHCP_MIN_LEN..DHCP_ASK_MAX bytes; returns its length. */
#define DHCP_ASK_MAX 384u
u32 dhcp_write_ask(u8 *out, const struct dhcp_ask *ask);

#endif
