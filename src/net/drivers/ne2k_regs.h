/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers and ring header of the DP8390 core in an NE2000, private to ne2k.c. */
#ifndef EBB_NE2K_REGS_H
#define EBB_NE2K_REGS_H

#include "ebb/types.h"

/* Bits stand indented under their register. */
/* clang-format off */

/* ---- from the datasheet: DP8390D/NS32490D, section 10 ---------------------------------- */

#define NE2K_CR         0x00u /* on every page */
#define   NE2K_CR_STP   0x01u
#define   NE2K_CR_STA   0x02u
#define   NE2K_CR_TXP   0x04u
#define   NE2K_CR_RD0   0x08u /* alone: remote read */
#define   NE2K_CR_RD1   0x10u /* alone: remote write */
#define   NE2K_CR_RD2   0x20u /* abort, or no remote DMA */
#define   NE2K_CR_PS0   0x40u /* alone: page 1 */

/* Page 0. */
#define NE2K_PSTART     0x01u
#define NE2K_PSTOP      0x02u
#define NE2K_BNRY       0x03u
#define NE2K_TPSR       0x04u
#define NE2K_TBCR0      0x05u
#define NE2K_TBCR1      0x06u
#define NE2K_ISR        0x07u
#define   NE2K_ISR_PRX  0x01u
#define   NE2K_ISR_PTX  0x02u
#define   NE2K_ISR_RXE  0x04u
#define   NE2K_ISR_TXE  0x08u
#define   NE2K_ISR_OVW  0x10u
#define   NE2K_ISR_RDC  0x40u
#define   NE2K_ISR_RST  0x80u
#define NE2K_RSAR0      0x08u
#define NE2K_RSAR1      0x09u
#define NE2K_RBCR0      0x0au
#define NE2K_RBCR1      0x0bu
#define NE2K_RCR        0x0cu
#define   NE2K_RCR_AB   0x04u
#define   NE2K_RCR_AM   0x08u
#define   NE2K_RCR_PRO  0x10u
#define   NE2K_RCR_MON  0x20u
#define NE2K_TCR        0x0du
#define   NE2K_TCR_LB0  0x02u /* loopback mode 1 */
#define NE2K_DCR        0x0eu
#define   NE2K_DCR_WTS  0x01u
#define   NE2K_DCR_LS   0x08u
#define   NE2K_DCR_FT1  0x40u
#define NE2K_IMR        0x0fu /* bits as in ISR */
#define NE2K_CNTR1      0x0eu /* on reads: CRC errors; a read clears */
#define NE2K_CNTR2      0x0fu /* on reads: missed packets; a read clears */

/* Page 1. */
#define NE2K_PAR(n)     (0x01u + (n))
#define NE2K_CURR       0x07u
#define NE2K_MAR(n)     (0x08u + (n))
#define   NE2K_MAR_COUNT 8u

/* Section 7: what stands in the ring before each frame. */
struct ne2k_header {
	u8   status;            /* as the receive status register */
	u8   next;              /* page of the next frame */
	le16 count;             /* of the frame with its FCS, without this header */
};
_Static_assert(sizeof(struct ne2k_header) == 4, "DP8390 packet header");
#define   NE2K_STATUS_PRX 0x01u
#define NE2K_PAGE       256u
#define NE2K_FCS        4u

/* ---- from the datasheet: Realtek RTL8029AS, and the NE2000 board that it follows --------- */

#define NE2K_DATA       0x10u /* remote DMA port */
#define NE2K_RESET      0x1fu /* a read resets, a write ends the pulse */
#define NE2K_PROM       0u    /* card address of the PROM; 16-bit mode: a word for each byte */
#define NE2K_PROM_WORDS 16u
#define NE2K_RING_BASE  0x40u /* first page of the card's 16 KiB in 16-bit mode */
#define NE2K_RING_STOP  0x80u /* the page behind its last */

/* ---- chosen by this driver --------------------------------------------------------------- */

#define NE2K_TX_PAGE    NE2K_RING_BASE        /* six pages hold FRAME_MAX */
#define NE2K_RX_START   (NE2K_RING_BASE + 6u)
#define NE2K_RX_STOP    NE2K_RING_STOP

/* What interrupts, if anything may. */
#define NE2K_INTERRUPTS (NE2K_ISR_PRX | NE2K_ISR_PTX | NE2K_ISR_TXE | NE2K_ISR_OVW)

/* A full frame with its header in the ring. */
#define NE2K_FRAME_PAGES 6u

#define NE2K_RESET_MAX_US 10000u /* at most, for a reset to show in ISR */
#define NE2K_STOP_US      1600u  /* for a frame under way to end (datasheet, section 7) */
#define NE2K_DMA_MAX_US   2000u  /* at most, for remote DMA to complete */
#define NE2K_TX_MAX_US    5000u  /* at most, for the last frame to leave on close */
#define NE2K_LINGER_US    3000u  /* on close, for an answer under way to arrive */
#define NE2K_STEP_US      10u    /* between two looks while waiting */

#endif
