/* SPDX-License-Identifier: BSD-2-Clause */
/* A model of the 82540EM's registers and rings, and of the machine around it.  It does DMA
 * only as far as bus mastering, RCTL.EN and TCTL.EN allow, and counts every breach.  Included
 * once, by e1000_test.c, which defines _GNU_SOURCE first. */
#ifndef EBB_E1000_MODEL_H
#define EBB_E1000_MODEL_H

#include <string.h>
#include <sys/mman.h>
#include "heap.h"
#include "mmio.h"
#include "nic_machine.h"
#include "../../src/net/drivers/e1000_regs.h"

#define REGS    0xfebc0000u
#define REG(at) model.reg[(at) / 4]

static const u8 mac[MAC_LEN] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 };
static const struct pci_dev dev = { .bdf = BDF, .vendor = 0x8086, .device = 0x100e };

static struct {
	u32 reg[0x8000];
	u16 pctrl; /* the PHY's control register */
	u16 eeprom[3];
	phys bar;
	bool gone;         /* reads as ones */
	bool reset_hangs;  /* RST never clears */
	bool reset_resets; /* RST does what the datasheet says; the emulators' does not */
	bool eeprom_hangs;
	bool tx_stalls;
	bool flood; /* every free buffer gets a bad frame at once */
	u32 resets;
	u32 phy_writes;
	u32 ims; /* interrupts unmasked */
	u32 rctl_writes;
	u32 missed; /* frames that found no buffer or a stopped card */
	u32 breaches;
	u8 sent[2048]; /* the last frame sent */
	u32 sent_len;
	u32 sent_count;
} model;

struct mmio_device mmio_device;

/* ---- the machine ------------------------------------------------------------------------ */

static bool heap_empty;
static u32 heap_taken;

/* Linear is physical only below 4 GiB. */
void *heap_alloc(u32 len, u32 align)
{
	void *p;

	if (heap_empty)
		return NULL;
	p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1,
		 0);
	CHECK(p != MAP_FAILED && (uintptr_t)p % align == 0);
	heap_taken += len;
	return p;
}

static void *memory_at(u32 address)
{
	return (void *)(uintptr_t)address;
}

phys pci_bar_memory(u16 bdf, u32 n)
{
	CHECK(bdf == BDF && n == 0);
	return model.bar;
}

/* ---- the card --------------------------------------------------------------------------- */

static bool may_master(void)
{
	return machine.command & PCI_COMMAND_MASTER;
}

static void transmit(void)
{
	while (REG(E1000_TDH) != REG(E1000_TDT) && (REG(E1000_TCTL) & E1000_TCTL_EN) &&
	       !model.tx_stalls) {
		struct e1000_tdesc *d = memory_at(REG(E1000_TDBAL) + 16 * REG(E1000_TDH));

		model.breaches += !may_master();
		CHECK((d->cmd & E1000_TDESC_CMD_EOP) && (d->cmd & E1000_TDESC_CMD_RS));
		memcpy(model.sent, memory_at(d->address), d->length);
		model.sent_len = d->length;
		model.sent_count++;
		d->status |= E1000_TDESC_STATUS_DD;
		REG(E1000_ICR) |= E1000_INT_TXDW;
		REG(E1000_TDH) = (REG(E1000_TDH) + 1) % (REG(E1000_TDLEN) / 16);
	}
}

/* One descriptor's worth from the wire.  False if the card had to drop it. */
static bool deliver(const void *data, u32 len, u8 status, u8 errors)
{
	if (!(REG(E1000_RCTL) & E1000_RCTL_EN) || REG(E1000_RDH) == REG(E1000_RDT)) {
		model.missed++;
		return false;
	}
	struct e1000_rdesc *d = memory_at(REG(E1000_RDBAL) + 16 * REG(E1000_RDH));

	model.breaches += !may_master();
	model.breaches += d->status & E1000_RDESC_STATUS_DD; /* a buffer still in use */
	memcpy(memory_at(d->address), data, len < 2048 ? len : 2048);
	d->length = (u16)len;
	d->errors = errors;
	d->status = status;
	REG(E1000_ICR) |= E1000_INT_RXT0;
	REG(E1000_RDH) = (REG(E1000_RDH) + 1) % (REG(E1000_RDLEN) / 16);
	return true;
}

/* A good frame, all bytes `fill`. */
static inline bool arrive(u32 len, u8 fill)
{
	u8 frame[2048];

	memset(frame, fill, sizeof(frame));
	return deliver(frame, len, E1000_RDESC_STATUS_DD | E1000_RDESC_STATUS_EOP, 0);
}

