/* SPDX-License-Identifier: BSD-2-Clause */
#include "transfer.h"
#include "base.h"
#include "ebb/error.h"
#include "mem.h"

static struct {
	enum transfer_user user;
	bool told; /* that there is no more */
	struct download d;
	char name[TFTP_NAME_MAX + 1];
	u8 ring[TRANSFER_RING];
} x;

enum transfer_user transfer_user(void)
{
	return x.user;
}

bool transfer_in_the_way(void)
{
	return x.user != TRANSFER_NONE && !x.told;
}

void transfer_told(void)
{
	x.told = true;
}

static enum pxenv_status status_of(int error)
{
	switch (-error) {
	case 0:
		return PXENV_SUCCESS;
	case E_ARP_TIMEOUT:
		return PXENV_TFTP_CANNOT_ARP;
	case E_TFTP_TIMEOUT:
		return PXENV_TFTP_OPEN_TIMEOUT;
	case E_TFTP_STALLED:
		return PXENV_TFTP_READ_TIMEOUT;
	case E_TFTP_NOT_FOUND:
		return PXENV_TFTP_NOT_FOUND;
	case E_TFTP_DENIED:
		return PXENV_TFTP_ACCESS_VIOLATION;
	case E_TFTP_ERROR:
		return PXENV_TFTP_ERROR_OPCODE;
	case E_TFTP_PROTOCOL:
		return PXENV_TFTP_UNKNOWN_OPCODE;
	case E_TFTP_TRUNCATED:
		return PXENV_TFTP_CANNOT_READ;
	case E_TFTP_NO_SIZE:
		return PXENV_TFTP_NO_FILESIZE;
	case E_NO_BOOT_SERVER:
		return PXENV_TFTP_CANNOT_OPEN;
	case E_ARENA_FULL:
		return PXENV_OUT_OF_RESOURCES;
	}
	return PXENV_FAILURE;
}

void transfer_step(struct net *n)
{
	net_step(n, pxe_idle());
}

/* The server is told by the step; the ring may be used anew by the next transfer, which makes
 * the engine forget this one. */
void transfer_close(struct net *n)
{
	if (x.user != TRANSFER_NONE && !n)
		base.tftp_stale = true;
	else if (x.user != TRANSFER_NONE && net_tftp_poll(n) == NET_BUSY) {
		net_tftp_cancel(n);
		transfer_step(n);
	}
	x.user = TRANSFER_NONE;
}

enum pxenv_status transfer_open(struct net *n, enum transfer_user user,
				const struct net_tftp_request *r)
{
	struct net_tftp_request own = *r;
	u32 len = strlen(r->name);
	int e;

	transfer_close(n);
	if (len > TFTP_NAME_MAX)
		return PXENV_TFTP_NOT_FOUND;
	memcpy(x.name, r->name, len + 1);
	own.name = x.name;
	x.d = (struct download){ .base = x.ring, .room = sizeof(x.ring), .ring = true };
	net_tftp_request(n, &own, &x.d, pxe_idle());
	while ((e = net_tftp_poll(n)) == NET_BUSY && !net_tftp_is_open(n))
		transfer_step(n);
	if (e != NET_BUSY && e)
		return status_of(e);
	x.user = user;
	x.told = false;
	return PXENV_SUCCESS;
}

u32 transfer_blksize(const struct net *n)
{
	return net_tftp_blksize(n);
}

u32 transfer_ready(struct net *n, enum pxenv_status *status)
{
	u32 ready = download_ready(&x.d);
	int e = net_tftp_poll(n);

	*status = e == NET_BUSY ? PXENV_TFTP_OPEN : status_of(e);
	return ready;
}

u32 transfer_wait(struct net *n, u32 len, enum pxenv_status *status)
{
	u32 ready;

	while ((ready = transfer_ready(n, status)) < len && *status == PXENV_TFTP_OPEN)
		transfer_step(n);
	return ready;
}

u32 transfer_take(void *to, u32 len)
{
	return download_take(&x.d, to, len);
}

bool transfer_size(u32 *size)
{
	*size = x.d.total ? x.d.total : x.d.len;
	return x.d.sized;
}

enum pxenv_status transfer_whole(struct net *n, const struct net_tftp_request *r,
				 struct download *d, int *error)
{
	int e;

	transfer_close(n);
	net_tftp_request(n, r, d, pxe_idle());
	while ((e = net_tftp_poll(n)) == NET_BUSY)
		transfer_step(n);
	/* What is to be said last, an ACK or an ERROR, leaves with this. */
	transfer_step(n);
	*error = e;
	return status_of(e);
}

bool transfer_name(char *to, u32 room, const u8 *from, u32 len)
{
	u32 i = 0;

	for (; i < len && from[i]; i++) {
		if (i == room - 1)
			return false;
		to[i] = (char)from[i];
	}
	to[i] = '\0';
	return true;
}
