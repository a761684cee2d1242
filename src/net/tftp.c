/* SPDX-License-Identifier: BSD-2-Clause */
#include "tftp.h"
#include "tftp_wire.h"
#include "ebb/error.h"
#include "mem.h"
#include "wire.h"

#define PORT_FIRST 49152u /* RFC 6335: dynamic ports */

static void request(struct tftp *t, u32 now_ms)
{
	t->due = true;
	t->delay_ms = TFTP_DELAY_MIN_MS;
	t->progress_ms = now_ms;
	t->closed = 0;
}

/* RFC 2347: who refuses options may still serve the file.  A new port keeps answers to
 * the first request apart. */
static void request_without_options(struct tftp *t, u32 now_ms)
{
	t->ask_blksize = 0;
	t->local_port = (u16)(PORT_FIRST | (t->local_port + 1u));
	request(t, now_ms);
}

void tftp_start(struct tftp *t, const char *name, struct download *d, u32 blksize,
		u16 local_port, u32 now_ms)
{
	*t = (struct tftp){
		.state = TFTP_REQUESTING,
		.name = name,
		.d = d,
		.ask_blksize = blksize,
		.local_port = local_port,
		.server_port = TFTP_PORT,
		.blksize = TFTP_BLKSIZE,
		.next = 1,
		.next_wire = 1,
	};
	download_reset(d);
	request(t, now_ms);
	if (strlen(name) > TFTP_NAME_MAX)
		tftp_abort(t, E_TFTP_NOT_FOUND);
}

static void send_error(struct tftp *t, u16 port, enum tftp_code code)
{
	t->error_port = port;
	t->error_src = t->local_port;
	t->error_code = code;
}

static void fail(struct tftp *t, enum ebb_error error)
{
	t->state = TFTP_FAILED;
	t->error = -(int)error;
	t->due = false;
}

static void refuse(struct tftp *t, enum ebb_error error, u16 port, enum tftp_code code)
{
	fail(t, error);
	send_error(t, port, code);
}

void tftp_abort(struct tftp *t, int error)
{
	if (t->state != TFTP_REQUESTING && t->state != TFTP_RECEIVING)
		return;
	refuse(t, (enum ebb_error)error, t->peer_port, TFTP_CODE_OTHER);
}

/* Something new came: answer it now, and start the clocks again. */
static void progress(struct tftp *t, u16 port, u32 now_ms)
{
	t->state = TFTP_RECEIVING;
	t->peer_port = port;
	t->due = true;
	t->delay_ms = TFTP_DELAY_MIN_MS;
	t->progress_ms = now_ms;
	t->closed = 0;
}

static bool is_active(const struct tftp *t)
{
	return t->state == TFTP_REQUESTING || t->state == TFTP_RECEIVING;
}

/* Is `number` that of the awaited block?  Behind block 65535 the first number decides how this
 * server wraps (NET-10e); it cannot be the old block 1, which is 65535 ACKs ago. */
static bool is_next(const struct tftp *t, u16 number)
{
	return number == t->next_wire || (t->next == 0x10000 && number == 1);
}

/* Where the awaited block goes: blocks are placed by number, not by arrival. */
static u32 next_offset(const struct tftp *t)
{
	return t->d->ring ? t->d->put_at : (t->next - 1) * t->blksize;
}

/* Has the consumer of a ring left no room for one more block?  Then the ACK that would bring it
 * has to wait. */
static bool is_held(const struct tftp *t)
{
	return t->state == TFTP_RECEIVING && t->d->ring && !download_has_room(t->d, t->blksize);
}

u8 *tftp_place(const struct tftp *t, u16 port, struct bytes packet, struct bytes *data)
{
	struct tftp_msg m;

	if (!is_active(t) || (t->peer_port && port != t->peer_port) || !tftp_view(packet, &m) ||
	    m.op != TFTP_DATA || !is_next(t, m.number))
		return NULL;
	if (m.data.len > t->blksize || t->size_only || is_held(t) ||
	    m.data.len > t->d->room - next_offset(t))
		return NULL;
	*data = m.data;
	return t->d->base + next_offset(t);
}

