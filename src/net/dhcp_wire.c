/* SPDX-License-Identifier: BSD-2-Clause */
#include "dhcp_wire.h"
#include "mem.h"
#include "wire.h"

#define HTYPE_ETHERNET 1u

enum option {
	OPT_PAD = 0,
	OPT_MASK = 1,
	OPT_ROUTER = 3,
	OPT_DNS = 6,
	OPT_HOST_NAME = 12,
	OPT_MTU = 26,
	OPT_VENDOR = 43,
	OPT_REQUESTED_IP = 50,
	OPT_LEASE = 51,
	OPT_OVERLOAD = 52,
	OPT_TYPE = 53,
	OPT_SERVER_ID = 54,
	OPT_REQUEST_LIST = 55,
	OPT_MAX_SIZE = 57,
	OPT_CLASS = 60,
	OPT_CLIENT_ID = 61,
	OPT_SERVER_NAME = 66,
	OPT_BOOT_FILE = 67,
	OPT_ARCH = 93,
	OPT_NDI = 94,
	OPT_UUID = 97,
	OPT_CMDLINE = 129,
	OPT_TFTP_SERVERS = 150,
	OPT_END = 255,
};

#define OVERLOAD_FILE  1u
#define OVERLOAD_SNAME 2u

#define MTU_MIN 68u /* RFC 2132 5.1 */

/* The fields that hold options, in the order in which RFC 3396 5 joins them. */
struct fields {
	struct bytes part[3];
	u32 parts;
};

bool dhcp_next_option(struct bytes *field, u8 *code, struct bytes *value, bool *bad)
{
	while (field->len && field->at[0] == OPT_PAD)
		*field = bytes_after(*field, 1);
	if (!field->len || field->at[0] == OPT_END)
		return false;
	if (field->len < 2 || field->at[1] > field->len - 2) {
		*bad = true;
		return false;
	}
	*code = field->at[0];
	*value = (struct bytes){ field->at + 2, field->at[1] };
	*field = bytes_after(*field, 2u + value->len);
	return true;
}

bool dhcp_options_sound(struct bytes field)
{
	struct bytes value;
	bool bad = false;
	u8 code;

	while (dhcp_next_option(&field, &code, &value, &bad))
		;
	return !bad;
}

/* Joins all parts of option `code` at `to` (RFC 3396).  Returns the length, 0 if it is absent
 * or longer than `room`. */
static u32 get_option(const struct fields *f, u8 code, void *to, u32 room)
{
	u32 len = 0;

	for (u32 i = 0; i < f->parts; i++) {
		struct bytes field = f->part[i];
		struct bytes value;
		bool bad;
		u8 found;

		while (dhcp_next_option(&field, &found, &value, &bad)) {
			if (found != code)
				continue;
			if (value.len > room - len)
				return 0;
			memcpy((u8 *)to + len, value.at, value.len);
			len += value.len;
		}
	}
	return len;
}

/* The first number of an option that is a list of 1, 2 or 4 byte numbers; 0 if absent. */
static u32 get_number(const struct fields *f, u8 code, u32 size)
{
	u8 value[DHCP_TEXT_MAX];
	u32 n = 0;

	if (get_option(f, code, value, sizeof(value)) < size)
		return 0;
	for (u32 i = 0; i < size; i++)
		n = n << 8 | value[i];
	return n;
}

/* Makes a string of the `len` bytes at `s`, which has room for one more.  Servers end texts
 * with NUL, FF or nothing (NET-7k); what follows a control character is not text either.
 * Tabs stay: command lines may hold them. */
static void end_text(char *s, u32 len)
{
	u32 n = 0;

	while (n < len && ((u8)s[n] >= ' ' || s[n] == '\t') && s[n] != 0x7f)
		n++;
	while (n && (u8)s[n - 1] == 0xff)
		n--;
	s[n] = '\0';
}

static void get_text(const struct fields *f, u8 code, char *to, u32 size)
{
	end_text(to, get_option(f, code, to, size - 1));
}

