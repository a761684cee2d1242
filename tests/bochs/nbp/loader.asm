; SPDX-License-Identifier: BSD-2-Clause
; A boot disk with a second network stack: long after POST, without any boot from the network, it
; looks for a UNDI ROM ID among the option ROMs, has the UNDI loader put UNDI into memory of its
; own (PXE-21), calls the API, and stops it.  Ends the run as the disk does, with the snapshots
; "loaded" and "after".
;   -DWANT=n        the loader must fail with this status word, and nothing more is done [0]
;   -DSECTORS=n     the image's size
;   -DLOWER=0       takes the memory without lowering 40:13, as from a DOS that owns it [1]
	cpu	486
	bits	16
	org	0x7c00
%include "say.inc"
%include "disk.inc"
%include "witness.inc"
%include "neighbours.inc"
%include "bda.inc"
%include "pxe.inc"
%ifndef WANT
%define WANT 0
%endif
%ifndef LOWER
%define LOWER 1
%endif

LOADER_STACK	equ 512			; what the ROM ID may ask for at most
API_STACK	equ 256
STACK_TOP	equ 0x7800		; 0:7800, free
STACK_FILL	equ 0x5a
START_UNDI	equ 0
UNDI_STARTUP	equ 1
UNDI_CLEANUP	equ 2
UNDI_INITIALIZE	equ 3
UNDI_SHUTDOWN	equ 5
UNDI_OPEN	equ 6
UNDI_CLOSE	equ 7
STOP_UNDI	equ 0x15
DIRECTED_BROADCAST equ 3		; packet filter
UNKNOWN_CALL	equ 0x99
STATUS_UNSUPPORTED equ 3
STATUS_BAD_STATE equ 0x6a
STATUS_BAD_MODE	equ 0xa2
STATUS_NO_MEMORY equ 0xc0
CODE_WANTED	equ 0x1800
DATA_WANTED	equ 0x4000

struc rom_id
	.signature:	resd 1
	.length:	resb 1
	.sum:		resb 1
	.revision:	resb 1
	.version:	resb 3
	.loader:	resw 1
	.stack:		resw 1
	.data:		resw 1
	.code:		resw 1
	.bus:		resd 1
endstruc

struc params
	.status:	resw 1
	.ax:		resw 1
	.bx:		resw 1
	.dx:		resw 1
	.di:		resw 1
	.es:		resw 1
	.undi_ds:	resw 1
	.undi_cs:	resw 1
	.pxe:		resd 1
	.pxenv:		resd 1
endstruc

%macro CHECK 2				; condition to be true, text
	j%1	%%good
	SAY	`second: FAILED: `, %2, `\n`
%%good:
%endmacro

; The loader must refuse, with this status, and leave the output as it was.
%macro REFUSED 2
	call	load
	cmp	ax, 1
	CHECK	e, %2
	cmp	word [block + params.status], %1
	CHECK	e, %2
	cmp	dword [block + params.pxe], 0
	CHECK	e, %2
%endmacro

MORE	equ (body_end - body + 511) / 512

start:
	DISK_START body, MORE

body:
	mov	al, MOMENT_look
	call	neighbours
	call	find_rom
	jc	.none
	SAY	`second: undi rom id at `
	mov	ax, [rom_seg]
	call	say_hex16
	SAY	`:`
	mov	ax, [id_off]
	call	say_hex16
	SAY	` loader `
	mov	ax, [loader]
	call	say_hex16
	SAY	` stack `
	mov	ax, [stack_size]
	call	say_hex16
	SAY	`\n`

	; Memory, as a second stack takes it: at the top of base memory.
	mov	ax, [BDA_BASE_KB]
	mov	[base_kb], ax
	shl	ax, 6
	sub	ax, CODE_WANTED / 16
	mov	[block + params.undi_cs], ax
	sub	ax, DATA_WANTED / 16
	mov	[block + params.undi_ds], ax
	mov	word [block + params.ax], 0xffff
%if LOWER
	call	lower
%endif

