/* SPDX-License-Identifier: BSD-2-Clause */
#include "bios.h"
#include "ebb/bda.h"
#include "lowmem.h"
#include "main.h"

#define INT_VIDEO      0x10u
#define INT_KEYBOARD   0x16u
#define BDA_VIDEO_PAGE 0x462u

static void gate(struct rm_call *c)
{
	void (*gate_real)(struct rm_call *) =
		(void (*)(struct rm_call *))boot.handoff.gate_real;

	gate_real(c);
}

void bios_int(u32 n, struct rm_call *c)
{
	struct lowmem lm;

	c->target.off = low_read16(&lm, IVT_BASE + 4 * n);
	c->target.seg = low_read16(&lm, IVT_BASE + 4 * n + 2);
	c->kind = RM_CALL_INTERRUPT;
	c->stack = boot.real_stack;
	c->eflags = EFLAGS_IF | EFLAGS_CF;
	if ((c->target.off || c->target.seg) && boot.real_stack.seg)
		gate(c);
	else
		c->eflags = EFLAGS_CF | EFLAGS_ZF;
}

void bios_let_interrupts_in(struct segoff retf)
{
	struct rm_call c = {
		.target = retf,
		.kind = RM_CALL_FAR,
		.stack = boot.real_stack,
		.eflags = EFLAGS_IF,
	};

	if (boot.real_stack.seg)
		gate(&c);
}

void bios_start(struct rm_call *c)
{
	c->kind = RM_CALL_FAR;
	gate(c);
}

void bios_put_char(char ch)
{
	struct lowmem lm;
	struct rm_call c = {
		.eax = 0x0e00 | (u8)ch,
		.ebx = (u32)low_read8(&lm, BDA_VIDEO_PAGE) << 8 | 7,
	};

	bios_int(INT_VIDEO, &c);
}

u32 bios_peek_key(void)
{
	struct rm_call c = { .eax = 0x0100 };

	bios_int(INT_KEYBOARD, &c);
	return c.eflags & EFLAGS_ZF ? 0 : c.eax & 0xffff;
}

void bios_take_key(void)
{
	struct rm_call c = { .eax = 0 };

	bios_int(INT_KEYBOARD, &c);
}
