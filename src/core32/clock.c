/* SPDX-License-Identifier: BSD-2-Clause */
#include "clock.h"
#include "cpu.h"
#include "ebb/bda.h"
#include "io.h"
#include "lowmem.h"

#define FLAG_ID       0x00200000u
#define CPUID_EDX_TSC 0x00000010u

#define PIT_HZ             1193182u
#define PIT_CHANNEL_0      0x40u
#define PIT_CHANNEL_2      0x42u
#define PIT_COMMAND        0x43u
#define PIT_CH2_MODE0_WORD 0xb0u
#define PIT_READ_BACK_CH0  0xc2u /* latch status and count */
#define PIT_STATUS_OUT     0x80u
#define PIT_STATUS_MODE    0x0eu
#define PORT_B             0x61u
#define PORT_B_GATE2       0x01u
#define PORT_B_SPEAKER     0x02u
#define PORT_B_OUT2        0x20u

/* Three measurements of 4 ms: an emulator or SMM that steals time only makes one longer, so
 * the shortest is right. */
#define CALIBRATE_TICKS 4773u
#define CALIBRATE_MS    4u
#define CALIBRATE_TIMES 3u
#define CALIBRATE_POLLS 1000000u

#define PIT_PERIOD  65536u
#define STUCK_READS 50000u /* an 8254 that stands still: count reads instead */

static struct {
	bool tsc;
	u32 khz; /* TSC ticks per ms */
	u64 last_tsc;
	u32 last_count; /* 8254 ticks since the start of its period */
	u32 last_bios_tick;
	u32 stuck;
	u32 rest; /* TSC ticks, or 1000ths of 8254 ticks, not yet a ms */
	u32 ms;
} clock;

static bool has_tsc(void)
{
	return cpu_flags_flipped(FLAG_ID) & FLAG_ID && cpu_cpuid_edx(1) & CPUID_EDX_TSC;
}

/* TSC ticks in CALIBRATE_TICKS of channel 2, or 0 if its output never comes or the TSC does
 * not count.  Channel 2 is the speaker's: port 61h is put back by the caller. */
static u32 measure(u8 port_b)
{
	io_out8(PORT_B, (u8)((port_b & ~PORT_B_SPEAKER) | PORT_B_GATE2));
	io_out8(PIT_COMMAND, PIT_CH2_MODE0_WORD);
	io_out8(PIT_CHANNEL_2, CALIBRATE_TICKS & 0xff);
	io_out8(PIT_CHANNEL_2, CALIBRATE_TICKS >> 8);

	u64 start = cpu_tsc();
	for (u32 i = 0; i < CALIBRATE_POLLS; i++)
		if (io_in8(PORT_B) & PORT_B_OUT2) {
			u64 ticks = cpu_tsc() - start;

			return ticks >> 32 ? 0 : (u32)ticks;
		}
	return 0;
}

static void calibrate(void)
{
	u8 port_b = io_in8(PORT_B);
	u32 best = 0;

	for (u32 i = 0; i < CALIBRATE_TIMES; i++) {
		u32 ticks = measure(port_b);

		if (!best || (ticks && ticks < best))
			best = ticks;
	}
	io_out8(PORT_B, port_b);
	clock.khz = best / CALIBRATE_MS;
	/* Slower than any CPU with a TSC, or no time at all: not to be used. */
	clock.tsc = clock.khz >= 1000;
}

/* 8254 ticks since the start of its period.  In mode 3, which most firmware uses, it counts by
 * two, twice per period; its output tells the halves apart. */
static u32 pit_count(void)
{
	io_out8(PIT_COMMAND, PIT_READ_BACK_CH0);

	u8 status = io_in8(PIT_CHANNEL_0);
	u32 count = io_in8(PIT_CHANNEL_0);
	count |= (u32)io_in8(PIT_CHANNEL_0) << 8;

	u32 passed = (PIT_PERIOD - count) & (PIT_PERIOD - 1);
	if ((status & PIT_STATUS_MODE & 0x06) != 0x06)
		return passed;
	return passed / 2 + (status & PIT_STATUS_OUT ? 0 : PIT_PERIOD / 2);
}

/* 8254 ticks since the last call: from the counter, with whole periods from the BIOS tick,
 * which lags by what interrupts being off has held back. */
static u32 pit_passed(void)
{
	struct lowmem lm;
	u32 count = pit_count();
	u32 tick = low_read32(&lm, BDA_TICKS);
	u32 passed = (count - clock.last_count) & (PIT_PERIOD - 1);
	u32 periods = tick - clock.last_bios_tick;

	clock.stuck = passed ? 0 : clock.stuck + 1;
	if (clock.stuck == STUCK_READS) {
		clock.stuck = 0;
		passed = PIT_HZ / 1000;
	}
	/* Midnight, or a tick changed by somebody: no idea how long. */
	if (periods >= 2 && periods < 1000)
		passed += (periods - 1) * PIT_PERIOD;
	clock.last_count = count;
	clock.last_bios_tick = tick;
	return passed;
}

void clock_open(void)
{
	struct lowmem lm;

	if (has_tsc())
		calibrate();
	if (clock.tsc) {
		clock.last_tsc = cpu_tsc();
	} else {
		clock.last_count = pit_count();
		clock.last_bios_tick = low_read32(&lm, BDA_TICKS);
	}
}

/* Divisions stay in 32 bits: a long silence is taken off in whole seconds first. */
static void advance_tsc(void)
{
	u64 now = cpu_tsc();
	u64 passed = now - clock.last_tsc + clock.rest;
	u32 second = clock.khz > 4000000 ? clock.khz : clock.khz * 1000;
	u32 second_ms = second / clock.khz;

	clock.last_tsc = now;
	while (passed >> 32) {
		passed -= second;
		clock.ms += second_ms;
	}
	clock.ms += (u32)passed / clock.khz;
	clock.rest = (u32)passed % clock.khz;
}

static void advance_pit(void)
{
	u32 passed = pit_passed();

	while (passed >= PIT_HZ) {
		passed -= PIT_HZ;
		clock.ms += 1000;
	}
	/* 1193182 * 1000 + rest fits in 32 bits. */
	passed = passed * 1000 + clock.rest;
	clock.ms += passed / PIT_HZ;
	clock.rest = passed % PIT_HZ;
}

u32 clock_ms(void)
{
	if (clock.tsc)
		advance_tsc();
	else
		advance_pit();
	return clock.ms;
}

static void wait_tsc(u32 us)
{
	u64 start = cpu_tsc();
	u64 ticks = (u64)us * (clock.khz / 1000 + 1);

	while (cpu_tsc() - start < ticks)
		;
}

void clock_wait_us(u32 us)
{
	if (clock.tsc) {
		wait_tsc(us);
		return;
	}

	/* In steps: a driver's wait may be longer than a period.  clock_ms sees the time, too. */
	u32 start = clock_ms(), start_rest = clock.rest;

	for (;;) {
		u32 ms = clock_ms() - start;
		u32 passed_us = ms > 4000000 ? us : ms * 1000;

		/* rest counts to PIT_HZ for one ms. */
		if (passed_us + clock.rest / (PIT_HZ / 1000) >=
		    us + start_rest / (PIT_HZ / 1000))
			return;
	}
}
