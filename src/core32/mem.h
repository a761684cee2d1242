/* SPDX-License-Identifier: BSD-2-Clause */
/* The C library that GCC expects of freestanding code, and no more. */
#ifndef EBB_MEM_H
#define EBB_MEM_H

#include <stddef.h>

void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int v, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);

#endif
