# SPDX-License-Identifier: BSD-2-Clause
# Turns the marker lines of tools/offsets.c's assembly into NASM equates.
/^@ebb / { printf "%-32s equ %s\n", $2, $3 }
