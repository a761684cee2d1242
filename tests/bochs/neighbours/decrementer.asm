; SPDX-License-Identifier: BSD-2-Clause
; Takes base memory the old way, by lowering 40:13; the EBDA stays, and is not where base memory
; ends any more (EBDA-2b).
;   -DAT=init|bcv|int19|int13|tick|nbp     [init]
;   -DKIB=n         how much, 1 to 62 [4]; not below 90000h
;   -DFILL=n        fills all of it with this byte, for `fact memory`; its own look is at that
%define OWNS
%ifndef KIB
%define KIB 4
%endif
%include "rom.inc"
%include "habit.inc"
%include "absolute.inc"
%if KIB < 1 || KIB > 62
%error "KIB is 1 to 62"
%endif
LOWEST_KIB	equ EBDA_FLOOR_SEG / KIB_PARAS	; SeaBIOS clears what is below it
	HABIT	`decrementer`, init, init, bcv, int19, int13, tick, nbp
	PATTERN_FUNCTIONS
%ifndef FILL
	ABSOLUTE_FUNCTIONS `EBDA-2`
%endif

act:
	mov	bx, [BDA_BASE_KB]
	sub	bx, KIB
	cmp	bx, LOWEST_KIB
	jb	.refused
	mov	[BDA_BASE_KB], bx
	SAY	`decrementer: base memory ends at `
	shl	bx, 6
	mov	ax, bx
	call	say_hex16
	SAY	`0\n`
	xor	dl, dl
%ifndef FILL
	jmp	absolute_take
%else
	mov	[SLOT_DATA], bx
	or	byte [SLOT_FLAGS], FLAG_OWNS
	SAY_OWNS_AT KIB * 1024
	mov	es, bx
	xor	di, di
	mov	cx, KIB * 1024
	mov	al, FILL
	rep stosb
	ret
%endif
.refused:
	SAY	`refused: decrementer base memory would end below 90000 (EBDA-3)\n`
	ret

check:
%ifndef FILL
	jmp	absolute_check
%else
	mov	es, [SLOT_DATA]
	xor	di, di
	mov	cx, KIB * 1024
	mov	al, FILL
	repe scasb
	jne	.damaged
	SAY	`decrementer: data intact\n`
	ret
.damaged:
	and	byte [SLOT_FLAGS], ~FLAG_OWNS	; say so once
	SAY	`decrementer: FAILED: its data is damaged at +`
	lea	ax, [di - 1]
	call	say_hex16
	SAY	` (EBDA-2)\n`
	ret
%endif
	ROM_END
