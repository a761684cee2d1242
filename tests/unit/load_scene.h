/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests of the loader: 15 MiB of memory at their real addresses, a payload, and questions
 * after a run.  All memory is compared: nothing may change but the core's own. */
#ifndef EBB_TEST_LOAD_SCENE_H
#define EBB_TEST_LOAD_SCENE_H

#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <zlib.h>

#include "a20.h"
#include "e820.h"
#include "ebb/block.h"
#include "ebb/error.h"
#include "ebb/payload.h"
#include "ebb/rom.h"
#include "ebb/scratch.h"
#include "real.h"

u32 load_entry(struct handoff *h);

#define BUILD 0x1234abcdu

#define SCRATCH  0x20000u
#define ROM      0x30000u
#define ROM_INFO (ROM + 0x60)
#define BLOCK    0x3f400u
#define WINDOW   0x40000u /* where the payload lies, unless a test moves it */
#define LOW_BASE 0x20000u
#define LOW_LEN  0x60000u
#define HIGH_LEN (15 * MIB)
#define RAM_END  (16 * MIB)

#define CORE_LEN 5001u
#define MEM_LEN  0x10000u
#define FILL     0xa5

static struct handoff *h;
static struct payload *p;
static struct block *block;
static u8 core[CORE_LEN];
static u8 *before; /* all high memory as it was */

static struct {
	bool a20;
	bool map;
	phys ram_end;
	u32 hidden_base; /* a reserved MiB; 0 = none */
} machine;

bool a20_open(const struct handoff *to)
{
	CHECK(to->bounce.seg == SCRATCH >> 4);
	return machine.a20;
}

bool e820_read(const struct handoff *to, struct place_map *m)
{
	CHECK(to->gate_real == ROM + 0x123);
	m->count = 0;
	place_add(m, 0, 0xa0000, E820_RAM);
	place_add(m, MIB, machine.ram_end - MIB, E820_RAM);
	if (machine.hidden_base)
		place_add(m, machine.hidden_base, MIB, E820_RESERVED);
	return machine.map;
}

/* ---- a payload --------------------------------------------------------------------------- */

static void fix_crc(void)
{
	p->crc = 0;
	p->crc = (u32)crc32(0, (u8 *)p, p->total_len);
}

static void append(u32 *off, u32 *len, const void *at, u32 n)
{
	*off = p->total_len;
	*len = n;
	memcpy((u8 *)p + *off, at, n);
	p->total_len += n;
}

static u32 deflate_core(u8 *filtered, u8 *to, u32 room)
{
	z_stream z = { .next_in = filtered, .avail_in = CORE_LEN };

	z.next_out = to;
	z.avail_out = room;
	CHECK(deflateInit2(&z, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) == Z_OK);
	CHECK(deflate(&z, Z_FINISH) == Z_STREAM_END);
	deflateEnd(&z);
	return room - z.avail_out;
}

/* A core with dwords to rebase at 8 and 100, and a call at 200. */
static void payload_at(phys at)
{
	static u8 packed[2 * CORE_LEN];
	static u8 filtered[CORE_LEN];

	p = memory_at(at);
	memset(p, 0, sizeof(*p));
	for (u32 i = 0; i < CORE_LEN; i++)
		core[i] = (u8)(i * i >> 4 & 0x7f);
	memcpy(core + 200, "\xe8\x05\0\0\0", 5);
	memcpy(filtered, core, CORE_LEN);
	filtered[201] = 205;
	p->signature = PAYLOAD_SIGNATURE;
	p->build_id = BUILD;
	p->header_len = sizeof(*p);
	p->method = PAYLOAD_METHOD_E8_DEFLATE;
	p->total_len = sizeof(*p);
	append(&p->core_off, &p->core_packed_len, packed,
	       deflate_core(filtered, packed, sizeof(packed)));
	append(&p->reloc_off, &p->reloc_len, "\x08\x5c", 2);
	p->reloc_count = 2;
	p->core_len = CORE_LEN;
	p->core_mem_len = MEM_LEN;
	p->core_entry = 16;
	p->total_len = (p->total_len + 3) & ~3u;
	strcpy(p->settings, "cmdline=quiet\n");
	fix_crc();
	h->payload = at;
	h->payload_len = p->total_len;
	memcpy(before, memory_at(MIB), HIGH_LEN);
}

