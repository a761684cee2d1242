; SPDX-License-Identifier: BSD-2-Clause
; The head of a bzImage whose setup sectors are missing: boot protocol 2.12, 10 setup
; sectors and 1 MiB of kernel announced, 2 KiB there.
SETUP_SECTORS	equ 10
	times	0x1f1 - ($ - $$) db 0
	db	SETUP_SECTORS
	dw	0
	dd	0x10000			; syssize, in 16 bytes
	dw	0, 0, 0
	dw	0xaa55
	jmp	short $ + 0x66
	db	'HdrS'
	dw	0x020c
	dd	0
	dw	0, 0
	db	0, 1			; loadflags: loaded high
	dw	0
	dd	0x100000, 0, 0, 0
	dw	0, 0
	dd	0, 0x7fffffff, 0x1000
	times	2048 - ($ - $$) db 0
