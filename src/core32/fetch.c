/* SPDX-License-Identifier: BSD-2-Clause */
#include "fetch.h"
#include "arena.h"
#include "clock.h"
#include "ebb/error.h"
#include "fmt.h"
#include "main.h"
#include "say.h"
#include "stack.h"
#include "ui/progress.h"

/* The delay that a user sees, from BEV to the first byte of the boot file; bev_ticks covers
 * what ran before the clock. */
static void say_first_byte(u32 now)
{
	if (boot.first_byte)
		return;
	boot.first_byte = true;
	say(SAY_FACT, "ebb: net: first byte after %u ms\n", now + boot.before_clock_ms);
}

int fetch_file(const char *name, struct memrange room, u32 *len)
{
	struct download d = { .base = (u8 *)room.base, .room = room.len };
	u32 server = net_lease(boot.net)->boot_server;
	u32 now = clock_ms(), start = now;
	char text[BOOT_TEXT_MAX], ip[FMT_IP_MAX];
	int e;

	say(SAY_FACT, "ebb: net: file tftp://%s/%s\n", fmt_ip(ip, server),
	    fmt_printable(text, sizeof(text), name, ~0u));
	progress_start(now);
	net_tftp_begin(boot.net, server, name, &d, now);
	while ((e = net_tftp_poll(boot.net)) == NET_BUSY) {
		if (boot_idle(&now)) {
			progress_clear();
			net_tftp_cancel(boot.net); /* `d` goes away */
			return -E_ABORTED;
		}
		net_step(boot.net, now);
		if (d.len)
			say_first_byte(now);
		progress_update(d.len, d.total, now);
	}
	progress_clear();
	if (e) {
		const char *why = net_tftp_error_text(boot.net);

		if (*why)
			say(SAY_ERROR, "ebb: net: server says: %s\n",
			    fmt_printable(text, sizeof(text), why, ~0u));
		return e;
	}
	if (d.len)
		say_first_byte(now);
	say(SAY_FACT, "ebb: net: got %u bytes in %u ms\n", d.len, now - start);
	*len = d.len;
	return 0;
}

int fetch_boot_file(struct bytes *image)
{
	const struct dhcp_lease *l = net_lease(boot.net);
	u32 len;

	fmt_text(boot.file, sizeof(boot.file), "%s", l->boot_file);
	if (!boot.file[0])
		return -E_NO_BOOT_FILE;
	if (!l->boot_server)
		return -E_NO_BOOT_SERVER;

	struct memrange room = arena_find(&boot.map, MIB, 0, boot.resident, boot.residents);
	if (!room.len)
		return -E_ARENA_FULL;

	int e = fetch_file(boot.file, room, &len);
	if (e)
		return e;
	*image = (struct bytes){ (const u8 *)room.base, len };
	return 0;
}
