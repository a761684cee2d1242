; SPDX-License-Identifier: BSD-2-Clause
; A boot program that looks at everything the PXE specification promises it (PXE-12),
; makes one PXE call both ways, takes the witness' snapshot "nbp", and then
;   -DKIB=n            grows the EBDA as a DOS or a RAID loader would, then takes the
;                      snapshot "moved"; with -DNAIVE=1 it does not ask who else is there
;   -DCALL_AGAIN=1     makes the PXE call again after that
;   -DBREAK_BLOCK=1    destroys ebb's block, as a stale writer would, then takes the snapshot
;                      "broken"
;   -DWALKS=1          walks E820 with every size of buffer, again and again, in any order
;   -DA20_OFF=1        switches A20 off first; it must be off after each call
;   -DTHEN_RETURN=n    returns with RETF and AX = n (not after -DKIB)
;   -DTHEN_INT18=1     leaves with INT 18h
;   otherwise          ends the run
	cpu	386
	bits	16
	org	0x7c00
%include "say.inc"
%include "witness.inc"
%include "pxe.inc"
%ifdef KIB
%include "grow.inc"
%endif
%ifdef WALKS
%include "walks.inc"
%endif

GET_CACHED_INFO	equ 0x71
PACKET_ACK	equ 2
PACKET_LEN	equ 1260
PACKET_AT	equ 0xd000		; 0:D000, free
STACK_WANTED	equ 1536

%macro CHECK 2				; condition to be true, text
	j%1	%%good
	SAY	`hello: FAILED: `, %2, `\n`
%%good:
%endmacro

; A call must leave A20 as it was.
%macro CHECK_A20 0
%ifdef A20_OFF
	call	a20_is_on
	CHECK	z, 'the call left A20 on'
%endif
%endmacro

start:
	; Registers as they came, before anything touches them.
	mov	[cs:saved_sp], sp
	mov	[cs:saved_ss], ss
	mov	[cs:saved_ax], ax
	mov	[cs:saved_es], es
	mov	[cs:saved_bx], bx
	mov	[cs:saved_edx], edx
	pushf
	pop	word [cs:saved_flags]
	push	cs
	pop	ds
	cld
	call	.here
.here:
	pop	si
	SAY	`hello: cs:ip `
	mov	ax, cs
	call	say_hex16
	SAY	`:`
	lea	ax, [si - (.here - start)]
	call	say_hex16
	SAY	` ss:sp `
	mov	ax, [saved_ss]
	call	say_hex16
	SAY	`:`
	mov	ax, [saved_sp]
	call	say_hex16
	SAY	` ax `
	mov	ax, [saved_ax]
	call	say_hex16
	SAY	` es:bx `
	mov	ax, [saved_es]
	call	say_hex16
	SAY	`:`
	mov	ax, [saved_bx]
	call	say_hex16
	SAY	` edx `
	mov	eax, [saved_edx]
	call	say_hex32
	SAY	` flags `
	mov	ax, [saved_flags]
	call	say_hex16
	SAY	`\n`

	mov	ax, cs
	test	ax, ax
	CHECK	z, 'cs is not 0'
	cmp	si, .here
	CHECK	e, 'ip is not 7c00'
	test	word [saved_flags], 0x200
	CHECK	nz, 'interrupts are off'
	cmp	word [saved_ax], 0
	CHECK	e, 'ax is not 0'
	cmp	word [saved_sp], STACK_WANTED
	CHECK	ae, 'less than 1.5 KiB of stack'

	; PXENV+ at ES:BX, and EDX the same address in linear form.
	les	bx, [saved_bx]
	cmp	dword [es:bx], 'PXEN'
	CHECK	e, 'no PXENV+ at es:bx'
	cmp	word [es:bx + 4], 'V+'
	CHECK	e, 'no PXENV+ at es:bx'
	cmp	word [es:bx + 6], 0x0201
	CHECK	e, 'PXENV+ is not version 2.1'
	cmp	byte [es:bx + 8], 0x2c
	CHECK	ae, 'PXENV+ is shorter than 2ch'
	movzx	cx, byte [es:bx + 8]
	call	sum_is_zero
	CHECK	z, 'PXENV+ does not sum to 0'
	movzx	eax, word [saved_es]
	shl	eax, 4
	movzx	ecx, word [saved_bx]
	add	eax, ecx
	cmp	eax, [saved_edx]
	CHECK	e, 'edx is not the address of PXENV+'
	mov	eax, [es:bx + 0x28]
	mov	[pxe_from_env], eax

	; !PXE at SS:[SP + 4], and PXENV+ names the same one.
	les	bx, [saved_sp]
	les	bx, [es:bx + 4]
	mov	[pxe_bx], bx
	mov	[pxe_bx + 2], es
	cmp	dword [es:bx], '!PXE'
	CHECK	e, 'no !PXE at ss:[sp + 4]'
	movzx	cx, byte [es:bx + 4]
	cmp	cl, 0x58
	CHECK	ae, '!PXE is shorter than 58h'
	call	sum_is_zero
	CHECK	z, '!PXE does not sum to 0'
	mov	eax, [pxe_bx]
	cmp	eax, [pxe_from_env]
	CHECK	e, 'PXENV+ and the stack name different !PXE'

