/* SPDX-License-Identifier: BSD-2-Clause */
/* Whose ROM this is (card.h), on scripted buses. */
#include "check.h"
#include "card.h"
#include "ebb/block.h"
#include "ebb/pci.h"
#include "ebb/rom.h"
#include "io.h"

#include <string.h>

#define OURS              0x100e8086u /* device << 16 | vendor, as the PCIR says */
#define LISTED            0x10d38086u
#define FOREIGN           0x10008086u
#define MAKER             0x100e1022u /* our device id, another vendor */
#define NOTHING           0xffffffffu
#define BDF(bus, dev, fn) ((bus) << 8 | (dev) << 3 | (fn))
#define LAST_BUS_0        0x00ffu
#define RUN_SEG           0xd000u

/* What stands on the buses; all else reads as ones. */
static struct function {
	u32 bdf;
	u32 id;
	bool multi; /* function 0: there are others */
	bool ghost; /* answers for all eight functions */
} machine[4];
static u32 address;
static u32 highest_read;

static u32 in(u16 port, u32 width)
{
	u32 bdf = address >> 8 & 0xffff;

	CHECK(port == PCI_CONFIG_DATA && width == 4 && address & PCI_CONFIG_ENABLE);
	if (bdf > highest_read)
		highest_read = bdf;
	for (const struct function *f = machine; f < machine + ARRAY_LEN(machine); f++) {
		if (!f->id || (f->bdf != bdf && !(f->ghost && f->bdf == (bdf & ~7u))))
			continue;
		if ((address & 0xfc) == 0)
			return f->id;
		CHECK((address & 0xfc) == 0x0c);
		return f->multi ? 0x00800000 : 0x00000010;
	}
	return NOTHING;
}

static void out(u16 port, u32 v, u32 width)
{
	CHECK(port == PCI_CONFIG_ADDRESS && width == 4);
	address = v;
}

struct io_device io_device = { .in = in, .out = out };

static struct image {
	struct rom_header header;
	struct pcir pcir;
	le16 list[3];
} image;

static void machine_with(u32 bdf_a, u32 id_a, u32 bdf_b, u32 id_b)
{
	memset(machine, 0, sizeof(machine));
	machine[0] = (struct function){ .bdf = bdf_a, .id = id_a };
	machine[1] = (struct function){ .bdf = bdf_b, .id = id_b };
	highest_read = 0;
	memset(&image, 0, sizeof(image));
	image.header.pcir = le16_of(offsetof(struct image, pcir));
	image.pcir.vendor = le16_of(0x8086);
	image.pcir.device = le16_of(0x100e);
	image.pcir.device_list =
		le16_of(offsetof(struct image, list) - offsetof(struct image, pcir));
	image.list[0] = le16_of(0x100f);
	image.list[1] = le16_of(LISTED >> 16);
}

static u32 find(u32 named, const struct block *block)
{
	return card_find(&image.header, block, RUN_SEG, named, LAST_BUS_0);
}

static void test_named_function_is_taken_if_made_for_it(void **state)
{
	(void)state;
	machine_with(BDF(0, 3, 0), OURS, BDF(0, 4, 0), OURS);
	CHECK(find(BDF(0, 4, 0), NULL) == BDF(0, 4, 0));
	machine_with(BDF(0, 3, 0), OURS, BDF(0, 4, 0), LISTED);
	CHECK(find(BDF(0, 4, 0), NULL) == BDF(0, 4, 0));
}

static void test_wrong_name_leads_to_a_search(void **state)
{
	(void)state;
	machine_with(BDF(0, 2, 0), FOREIGN, BDF(0, 4, 0), OURS);
	CHECK(find(BDF(0, 2, 0), NULL) == BDF(0, 4, 0));
	CHECK(find(0xf000, NULL) == BDF(0, 4, 0));
	CHECK(find(BLOCK_NO_BDF, NULL) == BDF(0, 4, 0));
	machine_with(BDF(0, 0, 0), OURS, BDF(0, 4, 0), FOREIGN);
	CHECK(find(BDF(0, 4, 0), NULL) == BDF(0, 0, 0));
	machine_with(BDF(0, 2, 0), MAKER, BDF(0, 4, 0), FOREIGN);
	CHECK(find(BDF(0, 2, 0), NULL) == BLOCK_NO_BDF);
}

