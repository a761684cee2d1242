; SPDX-License-Identifier: BSD-2-Clause
; A bzImage that is no kernel: its setup code looks at everything the Linux boot protocol
; promises it, checks every byte of kernel and initrd, prints the command line, takes the
; witness' snapshot "linux" and ends the run.
;   -DKIB=n         size of the part at 1 MiB (256)
;   -DINITRD_KIB=n  size of the initrd expected, a `ramdisk` (0: none)
;   -DCMDLINE_SIZE=n  longest command line that it takes (2047)
;   -DVERSION=n     boot protocol (0x020c)
	cpu	386
	bits	16
	org	0
%include "say.inc"
%include "witness.inc"
%include "scramble.inc"
%ifndef KIB
%define KIB 256
%endif
%ifndef INITRD_KIB
%define INITRD_KIB 0
%endif
%ifndef CMDLINE_SIZE
%define CMDLINE_SIZE 2047
%endif
%ifndef VERSION
%define VERSION 0x020c
%endif
SETUP_SECTORS	equ 7
KERNEL		equ 0x100000
CAN_USE_HEAP	equ 0x80

%macro CHECK 2				; condition to be true, text
	j%1	%%good
	SAY	`linux: FAILED: `, %2, `\n`
%%good:
%endmacro

	times	0x1f1 - ($ - $$) db 0
	db	SETUP_SECTORS
	dw	0
	dd	KIB * 64		; syssize, in 16 bytes
	dw	0
	dw	0xffff			; vid_mode: normal
	dw	0
	dw	0xaa55
	jmp	short setup
	db	'HdrS'
	dw	VERSION
	dd	0
	dw	0, 0
loader:
	db	0
loadflags:
	db	1			; the kernel goes to 1 MiB
	dw	0
code32:
	dd	KERNEL
initrd:
	dd	0
initrd_len:
	dd	0
	dd	0
heap_end:
	dw	0
	dw	0
cmdline:
	dd	0
	dd	0x37ffffff		; initrd_addr_max
	dd	0x1000			; kernel_alignment
	db	0, 0
	dw	0
	dd	CMDLINE_SIZE
	times	0x260 - ($ - $$) db 0
	dd	KIB * 1024 + 65536	; init_size
	times	0x268 - ($ - $$) db 0

; Entered at CS:0 with CS = setup segment + 20h.
setup:
	push	cs
	pop	ax
	sub	ax, 0x20
	mov	bx, ds
	cmp	ax, bx
	CHECK	e, 'ds is not the setup segment'
	mov	bx, es
	cmp	ax, bx
	CHECK	e, 'es is not the setup segment'
	mov	bx, ss
	cmp	ax, bx
	CHECK	e, 'ss is not the setup segment'
	mov	ds, ax
	pushf
	pop	bx
	test	bx, 0x200
	CHECK	z, 'interrupts are on'
	mov	bx, sp
	cmp	bx, SETUP_END + 512
	CHECK	ae, 'sp is inside setup'
	cmp	byte [loader], 0
	CHECK	nz, 'type_of_loader was not set'
	test	byte [loadflags], CAN_USE_HEAP
	CHECK	nz, 'CAN_USE_HEAP was not set'
	cmp	word [heap_end], SETUP_END - 0x200
	CHECK	ae, 'heap_end_ptr was not set'
	cmp	dword [code32], KERNEL
	CHECK	e, 'code32_start was changed'

	; All of setup was copied: its last bytes are ours.
	cmp	dword [SETUP_END - 4], 'tail'
	CHECK	e, 'setup is cut short'

	SAY	`linux: setup `
	call	say_hex16
	SAY	` cmdline "`
	mov	eax, [cmdline]
	mov	edx, eax
	and	dx, 15
	shr	eax, 4
	mov	es, ax
	mov	si, dx
.letter:
	es lodsb
	test	al, al
	jz	.printed
	out	E9_PORT, al
	jmp	.letter
.printed:
	SAY	`" initrd `
	mov	eax, [initrd]
	call	say_hex32
	SAY	` +`
	mov	eax, [initrd_len]
	call	say_hex32
	SAY	`\n`

	; The command line and the setup code lie below 40:13.
	xor	ax, ax
	mov	es, ax
	movzx	eax, word [es:BDA_BASE_KB]
	shl	eax, 10
	cmp	[cmdline], eax
	CHECK	b, 'the command line is not below 40:13'

	call	flat_fs
	mov	edi, KERNEL
	mov	ecx, KIB * 1024
	call	is_scrambled
	CHECK	e, 'the kernel is damaged'
	mov	eax, [initrd_len]
	cmp	eax, INITRD_KIB * 1024
	CHECK	e, 'the initrd has another size'
%if INITRD_KIB
	mov	edi, [initrd]
	test	di, 0xfff
	CHECK	z, 'the initrd is not page aligned'
	cmp	edi, KERNEL + KIB * 1024 + 65536
	CHECK	ae, 'the initrd lies in the kernel'
	mov	ecx, eax
	call	is_scrambled
	CHECK	e, 'the initrd is damaged'
%endif
	sti
	SNAPSHOT 'linux'
	SAY	`linux: looked at everything\n`
	END_RUN	'linux'

; Gives FS base 0 and a limit of 4 GiB.  IF = 0.
;   breaks EAX, FS
flat_fs:
	xor	eax, eax
	mov	ax, ds
	shl	eax, 4
	add	eax, gdt
	mov	[gdt_operand + 2], eax
	lgdt	[gdt_operand]
	mov	eax, cr0
	or	al, 1
	mov	cr0, eax
	jmp	short .flush
.flush:
	mov	ax, 8
	mov	fs, ax
	mov	eax, cr0
	and	al, 0xfe
	mov	cr0, eax
	jmp	short .real
.real:
	xor	ax, ax
	mov	fs, ax
	ret

; ZF = 1 if the ECX bytes at linear EDI are scrambled offsets.
;   breaks EAX, EBX
is_scrambled:
	xor	ebx, ebx
.next:
	imul	eax, ebx, SCRAMBLE
	cmp	eax, [fs:edi + ebx]
	jne	.done
	add	ebx, 4
	cmp	ebx, ecx
	jb	.next
.done:
	ret

	SAY_FUNCTIONS
	WITNESS_FUNCTIONS
	align	8, db 0
gdt:
	dq	0
	dq	0x00cf93000000ffff
gdt_operand:
	dw	15
	dd	0

SETUP_END	equ (SETUP_SECTORS + 1) * 512
	times	SETUP_END - 4 - ($ - $$) db 0
	db	'tail'
	FILL	0, KIB * 1024
