/* SPDX-License-Identifier: BSD-2-Clause */
/* Integers, linear and far addresses, wire integers and byte ranges: the words
 * that every world of ebb uses.  No functions with side effects. */
#ifndef EBB_TYPES_H
#define EBB_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;

/* A linear (physical) address.  Not a pointer: only a port turns it into one. */
typedef u32 phys;

#define KIB          1024u
#define MIB          (1024u * 1024u)
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* A real-mode far pointer as memory holds it: offset first. */
struct segoff {
	u16 off;
	u16 seg;
};

static inline phys segoff_linear(struct segoff p)
{
	return ((phys)p.seg << 4) + p.off;
}

/* Wire integers.  Unreadable without their accessor, so a forgotten byte swap
 * does not compile; alignment 1, so wire structs need no packing. */
typedef struct {
	u8 b[2];
} be16;
typedef struct {
	u8 b[4];
} be32;
typedef struct {
	u8 b[2];
} le16;
typedef struct {
	u8 b[4];
} le32;

static inline u16 be16_get(be16 v)
{
	return (u16)(v.b[0] << 8 | v.b[1]);
}

static inline u32 be32_get(be32 v)
{
	return (u32)v.b[0] << 24 | (u32)v.b[1] << 16 | (u32)v.b[2] << 8 | v.b[3];
}

static inline u16 le16_get(le16 v)
{
	return (u16)(v.b[1] << 8 | v.b[0]);
}

static inline u32 le32_get(le32 v)
{
	return (u32)v.b[3] << 24 | (u32)v.b[2] << 16 | (u32)v.b[1] << 8 | v.b[0];
}

static inline be16 be16_of(u16 v)
{
	return (be16){ { (u8)(v >> 8), (u8)v } };
}

static inline be32 be32_of(u32 v)
{
	return (be32){ { (u8)(v >> 24), (u8)(v >> 16), (u8)(v >> 8), (u8)v } };
}

static inline le16 le16_of(u16 v)
{
	return (le16){ { (u8)v, (u8)(v >> 8) } };
}

static inline le32 le32_of(u32 v)
{
	return (le32){ { (u8)v, (u8)(v >> 8), (u8)(v >> 16), (u8)(v >> 24) } };
}

/* Received bytes: untrusted, never owned, never written. */
struct bytes {
	const u8 *at;
	u32 len;
};

/* `b` without its first `n` bytes; empty if it has no more than `n`. */
static inline struct bytes bytes_after(struct bytes b, u32 n)
{
	if (n > b.len)
		n = b.len;
	return (struct bytes){ b.at + n, b.len - n };
}

#endif
