/* SPDX-License-Identifier: BSD-2-Clause */
/* Files as a whole, and the one way in which ebbrom gives up. */
#ifndef EBBROM_FILE_H
#define EBBROM_FILE_H

#include "ebb/types.h"

#define FILE_MAX (16u * MIB)

enum exit_status {
	EXIT_DONE,
	EXIT_ERROR,    /* an input cannot be used; nothing was written */
	EXIT_USAGE,    /* the command line makes no sense */
	EXIT_FINDINGS, /* lint found something */
};

#define NO_OFFSET (-1ll)

/* Prints "ebbrom: file: message (offset 1a4h)" and ends with EXIT_ERROR.  Whatever a command
 * writes, it writes last, so nothing is left behind. */
__attribute__((noreturn, format(printf, 3, 4))) void fail(const char *file, long long offset,
							  const char *fmt, ...);

/* Prints the message and a pointer to --help, and ends with EXIT_USAGE. */
__attribute__((noreturn, format(printf, 1, 2))) void fail_usage(const char *fmt, ...);

/* Memory, zeroed, until the tool ends; never NULL. */
void *grab(size_t len);

/* The contents of `path`.  Fails if it is not a file of 1 byte to FILE_MAX. */
struct bytes file_read(const char *path);

/* Writes `path` as a whole or not at all: to a new file beside it, which is then renamed.
 * What is there and is no plain file is written to as it is. */
void file_write(const char *path, const u8 *at, u32 len);

#endif
