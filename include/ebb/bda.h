/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the firmware publishes itself below 1 MiB: linear addresses and the
 * limits that specs 02 (EBDA-*) set for them. */
#ifndef EBB_BDA_H
#define EBB_BDA_H

#define IVT_BASE     0x000u
#define BDA_BASE     0x400u
#define BDA_EBDA_SEG 0x40eu /* word: EBDA segment, 0 = none */
#define BDA_BASE_KB  0x413u /* word: conventional memory in KiB; INT 12h */
#define BDA_TICKS    0x46cu /* dword: 18.2 Hz ticks since midnight */
#define BDA_COMMS    0x4f0u /* 16 bytes: inter-application communication area */

#define BASE_FREE    0x00600u /* nobody's fixed places end here: vectors, BIOS data, DOS' area */
#define BASE_TOP     0xa0000u /* end of conventional memory */
#define ROM_AREA     0xc0000u /* option ROMs, and SeaBIOS' permanent low PMM */
#define ROM_AREA_END 0xf0000u

/* EBDA-1: what a published EBDA must look like to be believed. */
#define EBDA_SEG_MIN 0x4000u
#define EBDA_SEG_END 0xa000u
#define EBDA_KB_MAX  127u

/* EBDA-3: limits of our own growth. */
#define EBDA_FLOOR 0x90000u      /* SeaBIOS clears 07000h-8ffffh before INT 19h */
#define EBDA_MAX   (63u * 1024u) /* Linux before 4.8 and DOS believe no more */

#endif
