/* SPDX-License-Identifier: BSD-2-Clause */
#include "a20.h"

#include "io.h"
#include "real.h"

#define DELAY_PORT 0x80u /* reading it takes about a microsecond and does nothing */

#define FAST_A20_PORT 0x92u
#define FAST_A20      0x02u
#define FAST_RESET    0x01u

#define KBC_DATA      0x60u
#define KBC_COMMAND   0x64u
#define KBC_READ_OUT  0xd0u
#define KBC_SET_OUT   0xd1u
#define KBC_NOTHING   0xffu /* pulses no line; some controllers act on A20 only with it */
#define KBC_STATUS    0x64u
#define KBC_OUT_FULL  0x01u
#define KBC_IN_FULL   0x02u
#define KBC_OUT_A20   0x02u
#define KBC_OUT_RESET 0x01u /* active low: always written as 1 */

static void delay(void)
{
	io_in8(DELAY_PORT);
}

/* Whether a write to the bounce buffer leaves the bytes 1 MiB above it alone.  Those are only
 * read: they may be anybody's.  They may equal one value by chance, but not several. */
static bool is_on(const struct handoff *h)
{
	volatile u32 *low = memory_at(segoff_linear(h->bounce));
	const volatile u32 *high = memory_at(segoff_linear(h->bounce) + MIB);

	for (u32 turn = 0; turn < 4; turn++) {
		*low = 0x20a20a20u * (turn + 1);
		delay();
		if (*high != *low)
			return true;
	}
	return false;
}

/* The line may need a moment. */
static bool comes_on(const struct handoff *h)
{
	for (u32 turn = 0; turn < 256; turn++)
		if (is_on(h))
			return true;
	return false;
}

static void by_firmware(const struct handoff *h)
{
	struct rm_call c;

	real_prepare(h, &c);
	c.eax = 0x2401;
	real_interrupt(h, &c, 0x15);
}

/* Bit 0 resets the machine; ff is what a port answers that is not there. */
static void by_port_92(void)
{
	u8 v = io_in8(FAST_A20_PORT);

	if (v != 0xff && !(v & FAST_A20))
		io_out8(FAST_A20_PORT, (u8)((v | FAST_A20) & ~FAST_RESET));
}

/* Waits until the controller takes a byte; its waiting output is dropped, which can only be
 * a key or a mouse byte that arrives in this instant. */
static bool kbc_ready(void)
{
	for (u32 turn = 0; turn < 100000; turn++) {
		u8 status = io_in8(KBC_STATUS);

		if (status == 0xff)
			return false; /* no controller */
		delay();
		if (status & KBC_OUT_FULL)
			io_in8(KBC_DATA);
		else if (!(status & KBC_IN_FULL))
			return true;
	}
	return false;
}

static bool kbc_answer(u8 *answer)
{
	for (u32 turn = 0; turn < 100000; turn++) {
		if (io_in8(KBC_STATUS) & KBC_OUT_FULL) {
			*answer = io_in8(KBC_DATA);
			return true;
		}
		delay();
	}
	return false;
}

static void by_keyboard_controller(void)
{
	u8 out;

	if (!kbc_ready())
		return;
	io_out8(KBC_COMMAND, KBC_READ_OUT);
	if (!kbc_answer(&out) || !kbc_ready())
		return;
	io_out8(KBC_COMMAND, KBC_SET_OUT);
	if (!kbc_ready())
		return;
	io_out8(KBC_DATA, out | KBC_OUT_A20 | KBC_OUT_RESET);
	if (!kbc_ready())
		return;
	io_out8(KBC_COMMAND, KBC_NOTHING);
	kbc_ready();
}

bool a20_open(const struct handoff *h)
{
	if (is_on(h))
		return true;
	by_firmware(h);
	if (comes_on(h))
		return true;
	by_port_92();
	if (comes_on(h))
		return true;
	by_keyboard_controller();
	return comes_on(h);
}