static void test_image_without_a_list_has_one_id(void **state)
{
	(void)state;
	machine_with(BDF(0, 2, 0), LISTED, BDF(0, 4, 0), OURS);
	image.pcir.device_list = le16_of(0);
	image.pcir.signature = (le32){ { 'P', 'C', 'I', 'R' } }; /* no list of ids */
	CHECK(find(BDF(0, 2, 0), NULL) == BDF(0, 4, 0));
	machine[0].id = 0x43508086; /* "PC" */
	CHECK(find(BDF(0, 2, 0), NULL) == BDF(0, 4, 0));
}

static void test_search_ends_with_the_last_function(void **state)
{
	(void)state;
	machine_with(BDF(1, 2, 0), OURS, 0, 0);
	CHECK(find(BLOCK_NO_BDF - 7, NULL) == BLOCK_NO_BDF);
	machine_with(BDF(1, 2, 0), OURS, 0, 0);
	CHECK(card_find(&image.header, NULL, RUN_SEG, 0, 0x1ff) == BDF(1, 2, 0));
	CHECK(highest_read == BDF(1, 2, 0));
	machine_with(BDF(0, 31, 7), OURS, 0, 0);
	CHECK(find(0, NULL) == BDF(0, 31, 7));
	machine_with(BDF(255, 31, 6), OURS, 0, 0);
	CHECK(card_find(&image.header, NULL, RUN_SEG, 0, BLOCK_NO_BDF - 1) == BDF(255, 31, 6));
}

static void test_card_of_another_rom_is_left_to_it(void **state)
{
	struct block b = { .card = { { BDF(0, 3, 0), 0xc800 } } };

	(void)state;
	machine_with(BDF(0, 3, 0), OURS, BDF(0, 4, 0), OURS);
	CHECK(find(BDF(0, 3, 0), &b) == BDF(0, 4, 0)); /* named, but the other is free */
	CHECK(find(0xf000, &b) == BDF(0, 4, 0));
	b.card[0].rom_seg = RUN_SEG; /* our own record */
	CHECK(find(BDF(0, 3, 0), &b) == BDF(0, 3, 0));
	b.card[BLOCK_CARDS - 1] = (struct block_card){ BDF(0, 3, 0), 0xc800 };
	CHECK(find(BDF(0, 3, 0), &b) == BDF(0, 4, 0));
}

static void test_named_card_is_shared_when_none_is_free(void **state)
{
	struct block b = { .card = { { BDF(0, 3, 0), 0xc800 }, { BDF(0, 4, 0), 0xcc00 } } };

	(void)state;
	machine_with(BDF(0, 3, 0), OURS, BDF(0, 4, 0), OURS);
	CHECK(find(BDF(0, 4, 0), &b) == BDF(0, 4, 0));
	CHECK(find(0xf000, &b) == BLOCK_NO_BDF);
}

static void test_ghost_functions_are_no_second_card(void **state)
{
	struct block b = { .card = { { BDF(0, 3, 0), 0xc800 } } };

	(void)state;
	machine_with(BDF(0, 3, 0), OURS, BDF(0, 4, 0), FOREIGN);
	machine[0].ghost = true;
	CHECK(find(0xf000, &b) == BLOCK_NO_BDF);
	machine[0].multi = true; /* really eight */
	CHECK(find(0xf000, &b) == BDF(0, 3, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_named_function_is_taken_if_made_for_it),
		cmocka_unit_test(test_wrong_name_leads_to_a_search),
		cmocka_unit_test(test_image_without_a_list_has_one_id),
		cmocka_unit_test(test_search_ends_with_the_last_function),
		cmocka_unit_test(test_card_of_another_rom_is_left_to_it),
		cmocka_unit_test(test_named_card_is_shared_when_none_is_free),
		cmocka_unit_test(test_ghost_functions_are_no_second_card),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
