/* SPDX-License-Identifier: BSD-2-Clause */
/* Parameter structures of the UNDI calls, and the constants in them (PXE 2.1, chapter 4).  They
 * lie in the caller's memory, at any alignment, and may change between two looks. */
#ifndef EBB_UNDI_PARAMS_H
#define EBB_UNDI_PARAMS_H

#include "ebb/types.h"
#include "nic.h"

enum undi_op {
	UNDI_START_UNDI = 0x00,
	UNDI_STARTUP = 0x01,
	UNDI_CLEANUP = 0x02,
	UNDI_INITIALIZE = 0x03,
	UNDI_RESET_ADAPTER = 0x04,
	UNDI_SHUTDOWN = 0x05,
	UNDI_OPEN = 0x06,
	UNDI_CLOSE = 0x07,
	UNDI_TRANSMIT = 0x08,
	UNDI_SET_MCAST_ADDRESS = 0x09,
	UNDI_SET_STATION_ADDRESS = 0x0a,
	UNDI_SET_PACKET_FILTER = 0x0b,
	UNDI_GET_INFORMATION = 0x0c,
	UNDI_GET_STATISTICS = 0x0d,
	UNDI_CLEAR_STATISTICS = 0x0e,
	UNDI_INITIATE_DIAGS = 0x0f,
	UNDI_FORCE_INTERRUPT = 0x10,
	UNDI_GET_MCAST_ADDRESS = 0x11,
	UNDI_GET_NIC_TYPE = 0x12,
	UNDI_GET_IFACE_INFO = 0x13,
	UNDI_ISR = 0x14,
	UNDI_STOP_UNDI = 0x15, /* UNDI_GET_STATE has the same number: see undi.c */
	UNDI_OPS
};

#define UNDI_MAC_LEN  16u /* all address fields */
#define UNDI_MTU      1500u
#define UNDI_ETHERNET 1u /* hardware type (RFC 1010) */
#define UNDI_ETH_HDR  14u

struct undi_groups {
	le16 count;
	u8 mac[NIC_GROUPS_MAX][UNDI_MAC_LEN];
};

/* STARTUP, CLEANUP, SHUTDOWN, CLOSE, CLEAR_STATISTICS, INITIATE_DIAGS, FORCE_INTERRUPT and
 * STOP_UNDI have nothing else. */
struct undi_plain {
	le16 status;
};
_Static_assert(sizeof(struct undi_plain) == 2, "PXE 2.1");

/* The registers that the card's ROM was initialised with. */
struct undi_start {
	le16 status;
	le16 ax, bx, dx, di, es;
};
_Static_assert(sizeof(struct undi_start) == 12, "PXE 2.1: START_UNDI");

struct undi_initialize {
	le16 status;
	le32 protocol_ini;
	u8 reserved[8];
};
_Static_assert(sizeof(struct undi_initialize) == 14, "PXE 2.1: UNDI_INITIALIZE");

/* RESET_ADAPTER and SET_MCAST_ADDRESS. */
struct undi_set_groups {
	le16 status;
	struct undi_groups groups;
};
_Static_assert(sizeof(struct undi_set_groups) == 132, "PXE 2.1: UNDI_SET_MCAST_ADDRESS");

struct undi_open {
	le16 status;
	le16 open_flag;
	le16 filter;
	struct undi_groups groups;
};
_Static_assert(sizeof(struct undi_open) == 136, "PXE 2.1: UNDI_OPEN");

/* NIC_DIRECTED and the others have the numbers of OPEN's and SET_PACKET_FILTER's flags. */
#define UNDI_FILTER_SOURCE_ROUTING 8u /* Token Ring's */
#define UNDI_FILTER_KNOWN \
	(NIC_DIRECTED | NIC_BROADCAST | NIC_PROMISCUOUS | UNDI_FILTER_SOURCE_ROUTING)
_Static_assert(NIC_DIRECTED == 1 && NIC_BROADCAST == 2 && NIC_PROMISCUOUS == 4, "PXE 2.1");

struct undi_transmit {
	le16 status;
	u8 protocol; /* UNDI_PROTOCOL_* */
	u8 xmit_flag;
	le16 destination[2]; /* far pointer to a MAC address */
	le16 tbd[2];
	u8 reserved[8];
};
_Static_assert(sizeof(struct undi_transmit) == 20, "PXE 2.1: UNDI_TRANSMIT");
#define UNDI_PROTOCOL_RAW   0u /* in ISR: none of the others */
#define UNDI_PROTOCOL_IP    1u
#define UNDI_PROTOCOL_ARP   2u
#define UNDI_PROTOCOL_RARP  3u
#define UNDI_XMIT_DIRECTED  0u
#define UNDI_XMIT_BROADCAST 1u

