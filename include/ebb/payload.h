/* SPDX-License-Identifier: BSD-2-Clause */
/* The payload: everything of ebb that is not 16-bit code.  One contiguous range,
 *
 *   struct payload | loader (load32, runs where it was copied) | packed core | relocations
 *
 * behind the INIT code (--single) or in a following image of the same ROM.  The
 * core is packed as: E8/E9 filter, then raw deflate (RFC 1951).  Little-endian
 * as the CPU reads it; ebbrom writes it. */
#ifndef EBB_PAYLOAD_H
#define EBB_PAYLOAD_H

#include "ebb/types.h"

#define PAYLOAD_SIGNATURE         0x79616c50u /* "Play" */
#define PAYLOAD_METHOD_STORE      0u          /* core as it is, unfiltered */
#define PAYLOAD_METHOD_E8_DEFLATE 1u
#define PAYLOAD_SETTINGS_MAX      512u
#define PAYLOAD_LOADER_MAX        8192u
#define PAYLOAD_MEM_MAX           0x100000u /* of core_mem_len */

struct payload {
	u32 signature;
	u32 build_id;
	u32 total_len;  /* header to the end of the relocations; multiple of 4 */
	u32 crc;        /* CRC-32 (IEEE 802.3) of total_len bytes with this field 0 */
	u16 header_len; /* sizeof(struct payload) */
	u16 method;     /* PAYLOAD_METHOD_* */
	u32 loader_off; /* all offsets from the start of this header; sizeof(struct payload) */
	u32 loader_len; /* 4..PAYLOAD_LOADER_MAX, dwords; entry at its first byte */
	u32 loader_sum; /* the loader's bytes as little-endian dwords sum to this */
	u32 core_off;
	u32 core_packed_len;
	u32 core_len;     /* unpacked: code and data in the file */
	u32 core_mem_len; /* with .bss, stack and resident heap; multiple of 4096 */
	u32 core_entry;   /* offset of the entry in the unpacked core */
	u32 reloc_off;    /* one LEB128 delta for each dword to rebase, from offset 0 on */
	u32 reloc_len;
	u32 reloc_count;
	u32 reserved[4];                     /* 0; the loader starts on 16 bytes */
	char settings[PAYLOAD_SETTINGS_MAX]; /* "name=value\n" lines, NUL-terminated */
};
_Static_assert(sizeof(struct payload) == 80 + PAYLOAD_SETTINGS_MAX, "payload header");

#endif
