/* SPDX-License-Identifier: BSD-2-Clause */
/* The TFTP calls 0020-0025 (PXE-8, PXE-9).
 *
 *   OPEN       refused while a file is being read (001B) or the UDP endpoint is open (0019)
 *   READ       one block; the last is short, maybe empty; behind it 0 bytes for ever, as other
 *              ROMs do.  BufferSize is not looked at: it is an output, and callers leave
 *              anything in it; they know from OPEN how much may come
 *   CLOSE      always succeeds, as programs close what they never opened
 *   READ_FILE  by plain TFTP, multicast fields ignored; no byte beyond the buffer is written */
#include "base.h"
#include "base_params.h"
#include "mem.h"
#include "transfer.h"

#define PACKET_SIZE_MIN 512u

/* The network engine for a call that begins a transfer.  NULL: *why is what to answer. */
static struct net *begin(enum pxenv_status *why)
{
	struct net *n = base_net(why);

	if (!n)
		return NULL;
	if (!net_endpoint(n)->open && !transfer_in_the_way())
		return n;
	*why = net_endpoint(n)->open ? PXENV_UDP_OPEN : PXENV_TFTP_OPEN;
	return NULL;
}

static enum pxenv_status open_file(struct tftp_open_params *p)
{
	char name[PXE_NAME_LEN + 1];
	struct net_tftp_request r = {
		.server = be32_get(p->server),
		.gateway = be32_get(p->gateway),
		.port = be16_get(p->port),
		.name = name,
		.blksize = le16_get(p->packet_size),
	};
	enum pxenv_status s;
	struct net *n = begin(&s);

	if (!n)
		return s;
	/* 0 comes from callers of older structures, which end before it. */
	if (!r.blksize)
		r.blksize = PACKET_SIZE_MIN;
	if (r.blksize < PACKET_SIZE_MIN)
		return PXENV_TFTP_INVALID_PACKET_SIZE;
	transfer_name(name, sizeof(name), p->name, PXE_NAME_LEN);
	s = transfer_open(n, TRANSFER_TFTP, &r);
	if (s == PXENV_SUCCESS) {
		base.packet = 0;
		p->packet_size = le16_of((u16)transfer_blksize(n));
	}
	return s;
}

static enum pxenv_status close_file(void)
{
	enum pxenv_status s;

	if (transfer_user() == TRANSFER_TFTP)
		transfer_close(base_net(&s));
	return PXENV_SUCCESS;
}

static enum pxenv_status read_block(struct tftp_read_params *p)
{
	enum pxenv_status s;
	struct net *n = base_net(&s);
	u32 blksize, len;
	u8 *to;

	if (!n)
		return s;
	if (transfer_user() != TRANSFER_TFTP)
		return PXENV_TFTP_CLOSED;
	blksize = transfer_blksize(n);
	len = transfer_wait(n, blksize, &s);
	if (len > blksize)
		len = blksize;
	if (len < blksize) {
		/* Of a block that is not complete nothing is given: the transfer has failed. */
		if (s) {
			transfer_told();
			return s;
		}
	}
	if (!base_buffer(p->buffer, len, &to))
		return PXENV_MCOPY_PROBLEM;
	transfer_take(to, len);
	p->buffer_size = le16_of((u16)len);
	p->packet_number = le16_of(++base.packet);
	if (len < blksize)
		transfer_told();
	/* Room in the ring again: the next block can be asked for. */
	transfer_step(n);
	return PXENV_SUCCESS;
}

/* Buffers lie anywhere, above 1 MiB too, but not where we are. */
static enum pxenv_status read_file(struct tftp_read_file_params *p)
{
	char name[PXE_NAME_LEN + 1];
	struct net_tftp_request r = {
		.server = be32_get(p->server),
		.gateway = be32_get(p->gateway),
		.name = name,
	};
	phys at = le32_get(p->buffer);
	struct download d = { .base = pxe_memory(at) };
	enum pxenv_status s;
	struct net *n = begin(&s);
	int e;

	if (!n)
		return s;
	d.room = base_room(at, le32_get(p->buffer_size));
	if (!d.room && le32_get(p->buffer_size))
		return PXENV_MCOPY_PROBLEM;
	transfer_name(name, sizeof(name), p->name, PXE_NAME_LEN);
	s = transfer_whole(n, &r, &d, &e);
	if (s == PXENV_SUCCESS)
		p->buffer_size = le32_of(d.len);
	return s;
}

static enum pxenv_status get_size(struct tftp_fsize_params *p)
{
	char name[PXE_NAME_LEN + 1];
	struct net_tftp_request r = {
		.server = be32_get(p->server),
		.gateway = be32_get(p->gateway),
		.name = name,
		.size_only = true,
	};
	struct download d = { 0 };
	enum pxenv_status s;
	struct net *n = begin(&s);
	int e;

	if (!n)
		return s;
	transfer_name(name, sizeof(name), p->name, PXE_NAME_LEN);
	s = transfer_whole(n, &r, &d, &e);
	if (s == PXENV_SUCCESS)
		p->size = le32_of(d.total);
	return s;
}

enum pxenv_status pxe_tftp_call(u16 op, void *params)
{
	switch (op) {
	case TFTP_OPEN:
		return open_file(params);
	case TFTP_CLOSE:
		return close_file();
	case TFTP_READ:
		return read_block(params);
	case TFTP_READ_FILE:
		return read_file(params);
	case TFTP_GET_FSIZE:
		return get_size(params);
	}
	return PXENV_UNSUPPORTED;
}
