/* SPDX-License-Identifier: BSD-2-Clause */
#include "reserve.h"

#include "pmm_machine.h"

#define PAYLOAD_LEN 0x14004u
#define CORE_LEN    0x60000u

static struct reserve r;

/* What INIT of a ROM at `rom_seg` brings along. */
static void rom(u32 rom_seg)
{
	memset(&r, 0, sizeof(r));
	r.terms = (struct pmm_terms){ BUILD,  rom_seg << 4, 0x1800, rom_seg << 4,
				      0x1000, 0x0210,       0,      0 };
}

/* As INIT: the block, then the card's record in it. */
static void block_arrives(u32 bdf, u32 rom_seg)
{
	rom(rom_seg);
	reserve_block(&lm, &r);
	CHECK(block_enter_card(&lm, r.block, r.terms.build_id, bdf, rom_seg));
}

/* Firmware with these habits, and our first ROM at c800. */
static void machine_with_pmm(u32 habits)
{
	machine_with_fake_pmm(habits);
	rom(0xc800);
}

static void machine_without_pmm(void)
{
	machine_with_pmm(0);
	lm.pmm = NULL;
}

/* As INIT: the payload arrives where it was to go, and the block says so. */
static void payload_arrives(void)
{
	CHECK(reserve_payload(&lm, &r, PAYLOAD_LEN, CORE_LEN));
	fake.payload = r.payload;
	fake.payload_len = PAYLOAD_LEN;
	reserve_keep(&lm, &r, true);
}

static u32 in_block(u32 off)
{
	return low_read32(&lm, r.block + off);
}

static void test_block_comes_from_pmm(void **state)
{
	(void)state;
	machine_with_pmm(0);
	reserve_block(&lm, &r);
	CHECK(r.block == 0xdf440 && !r.shared);
	CHECK(r.place == BLOCK_PMM);
	CHECK(block_find(&lm, BUILD, BLOCK_NOTE(BLOCK_PMM, 0xdf44)) == r.block);
	CHECK(fake.block[0].len == BLOCK_ROOM);
	CHECK(peek16(BDA_BASE_KB) == 639);
	CHECK(locked_well());
}

static void test_block_from_pci_3_firmware_is_whole_units(void **state)
{
	(void)state;
	machine_with_pmm(PMM_NEEDS_4K);
	r.terms.pci_version = 0x0300;
	reserve_block(&lm, &r);
	CHECK(r.block == 0xde840 && fake.block[0].len == PMM_UNIT);
}

static void test_block_grows_the_ebda_without_pmm(void **state)
{
	(void)state;
	machine_without_pmm();
	reserve_block(&lm, &r);
	CHECK(r.block == 0x9f800 && !r.shared && r.ebda == EBDA_OK);
	CHECK(r.grown_kb == 2);
	CHECK(r.place == BLOCK_EBDA);
	CHECK(block_find(&lm, BUILD, BLOCK_NOTE(BLOCK_EBDA, 0x40)) == r.block);
	CHECK(in_block(offsetof(struct block, growth.new_base)) == 0x9f400);
	CHECK(in_block(offsetof(struct block, growth.block_len)) == 2 * KIB);
	CHECK(locked_well());
}

/* Each way in which PMM's conventional memory cannot be had or believed. */
static void test_block_grows_the_ebda_when_pmm_is_no_good(void **state)
{
	static const u32 habits[] = { PMM_ANSWERS_ZERO,
				      PMM_ANSWERS_ONES,
				      PMM_ANSWERS_SEGOFF,
				      PMM_UNALIGNED,
				      PMM_IGNORES_PERMANENT,
				      PMM_IGNORES_PERMANENT | PMM_QUERY_TAKES,
				      PMM_IGNORES_PERMANENT | PMM_FIND_ONES };

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(habits); i++) {
		machine_with_pmm(habits[i]);
		reserve_block(&lm, &r);
		CHECK(r.block == 0x9f800);
		CHECK(pmm_fake_held(&fake) == 0 && fake.wrong_frees == 0);
	}
}

static void test_block_grows_the_ebda_when_a_3_0_bios_lies(void **state)
{
	(void)state;
	machine_with_pmm(PMM_IGNORES_PERMANENT);
	r.terms.pci_version = 0x0300;
	reserve_block(&lm, &r);
	CHECK(r.block == 0x9f800);
	CHECK(pmm_fake_held(&fake) == 0);
}

