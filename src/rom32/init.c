/* SPDX-License-Identifier: BSD-2-Clause */
/* INIT's 32-bit code as one unit, compiled with -fwhole-program, since it is smaller so.  Named
 * here is what assembly calls. */
#include "init.h"

#include "card.h"
#include "ebb/bda.h"
#include "ebb/handoff.h"
#include "ebb/payload.h"
#include "ebb/pci.h"
#include "ebb/rom.h"

#define CALLED_FROM_ASSEMBLY(f) __typeof__(f) f __attribute__((externally_visible))

CALLED_FROM_ASSEMBLY(init_place);
CALLED_FROM_ASSEMBLY(init_block);
CALLED_FROM_ASSEMBLY(init_card);
CALLED_FROM_ASSEMBLY(init_payload);
CALLED_FROM_ASSEMBLY(init_image);
CALLED_FROM_ASSEMBLY(init_hook);

#include "block.c"
#include "ebda_grow.c"
#include "int19.c"
#include "pmm_policy.c"
#include "reserve.c"

#define PCI_3_0 0x0300u

/* The image is linked at 0: an address is an offset. */
extern const u8 int19_entry[], rom_info[], _init_used[], _init_end[];

static const struct rom_info *info(const struct init *i)
{
	return (const struct rom_info *)i->bar.rom;
}

u32 pmm_payload_len(struct lowmem *lm, phys at)
{
	const struct init *i = (const struct init *)((phys)lm - offsetof(struct init, lm));

	return payload_len_at(at, info(i));
}

/* True if there is memory: a byte keeps what is written to it.  It is as it was afterwards. */
static bool writable(phys at)
{
	volatile u8 *byte = (volatile u8 *)at;
	u8 was = *byte;
	bool kept;

	*byte = (u8)~was;
	kept = *byte != was;
	*byte = was;
	return kept;
}

bool init_place(struct init *i)
{
	struct pmm_terms *t = &i->reserve.terms;
	const struct rom_header *header = (const struct rom_header *)t->image;
	phys at = (u16)i->ebx << 4;
	u32 len = le16_get(info(i)->runtime_len);

	i->keep_units = len / ROM_UNIT;
	t->runtime_len = len;
	t->image_len = header->units * ROM_UNIT;
	t->runtime = t->image;
	/* BX counts if firmware follows PCI 3.0 and the place makes sense: some do not. */
	if (t->pci_version < PCI_3_0 || at < ROM_AREA || at + len > ROM_AREA_END ||
	    overlaps(at, len, t->image, t->image_len))
		return true;
	if (writable(at)) {
		t->runtime = at;
		return true;
	}
	/* Among the option ROMs this image can stay, and firmware that means what it says in BX
	 * would not have run it there.  Elsewhere it cannot, and firmware sees that nothing is
	 * at BX:0 (ROM-7). */
	return t->image >= ROM_AREA;
}

void init_block(struct init *i)
{
	struct reserve *r = &i->reserve;

	reserve_block(&i->lm, r);
	i->note = (u16)(r->block >> 4);
	if (r->place == BLOCK_EBDA)
		i->note -= low_read16(&i->lm, BDA_EBDA_SEG);
}

void init_card(struct init *i)
{
	struct reserve *r = &i->reserve;
	u32 run_seg = r->terms.runtime >> 4;
	u32 bdf = BLOCK_NO_BDF;

	if (r->terms.pci_version)
		bdf = card_find((const struct rom_header *)r->terms.image,
				(const struct block *)r->block, run_seg, (u16)i->eax,
				i->last_bus << 8 | 0xff);
	i->bar.bdf = bdf;
	if (bdf == BLOCK_NO_BDF)
		return;
	i->card_ids = card_config_read(bdf, PCI_VENDOR_ID);
	if (r->block)
		block_enter_card(&i->lm, r->block, r->terms.build_id, bdf, run_seg);
}

