; SPDX-License-Identifier: BSD-2-Clause
; Takes PMM away: destroys the signature of every $PMM structure between E0000 and FFFFF.
; Firmware that is still in POST has not write-protected them.
;   -DAT=init|bcv   [init]
%define STATELESS
%include "rom.inc"
%include "habit.inc"
PMM_SIGNATURE	equ '$PMM'
	HABIT	`pmm_eraser`, init, init, bcv

act:
	mov	bx, 0xe000
.paragraph:
	mov	ds, bx
	cmp	dword [0], PMM_SIGNATURE
	jne	.next
	mov	byte [0], 0
	cmp	byte [0], 0
	je	.gone
	SAY	`pmm_eraser: FAILED: read-only at `
	jmp	.where
.gone:
	SAY	`pmm_eraser: gone from `
.where:
	mov	ax, bx
	call	say_hex16
	SAY	`\n`
.next:
	inc	bx
	jnz	.paragraph
	ret
	ROM_END
