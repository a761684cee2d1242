/* SPDX-License-Identifier: BSD-2-Clause */
#include "progress.h"
#include "config.h"
#include "fmt.h"
#include "ui/console.h"

#define REDRAW_MS 250u
#define WIDTH     60u

static struct {
	u32 started_ms, drawn_ms;
	bool shown;
} progress;

void progress_start(u32 now_ms)
{
	progress.started_ms = now_ms;
	progress.drawn_ms = now_ms;
}

static u32 percent(u32 done, u32 total)
{
	if (done >= total)
		return 100;
	return total < 0x1000000 ? done * 100 / total : done / (total / 100);
}

void progress_update(u32 done, u32 total, u32 now_ms)
{
	char line[WIDTH + 1], part[24] = "";
	u32 ms = now_ms - progress.started_ms;

	if (CFG_LOG_LEVEL < 1 || now_ms - progress.drawn_ms < REDRAW_MS)
		return;
	progress.drawn_ms = now_ms;
	progress.shown = true;
	if (total)
		fmt_text(part, sizeof(part), " of %u KiB, %u%%", total / KIB,
			 percent(done, total));
	fmt_text(line, sizeof(line), "\r%u KiB%s, %u KiB/s ", done / KIB, part,
		 ms ? done / KIB * 1000 / ms : 0);
	console_write_screen(line);
}

void progress_clear(void)
{
	char blanks[WIDTH + 3];
	u32 n = 0;

	if (!progress.shown)
		return;
	progress.shown = false;
	blanks[n++] = '\r';
	while (n <= WIDTH)
		blanks[n++] = ' ';
	blanks[n++] = '\r';
	blanks[n] = 0;
	console_write_screen(blanks);
}
