; SPDX-License-Identifier: BSD-2-Clause
; The gate: the only change of processor mode in ebb.  It owns no memory: what it needs is built
; on the stacks that it is given, and descriptors are marked as accessed beforehand, so that it
; runs from a read-only image.  Big real mode is left behind on DS, ES, FS, GS and SS, never taken
; away (ROM-11).  Conventions: include/ebb/handoff.h.

%include "rom.inc"
%include "gate.inc"

	global gate_enter32, gate_real, a20_on, push_gdt, to_flat_here, to_real

%define A20_PROBE        0x1fc          ; vector 7Fh, free for users

	section .text.run

; Makes sure that address line A20 is on, since everything of ours above 1 MiB depends on it and
; boot programs switch it off (MEM-8).  Only port 92h: the loader has tried all else at its time.
;   out    CF=0: it is on; AL = A20_WAS_ON, else what port 92h held before
;          CF=1: it stays off
;   breaks AX, flags; IF must be 0
;   stack  10
a20_on:
	call	a20_test
	mov	al, A20_WAS_ON
	jz	.end
	in	al, 0x92
	push	ax
	or	al, 2
	and	al, 0xfe                ; bit 0 resets the machine
	out	0x92, al
	call	a20_test
	pop	ax
	jz	.end
	stc
.end:
	ret

; Compares a byte of the vector table with the one 1 MiB above, changing the former for a moment.
;   out    ZF=1: A20 is on.  CF=0
;   breaks AH
a20_test:
	push	ds
	push	es
	push	bx
	xor	bx, bx
	mov	ds, bx
	dec	bx
	mov	es, bx
	mov	ah, [A20_PROBE]
	mov	bl, [es:A20_PROBE + 0x10]
	not	byte [A20_PROBE]
	xor	bl, [es:A20_PROBE + 0x10]       ; changed together: the same byte
	mov	[A20_PROBE], ah
	pop	bx
	pop	es
	pop	ds
	ret

; The two changes of mode, used by both directions below.

; Real mode to 32-bit; the GDT is loaded.
;   in     EDI = linear base of this ROM, ESI = 32-bit stack pointer, CX = where to go on
;   breaks EAX ECX
to_flat:
	movzx	ecx, cx
	add	ecx, edi
	lea	eax, [edi + .flat]
	push	dword SEL_CODE32
	push	eax
	mov	eax, cr0
	or	al, 1
	mov	cr0, eax
	o32 retf

	bits 32
.flat:
	mov	eax, SEL_DATA32
	mov	ds, eax
	mov	es, eax
	mov	fs, eax
	mov	gs, eax
	mov	ss, eax
	mov	esp, esi
	jmp	ecx

; 32-bit to real mode, segments with 4 GiB limits.
;   in     EDI = linear base of this ROM, EBP = SS:SP, SI = where to go on
;   breaks ECX EDI
to_real:
	push	dword SEL_CODE16
	push	dword .segments
	retf
	bits 16
.segments:
	mov	cx, SEL_DATA16
	mov	ds, cx
	mov	es, cx
	mov	fs, cx
	mov	gs, cx
	mov	ss, cx
	mov	ecx, cr0
	and	cl, 0xfe
	mov	cr0, ecx
	mov	ecx, ebp
	shr	ecx, 16
	mov	ss, cx
	movzx	esp, bp
	shr	edi, 4
	push	di
	push	si
	retf

; Builds a GDT on the stack, last entry first, and the operand of LGDT below it; code16 gets this
; ROM's base.
;   out    SP = BP -> operand, GDTR_LEN bytes, then GDT_LEN bytes
;   breaks EAX ECX SI
push_gdt:
	pop	si
	xor	eax, eax
	mov	ax, cs
	shl	eax, 4
	push	dword DESC_DATA16_HIGH
	push	dword DESC_FLAT_LOW
	rol	eax, 16
	movzx	ecx, al
	or	cx, DESC_CODE16_HIGH
	push	ecx
	mov	ax, 0xffff
	push	eax
	push	dword DESC_DATA32_HIGH
	push	dword DESC_FLAT_LOW
	push	dword DESC_CODE32_HIGH
	push	dword DESC_FLAT_LOW
	xor	eax, eax
	mov	ax, ss
	shl	eax, 4
	movzx	ecx, sp
	lea	eax, [eax + ecx - 8]    ; where the null descriptor would be
	push	eax
	push	word GDT_LEN + 8 - 1
	mov	bp, sp
	jmp	si

