/* SPDX-License-Identifier: BSD-2-Clause */
/* UNDI_ISR: START in the program's interrupt handler, then PROCESS and GET_NEXT until DONE.
 *
 * From the START that said "ours" to DONE the card's interrupts are off, so an interrupt that the
 * handler sees meanwhile is not ours: it belongs to another device on the line, and its handler
 * must get it.  But there are callers who have no interrupt handler and call START when they feel
 * like it, and callers who never call START.  So START also says "ours" of a frame or report that
 * waits without any interrupt, but never twice in a row: a device on the same line is then served
 * at its second interrupt at the latest, and who polls loses nothing. */
#include "undi_internal.h"
#include "eth.h"
#include "mem.h"

#define ETH_RARP  0x8035u
#define GROUP_BIT 0x01u
#define BURST     64u /* frames looked at in one call, at most */

_Static_assert(UNDI_ETH_HDR == ETH_HDR, "Ethernet header");

static u8 kind_of(const u8 *to)
{
	if (memcmp(to, eth_broadcast, MAC_LEN) == 0)
		return UNDI_KIND_BROADCAST;
	return to[0] & GROUP_BIT ? UNDI_KIND_MULTICAST : UNDI_KIND_DIRECTED;
}

static bool is_listed(const u8 *to)
{
	for (u32 i = 0; i < undi.groups.count; i++)
		if (memcmp(to, undi.groups.mac[i], MAC_LEN) == 0)
			return true;
	return false;
}

/* The program's filter to the letter: the card's may let more in, and so may what base code has
 * asked for. */
static bool passes(struct bytes frame)
{
	if (frame.len < ETH_HDR)
		return false;
	if (undi.filter & NIC_PROMISCUOUS)
		return true;
	switch (kind_of(frame.at)) {
	case UNDI_KIND_BROADCAST:
		return undi.filter & NIC_BROADCAST;
	case UNDI_KIND_MULTICAST:
		return is_listed(frame.at);
	default:
		return undi.filter & NIC_DIRECTED &&
		       memcmp(frame.at, undi.nic->mac, MAC_LEN) == 0;
	}
}

void undi_drop_frame(void)
{
	if (!undi.lent.at)
		return;
	undi.nic->ops->release(undi.nic);
	undi.lent.at = NULL;
}

void undi_forget(void)
{
	undi_drop_frame();
	undi.sent = 0;
	undi.claimed = false;
}

/* Is there a frame for the program?  It is undi.lent then. */
static bool frame_waits(void)
{
	const struct nic_ops *ops = undi.nic->ops;
	struct bytes frame;

	if (undi.lent.at)
		return true;
	for (u32 i = 0; i < BURST && ops->poll(undi.nic, &frame); i++) {
		if (passes(frame)) {
			undi.lent = frame;
			undi.taken = 0;
			return true;
		}
		ops->release(undi.nic);
	}
	return false;
}

void undi_drain(void)
{
	const struct nic_ops *ops = undi.nic->ops;
	struct bytes frame;

	undi_drop_frame();
	for (u32 i = 0; i < BURST && ops->poll(undi.nic, &frame); i++)
		ops->release(undi.nic);
}

void undi_interrupts(bool on)
{
	if (on == undi.interrupts)
		return;
	undi.interrupts = on;
	undi.nic->ops->interrupts(undi.nic, on);
}

/* Only while the card's interrupts are on does it tell the truth about the line. */
bool undi_take_interrupt(void)
{
	if (undi.state != UNDI_OPENED || !undi.interrupts || !undi.nic->ops->pending(undi.nic))
		return false;
	undi.interrupts = false;
	undi.claimed = true;
	return true;
}

static enum pxenv_status start(struct undi_isr *p)
{
	bool ours = undi_take_interrupt();

	if (!ours) {
		ours = undi.state == UNDI_OPENED && !undi.claimed &&
		       (undi.sent || frame_waits());
		undi.claimed = ours;
	}
	if (ours)
		undi_interrupts(false);
	p->flag = le16_of(ours ? UNDI_ISR_OURS : UNDI_ISR_NOT_OURS);
	return PXENV_SUCCESS;
}

static u8 protocol_of(const u8 *frame)
{
	switch (frame[12] << 8 | frame[13]) {
	case ETH_IP4:
		return UNDI_PROTOCOL_IP;
	case ETH_ARP:
		return UNDI_PROTOCOL_ARP;
	case ETH_RARP:
		return UNDI_PROTOCOL_RARP;
	}
	return UNDI_PROTOCOL_RAW;
}

/* As much of the frame as there is room for; callers put the pieces together until they have
 * FrameLength bytes.  False without any room: then the frame is lost. */
static bool receive(struct undi_isr *p)
{
	struct pxe_place place = pxe_frame_place();
	u32 left = undi.lent.len - undi.taken;
	u32 piece = left < place.len ? left : place.len;

	if (!piece) {
		undi_drop_frame();
		return false;
	}
	memcpy(place.at, undi.lent.at + undi.taken, piece);
	p->flag = le16_of(UNDI_ISR_RECEIVE);
	p->buffer_len = le16_of((u16)piece);
	p->frame_len = le16_of((u16)undi.lent.len);
	p->header_len = le16_of(UNDI_ETH_HDR);
	p->frame[0] = le16_of(place.far.off);
	p->frame[1] = le16_of(place.far.seg);
	p->protocol = protocol_of(undi.lent.at);
	p->kind = kind_of(undi.lent.at);

	undi.taken += piece;
	if (undi.taken == undi.lent.len)
		undi_drop_frame();
	return true;
}

/* Nothing is left, and the card may interrupt again.  What it would say now is about frames that
 * have been handed over, so it is acknowledged first; the last of it may be one that has not. */
static bool came_late(void)
{
	return undi.wanted && !undi.interrupts && undi.nic->ops->pending(undi.nic) &&
	       frame_waits();
}

static void next(struct undi_isr *p)
{
	p->flag = le16_of(UNDI_ISR_DONE);
	p->buffer_len = le16_of(0);
	p->frame_len = le16_of(0);
	p->header_len = le16_of(0);
	p->protocol = 0;
	p->kind = 0;

	/* Nothing comes between the pieces of a frame. */
	if (undi.sent && !(undi.lent.at && undi.taken)) {
		undi.sent--;
		p->flag = le16_of(UNDI_ISR_TRANSMIT);
		return;
	}
	if ((frame_waits() || came_late()) && receive(p))
		return;
	undi.claimed = false;
	if (undi.wanted)
		undi_interrupts(true);
}

enum pxenv_status undi_isr(struct undi_isr *p)
{
	u32 flag = le16_get(p->flag);

	if (flag == UNDI_ISR_START)
		return start(p);
	p->flag = le16_of(UNDI_ISR_DONE);
	if (undi.state != UNDI_OPENED)
		return PXENV_UNDI_INVALID_STATE;
	if (flag != UNDI_ISR_PROCESS && flag != UNDI_ISR_GET_NEXT)
		return PXENV_UNDI_INVALID_PARAMETER;

	/* Who starts over does not want the rest of a frame. */
	if (flag == UNDI_ISR_PROCESS && undi.taken)
		undi_drop_frame();
	next(p);
	return PXENV_SUCCESS;
}
