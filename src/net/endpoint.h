/* SPDX-License-Identifier: BSD-2-Clause */
/* A UDP endpoint for the booted program's own protocols: a queue of what has come, to any port,
 * in order.  Bytes in, bytes out; it knows no card and no time. */
#ifndef EBB_ENDPOINT_H
#define EBB_ENDPOINT_H

#include "ebb/types.h"

/* Of all that waits, with 16 bytes for each datagram: eleven of a frame each, or one of the longest
 * that is reassembled. */
#define ENDPOINT_ROOM 16400u

struct endpoint_from {
	u32 src, dst; /* host byte order; dst may be a broadcast address */
	u16 src_port, dst_port;
	u32 len;
};

struct endpoint {
	bool open;
	u32 used;
	u8 queue[ENDPOINT_ROOM]; /* each: struct endpoint_from, its bytes */
};

void endpoint_open(struct endpoint *e);
void endpoint_close(struct endpoint *e);

/* Keeps a copy of an undamaged datagram, from->len bytes, if the endpoint is open.  The oldest
 * ones make room for it; one that is too long for all of the queue is dropped. */
void endpoint_put(struct endpoint *e, const struct endpoint_from *from, const u8 *bytes);

/* Takes the oldest datagram to `dst` and `dst_port` (0 = any) out of the queue: false if there
 * is none; others stay.  *from tells its length; as much of it as fits goes `to` `room` bytes. */
bool endpoint_take(struct endpoint *e, u32 dst, u16 dst_port, struct endpoint_from *from,
		   u8 *to, u32 room);

#endif
