; SPDX-License-Identifier: BSD-2-Clause
; Notes at INIT where the EBDA is, and later writes there, whoever has the place by then: what
; firmware does that remembers an address in the EBDA (EBDA-10).
;   -DAT=bcv|int19|int13|tick|nbp      [bcv]
;   -DALL=1         writes all of the first KiB, not only the disk parameters at 3Dh to 4Ch.  Not
;                   on rombios: it keeps its boot table in that KiB
%define STARTS
%include "rom.inc"
%include "habit.inc"
%ifdef ALL
FIRST		equ 0
LAST		equ 0x3ff
%else
FIRST		equ 0x3d
LAST		equ 0x4c
%endif
	HABIT	`stale_writer`, bcv, bcv, int19, int13, tick, nbp

started:
	mov	ax, [BDA_EBDA_SEG]
	mov	[SLOT_DATA], ax
	ret

act:
	mov	bx, [SLOT_DATA]
	cmp	bx, EBDA_SEG_MIN
	jb	.no_ebda
	cmp	bx, BASE_TOP_SEG
	jae	.no_ebda
	cmp	bx, [BDA_EBDA_SEG]
	je	.not_moved
	SAY	`stale_writer: writes `
	mov	ax, bx
	call	say_hex16
	SAY	`:`
	mov	ax, FIRST
	call	say_hex16
	SAY	` to `
	mov	ax, LAST
	call	say_hex16
	SAY	`\n`
	mov	es, bx
	mov	di, FIRST
	mov	cx, LAST - FIRST + 1
.byte:
	mov	ax, di
	xor	al, 0x5a
	stosb
	loop	.byte
	ret
.no_ebda:
	SAY	`refused: stale_writer there was no ebda\n`
	ret
.not_moved:
	SAY	`refused: stale_writer the ebda has not moved\n`
	ret
	ROM_END
