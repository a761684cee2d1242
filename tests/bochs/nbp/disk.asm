; SPDX-License-Identifier: BSD-2-Clause
; A boot disk: shows the witness what the machine looks like when the firmware boots
; from it, then gives up with INT 18h or ends the run.
;   -DMOMENT=before      the snapshot's name
;   -DEND_HERE=1         end the run as the next boot device; 0: INT 18h
;   -DSECTORS=2880       the image's size (floppy 1.44 MB)
	cpu	386
	bits	16
	org	0x7c00
%include "say.inc"
%include "witness.inc"
%defstr NAME MOMENT

MORE	equ (body_end - body + 511) / 512

start:
	cli
	xor	ax, ax
	mov	ds, ax
	mov	es, ax
	mov	ss, ax
	mov	sp, 0x7c00
	sti
	cld

	; The rest of this program lies behind the boot sector; three tries, as
	; floppy drives need them.
	mov	bp, 3
.again:
	mov	ax, 0x0200 + MORE
	mov	bx, body
	mov	cx, 2
	xor	dh, dh
	int	0x13
	jnc	body
	xor	ah, ah
	int	0x13
	dec	bp
	jnz	.again
	SAY	`bench: disk FAILED to read itself\n`
	int	0x18

	SAY_FUNCTIONS
	times	510 - ($ - $$) db 0
	dw	0xaa55

body:
	SAY	`witness: begin `, NAME, `\n`
	call	witness_state
	call	witness_e820
	SAY	`witness: end `, NAME, `\n`
%if END_HERE
	END_RUN	'next-device'
%else
	int	0x18
%endif
	WITNESS_FUNCTIONS
	align	512, db 0
body_end:
	times	SECTORS * 512 - ($ - $$) db 0
