/* SPDX-License-Identifier: BSD-2-Clause */
#include "squeeze.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zopfli/deflate.h>

#include "file.h"

void squeeze_filter(u8 *image, u32 len)
{
	for (u32 at = 0; at < len && len - at >= 5; at++) {
		if ((image[at] & 0xfe) != 0xe8)
			continue;

		le32 *target = (le32 *)(image + at + 1);
		u32 d = le32_get(*target);
		if (d + at < len)
			d += at; /* -at <= d < len - at */
		else if (d < len)
			d -= len;
		*target = le32_of(d);
		at += 4;
	}
}

static struct bytes by_zlib(struct bytes plain)
{
	z_stream z = { .next_in = (u8 *)plain.at, .avail_in = plain.len };
	u32 room;
	u8 *to;

	if (deflateInit2(&z, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		fail("zlib", NO_OFFSET, "does not start");
	room = (u32)deflateBound(&z, plain.len);
	to = grab(room);
	z.next_out = to;
	z.avail_out = room;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		fail("zlib", NO_OFFSET, "does not end");
	deflateEnd(&z);
	return (struct bytes){ to, room - z.avail_out };
}

struct bytes squeeze_deflate(struct bytes plain, bool fast)
{
	ZopfliOptions options;
	u8 bit = 0;
	u8 *to = NULL;
	size_t len = 0;

	if (fast)
		return by_zlib(plain);
	ZopfliInitOptions(&options);
	ZopfliDeflate(&options, 2, 1, plain.at, plain.len, &bit, &to, &len);
	u8 *kept = grab(len);
	memcpy(kept, to, len);
	free(to);
	return (struct bytes){ kept, (u32)len };
}

struct bytes squeeze_relocs(const u32 *offset, u32 count)
{
	u8 *to = grab((size_t)count * 5);
	u32 len = 0;
	u32 before = 0;

	for (u32 i = 0; i < count; i++) {
		u32 delta = offset[i] - before;

		for (before = offset[i]; delta > 127; delta >>= 7)
			to[len++] = (u8)(delta | 0x80);
		to[len++] = (u8)delta;
	}
	return (struct bytes){ to, len };
}
