; SPDX-License-Identifier: BSD-2-Clause
; What INIT asks of the firmware: its structures, the PCI BIOS, PMM (for src/port/flat32/pmm.h).
; Nothing that is answered is believed unseen.

%include "rom.inc"
%include "gate.inc"

	extern push_gdt, to_flat_here, to_real
	global firmware_find, pci_bios, flat, pmm_call

	section .text.init

; Looks for a structure of the firmware up to FFFFF that sums to 0 over the length at its offset 5.
;   in     EDX = signature, AX = first segment
;   out    CF=0: DS = its segment.  CF=1: none
;   breaks AX BL CX SI DS
;   stack  2
firmware_find:
	mov	ds, ax
	cmp	[0], edx
	jne	.step
	xor	si, si
	movzx	cx, [si + 5]
	jcxz	.step
	mov	bl, ch
.sum:
	add	bl, [si]
	inc	si
	loop	.sum
	test	bl, bl
	jz	.found
.step:
	inc	ax
	jnz	firmware_find
	stc
.found:
	ret

; Asks the PCI BIOS what it is (ROM-4).
;   out    CF=0: BX = version, BCD; CL = last bus
;          CF=1: there is none
;   breaks EAX ECX EDX EDI ESI
;   stack  16, and what INT 1Ah takes
pci_bios:
	push	ds
	push	es
	push	bp
	mov	ax, 0xb101
	xor	edi, edi
	stc
	int	0x1a
	pop	bp
	pop	es
	pop	ds
	cld
	jc	.end
	cmp	ah, 1                   ; CF unless 0
	cmc
	jc	.end
	cmp	edx, "PCI "
	je	.end                    ; with CF=0
	stc
.end:
	ret

; The gate as INIT uses it: the GDT is only there while the mode changes, since 256 bytes of the
; firmware's stack are PMM's.  GDTR points at nothing in between, and interrupts are off.

; Calls a function of src/rom32/init.c.
;   in     SP = BP -> struct init, BX = offset of the function
;   out    EAX = its result
;   keeps  BP SP
;   breaks every other register, data segments
;   stack  2, and what the function takes: it runs on this stack
flat:
	cli
	call	push_gdt
	call	to_flat_here
	bits 32
	add	esp, GDT_ROOM
	add	ebp, GDT_ROOM
	lea	eax, [esp + 2]
	movzx	ebx, bx
	add	ebx, edi
	call	ebx
	mov	esi, .real
	jmp	short leave_flat        ; EBP and EDI were the callee's to keep

	bits 16
.real:
	inc	bp                      ; it was SP
	inc	bp
	push	word [bp + init.eflags]
	popf
	cld
	ret

; A call of PMM for src/rom32/init.c: in real mode on the same stack, with interrupts as INIT was
; called.
;   mode   32-bit flat
;   in     EAX -> lm in struct init, EDX = first argument, ECX = handle, the stack: function, flags
;   out    EAX = PMM's answer
;   stack  36, and 256 of PMM
	bits 32
pmm_call:
	push	ebx
	push	esi
	push	edi
	push	ebp
	lea	ebx, [eax - init.lm]
	mov	edi, [ebx + init.reserve.terms.image]
	movzx	ebp, word [ebx + init.ss]
	mov	esi, ebp
	shl	esi, 4
	sub	ebx, esi                ; SS:BX -> struct init

	; Large model C; what a function has no argument for is pushed all the same.
	push	word [esp + 22]         ; flags
	push	ecx                     ; handle
	push	edx                     ; paragraphs, handle, address
	push	word [esp + 30]         ; function
	mov	eax, esp
	sub	eax, esi
	shl	ebp, 16
	mov	bp, ax
	mov	esi, .real
	jmp	short leave_flat

	bits 16
.real:
	push	word [ss:bx + init.eflags]
	popf
	call	far [ss:bx + init.lm]
	cli
	cld
	add	sp, 12
	push	dx
	push	ax
	pop	edx
	call	push_gdt
	call	to_flat_here
	bits 32
	add	esp, GDT_ROOM
	mov	eax, edx
	pop	ebp
	pop	edi
	pop	esi
	pop	ebx
	ret

; To real mode, as to_real, with a GDT that has just what that needs.
;   in     EDI = linear base of this ROM, EBP = SS:SP, SI = where to go on
;   keeps  EAX EBX
leave_flat:
	push	dword DESC_DATA16_HIGH
	push	dword DESC_FLAT_LOW
	mov	ecx, edi
	shr	ecx, 16
	mov	ch, DESC_CODE16_HIGH >> 8
	push	ecx
	mov	ecx, edi
	shl	ecx, 16
	dec	cx                      ; the limit
	push	ecx
	lea	ecx, [esp - SEL_CODE16]
	push	ecx
	push	word SEL_DATA16 + 7
	lgdt	[esp]
	jmp	to_real
	bits 16
