; SPDX-License-Identifier: BSD-2-Clause
; The pretender: does with option ROMs what firmware of PCI Firmware 3.0 does, and checks that the ROM
; under test does its part (ROM-1..13, EBDA-1..4, 14, PMM, HOOK-5).  The real firmware boots it from
; a floppy; it moves to CC000, opens the shadow RAM from there on (i440FX PAM), and runs the ROMs:
; INIT of each, in order, then BCVs, then INT 19h, which walks the list of boot entries and ends at
; the "disk" that ends the run.  A 3.0 ROM gets INIT called in a temporary place with the run-time
; segment in BX; one of older form runs in place.  What is to be chosen:
;   ROMs      -DROM_FILE= -DBEFORE= -DAFTER=   set by the bench: the ROM under test, neighbours
;             -DRUN_SEGS=0xd000,...  BX, one INIT of the ROM under test for each; the last one boots
;             -DINIT_SEG=0x4000      where INIT runs; 0xd000: in its final place
;             -DSTEP=2048            3.0 ROMs are placed on such boundaries (512: ROM-9)
;             -DSTRICT=0             only the book; 1: and what ebb promises beyond it
;   machine   -DVERSION=0x300        of the PCI BIOS; below it ROMs run in place; 0: no PCI BIOS
;             -DCARD=0x....          AX, instead of the card's bus/device/function
;             -DESDI=wrong           ES:DI points to something that is not $PnP
;             -DPNP=0                no PnP BIOS at all: neither BCV nor BEV is called (PNP-8)
;             -DSTACK=1024           bytes of stack for INIT
;             -DSTACK_AT=ivt         at the end of the vectors: 0030:0100 (ROM-10)
;             -DINTS=1               interrupts are on in INIT
;   PMM       -DPMM=1                and what it does: see pmm.inc
;   EBDA      -DEBDA_KIB= -DEBDA_AT= -DGAP= -DEBDA_SEG= -DEBDA_SIZE= -DBASE_KB=   see ebda.inc
;   E820      -DE820_LOW=frozen      base memory as at the end of POST; follows: 40:13; fixed: 9F000
;             -DPMM_SHOWN=1          extended memory of PMM is shown as RAM: PMM-14 is not kept
;   end of POST
;             -DREADONLY=1           INIT runs in memory that cannot be written
;             -DPROTECT=1            run-time images become read-only
;             -DCLEAR=1              07000-8FFFF is zeroed before INT 19h
;             -DRESTORE=1            INT 13h, 18h, 19h are put back after each INIT (HOOK-8)
	cpu	386
	bits	16
	org	0x7c00
%include "say.inc"
%include "witness.inc"
%include "neighbours.inc"
%ifndef INIT_SEG
%define INIT_SEG 0x4000
%endif
%ifndef STEP
%define STEP 2048
%endif
%ifndef STRICT
%define STRICT 1
%endif
%ifndef VERSION
%define VERSION 0x300
%endif
%ifndef ESDI
%define ESDI right
%endif
%ifndef PNP
%define PNP 1
%endif
%ifndef STACK
%define STACK 1024
%endif
%ifndef STACK_AT
%define STACK_AT arena
%endif
%ifndef INTS
%define INTS 1
%endif
%ifndef PMM
%define PMM 0
%endif
%ifndef E820_LOW
%define E820_LOW frozen
%endif
%ifndef PMM_SHOWN
%define PMM_SHOWN 1
%endif
%ifndef READONLY
%define READONLY 0
%endif
%ifndef PROTECT
%define PROTECT 1
%endif
%ifndef CLEAR
%define CLEAR 0
%endif
%ifndef RESTORE
%define RESTORE 0
%endif

LOAD_SEG	equ 0x1000		; the floppy's content, then free
SHIPPED_SEG	equ 0x2000		; the ROM under test as it came: up to 128 KiB
OTHERS_SEG	equ 0x6000		; neighbours as they came: 128 KiB
OTHERS_END_SEG	equ 0x8000
SAVE_SEG	equ 0xca00		; behind the VGA BIOS: what INIT shall keep, 8 KiB
SAVE_LEN	equ 0x2000
SELF_SEG	equ 0xcc00		; this program: 16 KiB
AREA_SEG	equ 0xd000		; for run-time images: 80 KiB
AREA_END_SEG	equ 0xe400
PMM_SEG		equ 0xe400		; $PMM; conventional memory of PMM behind it: 16 KiB together
OPEN_FIRST_SEG	equ 0xc800		; in whole 16 KiB; SeaBIOS has the rest from E8800 on
OPEN_END_SEG	equ 0xe800
BASE_END_SEG	equ 0xa000
ROMS_SEG	equ 0xc000		; what a run-time segment can be
ROMS_END	equ 0xf0000
MIB		equ 0x100000
PAINT		equ 0xc5		; of the stack
WIPE		equ 0xa5		; of what is nobody's
SPT		equ 18
HEADS		equ 2
SECTOR_SEG	equ 512 / 16

UNITS		equ 2			; in the ROM header
PCIR		equ 0x18
PNP_AT		equ 0x1a
PCIR_REVISION	equ 0x0c
PCIR_RUNTIME	equ 0x16
PNP_NEXT	equ 0x06
PNP_INDICATORS	equ 0x15
PNP_IPL		equ 4
PNP_BCV		equ 0x16
PNP_BEV		equ 0x1a

; A ROM that is to be run.
struc image
	.sector		resw 1		; from the first image on
	.kind		resw 1
	.shipped	resw 1		; segment where it was loaded
	.run		resw 1		; its run-time segment, 0: not resident
