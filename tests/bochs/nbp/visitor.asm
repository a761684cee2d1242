; SPDX-License-Identifier: BSD-2-Clause
; A boot program for any PXE ROM: uses what the ROM offers, lets the neighbours act, and uses it
; again.  It forgives: what is wrong is said and the visit goes on.  Before each step it prints
; "visit: step NAME", so that a hang names its step.  Snapshots: "nbp", and "moved" behind the
; neighbours' act.  What the ROM leaves out is a line "visit: note TEXT (CLAUSE)"; what it breaks is
; "visit: FAILED: TEXT (CLAUSE)".
;   -DPXE=0            there is no PXE: a boot sector that loads its rest; -DSECTORS=n: image size
;   -DAPI=0            after the act it calls the BIOS only, not PXE
;   -DSTACK=pxe        stays on the stack it was given (own: moves to its own before the act)
;   -DWAIT=n           lets n timer ticks pass before the act
;   -DREREAD=1         looks after the act whether the PXE structures are still there
;   -DLEAVE=int18      how it ends: int18, retf (AX = -DSTATUS=n), end (ends the run)
	cpu	386
	bits	16
	org	0x7c00
%include "say.inc"
%include "witness.inc"
%include "neighbours.inc"
%include "pxe.inc"
%ifndef PXE
%define PXE 1
%endif
%ifndef API
%define API 1
%endif
%ifndef STACK
%define STACK own
%endif
%ifndef WAIT
%define WAIT 0
%endif
%ifndef LEAVE
%define LEAVE int18
%endif
%ifndef STATUS
%define STATUS 0
%endif
%ifndef SECTORS
%define SECTORS 0
%endif
%ifidn STACK,own
%elifnidn STACK,pxe
%error "STACK is own or pxe"
%endif

GET_CACHED_INFO	equ 0x71
PACKET_ACK	equ 2
PACKET_LEN	equ 1260
STACK_WANTED	equ 1536
OWN_STACK	equ 2048
E820_SIZE	equ 24
E820_MOST	equ 128
TICKS		equ 0x46c
PIT_COUNT	equ 0x40
PIT_COMMAND	equ 0x43
PIT_PERIODS	equ 64			; of 27 or 55 ms, without a tick in them

; What a call is given, and what it comes back with.
struc regs
	.eax:		resd 1
	.ebx:		resd 1
	.ecx:		resd 1
	.edx:		resd 1
	.esi:		resd 1
	.edi:		resd 1
	.ebp:		resd 1
	.ds:		resd 1
	.es:		resd 1
	.fs:		resd 1
	.gs:		resd 1
	.ss:		resd 1
	.sp:		resd 1
	.flags:		resd 1
endstruc
COMPARED	equ regs.flags / 4
; Bits of `may`: what a call may change.
EAX_MAY		equ 1 << regs.eax / 4
EBX_MAY		equ 1 << regs.ebx / 4
ECX_MAY		equ 1 << regs.ecx / 4
EDX_MAY		equ 1 << regs.edx / 4
ES_MAY		equ 1 << regs.es / 4

%macro STEP 1
	SAY	`visit: step `, %1, `\n`
%endmacro

%macro NOTE 2				; condition to be true, text with clause
	j%1	%%good
	SAY	`visit: note `, %2, `\n`
%%good:
%endmacro

%macro CHECK 2
	j%1	%%good
	SAY	`visit: FAILED: `, %2, `\n`
%%good:
%endmacro

; READY mask, "name", "clause": registers full of patterns for one call.
%macro READY 3
	mov	word [may], %1
	mov	word [who], %%who
	mov	word [clause], %%clause
	call	ready
	jmp	%%ready
%%who:
	db	%2, 0
%%clause:
	db	%3, 0
%%ready:
%endmacro

%if PXE
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
	jmp	0:visit

	PXE_CAME
