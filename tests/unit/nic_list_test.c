/* SPDX-License-Identifier: BSD-2-Clause */
/* The match table and the address rule that the drivers share.  The drivers are stand-ins. */
#include <string.h>
#include "check.h"
#include "nic_list.h"

const struct nic_ops e1000_ops = { .name = "e1000" };
const struct nic_ops ne2k_ops = { .name = "ne2k" };

static void test_driver_for_finds_every_card_of_the_list(void **state)
{
	static const struct {
		u16 vendor, device;
		const char *driver, *name;
	} cards[] = {
#define NIC(d, v, i, n) { v, i, #d, n },
#include "nic_ids.def"
#undef NIC
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(cards); i++) {
		const char *name = NULL;
		const struct nic_ops *ops =
			nic_driver_for(cards[i].vendor, cards[i].device, &name);

		CHECK(ops && strcmp(ops->name, cards[i].driver) == 0);
		CHECK(name && strcmp(name, cards[i].name) == 0);
	}
}

static void test_driver_for_knows_no_other_card(void **state)
{
	const char *name = "as before";

	(void)state;
	CHECK(!nic_driver_for(0x8086, 0x100f, &name));
	CHECK(!nic_driver_for(0x10ec, 0x100e, &name));
	CHECK(!nic_driver_for(0xffff, 0xffff, &name));
	CHECK(!nic_driver_for(0, 0, &name));
	CHECK(strcmp(name, "as before") == 0);
}

static void test_mac_usable_means_one_station(void **state)
{
	static const u8 zero[MAC_LEN];
	static const u8 ones[MAC_LEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	static const u8 group[MAC_LEN] = { 0x01, 0x00, 0x5e, 0, 0, 1 };
	static const u8 local[MAC_LEN] = { 0x02, 0, 0, 0, 0, 0 };

	(void)state;
	CHECK(!nic_mac_usable(zero) && !nic_mac_usable(ones) && !nic_mac_usable(group));
	CHECK(nic_mac_usable(local));
	for (u32 i = 0; i < MAC_LEN; i++) {
		u8 one[MAC_LEN] = { 0 };

		one[i] = 2;
		CHECK(nic_mac_usable(one));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_driver_for_finds_every_card_of_the_list),
		cmocka_unit_test(test_driver_for_knows_no_other_card),
		cmocka_unit_test(test_mac_usable_means_one_station),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