static void test_block_not_where_nothing_can_be_written(void **state)
{
	(void)state;
	machine_with_pmm(0);
	lm.read_only_from = 0xc0000;
	lm.read_only_to = 0xf0000;
	reserve_block(&lm, &r);
	CHECK(r.block == 0x9f800);
	CHECK(pmm_fake_held(&fake) == 0 && fake.wrong_frees == 0);
}

static void test_block_from_pmm_that_moves_the_ebda(void **state)
{
	(void)state;
	machine_with_pmm(PMM_MOVES_EBDA);
	reserve_block(&lm, &r);
	CHECK(r.block == 0x9fc00 && r.place == BLOCK_PMM);
	CHECK(peek16(BDA_EBDA_SEG) == 0x9f80);
	CHECK(block_find(&lm, BUILD, 0) == 0x9fc00);
}

static void test_block_none_changes_nothing_and_says_why(void **state)
{
	(void)state;
	machine_without_pmm();
	poke16(BDA_BASE_KB, 630);
	remember();
	reserve_block(&lm, &r);
	CHECK(r.block == 0 && r.ebda == EBDA_NOT_ADJACENT);
	CHECK(r.place == BLOCK_BASE);
	CHECK(nothing_changed());
	machine_without_pmm();
	poke16(BDA_EBDA_SEG, 0);
	reserve_block(&lm, &r);
	CHECK(r.block == 0 && r.ebda == EBDA_NONE);
}

static void test_second_rom_shares_the_block_in_the_ebda(void **state)
{
	phys first;

	(void)state;
	machine_without_pmm();
	block_arrives(0x0018, 0xc800);
	first = r.block;
	block_arrives(0x0020, 0xca00);
	CHECK(r.shared && r.block == first);
	CHECK(peek16(BDA_BASE_KB) == 637);
	CHECK(card_of(first, 0xc800) == 0x0018);
	CHECK(card_of(first, 0xca00) == 0x0020);
}

static void test_second_rom_shares_the_block_in_pmm_memory(void **state)
{
	(void)state;
	machine_with_pmm(0);
	reserve_block(&lm, &r);
	rom(0xca00);
	reserve_block(&lm, &r);
	CHECK(r.shared && r.block == 0xdf440);
	CHECK(pmm_fake_held(&fake) == 1);
}

static void test_rom_of_another_build_has_a_block_of_its_own(void **state)
{
	(void)state;
	machine_with_pmm(PMM_UNIQUE);
	reserve_block(&lm, &r);
	rom(0xca00);
	r.terms.build_id = BUILD + 4;
	reserve_block(&lm, &r);
	CHECK(!r.shared && r.block == 0xdf040);
	CHECK(block_find(&lm, BUILD, 0) == 0xdf440);
	CHECK(block_find(&lm, BUILD + 4, 0) == 0xdf040);
	machine_without_pmm();
	reserve_block(&lm, &r);
	rom(0xca00);
	r.terms.build_id = BUILD + 4;
	reserve_block(&lm, &r);
	CHECK(!r.shared && block_find(&lm, BUILD, 0) != block_find(&lm, BUILD + 4, 0));
	CHECK(block_find(&lm, BUILD, 0) && block_find(&lm, BUILD + 4, 0));
}

static void test_builds_with_the_same_handle_do_not_share(void **state)
{
	(void)state;
	machine_with_pmm(PMM_UNIQUE);
	reserve_block(&lm, &r);
	rom(0xca00);
	r.terms.build_id = BUILD + 1;
	reserve_block(&lm, &r);
	CHECK(!r.shared && r.block == 0x9f800);
}

static void test_block_of_an_earlier_boot_is_not_shared(void **state)
{
	(void)state;
	machine_with_pmm(0);
	block_init(&lm, 0xdf440, BUILD, BLOCK_PMM); /* not PMM's any more */
	block_init(&lm, 0x9f800, BUILD, BLOCK_EBDA);
	reserve_block(&lm, &r);
	CHECK(!r.shared);
	machine_without_pmm();
	block_init(&lm, 0xdf440, BUILD, BLOCK_PMM);
	block_init(&lm, 0x9f000, BUILD, BLOCK_EBDA);
	poke16(BDA_BASE_KB, 636);
	reserve_block(&lm, &r);
	CHECK(r.block == 0);
}

static void test_memory_under_our_handle_must_be_our_block(void **state)
{
	(void)state;
	machine_with_pmm(0);
	reserve_block(&lm, &r);
	lm.ram[0xdf440 + 50] ^= 1;
	rom(0xca00);
	reserve_block(&lm, &r);
	CHECK(!r.shared && r.block == 0xdf040);
}