/* The address that "a.b.c.d" spells, 0 if `s` is anything else. */
static u32 parse_address(const char *s)
{
	u32 ip = 0;

	for (u32 part = 0; part < 4; part++) {
		u32 n = 0;
		u32 digits = 0;

		if (part && *s++ != '.')
			return 0;
		for (; *s >= '0' && *s <= '9' && digits < 3; s++, digits++)
			n = n * 10 + (u32)(*s - '0');
		if (!digits || n > 255)
			return 0;
		ip = ip << 8 | n;
	}
	return *s ? 0 : ip;
}

/* The fields of `packet` that hold options; false if one of them is unsound. */
static bool find_fields(struct bytes packet, struct fields *f, u32 *overload)
{
	const struct dhcp_hdr *h = (const void *)packet.at;

	f->part[0] = bytes_after(packet, sizeof(*h));
	f->parts = 1;
	if (!dhcp_options_sound(f->part[0]))
		return false;
	*overload = get_number(f, OPT_OVERLOAD, 1);
	if (*overload & OVERLOAD_FILE)
		f->part[f->parts++] = (struct bytes){ h->file, DHCP_FILE_LEN };
	if (*overload & OVERLOAD_SNAME)
		f->part[f->parts++] = (struct bytes){ h->sname, DHCP_SNAME_LEN };
	for (u32 i = 1; i < f->parts; i++)
		if (!dhcp_options_sound(f->part[i]))
			return false;
	return true;
}

/* siaddr (NET-7l), else option 66 or 150 as an address, else `sname` as one. */
static u32 get_boot_server(const struct dhcp_hdr *h, const struct fields *f, bool sname)
{
	char text[DHCP_TEXT_MAX];
	u32 ip = be32_get(h->siaddr);

	if (!ip) {
		get_text(f, OPT_SERVER_NAME, text, sizeof(text));
		ip = parse_address(text);
	}
	if (!ip)
		ip = get_number(f, OPT_TFTP_SERVERS, 4);
	if (!ip && sname) {
		memcpy(text, h->sname, DHCP_SNAME_LEN);
		end_text(text, DHCP_SNAME_LEN);
		ip = parse_address(text);
	}
	return ip4_is_host(ip) ? ip : 0;
}

bool dhcp_read(struct bytes packet, const u8 *mac, u32 xid, struct dhcp_msg *m)
{
	const struct dhcp_hdr *h = (const void *)packet.at;
	struct fields f;
	u32 overload;

	if (packet.len < sizeof(*h) || h->op != BOOTP_REPLY || be32_get(h->xid) != xid ||
	    be32_get(h->cookie) != DHCP_COOKIE || memcmp(h->chaddr, mac, sizeof(u8[6])) != 0 ||
	    !find_fields(packet, &f, &overload))
		return false;

	u8 class[DHCP_TEXT_MAX];
	u32 class_len = get_option(&f, OPT_CLASS, class, sizeof(class));

	m->type = (u8)get_number(&f, OPT_TYPE, 1);
	m->pxe = class_len >= 9 && memcmp(class, "PXEClient", 9) == 0;
	m->vendor_len = m->pxe ? get_option(&f, OPT_VENDOR, m->vendor, sizeof(m->vendor)) : 0;
	m->your_ip = be32_get(h->yiaddr);
	m->server_id = get_number(&f, OPT_SERVER_ID, 4);
	m->boot_server = get_boot_server(h, &f, !(overload & OVERLOAD_SNAME));
	m->mask = get_number(&f, OPT_MASK, 4);
	m->gateway = get_number(&f, OPT_ROUTER, 4);
	m->dns = get_number(&f, OPT_DNS, 4);
	m->lease_s = get_number(&f, OPT_LEASE, 4);
	m->mtu = get_number(&f, OPT_MTU, 2);
	if (m->mtu < MTU_MIN)
		m->mtu = 0;

	get_text(&f, OPT_HOST_NAME, m->host_name, sizeof(m->host_name));
	get_text(&f, OPT_CMDLINE, m->cmdline, sizeof(m->cmdline));
	get_text(&f, OPT_BOOT_FILE, m->boot_file, sizeof(m->boot_file));
	if (!m->boot_file[0] && !(overload & OVERLOAD_FILE)) {
		memcpy(m->boot_file, h->file, DHCP_FILE_LEN);
		end_text(m->boot_file, DHCP_FILE_LEN);
	}
	return true;
}

