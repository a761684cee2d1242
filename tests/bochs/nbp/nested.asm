; SPDX-License-Identifier: BSD-2-Clause
; A boot program whose timer handler calls the PXE API within a call that waits (PXE-3): UNDI_ISR
; START at every tick, on the interrupted stack, while TFTP_OPEN waits for a server that is not
; there.  The call under way must not notice.  Then RESTART_TFTP: hello.bin runs in its place.
;   -DSERVER=a,b,c,d   an address where nobody answers [10,0,2,77]
;   -DBOOT=a,b,c,d     the boot server [10,0,2,2]
	cpu	386
	bits	16
	org	0x7c00
%include "say.inc"
%ifndef SERVER
%define SERVER 10,0,2,77
%endif
%ifndef BOOT
%define BOOT 10,0,2,2
%endif

UNDI_ISR	equ 0x14
ISR_START	equ 1
ISR_NOT_OURS	equ 1
TFTP_OPEN	equ 0x20
RESTART_TFTP	equ 0x73
USER_TICK	equ 4 * 0x1c
TICKS_WANTED	equ 5

%macro CHECK 2				; condition to be true, text
	j%1	%%good
	SAY	`nested: FAILED: `, %2, `\n`
%%good:
%endmacro

	; !PXE is at SS:[SP + 4]; a stack of our own, for the ROM's is in the window.
	mov	bp, sp
	les	bx, [bp + 4]
	mov	eax, [es:bx + 0x10]
	xor	cx, cx
	mov	ds, cx
	mov	es, cx
	mov	ss, cx
	mov	sp, 0x7c00
	mov	[entry], eax
	cli
	mov	eax, [USER_TICK]
	mov	[old_tick], eax
	mov	dword [USER_TICK], tick
	sti

	mov	bx, TFTP_OPEN
	mov	di, open
	mov	byte [inside], 1
	call	pxe
	mov	byte [inside], 0
	cmp	ax, 1
	CHECK	e, 'nobody answers, and it opens'
	cmp	word [open], 1
	CHECK	a, 'the status says too little'
	SAY	`nested: open ax `
	call	say_hex16
	SAY	` status `
	mov	ax, [open]
	call	say_hex16
	SAY	`\n`
	cli
	mov	eax, [old_tick]
	mov	[USER_TICK], eax
	sti
	cmp	word [calls], TICKS_WANTED
	CHECK	ae, 'hardly a tick came in'
	cmp	word [wrong], 0
	CHECK	e, 'a nested call was not answered as it should be'
	SAY	`nested: ticks came in\n`

	; And a call behind all that.
	mov	bx, UNDI_ISR
	mov	di, isr
	mov	word [isr + 2], ISR_START
	call	pxe
	SAY	`nested: isr status `
	mov	ax, [isr]
	call	say_hex16
	SAY	`\n`

	mov	bx, RESTART_TFTP
	mov	di, restart
	call	pxe
	SAY	`nested: FAILED: RESTART_TFTP returned, status `
	mov	ax, [restart]
	call	say_hex16
	SAY	`\n`
	END_RUN	'nested'

; Calls function BX with the parameters at DI.
;   out    AX
pxe:
	push	ds
	push	di
	push	bx
	call	far [cs:entry]
	add	sp, 6
	ret

; INT 1Ch.
tick:
	push	ds
	pushad
	push	cs
	pop	ds
	cmp	byte [inside], 0
	je	.pass
	inc	word [calls]
	mov	word [nested], 0xeeee
	mov	word [nested + 2], ISR_START
	mov	ecx, 0x1234abcd
	mov	bx, UNDI_ISR
	mov	di, nested
	call	pxe
	cmp	ecx, 0x1234abcd
	jne	.wrong
	cmp	ax, [nested]
	jne	.wrong
	test	ax, ax
	jnz	.wrong
	cmp	word [nested + 2], ISR_NOT_OURS
	je	.pass
.wrong:
	inc	word [wrong]
.pass:
	popad
	pop	ds
	jmp	far [cs:old_tick]

	SAY_FUNCTIONS

	align	4, db 0
entry:		dd 0
old_tick:	dd 0
calls:		dw 0
wrong:		dw 0
inside:		dw 0
isr:		times 16 db 0
nested:		times 16 db 0
open:
	dw	0xeeee
	db	SERVER
	dd	0
.name:
	db	"nobody"
	times	128 - ($ - .name) db 0
	db	0, 69
	dw	512
restart:
	dw	0xeeee
.name:
	db	"hello.bin"
	times	128 - ($ - .name) db 0
	dd	0x8000			; of buffer: 0:7C00 and up
	dd	0x7c00
	db	BOOT
	dd	0, 0
	dw	0, 0, 0, 0
