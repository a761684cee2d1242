; SPDX-License-Identifier: BSD-2-Clause
; Stands for the ROM under test where a pretender wants one and there is none: takes no memory,
; hooks nothing, and its boot entry starts the boot program that it carries.
;   -DBOOT_FILE="path"   what it boots; without it the boot entry gives up
;   -DVENDOR, -DDEVICE   of the card
	cpu	386
	bits	16
	org	0
UNIT		equ 512
BOOT_SEG	equ 0x7c0

	dw	0xaa55
	db	UNITS
	jmp	near init
	db	0			; the sum's byte
	times	0x18 - ($ - $$) db 0
	dw	pcir, pnp
pcir:
	db	'PCIR'
	dw	VENDOR, DEVICE, 0, 0x18
	db	0, 0, 0, 2		; revision: run in place; class: network
	dw	UNITS, 0
	db	0, 0x80
	dw	0
	align	16, db 0
pnp:
	db	'$PnP', 1, 2
	dw	0
	db	0, -(0x24 + 'P' + 'n' + 'P' + 3 + 2 + 0xf4 + (bev & 0xff) + (bev >> 8)) & 0xff
	dd	0
	dw	0, 0
	db	2, 0, 0, 0xf4		; network, Ethernet; IPL device
	dw	0, 0, bev, 0, 0
bev	equ	0x70
	times	bev - ($ - $$) db 0
%ifdef BOOT_FILE
	; From the ROM to 0:7C00, and there; SS:SP is the firmware's, and so is where RETF goes.
	cld
	mov	ax, cs
	mov	ds, ax
	mov	si, boot_file
	mov	ax, BOOT_SEG
	mov	es, ax
	xor	di, di
	mov	cx, (boot_file_end - boot_file + 1) / 2
	rep movsw
	xor	ax, ax
	xor	bx, bx
	xor	edx, edx
	mov	es, ax
	jmp	0:BOOT_SEG << 4
%else
	retf
%endif
init:
	mov	ax, 0x20		; ROM-13
	retf
%ifdef BOOT_FILE
boot_file:
	incbin	BOOT_FILE
boot_file_end:
%endif
	align	UNIT, db 0
UNITS	equ ($ - $$) / UNIT
