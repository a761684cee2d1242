/* SPDX-License-Identifier: BSD-2-Clause */
/* Every constant, field and size that the assembly uses.  Compiled to text only, with the
 * ROM's own flags; offsets.awk turns the marker lines into build/gen/offsets.inc. */
#include "ebb/bda.h"
#include "ebb/block.h"
#include "ebb/core_call.h"
#include "ebb/e820.h"
#include "ebb/error.h"
#include "ebb/handoff.h"
#include "ebb/payload.h"
#include "ebb/pci.h"
#include "ebb/rom.h"
#include "ebb/scratch.h"
#include "../src/core32/pxe/window.h"
#include "../src/rom32/init.h"

#define VALUE(name, value) __asm__ volatile("\n@ebb " #name " %c0" : : "i"(value))
#define FIELD(type, f)     VALUE(type.f, offsetof(struct type, f))
#define SIZE(type)         VALUE(type##_size, sizeof(struct type))

void offsets(void);
void offsets(void)
{
	VALUE(BDA_EBDA_SEG, BDA_EBDA_SEG);
	VALUE(BASE_FREE, BASE_FREE);
	VALUE(BDA_BASE, BDA_BASE);
	VALUE(BDA_BASE_KB, BDA_BASE_KB);
	VALUE(BDA_TICKS, BDA_TICKS);
	VALUE(EBDA_FLOOR, EBDA_FLOOR);
	VALUE(BASE_TOP, BASE_TOP);
	VALUE(ROM_AREA, ROM_AREA);
	VALUE(ROM_AREA_END, ROM_AREA_END);
	VALUE(PCI_CONFIG_ADDRESS, PCI_CONFIG_ADDRESS);

	FIELD(rom_info, build_id);
	FIELD(rom_info, runtime_len);
	FIELD(rom_info, payload_off);
	FIELD(rom_info, payload_len);
	FIELD(rom_info, note_bdf_plus_1);
	FIELD(rom_info, note_block);
	FIELD(rom_info, note_place);
	VALUE(ROM_SIGNATURE, ROM_SIGNATURE);
	VALUE(PCIR_SIGNATURE, PCIR_SIGNATURE);

	SIZE(payload);
	VALUE(PAYLOAD_SIGNATURE, PAYLOAD_SIGNATURE);
	VALUE(PAYLOAD_LOADER_MAX, PAYLOAD_LOADER_MAX);

	FIELD(block, build_id);
	FIELD(block, place);
	FIELD(block, card);
	FIELD(block, payload);
	FIELD(block, payload_len);
	FIELD(block, room_len);
	FIELD(block, core_call);
	FIELD(block, old_int15);
	FIELD(block, old_int1a);
	FIELD(block, old_int19);
	FIELD(block, int19_tried);
	FIELD(block, sum);
	FIELD(block, signature);
	FIELD(block, length);
	FIELD(block, hide);
	FIELD(block, clip_kb);
	FIELD(block, clip_units);
	SIZE(block);
	VALUE(BLOCK_NOWHERE, BLOCK_NOWHERE);
	VALUE(BLOCK_PMM, BLOCK_PMM);
	VALUE(BLOCK_EBDA, BLOCK_EBDA);
	VALUE(BLOCK_BASE, BLOCK_BASE);
	VALUE(BLOCK_NO_BDF, BLOCK_NO_BDF);
	VALUE(BLOCK_SIGNATURE_0, BLOCK_SIGNATURE_0);
	VALUE(BLOCK_SIGNATURE_1, BLOCK_SIGNATURE_1);
	VALUE(BLOCK_HIDDEN, BLOCK_HIDDEN);

	VALUE(BDA_COMMS, BDA_COMMS);
	VALUE(ANCHOR_SIGNATURE, ANCHOR_SIGNATURE);
	FIELD(hook_anchor, signature);
	FIELD(hook_anchor, old_int15);
	FIELD(hook_anchor, old_int1a);
	FIELD(hook_anchor, old_int19);
	SIZE(hook_anchor);

	VALUE(SEL_CODE32, SEL_CODE32);
	VALUE(SEL_DATA32, SEL_DATA32);
	VALUE(SEL_CODE16, SEL_CODE16);
	VALUE(SEL_DATA16, SEL_DATA16);
	VALUE(RM_CALL_INTERRUPT, RM_CALL_INTERRUPT);
	FIELD(rm_call, eflags);
	FIELD(rm_call, target);
	FIELD(rm_call, stack);
	FIELD(rm_call, kind);
	FIELD(rm_call, param);
	FIELD(rm_call, ds);
	SIZE(rm_call);

	FIELD(handoff, rom_base);
	FIELD(handoff, rom_info);
	FIELD(handoff, scratch);
	FIELD(handoff, undi_loader);
	FIELD(handoff, bev_ticks);
	FIELD(handoff, block);
	FIELD(handoff, bdf);
	FIELD(handoff, payload);
	FIELD(handoff, payload_len);
	FIELD(handoff, core_base);
	SIZE(handoff);
	FIELD(undi_loader_params, status);
	FIELD(undi_loader_params, undi_ds);
	SIZE(undi_rom_id);

	VALUE(WINDOW_LEN, WINDOW_LEN); /* for tools/size.py */
	VALUE(SCRATCH_LEN, SCRATCH_LEN);
	VALUE(SCRATCH_LOADER, SCRATCH_LOADER);
	VALUE(SCRATCH_LOADER_LEN, SCRATCH_LOADER_LEN);
	VALUE(SCRATCH_HANDOFF, SCRATCH_HANDOFF);
	VALUE(SCRATCH_FIRMWARE, SCRATCH_FIRMWARE);
	VALUE(SCRATCH_STACK, SCRATCH_STACK);
	VALUE(PAYLOAD_PMM, PAYLOAD_PMM);
	VALUE(PAYLOAD_BAR, PAYLOAD_BAR);
	VALUE(PAYLOAD_WINDOW, PAYLOAD_WINDOW);

	VALUE(E820_SMAP, E820_SMAP);
	VALUE(E820_LEN_MIN, E820_LEN_MIN);
	VALUE(E820_RAM, E820_RAM);
	VALUE(E820_RESERVED, E820_RESERVED);
	FIELD(e820_entry, base);
	FIELD(e820_entry, len);
	FIELD(e820_entry, type);

	VALUE(CORE_CALL_PXE, CORE_CALL_PXE);
	VALUE(CORE_CALL_PXENV, CORE_CALL_PXENV);

	VALUE(CORE_CALL_FAILED, CORE_CALL_FAILED);
	VALUE(E_CPU_MODE, E_CPU_MODE);
	VALUE(E_FAULT, E_FAULT);
	VALUE(E_PAYLOAD_NONE, E_PAYLOAD_NONE);
	VALUE(E_PAYLOAD_CRC, E_PAYLOAD_CRC);
	VALUE(E_NO_BASE_MEMORY, E_NO_BASE_MEMORY);

	FIELD(init, ss);
	FIELD(init, firmware_ss);
	FIELD(init, lm);
	FIELD(init, bar.rom);
	FIELD(init, bar.bdf);
	FIELD(init, reserve.terms.build_id);
	FIELD(init, reserve.terms.image);
	FIELD(init, reserve.terms.pci_version);
	FIELD(init, reserve.terms.runtime);
	FIELD(init, reserve.block);
	FIELD(init, reserve.place);
	FIELD(init, reserve.shared);
	FIELD(init, reserve.ebda);
	FIELD(init, reserve.grown_kb);
	FIELD(init, reserve.payload);
	FIELD(init, reserve.payload_len);
	FIELD(init, reserve.room_len);
	FIELD(init, config_address);
	FIELD(init, card_ids);
	FIELD(init, keep_units);
	FIELD(init, note);
	FIELD(init, last_bus);
	FIELD(init, payload_place);
	FIELD(init, segments);
	FIELD(init, ebx);
	FIELD(init, esp);
	FIELD(init, eax);
	FIELD(init, eflags);
	SIZE(init);
	VALUE(INIT_IMAGE_WITHOUT_PAYLOAD, INIT_IMAGE_WITHOUT_PAYLOAD);
	VALUE(EBDA_NONE, EBDA_NONE);
	VALUE(EBDA_BAD_SIZE, EBDA_BAD_SIZE);
	VALUE(EBDA_NOT_ADJACENT, EBDA_NOT_ADJACENT);

	SIZE(block_card);
	VALUE(BLOCK_CARDS, BLOCK_CARDS);
	FIELD(rom_header, units);
	FIELD(rom_header, checksum);
	FIELD(pcir, vendor);
	FIELD(pcir, device);
	FIELD(pcir, device_list);
	FIELD(pcir, max_runtime_units);
	FIELD(payload, core_mem_len);
}
