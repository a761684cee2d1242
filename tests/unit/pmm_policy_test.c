/* SPDX-License-Identifier: BSD-2-Clause */
#include "pmm_policy.h"

#include "pmm_machine.h"

static struct pmm_terms terms;

/* PCI BIOS 2.10, as SeaBIOS says. */
static void machine_with_pmm(u32 habits)
{
	machine_with_fake_pmm(habits);
	terms = (struct pmm_terms){ BUILD, 0xc8000, 0x1800, 0xc8000, 0x1000, 0x0210, 1, 0 };
}

static bool believed(u32 type, phys at, u32 len)
{
	return pmm_believable(&lm, &terms, type, at, len);
}

static void test_honours_when_answers_depend_on_the_bit(void **state)
{
	(void)state;
	machine_with_pmm(0);
	CHECK(pmm_honours_permanent(&lm, 0x0210));
	fake.pool[2].top = fake.pool[2].base; /* option ROM space is full */
	CHECK(pmm_honours_permanent(&lm, 0x0210));
	fake.pool[3].top = fake.pool[3].base;
	CHECK(!pmm_honours_permanent(&lm, 0x0210));
	CHECK(pmm_fake_held(&fake) == 0);
}

static void test_honours_when_firmware_is_pci_3(void **state)
{
	(void)state;
	machine_with_pmm(PMM_ANSWERS_ZERO);
	CHECK(pmm_honours_permanent(&lm, 0x0300));
	CHECK(!pmm_honours_permanent(&lm, 0x02ff));
}

static void test_honours_not_when_the_bit_changes_nothing(void **state)
{
	(void)state;
	machine_with_pmm(PMM_IGNORES_PERMANENT);
	CHECK(!pmm_honours_permanent(&lm, 0x0210));
	CHECK(!pmm_honours_permanent(&lm, 0));
}

static void test_honours_not_by_chance(void **state)
{
	(void)state;
	machine_with_pmm(PMM_IGNORES_PERMANENT | PMM_QUERY_TAKES);
	CHECK(!pmm_honours_permanent(&lm, 0x0210));
}

static void test_honours_not_when_the_answers_are_errors(void **state)
{
	(void)state;
	machine_with_pmm(PMM_ANSWERS_ZERO);
	CHECK(!pmm_honours_permanent(&lm, 0x0210));
	machine_with_pmm(PMM_ANSWERS_ONES);
	CHECK(!pmm_honours_permanent(&lm, 0x0210));
	machine_with_pmm(0);
	fake.pool[2] = (struct pmm_pool){ 0, 0xffffffff }; /* refuses the unknown bit so */
	fake.pool[3] = fake.pool[2];
	CHECK(!pmm_honours_permanent(&lm, 0x0210));
}

static void test_errors_are_no_addresses(void **state)
{
	(void)state;
	machine_with_pmm(0);
	CHECK(!believed(PMM_CONVENTIONAL, 0, KIB));
	CHECK(!believed(PMM_CONVENTIONAL, 0xffffffff, KIB));
	CHECK(!believed(PMM_EXTENDED, 0, KIB));
	CHECK(!believed(PMM_EXTENDED, 0xffffffff, KIB));
}