#define UNDI_BLOCKS 8u
struct undi_tbd {
	le16 immediate_len;
	le16 immediate[2];
	le16 count;
	struct undi_block {
		u8 type;
		u8 reserved;
		le16 len;
		le16 data[2];
	} block[UNDI_BLOCKS];
};
_Static_assert(sizeof(struct undi_tbd) == 72, "PXE 2.1: transmit buffer descriptor");
#define UNDI_BLOCK_FAR 1u /* the only type that 2.1 allows */

struct undi_station {
	le16 status;
	u8 mac[UNDI_MAC_LEN];
};
_Static_assert(sizeof(struct undi_station) == 18, "PXE 2.1: UNDI_SET_STATION_ADDRESS");

struct undi_filter {
	le16 status;
	u8 filter;
};
_Static_assert(sizeof(struct undi_filter) == 3, "PXE 2.1: UNDI_SET_PACKET_FILTER");

struct undi_information {
	le16 status;
	le16 base_io;
	le16 irq;
	le16 mtu;
	le16 hardware;
	le16 mac_len;
	u8 current_mac[UNDI_MAC_LEN];
	u8 permanent_mac[UNDI_MAC_LEN];
	le16 rom_seg;
	le16 rx_buffers, tx_buffers;
};
_Static_assert(sizeof(struct undi_information) == 50, "PXE 2.1: UNDI_GET_INFORMATION");

struct undi_statistics {
	le16 status;
	le32 sent;
	le32 received;
	le32 crc_errors;
	le32 resource_errors;
};
_Static_assert(sizeof(struct undi_statistics) == 18, "PXE 2.1: UNDI_GET_STATISTICS");

struct undi_mcast {
	le16 status;
	be32 ip;
	u8 mac[UNDI_MAC_LEN];
};
_Static_assert(sizeof(struct undi_mcast) == 22, "PXE 2.1: UNDI_GET_MCAST_ADDRESS");

struct undi_nic_type {
	le16 status;
	u8 type;
	le16 vendor, device;
	u8 base_class, sub_class, interface;
	u8 revision;
	le16 bdf;
	le16 sub_vendor, sub_device;
};
_Static_assert(sizeof(struct undi_nic_type) == 17, "PXE 2.1: UNDI_GET_NIC_TYPE");
#define UNDI_NIC_PCI 2u

struct undi_iface {
	le16 status;
	char type[16];
	le32 bits_per_second; /* 0 = not known */
	le32 services;
	u8 reserved[16];
};
_Static_assert(sizeof(struct undi_iface) == 42, "PXE 2.1: UNDI_GET_IFACE_INFO");
#define UNDI_IFACE_TYPE "DIX+802.3" /* NDIS 2.0's name for Ethernet */

/* NDIS 2.0, service flags of a MAC. */
#define UNDI_SERVICE_BROADCAST   0x0001u
#define UNDI_SERVICE_MULTICAST   0x0002u
#define UNDI_SERVICE_PROMISCUOUS 0x0008u
#define UNDI_SERVICE_SET_STATION 0x0010u
#define UNDI_SERVICE_DIAGNOSTICS 0x0040u
#define UNDI_SERVICE_RESET       0x0400u
#define UNDI_SERVICE_OPEN_CLOSE  0x0800u
#define UNDI_SERVICE_IRQ         0x1000u

struct undi_isr {
	le16 status;
	le16 flag; /* in: UNDI_ISR_START and so on; out: UNDI_ISR_OURS and so on */
	le16 buffer_len;
	le16 frame_len;
	le16 header_len;
	le16 frame[2];
	u8 protocol; /* UNDI_PROTOCOL_* */
	u8 kind;
};
_Static_assert(sizeof(struct undi_isr) == 16, "PXE 2.1: UNDI_ISR");
#define UNDI_ISR_START      1u
#define UNDI_ISR_PROCESS    2u
#define UNDI_ISR_GET_NEXT   3u
#define UNDI_ISR_OURS       0u /* answers to START */
#define UNDI_ISR_NOT_OURS   1u
#define UNDI_ISR_DONE       0u /* answers to the others */
#define UNDI_ISR_TRANSMIT   2u
#define UNDI_ISR_RECEIVE    3u
#define UNDI_KIND_DIRECTED  0u
#define UNDI_KIND_BROADCAST 1u
#define UNDI_KIND_MULTICAST 2u

#endif
