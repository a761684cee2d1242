/* SPDX-License-Identifier: BSD-2-Clause */
/* The loader from BEV's call to the core's entry. */
#include "load_scene.h"

#define CALLER 0x38000u

/* ---- where the core goes ----------------------------------------------------------------- */

static void test_the_core_goes_to_the_top_of_ram(void **state)
{
	(void)state;
	start();
	CHECK(load_entry(h) == 0);
	loaded_at(RAM_END - MEM_LEN, RAM_END, false);
	CHECK(h->payload == WINDOW);
}

static void test_the_handoff_is_completed(void **state)
{
	(void)state;
	start();
	CHECK(load_entry(h) == 0);
	CHECK(h->pxe_entry.off == 0x234 && h->pxe_entry.seg == ROM >> 4);
	CHECK(segoff_linear(h->stack) == SCRATCH + SCRATCH_REAL_STACK);
	CHECK(segoff_linear(h->bounce) == SCRATCH + SCRATCH_BOUNCE);
	CHECK(h->bounce_len == SCRATCH_BOUNCE_LEN);
}

static void test_four_megabytes_are_enough(void **state)
{
	(void)state;
	start();
	h->payload_len += 1000; /* BEV may know only the size of a ROM BAR */
	machine.ram_end = 4 * MIB;
	CHECK(load_entry(h) == 0);
	loaded_at(4 * MIB - MEM_LEN, 4 * MIB, false);
	CHECK(h->payload_len == p->total_len);
}

static void test_reserved_memory_is_avoided(void **state)
{
	(void)state;
	start();
	machine.hidden_base = 15 * MIB;
	CHECK(load_entry(h) == 0);
	loaded_at(15 * MIB - MEM_LEN, 15 * MIB, false);
}

static void test_a_payload_in_ram_is_avoided(void **state)
{
	phys at = RAM_END - 0x4000;

	(void)state;
	start();
	payload_at(at);
	h->payload_place = PAYLOAD_PMM;
	CHECK(load_entry(h) == 0);
	loaded_at(at - MEM_LEN, at, false);
	CHECK(h->payload == at);
}

static void test_a_block_in_ram_is_avoided(void **state)
{
	(void)state;
	start();
	h->block = RAM_END - 4096;
	memset(memory_at(h->block), 0, 4096);
	memcpy(before, memory_at(MIB), HIGH_LEN);
	CHECK(load_entry(h) == 0);
	loaded_at(RAM_END - 4096 - MEM_LEN, RAM_END - 4096, false);
}

static void test_the_blocks_room_is_used(void **state)
{
	(void)state;
	start_with_room(4 * MIB, MEM_LEN);
	CHECK(load_entry(h) == 0);
	loaded_at(4 * MIB, 4 * MIB + MEM_LEN, true);
}

static void test_the_core_starts_on_a_page_of_the_room(void **state)
{
	(void)state;
	start_with_room(4 * MIB + 16, MEM_LEN + 4096 - 16);
	CHECK(load_entry(h) == 0);
	loaded_at(4 * MIB + 4096, 4 * MIB + 4096 + MEM_LEN, true);
}

static void test_a_room_that_does_not_do_is_left_alone(void **state)
{
	static const struct block_range rooms[] = {
		{ 4 * MIB, MEM_LEN - 1 }, { 4 * MIB + 16, MEM_LEN },      { 0x80000, MEM_LEN },
		{ 0xffff0000, 0x20000 },  { 0xfffff010, MEM_LEN + 8192 }, { 4 * MIB, 0 },
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(rooms); i++) {
		start_with_room(rooms[i].base, rooms[i].len);
		CHECK(load_entry(h) == 0);
		loaded_at(RAM_END - MEM_LEN, RAM_END, false);
	}
}

static void test_a_room_with_the_payload_in_it_is_left_alone(void **state)
{
	(void)state;
	start_with_room(4 * MIB, MEM_LEN);
	payload_at(4 * MIB + 0x8000);
	CHECK(load_entry(h) == 0);
	loaded_at(RAM_END - MEM_LEN, RAM_END, false);
}

