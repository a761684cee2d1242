; SPDX-License-Identifier: BSD-2-Clause
; Grows the EBDA by the book when its disks are connected: after every INIT on SeaBIOS,
; before every BEV everywhere.
%define BCV connect
%include "rom.inc"
%include "grow.inc"
	ROM	2
	GROW_FUNCTION `mover`

init:
	ENTRY
	SAY	`mover: waiting for bcv\n`
	INIT_DONE

connect:
	ENTRY
	call	grow
	INIT_DONE
