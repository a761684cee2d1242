; SPDX-License-Identifier: BSD-2-Clause
; Grows the EBDA by the book at INIT, by KIB KiB, as LSI's SCSI ROM does.
%include "rom.inc"
%include "grow.inc"
	ROM	2
	GROW_FUNCTION `mover`

init:
	ENTRY
	call	grow
	INIT_DONE