static void test_payload_gets_room_for_the_core(void **state)
{
	(void)state;
	machine_with_pmm(0);
	reserve_block(&lm, &r);
	payload_arrives();
	CHECK(r.payload == 0x10000000 - 0x15000 - 0x61000);
	CHECK(r.payload_len == PAYLOAD_LEN && r.room_len == CORE_LEN);
	CHECK(r.room % PMM_UNIT == 0 && r.room >= r.payload + PAYLOAD_LEN);
	CHECK(r.room + r.room_len <= 0x10000000);
	CHECK(in_block(offsetof(struct block, payload)) == r.payload);
	CHECK(in_block(offsetof(struct block, payload_len)) == PAYLOAD_LEN);
	CHECK(in_block(offsetof(struct block, room)) == r.room);
	CHECK(in_block(offsetof(struct block, room_len)) == CORE_LEN);
	CHECK(block_find(&lm, BUILD, 0) == r.block);
}

static void test_room_fits_wherever_pmm_puts_the_block(void **state)
{
	(void)state;
	for (u32 shift = 0; shift < PMM_UNIT; shift += 16) {
		machine_with_pmm(0);
		fake.pool[3].top -= shift;
		reserve_block(&lm, &r);
		CHECK(reserve_payload(&lm, &r, PAYLOAD_LEN, CORE_LEN));
		CHECK(r.room >= r.payload + PAYLOAD_LEN && r.room % PMM_UNIT == 0);
		CHECK(r.room + CORE_LEN <= r.payload + fake.block[1].len);
	}
}

static void test_payload_goes_alone_when_room_is_short(void **state)
{
	(void)state;
	machine_with_pmm(PMM_NEEDS_4K);
	r.terms.pci_version = 0x0300;
	fake.pool[3].base = fake.pool[3].top - 0x20000;
	reserve_block(&lm, &r);
	payload_arrives();
	CHECK(r.payload == 0x10000000 - 0x15000 && r.room == 0 && r.room_len == 0);
	CHECK(in_block(offsetof(struct block, room)) == 0);
}

static void test_payload_asks_for_no_more_than_1_mib(void **state)
{
	(void)state;
	machine_with_pmm(0);
	reserve_block(&lm, &r);
	CHECK(reserve_payload(&lm, &r, PAYLOAD_LEN, RESERVE_MAX));
	CHECK(r.room == 0 && fake.block[1].len == 0x15000);
	machine_with_pmm(0);
	reserve_block(&lm, &r);
	CHECK(reserve_payload(&lm, &r, PAYLOAD_LEN, 0xfffff000));
	CHECK(r.room == 0);
	machine_with_pmm(0);
	reserve_block(&lm, &r);
	CHECK(reserve_payload(&lm, &r, PAYLOAD_LEN, 0));
	CHECK(r.room == 0);
	machine_with_pmm(0);
	reserve_block(&lm, &r);
	CHECK(reserve_payload(&lm, &r, 0x10000, RESERVE_MAX - 0x11000));
	CHECK(r.room && fake.block[1].len == RESERVE_MAX);
}

static void expect_no_payload(u32 len)
{
	remember();
	CHECK(!reserve_payload(&lm, &r, len, CORE_LEN));
	CHECK(r.payload == 0);
	CHECK(nothing_changed());
}

static void test_payload_refused_changes_nothing(void **state)
{
	(void)state;
	machine_without_pmm();
	reserve_block(&lm, &r);
	expect_no_payload(PAYLOAD_LEN);
	machine_with_pmm(0);
	reserve_block(&lm, &r);
	expect_no_payload(0);
	expect_no_payload(RESERVE_MAX + 1);
	expect_no_payload(0xffffffff);
	fake.pool[3].top = fake.pool[3].base;
	expect_no_payload(PAYLOAD_LEN);
	CHECK(pmm_fake_held(&fake) == 1);
	machine_with_pmm(PMM_IGNORES_PERMANENT);
	reserve_block(&lm, &r);
	expect_no_payload(PAYLOAD_LEN);
	machine_with_pmm(0);
	reserve_block(&lm, &r);
	fake.answer = 0x0ff00008;
	expect_no_payload(PAYLOAD_LEN);
	CHECK(pmm_fake_held(&fake) == 1);
}

static void test_payload_needs_a_block(void **state)
{
	(void)state;
	machine_with_pmm(PMM_ANSWERS_ZERO);
	poke16(BDA_EBDA_SEG, 0);
	r.terms.pci_version = 0x0300;
	reserve_block(&lm, &r);
	fake.habits = 0;
	expect_no_payload(PAYLOAD_LEN);
	CHECK(pmm_fake_held(&fake) == 0);
}

