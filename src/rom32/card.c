/* SPDX-License-Identifier: BSD-2-Clause */
#include "card.h"

#include "ebb/block.h"
#include "ebb/pci.h"
#include "ebb/rom.h"
#include "io.h"

void card_config_point(u32 bdf, u32 reg)
{
	io_out32(PCI_CONFIG_ADDRESS, PCI_CONFIG_ENABLE | bdf << 8 | reg);
}

u32 card_config_read(u32 bdf, u32 reg)
{
	card_config_point(bdf, reg);
	return io_in32(PCI_CONFIG_DATA);
}

/* True if the image is made for a card with this id. */
static bool made_for(const struct rom_header *rom, u32 id)
{
	const u8 *pcir_at = (const u8 *)rom + le16_get(rom->pcir);
	const struct pcir *pcir = (const struct pcir *)pcir_at;
	u32 off = le16_get(pcir->device_list);

	if ((u16)id != le16_get(pcir->vendor))
		return false;
	id >>= 16;
	if (id == le16_get(pcir->device))
		return true;
	if (off)
		for (const le16 *d = (const le16 *)(pcir_at + off); le16_get(*d); d++)
			if (id == le16_get(*d))
				return true;
	return false;
}

/* True if the block knows another ROM of this build for this card.  Unused records hold the
 * host bridge. */
static bool taken(const struct block *block, u32 bdf, u32 run_seg)
{
	if (block)
		for (u32 i = 0; i < BLOCK_CARDS; i++)
			if (block->card[i].bdf == bdf && block->card[i].rom_seg != run_seg)
				return true;
	return false;
}

u32 card_find(const struct rom_header *rom, const struct block *block, u32 run_seg, u32 named,
	      u32 last)
{
	u32 spare = BLOCK_NO_BDF;
	u32 bdf = named;
	u32 next = 0;

	for (;;) {
		if (made_for(rom, card_config_read(bdf, PCI_VENDOR_ID))) {
			if (!taken(block, bdf, run_seg))
				return bdf;
			if (bdf == named)
				spare = named;
		}
		/* Function 0 tells whether there are others: some devices answer for all
		 * eight.  The named one does not count: the search begins behind it. */
		if (bdf % 8 == 0 &&
		    !(card_config_read(bdf, PCI_CACHE_LINE) & PCI_MULTIFUNCTION))
			next = (next + 7) & ~7u;
		if (next > last)
			return spare;
		bdf = next++;
	}
}
