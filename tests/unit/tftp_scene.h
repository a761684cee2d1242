/* SPDX-License-Identifier: BSD-2-Clause */
/* A TFTP transfer on a timeline, for tests: packets in, the clock, packets out. */
#ifndef EBB_TFTP_SCENE_H
#define EBB_TFTP_SCENE_H

#include "check.h"
#include <stdlib.h>
#include <string.h>
#include "ebb/error.h"
#include "tftp.h"
#include "tftp_wire.h"

#define START  0xfffff800u /* the clock wraps 2 s later */
#define LOCAL  50000u
#define SERVER 2000u /* the server's port for the transfer */
#define ROOM   8192u

static struct tftp t;
static struct download d;
static u8 image[ROOM + 1]; /* the last byte is never ours */
static u8 out[400];
static u32 out_len;
static u16 src_port, dst_port;

static inline void start(void)
{
	memset(image, 0xee, sizeof(image));
	memset(&t, 0xaa, sizeof(t));
	d = (struct download){ .base = image, .room = ROOM, .len = 99, .total = 99 };
	tftp_start(&t, "dir\\boot file.0", &d, 1468, LOCAL, START);
}

/* Lets the time come; returns the opcode of the packet sent, 0 if none. */
static inline u32 at(u32 ms)
{
	if (!tftp_tick(&t, START + ms, &src_port, &dst_port))
		return 0;
	out_len = tftp_write(&t, START + ms, out);
	CHECK(dst_port != 0);
	return (u32)out[0] << 8 | out[1];
}

static inline u32 number(void)
{
	return (u32)out[2] << 8 | out[3];
}

/* Feeds a packet from a heap copy of its exact size, so that ASan sees any step beyond. */
static inline void hear_port(u16 port, const void *bytes, u32 len, u32 ms)
{
	u8 *copy = malloc(len + !len);
	struct bytes packet = { copy, len };
	struct bytes data;

	memcpy(copy, bytes, len);
	u8 *place = tftp_place(&t, port, packet, &data);
	if (place)
		memcpy(place, data.at, data.len);
	tftp_input(&t, port, packet, START + ms);
	free(copy);
	CHECK(image[ROOM] == 0xee);
}

static inline void hear(const void *bytes, u32 len, u32 ms)
{
	hear_port(SERVER, bytes, len, ms);
}

/* DATA `block` with `len` bytes of value `fill`. */
static inline void data_port(u16 port, u16 block, u8 fill, u32 len, u32 ms)
{
	u8 packet[4 + 2000];

	packet[0] = 0;
	packet[1] = 3;
	packet[2] = (u8)(block >> 8);
	packet[3] = (u8)block;
	memset(packet + 4, fill, len);
	hear_port(port, packet, 4 + len, ms);
}

static inline void data(u16 block, u8 fill, u32 len, u32 ms)
{
	data_port(SERVER, block, fill, len, ms);
}

#define OACK(options, ms)     hear("\0\6" options, sizeof("\0\6" options) - 1, ms)
#define ERROR(code, text, ms) hear("\0\5\0" code text, sizeof("\0\5\0" code text) - 1, ms)

#endif
