/* SPDX-License-Identifier: BSD-2-Clause */
/* The core as the linker leaves it: ELF32 for i386, linked at 0, relocations kept (ld -q). */
#ifndef EBBROM_CORE_ELF_H
#define EBBROM_CORE_ELF_H

#include "ebb/types.h"

struct core {
	u8 *image; /* sections with contents, flat from address 0 */
	u32 len;
	u32 mem_end; /* end of all sections in memory */
	u32 used;    /* symbol _bss_end, else mem_end: only the heap is behind it */
	u32 mem_len; /* symbol core_mem_len */
	u32 entry;
	u32 relocs; /* dwords that hold an address of the image, ascending */
	u32 *reloc;
};

/* Reads it from `file`, called `name` in messages.  Fails with a message on anything that
 * would not run where the loader puts it. */
struct core core_elf(const char *name, struct bytes file);

#endif
