; SPDX-License-Identifier: BSD-2-Clause
; A boot program that measures how fast the ROM's API moves a file.  It fetches `rate.bin` from
; the boot server, one way after the other, and says for each how long it took and the sum of
; what came:
;   rate: udp 0580 bytes 00400000 sum 8d26bb51 ms 000001f4 ticks 0000000047868c00 calls 00002f3c
;   rate: undi 0400 ready ms 00000005 ticks 00000000000af7e0 calls 00000010
;   -DWAYS=n           bits of the table below; all of them otherwise
; Numbers are hex.  The sum is sum = rol(sum, 1) + dword over the file, padded with zeros.  Ticks
; are the TSC's: time, or instructions where an emulator's clock counts them.
	cpu	586
	bits	16
	org	0x7c00
%include "say.inc"
%include "rate_call.inc"

%ifndef WAYS
%define WAYS 0xff
%endif
; Emulators are slow to write to a page that holds code, as is hardware to a line that does: what is
; written has pages of its own.
STACK_TOP	equ 0xa000
DATA		equ 0xa000
HIGH_BUFFER	equ 0x100000
HIGH_LIMIT	equ 32 << 20
CALLS		equ 4096

start:
	; The !PXE structure is on the caller's stack (PXE-12); then everything is in segment 0.
	mov	bp, sp
	les	bx, [bp + 4]
	mov	eax, [es:bx + 0x10]
	xor	dx, dx
	mov	ds, dx
	mov	es, dx
	cli
	mov	ss, dx
	mov	sp, STACK_TOP
	sti
	cld
	mov	[pxe_entry], eax
	mov	word [wanted], WAYS
	mov	word [tid], 0xc100
	call	calibrate
	SAY	`rate: khz `
	mov	eax, [khz]
	call	say_hex32
	SAY	`\n`
	call	find_server
	jc	.end

	; Each way whose bit is set.
	mov	di, ways
.way:
	bt	word [wanted], 0
	jnc	.skip
	push	di
	call	measure
	pop	di
.skip:
	shr	word [wanted], 1
	add	di, way_size
	cmp	di, ways.end
	jb	.way
.end:
	END_RUN	'rate'

struc way
.text	resw 1
.blksize resw 1
.fetch	resw 1				; CF = 1: failed, and said so
endstruc

; name, block size, function
%macro WAY 3
	dw	%%text, %2, %3
	[section .text_of_ways]
%%text:	db	%1, 0
	__?SECT?__
%endmacro

	section .text_of_ways follows=.text align=1
	section .text

; The order matters: once a program has opened UNDI itself, base code is no longer used.
ways:
	WAY	'call', 0, by_call
	WAY	'tftp_read', 512, by_tftp_read
	WAY	'tftp_read', 1408, by_tftp_read
	WAY	'tftp_read', 1456, by_tftp_read
	WAY	'tftp_read_file', 0, by_tftp_read_file
	WAY	'udp', 1408, by_udp
	WAY	'undi', 1024, by_undi
.end:

; Fetches the file one way, and prints what that took.
;   in     DI -> struc way
;   breaks everything but segments
measure:
	xor	eax, eax
	mov	[bytes], eax
	mov	[sum], eax
	mov	[calls], eax
	mov	[is_high], al
	mov	ax, [di + way.blksize]
	mov	[blksize], ax
	mov	[asked], ax
	inc	word [tid]
	mov	ax, [di + way.text]
	mov	[name], ax

	call	start_clock
	call	[di + way.fetch]
	jc	.end
	call	stop_clock
	cmp	byte [is_high], 0
	je	.print
	call	sum_high

.print:
	call	say_way
	SAY	` bytes `
	mov	eax, [bytes]
	call	say_hex32
	SAY	` sum `
	mov	eax, [sum]
	call	say_hex32
	call	say_time
.end:
	ret

; For a way that must do something before it can fetch: says how long that took, and starts anew.
;   breaks EAX, EDX, SI
ready:
	call	stop_clock
	call	say_way
	SAY	` ready`
	call	say_time
	mov	dword [calls], 0

	; Falls into start_clock.

