/* SPDX-License-Identifier: BSD-2-Clause */
/* Reassembly of IPv4 datagrams (RFC 791 3.2): fragments in any order, memory and time bounded,
 * overlaps rejected (NET-3). */
#ifndef EBB_IP4_REASM_H
#define EBB_IP4_REASM_H

#include "ebb/types.h"

#define IP4_REASM_SLOTS 2u
#define IP4_REASM_MAX   16384u /* payload of one datagram; longer ones are dropped */
#define IP4_REASM_MS    30000u /* from the first fragment on */
#define IP4_REASM_UNIT  8u     /* fragment offsets count these */

struct ip4_fragment {
	u32 src, dst;
	u16 id;
	u8 proto;
	bool more;  /* others follow it */
	u32 offset; /* of data in the datagram's payload */
	struct bytes data;
};

struct ip4_reasm_slot {
	bool used;
	u8 proto;
	u16 id;
	u32 src, dst;
	u32 since_ms;
	u32 total; /* payload bytes; 0 until the last fragment told */
	u32 end;   /* highest byte seen, exclusive */
	u32 units; /* set bits of map */
	u32 map[IP4_REASM_MAX / IP4_REASM_UNIT / 32];
	u8 data[IP4_REASM_MAX];
};

struct ip4_reasm {
	struct ip4_reasm_slot slot[IP4_REASM_SLOTS]; /* all zero = none in work */
};

/* Adds a fragment.  true: it completed its datagram, whose payload is in *whole until the next
 * call.  A fragment that contradicts those before it drops the whole datagram; one
 * that brings nothing new is ignored.  With all slots in use the oldest gives way. */
bool ip4_reasm_add(struct ip4_reasm *r, const struct ip4_fragment *f, u32 now_ms,
		   struct bytes *whole);

#endif
