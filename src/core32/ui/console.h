/* SPDX-License-Identifier: BSD-2-Clause */
/* Where text goes: screen, and port E9h and COM1 as configured.  No formatting here. */
#ifndef EBB_CONSOLE_H
#define EBB_CONSOLE_H

/* Prepares COM1 (115200 8n1) if LOG_COM1; no other ISA port is touched, none at all without. */
void console_open(void);

/* Writes text everywhere.  '\n' starts a new line. */
void console_write(const char *text);

/* Writes text everywhere but to the screen: the firmware is not called. */
void console_write_log(const char *text);

/* Writes text to the screen only: progress. */
void console_write_screen(const char *text);

#endif
