/* SPDX-License-Identifier: BSD-2-Clause */
/* TFTP packets as bytes (RFC 1350, 2347, 2348, 2349). */
#ifndef EBB_TFTP_WIRE_H
#define EBB_TFTP_WIRE_H

#include "ebb/types.h"

enum tftp_op {
	TFTP_RRQ = 1,
	TFTP_DATA = 3,
	TFTP_ACK = 4,
	TFTP_ERROR = 5,
	TFTP_OACK = 6,
};

enum tftp_code {
	TFTP_CODE_OTHER = 0,
	TFTP_CODE_NOT_FOUND = 1,
	TFTP_CODE_DENIED = 2,
	TFTP_CODE_DISK_FULL = 3,
	TFTP_CODE_ILLEGAL = 4,
	TFTP_CODE_UNKNOWN_PORT = 5,
	TFTP_CODE_OPTIONS = 8,
};

#define TFTP_HDR         4u   /* op and block number */
#define TFTP_BLKSIZE     512u /* without options */
#define TFTP_BLKSIZE_MIN 8u

struct tftp_hdr {
	be16 op;
	be16 number; /* DATA, ACK: block; ERROR: code */
};
_Static_assert(sizeof(struct tftp_hdr) == TFTP_HDR, "RFC 1350 header");

/* What a server sends us: op is TFTP_DATA, TFTP_ERROR or TFTP_OACK. */
struct tftp_msg {
	u16 op;
	u16 number;        /* of DATA and ERROR */
	struct bytes data; /* DATA: the block; ERROR: text, maybe without NUL; OACK: options */
};

/* false: too short, or of another kind. */
bool tftp_view(struct bytes packet, struct tftp_msg *m);

/* What an OACK grants; an option left out is 0. */
struct tftp_oack {
	u32 blksize;
	u32 tsize;
	bool sized; /* tsize was there */
};

/* Reads the options of an OACK.  false: not pairs of strings, an option that
 * tftp_write_request never asks, or a value that is not a number. */
bool tftp_read_oack(struct bytes options, struct tftp_oack *oack);

/* Writes a read request for `name`, in mode octet; with blksize != 0 it asks the options
 * blksize, tsize and timeout.  Needs strlen(name) + 64 bytes; returns the length. */
u32 tftp_write_request(u8 *out, const char *name, u32 blksize);

u32 tftp_write_ack(u8 *out, u16 block);

/* Needs 32 bytes. */
u32 tftp_write_error(u8 *out, u16 code);

#endif
