/* SPDX-License-Identifier: BSD-2-Clause */
/* The preboot calls 0070-0076, but for GET_CACHED_INFO.
 *
 * UNLOAD_STACK and STOP_BASE end the base code: what is open is closed, and its calls answer
 * "unsupported" until START_BASE.  Closing calls still succeed, and cached packets are still
 * given, as long as there is memory for them: programs ask for either after they have unloaded
 * us.  UNDI is not touched; memory is given back by whoever stops UNDI (PXE-14). */
#include "base.h"
#include "base_params.h"
#include "cached.h"
#include "transfer.h"

struct base base;

struct net *base_net(enum pxenv_status *why)
{
	struct net *n;

	*why = PXENV_UNSUPPORTED;
	if (base.stopped)
		return NULL;
	*why = PXENV_UNDI_INVALID_STATE;
	n = pxe_net();
	if (!n)
		return NULL;
	if (base.tftp_stale)
		net_tftp_cancel(n);
	if (base.udp_stale)
		endpoint_close(net_endpoint(n));
	base.tftp_stale = false;
	base.udp_stale = false;
	return n;
}

bool base_buffer(const le16 far[2], u32 len, u8 **at)
{
	phys linear = pxe_linear(far);

	*at = pxe_memory(linear);
	return len <= FAR_END - linear;
}

u32 base_room(phys at, u32 len)
{
	phys ours = base_next_ours(at);

	/* With none of ours behind it, up to 4 GiB; 0 - 0 would be all of it. */
	if (ours || at)
		len = len > ours - at ? ours - at : len;
	return len;
}

void base_close_all(void)
{
	enum pxenv_status s;
	struct net *n = base_net(&s);

	transfer_close(n);
	if (n)
		endpoint_close(net_endpoint(n));
	else
		base.udp_stale = true;
}

static enum pxenv_status stop(void)
{
	if (!base.stopped)
		base_close_all();
	base.stopped = true;
	return PXENV_SUCCESS;
}

/* A boot program in place of the caller, which is at 0:7C00 too: it must stay whole as long as
 * the file may turn out not to be there.  From the first block on there is no way back. */
static enum pxenv_status restart(const struct tftp_read_file_params *p)
{
	char name[PXE_NAME_LEN + 1];
	struct net_tftp_request r = {
		.server = be32_get(p->server),
		.gateway = be32_get(p->gateway),
		.name = name,
	};
	struct download d = { .base = pxe_memory(BASE_RESTART_AT), .room = pxe_nbp_room() };
	enum pxenv_status s;
	struct net *n = base_net(&s);
	int e;

	if (!n)
		return s;
	if (transfer_in_the_way())
		return PXENV_TFTP_OPEN;
	transfer_name(name, sizeof(name), p->name, PXE_NAME_LEN);
	s = transfer_whole(n, &r, &d, &e);
	if (!d.touched)
		return s ? s : PXENV_TFTP_CANNOT_READ; /* empty */
	base_close_all();
	if (s)
		pxe_restart_failed(e);
	pxe_restart(d.len);
}

enum pxenv_status pxe_base_call(u16 op, void *params)
{
	switch (op) {
	case UNLOAD_STACK:
	case STOP_BASE:
		return stop();
	case START_BASE:
		base.stopped = false;
		return PXENV_SUCCESS;
	case GET_CACHED_INFO:
		return cached_info(params);
	case RESTART_TFTP:
		return restart(params);
	}
	return PXENV_UNSUPPORTED;
}
