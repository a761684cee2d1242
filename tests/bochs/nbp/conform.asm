; SPDX-License-Identifier: BSD-2-Clause
; A boot program that asks any PXE ROM for what the specification promises, clause by clause, and
; prints a verdict for each.  It says the name of a step before it takes it, so that a ROM that
; hangs costs the lines of that step only: the runner starts again behind it.  Lines:
;   conform: step N NAME              before each step
;   conform: promise N NAME           the same; what it looks at goes beyond the specification
;   conform: CLAUSE good|broken|info|skipped: text: what was seen
;   conform: done N good N broken
; A clause is one of the specification's as this tree numbers them (PXE-n, EBDA-n), STRUCT-name for the
; fields of a structure, API-nnnn for what the table of functions says of function nnnn.
;   -DPART=name        entry, calls, cached, tftp, udp, file, undi, wire, states, moved, end
;   -DFROM=n           begins with step n [0]
;   -DPROMISE=1        what ebb promises beyond the specification is judged, too; else it is "info"
;   -DKIB=n            moved: how far the EBDA moves, blindly
;   -DEND=n            end: how it ends; see conform_end.inc
;   -DLINK=n           the card's real speed in bit/s, where the caller knows it
	cpu	386
	bits	16
	org	0x7c00
%include "say.inc"
%include "scramble.inc"
%include "bda.inc"
%include "pxe.inc"
%ifndef FROM
%define FROM 0
%endif
%ifndef PROMISE
%define PROMISE 0
%endif
%ifndef LINK
%define LINK 0
%endif
%defstr PART_TEXT PART
ARRIVED		equ 56			; bytes
	section	.rodata align=4 follows=.text
	section	.bss align=4 nobits follows=.rodata
variables:
arrived:	resb ARRIVED
	section	.text
%include "conform_say.inc"

; Memory that a boot program may use, by segment.
GUARD_SEG	equ 0x1800		; small stacks, with a guard below them
BUFFER_SEG	equ 0x2000
OTHER_SEG	equ 0x3000
OWN_STACK	equ 3072
STACK_WANTED	equ 1536
TICKS		equ 0x46c

; The files that the runner serves.
DATA_BYTES	equ 20011		; data.bin: no multiple of any block size
BLOCKS_BYTES	equ 5632		; blocks.bin: 11 * 512 and 4 * 1408
LARGE_BYTES	equ 1200011		; large.bin

start:
	; Registers as they came, on the stack that came with them.
	pushfd
	pushad
	push	ds
	push	es
	push	ss
	push	cs
	call	.here
.here:
	jmp	0:main

	PXE_CAME
%if came_size > ARRIVED
%error "ARRIVED is too small"
%endif

main:
	mov	bp, sp
	xor	ax, ax
	mov	es, ax
	mov	di, variables
	mov	cx, (own_stack - variables) / 2
	cld
	rep stosw
	mov	di, arrived
	mov	si, bp
	mov	cx, came_size / 2
.keep:
	mov	ax, [ss:si]
	add	si, 2
	stosw
	loop	.keep
	lea	ax, [bp + came.ret]
	mov	[es:arrived_sp], ax
	xor	ax, ax
	mov	ds, ax
	cli
	mov	ss, ax
	mov	sp, own_stack
	sti
	SAY	`conform: part `, PART_TEXT, `\n`
	call	find
	jc	done

	mov	word [step], FROM
.next:
	mov	bx, [step]
	cmp	bx, STEPS
	jae	done
	shl	bx, 2
	call	tidy
	SAY	`conform: `
	mov	si, [steps + bx + 2]
	mov	bp, [steps + bx]
	lodsb				; its kind
	test	al, al
	jz	.plain
	SAY	`promise `
	jmp	.number
.plain:
	SAY	`step `
.number:
	mov	ax, [step]
	call	say_hex8
	SAY	` `
	call	say_text
	SAY	`\n`
	call	bp
	inc	word [step]
	jmp	.next

done:
	call	say_kept
	SAY	`conform: done `
	mov	ax, [counts + 2 * GOOD]
	call	say_decimal
	SAY	` good `
	mov	ax, [counts + 2 * BROKEN]
	call	say_decimal
	SAY	` broken\n`
	jmp	leave_now

; Between steps: segments, flags, and what the last step may have left.
;   keeps  BX
tidy:
	xor	ax, ax
	mov	ds, ax
	mov	es, ax
	cld
	sti
	mov	byte [by_env], 0
	mov	byte [with_cli], 0
	mov	dword [call_stack], 0
	mov	byte [queued], 0
	mov	byte [told], 0
	jmp	block_here

; Finds PXENV+ and !PXE as a boot program must, by what came with it (PXE-12).
;   out    CF = 1: there is no API
find:
	mov	eax, [arrived + came.pxe]
	mov	[pxe_at], eax
	mov	ax, [arrived + came.ebx]
	mov	[env_at], ax
	mov	ax, [arrived + came.es]
	mov	[env_at + 2], ax
	les	bx, [pxe_at]
	call	is_pxe
	je	.pxe
	les	bx, [env_at]
	call	is_pxenv
	jne	.none
	mov	eax, [es:bx + 0x28]
	mov	[pxe_at], eax
	les	bx, [pxe_at]
	call	is_pxe
	je	.pxe
.none:
	cmp	sp, 0
	JUDGE	e, 'PXE-12', 'the boot program finds the API'
	stc
	ret
.pxe:
	mov	eax, [es:bx + 0x10]
	mov	[pxe_entry], eax
	les	bx, [env_at]
	call	is_pxenv
	jne	.no_env
	mov	eax, [es:bx + 0x0a]
	mov	[env_entry], eax
.no_env:
	; Who serves: the DHCP packets say it.
	call	block_here
	mov	word [params], 0xffff
	mov	word [params + 2], 2
	PXE	0x71
	cmp	dword [outcome], 0
	jne	.found
	les	bx, [params + 6]
	mov	eax, [es:bx + 16]
	mov	[our_ip], eax
	mov	eax, [es:bx + 20]
	mov	[server_ip], eax
	mov	eax, [es:bx + 28]
	mov	[our_mac], eax
	mov	ax, [es:bx + 32]
	mov	[our_mac + 4], ax
	cmp	dword [server_ip], 0
	jne	.found
	mov	word [params + 2], 3
	mov	dword [params + 4], 0
	mov	word [params + 8], 0
	PXE	0x71
	les	bx, [params + 6]
	mov	eax, [es:bx + 20]
	mov	[server_ip], eax
.found:
	xor	ax, ax
	mov	es, ax
	clc
	ret

	PXE_FUNCTIONS

; STEP function, 'name' and PROMISED_STEP: a row of the table of steps.
%macro STEP 2
	dw	%1, %%name
	[section .rodata]
%%name:	db	0, %2, 0
	__SECT__
%endmacro
%macro PROMISED_STEP 2
	dw	%1, %%name
	[section .rodata]
%%name:	db	1, %2, 0
	__SECT__
%endmacro

%include "conform_call.inc"
%include "conform_part.inc"
STEPS	equ (steps_end - steps) / 4

; As the part wants it.
leave_now:
%ifdef AT_DONE
	AT_DONE
%endif
	END_RUN	'conform'

	SAY_FUNCTIONS

	section	.bss
arrived_sp:	resw 1
step:		resw 1
pxe_at:		resd 1
env_at:		resd 1
pxe_entry:	resd 1
env_entry:	resd 1
server_ip:	resd 1
our_ip:		resd 1
our_mac:	resb 8
params:		resb 256
	resb	OWN_STACK
own_stack:
