; SPDX-License-Identifier: BSD-2-Clause
; Takes 4 KiB of base memory the old way, by lowering 40:13 under an EBDA that stays, and
; fills them with A5h (EBDA-2b).  Scenarios state with `fact memory` that they stay so.
%include "rom.inc"
KIB	equ 4
	ROM	1

init:
	ENTRY
	xor	ax, ax
	mov	ds, ax
	sub	word [BDA_BASE_KB], KIB
	mov	ax, [BDA_BASE_KB]
	shl	ax, 6
	mov	es, ax
	SAY	`gap: 4 KiB at `
	call	say_hex16
	SAY	`0\n`
	xor	di, di
	mov	cx, KIB * 1024
	mov	al, 0xa5
	rep stosb
	INIT_DONE
