; SPDX-License-Identifier: BSD-2-Clause
; Moves the EBDA down without growing it: its own block is behind the EBDA, at an address that
; stays.  Who grows the EBDA later takes its length from byte 0 and leaves the block alone.
;   -DAT=init|bcv|int19|int13|tick|nbp     [init]
;   -DKIB=n         how far the EBDA moves, 1 to 62 [4]
;   -DBLIND=1       does not look who is below the EBDA, nor how low it gets
%define KEEP_SIZE
%include "grows.inc"
%include "absolute.inc"
	HABIT	`mover`, init, init, bcv, int19, int13, tick, nbp
	PATTERN_FUNCTIONS
	GROW_FUNCTION `mover`
	ABSOLUTE_FUNCTIONS `EBDA-14`

act:
	call	grow
	jc	.refused
	call	absolute_take
.refused:
	ret

check:
	jmp	absolute_check
	ROM_END
