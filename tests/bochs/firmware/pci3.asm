; SPDX-License-Identifier: BSD-2-Clause
; The pretender, a first one: does with the ROM under test what firmware of PCI Firmware 3.0
; does, and checks that the ROM does its part (ROM-1..13, EBDA-2..4).  The real firmware boots
; it from a floppy; it moves to CC000, opens the shadow RAM from there on (i440FX PAM), and then
; INIT gets called in a temporary place, with the run-time segment in BX.  At the end the
; run-time area is write-protected, the temporary place overwritten, and the BEV called.
;   -DRUN_SEGS=0xd000,...  BX, one INIT for each; the last one is the one that boots
;   -DINIT_SEG=0x4000      where INIT runs; 0xd000: in its final place
;   -DCARD=0x....          AX, instead of the card's bus/device/function
;   -DSTACK=1024           bytes of stack for INIT
;   -DINTS=1               interrupts are on in INIT
;   -DPMM=1                there is PMM, with 12 KiB of conventional memory and 1 MiB of extended
;   -DVERSION=0x300        of the PCI BIOS
;   -DROM_FILE=            the ROM: set by the bench
	cpu	386
	bits	16
	org	0x7c00
%include "say.inc"
%include "witness.inc"
%ifndef RUN_SEGS
%define RUN_SEGS 0xd000
%endif
%ifndef INIT_SEG
%define INIT_SEG 0x4000
%endif
%ifndef STACK
%define STACK 1024
%endif
%ifndef INTS
%define INTS 1
%endif
%ifndef PMM
%define PMM 0
%endif
%ifndef VERSION
%define VERSION 0x300
%endif

LOAD_SEG	equ 0x1000		; the floppy's content, then free
SHIPPED_SEG	equ 0x2000		; the ROM as it came
SELF_SEG	equ 0xcc00		; this program: 16 KiB
AREA_SEG	equ 0xd000		; for run-time images: 64 KiB
AREA_END_SEG	equ 0xe000
PMM_SEG		equ 0xe000		; $PMM; conventional memory of PMM behind it
PMM_LOW		equ 0xe1000
PMM_LOW_LEN	equ 0x3000
PMM_HIGH	equ 0x2000000		; nobody tells E820 about it: PMM-14 is not kept
PMM_HIGH_LEN	equ 0x100000
BASE_END_SEG	equ 0xa000
ROMS_SEG	equ 0xc000		; what a run-time segment can be
ROMS_END	equ 0xf0000
ARENA		equ 0x6000		; INIT's stack, with GUARD bytes at either end
GUARD		equ 0x40
PAINT		equ 0xc5		; of the arena
WIPE		equ 0xa5		; of what is nobody's
SPT		equ 18
HEADS		equ 2
SECTOR_SEG	equ 512 / 16

UNITS		equ 2			; in the ROM header
PCIR		equ 0x18
PNP		equ 0x1a
PCIR_RUNTIME	equ 0x16
PNP_BEV		equ 0x1a

boot:
	cli
	xor	ax, ax
	mov	ds, ax
	mov	ss, ax
	mov	sp, 0x7c00
	sti
	cld

	; Sector by sector: no track ends and no DMA boundary to think of.
	mov	di, LOAD_SEG
	mov	si, 1
	mov	bp, BODY_SECTORS
	call	load
	mov	di, SHIPPED_SEG
	mov	bp, ROM_SECTORS
	call	load
	jmp	LOAD_SEG:open_self

; Reads BP sectors from sector SI on to DI:0.
;   out    DI, SI = behind them
load:
	mov	ax, si
	xor	dx, dx
	mov	cx, SPT
	div	cx
	mov	cl, dl
	inc	cx			; sector
	xor	dx, dx
	mov	bx, HEADS
	div	bx
	mov	ch, al
	mov	dh, dl
	xor	dl, dl
	mov	es, di
	xor	bx, bx
	mov	ax, 0x0201
	int	0x13
	jc	.failed
	add	di, SECTOR_SEG
	inc	si
	dec	bp
	jnz	load
	ret
.failed:
	int	0x18

	times	510 - ($ - $$) db 0
	dw	0xaa55

	section	.body follows=.text vstart=0 align=512
body:
	SAY_FUNCTIONS
	WITNESS_FUNCTIONS

; Our own stack and data again, whatever the ROM has left.
;   breaks AX
%macro OWN_STACK 0
	cli
	mov	ax, cs
	mov	ss, ax
	movzx	esp, word [cs:saved_sp]
	mov	ds, ax
	sti
	cld
%endmacro

%macro CHECK 2				; condition to be true, text
	j%1	%%good
	SAY	`pci3: FAILED: `, %2, `\n`
%%good:
%endmacro

%include "shadow.inc"
%include "bios.inc"
%include "verdict.inc"

