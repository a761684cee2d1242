/* SPDX-License-Identifier: BSD-2-Clause */
#include "configure.h"
#include "clock.h"
#include "ebb/error.h"
#include "fmt.h"
#include "main.h"
#include "pxe/menu.h"
#include "pxe_options.h"
#include "say.h"
#include "stack.h"
#include "ui/menu.h"

static struct pxe_options options;

/* PXE-25. */
static int discover(u16 type)
{
	const struct dhcp_lease *l = net_lease(boot.net);
	char ip[FMT_IP_MAX], text[BOOT_TEXT_MAX];
	u32 now = clock_ms();
	int e;

	say(SAY_FACT, "ebb: pxe: looking for a boot server of type %04x\n", type);
	net_discover_begin(boot.net, &options, type, now);
	while ((e = net_discover_poll(boot.net)) == NET_BUSY) {
		if (boot_idle(&now))
			return -E_ABORTED;
		net_step(boot.net, now);
	}
	if (!e)
		say(SAY_FACT, "ebb: pxe: boot server %s names %s\n", fmt_ip(ip, l->boot_server),
		    fmt_printable(text, sizeof(text), l->boot_file, ~0u));
	return e;
}

/* Until an item is chosen and leads somewhere.  Who has chosen by a key may choose again; what the
 * clock has chosen ends the boot, as nobody may be there. */
static int run_menu(void)
{
	struct menu menu;
	int e;

	menu_start(&menu, &options, clock_ms());
	say(SAY_FACT, "ebb: pxe: menu of %u items\n", options.items);
	for (;;) {
		e = ui_menu(&menu);
		if (e)
			return e;

		u16 type = options.item[menu.item].type;
		if (type == PXE_TYPE_LOCAL) {
			say(SAY_FACT, "ebb: pxe: item %u boots locally\n", menu.item + 1);
			return PXE_BOOT_LOCALLY;
		}
		say(SAY_FACT, "ebb: pxe: item %u\n", menu.item + 1);
		e = discover(type);
		if (!e || e == -E_ABORTED || !menu.by_key)
			return e;
		say_error(-e);
		menu_again(&menu);
	}
}

int pxe_configure(void)
{
	const struct dhcp_lease *l = net_lease(boot.net);
	bool has_file = l->boot_file[0];
	int e;

	pxe_options_read(&options, (struct bytes){ l->vendor, l->vendor_len });
	switch (menu_way(&options, has_file)) {
	case MENU_WAY_FILE:
		break;
	case MENU_WAY_MENU:
		return run_menu();
	case MENU_WAY_SERVER:
		e = discover(options.server[0].type);
		/* There is still the file that came with the list. */
		if (e == -E_ABORTED || !has_file)
			return e;
		if (e)
			say_error(-e);
		break;
	}
	return !has_file && l->silent_proxy ? -E_PXE_NO_PROXY : 0;
}
