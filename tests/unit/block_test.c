/* SPDX-License-Identifier: BSD-2-Clause */
#include "block.h"

#include "machine.h"

#define NO_NOTE   0u
#define NOTE_EBDA BLOCK_NOTE(BLOCK_EBDA, 0x40)

/* An EBDA of 3 KiB at 9f400 whose second KiB is a block with one card. */
static phys machine_with_block(void)
{
	struct ebda_growth g = { 0x9fc00, 0x9f400, KIB, 2 * KIB };

	machine_with_ebda(0x9f400, 3);
	block_init(&lm, 0x9f800, BUILD, BLOCK_EBDA);
	CHECK(block_put(&lm, 0x9f800, BUILD, offsetof(struct block, growth), &g, sizeof(g)));
	CHECK(block_enter_card(&lm, 0x9f800, BUILD, 0x0018, 0xd000));
	return 0x9f800;
}

static phys block_at(phys at, u32 place)
{
	block_init(&lm, at, BUILD, place);
	return at;
}

/* What a mover does: the EBDA slides down, and 40:13 with it. */
static void move_ebda(phys to, u32 len)
{
	phys from = (phys)peek16(BDA_EBDA_SEG) << 4;

	memmove(lm.ram + to, lm.ram + from, len);
	poke16(BDA_EBDA_SEG, to >> 4);
}

static void test_init_makes_an_empty_block_that_verifies(void **state)
{
	(void)state;
	machine(640);
	remember();
	block_init(&lm, 0x9f800, BUILD, BLOCK_PMM);
	CHECK(block_verify(&lm, 0x9f800, BUILD, BLOCK_PMM));
	CHECK(lm.ram[0x9f800 + offsetof(struct block, cards)] == 0);
	CHECK(low_read32(&lm, 0x9f800 + offsetof(struct block, payload)) == 0);
	CHECK(locked_well());
	memcpy(before.ram + 0x9f800, lm.ram + 0x9f800, BLOCK_ROOM);
	CHECK(nothing_changed());
}

static void test_verify_refuses_each_wrong_field(void **state)
{
	static const u32 off[] = { 0, 4, offsetof(struct block, build_id),
				   offsetof(struct block, length) };

	(void)state;
	machine(640);
	block_at(0x9f800, BLOCK_PMM);
	for (u32 i = 0; i < ARRAY_LEN(off); i++) {
		lm.ram[0x9f800 + off[i]] += 1;
		lm.ram[0x9f800 + offsetof(struct block, base_kb)] -=
			1; /* the sum stays right */
		CHECK(!block_verify(&lm, 0x9f800, BUILD, BLOCK_PMM));
		lm.ram[0x9f800 + off[i]] -= 1;
		lm.ram[0x9f800 + offsetof(struct block, base_kb)] += 1;
	}
	CHECK(block_verify(&lm, 0x9f800, BUILD, BLOCK_PMM));
	CHECK(!block_verify(&lm, 0x9f800, BUILD, BLOCK_EBDA));
	CHECK(!block_verify(&lm, 0x9f800, BUILD + 1, BLOCK_PMM));
}

static void test_verify_notices_any_changed_byte(void **state)
{
	(void)state;
	machine(640);
	block_at(0x9f800, BLOCK_PMM);
	for (u32 i = 0; i < sizeof(struct block); i++) {
		lm.ram[0x9f800 + i] ^= 0x80;
		CHECK(!block_verify(&lm, 0x9f800, BUILD, BLOCK_PMM));
		lm.ram[0x9f800 + i] ^= 0x80;
	}
	lm.ram[0x9f800 + sizeof(struct block)] ^= 0x80;
	CHECK(block_verify(&lm, 0x9f800, BUILD, BLOCK_PMM));
}

static void test_find_follows_the_ebda_with_and_without_note(void **state)
{
	(void)state;
	machine_with_block();
	CHECK(block_find(&lm, BUILD, NOTE_EBDA) == 0x9f800);
	CHECK(block_find(&lm, BUILD, NO_NOTE) == 0x9f800);
	move_ebda(0x9d000, 3 * KIB);
	poke16(BDA_BASE_KB, 0x9d000 / KIB);
	CHECK(block_find(&lm, BUILD, NOTE_EBDA) == 0x9d400);
	CHECK(block_find(&lm, BUILD, NO_NOTE) == 0x9d400);
	CHECK(block_in_ebda(&lm, BUILD) == 0x9d400);
}

static void test_find_follows_an_ebda_that_dos_moves_low(void **state)
{
	(void)state;
	machine_with_block();
	move_ebda(0x035c0, 3 * KIB);
	poke16(BDA_BASE_KB, 640);
	memset(lm.ram + 0x9f400, 0x55, 3 * KIB);
	CHECK(block_find(&lm, BUILD, NOTE_EBDA) == 0x039c0);
	CHECK(block_find(&lm, BUILD, NO_NOTE) == 0x039c0);
}