; From where the floppy was loaded to where nothing of this machine is.
open_self:
	xor	eax, eax
	call	bridge_read
	cmp	eax, I440FX
	je	.known
	SAY	`pci3: FAILED: not an i440FX\n`
	END_RUN	'pci3'
.known:
	mov	ax, SELF_SEG
	call	open
	push	cs
	pop	ds
	mov	es, ax
	xor	si, si
	xor	di, di
	mov	cx, BODY_SECTORS * 256
	rep movsw
	jmp	SELF_SEG:main

; INT 18h: the way back for who has lost our stack.
int_18:
	SAY	`pci3: bev ended by int 18\n`
	jmp	bev_over

; ---- one INIT for every run-time segment -----------------------------------------------------
main:
	cli
	mov	ax, cs
	mov	ss, ax
	mov	sp, SELF_STACK
	sti
	mov	ds, ax
	mov	ax, AREA_SEG
.open:
	call	open
	add	ax, 0x400
	cmp	ax, PMM_SEG + 0x400
	jb	.open

	; The ROM says how much of it is for INIT.
	mov	ax, SHIPPED_SEG
	mov	es, ax
	movzx	ax, byte [es:UNITS]
	mov	[init_units], ax
	mov	bx, [es:PCIR]
	mov	ax, [es:bx + PCIR_RUNTIME]
	mov	[announced], ax
	SAY	`pci3: init `
	mov	ax, [init_units]
	call	say_hex8
	SAY	` units, run-time at most `
	mov	ax, [announced]
	call	say_hex8
	call	find_card
	mov	[card], ax
	SAY	`, card `
	call	say_hex16
	SAY	`\n`

	xor	ax, ax
	mov	es, ax
	cli
	mov	eax, [es:4 * 0x1a]
	mov	[old_1a], eax
	mov	word [es:4 * 0x1a], int_1a
	mov	[es:4 * 0x1a + 2], cs
	mov	word [es:4 * 0x18], int_18
	mov	[es:4 * 0x18 + 2], cs
	sti
%if PMM
	; One with a bad sum first (PMM-1).
	mov	ax, PMM_SEG
	mov	es, ax
	mov	di, 0x10
	call	put_pmm
	inc	byte [es:0x10 + 6]
	mov	di, 0x30
	call	put_pmm
%endif

	mov	si, run_segs
.next:
	lodsw
	mov	[bx_given], ax
	push	si
	call	prepare
	call	call_init
	call	verdict
	pop	si
	cmp	si, run_segs_end
	jb	.next
	jmp	boot_it

%if PMM
; Puts a $PMM at ES:DI.
put_pmm:
	mov	si, pmm_header
	mov	cx, 16
	xor	al, al
.byte:
	mov	ah, [si]
	add	al, ah
	movsb
	loop	.byte
	sub	[es:di - 16 + 6], al
	ret
%endif

CF8_GIVEN	equ 0x80004a40
EAX_GIVEN	equ 0xa1a20000
EBX_GIVEN	equ 0xb1b20000
ECX_GIVEN	equ 0xc1c2c3c4
EDX_GIVEN	equ 0xd1d2ffff
ESI_GIVEN	equ 0x51525354
EDI_GIVEN	equ 0xd9d8d7d6
EBP_GIVEN	equ 0xb9b8b7b6
ARITHMETIC	equ 0x08d5		; all result flags
IF_BIT		equ 0x0200

; INIT, with as many registers as there are full of what it must keep; then they are in got_*.
call_init:
	mov	ax, [card]
%ifdef CARD
	mov	ax, CARD
%endif
	or	eax, EAX_GIVEN
	and	eax, EAX_GIVEN | 0xffff
	movzx	ebx, word [bx_given]
	or	ebx, EBX_GIVEN
	mov	[saved_sp], sp
	cli
	xor	cx, cx
	mov	ss, cx
	mov	esp, ARENA + GUARD + STACK + 4
	pushf
	pop	cx
	and	cx, ~IF_BIT
	or	cx, ARITHMETIC | INTS * IF_BIT
	mov	[flags_given], cx
	mov	cx, 0x3333
	mov	es, cx
	mov	fs, cx
	mov	gs, cx
	push	word [flags_given]
	mov	cx, 0x4444
	mov	ds, cx
	mov	ecx, ECX_GIVEN
	mov	edx, EDX_GIVEN
	mov	esi, ESI_GIVEN
	mov	edi, EDI_GIVEN
	mov	ebp, EBP_GIVEN
	popf
	call	INIT_SEG:3
	pushf
	pop	word [cs:got_flags]
	mov	[cs:got_eax], eax
	mov	[cs:got_ebx], ebx
	mov	[cs:got_ecx], ecx
	mov	[cs:got_edx], edx
	mov	[cs:got_esi], esi
	mov	[cs:got_edi], edi
	mov	[cs:got_ebp], ebp
	mov	[cs:got_esp], esp
	mov	[cs:got_ds], ds
	mov	[cs:got_es], es
	mov	[cs:got_fs], fs
	mov	[cs:got_gs], gs
	mov	[cs:got_ss], ss
	OWN_STACK
	ret

