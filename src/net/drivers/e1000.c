/* SPDX-License-Identifier: BSD-2-Clause */
/* Intel 82540EM.  The order is that of section 14 of the Software Developer's Manual:
 * reset, general configuration (14.3), receive (14.4), transmit (14.5).
 *
 * Seen: the models in QEMU 7.2 and Bochs 2.7 clear CTRL.RST and reset nothing.  So every
 * register that matters is written here, and stop() disarms the rings itself.  QEMU's
 * model also delivers no frame for one second after any write of RCTL.  The one at open cannot be
 * avoided; so that there is no other, a card of QEMU's receives everything from the start, and who
 * reads frames looks at their addresses (they do anyway): an emulated wire carries little else. */
#include "../nic_list.h"
#include "e1000_regs.h"
#include "ebb/error.h"
#include "clock.h"
#include "heap.h"
#include "mem.h"
#include "mmio.h"
#include "pci.h"

/* Everything that the device reads or writes by itself. */
struct e1000_memory {
	volatile struct e1000_rdesc rx[E1000_RX_COUNT];
	volatile struct e1000_tdesc tx[E1000_TX_COUNT];
	u8 rx_buffer[E1000_RX_COUNT][E1000_RX_BUFFER];
	u8 tx_buffer[E1000_TX_COUNT][E1000_TX_BUFFER];
};
_Static_assert(sizeof(struct e1000_memory) <= 192 * KIB, "e1000 rings take too much heap");
_Static_assert(E1000_RX_COUNT % 8 == 0 && E1000_TX_COUNT % 8 == 0, "RDLEN, TDLEN granularity");

static struct e1000 {
	phys regs;
	u16 bdf;
	u16 command; /* PCI command register as the firmware left it */
	u32 manc;    /* likewise */
	u32 rctl;
	bool emulated; /* by QEMU: RCTL is written once */
	struct e1000_memory *memory;
	u32 rx_next;     /* oldest descriptor that is the device's or waits for us */
	u32 rx_returned; /* given back but not yet told to the device: < E1000_RX_BATCH */
	bool rx_pieces;  /* the last descriptor was not the end of its frame */
	u32 tx_next;
	u32 idle_polls;
} card;

static u32 reg_read(const struct e1000 *c, u32 reg)
{
	return mmio_read32(c->regs + reg);
}

static void reg_write(const struct e1000 *c, u32 reg, u32 v)
{
	mmio_write32(c->regs + reg, v);
}

/* Waits until `bits` of `reg` read as `want`.  False after `max_us`. */
static bool reg_wait(const struct e1000 *c, u32 reg, u32 bits, u32 want, u32 max_us)
{
	for (u32 us = 0; us <= max_us; us += E1000_STEP_US) {
		if ((reg_read(c, reg) & bits) == want)
			return true;
		clock_wait_us(E1000_STEP_US);
	}
	return false;
}

/* Ends DMA and interrupts whoever ran the card before, and resets it.  False if the card
 * does not come back; a missing card reads as ones, so its RST never clears. */
static bool stop(const struct e1000 *c)
{
	u32 running = (reg_read(c, E1000_RCTL) & E1000_RCTL_EN) |
		      (reg_read(c, E1000_TCTL) & E1000_TCTL_EN);

	reg_write(c, E1000_IMC, 0xffffffff);
	reg_write(c, E1000_RCTL, 0);
	reg_write(c, E1000_TCTL, E1000_TCTL_PSP);
	if (running)
		clock_wait_us(E1000_IN_FLIGHT_US);

	reg_write(c, E1000_CTRL, reg_read(c, E1000_CTRL) | E1000_CTRL_RST);
	clock_wait_us(E1000_RESET_US);
	if (!reg_wait(c, E1000_CTRL, E1000_CTRL_RST, 0, E1000_RESET_MAX_US))
		return false;
	clock_wait_us(E1000_EEPROM_LOAD_US);

	/* The reset masks interrupts and empties the rings; in the models we do. */
	reg_write(c, E1000_IMC, 0xffffffff);
	reg_read(c, E1000_ICR);
	reg_write(c, E1000_RDT, 0);
	reg_write(c, E1000_RDH, 0);
	reg_write(c, E1000_RDLEN, 0);
	reg_write(c, E1000_TDT, 0);
	reg_write(c, E1000_TDH, 0);
	reg_write(c, E1000_TDLEN, 0);
	return true;
}

