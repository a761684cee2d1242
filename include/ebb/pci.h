/* SPDX-License-Identifier: BSD-2-Clause */
/* PCI configuration space, registers 0-255, and the ports of mechanism 1. */
#ifndef EBB_PCI_REGISTERS_H
#define EBB_PCI_REGISTERS_H

#define PCI_CONFIG_ADDRESS 0xcf8u
#define PCI_CONFIG_DATA    0xcfcu
#define PCI_CONFIG_ENABLE  0x80000000u

#define PCI_VENDOR_ID       0x00u
#define PCI_DEVICE_ID       0x02u
#define PCI_COMMAND         0x04u
#define PCI_COMMAND_IO      0x0001u
#define PCI_COMMAND_MEMORY  0x0002u
#define PCI_COMMAND_MASTER  0x0004u
#define PCI_COMMAND_NO_INTX 0x0400u
#define PCI_REVISION        0x08u /* dword with the class code */
#define PCI_CACHE_LINE      0x0cu /* dword with the header type */
#define PCI_MULTIFUNCTION   0x00800000u
#define PCI_HEADER_TYPE     0x0eu
#define PCI_BAR0            0x10u
#define PCI_BAR_IO          0x1u
#define PCI_BAR_64          0x4u
#define PCI_BAR_TYPE        0x6u
#define PCI_BAR5            0x24u
#define PCI_SUB_VENDOR      0x2cu
#define PCI_SUB_DEVICE      0x2eu
#define PCI_ROM_BAR         0x30u
#define PCI_ROM_BAR_ON      0x1u
#define PCI_ROM_BAR_ADDRESS 0xfffff800u
#define PCI_INTERRUPT_LINE  0x3cu

#endif
