; SPDX-License-Identifier: BSD-2-Clause
; An image that no firmware starts by PXE: an ELF header and little else.
	db	0x7f, 'ELF', 1, 1, 1
	times	9 db 0
	dw	2, 3
	dd	1, 0x100000, 52, 0, 0
	dw	52, 32, 0, 40, 0, 0
	times	4096 db 0xcc