/* A repeated packet means that our answer may be lost.  RFC 1123 4.2.3.1 puts the cure for
 * endless doubling on the sender; we help by not answering what the network doubled. */
static void answer_again(struct tftp *t, u32 now_ms)
{
	if (now_ms - t->sent_ms >= TFTP_REACK_MS)
		t->due = true;
}

/* The size is all that was wanted: the server is told that no block is. */
static void got_size(struct tftp *t, u16 port, u32 size)
{
	t->d->total = size;
	t->d->sized = true;
	t->state = TFTP_DONE;
	t->due = false;
	send_error(t, port, TFTP_CODE_OTHER);
}

static void got_data(struct tftp *t, u16 port, const struct tftp_msg *m, u32 now_ms)
{
	struct download *d = t->d;
	u32 len = m->data.len;

	if (t->size_only) {
		/* No size was announced, but a short first block is all of the file. */
		if (t->state != TFTP_REQUESTING || !is_next(t, m->number))
			return;
		if (len < t->blksize)
			got_size(t, port, len);
		else
			refuse(t, E_TFTP_NO_SIZE, port, TFTP_CODE_OTHER);
		return;
	}
	if (t->state == TFTP_DONE || (t->state == TFTP_RECEIVING && !is_next(t, m->number))) {
		if (m->number == t->acked)
			answer_again(t, now_ms);
		return;
	}
	if (!is_next(t, m->number))
		return;

	u32 at = d->len;
	if (len > t->blksize) {
		refuse(t, E_TFTP_PROTOCOL, port, TFTP_CODE_ILLEGAL);
		return;
	}
	if (d->total && len > d->total - at) {
		refuse(t, E_TFTP_TRUNCATED, port, TFTP_CODE_OTHER);
		return;
	}
	if (!d->ring && len > d->room - at) {
		refuse(t, E_ARENA_FULL, port, TFTP_CODE_DISK_FULL);
		return;
	}
	if (is_held(t))
		return; /* sent without an ACK of ours: it comes again */
	if (len < t->blksize && d->total && at + len != d->total) {
		refuse(t, E_TFTP_TRUNCATED, port, TFTP_CODE_OTHER);
		return;
	}

	if (t->state == TFTP_REQUESTING)
		download_use_blocks(d, t->blksize);
	download_put(d, len);
	if (m->number != t->next_wire)
		t->wrap_to = m->number;
	t->acked = m->number;
	t->next++;
	t->next_wire = m->number == 0xffff ? t->wrap_to : (u16)(m->number + 1);
	progress(t, port, now_ms);
	if (len < t->blksize) {
		t->state = TFTP_DONE;
		d->sized = true;
	}
}

static void got_oack(struct tftp *t, u16 port, const struct tftp_msg *m, u32 now_ms)
{
	struct tftp_oack oack;

	if (t->state == TFTP_RECEIVING && t->next == 1) {
		answer_again(t, now_ms); /* ACK 0 was lost */
		return;
	}
	if (t->state == TFTP_DONE && t->size_only)
		send_error(t, port, TFTP_CODE_OTHER); /* the first one was */
	if (t->state != TFTP_REQUESTING)
		return;
	if (!t->ask_blksize) {
		refuse(t, E_TFTP_PROTOCOL, port, TFTP_CODE_OPTIONS);
		return;
	}
	if (!tftp_read_oack(m->data, &oack) || oack.blksize > t->ask_blksize ||
	    (oack.blksize && oack.blksize < TFTP_BLKSIZE_MIN)) {
		send_error(t, port, TFTP_CODE_OPTIONS);
		request_without_options(t, now_ms);
		return;
	}
	if (t->size_only) {
		if (oack.sized)
			got_size(t, port, oack.tsize);
		else
			refuse(t, E_TFTP_NO_SIZE, port, TFTP_CODE_OTHER);
		return;
	}
	if (!t->d->ring && oack.tsize > t->d->room) {
		refuse(t, E_ARENA_FULL, port, TFTP_CODE_DISK_FULL);
		return;
	}
	if (oack.blksize)
		t->blksize = oack.blksize;
	download_use_blocks(t->d, t->blksize);
	/* 4 GiB and more pass through a ring uncounted. */
	if (oack.tsize != 0xffffffff) {
		t->d->total = oack.tsize;
		t->d->sized = oack.sized;
	}
	progress(t, port, now_ms);
}

