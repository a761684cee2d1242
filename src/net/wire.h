/* SPDX-License-Identifier: BSD-2-Clause */
/* Small helpers that every protocol here shares: unaligned loads and IPv4 constants.  The wire
 * integers themselves are in ebb/types.h. */
#ifndef EBB_WIRE_H
#define EBB_WIRE_H

#include "ebb/types.h"

/* An IPv4 address in host byte order, as all interfaces of src/net/ carry it. */
#define IP4_ADDRESS(a, b, c, d) ((u32)(a) << 24 | (u32)(b) << 16 | (u32)(c) << 8 | (u32)(d))
#define IP4_BROADCAST           0xffffffffu

/* Can a single host have this address?  Not 0/8, 127/8, multicast, reserved or broadcast. */
static inline bool ip4_is_host(u32 ip)
{
	u32 net = ip >> 24;

	return net != 0 && net != 127 && net < 224;
}

static inline bool ip4_is_multicast(u32 ip)
{
	return ip >> 28 == 14;
}

/* Four bytes in the machine's order, at any alignment. */
static inline u32 wire_load32(const void *from)
{
	u32 v;

	__builtin_memcpy(&v, from, sizeof(v));
	return v;
}

static inline void wire_store32(void *to, u32 v)
{
	__builtin_memcpy(to, &v, sizeof(v));
}

/* Has the moment `at_ms` come?  Right across the wrap of the clock, as long as the two are less
 * than 24 days apart. */
static inline bool time_reached(u32 now_ms, u32 at_ms)
{
	return (s32)(now_ms - at_ms) >= 0;
}

#endif
