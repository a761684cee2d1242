; SPDX-License-Identifier: BSD-2-Clause
; Grows the EBDA by the book (EBDA-1..4) and keeps its data there: found by 40:0E and a
; constant offset, else by a scan (EBDA-9).
;   -DAT=init|bcv|int19|int13|tick|nbp     [init]
;   -DKIB=n         how far the EBDA moves, 1 to 62 [4]
;   -DJUMP=1        where somebody owns memory below the EBDA, takes the place below theirs
;                   (EBDA-2b); else it refuses
;   -DALL=1         uses the EBDA's old place, too, as ROMs do that never heard of EBDA-10.  Not on
;                   rombios: it keeps its boot table there
;   -DBLIND=1       does not look who is below the EBDA, nor how low or large it gets
%ifdef ALL
%define EVERY_LINE
%endif
%include "grows.inc"
%include "indirect.inc"
	HABIT	`grower`, init, init, bcv, int19, int13, tick, nbp
	PATTERN_FUNCTIONS
	GROW_FUNCTION `grower`
	INDIRECT_FUNCTIONS `EBDA-14`

act:
	jmp	indirect_take

check:
	jmp	indirect_check
	ROM_END
