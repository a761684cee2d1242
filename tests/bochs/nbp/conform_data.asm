; SPDX-License-Identifier: BSD-2-Clause
; A file of BYTES bytes for conform.asm: its contents prove where they are.
%include "scramble.inc"
	bits	16
%assign WHOLE	BYTES / 4 * 4
%assign LAST	(WHOLE * SCRAMBLE) & 0xffffffff
	FILL	0, WHOLE
%rep BYTES - WHOLE
	db	LAST & 0xff
%assign LAST	LAST >> 8
%endrep
