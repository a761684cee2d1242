/* SPDX-License-Identifier: BSD-2-Clause */
/* TFTP client (RFC 1350, 2347, 2348, 2349), bytes and time in, bytes out.  It knows no
 * UDP and no card; stack.c carries its packets. */
#ifndef EBB_TFTP_H
#define EBB_TFTP_H

#include "download.h"

#define TFTP_PORT         69u   /* of the server, for requests */
#define TFTP_NAME_MAX     255u  /* longer names are not asked for */
#define TFTP_TEXT_MAX     80u   /* of a server's error text, with NUL */
#define TFTP_DELAY_MIN_MS 1000u /* repeats after 1, 2, 4, 8, 8 ... s (NET-10k) */
#define TFTP_DELAY_MAX_MS 8000u
#define TFTP_SILENCE_MS   30000u /* without progress: given up */
#define TFTP_REACK_MS     100u /* a duplicate this soon after our ACK is the network's doing */
#define TFTP_CLOSED_MAX   2u   /* as many "port unreachable" without progress: given up */

enum tftp_state {
	TFTP_IDLE,
	TFTP_REQUESTING, /* RRQ is out, nothing usable heard */
	TFTP_RECEIVING,  /* the server has answered: blocks come */
	TFTP_DONE,       /* complete; a repeated last block is still acknowledged (dally) */
	TFTP_FAILED,     /* see error */
};

struct tftp {
	enum tftp_state state;
	int error; /* -E_* once TFTP_FAILED */
	struct download *d;
	const char *name;
	bool size_only;  /* set after tftp_start: only d->total is wanted, no block */
	u16 local_port;  /* ours; a request without options gets a new one */
	u16 server_port; /* where the request goes; set after tftp_start if it is not 69 */
	u16 peer_port;   /* the server's for this transfer, 0 = not known yet */
	u32 ask_blksize; /* 0: ask no options */
	u32 blksize;
	u32 next;       /* block that is awaited, from 1 on, never wrapping */
	u16 next_wire;  /* its number on the wire */
	u16 wrap_to;    /* number after 65535: 0, or 1 with some servers (NET-10e) */
	u16 acked;      /* number in our latest ACK */
	u16 error_code; /* of the ERROR to send, if error_port is not 0 */
	u16 error_port;
	u16 error_src; /* our port that the offending packet came to */
	bool due;      /* request or ACK is to be sent as soon as possible */
	u32 due_ms;    /* ... and in any case then */
	u32 delay_ms;  /* from the next sending to its repeat */
	u32 sent_ms;
	u32 progress_ms;          /* when something new came last */
	u32 closed;               /* "port unreachable" since then */
	char text[TFTP_TEXT_MAX]; /* of the last ERROR, printable */
};

/* Begins to fetch `name` into *d, both of which live until the state is DONE or FAILED; a ring
 * is the consumer's alone from then on.  What the consumer of a ring does not take is not
 * acknowledged, and such a pause is not counted as silence of the server.
 * `local_port` is one that this server has not seen lately (NET-10a); `blksize`
 * what the path carries: MTU - 32. */
void tftp_start(struct tftp *t, const char *name, struct download *d, u32 blksize,
		u16 local_port, u32 now_ms);

/* Where the data of this packet from `port` belong: NULL if it is not the block that is
 * awaited.  The caller copies *data there before tftp_input; if the packet then proves
 * damaged, it drops it, and the place is filled again by the repeat. */
u8 *tftp_place(const struct tftp *t, u16 port, struct bytes packet, struct bytes *data);

/* Handles an undamaged packet from `port` of our server to t->local_port. */
void tftp_input(struct tftp *t, u16 port, struct bytes packet, u32 now_ms);

/* The server's host said that `port` is closed there. */
void tftp_input_closed(struct tftp *t, u16 port);

/* Gives up with `error`, a number of errors.def; tells the server if it knows of us. */
void tftp_abort(struct tftp *t, int error);

/* Time passed.  true: a packet is due from *src_port to *dst_port; tftp_write makes it.  Until
 * then the answer stays true, so a packet that cannot be sent yet is not lost. */
bool tftp_tick(struct tftp *t, u32 now_ms, u16 *src_port, u16 *dst_port);

/* Writes the packet that is due, at most TFTP_NAME_MAX + 64 bytes; returns its length. */
u32 tftp_write(struct tftp *t, u32 now_ms, u8 *out);

/* Has the server been silent for so long that its address may have moved? */
bool tftp_is_repeating(const struct tftp *t);

#endif
