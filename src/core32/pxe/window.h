/* SPDX-License-Identifier: BSD-2-Clause */
/* The PXE window: what a boot program sees of us, in base memory directly below what 40:13 said
 * before, as the PXE specification models it.  A program that unloads PXE computes from these
 * structures where free memory begins again, and that must be the old 40:13 (PXE-18).  Pure.
 *
 *   0000  jump to the PXENV+ entry: some programs expect it at UNDI_CS:0000 (PXE-5)
 *   0008  a far return: where the core lets interrupts in
 *   0010  PXENV+
 *   0040  !PXE
 *   00a0  the boot program's stack
 *   06b0  the core's real-mode stack during a call; a received frame between two calls
 *   0ca0  the cached packets, for programs that ask for a pointer (PXE-7)
 *
 * The EBDA usually begins where the window ends, and programs exist that move it down without
 * looking who lives there (EBDA-2).  So entries point into the ROM, past the window; what the
 * program needs most lies at the far end, clear of the first 4 KiB; and nothing beyond the start
 * of the EBDA is used any more (window_room). */
#ifndef EBB_WINDOW_H
#define EBB_WINDOW_H

#include "ebb/types.h"

#define NBP_BASE          0x7c00u /* 0:7C00: where a boot program is loaded */
#define WINDOW_LEN        0x1800u
#define WINDOW_RETF       0x008u
#define WINDOW_PXENV      0x010u
#define WINDOW_PXE        0x040u
#define WINDOW_DATA       0x0a0u
#define WINDOW_NBP_STACK  0x6b0u /* tops */
#define WINDOW_CORE_STACK 0xca0u
#define WINDOW_FRAME      WINDOW_NBP_STACK
#define WINDOW_FRAME_LEN  (WINDOW_CORE_STACK - WINDOW_NBP_STACK)
#define WINDOW_PACKETS    WINDOW_CORE_STACK

/* Programs copy a whole BOOTPLAYER from wherever a packet is.  DISCOVER is our own and short:
 * what they read behind its end is the ACK. */
#define WINDOW_DISCOVER_LEN 0x180u
#define WINDOW_PACKET_LEN   1260u /* BOOTPLAYER */
_Static_assert(WINDOW_PACKETS + WINDOW_DISCOVER_LEN + 2 * WINDOW_PACKET_LEN <= WINDOW_LEN,
	       "the cached packets end within the window");
_Static_assert(WINDOW_NBP_STACK - WINDOW_DATA >= 1536 + 8, "PXE-12: 1.5 KiB of stack");
_Static_assert(WINDOW_FRAME_LEN >= 1518, "a whole frame");

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

/* How much of the window at `base`, from its start, no EBDA lies on: 0..WINDOW_LEN.  `ebda` is
 * where 40:0E says that it begins. */
u32 window_room(phys base, phys ebda);

/* Where the cached packet `type` (1..3) lies in the window, and how much can be read there; 0 for
 * other types.  They are to be written in the order of their types. */
u32 window_packet(u32 type, u32 *len);

#endif
