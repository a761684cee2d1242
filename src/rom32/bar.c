/* SPDX-License-Identifier: BSD-2-Clause */
#include "bar.h"
#include "card.h"

#include "ebb/payload.h"
#include "ebb/pci.h"
#include "ebb/rom.h"
#include "io.h"

#define IMAGES_MAX  8u /* images of other makers before ours in one ROM */
#define ADDRESS_MIN MIB

static u32 config_read(const struct bar *b, u32 reg)
{
	return card_config_read(b->bdf, reg);
}

static __attribute__((noinline)) void config_write(const struct bar *b, u32 reg, u32 v)
{
	card_config_point(b->bdf, reg);
	io_out32(PCI_CONFIG_DATA, v);
}

/* Memory decode on or off; everything else in the register as it was.  Status bits, which
 * are cleared by ones, are written as zeros. */
static __attribute__((noinline)) void decode(const struct bar *b, u32 memory)
{
	config_write(b, PCI_COMMAND, (b->command & ~PCI_COMMAND_MEMORY) | memory);
}

/* Size of a memory or ROM BAR, 0 = not there.  Decode is off. */
static __attribute__((noinline)) u32 size_of(const struct bar *b, u32 reg)
{
	u32 was = config_read(b, reg);

	config_write(b, reg, PCI_ROM_BAR_ADDRESS);
	u32 size = -(config_read(b, reg) & PCI_ROM_BAR_ADDRESS);
	config_write(b, reg, was);
	return size;
}

u32 payload_len_at(phys at, const struct rom_info *rom)
{
	const volatile struct payload *p = (const volatile struct payload *)at;
	u32 len = p->total_len;

	if (p->signature != PAYLOAD_SIGNATURE || p->build_id != le32_get(rom->build_id) ||
	    p->header_len != sizeof(*p) || len < sizeof(*p) || len > PAYLOAD_MEM_MAX)
		return 0;
	return len;
}

/* Maps the ROM at `at` and walks its images, by the lengths in their PCIRs, to the one whose
 * payload is of this build.  0: not there, and decode is off again. */
static phys try_address(const struct bar *b, phys at)
{
	phys end = at + b->size;
	const struct rom_info *rom = (const struct rom_info *)b->rom;
	u32 off = le32_get(rom->payload_off);

	if (at < ADDRESS_MIN)
		return 0;
	config_write(b, PCI_ROM_BAR, at | PCI_ROM_BAR_ON);
	decode(b, PCI_COMMAND_MEMORY);
	for (u32 i = 0; i < IMAGES_MAX && off + sizeof(struct payload) <= end - at; i++) {
		if (payload_len_at(at + off, rom))
			return at;

		phys pcir =
			at + *(const volatile u16 *)(at + offsetof(struct rom_header, pcir));
		u32 len = *(const volatile u16 *)(pcir + offsetof(struct pcir, image_units)) *
			  ROM_UNIT;
		if (*(const volatile u32 *)pcir != PCIR_SIGNATURE || !len || len >= end - at)
			break;
		at += len;
	}
	decode(b, 0);
	return 0;
}

phys rom_bar_open(struct bar *b)
{
	phys image;

	b->command = (u16)config_read(b, PCI_COMMAND);
	b->lent_reg = 0;
	decode(b, 0);
	b->rom_bar = config_read(b, PCI_ROM_BAR);
	b->size = size_of(b, PCI_ROM_BAR);
	if (!b->size)
		goto none;

	image = try_address(b, b->rom_bar & PCI_ROM_BAR_ADDRESS);
	if (image)
		return image;

	for (u32 reg = PCI_BAR0; reg <= PCI_BAR5; reg += 4) {
		u32 was = config_read(b, reg);
		u32 type = was & (PCI_BAR_IO | PCI_BAR_TYPE);
		u32 step = reg;

		if (type == PCI_BAR_64)
			reg += 4;
		if (was & PCI_BAR_IO || (type == PCI_BAR_64 && config_read(b, reg)) ||
		    size_of(b, step) < b->size)
			continue;
		b->lent_reg = (u16)step;
		b->lent_was = was;
		config_write(b, step, 0);
		image = try_address(b, was & ~0xfu);
		if (image)
			return image;
		config_write(b, step, was);
		b->lent_reg = 0;
	}
none:
	rom_bar_close(b);
	return 0;
}

void rom_bar_close(struct bar *b)
{
	decode(b, 0);
	if (b->lent_reg)
		config_write(b, b->lent_reg, b->lent_was);
	config_write(b, PCI_ROM_BAR, b->rom_bar);
	config_write(b, PCI_COMMAND, b->command);
}