%if WANT
	REFUSED	WANT, 'the loader gives the wrong answer'
	SAY	`second: refused `
	mov	ax, [block + params.status]
	call	say_hex16
	SAY	`\n`
%else
	call	places
	call	modes
	call	life
	SAY	`second: once more\n`
	mov	byte [again], 1
	call	life
%endif
	mov	ax, [base_kb]
	mov	[BDA_BASE_KB], ax
	jmp	.end
.none:
	SAY	`second: FAILED: no undi rom id\n`
.end:
	SNAPSHOT 'after'
	END_RUN	'next-device'

lower:
	mov	ax, [base_kb]
	sub	ax, (CODE_WANTED + DATA_WANTED) / 1024
	mov	[BDA_BASE_KB], ax
	ret

; Memory that cannot be meant.
places:
	mov	ax, [block + params.undi_ds]
	push	ax
	mov	word [block + params.undi_ds], 0
	REFUSED	STATUS_NO_MEMORY, 'data in the vectors'
	mov	word [block + params.undi_ds], 0x9f00
	REFUSED	STATUS_NO_MEMORY, 'data beyond base memory'
	mov	word [block + params.undi_ds], 0x0700
	REFUSED	STATUS_NO_MEMORY, 'data on the stack'
	pop	ax
	mov	[block + params.undi_ds], ax
	mov	cx, [block + params.undi_cs]
	mov	word [block + params.undi_cs], 0xc000
	REFUSED	STATUS_NO_MEMORY, 'code beyond base memory'
	mov	ax, [block + params.undi_ds]
	add	ax, 0x100
	mov	[block + params.undi_cs], ax
	REFUSED	STATUS_NO_MEMORY, 'code on the data'
	mov	word [block + params.undi_cs], (0x7c00 + block - start) >> 4
	REFUSED	STATUS_NO_MEMORY, 'code on the structure'
	mov	word [block + params.undi_cs], (STACK_TOP - 0x1400) >> 4
	REFUSED	STATUS_NO_MEMORY, 'code on the stack'
	mov	ax, [block + params.undi_ds]
	add	ax, DATA_WANTED / 16
	mov	[block + params.undi_cs], ax
	SAY	`second: bad memory is refused\n`
	ret

; Calls the loader, or the API once it is there, in 16-bit protected mode, with a selector for each segment that is used: CS 8, DS and SS 10h, and the
; ROM's segment, if it can be one.
modes:
	test	byte [rom_seg], 7
	jnz	.end
	cli
	movzx	eax, word [rom_seg]
	mov	di, ax
	push	word GDT_SEG
	pop	es
	shl	eax, 4
	mov	word [es:di], 0xffff
	mov	[es:di + 2], eax
	mov	byte [es:di + 5], 0x9b
	mov	word [es:di + 6], 0
	mov	dword [es:8], 0x0000ffff
	mov	dword [es:12], 0x00009b00
	mov	dword [es:16], 0x0000ffff
	mov	dword [es:20], 0x00009300
	lgdt	[gdtr]
	mov	eax, cr0
	inc	ax
	mov	cr0, eax
	jmp	0x08:.protected
.protected:
	mov	ax, 0x10
	mov	ds, ax
	mov	ss, ax
	mov	es, ax
	mov	fs, ax
	mov	gs, ax
	mov	bp, sp
	push	word 0x10
	push	word block
	mov	cx, [entry]
	jcxz	.loader
	push	word UNKNOWN_CALL
	call	far [entry]
	jmp	.back
.loader:
	call	far [loader]
.back:
	mov	sp, bp
	mov	[mode_ax], ax
	mov	eax, cr0
	dec	ax
	mov	cr0, eax
	jmp	0x00:.real
.real:
	xor	ax, ax
	mov	ds, ax
	mov	es, ax
	mov	ss, ax
	sti
	push	word GDT_SEG
	pop	es
	mov	di, [rom_seg]
	mov	cx, 8 / 2
	rep	stosw
	mov	di, ax
	mov	cx, 24 / 2
	rep	stosw
	cmp	word [mode_ax], 1
	CHECK	e, 'protected mode is not refused'
	cmp	word [block + params.status], STATUS_BAD_MODE
	CHECK	e, 'protected mode is not refused'
	SAY	`second: protected mode is refused\n`
