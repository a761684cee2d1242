; SPDX-License-Identifier: BSD-2-Clause
; The block as real-mode code finds it, with next to no stack: hooks run on their callers'.  The
; order is that of block_find (src/ebda/block.c), which the core uses.

%include "rom.inc"

	extern rom_info
	global block_here

	section .text.run

; Finds the block where it is now (EBDA-9): PMM memory that the image notes, if firmware did keep
; it; else upwards from the end of base memory or the EBDA, whichever is lower, so that a block that
; has moved comes before a copy that it left behind, and to 640 KiB, where movers that copy only
; part of the EBDA leave it; the ROM area, unless the image notes that the block is not there.
;   out    CF=0: ES = its segment.  CF=1: none, or lost; ES undefined
;   breaks EAX ECX EDX SI
;   stack  4
block_here:
	mov	es, [cs:rom_info + rom_info.note_block]
	cmp	byte [cs:rom_info + rom_info.note_place], BLOCK_PMM
	jne	.search
	call	check_block
	jnc	.end
.search:
	xor	ax, ax
	mov	es, ax
	mov	ax, [es:BDA_BASE_KB]
	shl	ax, 6
	mov	cx, [es:BDA_EBDA_SEG]
	dec	cx                      ; no EBDA: above everything
	cmp	ax, cx
	jbe	.next
	inc	cx
	xchg	ax, cx
.next:
	cmp	ax, BASE_TOP >> 4
	jne	.try
	cmp	byte [cs:rom_info + rom_info.note_place], BLOCK_NOWHERE + 1
	cmc
	jc	.end
	mov	ax, ROM_AREA >> 4
.try:
	cmp	ax, ROM_AREA_END >> 4
	cmc
	jc	.end
	mov	es, ax
	inc	ax
	call	check_block
	jc	.next
.end:
	ret

; True if a block of this build is at ES:0.
;   out    CF=0: yes
;   breaks ECX EDX SI
check_block:
	cmp	dword [es:block.signature], BLOCK_SIGNATURE_0
	jne	.no
	cmp	dword [es:block.signature + 4], BLOCK_SIGNATURE_1
	jne	.no
	mov	edx, [cs:rom_info + rom_info.build_id]
	cmp	[es:block.build_id], edx
	jne	.no
	mov	cx, block_size
	cmp	[es:block.length], cx
	jne	.no
	xor	si, si
.sum:
	add	dh, [es:si]
	inc	si
	loop	.sum
	; DH started as a byte of the build id.
	sub	dh, [cs:rom_info + rom_info.build_id + 1]
	jz	.end
.no:
	stc
.end:
	ret
