/* SPDX-License-Identifier: BSD-2-Clause */
/* NE2000 with a DP8390 core: Realtek 8029 on PCI.  The order is that of the DP8390D
 * datasheet, sections 7 (overrun) and 11 (initialisation).  The card does no DMA into
 * main memory; frames are read through one port into a linear buffer, which is lent.
 *
 * Seen: QEMU 7.2 shows ISR.RST after the reset port but not after CR.STP, so a stop is a
 * wait of the datasheet's time and its outcome is not asked.  QEMU and Bochs 2.7 drop
 * frames when the ring is full and never report an overrun. */
#include "../nic_list.h"
#include "ne2k_regs.h"
#include "ebb/error.h"
#include "clock.h"
#include "io.h"
#include "mem.h"
#include "pci.h"

static struct ne2k {
	u16 io;
	u16 bdf;
	u16 command; /* PCI command register as the firmware left it */
	u8 mac[MAC_LEN];
	u8 rcr, imr;
	u8 mar[NE2K_MAR_COUNT];
	u8 next; /* page of the oldest frame not yet read */
	u8 curr; /* page that the card fills next, when we last looked */
	u8 frame[(NIC_RX_MAX + 1) & ~1u];
} card;

#define RING_PAGES (NE2K_RX_STOP - NE2K_RX_START)
_Static_assert((NE2K_RX_START - NE2K_TX_PAGE) * NE2K_PAGE >= FRAME_MAX, "transmit pages");

static u8 reg_read(const struct ne2k *c, u32 reg)
{
	return io_in8((u16)(c->io + reg));
}

static void reg_write(const struct ne2k *c, u32 reg, u32 v)
{
	io_out8((u16)(c->io + reg), (u8)v);
}

/* Waits until one of `bits` shows in ISR.  False after `max_us`. */
static bool isr_wait(const struct ne2k *c, u32 bits, u32 max_us)
{
	for (u32 us = 0; us <= max_us; us += NE2K_STEP_US) {
		if (reg_read(c, NE2K_ISR) & bits)
			return true;
		clock_wait_us(NE2K_STEP_US);
	}
	return false;
}

/* ---- remote DMA (section 9) -------------------------------------------------------------- */

static void dma_begin(const struct ne2k *c, u32 command, u32 at, u32 len)
{
	reg_write(c, NE2K_CR, NE2K_CR_RD2 | NE2K_CR_STA);
	reg_write(c, NE2K_ISR, NE2K_ISR_RDC);
	reg_write(c, NE2K_RBCR0, len);
	reg_write(c, NE2K_RBCR1, len >> 8);
	reg_write(c, NE2K_RSAR0, at);
	reg_write(c, NE2K_RSAR1, at >> 8);
	reg_write(c, NE2K_CR, command | NE2K_CR_STA);
}

/* False if the card does not say that it is done; the transfer is aborted then. */
static bool dma_end(const struct ne2k *c)
{
	bool done = isr_wait(c, NE2K_ISR_RDC, NE2K_DMA_MAX_US);

	reg_write(c, NE2K_CR, NE2K_CR_RD2 | NE2K_CR_STA);
	return done;
}

/* Reads `len` bytes, rounded up to words, from card address `at`. */
static bool dma_read(const struct ne2k *c, u32 at, void *to, u32 len)
{
	u32 words = (len + 1) / 2;

	dma_begin(c, NE2K_CR_RD0, at, 2 * words);
	io_in16_many((u16)(c->io + NE2K_DATA), to, words);
	return dma_end(c);
}

/* Writes `frame` to the transmit pages, padded with zeros to `padded` bytes. */
static bool dma_write(const struct ne2k *c, const u8 *frame, u32 len, u32 padded)
{
	u16 data = (u16)(c->io + NE2K_DATA);
	u32 words = (padded + 1) / 2;

	dma_begin(c, NE2K_CR_RD1, NE2K_TX_PAGE * NE2K_PAGE, 2 * words);
	io_out16_many(data, frame, len / 2);
	if (len & 1)
		io_out16(data, frame[len - 1]);
	for (u32 sent = (len + 1) / 2; sent < words; sent++)
		io_out16(data, 0);
	return dma_end(c);
}

