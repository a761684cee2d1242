/* SPDX-License-Identifier: BSD-2-Clause */
#include "download.h"
#include "mem.h"

void download_reset(struct download *d)
{
	*d = (struct download){ .base = d->base, .room = d->room, .ring = d->ring };
}

void download_use_blocks(struct download *d, u32 blksize)
{
	if (d->ring)
		d->room -= d->room % blksize;
}

bool download_has_room(const struct download *d, u32 blksize)
{
	u32 used = download_ready(d);

	return used <= d->room && blksize <= d->room - used;
}

void download_put(struct download *d, u32 len)
{
	d->len += len;
	if (!d->ring)
		return;
	d->put_at += len;
	if (d->put_at >= d->room)
		d->put_at = 0;
}

u32 download_ready(const struct download *d)
{
	return d->len - d->taken;
}

u32 download_take(struct download *d, void *to, u32 len)
{
	u8 *p = to;
	u32 left;

	if (len > download_ready(d))
		len = download_ready(d);
	left = len;
	while (left) {
		u32 piece = d->room - d->take_at;

		if (piece > left)
			piece = left;
		memcpy(p, d->base + d->take_at, piece);
		p += piece;
		left -= piece;
		d->take_at += piece;
		if (d->take_at == d->room)
			d->take_at = 0;
	}
	d->taken += len;
	return len;
}