.end:
	ret

; Loads, calls, stops.
life:
	; Our stack is of the least size.  Interrupts are on.
	call	load
	test	ax, ax
	CHECK	z, 'the loader failed'
	jnz	.failed
	cmp	word [block + params.status], 0
	CHECK	e, 'AX is 0 and the status is not'
	call	scratch_is_clear
	CHECK	z, 'the loader left something in UNDI_DS'
	SAY	`second: loaded, pxe `
	mov	eax, [block + params.pxe]
	call	say_hex32
	SAY	`\n`

	les	bx, [block + params.pxe]
	mov	ax, es
	cmp	ax, [block + params.undi_cs]
	CHECK	e, '!PXE is not in UNDI_CS'
	cmp	dword [es:bx], '!PXE'
	CHECK	e, 'no !PXE'
	movzx	cx, byte [es:bx + 4]
	call	sum_is_zero
	CHECK	z, '!PXE does not sum to 0'
	mov	ax, [es:bx + 8]
	cmp	ax, [id_off]
	CHECK	e, '!PXE names another UNDI ROM ID'
	mov	ax, [es:bx + 10]
	cmp	ax, [rom_seg]
	CHECK	e, '!PXE names another UNDI ROM ID'
	mov	eax, [es:bx + 0x10]
	mov	[entry], eax
	les	bx, [block + params.pxenv]
	cmp	dword [es:bx], 'PXEN'
	CHECK	e, 'no PXENV+'
	movzx	cx, byte [es:bx + 8]
	call	sum_is_zero
	CHECK	z, 'PXENV+ does not sum to 0'
	mov	eax, [es:bx + 0x28]
	cmp	eax, [block + params.pxe]
	CHECK	e, 'PXENV+ names another !PXE'

	mov	ax, 0x5650
	stc
	int	0x1a
	CHECK	nc, 'int 1ah does not answer'
	cmp	ax, 0x564e
	CHECK	e, 'int 1ah does not answer'
	mov	ax, es
	cmp	bx, [block + params.pxenv]
	CHECK	e, 'int 1ah names another PXENV+'
	cmp	ax, [block + params.pxenv + 2]
	CHECK	e, 'int 1ah names another PXENV+'

	; One at a time.
	mov	eax, [block + params.pxe]
	push	eax
	mov	dword [block + params.pxe], 0
	REFUSED	STATUS_BAD_STATE, 'it can be loaded twice'
	pop	dword [block + params.pxe]

	call	modes
	cmp	byte [again], 0
	jne	.seen
	SNAPSHOT 'loaded'
.seen:
	mov	si, calls
.call:
	xor	ax, ax
	mov	di, call_block
	mov	cx, 160 / 2
	rep	stosw
	lodsw
	mov	bx, ax
	lodsw
	mov	[call_block + 4], ax
	push	si
	call	api
	pop	si
	test	ax, ax
	jz	.called
	SAY	`second: FAILED: call `
	mov	ax, [si - 4]
	call	say_hex16
	SAY	` has status `
	mov	ax, [call_block]
	call	say_hex16
	SAY	`\n`
.called:
	cmp	si, calls_end
	jb	.call
	SAY	`second: undi was opened and closed\n`
	mov	bx, UNKNOWN_CALL
	call	api
	cmp	ax, 1
	CHECK	e, 'an unknown call succeeds'
	cmp	word [call_block], STATUS_UNSUPPORTED
	CHECK	e, 'an unknown call is not unsupported'
	mov	bx, STOP_UNDI
	call	api
	SAY	`second: stop ax `
	call	say_hex16
	SAY	` status `
	mov	ax, [call_block]
	call	say_hex16
	SAY	`\n`
	cmp	word [call_block], 0
	CHECK	e, 'it does not stop'

	; Nobody is there any more, and nobody minds.
	mov	bx, STOP_UNDI
	call	api
	cmp	ax, 1
	CHECK	e, 'it answers after its end'
	cmp	word [call_block], 1
	CHECK	e, 'it answers after its end'
	mov	ax, 0x5650
	stc
	int	0x1a
	jc	.gone
	cmp	ax, 0x564e
	CHECK	ne, 'int 1ah answers after the end'
