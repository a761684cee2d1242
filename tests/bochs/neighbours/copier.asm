; SPDX-License-Identifier: BSD-2-Clause
; Moves the EBDA into low memory, to 2000h, as operating systems do.
;   -DAT=int13|int19|tick|nbp      [int13]
;   -DHOW=grub       copies 1 KiB and leaves 40:13; an EBDA that says more than 16 KiB is none
;                    and becomes zeros
;        =freedos    copies the first BYTES and raises 40:13 by as many KiB; only where the EBDA
;                    starts where base memory ends, ends at 640 KiB and has at most 63 KiB
;        =drdos      copies all of it, 40:13 becomes 640; on the same conditions but the size
;   -DBYTES=n        for freedos [1024]
;   -DBLIND=1        leaves the conditions out
;   -DREUSE=1        writes over what 40:13 was raised by, as the system that did it will; not
;                    over the last KiB, where rombios keeps its boot table
%ifndef HOW
%define HOW grub
%endif
%ifndef BYTES
%define BYTES 1024
%endif
%include "rom.inc"
%include "habit.inc"
COPY_SEG	equ 0x200		; clear of the stacks of SeaBIOS and of rombios
COPY_MAX	equ 18 * 1024
GRUB_BYTES	equ 1024
GRUB_KIB_MAX	equ 16
%ifidn HOW, grub
%elifidn HOW, freedos
 %define ASKS
%elifidn HOW, drdos
 %define ASKS
%else
%error "HOW is grub, freedos or drdos"
%endif
%if BYTES < 16 || BYTES > COPY_MAX
%error "BYTES is 16 to 18432"
%endif
	HABIT	`copier`, int13, int13, int19, tick, nbp

act:
	; BX = segment of the EBDA, DX = its KiB, ECX = how much to copy, BP = KiB for 40:13.
	xor	bp, bp
	mov	bx, [BDA_EBDA_SEG]
	test	bx, bx
	jz	.no_ebda
	mov	es, bx
	movzx	dx, byte [es:0]
%ifidn HOW, grub
	mov	ecx, GRUB_BYTES
%ifndef BLIND
	mov	dx, [es:0]
	cmp	dx, GRUB_KIB_MAX
	jbe	.believed
	xor	dx, dx
.believed:
%endif
%else
	test	dx, dx
	jz	.no_ebda
%ifidn HOW, freedos
	mov	ecx, BYTES
	mov	bp, BYTES / 1024
%else
	movzx	ecx, dx
	shl	ecx, 10
	mov	bp, dx
%endif
%endif
%ifdef ASKS
%ifndef BLIND
	mov	ax, [BDA_BASE_KB]
	shl	ax, 6
	cmp	ax, bx
	jne	.not_adjacent
	mov	ax, dx
	shl	ax, 6
	add	ax, bx
	cmp	ax, BASE_TOP_SEG
	jne	.not_last
%ifidn HOW, freedos
	cmp	dx, EBDA_GROWN_MAX
	ja	.too_large
%endif
%endif
%endif
	cmp	ecx, COPY_MAX
	ja	.too_large

	pushf
	cli
	push	ds
	push	es
	pop	ds
	mov	ax, COPY_SEG
	mov	es, ax
	xor	si, si
	xor	di, di
	push	cx
%ifidn HOW, grub
	test	dx, dx
	jnz	.copy
	xor	ax, ax
	rep stosb
.copy:
%endif
	rep movsb
%ifidn HOW, grub
	inc	dx			; it makes room for tables of its own
	mov	[es:0], dx
%endif
	pop	cx
	pop	ds
	mov	word [BDA_EBDA_SEG], COPY_SEG
	mov	ax, [BDA_BASE_KB]
%ifidn HOW, drdos
	mov	word [BDA_BASE_KB], 640
%else
	add	[BDA_BASE_KB], bp
%endif
	popf
	SAY	`copier: ebda `
	xchg	ax, bx
	call	say_hex16
	SAY	` -> 0200, base memory `
	mov	ax, [BDA_BASE_KB]
	call	say_hex16
	SAY	`\nowns: copier at 02000 `
	movzx	eax, cx
	call	say_hex20
	SAY	`\n`
%ifdef REUSE
	; BX = KiB where base memory ended.
	mov	cx, [BDA_BASE_KB]
	cmp	cx, 639
	jbe	.reuse
	mov	cx, 639
.reuse:
	sub	cx, bx
	jbe	.done
	shl	bx, 6
.kib:
	mov	es, bx
	push	cx
	xor	di, di
	mov	cx, 1024 / 4
	mov	eax, 'DOS!'
	rep stosd
	pop	cx
	add	bx, KIB_PARAS
	loop	.kib
.done:
%endif
	ret

.no_ebda:
	SAY	`refused: copier no ebda\n`
	ret
.too_large:
	SAY	`refused: copier the ebda is too large to move (EBDA-3)\n`
	ret
%ifdef ASKS
%ifndef BLIND
.not_adjacent:
	SAY	`refused: copier the ebda does not start where base memory ends (EBDA-2)\n`
	ret
.not_last:
	SAY	`refused: copier the ebda does not end at 640 KiB\n`
	ret
%endif
%endif
	ROM_END
