/* SPDX-License-Identifier: BSD-2-Clause */
#include "ebda_grow.h"

#include "ebb/bda.h"
#include "lowmem.h"

/* Where the EBDA is, if it is one that may be grown; both are whole KiB. */
static enum ebda_result find(struct lowmem *lm, phys *base, u32 *len)
{
	u32 seg = low_read16(lm, BDA_EBDA_SEG);
	phys at = seg << 4;
	u32 top = low_read16(lm, BDA_BASE_KB) * KIB;

	*base = at;
	/* Before the PS/2, 40:0E was a printer port: small values are no segments. */
	if (seg < EBDA_SEG_MIN || seg >= EBDA_SEG_END)
		return EBDA_NONE;

	u32 kb = low_read8(lm, at);

	*len = kb * KIB;
	if (!kb || kb > EBDA_KB_MAX || *len > BASE_TOP - at)
		return EBDA_BAD_SIZE;
	/* Some firmware does not take its EBDA off base memory: then the EBDA is the top
	 * (EBDA-2c).  An EBDA off the KiB grid cannot be where base memory ends. */
	if (top < at || top > BASE_TOP || at % KIB)
		return EBDA_NOT_ADJACENT;
	return EBDA_OK;
}

/* Tells everybody where the EBDA is now, in the order of EBDA-4. */
static void publish(struct lowmem *lm, phys base, u32 len)
{
	low_write8(lm, base, len / KIB);
	low_write16(lm, BDA_EBDA_SEG, base >> 4);
	low_write16(lm, BDA_BASE_KB, base / KIB);
}

/* Moves the vectors that point into the `len` bytes moved from `from` to `to`: video and
 * diskette parameters, fonts, fixed disk parameters (EBDA-10).  Not those at the end of the
 * table: firmware is known to put its stack there.  Both bases are whole KiB, so adjusting the
 * segment is exact. */
static void rebase_vectors(struct lowmem *lm, phys from, u32 len, phys to)
{
	for (phys slot = IVT_BASE + 4 * 0x1d; slot <= IVT_BASE + 4 * 0x46; slot += 4) {
		u32 vector = low_read32(lm, slot);

		if ((vector >> 16 << 4) + (u16)vector - from < len)
			low_write32(lm, slot, vector + ((to - from) << 12));
	}
}

enum ebda_result ebda_grow(struct lowmem *lm, u32 need, struct ebda_growth *g)
{
	u32 len;
	u32 more;
	enum ebda_result r = find(lm, &g->old_base, &len);

	if (r != EBDA_OK)
		return r;
	more = ((need + KIB - 1) & -KIB) + len;
	if (need > EBDA_MAX || more + len > EBDA_MAX || g->old_base < EBDA_FLOOR + more)
		return EBDA_NO_ROOM;

	g->block_len = more;
	g->block_off = len;
	g->new_base = g->old_base - more;

	low_lock(lm);
	low_copy_down(lm, g->new_base, g->old_base, len);
	publish(lm, g->new_base, len + more);
	rebase_vectors(lm, g->old_base, len, g->new_base);
	low_unlock(lm);
	return EBDA_OK;
}

bool ebda_shrink(struct lowmem *lm, const struct ebda_growth *g)
{
	u32 len = g->block_off;
	phys base;
	u32 now;
	bool last;

	low_lock(lm);
	last = find(lm, &base, &now) == EBDA_OK && base == g->new_base &&
	       now == len + g->block_len && low_read16(lm, BDA_BASE_KB) == base / KIB;
	if (last) {
		low_copy_up(lm, g->old_base, base, len);
		publish(lm, g->old_base, len);
		rebase_vectors(lm, base, len, g->old_base);
	}
	low_unlock(lm);
	return last;
}
