/* SPDX-License-Identifier: BSD-2-Clause */
#include "window.h"
#include "ebb/bda.h"
#include "mem.h"

#define JMP_FAR           0xeau
#define RETF              0xcbu
#define PXE_VERSION       0x0201u
#define NO_STATUS_CALLOUT 0xffffffffu

static void set_far(le16 to[2], u32 seg, u32 off)
{
	to[0] = le16_of((u16)off);
	to[1] = le16_of((u16)seg);
}

static struct pxe_segment segment(phys base, u32 len)
{
	return (struct pxe_segment){ le16_of((u16)(base >> 4)), le32_of(base),
				     le16_of((u16)len) };
}

static void put_jump(u8 *to, struct segoff target)
{
	to[0] = JMP_FAR;
	to[1] = (u8)target.off;
	to[2] = (u8)(target.off >> 8);
	to[3] = (u8)target.seg;
	to[4] = (u8)(target.seg >> 8);
}

static u8 negative_sum(const void *of, u32 len)
{
	const u8 *p = of;
	u8 sum = 0;

	while (len--)
		sum = (u8)(sum - *p++);
	return sum;
}

/* The base code has no memory of its own, and there is no protected-mode entry: zeros mean
 * "not available" for both.  FirstSelector is 0 likewise. */
void window_build(u8 to[WINDOW_DATA], phys base, struct segoff pxe_entry,
		  struct segoff pxenv_entry, struct segoff undi_rom_id)
{
	u32 seg = base >> 4;
	struct pxenv v = {
		.signature = { 'P', 'X', 'E', 'N', 'V', '+' },
		.version = le16_of(PXE_VERSION),
		.length = sizeof(v),
		.stack_seg = le16_of((u16)seg),
		.stack_size = le16_of(WINDOW_LEN),
		.undi_data_seg = le16_of((u16)((base + WINDOW_DATA) >> 4)),
		.undi_data_size = le16_of(WINDOW_LEN - WINDOW_DATA),
		.undi_code_seg = le16_of((u16)seg),
		.undi_code_size = le16_of(WINDOW_DATA),
	};
	struct pxe x = {
		.signature = { '!', 'P', 'X', 'E' },
		.length = sizeof(x),
		.status_callout = le32_of(NO_STATUS_CALLOUT),
		.segments = 7,
		.stack = segment(base, WINDOW_LEN),
		.undi_data = segment(base + WINDOW_DATA, WINDOW_LEN - WINDOW_DATA),
		.undi_code = segment(base, WINDOW_DATA),
		.undi_code_write = segment(base, WINDOW_DATA),
	};

	set_far(v.entry, pxenv_entry.seg, pxenv_entry.off);
	set_far(v.pxe, seg, WINDOW_PXE);
	v.checksum = negative_sum(&v, sizeof(v));
	set_far(x.undi_rom_id, undi_rom_id.seg, undi_rom_id.off);
	set_far(x.entry_sp, pxe_entry.seg, pxe_entry.off);
	x.checksum = negative_sum(&x, sizeof(x));

	memset(to, 0, WINDOW_DATA);
	put_jump(to, pxenv_entry);
	to[WINDOW_RETF] = RETF;
	memcpy(to + WINDOW_PXENV, &v, sizeof(v));
	memcpy(to + WINDOW_PXE, &x, sizeof(x));
}

bool window_intact(const u8 window[WINDOW_DATA])
{
	const u8 *v = window + WINDOW_PXENV;
	const u8 *x = window + WINDOW_PXE;

	return !memcmp(v, "PXENV+", 6) && !negative_sum(v, sizeof(struct pxenv)) &&
	       !memcmp(x, "!PXE", 4) && !negative_sum(x, sizeof(struct pxe));
}

u32 window_room(phys base, phys ebda)
{
	/* None at all, or above: the usual case. */
	if (ebda < EBDA_SEG_MIN * 16 || ebda >= base + WINDOW_LEN)
		return WINDOW_LEN;
	return ebda > base ? ebda - base : 0;
}

u32 window_packet(u32 type, u32 *len)
{
	*len = WINDOW_PACKET_LEN;
	switch (type) {
	case 1:
		return WINDOW_PACKETS;
	case 2:
	case 3:
		return WINDOW_PACKETS + WINDOW_DISCOVER_LEN + (type - 2) * WINDOW_PACKET_LEN;
	}
	*len = 0;
	return 0;
}
