; SPDX-License-Identifier: BSD-2-Clause
; An option ROM that does one thing that none may do, for tests of the bench: in INIT
;   -DHOW=hangs       never returns
;   -DHOW=resets      triple fault
;   -DHOW=hooks       takes INT 13h (PNP-1)
;   -DHOW=scribbles   writes over the firmware's EBDA (EBDA-14)
;   -DHOW=frees       raises 40:13 over it (EBDA-14)
;   -DHOW=keeps       nothing: it is as good as any
	cpu	386
	bits	16
	org	0
UNITS		equ 1

	dw	0xaa55
	db	UNITS
	jmp	near init
	db	0			; the sum's byte
	times	0x18 - ($ - $$) db 0
	dw	pcir, pnp
pcir:
	db	'PCIR'
	dw	0x1234, 0x11e8, 0, 0x18
	db	0, 0, 0, 0xff
	dw	UNITS, 0
	db	0, 0x80
	dw	0
	align	16, db 0
pnp:
	db	'$PnP', 1, 2
	dw	0
	db	0, -('$' + 'P' + 'n' + 'P' + 1 + 2 + 0xff) & 0xff
	dd	0
	dw	0, 0
	db	0xff, 0, 0, 0
	dw	0, 0, 0, 0, 0

int_13:
	jmp	far [cs:old_13]
init:
	pusha
	push	ds
	xor	ax, ax
	mov	ds, ax
%ifidn HOW, hangs
	jmp	$
%elifidn HOW, resets
	lidt	[cs:none]
	int3
%elifidn HOW, hooks
	mov	eax, [4 * 0x13]
	mov	[cs:old_13], eax
	mov	word [4 * 0x13], int_13
	mov	[4 * 0x13 + 2], cs
%elifidn HOW, scribbles
	mov	ds, [0x40e]
	mov	dword [0x300], 'HERE'
	mov	dword [0x22], 'AND '
	mov	dword [0x3d], 'THIS'
%elifidn HOW, frees
	mov	word [0x413], 640
%elifnidn HOW, keeps
 %error "no such habit: -DHOW"
%endif
	pop	ds
	popa
	retf
	align	8, db 0
old_13:
	dd	0
none:
	times	8 db 0
