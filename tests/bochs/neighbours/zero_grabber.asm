; SPDX-License-Identifier: BSD-2-Clause
; Believes that memory full of zeros is free, as old ROMs do: takes some for as long as it works
; there and reserves nothing.  Finding none is an error: somebody left free memory dirty.
;   -DAT=look|nbp|bcv|int19|int13      [look]; at look and nbp each time
;   -DHOW=base      KIB KiB between 480 KiB and 40:13, from above (PXE ROMs that say PXE-E00)
;        =low       4 KiB from 64 KiB upwards (AHA-2940)
;   -DKIB=n         for base [16]
;   -DALL=1         for base, at look and nbp: no KiB between 480 KiB and 40:13 may have become
;                   dirty since the first time.  rombios leaves some at 9F000h so
%ifndef HOW
%define HOW base
%endif
%ifndef AT
%define AT look
%endif
%ifidn AT, look
%define REPEATS
%elifidn AT, nbp
%define REPEATS
%endif
%ifndef ALL
 %ifdef REPEATS
 %define STATELESS
 %endif
%elifndef REPEATS
%error "ALL compares times: AT is look or nbp"
%endif
%ifndef KIB
%define KIB 16
%endif
%include "rom.inc"
%include "habit.inc"
%ifidn HOW, base
LOWEST_KIB	equ 480
WANTED		equ KIB
%elifidn HOW, low
LOWEST_KIB	equ 64
WANTED		equ 4
%else
%error "HOW is base or low"
%endif
%if WANTED < 1 || WANTED > 128
%error "KIB is 1 to 128"
%endif
	HABIT	`zero_grabber`, look, look, nbp, bcv, int19, int13
	PATTERN_FUNCTIONS

act:
	; BX = KiB, DX = how many KiB of zeros there are together here.
	xor	dx, dx
%ifidn HOW, base
	mov	bx, [BDA_BASE_KB]
	cmp	bx, 640
	ja	.no_base
.next:
	cmp	bx, LOWEST_KIB
	jbe	.none
	dec	bx
%else
	mov	bx, LOWEST_KIB - 1
.next:
	inc	bx
	cmp	bx, [BDA_BASE_KB]
	jae	.none
%endif
	call	is_zero
	jne	.dirty
	inc	dx
	cmp	dx, WANTED
	jne	.next
%ifidn HOW, low
	sub	bx, WANTED - 1
%endif
	jmp	.take
.dirty:
	xor	dx, dx
	jmp	.next
.none:
	SAY	`zero_grabber: FAILED: no memory that is zeros (PXE-E00)\n`
	ret
%ifidn HOW, base
.no_base:
	SAY	`refused: zero_grabber base memory has no end\n`
	ret
%endif

.take:
	shl	bx, 6
	mov	ax, bx
	SAY_OWNS_AT WANTED * 1024
	xor	dx, dx
	mov	cx, WANTED * LINES_KIB
	mov	ax, bx
	call	write_lines
	xor	dx, dx
	mov	cx, WANTED * LINES_KIB
	mov	ax, bx
	push	bx
	call	read_lines
	pop	bx
	je	.good
	SAY	`zero_grabber: FAILED: memory that does not keep what is written at `
	call	say_hex16
	SAY	`0 (PXE-E00)\n`
.good:
	mov	cx, WANTED
	mov	dx, bx
.clear:
	push	cx
	mov	es, dx
	xor	di, di
	xor	eax, eax
	mov	cx, 1024 / 4
	rep stosd
	pop	cx
	add	dx, KIB_PARAS
	loop	.clear
	SAY	`gives: zero_grabber\n`

%ifdef ALL
	; DX = how many are dirty, BP = the lowest.
	mov	bx, [BDA_BASE_KB]
	xor	dx, dx
.all:
	dec	bx
	cmp	bx, LOWEST_KIB
	jb	.all_seen
	call	is_zero
	je	.all
	mov	bp, bx
	inc	dx
	jmp	.all
.all_seen:
	test	byte [SLOT_FLAGS], FLAG_HABIT
	jnz	.compare
	or	byte [SLOT_FLAGS], FLAG_HABIT
	mov	[SLOT_DATA], dx
.compare:
	cmp	dx, [SLOT_DATA]
	ja	.dirtier
	SAY	`zero_grabber: data intact\n`
	ret
.dirtier:
	SAY	`zero_grabber: FAILED: KiB that are not zeros any more: `
	mov	ax, dx
	sub	ax, [SLOT_DATA]
	call	say_hex16
	SAY	`, the lowest of all at `
	shl	bp, 6
	mov	ax, bp
	call	say_hex16
	SAY	`0 (PXE-E00)\n`
%endif
	ret

; ZF = 1 if KiB number BX is all zeros.
;   breaks EAX, CX, DI, ES
is_zero:
	mov	ax, bx
	shl	ax, 6
	mov	es, ax
	xor	di, di
	xor	eax, eax
	mov	cx, 1024 / 4
	repe scasd
	ret
	ROM_END
