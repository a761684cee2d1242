/* SPDX-License-Identifier: BSD-2-Clause */
#include "endpoint.h"
#include "mem.h"

#define HEAD ((u32)sizeof(struct endpoint_from))

void endpoint_open(struct endpoint *e)
{
	e->open = true;
	e->used = 0;
}

void endpoint_close(struct endpoint *e)
{
	e->open = false;
	e->used = 0;
}

static struct endpoint_from head_at(const struct endpoint *e, u32 at)
{
	struct endpoint_from from;

	memcpy(&from, e->queue + at, HEAD);
	return from;
}

static void remove_at(struct endpoint *e, u32 at, u32 len)
{
	u32 behind = at + HEAD + len;

	memmove(e->queue + at, e->queue + behind, e->used - behind);
	e->used -= HEAD + len;
}

void endpoint_put(struct endpoint *e, const struct endpoint_from *from, const u8 *bytes)
{
	if (!e->open || from->len > ENDPOINT_ROOM - HEAD)
		return;
	while (HEAD + from->len > ENDPOINT_ROOM - e->used)
		remove_at(e, 0, head_at(e, 0).len);
	memcpy(e->queue + e->used, from, HEAD);
	memcpy(e->queue + e->used + HEAD, bytes, from->len);
	e->used += HEAD + from->len;
}

bool endpoint_take(struct endpoint *e, u32 dst, u16 dst_port, struct endpoint_from *from,
		   u8 *to, u32 room)
{
	for (u32 at = 0; at < e->used; at += HEAD + from->len) {
		*from = head_at(e, at);
		if ((dst && dst != from->dst) || (dst_port && dst_port != from->dst_port))
			continue;
		memcpy(to, e->queue + at + HEAD, from->len < room ? from->len : room);
		remove_at(e, at, from->len);
		return true;
	}
	return false;
}
