/* SPDX-License-Identifier: BSD-2-Clause */
#include "pxe_options.h"
#include "dhcp_wire.h"
#include "mem.h"
#include "wire.h"

/* 1 to 5 are MTFTP's (PXE-27), 11 and up for security and vendors: not ours. */
enum pxe_option {
	PXE_CONTROL = 6,
	PXE_MULTICAST = 7,
	PXE_SERVERS = 8,
	PXE_MENU = 9,
	PXE_PROMPT = 10,
};

/* All parts of one option, joined at `to` (RFC 3396): a long menu needs more than one. */
static struct bytes join(struct bytes vendor, u8 code, u8 *to)
{
	struct bytes joined = { to, 0 };
	struct bytes value;
	bool bad = false;
	u8 found;

	while (dhcp_next_option(&vendor, &found, &value, &bad)) {
		if (found != code)
			continue;
		memcpy(to + joined.len, value.at, value.len);
		joined.len += value.len;
	}
	return joined;
}

static u16 number16(const u8 *at)
{
	return (u16)(at[0] << 8 | at[1]);
}

static u32 number32(const u8 *at)
{
	return (u32)number16(at) << 16 | number16(at + 2);
}

static void add_server(struct pxe_options *o, u16 type, u32 ip)
{
	if (o->servers < PXE_SERVERS_MAX)
		o->server[o->servers++] = (struct pxe_server){ type, ip };
}

/* Records of type (2), count (1) and as many addresses; count 0 = any server of the type. */
static void read_servers(struct pxe_options *o, struct bytes list)
{
	while (list.len) {
		u32 count = list.len >= 3 ? list.at[2] : 0;
		u32 len = 3 + 4 * count;

		if (list.len < len) {
			o->servers = 0;
			return;
		}
		u16 type = number16(list.at);
		if (!count)
			add_server(o, type, 0);
		for (u32 i = 0; i < count; i++) {
			u32 ip = number32(list.at + 3 + 4 * i);

			if (ip4_is_host(ip))
				add_server(o, type, ip);
		}
		list = bytes_after(list, len);
	}
}

/* Records of type (2), length (1) and text. */
static void read_menu(struct pxe_options *o, struct bytes menu)
{
	while (menu.len) {
		u32 text = menu.len >= 3 ? menu.at[2] : 0;

		if (menu.len < 3 + text) {
			o->items = 0;
			return;
		}
		if (o->items < PXE_ITEMS_MAX)
			o->item[o->items++] =
				(struct pxe_item){ number16(menu.at), { menu.at + 3, text } };
		menu = bytes_after(menu, 3 + text);
	}
}

void pxe_options_read(struct pxe_options *o, struct bytes vendor)
{
	u8 *to = o->joined;
	struct bytes v;

	memset(o, 0, sizeof(*o));
	if (vendor.len > PXE_VENDOR_MAX || !dhcp_options_sound(vendor))
		return;

	v = join(vendor, PXE_CONTROL, to);
	if (v.len == 1)
		o->control = v.at[0];
	v = join(vendor, PXE_MULTICAST, to);
	if (v.len == 4 && ip4_is_multicast(number32(v.at)))
		o->multicast = number32(v.at);
	v = join(vendor, PXE_BOOT_ITEM, to);
	if (v.len == 4) {
		o->has_boot_item = true;
		o->boot_type = number16(v.at);
		o->boot_layer = number16(v.at + 2);
	}
	read_servers(o, join(vendor, PXE_SERVERS, to));

	/* These two stay. Together they are shorter than option 43. */
	v = join(vendor, PXE_MENU, to);
	read_menu(o, v);
	v = join(vendor, PXE_PROMPT, to + v.len);
	if (v.len) {
		o->has_prompt = true;
		o->prompt_s = v.at[0];
		o->prompt = bytes_after(v, 1);
	}
}

bool pxe_options_usable(const struct pxe_options *o)
{
	return o->items || o->servers;
}
