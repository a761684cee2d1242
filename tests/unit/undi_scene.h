/* SPDX-License-Identifier: BSD-2-Clause */
/* A machine for the UNDI tests: the caller's memory, a card that keeps count, and what the rest of
 * the core does for UNDI.  Included once, by a test. */
#ifndef EBB_UNDI_SCENE_H
#define EBB_UNDI_SCENE_H

#include <string.h>
#include "check.h"
#include "clock.h"
#include "ebb/error.h"
#include "main.h"
#include "nic_list.h"
#include "undi.h"
#include "undi_params.h"

#define BDF       0x0018u
#define ROM_BASE  0xd0000u
#define FRAMES    200u
#define ASK       0x20000u /* where a test has its parameter block */
#define PLACE     0x9e000u
#define PLACE_SEG 0x9e00u

static const u8 our_mac[MAC_LEN] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 };
static const u8 peer_mac[MAC_LEN] = { 0x52, 0x55, 0x0a, 0x00, 0x02, 0x02 };
static const u8 everybody[MAC_LEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
static const u8 group_mac[MAC_LEN] = { 0x01, 0x00, 0x5e, 0x01, 0x02, 0x03 };
static const struct pci_dev dev = { .bdf = BDF, .vendor = 0x8086, .device = 0x100e };

struct boot boot;
static struct nic nic;

static struct {
	u8 memory[0x110000 + 0x10000]; /* FFFF:FFFF and 64 KiB from there on */
	u32 place_len;
	u8 irq_line;

	bool driver_open;
	int start_error;
	u32 starts, stops;
	enum pxenv_status stop_status;
	u32 ends; /* calls of pxe_stop */

	/* the card */
	struct {
		u8 at[NIC_RX_MAX];
		u32 len;
	} frame[FRAMES];
	u32 first, count;
	bool lent;
	bool cause, unmasked;
	bool cannot_force;
	bool late; /* a frame arrives as soon as the cause is acknowledged */
	bool link_now;
	u32 busy; /* sends that find no room */
	u8 sent[FRAME_MAX];
	u32 sent_len, sent_count;
	u32 filter, filters;
	struct nic_groups groups;
	u8 filter_mac[MAC_LEN];
	u32 waited_us;
	u32 polls;
} world;

/* ---- the core --------------------------------------------------------------------------- */

void *pxe_memory(phys at)
{
	CHECK(at < sizeof(world.memory));
	return world.memory + at;
}

struct pxe_place pxe_frame_place(void)
{
	return (struct pxe_place){ world.memory + PLACE, { 0, PLACE_SEG }, world.place_len };
}

void clock_wait_us(u32 us)
{
	world.waited_us += us;
}

enum pxenv_status pxe_stop(void)
{
	CHECK(!world.driver_open);
	world.ends++;
	return world.stop_status;
}

u8 pci_read8(u16 bdf, u32 reg)
{
	CHECK(bdf == BDF && reg == PCI_INTERRUPT_LINE);
	return world.irq_line;
}

u16 pci_read16(u16 bdf, u32 reg)
{
	CHECK(bdf == BDF);
	switch (reg) {
	case PCI_SUB_VENDOR:
		return 0x1af4;
	case PCI_SUB_DEVICE:
		return 0x1100;
	}
	CHECK(false);
	return 0;
}

u32 pci_read32(u16 bdf, u32 reg)
{
	CHECK(bdf == BDF && reg == PCI_REVISION);
	return 0x02000103;
}

u16 pci_bar_io(u16 bdf, u32 n)
{
	CHECK(bdf == BDF);
	return n == 1 ? 0xc040 : 0;
}

/* ---- the card --------------------------------------------------------------------------- */

static inline void arrive(const u8 *to, u32 len, u8 fill)
{
	u32 at = (world.first + world.count) % FRAMES;

	CHECK(world.count < FRAMES);
	memset(world.frame[at].at, fill, len);
	if (len >= MAC_LEN)
		memcpy(world.frame[at].at, to, MAC_LEN);
	if (len >= 14) {
		memcpy(world.frame[at].at + 6, peer_mac, MAC_LEN);
		world.frame[at].at[12] = 0x08;
		world.frame[at].at[13] = 0x00;
	}
	world.frame[at].len = len;
	world.count++;
	world.cause = true;
}

static inline bool asserts(void)
{
	return world.cause && world.unmasked && world.driver_open;
}

static bool card_send(struct nic *n, const void *frame, u32 len)
{
	CHECK(n == &nic && world.driver_open && len >= FRAME_MIN && len <= FRAME_MAX);
	if (world.busy) {
		world.busy--;
		return false;
	}
	memcpy(world.sent, frame, len);
	world.sent_len = len;
	world.sent_count++;
	world.cause = true;
	nic.tx_frames++;
	return true;
}

static bool card_poll(struct nic *n, struct bytes *frame)
{
	CHECK(n == &nic && world.driver_open && !world.lent);
	world.polls++;
	if (!world.count)
		return false;
	*frame = (struct bytes){ world.frame[world.first].at, world.frame[world.first].len };
	world.lent = true;
	nic.rx_frames++;
	return true;
}

static void card_release(struct nic *n)
{
	CHECK(n == &nic && world.driver_open && world.lent);
	memset(world.frame[world.first].at, 0xdd, NIC_RX_MAX);
	world.first = (world.first + 1) % FRAMES;
	world.count--;
	world.lent = false;
}

static void card_filter(struct nic *n, u32 flags, const struct nic_groups *groups)
{
	CHECK(n == &nic && world.driver_open && groups->count <= NIC_GROUPS_MAX);
	world.filter = flags;
	world.groups = *groups;
	memcpy(world.filter_mac, nic.mac, MAC_LEN);
	world.filters++;
}

static void card_interrupts(struct nic *n, bool on)
{
	CHECK(n == &nic && world.driver_open);
	world.unmasked = on;
}

static bool card_pending(struct nic *n)
{
	bool was = world.cause;

	CHECK(n == &nic && world.driver_open);
	world.cause = false;
	if (was)
		world.unmasked = false;
	if (world.late) {
		world.late = false;
		arrive(our_mac, 60, 0x77);
	}
	return was;
}

static bool card_force(struct nic *n)
{
	CHECK(n == &nic && world.driver_open);
	if (!world.cannot_force)
		world.cause = true;
	return !world.cannot_force;
}

static void card_update(struct nic *n)
{
	CHECK(n == &nic && world.driver_open);
	nic.link = world.link_now;
	nic.link_mbit = nic.link ? 1000 : 0;
}

static const struct nic_ops card_ops = {
	.name = "test",
	.send = card_send,
	.poll = card_poll,
	.release = card_release,
	.filter = card_filter,
	.interrupts = card_interrupts,
	.pending = card_pending,
	.force = card_force,
	.update = card_update,
};

int card_start(void)
{
	CHECK(!world.driver_open);
	world.starts++;
	if (world.start_error)
		return world.start_error;
	world.driver_open = true;
	world.unmasked = world.cause = false;
	world.filter = NIC_DIRECTED | NIC_BROADCAST;
	world.groups.count = 0;
	memcpy(nic.mac, our_mac, MAC_LEN);
	memcpy(nic.permanent_mac, our_mac, MAC_LEN);
	return 0;
}

/* A lent frame must have been given back. */
void card_stop(void)
{
	CHECK(world.driver_open && !world.lent && !world.unmasked);
	world.driver_open = false;
	world.stops++;
	world.count = 0;
}

/* ---- the program ------------------------------------------------------------------------ */

/* One call with its parameters at ASK; what the call may write is theirs alone. */
static enum pxenv_status call(u16 op, void *params, u32 len)
{
	u8 *at = world.memory + ASK;
	enum pxenv_status status;

	memset(at - 16, 0xa5, len + 32);
	memcpy(at, params, len);
	status = undi_call(op, at);
	memcpy(params, at, len);
	for (u32 i = 0; i < 16; i++)
		CHECK(at[-1 - (int)i] == 0xa5 && at[len + i] == 0xa5);
	return status;
}

#define CALL(op, p) call(op, &(p), sizeof(p))

static inline enum pxenv_status call_plain(u16 op)
{
	struct undi_plain p = { 0 };

	return CALL(op, p);
}

static enum pxenv_status call_open(u16 filter)
{
	struct undi_open p = { .filter = le16_of(filter) };

	return CALL(UNDI_OPEN, p);
}

/* UNDI_ISR: what it answers, with the block as it left it. */
static u32 call_isr(u32 flag, struct undi_isr *p)
{
	*p = (struct undi_isr){ .flag = le16_of((u16)flag) };
	CHECK(CALL(UNDI_ISR, *p) == PXENV_SUCCESS);
	return le16_get(p->flag);
}

static inline u32 isr(u32 flag)
{
	struct undi_isr p;

	return call_isr(flag, &p);
}

/* PROCESS or GET_NEXT hands over a whole frame of `fill`. */
static inline void expect_frame(u32 flag, u32 len, u8 fill)
{
	const u8 *at = world.memory + PLACE;
	struct undi_isr p;

	CHECK(call_isr(flag, &p) == UNDI_ISR_RECEIVE);
	CHECK(le16_get(p.buffer_len) == len && le16_get(p.frame_len) == len);
	CHECK(le16_get(p.header_len) == 14);
	CHECK(le16_get(p.frame[0]) == 0 && le16_get(p.frame[1]) == PLACE_SEG);
	for (u32 i = 14; i < len; i++)
		CHECK(at[i] == fill);
}

static inline void send_one(void)
{
	struct undi_transmit p = { .tbd = { le16_of(0), le16_of(0x3000) } };
	struct undi_tbd *tbd = (void *)(world.memory + 0x30000);

	memset(tbd, 0, sizeof(*tbd));
	tbd->immediate_len = le16_of(60);
	tbd->immediate[1] = le16_of(0x4000);
	CHECK(CALL(UNDI_TRANSMIT, p) == PXENV_SUCCESS);
}

static inline void world_with_closed_card(void)
{
	memset(&world, 0, sizeof(world));
	memset(&nic, 0, sizeof(nic));
	world.place_len = NIC_RX_MAX;
	world.irq_line = 11;
	world.link_now = true;
	boot.handoff.rom_base = ROM_BASE;
	nic.ops = &card_ops;
	nic.rx_buffers = 63;
	nic.tx_buffers = 7;
}

/* A program has just been started. */
static inline void world_with_program(void)
{
	world_with_closed_card();
	CHECK(card_start() == 0);
	world.starts = 0;
	undi_begin(&nic, &dev);
}

/* A program has called UNDI_OPEN, too. */
static inline void world_with_open_program(void)
{
	world_with_program();
	CHECK(call_open(NIC_DIRECTED | NIC_BROADCAST) == PXENV_SUCCESS);
}

#endif
