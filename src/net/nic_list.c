/* SPDX-License-Identifier: BSD-2-Clause */
#include "nic_list.h"

static const struct {
	u16 vendor;
	u16 device;
	const struct nic_ops *ops;
	const char *name;
} cards[] = {
#define NIC(driver, vendor_id, device_id, card_name) \
	{ vendor_id, device_id, &driver##_ops, card_name },
#include "nic_ids.def"
#undef NIC
};

const struct nic_ops *nic_driver_for(u16 vendor, u16 device, const char **name)
{
	for (u32 i = 0; i < ARRAY_LEN(cards); i++)
		if (cards[i].vendor == vendor && cards[i].device == device) {
			*name = cards[i].name;
			return cards[i].ops;
		}
	return NULL;
}
