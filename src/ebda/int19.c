/* SPDX-License-Identifier: BSD-2-Clause */
#include "int19.h"

#include "block.h"
#include "ebb/bda.h"
#include "ebb/rom.h"
#include "lowmem.h"

#define VECTOR_19 (IVT_BASE + 4 * 0x19)

/* Keeps `old` in the anchor.  Returns false, changing nothing, if the place is in use. */
static bool put_anchor(struct lowmem *lm, u32 old)
{
	u32 sum = ANCHOR_SIGNATURE + old + (old >> 16);

	for (phys at = BDA_COMMS; at < BDA_COMMS + sizeof(struct hook_anchor); at += 4)
		if (low_read32(lm, at))
			return false;
	low_lock(lm);
	low_write32(lm, BDA_COMMS + offsetof(struct hook_anchor, old_int19), old);
	low_write32(lm, BDA_COMMS, ANCHOR_SIGNATURE | -sum << 16);
	low_unlock(lm);
	return true;
}

bool int19_hook(struct lowmem *lm, phys at, u32 build_id, u32 ours, u32 info)
{
	u32 old = low_read32(lm, VECTOR_19);
	bool kept = false;

	if ((u16)old == (u16)ours &&
	    low_read32(lm, (old >> 16 << 4) + info + offsetof(struct rom_info, build_id)) ==
		    build_id)
		return true;
	if (at) {
		/* Somebody may have hooked it after the ROM of this build that did. */
		if (low_read32(lm, at + offsetof(struct block, old_int19)))
			return true;
		kept = block_put(lm, at, build_id, offsetof(struct block, old_int19), &old,
				 sizeof(old));
	}
	kept |= put_anchor(lm, old);
	if (kept) {
		low_lock(lm);
		low_write32(lm, VECTOR_19, ours);
		low_unlock(lm);
	}
	return kept;
}
