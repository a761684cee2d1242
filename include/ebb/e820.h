/* SPDX-License-Identifier: BSD-2-Clause */
/* INT 15h E820 (ACPI): its numbers, for all who ask and for our hook that answers. */
#ifndef EBB_E820_NUMBERS_H
#define EBB_E820_NUMBERS_H

#include "ebb/types.h"

#define E820_SMAP      0x534d4150u /* "SMAP", in EDX and back in EAX */
#define E820_LEN_MIN   20u         /* without attributes */
#define E820_LEN       24u
#define E820_ENABLED   1u   /* attribute bit 0: the entry counts (ACPI 3) */
#define E820_CALLS_MAX 128u /* MEM-2: bound of a walk */

#define E820_RAM      1u
#define E820_RESERVED 2u

/* What a call stores.  The attributes count only if 24 bytes came back. */
struct e820_entry {
	u64 base;
	u64 len;
	u32 type;
	u32 attributes;
};
_Static_assert(offsetof(struct e820_entry, attributes) == E820_LEN_MIN, "ACPI address range");
_Static_assert(sizeof(struct e820_entry) == E820_LEN, "ACPI 3 address range");

#endif
