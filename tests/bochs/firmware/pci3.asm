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
ROMS_SEG	equ 0xc000		; what a run-time segment can be
ROMS_END	equ 0xf0000
ARENA		equ 0x6000		; INIT's stack, with GUARD bytes at either end
GUARD		equ 0x40
PAINT		equ 0xc5		; of the arena
WIPE		equ 0xa5		; of what is nobody's
SPT		equ 18
HEADS		equ 2
FLOPPY_SECTORS	equ 2880
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
	jc	load
	add	di, SECTOR_SEG
	inc	si
	dec	bp
	jnz	load
	ret

	times	510 - ($ - $$) db 0
	dw	0xaa55

	section	.body follows=.text vstart=0 align=512
body:
	SAY_FUNCTIONS
	WITNESS_FUNCTIONS

%macro CHECK 2				; condition to be true, text
	j%1	%%good
	SAY	`pci3: FAILED: `, %2, `\n`
%%good:
%endmacro

; ---- the machine ---------------------------------------------------------------------------
HOST_BRIDGE	equ 0x80000000
I440FX		equ 0x12378086
PAM		equ 0x59
READ		equ 1			; bits of a PAM register's half
WRITE		equ 2

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

; Makes the 16 KiB at segment AX RAM for reading and writing, with what was to be read there.
;   keeps  everything
open:
	pusha
	push	ds
	push	es
	mov	bx, ax
	call	pam_get
	test	dl, READ
	jnz	.shadowed
	mov	dl, WRITE
	call	pam_set
	mov	ds, bx
	mov	es, bx
	xor	si, si
	xor	di, di
	mov	cx, 0x4000 / 4
	rep movsd
.shadowed:
	mov	ax, bx
	mov	dl, READ | WRITE
	call	pam_set
	pop	es
	pop	ds
	popa
	ret

; The half of a PAM register for segment AX: DL.
;   keeps  the rest
pam_get:
	push	eax
	push	ecx
	call	pam_where
	call	bridge_read
	shr	eax, cl
	mov	dl, al
	and	dl, READ | WRITE
	pop	ecx
	pop	eax
	ret
pam_set:
	pushad
	call	pam_where
	mov	bx, ax
	call	bridge_read
	mov	esi, READ | WRITE
	shl	esi, cl
	not	esi
	and	eax, esi
	movzx	edx, dl
	shl	edx, cl
	or	eax, edx
	push	eax
	mov	ax, bx
	call	bridge_point
	pop	eax
	out	dx, eax
	popad
	ret

; Segment AX -> register (of a dword) in AX, shift in CL.  C000: 5Ah, four bits for 16 KiB.
pam_where:
	sub	ax, 0xc000
	shr	ax, 10			; 16 KiB units
	add	ax, (PAM + 1) * 2	; half registers
	mov	cl, al
	and	cl, 7
	shl	cl, 2
	shr	ax, 1
	and	ax, 0xfc
	ret

; Reads the host bridge's register AX, a dword.
;   out    EAX
bridge_read:
	push	dx
	call	bridge_point
	in	eax, dx
	pop	dx
	ret
bridge_point:
	movzx	eax, ax
	or	eax, HOST_BRIDGE
	mov	dx, PCI_ADDRESS
	out	dx, eax
	mov	dx, PCI_DATA
	ret

; AX = bus/device/function of the first network card on bus 0.
find_card:
	mov	ebx, HOST_BRIDGE
.next:
	lea	eax, [ebx + 8]
	mov	dx, PCI_ADDRESS
	out	dx, eax
	mov	dx, PCI_DATA
	in	eax, dx
	shr	eax, 24
	cmp	al, CLASS_NETWORK
	je	.found
	add	ebx, 0x100
	test	ebx, 0x10000
	jz	.next
	SAY	`pci3: FAILED: no card\n`
.found:
	mov	eax, ebx
	shr	eax, 8
	ret

; Stores the card's 64 bytes of configuration at ES:DI, but for its status.
read_card:
	movzx	eax, word [cs:card]
	shl	eax, 8
	or	eax, HOST_BRIDGE
	mov	cx, 16
