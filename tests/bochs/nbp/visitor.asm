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

; How the registers lie on the stack.
struc came
	.ip:		resw 1		; of start.here
	.cs:		resw 1
	.ss:		resw 1
	.es:		resw 1
	.ds:		resw 1
	.edi:		resd 1
	.esi:		resd 1
	.ebp:		resd 1
	.esp:		resd 1
	.ebx:		resd 1
	.edx:		resd 1
	.ecx:		resd 1
	.eax:		resd 1
	.flags:		resd 1
	.ret:		resd 1
	.pxe:		resd 1
endstruc
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
; What came with us: prints it, notes what is missing, keeps the ways in (PXE-12).
;   in     SS:BP -> struc came
;   breaks everything but segments and BP
entry:
	STEP	'entry'
	mov	ax, [bp + came.ss]
	mov	[came_ss], ax
	lea	ax, [bp + came.ret]
	mov	[came_sp], ax
	SAY	`visit: entry cs:ip `
	mov	ax, [bp + came.cs]
	call	say_hex16
	SAY	`:`
	mov	ax, [bp + came.ip]
	sub	ax, start.here - start
	call	say_hex16
	SAY	` ss:sp `
	mov	ax, [came_ss]
	call	say_hex16
	SAY	`:`
	mov	ax, [came_sp]
	call	say_hex16
	SAY	` ax `
	mov	ax, [bp + came.eax]
	call	say_hex16
	SAY	` es:bx `
	mov	ax, [bp + came.es]
	call	say_hex16
	SAY	`:`
	mov	ax, [bp + came.ebx]
	call	say_hex16
	SAY	` edx `
	mov	eax, [bp + came.edx]
	call	say_hex32
	SAY	` flags `
	mov	ax, [bp + came.flags]
	call	say_hex16
	SAY	`\n`

	cmp	dword [bp + came.ip], start.here
	NOTE	e, 'cs:ip is not 0000:7c00 (PXE-12)'
	test	word [bp + came.flags], 0x200
	NOTE	nz, 'interrupts are off (PXE-12)'
	test	word [bp + came.flags], 0x400
	NOTE	z, 'the direction flag is set (PXE-12)'
	cmp	word [bp + came.eax], 0
	NOTE	e, 'ax is not 0 (PXE-12)'
	cmp	word [came_sp], STACK_WANTED
	NOTE	ae, 'less than 1.5 KiB of stack (PXE-12)'

	; PXENV+ at ES:BX; EDX is the same address in linear form.
	les	bx, [bp + came.pxe]
	mov	[pxe_at], bx
	mov	[pxe_at + 2], es
	mov	bx, [bp + came.ebx]
	mov	es, [bp + came.es]
	mov	[pxenv_at], bx
	mov	[pxenv_at + 2], es
	call	is_pxenv
	NOTE	e, 'no good PXENV+ at es:bx (PXE-12)'
	jne	.no_pxenv
	mov	eax, [es:bx + 0x0a]
	mov	[pxenv_entry], eax
	mov	ax, es
	movzx	eax, ax
	shl	eax, 4
	movzx	ecx, bx
	add	eax, ecx
	cmp	eax, [bp + came.edx]
	NOTE	e, 'edx is not the address of PXENV+ (PXE-12)'
	cmp	word [es:bx + 6], 0x0201
	NOTE	ae, 'PXENV+ is older than 2.1 (PXE-12)'
	cmp	byte [es:bx + 8], 0x2c
	jb	.no_pxenv
	mov	eax, [es:bx + 0x28]
	cmp	eax, [pxe_at]
	NOTE	e, 'PXENV+ names another !PXE than the stack (PXE-12)'
	les	bx, [pxe_at]
	call	is_pxe
	je	.pxe
	mov	[pxe_at], eax
	jmp	.pxe
.no_pxenv:

	; !PXE at SS:[SP + 4], or where PXENV+ says.
.pxe:
	les	bx, [pxe_at]
	call	is_pxe
	NOTE	e, 'no good !PXE (PXE-12)'
	jne	.end
	mov	eax, [es:bx + 0x10]
	mov	[pxe_entry], eax
	SAY	`visit: !PXE `
	mov	eax, [pxe_at]
	call	say_far
	SAY	` entry `
	mov	eax, [pxe_entry]
	call	say_far
	SAY	` PXENV+ `
	mov	eax, [pxenv_at]
	call	say_far
	SAY	` entry `
	mov	eax, [pxenv_entry]
	call	say_far
	SAY	`\n`
.end:
	xor	ax, ax
	mov	es, ax
	ret

