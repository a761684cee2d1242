/* SPDX-License-Identifier: BSD-2-Clause */
/* The core's one way to talk: screen (INT 10h), port E9h and COM1 as configured. */
#ifndef EBB_SAY_H
#define EBB_SAY_H

#define SAY_ERROR 0
#define SAY_FACT  1 /* one line per decision: an interface, scenarios match it */
#define SAY_TRACE 2 /* per packet */

/* Formats and prints.  %s %c %u %d %x with 0 and width, %08x, %p not; returns nothing.  The
 * caller writes the '\n'.  Lines read "ebb: phase: fact value -> value". */
__attribute__((format(printf, 2, 3))) void say(int level, const char *fmt, ...);

/* Prints "ebb 31: no address offered: check cable ..." for error number `e` (> 0). */
void say_error(int e);

#endif
