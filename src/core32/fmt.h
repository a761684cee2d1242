/* SPDX-License-Identifier: BSD-2-Clause */
/* Text from numbers: the part of printf that the core needs.  Pure. */
#ifndef EBB_FMT_H
#define EBB_FMT_H

#include <stdarg.h>
#include "ebb/types.h"

/* Formats %s %c %u %d %x and %%, each with an optional width (blanks, or zeros after a leading
 * 0).  Writes at most `room` bytes with the NUL; a longer text is cut.  Returns the length
 * without the NUL.  `room` is at least 1.  An unknown directive is copied as it is. */
u32 fmt_text_v(char *to, u32 room, const char *fmt, va_list args);
__attribute__((format(printf, 3, 4))) u32 fmt_text(char *to, u32 room, const char *fmt, ...);

#define FMT_IP_MAX 16u

/* 10.0.2.15 from 0x0a00020f; returns `to`. */
const char *fmt_ip(char to[FMT_IP_MAX], u32 ip);

#define FMT_MAC_MAX 18u

/* 52:54:00:12:34:56; returns `to`. */
const char *fmt_mac(char to[FMT_MAC_MAX], const u8 mac[6]);

/* Copies text from outside: up to the NUL, `len` or room - 1 bytes, anything that is not
 * printable ASCII as '?'.  Returns `to`. */
const char *fmt_printable(char *to, u32 room, const char *from, u32 len);

#endif
