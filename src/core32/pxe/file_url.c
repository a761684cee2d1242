/* SPDX-License-Identifier: BSD-2-Clause */
#include "file_url.h"
#include "mem.h"

static bool is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* Length of "name:" at the start of `s` if "//" is behind it; else 0, and it is a plain name. */
static u32 scheme_len(const char *s)
{
	u32 n = 0;

	while (is_letter(s[n]))
		n++;
	return n && s[n] == ':' && s[n + 1] == '/' && s[n + 2] == '/' ? n + 1 : 0;
}

static bool is_tftp(const char *s)
{
	static const char name[] = "tftp:";

	for (u32 i = 0; name[i]; i++)
		if ((is_letter(s[i]) ? s[i] | 0x20 : s[i]) != name[i])
			return false;
	return true;
}

/* A decimal number of at most `max`, at *s, which is moved behind it. */
static bool take_number(const char **s, u32 max, u32 *n)
{
	const char *p = *s;

	*n = 0;
	for (; *p >= '0' && *p <= '9'; p++) {
		*n = *n * 10 + (u32)(*p - '0');
		if (*n > max)
			return false;
	}
	if (p == *s)
		return false;
	*s = p;
	return true;
}

static bool take_host(const char **s, u32 *server, u16 *port)
{
	u32 ip = 0, n;

	for (u32 i = 0; i < 4; i++) {
		if ((i && *(*s)++ != '.') || !take_number(s, 255, &n))
			return false;
		ip = ip << 8 | n;
	}
	if (**s == ':') {
		++*s;
		if (!take_number(s, 65535, &n) || !n)
			return false;
		*port = (u16)n;
	}
	if (**s && **s != '/')
		return false;
	*server = ip;
	return true;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A NUL cannot be part of a name.  Behind a semicolon stands a mode (RFC 3617): octet is ours. */
static bool unescape(const char *s, char *path, u32 room)
{
	u32 len = 0;

	while (*s && *s != ';') {
		char c = *s++;

		if (c == '%') {
			int high = hex(*s), low = high < 0 ? -1 : hex(s[1]);

			if (low < 0 || (!high && !low))
				return false;
			c = (char)(high << 4 | low);
			s += 2;
		}
		if (len == room - 1)
			return false;
		path[len++] = c;
	}
	path[len] = '\0';
	return len != 0;
}

static bool plain(const char *s, char *path, u32 room)
{
	u32 len = strlen(s);

	if (!len || len >= room)
		return false;
	memcpy(path, s, len + 1);
	return true;
}

enum file_url file_url(const char *url, char *path, u32 room, u32 *server, u16 *port)
{
	u32 scheme = scheme_len(url);
	u32 host;
	u16 host_port = *port;

	if (!scheme)
		return plain(url, path, room) ? FILE_URL_OK : FILE_URL_PATH;
	if (!is_tftp(url))
		return FILE_URL_SCHEME;
	url += scheme + 2;
	if (!take_host(&url, &host, &host_port))
		return FILE_URL_HOST;
	if (*url == '/')
		url++;
	if (!unescape(url, path, room))
		return FILE_URL_PATH;
	*server = host;
	*port = host_port;
	return FILE_URL_OK;
}