.gone:
	mov	dword [entry], 0
.failed:
	ret

%include "loader_call.inc"

; ZF = 1 if all of UNDI_DS is 0.
;   breaks EAX, CX, DI, ES
scratch_is_clear:
	mov	es, [block + params.undi_ds]
	xor	di, di
	mov	cx, DATA_WANTED / 4
	xor	eax, eax
	repe	scasd
	ret

; Looks for a UNDI ROM ID, as second stacks do.
;   out    CF=0: rom_seg, id_off, loader, stack_size
find_rom:
	mov	ax, 0xc000
.rom:
	mov	es, ax
	cmp	word [es:0], 0xaa55
	jne	.next
	movzx	ecx, byte [es:2]
	shl	ecx, 9
	movzx	ebx, word [es:0x16]
	test	bx, bx
	jz	.next
	add	ebx, rom_id_size
	cmp	ebx, ecx
	ja	.next
	sub	bx, rom_id_size
	cmp	dword [es:bx + rom_id.signature], 'UNDI'
	je	.found
.next:
	add	ax, 512 / 16
	cmp	ax, 0xf000
	jb	.rom
	stc
	ret
.found:
	mov	[rom_seg], ax
	mov	[loader + 2], ax
	mov	[id_off], bx
	mov	ax, [es:bx + rom_id.loader]
	mov	[loader], ax
	mov	ax, [es:bx + rom_id.stack]
	mov	[stack_size], ax
	cmp	ax, LOADER_STACK
	CHECK	be, 'the ROM ID wants a larger stack'
	cmp	byte [es:bx + rom_id.length], rom_id_size
	CHECK	ae, 'the ROM ID is too short'
	movzx	cx, byte [es:bx + rom_id.length]
	call	sum_is_zero
	CHECK	z, 'the ROM ID does not sum to 0'
	mov	eax, [es:bx + rom_id.revision]
	cmp	eax, 0x02010000
	CHECK	e, 'the ROM ID is not that of UNDI 2.1.0'
	cmp	word [es:bx + rom_id.data], DATA_WANTED
	CHECK	be, 'the ROM ID wants more data'
	cmp	word [es:bx + rom_id.code], CODE_WANTED
	CHECK	be, 'the ROM ID wants more code'
	cmp	dword [es:bx + rom_id.bus], 'PCIR'
	CHECK	e, 'the ROM ID is of another bus'
	clc
	ret

	SUM_FUNCTION

	WITNESS_FUNCTIONS
	NEIGHBOURS_FUNCTION

	align	4, db 0
GDT_SEG	equ 0x2000
gdtr:
	dw	0xffff
	dd	GDT_SEG * 16
; The card is started, opened and given back: functions, and the word at offset 4.
calls:
	dw	START_UNDI, 0, UNDI_STARTUP, 0, UNDI_INITIALIZE, 0, UNDI_OPEN, DIRECTED_BROADCAST
	dw	UNDI_CLOSE, 0, UNDI_SHUTDOWN, 0, UNDI_CLEANUP, 0
calls_end:
again:		dw 0
loader:		dd 0
rom_seg:	dw 0
id_off:		dw 0
stack_size:	dw 0
base_kb:	dw 0
mode_ax:	dw 0
target:		dd 0
entry:		dd 0
args:		times 3 dw 0
args_len:	dw 0
stack_len:	dw 0
stack_most:	dw 0
own_sp:		dw 0
call_sp:	dw 0
back:		dw 0
flags:		dw 0
block:
	times	params_size db 0
call_block:
	times	160 db 0
	align	512, db 0
body_end:
	times	SECTORS * 512 - ($ - $$) db 0
