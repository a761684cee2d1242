/* SPDX-License-Identifier: BSD-2-Clause */
/* A model of an NE2000's registers, memory and ring, and of the machine around it.  It holds
 * the driver to the datasheet: access widths, remote DMA counts, one frame under way, the
 * order of the overrun procedure; every breach is counted.  Included once, by ne2k_test.c. */
#ifndef EBB_NE2K_MODEL_H
#define EBB_NE2K_MODEL_H

#include <string.h>
#include "io.h"
#include "nic_machine.h"
#include "../../src/net/drivers/ne2k_regs.h"

#define IO 0xc100u

static const u8 mac[MAC_LEN] = { 0x52, 0x54, 0x00, 0xab, 0xcd, 0xef };
static const struct pci_dev dev = { .bdf = BDF, .vendor = 0x10ec, .device = 0x8029 };

/* How far the overrun procedure has come. */
enum overrun { NONE, OVERRUN, STOPPED, LOOPBACK, STARTED, REMOVED };

static struct {
	u8 memory[0x8000]; /* PROM at 0, RAM from 4000h */
	u8 cr, isr, imr, rcr, tcr, dcr, bnry, tpsr, curr, pstart, pstop;
	u8 par[MAC_LEN], mar[8];
	u16 tbcr, rsar, rbcr;
	u8 crc_errors, missed_frames;
	u16 io;
	bool gone;        /* reads as ones */
	bool reset_hangs; /* the reset port shows nothing in ISR */
	bool stop_silent; /* CR.STP shows nothing in ISR, as in QEMU */
	bool dma_hangs;   /* ISR.RDC never comes */
	bool tx_stalls;   /* CR.TXP never clears */
	enum overrun overrun;
	u32 stopped_at_us;
	u32 accesses, missed, breaches, starts;
	u8 sent[2048]; /* the last frame sent */
	u32 sent_len, sent_count;
} model;

struct io_device io_device;

/* ---- the machine ------------------------------------------------------------------------ */

u16 pci_bar_io(u16 bdf, u32 n)
{
	CHECK(bdf == BDF && n == 0);
	return model.io;
}

/* ---- the card --------------------------------------------------------------------------- */

/* Section 6: does the card take a frame to `to`?  Written down independently of the driver: the
 * reflected CRC, whose last six bits, reversed, are the index. */