/* ---- requests ---- */

static u8 *put(u8 *p, u8 code, const void *value, u32 len)
{
	*p++ = code;
	*p++ = (u8)len;
	memcpy(p, value, len);
	return p + len;
}

static u8 *put_address(u8 *p, u8 code, u32 ip)
{
	be32 value = be32_of(ip);

	return ip ? put(p, code, &value, sizeof(value)) : p;
}

/* PXE-22: the same in DISCOVER and REQUEST, so that a server sees one client. */
static u8 *put_identity(u8 *p, const struct dhcp_identity *id)
{
	/* 17, 128 and up are for boot programs that read our cached packets. */
	static const u8 wanted[] = {
		OPT_MASK,
		OPT_ROUTER,
		OPT_DNS,
		OPT_HOST_NAME,
		15,
		17,
		OPT_MTU,
		OPT_VENDOR,
		OPT_CLASS,
		OPT_SERVER_NAME,
		OPT_BOOT_FILE,
		128,
		OPT_CMDLINE,
		130,
		131,
		132,
		133,
		134,
		135,
		OPT_TFTP_SERVERS,
	};
	static const u8 arch_bios[] = { 0, 0 };
	static const u8 undi_2_1[] = { 1, 2, 1 };
	static const u8 no_uuid[sizeof(id->uuid)];
	be16 max_size = be16_of(DHCP_PACKET_MAX);
	u8 tagged[1 + sizeof(id->uuid)];

	p = put(p, OPT_REQUEST_LIST, wanted, sizeof(wanted));
	p = put(p, OPT_MAX_SIZE, &max_size, sizeof(max_size));
	p = put(p, OPT_CLASS, "PXEClient:Arch:00000:UNDI:002001", 32);
	tagged[0] = HTYPE_ETHERNET;
	memcpy(tagged + 1, id->mac, sizeof(id->mac));
	p = put(p, OPT_CLIENT_ID, tagged, 1 + sizeof(id->mac));
	p = put(p, OPT_ARCH, arch_bios, sizeof(arch_bios));
	p = put(p, OPT_NDI, undi_2_1, sizeof(undi_2_1));
	if (memcmp(id->uuid, no_uuid, sizeof(no_uuid)) != 0) {
		tagged[0] = 0; /* a GUID: the only kind there is */
		memcpy(tagged + 1, id->uuid, sizeof(id->uuid));
		p = put(p, OPT_UUID, tagged, sizeof(tagged));
	}
	return p;
}

static u8 *put_boot_item(u8 *p, u16 type)
{
	const u8 item[] = { PXE_BOOT_ITEM, 4, (u8)(type >> 8), (u8)type, 0, 0, OPT_END };

	return put(p, OPT_VENDOR, item, sizeof(item));
}

u32 dhcp_write_ask(u8 *out, const struct dhcp_ask *ask)
{
	struct dhcp_hdr *h = (void *)out;
	u8 *p = out + sizeof(*h);

	memset(out, 0, DHCP_ASK_MAX);
	h->op = BOOTP_REQUEST;
	h->htype = HTYPE_ETHERNET;
	h->hlen = sizeof(ask->id->mac);
	h->xid = be32_of(ask->xid);
	h->secs = be16_of(ask->secs);
	/* No broadcast flag: we hear unicast before we are configured (PXE-26). */
	h->ciaddr = be32_of(ask->client_ip);
	memcpy(h->chaddr, ask->id->mac, sizeof(ask->id->mac));
	h->cookie = be32_of(DHCP_COOKIE);

	p = put(p, OPT_TYPE, &ask->type, 1);
	p = put_address(p, OPT_REQUESTED_IP, ask->requested_ip);
	p = put_address(p, OPT_SERVER_ID, ask->server_id);
	p = put_identity(p, ask->id);
	if (ask->has_boot_item)
		p = put_boot_item(p, ask->boot_type);
	*p++ = OPT_END;

	u32 len = (u32)(p - out);
	return len < DHCP_MIN_LEN ? DHCP_MIN_LEN : len;
}
