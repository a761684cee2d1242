; SPDX-License-Identifier: BSD-2-Clause
; What conform.asm has loaded in its own place by RESTART_TFTP.
	cpu	386
	bits	16
	org	0x7c00
%include "say.inc"

	SAY	`conform: second program\n`
	END_RUN	'conform'
	SAY_FUNCTIONS
