/* SPDX-License-Identifier: BSD-2-Clause */
/* The simulated megabyte of machine.h with a POST Memory Manager in it. */
#ifndef EBB_PMM_MACHINE_H
#define EBB_PMM_MACHINE_H

#include "machine.h"

static struct pmm_fake fake;

/* Firmware like SeaBIOS' with these habits: permanent memory of its own, apart from the rest. */
static void machine_with_fake_pmm(u32 habits)
{
	machine_with_ebda(0x9fc00, 1);
	memset(&fake, 0, sizeof(fake));
	fake.habits = habits;
	fake.pool[0] = (struct pmm_pool){ 0x07000, 0x90000 };
	fake.pool[1] = (struct pmm_pool){ 0x00200000, 0x0f000000 };
	fake.pool[2] = (struct pmm_pool){ 0xd0000, 0xdf840 };
	fake.pool[3] = (struct pmm_pool){ 0x0f000000, 0x10000000 };
	lm.pmm = &fake;
}

#endif