static void test_conventional_is_believed_in_its_areas_only(void **state)
{
	(void)state;
	machine_with_pmm(0);
	poke16(BDA_BASE_KB, 0x9f000 / KIB);
	CHECK(believed(PMM_CONVENTIONAL, 0x9f000, 0xc00));
	CHECK(!believed(PMM_CONVENTIONAL, 0x9f000, 0xc10));  /* into the EBDA */
	CHECK(!believed(PMM_CONVENTIONAL, 0x9eff0, 0x400));  /* the boot will use it */
	CHECK(!believed(PMM_CONVENTIONAL, 0x9f000, 0x1010)); /* into video memory */
	CHECK(!believed(PMM_CONVENTIONAL, 0xa0000, 0x400));  /* video */
	CHECK(!believed(PMM_CONVENTIONAL, 0xbfff0, 0x400));
	CHECK(believed(PMM_CONVENTIONAL, 0xc0000, 0x400));
	CHECK(believed(PMM_CONVENTIONAL, 0xefc00, 0x400));
	CHECK(!believed(PMM_CONVENTIONAL, 0xefc00, 0x410));
	CHECK(!believed(PMM_CONVENTIONAL, 0xf0000, 0x400));    /* firmware itself */
	CHECK(!believed(PMM_CONVENTIONAL, 0x100000, 0x400));   /* extended */
	CHECK(!believed(PMM_CONVENTIONAL, 0x9f000000, 0x400)); /* segment:offset */
	CHECK(!believed(PMM_CONVENTIONAL, 0xc0008, 0x400));
}

static void test_conventional_is_clear_of_the_ebda(void **state)
{
	(void)state;
	machine_with_pmm(0);
	machine_with_ebda(0x9f800, 1);
	CHECK(believed(PMM_CONVENTIONAL, 0x9fc00,
		       KIB)); /* firmware has moved it down for this */
	CHECK(!believed(PMM_CONVENTIONAL, 0x9fbf0, KIB));
	CHECK(!believed(PMM_CONVENTIONAL, 0x9f800, KIB));
	poke16(BDA_BASE_KB, 637);
	CHECK(believed(PMM_CONVENTIONAL, 0x9f400, KIB));
	CHECK(!believed(PMM_CONVENTIONAL, 0x9f410, KIB));
}

static void test_conventional_without_an_ebda(void **state)
{
	(void)state;
	machine_with_pmm(0);
	machine(636);
	CHECK(believed(PMM_CONVENTIONAL, 0x9f000, 4 * KIB));
}

static void test_our_own_images_are_not_believed(void **state)
{
	(void)state;
	machine_with_pmm(0);
	terms.runtime = 0xd0000;
	CHECK(!believed(PMM_CONVENTIONAL, 0xc8000, 0x400));
	CHECK(!believed(PMM_CONVENTIONAL, 0xc97f0, 0x400));
	CHECK(believed(PMM_CONVENTIONAL, 0xc9800, 0x400));
	CHECK(believed(PMM_CONVENTIONAL, 0xc7c00, 0x400));
	CHECK(!believed(PMM_CONVENTIONAL, 0xc7c10, 0x400));
	CHECK(!believed(PMM_CONVENTIONAL, 0xd0800, 0x400));
	CHECK(believed(PMM_CONVENTIONAL, 0xd1000, 0x400));
}

static void test_without_proof_only_rom_area_addresses_count(void **state)
{
	(void)state;
	machine_with_pmm(0);
	poke16(BDA_BASE_KB, 0x9f000 / KIB);
	terms.proven = 0;
	CHECK(!believed(PMM_CONVENTIONAL, 0x9f000, 0xc00));
	CHECK(believed(PMM_CONVENTIONAL, 0xdf840, 0x400));
	CHECK(!believed(PMM_EXTENDED, 0x0ff00000, 0x1000));
}

static void test_extended_is_believed_above_1_mib_only(void **state)
{
	(void)state;
	machine_with_pmm(0);
	CHECK(believed(PMM_EXTENDED, 0x100000, 0x1000));
	CHECK(believed(PMM_EXTENDED, 0x0e7d21a0, 0x18000));
	CHECK(!believed(PMM_EXTENDED, 0xffff0, 0x1000));
	CHECK(!believed(PMM_EXTENDED, 0x0e7d21a8, 0x1000));
	CHECK(!believed(PMM_EXTENDED, 0xfffff000, 0x1000));
	CHECK(believed(PMM_EXTENDED, 0xffffe000, 0x1000));
}