.dword:
	push	eax
	mov	dx, PCI_ADDRESS
	out	dx, eax
	mov	dx, PCI_DATA
	in	eax, dx
	cmp	cl, 15
	jne	.store
	movzx	eax, ax
.store:
	stosd
	pop	eax
	add	al, 4
	loop	.dword
	ret

; ---- what the ROM may ask --------------------------------------------------------------------
; INT 1Ah: the PCI BIOS is there and of VERSION, and does not keep EDI; all else is the firmware's.
int_1a:
	cmp	ax, 0xb101
	je	.ours
	jmp	far [cs:old_1a]
.ours:
	mov	ax, 0x0001
	mov	bx, VERSION
	mov	cx, 0x3f00
	mov	edx, 'PCI '
	mov	edi, 0xdeadbeef
	push	bp
	mov	bp, sp
	and	byte [bp + 6], 0xfe
	pop	bp
	iret

; INT 18h: the way back for who has lost our stack.
int_18:
	SAY	`pci3: bev ended by int 18\n`
	jmp	bev_over

%if PMM
; The POST Memory Manager (PMM-1..14): one block of each kind, permanent.
struc pmm_args
	.bp:		resw 3
	.function:	resw 1
	.length:	resd 1		; paragraphs
	.handle:	resd 1
	.flags:		resw 1
endstruc
PMM_PERMANENT	equ 8

pmm_entry:
	push	bp
	mov	bp, sp
	pushad
	push	ds
	push	cs
	pop	ds
	cmp	bp, ARENA + GUARD + 256
	CHECK	ae, 'pmm was called with less than 256 bytes of stack'
	SAY	`pci3: pmm `
	mov	al, [bp + pmm_args.function]
	call	say_hex8
	SAY	` `
	mov	eax, [bp + pmm_args.length]
	call	say_hex32
	mov	edx, -1
	cmp	word [bp + pmm_args.function], 1
	jb	.allocate
	je	.find
	cmp	word [bp + pmm_args.function], 2
	jne	.answer

	; Deallocate: EAX = address.
	xor	edx, edx
	mov	si, pmm_blocks
	call	.is_it
	je	.free
	add	si, pmm_block_size
	call	.is_it
	je	.free
	inc	edx
	jmp	.answer
.free:
	mov	dword [si + pmm_block.handle], 0
	jmp	.answer
.is_it:
	cmp	dword [si + pmm_block.handle], 0
	je	.not_it
	cmp	[si + pmm_block.base], eax
	ret
.not_it:
	cmp	sp, 0
	ret

.find:
	mov	si, pmm_blocks
	mov	edx, [si + pmm_block.base]
	cmp	[si + pmm_block.handle], eax
	je	.answer
	add	si, pmm_block_size
	mov	edx, [si + pmm_block.base]
	cmp	[si + pmm_block.handle], eax
	je	.answer
	xor	edx, edx
	jmp	.answer

.allocate:
	SAY	` `
	mov	eax, [bp + pmm_args.handle]
	call	say_hex32
	SAY	` `
	mov	ax, [bp + pmm_args.flags]
	call	say_hex16
	mov	cx, ax
	xor	edx, edx
	mov	si, pmm_blocks
	and	ax, 3
	jz	.answer
	cmp	ax, 2
	jb	.kind
	add	si, pmm_block_size
.kind:
	mov	ebx, [bp + pmm_args.length]
	mov	edx, [si + pmm_block.room]
	test	ebx, ebx
	jz	.answer			; how much is there?
	xor	edx, edx
	test	bl, bl
	CHECK	z, 'pmm was asked for no whole 4 KiB'
	test	cl, PMM_PERMANENT
	jz	.answer
	cmp	dword [si + pmm_block.handle], 0
	jne	.answer
	mov	eax, ebx
	shl	eax, 4
	cmp	eax, [si + pmm_block.room]
	ja	.answer
	mov	edx, [si + pmm_block.base]
	mov	eax, [bp + pmm_args.handle]
	mov	[si + pmm_block.handle], eax
.answer:
	SAY	` -> `
	mov	eax, edx
	call	say_hex32
	SAY	`\n`
	mov	[bp - 4], dx		; PUSHAD's EAX, EDX
	shr	edx, 16
	mov	[bp - 12], dx
	pop	ds
	popad
	pop	bp
	retf

