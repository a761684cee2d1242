/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of the PXE API share: status words, and the services that api.c offers to the
 * handlers.  A handler gets its opcode and its parameter structure in the caller's memory, does
 * the call, and returns the status; api.c has set the status word to FAILURE before, writes it
 * after, and makes AX of it (PXE-1, PXE-6).  Handlers are pure but for what is declared here, so
 * that tests put other functions in its place. */
#ifndef EBB_PXE_H
#define EBB_PXE_H

#include "ebb/types.h"

struct net;

#define PXENV_EXIT_SUCCESS 0u
#define PXENV_EXIT_FAILURE 1u

enum pxenv_status {
	PXENV_SUCCESS = 0x00,
	PXENV_FAILURE = 0x01,
	PXENV_BAD_FUNC = 0x02,
	PXENV_UNSUPPORTED = 0x03,
	PXENV_KEEP_UNDI = 0x04,
	PXENV_KEEP_ALL = 0x05,
	PXENV_OUT_OF_RESOURCES = 0x06,
	PXENV_ARP_TIMEOUT = 0x11,
	PXENV_UDP_CLOSED = 0x18,
	PXENV_UDP_OPEN = 0x19,
	PXENV_TFTP_CLOSED = 0x1a,
	PXENV_TFTP_OPEN = 0x1b,
	PXENV_MCOPY_PROBLEM = 0x20,
	PXENV_BIS_INTEGRITY_FAILURE = 0x21,
	PXENV_TFTP_CANNOT_ARP = 0x30,
	PXENV_TFTP_OPEN_TIMEOUT = 0x32,
	PXENV_TFTP_UNKNOWN_OPCODE = 0x33,
	PXENV_TFTP_READ_TIMEOUT = 0x35,
	PXENV_TFTP_ERROR_OPCODE = 0x36,
	PXENV_TFTP_CANNOT_OPEN = 0x38,
	PXENV_TFTP_CANNOT_READ = 0x39,
	PXENV_TFTP_TOO_MANY_PACKAGES = 0x3a,
	PXENV_TFTP_NOT_FOUND = 0x3b,
	PXENV_TFTP_ACCESS_VIOLATION = 0x3c,
	PXENV_TFTP_NO_MCAST_ADDRESS = 0x3d,
	PXENV_TFTP_NO_FILESIZE = 0x3e,
	PXENV_TFTP_INVALID_PACKET_SIZE = 0x3f,
	PXENV_DHCP_TIMEOUT = 0x51,
	PXENV_UNDI_MEDIATEST_FAILED = 0x61,
	PXENV_UNDI_CANNOT_INIT_NIC = 0x62, /* for multicast */
	PXENV_UNDI_CANNOT_INITIALIZE_NIC = 0x63,
	PXENV_UNDI_CANNOT_INITIALIZE_PHY = 0x64,
	PXENV_UNDI_INVALID_STATE = 0x6a,
	PXENV_UNDI_TRANSMIT_ERROR = 0x6b,
	PXENV_UNDI_INVALID_PARAMETER = 0x6c,
	PXENV_BSTRAP_PROMPT_MENU = 0x74,
};

/* The handlers, by opcode.  `params` lies where the caller has it, below 1 MiB + 64 KiB, at any
 * alignment; structures of it are of le16, le32, u8 and be32 only. */
enum pxenv_status undi_call(u16 op, void *params);     /* 0000-0015 */
enum pxenv_status pxe_tftp_call(u16 op, void *params); /* 0020-0025 */
enum pxenv_status pxe_udp_call(u16 op, void *params);  /* 0030-0033 */
enum pxenv_status pxe_base_call(u16 op, void *params); /* 0070-0076 */
enum pxenv_status pxe_file_call(u16 op, void *params); /* 00e0-00e8 */

/* ---- what api.c does for them ---- */

/* Memory of the caller: linear addresses, and far pointers as parameter structures hold them
 * (offset, segment).  A buffer may cross 64 KiB and, from FFFF:0010 on, lie above 1 MiB. */
void *pxe_memory(phys at);

static inline phys pxe_linear(const le16 far[2])
{
	return ((phys)le16_get(far[1]) << 4) + le16_get(far[0]);
}

/* The network engine for base-code calls, with the card in a state that it can use and no frame
 * lent to the caller; NULL = UNDI is not open: PXENV_UNDI_INVALID_STATE. */
struct net *pxe_net(void);

/* What loops that wait call: lets interrupts in every few ms, if the caller had them on and a
 * stack for them is left.  Returns the time in ms, of the clock that the network engine gets. */
u32 pxe_idle(void);

/* Memory in the PXE window for one received frame, or as much of it as is still ours; its contents
 * stay until the next API call.  len 0 = none is left. */
struct pxe_place {
	u8 *at;
	struct segoff far;
	u32 len;
};
struct pxe_place pxe_frame_place(void);

/* Memory in the window for a cached packet, `type` 1..3 (PXENV GET_CACHED_INFO); len 0 = somebody
 * has moved the EBDA over it. */
struct pxe_place pxe_packet_place(u32 type);

/* STOP_UNDI and its kin: ends the residence, hooks and all.  PXENV_KEEP_UNDI if somebody has
 * hooked a vector after us: nothing has changed then (PXE-16). */
enum pxenv_status pxe_stop(void);

/* RESTART_TFTP: bytes from 0:7C00 up to the window; `len` bytes there are a boot program to be
 * started in place of the caller; or what arrived there is of no use, and the boot ends with
 * `error` (-E_*), since the caller has been overwritten.  Neither returns. */
u32 pxe_nbp_room(void);
__attribute__((noreturn)) void pxe_restart(u32 len);
__attribute__((noreturn)) void pxe_restart_failed(int error);

#endif