static void test_find_works_when_the_size_byte_is_overwritten(void **state)
{
	(void)state;
	machine_with_block();
	poke16(BDA_BASE_KB, 0x9f400 / KIB);
	lm.ram[0x9f400] = 0x53;
	CHECK(block_find(&lm, BUILD, NO_NOTE) == 0x9f800);
	lm.ram[0x9f400] = 0;
	CHECK(block_find(&lm, BUILD, NOTE_EBDA) == 0x9f800);
	lm.ram[0x9f400] = 0xff;
	CHECK(block_in_ebda(&lm, BUILD) == 0x9f800);
}

static void test_find_reaches_a_block_that_a_partial_move_left(void **state)
{
	(void)state;
	machine_with_block();
	move_ebda(0x20000, KIB);
	poke16(BDA_BASE_KB, 0x9f800 / KIB);
	CHECK(block_in_ebda(&lm, BUILD) == 0);
	CHECK(block_find(&lm, BUILD, NOTE_EBDA) == 0x9f800);
	CHECK(block_find(&lm, BUILD, NO_NOTE) == 0x9f800);
}

static void test_find_prefers_the_block_to_copies_left_behind(void **state)
{
	struct block_card stale = { 0xffee, 0xdead };

	(void)state;
	machine_with_block();
	move_ebda(0x9b400, 3 * KIB);
	lm.ram[0x9b400] =
		19; /* its new owner counts the old place in, and has not cleared it */
	poke16(BDA_BASE_KB, 0x9b400 / KIB);
	CHECK(block_put(&lm, 0x9f800, BUILD, offsetof(struct block, card), &stale, 4));
	CHECK(block_find(&lm, BUILD, NOTE_EBDA) == 0x9b800);
	CHECK(block_find(&lm, BUILD, NO_NOTE) == 0x9b800);
	lm.ram[0x9b800] ^= 1; /* the block itself lost: the copy does not know its offset */
	CHECK(block_in_ebda(&lm, BUILD) == 0);
}

static void test_find_finds_a_block_below_40_13(void **state)
{
	(void)state;
	machine_with_ebda(0x9fc00, 1);
	poke16(BDA_BASE_KB, 638);
	block_at(0x9f800, BLOCK_BASE);
	CHECK(block_find(&lm, BUILD, BLOCK_NOTE(BLOCK_BASE, 0)) == 0x9f800);
	CHECK(block_find(&lm, BUILD, NO_NOTE) == 0x9f800);
	poke16(BDA_BASE_KB, 639);
	CHECK(block_find(&lm, BUILD, NO_NOTE) == 0);
}

static void test_find_of_pmm_memory(void **state)
{
	(void)state;
	machine_with_ebda(0x9fc00, 1);
	block_at(0xdf840, BLOCK_PMM);
	CHECK(block_find(&lm, BUILD, BLOCK_NOTE(BLOCK_PMM, 0xdf84)) == 0xdf840);
	CHECK(block_find(&lm, BUILD, NO_NOTE) == 0xdf840);
	CHECK(block_find(&lm, BUILD, BLOCK_NOTE(BLOCK_PMM, 0xdf85)) == 0);

	/* INIT had none: what lies among the ROMs is of an earlier boot. */
	CHECK(block_find(&lm, BUILD, BLOCK_NOTE(BLOCK_BASE, 0)) == 0);
	CHECK(block_find(&lm, BUILD, NOTE_EBDA) == 0);

	/* Firmware took it back at the end of POST: BEV made another, below the EBDA. */
	lm.ram[0xdf840] = 0;
	CHECK(block_find(&lm, BUILD, BLOCK_NOTE(BLOCK_PMM, 0xdf84)) == 0);
	poke16(BDA_BASE_KB, 0x9e400 / KIB);
	block_at(0x9e4a0, BLOCK_BASE);
	CHECK(block_find(&lm, BUILD, BLOCK_NOTE(BLOCK_PMM, 0xdf84)) == 0x9e4a0);
}

static void test_find_at_the_ends_of_the_rom_area(void **state)
{
	(void)state;
	machine_with_ebda(0x9fc00, 1);
	block_at(0xc0000, BLOCK_PMM);
	CHECK(block_find(&lm, BUILD, NO_NOTE) == 0xc0000);
	lm.ram[0xc0000]++;
	block_at(0xefc00, BLOCK_PMM);
	CHECK(block_find(&lm, BUILD, NO_NOTE) == 0xefc00);
	lm.ram[0xefc00]++;
	block_at(0xf0000, BLOCK_PMM);
	CHECK(block_find(&lm, BUILD, NO_NOTE) == 0);
}

static void test_find_of_nothing_reads_hostile_pointers_in_bounds(void **state)
{
	static const u16 segments[] = { 0, 1, 0x278, 0x9fff, 0xa000, 0xf600, 0xffff };

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(segments); i++)
		for (u32 kb = 0; kb < 0x10000; kb += 0xfff) {
			machine(kb);
			poke16(BDA_EBDA_SEG, segments[i]);
			remember();
			CHECK(block_find(&lm, BUILD, NO_NOTE) == 0);
			CHECK(block_find(&lm, BUILD, BLOCK_NOTE(BLOCK_EBDA, 0xffff)) == 0);
			CHECK(nothing_changed());
		}
}