%else
MORE	equ (image_end - start - 1) / 512	; sectors behind the first
start:
	cli
	xor	ax, ax
	mov	ds, ax
	mov	es, ax
	mov	ss, ax
	mov	sp, start
	sti
	cld

	; The rest lies behind the boot sector, on the same track; three tries, as floppy drives
	; need them.
	mov	bp, 3
.again:
	mov	ax, 0x0200 + MORE
	mov	bx, 0x7e00
	mov	cx, 2
	xor	dh, dh
	int	0x13
	jnc	visit
	xor	ah, ah
	int	0x13
	dec	bp
	jnz	.again
	SAY	`visit: FAILED to read itself\n`
	int	0x18
%endif
	SAY_FUNCTIONS
%if PXE == 0
	times	510 - ($ - $$) db 0
	dw	0xaa55
%if MORE > 17
%error "longer than the first track of a floppy"
%endif
%endif

visit:
	cld
	xor	ax, ax
	mov	ds, ax
	mov	es, ax
%if PXE
	mov	bp, sp
	call	entry
%endif
	sti
	STEP	'snapshot nbp'
	SNAPSHOT 'nbp'

	STEP	'act'
%ifidn STACK,own
	xor	ax, ax
	mov	ss, ax
	mov	sp, own_stack
%endif
%if WAIT
	mov	cx, WAIT
	call	wait_ticks
%endif
	mov	al, MOMENT_nbp
	call	neighbours

%if PXE
%ifdef REREAD
	STEP	'reread'
	call	reread
%endif
%if API
	STEP	'pxe'
	call	pxe_call
	STEP	'pxenv'
	call	pxenv_call
	STEP	'int1a'
	call	int1a
%endif
%endif
	STEP	'e820'
	call	e820
	STEP	'e801'
	READY	EAX_MAY | EBX_MAY | ECX_MAY | EDX_MAY, 'e801', 'HOOK-2'
	mov	word [given + regs.eax], 0xe801
	mov	al, 0x15
	call	soft
	SAY	`visit: e801 cf `
	call	say_carry
	SAY	` ax `
	mov	ax, [got + regs.eax]
	call	say_hex16
	SAY	` bx `
	mov	ax, [got + regs.ebx]
	call	say_hex16
	SAY	` cx `
	mov	ax, [got + regs.ecx]
	call	say_hex16
	SAY	` dx `
	mov	ax, [got + regs.edx]
	call	say_hex16
	SAY	`\n`
	STEP	'e88'
	READY	EAX_MAY, 'e88', 'HOOK-2'
	mov	byte [given + regs.eax + 1], 0x88
	mov	al, 0x15
	call	soft
	SAY	`visit: e88 cf `
	call	say_carry
	call	say_ax
	STEP	'int12'
	READY	EAX_MAY, 'int12', 'HOOK-2'
	mov	al, 0x12
	call	soft
	SAY	`visit: int12`
	call	say_ax
	mov	ax, [got + regs.eax]
	cmp	ax, [BDA_BASE_KB]
	CHECK	e, 'int 12h does not answer 40:13 (HIDE-1)'
	STEP	'int13'
	READY	EAX_MAY, 'int13', 'HOOK-2'
	mov	word [given + regs.eax], 0
	mov	dword [given + regs.edx], 0
	mov	al, 0x13
	call	soft
	SAY	`visit: int13 cf `
	call	say_carry
	call	say_ax
	STEP	'timer'
	mov	cx, 2
	call	wait_ticks
	STEP	'snapshot moved'
	SNAPSHOT 'moved'
	STEP	'look'
	mov	al, MOMENT_look
	call	neighbours
	SAY	`visit: step done\nvisit: done\n`

%ifidn LEAVE,retf
	mov	ss, [came_ss]
	mov	sp, [came_sp]
	mov	ax, STATUS
	retf
%elifidn LEAVE,int18
	int	0x18
	END_RUN	'visitor'
%elifidn LEAVE,end
	END_RUN	'visitor'
%else
%error "LEAVE is int18, retf or end"
%endif

%if PXE
%include "visitor_pxe.inc"
%endif

