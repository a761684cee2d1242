; SPDX-License-Identifier: BSD-2-Clause
; Memory accesses of the 16-bit C (src/port/real16/lowmem.h), which calls these with a 16-bit
; return address.  Through FS, so that no segment needs more than its 64 KiB.

%include "rom.inc"

	global low_peek, low_poke8, low_poke16, low_poke32

	section .text.init

; Reads memory below 1 MiB.
;   in     EAX = linear address
;   out    EAX = dword there
;   breaks flags, FS
low_peek:
	push	bx
	call	point
	mov	eax, [fs:bx]
	pop	bx
	ret

; FS:BX -> linear address EAX.
point:
	push	eax
	mov	bx, ax
	and	bx, 15
	shr	eax, 4
	mov	fs, ax
	pop	eax
	ret

; Write memory below 1 MiB.
;   in     EAX = linear address; DL, DX, EDX = value
;   breaks flags, FS
low_poke8:
	push	bx
	call	point
	mov	[fs:bx], dl
	pop	bx
	ret
low_poke16:
	push	bx
	call	point
	mov	[fs:bx], dx
	pop	bx
	ret
low_poke32:
	push	bx
	call	point
	mov	[fs:bx], edx
	pop	bx
	ret
