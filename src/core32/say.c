/* SPDX-License-Identifier: BSD-2-Clause */
#include "say.h"
#include "config.h"
#include "ebb/error.h"
#include "fmt.h"
#include "teardown.h"
#include "ui/console.h"
#include "ui/progress.h"

#define LINE_MAX 512u

void say(int level, const char *fmt, ...)
{
	char line[LINE_MAX];
	va_list args;

	if (level > CFG_LOG_LEVEL)
		return;
	va_start(args, fmt);
	fmt_text_v(line, sizeof(line), fmt, args);
	va_end(args);
	/* While a boot program waits for its call, the screen is its own, and its interrupt
	 * handlers must not run in the middle of the call. */
	if (level >= SAY_TRACE && core_in_call) {
		console_write_log(line);
		return;
	}
	progress_clear();
	console_write(line);
}

struct message {
	u8 number;
	const char *text;
	const char *advice;
};

static const struct message messages[] = {
#define E(name, number, text, advice) { number, text, advice },
#include "../../errors.def"
#undef E
};

void say_error(int e)
{
	for (u32 i = 0; i < ARRAY_LEN(messages); i++)
		if (messages[i].number == e) {
			say(SAY_ERROR, "ebb %02x: %s: %s\n", (u32)e, messages[i].text,
			    messages[i].advice);
			return;
		}
	say(SAY_ERROR, "ebb %02x: unknown error\n", (u32)e);
}