; Walks E820 to its end.
;   breaks everything but segments
e820:
	mov	dword [next_entry], 0
	mov	word [count], 0
.next:
	READY	EAX_MAY | EBX_MAY | ECX_MAY | EDX_MAY, 'e820', 'HOOK-2'
	mov	eax, [next_entry]
	mov	[given + regs.ebx], eax
	mov	dword [given + regs.eax], 0xe820
	mov	dword [given + regs.ecx], 20
	mov	dword [given + regs.edx], SMAP
	mov	word [given + regs.es], 0
	mov	dword [given + regs.edi], buffer
	mov	al, 0x15
	call	soft
	test	byte [got + regs.flags], 1
	jnz	.refused
	cmp	dword [got + regs.eax], SMAP
	CHECK	e, 'e820 does not answer SMAP (HIDE-4)'
	jne	.end
	inc	word [count]
	mov	eax, [got + regs.ebx]
	mov	[next_entry], eax
	test	eax, eax
	jz	.end
	cmp	word [count], E820_MOST
	jb	.next
	SAY	`visit: FAILED: e820 has no end (HIDE-4)\n`
.end:
	SAY	`visit: e820 entries `
	mov	ax, [count]
	call	say_hex8
	SAY	`\n`
	ret
.refused:
	SAY	`visit: e820 carry behind entries `
	mov	ax, [count]
	call	say_hex8
	SAY	`\n`
	ret

; Lets CX timer ticks come.  The timer's own count bounds it, so that no speed matters.
;   breaks everything but segments
wait_ticks:
	sti
	mov	si, PIT_PERIODS
	mov	eax, [TICKS]
	mov	[tick], eax
	mov	dx, 0xffff
.look:
	mov	eax, [TICKS]
	cmp	eax, [tick]
	je	.same
	mov	[tick], eax
	mov	si, PIT_PERIODS
	loop	.look
	SAY	`visit: ticks came\n`
	ret
.same:
	; The count goes down, and starts again from the top once or twice a tick.
	pushf
	cli
	mov	al, 0
	out	PIT_COMMAND, al
	in	al, PIT_COUNT
	mov	ah, al
	in	al, PIT_COUNT
	xchg	al, ah
	popf
	cmp	ax, dx
	mov	dx, ax
	jbe	.look
	dec	si
	jnz	.look
	SAY	`visit: FAILED: no timer ticks come (PXE-3)\n`
	ret

%include "visitor_call.inc"

	WITNESS_FUNCTIONS
	NEIGHBOURS_FUNCTION

	align	4, db 0
patterns:
	dd	0xa1a1a1a1, 0xb2b2b2b2, 0xc3c3c3c3, 0xd4d4d4d4, 0x51515151, 0x61616161, 0x71717171
	dd	0, 0x1111, 0x2222, 0x3333, 0, 0, 0
names:
	db	'eax', 0, 'ebx', 0, 'ecx', 0, 'edx', 0, 'esi', 0, 'edi', 0, 'ebp', 0
	db	'ds', 0, 0, 'es', 0, 0, 'fs', 0, 0, 'gs', 0, 0, 'ss', 0, 0, 'sp', 0, 0
.if:	db	'if', 0
.df:	db	'df', 0
	align	4, db 0
given:		times regs_size db 0
got:		times regs_size db 0
far_entry:	dd 0
next_entry:	dd 0
tick:		dd 0
pxe_at:		dd 0
pxe_entry:	dd 0
pxenv_at:	dd 0
pxenv_entry:	dd 0
parameters:	times 12 db 0
buffer:		times E820_SIZE db 0
came_ss:	dw 0
came_sp:	dw 0
back:		dw 0
may:		dw 0
who:		dw 0
clause:		dw 0
count:		dw 0
by_int:		db 0
	align	16, db 0
image_end:
; Behind the image: free memory, ours as long as we run.
own_stack	equ image_end + OWN_STACK
packet		equ own_stack
%if SECTORS
	times	SECTORS * 512 - ($ - $$) db 0
%endif