/* Section 3.2.1: does the card take a frame to `to`? */
static inline bool hears(const u8 *to)
{
	static const u8 all[MAC_LEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	u32 rctl = REG(E1000_RCTL);
	bool group = to[0] & 1;

	if (!(rctl & E1000_RCTL_EN))
		return false;
	if (memcmp(to, all, MAC_LEN) == 0 && (rctl & E1000_RCTL_BAM))
		return true;
	if (rctl & (group ? E1000_RCTL_MPE : E1000_RCTL_UPE))
		return true;
	for (u32 i = 0; i < E1000_RA_COUNT; i++) {
		u32 low = REG(E1000_RAL(i));
		u32 high = REG(E1000_RAH(i));
		const u8 address[MAC_LEN] = {
			(u8)low,         (u8)(low >> 8), (u8)(low >> 16),
			(u8)(low >> 24), (u8)high,       (u8)(high >> 8)
		};

		if ((high & E1000_RAH_AV) && memcmp(address, to, MAC_LEN) == 0)
			return true;
	}
	return false;
}

/* Is the interrupt line asserted? */
static inline bool asserts(void)
{
	return REG(E1000_ICR) & model.ims && !(machine.command & PCI_COMMAND_NO_INTX);
}

static void flood(void)
{
	while (model.flood && deliver("", 0, E1000_RDESC_STATUS_DD, 0))
		;
}

static void reset(void)
{
	model.resets++;
	if (!model.reset_resets)
		return;
	REG(E1000_RCTL) = 0;
	REG(E1000_TCTL) = 0;
	REG(E1000_RDH) = REG(E1000_RDT) = REG(E1000_TDH) = REG(E1000_TDT) = 0;
}

static u32 phy(u32 v)
{
	CHECK((v >> E1000_MDIC_PHYADD_0 & 31) == E1000_PHY_ADDRESS);
	if (v & E1000_MDIC_OP_WRITE) {
		model.phy_writes++;
		model.pctrl = (u16)v;
	}
	return (v & 0xffff0000) | E1000_MDIC_R | model.pctrl;
}

static u32 card_read(phys at)
{
	u32 reg = at - REGS;

	CHECK(reg < sizeof(model.reg) && reg % 4 == 0);
	CHECK(machine.command & PCI_COMMAND_MEMORY);
	if (model.gone)
		return 0xffffffff;

	u32 v = REG(reg);
	if (reg == E1000_ICR || reg == E1000_CRCERRS || reg == E1000_MPC)
		REG(reg) = 0;
	return v;
}

static void card_write(phys at, u32 v)
{
	u32 reg = at - REGS;

	CHECK(reg < sizeof(model.reg) && reg % 4 == 0);
	CHECK(machine.command & PCI_COMMAND_MEMORY);
	REG(reg) = v;
	switch (reg) {
	case E1000_CTRL:
		if (v & E1000_CTRL_RST)
			reset();
		if (!model.reset_hangs)
			REG(reg) &= ~E1000_CTRL_RST;
		break;
	case E1000_EERD:
		CHECK(v & E1000_EERD_START);
		if (!model.eeprom_hangs)
			REG(reg) = (u32)model.eeprom[v >> E1000_EERD_ADDR_0 & 3]
					   << E1000_EERD_DATA_0 |
				   E1000_EERD_DONE;
		break;
	case E1000_MDIC:
		REG(reg) = phy(v);
		break;
	case E1000_ICS:
		REG(E1000_ICR) |= v;
		break;
	case E1000_IMS:
		model.ims |= v;
		break;
	case E1000_IMC:
		model.ims &= ~v;
		break;
	case E1000_RCTL:
		model.rctl_writes++;
		break;
	case E1000_RDT:
		flood();
		break;
	case E1000_TDT:
		transmit();
		break;
	}
}

/* A machine whose firmware left the PCI command register as `command`. */
static void machine_with_card(u16 command)
{
	memset(&model, 0, sizeof(model));
	memset(&machine, 0, sizeof(machine));
	memset(&nic, 0, sizeof(nic));
	machine.command = command;
	model.bar = REGS;
	model.reset_resets = true;
	model.pctrl = E1000_PHY_PCTRL_ENABLE_AN;
	for (u32 i = 0; i < 3; i++)
		model.eeprom[i] = (u16)(mac[2 * i] | mac[2 * i + 1] << 8);
	REG(E1000_STATUS) = E1000_STATUS_LU | 2u << E1000_STATUS_SPEED_0;
	REG(E1000_MANC) = E1000_MANC_ARP_EN | 1;
	mmio_device = (struct mmio_device){ card_read, card_write, 0 };
}

static inline void machine_with_open_card(void)
{
	machine_with_card(0x0103);
	CHECK(e1000_ops.open(&nic, &dev) == 0);
}

#endif
