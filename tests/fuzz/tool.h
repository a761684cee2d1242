/* SPDX-License-Identifier: BSD-2-Clause */
/* Twin of tools/ebbrom/file.c for fuzzers: giving up goes back to the fuzzer, and memory is
 * given back after each input. */
#ifndef EBB_FUZZ_TOOL_H
#define EBB_FUZZ_TOOL_H

#include <setjmp.h>
#include <stdlib.h>

#include "../../tools/ebbrom/file.h"

static jmp_buf give_up;
static void *grabbed[256];
static u32 grabs;

void fail(const char *file, long long offset, const char *fmt, ...)
{
	(void)file;
	(void)offset;
	(void)fmt;
	longjmp(give_up, 1);
}

void *grab(size_t len)
{
	void *at = calloc(1, len);

	if (!at || grabs == ARRAY_LEN(grabbed))
		abort();
	return grabbed[grabs++] = at;
}

static void release_all(void)
{
	while (grabs != 0)
		free(grabbed[--grabs]);
}

#endif
