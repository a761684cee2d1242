; SPDX-License-Identifier: BSD-2-Clause
; Answers INT 15h E820 itself, from INIT on, as odd firmware does; the table is built around
; the memory that is really there, but ignores 40:13.  The ROM may be read-only: the vector
; before ours is kept at 62h, or with -DSLOT=n at 60h + 2n, which are for users.
;   -DMAP=plain          sorted, whole, true
;        =unsorted       but for base memory, which comes first
;        =no_base_first  base memory is not the first entry: not to be believed (MEM-3)
;        =overlap        RAM under reserved, RAM under RAM, edges off pages
;        =empty          with empty entries, the last one too
;        =high           RAM and reserved across 4 GiB, reserved across 2^64
;        =attributes     24 bytes; one entry says that it does not count
;   -DTOP=1              RAM to the end of what is installed, PMM's permanent memory included
;   -DEND_BY_CF=1        the end is CF on one call more, EBX never becomes 0
;   -DOPAQUE=1           continuation values that are no small numbers
;   -DCLOBBER=1          keeps no register that it need not (MEM-2)
;   -DE820=0 -DE801=0    refuses; -DE801=2 fills the second pair of registers only
%include "rom.inc"
%ifndef MAP
%define MAP plain
%endif
%ifndef E820
%define E820 1
%endif
%ifndef E801
%define E801 1
%endif
%ifndef SLOT
%define SLOT 1
%endif
%if SLOT < 0 || SLOT > 2
%error "SLOT is 0 to 2"
%endif
%defstr MAP_NAME MAP
%define MARKED entry
SMAP		equ 0x534d4150
SHORT_LEN	equ 20
%ifidn MAP, attributes
LEN		equ 24
%else
LEN		equ SHORT_LEN
%endif
RAM		equ 1
RESERVED	equ 2
ACPI		equ 3
OLD_15		equ 4 * 0x60 + 8 * SLOT
BASE_END	equ 0x9fc00
TABLES		equ 0x10000		; ACPI tables at the end of RAM
MIB		equ 0x100000
GIB		equ 0x40000000
OPAQUE_FIRST	equ 0xfee1dead
OPAQUE_STEP	equ 0x01f00d00

; The caller's registers, at SS:BP.
struc caller
	.edi:	resd 1
	.esi:	resd 1
	.ebp:	resd 2
	.ebx:	resd 1
	.edx:	resd 1
	.ecx:	resd 1
	.eax:	resd 1
	.es:	resw 1
	.ds:	resw 1
	.ip:	resw 2
	.flags:	resw 1
endstruc

; RANGE base, length, type [, attributes]: what counts from the end of RAM is given as
; END + n: that end is at least 2 MiB and is added when the entry is told.
END		equ 1 << 62
END_HIGH	equ 1 << 30
%macro RANGE 3-4 1
	dq	%1, %2
	dd	%3, %4
%endmacro
RANGE_LEN	equ 24

	ROM

map:
%ifidn MAP, no_base_first
	RANGE	0xf0000, 0x10000, RESERVED
%endif
	RANGE	0, BASE_END, RAM
%ifidn MAP, unsorted
	RANGE	4 * GIB - 0x40000, 0x40000, RESERVED
	RANGE	END - TABLES, TABLES, ACPI
	RANGE	3 * MIB / 2, END - TABLES - 3 * MIB / 2, RAM
	RANGE	0xf0000, 0x10000, RESERVED
	RANGE	MIB, MIB / 2, RAM
	RANGE	BASE_END, 0xa0000 - BASE_END, RESERVED
%elifidn MAP, overlap
	RANGE	BASE_END - 0x123, 0x523, RESERVED
	RANGE	0xf0000, 0x10000, RESERVED
	RANGE	MIB, END - MIB, RAM
	RANGE	MIB, END - MIB, RAM
	RANGE	3 * MIB / 2, MIB / 4, RAM
	RANGE	END - TABLES, TABLES, ACPI
	RANGE	END - 0x30123, 0x246, RESERVED
	RANGE	4 * GIB - 0x40000, 0x40000, RESERVED
%elifidn MAP, high
	RANGE	BASE_END, 0xa0000 - BASE_END, RESERVED
	RANGE	0xf0000, 0x10000, RESERVED
	RANGE	MIB, 4 * GIB + MIB, RAM
	RANGE	END - TABLES, 3 * GIB, RESERVED
	RANGE	3 * GIB, 3 * GIB / 2, RESERVED
	RANGE	8 * GIB, GIB, RAM
	RANGE	-0x1000, 0x2000, RESERVED
%else
	RANGE	BASE_END, 0xa0000 - BASE_END, RESERVED
%ifidn MAP, empty
	RANGE	MIB, 0, RAM
	RANGE	0, 0, RESERVED
%endif
%ifnidn MAP, no_base_first
	RANGE	0xf0000, 0x10000, RESERVED
%endif
	RANGE	MIB, END - TABLES - MIB, RAM, 9
%ifidn MAP, attributes
	RANGE	END - MIB / 2, MIB / 2 - TABLES, RESERVED, 0
%endif
%ifidn MAP, empty
	RANGE	END - MIB / 4, 0, RAM
	RANGE	END - MIB / 4, 0, ACPI
%endif
	RANGE	END - TABLES, TABLES, ACPI
	RANGE	4 * GIB - 0x40000, 0x40000, RESERVED
%ifidn MAP, empty
	RANGE	0, 0, RAM
%endif
%endif
map_end:
COUNT		equ (map_end - map) / RANGE_LEN

