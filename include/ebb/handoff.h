/* SPDX-License-Identifier: BSD-2-Clause */
/* What BEV hands to the loader and the loader to the core, and the calling
 * convention of the gate between them and real mode.
 *
 * Gate, downwards (real mode -> 32-bit): `gate_enter32` in src/rom16/gate.asm calls
 *   u32 entry(struct handoff *h)        [EAX = argument, result in EAX]
 * flat (base 0, 4 GiB), paging off, IF=0, DF=0, on the real-mode stack of the caller.
 *
 * Gate, upwards (32-bit -> real mode): h->gate_real is the linear address of
 *   void gate_real(struct rm_call *call)    [EAX = argument]
 *
 * One boot: BEV finds a payload (block, ROM BAR, ROM window), copies its header and loader
 * into the scratch, and calls the loader; the loader takes memory, unpacks the core, sets
 * core_*, and returns 0 or an error number; BEV closes the BAR and calls core_entry; the core
 * boots or cleans up everything and returns 0 or an error number that it has already shown;
 * BEV clears its scratch and returns to the firmware.
 *
 * The scratch is not reserved: whoever runs a boot program that may return keeps a copy of the
 * scratch in high memory and puts it back afterwards, and gives the program another stack.
 *
 * gate_real copies *call to the real-mode stack call->stack, goes to real mode, loads the
 * registers, makes one call, and copies registers and flags back into *call.  The
 * caller's GDT, IDT and stack are restored; A20 is on again. */
#ifndef EBB_HANDOFF_H
#define EBB_HANDOFF_H

#include "ebb/types.h"

/* Flat selectors in every GDT of ebb, so that the gate, the loader and the core
 * agree; the core may load a GDT of its own with the same first entries. */
#define SEL_CODE32 0x08u
#define SEL_DATA32 0x10u
#define SEL_CODE16 0x18u /* base = ROM segment * 16, limit 64 KiB */
#define SEL_DATA16 0x20u /* base 0, limit 4 GiB, 16-bit: leaves big real mode behind */

#define RM_CALL_INTERRUPT 1u /* push flags first: the target ends with IRET or RETF 2 */
#define RM_CALL_FAR       0u /* plain far call: the target ends with RETF */

#define EFLAGS_CF 0x0001u
#define EFLAGS_ZF 0x0040u
#define EFLAGS_IF 0x0200u

struct rm_call {
	u32 edi, esi, ebp, unused_esp, ebx, edx, ecx, eax; /* POPAD order */
	u16 gs, fs, es, ds;
	u32 eflags;           /* in: IF as the callee shall find it; out: as it left them */
	struct segoff target; /* what to call */
	u32 param;            /* RM_CALL_FAR: the callee finds it at SS:[SP+4] */
	struct segoff stack;  /* SS:SP to call on; >= 512 bytes free below it, besides pushes */
	u16 kind;             /* RM_CALL_* */
	u16 reserved;
};
_Static_assert(sizeof(struct rm_call) == 60, "gate.asm copies it by dwords");

/* Where the payload that is running was found. */
enum payload_place {
	PAYLOAD_NONE,
	PAYLOAD_PMM,    /* permanent PMM memory */
	PAYLOAD_BAR,    /* expansion ROM BAR; only mapped while it is read */
	PAYLOAD_WINDOW, /* option ROM window, C0000-EFFFF */
};

/* The caller's structure of the UNDI loader (PXE-21), which is called long after POST by a stack
 * that wants only UNDI of us. */
struct undi_loader_params {
	le16 status;
	le16 ax, bx, dx, di, es; /* as at INIT: AX = the card */
	le16 undi_ds, undi_cs;   /* in: segments of memory, as long as the UNDI ROM ID says */
	le16 pxe[2], pxenv[2];   /* out: far pointers, offset and segment */
};
_Static_assert(sizeof(struct undi_loader_params) == 24, "PXE 2.1 UNDI loader");

/* Who has entered us. */
#define HANDOFF_BEV         0u
#define HANDOFF_UNDI_LOADER 1u

struct handoff {
	/* Filled in by BEV and the UNDI loader. */
	phys rom_base; /* run-time image; its segment * 16 */
	phys rom_info; /* struct rom_info in it */
	phys scratch;  /* BEV scratch in base memory, see scratch.h */
	struct segoff
		undi_loader; /* where its caller's struct undi_loader_params is; BEV: 0:0 */
	u32 bev_ticks;       /* dword at 40:6C when BEV was entered */
	phys block;          /* the block at this moment, 0 = none; never keep it */
	u16 bdf;             /* our card; BLOCK_NO_BDF if none was found */
	u16 payload_place;   /* enum payload_place */
	phys payload;        /* the whole payload; after load32: in memory that stays */
	u32 payload_len;
	/* Filled in by load32. */
	phys core_base;
	u32 core_len;      /* memory that belongs to the core, from core_base */
	u32 core_reserved; /* 1: core_base is permanent PMM memory; 0: E820 RAM */
	u32 entered;       /* HANDOFF_* */
	phys core_entry;   /* u32 entry(struct handoff *), like the loader's */
	phys gate_real;
	struct segoff stack;  /* top of the real-mode stack inside the scratch */
	struct segoff bounce; /* start of the bounce buffer inside the scratch */
	u32 bounce_len;
	struct segoff pxe_entry;   /* !PXE EntryPointSP, in the ROM */
	struct segoff pxenv_entry; /* PXENV+ RMEntry, in the ROM */
	struct segoff int15_hook;  /* handlers in the ROM; their data is in the block */
	struct segoff int1a_hook;
};
_Static_assert(sizeof(struct handoff) == 88, "load32 and core agree");

#endif
