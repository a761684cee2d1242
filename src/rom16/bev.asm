; SPDX-License-Identifier: BSD-2-Clause
; Bootstrap entry vector: takes a scratch area below 40:13, finds the block, lets rom_boot
; (src/rom32/boot.c) run loader and core, and returns to the firmware as if never called.

%include "rom.inc"

	extern rom_info, say_text, say_hex8, say_open, gate_enter32, rom_boot
	extern block_here
	global bev_entry

%if SCRATCH_LOADER_LEN < payload_size + PAYLOAD_LOADER_MAX
 %error the loader does not fit into the scratch
%endif
%if SCRATCH_HANDOFF + handoff_size > SCRATCH_FIRMWARE
 %error struct handoff does not fit into the scratch
%endif

; A field of the handoff, with DS = scratch.
%define H(field) SCRATCH_HANDOFF + handoff. %+ field

SCRATCH_FLOOR   equ 0x10000             ; below lie firmware stacks and the boot sector
FRAME_RETURN    equ 44                  ; our return address above the registers saved at entry

	section .text.run

; Firmware's far call, instead of booting another device (PNP-2).
;   keeps  every register
;   out    RETF to the firmware, or INT 18h if its stack was lost
;   stack  60, and 16 KiB of base memory while it runs
bev_entry:
	pushfd
	pushad
	push	ds
	push	es
	push	fs
	push	gs
	cld
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
	movzx	ecx, sp
	xor	eax, eax
	mov	ax, ss
	shl	eax, 4
	add	eax, ecx
	sub	eax, ebx
	add	eax, 0x400              ; what firmware may push while we run: 1 KiB on either side
	cmp	eax, SCRATCH_LEN + 0x800
	jae	.clear
	sub	ebx, 0x10000
	jb	.no_room
.clear:
	cmp	ebx, SCRATCH_FLOOR
	jae	.room
.no_room:
	mov	al, E_NO_BASE_MEMORY
.refuse:
	call	say_failure
	jmp	.leave

.room:
	; Take it, with firmware's SS:SP and a copy of our return address.
	mov	bp, sp
	mov	ecx, [bp + FRAME_RETURN]
	mov	edx, [BDA_TICKS]
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
	mov	eax, [H(scratch)]
	add	eax, SCRATCH_HANDOFF
	call	gate_enter32
	test	al, al
	jz	.back
	call	say_failure
.back:
	LOG	`ebb: bev: back to the firmware\n`

	; Firmware's stack again, and nothing of ours left in the scratch.
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
	cmp	[bp + FRAME_RETURN], ebx
	jne	.stack_lost
.leave:
	pop	gs
	pop	fs
	pop	es
	pop	ds
	popad
	popfd
	retf
.stack_lost:
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
	jmp	.stack_lost

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
