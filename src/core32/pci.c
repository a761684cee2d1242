/* SPDX-License-Identifier: BSD-2-Clause */
#include "pci.h"
#include "io.h"

#define BARS 6u

/* Selects a register; the data port is then PCI_CONFIG_DATA + (reg & 3). */
static u16 select(u16 bdf, u32 reg)
{
	io_out32(PCI_CONFIG_ADDRESS, PCI_CONFIG_ENABLE | (u32)bdf << 8 | (reg & 0xfc));
	return (u16)(PCI_CONFIG_DATA + (reg & 3));
}

u8 pci_read8(u16 bdf, u32 reg)
{
	return io_in8(select(bdf, reg));
}

u16 pci_read16(u16 bdf, u32 reg)
{
	return io_in16(select(bdf, reg));
}

u32 pci_read32(u16 bdf, u32 reg)
{
	return io_in32(select(bdf, reg));
}

void pci_write8(u16 bdf, u32 reg, u8 v)
{
	io_out8(select(bdf, reg), v);
}

void pci_write16(u16 bdf, u32 reg, u16 v)
{
	io_out16(select(bdf, reg), v);
}

void pci_write32(u16 bdf, u32 reg, u32 v)
{
	io_out32(select(bdf, reg), v);
}

phys pci_bar_memory(u16 bdf, u32 n)
{
	u32 bar = pci_read32(bdf, PCI_BAR0 + 4 * n);

	if (bar & PCI_BAR_IO)
		return 0;
	if ((bar & PCI_BAR_TYPE) == PCI_BAR_64 &&
	    (n + 1 >= BARS || pci_read32(bdf, PCI_BAR0 + 4 * n + 4)))
		return 0;
	return bar & ~0xfu;
}

u16 pci_bar_io(u16 bdf, u32 n)
{
	u32 bar = pci_read32(bdf, PCI_BAR0 + 4 * n);

	return bar & PCI_BAR_IO && bar < 0x10000 ? bar & 0xfffc : 0;
}
