/* SPDX-License-Identifier: BSD-2-Clause */
#include "base_take.h"

#include "ebb/bda.h"
#include "lowmem.h"

bool base_take(struct lowmem *lm, u32 need, u32 limit_kb, struct base_taken *t)
{
	u32 kb = low_read16(lm, BDA_BASE_KB);
	u32 seg = low_read16(lm, BDA_EBDA_SEG);
	phys top = kb * KIB;

	if (top > BASE_TOP)
		return false;
	/* Firmware that does not take its EBDA off base memory (EBDA-2c). */
	if (seg >= EBDA_SEG_MIN && seg << 4 < top)
		top = seg << 4 & -KIB;
	if (limit_kb && limit_kb < top / KIB)
		top = limit_kb * KIB;
	if (top < BASE_FLOOR || need > top - BASE_FLOOR)
		return false;

	/* Both limits are whole KiB, so rounding up still fits. */
	t->was_kb = kb;
	t->ebda = seg;
	t->len = (need + KIB - 1) & -KIB;
	t->base = top - t->len;
	low_lock(lm);
	low_write16(lm, BDA_BASE_KB, t->base / KIB);
	low_unlock(lm);
	return true;
}

bool base_give(struct lowmem *lm, const struct base_taken *t)
{
	bool ours;

	low_lock(lm);
	ours = low_read16(lm, BDA_BASE_KB) == t->base / KIB &&
	       low_read16(lm, BDA_EBDA_SEG) == t->ebda;
	if (ours) {
		for (u32 i = 0; i < t->len; i += 4)
			low_write32(lm, t->base + i, 0);
		low_write16(lm, BDA_BASE_KB, t->was_kb);
	}
	low_unlock(lm);
	return ours;
}