;   breaks EAX, EDX
start_clock:
	rdtsc
	mov	[began], eax
	mov	[began + 4], edx
	ret
stop_clock:
	rdtsc
	sub	eax, [began]
	sbb	edx, [began + 4]
	mov	[ticks], eax
	mov	[ticks + 4], edx
	ret

; Ends a line.
;   breaks EAX, EDX
say_time:
	SAY	` ms `
	mov	eax, [ticks]
	mov	edx, [ticks + 4]
	div	dword [khz]
	call	say_hex32
	SAY	` ticks `
	mov	eax, [ticks + 4]
	call	say_hex32
	mov	eax, [ticks]
	call	say_hex32
	SAY	` calls `
	mov	eax, [calls]
	call	say_hex32
	SAY	`\n`
	ret

; Prints which way it is: 'rate: NAME BLKSIZE', the block size that was asked for.
;   breaks AX, SI
say_way:
	SAY	`rate: `
	mov	si, [name]
.next:
	lodsb
	test	al, al
	jz	.blksize
	out	E9_PORT, al
	jmp	.next
.blksize:
	SAY	` `
	mov	ax, [asked]
	call	say_hex16
	ret

; Adds bytes to the sum; they are a whole number of dwords, or the last of the file.
;   in     SI, CX = bytes, with room for three more behind them
;   breaks EAX, EBX, CX, SI
add_bytes:
	movzx	eax, cx
	add	[bytes], eax
	mov	bx, cx
	mov	word [si + bx], 0
	mov	byte [si + bx + 2], 0
	add	cx, 3
	shr	cx, 2
	jz	.end
	mov	ebx, [sum]
.next:
	lodsd
	rol	ebx, 1
	add	ebx, eax
	dec	cx
	jnz	.next
	mov	[sum], ebx
.end:
	ret

; Nothing but calls: what each costs before it does any work.
by_call:
	call	clear_parameters
	mov	cx, CALLS
.next:
	mov	bx, UNDI_GET_INFORMATION
	call	pxe
	loop	.next
	clc
	ret

; The same for what lies at HIGH_BUFFER, with segment limits that real mode does not have: the
; ROM put back those that it likes.
;   breaks EAX, EBX, ECX, ESI
sum_high:
	mov	ecx, [bytes]
	add	ecx, 3
	shr	ecx, 2
	jz	.end
	cli
	lgdt	[gdtr]
	mov	eax, cr0
	or	al, 1
	mov	cr0, eax
	mov	bx, 8
	mov	fs, bx
	and	al, 0xfe
	mov	cr0, eax
	mov	esi, HIGH_BUFFER
	mov	eax, [bytes]
	mov	dword [fs:esi + eax], 0
	xor	ebx, ebx
.next:
	rol	ebx, 1
	add	ebx, [fs:esi]
	add	esi, 4
	dec	ecx
	jnz	.next
	mov	[sum], ebx
	sti
.end:
	ret

%include "rate_tftp.inc"
%include "rate_own.inc"
%include "rate_undi.inc"
	SAY_FUNCTIONS

	align	8, db 0
gdt:
	dq	0
	dw	0xffff, 0, 0x9300, 0x008f	; data, base 0, 4 GiB
gdtr:
	dw	gdtr - gdt - 1
	dd	gdt
file_name: db	'rate.bin', 0
file_name_len equ $ - file_name

	section .bss start=DATA
pxe_entry:	resd 1
khz:		resd 1
my_ip:		resd 1
server_ip:	resd 1
began:		resq 1
ticks:		resq 1
bytes:		resd 1
sum:		resd 1
calls:		resd 1
name:		resw 1
wanted:		resw 1
tid:		resw 1
blksize:	resw 1			; agreed
asked:		resw 1
is_high:	resb 1
		resb 1
parameters:	resb 160
packet:		resb 2048 + 4
