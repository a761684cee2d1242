/* SPDX-License-Identifier: BSD-2-Clause */
#include "cached.h"
#include "base.h"
#include "base_params.h"
#include "dhcp.h"
#include "dhcp_wire.h"
#include "mem.h"
#include "window.h"

#define DISCOVER 1u
#define ACK      2u
#define REPLY    3u
#define PACKETS  3u

#define OPT_PAD       0u
#define OPT_OVERLOAD  52u
#define OVERLOAD_FILE 1u
#define OPT_END       255u

/* The copies that nobody but us can lose.  A packet in the window is as long as its place, at most
 * DHCP_PACKET_MAX: some programs offer buffers as long as ours was (PXE-7). */
static struct cached {
	u32 len; /* as sent or received */
	u8 at[DHCP_PACKET_MAX];
} cached[PACKETS];

static void keep(u32 type, const u8 *packet, u32 len)
{
	struct cached *c = &cached[type - 1];

	if (len > sizeof(c->at))
		len = sizeof(c->at);
	memset(c->at, 0, sizeof(c->at));
	memcpy(c->at, packet, len);
	c->len = len;
}

/* Value of an option of one byte, 0 if it is not there.  Only in the options field proper: where
 * else options are is what this one says. */
static u8 option_byte(const struct cached *c, u8 tag)
{
	u32 i = sizeof(struct dhcp_hdr);

	while (i + 2 < c->len && c->at[i] != OPT_END) {
		if (c->at[i] == OPT_PAD) {
			i++;
			continue;
		}
		if (c->at[i] == tag)
			return c->at[i + 1] ? c->at[i + 2] : 0;
		i += 2u + c->at[i + 1];
	}
	return 0;
}

static bool is_zero(be32 v)
{
	return be32_get(v) == 0;
}

/* Names in the header what was booted, where the server has put it into options, or where it came
 * from elsewhere: programs look for it in the header.  What is in there stays. */
static void name_boot(struct cached *c, const struct dhcp_lease *l)
{
	struct dhcp_hdr *h = (void *)c->at;
	u32 len = strlen(l->boot_file);

	if (is_zero(h->siaddr))
		h->siaddr = be32_of(l->boot_server);
	if (!h->file[0] && len < sizeof(h->file) &&
	    !(option_byte(c, OPT_OVERLOAD) & OVERLOAD_FILE))
		memcpy(h->file, l->boot_file, len);
}

/* Some programs take our address from here. */
static void name_address(struct cached *c, const struct dhcp_lease *l)
{
	struct dhcp_hdr *h = (void *)c->at;

	if (is_zero(h->ciaddr))
		h->ciaddr = be32_of(l->ip);
}

_Static_assert(DHCP_ASK_MAX <= WINDOW_DISCOVER_LEN, "DISCOVER ends where the ACK begins");

/* The place may be shorter than a whole packet, but what it shows must be all of it. */
static bool fits(const struct cached *c, const struct pxe_place *place)
{
	return place->len && c->len <= place->len;
}

static u32 shown_len(const struct pxe_place *place)
{
	return place->len < DHCP_PACKET_MAX ? place->len : DHCP_PACKET_MAX;
}

void cached_build(void)
{
	const struct dhcp_lease *l = base_lease();

	keep(DISCOVER, l->discover, l->discover_len);
	keep(ACK, l->ack, l->ack_len);
	if (l->reply_len)
		keep(REPLY, l->reply, l->reply_len);
	else
		keep(REPLY, l->ack, l->ack_len);
	name_address(&cached[ACK - 1], l);
	name_address(&cached[REPLY - 1], l);
	name_boot(&cached[REPLY - 1], l);
	if (!l->reply_len)
		name_boot(&cached[ACK - 1], l);

	for (u32 type = 1; type <= PACKETS; type++) {
		struct pxe_place place = pxe_packet_place(type);

		if (fits(&cached[type - 1], &place))
			memcpy(place.at, cached[type - 1].at, shown_len(&place));
	}
}

/* BufferSize 0 asks where our copy is. */
enum pxenv_status cached_info(void *params)
{
	struct cached_info_params *p = params;
	u32 type = le16_get(p->type), len = le16_get(p->buffer_size);

	if (type < 1 || type > PACKETS)
		return PXENV_UNSUPPORTED;

	const struct cached *c = &cached[type - 1];
	struct pxe_place place = pxe_packet_place(type);
	u32 shown = fits(c, &place) ? shown_len(&place) : 0;

	if (!len) {
		if (!shown)
			return PXENV_OUT_OF_RESOURCES;
		p->buffer[0] = le16_of(place.far.off);
		p->buffer[1] = le16_of(place.far.seg);
		p->buffer_size = le16_of((u16)shown);
		return PXENV_SUCCESS;
	}
	if (len > DHCP_PACKET_MAX)
		len = DHCP_PACKET_MAX;
	u8 *to;
	if (!base_buffer(p->buffer, len, &to))
		return PXENV_MCOPY_PROBLEM;
	/* What the window has of it is newer; behind that there are zeros only.  The caller's
	 * buffer may well be our copy itself. */
	if (shown > len)
		shown = len;
	if (shown)
		memmove(to, place.at, shown);
	memcpy(to + shown, c->at + shown, len - shown);
	p->buffer_size = le16_of((u16)len);
	return PXENV_SUCCESS;
}
