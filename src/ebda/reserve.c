/* SPDX-License-Identifier: BSD-2-Clause */
#include "reserve.h"

#include "ebb/bda.h"
#include "lowmem.h"
#include "pmm.h"

static phys block_shared(struct lowmem *lm, const struct pmm_terms *t)
{
	phys at = block_in_ebda(lm, t->build_id);

	if (at || !pmm_present(lm))
		return at;
	at = pmm_find(lm, pmm_handle(t->build_id, PMM_CONVENTIONAL));
	return pmm_believable(lm, t, PMM_CONVENTIONAL, at, BLOCK_ROOM) &&
			       block_verify(lm, at, t->build_id, BLOCK_PMM)
		       ? at
		       : 0;
}

static phys block_from_pmm(struct lowmem *lm, const struct pmm_terms *t)
{
	/* PMM-9 asks for whole PMM_UNITs.  PMM of firmware before PCI 3.0 that keeps memory is
	 * SeaBIOS, which takes any length, and takes it off the space for option ROMs. */
	u32 len = t->pci_version >= 0x0300 ? PMM_UNIT : BLOCK_ROOM;
	phys at;

	if (!pmm_present(lm))
		return 0;
	at = pmm_take(lm, t, PMM_CONVENTIONAL, len);
	if (at) {
		block_init(lm, at, t->build_id, BLOCK_PMM);
		if (!block_verify(lm, at, t->build_id, BLOCK_PMM)) {
			pmm_deallocate(lm, at); /* it cannot be written */
			at = 0;
		}
	}
	return at;
}

/* Not inline: its frame would lie above PMM's stack. */
static __attribute__((noinline)) phys block_from_ebda(struct lowmem *lm, struct reserve *r)
{
	struct ebda_growth g;
	phys at;

	r->ebda = ebda_grow(lm, BLOCK_ROOM, &g);
	if (r->ebda != EBDA_OK)
		return 0;
	r->grown_kb = g.block_len / KIB;
	at = g.new_base + g.block_off;
	block_init(lm, at, r->terms.build_id, BLOCK_EBDA);
	block_put(lm, at, r->terms.build_id, offsetof(struct block, growth), &g, sizeof(g));
	return at;
}

void reserve_block(struct lowmem *lm, struct reserve *r)
{
	phys at;

	if (pmm_present(lm))
		r->terms.proven = pmm_honours_permanent(lm, r->terms.pci_version);
	at = block_shared(lm, &r->terms);
	r->shared = at != 0;
	if (!at)
		at = block_from_pmm(lm, &r->terms);
	if (!at)
		at = block_from_ebda(lm, r);
	r->block = at;
	r->place = at ? low_read8(lm, at + offsetof(struct block, place)) : BLOCK_BASE;
}

bool reserve_payload(struct lowmem *lm, struct reserve *r, u32 len, u32 core_len)
{
	u32 alone = (len + PMM_UNIT - 1) & -PMM_UNIT;
	u32 both = alone + core_len + PMM_UNIT;
	phys at;

	/* Without a block nobody could find the payload again. */
	if (!r->block || len - 1 >= RESERVE_MAX)
		return false;

	r->payload_len = len;
	at = low_read32(lm, r->block + offsetof(struct block, payload));
	if (at && pmm_payload_len(lm, at) == len) {
		r->payload = at;
		return false;
	}
	if (!pmm_present(lm))
		return false;

	at = 0;
	if (core_len - 1 < RESERVE_MAX && both <= RESERVE_MAX)
		at = pmm_take(lm, &r->terms, PMM_EXTENDED, both);
	if (at) {
		/* The core wants whole pages: one page was asked for that. */
		r->room = (at + len + PMM_UNIT - 1) & -PMM_UNIT;
		r->room_len = core_len;
	} else {
		at = pmm_take(lm, &r->terms, PMM_EXTENDED, alone);
	}
	r->payload = at;
	return at;
}

void reserve_keep(struct lowmem *lm, struct reserve *r, bool copied)
{
	if (r->place == BLOCK_EBDA)
		r->block = block_in_ebda(lm, r->terms.build_id); /* PMM may have moved it */
	if (copied && r->block &&
	    block_put(lm, r->block, r->terms.build_id, offsetof(struct block, payload),
		      &r->payload, 4 * sizeof(u32)))
		return;
	pmm_deallocate(lm, r->payload);
	r->payload = 0;
}
