; SPDX-License-Identifier: BSD-2-Clause
; INT 19h, hooked at INIT where firmware calls no boot entries (PNP-8, src/ebda/int19.c).  Boots
; as the boot entries of all ROMs of this build would, one after the other, and goes on to the old
; handler: that of the firmware boots the disks.

%include "rom.inc"
%include "hook.inc"

	extern rom_info, bev_entry, block_here, enter_from_outside, leave_chain, old_vector
	global int19_entry

%define VECTOR(n) 4 * n
%define UNIT      512

	section .text.run

; One attempt: whoever calls INT 19h afterwards, a boot program or DOS, gets the old handler, so
; that nothing boots in a circle.
;   keeps  every register and flag, for the old handler
;   stack  64, and what bev_entry takes
int19_entry:
	ENTER

	; The old vector: the block's, since the anchor may be that of another build's ROM.
	call	block_here
	jc	.no_block
	mov	eax, [es:block.old_int19]
	test	eax, eax
	jz	.no_block
	cmp	byte [es:block.int19_tried], 0
	je	.boot
	mov	[bp + kept.extra], eax
	jmp	leave_chain
.no_block:
	mov	cx, block.old_int19 << 8 | hook_anchor.old_int19
	call	old_vector
	jnc	.boot
	xor	ax, ax                  ; lost: INT 18h
	mov	es, ax
	mov	eax, [es:VECTOR(0x18)]
.boot:
	mov	[bp + kept.extra], eax

	; Out of the chain.  If somebody has come after us we stay in it (HOOK-4) and make a note.
	xor	bx, bx
	mov	es, bx
	mov	bx, cs
	shl	ebx, 16
	mov	bx, int19_entry
	cmp	[es:VECTOR(0x19)], ebx
	jne	.stay
	mov	[es:VECTOR(0x19)], eax
	jmp	short .images
.stay:
	call	block_here
	jc	.images
	inc	byte [es:block.int19_tried]
	dec	byte [es:block.sum]
.images:

	mov	ax, ROM_AREA >> 4
	mov	ebx, [cs:rom_info + rom_info.build_id]
.image:
	mov	es, ax
	cmp	[es:rom_info + rom_info.build_id], ebx
	jne	.next
	cmp	word [es:0], ROM_SIGNATURE
	jne	.next
	push	ax
	push	word bev_entry
	mov	si, sp
	call	far [si]
	add	sp, 4
.next:
	add	ax, UNIT / 16
	cmp	ax, ROM_AREA_END >> 4
	jb	.image
	jmp	leave_chain