; ZF = 1 if a good PXENV+ or !PXE is at ES:BX.
;   breaks CX, SI
is_pxenv:
	cmp	dword [es:bx], 'PXEN'
	jne	not_good
	cmp	word [es:bx + 4], 'V+'
	jne	not_good
	movzx	cx, byte [es:bx + 8]
	cmp	cl, 0x26
	jb	not_good
	jmp	sum_is_zero
is_pxe:
	cmp	dword [es:bx], '!PXE'
	jne	not_good
	movzx	cx, byte [es:bx + 4]
	cmp	cl, 0x58
	jb	not_good
sum_is_zero:
	push	ax
	mov	si, bx
	xor	al, al
.next:
	add	al, [es:si]
	inc	si
	loop	.next
	test	al, al
	pop	ax
	ret
not_good:
	test	sp, sp			; ZF = 0
	ret

%ifdef REREAD
; Looks for the structures where they were.  One that is good may have new ways in.
;   breaks everything but segments
reread:
	les	bx, [pxe_at]
	call	is_pxe
	jne	.no_pxe
	mov	eax, [es:bx + 0x10]
	mov	[pxe_entry], eax
	SAY	`visit: reread !PXE good\n`
	jmp	.pxenv
.no_pxe:
	SAY	`visit: reread !PXE destroyed\n`
.pxenv:
	les	bx, [pxenv_at]
	call	is_pxenv
	jne	.no_pxenv
	mov	eax, [es:bx + 0x0a]
	mov	[pxenv_entry], eax
	SAY	`visit: reread PXENV+ good\n`
	jmp	.end
.no_pxenv:
	SAY	`visit: reread PXENV+ destroyed\n`
.end:
	xor	ax, ax
	mov	es, ax
	ret
%endif

; Asks for the DHCP ACK through !PXE, and through PXENV+ (PXE-1, PXE-7).
;   breaks everything but segments
pxe_call:
	mov	eax, [pxe_entry]
	mov	[far_entry], eax
	test	eax, eax
	jz	no_entry
	READY	EAX_MAY, 'pxe', 'PXE-1'
	jmp	ask_packet
pxenv_call:
	mov	eax, [pxenv_entry]
	mov	[far_entry], eax
	test	eax, eax
	jz	no_entry
	READY	EAX_MAY, 'pxenv', 'PXE-1'
	mov	word [given + regs.ebx], GET_CACHED_INFO
	mov	word [given + regs.es], 0
	mov	word [given + regs.edi], parameters
ask_packet:
	mov	di, parameters
	mov	cx, 12 / 2
	xor	ax, ax
	rep stosw
	dec	ax
	mov	[parameters], ax
	mov	word [parameters + 2], PACKET_ACK
	call	guarded
	SAY	`visit: `
	mov	si, [who]
	call	say_text
	SAY	` status `
	mov	ax, [parameters]
	call	say_hex16
	call	say_ax
	cmp	word [got + regs.eax], 1
	CHECK	be, 'ax is neither success nor failure (PXE-1)'
	cmp	word [parameters], 1	; CF = 1: success
	sbb	ax, ax
	cmp	word [got + regs.eax], 1
	sbb	bx, bx
	cmp	ax, bx
	CHECK	e, 'ax does not agree with the status (PXE-1)'
	test	ax, ax
	jz	.end
	mov	cx, [parameters + 4]
	les	bx, [parameters + 6]
	SAY	`visit: packet `
	mov	ax, cx
	call	say_hex16
	SAY	` bytes at `
	mov	eax, [parameters + 6]
	call	say_far
	SAY	`\n`
	cmp	cx, 240
	CHECK	ae, 'the packet is too short (PXE-7)'
	cmp	byte [es:bx], 2
	CHECK	e, 'the packet is no answer (PXE-7)'
	cmp	dword [es:bx + 236], 0x63538263
	CHECK	e, 'the packet has no DHCP options (PXE-7)'
.end:
	xor	ax, ax
	mov	es, ax
	ret
no_entry:
	SAY	`visit: no entry\n`
	ret

; Installation check (PXE-4).
;   breaks everything but segments
int1a:
	READY	EAX_MAY | EBX_MAY | EDX_MAY | ES_MAY, 'int1a', 'PXE-4'
	mov	word [given + regs.eax], 0x5650
	mov	al, 0x1a
	call	soft
	SAY	`visit: int1a cf `
	call	say_carry
	SAY	` es:bx `
	mov	ax, [got + regs.es]
	call	say_hex16
	SAY	`:`
	mov	ax, [got + regs.ebx]
	call	say_hex16
	call	say_ax
	test	byte [got + regs.flags], 1
	jnz	.none
	cmp	word [got + regs.eax], 0x564e
	jne	.none
	mov	es, [got + regs.es]
	mov	bx, [got + regs.ebx]
	call	is_pxenv
	CHECK	e, 'int 1ah leads to no good PXENV+ (PXE-4)'
	mov	ax, es
	movzx	eax, ax
	shl	eax, 4
	movzx	ebx, bx
	add	eax, ebx
	cmp	eax, [got + regs.edx]
	NOTE	e, 'edx is not the address of PXENV+ (PXE-4)'
	xor	ax, ax
	mov	es, ax
	ret
