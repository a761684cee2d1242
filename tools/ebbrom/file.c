/* SPDX-License-Identifier: BSD-2-Clause */
#include "file.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void fail(const char *file, long long offset, const char *fmt, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "ebbrom: %s: ", file);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	if (offset != NO_OFFSET)
		fprintf(stderr, " (offset %llxh)", offset);
	fputc('\n', stderr);
	exit(EXIT_ERROR);
}

void fail_usage(const char *fmt, ...)
{
	va_list args;

	fputs("ebbrom: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputs("; see ebbrom --help\n", stderr);
	exit(EXIT_USAGE);
}

/* Everything grabbed stays in reach until the end: the tool lives for one file. */
struct grabbed {
	struct grabbed *before;
	max_align_t at[];
};

static struct grabbed *grabbed;

void *grab(size_t len)
{
	struct grabbed *g = calloc(1, sizeof(*g) + len);

	if (!g)
		fail("memory", NO_OFFSET, "%zu bytes cannot be had", len);
	g->before = grabbed;
	grabbed = g;
	return g->at;
}

struct bytes file_read(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct stat st;

	if (!f || fstat(fileno(f), &st) != 0)
		fail(path, NO_OFFSET, "%s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		fail(path, NO_OFFSET, "not a file");
	if (st.st_size == 0)
		fail(path, NO_OFFSET, "file is empty");
	if (st.st_size > FILE_MAX)
		fail(path, NO_OFFSET, "file has more than %u MiB", FILE_MAX / MIB);

	u32 len = (u32)st.st_size;
	u8 *at = grab(len);
	if (fread(at, 1, len, f) != len)
		fail(path, NO_OFFSET, "cannot be read");
	fclose(f);
	return (struct bytes){ at, len };
}

/* A device, a pipe or a link is written to: to put a file in its place would destroy it. */
static void write_through(const char *path, const u8 *at, u32 len)
{
	FILE *f = fopen(path, "wb");
	bool done = f && fwrite(at, 1, len, f) == len;

	if (f && fclose(f) != 0)
		done = false;
	if (!done)
		fail(path, NO_OFFSET, "%s", strerror(errno));
}

void file_write(const char *path, const u8 *at, u32 len)
{
	struct stat st;

	if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		write_through(path, at, len);
		return;
	}

	size_t room = strlen(path) + 16;
	char *beside = grab(room);
	mode_t mask = umask(0);

	umask(mask);
	snprintf(beside, room, "%s.XXXXXX", path);
	int fd = mkstemp(beside);
	if (fd < 0)
		fail(path, NO_OFFSET, "%s", strerror(errno));

	FILE *f = fdopen(fd, "wb");
	bool done = f && fwrite(at, 1, len, f) == len && fchmod(fd, 0666 & ~mask) == 0;
	if (f && fclose(f) != 0)
		done = false;
	if (!done || rename(beside, path) != 0) {
		int error = errno;
		unlink(beside);
		fail(path, NO_OFFSET, "%s", strerror(error));
	}
}
