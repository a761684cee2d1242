/* SPDX-License-Identifier: BSD-2-Clause */
/* What UNDI tells the program about the card: facts, counters, health. */
#include "undi_internal.h"
#include "main.h"
#include "mem.h"

#define IRQ_MAX      15u /* what a program can hook; PCI: 255 = none */
#define PCI_BARS     6u
#define BITS_IN_MBIT 1000000u

/* The interrupt line as the firmware has routed it; 0 = none. */
u8 undi_irq_line(void)
{
	u8 line = pci_read8(undi.dev->bdf, PCI_INTERRUPT_LINE);

	return line <= IRQ_MAX ? line : 0;
}

static u16 base_io(void)
{
	u16 io = 0;

	for (u32 i = 0; !io && i < PCI_BARS; i++)
		io = pci_bar_io(undi.dev->bdf, i);
	return io;
}

static void put_mac(u8 to[UNDI_MAC_LEN], const u8 mac[MAC_LEN])
{
	memset(to, 0, UNDI_MAC_LEN);
	memcpy(to, mac, MAC_LEN);
}

void undi_get_information(struct undi_information *p)
{
	p->base_io = le16_of(base_io());
	p->irq = le16_of(undi_irq_line());
	p->mtu = le16_of(UNDI_MTU);
	p->hardware = le16_of(UNDI_ETHERNET);
	p->mac_len = le16_of(MAC_LEN);
	put_mac(p->current_mac, undi.nic->mac);
	put_mac(p->permanent_mac, undi.nic->permanent_mac);
	p->rom_seg = le16_of((u16)(boot.handoff.rom_base >> 4));
	p->rx_buffers = le16_of(undi.nic->rx_buffers);
	p->tx_buffers = le16_of(undi.nic->tx_buffers);
}

void undi_get_nic_type(struct undi_nic_type *p)
{
	u16 bdf = undi.dev->bdf;
	u32 class = pci_read32(bdf, PCI_REVISION);

	p->type = UNDI_NIC_PCI;
	p->vendor = le16_of(undi.dev->vendor);
	p->device = le16_of(undi.dev->device);
	p->base_class = (u8)(class >> 24);
	p->sub_class = (u8)(class >> 16);
	p->interface = (u8)(class >> 8);
	p->revision = (u8) class;
	p->bdf = le16_of(bdf);
	p->sub_vendor = le16_of(pci_read16(bdf, PCI_SUB_VENDOR));
	p->sub_device = le16_of(pci_read16(bdf, PCI_SUB_DEVICE));
}

void undi_get_iface_info(struct undi_iface *p)
{
	u32 services = UNDI_SERVICE_BROADCAST | UNDI_SERVICE_MULTICAST |
		       UNDI_SERVICE_PROMISCUOUS | UNDI_SERVICE_SET_STATION |
		       UNDI_SERVICE_DIAGNOSTICS | UNDI_SERVICE_RESET | UNDI_SERVICE_OPEN_CLOSE;

	if (undi_irq_line())
		services |= UNDI_SERVICE_IRQ;
	undi.nic->ops->update(undi.nic);

	/* 32 bits are enough up to 4 Gbit/s. */
	u32 mbit = undi.nic->link_mbit;
	u32 most = 0xffffffff / BITS_IN_MBIT;
	memset(p->type, 0, sizeof(p->type));
	memcpy(p->type, UNDI_IFACE_TYPE, sizeof(UNDI_IFACE_TYPE));
	p->bits_per_second = le32_of((mbit < most ? mbit : most) * BITS_IN_MBIT);
	p->services = le32_of(services);
	memset(p->reserved, 0, sizeof(p->reserved));
}

void undi_get_statistics(struct undi_statistics *p)
{
	undi.nic->ops->update(undi.nic);
	p->sent = le32_of(undi.nic->tx_frames);
	p->received = le32_of(undi.nic->rx_frames);
	p->crc_errors = le32_of(undi.nic->rx_crc_errors);
	p->resource_errors = le32_of(undi.nic->rx_missed);
}

void undi_clear_statistics(void)
{
	struct nic *nic = undi.nic;

	nic->ops->update(nic);
	nic->tx_frames = nic->rx_frames = nic->rx_crc_errors = nic->rx_missed = 0;
}

/* A test that disturbs nobody: the card answers, and has a link. */
enum pxenv_status undi_diagnose(void)
{
	undi.nic->ops->update(undi.nic);
	return undi.nic->link ? PXENV_SUCCESS : PXENV_UNDI_MEDIATEST_FAILED;
}
