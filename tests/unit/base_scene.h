/* SPDX-License-Identifier: BSD-2-Clause */
/* Base-code calls as a boot program makes them, for tests: its memory, the parameter block in it,
 * and the engine with its scripted peer behind. */
#ifndef EBB_BASE_SCENE_H
#define EBB_BASE_SCENE_H

#include "stack_scene.h"
#include "base.h"
#include "base_params.h"
#include "cached.h"
#include "transfer.h"

#define BUFFER 0x20000u
#define NAME   0x30000u
#define HIGH   0x400000u /* memory above what far pointers reach: `high`, exactly as large */
#define OURS   0x800000u

static u8 low[FAR_END];
static u8 *high;
static u32 high_len;
static struct dhcp_lease lease;
static bool undi_closed;
static u32 idle_step = 1, idles;
static bool damage;   /* of every TFTP block on the wire */
static u32 restarted; /* pxe_restart's length + 1 */
static int restart_error;
static jmp_buf gone;
static u8 places[3][DHCP_PACKET_MAX + 1];
static u32 place_len[3];

/* ---- what api.c and the boot do otherwise ---- */

void *pxe_memory(phys at)
{
	if (at < FAR_END)
		return low + at;
	return at >= HIGH && at - HIGH <= high_len ? high + (at - HIGH) : NULL;
}

struct net *pxe_net(void)
{
	return undi_closed ? NULL : net;
}

u32 pxe_idle(void)
{
	idles++;
	for (u32 i = 0; damage && i < peer.flights; i++)
		if (peer.flying[i].len > 400)
			peer.flying[i].at[300] ^= 1;
	peer.now += idle_step;
	peer_tick();
	return peer.now;
}

struct pxe_place pxe_packet_place(u32 type)
{
	return (struct pxe_place){ places[type - 1],
				   { (u16)(0x100 * type), 0x9e00 },
				   place_len[type - 1] };
}

u32 pxe_nbp_room(void)
{
	return 0x90000;
}

void pxe_restart(u32 len)
{
	restarted = len + 1;
	longjmp(gone, 1);
}

void pxe_restart_failed(int error)
{
	restart_error = error;
	longjmp(gone, 1);
}

const struct dhcp_lease *base_lease(void)
{
	return &lease;
}

phys base_next_ours(phys at)
{
	return at <= OURS ? OURS : at < OURS + MIB ? at : 0;
}

/* ---- the boot program ---- */

static inline void program(u32 file_len)
{
	transfer_close(NULL);
	host(file_len);
	base = (struct base){ 0 };
	memset(low, 0xee, sizeof(low));
	memset(&lease, 0, sizeof(lease));
	lease.boot_server = SERVER_IP;
	undi_closed = false;
	idle_step = 1;
	damage = false;
	restarted = 0;
	restart_error = 0;
	memset(places, 0xee, sizeof(places));
	for (u32 i = 0; i < 3; i++)
		place_len[i] = DHCP_PACKET_MAX;
}

static inline le16 *far_pointer(le16 far[2], phys at)
{
	far[0] = le16_of((u16)(at & 15));
	far[1] = le16_of((u16)(at >> 4));
	if (at >= 0x100000) {
		far[0] = le16_of((u16)(at - 0xffff0));
		far[1] = le16_of(0xffff);
	}
	return far;
}

static inline bool file_at(phys at, u32 from, u32 len)
{
	const u8 *p = pxe_memory(at);

	for (u32 i = 0; i < len; i++)
		if (p[i] != file_byte(from + i))
			return false;
	return true;
}

static inline void give_high(u32 len)
{
	free(high);
	high = malloc(len + !len);
	high_len = len;
	memset(high, 0xee, len);
}

/* ---- calls ---- */

static inline struct tftp_open_params open_params(const char *name, u16 packet_size)
{
	struct tftp_open_params p = {
		.server = be32_of(SERVER_IP),
		.packet_size = le16_of(packet_size),
	};

	strncpy((char *)p.name, name, sizeof(p.name));
	return p;
}

static inline enum pxenv_status call_open(u16 packet_size)
{
	struct tftp_open_params p = open_params("boot", packet_size);

	return pxe_tftp_call(TFTP_OPEN, &p);
}

static struct tftp_read_params read_params;

static inline enum pxenv_status call_read(phys at)
{
	/* As callers do that leave anything in there. */
	read_params.buffer_size = le16_of(3);
	far_pointer(read_params.buffer, at);
	return pxe_tftp_call(TFTP_READ, &read_params);
}

static inline u32 read_len(void)
{
	return le16_get(read_params.buffer_size);
}

static inline enum pxenv_status call_close(void)
{
	le16 status;

	return pxe_tftp_call(TFTP_CLOSE, &status);
}

static struct tftp_read_file_params file_params;

static inline enum pxenv_status call_read_file(u16 op, phys at, u32 room)
{
	memset(&file_params, 0, sizeof(file_params));
	memcpy(file_params.name, "boot", 5);
	file_params.buffer_size = le32_of(room);
	file_params.buffer = le32_of(at);
	file_params.server = be32_of(SERVER_IP);
	return op == RESTART_TFTP ? pxe_base_call(op, &file_params)
				  : pxe_tftp_call(op, &file_params);
}

static struct tftp_fsize_params fsize_params;

static inline enum pxenv_status call_fsize(void)
{
	memset(&fsize_params, 0, sizeof(fsize_params));
	memcpy(fsize_params.name, "boot", 5);
	fsize_params.server = be32_of(SERVER_IP);
	return pxe_tftp_call(TFTP_GET_FSIZE, &fsize_params);
}

static inline enum pxenv_status call_udp_open(u32 src)
{
	struct udp_open_params p = { .src = be32_of(src) };

	return pxe_udp_call(UDP_OPEN, &p);
}

static inline enum pxenv_status call_udp_close(void)
{
	le16 status;

	return pxe_udp_call(UDP_CLOSE, &status);
}

static struct udp_read_params udp_in;

static inline enum pxenv_status call_udp_read(u32 dst, u16 port, u16 room)
{
	memset(&udp_in, 0, sizeof(udp_in));
	udp_in.dst = be32_of(dst);
	udp_in.dst_port = be16_of(port);
	udp_in.buffer_size = le16_of(room);
	far_pointer(udp_in.buffer, BUFFER);
	return pxe_udp_call(UDP_READ, &udp_in);
}

static struct udp_write_params udp_out;

static inline enum pxenv_status call_udp_write(u32 dst, u16 src_port, u16 dst_port, u16 len)
{
	memset(&udp_out, 0, sizeof(udp_out));
	udp_out.dst = be32_of(dst);
	udp_out.src_port = be16_of(src_port);
	udp_out.dst_port = be16_of(dst_port);
	udp_out.buffer_size = le16_of(len);
	far_pointer(udp_out.buffer, BUFFER);
	return pxe_udp_call(UDP_WRITE, &udp_out);
}

static inline enum pxenv_status call_base(u16 op)
{
	u8 params[12] = { 0 };

	return pxe_base_call(op, params);
}

#endif
