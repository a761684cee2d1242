; SPDX-License-Identifier: BSD-2-Clause
; Takes the EBDA away: 40:0E = SEGMENT, as firmware without one leaves it.  The firmware's own
; EBDA stays where it is, above 40:13, but the firmware can no longer find it: scenarios with
; this ROM use no disks.
;   -DAT=init|bcv|int19|int13|tick|nbp     [init]
;   -DSEGMENT=n     what 40:0E then holds [0]
%ifndef SEGMENT
%define SEGMENT 0
%endif
%ifndef AT
%define AT init
%endif
%ifidn AT, init
%define STATELESS
%endif
%include "rom.inc"
%include "habit.inc"
	HABIT	`no_ebda`, init, init, bcv, int19, int13, tick, nbp

act:
	SAY	`no_ebda: 40:0e `
	mov	ax, [BDA_EBDA_SEG]
	call	say_hex16
	SAY	` -> `
	mov	ax, SEGMENT
	mov	[BDA_EBDA_SEG], ax
	call	say_hex16
	SAY	`\n`
	ret
	ROM_END