.none:
	SAY	`visit: note int 1ah 5650h is not answered (PXE-4)\n`
	ret
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

; Patterns for every register; what may change is in `may`.
;   breaks CX, SI, DI
ready:
	mov	si, patterns
	mov	di, given
	mov	cx, regs_size / 2
	rep movsw
	ret

; Calls interrupt AL.  Not by INT: the number is no constant.
;   breaks everything but segments
soft:
	movzx	bx, al
	shl	bx, 2
	mov	eax, [bx]
	mov	[far_entry], eax
	mov	byte [by_int], 1
	jmp	guarded.call

; Calls [far_entry] with the registers of `given` and the arguments of a !PXE call, keeps what came
; back in `got`, and says what should not have changed.  The stack may be lost: nothing on it
; is needed behind the call.
;   breaks everything but segments
guarded:
	mov	byte [by_int], 0
.call:
	pop	word [back]
	push	ds
	push	word parameters
	push	word GET_CACHED_INFO
	mov	[given + regs.ss], ss
	mov	[given + regs.sp], sp
	mov	eax, [given + regs.eax]
	mov	ebx, [given + regs.ebx]
	mov	ecx, [given + regs.ecx]
	mov	edx, [given + regs.edx]
	mov	esi, [given + regs.esi]
	mov	edi, [given + regs.edi]
	mov	ebp, [given + regs.ebp]
	mov	es, [given + regs.es]
	mov	fs, [given + regs.fs]
	mov	gs, [given + regs.gs]
	mov	ds, [given + regs.ds]
	cmp	byte [cs:by_int], 0
	jne	.by_int
	sti
	call	far [cs:far_entry]
	jmp	.came_back
.by_int:
	sti
	stc
	pushf
	cli
	call	far [cs:far_entry]
.came_back:
	mov	[cs:got + regs.ss], ss
	mov	[cs:got + regs.sp], sp
	mov	ss, [cs:given + regs.ss]
	mov	sp, [cs:given + regs.sp]
	pushf
	pop	word [cs:got + regs.flags]
	mov	[cs:got + regs.ds], ds
	mov	[cs:got + regs.es], es
	mov	[cs:got + regs.fs], fs
	mov	[cs:got + regs.gs], gs
	mov	[cs:got + regs.eax], eax
	xor	ax, ax
	mov	ds, ax
	mov	es, ax
	mov	[got + regs.ebx], ebx
	mov	[got + regs.ecx], ecx
	mov	[got + regs.edx], edx
	mov	[got + regs.esi], esi
	mov	[got + regs.edi], edi
	mov	[got + regs.ebp], ebp
	cld
	sti
	add	sp, 6
	push	word [back]

	mov	dx, [may]
	xor	bx, bx
.compare:
	shr	dx, 1
	jc	.right
	mov	eax, [given + bx]
	cmp	eax, [got + bx]
	je	.right
	lea	si, [names + bx]
	call	say_changed
.right:
	add	bx, 4
	cmp	bx, COMPARED * 4
	jb	.compare
	mov	si, names.if
	test	word [got + regs.flags], 0x200
	jnz	.if_right
	call	say_changed
.if_right:
	mov	si, names.df
	test	word [got + regs.flags], 0x400
	jz	.df_right
	call	say_changed
.df_right:
	ret

; Says that the call lost the register whose name is at SI.
;   breaks AX, SI
say_changed:
	push	si
	SAY	`visit: FAILED: `
	mov	si, [who]
	call	say_text
	SAY	` does not keep `
	pop	si
	call	say_text
	SAY	` (`
	mov	si, [clause]
	call	say_text
	SAY	`)\n`
	ret

; Prints the zero-ended text at DS:SI.
;   breaks AL, SI
say_text:
	lodsb
	test	al, al
	jz	.end
	out	E9_PORT, al
	jmp	say_text
.end:
	ret

; Prints EAX as segment:offset.
;   keeps  everything
say_far:
	ror	eax, 16
	call	say_hex16
	SAY	`:`
	ror	eax, 16
	jmp	say_hex16

; Prints the AX that came back, and ends the line; prints its carry flag.
;   breaks AX
say_ax:
	SAY	` ax `
	mov	ax, [got + regs.eax]
	call	say_hex16
	SAY	`\n`
	ret
say_carry:
	mov	al, [got + regs.flags]
	and	al, 1
	jmp	say_hex8

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
%if SECTORS
	times	SECTORS * 512 - ($ - $$) db 0
%endif