; Goes on behind the call in 32-bit mode, on the same stack.
;   in     SS:BP = SS:SP after the call -> operand of push_gdt; IF=0
;   out    EDI = linear base of this ROM, EBP = SS:SP, ESP = the same as a linear address
;   breaks EAX ECX ESI, data segments
to_flat_here:
	pop	cx
	o32 lgdt [bp]
	xor	edi, edi
	mov	di, cs
	shl	edi, 4
	xor	esi, esi
	mov	si, ss
	movzx	eax, sp
	mov	ebp, esi
	shl	ebp, 16
	mov	bp, ax
	shl	esi, 4
	add	esi, eax
	jmp	to_flat

; Calls 32-bit code and comes back.
;   in     EBX = linear entry, EDX = its argument; IF=0, DF=0
;   out    EAX = its result; IF=0
;   keeps  BP SP
;   breaks every other register, ESP's upper half, data segments
;   stack  50, and what the 32-bit code takes: it runs on this stack
gate_enter32:
	push	bp
	call	push_gdt
	call	to_flat_here
	bits 32
	mov	eax, edx
	call	ebx
	mov	esi, .real
	jmp	to_real                 ; EBP and EDI were the callee's to keep

	bits 16
.real:
	add	sp, GDT_ROOM
	pop	bp
	ret

; What gate_real keeps on the real-mode stack above the callee's frame.
struc saved
	.call:		resb rm_call_size       ; copy of the caller's struct rm_call
	.esp:		resd 1                  ; the caller's 32-bit stack
	.rom:		resd 1                  ; linear base of this ROM
	.gdtr:		resb 8
endstruc

; Makes one real-mode call for 32-bit code.
;   mode   32-bit flat, SEL_* as in handoff.h, IF=0
;   in     EAX = struct rm_call *
;   keeps  every register, flags, GDTR, IDTR
;   stack  64 on the caller's; 150 on the real-mode one
	bits 32
gate_real:
	pushfd
	pushad
	sub	esp, 8
	sidt	[esp]
	call	.here
.here:
	pop	ebx
	sub	ebx, .here              ; EBX = linear base of the ROM

	; The frame on the real-mode stack: EDI = linear, EBP = SS:SP.
	movzx	edi, word [eax + rm_call.stack + 2]
	mov	ebp, edi
	shl	edi, 4
	shl	ebp, 16
	movzx	ecx, word [eax + rm_call.stack]
	sub	ecx, saved_size
	mov	bp, cx
	add	edi, ecx
	mov	[edi + saved.esp], esp
	mov	[edi + saved.rom], ebx
	sgdt	[edi + saved.gdtr]
	mov	esi, eax
	mov	ecx, rm_call_size / 4
	rep movsd

	push	dword 0                 ; IDTR of real mode: base 0, limit 3FFh
	push	dword 0x03ff0000
	lidt	[esp + 2]
	mov	edi, ebx
	mov	esi, .real
	jmp	to_real

	bits 16
.real:
	; Return frame of the callee, then its own start: IRET loads flags, CS:IP.
	mov	bp, sp
	push	dword [bp + rm_call.param]
	mov	ax, [bp + rm_call.eflags]
	test	byte [bp + rm_call.kind], RM_CALL_INTERRUPT
	jz	.far
	push	ax
	and	ah, 0xfc                ; INT enters with IF and TF clear
.far:
	push	cs
	push	word .back
	push	ax
	push	dword [bp + rm_call.target]
	push	dword [bp + rm_call.ds - 2]
	push	dword [bp + rm_call.ds - 6]
	mov	si, 28
.load:
	push	dword [bp + si]
	sub	si, 4
	jns	.load
	popad
	pop	gs
	pop	fs
	pop	es
	pop	ds
	iret

.back:
	; Registers as the callee left them, in the order of struct rm_call.
	pushfd
	push	ds
	push	es
	push	fs
	push	gs
	pushad
	cli
	cld
	mov	bp, sp
	xor	edx, edx
	mov	dx, ss
	shl	edx, 4
	movzx	eax, sp
	add	edx, eax                ; EDX = linear address of these registers
	add	bp, rm_call.target + 4  ; over the registers and param: struct saved
	o32 lgdt [bp + saved.gdtr]
	mov	edi, [bp + saved.rom]
	mov	esi, [bp + saved.esp]
	call	a20_on
	jc	.lost
	mov	cx, .up
	jmp	to_flat
.lost:
	int	0x18                    ; no way back into the core
	jmp	.lost

	bits 32
.up:
	lidt	[esp]
	mov	esi, edx
	mov	edi, [esp + 8 + 28]     ; EAX of the PUSHAD: the caller's struct
	mov	ecx, rm_call.target / 4
	rep movsd
	add	esp, 8
	popad
	popfd
	ret
	bits 16
