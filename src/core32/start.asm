; SPDX-License-Identifier: BSD-2-Clause
; How the core is entered and left: once from BEV, then by calls from a boot program's PXE stubs
; while BEV's entry is suspended, or after the UNDI loader has left it; and by calls of interrupt
; handlers while such a call is in real mode.  Each entry gets a stack of the core's own, its GDT
; and IDT, and leaves the caller's as they were.  An exception ends the innermost entry; nothing
; halts.  core_unwind ends all but BEV's.
;   mode   32-bit flat, IF=0

%include "offsets.inc"

	cpu 486
	bits 32

	extern core_main, api_call, api_nested, core_fault, _bss, _bss_end
	global _core_entry, core_call_entry, core_in_call, core_call_out, core_unwind

%define STACK_LEN       0x4000
%define CALL_STACK_LEN  0x2000
%define NESTED_STACK_LEN 0x400
%define EXCEPTIONS      32
%define STUB_LEN        16
%define GATE_INTERRUPT  0x8e00          ; present, ring 0, 32-bit, IF stays 0

; What an entry puts back for who called it.  None of it is on the caller's stack, which may be
; that of a boot program (PXE-2).
struc caller
	.regs:		resd 4                  ; EBX ESI EDI EBP
	.esp:		resd 1
	.gdtr:		resb 8
	.idtr:		resb 8
endstruc

; Notes registers and stack at %1.
%macro SAVE_REGS 1
	mov	[%1 + caller.regs], ebx
	mov	[%1 + caller.regs + 4], esi
	mov	[%1 + caller.regs + 8], edi
	mov	[%1 + caller.regs + 12], ebp
	mov	[%1 + caller.esp], esp
%endmacro

%macro LOAD_REGS 1
	mov	ebx, [%1 + caller.regs]
	mov	esi, [%1 + caller.regs + 4]
	mov	edi, [%1 + caller.regs + 8]
	mov	ebp, [%1 + caller.regs + 12]
	mov	esp, [%1 + caller.esp]
%endmacro

; Notes where to go back to.
%macro SAVE_CALLER 1
	SAVE_REGS %1
	sgdt	[%1 + caller.gdtr]
	sidt	[%1 + caller.idtr]
%endmacro

; Goes back there, from a stack of ours.
;   in     EAX = result for the caller
;   breaks ECX EDX
%macro RETURN_TO_CALLER 1
	lgdt	[%1 + caller.gdtr]
	lidt	[%1 + caller.idtr]
	call	load_segments
	LOAD_REGS %1
	ret
%endmacro

	section .text.entry

; BEV's entry, through the gate, and the UNDI loader's.
;   in     EAX = struct handoff *
;   out    EAX = 0 or E_*
;   keeps  EBX ESI EDI EBP, GDTR, IDTR
;   stack  12 of the caller's
_core_entry:
	push	edi
	mov	edx, eax

	; The stack is in .bss, so nothing is on it yet.
	mov	edi, _bss
	mov	ecx, _bss_end
	sub	ecx, edi
	shr	ecx, 2
	xor	eax, eax
	rep stosd
	pop	edi

	SAVE_CALLER outer
	mov	eax, [edx + handoff.rom_base]
	mov	esp, stack_top
	mov	ebx, edx
	call	make_tables
	call	load_tables
	mov	eax, ebx
	call	core_main
leave_core:
	RETURN_TO_CALLER outer

	section .text

; Entry for block.core_call: somebody calls the API.  While a call is served, one more may come
; from an interrupt handler, when the core has let interrupts in: it has a stack for itself.
;   in     EAX = struct core_call *
;   out    EAX = result; CORE_CALL_FAILED inside a nested call
;   keeps  EBX ESI EDI EBP, GDTR, IDTR
;   stack  0 of the caller's
core_call_entry:
	cmp	byte [core_in_call], 1
	ja	core_busy
	je	nested_call
	inc	byte [core_in_call]
	SAVE_CALLER inner
	mov	esp, call_stack_top
	mov	ebx, eax
	call	load_tables
	mov	eax, ebx
	call	api_call
leave_call:
	mov	byte [core_in_call], 0
	RETURN_TO_CALLER inner
nested_call:
	inc	byte [core_in_call]
	SAVE_CALLER nested
	mov	esp, nested_stack_top
	mov	ebx, eax
	call	load_tables
	mov	eax, ebx
	call	api_nested
leave_nested:
	mov	byte [core_in_call], 1
	RETURN_TO_CALLER nested
core_busy:
	mov	eax, CORE_CALL_FAILED
	ret

; See start.h.
;   in     EAX = f, EDX = arg
;   out    EAX = 0, or what core_unwind was given
core_call_out:
	SAVE_REGS out
	xchg	eax, edx
	call	edx
	xor	eax, eax
	mov	[out + caller.esp], eax
	ret

; See start.h.  The tables are the core's already, being inside an API call.
;   in     EAX = what core_call_out returns
core_unwind:
	xor	ecx, ecx
	cmp	[out + caller.esp], ecx
	je	.nowhere
	LOAD_REGS out
	mov	[out + caller.esp], ecx
	mov	[core_in_call], cl
	ret
.nowhere:
	mov	eax, CORE_CALL_FAILED
	jmp	leave_innermost

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
	mov	eax, CORE_CALL_FAILED
leave_innermost:
	cmp	byte [core_in_call], 1
	ja	leave_nested
	je	leave_call
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
	resb NESTED_STACK_LEN
nested_stack_top:
idt:	resb EXCEPTIONS * 8
outer:	resb caller_size
inner:	resb caller_size
nested:	resb caller_size
out:	resb caller_size                ; core_call_out; ESP 0: none under way
core_in_call: resb 1                    ; 0 none, 1 a call, 2 one within it
in_fault: resb 1