endstruc
NEIGHBOUR	equ 0
UNDER_TEST	equ 1

; Reads BP sectors from sector SI on to DI:0.  Sector by sector: no track ends and no DMA
; boundary to think of.
;   out    DI, SI = behind them
;   breaks AX, BX, CX, DX, ES
%macro LOAD_FUNCTION 0
%%sector:
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
	jc	%%failed
	add	di, SECTOR_SEG
	inc	si
	dec	bp
	jnz	%%sector
	ret
%%failed:
	int	0x18
%endmacro

boot:
	cli
	xor	ax, ax
	mov	ds, ax
	mov	ss, ax
	mov	sp, 0x7c00
	sti
	cld
	mov	di, LOAD_SEG
	mov	si, 1
	mov	bp, BODY_SECTORS
	call	boot_load
	jmp	LOAD_SEG:load_all
boot_load:
	LOAD_FUNCTION

	times	510 - ($ - $$) db 0
	dw	0xaa55

	section	.body follows=.text vstart=0 align=512
body:
	SAY_FUNCTIONS
	WITNESS_FUNCTIONS
	NEIGHBOURS_FUNCTION

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

; CHECK condition that must be true, text, clause
%macro CHECK 3
	j%1	%%good
	SAY	`pci3: FAILED: `, %2, ` (`, %3, `)\n`
%%good:
%endmacro

; The same, of what ebb promises beyond the book.
%macro CHECK_STRICT 3
%if STRICT
	CHECK	%1, %2, %3
%endif
%endmacro

%include "load.inc"
%include "shadow.inc"
%include "bios.inc"
%include "pmm.inc"
%include "ebda.inc"
%include "dispatch.inc"
%include "call.inc"
%include "verdict.inc"
%include "image.inc"
%include "boot.inc"

main:
	cli
	mov	ax, cs
	mov	ss, ax
	mov	sp, SELF_STACK
	sti
	mov	ds, ax
	mov	[saved_sp], sp
	mov	ax, OPEN_FIRST_SEG
.open:
	call	open
	add	ax, 0x400
	cmp	ax, OPEN_END_SEG
	jb	.open

	call	find_card
	mov	[card], ax
	call	find_pnp
	call	take_vectors
	call	shape_ebda
%if PMM
	call	put_pmm
%endif
	mov	word [next_seg], AREA_SEG
	mov	si, images
.image:
	push	si
	call	run_image
	pop	si
	add	si, image_size
	cmp	si, images_end
	jb	.image
%if PNP
	call	collect_entries
	call	connect
%endif
	call	end_post
	int	0x19
	SAY	`pci3: FAILED: int 19h returned\n`
	END_RUN	'pci3'

; IMAGES kind, file...: the files behind each other; IMAGE_TABLE kind, file...: their entries.
%assign image_count 0
%macro IMAGES 2-*
%rep %0 - 1
%rotate 1
	align	512, db 0
rom_%[image_count]:
	incbin	%1
%assign image_count image_count + 1
%endrep
%endmacro
%macro IMAGE_TABLE 2-*
%rep %0 - 1
	dw	(rom_%[image_count] - roms) / 512, %1, 0, 0
%assign image_count image_count + 1
%endrep
%endmacro

	align	4, db 0
images:
%ifdef BEFORE
	IMAGE_TABLE NEIGHBOUR, BEFORE
%endif
	IMAGE_TABLE UNDER_TEST, ROM_FILE
%ifdef AFTER
	IMAGE_TABLE NEIGHBOUR, AFTER
%endif
images_end:
others_end:	dw OTHERS_SEG
next_seg:	dw 0			; where the next run-time image can go
post_over:	db 0
	align	4, db 0
old_1a:		dd 0
old_15:		dd 0
card:		dw 0
pnp_at:		dw 0, 0			; $PnP installation check, far
saved_sp:	dw 0

; One INIT.
rules_3_0:	db 0
judged:		db 0			; it is the ROM under test's
init_entry:	dw 3			; far: and
init_seg:	dw 0			; where it runs
init_units:	dw 0
announced:	dw 0
shipped_seg:	dw 0
ax_given:	dw 0
bx_given:	dw 0
di_given:	dw 0
es_given:	dw 0
run_seg:	dw 0
flags_given:	dw 0
saved_base:	dw 0
saved_ebda:	dw 0
saved_kib:	dw 0
saved_equipment: dw 0
saved_disks:	db 0
firmware_kib:	dw 0
stack_used:	dw 0
moved_kib:	db 0
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
got_cf8:	resd 1
got_flags:	resw 1
got_ds:		resw 1
got_es:		resw 1
got_fs:		resw 1
got_gs:		resw 1
got_ss:		resw 1
saved_config:	resd 16
got_config:	resd 16
map:		resb MAP_MAX * MAP_ENTRY
stack_room:	resb 0x400
stack_top:
SELF_STACK	equ 0x4000
%if stack_top > SELF_STACK
 %error "the pretender is too long"
%endif

; At SAVE_SEG.
	absolute 0
saved_ivt:	resb 0x400
SAVED_KIB_MAX	equ 7
saved_ebda_bytes: resb SAVED_KIB_MAX * 1024
%if $ > SAVE_LEN
 %error "what is saved is too long"
%endif

	section	.roms follows=.body vstart=0 align=512
%assign image_count 0
roms:
%ifdef BEFORE
	IMAGES	NEIGHBOUR, BEFORE
%endif
	IMAGES	UNDER_TEST, ROM_FILE
%ifdef AFTER
	IMAGES	NEIGHBOUR, AFTER
%endif
	align	512, db 0