/* Looks for the payload in the card's ROM.  Returns its address and *len; the BAR is then open.
 * 0: not there. */
static phys find_in_bar(struct init *i, u32 *len)
{
	phys at;

	if (i->bar.bdf == BLOCK_NO_BDF)
		return 0;
	at = rom_bar_open(&i->bar);
	if (!at)
		return 0;
	at += le32_get(info(i)->payload_off);
	*len = payload_len_at(at, info(i));
	if (*len)
		return at;
	rom_bar_close(&i->bar);
	return 0;
}

/* Copies, and compares what has arrived. */
static bool copy(phys to, phys from, u32 len)
{
	volatile u32 *t = (volatile u32 *)to;
	const u32 *f = (const u32 *)from;
	u32 i;

	for (i = 0; i < len / 4; i++)
		t[i] = f[i];
	/* Not until all is written: what is no memory may show the last dword everywhere. */
	while (i && t[i - 1] == f[i - 1])
		i--;
	return !i;
}

void init_payload(struct init *i)
{
	struct reserve *r = &i->reserve;
	u32 off = le32_get(info(i)->payload_off);
	phys at = r->terms.image + off;
	u32 len = payload_len_at(at, info(i));
	bool opened = false;

	if (!len) {
		at = find_in_bar(i, &len);
		if (!at)
			return;
		opened = true;
		i->payload_place = PAYLOAD_BAR;
	} else if (off + len <= r->terms.image_len) {
		i->payload_place = PAYLOAD_WINDOW;
	}
	if (reserve_payload(&i->lm, r, len, ((const struct payload *)at)->core_mem_len))
		reserve_keep(&i->lm, r, copy(r->payload, at, len));
	if (r->payload)
		i->payload_place = PAYLOAD_PMM;
	if (i->payload_place == PAYLOAD_WINDOW) {
		/* The same in the card's ROM: the window can be given away. */
		if (find_in_bar(i, &len)) {
			opened = true;
			i->payload_place = PAYLOAD_BAR;
		} else {
			i->keep_units = r->terms.image_len / ROM_UNIT;
		}
	}
	if (opened)
		rom_bar_close(&i->bar);
}

enum init_image init_image(struct init *i)
{
	struct pmm_terms *t = &i->reserve.terms;
	const struct rom_header *from = (const struct rom_header *)t->image;
	struct rom_header *to = (struct rom_header *)t->runtime;
	struct rom_info *notes = (struct rom_info *)(i->bar.rom - t->image + t->runtime);
	enum init_image result = INIT_IMAGE_LEFT;
	u8 sum = 0;

	if (to != from) {
		/* No more than was announced. */
		const struct pcir *pcir =
			(const struct pcir *)(t->image + le16_get(from->pcir));

		if (i->keep_units > le16_get(pcir->max_runtime_units)) {
			i->keep_units = t->runtime_len / ROM_UNIT;
			result = INIT_IMAGE_WITHOUT_PAYLOAD;
		}
		copy(t->runtime, t->image, i->keep_units * ROM_UNIT);
	}
	if (!writable((phys)to))
		return INIT_IMAGE_READ_ONLY;
	notes->note_bdf_plus_1 = le16_of((u16)(i->bar.bdf + 1));
	notes->note_block = le16_of(i->note);
	notes->note_place = i->reserve.place;
	to->units = (u8)i->keep_units;
	/* INIT may be running on the padding behind its code, which is zeros before and after. */
	for (u32 n = 0; n < i->keep_units * ROM_UNIT; n++)
		if (to != from || n < (u32)_init_used || n >= (u32)_init_end)
			sum += ((const u8 *)to)[n];
	to->checksum -= sum;
	return result;
}

bool init_hook(struct init *i)
{
	const struct pmm_terms *t = &i->reserve.terms;
	u32 ours = t->runtime << 12 | (u16)(phys)int19_entry;

	return int19_hook(&i->lm, i->reserve.block, t->build_id, ours, (phys)rom_info);
}
