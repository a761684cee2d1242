/* SPDX-License-Identifier: BSD-2-Clause */
/* What the base code takes from the boot that has loaded it. */
#include "base.h"
#include "main.h"
#include "stack.h"

const struct dhcp_lease *base_lease(void)
{
	static struct dhcp_lease none;

	return boot.net ? net_lease(boot.net) : &none;
}

phys base_next_ours(phys at)
{
	phys next = 0;

	for (u32 i = 0; i < boot.residents; i++) {
		const struct memrange *r = &boot.resident[i];

		if (at - r->base < r->len)
			return at;
		if (r->base > at && (!next || r->base < next))
			next = r->base;
	}
	return next;
}
