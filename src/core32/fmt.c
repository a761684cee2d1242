/* SPDX-License-Identifier: BSD-2-Clause */
#include "fmt.h"

#define DIGITS_MAX 10u
#define WIDTH_MAX  64u

struct out {
	char *at;
	u32 room; /* with the NUL */
	u32 len;
};

static void put(struct out *o, char c)
{
	if (o->len + 1 < o->room)
		o->at[o->len++] = c;
}

static void put_padded(struct out *o, const char *text, u32 len, u32 width, char pad)
{
	for (u32 i = len; i < width; i++)
		put(o, pad);
	for (u32 i = 0; i < len; i++)
		put(o, text[i]);
}

static void put_number(struct out *o, u32 value, u32 base, bool negative, u32 width, char pad)
{
	char digits[DIGITS_MAX + 1];
	u32 at = sizeof(digits);

	do {
		digits[--at] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);

	/* A sign stands before zeros, but behind blanks. */
	if (negative && pad == '0') {
		put(o, '-');
		width -= width > 0;
	} else if (negative) {
		digits[--at] = '-';
	}
	put_padded(o, digits + at, sizeof(digits) - at, width, pad);
}

static void put_string(struct out *o, const char *s, u32 width)
{
	u32 len = 0;

	while (s[len])
		len++;
	put_padded(o, s, len, width, ' ');
}

u32 fmt_text_v(char *to, u32 room, const char *fmt, va_list args)
{
	struct out o = { to, room, 0 };

	while (*fmt) {
		const char *start = fmt;

		if (*fmt++ != '%') {
			put(&o, *start);
			continue;
		}

		char pad = *fmt == '0' ? '0' : ' ';
		u32 width = 0;
		while (*fmt >= '0' && *fmt <= '9') {
			width = width * 10 + (u32)(*fmt++ - '0');
			if (width > WIDTH_MAX)
				width = WIDTH_MAX;
		}

		switch (*fmt) {
		case 's':
			put_string(&o, va_arg(args, const char *), width);
			break;
		case 'c': {
			char c = (char)va_arg(args, int);

			put_padded(&o, &c, 1, width, ' ');
			break;
		}
		case 'u':
			put_number(&o, va_arg(args, u32), 10, false, width, pad);
			break;
		case 'x':
			put_number(&o, va_arg(args, u32), 16, false, width, pad);
			break;
		case 'd': {
			s32 v = va_arg(args, s32);

			put_number(&o, v < 0 ? 0u - (u32)v : (u32)v, 10, v < 0, width, pad);
			break;
		}
		case '%':
			put(&o, '%');
			break;
		default:
			/* Not ours: shown, so that the mistake is seen. */
			while (start < fmt)
				put(&o, *start++);
			continue;
		}
		fmt++;
	}
	to[o.len] = 0;
	return o.len;
}

u32 fmt_text(char *to, u32 room, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	u32 len = fmt_text_v(to, room, fmt, args);
	va_end(args);
	return len;
}

const char *fmt_ip(char to[FMT_IP_MAX], u32 ip)
{
	fmt_text(to, FMT_IP_MAX, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 0xff, ip >> 8 & 0xff,
		 ip & 0xff);
	return to;
}

const char *fmt_mac(char to[FMT_MAC_MAX], const u8 mac[6])
{
	fmt_text(to, FMT_MAC_MAX, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	return to;
}

const char *fmt_printable(char *to, u32 room, const char *from, u32 len)
{
	u32 n = 0;

	for (; n < len && n + 1 < room && from[n]; n++)
		to[n] = from[n] >= ' ' && from[n] <= '~' ? from[n] : '?';
	to[n] = 0;
	return to;
}
