; SPDX-License-Identifier: BSD-2-Clause
; An initrd of KIB KiB for nbp/linux.asm.
%include "scramble.inc"
	FILL	0, KIB * 1024
