/* SPDX-License-Identifier: BSD-2-Clause */
/* Layout of an option ROM image: header, PCIR (PCI Firmware 3.0 5.1.2), $PnP
 * (PnP BIOS 1.0A 3.2), and ebb's own description of itself.  Offsets are from
 * the start of the image unless a comment says otherwise. */
#ifndef EBB_ROM_H
#define EBB_ROM_H

#include "ebb/types.h"

#define ROM_SIGNATURE 0xaa55u
#define ROM_UNIT      512u

struct rom_header {
	le16 signature; /* 55 AA */
	u8 units;       /* before INIT: initialisation size; after: run-time size */
	u8 init[3];     /* jump to the INIT entry */
	u8 checksum;    /* makes units*512 bytes sum to 0 */
	u8 free[15];
	le16 undi; /* UNDI ROM ID structure, 0 = none (PXE 2.1) */
	le16 pcir;
	le16 pnp;
};
_Static_assert(sizeof(struct rom_header) == 0x1c, "ROM header");
_Static_assert(offsetof(struct rom_header, pcir) == 0x18, "PCIR pointer");

#define PCIR_SIGNATURE  0x52494350u /* "PCIR" */
#define PCIR_CODE_X86   0x00u
#define PCIR_CODE_EFI   0x03u
#define PCIR_CODE_NONE  0xffu /* ebb's payload image: no firmware runs it */
#define PCIR_LAST_IMAGE 0x80u

struct pcir {
	le32 signature;
	le16 vendor;
	le16 device;
	le16 device_list; /* from the start of PCIR; 0 = none */
	le16 length;      /* 1Ch */
	u8 revision;      /* 3 */
	u8 prog_if;
	u8 subclass;
	u8 base_class;
	le16 image_units; /* /512 */
	le16 vendor_revision;
	u8 code_type;
	u8 indicator;
	le16 max_runtime_units;
	le16 config_code;
	le16 clp;
};
_Static_assert(sizeof(struct pcir) == 0x1c, "PCIR revision 3");
_Static_assert(offsetof(struct pcir, max_runtime_units) == 0x16, "run-time length");

#define PNP_SIGNATURE 0x506e5024u /* "$PnP" */

struct pnp_header {
	le32 signature;
	u8 revision;
	u8 length_16;
	le16 next;
	u8 zero;
	u8 checksum;
	le32 device_id;
	le16 manufacturer;
	le16 product;
	u8 base_class;
	u8 subclass;
	u8 interface;
	u8 indicators;
	le16 bcv;
	le16 dv;
	le16 bev;
	le16 zero2;
	le16 resources;
};
_Static_assert(sizeof(struct pnp_header) == 0x20, "PnP expansion header");

#define UNDI_SIGNATURE 0x49444e55u /* "UNDI" */

/* UNDI ROM ID (PXE 2.1): how a second stack finds the UNDI loader.  ebbrom fills in the sum. */
struct undi_rom_id {
	le32 signature;
	u8 length;
	u8 checksum;
	u8 revision;
	u8 version[3]; /* of UNDI, low byte first */
	le16 loader;
	le16 stack_size; /* of the caller's that the loader wants */
	le16 data_size;  /* memory for the segments that the loader gets: UNDI_DS */
	le16 code_size;  /* UNDI_CS */
	le32 bus;        /* PCIR_SIGNATURE */
};
_Static_assert(sizeof(struct undi_rom_id) == 0x16, "PXE 2.1 UNDI ROM ID");

/* What INIT, BEV and ebbrom know about this image.  On a 16-byte boundary in the
 * first KiB; found by its signature.  ebbrom writes the fields marked [pack];
 * INIT writes the notes if, and only if, the image proved to be writable. */
#define ROM_INFO_SIGNATURE "ebb:info"

struct rom_info {
	u8 signature[8];
	le32 build_id;
	le16 runtime_len; /* bytes kept after INIT when the payload is elsewhere */
	le16 init_len;    /* bytes of code that INIT needs, without any payload */
	le32 payload_off; /* [pack] of the payload's header from the image start */
	le32 payload_len; /* [pack] 0 = this ROM carries none */
	/* Notes: 0 as shipped and wherever the image is read-only. */
	le16 note_bdf_plus_1; /* PCI bus/device/function + 1 */
	le16 note_block;      /* EBDA: paragraph offset of the block; else its segment */
	u8 note_place;        /* enum block_place of the block, BLOCK_NOWHERE = no note */
	u8 reserved[3];
	/* Entries in the run-time image, for the core: offsets from the image start. */
	le16 gate_real;   /* 32-bit code, see handoff.h */
	le16 pxe_entry;   /* !PXE EntryPointSP */
	le16 pxenv_entry; /* PXENV+ RMEntry */
	le16 int15_hook;
	le16 int1a_hook;
	u8 reserved2[6];
};
_Static_assert(sizeof(struct rom_info) == 48, "rom_info");

#endif