/* EEPROM words 0 to 2 (section 5.6.1), low byte first. */
static bool mac_from_eeprom(const struct e1000 *c, u8 mac[MAC_LEN])
{
	for (u32 word = 0; word < MAC_LEN / 2; word++) {
		reg_write(c, E1000_EERD, word << E1000_EERD_ADDR_0 | E1000_EERD_START);
		if (!reg_wait(c, E1000_EERD, E1000_EERD_DONE, E1000_EERD_DONE,
			      E1000_EERD_MAX_US))
			return false;

		u32 data = reg_read(c, E1000_EERD) >> E1000_EERD_DATA_0;
		mac[2 * word] = (u8)data;
		mac[2 * word + 1] = (u8)(data >> 8);
	}
	return nic_mac_usable(mac);
}

/* Receive address 0: loaded from the EEPROM by the reset, or set by a hypervisor that
 * models no EEPROM. */
static bool mac_from_receive_address(const struct e1000 *c, u8 mac[MAC_LEN])
{
	u32 low = reg_read(c, E1000_RAL(0));
	u32 high = reg_read(c, E1000_RAH(0));

	for (u32 i = 0; i < MAC_LEN; i++)
		mac[i] = (u8)(i < 4 ? low >> 8 * i : high >> 8 * (i - 4));
	return (high & E1000_RAH_AV) && nic_mac_usable(mac);
}

/* One access to the PHY; its data, or -1 if it does not answer. */
static s32 phy_access(const struct e1000 *c, u32 op, u32 reg, u16 data)
{
	reg_write(c, E1000_MDIC,
		  op | E1000_PHY_ADDRESS << E1000_MDIC_PHYADD_0 | reg << E1000_MDIC_REGADD_0 |
			  data);
	if (!reg_wait(c, E1000_MDIC, E1000_MDIC_R, E1000_MDIC_R, E1000_MDIC_MAX_US))
		return -1;

	u32 v = reg_read(c, E1000_MDIC);
	return v & E1000_MDIC_E ? -1 : (s32)(v & 0xffff);
}

/* Gives auto-negotiation back to a PHY that somebody switched off.  A PHY that works or
 * negotiates is left alone: a restart costs seconds on a wire and 500 ms in QEMU. */
static void phy_wake(const struct e1000 *c)
{
	const u16 off =
		E1000_PHY_PCTRL_POWER_DOWN | E1000_PHY_PCTRL_ISOLATE | E1000_PHY_PCTRL_LOOPBACK;
	s32 pctrl = phy_access(c, E1000_MDIC_OP_READ, E1000_PHY_PCTRL, 0);

	if (pctrl < 0 || (!(pctrl & off) && (pctrl & E1000_PHY_PCTRL_ENABLE_AN)))
		return;
	phy_access(c, E1000_MDIC_OP_WRITE, E1000_PHY_PCTRL,
		   E1000_PHY_PCTRL_ENABLE_AN | E1000_PHY_PCTRL_RESTART_AN);
}

static void link_update(const struct e1000 *c, struct nic *nic)
{
	static const u16 mbit[4] = { 10, 100, 1000, 1000 };
	u32 status = reg_read(c, E1000_STATUS);

	nic->link = status & E1000_STATUS_LU;
	nic->link_mbit =
		nic->link ? mbit[(status & E1000_STATUS_SPEED) >> E1000_STATUS_SPEED_0] : 0;
}

/* Section 14.3: speed and duplex as the PHY negotiates them, no flow control, no VLAN mode.
 * The card must not answer ARP by itself. */
