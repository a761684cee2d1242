/* SPDX-License-Identifier: BSD-2-Clause */
/* Firmware that answers INT 15h as badly as it has been seen to. */
#include "check.h"

#include <string.h>
#include <sys/mman.h>

#include "e820.h"
#include "real.h"

#define RAM       E820_RAM
#define RESERVED  E820_RESERVED
#define SMAP      0x534d4150u
#define LOW       0x20000u    /* linear address of the bounce buffer */
#define UNWRITTEN 0xffffffffu /* attributes that the firmware does not write */

struct entry {
	u64 base;
	u64 len;
	u32 type;
	u32 attributes;
	u32 size; /* what ECX says */
};

enum list_end { BY_EBX_0, BY_CARRY, BY_SAME_EBX, NEVER };

/* The firmware, and what it saw. */
static struct {
	struct entry entry[200];
	u32 entries;
	enum list_end end;
	u32 smap; /* what EAX says */
	bool has_e801;
	bool has_88;
	u16 ax, bx, cx, dx; /* E801 */
	u16 kb;             /* 88h */
	u32 calls;
} firmware;

static struct handoff handoff;
static struct place_map map;

void real_prepare(const struct handoff *h, struct rm_call *c)
{
	memset(c, 0, sizeof(*c));
	c->ds = c->es = h->bounce.seg;
}

static u32 say_entry(struct rm_call *c)
{
	u32 n = c->ebx / 3;
	const struct entry *e =
		&firmware.entry[firmware.end == NEVER ? n % firmware.entries : n];

	CHECK(c->edx == SMAP && c->ecx >= 20);
	CHECK(c->ebx % 3 == 0); /* our own continuation, unchanged */
	if (firmware.entries == 0 || (firmware.end == BY_CARRY && n == firmware.entries))
		return EFLAGS_CF;
	memcpy(memory_at(LOW + c->edi), e, e->attributes == UNWRITTEN ? 20 : 24);
	c->eax = firmware.smap;
	c->ecx = e->size;
	c->ebx += 3;
	if (n + 1 == firmware.entries && firmware.end == BY_EBX_0)
		c->ebx = 0;
	if (n + 1 == firmware.entries && firmware.end == BY_SAME_EBX)
		c->ebx -= 3;
	/* Some clobber what they should keep. */
	c->esi = c->edi = c->ebp = c->edx = 0xdeadbeef;
	c->es = c->ds = 0xdead;
	return 0;
}

void real_interrupt(const struct handoff *h, struct rm_call *c, u32 vector)
{
	u32 carry = EFLAGS_CF;

	(void)h;
	CHECK(vector == 0x15);
	firmware.calls++;
	if (c->eax == 0xe820) {
		carry = say_entry(c);
	} else if (c->eax == 0xe801 && firmware.has_e801) {
		carry = 0;
		c->eax = 0x55550000u | firmware.ax;
		c->ebx = 0x55550000u | firmware.bx;
		c->ecx = 0x55550000u | firmware.cx;
		c->edx = 0x55550000u | firmware.dx;
	} else if (c->eax >> 8 == 0x88 && firmware.has_88) {
		carry = 0;
		c->eax = 0x55550000u | firmware.kb;
	}
	c->eflags = carry;
}

static void machine(const struct entry *e, u32 n)
{
	memset(&firmware, 0, sizeof(firmware));
	if (n != 0)
		memcpy(firmware.entry, e, n * sizeof(*e));
	firmware.entries = n;
	firmware.smap = SMAP;
	handoff.bounce = (struct segoff){ .off = 0x10, .seg = LOW >> 4 };
	handoff.bounce_len = 0x400;
}
#define MACHINE(...)                                   \
	machine((const struct entry[]){ __VA_ARGS__ }, \
		sizeof((const struct entry[]){ __VA_ARGS__ }) / sizeof(struct entry))
#define ENTRY(base, len, type)               \
	{                                    \
		(base), (len), (type), 0, 20 \
	}
#define BASE_RAM ENTRY(0, 0x9fc00, RAM)

/* The highest MiB, as the map has it. */
static phys top(void)
{
	return place_find(&map, MIB);
}

static void test_the_list_ends_with_ebx_0_or_carry_or_no_progress(void **state)
{
	(void)state;
	for (enum list_end end = BY_EBX_0; end <= BY_SAME_EBX; end++) {
		MACHINE(BASE_RAM, ENTRY(MIB, 15 * MIB, RAM));
		firmware.end = end;
		CHECK(e820_read(&handoff, &map));
		CHECK(top() == 15 * MIB);
		CHECK(firmware.calls == (end == BY_CARRY ? 3u : 2u));
	}
}

static void test_an_endless_list_is_left_after_128_calls(void **state)
{
	(void)state;
	MACHINE(BASE_RAM, ENTRY(MIB, 15 * MIB, RAM));
	firmware.end = NEVER;
	CHECK(e820_read(&handoff, &map));
	CHECK(firmware.calls == 128);
	CHECK(top() == 15 * MIB);
}

static void test_unsorted_overlapping_and_empty_entries_are_understood(void **state)
{
	(void)state;
	MACHINE(BASE_RAM, ENTRY(8 * MIB, 8 * MIB, RAM), ENTRY(12 * MIB, 0, RESERVED),
		ENTRY(0, 0, 0), ENTRY(14 * MIB, 2 * MIB, RESERVED), ENTRY(MIB, 8 * MIB, RAM));
	CHECK(e820_read(&handoff, &map));
	CHECK(top() == 13 * MIB);
	CHECK(place_find(&map, 13 * MIB) == MIB);
}

