# SPDX-License-Identifier: BSD-2-Clause
"""Measurements of the same thing on several ROMs, side by side."""

import statistics

MIB = 1 << 20
NAME_WIDTH, CELL_WIDTH = 34, 26


class Table:
    """rows: what was done; columns: with which ROM.  The values are rates, more is better, in
    MiB/s unless `unit` says otherwise; the ratio is the first column's median to the second's,
    and best to best: on a busy host the best run is the one that was disturbed least."""

    def __init__(self, title, columns, unit="MiB/s", less_is_better=False):
        self.title, self.columns, self.unit = title, columns, unit
        self.less_is_better = less_is_better
        self.rows = {}
        self.counts = {}
        self.failures = {}

    def add(self, row, column, value):
        self.rows.setdefault(row, {}).setdefault(column, []).append(value)

    def count(self, row, column, value):
        """Instructions per byte."""
        self.rows.setdefault(row, {})
        self.counts.setdefault(row, {})[column] = value

    def fail(self, row, column, text):
        self.rows.setdefault(row, {})
        self.failures.setdefault(row, {})[column] = text

    def cell(self, row, column):
        if column in self.failures.get(row, {}):
            return self.failures[row][column]
        values = self.rows[row].get(column)
        if not values:
            return "-"
        text = "%.4g (%.4g-%.4g)" % (statistics.median(values), min(values), max(values))
        if column in self.counts.get(row, {}):
            text += " %5.1f" % self.counts[row][column]
        return text

    def ratio(self, row, of=statistics.median):
        """How many times as good the first column is; None where one is missing."""
        values = [self.rows[row].get(c) for c in self.columns[:2]]
        if len(values) < 2 or not all(values) or self.failures.get(row):
            return None
        ratio = of(values[0]) / of(values[1])
        return 1 / ratio if self.less_is_better else ratio

    def text(self):
        unit = self.unit + (", instructions/byte" if self.counts else "")
        lines = ["%s (%s)" % (self.title, unit),
                 "  %-*s" % (NAME_WIDTH, "") +
                 "".join("%-*s" % (CELL_WIDTH, c) for c in self.columns) +
                 "ratio (of best)"]
        best = min if self.less_is_better else max
        for row in self.rows:
            ratio = self.ratio(row)
            lines.append("  %-*s" % (NAME_WIDTH, row) +
                         "".join("%-*s" % (CELL_WIDTH, self.cell(row, c))
                                 for c in self.columns) +
                         ("%.2f (%.2f)" % (ratio, self.ratio(row, best)) if ratio else "-"))
        return "\n".join(lines)

    def data(self):
        """For a file that programs read."""
        return {"title": self.title, "unit": self.unit, "rows": {
            row: {c: {"values": self.rows[row].get(c, []),
                      "instructions_per_byte": self.counts.get(row, {}).get(c),
                      "failed": self.failures.get(row, {}).get(c)} for c in self.columns}
            for row in self.rows}}
