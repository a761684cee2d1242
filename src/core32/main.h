/* SPDX-License-Identifier: BSD-2-Clause */
/* The core's one static root, and the phases of a boot as main.c runs them. */
#ifndef EBB_MAIN_H
#define EBB_MAIN_H

#include "ebb/block.h"
#include "ebb/handoff.h"
#include "ebb/payload.h"
#include "base_take.h"
#include "hook.h"
#include "ledger.h"
#include "memmap.h"
#include "nic.h"
#include "pci.h"

#define BOOT_RESIDENT_MAX 3u
#define BOOT_TEXT_MAX     256u

struct net;

struct boot {
	struct handoff handoff; /* a copy: BEV's lies in base memory */
	struct ledger ledger;
	struct segoff real_stack; /* where bios.c calls real mode */
	struct memmap map;
	/* Ours above 1 MiB, whole pages: core, and what INIT got from PMM. */
	u32 residents;
	struct memrange resident[BOOT_RESIDENT_MAX];
	u32 before_clock_ms; /* from BEV to clock_open, in whole ticks */
	u32 idle_ms;         /* clock at the last visit to real mode */

	struct pci_dev card;
	struct nic nic;
	struct net *net;
	u16 pci_command;              /* as the firmware left it */
	bool card_entered, card_open; /* in the ledger; by its driver */

	char file[BOOT_TEXT_MAX]; /* the boot file's name on the server */
	bool first_byte;          /* its delay has been said */

	/* While a boot program runs. */
	u8 *scratch_copy;
	struct base_taken window_taken; /* the PXE window, and the block's KiB below it */
	u32 restart_len;                /* of the program that RESTART_TFTP has loaded */
	int restart_error;
	struct hook int15, int1a;
	char settings[PAYLOAD_SETTINGS_MAX];
};

extern struct boot boot;

/* Notes in boot.resident what of memory above 1 MiB is ours: the core's and what INIT got. */
void boot_find_residents(void);

/* From start.asm.  Boots, or gives everything back; or stays for who has called the UNDI loader.
 * 0 or an error number already shown. */
u32 core_main(const struct handoff *h);

/* What all waiting loops call: lets interrupts in every few ms.  True if the user wants to
 * stop.  *now_ms is the time. */
bool boot_idle(u32 *now_ms);

#endif
