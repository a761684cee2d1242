/* SPDX-License-Identifier: BSD-2-Clause */
#include "tftp_wire.h"
#include "mem.h"

bool tftp_view(struct bytes packet, struct tftp_msg *m)
{
	const struct tftp_hdr *h = (const void *)packet.at;

	if (packet.len < sizeof(h->op))
		return false;
	m->op = be16_get(h->op);
	if (m->op == TFTP_OACK) {
		m->number = 0;
		m->data = bytes_after(packet, sizeof(h->op));
		return true;
	}
	if (packet.len < sizeof(*h) || (m->op != TFTP_DATA && m->op != TFTP_ERROR))
		return false;
	m->number = be16_get(h->number);
	m->data = bytes_after(packet, sizeof(*h));
	return true;
}

/* The string at the start of *in, without its NUL, which *in then begins behind; false if
 * there is no NUL. */
static bool next_string(struct bytes *in, struct bytes *s)
{
	for (u32 n = 0; n < in->len; n++)
		if (!in->at[n]) {
			*s = (struct bytes){ in->at, n };
			*in = bytes_after(*in, n + 1);
			return true;
		}
	return false;
}

/* Option names are compared without regard to case (RFC 2347); `name` is lower case. */
static bool equals(struct bytes s, const char *name)
{
	if (s.len != strlen(name))
		return false;
	for (u32 i = 0; i < s.len; i++)
		if ((s.at[i] | 0x20) != name[i])
			return false;
	return true;
}

/* A decimal number; what does not fit 32 bits is as good as the largest. */
static bool read_number(struct bytes s, u32 *n)
{
	u64 v = 0;

	for (u32 i = 0; i < s.len; i++) {
		if (s.at[i] < '0' || s.at[i] > '9')
			return false;
		v = v * 10 + (u32)(s.at[i] - '0');
		if (v > 0xffffffffu)
			v = 0xffffffffu;
	}
	*n = (u32)v;
	return s.len != 0;
}

bool tftp_read_oack(struct bytes options, struct tftp_oack *oack)
{
	struct bytes name, value;
	u32 n;

	oack->blksize = 0;
	oack->tsize = 0;
	oack->sized = false;
	while (options.len) {
		if (!next_string(&options, &name) || !next_string(&options, &value) ||
		    !read_number(value, &n))
			return false;
		if (equals(name, "blksize")) {
			/* 0 would read as "left out": it is no size either. */
			if (!n)
				return false;
			oack->blksize = n;
		} else if (equals(name, "tsize")) {
			oack->tsize = n;
			oack->sized = true;
		} else if (!equals(name, "timeout")) {
			return false;
		}
	}
	return true;
}

static u8 *put_string(u8 *p, const char *s)
{
	u32 len = strlen(s) + 1;

	memcpy(p, s, len);
	return p + len;
}

static u8 *put_number(u8 *p, u32 n)
{
	char digits[11];
	char *s = digits + sizeof(digits) - 1;

	*s = '\0';
	do
		*--s = (char)('0' + n % 10);
	while (n /= 10);
	return put_string(p, s);
}

u32 tftp_write_request(u8 *out, const char *name, u32 blksize)
{
	be16 op = be16_of(TFTP_RRQ);
	u8 *p = out + sizeof(op);

	memcpy(out, &op, sizeof(op));
	p = put_string(p, name);
	p = put_string(p, "octet");
	if (blksize) {
		p = put_string(p, "blksize");
		p = put_number(p, blksize);
		p = put_string(p, "tsize");
		p = put_string(p, "0");
		p = put_string(p, "timeout");
		p = put_string(p, "1");
	}
	return (u32)(p - out);
}

static u32 put_header(u8 *out, u16 op, u16 number)
{
	struct tftp_hdr *h = (void *)out;

	h->op = be16_of(op);
	h->number = be16_of(number);
	return sizeof(*h);
}

u32 tftp_write_ack(u8 *out, u16 block)
{
	return put_header(out, TFTP_ACK, block);
}

u32 tftp_write_error(u8 *out, u16 code)
{
	u32 len = put_header(out, TFTP_ERROR, code);
	const char *text = code == TFTP_CODE_DISK_FULL      ? "no memory for it"
			   : code == TFTP_CODE_UNKNOWN_PORT ? "unknown transfer"
			   : code == TFTP_CODE_OPTIONS      ? "bad options"
			   : code == TFTP_CODE_ILLEGAL      ? "protocol error"
							    : "ended by the client";

	return (u32)(put_string(out + len, text) - out);
}
