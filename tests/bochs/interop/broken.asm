; SPDX-License-Identifier: BSD-2-Clause
; An option ROM that does one thing that none may do, for tests of the bench: in INIT
;   -DHOW=hangs       never returns
;   -DHOW=resets      triple fault
;   -DHOW=hooks       takes INT 13h (PNP-1)
;   -DHOW=scribbles   writes over the firmware's EBDA (EBDA-14)
;   -DHOW=frees       raises 40:13 over it (EBDA-14)
;   -DHOW=keeps       nothing: it is as good as any
%include "rom.inc"
	ROM

int_13:
	jmp	far [cs:old_13]

init:
	ENTRY
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
	mov	ds, [BDA_EBDA_SEG]
	mov	dword [0x300], 'HERE'
	mov	dword [0x22], 'AND '
	mov	dword [0x3d], 'THIS'
%elifidn HOW, frees
	mov	word [BDA_BASE_KB], 640
%elifnidn HOW, keeps
 %error "no such habit: -DHOW"
%endif
	INIT_DONE
	align	8, db 0
old_13:
	dd	0
none:
	times	8 db 0
	ROM_END
