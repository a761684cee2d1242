/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers and descriptors of the 82540EM, private to e1000.c. */
#ifndef EBB_E1000_REGS_H
#define EBB_E1000_REGS_H

#include "ebb/types.h"

/* Bits stand indented under their register. */
/* clang-format off */

/* ---- from the datasheet: PCI/PCI-X Family of Gigabit Ethernet Controllers, Software
 * Developer's Manual, section 13 -------------------------------------------------------- */

#define E1000_CTRL             0x0000u
#define   E1000_CTRL_LRST      0x00000008u
#define   E1000_CTRL_ASDE      0x00000020u
#define   E1000_CTRL_SLU       0x00000040u
#define   E1000_CTRL_ILOS      0x00000080u
#define   E1000_CTRL_FRCSPD    0x00000800u
#define   E1000_CTRL_FRCDPLX   0x00001000u
#define   E1000_CTRL_RST       0x04000000u
#define   E1000_CTRL_VME       0x40000000u
#define   E1000_CTRL_PHY_RST   0x80000000u
#define E1000_STATUS           0x0008u
#define   E1000_STATUS_LU      0x00000002u
#define   E1000_STATUS_SPEED   0x000000c0u /* 10, 100, and twice 1000 Mb/s */
#define   E1000_STATUS_SPEED_0 6u
#define E1000_EERD             0x0014u
#define   E1000_EERD_START     0x00000001u
#define   E1000_EERD_DONE      0x00000010u
#define   E1000_EERD_ADDR_0    8u
#define   E1000_EERD_DATA_0    16u
#define E1000_MDIC             0x0020u
#define   E1000_MDIC_REGADD_0  16u
#define   E1000_MDIC_PHYADD_0  21u
#define   E1000_MDIC_OP_WRITE  0x04000000u
#define   E1000_MDIC_OP_READ   0x08000000u
#define   E1000_MDIC_R         0x10000000u
#define   E1000_MDIC_E         0x40000000u
#define E1000_FCAL             0x0028u
#define E1000_FCAH             0x002cu
#define E1000_FCT              0x0030u
#define E1000_ICR              0x00c0u /* a read acknowledges */
#define   E1000_INT_TXDW       0x00000001u /* in ICR, ICS, IMS, IMC */
#define   E1000_INT_LSC        0x00000004u
#define   E1000_INT_RXO        0x00000040u
#define   E1000_INT_RXT0       0x00000080u
#define E1000_ITR              0x00c4u
#define E1000_ICS              0x00c8u
#define E1000_IMS              0x00d0u
#define E1000_IMC              0x00d8u
#define E1000_RCTL             0x0100u
#define   E1000_RCTL_EN        0x00000002u
#define   E1000_RCTL_UPE       0x00000008u
#define   E1000_RCTL_MPE       0x00000010u
#define   E1000_RCTL_BAM       0x00008000u
#define   E1000_RCTL_BSIZE_2K  0x00000000u
#define   E1000_RCTL_SECRC     0x04000000u
#define E1000_FCTTV            0x0170u
#define E1000_TCTL             0x0400u
#define   E1000_TCTL_EN        0x00000002u
#define   E1000_TCTL_PSP       0x00000008u
#define   E1000_TCTL_CT_0      4u
#define   E1000_TCTL_COLD_0    12u
#define E1000_TIPG             0x0410u
#define   E1000_TIPG_IPGT_0    0u
#define   E1000_TIPG_IPGR1_0   10u
#define   E1000_TIPG_IPGR2_0   20u
#define E1000_RDBAL            0x2800u
#define E1000_RDBAH            0x2804u
#define E1000_RDLEN            0x2808u
#define E1000_RDH              0x2810u
#define E1000_RDT              0x2818u
#define E1000_RDTR             0x2820u
#define E1000_RADV             0x282cu
#define E1000_TDBAL            0x3800u
#define E1000_TDBAH            0x3804u
#define E1000_TDLEN            0x3808u
#define E1000_TDH              0x3810u
#define E1000_TDT              0x3818u
#define E1000_CRCERRS          0x4000u /* counters: a read clears */
#define E1000_MPC              0x4010u
#define E1000_MTA              0x5200u
#define   E1000_MTA_COUNT      128u
#define E1000_RAL(n)           (0x5400u + 8u * (n))
#define E1000_RAH(n)           (0x5404u + 8u * (n))
#define   E1000_RAH_AV         0x80000000u
#define   E1000_RA_COUNT       16u
#define E1000_MANC             0x5820u
#define   E1000_MANC_ARP_EN    0x00002000u

