/* SPDX-License-Identifier: BSD-2-Clause */
/* The PXE boot menu on screen and keyboard.  Plain lines and one line that is written anew, so that
 * it works on a serial console as well. */
#ifndef EBB_UI_MENU_H
#define EBB_UI_MENU_H

struct menu;

/* Runs *m until an item is chosen: 0, or -E_ABORTED (Esc, Ctrl-C).  Keys that were typed before
 * stay in the keyboard's buffer. */
int ui_menu(struct menu *m);

#endif