static void test_take_asks_for_permanent_memory_by_class(void **state)
{
	phys at;

	(void)state;
	machine_with_pmm(0);
	at = pmm_take(&lm, &terms, PMM_CONVENTIONAL, KIB);
	CHECK(at == 0xdf440);
	CHECK(fake.block[0].flags == 9 && fake.block[0].len == KIB);
	CHECK(fake.block[0].handle == pmm_handle(BUILD, 1));
	at = pmm_take(&lm, &terms, PMM_EXTENDED, 0x18000);
	CHECK(at == 0x10000000 - 0x18000);
	CHECK(fake.block[1].flags == 10 && fake.block[1].handle == pmm_handle(BUILD, 2));
}

static void test_take_gives_back_what_it_does_not_believe(void **state)
{
	static const u32 habits[] = { PMM_ANSWERS_SEGOFF, PMM_UNALIGNED,
				      PMM_IGNORES_PERMANENT };
	static const phys answers[] = { 0x80000, 0xa0000, 0xc8000, 0xf0000, 0x100000, 0x9fc08 };

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(habits); i++) {
		machine_with_pmm(habits[i]);
		remember();
		CHECK(pmm_take(&lm, &terms, PMM_CONVENTIONAL, KIB) == 0);
		CHECK(pmm_fake_held(&fake) == 0 && fake.wrong_frees == 0);
		CHECK(nothing_changed());
	}
	for (u32 i = 0; i < ARRAY_LEN(answers); i++) {
		machine_with_pmm(0);
		fake.answer = answers[i];
		CHECK(pmm_take(&lm, &terms, PMM_CONVENTIONAL, KIB) == 0);
		CHECK(pmm_fake_held(&fake) == 0 && fake.wrong_frees == 0);
	}
}

static void test_take_frees_nothing_after_an_error(void **state)
{
	(void)state;
	machine_with_pmm(PMM_ANSWERS_ZERO);
	CHECK(pmm_take(&lm, &terms, PMM_CONVENTIONAL, KIB) == 0);
	CHECK(fake.calls == 1);
	machine_with_pmm(PMM_ANSWERS_ONES);
	CHECK(pmm_take(&lm, &terms, PMM_EXTENDED, KIB) == 0);
	CHECK(fake.calls == 1);
}

static void test_handles_tell_builds_apart_and_are_never_anonymous(void **state)
{
	(void)state;
	CHECK(pmm_handle(BUILD, 1) != pmm_handle(BUILD + 4, 1));
	CHECK(pmm_handle(BUILD, 1) != pmm_handle(BUILD, 2));
	CHECK(pmm_handle(0xffffffff, 1) != PMM_ANONYMOUS);
	CHECK(pmm_handle(0xffffffff, 2) != PMM_ANONYMOUS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_honours_when_answers_depend_on_the_bit),
		cmocka_unit_test(test_honours_when_firmware_is_pci_3),
		cmocka_unit_test(test_honours_not_when_the_bit_changes_nothing),
		cmocka_unit_test(test_honours_not_by_chance),
		cmocka_unit_test(test_honours_not_when_the_answers_are_errors),
		cmocka_unit_test(test_errors_are_no_addresses),
		cmocka_unit_test(test_conventional_is_believed_in_its_areas_only),
		cmocka_unit_test(test_conventional_is_clear_of_the_ebda),
		cmocka_unit_test(test_conventional_without_an_ebda),
		cmocka_unit_test(test_our_own_images_are_not_believed),
		cmocka_unit_test(test_without_proof_only_rom_area_addresses_count),
		cmocka_unit_test(test_extended_is_believed_above_1_mib_only),
		cmocka_unit_test(test_take_asks_for_permanent_memory_by_class),
		cmocka_unit_test(test_take_gives_back_what_it_does_not_believe),
		cmocka_unit_test(test_take_frees_nothing_after_an_error),
		cmocka_unit_test(test_handles_tell_builds_apart_and_are_never_anonymous),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
