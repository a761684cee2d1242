/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot.h"

#include "bar.h"
#include "card.h"
#include "ebb/block.h"
#include "ebb/error.h"
#include "ebb/handoff.h"
#include "ebb/payload.h"
#include "ebb/rom.h"
#include "ebb/scratch.h"

typedef __attribute__((regparm(3))) u32 entry(struct handoff *h);

/* Copies header and loader of the payload at `at` into the scratch (what follows a short one does
 * no harm) and runs the loader, if its sum is right: nothing is executed without.  Until a payload of this build is seen, `error`
 * is what was wrong before. */
static u32 load(struct handoff *h, const struct rom_info *rom, u32 place, phys at, u32 error)
{
	u32 len = payload_len_at(at, rom);
	const u32 *from = (const u32 *)at;
	u32 *to = (u32 *)(h->scratch + SCRATCH_LOADER);
	const struct payload *p = (const struct payload *)to;

	if (!len)
		return error;
	h->payload_place = (u16)place;
	h->payload = at;
	h->payload_len = len;
	for (u32 i = 0; i < SCRATCH_LOADER_LEN / 4; i++)
		to[i] = from[i];

	u32 words = p->loader_len / 4, sum = 0;
	to += sizeof(*p) / 4;
	if (words > PAYLOAD_LOADER_MAX / 4)
		return E_PAYLOAD_CRC;
	while (words--)
		sum += to[words];
	if (sum != p->loader_sum)
		return E_PAYLOAD_CRC;
	return ((entry *)to)(h);
}

/* What INIT wrote down: into the block, and into the image where that was writable.  Else the
 * card is searched for. */
static void read_notes(struct handoff *h, const struct rom_info *rom)
{
	const struct block *b = (const struct block *)h->block;
	u32 run_seg = h->rom_base >> 4;

	h->bdf = (u16)(le16_get(rom->note_bdf_plus_1) - 1); /* no note: BLOCK_NO_BDF */
	if (b) {
		h->payload = b->payload;
		for (u32 i = 0; i < BLOCK_CARDS; i++)
			if (b->card[i].rom_seg == run_seg)
				h->bdf = b->card[i].bdf;
	}
	if (h->bdf == BLOCK_NO_BDF)
		h->bdf = (u16)card_find((const struct rom_header *)h->rom_base, b, run_seg,
					BLOCK_NO_BDF, BLOCK_NO_BDF - 1);
}

u32 rom_boot(struct handoff *h)
{
	const struct rom_info *rom = (const struct rom_info *)h->rom_info;
	u32 error = E_PAYLOAD_NONE;
	struct bar bar;

	read_notes(h, rom);
	bar.rom = h->rom_info;
	bar.bdf = h->bdf;
	if (h->payload)
		error = load(h, rom, PAYLOAD_PMM, h->payload, error);
	if (error && h->bdf != BLOCK_NO_BDF) {
		phys image = rom_bar_open(&bar);

		if (image) {
			error = load(h, rom, PAYLOAD_BAR, image + le32_get(rom->payload_off),
				     error);
			rom_bar_close(&bar);
		}
	}
	if (error)
		error = load(h, rom, PAYLOAD_WINDOW, h->rom_base + le32_get(rom->payload_off),
			     error);
	if (!error)
		((entry *)h->core_entry)(h);
	return error;
}
