; SPDX-License-Identifier: BSD-2-Clause
; A boot program that gives up with INT 19h (PNP-5), as DOS does to start anew.
	cpu	386
	bits	16
	org	0x7c00
%include "say.inc"

	SAY	`again: int 19\n`
	int	0x19
	SAY_FUNCTIONS
	times	512 - ($ - $$) db 0