/* ---- start and stop ---------------------------------------------------------------------- */

/* Stops the core; a frame under way ends first.  RBCR must be zero for RST to show. */
static void stop(const struct ne2k *c)
{
	reg_write(c, NE2K_CR, NE2K_CR_RD2 | NE2K_CR_STP);
	reg_write(c, NE2K_RBCR0, 0);
	reg_write(c, NE2K_RBCR1, 0);
	isr_wait(c, NE2K_ISR_RST, NE2K_STOP_US);
}

/* Section 11, steps 1 to 5: stopped, in loopback, receiving nothing; and no interrupts
 * from whoever ran the card before. */
static void prepare(const struct ne2k *c, u32 rcr)
{
	stop(c);
	reg_write(c, NE2K_IMR, 0);
	reg_write(c, NE2K_DCR, NE2K_DCR_FT1 | NE2K_DCR_LS | NE2K_DCR_WTS);
	reg_write(c, NE2K_RCR, rcr);
	reg_write(c, NE2K_TCR, NE2K_TCR_LB0);
}

/* Section 11: the whole procedure; the ring is empty afterwards.  BNRY stays one page
 * behind the next frame, so that a full ring never looks like an empty one. */
static void start(struct ne2k *c)
{
	prepare(c, c->rcr);
	reg_write(c, NE2K_PSTART, NE2K_RX_START);
	reg_write(c, NE2K_PSTOP, NE2K_RX_STOP);
	reg_write(c, NE2K_BNRY, NE2K_RX_START);
	reg_write(c, NE2K_ISR, 0xff);

	c->next = NE2K_RX_START + 1;
	c->curr = c->next;
	reg_write(c, NE2K_CR, NE2K_CR_PS0 | NE2K_CR_RD2 | NE2K_CR_STP);
	for (u32 i = 0; i < MAC_LEN; i++)
		reg_write(c, NE2K_PAR(i), c->mac[i]);
	for (u32 i = 0; i < NE2K_MAR_COUNT; i++)
		reg_write(c, NE2K_MAR(i), c->mar[i]);
	reg_write(c, NE2K_CURR, c->curr);

	reg_write(c, NE2K_CR, NE2K_CR_RD2 | NE2K_CR_STA);
	reg_write(c, NE2K_TCR, 0);
	reg_write(c, NE2K_IMR, c->imr);
}

/* The reset port.  False if the card is missing or does not reset. */
static bool reset(const struct ne2k *c)
{
	reg_write(c, NE2K_RESET, reg_read(c, NE2K_RESET));
	return isr_wait(c, NE2K_ISR_RST, NE2K_RESET_MAX_US) && reg_read(c, NE2K_CR) != 0xff;
}

static int open(struct nic *nic, const struct pci_dev *dev)
{
	struct ne2k *c = &card;
	u8 prom[2 * NE2K_PROM_WORDS];
	int err = -E_CARD_DEAD;

	c->bdf = dev->bdf;
	c->io = pci_bar_io(dev->bdf, 0);
	if (!c->io)
		return -E_CARD_DEAD;

	c->command = pci_read16(c->bdf, PCI_COMMAND);
	pci_write16(c->bdf, PCI_COMMAND, c->command | PCI_COMMAND_IO);
	if (!reset(c))
		goto failed;
	prepare(c, NE2K_RCR_MON);
	if (!dma_read(c, NE2K_PROM, prom, sizeof(prom)))
		goto stopped;
	for (u32 i = 0; i < MAC_LEN; i++)
		c->mac[i] = prom[2 * i];
	err = -E_NO_MAC;
	if (!nic_mac_usable(c->mac))
		goto stopped;

	c->rcr = NE2K_RCR_AB;
	c->imr = 0;
	memset(c->mar, 0, sizeof(c->mar));
	start(c);
	memcpy(nic->mac, c->mac, MAC_LEN);
	memcpy(nic->permanent_mac, c->mac, MAC_LEN);
	nic->rx_buffers = (RING_PAGES - 1) / NE2K_FRAME_PAGES;
	nic->tx_buffers = 1;
	nic->link = true; /* the DP8390 does not tell */
	nic->link_mbit = 10;
	nic->priv = c;
	return 0;

stopped:
	stop(c);
failed:
	pci_write16(c->bdf, PCI_COMMAND, c->command);
	return err;
}

