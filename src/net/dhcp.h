/* SPDX-License-Identifier: BSD-2-Clause */
/* DHCP client (RFC 2131, 2132, 3396; PXE options of RFC 4578), with the proxies and boot servers of
 * PXE, bytes and time in, bytes out.  It knows no UDP and no card; stack.c carries its packets. */
#ifndef EBB_DHCP_H
#define EBB_DHCP_H

#include "discover.h"
#include "ebb/types.h"
#include "pxe_options.h"

#define DHCP_TEXT_MAX    256u
#define DHCP_CMDLINE_MAX 1024u
#define DHCP_PACKET_MAX  1260u /* BOOTPLAYER of PXE 2.1: 236 + 1024 (PXE-7) */

/* Who we are: sent as options 60, 61, 93, 94, 97 (PXE-22). */
struct dhcp_identity {
	u8 mac[6];
	u8 uuid[16];    /* SMBIOS, as stored; all zero = not known, option 97 is left out */
	bool have_file; /* what to boot is known from elsewhere: do not wait for a proxy */
};

/* What the network told us.  Addresses in host byte order, 0 = not given. */
struct dhcp_lease {
	u32 ip, mask, gateway, dns;
	u32 dhcp_server; /* option 54, else source address */
	u32 boot_server; /* siaddr, else option 66, 150 or sname as an address */
	u32 lease_s;
	u32 mtu;                       /* option 26, 0 = 1500 */
	char boot_file[DHCP_TEXT_MAX]; /* option 67 or `file` */
	char host_name[DHCP_TEXT_MAX];
	char cmdline[DHCP_CMDLINE_MAX]; /* option 129: kernel command line */
	u8 discover[DHCP_PACKET_MAX];   /* as sent; for GET_CACHED_INFO */
	u32 discover_len;
	u8 ack[DHCP_PACKET_MAX]; /* as received */
	u32 ack_len;
	u8 reply[DHCP_PACKET_MAX]; /* of the proxy or boot server that named the file, as received */
	u32 reply_len;             /* 0 = the ACK named it */
	/* Option 43 of whoever named the file, or would have it asked for; for pxe_options_read. */
	u8 vendor[PXE_VENDOR_MAX];
	u32 vendor_len;
	u32 silent_proxy; /* was asked on port 4011 and did not answer; 0 = none */
};

struct random;

enum dhcp_state {
	DHCP_IDLE,
	DHCP_SELECTING,   /* DISCOVER is out: collecting offers */
	DHCP_REQUESTING,  /* one offer taken: waiting for its ACK */
	DHCP_PROXY,       /* address ours; asking a proxy on port 4011 what to boot */
	DHCP_BOUND,       /* the lease is complete, as far as the network completes it */
	DHCP_DISCOVERING, /* bound; looking for a boot server that names the file */
	DHCP_FAILED,      /* see error */
};

/* Timing, in milliseconds.  RFC 2131 4.1 and PXE ask for 4, 8, 16, 32 s, each with up to a
 * second of jitter.  We send at 0, 2, 6, 14, 30, 46 s: the first repeat early, because
 * a link that has just come up often loses the first packet, and the last wait in two halves,
 * so that a switch port that opens after 30 to 50 s (NET-1) still sees a request. */
#define DHCP_DELAY_MIN_MS 2000u
#define DHCP_DELAY_MAX_MS 16000u
#define DHCP_JITTER_MS    1000u
#define DHCP_SELECT_MS    62000u /* no offer until then: -E_DHCP_NO_OFFER */
#define DHCP_REQUEST_MS   30000u /* no ACK until then: -E_DHCP_NO_ACK */
#define DHCP_PROXY_MS     10000u /* 1 + 2 + 3 + 4 s for each (PXE-23); then without it */
#define DHCP_WAIT_MS      2000u  /* for a proxy, or a better offer, after the first offer */
#define DHCP_NAKS_MAX     4u     /* as many refusals end it: -E_DHCP_REFUSED */

/* The first proxy with something to boot from. */
struct dhcp_boot {
	u32 proxy; /* 0 = none heard */
	u32 server;
	char file[DHCP_TEXT_MAX];
	u8 vendor[PXE_VENDOR_MAX];
	u32 vendor_len;
	u8 packet[DHCP_PACKET_MAX];
	u32 packet_len;
};

/* Proxies that named nothing but themselves: asked one after the other. */
#define DHCP_PROXIES_MAX 4u

struct dhcp {
	enum dhcp_state state;
	int error; /* -E_* once DHCP_FAILED */
	struct random *random;
	struct dhcp_identity id;
	u32 xid;
	u32 start_ms;   /* of the whole, for `secs` */
	u16 secs;       /* of the last DISCOVER; REQUEST repeats it */
	u32 entered_ms; /* when this state began */
	u32 due_ms;     /* of the next packet in this state */
	u32 tries;      /* packets sent in this state */
	u32 naks;
	bool offered;   /* lease holds an address offer */
	bool bootp;     /* ... of a server that knows no REQUEST */
	u32 offered_ms; /* since when */
	struct dhcp_boot proxy;
	u32 ask[DHCP_PROXIES_MAX];
	u32 asks, asked;
	struct discover discover;
	struct dhcp_lease lease; /* the candidate; ours from DHCP_PROXY on */
};

/* Begins.  `random` must live as long as *d; *id is copied. */
void dhcp_start(struct dhcp *d, const struct dhcp_identity *id, struct random *random,
		u32 now_ms);

/* Once bound: looks for a boot server of `type`, as the PXE options allow, and enters its server and
 * file in the lease.  Back to DHCP_BOUND when done, with `error` 0 or -E_PXE_NO_WAY,
 * -E_PXE_NO_SERVER; then the lease is as before. */
void dhcp_discover(struct dhcp *d, const struct pxe_options *o, u16 type, u32 now_ms);

/* Handles the payload of a datagram from src_ip:src_port to port 68. */
void dhcp_input(struct dhcp *d, u32 src_ip, u16 src_port, struct bytes packet, u32 now_ms);

/* Time passed.  true: a packet is due to *dst, *dst_port; dhcp_write makes it.  Until then the
 * answer stays true, so a packet that cannot be sent yet is not lost. */
bool dhcp_tick(struct dhcp *d, u32 now_ms, u32 *dst, u16 *dst_port);

/* Writes the packet that is due, at most DHCP_PACKET_MAX bytes; returns its length. */
u32 dhcp_write(struct dhcp *d, u32 now_ms, u8 *out);

#endif
