/* SPDX-License-Identifier: BSD-2-Clause */
/* The states of UNDI, and the calls that need no file of their own (PXE-10).
 *
 * What a call does in each state: "do" its work, "ok" if its effect is there already, "-" it cannot
 * work and answers UNDI_INVALID_STATE.  Programs repeat calls and leave some out, and end in any
 * order (PXE-14), so whatever leads downwards works in every state.
 *
 *                              STOPPED   STARTED   INITIALISED  OPENED
 *   START_UNDI                 do        ok        ok           ok
 *   STARTUP                    do (1)    ok        ok           ok
 *   INITIALIZE                 -         do        ok           ok
 *   RESET_ADAPTER              -         -         do           do
 *   OPEN                       -         -         do           do (2)
 *   CLOSE                      ok        ok        ok           do
 *   SHUTDOWN                   ok        ok        do           do
 *   CLEANUP                    ok        do        do           do
 *   STOP_UNDI                  do        do        do           do
 *   TRANSMIT, FORCE_INTERRUPT  -         -         -            do
 *   ISR START                  not ours  not ours  not ours     do
 *   ISR PROCESS, GET_NEXT      -         -         -            do
 *   SET_MCAST_ADDRESS          -         -         do           do
 *   SET_STATION_ADDRESS        -         -         do           do (3)
 *   SET_PACKET_FILTER          -         -         do           do
 *   GET_INFORMATION            -         -         do           do
 *   GET_STATISTICS             -         -         do           do
 *   CLEAR_STATISTICS           -         -         do           do
 *   INITIATE_DIAGS             -         -         do           do
 *   GET_IFACE_INFO             -         -         do           do
 *   GET_MCAST_ADDRESS          do        do        do           do
 *   GET_NIC_TYPE               do        do        do           do
 *
 *   (1) after START_UNDI only
 *   (2) filter and list anew
 *   (3) the letter wants it before OPEN, but base code had opened before the program came
 *
 * 0015h is STOP_UNDI.  The specification gives UNDI_GET_STATE the same number, with a parameter
 * block one byte longer; nothing tells the two apart.  Programs need STOP_UNDI to get rid of PXE,
 * none asks for the state, and other ROMs decide alike. */
#include "undi.h"
#include "undi_internal.h"
#include "mem.h"
#include "nic_list.h"

#define STATE(s)   (1u << (s))
#define ANY        0xfu
#define CARD_READY (STATE(UNDI_INITIALISED) | STATE(UNDI_OPENED))

struct undi undi;

/* The states in which a call is let in at all. */
static const u8 states[UNDI_OPS] = {
	[UNDI_START_UNDI] = ANY,
	[UNDI_STARTUP] = ANY,
	[UNDI_CLEANUP] = ANY,
	[UNDI_INITIALIZE] = ANY & ~STATE(UNDI_STOPPED),
	[UNDI_RESET_ADAPTER] = CARD_READY,
	[UNDI_SHUTDOWN] = ANY,
	[UNDI_OPEN] = CARD_READY,
	[UNDI_CLOSE] = ANY,
	[UNDI_TRANSMIT] = STATE(UNDI_OPENED),
	[UNDI_SET_MCAST_ADDRESS] = CARD_READY,
	[UNDI_SET_STATION_ADDRESS] = CARD_READY,
	[UNDI_SET_PACKET_FILTER] = CARD_READY,
	[UNDI_GET_INFORMATION] = CARD_READY,
	[UNDI_GET_STATISTICS] = CARD_READY,
	[UNDI_CLEAR_STATISTICS] = CARD_READY,
	[UNDI_INITIATE_DIAGS] = CARD_READY,
	[UNDI_FORCE_INTERRUPT] = STATE(UNDI_OPENED),
	[UNDI_GET_MCAST_ADDRESS] = ANY,
	[UNDI_GET_NIC_TYPE] = ANY,
	[UNDI_GET_IFACE_INFO] = CARD_READY,
	[UNDI_ISR] = ANY, /* sorts it out itself */
	[UNDI_STOP_UNDI] = ANY,
};

/* ---- up and down ------------------------------------------------------------------------- */

static void apply_filter(void)
{
	undi.nic->ops->filter(undi.nic, undi.filter, &undi.groups);
}

static void set_filter(u32 flags, const struct nic_groups *groups)
{
	undi.filter = flags & (NIC_DIRECTED | NIC_BROADCAST | NIC_PROMISCUOUS);
	undi.groups = *groups;
}

static const struct nic_groups no_groups;

static void begin(struct nic *nic, const struct pci_dev *dev)
{
	undi = (struct undi){ .nic = nic, .dev = dev };
}

