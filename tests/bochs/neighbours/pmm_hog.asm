; SPDX-License-Identifier: BSD-2-Clause
; Asks PMM for permanent memory until there is none: all of CONVENTIONAL (1), of EXTENDED
; (1).  SeaBIOS takes permanent extended memory out of the temporary when it must, so that
; goes first; it is RAM again after POST.
%include "rom.inc"
%ifndef CONVENTIONAL
%define CONVENTIONAL 1
%endif
%ifndef EXTENDED
%define EXTENDED 1
%endif
PMM_SIGNATURE	equ '$PMM'
TEMPORARY	equ 0
PERMANENT	equ 8
LARGEST		equ 0x80000000 >> 4	; paragraphs
SMALLEST	equ 1024 >> 4
LEFT		equ 16384 >> 4		; of temporary memory: the firmware needs some itself
	ROM	2

init:
	ENTRY
	mov	bx, 0xe000
.paragraph:
	mov	ds, bx
	cmp	dword [0], PMM_SIGNATURE
	je	.found
	inc	bx
	jnz	.paragraph
	SAY	`pmm_hog: no pmm\n`
	jmp	.done
.found:
%if EXTENDED
	mov	bp, TEMPORARY + 2
	mov	edi, LEFT
	call	take_all
	mov	bp, PERMANENT + 2
	mov	edi, SMALLEST
	call	take_all
%endif
%if CONVENTIONAL
	mov	bp, PERMANENT + 1
	mov	edi, SMALLEST
	call	take_all
%endif
.done:
	INIT_DONE

; Takes every block of the kind.
;   in     DS:0 -> $PMM, BP = flags, EDI = smallest block, paragraphs
;   breaks EAX, ECX, EDX, ESI
take_all:
	mov	ecx, LARGEST
	xor	esi, esi
.again:
	push	ecx
	push	esi
	push	edi
	push	bp
	push	bp
	push	dword -1
	push	ecx
	push	word 0
	call	far [7]
	add	sp, 12
	pop	bp
	pop	edi
	pop	esi
	pop	ecx
	test	ax, ax
	jnz	.got
	test	dx, dx
	jnz	.got
	shr	ecx, 1
	cmp	ecx, edi
	jae	.again
	SAY	`pmm_hog: flags `
	mov	ax, bp
	call	say_hex8
	SAY	` took `
	mov	eax, esi
	call	say_hex32
	SAY	` paragraphs\n`
	ret
.got:
	add	esi, ecx
	jmp	.again
