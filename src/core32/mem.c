/* SPDX-License-Identifier: BSD-2-Clause */
#include "mem.h"
#include "cpu.h"

void *memcpy(void *to, const void *from, size_t n)
{
	cpu_copy_up(to, from, n);
	return to;
}

void *memmove(void *to, const void *from, size_t n)
{
	if ((u32)to - (u32)from >= n)
		cpu_copy_up(to, from, n);
	else
		cpu_copy_down(to, from, n);
	return to;
}

void *memset(void *to, int v, size_t n)
{
	cpu_fill(to, (u8)v * 0x01010101u, n);
	return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *p = a, *q = b;

	for (; n; n--, p++, q++)
		if (*p != *q)
			return *p < *q ? -1 : 1;
	return 0;
}

size_t strlen(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}
