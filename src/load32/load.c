/* SPDX-License-Identifier: BSD-2-Clause */
/* The loader: BEV has copied it behind a payload header into its scratch and calls it through
 * the gate.  Entry first: load32.ld puts load_entry at the first byte. */
#include "ebb/block.h"
#include "ebb/error.h"
#include "ebb/handoff.h"
#include "ebb/payload.h"
#include "ebb/rom.h"
#include "ebb/scratch.h"

#include "a20.h"
#include "crc.h"
#include "e820.h"
#include "inflate.h"
#include "place.h"
#include "real.h"
#include "unpack.h"

/* A PXENV_STATUS_*, for the UNDI loader's caller. */
#define STATUS_OUT_OF_RESOURCES 0x06u

u32 load_entry(struct handoff *h);

struct place {
	phys base;
	bool reserved; /* permanent PMM memory */
};

static void copy(phys to, phys from, u32 len)
{
	u32 *t = memory_at(to);
	const volatile u32 *f = memory_at(from);

	for (; len >= 4; len -= 4)
		*t++ = *f++;
}

static void clear(phys at, phys end)
{
	while (at & 3 && at < end)
		*(volatile u8 *)memory_at(at++) = 0;
	for (; at < end; at += 4)
		*(volatile u32 *)memory_at(at) = 0;
}

static bool inside(u32 off, u32 len, u32 whole)
{
	return off <= whole && len <= whole - off;
}

/* Whether the header describes a payload of this build that lies in `len` bytes.  Everything
 * that is used before the CRC has been verified is in bounds after this. */
static u32 check_header(const struct payload *p, u32 len, u32 build_id)
{
	if (len < sizeof(*p) || p->signature != PAYLOAD_SIGNATURE || p->build_id != build_id)
		return E_PAYLOAD_NONE;

	u32 total = p->total_len;
	if (p->header_len != sizeof(*p) || total % 4 != 0 || total > len ||
	    total < sizeof(*p) || p->method > PAYLOAD_METHOD_E8_DEFLATE ||
	    !inside(p->core_off, p->core_packed_len, total) ||
	    !inside(p->reloc_off, p->reloc_len, total))
		return E_PAYLOAD_CRC;

	/* Behind the core there is room for a copy of the payload, and to inflate. */
	u32 mem = p->core_mem_len;
	if (mem % PLACE_PAGE != 0 || mem > PAYLOAD_MEM_MAX || total > mem ||
	    p->core_len > mem - total ||
	    mem - total - p->core_len < sizeof(struct inflate_work) + 3 ||
	    p->core_entry >= p->core_len)
		return E_PAYLOAD_CRC;
	return E_OK;
}

static u32 check_crc(const struct payload *p)
{
	u32 zero = 0;
	u32 crc = crc_update(0, p, offsetof(struct payload, crc));
	const u8 *rest = (const u8 *)p + offsetof(struct payload, header_len);

	crc = crc_update(crc, &zero, sizeof(zero));
	crc = crc_update(crc, rest, p->total_len - offsetof(struct payload, header_len));
	return crc == p->crc ? E_OK : E_PAYLOAD_CRC;
}
_Static_assert(offsetof(struct payload, header_len) == offsetof(struct payload, crc) + 4,
	       "the CRC skips only itself");

/* The block's room, if it holds `len` bytes from a page boundary on and is not where the
 * payload lies. */
static bool use_room(const struct handoff *h, u32 len, struct place *at)
{
	const struct block *b = h->block ? memory_at(h->block) : NULL;

	if (!b || !b->room_len)
		return false;

	phys end = b->room + b->room_len;
	phys base = (b->room + PLACE_PAGE - 1) & ~(PLACE_PAGE - 1);

	if (b->room < PLACE_FLOOR || base < b->room || base > end || end - base < len)
		return false;
	if (h->payload < base + len && base < h->payload + h->payload_len)
		return false;
	at->base = base;
	at->reserved = true;
	return true;
}

/* Not inlined: its map must not lie on the stack while the core is unpacked. */
static __attribute__((noinline)) u32 use_ram(const struct handoff *h, u32 len, struct place *at)
{
	struct place_map map;

	if (!e820_read(h, &map))
		return E_NO_MEMORY;
	place_add(&map, h->payload, h->payload_len, E820_RESERVED);
	place_add(&map, h->block, sizeof(struct block), E820_RESERVED);
	at->base = place_find(&map, len);
	at->reserved = false;
	return at->base ? E_OK : E_NO_CORE_ROOM;
}

