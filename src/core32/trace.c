/* SPDX-License-Identifier: BSD-2-Clause */
#include "trace.h"
#include "config.h"
#include "eth.h"
#include "fmt.h"
#include "say.h"

static const struct nic_ops *driver;

static void say_frame(const char *what, const u8 *other, const struct eth_hdr *h, u32 len)
{
	char mac[FMT_MAC_MAX];

	say(SAY_TRACE, "ebb: frame: %s %s type %04x +%u\n", what, fmt_mac(mac, other),
	    be16_get(h->type), len);
}

static bool traced_send(struct nic *nic, const void *frame, u32 len)
{
	const struct eth_hdr *h = frame;

	if (!driver->send(nic, frame, len))
		return false;
	say_frame("to", h->dst, h, len);
	return true;
}

static bool traced_poll(struct nic *nic, struct bytes *frame)
{
	if (!driver->poll(nic, frame))
		return false;
	if (frame->len >= ETH_HDR) {
		const struct eth_hdr *h = (const void *)frame->at;

		say_frame("from", h->src, h, frame->len);
	}
	return true;
}

void trace_frames(struct nic *nic)
{
	static struct nic_ops traced;

	if (CFG_LOG_LEVEL < SAY_TRACE)
		return;
	driver = nic->ops;
	traced = *driver;
	traced.send = traced_send;
	traced.poll = traced_poll;
	nic->ops = &traced;
}