void undi_begin(struct nic *nic, const struct pci_dev *dev)
{
	begin(nic, dev);
	undi.loaded = true;
	undi.state = UNDI_OPENED;
	set_filter(NIC_DIRECTED | NIC_BROADCAST, &no_groups);

	/* An earlier program may have left its wishes there. */
	memcpy(nic->mac, nic->permanent_mac, MAC_LEN);
	apply_filter();
	nic->ops->interrupts(nic, false);
}

void undi_begin_stopped(struct nic *nic, const struct pci_dev *dev)
{
	begin(nic, dev);
}

enum undi_state undi_state(void)
{
	return undi.state;
}

/* What the program has handed over is forgotten with the card's rings. */
static void leave_card(void)
{
	undi_forget();
	undi_interrupts(false);
	card_stop();
}

static enum pxenv_status initialise(void)
{
	if (undi.state != UNDI_STARTED)
		return PXENV_SUCCESS;
	if (card_start())
		return PXENV_UNDI_CANNOT_INITIALIZE_NIC;
	undi.state = UNDI_INITIALISED;
	undi.wanted = false;
	set_filter(NIC_DIRECTED | NIC_BROADCAST, &no_groups);
	return PXENV_SUCCESS;
}

/* The card keeps receiving into its rings until SHUTDOWN, but not for anybody: a closed filter
 * would cost time when it opens again. */
static void close(void)
{
	if (undi.state != UNDI_OPENED)
		return;
	undi_forget();
	undi_interrupts(false);
	undi.wanted = false;
	undi.state = UNDI_INITIALISED;
}

static void shut_down(void)
{
	close();
	if (undi.state != UNDI_INITIALISED)
		return;
	leave_card();
	undi.state = UNDI_STARTED;
}

static void clean_up(void)
{
	shut_down();
	undi.state = UNDI_STOPPED;
}

static enum pxenv_status stop(void)
{
	enum pxenv_status status;

	clean_up();
	status = pxe_stop();
	undi.loaded = status != PXENV_SUCCESS;
	return status;
}

static enum pxenv_status start_up(void)
{
	if (!undi.loaded)
		return PXENV_UNDI_INVALID_STATE;
	if (undi.state == UNDI_STOPPED)
		undi.state = UNDI_STARTED;
	return PXENV_SUCCESS;
}

/* ---- filter and addresses ---------------------------------------------------------------- */

/* False if it is no list of multicast addresses. */
static bool read_groups(const struct undi_groups *from, struct nic_groups *to)
{
	to->count = le16_get(from->count);
	if (to->count > NIC_GROUPS_MAX)
		return false;
	for (u32 i = 0; i < to->count; i++) {
		memcpy(to->mac[i], from->mac[i], MAC_LEN);
		if (!(to->mac[i][0] & 1))
			return false;
	}
	return true;
}

/* What came for whoever had the card before is not the program's. */
static enum pxenv_status open(const struct undi_open *p)
{
	u32 filter = le16_get(p->filter);
	struct nic_groups groups;

	if (filter & ~UNDI_FILTER_KNOWN || !read_groups(&p->groups, &groups))
		return PXENV_UNDI_INVALID_PARAMETER;
	undi_interrupts(false);
	undi_forget();
	set_filter(filter, &groups);
	apply_filter();
	undi_drain();
	undi.state = UNDI_OPENED;
	undi.wanted = undi_irq_line() != 0;
	undi.nic->ops->pending(undi.nic);
	undi_interrupts(undi.wanted);
	return PXENV_SUCCESS;
}

/* The station address is the program's choice and outlives a reset, as its filter does. */
static enum pxenv_status reset_adapter(const struct undi_set_groups *p)
{
	struct nic_groups groups;
	u8 mac[MAC_LEN];
	bool on = undi.interrupts;

	if (!read_groups(&p->groups, &groups))
		return PXENV_UNDI_INVALID_PARAMETER;
	memcpy(mac, undi.nic->mac, MAC_LEN);
	leave_card();
	if (card_start()) {
		undi.wanted = false;
		undi.state = UNDI_STARTED;
		return PXENV_UNDI_CANNOT_INITIALIZE_NIC;
	}
	memcpy(undi.nic->mac, mac, MAC_LEN);
	set_filter(undi.filter, &groups);
	apply_filter();
	undi_interrupts(on);
	return PXENV_SUCCESS;
}

static enum pxenv_status set_groups(const struct undi_set_groups *p)
{
	struct nic_groups groups;

	if (!read_groups(&p->groups, &groups))
		return PXENV_UNDI_INVALID_PARAMETER;
	set_filter(undi.filter, &groups);
	apply_filter();
	return PXENV_SUCCESS;
}

static enum pxenv_status set_packet_filter(const struct undi_filter *p)
{
	if (p->filter & ~UNDI_FILTER_KNOWN)
		return PXENV_UNDI_INVALID_PARAMETER;
	set_filter(p->filter, &undi.groups);
	apply_filter();
	return PXENV_SUCCESS;
}

