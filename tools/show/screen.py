# SPDX-License-Identifier: BSD-2-Clause
"""A PC's text screen (80 x 25, from video memory) in a terminal: redrawn in place on a terminal,
and as new lines where the output is a pipe or a file."""

import os
import shutil

COLUMNS, ROWS = 80, 25
BYTES = 2 * COLUMNS * ROWS
# Codes below 20h have glyphs on this screen, which Python's cp437 does not know.
LOW = " ☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼"
GLYPHS = LOW + bytes(range(0x20, 0x7f)).decode() + "⌂" + bytes(range(0x80, 0x100)).decode("cp437")
ANSI = (0, 4, 2, 6, 1, 5, 3, 7)         # the PC counts blue, green, red; a terminal the other way


def rows(data):
    """The screen's text, a string for each row, without spaces at the end."""
    return ["".join(GLYPHS[c] for c in data[at:at + 2 * COLUMNS:2]).rstrip()
            for at in range(0, BYTES, 2 * COLUMNS)]


def colours(attribute):
    """The terminal's colours for one of the PC's; its blinking bit is left out."""
    fore, back = attribute & 15, attribute >> 4 & 7
    return "\x1b[0;%d;%dm" % ((90 if fore > 7 else 30) + ANSI[fore & 7], 40 + ANSI[back])


def painted(data, row, width):
    """One row with its colours."""
    text, last = "", None
    for column in range(width):
        at = 2 * (row * COLUMNS + column)
        if data[at + 1] != last:
            last = data[at + 1]
            text += colours(last)
        text += GLYPHS[data[at]]
    return text + "\x1b[0m"


def fitting(data, height):
    """The numbers of the rows to show in a window that may be too low: empty rows go first, then
    those at the top."""
    text = rows(data)
    chosen = list(range(ROWS))
    for row in reversed(range(ROWS)):
        if len(chosen) > max(1, height) and not text[row]:
            chosen.remove(row)
    return chosen[-max(1, height):]


class Terminal:
    """Draws a frame with the screen in it, and a line of news below."""

    def __init__(self, out):
        self.out = out
        self.height = 0
        self.last = None

    def show(self, data, news, log):
        del log                         # it is on the screen
        if (data, news) == self.last:
            return
        self.last = data, news
        columns, lines = shutil.get_terminal_size()
        side = "│" if columns >= COLUMNS + 2 else ""
        width = max(1, min(COLUMNS, columns - 2 * len(side)))
        frame = [side + painted(data, row, width) + side for row in fitting(data, lines - 4)]
        if side:
            frame = ["┌" + "─" * width + "┐"] + frame + ["└" + "─" * width + "┘"]
        frame.append(news[:columns - 1])
        up = "\x1b[%dA" % self.height if self.height else ""
        self.out.write("\x1b[?25l" + up + "".join("\x1b[K" + line + "\n" for line in frame) +
                       "\x1b[J\x1b[?25h")
        self.out.flush()
        self.height = len(frame)


def is_row_of(row, line):
    """Whether a row of the screen shows the line, or a part of one that is too long for it."""
    return any(row == line[at:at + COLUMNS].rstrip() for at in range(0, len(line), COLUMNS))


class Lines:
    """Prints what is new: ebb's log, and rows of the screen that were not there before."""

    def __init__(self, out):
        self.out = out
        self.logged = 0
        self.before = []

    def show(self, data, news, log):
        del news
        pending, self.logged = log[self.logged:], len(log)
        now = rows(data)
        new = [row for row in now if row and row not in self.before]
        self.before = now

        # The log is complete, the screen is in order: rows tell where pending lines belong.
        if not any(is_row_of(row, line) for row in new for line in pending):
            self.put(pending)
            pending = []
        for row in new:
            at = [i for i, line in enumerate(pending) if is_row_of(row, line)]
            if at:
                self.put(pending[:at[0] + 1])
                del pending[:at[0] + 1]
            elif not row.startswith("ebb") and not any(is_row_of(row, line) for line in log):
                self.put([row])
        self.put(pending)
        self.out.flush()

    def put(self, lines):
        for line in lines:
            self.out.write("| " + line + "\n")


def on(out):
    """What shows the screen there."""
    if out.isatty() and os.environ.get("TERM", "dumb") != "dumb":
        return Terminal(out)
    return Lines(out)
