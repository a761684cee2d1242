; SPDX-License-Identifier: BSD-2-Clause
; INIT's way to src/rom32/bar.c: one call through the gate each.

%include "rom.inc"

	extern rom_info, gate_enter32, rom_bar_open, rom_bar_close, payload_len_at
	global bar_open, bar_close, payload_check, call_with_bar

	section .text.init

; Makes the card's expansion ROM readable.
;   in     AX = bus/device/function, SS:BX -> BAR_STATE_SIZE bytes
;   out    CF=0: EAX = linear address of our image; call bar_close afterwards
;          CF=1: nothing readable, everything is as before
;   stack  200
bar_open:
	push	bp
	mov	bp, bx
	movzx	eax, ax
	mov	[bp + bar.bdf], eax
	xor	eax, eax
	mov	ax, cs
	shl	eax, 4
	add	eax, rom_info
	mov	[bp + bar.rom], eax
	pop	bp
	mov	eax, rom_bar_open
	call	call_with_bar
	cmp	eax, 1                  ; 0: none
	ret

; Undoes bar_open.
;   in     SS:BX -> the same area
bar_close:
	push	eax
	mov	eax, rom_bar_close
	call	call_with_bar
	pop	eax
	ret

; Calls the 32-bit function at offset EAX of this image with the area at SS:BX.
;   out    EAX = its result
call_with_bar:
	push	ebx
	push	ecx
	xor	ecx, ecx
	mov	cx, ss
	shl	ecx, 4
	movzx	ebx, bx
	add	ecx, ebx
	xor	ebx, ebx
	mov	bx, cs
	shl	ebx, 4
	add	ebx, eax
	mov	eax, ecx
	call	gate_enter32
	pop	ecx
	pop	ebx
	ret

; Checks for the header of this build's payload.
;   in     ESI = linear address
;   out    CF=0: ECX = the payload's total length
;          CF=1: not ours; ECX = 0
;   stack  180
payload_check:
	push	eax
	push	ebx
	mov	eax, esi
	xor	ebx, ebx
	mov	bx, cs
	shl	ebx, 4
	add	ebx, .check
	call	gate_enter32
	mov	ecx, eax
	cmp	eax, 1
	pop	ebx
	pop	eax
	ret

	bits 32
.check:
	call	.here
.here:
	pop	edx
	add	edx, rom_info - .here
	jmp	payload_len_at
	bits 16
