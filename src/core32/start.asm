; SPDX-License-Identifier: BSD-2-Clause
; How the core is entered and left: once from BEV, then by calls from a boot program's PXE stubs
; while BEV's entry is suspended.  Each entry gets the core's own stack, GDT and IDT, and leaves
; the caller's as they were.  An exception ends the innermost entry; nothing halts.
;   mode   32-bit flat, IF=0

%include "offsets.inc"

	cpu 486
	bits 32

	extern core_main, api_call, core_fault, _bss, _bss_end
	global _core_entry, core_call_entry, core_in_call

%define STACK_LEN       0x4000
%define CALL_STACK_LEN  0x2000
%define EXCEPTIONS      32
%define STUB_LEN        16
%define GATE_INTERRUPT  0x8e00          ; present, ring 0, 32-bit, IF stays 0

; Notes where to go back to.
;   in     %1 = memory for ESP, GDTR, IDTR
%macro SAVE_CALLER 1
	mov	[%1], esp
	sgdt	[%1 + 4]
	sidt	[%1 + 12]
%endmacro

; Goes back there.
;   in     EAX = result for the caller
;   out    every other register as on entry (PUSHAD was the first instruction)
%macro RETURN_TO_CALLER 1
	mov	esp, [%1]
	lgdt	[%1 + 4]
	lidt	[%1 + 12]
	call	load_segments
	mov	[esp + 28], eax
	popad
	ret
%endmacro

	section .text.entry

; BEV's entry, through the gate.
;   in     EAX = struct handoff *
;   out    EAX = 0 or E_*
;   keeps  every other register, GDTR, IDTR
;   stack  48 of the caller's
_core_entry:
	pushad
	cld
	mov	ebx, eax

	; The stack is in .bss, so nothing is on it yet.
	mov	edi, _bss
	mov	ecx, _bss_end
	sub	ecx, edi
	shr	ecx, 2
	xor	eax, eax
	rep stosd

	SAVE_CALLER outer
	mov	eax, [ebx + handoff.rom_base]
	mov	esp, stack_top
	call	make_tables
	call	load_tables
	mov	eax, ebx
	call	core_main
leave_core:
	RETURN_TO_CALLER outer

	section .text

; Entry for block.core_call: a boot program calls the API.
;   in     EAX = struct core_call *
;   out    EAX = result, or CORE_CALL_FAILED inside another call
;   keeps  every other register, GDTR, IDTR
;   stack  48 of the caller's
core_call_entry:
	pushad
	cld
	cmp	byte [core_in_call], 0
	jne	core_busy
	inc	byte [core_in_call]
	mov	ebx, eax
	SAVE_CALLER inner
	mov	esp, call_stack_top
	call	load_tables
	mov	eax, ebx
	call	api_call
leave_call:
	mov	byte [core_in_call], 0
	RETURN_TO_CALLER inner
core_busy:
	popad
	mov	eax, CORE_CALL_FAILED
	ret

; Completes GDT and IDT, whose addresses and code16 base are not known before.
;   in     EAX = linear base of the ROM
;   breaks EAX, ECX, EDX, EDI
make_tables:
	mov	[gdt + SEL_CODE16 + 2], ax
	shr	eax, 16
	mov	[gdt + SEL_CODE16 + 4], al
	mov	[gdt + SEL_CODE16 + 7], ah

	mov	edi, idt
	mov	edx, stubs
	mov	ecx, EXCEPTIONS
.gate:
	mov	eax, edx
	mov	[edi], ax
	mov	word [edi + 2], SEL_CODE32
	mov	word [edi + 4], GATE_INTERRUPT
	shr	eax, 16
	mov	[edi + 6], ax
	add	edi, 8
	add	edx, STUB_LEN
	loop	.gate
	ret

; Loads the core's tables and every segment register.
load_tables:
	lgdt	[gdtr]
	lidt	[idtr]

	; Falls into load_segments.

; Every segment register anew from the GDT in force, flat in any GDT of ebb.
;   breaks ECX
load_segments:
	mov	ecx, SEL_DATA32
	mov	ds, ecx
	mov	es, ecx
	mov	fs, ecx
	mov	gs, ecx
	mov	ss, ecx
	push	dword SEL_CODE32
	push	dword .code
	retf
.code:
	ret

; One stub for each exception: pushes a code where the CPU does not, and its number.
	align STUB_LEN
stubs:
%assign n 0
%rep EXCEPTIONS
	align STUB_LEN
%if n != 8 && (n < 10 || n > 14) && n != 17
	push	dword 0
%endif
	push	dword n
	jmp	near fault
%assign n n + 1
%endrep

; struct fault now lies on the stack, but for PUSHAD.
fault:
	pushad
	cld
	cmp	byte [in_fault], 0
	jne	.leave                  ; while reporting: no second try
	inc	byte [in_fault]
	mov	eax, esp
	call	core_fault
.leave:
	mov	byte [in_fault], 0
	cmp	byte [core_in_call], 0
	mov	eax, CORE_CALL_FAILED
	jne	leave_call
	mov	eax, E_FAULT
	jmp	leave_core

	section .data
	align 8
gdt:
	times SEL_CODE32 - ($ - gdt) db 0
	dd	0x0000ffff, 0x00cf9b00
	times SEL_DATA32 - ($ - gdt) db 0
	dd	0x0000ffff, 0x00cf9300
	times SEL_CODE16 - ($ - gdt) db 0
	dd	0x0000ffff, 0x00009b00
	times SEL_DATA16 - ($ - gdt) db 0
	dd	0x0000ffff, 0x008f9300
gdt_len	equ $ - gdt
	align 4
	dw	0
gdtr:
	dw	gdt_len - 1
	dd	gdt
	dw	0
idtr:
	dw	EXCEPTIONS * 8 - 1
	dd	idt

	section .bss
	align 16
	resb STACK_LEN
stack_top:
	resb CALL_STACK_LEN
call_stack_top:
idt:	resb EXCEPTIONS * 8
outer:	resb 20
inner:	resb 20
core_in_call: resb 1
in_fault: resb 1
