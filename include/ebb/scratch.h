/* SPDX-License-Identifier: BSD-2-Clause */
/* The BEV scratch: 16 KiB of base memory that BEV takes below 40:13 and clears when it leaves.
 * Offsets inside it; BEV, loader and core agree on them here. */
#ifndef EBB_SCRATCH_H
#define EBB_SCRATCH_H

#define SCRATCH_LEN        0x4000
#define SCRATCH_LOADER     0x0000 /* copy of the payload's header and loader */
#define SCRATCH_LOADER_LEN 0x2280
#define SCRATCH_BOUNCE     0x2280 /* for data that firmware reads or writes */
#define SCRATCH_BOUNCE_LEN 0x0400
#define SCRATCH_REAL_STACK 0x3000 /* top of the stack for calls into firmware */
#define SCRATCH_HANDOFF    0x3000 /* struct handoff */
#define SCRATCH_FIRMWARE   0x3080 /* firmware's SS:SP, our return address, 0CF8h */
#define SCRATCH_STACK      0x4000 /* top of the stack of BEV and loader */

#endif