%ifdef A20_OFF
	in	al, 0x92
	and	al, 0xfc		; bit 0 resets the machine
	out	0x92, al
	call	a20_is_on
	CHECK	z, 'A20 stays on'
	SAY	`hello: a20 off\n`
%endif

	; One call through !PXE (arguments on the stack) and one through PXENV+.  Both
	; must come back with registers and segments unharmed.
	mov	eax, [es:bx + 0x10]
	mov	[entry_sp], eax
	call	ask_ack
	push	ds
	push	word parameters
	push	word GET_CACHED_INFO
	mov	ebx, 0x12345678
	mov	bp, sp
	call	far [entry_sp]
	cmp	bp, sp
	CHECK	e, 'the call moved sp'
	add	sp, 6
	cmp	ebx, 0x12345678
	CHECK	e, 'the call changed ebx'
	CHECK_A20
	SAY	`hello: pxe 0071 ax `
	call	say_hex16
	SAY	` status `
	mov	ax, [parameters]
	call	say_hex16
	SAY	`\n`

	les	bx, [saved_bx]
	mov	eax, [es:bx + 0x0a]
	mov	[entry], eax
	call	ask_ack
	push	ds
	pop	es
	mov	di, parameters
	mov	bx, GET_CACHED_INFO
	call	far [entry]
	CHECK_A20
	SAY	`hello: pxenv 0071 ax `
	call	say_hex16
	SAY	` status `
	mov	ax, [parameters]
	call	say_hex16
	SAY	`\n`

	; INT 1Ah 5650h leads to the same PXENV+.
	mov	ax, 0x5650
	stc
	int	0x1a
	jc	.no_1a
	cmp	ax, 0x564e
	jne	.no_1a
	mov	ax, es
	cmp	ax, [saved_es]
	CHECK	e, 'int 1ah names another PXENV+'
	cmp	bx, [saved_bx]
	CHECK	e, 'int 1ah names another PXENV+'
	CHECK_A20
	SAY	`hello: int 1a answers\n`
	jmp	.witness
.no_1a:
	SAY	`hello: int 1a does not answer\n`
.witness:
	push	cs
	pop	ds
	SNAPSHOT 'nbp'
%ifdef WALKS
	call	walks
%endif

%ifdef KIB
	; Our stack was PXE's, and whoever moves without looking writes over it.
	xor	ax, ax
	mov	ss, ax
	mov	sp, start
	call	grow
	SNAPSHOT 'moved'
	xor	ax, ax
	mov	ds, ax
%endif
%ifdef BREAK_BLOCK
	; One byte, wherever above us the block is.
	mov	dx, 0x9000
.search:
	mov	es, dx
	cmp	dword [es:0], 'ebb:'
	jne	.no_block
	cmp	dword [es:4], 'bloc'
	je	.block
.no_block:
	inc	dx
	cmp	dx, 0xa000
	CHECK	ne, 'no block below 640 KiB'
	jmp	.search
.block:
	not	byte [es:0x20]
	SAY	`hello: block destroyed\n`
	SNAPSHOT 'broken'
	xor	ax, ax
	mov	ds, ax
%endif
%ifdef CALL_AGAIN
	; By the entry that !PXE named: !PXE itself may be gone.
	call	ask_ack
	push	ds
	push	word parameters
	push	word GET_CACHED_INFO
	call	far [entry_sp]
	add	sp, 6
	SAY	`hello: pxe again 0071 ax `
	call	say_hex16
	SAY	` status `
	mov	ax, [parameters]
	call	say_hex16
	SAY	`\n`
%endif
%ifdef THEN_RETURN
	SAY	`hello: returning\n`
	mov	ss, [saved_ss]
	mov	sp, [saved_sp]
	mov	ax, THEN_RETURN
	retf
%elifdef THEN_INT18
	SAY	`hello: int 18\n`
	int	0x18
%endif
	END_RUN	'hello'

; Parameters of the calls: a copy of the DHCP ACK (PXE-7).
ask_ack:
	mov	word [parameters], 0xffff
	mov	word [parameters + 2], PACKET_ACK
	mov	word [parameters + 4], PACKET_LEN
	mov	dword [parameters + 6], PACKET_AT
	ret

	SUM_FUNCTION

%ifdef A20_OFF
; ZF = 0 if FFFF:0210 is another byte than 0:0200, where the vector of INT 80h is.
;   keeps  everything else
a20_is_on:
	push	ds
	push	es
	push	ax
	xor	ax, ax
	mov	ds, ax
	dec	ax
	mov	es, ax
	mov	al, [0x200]
	mov	ah, [es:0x210]
	not	byte [0x200]
	xor	ah, [es:0x210]		; the same byte changes with it
	mov	[0x200], al
	xor	ah, 0xff
	pop	ax
	pop	es
	pop	ds
	ret
%endif

	SAY_FUNCTIONS
	WITNESS_FUNCTIONS
%ifdef KIB
	GROW_FUNCTION `hello`
%endif
%ifdef WALKS
	WALKS_FUNCTION `hello`
%endif

	align	4, db 0
saved_sp:	dw 0
saved_ss:	dw 0
saved_bx:	dw 0
saved_es:	dw 0
saved_ax:	dw 0
saved_flags:	dw 0
saved_edx:	dd 0
pxe_bx:		dd 0
pxe_from_env:	dd 0
entry:		dd 0
entry_sp:	dd 0
parameters:
	times	16 db 0
