; SPDX-License-Identifier: BSD-2-Clause
; Asks PMM for permanent memory until there is none: all of CONVENTIONAL (1), of EXTENDED
; (1).  SeaBIOS takes permanent extended memory out of the temporary when it must, so that
; goes first; it is RAM again after POST.
;   -DAT=init|bcv   [init]: PMM lives no longer (PMM-1)
%ifndef CONVENTIONAL
%define CONVENTIONAL 1
%endif
%ifndef EXTENDED
%define EXTENDED 1
%endif
%define STATELESS
%include "rom.inc"
%include "habit.inc"
PMM_SIGNATURE	equ '$PMM'
TEMPORARY	equ 0
PERMANENT	equ 8
KIND_CONVENTIONAL	equ 1
KIND_EXTENDED	equ 2
LARGEST		equ 0x80000000 >> 4	; paragraphs
SMALLEST	equ 1024 >> 4
LEFT		equ 16384 >> 4		; of temporary memory: the firmware needs some itself
	HABIT	`pmm_hog`, init, init, bcv

act:
	mov	bx, 0xe000
.paragraph:
	mov	ds, bx
	cmp	dword [0], PMM_SIGNATURE
	je	.found
	inc	bx
	jnz	.paragraph
	SAY	`pmm_hog: no pmm\n`
	ret
.found:
%if EXTENDED
	mov	bp, TEMPORARY + KIND_EXTENDED
	mov	edi, LEFT
	call	take_all
	mov	bp, PERMANENT + KIND_EXTENDED
	mov	edi, SMALLEST
	call	take_all
%endif
%if CONVENTIONAL
	mov	bp, PERMANENT + KIND_CONVENTIONAL
	mov	edi, SMALLEST
	call	take_all
%endif
	ret

; Takes every block of the kind, the largest first.
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
	cmp	bp, PERMANENT + KIND_CONVENTIONAL
	jne	.again
	SAY	`owns: pmm_hog at `
	shl	edx, 16
	mov	dx, ax
	mov	eax, edx
	call	say_hex20
	SAY	` `
	mov	eax, ecx
	shl	eax, 4
	call	say_hex20
	SAY	`\n`
	jmp	.again
	ROM_END