/* 16 MiB of RAM, no block, the payload in the ROM window. */
static void start(void)
{
	struct rom_info *info = memory_at(ROM_INFO);

	memset(memory_at(LOW_BASE), 0, LOW_LEN);
	memset(memory_at(MIB), FILL, HIGH_LEN);
	machine.a20 = true;
	machine.map = true;
	machine.ram_end = RAM_END;
	machine.hidden_base = 0;

	info->build_id = le32_of(BUILD);
	info->gate_real = le16_of(0x123);
	info->pxe_entry = le16_of(0x234);
	block = memory_at(BLOCK);
	h = memory_at(SCRATCH + SCRATCH_HANDOFF);
	h->rom_base = ROM;
	h->rom_info = ROM_INFO;
	h->scratch = SCRATCH;
	h->payload_place = PAYLOAD_WINDOW;
	payload_at(WINDOW);
}

static void start_with_room(phys room, u32 len)
{
	start();
	h->block = BLOCK;
	block->room = room;
	block->room_len = len;
}

/* ---- judgement --------------------------------------------------------------------------- */

/* Whether high memory outside [base, base + len) is as it was. */
static bool untouched_but(phys base, u32 len)
{
	const u8 *now = memory_at(MIB);
	u32 off = base - MIB;

	return memcmp(now, before, off) == 0 &&
	       memcmp(now + off + len, before + off + len, HIGH_LEN - off - len) == 0;
}

static bool all_zero(phys at, phys end)
{
	for (; at < end; at++)
		if (*(u8 *)memory_at(at) != 0)
			return false;
	return true;
}

static u32 dword(phys at)
{
	u32 v;

	memcpy(&v, memory_at(at), sizeof(v));
	return v;
}

static u32 core_dword(u32 off)
{
	u32 v;

	memcpy(&v, core + off, sizeof(v));
	return v;
}

/* The core is whole at `base`, rebased, and zeros are behind it up to `clear_end`. */
static void loaded_at(phys base, phys clear_end, bool reserved)
{
	CHECK(h->core_base == base);
	CHECK(h->core_len == MEM_LEN);
	CHECK(h->core_reserved == reserved);
	CHECK(h->core_entry == base + 16);
	CHECK(dword(base + 8) == core_dword(8) + base);
	CHECK(dword(base + 100) == core_dword(100) + base);
	CHECK(memcmp(memory_at(base), core, 8) == 0);
	CHECK(memcmp(memory_at(base + 12), core + 12, 88) == 0);
	CHECK(memcmp(memory_at(base + 104), core + 104, CORE_LEN - 104) == 0);
	CHECK(all_zero(base + CORE_LEN, clear_end));
	CHECK(untouched_but(base, MEM_LEN));
}

static void fails_untouched(u32 error)
{
	struct handoff was = *h;

	CHECK(load_entry(h) == error);
	CHECK(untouched_but(MIB, 0));
	CHECK(h->core_base == was.core_base && h->core_entry == was.core_entry);
	CHECK(h->payload == was.payload && h->payload_len == was.payload_len);
}

/* ---- the memory, for cmocka ----------------------------------------------------------- */

static void *memory(phys base, u32 len)
{
	return mmap(memory_at(base), len, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
}

static int make_memory(void **state)
{
	(void)state;
	before = malloc(HIGH_LEN);
	if (memory(LOW_BASE, LOW_LEN) != memory_at(LOW_BASE) ||
	    memory(MIB, HIGH_LEN) != memory_at(MIB))
		return -1;
	start();
	return 0;
}

static int free_memory(void **state)
{
	(void)state;
	free(before);
	return 0;
}

#endif
