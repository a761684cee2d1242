/* SPDX-License-Identifier: BSD-2-Clause */
/* PCI configuration space by mechanism 1 (ports CF8h/CFCh), registers 0-255 (ROM-17). */
#ifndef EBB_PCI_H
#define EBB_PCI_H

#include "ebb/pci.h"
#include "ebb/types.h"

struct pci_dev {
	u16 bdf; /* bus << 8 | device << 3 | function */
	u16 vendor;
	u16 device;
};

u8 pci_read8(u16 bdf, u32 reg);
u16 pci_read16(u16 bdf, u32 reg);
u32 pci_read32(u16 bdf, u32 reg);
void pci_write8(u16 bdf, u32 reg, u8 v);
void pci_write16(u16 bdf, u32 reg, u16 v);
void pci_write32(u16 bdf, u32 reg, u32 v);

/* Address in BAR `n` (0..5) as the firmware assigned it; 0 if it has the other kind
 * (memory asked, I/O found), lies above 4 GiB, or was never assigned. */
phys pci_bar_memory(u16 bdf, u32 n);
u16 pci_bar_io(u16 bdf, u32 n);

#endif
