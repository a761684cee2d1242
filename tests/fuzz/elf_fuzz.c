/* SPDX-License-Identifier: BSD-2-Clause */
/* Any file as a core to pack: it is refused, or all of it lies inside the image.
 *
 * Sources: tools/ebbrom/core_elf.c
 */
#include <string.h>

#include "tool.h"

#include "../../tools/ebbrom/core_elf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	u8 *copy = grab(len);

	memcpy(copy, data, len);
	if (setjmp(give_up) == 0) {
		struct core c = core_elf("input", (struct bytes){ copy, (u32)len });

		if (c.entry >= c.len || c.len > c.mem_len || c.used > c.mem_len)
			abort();
		for (u32 i = 0; i < c.relocs; i++)
			if (c.reloc[i] > c.len - 4)
				abort();
	}
	release_all();
	return 0;
}
