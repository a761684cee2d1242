/* SPDX-License-Identifier: BSD-2-Clause */
/* INT 19h hooked at INIT (int19.h): where the old vector is kept, and who may hook. */
#include "check.h"
#include "block.h"
#include "ebb/bda.h"
#include "ebb/rom.h"
#include "int19.h"
#include "lowmem.h"

#include <string.h>

#define VECTOR   (IVT_BASE + 4 * 0x19)
#define ID       0x12345678u
#define OTHER_ID 0x12345679u
#define BLOCK    0x9f800u
#define INFO     0x60u
#define FIRMWARE 0xf000e6f2u
#define OURS     0xd00008ebu
#define OLD_AT   (BDA_COMMS + offsetof(struct hook_anchor, old_int19))

static struct lowmem lm;
static u8 before[MIB];

/* The old vector as the block has it. */
static u32 kept(void)
{
	return low_read32(&lm, BLOCK + offsetof(struct block, old_int19));
}

static void machine(bool with_block)
{
	memset(&lm, 0, sizeof(lm));
	low_lock(&lm);
	low_write32(&lm, VECTOR, FIRMWARE);
	low_unlock(&lm);
	if (with_block)
		block_init(&lm, BLOCK, ID, BLOCK_BASE);
}

static void put(phys at, u32 v)
{
	low_lock(&lm);
	low_write32(&lm, at, v);
	low_unlock(&lm);
}

/* An image of `build_id` whose rom_info is where ours has it. */
static void image_at(u32 seg, u32 build_id)
{
	put((seg << 4) + INFO + offsetof(struct rom_info, build_id), build_id);
}

static bool hook(phys block)
{
	memcpy(before, lm.ram, sizeof(before));
	bool ok = int19_hook(&lm, block, ID, OURS, INFO);

	CHECK(!lm.unlocked_writes && !lm.lock_depth);
	return ok;
}

static bool unchanged(void)
{
	return !memcmp(before, lm.ram, sizeof(before));
}

static bool anchor_is_whole(void)
{
	u16 sum = 0;

	for (u32 i = 0; i < sizeof(struct hook_anchor); i += 2)
		sum = (u16)(sum + low_read16(&lm, BDA_COMMS + i));
	return !sum && low_read16(&lm, BDA_COMMS) == ANCHOR_SIGNATURE &&
	       low_read32(&lm, OLD_AT) == FIRMWARE && !low_read32(&lm, BDA_COMMS + 4) &&
	       !low_read32(&lm, BDA_COMMS + 8);
}

static void test_hook_keeps_the_old_vector_twice(void **state)
{
	(void)state;
	machine(true);
	CHECK(hook(BLOCK));
	CHECK(low_read32(&lm, VECTOR) == OURS);
	CHECK(kept() == FIRMWARE && block_verify(&lm, BLOCK, ID, BLOCK_BASE));
	CHECK(anchor_is_whole());
}

static void test_hook_without_a_block_uses_the_anchor(void **state)
{
	(void)state;
	machine(false);
	CHECK(hook(0));
	CHECK(low_read32(&lm, VECTOR) == OURS && anchor_is_whole());
}

/* The anchor is 16 bytes, and no block is not a block at 0. */
static void test_hook_looks_at_nothing_else(void **state)
{
	(void)state;
	machine(false);
	put(BDA_COMMS - 4, 0xffffffff);
	put(BDA_COMMS + sizeof(struct hook_anchor), 0xffffffff);
	put(offsetof(struct block, old_int19), 0xf000ff53);
	CHECK(hook(0));
	CHECK(anchor_is_whole());
	CHECK(low_read32(&lm, VECTOR) == OURS);
}

static void test_hook_leaves_a_used_anchor_alone(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(struct hook_anchor); i += 4) {
		machine(true);
		put(BDA_COMMS + i, 0x01000000);
		CHECK(hook(BLOCK));
		CHECK(low_read32(&lm, VECTOR) == OURS && kept() == FIRMWARE);
		CHECK(!memcmp(before + BDA_COMMS, lm.ram + BDA_COMMS,
			      sizeof(struct hook_anchor)));
	}
}

static void test_hook_refuses_where_nothing_keeps_the_vector(void **state)
{
	(void)state;
	machine(false);
	put(BDA_COMMS + 8, 1);
	CHECK(!hook(0) && unchanged());
	machine(true);
	put(BDA_COMMS + 8, 1);
	put(BLOCK, 0); /* lost */
	CHECK(!hook(BLOCK) && unchanged());
}

static void test_second_rom_of_this_build_does_not_hook(void **state)
{
	(void)state;
	machine(true);
	put(VECTOR, 0xc80008eb);
	image_at(0xc800, ID);
	CHECK(hook(BLOCK) && unchanged());
	CHECK(hook(0) && unchanged());

	/* The block knows it, too, when somebody else has hooked in between. */
	machine(true);
	CHECK(hook(BLOCK));
	put(VECTOR, 0xcc001234);
	CHECK(hook(BLOCK) && unchanged());
}

static void test_rom_of_another_build_is_somebody_else(void **state)
{
	(void)state;
	machine(true);
	put(VECTOR, 0xc80008eb);
	image_at(0xc800, OTHER_ID);
	CHECK(hook(BLOCK));
	CHECK(low_read32(&lm, VECTOR) == OURS && kept() == 0xc80008eb);

	/* The same entry is not enough, nor is the same build. */
	machine(true);
	put(VECTOR, 0xc80008ec);
	image_at(0xc800, ID);
	CHECK(hook(BLOCK));
	CHECK(low_read32(&lm, VECTOR) == OURS && kept() == 0xc80008ec);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hook_keeps_the_old_vector_twice),
		cmocka_unit_test(test_hook_without_a_block_uses_the_anchor),
		cmocka_unit_test(test_hook_looks_at_nothing_else),
		cmocka_unit_test(test_hook_leaves_a_used_anchor_alone),
		cmocka_unit_test(test_hook_refuses_where_nothing_keeps_the_vector),
		cmocka_unit_test(test_second_rom_of_this_build_does_not_hook),
		cmocka_unit_test(test_rom_of_another_build_is_somebody_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
