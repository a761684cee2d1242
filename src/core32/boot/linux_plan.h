/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a Linux bzImage goes: reads its setup header, and places setup code, command line,
 * kernel and initrd.  Pure: linux.c moves the bytes.  Offsets are those of the boot protocol;
 * only protocol 2.02 and later, loaded high (LNX-1, LNX-2). */
#ifndef EBB_LINUX_PLAN_H
#define EBB_LINUX_PLAN_H

#include "arena.h"

#define LINUX_KERNEL_BASE 0x100000u
#define LINUX_SETUP_MAX   0x8000u /* setup code, its .bss included by its own link script */
#define LINUX_HEAP_END    0xe000u /* stack and heap above the setup code, same segment */
#define LINUX_CMDLINE_MAX 4095u

/* What the header says, with the defaults of the protocol version where it is silent. */
struct linux_header {
	u16 version;
	u32 setup_len;  /* real-mode part, in the file from 0 */
	u32 kernel_len; /* the rest of the file */
	u32 code32_start;
	u32 initrd_max;  /* highest address of an initrd byte */
	u32 cmdline_max; /* without the NUL */
	bool relocatable;
	u32 align;     /* power of two */
	u32 preferred; /* where the kernel runs; LINUX_KERNEL_BASE if it does not say */
	u32 init_size; /* memory it needs from there on; 0 = it does not say */
};

struct linux_plan {
	phys setup; /* 16 * segment */
	phys cmdline;
	phys kernel;             /* where the protected-mode part goes */
	struct memrange running; /* where it unpacks itself: no initrd there */
};

/* Checks and reads the header of `image`.  0, -E_LINUX_OLD or -E_LINUX_DAMAGED. */
int linux_parse(const u8 *image, u32 len, struct linux_header *h);

/* Places setup code and command line below `base_top` (the lower of 40:13 and EBDA), and the
 * kernel in RAM of `m`, so that copying touches none of `keep`.  `cmdline_len` is without the
 * NUL.  0, -E_LINUX_CMDLINE, -E_NO_BASE_MEMORY or -E_ARENA_FULL. */
int linux_place(const struct linux_header *h, const struct memmap *m, u32 base_top,
		u32 cmdline_len, const struct memrange *keep, u32 keeps, struct linux_plan *p);

/* The largest range for an initrd: clear of the kernel before and after it has unpacked
 * itself, of `keep`, and below the kernel's limit; len 0 if there is none (LNX-3). */
struct memrange linux_initrd_room(const struct linux_header *h, const struct linux_plan *p,
				  const struct memmap *m, const struct memrange *keep,
				  u32 keeps);

/* Completes the header at `setup`, the copied real-mode part, for the real-mode entry. */
void linux_patch(u8 *setup, const struct linux_header *h, const struct linux_plan *p,
		 struct memrange initrd, const char *cmdline);

/* The kernel's own version text up to the first blank; "?" if it has none. */
void linux_version(const u8 *image, const struct linux_header *h, char *to, u32 room);

/* The `index`th name in the value of `initrd=` (names are separated by commas), as a path on
 * the server: one that does not start with '/' is relative to the directory of `kernel_name`.
 * False if there is no such name or it does not fit. */
bool linux_initrd_name(const char *cmdline, u32 index, const char *kernel_name, char *to,
		       u32 room);

#endif
