/* SPDX-License-Identifier: BSD-2-Clause */
/* The PXE boot menu as a machine of keys and time: prompt, menu, choice (PXE 2.1 2.2, options 43.9 and
 * 43.10).  No screen and no keyboard: those are ui/menu.c's.  Pure. */
#ifndef EBB_PXE_MENU_H
#define EBB_PXE_MENU_H

#include "ebb/types.h"

struct pxe_options;

/* Key words of INT 16h: scan code above, ASCII below. */
#define MENU_KEY_F8  0x4200u
#define MENU_KEY_TAB 0x0f09u

#define MENU_PAGE 16u /* items shown at a time */

/* How the boot file is found. */
enum menu_way {
	MENU_WAY_FILE,   /* it is named already */
	MENU_WAY_MENU,   /* an item of the menu says which type of boot server knows */
	MENU_WAY_SERVER, /* no menu: the first type of the boot servers that are listed */
};

enum menu_way menu_way(const struct pxe_options *o, bool has_file);

enum menu_state {
	MENU_PROMPTING, /* counting down; F8 or Tab shows the menu */
	MENU_CHOOSING,  /* the menu is up, and no clock runs */
	MENU_CHOSEN,    /* see item */
};

struct menu {
	const struct pxe_options *o;
	enum menu_state state;
	u32 item;      /* selected, or chosen */
	bool by_key;   /* a user has chosen it */
	u32 number;    /* typed so far */
	u32 start_ms;  /* of the prompt */
	u32 prompt_ms; /* how long */
	u32 foreign; /* for ui/menu.c: so many keys at the front of the buffer are somebody else's */
};

#define MENU_FOREIGN_UNKNOWN 0xffffffffu

/* *o has items; it must live as long as *m. */
void menu_start(struct menu *m, const struct pxe_options *o, u32 now_ms);

/* Shows the menu again: the choice has come to nothing. */
void menu_again(struct menu *m);

/* Would the prompt do something with this key?  While the menu is up every key is its. */
bool menu_prompt_wants(u32 key);

/* A key, while prompting or choosing. */
void menu_key(struct menu *m, u32 key);

/* Time passed: at the end of the prompt the first item is chosen. */
void menu_tick(struct menu *m, u32 now_ms);

/* Whole seconds until then, as they are shown: from the first to 1. */
u32 menu_seconds_left(const struct menu *m, u32 now_ms);

#endif
