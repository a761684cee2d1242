/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu.h"
#include "ebb/error.h"
#include "fmt.h"
#include "keys.h"
#include "main.h"
#include "pxe/menu.h"
#include "pxe_options.h"
#include "stack.h"
#include "ui/console.h"

#define WIDTH    78u /* of a line: one in the last column would begin the next */
#define TEXT_MAX 60u
#define KEYS_MS  30u /* between two looks for keys */

struct view {
	u32 page;     /* that is shown; ~0 = none */
	u32 item;     /* that the line shows */
	u32 seconds;  /* that the line shows */
	u32 line_len; /* of the line that is written anew */
	u32 looked_ms;
};

/* Writes the line; first blanks over a longer one, so that the cursor ends behind the text. */
static void write_line(struct view *v, const char *text)
{
	char line[WIDTH + 3];
	u32 len = fmt_text(line, WIDTH + 2, "\r%s", text) - 1;

	if (len < v->line_len) {
		char blanks[WIDTH + 2];
		u32 n = 0;

		for (blanks[n++] = '\r'; n <= v->line_len; n++)
			blanks[n] = ' ';
		blanks[n] = 0;
		console_write_screen(blanks);
	}
	console_write_screen(line);
	v->line_len = len;
}

static void end_line(struct view *v)
{
	if (v->line_len)
		write_line(v, "");
	v->line_len = 0;
}

static const char *printable(char *to, u32 room, struct bytes text)
{
	return fmt_printable(to, room, (const char *)text.at, text.len);
}

static void draw_prompt(const struct menu *m, struct view *v, u32 now_ms)
{
	char text[TEXT_MAX - 20], line[WIDTH + 1];
	u32 seconds = menu_seconds_left(m, now_ms);

	if (v->seconds == seconds)
		return;
	v->seconds = seconds;
	fmt_text(line, sizeof(line), "%s (%u s; F8 or Tab: menu) ",
		 printable(text, sizeof(text), m->o->prompt), seconds);
	write_line(v, line);
}

static void draw_page(const struct menu *m, u32 page)
{
	char text[TEXT_MAX], line[WIDTH + 1];
	u32 items = m->o->items;

	for (u32 i = page * MENU_PAGE; i < items && i < (page + 1) * MENU_PAGE; i++) {
		fmt_text(line, sizeof(line), "%4u  %s\n", i + 1,
			 printable(text, sizeof(text), m->o->item[i].text));
		console_write(line);
	}
	if (items > MENU_PAGE) {
		fmt_text(line, sizeof(line), "      page %u of %u: PgUp, PgDn\n", page + 1,
			 (items - 1) / MENU_PAGE + 1);
		console_write(line);
	}
}

/* The menu stands where it was printed; only the line below it follows the selection. */
static void draw_menu(const struct menu *m, struct view *v)
{
	char text[TEXT_MAX], line[WIDTH + 1];
	u32 page = m->item / MENU_PAGE;

	if (v->page == page && v->item == m->item)
		return;
	if (v->page != page) {
		end_line(v);
		if (v->page == ~0u && m->o->has_prompt) {
			fmt_text(line, sizeof(line), "%s\n",
				 printable(text, sizeof(text), m->o->prompt));
			console_write(line);
		}
		draw_page(m, page);
	}
	v->page = page;
	v->item = m->item;
	fmt_text(line, sizeof(line), "Boot %u %s ", m->item + 1,
		 printable(text, sizeof(text), m->o->item[m->item].text));
	write_line(v, line);
}

/* Who presses the menu key types for us from there on; what lies before it is somebody else's. */
static void take_keys(struct menu *m, struct view *v)
{
	u32 key, at;

	if (m->state == MENU_PROMPTING && keys_take(0, menu_prompt_wants, &key, &at)) {
		m->foreign = at;
		menu_key(m, key);
	}
	while (m->state == MENU_CHOOSING && keys_take(m->foreign, NULL, &key, &at)) {
		menu_key(m, key);
		draw_menu(m, v);
	}
}

/* What was typed for a menu that is left is for nobody. */
static void drop_keys(struct menu *m)
{
	u32 key, at;

	while (m->state == MENU_CHOOSING && keys_take(m->foreign, NULL, &key, &at))
		;
}

int ui_menu(struct menu *m)
{
	struct view v = { .page = ~0u, .seconds = ~0u };
	u32 now;

	if (m->foreign == MENU_FOREIGN_UNKNOWN)
		m->foreign = keys_waiting();
	while (m->state != MENU_CHOSEN) {
		if (boot_idle(&now)) {
			drop_keys(m);
			end_line(&v);
			return -E_ABORTED;
		}
		net_step(boot.net, now);
		if (m->state == MENU_PROMPTING)
			draw_prompt(m, &v, now);
		else
			draw_menu(m, &v);
		if (now - v.looked_ms >= KEYS_MS) {
			v.looked_ms = now;
			take_keys(m, &v);
		}
		menu_tick(m, now);
	}
	end_line(&v);
	return 0;
}
