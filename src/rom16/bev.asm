; SPDX-License-Identifier: BSD-2-Clause
; Bootstrap entry vector and UNDI loader.  Both take a scratch area, find the block, let rom_boot
; (src/rom32/boot.c) run loader and core, and return as if never called: BEV with base memory below
; 40:13, the UNDI loader with memory of its caller, for whom the core stays.

%include "rom.inc"

	extern rom_info, say_text, say_hex8, say_open, gate_enter32, rom_boot
	extern block_here
	global bev_entry, undi_loader

%if SCRATCH_LOADER_LEN < payload_size + PAYLOAD_LOADER_MAX
 %error the loader does not fit into the scratch
%endif
%if SCRATCH_HANDOFF + handoff_size > SCRATCH_FIRMWARE
 %error struct handoff does not fit into the scratch
%endif

; A field of the handoff, with DS = scratch.
%define H(field) SCRATCH_HANDOFF + handoff. %+ field

SCRATCH_FLOOR   equ 0x10000             ; below lie firmware stacks and the boot sector
FRAME_EAX       equ 36                  ; in the registers saved at entry
FRAME_RETURN    equ 44                  ; our return address above them
FRAME_PARAMS    equ 48                  ; UNDI loader: far pointer to struct undi_loader

STATUS_BAD_MODE equ 0xa2                ; PXENV_STATUS_*: not in real mode
STATUS_BAD_STATE equ 0x6a               ; UNDI in an invalid state
STATUS_NO_MEMORY equ 0xc0               ; no free base memory
STATUS_BAD_IMAGE equ 0xc6               ; bad UNDI driver image

; Keeps all of the caller's registers.
%macro KEEP_ALL 0
	pushfd
	pushad
	push	ds
	push	es
	push	fs
	push	gs
	cld
%endmacro

	section .text.run

; Firmware's far call, instead of booting another device (PNP-2).
;   keeps  every register
;   out    RETF to the firmware, or INT 18h if its stack was lost
;   stack  60, and 16 KiB of base memory while it runs
bev_entry:
	KEEP_ALL
	call	say_open
	smsw	ax
	test	al, 1
	mov	al, E_CPU_MODE
	jnz	.refuse

	; The scratch: 16 KiB below 40:13, the EBDA and the EBDA floor, clear of this stack.
	xor	ax, ax
	mov	ds, ax
	movzx	ebx, word [BDA_BASE_KB]
	shl	ebx, 10
	movzx	ecx, word [BDA_EBDA_SEG]
	shl	ecx, 4
	cmp	ecx, SCRATCH_FLOOR
	jb	.no_ebda
	cmp	ecx, ebx
	jae	.no_ebda
	mov	ebx, ecx
.no_ebda:
	cmp	ebx, EBDA_FLOOR
	jbe	.below_floor
	mov	ebx, EBDA_FLOOR
.below_floor:
	and	bx, 0xfc00
	sub	ebx, SCRATCH_LEN
	jb	.no_room
	mov	ax, ss
	mov	cx, sp
	call	is_clear
	jnc	.clear
	sub	ebx, 0x10000
	jb	.no_room
.clear:
	xor	edi, edi                ; BEV
	cmp	ebx, SCRATCH_FLOOR
	jae	take_scratch
.no_room:
	mov	al, E_NO_BASE_MEMORY
.refuse:
	call	say_failure
	jmp	leave_all

; A second stack calls, long after POST, and wants this card (PXE-21): SS:[SP + 4] -> struct
; undi_loader (handoff.h).  The scratch is where it wants our data to be, 16 KiB (UNDI ROM ID).
;   keeps  every register but AX
;   out    AX = 0, or 1 and nothing has changed; the status word of the structure
;   stack  64
undi_loader:
	KEEP_ALL
	mov	bp, sp
	lds	si, [bp + FRAME_PARAMS]
	smsw	ax
	test	al, 1
	mov	word [si + undi_loader_params.status], STATUS_BAD_MODE
	jnz	loader_done

	; A core of this build is resident, maybe in the memory that would be taken: this is a boot
	; program of ours, or another second stack.
	mov	byte [si + undi_loader_params.status], STATUS_BAD_STATE
	call	block_here
	jc	.free
	cmp	dword [es:block.core_call], 0
	jne	loader_done
.free:
	lds	si, [bp + FRAME_PARAMS]
	mov	byte [si + undi_loader_params.status], STATUS_NO_MEMORY
	movzx	ebx, word [si + undi_loader_params.undi_ds]
	mov	edi, [bp + FRAME_PARAMS]
	cmp	bx, BASE_FREE >> 4
	jb	loader_done
	cmp	bx, (BASE_TOP - SCRATCH_LEN) >> 4
	ja	loader_done
	shl	ebx, 4
	mov	ax, ss
	mov	cx, sp
	call	is_clear
	jc	loader_done
	mov	ax, ds
	mov	cx, si
	call	is_clear
	jc	loader_done
	mov	byte [si + undi_loader_params.status], STATUS_BAD_IMAGE
	xor	ax, ax
	mov	ds, ax

	; Falls into take_scratch.