/* Texts come from outside and go to the screen. */
static void keep_text(struct tftp *t, struct bytes text)
{
	u32 n = 0;

	for (; n < text.len && text.at[n] && n < TFTP_TEXT_MAX - 1; n++)
		t->text[n] = text.at[n] >= ' ' && text.at[n] <= '~' ? (char)text.at[n] : '?';
	t->text[n] = '\0';
}

static void got_error(struct tftp *t, const struct tftp_msg *m, u32 now_ms)
{
	if (!is_active(t))
		return;
	keep_text(t, m->data);
	if (t->state == TFTP_REQUESTING && t->ask_blksize)
		request_without_options(t, now_ms);
	else if (m->number == TFTP_CODE_NOT_FOUND)
		fail(t, E_TFTP_NOT_FOUND);
	else if (m->number == TFTP_CODE_DENIED)
		fail(t, E_TFTP_DENIED);
	else
		fail(t, E_TFTP_ERROR);
}

void tftp_input(struct tftp *t, u16 port, struct bytes packet, u32 now_ms)
{
	struct tftp_msg m;

	if ((!is_active(t) && t->state != TFTP_DONE) || !port || !tftp_view(packet, &m))
		return;
	if (t->peer_port && port != t->peer_port) {
		/* Not the transfer that we joined; but errors are never answered. */
		if (m.op != TFTP_ERROR)
			send_error(t, port, TFTP_CODE_UNKNOWN_PORT);
		return;
	}
	switch (m.op) {
	case TFTP_DATA:
		got_data(t, port, &m, now_ms);
		break;
	case TFTP_OACK:
		got_oack(t, port, &m, now_ms);
		break;
	case TFTP_ERROR:
		got_error(t, &m, now_ms);
		break;
	}
}

static void fail_silent(struct tftp *t)
{
	fail(t, t->peer_port ? E_TFTP_STALLED : E_TFTP_TIMEOUT);
}

void tftp_input_closed(struct tftp *t, u16 port)
{
	if (!is_active(t) || port != (t->peer_port ? t->peer_port : t->server_port))
		return;
	/* The first may be of a server that is just starting (RFC 1122 4.1.3.3: a hint). */
	if (++t->closed == TFTP_CLOSED_MAX)
		fail_silent(t);
}

bool tftp_tick(struct tftp *t, u32 now_ms, u16 *src_port, u16 *dst_port)
{
	bool held = is_held(t);

	if (held)
		t->progress_ms = now_ms;
	if (is_active(t)) {
		if (now_ms - t->progress_ms >= TFTP_SILENCE_MS)
			fail_silent(t);
		else if (time_reached(now_ms, t->due_ms))
			t->due = true;
	}
	if (t->error_port) {
		*src_port = t->error_src;
		*dst_port = t->error_port;
		return true;
	}
	*src_port = t->local_port;
	*dst_port = t->peer_port ? t->peer_port : t->server_port;
	return t->due && !held;
}

u32 tftp_write(struct tftp *t, u32 now_ms, u8 *out)
{
	if (t->error_port) {
		t->error_port = 0;
		return tftp_write_error(out, t->error_code);
	}
	t->due = false;
	t->sent_ms = now_ms;
	t->due_ms = now_ms + t->delay_ms;
	if (t->delay_ms < TFTP_DELAY_MAX_MS)
		t->delay_ms *= 2;
	if (t->state == TFTP_REQUESTING)
		return tftp_write_request(out, t->name, t->ask_blksize);
	return tftp_write_ack(out, t->acked);
}

bool tftp_is_repeating(const struct tftp *t)
{
	return is_active(t) && t->delay_ms > 2 * TFTP_DELAY_MIN_MS;
}