static void test_a_payload_in_a_bar_is_copied(void **state)
{
	(void)state;
	start();
	h->payload_place = PAYLOAD_BAR;
	u32 len = p->total_len;
	CHECK(load_entry(h) == 0);
	loaded_at(RAM_END - MEM_LEN, RAM_END - len, false);
	CHECK(h->payload == RAM_END - len);
	CHECK(h->payload_len == len);
	CHECK(memcmp(memory_at(h->payload), p, len) == 0);
}

static void test_a_stored_core_is_copied(void **state)
{
	(void)state;
	start();
	p->method = PAYLOAD_METHOD_STORE;
	p->total_len = sizeof(*p);
	append(&p->core_off, &p->core_packed_len, core, CORE_LEN);
	append(&p->reloc_off, &p->reloc_len, "\x08\x5c", 2);
	p->total_len = (p->total_len + 3) & ~3u;
	fix_crc();
	h->payload_len = p->total_len;
	CHECK(load_entry(h) == 0);
	loaded_at(RAM_END - MEM_LEN, RAM_END, false);
	p->core_len--;
	fix_crc();
	CHECK(load_entry(h) == E_UNPACK);
}

/* ---- refusals ---------------------------------------------------------------------------- */

static void test_without_a20_nothing_is_read_or_written(void **state)
{
	(void)state;
	start();
	machine.a20 = false;
	h->payload = 0xfff00000; /* would fault */
	fails_untouched(E_A20);
}

static void test_a_payload_of_another_build_is_none(void **state)
{
	(void)state;
	start();
	p->build_id++;
	fails_untouched(E_PAYLOAD_NONE);
	start();
	p->signature++;
	fails_untouched(E_PAYLOAD_NONE);
	start();
	h->payload_len = sizeof(*p) - 1;
	fails_untouched(E_PAYLOAD_NONE);
}

static void test_every_length_in_the_header_is_checked(void **state)
{
	static const u32 huge[] = { 1,          0x7ffffffd, 0x80000000,
				    0xffff0000, 0xfffffffd, 0xffffffff };
	u32 *const lengths[] = {
		&p->total_len,  &p->core_off,     &p->core_packed_len, &p->core_len,
		&p->core_entry, &p->core_mem_len, &p->reloc_off,       &p->reloc_len,
	};

	(void)state;
	for (u32 place = PAYLOAD_PMM; place <= PAYLOAD_WINDOW; place++)
		for (u32 i = 0; i < ARRAY_LEN(lengths); i++)
			for (u32 k = 0; k < ARRAY_LEN(huge); k++) {
				start();
				h->payload_place = (u16)place;
				*lengths[i] += huge[k];
				/* Its CRC is right as far as that can be said. */
				if (p->total_len == h->payload_len)
					fix_crc();
				u32 error = load_entry(h);
				CHECK(error == E_PAYLOAD_CRC || error == E_UNPACK ||
				      (error == 0 && (lengths[i] == &p->core_entry ||
						      lengths[i] == &p->reloc_off)));
				CHECK(untouched_but(RAM_END - MEM_LEN, MEM_LEN));
			}
	start();
	h->payload_len = p->total_len - 4;
	fails_untouched(E_PAYLOAD_CRC);
	start();
	h->payload_len = ++p->total_len;
	fix_crc();
	fails_untouched(E_PAYLOAD_CRC);
	start();
	p->core_entry = CORE_LEN;
	fix_crc();
	fails_untouched(E_PAYLOAD_CRC);
	start();
	p->core_mem_len = 0x2000; /* room for the core, but not to unpack it */
	fix_crc();
	fails_untouched(E_PAYLOAD_CRC);
	start();
	p->header_len++;
	fix_crc();
	fails_untouched(E_PAYLOAD_CRC);
	start();
	p->method = 2;
	fix_crc();
	fails_untouched(E_PAYLOAD_CRC);
}

static void test_every_damaged_byte_is_noticed(void **state)
{
	(void)state;
	start();
	for (u32 at = 0; at < p->total_len; at += 7) {
		((u8 *)p)[at] ^= 0x10;
		u32 error = load_entry(h);
		CHECK(error == E_PAYLOAD_CRC || error == E_PAYLOAD_NONE);
		((u8 *)p)[at] ^= 0x10;
	}
	CHECK(untouched_but(MIB, 0));
}

