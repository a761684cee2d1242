/* SPDX-License-Identifier: BSD-2-Clause */
#include "pmm_policy.h"

#include "ebb/bda.h"
#include "lowmem.h"
#include "pmm.h"

bool pmm_honours_permanent(struct lowmem *lm, u32 pci_version)
{
	if (pci_version >= 0x0300)
		return true;
	for (u32 type = PMM_CONVENTIONAL; type <= PMM_EXTENDED; type++) {
		u32 temporary = pmm_allocate(lm, 0, PMM_ANONYMOUS, type);
		u32 permanent = pmm_allocate(lm, 0, PMM_ANONYMOUS, type | PMM_PERMANENT);

		/* Asked again without the bit, it must say the same as before: then neither
		 * chance nor an allocation that the question caused has made the difference.
		 * 0 and ffffffff are both "no" (PMM-8). */
		if (permanent + 1 > 1 && permanent != temporary &&
		    temporary == pmm_allocate(lm, 0, PMM_ANONYMOUS, type))
			return true;
	}
	return false;
}

static bool overlaps(phys a, u32 a_len, phys b, u32 b_len)
{
	return a - b < b_len || b - a < a_len;
}

bool pmm_believable(struct lowmem *lm, const struct pmm_terms *t, u32 type, phys at, u32 len)
{
	/* The first byte that is not for us, from the start of the area that `at` is in. */
	phys end = ROM_AREA_END;

	if (at % PMM_PARAGRAPH)
		return false;
	if (type == PMM_EXTENDED)
		return t->proven && at >= MIB && len <= -at - 1;

	if (at < ROM_AREA) {
		phys ebda = (phys)low_read16(lm, BDA_EBDA_SEG) << 4;

		end = BASE_TOP;
		if (!t->proven || at < low_read16(lm, BDA_BASE_KB) * KIB ||
		    overlaps(at, len, ebda, low_read8(lm, ebda) * KIB))
			return false;
	}
	return at < end && len <= end - at && !overlaps(at, len, t->image, t->image_len) &&
	       !overlaps(at, len, t->runtime, t->runtime_len);
}

phys pmm_take(struct lowmem *lm, const struct pmm_terms *t, u32 type, u32 len)
{
	u32 handle = pmm_handle(t->build_id, type);
	phys at = pmm_allocate(lm, len / PMM_PARAGRAPH, handle, type | PMM_PERMANENT);

	if (pmm_believable(lm, t, type, at, len))
		return at;
	if (at + 1 > 1)
		pmm_deallocate(lm, at);
	return 0;
}