static void test_second_rom_finds_the_payload(void **state)
{
	phys payload;

	(void)state;
	machine_with_pmm(0);
	reserve_block(&lm, &r);
	payload_arrives();
	payload = r.payload;
	rom(0xca00);
	reserve_block(&lm, &r);
	CHECK(!reserve_payload(&lm, &r, PAYLOAD_LEN, CORE_LEN));
	CHECK(r.payload == payload);
	CHECK(in_block(offsetof(struct block, room_len)) == CORE_LEN);
	fake.payload = 0; /* somebody overwrote it */
	rom(0xcc00);
	reserve_block(&lm, &r);
	CHECK(reserve_payload(&lm, &r, PAYLOAD_LEN, CORE_LEN));
	CHECK(r.payload != payload);
}

static void test_payload_that_did_not_arrive_is_given_back(void **state)
{
	(void)state;
	machine_with_pmm(0);
	reserve_block(&lm, &r);
	CHECK(reserve_payload(&lm, &r, PAYLOAD_LEN, CORE_LEN));
	reserve_keep(&lm, &r, false);
	CHECK(r.payload == 0 && in_block(offsetof(struct block, payload)) == 0);
	CHECK(pmm_fake_held(&fake) == 1 && fake.wrong_frees == 0);
}

/* PMM-12: what firmware may do during any call. */
static void moves_the_ebda(struct lowmem *m)
{
	(void)m;
	pmm_fake_below_ebda(&lm, KIB);
}

static void test_block_is_followed_when_pmm_moves_the_ebda(void **state)
{
	(void)state;
	machine_with_pmm(0);
	fake.pool[2].top = fake.pool[2].base;
	fake.afterwards = moves_the_ebda;
	reserve_block(&lm, &r);
	CHECK(r.place == BLOCK_EBDA);
	payload_arrives();
	CHECK(r.block == block_in_ebda(&lm, BUILD));
	CHECK(in_block(offsetof(struct block, payload)) == r.payload && r.payload);
}

static void destroys_the_block(struct lowmem *m)
{
	memset(m->ram + 0x9f000, 0, 0x1000);
}

static void test_payload_is_given_back_when_the_block_is_lost(void **state)
{
	(void)state;
	machine_with_pmm(0);
	fake.pool[2].top = fake.pool[2].base;
	reserve_block(&lm, &r);
	fake.afterwards = destroys_the_block;
	CHECK(reserve_payload(&lm, &r, PAYLOAD_LEN, CORE_LEN));
	reserve_keep(&lm, &r, true);
	CHECK(r.payload == 0 && r.block == 0);
	CHECK(pmm_fake_held(&fake) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_block_comes_from_pmm),
		cmocka_unit_test(test_block_from_pci_3_firmware_is_whole_units),
		cmocka_unit_test(test_block_grows_the_ebda_without_pmm),
		cmocka_unit_test(test_block_grows_the_ebda_when_pmm_is_no_good),
		cmocka_unit_test(test_block_grows_the_ebda_when_a_3_0_bios_lies),
		cmocka_unit_test(test_block_not_where_nothing_can_be_written),
		cmocka_unit_test(test_block_from_pmm_that_moves_the_ebda),
		cmocka_unit_test(test_block_none_changes_nothing_and_says_why),
		cmocka_unit_test(test_second_rom_shares_the_block_in_the_ebda),
		cmocka_unit_test(test_second_rom_shares_the_block_in_pmm_memory),
		cmocka_unit_test(test_rom_of_another_build_has_a_block_of_its_own),
		cmocka_unit_test(test_builds_with_the_same_handle_do_not_share),
		cmocka_unit_test(test_block_of_an_earlier_boot_is_not_shared),
		cmocka_unit_test(test_memory_under_our_handle_must_be_our_block),
		cmocka_unit_test(test_payload_gets_room_for_the_core),
		cmocka_unit_test(test_room_fits_wherever_pmm_puts_the_block),
		cmocka_unit_test(test_payload_goes_alone_when_room_is_short),
		cmocka_unit_test(test_payload_asks_for_no_more_than_1_mib),
		cmocka_unit_test(test_payload_refused_changes_nothing),
		cmocka_unit_test(test_payload_needs_a_block),
		cmocka_unit_test(test_second_rom_finds_the_payload),
		cmocka_unit_test(test_payload_that_did_not_arrive_is_given_back),
		cmocka_unit_test(test_block_is_followed_when_pmm_moves_the_ebda),
		cmocka_unit_test(test_payload_is_given_back_when_the_block_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
