; SPDX-License-Identifier: BSD-2-Clause
; INIT: firmware's far call in POST.  identify -> reserve -> keep -> shrink, as src/rom32/init.c
; does it, and a log line for each.  Waits for nothing, reads no key, asks for no memory map (ROM-12);
; the image may be read-only.

%include "rom.inc"

	extern rom_info, say_open, say_text, say_char, say_hex16, say_hex32, say_dec, say_bdf
	extern firmware_find, pci_bios, flat
	extern _init_used, _init_end
	extern init_place, init_block, init_card, init_payload, init_image, init_hook
	global init_entry

%define INIT_STATUS 0x0020              ; AX: an IPL device is attached (ROM-13)
%define PMM_ENTRY   7                   ; in $PMM: offset and segment

%define TINY_STACK  0x600               ; a stack that ends below: the vectors, BIOS data behind them
%define KEPT        (init.eflags + 4 - init.segments)

%define I(f) bp + init. %+ f

; Calls a function of src/rom32/init.c with struct init, which BP and SP point to.
%macro FLAT 1
	mov	bx, %1
	call	flat
%endmacro

; As LOG, at the start of a line.
%macro LOG_INIT 1+
%if CFG_LOG_LEVEL >= 1
	call	say_init
	TEXT	%1
%endif
%endmacro

; Ends a function: prints the text number AL of those that follow, which end with a newline.
%macro LOG_ONE_OF 1-*
%if CFG_LOG_LEVEL >= 1
	call	say_one_of
%rep %0
	TEXT	%1
%rotate 1
%endrep
%else
	ret
%endif
%endmacro

	section .text.init

; Firmware's far call.
;   in     AX = bus/device/function, or anything; BX = run-time segment, or anything
;   out    AX = PnP status
;   keeps  every other register and flag, segment limits
;   stack  140
init_entry:
	pushfd
	pushad
	push	ds
	push	es
	push	fs
	push	gs
	cld

	; PMM, E0000-FFFFF, before more of the stack is used (PMM-1, ROM-10).  SeaBIOS clears the
	; entry before it boots.
	mov	edx, "$PMM"
	mov	ax, 0xe000
	call	firmware_find
	mov	eax, [PMM_ENTRY]
	jnc	.pmm
	xor	eax, eax
.pmm:
	; Firmware before PMM may call us on 256 bytes at the end of the vectors (ROM-10).  Then the
	; image is our stack, behind INIT's code, if it can be written.
	mov	si, sp
	mov	cx, ss
	mov	di, cx
	shl	di, 4
	add	di, si
	jc	.stack
	cmp	cx, TINY_STACK >> 4
	jae	.stack
	cmp	di, TINY_STACK
	jae	.stack
	mov	bl, [cs:_init_end - 1]
	not	byte [cs:_init_end - 1]
	cmp	bl, [cs:_init_end - 1]
	je	.stack
	push	cs
	pop	ss
	mov	sp, _init_end - KEPT
	push	ss
	pop	es
	mov	di, sp
	mov	ds, cx
	mov	bx, cx
	mov	cx, KEPT
	rep	movsb
	mov	cx, bx
.stack:

	; The rest of struct init; all of it is our stack frame, reached through BP.
	push	ss
	pop	es
	movzx	esp, sp
	sub	sp, init.segments
	mov	bp, sp
	mov	di, sp
	xchg	eax, ebx
	xor	ax, ax
	mov	dx, cx
	mov	cx, init.segments / 2
	rep	stosw
	mov	[I(ss)], ss
	mov	[I(firmware_ss)], dx
	mov	[I(lm)], ebx
	xor	eax, eax
	mov	ax, cs
	shl	eax, 4
	mov	[I(reserve.terms.image)], eax
	add	eax, rom_info
	mov	[I(bar.rom)], eax
	mov	dx, PCI_CONFIG_ADDRESS
	in	eax, dx
	mov	[I(config_address)], eax
	call	say_open
	LOG_INIT `ebb `
	mov	eax, [cs:rom_info + rom_info.build_id]
	mov	[I(reserve.terms.build_id)], eax
	LOG_VALUE say_hex32
	call	pci_bios
	jc	.no_pci
	mov	[I(reserve.terms.pci_version)], bx
	mov	[I(last_bus)], cl
.no_pci:

	FLAT	init_place
	test	al, al
	jz	.no_place
	FLAT	init_block
	FLAT	init_card
	call	log_card
	call	log_block
	FLAT	init_payload
	call	log_payload
	FLAT	init_image
	call	log_image

	; A firmware that does not know what a boot entry is will not call ours (PNP-8).
	mov	edx, "$PnP"
	mov	ax, 0xf000
	call	firmware_find
	jnc	.pnp
	LOG_INIT `no pnp bios, `
	FLAT	init_hook
	test	al, al
	jz	.no_hook
	LOG	`boots at int 19h\n`
	jmp	short .pnp
.no_hook:
	LOG	`no boot entry\n`