static void close(struct nic *nic)
{
	struct ne2k *c = nic->priv;

	for (u32 us = 0; us < NE2K_TX_MAX_US; us += NE2K_STEP_US) {
		if (!(reg_read(c, NE2K_CR) & NE2K_CR_TXP))
			break;
		clock_wait_us(NE2K_STEP_US);
	}
	/* Seen: a frame that meets a stopped card jams Bochs 2.7's vnet until reset. */
	clock_wait_us(NE2K_LINGER_US);
	stop(c);
	reg_write(c, NE2K_IMR, 0);
	reg_write(c, NE2K_ISR, 0xff);
	pci_write16(c->bdf, PCI_COMMAND, c->command);
}

/* ---- transmit (section 8) ---------------------------------------------------------------- */

static void transmit(const struct ne2k *c)
{
	reg_write(c, NE2K_CR, NE2K_CR_RD2 | NE2K_CR_TXP | NE2K_CR_STA);
}

static bool send(struct nic *nic, const void *frame, u32 len)
{
	struct ne2k *c = nic->priv;
	u32 padded = len < NIC_TX_MIN ? NIC_TX_MIN : len;

	if (len < FRAME_MIN || len > FRAME_MAX || (reg_read(c, NE2K_CR) & NE2K_CR_TXP))
		return false;
	if (!dma_write(c, frame, len, padded)) {
		start(c);
		return false;
	}
	reg_write(c, NE2K_TPSR, NE2K_TX_PAGE);
	reg_write(c, NE2K_TBCR0, padded);
	reg_write(c, NE2K_TBCR1, padded >> 8);
	reg_write(c, NE2K_ISR, NE2K_ISR_PTX | NE2K_ISR_TXE); /* an overrun asks for them */
	transmit(c);
	nic->tx_frames++;
	return true;
}

/* ---- receive (section 7) ----------------------------------------------------------------- */

static u8 read_curr(const struct ne2k *c)
{
	u8 curr;

	reg_write(c, NE2K_CR, NE2K_CR_PS0 | NE2K_CR_RD2 | NE2K_CR_STA);
	curr = reg_read(c, NE2K_CURR);
	reg_write(c, NE2K_CR, NE2K_CR_RD2 | NE2K_CR_STA);
	return curr;
}

/* Pages from `from` up to `to`, around the ring. */
static u32 pages_between(u8 from, u8 to)
{
	return to >= from ? (u32)(to - from) : (u32)(to - from) + RING_PAGES;
}

/* Copies card memory from `at` in the ring on, around its end. */
static bool ring_read(const struct ne2k *c, u32 at, u8 *to, u32 len)
{
	u32 left = NE2K_RX_STOP * NE2K_PAGE - at;

	if (len <= left)
		return dma_read(c, at, to, len);
	return dma_read(c, at, to, left) &&
	       dma_read(c, NE2K_RX_START * NE2K_PAGE, to + left, len - left);
}

enum take {
	TAKE_FRAME, /* c->frame holds *len bytes */
	TAKE_DROP,  /* a frame that nobody wants */
	TAKE_LOST,  /* the ring makes no sense */
};

/* Reads the oldest frame and frees its pages.  Everything in the ring is hostile: a header
 * is believed if its frame fits the pages that it claims and these have been filled.  Cards
 * differ on whether the FCS may need one page more. */
static enum take take(struct ne2k *c, u32 *len)
{
	struct ne2k_header h;