static inline bool hears(const u8 *to)
{
	static const u8 all[MAC_LEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	u32 crc = 0xffffffff;
	u32 index = 0;

	if (model.cr & NE2K_CR_STP)
		return false;
	if (memcmp(to, all, MAC_LEN) == 0)
		return model.rcr & NE2K_RCR_AB;
	if (!(to[0] & 1))
		return model.rcr & NE2K_RCR_PRO || memcmp(to, model.par, MAC_LEN) == 0;
	for (u32 i = 0; i < MAC_LEN; i++) {
		crc ^= to[i];
		for (u32 k = 0; k < 8; k++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	for (u32 i = 0; i < 6; i++)
		index |= (crc >> i & 1) << (5 - i);
	return model.rcr & NE2K_RCR_AM && model.mar[index / 8] >> index % 8 & 1;
}

/* Is the interrupt line asserted? */
static inline bool asserts(void)
{
	return model.isr & model.imr && !(machine.command & PCI_COMMAND_NO_INTX);
}

/* The frame leaves the wire's end. */
static void transmitted(void)
{
	u32 from = model.tpsr * NE2K_PAGE;

	CHECK(from >= 0x4000 && model.tbcr <= sizeof(model.memory) - from);
	CHECK(model.tbcr <= sizeof(model.sent));
	memcpy(model.sent, &model.memory[from], model.tbcr);
	model.sent_len = model.tbcr;
	model.sent_count++;
	model.cr &= ~NE2K_CR_TXP;
	model.isr |= NE2K_ISR_PTX;
}

static u8 page_after(u8 page)
{
	return ++page == model.pstop ? model.pstart : page;
}

/* A frame from the wire, with a status and a header that may lie: `next` 0 is the truth. */
static bool deliver(const u8 *data, u32 len, u8 status, u8 next, u32 count)
{
	u32 pages = (4 + len + NE2K_FCS + NE2K_PAGE - 1) / NE2K_PAGE;
	u8 page = model.curr;

	if ((model.cr & NE2K_CR_STP) || model.tcr || (model.rcr & NE2K_RCR_MON) ||
	    model.overrun) {
		model.missed++;
		return false;
	}
	for (u32 i = 0; i < pages; i++) {
		if (page == model.bnry) {
			model.isr |= NE2K_ISR_OVW;
			model.overrun = OVERRUN;
			model.missed++;
			return false;
		}
		for (u32 k = 0; k < NE2K_PAGE; k++) {
			u32 at = i * NE2K_PAGE + k;

			model.memory[page * NE2K_PAGE + k] =
				at < 4 + len && at >= 4 ? data[at - 4] : 0xcc;
		}
		page = page_after(page);
	}
	u8 *header = &model.memory[model.curr * NE2K_PAGE];
	header[0] = status;
	header[1] = next ? next : page;
	header[2] = (u8)count;
	header[3] = (u8)(count >> 8);
	model.curr = page;
	model.isr |= NE2K_ISR_PRX;
	return true;
}

/* A good frame, counting up from `first`. */
static inline bool arrive(u32 len, u8 first)
{
	u8 frame[2048];

	for (u32 i = 0; i < len; i++)
		frame[i] = (u8)(first + i);
	return deliver(frame, len, NE2K_STATUS_PRX, 0, len + NE2K_FCS);
}

static void command_write(u8 v)
{
	u8 sending = model.cr & NE2K_CR_TXP;

	if (v & NE2K_CR_STP) {
		if (!model.stop_silent)
			model.isr |= NE2K_ISR_RST;
		if (model.overrun == OVERRUN)
			model.overrun = STOPPED;
		model.stopped_at_us = machine.now_us;
		sending = 0;
	} else {
		model.starts += (model.cr & NE2K_CR_STP) != 0;
		model.isr &= ~NE2K_ISR_RST;
		if (model.overrun == LOOPBACK)
			model.overrun = STARTED;
	}
	model.cr = (v & ~NE2K_CR_TXP) | sending;
	if (v & (NE2K_CR_RD0 | NE2K_CR_RD1) && !model.rbcr)
		model.isr |= NE2K_ISR_RDC;
	if (v & NE2K_CR_TXP) {
		model.breaches += sending || (v & NE2K_CR_STP) || model.tcr || !model.tbcr;
		model.cr |= NE2K_CR_TXP;
		if (!model.tx_stalls)
			transmitted();
	}
}

static void loopback_write(u8 v)
{
	model.tcr = v;
	if (v && model.overrun == STOPPED) {
		model.breaches += machine.now_us - model.stopped_at_us < 1600;
		model.overrun = LOOPBACK;
	} else if (!v && model.overrun) {
		model.breaches += model.overrun != REMOVED || (model.isr & NE2K_ISR_OVW);
		model.overrun = NONE;
	}
}

static void page1_write(u32 reg, u8 v)
{
	if (reg < NE2K_CURR) {
		model.breaches += !(model.cr & NE2K_CR_STP);
		model.par[reg - 1] = v;
	} else if (reg == NE2K_CURR) {
		model.curr = v;
		model.overrun = NONE; /* a new ring */
	} else {
		model.mar[reg - 8] = v;
	}
}

static void page0_write(u32 reg, u8 v)
{
	switch (reg) {
	case NE2K_PSTART:
		model.pstart = v;
		break;
	case NE2K_PSTOP:
		model.pstop = v;
		break;
	case NE2K_BNRY:
		model.bnry = v;
		model.breaches += v < model.pstart || v >= model.pstop;
		if (model.overrun == STARTED)
			model.overrun = REMOVED;
		break;
	case NE2K_TPSR:
		model.tpsr = v;
		break;
	case NE2K_TBCR0:
		model.tbcr = (model.tbcr & 0xff00) | v;
		break;
	case NE2K_TBCR1:
		model.tbcr = (u16)(model.tbcr & 0xff) | (u16)(v << 8);
		break;
	case NE2K_ISR:
		model.isr &= ~(v & 0x7f);
		break;
	case NE2K_RSAR0:
		model.rsar = (model.rsar & 0xff00) | v;
		break;
	case NE2K_RSAR1:
		model.rsar = (u16)(model.rsar & 0xff) | (u16)(v << 8);
		break;
	case NE2K_RBCR0:
		model.rbcr = (model.rbcr & 0xff00) | v;
		break;
	case NE2K_RBCR1:
		model.rbcr = (u16)(model.rbcr & 0xff) | (u16)(v << 8);
		break;
	case NE2K_RCR:
		model.rcr = v;
		break;
	case NE2K_TCR:
		loopback_write(v);
		break;
	case NE2K_DCR:
		model.dcr = v;
		model.breaches += !(model.cr & NE2K_CR_STP);
		break;
	case NE2K_IMR:
		model.imr = v;
		break;
	}
}

/* One word of remote DMA; NULL if none is due in this direction. */
static u8 *dma_word(u8 command)
{
	u8 *at = &model.memory[model.rsar % sizeof(model.memory)];

	model.breaches += !(model.dcr & NE2K_DCR_WTS) || model.rsar % 2;
	if ((model.cr & 0x38) != command || model.rbcr < 2) {
		model.breaches++;
		return NULL;
	}
	model.rsar += 2;
	model.rbcr -= 2;
	if (!model.rbcr && !model.dma_hangs)
		model.isr |= NE2K_ISR_RDC;
	return at;
}

static u32 card_in(u16 port, u32 width)
{
	u32 reg = (u16)(port - IO);
	u8 *word;

	CHECK(reg < 0x20 && (machine.command & PCI_COMMAND_IO));
	model.accesses++;
	if (model.gone)
		return 0xffffffff;
	if (reg == NE2K_DATA) {
		CHECK(width == 2);
		word = dma_word(NE2K_CR_RD0);
		return word ? (u32)(word[0] | word[1] << 8) : 0xffff;
	}
	CHECK(width == 1);
	if (reg == NE2K_RESET)
		model.isr = model.reset_hangs ? 0 : NE2K_ISR_RST;
	if (reg == NE2K_CR)
		return model.cr;
	if (model.cr & NE2K_CR_PS0)
		return reg == NE2K_CURR ? model.curr : 0;
	if (reg == NE2K_CNTR1 || reg == NE2K_CNTR2) {
		u8 *counter = reg == NE2K_CNTR1 ? &model.crc_errors : &model.missed_frames;
		u8 v = *counter;

		*counter = 0;
		return v;
	}
	return reg == NE2K_ISR ? model.isr : 0;
}

static void card_out(u16 port, u32 v, u32 width)
{
	u32 reg = (u16)(port - IO);
	u8 *word;

	CHECK(reg < 0x20 && (machine.command & PCI_COMMAND_IO));
	model.accesses++;
	if (reg == NE2K_DATA) {
		CHECK(width == 2);
		word = dma_word(NE2K_CR_RD1);
		if (word) {
			word[0] = (u8)v;
			word[1] = (u8)(v >> 8);
		}
		return;
	}
	CHECK(width == 1);
	if (reg == NE2K_CR)
		command_write((u8)v);
	else if (reg < NE2K_DATA && (model.cr & NE2K_CR_PS0))
		page1_write(reg, (u8)v);
	else if (reg < NE2K_DATA)
		page0_write(reg, (u8)v);
}

/* A machine whose firmware left the PCI command register as `command`. */
static void machine_with_card(u16 command)
{
	memset(&model, 0, sizeof(model));
	memset(&machine, 0, sizeof(machine));
	memset(&nic, 0, sizeof(nic));
	machine.command = command;
	model.io = IO;
	model.cr = NE2K_CR_STP | NE2K_CR_RD2;
	model.imr = 0x7f;
	for (u32 i = 0; i < MAC_LEN; i++)
		model.memory[2 * i] = model.memory[2 * i + 1] = mac[i];
	io_device = (struct io_device){ card_in, card_out };
}

static inline void machine_with_open_card(void)
{
	machine_with_card(0x0103);
	CHECK(ne2k_ops.open(&nic, &dev) == 0);
}

#endif
