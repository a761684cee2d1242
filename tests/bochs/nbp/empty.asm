; SPDX-License-Identifier: BSD-2-Clause
; An empty file.
