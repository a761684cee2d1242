/* SPDX-License-Identifier: BSD-2-Clause */
#include "card.h"
#include "clock.h"
#include "ebb/error.h"
#include "fmt.h"
#include "main.h"
#include "mem.h"
#include "nic_list.h"
#include "say.h"
#include "smbios.h"
#include "stack.h"
#include "trace.h"

#define LINK_WAIT_MS 10000u /* auto-negotiation takes up to 5 s with old switches */
#define DRAIN_MS     3u
#define BUSES        256u
#define NO_VENDOR    0xffffu
#define MULTI        0x80u /* header type: more than one function */

static const struct nic_ops *match(u16 bdf, struct pci_dev *dev)
{
	const char *name;

	*dev = (struct pci_dev){ bdf, pci_read16(bdf, PCI_VENDOR_ID),
				 pci_read16(bdf, PCI_DEVICE_ID) };
	return nic_driver_for(dev->vendor, dev->device, &name);
}

/* The card that INIT was called for; only when that is not known, the first that fits. */
static const struct nic_ops *find(struct pci_dev *dev)
{
	const struct nic_ops *ops = NULL;

	if (boot.handoff.bdf != BLOCK_NO_BDF) {
		ops = match(boot.handoff.bdf, dev);
		if (ops)
			return ops;
	}
	for (u32 slot = 0; !ops && slot < BUSES * 32; slot++) {
		u16 bdf = (u16)(slot << 3);

		if (pci_read16(bdf, PCI_VENDOR_ID) == NO_VENDOR)
			continue;
		u32 functions = pci_read8(bdf, PCI_HEADER_TYPE) & MULTI ? 8 : 1;
		for (u32 f = 0; !ops && f < functions; f++)
			ops = match((u16)(bdf | f), dev);
	}
	return ops;
}

/* The last frame, an acknowledgement, must have left the card. */
static void drain(void)
{
	u32 now, start = clock_ms();

	do {
		now = clock_ms();
		net_step(boot.net, now);
	} while (now - start < DRAIN_MS);
}

void card_stop(void)
{
	if (boot.card_open)
		boot.nic.ops->close(&boot.nic);
	boot.card_open = false;
}

int card_start(void)
{
	int e = 0;

	if (!boot.card_open)
		e = boot.nic.ops->open(&boot.nic, &boot.card);
	if (!e)
		boot.card_open = true;
	return e;
}

void card_down(void)
{
	if (!boot.card_entered)
		return;
	boot.card_entered = false;
	if (boot.net && boot.card_open) {
		drain();
		net_close(boot.net);
		boot.card_open = false;
	}
	boot.net = NULL;
	card_stop();
	if (pci_read16(boot.card.bdf, PCI_COMMAND) != boot.pci_command)
		pci_write16(boot.card.bdf, PCI_COMMAND, boot.pci_command);
}

static bool undo_card(void *context)
{
	(void)context;
	card_down();
	return true;
}

bool card_is_driven(u16 bdf)
{
	struct pci_dev dev;

	return match(bdf, &dev) != NULL;
}

int card_find(void)
{
	boot.nic.ops = find(&boot.card);
	if (!boot.nic.ops)
		return -E_NO_CARD;
	boot.pci_command = pci_read16(boot.card.bdf, PCI_COMMAND);
	boot.card_entered = true;
	return ledger_enter(&boot.ledger, "network card", undo_card, NULL);
}

static int open_card(void)
{
	int e = card_find();

	if (e)
		return e;
	e = card_start();
	if (e)
		return e;
	trace_frames(&boot.nic);

	/* Ports and transaction ids must differ between machines and between boots. */
	u32 seed = clock_ms() ^ boot.handoff.bev_ticks << 8;
	for (u32 i = 0; i < MAC_LEN; i++)
		seed = seed * 31 + boot.nic.mac[i];
	boot.net = net_open(&boot.nic, seed, clock_ms());
	return 0;
}

static int wait_for_link(void)
{
	u32 now, start = clock_ms();

	while (!boot.nic.link) {
		if (boot_idle(&now))
			return -E_ABORTED;
		if (now - start > LINK_WAIT_MS)
			return -E_NO_LINK;
		net_step(boot.net, now);
	}
	return 0;
}

static void say_card(void)
{
	char mac[FMT_MAC_MAX];
	u16 bdf = boot.card.bdf;

	say(SAY_FACT, "ebb: net: %s %02x:%02x.%x %s link %u\n", boot.nic.ops->name,
	    (u32)bdf >> 8, (u32)bdf >> 3 & 0x1f, (u32)bdf & 7, fmt_mac(mac, boot.nic.mac),
	    boot.nic.link_mbit);
}

static int get_address(void)
{
	struct dhcp_identity id = { 0 };
	char ip[FMT_IP_MAX], gateway[FMT_IP_MAX], server[FMT_IP_MAX];
	u32 now = clock_ms(), prefix = 0;
	int e;

	memcpy(id.mac, boot.nic.mac, MAC_LEN);
	smbios_uuid(id.uuid);
	net_dhcp_begin(boot.net, &id, now);
	while ((e = net_dhcp_poll(boot.net)) == NET_BUSY) {
		if (boot_idle(&now))
			return -E_ABORTED;
		net_step(boot.net, now);
	}
	if (e)
		return e;

	const struct dhcp_lease *l = net_lease(boot.net);
	while (prefix < 32 && l->mask & 0x80000000u >> prefix)
		prefix++;
	say(SAY_FACT, "ebb: net: address %s/%u gateway %s server %s\n", fmt_ip(ip, l->ip),
	    prefix, fmt_ip(gateway, l->gateway), fmt_ip(server, l->boot_server));
	return 0;
}

int card_up(void)
{
	int e = open_card();

	if (e)
		return e;
	e = wait_for_link();
	say_card();
	if (e)
		return e;
	return get_address();
}