struc pmm_block
	.base:		resd 1
	.room:		resd 1
	.handle:	resd 1		; 0: free
endstruc
pmm_blocks:
	dd	PMM_LOW, PMM_LOW_LEN, 0
	dd	PMM_HIGH, PMM_HIGH_LEN, 0
pmm_header:
	db	'$PMM', 1, 16, 0
	dw	pmm_entry, SELF_SEG
	times	5 db 0
%endif

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

; Everything as it is before INIT, and a copy of what INIT shall keep.
prepare:
	mov	ax, AREA_SEG
.wipe:
	mov	es, ax
	call	wipe_unit
	cmp	ax, AREA_END_SEG
	jb	.wipe

	push	ds
	mov	bx, SHIPPED_SEG
	mov	dx, INIT_SEG
	mov	bp, [init_units]
.unit:
	mov	ds, bx
	mov	es, dx
	xor	si, si
	xor	di, di
	mov	cx, 128
	rep movsd
	add	bx, SECTOR_SEG
	add	dx, SECTOR_SEG
	dec	bp
	jnz	.unit

	xor	ax, ax
	mov	ds, ax
	push	cs
	pop	es
	xor	si, si
	mov	di, saved_ivt
	mov	cx, 0x100
	rep movsd
	mov	ax, [BDA_BASE_KB]
	mov	[cs:saved_base], ax
	mov	ax, [BDA_EBDA_SEG]
	mov	[cs:saved_ebda], ax
	mov	ds, ax
	movzx	cx, byte [0]
	mov	[cs:saved_kib], cx

	; What a first INIT has put behind it, the next may change.
	cmp	word [cs:firmware_kib], 0
	jne	.known
	cmp	cl, EBDA_KIB_MAX
	jbe	.fits
	mov	cl, EBDA_KIB_MAX
.fits:
	mov	[cs:firmware_kib], cx
.known:
	mov	cx, [cs:firmware_kib]
	shl	cx, 8
	xor	si, si
	mov	di, saved_ebda_bytes
	rep movsd
	pop	ds

	mov	di, saved_config
	call	read_card
	call	sum_bios
	mov	[saved_bios], eax
	xor	ax, ax
	mov	es, ax
	mov	di, ARENA
	mov	cx, 2 * GUARD + STACK + 4
	mov	al, PAINT
	rep stosb
	mov	eax, CF8_GIVEN
	mov	dx, PCI_ADDRESS
	out	dx, eax
	ret

; Fills 512 bytes at ES = AX with WIPE; AX and ES go on behind them.
wipe_unit:
	push	ax
	xor	di, di
	mov	al, WIPE
	mov	cx, 512
	rep stosb
	pop	ax
	add	ax, SECTOR_SEG
	mov	es, ax
	ret

; EAX = a sum over F0000-FFFFF: nothing there is for a ROM.
sum_bios:
	push	ds
	mov	ax, 0xf000
	mov	ds, ax
	xor	edx, edx
	xor	si, si
	mov	cx, 0x4000
.next:
	lodsd
	rol	edx, 1
	add	edx, eax
	loop	.next
	mov	eax, edx
	pop	ds
	ret

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
	cli
	mov	ax, cs
	mov	ss, ax
	movzx	esp, word [cs:saved_sp]
	mov	ds, ax
	sti
	cld
	ret

; ---- by the book? ----------------------------------------------------------------------------
verdict:
	SAY	`pci3: bx `
	mov	ax, [bx_given]
	call	say_hex16
	mov	dx, PCI_ADDRESS
	in	eax, dx
	cmp	eax, CF8_GIVEN
	CHECK	e, '0cf8h has changed'
	call	check_registers
	call	check_stack
	call	check_low_memory
	push	cs
	pop	es
	mov	di, got_config
	call	read_card
	mov	si, saved_config
	mov	di, got_config
	mov	cx, 16
	repe cmpsd
	CHECK	e, 'the card is not as it was'
	call	sum_bios
	cmp	eax, [saved_bios]
	CHECK	e, 'the system BIOS has been written to'

	; Does this BX make sense?  Among the option ROMs, and clear of the INIT image.
	mov	word [run_seg], INIT_SEG
	movzx	eax, word [bx_given]
	shl	eax, 4
	cmp	eax, ROMS_SEG << 4
	jb	.here
	movzx	ecx, word [announced]
	shl	ecx, 9
	add	ecx, eax
	cmp	ecx, ROMS_END
	ja	.here
	cmp	ecx, INIT_SEG << 4
	jbe	.there
	movzx	ecx, word [init_units]
	shl	ecx, 9
	add	ecx, INIT_SEG << 4
	cmp	eax, ecx
	jb	.here