static u32 unpack(const struct payload *p, phys base)
{
	u8 *image = memory_at(base);
	struct bytes packed = { (const u8 *)p + p->core_off, p->core_packed_len };
	struct bytes deltas = { (const u8 *)p + p->reloc_off, p->reloc_len };

	if (p->method == PAYLOAD_METHOD_STORE) {
		if (packed.len != p->core_len)
			return E_UNPACK;
		for (u32 i = 0; i < packed.len; i++)
			image[i] = packed.at[i];
	} else {
		struct inflate_work *w = memory_at((base + p->core_len + 3) & ~3u);

		if (inflate_raw(w, packed, image, p->core_len) != INFLATE_OK)
			return E_UNPACK;
		unpack_unfilter(image, p->core_len);
	}
	return unpack_relocate(image, p->core_len, deltas, p->reloc_count, base) ? E_OK
										 : E_UNPACK;
}

static struct segoff in_rom(const struct handoff *h, le16 off)
{
	return (struct segoff){ .off = le16_get(off), .seg = (u16)(h->rom_base >> 4) };
}

static struct segoff in_scratch(const struct handoff *h, u16 off)
{
	return (struct segoff){ .off = off, .seg = (u16)(h->scratch >> 4) };
}

/* The real-mode code is short of space: what follows from its few facts is filled in here. */
static void complete_handoff(struct handoff *h, const struct rom_info *rom)
{
	h->gate_real = h->rom_base + le16_get(rom->gate_real);
	h->pxe_entry = in_rom(h, rom->pxe_entry);
	h->pxenv_entry = in_rom(h, rom->pxenv_entry);
	h->int15_hook = in_rom(h, rom->int15_hook);
	h->int1a_hook = in_rom(h, rom->int1a_hook);
	h->stack = in_scratch(h, SCRATCH_REAL_STACK);
	h->bounce = in_scratch(h, SCRATCH_BOUNCE);
	h->bounce_len = SCRATCH_BOUNCE_LEN;
	if (h->undi_loader.seg || h->undi_loader.off)
		h->entered = HANDOFF_UNDI_LOADER;
}

/* Out of memory, or of what there is beyond 1 MiB; whatever else fails is a bad image, as the UNDI
 * loader has said already. */
static u32 fail(const struct handoff *h, u32 error)
{
	struct undi_loader_params *p = memory_at(segoff_linear(h->undi_loader));

	if (h->entered == HANDOFF_UNDI_LOADER)
		p->status = le16_of(STATUS_OUT_OF_RESOURCES);
	return error;
}

__attribute__((used)) u32 load_entry(struct handoff *h)
{
	const struct payload *p = memory_at(h->payload);
	const struct rom_info *rom = memory_at(h->rom_info);
	u32 build_id = le32_get(rom->build_id);
	struct place at;
	u32 error;

	complete_handoff(h, rom);
	if (!a20_open(h))
		return fail(h, E_A20);
	error = check_header(p, h->payload_len, build_id);
	/* A BAR is slow, and only read once: its CRC is that of the copy. */
	if (!error && h->payload_place != PAYLOAD_BAR)
		error = check_crc(p);
	if (!error && !use_room(h, p->core_mem_len, &at))
		error = use_ram(h, p->core_mem_len, &at);
	if (error == E_NO_MEMORY || error == E_NO_CORE_ROOM)
		return fail(h, error);
	if (error)
		return error;

	phys end = at.base + p->core_mem_len;
	phys clear_end = end;
	if (h->payload_place == PAYLOAD_BAR) {
		u32 len = p->total_len;
		u32 mem = p->core_mem_len;

		clear_end = end - len;
		copy(clear_end, h->payload, len);
		p = memory_at(clear_end);
		error = check_header(p, len, build_id);
		if (!error)
			error = p->core_mem_len == mem ? check_crc(p) : E_PAYLOAD_CRC;
	}
	if (!error)
		error = unpack(p, at.base);
	if (error)
		return error;
	clear(at.base + p->core_len, clear_end);

	if (clear_end != end)
		h->payload = clear_end;
	h->payload_len = p->total_len;
	h->core_base = at.base;
	h->core_len = end - at.base;
	h->core_reserved = at.reserved;
	h->core_entry = at.base + p->core_entry;
	return E_OK;
}