; Runs loader and core on the SCRATCH_LEN bytes at EBX, which are ours, with the caller's SS:SP and
; a copy of our return address.
;   in     DS = 0, EDI = far pointer to struct undi_loader, or 0: BEV; KEEP_ALL on the stack
take_scratch:
	mov	bp, sp
	mov	ecx, [bp + FRAME_RETURN]
	mov	edx, [BDA_TICKS]
	mov	esi, edi
	mov	eax, ebx
	shr	ebx, 4
	mov	es, bx
	xor	di, di
	push	ecx
	push	eax
	mov	cx, SCRATCH_LEN / 4
	xor	eax, eax
	rep stosd
	pop	eax
	pop	ecx
	mov	[es:SCRATCH_FIRMWARE], bp
	mov	[es:SCRATCH_FIRMWARE + 2], ss
	mov	[es:SCRATCH_FIRMWARE + 4], ecx
	mov	ds, bx
	mov	ss, bx
	mov	esp, SCRATCH_STACK

	mov	[H(bev_ticks)], edx
	mov	[H(undi_loader)], esi
	mov	[H(scratch)], eax
	mov	dx, PCI_CONFIG_ADDRESS  ; left as found (ROM-17)
	in	eax, dx
	mov	[SCRATCH_FIRMWARE + 8], eax
	xor	eax, eax
	mov	ax, cs
	shl	eax, 4
	mov	[H(rom_base)], eax
	add	eax, rom_info
	mov	[H(rom_info)], eax
	call	block_here
	jc	.no_block
	xor	eax, eax
	mov	ax, es
	shl	eax, 4
	mov	[H(block)], eax
.no_block:

	; The core shows its own errors and gives everything back; the rest is shown here.
	mov	ebx, [H(rom_base)]
	add	ebx, rom_boot
	mov	edx, [H(scratch)]
	add	edx, SCRATCH_HANDOFF
	cli
	call	gate_enter32
	push	ss
	pop	ds
	test	al, al
	jz	.back
	call	say_failure
.back:
	mov	esi, [H(undi_loader)]
	test	esi, esi
	jnz	.quiet
	LOG	`ebb: bev: back to the firmware\n`
.quiet:

	; The caller's stack again, and nothing of ours left in the scratch.
	mov	dx, PCI_CONFIG_ADDRESS
	mov	eax, [SCRATCH_FIRMWARE + 8]
	out	dx, eax
	mov	cx, [SCRATCH_FIRMWARE]
	mov	dx, [SCRATCH_FIRMWARE + 2]
	mov	ebx, [SCRATCH_FIRMWARE + 4]
	push	ds
	pop	es
	mov	ss, dx
	movzx	esp, cx
	xor	di, di
	mov	cx, SCRATCH_LEN / 4
	xor	eax, eax
	rep stosd
	mov	bp, sp
	test	esi, esi
	jnz	loader_done
	cmp	[bp + FRAME_RETURN], ebx
	jne	stack_lost
	jmp	short leave_all
loader_done:
	lds	si, [bp + FRAME_PARAMS]
	cmp	word [si + undi_loader_params.status], 1
	sbb	ax, ax
	inc	ax
	mov	[bp + FRAME_EAX], ax
leave_all:
	pop	gs
	pop	fs
	pop	es
	pop	ds
	popad
	popfd
	retf
stack_lost:
	; Called from int19.asm, of this ROM or another of this build: firmware that knows no BEV
	; has nothing left to boot at INT 18h, but the old handler is at INT 19h again.
	shr	ebx, 16
	mov	es, bx
	mov	eax, [cs:rom_info + rom_info.build_id]
	cmp	[es:rom_info + rom_info.build_id], eax
	je	.int19
	int	0x18                    ; PNP-5: the firmware resets its own stack
.int19:
	int	0x19
	jmp	stack_lost

; Whether AX:CX is clear of the scratch at EBX by 1 KiB, what firmware may push while we run.
;   out    CF=0: yes
;   breaks EAX ECX
is_clear:
	movzx	eax, ax
	movzx	ecx, cx
	shl	eax, 4
	add	eax, ecx
	sub	eax, ebx
	add	eax, 0x400
	cmp	eax, SCRATCH_LEN + 0x800
	ret

; Prints the error AL: one of errors.def, in its words where the user can do something.
say_failure:
	LOG_ERROR `ebb `
	call	say_hex8
	cmp	al, E_PAYLOAD_CRC
	je	.damaged
	cmp	al, E_PAYLOAD_NONE
	je	.missing
	LOG_ERROR `: cannot start\n`
	ret
.damaged:
	LOG_ERROR `: `, TEXT_PAYLOAD_CRC, `\n`
	ret
.missing:
	LOG_ERROR `: `, TEXT_PAYLOAD_NONE, `\n`
	ret
