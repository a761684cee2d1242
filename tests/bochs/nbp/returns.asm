; SPDX-License-Identifier: BSD-2-Clause
; A boot program that does nothing but return with STATUS (0): what a menu does when its
; user chooses the local disk.  -DKIB=n makes it longer than half a KiB.
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
%ifdef KIB
	times	KIB * 1024 - ($ - $$) db 0xa5
%else
	times	512 - ($ - $$) db 0
%endif
