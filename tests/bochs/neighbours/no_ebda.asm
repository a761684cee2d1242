; SPDX-License-Identifier: BSD-2-Clause
; Takes the EBDA away before ebb sees it: 40:0E = SEGMENT (0), as firmware without one
; leaves it.  The firmware's own EBDA stays where it is, above 40:13, but the firmware can
; no longer find it: scenarios with this ROM use no disks.
%include "rom.inc"
%ifndef SEGMENT
%define SEGMENT 0
%endif
	ROM	1

init:
	ENTRY
	xor	ax, ax
	mov	ds, ax
	SAY	`no_ebda: 40:0e `
	mov	ax, [BDA_EBDA_SEG]
	call	say_hex16
	SAY	` -> `
	mov	ax, SEGMENT
	mov	[BDA_EBDA_SEG], ax
	call	say_hex16
	SAY	`\n`
	INIT_DONE