static void configure(const struct e1000 *c, struct nic *nic)
{
	u32 ctrl = reg_read(c, E1000_CTRL);

	ctrl &= ~(E1000_CTRL_LRST | E1000_CTRL_ASDE | E1000_CTRL_ILOS | E1000_CTRL_FRCSPD |
		  E1000_CTRL_FRCDPLX | E1000_CTRL_RST | E1000_CTRL_VME | E1000_CTRL_PHY_RST);
	reg_write(c, E1000_CTRL, ctrl | E1000_CTRL_SLU);
	reg_write(c, E1000_FCAL, 0);
	reg_write(c, E1000_FCAH, 0);
	reg_write(c, E1000_FCT, 0);
	reg_write(c, E1000_FCTTV, 0);
	reg_write(c, E1000_MANC, c->manc & ~E1000_MANC_ARP_EN);

	link_update(c, nic);
	if (!nic->link)
		phy_wake(c);
}

/* One receive address; NULL = none.  It must not match while it is half written. */
static void set_address(const struct e1000 *c, u32 n, const u8 *mac)
{
	reg_write(c, E1000_RAH(n), 0);
	if (!mac) {
		reg_write(c, E1000_RAL(n), 0);
		return;
	}
	reg_write(c, E1000_RAL(n),
		  (u32)mac[3] << 24 | (u32)mac[2] << 16 | (u32)mac[1] << 8 | mac[0]);
	reg_write(c, E1000_RAH(n), E1000_RAH_AV | (u32)mac[5] << 8 | mac[4]);
}

/* Section 14.4.  One descriptor stays ours, so that RDH never meets RDT on a full ring. */
static void receive_start(struct e1000 *c, const u8 mac[MAC_LEN])
{
	struct e1000_memory *m = c->memory;

	for (u32 i = 0; i < E1000_RA_COUNT; i++)
		set_address(c, i, i ? NULL : mac);
	for (u32 i = 0; i < E1000_MTA_COUNT; i++)
		reg_write(c, E1000_MTA + 4 * i, 0);

	for (u32 i = 0; i < E1000_RX_COUNT; i++) {
		m->rx[i] = (struct e1000_rdesc){ .address = (phys)(uintptr_t)m->rx_buffer[i] };
	}
	c->rx_next = 0;
	c->rx_returned = 0;
	c->rx_pieces = false;
	mmio_barrier();
	reg_write(c, E1000_RDBAL, (phys)(uintptr_t)m->rx);
	reg_write(c, E1000_RDBAH, 0);
	reg_write(c, E1000_RDLEN, sizeof(m->rx));
	reg_write(c, E1000_RDH, 0);
	reg_write(c, E1000_RDT, E1000_RX_COUNT - 1);
	reg_write(c, E1000_RDTR, 0);
	reg_write(c, E1000_RADV, 0);
	reg_write(c, E1000_ITR, 0);
	c->rctl = E1000_RCTL_FIXED | E1000_RCTL_BAM;
	if (c->emulated)
		c->rctl |= E1000_RCTL_UPE | E1000_RCTL_MPE;
	reg_write(c, E1000_RCTL, c->rctl);
}

/* Section 14.5, with the values that it recommends for copper. */
static void transmit_start(struct e1000 *c)
{
	struct e1000_memory *m = c->memory;

	for (u32 i = 0; i < E1000_TX_COUNT; i++) {
		m->tx[i] = (struct e1000_tdesc){
			.address = (phys)(uintptr_t)m->tx_buffer[i],
			.cmd = E1000_TDESC_CMD_EOP | E1000_TDESC_CMD_IFCS | E1000_TDESC_CMD_RS,
			.status = E1000_TDESC_STATUS_DD,
		};
	}
	c->tx_next = 0;
	mmio_barrier();
	reg_write(c, E1000_TDBAL, (phys)(uintptr_t)m->tx);
	reg_write(c, E1000_TDBAH, 0);
	reg_write(c, E1000_TDLEN, sizeof(m->tx));
	reg_write(c, E1000_TDH, 0);
	reg_write(c, E1000_TDT, 0);
	reg_write(c, E1000_TIPG,
		  10u << E1000_TIPG_IPGT_0 | 8u << E1000_TIPG_IPGR1_0 |
			  6u << E1000_TIPG_IPGR2_0);
	reg_write(c, E1000_TCTL,
		  E1000_TCTL_EN | E1000_TCTL_PSP | 0x0fu << E1000_TCTL_CT_0 |
			  0x40u << E1000_TCTL_COLD_0);
}