.there:
	mov	ax, [bx_given]
	mov	[run_seg], ax
	call	count_changes
	test	dx, dx
	CHECK	z, 'the INIT image has been changed'
	jmp	.image
.here:
	call	count_changes
	cmp	dx, NOTES_MAX
	CHECK	be, 'the INIT image has been changed all over'
.image:
	call	check_image
	call	check_area
	SAY	` run-time `
	mov	ax, [run_seg]
	call	say_hex16
	SAY	` units `
	mov	es, ax
	mov	al, [es:UNITS]
	call	say_hex8
	SAY	`\n`
	ret

NOTES_MAX	equ 16			; size, sum, notes

check_registers:
	cmp	dword [got_eax], EAX_GIVEN | 0x20
	CHECK	e, 'eax is not xxxx0020'
	movzx	eax, word [bx_given]
	or	eax, EBX_GIVEN
	cmp	[got_ebx], eax
	CHECK	e, 'ebx has changed'
	cmp	dword [got_ecx], ECX_GIVEN
	CHECK	e, 'ecx has changed'
	cmp	dword [got_edx], EDX_GIVEN
	CHECK	e, 'edx has changed'
	cmp	dword [got_esi], ESI_GIVEN
	CHECK	e, 'esi has changed'
	cmp	dword [got_edi], EDI_GIVEN
	CHECK	e, 'edi has changed'
	cmp	dword [got_ebp], EBP_GIVEN
	CHECK	e, 'ebp has changed'
	cmp	dword [got_esp], ARENA + GUARD + STACK + 4
	CHECK	e, 'esp has changed'
	cmp	word [got_ds], 0x4444
	CHECK	e, 'ds has changed'
	mov	ax, [got_es]
	cmp	ax, 0x3333
	CHECK	e, 'es has changed'
	cmp	[got_fs], ax
	CHECK	e, 'fs has changed'
	cmp	[got_gs], ax
	CHECK	e, 'gs has changed'
	cmp	word [got_ss], 0
	CHECK	e, 'ss has changed'
	mov	ax, [flags_given]
	cmp	[got_flags], ax
	CHECK	e, 'flags have changed'
	ret

; The guards at both ends, and how deep INIT went, its return address not counted.
check_stack:
	xor	ax, ax
	mov	es, ax
	mov	di, ARENA
	mov	al, PAINT
	mov	cx, GUARD
	repe scasb
	CHECK	e, 'stack overrun'
	mov	cx, STACK + 1
	repe scasb
	neg	di
	add	di, ARENA + GUARD + STACK + 1
	SAY	` stack `
	mov	ax, di
	call	say_hex16
	mov	di, ARENA + GUARD + STACK + 4
	mov	al, PAINT
	mov	cx, GUARD
	repe scasb
	CHECK	e, 'above its stack'
	ret

; Vectors as they were, those into the EBDA excepted; 40:0E, 40:13 and the EBDA as before or
; grown by the book, with its old bytes at both ends.
check_low_memory:
	xor	ax, ax
	mov	es, ax
	mov	si, saved_ivt
	xor	di, di
.vector:
	mov	eax, [es:di]
	cmp	eax, [si]
	je	.same
	mov	ax, [si + 2]
	cmp	ax, [saved_ebda]
	CHECK	ae, 'a vector has changed'
