/* SPDX-License-Identifier: BSD-2-Clause */
/* What to ask the POST Memory Manager for, and whether to believe what it answers: firmware
 * answers with errors that look like addresses, segment:offset pairs, memory that it takes
 * away again, and memory that somebody else has (PMM-6..9). */
#ifndef EBB_PMM_POLICY_H
#define EBB_PMM_POLICY_H

#include "ebb/types.h"

#define PMM_CONVENTIONAL 0x01u
#define PMM_EXTENDED     0x02u
#define PMM_PERMANENT    0x08u /* PCI Firmware 3.0; reserved before */
#define PMM_ANONYMOUS    0xffffffffu

#define PMM_PARAGRAPH 16u
#define PMM_UNIT      4096u /* some firmware fails on lengths that are no multiple */

struct lowmem;

/* What all our requests have in common. */
struct pmm_terms {
	u32 build_id;
	phys image;    /* the image that runs, and where it will run later: */
	u32 image_len; /* PMM must not hand them out */
	phys runtime;
	u32 runtime_len;
	u16 pci_version; /* BCD, INT 1Ah B101h; 0 = no PCI BIOS */
	u8 proven;       /* pmm_honours_permanent */
	u8 reserved;
};

/* PMM-11: the same in all ROMs of one build and another in any other; never PMM_ANONYMOUS.  Only
 * the block is ever looked for: it knows where the payload is. */
static inline u32 pmm_handle(u32 build_id, u32 type)
{
	return (build_id & ~3u) | type;
}

/* True if this firmware is known to honour PMM_PERMANENT: it implements PCI Firmware 3.0, or
 * what it says to have depends on that bit and on nothing else (PMM-7). */
bool pmm_honours_permanent(struct lowmem *lm, u32 pci_version);

/* True if `len` bytes at `at`, as PMM answered, can be a permanent block of `type`.
 * Conventional: above base memory and clear of the EBDA, or among the option ROMs; and clear of
 * our images.  Below 40:13 lies what the boot will use.  While nothing is proven, only an
 * address among the option ROMs is believed, which no temporary block has. */
bool pmm_believable(struct lowmem *lm, const struct pmm_terms *t, u32 type, phys at, u32 len);

/* Asks for `len` bytes of permanent memory and gives back at once what is not believable.
 * Returns the address, or 0. */
phys pmm_take(struct lowmem *lm, const struct pmm_terms *t, u32 type, u32 len);

#endif
