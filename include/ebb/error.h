/* SPDX-License-Identifier: BSD-2-Clause */
/* Error numbers, from errors.def.  Functions of the core return 0 or -E_*. */
#ifndef EBB_ERROR_H
#define EBB_ERROR_H

enum ebb_error {
	E_OK = 0,
#define E(name, number, text, advice) E_##name = number,
#include "../../errors.def"
#undef E
};

#endif