static void test_find_does_not_take_low_memory_for_an_ebda(void **state)
{
	(void)state;
	machine(640);
	lm.ram[0] = 0x53;
	block_at(0x2000, BLOCK_EBDA);
	CHECK(block_in_ebda(&lm, BUILD) == 0);
	CHECK(block_find(&lm, BUILD, NO_NOTE) == 0);
}

static void test_find_ignores_other_builds(void **state)
{
	(void)state;
	machine_with_block();
	CHECK(block_find(&lm, BUILD + 1, NO_NOTE) == 0);
	CHECK(block_find(&lm, BUILD + 1, NOTE_EBDA) == 0);
}

static void test_put_writes_and_reseals(void **state)
{
	u32 value[2] = { 0x0ff00000, 0x18000 };
	phys at = machine_with_block();

	(void)state;
	CHECK(block_put(&lm, at, BUILD, offsetof(struct block, payload), value, 8));
	CHECK(low_read32(&lm, at + offsetof(struct block, payload)) == 0x0ff00000);
	CHECK(low_read32(&lm, at + offsetof(struct block, payload_len)) == 0x18000);
	CHECK(block_verify(&lm, at, BUILD, BLOCK_EBDA));
	CHECK(locked_well());
}

static void test_nothing_is_written_to_a_damaged_block(void **state)
{
	phys at = machine_with_block();

	(void)state;
	lm.ram[at + 100] ^= 1;
	remember();
	CHECK(!block_put(&lm, at, BUILD, 20, "abcd", 4));
	CHECK(!block_enter_card(&lm, at, BUILD, 8, 0xc800));
	CHECK(nothing_changed());
	CHECK(!block_put(&lm, at, BUILD + 1, 20, "abcd", 4));
	CHECK(nothing_changed());
}

static void test_cards_are_found_by_their_rom(void **state)
{
	phys at = machine_with_block();

	(void)state;
	CHECK(block_enter_card(&lm, at, BUILD, 0x0020, 0xd080));
	CHECK(card_of(at, 0xd000) == 0x0018);
	CHECK(card_of(at, 0xd080) == 0x0020);
	CHECK(card_of(at, 0xd100) == BLOCK_NO_BDF);
	CHECK(lm.ram[at + offsetof(struct block, cards)] == 2);
	CHECK(block_verify(&lm, at, BUILD, BLOCK_EBDA));
	CHECK(locked_well());
}

static void test_a_card_entered_again_keeps_one_record(void **state)
{
	phys at = machine_with_block();

	(void)state;
	CHECK(block_enter_card(&lm, at, BUILD, 0x0020, 0xd080));
	CHECK(block_enter_card(&lm, at, BUILD, 0x0018, 0xd080)); /* takes over both */
	CHECK(card_of(at, 0xd000) == BLOCK_NO_BDF);
	CHECK(card_of(at, 0xd080) == 0x0018);
	CHECK(lm.ram[at + offsetof(struct block, cards)] == 1);
	CHECK(low_read32(&lm, at + offsetof(struct block, card) + 4) == 0);
}

static void test_a_ninth_card_pushes_nobody_out(void **state)
{
	phys at = machine_with_block();

	(void)state;
	for (u32 i = 1; i < BLOCK_CARDS; i++)
		CHECK(block_enter_card(&lm, at, BUILD, 0x0018 + 8 * i, 0xd000 + i));
	remember();
	CHECK(!block_enter_card(&lm, at, BUILD, 0x0900, 0xe000));
	CHECK(nothing_changed());
	CHECK(card_of(at, 0xe000) == BLOCK_NO_BDF);
	CHECK(block_enter_card(&lm, at, BUILD, 0x0018, 0xe000));
	CHECK(card_of(at, 0xd000 + 7) == 0x0018 + 56);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_init_makes_an_empty_block_that_verifies),
		cmocka_unit_test(test_verify_refuses_each_wrong_field),
		cmocka_unit_test(test_verify_notices_any_changed_byte),
		cmocka_unit_test(test_find_follows_the_ebda_with_and_without_note),
		cmocka_unit_test(test_find_follows_an_ebda_that_dos_moves_low),
		cmocka_unit_test(test_find_works_when_the_size_byte_is_overwritten),
		cmocka_unit_test(test_find_reaches_a_block_that_a_partial_move_left),
		cmocka_unit_test(test_find_prefers_the_block_to_copies_left_behind),
		cmocka_unit_test(test_find_finds_a_block_below_40_13),
		cmocka_unit_test(test_find_of_pmm_memory),
		cmocka_unit_test(test_find_at_the_ends_of_the_rom_area),
		cmocka_unit_test(test_find_of_nothing_reads_hostile_pointers_in_bounds),
		cmocka_unit_test(test_find_does_not_take_low_memory_for_an_ebda),
		cmocka_unit_test(test_find_ignores_other_builds),
		cmocka_unit_test(test_put_writes_and_reseals),
		cmocka_unit_test(test_nothing_is_written_to_a_damaged_block),
		cmocka_unit_test(test_cards_are_found_by_their_rom),
		cmocka_unit_test(test_a_card_entered_again_keeps_one_record),
		cmocka_unit_test(test_a_ninth_card_pushes_nobody_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
