/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as TFTP packets of a server.  Input: a byte of room for the image, if odd for a ring
 * that a consumer empties, then pieces of a
 * 2-byte length, a byte of steps in time and the sender's port, and a packet.
 * Sources: src/net/tftp.c src/net/tftp_wire.c src/net/download.c
 */
#include <stdlib.h>
#include <string.h>
#include "ebb/error.h"
#include "tftp.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static void check(int condition)
{
	if (!condition)
		abort();
}

/* As stack.c does it, from a copy of exact size; the image has exactly d->room bytes. */
static void hear(struct tftp *t, const u8 *bytes, u32 n, u16 port, u32 now)
{
	u8 *copy = malloc(n + !n);
	struct bytes packet = { copy, n };
	struct bytes data;

	memcpy(copy, bytes, n);
	u8 *place = tftp_place(t, port, packet, &data);
	if (place)
		memcpy(place, data.at, data.len);
	tftp_input(t, port, packet, now);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct download d = { 0 };
	struct tftp t;
	u8 out[TFTP_NAME_MAX + 64], taken[2048];
	u32 now = 0xffffff00u;
	u16 src, dst;

	if (!len)
		return 0;
	d.room = at[0] * 16u;
	d.ring = at[0] & 1;
	if (d.ring)
		d.room += 1468;
	u32 room = d.room;
	d.base = malloc(d.room + !d.room);
	at++;
	len--;
	tftp_start(&t, "boot", &d, 1468, 50000, now);
	while (len >= 3) {
		u32 n = at[0] | (u32)(at[1] & 7) << 8;
		u16 from = (u16)(1000 + (at[2] & 1));

		now += (at[2] >> 1) * 20u;
		at += 3;
		len -= 3;
		if (n > len)
			n = (u32)len;
		hear(&t, at, n, from, now);
		at += n;
		len -= n;
		if (tftp_tick(&t, now, &src, &dst))
			check(tftp_write(&t, now, out) <= sizeof(out));
		check(d.room <= room && download_ready(&d) <= d.room);
		check(!d.total || d.len <= d.total);
		if (d.ring && src & 1)
			check(download_take(&d, taken, n) <= n);
		check(t.state != TFTP_DONE || !d.total || d.len == d.total);
		for (const char *s = t.text; *s; s++)
			check(*s >= ' ' && *s <= '~');
	}
	/* Whatever was said, it ends. */
	for (u32 i = 0; i < 31; i++) {
		now += 1000;
		if (d.ring)
			while (download_take(&d, taken, sizeof(taken)))
				;
		if (tftp_tick(&t, now, &src, &dst))
			tftp_write(&t, now, out);
	}
	check(t.state == TFTP_DONE || t.state == TFTP_FAILED);
	check(t.state == TFTP_DONE || t.error < 0);
	free(d.base);
	return 0;
}
