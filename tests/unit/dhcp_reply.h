/* SPDX-License-Identifier: BSD-2-Clause */
/* Builds DHCP replies for tests, field by field and option by option. */
#ifndef EBB_DHCP_REPLY_H
#define EBB_DHCP_REPLY_H

#include <string.h>
#include "dhcp_wire.h"
#include "wire.h"

struct reply {
	union {
		struct dhcp_hdr hdr;
		u8 at[2048];
	};
	u32 len;
};

/* A BOOTREPLY without options: append some, then end it. */
static inline void reply_begin(struct reply *r, const u8 *mac, u32 xid, u32 your_ip)
{
	memset(r, 0, sizeof(*r));
	r->hdr.op = 2;
	r->hdr.htype = 1;
	r->hdr.hlen = 6;
	r->hdr.xid = be32_of(xid);
	r->hdr.yiaddr = be32_of(your_ip);
	memcpy(r->hdr.chaddr, mac, 6);
	r->hdr.cookie = be32_of(0x63825363);
	r->len = 240;
}

static inline void reply_option(struct reply *r, u8 code, const void *value, u32 len)
{
	r->at[r->len++] = code;
	r->at[r->len++] = (u8)len;
	memcpy(r->at + r->len, value, len);
	r->len += len;
}

static inline void reply_text(struct reply *r, u8 code, const char *s)
{
	reply_option(r, code, s, (u32)strlen(s));
}

static inline void reply_address(struct reply *r, u8 code, u32 ip)
{
	be32 v = be32_of(ip);

	reply_option(r, code, &v, 4);
}

static inline void reply_type(struct reply *r, u8 type)
{
	reply_option(r, 53, &type, 1);
}

static inline void reply_end(struct reply *r)
{
	r->at[r->len++] = 255;
}

static inline struct bytes reply_bytes(const struct reply *r)
{
	return (struct bytes){ r->at, r->len };
}

#endif