	if (!dma_read(c, c->next * NE2K_PAGE, &h, sizeof(h)))
		return TAKE_LOST;
	if (h.next < NE2K_RX_START || h.next >= NE2K_RX_STOP)
		return TAKE_LOST;

	u32 count = le16_get(h.count);
	u32 pages = pages_between(c->next, h.next);
	u32 whole = (sizeof(h) + count + NE2K_PAGE - 1) / NE2K_PAGE;
	if (count < FRAME_MIN + NE2K_FCS || count > pages * NE2K_PAGE || pages > whole + 1 ||
	    pages > pages_between(c->next, c->curr))
		return TAKE_LOST;

	*len = count - NE2K_FCS;
	bool good = (h.status & NE2K_STATUS_PRX) && *len <= NIC_RX_MAX;
	if (good && !ring_read(c, c->next * NE2K_PAGE + sizeof(h), c->frame, *len))
		return TAKE_LOST;

	c->next = h.next;
	reg_write(c, NE2K_BNRY, (c->next == NE2K_RX_START ? NE2K_RX_STOP : c->next) - 1);
	return good ? TAKE_FRAME : TAKE_DROP;
}

/* Takes frames until a good one; ends, as each has at least one of the pages before CURR. */
static bool take_good(struct ne2k *c, struct nic *nic, struct bytes *frame)
{
	while (c->next != c->curr) {
		u32 len;

		switch (take(c, &len)) {
		case TAKE_FRAME:
			nic->rx_frames++;
			*frame = (struct bytes){ c->frame, len };
			return true;
		case TAKE_DROP:
			nic->rx_errors++;
			break;
		case TAKE_LOST:
			nic->rx_errors++;
			start(c);
			return false;
		}
	}
	return false;
}

/* Looks where the card fills the ring.  False if what it says makes no sense. */
static bool look(struct ne2k *c)
{
	c->curr = read_curr(c);
	return c->curr >= NE2K_RX_START && c->curr < NE2K_RX_STOP;
}

/* Section 7, buffer ring overflow, in the datasheet's eleven steps. */
static bool overrun(struct ne2k *c, struct nic *nic, struct bytes *frame)
{
	bool sending = reg_read(c, NE2K_CR) & NE2K_CR_TXP;

	reg_write(c, NE2K_CR, NE2K_CR_RD2 | NE2K_CR_STP);
	clock_wait_us(NE2K_STOP_US);
	reg_write(c, NE2K_RBCR0, 0);
	reg_write(c, NE2K_RBCR1, 0);
	bool resend = sending && !(reg_read(c, NE2K_ISR) & (NE2K_ISR_PTX | NE2K_ISR_TXE));
	reg_write(c, NE2K_TCR, NE2K_TCR_LB0);
	reg_write(c, NE2K_CR, NE2K_CR_RD2 | NE2K_CR_STA);

	nic->rx_errors++;
	if (!look(c) || c->next == c->curr) {
		start(c);
		return false;
	}
	bool got = take_good(c, nic, frame);
	reg_write(c, NE2K_ISR, NE2K_ISR_OVW);
	reg_write(c, NE2K_TCR, 0);
	if (resend)
		transmit(c);
	return got;
}

static bool poll(struct nic *nic, struct bytes *frame)
{
	struct ne2k *c = nic->priv;
	u8 isr = reg_read(c, NE2K_ISR);

	if (isr & NE2K_ISR_OVW)
		return overrun(c, nic, frame);
	if (c->next == c->curr) {
		if (!(isr & NE2K_ISR_PRX))
			return false;
		/* Acknowledge first: a frame that arrives now shows in CURR or in PRX. */
		reg_write(c, NE2K_ISR, NE2K_ISR_PRX);
		if (!look(c)) {
			nic->rx_errors++;
			start(c);
			return false;
		}
	}
	return take_good(c, nic, frame);
}

/* The ring's pages were free as soon as the frame had been copied. */
static void release(struct nic *nic)
{
	(void)nic;
}

/* ---- what boot programs ask for ---------------------------------------------------------- */

