/* SPDX-License-Identifier: BSD-2-Clause */
/* Instructions that C has no words for, for code that runs flat in 32-bit mode. */
#ifndef EBB_CPU_H
#define EBB_CPU_H

#include "ebb/types.h"

/* EFLAGS with the bits of `flip` changed, as the CPU reports it afterwards: bits that stay
 * as they were do not exist on it.  The old flags are put back. */
static inline u32 cpu_flags_flipped(u32 flip)
{
	u32 before, after;

	__asm__ volatile("pushfl; popl %0; movl %0, %1; xorl %2, %1; pushl %1; popfl;"
			 "pushfl; popl %1; pushl %0; popfl"
			 : "=&r"(before), "=&r"(after)
			 : "ri"(flip)
			 : "cc");
	return before ^ after;
}

/* EDX of CPUID `leaf`; only where CPUID exists. */
static inline u32 cpu_cpuid_edx(u32 leaf)
{
	u32 a = leaf, b, c = 0, d;

	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	return d;
}

static inline u64 cpu_tsc(void)
{
	u64 t;

	__asm__ volatile("rdtsc" : "=A"(t));
	return t;
}

/* Copies ascending; the ranges may overlap with to < from. */
static inline void cpu_copy_up(void *to, const void *from, u32 len)
{
	u32 words = len >> 2;

	__asm__ volatile("rep movsl; movl %3, %2; rep movsb"
			 : "+D"(to), "+S"(from), "+c"(words)
			 : "r"(len & 3)
			 : "memory");
}

/* Copies descending; the ranges may overlap with to > from. */
static inline void cpu_copy_down(void *to, const void *from, u32 len)
{
	u8 *last_to = (u8 *)to + len - 1;
	const u8 *last_from = (const u8 *)from + len - 1;

	__asm__ volatile("std; rep movsb; cld"
			 : "+D"(last_to), "+S"(last_from), "+c"(len)
			 :
			 : "memory");
}

static inline void cpu_fill(void *to, u32 pattern, u32 len)
{
	u32 words = len >> 2;

	__asm__ volatile("rep stosl; movl %3, %1; rep stosb"
			 : "+D"(to), "+c"(words)
			 : "a"(pattern), "r"(len & 3)
			 : "memory");
}

#endif
