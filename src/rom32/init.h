/* SPDX-License-Identifier: BSD-2-Clause */
/* The 32-bit half of INIT: identify -> reserve -> keep -> shrink.  Decides and acts;
 * src/rom16/init.asm calls it through the gate, one step after the other, and says what
 * happened.  Runs on the firmware's stack, together with all of its data. */
#ifndef EBB_ROM32_INIT_H
#define EBB_ROM32_INIT_H

#include "bar.h"
#include "lowmem.h"
#include "reserve.h"

/* INIT's frame on the firmware's stack, built by init.asm.  All of it starts as 0 but what is
 * "in". */
struct init {
	u16 ss;                 /* in: of this stack */
	u16 firmware_ss;        /* in: of the firmware's, where .esp is */
	u8 last_bus;            /* in */
	u8 payload_place;       /* enum payload_place */
	struct lowmem lm;       /* in */
	struct bar bar;         /* in: .rom; .bdf becomes our card or BLOCK_NO_BDF */
	struct reserve reserve; /* in: terms.build_id, .image, .pci_version */
	u32 config_address;     /* in: 0CF8h as found */
	u32 card_ids;           /* device << 16 | vendor */
	u16 keep_units;         /* of the image that stay */
	u16 note;               /* where the block is, for rom_info */
	/* What the firmware called us with, and gets back. */
	u16 segments[4];
	u32 edi, esi, ebp, esp, ebx, edx, ecx, eax; /* PUSHAD */
	u32 eflags;
};
_Static_assert(offsetof(struct init, edi) - offsetof(struct init, segments) == 8 &&
		       sizeof(struct init) - offsetof(struct init, edi) == 36,
	       "as init.asm pushes them");

/* Where this image is and where it will run (ROM-4).  Returns false if that place cannot be written
 * to and this one is temporary: then the ROM is lost, and must not take anything. */
bool init_place(struct init *i);

/* Shares or makes the block (reserve.h), and the note of where it is. */
void init_block(struct init *i);

/* Whose ROM this is (ROM-5); the card is entered in the block. */
void init_card(struct init *i);

/* Copies the payload to permanent memory if there is any, else makes sure of another way. */
void init_payload(struct init *i);

enum init_image {
	INIT_IMAGE_LEFT,
	INIT_IMAGE_WITHOUT_PAYLOAD, /* no place was announced for it, so it is lost */
	INIT_IMAGE_READ_ONLY,       /* nothing was written: it stays as it is */
};

/* Leaves the run-time image where it shall be: shrinks this one in place, or copies it to the
 * run-time segment (PCI 3.0; the INIT copy stays as it is).  Writes the notes (ROM-6, ROM-7). */
enum init_image init_image(struct init *i);

/* Hooks INT 19h, for firmware that will not call our boot entry (int19.h). */
bool init_hook(struct init *i);

#endif