; ---- POST is over ----------------------------------------------------------------------------
boot_it:
	cmp	word [run_seg], ROMS_SEG
	jae	.resident
	SAY	`pci3: not resident\n`
	END_RUN	'pci3'
.resident:
	; What was temporary is somebody else's now.
%if INIT_SEG < ROMS_SEG
	mov	ax, INIT_SEG
	mov	cx, [init_units]
	call	wipe
%endif
	mov	ax, SHIPPED_SEG
	mov	cx, ROM_SECTORS
	call	wipe
	mov	ax, LOAD_SEG
	mov	cx, BODY_SECTORS
	call	wipe
%if PMM
	mov	ax, PMM_SEG
	mov	cx, 1
	call	wipe
%endif
	mov	ax, AREA_SEG
	mov	dl, READ
.protect:
	call	pam_set
	add	ax, 0x400
	cmp	ax, AREA_END_SEG
	jb	.protect
	mov	es, [run_seg]
	mov	al, [es:UNITS]
	not	byte [es:UNITS]
	cmp	al, [es:UNITS]
	CHECK	e, 'the run-time image is not read-only'

	SNAPSHOT 'before'
	mov	es, [run_seg]
	mov	bx, [es:PNP]
	mov	ax, [es:bx + PNP_BEV]
	mov	[bev], ax
	mov	ax, [run_seg]
	mov	[bev + 2], ax
	SAY	`pci3: bev `
	call	say_hex16
	SAY	`:`
	mov	ax, [bev]
	call	say_hex16
	SAY	`\n`
	mov	[saved_sp], sp
	cli
	xor	ax, ax
	mov	ss, ax
	mov	sp, ARENA + GUARD + STACK
	sti
	mov	ds, ax
	mov	es, ax
	mov	eax, EAX_GIVEN
	mov	ebx, EBX_GIVEN
	mov	ecx, ECX_GIVEN
	mov	edx, EDX_GIVEN
	mov	esi, ESI_GIVEN
	mov	edi, EDI_GIVEN
	mov	ebp, EBP_GIVEN
	call	far [cs:bev]
	cmp	eax, EAX_GIVEN
	CHECK	e, 'bev has changed eax'
	cmp	ebx, EBX_GIVEN
	CHECK	e, 'bev has changed ebx'
	cmp	ecx, ECX_GIVEN
	CHECK	e, 'bev has changed ecx'
	cmp	edx, EDX_GIVEN
	CHECK	e, 'bev has changed edx'
	cmp	esi, ESI_GIVEN
	CHECK	e, 'bev has changed esi'
	cmp	edi, EDI_GIVEN
	CHECK	e, 'bev has changed edi'
	cmp	ebp, EBP_GIVEN
	CHECK	e, 'bev has changed ebp'
	cmp	sp, ARENA + GUARD + STACK
	CHECK	e, 'bev has changed sp'
	SAY	`pci3: bev returned\n`
bev_over:
	OWN_STACK
	SNAPSHOT 'after'
	END_RUN	'pci3'

; Overwrites CX units at AX:0.
wipe:
	mov	es, ax
	push	cx
	call	wipe_unit
	pop	cx
	loop	wipe
	ret

	align	4, db 0
run_segs:
	dw	RUN_SEGS
run_segs_end:
	align	4, db 0
old_1a:		dd 0
bev:		dw 0, 0
card:		dw 0
init_units:	dw 0
announced:	dw 0
bx_given:	dw 0
run_seg:	dw 0
flags_given:	dw 0
saved_sp:	dw 0
saved_base:	dw 0
saved_ebda:	dw 0
saved_kib:	dw 0
firmware_kib:	dw 0
	align	512, db 0
BODY_LEN	equ $ - body
BODY_SECTORS	equ BODY_LEN / 512

; Behind the program in its 16 KiB.
	absolute BODY_LEN
saved_bios:	resd 1
got_eax:	resd 1
got_ebx:	resd 1
got_ecx:	resd 1
got_edx:	resd 1
got_esi:	resd 1
got_edi:	resd 1
got_ebp:	resd 1
got_esp:	resd 1
got_flags:	resw 1
got_ds:		resw 1
got_es:		resw 1
got_fs:		resw 1
got_gs:		resw 1
got_ss:		resw 1
saved_config:	resd 16
got_config:	resd 16
saved_ivt:	resb 0x400
EBDA_KIB_MAX	equ 4
saved_ebda_bytes: resb EBDA_KIB_MAX * 1024
stack_room:	resb 0x400
stack_top:
SELF_STACK	equ 0x4000
%if stack_top > SELF_STACK
 %error the pretender is too long
%endif

	section	.rom follows=.body vstart=0 align=512
rom:
	incbin	ROM_FILE
ROM_SECTORS	equ ($ - rom + 511) / 512
