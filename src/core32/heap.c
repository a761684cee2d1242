/* SPDX-License-Identifier: BSD-2-Clause */
#include "heap.h"
#include "mem.h"

/* From core.ld.  Not cleared before: load32 may have left the payload at the end, whose
 * settings main.c copies before anything is taken. */
extern u8 _heap[], _heap_end[];

static u32 used;

void *heap_alloc(u32 len, u32 align)
{
	u32 room = (u32)(_heap_end - _heap) - used;
	u32 pad = -((u32)_heap + used) & (align - 1);

	if (pad > room || len > room - pad)
		return NULL;
	used += pad + len;
	return memset(_heap + used - len, 0, len);
}
