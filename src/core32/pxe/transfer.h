/* SPDX-License-Identifier: BSD-2-Clause */
/* The one TFTP transfer that boot programs have, through the TFTP calls or the file API.  Blocks
 * are received and acknowledged ahead into a ring, whenever any call gives us the time: the next
 * block is on its way, or here, when it is asked for. */
#ifndef EBB_TRANSFER_H
#define EBB_TRANSFER_H

#include "pxe.h"
#include "stack.h"

/* How much may be read ahead. */
#define TRANSFER_RING 49152u

enum transfer_user {
	TRANSFER_NONE,
	TRANSFER_TFTP, /* TFTP_OPEN ... TFTP_CLOSE */
	TRANSFER_FILE, /* FILE_OPEN ... FILE_CLOSE */
};

/* Whose file is open.  One whose end or failure has been told is in nobody's way: there are
 * programs that do not close such a file before they open the next. */
enum transfer_user transfer_user(void);
bool transfer_in_the_way(void);

/* Ends the transfer of whoever has it; `n` NULL = the card is not ours now. */
void transfer_close(struct net *n);

/* Begins one and waits for the server's first word.  The name is copied. */
enum pxenv_status transfer_open(struct net *n, enum transfer_user user,
				const struct net_tftp_request *r);
u32 transfer_blksize(const struct net *n);

/* Handles what has come. */
void transfer_step(struct net *n);

/* How much can be read at once; *status says what is to be told when that is 0: PXENV_SUCCESS =
 * the end, PXENV_TFTP_OPEN = nothing has come yet, else why there will be no more. */
u32 transfer_ready(struct net *n, enum pxenv_status *status);

/* Waits until there are `len` bytes, or no more will come: as transfer_ready. */
u32 transfer_wait(struct net *n, u32 len, enum pxenv_status *status);

u32 transfer_take(void *to, u32 len);

/* The end, or the failure, has been told. */
void transfer_told(void);

/* The file's size; false if it is not known. */
bool transfer_size(u32 *size);

/* Fetches a whole file straight to d->base, or with r->size_only its size to d->total. */
enum pxenv_status transfer_whole(struct net *n, const struct net_tftp_request *r,
				 struct download *d, int *error);

/* What a caller's name field holds: a string of at most `room` - 1 characters.  false: longer. */
bool transfer_name(char *to, u32 room, const u8 *from, u32 len);

#endif
