/* SPDX-License-Identifier: BSD-2-Clause */
#include "console.h"
#include "config.h"
#include "bios.h"
#include "io.h"

#define PORT_E9 0xe9u

#define COM1_BASE   0x3f8u
#define COM1_DATA   (COM1_BASE + 0)
#define COM1_IER    (COM1_BASE + 1)
#define COM1_LCR    (COM1_BASE + 3)
#define LCR_8N1     0x03u
#define LCR_DLAB    0x80u
#define COM1_MCR    (COM1_BASE + 4)
#define MCR_DTR_RTS 0x03u
#define COM1_LSR    (COM1_BASE + 5)
#define LSR_THRE    0x20u

/* One character takes 87 us at this speed; a port access takes about 1 us on real buses. */
#define COM1_POLLS 2000u

void console_open(void)
{
	if (!CFG_LOG_COM1)
		return;
	io_out8(COM1_IER, 0);
	io_out8(COM1_LCR, LCR_8N1 | LCR_DLAB);
	io_out8(COM1_DATA, 1);
	io_out8(COM1_IER, 0);
	io_out8(COM1_LCR, LCR_8N1);
	io_out8(COM1_MCR, MCR_DTR_RTS);
}

static void put_com1(char c)
{
	/* An absent or stuck port costs a bounded time, and the character is lost. */
	for (u32 i = 0; i < COM1_POLLS; i++)
		if (io_in8(COM1_LSR) & LSR_THRE)
			break;
	io_out8(COM1_DATA, (u8)c);
}

void console_write_log(const char *text)
{
	for (const char *c = text; *c; c++) {
		if (CFG_LOG_PORT_E9)
			io_out8(PORT_E9, (u8)*c);
		if (CFG_LOG_COM1 && *c == '\n')
			put_com1('\r');
		if (CFG_LOG_COM1)
			put_com1(*c);
	}
}

void console_write(const char *text)
{
	console_write_log(text);
	console_write_screen(text);
}

void console_write_screen(const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			bios_put_char('\r');
		bios_put_char(*text);
	}
}
