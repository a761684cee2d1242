/* SPDX-License-Identifier: BSD-2-Clause */
/* What a boot program may expect of every card: filter and interrupts, by the contract of nic.h.
 * Included by <driver>_filter_test.c behind the model of its card, with OPS defined. */
#ifndef EBB_NIC_FILTER_H
#define EBB_NIC_FILTER_H

static const u8 everybody[MAC_LEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
static const u8 stranger[MAC_LEN] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x57 };
static const u8 other_group[MAC_LEN] = { 0x01, 0x00, 0x5e, 0x7f, 0xff, 0x01 };
static const struct nic_groups no_groups;

/* `count` groups, 01:00:5e:00:00:01 and on. */
static struct nic_groups groups_of(u32 count)
{
	struct nic_groups g = { .count = count };

	for (u32 i = 0; i < count; i++)
		memcpy(g.mac[i], (u8[]){ 0x01, 0x00, 0x5e, 0x00, 0x00, (u8)(1 + i) }, MAC_LEN);
	return g;
}

static bool takes_frame(void)
{
	struct bytes frame;

	if (!OPS.poll(&nic, &frame))
		return false;
	OPS.release(&nic);
	return true;
}

static void test_open_hears_directed_and_broadcast(void **state)
{
	(void)state;
	machine_with_open_card();
	CHECK(hears(mac) && hears(everybody));
	CHECK(!hears(stranger) && !hears(other_group));
	CHECK(memcmp(nic.permanent_mac, mac, MAC_LEN) == 0);
	CHECK(nic.rx_buffers && nic.tx_buffers);
}

static void test_filter_lets_in_what_is_asked(void **state)
{
	struct nic_groups g = groups_of(NIC_GROUPS_MAX);

	(void)state;
	for (u32 flags = 0; flags < 8; flags++) {
		bool all = flags & NIC_PROMISCUOUS;

		machine_with_open_card();
		OPS.filter(&nic, flags, &g);
		CHECK(hears(everybody) == (all || (flags & NIC_BROADCAST)));
		CHECK(hears(stranger) == all && hears(other_group) == all);
		CHECK(!(flags & NIC_DIRECTED) || hears(mac));
		for (u32 i = 0; i < g.count; i++)
			CHECK(hears(g.mac[i]));

		/* And nothing of it stays. */
		OPS.filter(&nic, NIC_DIRECTED, &no_groups);
		CHECK(hears(mac) && !hears(everybody) && !hears(stranger));
		CHECK(!hears(other_group));
		for (u32 i = 0; i < g.count; i++)
			CHECK(!hears(g.mac[i]));
		CHECK(model.breaches == 0);
	}
}

static void test_filter_forgets_groups_one_by_one(void **state)
{
	(void)state;
	machine_with_open_card();
	for (u32 count = NIC_GROUPS_MAX; count > 0; count--) {
		struct nic_groups before = groups_of(count);
		struct nic_groups after = before;

		after.count--; /* what stands behind it does not count */

		OPS.filter(&nic, NIC_DIRECTED, &before);
		CHECK(hears(before.mac[count - 1]));
		OPS.filter(&nic, NIC_DIRECTED, &after);
		CHECK(!hears(before.mac[count - 1]));
	}
}

static void test_filter_takes_a_new_station_address(void **state)
{
	(void)state;
	machine_with_open_card();
	memcpy(nic.mac, stranger, MAC_LEN);
	OPS.filter(&nic, NIC_DIRECTED | NIC_BROADCAST, &no_groups);
	CHECK(hears(stranger) && !hears(mac) && hears(everybody));
	CHECK(arrive(60, 1) && takes_frame());
	CHECK(memcmp(nic.permanent_mac, mac, MAC_LEN) == 0);
	CHECK(model.breaches == 0);

	OPS.close(&nic);
	CHECK(OPS.open(&nic, &dev) == 0);
	CHECK(memcmp(nic.mac, mac, MAC_LEN) == 0 && hears(mac) && !hears(stranger));
}

static void test_filter_keeps_frames_that_wait(void **state)
{
	struct nic_groups g = groups_of(2);

	(void)state;
	machine_with_open_card();
	CHECK(arrive(60, 1));
	OPS.filter(&nic, NIC_PROMISCUOUS, &g);
	CHECK(takes_frame() && !takes_frame());
}

