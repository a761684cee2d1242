/* SPDX-License-Identifier: BSD-2-Clause */
/* The card of net_peer.h: a list of frames behind struct nic_ops.  Included by it alone. */
#ifndef EBB_NET_CARD_H
#define EBB_NET_CARD_H

static inline bool card_send(struct nic *nic, const void *frame, u32 len)
{
	(void)nic;
	if (peer.card_calls++ % 4 < peer.card_busy)
		return false;
	/* Damaged frames die in the peer's card, by the FCS. */
	if (chance(peer.drop + peer.truncate + peer.corrupt))
		return true;
	peer_hear(frame, len);
	if (chance(peer.dup))
		peer_hear(frame, len);
	return true;
}

/* Lends a heap copy of exact size, so that ASan sees any step beyond it. */
static inline bool card_poll(struct nic *nic, struct bytes *frame)
{
	u32 best = FLYING_MAX;

	(void)nic;
	CHECK(!peer.lent);
	for (u32 i = 0; i < peer.flights; i++)
		if ((s32)(peer.now - peer.flying[i].when) >= 0 &&
		    (best == FLYING_MAX ||
		     (s32)(peer.flying[i].when - peer.flying[best].when) < 0))
			best = i;
	if (best == FLYING_MAX)
		return false;
	frame->len = peer.flying[best].len;
	peer.lent = malloc(frame->len + !frame->len);
	memcpy(peer.lent, peer.flying[best].at, frame->len);
	frame->at = peer.lent;
	peer.flights--;
	memmove(&peer.flying[best], &peer.flying[best + 1],
		(peer.flights - best) * sizeof(peer.flying[0]));
	return true;
}

static inline void card_release(struct nic *nic)
{
	(void)nic;
	CHECK(peer.lent);
	free(peer.lent);
	peer.lent = NULL;
}

static inline void card_close(struct nic *nic)
{
	(void)nic;
	peer.closed = true;
}

static const struct nic_ops card_ops = {
	.name = "test",
	.send = card_send,
	.poll = card_poll,
	.release = card_release,
	.close = card_close,
};

/* A good peer that serves `file_len` bytes, and a good wire. */
static inline void peer_open(u32 file_len, u32 now)
{
	memset(&peer, 0, sizeof(peer));
	memcpy(peer.mac, "\x52\x55\x0a\0\2\2", 6);
	peer.file_len = file_len;
	peer.tsize = ~0u;
	peer.seed = 1;
	peer.now = now;
}

#endif