static void test_damage_in_a_bar_is_noticed_in_the_copy(void **state)
{
	(void)state;
	start();
	h->payload_place = PAYLOAD_BAR;
	((u8 *)p)[p->total_len - 5] ^= 1;
	CHECK(load_entry(h) == E_PAYLOAD_CRC);
	CHECK(untouched_but(RAM_END - MEM_LEN, MEM_LEN));
	CHECK(h->core_base == 0 && h->payload == WINDOW);
}

static void test_a_core_that_cannot_be_decoded_is_refused(void **state)
{
	(void)state;
	start();
	((u8 *)p)[p->core_off] |= 6; /* block type 3 */
	fix_crc();
	CHECK(load_entry(h) == E_UNPACK);
	CHECK(untouched_but(RAM_END - MEM_LEN, MEM_LEN));
	CHECK(h->core_base == 0);
	start();
	p->reloc_count++;
	fix_crc();
	CHECK(load_entry(h) == E_UNPACK);
}

static void test_without_memory_the_reason_is_told(void **state)
{
	(void)state;
	start();
	machine.map = false;
	fails_untouched(E_NO_MEMORY);
	start();
	machine.ram_end = MIB + MEM_LEN - 1;
	fails_untouched(E_NO_CORE_ROOM);
	start();
	machine.ram_end = MIB + MEM_LEN;
	CHECK(load_entry(h) == 0);
	loaded_at(MIB, MIB + MEM_LEN, false);
}

/* PXE-21: what the UNDI loader's caller is told of a place that cannot be had.  A damaged payload has
 * been told by the real-mode code, which cannot do better. */
static void test_the_undi_loaders_caller_gets_a_status(void **state)
{
	struct undi_loader_params *u = memory_at(CALLER);

	(void)state;
	start();
	h->undi_loader = (struct segoff){ 0, CALLER >> 4 };
	u->status = le16_of(0xc6);
	CHECK(load_entry(h) == 0);
	CHECK(h->entered == HANDOFF_UNDI_LOADER && le16_get(u->status) == 0xc6);

	start();
	h->undi_loader = (struct segoff){ 0, CALLER >> 4 };
	machine.ram_end = MIB + MEM_LEN - 1;
	fails_untouched(E_NO_CORE_ROOM);
	CHECK(le16_get(u->status) == 0x06);

	start();
	h->undi_loader = (struct segoff){ 0, CALLER >> 4 };
	machine.a20 = false;
	fails_untouched(E_A20);
	CHECK(le16_get(u->status) == 0x06);

	start();
	CHECK(load_entry(h) == 0);
	CHECK(h->entered == HANDOFF_BEV);
	machine.map = false;
	CHECK(load_entry(h) == E_NO_MEMORY);
	CHECK(le16_get(u->status) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_core_goes_to_the_top_of_ram),
		cmocka_unit_test(test_the_handoff_is_completed),
		cmocka_unit_test(test_four_megabytes_are_enough),
		cmocka_unit_test(test_reserved_memory_is_avoided),
		cmocka_unit_test(test_a_payload_in_ram_is_avoided),
		cmocka_unit_test(test_a_block_in_ram_is_avoided),
		cmocka_unit_test(test_the_blocks_room_is_used),
		cmocka_unit_test(test_the_core_starts_on_a_page_of_the_room),
		cmocka_unit_test(test_a_room_that_does_not_do_is_left_alone),
		cmocka_unit_test(test_a_room_with_the_payload_in_it_is_left_alone),
		cmocka_unit_test(test_a_payload_in_a_bar_is_copied),
		cmocka_unit_test(test_a_stored_core_is_copied),
		cmocka_unit_test(test_without_a20_nothing_is_read_or_written),
		cmocka_unit_test(test_a_payload_of_another_build_is_none),
		cmocka_unit_test(test_every_length_in_the_header_is_checked),
		cmocka_unit_test(test_every_damaged_byte_is_noticed),
		cmocka_unit_test(test_damage_in_a_bar_is_noticed_in_the_copy),
		cmocka_unit_test(test_a_core_that_cannot_be_decoded_is_refused),
		cmocka_unit_test(test_without_memory_the_reason_is_told),
		cmocka_unit_test(test_the_undi_loaders_caller_gets_a_status),
	};
	return cmocka_run_group_tests(tests, make_memory, free_memory);
}
