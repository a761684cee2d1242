/* SPDX-License-Identifier: BSD-2-Clause */
#include "main.h"
#include "boot/start.h"
#include "build_id.h"
#include "card.h"
#include "clock.h"
#include "ebb/bda.h"
#include "ebb/error.h"
#include "fetch.h"
#include "int15.h"
#include "lowmem.h"
#include "mem.h"
#include "pxe/configure.h"
#include "pxe/loader.h"
#include "say.h"
#include "teardown.h"
#include "ui/console.h"
#include "ui/keys.h"

/* Often enough that no timer tick is lost, seldom enough to cost nothing. */
#define IDLE_MS 15u

struct boot boot;

bool boot_idle(u32 *now_ms)
{
	*now_ms = clock_ms();
	if (*now_ms - boot.idle_ms < IDLE_MS)
		return false;
	boot.idle_ms = *now_ms;
	return keys_abort();
}

static void add_resident(phys base, u32 len)
{
	if (base < MIB || !len || boot.residents == BOOT_RESIDENT_MAX)
		return;

	/* The payload and the core's room are often parts of one range. */
	for (u32 i = 0; i < boot.residents; i++)
		if (base >= boot.resident[i].base &&
		    base + len <= boot.resident[i].base + boot.resident[i].len)
			return;
	boot.resident[boot.residents++] = (struct memrange){ base, len };
}

/* What INIT got for good counts as ours, wherever the core itself runs. */
void boot_find_residents(void)
{
	const struct handoff *h = &boot.handoff;
	const struct block *b = (const struct block *)h->block;

	if (b) {
		add_resident(b->room, b->room_len);
		add_resident(b->payload, b->payload_len);
	}
	add_resident(h->core_base, h->core_len);
}

/* Settings travel in the payload's header. */
static void copy_settings(void)
{
	const struct payload *p = (const struct payload *)boot.handoff.payload;

	if (p && p->signature == PAYLOAD_SIGNATURE && p->build_id == BUILD_ID)
		memcpy(boot.settings, p->settings, sizeof(boot.settings));
}

/* The clock starts with the core; the BIOS tick covers loading and unpacking. */
static u32 ms_since_bev(void)
{
	struct lowmem lm;
	u32 ticks = low_read32(&lm, BDA_TICKS) - boot.handoff.bev_ticks;

	return ticks < 1000 ? ticks * 55 : 0;
}

static int run(void)
{
	struct bytes image;
	int e;

	e = int15_read(&boot.map);
	if (e)
		return e;
	boot_find_residents();
	e = card_up();
	if (e)
		return e;
	e = pxe_configure();
	if (e)
		return e;
	e = fetch_boot_file(&image);
	if (e)
		return e;
	return start_image(image);
}

u32 core_main(const struct handoff *h)
{
	boot.handoff = *h;
	boot.real_stack = h->stack;

	console_open();
	clock_open();
	boot.before_clock_ms = ms_since_bev();
	copy_settings();
	say(SAY_FACT, "ebb: core: %08x at %08x +%uk\n", BUILD_ID, h->core_base,
	    h->core_len / KIB);

	int e = h->entered == HANDOFF_UNDI_LOADER ? loader_main() : run();
	if (e < 0)
		say_error(-e);
	if (e || h->entered == HANDOFF_BEV)
		teardown();
	return e < 0 ? (u32)-e : 0;
}
