; SPDX-License-Identifier: BSD-2-Clause
; What of this image stays after INIT, and where: the payload (docs/memory-map.md says in which
; order), and the run-time image.

%include "rom.inc"
%include "init.inc"

	extern rom_info, rom_pcir, say_text, say_hex16, say_hex32, say_dec
	extern call_with_bar, bar_open, bar_close, payload_check
	extern context, reserve_payload, reserve_keep
	global keep_payload, leave_image

%define UNIT        512

	section .text.init

; Copies the payload to permanent memory if there is any; else makes sure of another way.
;   breaks all but segments and BP
;   stack  18
keep_payload:
	; Where it is now: behind this image, or in the ROM.
	mov	esi, [cs:rom_info + rom_info.payload_off]
	mov	ebx, esi
	add	esi, [R(terms.image)]
	call	payload_check
	jc	.not_here
	add	ebx, ecx
	cmp	[R(terms.image_len)], ebx
	setae	[bp + init.in_window]
	jmp	short .here
.not_here:
	call	find_in_bar
	jc	.show
.here:
	; ESI = payload, ECX = its length.  Arguments of copy32, with core_len in between.
	push	ecx
	push	esi
	mov	bx, sp
	mov	eax, core_len32
	call	call_with_bar
	push	eax
	call	context
	call	dword reserve_payload
	pop	ecx
	push	dword [R(payload)]
	test	al, al
	jz	.kept
	mov	bx, sp
	mov	eax, copy32
	call	call_with_bar
	xchg	eax, ecx
	call	context
	call	dword reserve_keep
.kept:
	add	sp, 12

.show:
	LOG	`ebb: init: payload `
	mov	eax, [R(payload)]
	test	eax, eax
	jz	.not_pmm
	LOG	`pmm `
	LOG_VALUE say_hex32
	LOG	` `
	mov	eax, [R(payload_len)]
	call	say_kib
	mov	eax, [R(room_len)]
	test	eax, eax
	jz	.close
	LOG	` room `
	call	say_kib
	jmp	short .close
.not_pmm:
	cmp	byte [bp + init.bar_is_open], 0
	jne	.bar
	cmp	byte [bp + init.in_window], 0
	je	.none
	call	find_in_bar             ; the same, and the window can be given away
	jnc	.bar
	mov	eax, [R(terms.image_len)]
	mov	[bp + init.keep_len], eax
	LOG	`window`
	jmp	short .close
.none:
	LOG	`not kept`
	jmp	short .close
.bar:
	LOG	`bar`
.close:
	LOG	`\n`
	cmp	byte [bp + init.bar_is_open], 0
	jne	close_bar
	ret

; Prints EAX in KiB, rounded up.
say_kib:
	add	eax, 1023
	shr	eax, 10
	LOG_VALUE say_dec
	LOG	`k`
	ret

; Looks for the payload in the card's ROM.
;   out    CF=0: ESI = linear address, ECX = its length, bar_is_open
;          CF=1: not there
;   breaks EAX EBX
find_in_bar:
	mov	ax, [bp + init.card]
	cmp	ax, BLOCK_NO_BDF
	je	.no
	lea	bx, [bp + init.bar]
	call	bar_open
	jc	.end
	mov	esi, [cs:rom_info + rom_info.payload_off]
	add	esi, eax
	call	payload_check
	jc	.close
	mov	byte [bp + init.bar_is_open], 1
	ret
.close:
	call	close_bar
.no:
	stc
.end:
	ret

close_bar:
	lea	bx, [bp + init.bar]
	jmp	bar_close

	; Called through the gate; EAX -> source and length, dest and source and length.
	bits 32
core_len32:
	mov	eax, [eax]
	mov	eax, [eax + payload.core_mem_len]
	ret

; Copies and compares what has arrived: EAX = 1 if it is the same.
copy32:
	push	esi
	push	edi
	mov	edi, [eax]
	mov	esi, [eax + 4]
	mov	ecx, [eax + 8]
	shr	ecx, 2
	push	ecx
	rep	movsd
	pop	ecx
	mov	edi, [eax]
	mov	esi, [eax + 4]
	xor	eax, eax
	repe	cmpsd
	sete	al
	pop	edi
	pop	esi
	ret
	bits 16

; Leaves the run-time image where it shall be: shrinks this one in place, or copies it to the
; run-time segment (PCI 3.0; the INIT copy stays as it is).  Writes the notes (ROM-6, ROM-7).
;   breaks all but segments and BP
leave_image:
	LOG	`ebb: init: `
	mov	bx, [bp + init.rom_seg]
	mov	dx, cs
	cmp	bx, dx
	je	.here

	; To the run-time segment, no more than was announced.
	movzx	eax, word [cs:rom_pcir + pcir.max_runtime_units]
	shl	eax, 9
	cmp	[bp + init.keep_len], eax
	jbe	.fits
	mov	eax, [R(terms.runtime_len)]
	mov	[bp + init.keep_len], eax
	LOG	`payload lost, `
.fits:
	mov	ax, [bp + init.keep_len + 1]
	shr	ax, 1
.copy:
	mov	ds, dx
	mov	es, bx
	xor	si, si
	xor	di, di
	mov	cx, UNIT / 4
	rep	movsd
	add	dx, UNIT / 16
	add	bx, UNIT / 16
	dec	ax
	jnz	.copy
	push	ss
	pop	ds

.here:
	; The byte holds nothing yet: does it change?
	mov	bx, [bp + init.rom_seg]
	mov	es, bx
	mov	di, rom_info
	mov	al, [es:di + rom_info.note_place]
	not	byte [es:di + rom_info.note_place]
	xor	al, [es:di + rom_info.note_place]
	inc	al
	jnz	.read_only

	mov	ax, [bp + init.card]
	inc	ax
	mov	[es:di + rom_info.note_bdf_plus_1], ax
	mov	ax, [bp + init.note]
	mov	[es:di + rom_info.note_block], ax
	mov	al, [R(place)]
	mov	[es:di + rom_info.note_place], al
	mov	cx, [bp + init.keep_len + 1]
	shr	cx, 1
	mov	[es:rom_header.units], cl
	mov	ds, bx
	xor	ax, ax
.unit:
	xor	si, si
	mov	dx, UNIT
.sum:
	lodsb
	add	ah, al
	dec	dx
	jnz	.sum
	mov	dx, ds
	add	dx, UNIT / 16
	mov	ds, dx
	loop	.unit
	sub	[es:rom_header.checksum], ah
	push	ss
	pop	ds

	LOG	`run-time `
	mov	ax, bx
	LOG_VALUE say_hex16
	LOG	` `
	mov	eax, [bp + init.keep_len]
	LOG_VALUE say_dec
	LOG	` bytes\n`
	jmp	short .end
.read_only:
	LOG	`image read-only, kept as it is\n`
.end:
	push	ss
	pop	es
	ret