static void test_entries_without_attribute_bit_0_do_not_count(void **state)
{
	(void)state;
	MACHINE({ 0, 0x9fc00, RAM, 1, 24 }, { MIB, 3 * MIB, RAM, 9, 24 },
		{ 4 * MIB, 4 * MIB, RAM, 0, 24 }, { 2 * MIB, MIB, RESERVED, 0, 24 });
	CHECK(e820_read(&handoff, &map));
	CHECK(top() == 3 * MIB);
	/* 20 said: what is written behind them is no attribute. */
	MACHINE(BASE_RAM, ENTRY(MIB, 3 * MIB, RAM));
	CHECK(e820_read(&handoff, &map));
	CHECK(top() == 3 * MIB);
	/* 24 said, but only 20 written: the attribute that we set stays. */
	MACHINE(BASE_RAM, { MIB, 3 * MIB, RAM, UNWRITTEN, 24 });
	CHECK(e820_read(&handoff, &map));
	CHECK(top() == 3 * MIB);
}

static void with_e801(u16 ax, u16 bx, u16 cx, u16 dx)
{
	firmware.has_e801 = true;
	firmware.ax = ax;
	firmware.bx = bx;
	firmware.cx = cx;
	firmware.dx = dx;
}

static void test_a_list_that_cannot_be_right_is_not_believed(void **state)
{
	static const struct entry first[] = {
		ENTRY(MIB, 7 * MIB, RAM),   ENTRY(0, 0x9fc00, RESERVED), ENTRY(0, 0, RAM),
		{ 0, 0x9fc00, RAM, 0, 24 }, { 0, 0x9fc00, RAM, 1, 19 },
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(first); i++) {
		MACHINE(first[i], ENTRY(MIB, 7 * MIB, RAM));
		with_e801(0x0c00, 0, 0, 0);
		CHECK(e820_read(&handoff, &map));
		CHECK(top() == 3 * MIB);
	}
	MACHINE(BASE_RAM, ENTRY(MIB, 7 * MIB, RAM));
	firmware.smap = 0x12345678;
	with_e801(0x0c00, 0, 0, 0);
	CHECK(e820_read(&handoff, &map));
	CHECK(top() == 3 * MIB);
	/* In the middle of the list, too. */
	MACHINE(BASE_RAM, { MIB, 7 * MIB, RAM, 0, 16 });
	with_e801(0x0c00, 0, 0, 0);
	CHECK(e820_read(&handoff, &map));
	CHECK(top() == 3 * MIB);
}

static void test_e801_answers_in_either_pair(void **state)
{
	(void)state;
	machine(NULL, 0);
	with_e801(0x3c00, 0x100, 0, 0);
	CHECK(e820_read(&handoff, &map));
	CHECK(top() == 31 * MIB);
	CHECK(place_find(&map, 31 * MIB) == MIB);
	with_e801(0, 0, 0x3c00, 0x100);
	CHECK(e820_read(&handoff, &map));
	CHECK(top() == 31 * MIB);
	/* A hole below 16 MiB. */
	with_e801(0x3800, 0x10, 0, 0);
	CHECK(e820_read(&handoff, &map));
	CHECK(top() == 16 * MIB);
	CHECK(place_find(&map, 2 * MIB) == 13 * MIB);
}

static void test_e801_answers_of_0_and_4_gib_are_rejected(void **state)
{
	static const u16 bad[][2] = {
		{ 0, 0 },          { 0, 0x100 },       { 0x3c01, 0 },
		{ 0xffff, 0x100 }, { 0x3c00, 0xff00 }, { 0x3c00, 0xffff },
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(bad); i++) {
		machine(NULL, 0);
		with_e801(bad[i][0], bad[i][1], 0, 0);
		firmware.has_88 = true;
		firmware.kb = 3 * 1024;
		CHECK(e820_read(&handoff, &map));
		CHECK(top() == 3 * MIB);
	}
	machine(NULL, 0);
	with_e801(0x3c00, 0xfeff, 0, 0);
	CHECK(e820_read(&handoff, &map));
	CHECK(top() == PLACE_CEILING - MIB);
}

static void test_88_is_the_last_resort(void **state)
{
	(void)state;
	machine(NULL, 0);
	firmware.has_88 = true;
	firmware.kb = 0xffff;
	CHECK(e820_read(&handoff, &map));
	CHECK(top() == 65 * MIB - 4 * KIB - MIB);
	firmware.kb = 0;
	CHECK(!e820_read(&handoff, &map));
	firmware.has_88 = false;
	firmware.kb = 1024;
	CHECK(!e820_read(&handoff, &map));
}

static int make_low_memory(void **state)
{
	void *at = mmap(memory_at(LOW), 0x10000, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	(void)state;
	return at == memory_at(LOW) ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_list_ends_with_ebx_0_or_carry_or_no_progress),
		cmocka_unit_test(test_an_endless_list_is_left_after_128_calls),
		cmocka_unit_test(test_unsorted_overlapping_and_empty_entries_are_understood),
		cmocka_unit_test(test_entries_without_attribute_bit_0_do_not_count),
		cmocka_unit_test(test_a_list_that_cannot_be_right_is_not_believed),
		cmocka_unit_test(test_e801_answers_in_either_pair),
		cmocka_unit_test(test_e801_answers_of_0_and_4_gib_are_rejected),
		cmocka_unit_test(test_88_is_the_last_resort),
	};
	return cmocka_run_group_tests(tests, make_low_memory, NULL);
}
