; SPDX-License-Identifier: BSD-2-Clause
; Grows the EBDA as the book says, but remembers the address of its block and uses only that:
; it cannot follow a move.  Whoever grows the EBDA after it and leaves the old place as it was
; (EBDA-10) does it no harm.
;   -DAT=init|bcv|int19|int13|tick|nbp     [init]
;   -DKIB=n         how far the EBDA moves, 1 to 62 [4]
;   -DBLIND=1       does not look who is below the EBDA, nor how low or large it gets
%include "grows.inc"
%include "absolute.inc"
	HABIT	`direct`, init, init, bcv, int19, int13, tick, nbp
	PATTERN_FUNCTIONS
	GROW_FUNCTION `direct`
	ABSOLUTE_FUNCTIONS `EBDA-10`

act:
	call	grow
	jc	.refused
	call	absolute_take
.refused:
	ret

; Its block is in use: the first line is written anew, name last.
check:
	call	absolute_check
	jne	.done
	mov	es, ax
	not	dword [es:0]
	not	dword [es:0]
.done:
	ret
	ROM_END
