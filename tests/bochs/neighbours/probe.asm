; SPDX-License-Identifier: BSD-2-Clause
; The witness' snapshot during POST, named MOMENT (init).  E820 is left alone (ROM-12).
%include "rom.inc"
%include "witness.inc"
%ifndef MOMENT
%define MOMENT init
%endif
%defstr NAME MOMENT
	ROM

init:
	ENTRY
	SAY	`witness: begin `, NAME, `\n`
	call	witness_state
	SAY	`witness: end `, NAME, `\n`
	INIT_DONE

	WITNESS_FUNCTIONS
	ROM_END