static enum pxenv_status set_station(const struct undi_station *p)
{
	u8 mac[MAC_LEN];

	memcpy(mac, p->mac, MAC_LEN);
	if (!nic_mac_usable(mac))
		return PXENV_UNDI_INVALID_PARAMETER;
	if (memcmp(undi.nic->mac, mac, MAC_LEN) == 0)
		return PXENV_SUCCESS;
	memcpy(undi.nic->mac, mac, MAC_LEN);
	undi_drop_frame();
	apply_filter();
	return PXENV_SUCCESS;
}

/* RFC 1112 6.4. */
static enum pxenv_status get_group(struct undi_mcast *p)
{
	u32 ip = be32_get(p->ip);

	if (ip >> 28 != 14)
		return PXENV_UNDI_INVALID_PARAMETER;
	memset(p->mac, 0, sizeof(p->mac));
	p->mac[0] = 0x01;
	p->mac[2] = 0x5e;
	p->mac[3] = ip >> 16 & 0x7f;
	p->mac[4] = (u8)(ip >> 8);
	p->mac[5] = (u8)ip;
	return PXENV_SUCCESS;
}

/* ---- base code ---------------------------------------------------------------------------- */

/* More than both have asked for is let in rather than less: the engine looks at addresses itself,
 * and a change of the filter costs time. */
static bool filter_is_narrow(void)
{
	const u32 base = NIC_DIRECTED | NIC_BROADCAST;

	return !(undi.filter & NIC_PROMISCUOUS) && (undi.filter & base) != base;
}

bool undi_lend(void)
{
	if (undi.state != UNDI_OPENED)
		return false;
	undi_drop_frame();
	undi.suspended = undi.interrupts;
	undi_interrupts(false);
	if (filter_is_narrow())
		undi.nic->ops->filter(undi.nic, undi.filter | NIC_DIRECTED | NIC_BROADCAST,
				      &undi.groups);
	return true;
}

void undi_take_back(void)
{
	if (undi.state != UNDI_OPENED)
		return;
	if (filter_is_narrow())
		apply_filter();
	if (undi.suspended)
		undi_interrupts(true);
	undi.suspended = false;
}

/* No frame is looked at: one may be in somebody's hands.  But an interrupt of ours that nobody
 * acknowledges would come again for ever. */
bool undi_nested(u16 op, void *params)
{
	struct undi_isr *p = params;

	if (op != UNDI_ISR || le16_get(p->flag) != UNDI_ISR_START)
		return false;
	p->flag = le16_of(undi_take_interrupt() ? UNDI_ISR_OURS : UNDI_ISR_NOT_OURS);
	p->status = le16_of(PXENV_SUCCESS);
	return true;
}

/* ---- dispatch ----------------------------------------------------------------------------- */

enum pxenv_status undi_call(u16 op, void *params)
{
	if (op >= UNDI_OPS)
		return PXENV_UNSUPPORTED;
	if (!undi.nic || !(states[op] & STATE(undi.state)))
		return PXENV_UNDI_INVALID_STATE;

	switch ((enum undi_op)op) {
	case UNDI_START_UNDI:
		undi.loaded = true;
		break;
	case UNDI_STARTUP:
		return start_up();
	case UNDI_CLEANUP:
		clean_up();
		break;
	case UNDI_INITIALIZE:
		return initialise();
	case UNDI_RESET_ADAPTER:
		return reset_adapter(params);
	case UNDI_SHUTDOWN:
		shut_down();
		break;
	case UNDI_OPEN:
		return open(params);
	case UNDI_CLOSE:
		close();
		break;
	case UNDI_TRANSMIT:
		return undi_transmit(params);
	case UNDI_SET_MCAST_ADDRESS:
		return set_groups(params);
	case UNDI_SET_STATION_ADDRESS:
		return set_station(params);
	case UNDI_SET_PACKET_FILTER:
		return set_packet_filter(params);
	case UNDI_GET_INFORMATION:
		undi_get_information(params);
		break;
	case UNDI_GET_STATISTICS:
		undi_get_statistics(params);
		break;
	case UNDI_CLEAR_STATISTICS:
		undi_clear_statistics();
		break;
	case UNDI_INITIATE_DIAGS:
		return undi_diagnose();
	case UNDI_FORCE_INTERRUPT:
		return undi.nic->ops->force(undi.nic) ? PXENV_SUCCESS : PXENV_UNSUPPORTED;
	case UNDI_GET_MCAST_ADDRESS:
		return get_group(params);
	case UNDI_GET_NIC_TYPE:
		undi_get_nic_type(params);
		break;
	case UNDI_GET_IFACE_INFO:
		undi_get_iface_info(params);
		break;
	case UNDI_ISR:
		return undi_isr(params);
	case UNDI_STOP_UNDI:
		return stop();
	case UNDI_OPS:
		break;
	}
	return PXENV_SUCCESS;
}
