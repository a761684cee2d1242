/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu.h"
#include "pxe_options.h"

/* ASCII where a key has any, else scan codes. */
#define ASCII_LF    0x0au
#define ASCII_CR    0x0du
#define ASCII_ARROW 0xe0u /* the arrows of enhanced keyboards */
#define SCAN_HOME   0x47u
#define SCAN_UP     0x48u
#define SCAN_PGUP   0x49u
#define SCAN_END    0x4fu
#define SCAN_DOWN   0x50u
#define SCAN_PGDN   0x51u

enum menu_way menu_way(const struct pxe_options *o, bool has_file)
{
	if ((has_file && o->control & PXE_USE_FILE) || (!o->items && !o->servers))
		return MENU_WAY_FILE;
	return o->items ? MENU_WAY_MENU : MENU_WAY_SERVER;
}

void menu_start(struct menu *m, const struct pxe_options *o, u32 now_ms)
{
	*m = (struct menu){ .o = o,
			    .state = MENU_CHOOSING,
			    .start_ms = now_ms,
			    .foreign = MENU_FOREIGN_UNKNOWN };

	/* Without a prompt the menu is up at once, and waits for a key as for 255. */
	if (!o->has_prompt || o->prompt_s == PXE_PROMPT_FOREVER)
		return;
	m->prompt_ms = o->prompt_s * 1000u;
	m->state = o->prompt_s == PXE_PROMPT_AT_ONCE ? MENU_CHOSEN : MENU_PROMPTING;
}

void menu_again(struct menu *m)
{
	m->state = MENU_CHOOSING;
	m->number = 0;
}

bool menu_prompt_wants(u32 key)
{
	return key == MENU_KEY_F8 || key == MENU_KEY_TAB;
}

static void select(struct menu *m, u32 item)
{
	m->item = item < m->o->items ? item : m->o->items - 1;
}

/* A number that leads to no item begins anew with its last digit. */
static void type_digit(struct menu *m, u32 digit)
{
	m->number = m->number * 10 + digit;
	if (m->number > m->o->items)
		m->number = digit;
	if (m->number && m->number <= m->o->items)
		select(m, m->number - 1);
}

static u32 lower(u32 c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* The next item that begins with this letter. */
static void type_letter(struct menu *m, u32 letter)
{
	u32 items = m->o->items;

	for (u32 i = 1; i <= items; i++) {
		u32 at = (m->item + i) % items;
		struct bytes text = m->o->item[at].text;

		if (text.len && lower(text.at[0]) == lower(letter)) {
			m->item = at;
			return;
		}
	}
}

static void move(struct menu *m, u32 scan)
{
	u32 at = m->item;

	switch (scan) {
	case SCAN_UP:
		select(m, at ? at - 1 : 0);
		break;
	case SCAN_DOWN:
		select(m, at + 1);
		break;
	case SCAN_PGUP:
		select(m, at > MENU_PAGE ? at - MENU_PAGE : 0);
		break;
	case SCAN_PGDN:
		select(m, at + MENU_PAGE);
		break;
	case SCAN_HOME:
		select(m, 0);
		break;
	case SCAN_END:
		select(m, m->o->items - 1);
		break;
	}
}

void menu_key(struct menu *m, u32 key)
{
	u32 ascii = key & 0xff;

	if (m->state == MENU_PROMPTING && menu_prompt_wants(key))
		m->state = MENU_CHOOSING;
	else if (m->state != MENU_CHOOSING)
		return;
	else if (ascii >= '0' && ascii <= '9') {
		type_digit(m, ascii - '0');
		return;
	} else if (ascii == ASCII_CR || ascii == ASCII_LF) {
		m->state = MENU_CHOSEN;
		m->by_key = true;
	} else if (!ascii || ascii == ASCII_ARROW)
		move(m, key >> 8);
	else
		type_letter(m, ascii);
	m->number = 0;
}

void menu_tick(struct menu *m, u32 now_ms)
{
	if (m->state == MENU_PROMPTING && now_ms - m->start_ms >= m->prompt_ms)
		m->state = MENU_CHOSEN;
}

u32 menu_seconds_left(const struct menu *m, u32 now_ms)
{
	u32 passed = now_ms - m->start_ms;

	return passed < m->prompt_ms ? (m->prompt_ms - passed + 999) / 1000 : 0;
}
