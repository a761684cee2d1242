/* SPDX-License-Identifier: BSD-2-Clause */
/* The 82540EM driver's filter, interrupts and counters against the model of e1000_model.h. */
#define _GNU_SOURCE
#include "e1000_model.h"

#define OPS e1000_ops
#include "nic_filter.h"

/* QEMU's model delivers nothing for a second after such a write. */
static void test_filter_writes_rctl_only_when_it_changes(void **state)
{
	struct nic_groups g = groups_of(3);
	u32 writes;

	(void)state;
	machine_with_open_card();
	writes = model.rctl_writes;
	OPS.filter(&nic, NIC_DIRECTED | NIC_BROADCAST, &g);
	OPS.filter(&nic, NIC_BROADCAST, &no_groups);
	OPS.filter(&nic, NIC_DIRECTED | NIC_BROADCAST, &no_groups);
	CHECK(model.rctl_writes == writes);
	OPS.filter(&nic, NIC_PROMISCUOUS, &no_groups);
	OPS.filter(&nic, NIC_PROMISCUOUS | NIC_DIRECTED | NIC_BROADCAST, &g);
	CHECK(model.rctl_writes == writes + 1);
}

static void test_emulated_card_hears_everything_and_rctl_is_written_once(void **state)
{
	u32 writes;

	(void)state;
	machine_with_card(0x0003);
	machine.subsystem_vendor = 0x1af4;
	CHECK(e1000_ops.open(&nic, &dev) == 0);
	writes = model.rctl_writes;
	OPS.filter(&nic, NIC_DIRECTED, &no_groups);
	CHECK(hears(mac) && hears(everybody));
	OPS.filter(&nic, NIC_PROMISCUOUS, &no_groups);
	OPS.filter(&nic, 0, &no_groups);
	CHECK(model.rctl_writes == writes);
}

static void test_filter_can_do_without_directed(void **state)
{
	(void)state;
	machine_with_open_card();
	OPS.filter(&nic, NIC_BROADCAST, &no_groups);
	CHECK(!hears(mac) && hears(everybody));
}

static void test_update_follows_link_and_counters(void **state)
{
	(void)state;
	machine_with_open_card();
	REG(E1000_STATUS) = 0;
	REG(E1000_CRCERRS) = 3;
	REG(E1000_MPC) = 5;
	OPS.update(&nic);
	CHECK(!nic.link && !nic.link_mbit);
	CHECK(nic.rx_crc_errors == 3 && nic.rx_missed == 5);
	REG(E1000_STATUS) = E1000_STATUS_LU | 1u << E1000_STATUS_SPEED_0;
	REG(E1000_MPC) = 1;
	OPS.update(&nic);
	CHECK(nic.link && nic.link_mbit == 100);
	CHECK(nic.rx_crc_errors == 3 && nic.rx_missed == 6);
}

/* An earlier owner's wish to gather interrupts would hold ours up. */
static void test_open_lets_interrupts_through_at_once(void **state)
{
	static const u32 delays[] = { E1000_RDTR, E1000_RADV, E1000_ITR };

	(void)state;
	machine_with_card(0x0003);
	for (u32 i = 0; i < ARRAY_LEN(delays); i++)
		REG(delays[i]) = 0xffff;
	CHECK(OPS.open(&nic, &dev) == 0);
	for (u32 i = 0; i < ARRAY_LEN(delays); i++)
		CHECK(REG(delays[i]) == 0);
}

/* Where no reset empties it, the receive address is what the next open reads. */
static void test_close_leaves_the_permanent_address(void **state)
{
	(void)state;
	machine_with_card(0x0003);
	model.eeprom_hangs = true;
	model.reset_resets = false;
	REG(E1000_RAL(0)) = 0x44332202;
	REG(E1000_RAH(0)) = E1000_RAH_AV | 0x6655;
	CHECK(OPS.open(&nic, &dev) == 0);
	memcpy(nic.mac, stranger, MAC_LEN);
	OPS.filter(&nic, NIC_DIRECTED, &no_groups);
	OPS.close(&nic);
	CHECK(OPS.open(&nic, &dev) == 0);
	CHECK(memcmp(nic.mac, "\x02\x22\x33\x44\x55\x66", MAC_LEN) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NIC_FILTER_TESTS,
		cmocka_unit_test(test_filter_writes_rctl_only_when_it_changes),
		cmocka_unit_test(test_emulated_card_hears_everything_and_rctl_is_written_once),
		cmocka_unit_test(test_filter_can_do_without_directed),
		cmocka_unit_test(test_update_follows_link_and_counters),
		cmocka_unit_test(test_open_lets_interrupts_through_at_once),
		cmocka_unit_test(test_close_leaves_the_permanent_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
