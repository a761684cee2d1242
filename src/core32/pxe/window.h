/* SPDX-License-Identifier: BSD-2-Clause */
/* The PXE window: what a boot program sees of us, in base memory directly below what 40:13 said
 * before, as the PXE specification models it.  A program that unloads PXE computes from these
 * structures where free memory begins again, and that must be the old 40:13 (PXE-18).  Pure.
 *
 *   0000  jump to the PXENV+ entry: some programs expect it at UNDI_CS:0000 (PXE-5)
 *   0010  PXENV+
 *   0040  !PXE
 *   00a0  the block, if there is no other place for it
 *   0160  the boot program's stack
 *   0800  real-mode stack for calls that the core makes meanwhile
 *   1000  free: room for the cached packets
 *
 * The EBDA usually begins where the window ends, and programs exist that move it down without
 * looking who lives there (EBDA-2).  So entries point into the ROM, past the window, and what the
 * program still needs after such a move lies at the far end, clear of the first 4 KiB. */
#ifndef EBB_WINDOW_H
#define EBB_WINDOW_H

#include "ebb/types.h"

#define WINDOW_LEN        0x1800u
#define WINDOW_PXENV      0x010u
#define WINDOW_PXE        0x040u
#define WINDOW_DATA       0x0a0u
#define WINDOW_BLOCK      WINDOW_DATA
#define WINDOW_BLOCK_LEN  0x0c0u
#define WINDOW_NBP_STACK  0x800u /* tops */
#define WINDOW_CORE_STACK 0x1000u

struct pxenv {
	char signature[6];
	le16 version;
	u8 length;
	u8 checksum;
	le16 entry[2];
	le32 pm_offset;
	le16 pm_selector;
	le16 stack_seg, stack_size;
	le16 bc_code_seg, bc_code_size;
	le16 bc_data_seg, bc_data_size;
	le16 undi_data_seg, undi_data_size;
	le16 undi_code_seg, undi_code_size;
	le16 pxe[2];
};
_Static_assert(sizeof(struct pxenv) == 0x2c, "PXE 2.1 PXENV+");
_Static_assert(offsetof(struct pxenv, undi_data_seg) == 0x20, "PXE 2.1 PXENV+");

struct pxe_segment {
	le16 seg;
	le32 base;
	le16 size;
};

struct pxe {
	char signature[4];
	u8 length;
	u8 checksum;
	u8 revision;
	u8 zero1;
	le16 undi_rom_id[2];
	le16 base_rom_id[2];
	le16 entry_sp[2];
	le16 entry_esp[2];
	le32 status_callout;
	u8 zero2;
	u8 segments;
	le16 first_selector;
	struct pxe_segment stack, undi_data, undi_code, undi_code_write, bc_data, bc_code,
		bc_code_write;
};
_Static_assert(sizeof(struct pxe) == 0x58, "PXE 2.1 !PXE");
_Static_assert(offsetof(struct pxe, stack) == 0x20, "PXE 2.1 !PXE");

/* Fills the first WINDOW_DATA bytes of the window that lies at `base` (paragraph aligned, below
 * 1 MiB).  `undi_rom_id` may be 0:0. */
void window_build(u8 to[WINDOW_DATA], phys base, struct segoff pxe_entry,
		  struct segoff pxenv_entry, struct segoff undi_rom_id);

/* Whether PXENV+ and !PXE in it are as they were built: by signature and sum. */
bool window_intact(const u8 window[WINDOW_DATA]);

#endif
