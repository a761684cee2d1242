; SPDX-License-Identifier: BSD-2-Clause
; Our INT 15h: the firmware's answers about memory with what is ours taken out (HIDE-1).  Real
; mode throughout and on the caller's stack, so that it works in V86 mode and from any loader
; (HIDE-8).  The map is numbered by ourselves: EBX is the index of the piece to answer, and each
; call walks the firmware's map from its start, so nothing is remembered between calls (HIDE-4).

%include "rom.inc"
%include "hook.inc"

	extern enter_from_outside, leave_iret, block_here, old_vector, chain_vector
	global int15_hook

%define INDEX_MAX   255                 ; bound of a walk; real maps have 10 to 30 entries

; Locals, below the caller's registers at SS:BP.
TARGET          equ -4                  ; the handler we call
NEXT            equ -8                  ; the firmware's continuation value
LEFT            equ -12                 ; pieces to pass before the one that is asked for
ENTRY           equ -12 - E820_LEN_MIN
LOWER           equ ENTRY - 4           ; bytes that base memory ends before the first range
LOCALS          equ 16 + E820_LEN_MIN

BASE_KB_MIN     equ 128                 ; less in 40:13 is no base memory (EBDA-3)

	section .text.run

;   stack  104
int15_hook:
	cmp	ax, 0xe820
	je	.ours
	cmp	ax, 0xe801
	je	.ours
	cmp	ax, 0xe881
	je	.ours
	cmp	ah, 0x88
	je	.ours
	ENTER
.chain:
	mov	cx, block.old_int15 << 8 | hook_anchor.old_int15
	jmp	chain_vector

.ours:
	ENTER
	mov	cx, block.old_int15 << 8 | hook_anchor.old_int15
	call	old_vector
	jc	.chain
	sub	sp, LOCALS
	mov	[bp + TARGET], eax
	call	block_here
	jc	.unable
	cmp	word [bp + kept_eax], 0xe820
	je	e820_call
	jmp	sizes
.unable:
	mov	sp, bp
	jmp	.chain

; E820.  A call that firmware would refuse goes to it as it is.
e820_call:
	cmp	dword [bp + kept_edx], E820_SMAP
	jne	int15_hook.unable
	cmp	dword [bp + kept_ecx], E820_LEN_MIN
	jb	int15_hook.unable
	mov	eax, [bp + kept_ebx]
	mov	[bp + LEFT], eax
	cmp	eax, INDEX_MAX
	ja	.end

	; The first range is the one below 1 MiB.  Who has taken base memory after us, or moved the
	; EBDA, has told 40:13 and nobody else (HIDE-6).
	mov	ebx, [es:block.hide]
	push	word BDA_BASE >> 4
	pop	ds
	movzx	eax, word [BDA_BASE_KB - BDA_BASE]
	cmp	ax, BASE_KB_MIN
	jb	.as_it_was
	shl	eax, 10
	sub	ebx, eax
	ja	.lower
.as_it_was:
	xor	ebx, ebx
.lower:
	mov	[bp + LOWER], ebx
	xor	ebx, ebx

	; One entry of the firmware's map, into the caller's own buffer, then here.
.next:
	call	call_old
	jc	.refused
	cmp	eax, E820_SMAP
	jne	.end
	mov	[bp + NEXT], ebx
	push	ecx                     ; bytes stored: for the answer
	push	ss
	pop	es
	mov	ds, [bp + kept.es]
	mov	si, [bp + kept_edi]
	lea	di, [bp + ENTRY]
	mov	cx, E820_LEN_MIN / 2
	rep movsw
	push	ss
	pop	ds
	call	block_here              ; anew after every call out (EBDA-6)
	jc	.end

	; Cut it at the edges of what is hidden, from its start on (HIDE-2).  Only RAM, and only
	; below 4 GiB, where all that is ours ends.
	mov	edi, -1                 ; whatever is not cut is one piece
	mov	edx, edi
	cmp	dword [bp + ENTRY + e820_entry.type], E820_RAM
	jne	.piece
	cmp	dword [bp + ENTRY + e820_entry.base + 4], 0
	jne	.piece
.cut:
	mov	ecx, [bp + ENTRY + e820_entry.base]
	mov	edi, ecx
	not	edi
	cmp	dword [bp + ENTRY + e820_entry.len + 4], 0
	jne	.long
	cmp	edi, [bp + ENTRY + e820_entry.len]
	jb	.long
	mov	edi, [bp + ENTRY + e820_entry.len]
.long:
	mov	edx, edi                ; EDI = all of it, EDX = the first piece
	mov	byte [bp + ENTRY + e820_entry.type], E820_RAM
	mov	si, block.hide
	mov	eax, [bp + LOWER]
