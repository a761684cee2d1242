; SPDX-License-Identifier: BSD-2-Clause
; Grows the EBDA by the book, hooks INT 13h and INT 1Ch, and looks after all of its data on every
; call: by 40:0E and a constant offset, fetched anew each time, and nowhere else.
;   -DAT=init|bcv|nbp      when it grows [init]; it hooks at BCV, or then and there under a boot
;                          program
;   -DKIB=n                how far the EBDA moves, 1 to 62 [4]
;   -DBLIND=1              does not look who is below the EBDA, nor how low or large it gets
; Takes two slots, SLOT and the next.
%ifndef AT
%define AT init
%endif
%ifnidn AT, nbp
%define CONNECTS
%endif
%include "grows.inc"
%include "indirect.inc"
%if SLOT > 1
%error "SLOT is 0 or 1"
%endif
OLD_DISK	equ SLOT_OLD
OLD_TICK	equ SLOT_OLD + SLOT_LEN
COUNT		equ SLOT_DATA + SLOT_LEN	; word: how often it has looked
DISK		equ 0x13
USER_TICK	equ 0x1c
	HABIT	`checker`, init, init, bcv, nbp
	PATTERN_FUNCTIONS
	GROW_FUNCTION `checker`
	INDIRECT_FUNCTIONS `EBDA-14`

act:
	call	indirect_take
%ifidn AT, nbp
	jc	.done
	push	word 0
	pop	ds
	call	connected
.done:
%endif
	ret

connected:
	test	byte [SLOT_FLAGS], FLAG_OWNS
	jz	.done
	mov	word [COUNT], 0
	HOOK	DISK, disk, OLD_DISK
	HOOK	USER_TICK, tick, OLD_TICK
.done:
	ret

disk:
	ENTRY
	call	look
	ENTRY_UNDO
	CHAIN	OLD_DISK
tick:
	ENTRY
	call	look
	ENTRY_UNDO
	CHAIN	OLD_TICK

; Says the first damage, once.
look:
	xor	ax, ax
	mov	ds, ax
	test	byte [SLOT_FLAGS], FLAG_OWNS
	jz	.done
	inc	word [COUNT]
	call	indirect_here
	jne	damaged
.done:
	ret

check:
	call	indirect_here
	jne	damaged
	SAY	`checker: data intact, looked `
	mov	ax, [COUNT]
	call	say_hex16
	SAY	` times\n`
	ret
damaged:
	and	byte [SLOT_FLAGS], ~FLAG_OWNS
	SAY	`checker: FAILED: its data in the ebda is damaged at `
	call	say_hex16
	SAY	`0 (EBDA-14)\n`
	ret
	ROM_END
