/* SPDX-License-Identifier: BSD-2-Clause */
/* The NE2000 driver's filter, interrupts and counters against the model of ne2k_model.h. */
#include "ne2k_model.h"

#define OPS ne2k_ops
#include "nic_filter.h"

/* Whatever restarts the core, what the program has asked for stays. */
static void test_a_restart_keeps_filter_and_interrupts(void **state)
{
	struct nic_groups g = groups_of(2);
	struct bytes frame;

	(void)state;
	machine_with_open_card();
	OPS.filter(&nic, NIC_DIRECTED, &g);
	OPS.interrupts(&nic, true);
	CHECK(arrive(60, 1));
	model.curr = 0; /* nonsense */
	CHECK(!OPS.poll(&nic, &frame) && model.starts == 3);
	CHECK(hears(g.mac[0]) && hears(g.mac[1]) && hears(mac) && !hears(everybody));
	CHECK(!asserts() && arrive(60, 2) && asserts());
}

static void test_open_forgets_the_groups_of_before(void **state)
{
	static const u8 none[NE2K_MAR_COUNT];
	struct nic_groups g = groups_of(2);

	(void)state;
	machine_with_open_card();
	OPS.filter(&nic, NIC_DIRECTED, &g);
	OPS.close(&nic);
	CHECK(OPS.open(&nic, &dev) == 0);
	CHECK(memcmp(model.mar, none, sizeof(none)) == 0 && model.rcr == NE2K_RCR_AB);
}

static void test_an_overrun_interrupts(void **state)
{
	(void)state;
	machine_with_open_card();
	OPS.interrupts(&nic, true);
	while (arrive(1514, 1))
		;
	CHECK(OPS.pending(&nic) && !asserts());
	while (takes_frame())
		;
	OPS.pending(&nic);
	OPS.interrupts(&nic, true);
	CHECK(!asserts() && arrive(60, 2) && asserts() && model.breaches == 0);
}

/* The complete DMA of each frame is no reason: RDC counts only after force. */
static void test_reading_a_frame_does_not_interrupt(void **state)
{
	u8 frame[60] = { 0 };

	(void)state;
	machine_with_open_card();
	OPS.interrupts(&nic, true);
	CHECK(arrive(60, 1) && takes_frame());
	CHECK(!asserts());
	model.tx_stalls = true;
	CHECK(OPS.send(&nic, frame, sizeof(frame)));
	CHECK(!asserts());
	transmitted();
	CHECK(asserts());
}

static void test_update_adds_up_the_counters(void **state)
{
	(void)state;
	machine_with_open_card();
	for (u32 i = 1; i <= 3; i++) {
		model.crc_errors = 100;
		model.missed_frames = 7;
		OPS.update(&nic);
		CHECK(nic.rx_crc_errors == 100 * i && nic.rx_missed == 7 * i);
	}
	CHECK(nic.link && nic.link_mbit == 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NIC_FILTER_TESTS,
		cmocka_unit_test(test_a_restart_keeps_filter_and_interrupts),
		cmocka_unit_test(test_open_forgets_the_groups_of_before),
		cmocka_unit_test(test_an_overrun_interrupts),
		cmocka_unit_test(test_reading_a_frame_does_not_interrupt),
		cmocka_unit_test(test_update_adds_up_the_counters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