/* Section 6, address recognition: which bit of MAR a group address is filed under, by the first
 * six bits of its CRC. */
static u32 group_bit(const u8 mac[MAC_LEN])
{
	u32 crc = 0xffffffff;

	for (u32 bit = 0; bit < 8 * MAC_LEN; bit++) {
		bool flip = (crc >> 31 ^ mac[bit / 8] >> bit % 8) & 1;

		crc = crc << 1 ^ (flip ? 0x04c11db7u : 0);
	}
	return crc >> 26;
}

/* PAR may be written only while the core is stopped; MAR and RCR at any time. */
static void filter(struct nic *nic, u32 flags, const struct nic_groups *groups)
{
	struct ne2k *c = nic->priv;

	c->rcr = flags & (NIC_BROADCAST | NIC_PROMISCUOUS) ? NE2K_RCR_AB : 0;
	if (groups->count || flags & NIC_PROMISCUOUS)
		c->rcr |= NE2K_RCR_AM;
	if (flags & NIC_PROMISCUOUS)
		c->rcr |= NE2K_RCR_PRO;
	memset(c->mar, flags & NIC_PROMISCUOUS ? 0xff : 0, sizeof(c->mar));
	for (u32 i = 0; i < groups->count; i++) {
		u32 bit = group_bit(groups->mac[i]);

		c->mar[bit / 8] |= (u8)(1u << bit % 8);
	}

	if (memcmp(c->mac, nic->mac, MAC_LEN) != 0) {
		memcpy(c->mac, nic->mac, MAC_LEN);
		start(c);
		return;
	}
	reg_write(c, NE2K_CR, NE2K_CR_PS0 | NE2K_CR_RD2 | NE2K_CR_STA);
	for (u32 i = 0; i < NE2K_MAR_COUNT; i++)
		reg_write(c, NE2K_MAR(i), c->mar[i]);
	reg_write(c, NE2K_CR, NE2K_CR_RD2 | NE2K_CR_STA);
	reg_write(c, NE2K_RCR, c->rcr);
}

static void interrupts(struct nic *nic, bool on)
{
	struct ne2k *c = nic->priv;

	c->imr = on ? NE2K_INTERRUPTS : 0;
	if (on) {
		u16 command = pci_read16(c->bdf, PCI_COMMAND);

		if (command & PCI_COMMAND_NO_INTX)
			pci_write16(c->bdf, PCI_COMMAND, command & ~PCI_COMMAND_NO_INTX);
	}
	reg_write(c, NE2K_IMR, c->imr);
}

/* Acknowledges but for PRX and OVW, by which poll finds its work. */
static bool pending(struct nic *nic)
{
	struct ne2k *c = nic->priv;
	u8 isr = reg_read(c, NE2K_ISR) & (c->imr | NE2K_INTERRUPTS);

	if (!isr)
		return false;
	reg_write(c, NE2K_ISR, isr & ~(NE2K_ISR_PRX | NE2K_ISR_OVW));
	interrupts(nic, false);
	return true;
}

/* Remote DMA of nothing is complete at once.  RDC interrupts only until it is acknowledged:
 * every access to the card's memory ends with it. */
static bool force(struct nic *nic)
{
	struct ne2k *c = nic->priv;

	if (c->imr) {
		c->imr |= NE2K_ISR_RDC;
		reg_write(c, NE2K_IMR, c->imr);
	}
	dma_begin(c, NE2K_CR_RD0, 0, 0);
	dma_end(c);
	return true;
}

static void update(struct nic *nic)
{
	const struct ne2k *c = nic->priv;

	nic->rx_crc_errors += reg_read(c, NE2K_CNTR1);
	nic->rx_missed += reg_read(c, NE2K_CNTR2);
}

const struct nic_ops ne2k_ops = {
	.name = "ne2k",
	.open = open,
	.send = send,
	.poll = poll,
	.release = release,
	.close = close,
	.filter = filter,
	.interrupts = interrupts,
	.pending = pending,
	.force = force,
	.update = update,
};