.range:
	lea	ebx, [ecx + eax]
	sub	ebx, [es:si]            ; how far the range starts before the piece
	add	eax, [es:si + 4]        ; edges before it wrap to far above; unused ranges are 0, 0
	add	si, 8
	cmp	ebx, eax
	jae	.outside
	mov	byte [bp + ENTRY + e820_entry.type], E820_RESERVED
	sub	ebx, eax
.outside:
	neg	ebx                     ; to the next edge of this range
	jz	.far
	cmp	ebx, edx
	jae	.far
	mov	edx, ebx
.far:
	xor	eax, eax
	cmp	si, block.hide + 8 * BLOCK_HIDDEN
	jb	.range

	; EDX is a piece, the last of the entry if it equals EDI.  Is it the one?
.piece:
	dec	dword [bp + LEFT]
	js	.found
	cmp	edx, edi
	je	.entry_done
	add	[bp + ENTRY + e820_entry.base], edx
	sub	[bp + ENTRY + e820_entry.len], edx
	sbb	dword [bp + ENTRY + e820_entry.len + 4], 0
	jmp	.cut
.entry_done:
	pop	ecx
	mov	ebx, [bp + NEXT]
	test	ebx, ebx
	jnz	.next
.end:
	mov	byte [bp + kept_eax + 1], 0x86
	jmp	short .fail
.refused:
	mov	[bp + kept_eax], eax
.fail:
	or	byte [bp + kept.args], 1        ; CF in the caller's FLAGS
	jmp	leave_iret

	; The last piece of the last entry ends the walk.
.found:
	pop	dword [bp + kept_ecx]
	mov	eax, [bp + kept_ebx]
	inc	ax
	cmp	edx, edi
	jne	.cut_here
	cmp	dword [bp + NEXT], 1
	sbb	ecx, ecx
	not	ecx
	and	eax, ecx
	jmp	short .answer
.cut_here:
	mov	[bp + ENTRY + e820_entry.len], edx
	and	dword [bp + ENTRY + e820_entry.len + 4], 0
.answer:
	mov	[bp + kept_ebx], eax
	mov	dword [bp + kept_eax], E820_SMAP
	lea	si, [bp + ENTRY]
	mov	es, [bp + kept.es]
	mov	di, [bp + kept_edi]
	mov	cx, E820_LEN_MIN / 2
	rep movsw
	and	byte [bp + kept.args], 0xfe
	jmp	leave_iret

; E801, E881 and 88h: sizes, clipped at the first hidden range (HIDE-5).
sizes:
	mov	ebx, [bp + kept_ebx]
	call	call_old
	push	ss
	pop	ds
	jc	e820_call.refused
	mov	si, [bp + kept_eax]             ; the function
	mov	[bp + kept_eax], eax
	mov	[bp + kept_ebx], ebx
	mov	[bp + kept_ecx], ecx
	mov	[bp + kept_edx], edx
	and	byte [bp + kept.args], 0xfe
	push	si
	call	block_here
	pop	si
	jc	.done
	mov	eax, [es:block.clip_kb]
	lea	bx, [bp + kept_eax]
	call	.clip
	mov	cx, si
	cmp	ch, 0x88                        ; one size only
	je	.done
	lea	bx, [bp + kept_ecx]
	call	.clip
	mov	eax, [es:block.clip_units]
	lea	bx, [bp + kept_ebx]
	call	.clip
	lea	bx, [bp + kept_edx]
	call	.clip
.done:
	jmp	leave_iret

	; SS:BX -> a size, of 32 bits for E881, else of 16: at most EAX, which is below 10000h.
.clip:
	cmp	si, 0xe881
	jne	.narrow
	cmp	[bx], eax
	jbe	.small
	mov	[bx], eax
.narrow:
	cmp	[bx], ax
	jbe	.small
	mov	[bx], ax
.small:
	ret

; Calls the handler before us with the caller's registers, EBX excepted.
;   in     EBX
;   out    every register and CF as that handler leaves them; BP, and DF clear
;   stack  10
call_old:
	mov	eax, [bp + kept_eax]
	mov	ecx, [bp + kept_ecx]
	mov	edx, [bp + kept_edx]
	mov	esi, [bp + kept.regs + 4]
	mov	edi, [bp + kept_edi]
	mov	es, [bp + kept.es]
	mov	ds, [bp + kept.ds]
	push	bp                              ; some firmware does not keep it (MEM-2)
	stc
	pushf
	call	far [bp + TARGET]
	pop	bp
	cld
	ret
