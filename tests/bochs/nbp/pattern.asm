; SPDX-License-Identifier: BSD-2-Clause
; A boot program of KIB KiB (64) that looks whether each of its bytes is where it should be:
; behind the first KiB all of it is scrambled offsets.
	cpu	386
	bits	16
	org	0x7c00
%include "say.inc"
%include "scramble.inc"
%ifndef KIB
%define KIB 64
%endif
LOAD	equ 0x7c00
CODE	equ 1024

	; EBX = offset, EAX = what should be there; a segment for every 16 bytes.
	cli
	xor	ax, ax
	mov	ss, ax
	mov	sp, LOAD
	sti
	mov	ebx, CODE
.dword:
	mov	eax, ebx
	shr	eax, 4
	add	ax, LOAD >> 4
	mov	ds, ax
	mov	si, bx
	and	si, 15
	imul	eax, ebx, SCRAMBLE
	cmp	eax, [si]
	jne	.wrong
	add	ebx, 4
	cmp	ebx, KIB * 1024
	jb	.dword
	SAY	`pattern: good\n`
	jmp	.end
.wrong:
	SAY	`pattern: FAILED at `
	mov	eax, ebx
	call	say_hex32
	SAY	`\n`
.end:
	END_RUN	'pattern'
	SAY_FUNCTIONS

	times	CODE - ($ - $$) db 0
	FILL	CODE, KIB * 1024
