; SPDX-License-Identifier: BSD-2-Clause
; A boot program that does nothing but return with STATUS (0): what a menu does when its
; user chooses the local disk.
	cpu	386
	bits	16
	org	0x7c00
%include "say.inc"
%ifndef STATUS
%define STATUS 0
%endif

	SAY	`returns: here\n`
	mov	ax, STATUS
	retf
	SAY_FUNCTIONS
	times	512 - ($ - $$) db 0
