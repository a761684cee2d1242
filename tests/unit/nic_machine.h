/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine around a model of a card: its clock, which only waiting moves, and the PCI command
 * register of its function at bdf 00:03.0.  Included once, by the model. */
#ifndef EBB_NIC_MACHINE_H
#define EBB_NIC_MACHINE_H

#include "check.h"
#include "clock.h"
#include "nic_list.h"
#include "pci.h"

#define BDF 0x0018u

static struct nic nic;

static struct {
	u32 now_us;
	u16 command;
	u16 subsystem_vendor;
} machine;

void clock_wait_us(u32 us)
{
	machine.now_us += us;
}

u16 pci_read16(u16 bdf, u32 reg)
{
	CHECK(bdf == BDF && (reg == PCI_COMMAND || reg == PCI_SUB_VENDOR));
	return reg == PCI_COMMAND ? machine.command : machine.subsystem_vendor;
}

void pci_write16(u16 bdf, u32 reg, u16 v)
{
	CHECK(bdf == BDF && reg == PCI_COMMAND);
	machine.command = v;
}

#endif
