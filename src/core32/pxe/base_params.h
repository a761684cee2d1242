/* SPDX-License-Identifier: BSD-2-Clause */
/* Opcodes and parameter structures of the base-code calls, TFTP, UDP and the file API, as callers
 * have them in memory: packed, little-endian, addresses and ports in network order. */
#ifndef EBB_BASE_PARAMS_H
#define EBB_BASE_PARAMS_H

#include "ebb/types.h"

#define PXE_NAME_LEN 128u /* of a file name; the NUL may be missing */

enum base_op {
	TFTP_OPEN = 0x20,
	TFTP_CLOSE = 0x21,
	TFTP_READ = 0x22,
	TFTP_READ_FILE = 0x23,
	TFTP_READ_FILE_PMODE = 0x24,
	TFTP_GET_FSIZE = 0x25,
	UDP_OPEN = 0x30,
	UDP_CLOSE = 0x31,
	UDP_READ = 0x32,
	UDP_WRITE = 0x33,
	UNLOAD_STACK = 0x70,
	GET_CACHED_INFO = 0x71,
	RESTART_TFTP = 0x73,
	MODE_SWITCH = 0x74,
	START_BASE = 0x75,
	STOP_BASE = 0x76,
	FILE_OPEN = 0xe0,
	FILE_CLOSE = 0xe1,
	FILE_SELECT = 0xe2,
	FILE_READ = 0xe3,
	FILE_GET_SIZE = 0xe4,
	FILE_EXEC = 0xe5,
	FILE_API_CHECK = 0xe6,
	FILE_EXIT_HOOK = 0xe7,
	FILE_CMDLINE = 0xe8,
};

struct tftp_open_params {
	le16 status;
	be32 server;
	be32 gateway;
	u8 name[PXE_NAME_LEN];
	be16 port;
	le16 packet_size; /* in: wanted; out: what holds */
};
_Static_assert(sizeof(struct tftp_open_params) == 142, "PXE 2.1 TFTP_OPEN");

struct tftp_read_params {
	le16 status;
	le16 packet_number;
	le16 buffer_size;
	le16 buffer[2];
};
_Static_assert(sizeof(struct tftp_read_params) == 10, "PXE 2.1 TFTP_READ");

/* Also RESTART_TFTP. */
struct tftp_read_file_params {
	le16 status;
	u8 name[PXE_NAME_LEN];
	le32 buffer_size;
	le32 buffer; /* physical */
	be32 server;
	be32 gateway;
	be32 multicast; /* from here on: of MTFTP, ignored */
	be16 client_port;
	be16 server_port;
	le16 open_timeout;
	le16 reopen_delay;
};
_Static_assert(sizeof(struct tftp_read_file_params) == 158, "PXE 2.1 TFTP_READ_FILE");

struct tftp_fsize_params {
	le16 status;
	be32 server;
	be32 gateway;
	u8 name[PXE_NAME_LEN];
	le32 size;
};
_Static_assert(sizeof(struct tftp_fsize_params) == 142, "PXE 2.1 TFTP_GET_FSIZE");

struct udp_open_params {
	le16 status;
	be32 src;
};
_Static_assert(sizeof(struct udp_open_params) == 6, "PXE 2.1 UDP_OPEN");

struct udp_read_params {
	le16 status;
	be32 src;
	be32 dst; /* in: wanted, 0 = any */
	be16 src_port;
	be16 dst_port; /* in: wanted, 0 = any */
	le16 buffer_size;
	le16 buffer[2];
};
_Static_assert(sizeof(struct udp_read_params) == 20, "PXE 2.1 UDP_READ");

struct udp_write_params {
	le16 status;
	be32 dst;
	be32 gateway;
	be16 src_port; /* 0 = 2069 */
	be16 dst_port;
	le16 buffer_size;
	le16 buffer[2];
};
_Static_assert(sizeof(struct udp_write_params) == 20, "PXE 2.1 UDP_WRITE");

/* An older form ends before a buffer limit, so there is none here (PXE-7). */
struct cached_info_params {
	le16 status;
	le16 type;
	le16 buffer_size;
	le16 buffer[2];
};
_Static_assert(sizeof(struct cached_info_params) == 10, "PXE 2.0 GET_CACHED_INFO");

struct file_open_params {
	le16 status;
	le16 handle;
	le16 name[2];
	le32 reserved;
};
_Static_assert(sizeof(struct file_open_params) == 12, "file API: OPEN");

/* FILE_CLOSE has the first two fields of it. */
struct file_select_params {
	le16 status;
	le16 handle;
	le16 ready;
};
_Static_assert(sizeof(struct file_select_params) == 6, "file API: SELECT");

struct file_read_params {
	le16 status;
	le16 handle;
	le16 buffer_size;
	le16 buffer[2];
};
_Static_assert(sizeof(struct file_read_params) == 10, "file API: READ");

struct file_size_params {
	le16 status;
	le16 handle;
	le32 size;
};
_Static_assert(sizeof(struct file_size_params) == 8, "file API: GET_FILE_SIZE");

struct file_check_params {
	le16 status;
	le16 size;
	le32 magic;
	le32 provider;
	le32 mask;
	le32 flags;
};
_Static_assert(sizeof(struct file_check_params) == 20, "file API: API_CHECK");

struct file_cmdline_params {
	le16 status;
	le16 buffer_size;
	le16 buffer[2];
};
_Static_assert(sizeof(struct file_cmdline_params) == 8, "file API: CMDLINE");

#endif
