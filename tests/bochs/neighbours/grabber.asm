; SPDX-License-Identifier: BSD-2-Clause
; Hooks an interrupt, counts its calls and passes them on by a jump.  Looks later whether calls
; still reach it: the vector may be somebody else's by then, but who took it must chain.
;   -DAT=init|bcv|int19|int13|tick|nbp     [init]
;   -DVECTOR=0x13|0x15|0x19|0x1a           [0x15]
;   -DANSWER=1         for 15h: answers E820 itself, by calling the handler before it
;   -DRESTORE=nbp|look when it puts back the vector it found, whoever hooked after it; 1 is nbp
; Takes a second slot, SLOT + 1, for the moments int19, int13 and tick.
%define OWNS
%ifndef VECTOR
%define VECTOR 0x15
%endif
%include "rom.inc"
%include "habit.inc"
	HABIT	`grabber`, init, init, bcv, int19, int13, tick, nbp
%ifdef WAITS
 %if SLOT > 1
 %error "SLOT is 0 or 1"
 %endif
GRABBED_OLD	equ SLOT_OLD + SLOT_LEN
%else
GRABBED_OLD	equ SLOT_OLD
%endif
%if VECTOR == 0x13
 %define HARMLESS 0x0100		; status of the last operation, of the first floppy drive
%elif VECTOR == 0x15
 %define HARMLESS 0xc000		; system configuration
%elif VECTOR == 0x1a
 %define HARMLESS 0x0200		; clock
%elif VECTOR != 0x19
 %error "VECTOR is 0x13, 0x15, 0x19 or 0x1a"
%endif
%ifdef ANSWER
 %if VECTOR != 0x15
 %error "ANSWER goes with VECTOR 0x15"
 %endif
%endif
%ifdef RESTORE
 %ifidn RESTORE, 1
 RESTORE_WHEN	equ MOMENT_nbp
 %else
 RESTORE_WHEN	equ MOMENT_%[RESTORE]
 %endif
 %if RESTORE_WHEN != MOMENT_nbp && RESTORE_WHEN != MOMENT_look
 %error "RESTORE is nbp or look"
 %endif
 %if RESTORE_WHEN == WHEN
 %error "it restores later than it hooks"
 %endif
%endif

act:
	HOOK	VECTOR, grabbed, GRABBED_OLD
	or	byte [SLOT_FLAGS], FLAG_OWNS
	SAY	`grabber: int `
	mov	al, VECTOR
	call	say_hex8
	SAY	` was `
	mov	eax, [GRABBED_OLD]
	call	say_hex32
	SAY	`\n`
	ret

; Still there?  AL = the moment.
check:
	mov	bx, cs
	shl	ebx, 16
	mov	bx, grabbed
%ifdef RESTORE
	cmp	al, RESTORE_WHEN
	je	restore
%endif
	mov	eax, [4 * VECTOR]
	cmp	eax, ebx
	je	.reached
%ifdef HARMLESS
	push	word [SLOT_DATA]
	mov	ax, HARMLESS
	xor	dx, dx
	int	VECTOR
	xor	ax, ax
	mov	ds, ax
	pop	ax
	cmp	ax, [SLOT_DATA]
	jne	.reached
	and	byte [SLOT_FLAGS], ~FLAG_OWNS
	SAY	`grabber: FAILED: calls do not reach it, the vector is `
	mov	eax, [4 * VECTOR]
	call	say_hex32
	SAY	` (HOOK-4)\n`
	ret
%else
	SAY	`grabber: int 19 is somebody else's\n`
	ret
%endif
.reached:
	SAY	`grabber: data intact, calls `
	mov	ax, [SLOT_DATA]
	call	say_hex16
	SAY	`\n`
	ret

%ifdef RESTORE
restore:
	mov	eax, [4 * VECTOR]
	cmp	eax, ebx
	je	.still_ours
	SAY	`grabber: takes the vector from `
	call	say_hex32
	SAY	`\n`
.still_ours:
	and	byte [SLOT_FLAGS], ~FLAG_OWNS
	mov	eax, [GRABBED_OLD]
	mov	[4 * VECTOR], eax
	SAY	`gives: grabber\n`
	ret
%endif

grabbed:
	pushf
	push	ds
	push	word 0
	pop	ds
	inc	word [SLOT_DATA]
	pop	ds
%ifdef ANSWER
	cmp	ax, 0xe820
	je	.e820
%endif
	popf
	CHAIN	GRABBED_OLD
%ifdef ANSWER
.e820:
	popf
	pushf
	push	cs
	push	.answered
	CHAIN	GRABBED_OLD
.answered:
	push	bp
	mov	bp, sp
	push	ax
	pushf
	pop	ax
	mov	[bp + 6], al		; the flags that functions answer with
	pop	ax
	pop	bp
	iret
%endif
	ROM_END
