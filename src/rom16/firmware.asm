; SPDX-License-Identifier: BSD-2-Clause
; What INIT asks of the firmware and of the PCI buses: PMM (for src/port/real16/pmm.h), PCI BIOS
; version, the card that this image belongs to.  Nothing that is answered is believed unseen.

%include "rom.inc"

	extern rom_pcir, payload_check
	global firmware_find, pci_bios, card_check, card_search
	global pmm_allocate, pmm_find, pmm_deallocate, pmm_payload_len

%define PCI_HEADER    0x0c              ; dword with the header type
%define MULTIFUNCTION 23                ; bit of that dword

	section .text.init

; Looks for a structure of the firmware up to FFFFF that sums to 0 over the length at its offset 5.
;   in     EDX = signature, AX = first segment
;   out    CF=0: DS = its segment.  CF=1: none
;   breaks AX BL CX SI DS
;   stack  2
firmware_find:
	mov	ds, ax
	cmp	[0], edx
	jne	.step
	xor	si, si
	movzx	cx, [si + 5]
	jcxz	.step
	mov	bl, ch
.sum:
	add	bl, [si]
	inc	si
	loop	.sum
	test	bl, bl
	jz	.found
.step:
	inc	ax
	jnz	firmware_find
	stc
.found:
	ret

; PMM's calls, from C: EAX = lm, EDX = first argument, ECX = second, third on the stack; result in
; EAX.  Large model C; what a function has no argument for is pushed all the same.
;   stack  38, and 256 of PMM
pmm_allocate:
	push	word 0
	jmp	short pmm_call
pmm_find:
	push	word 1
	jmp	short pmm_call
pmm_deallocate:
	push	word 2
pmm_call:
	push	ebx
	push	esi
	push	edi
	push	ebp
	mov	bp, sp
	push	word [bp + 22]          ; flags
	push	ecx                     ; handle
	push	edx                     ; paragraphs, handle, address
	push	word [bp + 16]          ; function
	call	far [eax + lowmem.pmm_entry]
	cld
	add	sp, 12
	push	dx
	push	ax
	pop	eax
	push	ss
	pop	ds
	push	ss
	pop	es
	pop	ebp
	pop	edi
	pop	esi
	pop	ebx
	add	sp, 2
	o32 ret

; Length of the payload of this build at EDX, from C: EAX = lm; result in EAX.
;   stack  210
pmm_payload_len:
	push	esi
	mov	esi, edx
	call	payload_check
	xchg	eax, ecx
	pop	esi
	o32 ret

; Asks the PCI BIOS what it is (ROM-4).
;   out    CF=0: BX = version, BCD; CL = last bus
;          CF=1: there is none
;   breaks EAX ECX EDX EDI ESI
;   stack  16, and what INT 1Ah takes
pci_bios:
	push	ds
	push	es
	push	bp
	mov	ax, 0xb101
	xor	edi, edi
	stc
	int	0x1a
	pop	bp
	pop	es
	pop	ds
	cld
	jc	.none
	cmp	ah, 1                   ; CF unless 0
	cmc
	jc	.none
	cmp	edx, "PCI "
	je	.there
	stc
.none:
	ret
.there:
	clc
	ret

; True if the function is there and this image is made for it: PCIR ids, device list.
;   in     AX = bus/device/function
;   out    ZF=1: yes; EDX = its ids, ffffffff = not there
;   breaks SI
;   stack  20
card_check:
	push	eax
	mov	si, 0
	call	pci_read
	mov	edx, eax
	cmp	ax, [cs:rom_pcir + pcir.vendor]
	jne	.end
	shr	eax, 16
	cmp	ax, [cs:rom_pcir + pcir.device]
	je	.end
	mov	si, [cs:rom_pcir + pcir.device_list]
	cmp	si, 1
	jb	.end                    ; no list, and ZF=0
	add	si, rom_pcir
.next:
	cmp	word [cs:si], 1
	jb	.end
	cmp	ax, [cs:si]
	lea	si, [si + 2]
	jne	.next
.end:
	pop	eax
	ret

; Reads a dword of configuration space; 0CF8h is left as found (ROM-17).
;   in     AX = bus/device/function, SI = register
;   out    EAX
pci_read:
	push	ebx
	push	dx
	movzx	ebx, ax
	shl	ebx, 8
	add	bx, si
	bts	ebx, 31
	mov	dx, PCI_CONFIG_ADDRESS
	in	eax, dx
	xchg	eax, ebx
	out	dx, eax
	add	dl, 4
	in	eax, dx
	xchg	eax, ebx
	sub	dl, 4
	out	dx, eax
	xchg	eax, ebx
	pop	dx
	pop	ebx
	ret

; Looks on all buses for a card of ours that no other ROM of this build has (ROM-5, ROM-16).
;   in     CH = last bus, EDI = block or 0, BX = our run-time segment
;   out    AX = bus/device/function and EDX = its ids; AX = BLOCK_NO_BDF if there is none
;   breaks CL ESI
;   stack  24
card_search:
	xor	ax, ax
.next:
	call	card_check
	jne	.other

	; Another ROM's?  Records that are not in use hold the host bridge.
	test	edi, edi
	jz	.found
	push	es
	mov	esi, edi
	shr	esi, 4
	mov	es, si
	mov	si, block.card
	mov	cl, BLOCK_CARDS
.record:
	cmp	[es:si], ax
	jne	.not_it
	cmp	[es:si + 2], bx
	jne	.taken
.not_it:
	add	si, block_card_size
	dec	cl
	jnz	.record
	pop	es
	ret
.taken:
	pop	es
.other:
	; Function 0 tells whether there are others: some devices answer for all eight.
	test	al, 7
	jnz	.step
	push	eax
	mov	si, PCI_HEADER
	call	pci_read
	bt	eax, MULTIFUNCTION
	pop	eax
	jc	.step
	or	al, 7
.step:
	inc	ax
	jz	.none
	cmp	ah, ch
	jbe	.next
.none:
	mov	ax, BLOCK_NO_BDF
.found:
	ret
