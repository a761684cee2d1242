; SPDX-License-Identifier: BSD-2-Clause
; The image's front: ROM header, PCIR revision 3 (PCI Firmware 3.0 5.1.2) with device list,
; $PnP expansion header (PnP BIOS 1.0A 3.2), struct rom_info and the UNDI ROM ID (PXE 2.1).  All
; of it survives INIT, because firmware and others read it again afterwards (ROM-1).  ebbrom fills
; in sizes and sums.

%include "rom.inc"
%include "device_list.inc"

	extern init_entry, bev_entry, undi_loader, run_units, run_len, init_units, init_len
	extern gate_real, pxe_entry, pxenv_entry, int15_hook, int1a_hook
	global rom_start, rom_info, rom_pcir

LOADER_STACK    equ 512                 ; 80 of its own, the rest for interrupts

	section .text.header

rom_start:
	dw	ROM_SIGNATURE
rom_units:
	db	init_units              ; initialisation size, until INIT lowers it
	jmp	near init_entry
	db	0                       ; checksum of the image
	times	0x16 - ($ - rom_start) db 0
	dw	rom_undi
	dw	rom_pcir
	dw	rom_pnp

	align	4, db 0
rom_pcir:
	db	"PCIR"
	dw	PCI_VENDOR, PCI_DEVICE
	dw	device_list - rom_pcir
	dw	0x1c                    ; length
	db	3                       ; revision
	db	0x00, 0x00, 0x02        ; class: Ethernet controller
	dw	init_units
	dw	1                       ; vendor revision
	db	0                       ; PC-AT
	db	0x80                    ; last image, unless a payload image follows
	dw	run_units               ; most run-time space ever asked for
	dw	0, 0                    ; configuration code, CLP: none

device_list:
	DEVICE_LIST

	align	16, db 0                ; some BIOSes scan for it instead of following 1Ah
rom_pnp:
	db	"$PnP"
	db	1, 2                    ; revision, length / 16
	dw	0
	db	0
	db	0                       ; checksum
	dd	0
	dw	text_maker, text_product
	db	0x02, 0x00, 0x00        ; network, Ethernet
	db	0xf4                    ; DDIM, shadowable, cacheable, needed for boot only, IPL
	dw	0, 0                    ; BCV must be 0, or firmware ignores the BEV (PNP-2)
	dw	bev_entry
	dw	0, 0

	align	16, db 0
rom_info:
	db	"ebb:info"
	dd	BUILD_ID
	dw	run_len
	dw	init_len
	dd	0, 0                    ; payload offset, length
	dw	0, 0                    ; notes
	db	0, 0, 0, 0
	dw	gate_real, pxe_entry, pxenv_entry, int15_hook, int1a_hook
	times	6 db 0

rom_undi:
	db	"UNDI"
	db	undi_rom_id_size
	db	0                       ; checksum
	db	0                       ; revision
	db	0, 1, 2                 ; UNDI 2.1.0
	dw	undi_loader
	dw	LOADER_STACK
	dw	SCRATCH_LEN
	dw	WINDOW_LEN
	db	"PCIR"

text_maker:
	db	"ebb", 0
text_product:
	db	"ebb network boot", 0
