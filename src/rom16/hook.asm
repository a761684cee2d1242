; SPDX-License-Identifier: BSD-2-Clause
; Entries from other people's real-mode code while the core is resident: the PXE API and INT 1Ah
; pass through the gate into the core; INT 15h is int15.asm.  Code only: vectors point here because
; nothing moves the run-time image (HOOK-5); data is in the block, found anew each time.  A lost
; block makes every hook transparent.

%include "rom.inc"
%include "hook.inc"

	extern gate_enter32, a20_on, block_here
	global pxe_entry, pxenv_entry, int1a_hook
	global enter_from_outside, leave_iret, leave_chain, chain_vector, old_vector

PXE_FAILURE     equ 1                   ; PXENV_STATUS_FAILURE, also AX = 1 (PXE-1, PXE-6)
PXE_BAD_MODE    equ 0xa2                ; status word: the CPU is not in real mode (PXE-3)

	section .text.run

; Keeps the caller's registers.
;   out    SS:BP -> struct kept, DS = SS
;   breaks AX
enter_from_outside:
	pushfd
	pushad
	push	ds
	push	es
	push	dword 0
	mov	bp, sp
	mov	[bp + kept.esp], esp
	push	ss
	pop	ds
	cld
	jmp	word [bp + kept.extra]

; The caller's registers again, from SS:BP, all of ESP included.
%macro LEAVE 0
	mov	esp, [bp + kept.esp]
	add	sp, 4
	pop	es
	pop	ds
	popad
	popfd
%endmacro

; Ends of an entry: to the caller of an interrupt or of a far call, or on to the handler in .extra.
leave_iret:
	LEAVE
	lea	sp, [esp + 4]
	iret
leave_retf:
	LEAVE
	lea	sp, [esp + 4]
	retf
leave_chain:
	LEAVE
	retf

; PXENV+ entry: ES:DI -> parameter block, BX = opcode.
;   stack  52 of its own
pxenv_entry:
	ENTER
	movzx	eax, bx
	movzx	ecx, word [bp + kept.es]
	movzx	edx, word [bp + kept_edi]
	jmp	short pxe_call

; !PXE entry: opcode, parameter offset and segment on the stack, removed by the caller.
;   stack  52 of its own
pxe_entry:
	ENTER
	movzx	eax, word [bp + kept.args]
	movzx	ecx, word [bp + kept.args + 4]
	movzx	edx, word [bp + kept.args + 2]

; One API call.
;   in     EAX = opcode, ECX:EDX = segment and offset of the parameter block
;   stack  0 of its own
pxe_call:
	mov	ebx, CORE_CALL_PXE
	call	core_call
	cmp	eax, CORE_CALL_FAILED
	jne	.answered

	; Nobody there: failure, in AX and in the status word (PXE-6).
	mov	ds, cx
	mov	bx, dx
	smsw	ax
	and	ax, 1
	imul	ax, PXE_BAD_MODE - PXE_FAILURE
	add	ax, PXE_FAILURE
	mov	[bx], ax
	mov	ax, PXE_FAILURE
.answered:
	mov	[bp + kept_eax], ax
	jmp	leave_retf

; Asks the resident core.
;   in     after ENTER; EBX = CORE_CALL_*, EAX ECX EDX = its arguments
;   out    EAX = its answer, CORE_CALL_FAILED if there is none; IF=0 then
;   keeps  ECX EDX BP FS GS
;   breaks every other register, DS ES
;   stack  32 of its own
core_call:
	push	fs
	push	gs
	; The frame of core_call.h, last member first.
	lea	si, [bp + kept.args]
	push	ss
	push	si
	push	dword [bp + kept.eflags]
	push	edx
	push	ecx
	push	eax
	push	ebx
	smsw	ax
	test	al, 1                   ; V86 or protected mode: the gate cannot pass
	jnz	.nobody
	call	block_here
	jc	.nobody
	mov	ebx, [es:block.core_call]
	test	ebx, ebx
	jz	.nobody
	xor	edx, edx
	mov	dx, ss
	shl	edx, 4
	movzx	eax, sp
	add	edx, eax                ; the frame, linear
	cli
	call	a20_on
	jc	.nobody
	push	ax
	call	gate_enter32
	pop	cx
	cmp	cl, A20_WAS_ON
	je	.done
	xchg	ax, cx
	out	0x92, al                ; as the caller had it
	xchg	ax, cx
	jmp	short .done
.nobody:
	mov	eax, CORE_CALL_FAILED
.done:
	add	sp, 8
	pop	ecx
	pop	edx
	add	sp, 8
	pop	gs
	pop	fs
	ret

; INT 1Ah: AX=5650h is the PXE installation check (PXE-4), all else is not ours.
;   stack  54 of its own
int1a_hook:
	cmp	ax, 0x5650
	jne	.pass
	ENTER
	mov	ebx, CORE_CALL_PXENV
	call	core_call
	test	eax, eax
	jz	.none
	cmp	eax, CORE_CALL_FAILED
	je	.none
	mov	word [bp + kept_eax], 0x564e
	mov	[bp + kept_ebx], ax
	movzx	ecx, ax
	shr	eax, 16
	mov	[bp + kept.es], ax
	shl	eax, 4
	add	eax, ecx
	mov	[bp + kept_edx], eax
	and	byte [bp + kept.args], 0xfe     ; CF in the caller's FLAGS
	jmp	leave_iret
.pass:
	ENTER
.none:
	mov	cx, block.old_int1a << 8 | hook_anchor.old_int1a

; Goes on to the handler that was there before us, with everything as the caller left it
; (HOOK-2).  The anchor at 40:F0 is asked first: nothing moves it (HOOK-1); then the block.
;   in     after ENTER; CL, CH = offset of the vector in anchor and block
;   stack  0
chain_vector:
	call	old_vector
	jc	.lost
	mov	[bp + kept.extra], eax
	jmp	leave_chain
.lost:
	; Nowhere to go: unsupported, as firmware says it.
	mov	byte [bp + kept_eax + 1], 0x86
	or	byte [bp + kept.args], 1
	jmp	leave_iret

; Where a hook chains to.
;   in     CL, CH = offset of the vector in struct hook_anchor and struct block
;   out    CF=0: EAX = segment:offset.  CF=1: lost
;   breaks EBX ECX EDX SI ES
;   stack  8
old_vector:
	push	cx
	xor	ax, ax
	mov	es, ax
	mov	si, BDA_COMMS
	mov	bx, hook_anchor_size - 2
	cmp	word [es:si + hook_anchor.signature], ANCHOR_SIGNATURE
	jne	.no_anchor
.sum:
	add	ax, [es:bx + si]
	sub	bx, 2
	jns	.sum
	movzx	bx, cl
	add	bx, si
	test	ax, ax
	jz	.read
.no_anchor:
	call	block_here
	jc	.end
	pop	bx
	push	bx
	movzx	bx, bh
.read:
	mov	eax, [es:bx]
	cmp	eax, 1                  ; CF if 0:0
.end:
	pop	cx
	ret