.pnp:
	mov	dx, PCI_CONFIG_ADDRESS         ; ROM-5: as found
	mov	eax, [I(config_address)]
	out	dx, eax
	mov	ax, ss
	mov	es, ax
	mov	dx, [I(firmware_ss)]
	mov	ebx, [I(esp)]
	mov	ss, dx
	mov	esp, ebx
	sub	sp, init.eflags - init.segments
	mov	bp, sp
	mov	word [bp + init.eax - init.segments], INIT_STATUS

	; What of the image was a stack is zeros again: it may stay, and then counts for the sum.
	cmp	ax, dx
	je	.own_stack
	mov	di, _init_used
	mov	cx, _init_end
	sub	cx, di
	xor	al, al
	rep	stosb
.own_stack:
	pop	gs
	pop	fs
	pop	es
	pop	ds
	popad
	popfd
	retf

.no_place:
	LOG	` not resident: cannot write to `
	mov	ax, [I(ebx)]
	LOG_VALUE say_hex16
	LOG	`:0\n`
	jmp	.pnp

%if CFG_LOG_LEVEL >= 1
; Begins a line of the log with the text behind the call.
say_init:
	LOG	`ebb: init: `
	jmp	say_text

; LOG_ONE_OF.
;   breaks AX SI
say_one_of:
	pop	si
	mov	ah, al
.next:
	cs lodsb
	test	ah, ah
	jnz	.pass
	push	ax
	and	al, 0x7f
	call	say_char
	pop	ax
.pass:
	test	al, al
	jns	.next
	dec	ah
	jns	.next
	ret
%endif

; Whose ROM this is.
;   breaks EAX
log_card:
	LOG	` card `
	mov	ax, [I(bar.bdf)]
	cmp	ax, BLOCK_NO_BDF
	je	.none
	LOG_VALUE say_bdf
	LOG	` `
	mov	eax, [I(card_ids)]
	LOG_VALUE say_hex16
	LOG	`:`
	shr	eax, 16
	LOG_VALUE say_hex16
	jmp	short end_line
.none:
	LOG	`none`
end_line:
	LOG	`\n`
	ret

; Which rung of the block ladder was taken.
;   breaks EAX EDX
log_block:
	LOG_INIT `block `
	mov	eax, [I(reserve.block)]
	test	eax, eax
	jz	.none
	cmp	byte [I(reserve.shared)], 0
	je	.place
	LOG	`shared `
.place:
	cmp	byte [I(reserve.place)], BLOCK_EBDA
	jne	.pmm
	LOG	`ebda `
	shr	eax, 4
	mov	dx, [I(note)]
	sub	ax, dx
	LOG_VALUE say_hex16
	LOG	`:`
	xchg	ax, dx
	shl	ax, 4
	LOG_VALUE say_hex16
	movzx	eax, byte [I(reserve.grown_kb)]
	test	al, al
	jz	end_line
	LOG	` +`
	jmp	end_kib
.pmm:
	LOG	`pmm `
	LOG_VALUE say_hex32
	jmp	short end_line
.none:
	LOG	`none: `
	mov	al, [I(reserve.ebda)]
	dec	ax
	LOG_ONE_OF `no ebda\n`, `bad ebda size\n`, `ebda not adjacent\n`, `no room\n`
%if EBDA_NONE != 1 || EBDA_BAD_SIZE != 2 || EBDA_NOT_ADJACENT != 3
 %error LOG_ONE_OF of log_block is in another order than enum ebda_result
%endif

; Where the payload is kept.
;   breaks EAX EDX
log_payload:
	LOG_INIT `payload `
	mov	al, [I(payload_place)]
	cmp	al, PAYLOAD_PMM
	je	.pmm
	LOG_ONE_OF `not kept\n`, `\n`, `bar\n`, `window\n`
%if PAYLOAD_PMM != 1 || PAYLOAD_BAR != 2 || PAYLOAD_WINDOW != 3
 %error LOG_ONE_OF of log_payload is in another order than enum payload_place
%endif
.pmm:
	LOG	`pmm `
	mov	eax, [I(reserve.payload)]
	LOG_VALUE say_hex32
	LOG	` `
	mov	eax, [I(reserve.payload_len)]
	add	eax, 1023
	shr	eax, 10
	mov	edx, [I(reserve.room_len)]
	test	edx, edx
	jz	end_kib
	LOG_VALUE say_dec
	LOG	`k room `
	xchg	eax, edx
	shr	eax, 10
end_kib:
	LOG_VALUE say_dec
	LOG	`k\n`
	ret

; What stays of the image.
;   in     AL = enum init_image
;   breaks EAX
log_image:
	cmp	al, INIT_IMAGE_WITHOUT_PAYLOAD
	ja	.read_only
	jb	.whole
	LOG_INIT `payload lost\n`
.whole:
	LOG_INIT `run-time `
	mov	eax, [I(reserve.terms.runtime)]
	shr	eax, 4
	LOG_VALUE say_hex16
	LOG	` `
	movzx	eax, word [I(keep_units)]
	shl	eax, 9
	LOG_VALUE say_dec
	LOG	` bytes\n`
	ret
.read_only:
	LOG_INIT `image read-only, kept as it is\n`
	ret