.same:
	add	si, 4
	add	di, 4
	cmp	di, 0x400
	jb	.vector

	mov	bx, [saved_ebda]
	mov	bp, [es:BDA_EBDA_SEG]
	sub	bx, bp
	test	bx, 0x3f
	CHECK	z, 'the ebda is not where it was by whole KiB'
	shr	bx, 6
	SAY	` ebda +`
	mov	al, bl
	call	say_hex8
	mov	ax, [saved_base]
	sub	ax, bx
	cmp	[es:BDA_BASE_KB], ax
	CHECK	e, '40:13 does not fit'
	mov	es, bp
	mov	ax, [saved_kib]
	add	al, bl
	cmp	[es:0], al
	CHECK	e, 'the ebda does not know its size'
	mov	si, saved_ebda_bytes + 1
	mov	di, 1
	mov	cx, [firmware_kib]
	shl	cx, 10
	dec	cx
	push	cx
	repe cmpsb
	CHECK	e, 'the ebda holds something else'
	pop	cx
	test	bx, bx
	jz	.stayed
	mov	es, [saved_ebda]
	mov	si, saved_ebda_bytes + 1
	mov	di, 1
	repe cmpsb
	CHECK	e, 'the old ebda holds something else'
.stayed:
	ret

; DX = how many bytes of the INIT image are not as shipped.
count_changes:
	push	ds
	mov	ax, SHIPPED_SEG
	mov	bx, INIT_SEG
	mov	bp, [init_units]
	xor	dx, dx
.unit:
	mov	ds, ax
	mov	es, bx
	xor	si, si
	xor	di, di
	mov	cx, 512
.next:
	repe cmpsb
	je	.equal
	inc	dx
	test	cx, cx
	jnz	.next
.equal:
	add	ax, SECTOR_SEG
	add	bx, SECTOR_SEG
	dec	bp
	jnz	.unit
	pop	ds
	ret

; The run-time image at run_seg: a ROM, no longer than announced, with good sums.
check_image:
	mov	es, [run_seg]
	cmp	word [es:0], 0xaa55
	CHECK	e, 'no run-time image'
	movzx	cx, byte [es:UNITS]
	test	cx, cx
	CHECK	nz, 'the run-time image is empty'
	cmp	cx, [announced]
	CHECK	be, 'the run-time image is longer than announced'
	mov	bx, es
	xor	ah, ah
.unit:
	jcxz	.summed
	mov	es, bx
	xor	si, si
.byte:
	es lodsb
	add	ah, al
	cmp	si, 512
	jb	.byte
	add	bx, SECTOR_SEG
	loop	.unit
.summed:
	test	ah, ah
	CHECK	z, 'the run-time image does not sum to 0'
	mov	es, [run_seg]
	mov	si, [es:PCIR]
	cmp	dword [es:si], 'PCIR'
	CHECK	e, 'no PCIR in the run-time image'
	mov	si, [es:PNP]
	cmp	dword [es:si], '$PnP'
	CHECK	e, 'no $PnP in the run-time image'
	mov	cx, 32
	xor	ah, ah
.pnp:
	es lodsb
	add	ah, al
	loop	.pnp
	test	ah, ah
	CHECK	z, '$PnP does not sum to 0'
	ret

; Nothing in the area but the run-time image, or the INIT image if it is there.
check_area:
	mov	ax, AREA_SEG
.unit:
	mov	bx, [run_seg]
	movzx	dx, byte [cs:init_units]
	cmp	bx, INIT_SEG
	je	.whole
	mov	es, bx
	movzx	dx, byte [es:UNITS]
.whole:
	shl	dx, 5
	add	dx, bx
	cmp	ax, bx
	jb	.look
	cmp	ax, dx
	jb	.next
.look:
	mov	es, ax
	push	ax
	xor	di, di
	mov	al, WIPE
	mov	cx, 512
	repe scasb
	pop	ax
	CHECK	e, 'something else lies among the option ROMs'
.next:
	add	ax, SECTOR_SEG
	cmp	ax, AREA_END_SEG
	jb	.unit
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

	SAY	`witness: begin before\n`
	call	witness_state
	call	witness_e820
	SAY	`witness: end before\n`
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
	cli
	mov	ax, cs
	mov	ss, ax
	movzx	esp, word [cs:saved_sp]
	mov	ds, ax
	sti
	cld
	SAY	`witness: begin after\n`
	call	witness_state
	call	witness_e820
	SAY	`witness: end after\n`
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