static void test_nothing_interrupts_before_it_may(void **state)
{
	u8 frame[60] = { 0 };

	(void)state;
	machine_with_open_card();
	CHECK(arrive(60, 1) && OPS.send(&nic, frame, sizeof(frame)));
	OPS.force(&nic);
	CHECK(!asserts());
	OPS.interrupts(&nic, false);
	CHECK(!asserts());
}

static void test_a_frame_interrupts_until_it_is_acknowledged(void **state)
{
	(void)state;
	machine_with_open_card();
	OPS.interrupts(&nic, true);
	CHECK(!asserts() && !OPS.pending(&nic));
	for (u32 i = 0; i < 100; i++) {
		CHECK(arrive(60, 1) && asserts());
		CHECK(OPS.pending(&nic) && !asserts());

		/* The next one finds interrupts off, and waits. */
		CHECK(arrive(60, 2) && !asserts());
		CHECK(takes_frame() && takes_frame() && !takes_frame());
		OPS.pending(&nic);
		OPS.interrupts(&nic, true);
		CHECK(!asserts() && !OPS.pending(&nic));
	}
}

static void test_what_happened_meanwhile_interrupts_at_once(void **state)
{
	u8 frame[60] = { 0 };

	(void)state;
	machine_with_open_card();
	CHECK(arrive(60, 1));
	OPS.interrupts(&nic, true);
	CHECK(asserts() && OPS.pending(&nic));
	CHECK(takes_frame());
	OPS.pending(&nic);

	CHECK(OPS.send(&nic, frame, sizeof(frame)));
	OPS.interrupts(&nic, true);
	CHECK(asserts() && OPS.pending(&nic) && !asserts());
	OPS.interrupts(&nic, true);
	CHECK(!asserts());
}

static void test_force_interrupts_once(void **state)
{
	(void)state;
	machine_with_open_card();
	OPS.interrupts(&nic, true);
	CHECK(OPS.force(&nic) && asserts());
	CHECK(OPS.pending(&nic) && !asserts());
	OPS.interrupts(&nic, true);
	CHECK(!asserts() && !OPS.pending(&nic));
	CHECK(arrive(60, 1) && takes_frame());
	CHECK(model.breaches == 0);
}

static void test_interrupts_open_the_line_and_close_puts_it_back(void **state)
{
	(void)state;
	machine_with_card(0x0503);
	CHECK(OPS.open(&nic, &dev) == 0);
	CHECK(machine.command & PCI_COMMAND_NO_INTX);
	OPS.interrupts(&nic, true);
	CHECK(!(machine.command & PCI_COMMAND_NO_INTX));
	CHECK(arrive(60, 1) && asserts());
	OPS.interrupts(&nic, false);
	CHECK(!asserts());
	OPS.interrupts(&nic, true);
	OPS.close(&nic);
	CHECK(!asserts() && machine.command == 0x0503);
	CHECK(!arrive(60, 1) && !asserts());

	/* Nor do they come back with the next open. */
	machine.command &= ~PCI_COMMAND_NO_INTX;
	CHECK(OPS.open(&nic, &dev) == 0);
	CHECK(arrive(60, 1) && !asserts());
}

static void test_pending_ends_although_the_card_is_pulled_out(void **state)
{
	(void)state;
	machine_with_open_card();
	OPS.interrupts(&nic, true);
	model.gone = true;
	OPS.pending(&nic);
	OPS.force(&nic);
	OPS.filter(&nic, NIC_PROMISCUOUS, &no_groups);
	OPS.update(&nic);
	CHECK(machine.now_us < 1000000);
}

#define NIC_FILTER_TESTS                                                                \
	cmocka_unit_test(test_open_hears_directed_and_broadcast),                       \
		cmocka_unit_test(test_filter_lets_in_what_is_asked),                    \
		cmocka_unit_test(test_filter_forgets_groups_one_by_one),                \
		cmocka_unit_test(test_filter_takes_a_new_station_address),              \
		cmocka_unit_test(test_filter_keeps_frames_that_wait),                   \
		cmocka_unit_test(test_nothing_interrupts_before_it_may),                \
		cmocka_unit_test(test_a_frame_interrupts_until_it_is_acknowledged),     \
		cmocka_unit_test(test_what_happened_meanwhile_interrupts_at_once),      \
		cmocka_unit_test(test_force_interrupts_once),                           \
		cmocka_unit_test(test_interrupts_open_the_line_and_close_puts_it_back), \
		cmocka_unit_test(test_pending_ends_although_the_card_is_pulled_out)

#endif
