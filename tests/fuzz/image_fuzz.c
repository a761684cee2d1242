/* SPDX-License-Identifier: BSD-2-Clause */
/* Any file as an option ROM: whatever ebbrom shows of it or finds in it, it stays inside.
 *
 * Sources: tools/ebbrom/image.c tools/ebbrom/inspect.c tools/ebbrom/lint.c
 * Sources: src/load32/inflate.c src/load32/unpack.c src/load32/crc.c
 */
#include <stdio.h>
#include <string.h>

#include "tool.h"

#include "../../tools/ebbrom/commands.h"
#include "../../tools/ebbrom/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerInitialize(int *argc, char ***argv);

void fail_usage(const char *fmt, ...)
{
	(void)fmt;
	abort();
}

struct bytes file_read(const char *path)
{
	(void)path;
	abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return freopen("/dev/null", "w", stdout) ? 0 : -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct rom_file rom;
	u8 *copy = grab(len);

	memcpy(copy, data, len);
	if (setjmp(give_up) == 0 && image_parse((struct bytes){ copy, (u32)len }, &rom)) {
		inspect_rom("input", &rom);
		lint_rom("input", &rom);
		for (u32 i = 0; i < rom.images; i++)
			image_fix_sums(copy, &rom.image[i]);
	}
	release_all();
	return 0;
}