/* Section 3.2.3: receive descriptor.  The processor is little-endian, as the device is. */
struct e1000_rdesc {
	u32 address;
	u32 address_high;
	u16 length;
	u16 checksum;
	u8  status;
	u8  errors;
	u16 special;
};
_Static_assert(sizeof(struct e1000_rdesc) == 16, "82540EM receive descriptor");
#define   E1000_RDESC_STATUS_DD  0x01u
#define   E1000_RDESC_STATUS_EOP 0x02u
#define   E1000_RDESC_ERRORS_CE  0x01u
#define   E1000_RDESC_ERRORS_SE  0x02u
#define   E1000_RDESC_ERRORS_SEQ 0x04u
#define   E1000_RDESC_ERRORS_CXE 0x10u
#define   E1000_RDESC_ERRORS_RXE 0x80u

/* Section 3.3.3: transmit descriptor, legacy format. */
struct e1000_tdesc {
	u32 address;
	u32 address_high;
	u16 length;
	u8  cso;
	u8  cmd;
	u8  status;
	u8  css;
	u16 special;
};
_Static_assert(sizeof(struct e1000_tdesc) == 16, "82540EM transmit descriptor");
#define   E1000_TDESC_CMD_EOP    0x01u
#define   E1000_TDESC_CMD_IFCS   0x02u
#define   E1000_TDESC_CMD_RS     0x08u
#define   E1000_TDESC_STATUS_DD  0x01u

/* IEEE 802.3 clause 22, by way of section 8.6.2.4: the PHY's control register. */
#define E1000_PHY_ADDRESS            1u
#define E1000_PHY_PCTRL              0u
#define   E1000_PHY_PCTRL_RESTART_AN 0x0200u
#define   E1000_PHY_PCTRL_ISOLATE    0x0400u
#define   E1000_PHY_PCTRL_POWER_DOWN 0x0800u
#define   E1000_PHY_PCTRL_ENABLE_AN  0x1000u
#define   E1000_PHY_PCTRL_LOOPBACK   0x4000u

/* ---- chosen by this driver ------------------------------------------------------------ */

#define E1000_SUBSYSTEM_QEMU 0x1af4u /* PCI subsystem vendor of QEMU's models */

#define E1000_RX_COUNT       64u   /* descriptors; RDLEN goes in steps of eight */
#define E1000_RX_BUFFER      2048u /* what RCTL_BSIZE_2K says */
#define E1000_RX_BATCH       16u   /* buffers given back with one write of RDT */
#define E1000_TX_COUNT       8u
#define E1000_TX_BUFFER      1536u /* holds FRAME_MAX */
#define E1000_IDLE_POLLS     256u  /* empty polls between two looks at STATUS */

/* Frames that the wire or the card has damaged.  Checksum offload errors are not among
 * them: the protocols check their own sums. */
#define E1000_RDESC_ERRORS_BAD                                                          \
	(E1000_RDESC_ERRORS_CE | E1000_RDESC_ERRORS_SE | E1000_RDESC_ERRORS_SEQ |       \
	 E1000_RDESC_ERRORS_CXE | E1000_RDESC_ERRORS_RXE)

/* RCTL but for what the filter wants. */
#define E1000_RCTL_FIXED (E1000_RCTL_EN | E1000_RCTL_BSIZE_2K | E1000_RCTL_SECRC)

/* What interrupts, if anything may. */
#define E1000_INTERRUPTS                                                                \
	(E1000_INT_TXDW | E1000_INT_LSC | E1000_INT_RXO | E1000_INT_RXT0)

#define E1000_IN_FLIGHT_US   10000u /* at least, for DMA under way to end */
#define E1000_RESET_US       1000u  /* at least, before a register is read after RST */
#define E1000_RESET_MAX_US   20000u /* at most, for RST to clear */
#define E1000_EEPROM_LOAD_US 5000u  /* at least, for the card to reload its EEPROM */
#define E1000_EERD_MAX_US    10000u /* at most, for one EEPROM word */
#define E1000_MDIC_MAX_US    2000u  /* at most, for one PHY register */
#define E1000_TX_MAX_US      10000u /* at most, for the last frames to leave on close */
#define E1000_LINGER_US      1000u  /* on close, for an answer under way to arrive */
#define E1000_STEP_US        10u    /* between two looks while waiting */

#endif
