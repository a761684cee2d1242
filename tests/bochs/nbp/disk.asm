; SPDX-License-Identifier: BSD-2-Clause
; A boot disk: lets every neighbour look after its own data, shows the witness what the machine
; looks like when the firmware boots from it, then gives up with INT 18h or ends the run.
;   -DMOMENT=before      the snapshot's name
;   -DEND_HERE=1         end the run as the next boot device; 0: INT 18h
;   -DWHO=name            who ends it (next-device)
;   -DSECTORS=2880       the image's size (floppy 1.44 MB)
;   -DKEYS=n,n...        types these key words (scan code above, ASCII below), before the
;                        snapshot; with -DTICKS=n, n timer ticks behind it, from a handler
;                        of INT 1Ch at 0:0600
	cpu	386
	bits	16
	org	0x7c00
%include "say.inc"
%include "disk.inc"
%include "witness.inc"
%include "neighbours.inc"
%defstr NAME MOMENT
%ifndef WHO
%define WHO next-device
%endif
%defstr WHO_ENDS WHO

TYPIST	equ 0x600
USER_TICK	equ 4 * 0x1c
%ifndef TICKS
%define TICKS 0
%endif

MORE	equ (body_end - body + 511) / 512

	DISK_START body, MORE

body:
%ifdef KEYS
 %if TICKS
	; Nothing of ours stays at 7C00.  The handler waits until .left is set.
	mov	si, typist
	mov	di, TYPIST
	mov	cx, typist_end - typist
	rep movsb
	cli
	mov	eax, [USER_TICK]
	mov	[TYPIST + typist.next - typist], eax
	mov	dword [USER_TICK], TYPIST
	sti
 %else
	mov	si, the_keys
	call	type_keys
 %endif
%endif
	mov	al, MOMENT_look
	call	neighbours
	SNAPSHOT NAME
%if TICKS
	mov	word [TYPIST + typist.left - typist], TICKS
%endif
%if END_HERE
	END_RUN	WHO_ENDS
%else
	int	0x18
%endif
	WITNESS_FUNCTIONS
	NEIGHBOURS_FUNCTION
%ifdef KEYS
; Types the keys when its count of ticks is over, once.  Runs at 0:0600.
typist:
	cmp	word [cs:TYPIST + .left - typist], 0
	je	.pass
	dec	word [cs:TYPIST + .left - typist]
	jnz	.pass
	push	si
	mov	si, TYPIST + the_keys - typist
	call	type_keys
	pop	si
.pass:
	jmp	far [cs:TYPIST + .next - typist]
.left:
	dw	0
.next:
	dd	0

; Puts the words at CS:SI, up to a 0, into the keyboard's buffer.
;   breaks SI
type_keys:
	push	ax
	push	cx
.next:
	mov	cx, [cs:si]
	jcxz	.done
	mov	ah, 5
	int	0x16
	add	si, 2
	jmp	.next
.done:
	pop	cx
	pop	ax
	ret
the_keys:
	dw	KEYS, 0
typist_end:
%endif
	align	512, db 0
body_end:
	times	SECTORS * 512 - ($ - $$) db 0
