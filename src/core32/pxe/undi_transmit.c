/* SPDX-License-Identifier: BSD-2-Clause */
/* UNDI_TRANSMIT: one frame is gathered out of the caller's memory and sent.  Nothing of that
 * memory is needed once the call returns. */
#include "undi_internal.h"
#include "clock.h"
#include "eth.h"
#include "mem.h"

#define ETH_RARP     0x8035u
#define ROOM_WAIT_US 10000u /* at most, for the card to have room: eight frames at 10 Mbit/s */
#define ROOM_STEP_US 20u

/* The frame as it grows. */
struct gather {
	u32 len;
	u8 frame[FRAME_MAX];
};

static bool add(struct gather *g, const le16 from[2], u32 len)
{
	if (len > FRAME_MAX - g->len)
		return false;
	memcpy(g->frame + g->len, pxe_memory(pxe_linear(from)), len);
	g->len += len;
	return true;
}

/* A copy of the descriptor is checked: the immediate data may lie over it. */
static bool add_blocks(struct gather *g, const le16 at[2])
{
	struct undi_tbd t;

	memcpy(&t, pxe_memory(pxe_linear(at)), sizeof(t));
	if (le16_get(t.count) > UNDI_BLOCKS || !add(g, t.immediate, le16_get(t.immediate_len)))
		return false;
	for (u32 i = 0; i < le16_get(t.count); i++)
		if (t.block[i].type != UNDI_BLOCK_FAR ||
		    !add(g, t.block[i].data, le16_get(t.block[i].len)))
			return false;
	return true;
}

/* The header of all protocols but raw. */
static bool add_header(struct gather *g, const struct undi_transmit *p)
{
	static const u16 types[] = { [UNDI_PROTOCOL_IP] = ETH_IP4,
				     [UNDI_PROTOCOL_ARP] = ETH_ARP,
				     [UNDI_PROTOCOL_RARP] = ETH_RARP };
	const u8 *to = eth_broadcast;

	if (p->protocol == UNDI_PROTOCOL_RAW)
		return true;
	if (p->protocol >= ARRAY_LEN(types) || p->xmit_flag > UNDI_XMIT_BROADCAST)
		return false;
	if (p->xmit_flag == UNDI_XMIT_DIRECTED)
		to = pxe_memory(pxe_linear(p->destination));
	eth_write(g->frame, to, undi.nic->mac, types[p->protocol]);
	g->len = ETH_HDR;
	return true;
}

/* Without a link nothing ever leaves; some callers ask again for ever while they are told that
 * there is no room. */
static enum pxenv_status send(const struct gather *g)
{
	const struct nic_ops *ops = undi.nic->ops;

	for (u32 us = 0; us <= ROOM_WAIT_US; us += ROOM_STEP_US) {
		if (ops->send(undi.nic, g->frame, g->len)) {
			undi.sent++;
			return PXENV_SUCCESS;
		}
		clock_wait_us(ROOM_STEP_US);
	}
	ops->update(undi.nic);
	return undi.nic->link ? PXENV_OUT_OF_RESOURCES : PXENV_UNDI_TRANSMIT_ERROR;
}

enum pxenv_status undi_transmit(const struct undi_transmit *p)
{
	struct undi_transmit copy = *p;
	struct gather g;

	g.len = 0;
	if (!add_header(&g, &copy) || !add_blocks(&g, copy.tbd) || g.len < FRAME_MIN)
		return PXENV_UNDI_INVALID_PARAMETER;
	return send(&g);
}
