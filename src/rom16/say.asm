; SPDX-License-Identifier: BSD-2-Clause
; Text output for 16-bit code: screen (INT 10h AH=0Eh), port E9h and COM1 as configured.
; Every function keeps all registers and flags.

%include "rom.inc"

	global say_text, say_char, say_hex8, say_hex16, say_hex32, say_dec, say_bdf, say_open

	section .text.run

%if CFG_LOG_COM1
%define COM1          0x3f8
%define COM1_LSR      0x3fd
%define LSR_THRE      0x20
%define THRE_TRIES    0x4000    ; bound for a port that is not there
%endif

; Prepares COM1 for 115200 8n1; nothing unless configured.
say_open:
%if CFG_LOG_COM1
	pushf
	pushad
	mov	dx, COM1 + 3
	mov	al, 0x80                ; divisor latch
	out	dx, al
	mov	dx, COM1
	mov	ax, 1
	out	dx, al
	inc	dx
	mov	al, ah
	out	dx, al
	mov	dx, COM1 + 3
	mov	al, 0x03                ; 8n1
	out	dx, al
	popad
	popf
%endif
	ret

; Prints the text behind the call (TEXT in rom.inc) and returns behind it.
;   stack  60, and what INT 10h takes
say_text:
	pushf
	push	ax
	push	si
	push	bp
	mov	bp, sp
	mov	si, [bp + 8]            ; return address = text
	cld
.next:
	cs lodsb
	mov	ah, al
	and	al, 0x7f
	call	say_char
	test	ah, ah
	jns	.next
	mov	[bp + 8], si
	pop	bp
	pop	si
	pop	ax
	popf
	ret

; Prints AL; a newline also returns the carriage.
;   stack  44, and what INT 10h takes
say_char:
	cmp	al, 10
	jne	.put
	push	ax
	mov	al, 13
	call	.put
	pop	ax
.put:
	pushf
	pushad
	push	ds
	push	es
%if CFG_LOG_PORT_E9
	cmp	al, 13                  ; a log wants bare newlines
	je	.not_e9
	out	0xe9, al
.not_e9:
%endif
%if CFG_LOG_COM1
	mov	ah, al
	mov	cx, THRE_TRIES
.wait:
	mov	dx, COM1_LSR
	in	al, dx
	test	al, LSR_THRE
	loopz	.wait
	mov	dx, COM1
	mov	al, ah
	out	dx, al
%endif
	mov	ah, 0x0e
	mov	bx, 7
	int	0x10
	pop	es
	pop	ds
	popad
	popf
	ret

; Prints AL in hexadecimal.
say_hex8:
	ror	al, 4
	call	.digit
	ror	al, 4
.digit:
	pushf
	push	ax
	and	al, 15
	cmp	al, 10
	sbb	al, 0x69                ; 0-9 -> 96h-9fh, 10-15 -> a1h-a6h
	das                             ; -> '0'-'9', 'A'-'F'
	or	al, 0x20                ; lower case; digits have the bit already
	call	say_char
	pop	ax
	popf
	ret

	section .text.init

; Prints EAX or AX in hexadecimal, with all its digits.
say_hex32:
	ror	eax, 16
	call	say_hex16
	ror	eax, 16
say_hex16:
	xchg	al, ah
	call	say_hex8
	xchg	al, ah
	jmp	say_hex8

; Prints EAX as an unsigned decimal.
;   stack  up to 80
say_dec:
	pushf
	pushad
	mov	ebx, 10
	xor	cx, cx
.divide:
	xor	edx, edx
	div	ebx
	push	dx
	inc	cx
	test	eax, eax
	jnz	.divide
.print:
	pop	ax
	add	al, '0'
	call	say_char
	loop	.print
	popad
	popf
	ret

; Prints the PCI address AX as bus:device.function.
;   breaks AX
say_bdf:
	xchg	al, ah
	call	say_hex8
	xchg	al, ah
	push	ax
	shr	al, 3
	LOG	`:`
	call	say_hex8
	LOG	`.`
	pop	ax
	and	al, 7
	jmp	say_hex8.digit
