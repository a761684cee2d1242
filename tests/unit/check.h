/* SPDX-License-Identifier: BSD-2-Clause */
/* What a unit test includes: cmocka and the one kind of check that tests here use. */
#ifndef EBB_CHECK_H
#define EBB_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define CHECK(condition) assert_true(condition)

#endif