init:
	ENTRY
	SAY	`e820_odd: map `, MAP_NAME, `\n`
	xor	ax, ax
	mov	ds, ax
	mov	eax, [4 * 0x15]
	mov	[OLD_15], eax
	mov	word [4 * 0x15], int15
	mov	[4 * 0x15 + 2], cs
	INIT_DONE

; It has no moments and no data to look after.
entry:
	retf

int15:
	cmp	ax, 0xe820
	je	e820
	cmp	ax, 0xe801
	je	sizes
	cmp	ah, 0x88
	je	sizes
	sub	sp, 4
	push	bp
	mov	bp, sp
	push	ds
	push	eax
	xor	ax, ax
	mov	ds, ax
	mov	eax, [OLD_15]
	mov	[bp + 2], eax
	pop	eax
	pop	ds
	pop	bp
	retf

; The two old ways to ask: the firmware's answers, if we have them at all.
sizes:
	push	ds
	push	es
	pushad
	mov	bp, sp
%if E801 == 0
	cmp	ax, 0xe801
	je	refuse
%endif
	call	old_15
	jc	refuse
	cmp	word [bp + caller.eax], 0xe801
	mov	[bp + caller.eax], eax
	jne	.done
%if E801 == 2
	mov	word [bp + caller.eax], 0
	mov	word [bp + caller.ebx], 0
%else
	mov	[bp + caller.ebx], ebx
%endif
	mov	[bp + caller.ecx], ecx
	mov	[bp + caller.edx], edx
.done:
%ifdef CLOBBER
	je	answer
	mov	eax, 0xdeadbeef
	mov	[bp + caller.ebx], eax
	mov	[bp + caller.ecx], eax
	mov	[bp + caller.edx], eax
%endif
	jmp	answer

e820:
	push	ds
	push	es
	pushad
	mov	bp, sp
	cld
%if E820
	cmp	edx, SMAP
	jne	refuse
	cmp	ecx, SHORT_LEN
	jb	refuse

	; Which entry, counted from its continuation value.
	xor	cx, cx
	mov	si, map
	xor	edx, edx
.entry:
	cmp	edx, ebx
	je	.found
	call	next_value
	add	si, RANGE_LEN
	inc	cx
	cmp	cx, COUNT
	jb	.entry
	jmp	refuse
.found:
	inc	cx
	call	next_value
	cmp	cx, COUNT
	jb	.more
%ifndef END_BY_CF
	xor	edx, edx
%endif
.more:
	mov	[bp + caller.ebx], edx
	push	di
	call	end_of_ram
	pop	di
	mov	es, [bp + caller.es]
	call	tell_address
	call	tell_address
	cs movsd
	mov	dword [bp + caller.eax], SMAP
	mov	ecx, [bp + caller.ecx]
	mov	dword [bp + caller.ecx], SHORT_LEN
%if LEN > SHORT_LEN
	cmp	ecx, LEN
	jb	answer
	cs movsd
	mov	dword [bp + caller.ecx], LEN
%endif
%else
	jmp	refuse
%endif

answer:
	and	byte [bp + caller.flags], 0xfe
%ifdef CLOBBER
	mov	eax, 0xdeadbeef
	mov	[bp + caller.esi], eax
	mov	[bp + caller.edi], eax
	mov	[bp + caller.ebp], eax
	mov	[bp + caller.es], ax
	mov	[bp + caller.ds], ax
%endif
	popad
	pop	es
	pop	ds
	iret
refuse:
	mov	byte [bp + caller.eax + 1], 0x86
	popad
	pop	es
	pop	ds
	push	bp
	mov	bp, sp
	or	byte [bp + 6], 1
	pop	bp
	iret

; The continuation value after EDX.
next_value:
%ifdef OPAQUE
	test	edx, edx
	jnz	.add
	mov	edx, OPAQUE_FIRST
.add:
	add	edx, OPAQUE_STEP
%else
	inc	edx
%endif
	ret

; Copies 8 bytes from CS:SI to ES:DI, with END resolved; EAX = the end of RAM.
tell_address:
	push	eax
	mov	edx, [cs:si + 4]
	lea	ebx, [edx - END_HIGH + 0x01000000]
	shr	ebx, 25
	jz	.from_end
	xor	eax, eax
	add	edx, END_HIGH
.from_end:
	add	eax, [cs:si]
	adc	edx, -END_HIGH
	add	si, 8
	stosd
	mov	eax, edx
	stosd
	pop	eax
	ret

; EAX = where RAM ends, as the firmware tells by E801, or all that is installed.
;   breaks EBX, ECX, EDX, EDI, DS
end_of_ram:
	push	si
%ifdef TOP
	call	cmos_word
	shl	eax, 16
	add	eax, 16 * MIB
%else
	mov	ax, 0xe801
	call	old_15
	movzx	ebx, bx
	movzx	eax, ax
	shl	eax, 10
	add	eax, MIB
	test	bx, bx
	jz	.low
	shl	ebx, 16
	lea	eax, [ebx + 16 * MIB]
.low:
%endif
	pop	si
	ret

%ifdef TOP
; AX = the word of the CMOS registers 34h and 35h: RAM from 16 MiB on, in 64 KiB.
cmos_word:
	mov	al, 0x35
	out	0x70, al
	in	al, 0x71
	mov	ah, al
	mov	al, 0x34
	out	0x70, al
	in	al, 0x71
	ret
%endif

; The handler before ours.
old_15:
	push	bp
	push	ds
	push	word 0
	pop	ds
	stc
	pushf
	call	far [OLD_15]
	pop	ds
	pop	bp
	ret
	ROM_END