static int open(struct nic *nic, const struct pci_dev *dev)
{
	struct e1000 *c = &card;
	int err = -E_CARD_DEAD;

	c->bdf = dev->bdf;
	c->regs = pci_bar_memory(dev->bdf, 0);
	if (!c->regs)
		return -E_CARD_DEAD;

	/* The heap never takes anything back: keep it for the next open. */
	if (!c->memory)
		c->memory = heap_alloc(sizeof(*c->memory), 128);
	if (!c->memory)
		return -E_ARENA_FULL;

	c->command = pci_read16(c->bdf, PCI_COMMAND);
	c->emulated = pci_read16(c->bdf, PCI_SUB_VENDOR) == E1000_SUBSYSTEM_QEMU;
	pci_write16(c->bdf, PCI_COMMAND, c->command | PCI_COMMAND_MEMORY);
	if (!stop(c))
		goto failed;
	err = -E_NO_MAC;
	if (!mac_from_eeprom(c, nic->mac) && !mac_from_receive_address(c, nic->mac))
		goto failed;

	pci_write16(c->bdf, PCI_COMMAND, c->command | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	c->manc = reg_read(c, E1000_MANC);
	c->idle_polls = 0;
	memcpy(nic->permanent_mac, nic->mac, MAC_LEN);
	nic->rx_buffers = E1000_RX_COUNT - 1;
	nic->tx_buffers = E1000_TX_COUNT - 1;
	configure(c, nic);
	receive_start(c, nic->mac);
	transmit_start(c);
	nic->priv = c;
	return 0;

failed:
	pci_write16(c->bdf, PCI_COMMAND, c->command);
	return err;
}

/* The ring is full when the descriptor after the next one is still the device's: TDT must
 * not meet TDH.  The device finishes in order, so the next one is then free. */
static bool send(struct nic *nic, const void *frame, u32 len)
{
	struct e1000 *c = nic->priv;
	struct e1000_memory *m = c->memory;
	u32 at = c->tx_next;
	u32 after = (at + 1) % E1000_TX_COUNT;
	u32 padded = len < NIC_TX_MIN ? NIC_TX_MIN : len;

	if (len < FRAME_MIN || len > FRAME_MAX ||
	    !(m->tx[after].status & E1000_TDESC_STATUS_DD))
		return false;

	memcpy(m->tx_buffer[at], frame, len);
	memset(m->tx_buffer[at] + len, 0, padded - len);
	m->tx[at].length = (u16)padded;
	m->tx[at].status = 0;
	mmio_barrier();
	reg_write(c, E1000_TDT, after);
	c->tx_next = after;
	nic->tx_frames++;
	return true;
}

/* Gives the oldest buffer back.  The device hears of it a batch at a time; it keeps at
 * least RX_COUNT - RX_BATCH - 1 buffers meanwhile, so the ring does not run dry. */
static void recycle(struct e1000 *c)
{
	u32 at = c->rx_next;

	c->memory->rx[at].status = 0;
	c->rx_next = (at + 1) % E1000_RX_COUNT;
	if (++c->rx_returned < E1000_RX_BATCH)
		return;
	c->rx_returned = 0;
	mmio_barrier();
	reg_write(c, E1000_RDT, at);
}

static bool poll(struct nic *nic, struct bytes *frame)
{
	struct e1000 *c = nic->priv;

	/* At most one lap, so that a flood of bad frames cannot keep us here. */
	for (u32 n = 0; n < E1000_RX_COUNT; n++) {
		const volatile struct e1000_rdesc *d = &c->memory->rx[c->rx_next];
		u8 status = d->status;

		if (!(status & E1000_RDESC_STATUS_DD))
			break;
		mmio_barrier();

		/* A frame in several pieces is longer than a buffer: all of it goes. */
		u32 len = d->length;
		bool end = status & E1000_RDESC_STATUS_EOP;
		bool good = end && !c->rx_pieces && !(d->errors & E1000_RDESC_ERRORS_BAD) &&
			    len >= FRAME_MIN && len <= NIC_RX_MAX;

		if (good) {
			nic->rx_frames++;
			*frame = (struct bytes){ c->memory->rx_buffer[c->rx_next], len };
			return true;
		}
		c->rx_pieces = !end;
		nic->rx_errors++;
		recycle(c);
	}
	if (++c->idle_polls >= E1000_IDLE_POLLS) {
		c->idle_polls = 0;
		link_update(c, nic);
	}
	return false;
}

static void release(struct nic *nic)
{
	recycle(nic->priv);
}

static void close(struct nic *nic)
{
	struct e1000 *c = nic->priv;
	u32 last = (c->tx_next + E1000_TX_COUNT - 1) % E1000_TX_COUNT;

	/* The last acknowledgement is worth a moment; without a link it never leaves. */
	for (u32 us = 0; us < E1000_TX_MAX_US; us += E1000_STEP_US) {
		if (c->memory->tx[last].status & E1000_TDESC_STATUS_DD)
			break;
		clock_wait_us(E1000_STEP_US);
	}
	/* Seen: a frame that meets a stopped card jams Bochs 2.7's vnet until reset. */
	clock_wait_us(E1000_LINGER_US);
	stop(c);
	/* Without an EEPROM the next open takes the address from here. */
	set_address(c, 0, nic->permanent_mac);
	reg_write(c, E1000_MANC, c->manc);
	pci_write16(c->bdf, PCI_COMMAND, c->command);
}

/* ---- what boot programs ask for ------------------------------------------------------- */

/* Every group gets a receive address of its own: this card needs no hash. */
static void filter(struct nic *nic, u32 flags, const struct nic_groups *groups)
{
	struct e1000 *c = nic->priv;
	u32 rctl = E1000_RCTL_FIXED;

	_Static_assert(NIC_GROUPS_MAX < E1000_RA_COUNT, "receive addresses for all groups");
	set_address(c, 0, flags & NIC_DIRECTED ? nic->mac : NULL);
	for (u32 i = 0; i < NIC_GROUPS_MAX; i++)
		set_address(c, 1 + i, i < groups->count ? groups->mac[i] : NULL);
	if (flags & NIC_BROADCAST)
		rctl |= E1000_RCTL_BAM;
	if (flags & NIC_PROMISCUOUS)
		rctl |= E1000_RCTL_BAM | E1000_RCTL_UPE | E1000_RCTL_MPE;

	if (rctl == c->rctl || c->emulated)
		return;
	c->rctl = rctl;
	reg_write(c, E1000_RCTL, rctl);
}

static void interrupts(struct nic *nic, bool on)
{
	const struct e1000 *c = nic->priv;

	if (!on) {
		reg_write(c, E1000_IMC, 0xffffffff);
		return;
	}
	u16 command = pci_read16(c->bdf, PCI_COMMAND);
	if (command & PCI_COMMAND_NO_INTX)
		pci_write16(c->bdf, PCI_COMMAND, command & ~PCI_COMMAND_NO_INTX);
	reg_write(c, E1000_IMS, E1000_INTERRUPTS);
}

/* The read of ICR acknowledges all causes at once. */
static bool pending(struct nic *nic)
{
	const struct e1000 *c = nic->priv;

	if (!(reg_read(c, E1000_ICR) & E1000_INTERRUPTS))
		return false;
	interrupts(nic, false);
	return true;
}

static bool force(struct nic *nic)
{
	reg_write(nic->priv, E1000_ICS, E1000_INT_TXDW);
	return true;
}

static void update(struct nic *nic)
{
	const struct e1000 *c = nic->priv;

	link_update(c, nic);
	nic->rx_crc_errors += reg_read(c, E1000_CRCERRS);
	nic->rx_missed += reg_read(c, E1000_MPC);
}

const struct nic_ops e1000_ops = {
	.name = "e1000",
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
