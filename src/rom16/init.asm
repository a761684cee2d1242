; SPDX-License-Identifier: BSD-2-Clause
; INIT: firmware's far call in POST.  identify -> reserve block, then keep.asm: keep payload ->
; shrink.  Waits for nothing, reads no key, asks for no memory map (ROM-12); the image may be
; read-only.

%include "rom.inc"
%include "init.inc"

	extern rom_info, say_open, say_text, say_hex16, say_hex32, say_dec, say_bdf
	extern firmware_find, pci_bios, card_check, card_search
	extern reserve_block, block_enter_card, keep_payload, leave_image
	global init_entry, context

%define INIT_STATUS 0x0020              ; AX: an IPL device is attached (ROM-13)
%define PCI_3_0     0x0300
%define PMM_ENTRY   7                   ; in $PMM: offset and segment

	section .text.init

; Firmware's far call.
;   in     AX = bus/device/function, or anything; BX = run-time segment, or anything
;   out    AX = PnP status
;   keeps  every other register and flag, segment limits
;   stack  152
init_entry:
	pushfd
	pushad
	push	ds
	push	es
	push	fs
	cld

	; PMM, E0000-FFFFF, before more of the stack is used (PMM-1, ROM-10).  SeaBIOS clears the
	; entry before it boots.
	mov	edx, "$PMM"
	mov	ax, 0xe000
	call	firmware_find
	mov	eax, [PMM_ENTRY]
	jnc	.pmm
	xor	eax, eax
.pmm:
	push	ss
	pop	ds
	push	ss
	pop	es
	mov	ebx, esp
	movzx	esp, sp                 ; 16-bit C has 32-bit stack pointers
	push	ebx
	sub	sp, init.esp
	mov	bp, sp
	mov	di, sp
	mov	cx, init.esp / 2
	xchg	eax, ebx
	xor	ax, ax
	rep	stosw
	mov	[bp + init.lm + lowmem.pmm_entry], ebx

	call	say_open
	LOG	`ebb: init: ebb `
	mov	eax, [cs:rom_info + rom_info.build_id]
	mov	[R(terms.build_id)], eax
	LOG_VALUE say_hex32
	call	identify_image
	call	context
	call	dword reserve_block
	call	identify_card
	call	log_block
	mov	dx, PCI_CONFIG_ADDRESS         ; ROM-5: as found
	in	eax, dx
	push	eax
	call	keep_payload
	mov	dx, PCI_CONFIG_ADDRESS
	pop	eax
	out	dx, eax
	call	leave_image

	; A firmware that does not know what a boot entry is will not call ours (PNP-8).
	mov	edx, "$PnP"
	mov	ax, 0xf000
	call	firmware_find
	push	ss
	pop	ds
	jnc	.pnp
	LOG	`ebb: init: no pnp bios, no boot entry\n`
.pnp:

	mov	word [bp + init.regs + 28], INIT_STATUS
	mov	sp, bp
	add	sp, init.esp
	pop	ebx
	mov	esp, ebx
	pop	fs
	pop	es
	pop	ds
	popad
	popfd
	retf

; What all C functions here begin with.
;   out    EAX = lm, EDX = reserve
context:
	movzx	eax, bp
	lea	edx, [eax + init.reserve]
	add	eax, init.lm
	ret

