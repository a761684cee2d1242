/* SPDX-License-Identifier: BSD-2-Clause */
#include "api.h"
#include "bios.h"
#include "clock.h"
#include "config.h"
#include "ebb/bda.h"
#include "ebb/core_call.h"
#include "lowmem.h"
#include "main.h"
#include "mem.h"
#include "pxe.h"
#include "resident.h"
#include "say.h"
#include "start.h"
#include "undi.h"
#include "window.h"

#define INTERRUPTS_MS 15u /* often enough that no timer tick is lost */

/* What a call into real mode may need: the gate's part and interrupt handlers. */
#define REAL_STACK_MIN 0x180u
#define REAL_STACK_LEN 0x300u
#define GATE_DEPTH     0x100u /* of our own frames below the caller's stack */

static struct {
	bool on; /* there is somebody whose calls we serve */
	phys window;
	u32 ends;                     /* ledger mark */
	const struct core_call *call; /* being served */
	bool lent;                    /* UNDI has lent the card to the base code */
	u32 let_in_ms;
} api;

void api_begin(phys window, u32 ends)
{
	api.on = true;
	api.window = window;
	api.ends = ends;
}

void api_end(void)
{
	api.on = false;
}

static u32 room(void)
{
	struct lowmem lm;

	return window_room(api.window, (phys)low_read16(&lm, BDA_EBDA_SEG) << 4);
}

static struct segoff in_window(u32 off)
{
	return (struct segoff){ (u16)off, (u16)(api.window >> 4) };
}

/* Where real mode can be called during this call.  If somebody has moved the EBDA over our own
 * stack, what is left of the boot program's is taken; 0:0 if nothing is. */
static struct segoff real_stack(const struct core_call *call)
{
	static const struct segoff none = { 0, 0 };
	u32 left = room();

	if (left >= WINDOW_CORE_STACK)
		return in_window(WINDOW_CORE_STACK);
	if (left < WINDOW_NBP_STACK)
		return none;

	/* Most programs run on a stack of their own by now, and ours holds their way back at
	 * its top.  Those that still use it have our frames there, too. */
	phys sp = segoff_linear(call->stack);
	if (sp < api.window + WINDOW_DATA || sp > api.window + WINDOW_NBP_STACK)
		return in_window(WINDOW_DATA + REAL_STACK_LEN);
	if (sp < api.window + WINDOW_DATA + REAL_STACK_MIN + GATE_DEPTH)
		return none;
	return in_window(sp - GATE_DEPTH - api.window);
}

/* ---- what the handlers use ---- */

void *pxe_memory(phys at)
{
	return (void *)at;
}

struct net *pxe_net(void)
{
	if (!api.lent)
		api.lent = undi_lend();
	return api.lent ? boot.net : NULL;
}

u32 pxe_idle(void)
{
	u32 now = clock_ms();

	if (api.call->flags & EFLAGS_IF && now - api.let_in_ms >= INTERRUPTS_MS &&
	    room() > WINDOW_RETF) {
		api.let_in_ms = now;
		bios_let_interrupts_in(in_window(WINDOW_RETF));
	}
	return now;
}

static struct pxe_place place(u32 off, u32 len)
{
	u32 left = room();

	if (left <= off)
		len = 0;
	else if (len > left - off)
		len = left - off;
	return (struct pxe_place){ (u8 *)api.window + off, in_window(off), len };
}

struct pxe_place pxe_frame_place(void)
{
	return place(WINDOW_FRAME, WINDOW_FRAME_LEN);
}

/* A part of a packet is of no use. */
struct pxe_place pxe_packet_place(u32 type)
{
	u32 len;
	u32 off = window_packet(type, &len);
	struct pxe_place p = place(off, len);

	if (p.len < len)
		p.len = 0;
	return p;
}

/* INT 15h stays hooked, but hides nothing any more. */
static void kept(const char *name)
{
	(void)name;
}

/* STOP_UNDI (PXE-16): all or nothing. */
enum pxenv_status pxe_stop(void)
{
	if (!resident_can_end())
		return PXENV_KEEP_UNDI;
	api_end();
	/* Who searches memory later must not find them. */
	if (room() >= WINDOW_DATA)
		memset((u8 *)api.window + WINDOW_PXENV, 0, WINDOW_DATA - WINDOW_PXENV);
	ledger_undo_to(&boot.ledger, api.ends, kept);
	return PXENV_SUCCESS;
}

u32 pxe_nbp_room(void)
{
	return api.window - NBP_BASE;
}

void pxe_restart(u32 len)
{
	boot.restart_len = len;
	core_unwind(API_RESTART);
}

void pxe_restart_failed(int error)
{
	boot.restart_error = error;
	core_unwind(API_FAILED);
}

/* ---- calls ---- */

static enum pxenv_status dispatch(u16 op, void *params)
{
	if (op <= 0x15)
		return undi_call(op, params);
	if (op >= 0x20 && op <= 0x25)
		return pxe_tftp_call(op, params);
	if (op >= 0x30 && op <= 0x33)
		return pxe_udp_call(op, params);
	if (op >= 0x70 && op <= 0x76)
		return pxe_base_call(op, params);
	if (op >= 0xe0 && op <= 0xe8)
		return pxe_file_call(op, params);
	return PXENV_UNSUPPORTED;
}

static u8 *params_of(const struct core_call *call)
{
	return pxe_memory(((call->args[1] & 0xffff) << 4) + (call->args[2] & 0xffff));
}

/* One call of the API; the parameter structure begins with the status word. */
static u32 pxe_call(const struct core_call *call)
{
	u16 op = (u16)call->args[0];
	le16 *status = (le16 *)params_of(call);
	enum pxenv_status s;

	api.call = call;
	boot.real_stack = real_stack(call);
	*status = le16_of(PXENV_FAILURE);
	s = dispatch(op, status);
	*status = le16_of((u16)s);
	if (api.lent)
		undi_take_back();
	api.lent = false;
	if (CFG_LOG_LEVEL >= SAY_TRACE)
		say(SAY_TRACE, "ebb: pxe: %04x status %04x\n", (u32)op, (u32)s);
	return s == PXENV_SUCCESS ? PXENV_EXIT_SUCCESS : PXENV_EXIT_FAILURE;
}

/* INT 1Ah AX=5650h.  A blind move of the EBDA ends in the window: then there is no PXENV+. */
static u32 pxenv_at(void)
{
	if (!window_intact((const u8 *)api.window))
		return CORE_CALL_FAILED;
	return api.window << 12 | WINDOW_PXENV;
}

u32 api_call(const struct core_call *call)
{
	if (!api.on)
		return CORE_CALL_FAILED;
	switch (call->function) {
	case CORE_CALL_PXE:
		return pxe_call(call);
	case CORE_CALL_PXENV:
		return pxenv_at();
	}
	return CORE_CALL_FAILED;
}

/* PXE-3: the program's interrupt handler asks, while we wait in another call, whether the
 * interrupt is ours. */
u32 api_nested(const struct core_call *call)
{
	if (call->function == CORE_CALL_PXENV)
		return pxenv_at();
	if (call->function != CORE_CALL_PXE ||
	    !undi_nested((u16)call->args[0], params_of(call)))
		return CORE_CALL_FAILED;
	return PXENV_EXIT_SUCCESS;
}