; Where this image is and where it will run (ROM-4).
;   breaks all but segments and BP
identify_image:
	xor	eax, eax
	mov	ax, cs
	mov	[bp + init.rom_seg], ax
	shl	eax, 4
	mov	[R(terms.image)], eax
	movzx	ecx, byte [cs:rom_header.units]
	shl	ecx, 9
	mov	[R(terms.image_len)], ecx
	movzx	ecx, word [cs:rom_info + rom_info.runtime_len]
	mov	[bp + init.keep_len], ecx
	mov	[R(terms.runtime_len)], ecx
	call	pci_bios
	jc	.here
	mov	[R(terms.pci_version)], bx
	mov	[bp + init.last_bus], cl

	; BX counts if firmware follows PCI 3.0 and the place makes sense: some do not (ROM-4).
	cmp	bx, PCI_3_0
	jb	.here
	movzx	ebx, word [bp + init.regs + 16]
	cmp	bx, ROM_AREA >> 4
	jb	.here
	mov	eax, ebx
	shl	eax, 4
	mov	ecx, eax
	add	ecx, [bp + init.keep_len]
	cmp	ecx, ROM_AREA_END
	ja	.here
	sub	eax, [R(terms.image)]
	cmp	eax, [R(terms.image_len)]
	jb	.here
	neg	eax
	cmp	eax, [bp + init.keep_len]
	jb	.here
	mov	[bp + init.rom_seg], bx
.here:
	movzx	eax, word [bp + init.rom_seg]
	shl	eax, 4
	mov	[R(terms.runtime)], eax
	ret

; Whose ROM this is: the function that firmware named if it can be ours (ROM-5), else a search.  The
; card is entered in the block.
;   breaks all but segments and BP
identify_card:
	or	ax, BLOCK_NO_BDF
	cmp	word [R(terms.pci_version)], 0
	je	.none
	mov	ax, [bp + init.regs + 28]
	call	card_check
	je	.found
	mov	ch, [bp + init.last_bus]
	mov	edi, [R(block)]
	mov	bx, [bp + init.rom_seg]
	call	card_search
	cmp	ax, BLOCK_NO_BDF
	je	.none
.found:
	mov	[bp + init.card], ax
	LOG	` card `
	LOG_VALUE say_bdf
	LOG	` `
	xchg	eax, edx
	LOG_VALUE say_hex16
	LOG	`:`
	shr	eax, 16
	LOG_VALUE say_hex16
	LOG	`\n`
	mov	edx, [R(block)]
	test	edx, edx
	jz	.end
	push	word 0
	push	word [bp + init.rom_seg]
	push	word 0
	push	word [bp + init.card]
	call	context
	mov	edx, [R(block)]
	mov	ecx, [R(terms.build_id)]
	call	dword block_enter_card
	add	sp, 8
.end:
	ret
.none:
	mov	[bp + init.card], ax
	LOG	` card none\n`
	ret

; Says which rung of the block ladder was taken, and makes the note of it.
;   breaks EAX EDX ES
log_block:
	LOG	`ebb: init: block `
	mov	eax, [R(block)]
	test	eax, eax
	jz	.none
	cmp	byte [R(shared)], 0
	je	.place
	LOG	`shared `
.place:
	cmp	byte [R(place)], BLOCK_EBDA
	jne	.pmm
	LOG	`ebda `
	push	word 0x40
	pop	es
	movzx	edx, word [es:BDA_EBDA_SEG - BDA_BASE]
	xchg	eax, edx
	LOG_VALUE say_hex16
	LOG	`:`
	shl	eax, 4
	sub	edx, eax
	xchg	eax, edx
	LOG_VALUE say_hex16
	cmp	byte [R(grown_kb)], 0
	je	.note
	LOG	` +`
	push	eax
	movzx	eax, byte [R(grown_kb)]
	LOG_VALUE say_dec
	pop	eax
	LOG	`k`
	jmp	short .note
.pmm:
	LOG	`pmm `
	LOG_VALUE say_hex32
.note:
	shr	eax, 4
	mov	[bp + init.note], ax
	LOG	`\n`
	ret
.none:
	LOG	`none: `
	mov	al, [R(ebda)]
	cmp	al, EBDA_BAD_SIZE
	jb	.no_ebda
	je	.bad_size
	cmp	al, EBDA_NOT_ADJACENT
	je	.not_adjacent
	LOG	`no room\n`
	ret
.no_ebda:
	LOG	`no ebda\n`
	ret
.bad_size:
	LOG	`bad ebda size\n`
	ret
.not_adjacent:
	LOG	`ebda not adjacent\n`
	ret
