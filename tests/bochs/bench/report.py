# SPDX-License-Identifier: BSD-2-Clause
"""Writes the interop report: one HTML file without scripts, pictures inline.  Equal runs give equal
bytes: no date, no path, no time, fixed order.  What repeats is drawn once and used again."""

import re
from dataclasses import dataclass, replace
from html import escape

from bench import matrix, verdict

MOMENTS = ("post", "init", "before", "nbp", "moved", "after")
MOMENT_TEXT = {"post": "right before the ROM's INIT", "init": "right behind it",
               "before": "before the boot attempt", "nbp": "in the boot program",
               "moved": "after the neighbours acted", "after": "at the next boot device"}
KIBS, BASE_KIB = 1024, 640
UNTOLD = ("free", "free data", "empty", "unknown")      # without a tip on the picture
# What comes and goes with these is the firmware's business, and not told in words.
FIRMWARES_OWN = ("system bios", "pmm", "reserved", "acpi", "nvs", "ram", "video", "ivt")
# Colours by owner: class, what it is, light, dark.  First match of the name's start wins.
OWNERS = (
    ("free data", "fd", "free, not all zeros", "#dfe3e8", "#3d444d"),
    ("free", "fr", "free, zeros", "#f3f5f7", "#262c34"),
    ("ivt", "iv", "vectors and BIOS data", "#8c959f", "#768390"),
    ("taken", "tk", "above 40:13, nobody says whose", "#e5484d", "#e5484d"),
    ("ebda", "eb", "the firmware's EBDA", "#f5a623", "#d18616"),
    ("pxe unreserved", "px", "PXE's, but shown as free", "#b00060", "#ff5fa2"),
    ("pxe", "pk", "PXE's base memory", "#8250df", "#a475f9"),
    ("ebb tombstone", "et", "ebb's tombstone: the EBDA's old place", "#9fd8b4", "#2f6f4a"),
    ("ebb", "bb", "ebb's block", "#1a7f37", "#3fb950"),
    ("video", "vi", "video memory", "#c8d1da", "#444c56"),
    ("vga bios", "vb", "VGA BIOS", "#a5b4c8", "#586a82"),
    ("rom", "ro", "option ROMs", "#3b82c4", "#4493f8"),
    ("pmm", "pm", "memory that PMM gave away among the ROMs", "#1b9aaa", "#39c5cf"),
    ("empty", "em", "empty", "#ffffff", "#161b22"),
    ("system bios", "sb", "system BIOS", "#6e7781", "#8b949e"),
    ("unknown", "un", "unknown", "#e0d4c0", "#5c5340"),
    ("", "nb", "a neighbour's", "#c25b00", "#f0883e"),
)
# The ruler: KiB from, to, and how wide that is drawn.  Most of what happens is below 640 KiB.
SCALE = ((0, 512, 110), (512, 640, 440), (640, 768, 30), (768, 1024, 250))
LEFT, ROW, BAR, MARK = 160, 26, 14, 4
TICKS = (0, 512, 544, 576, 608, 640, 768, 832, 896, 960, 1024)
NOT_SHOWN = re.compile(r"\b\d+(?:\.\d+)? (ms|s|KiB/s|MB/s|kB/s)\b")
TOLD = re.compile(r"^(acts|owns|gives|refused): |FAILED|data intact|^ebb \d+:")
OPEN_AT_MOST = 30
LINE_MOST = 150


@dataclass(frozen=True)
class Picture:
    """The map at one moment: runs of KiB with one owner, and what changed since the last."""
    moment: str
    base_kb: int
    ebda: tuple
    spans: tuple            # (first KiB, one past, owner)
    changed: tuple          # (first KiB, one past)
    moves: tuple            # lines


def runs(flags):
    """(first, one past) of each run of true values."""
    found, start = [], None
    for i, flag in enumerate(list(flags) + [False]):
        if flag and start is None:
            start = i
        elif not flag and start is not None:
            found.append((start, i))
            start = None
    return tuple(found)


def maps(log, owners):
    """A picture for each snapshot of a log, in order."""
    snaps = verdict.snapshots(log)
    said, lines = {}, []
    for line in log:
        if line.startswith("witness: end "):
            said[line.split()[-1]] = list(lines)
        elif not line.startswith("witness: "):
            lines.append(line)
    found, earlier, before = [], [], None
    for moment in MOMENTS:
        s = snaps.get(moment)
        if not s:
            continue
        low, claimed = owners.low_map(s, said.get(moment, []), list(earlier))
        now = owners.Map(moment, low, owners.high_map(s, said.get(moment, []), claimed))
        changed = moves = ()
        if before:
            last = earlier[-1]
            if s.kib_lines and s.kib_lines == last.kib_lines:
                changed = runs(x != y for x, y in zip(s.kib, last.kib))
            moves = tuple(str(c) for c in owners.moved(before, now)
                          if not c.owner.startswith(FIRMWARES_OWN))
        found.append(Picture(moment, s.base_kb, owners.ebda(s), tuple(
            (p.start // 1024, p.end // 1024, p.owner) for p in now.spans()), changed, moves))
        earlier.append(s)
        before = now
    return found


def excerpt(log, last):
    """What a reader needs of a log: what was told, and the last lines."""
    lines = verdict.visible(log)
    tail = max(0, len(lines) - last)
    kept = [line for i, line in enumerate(lines) if i >= tail or TOLD.search(line)]
    return [NOT_SHOWN.sub(r"N \1", line[:LINE_MOST]) for line in kept[-3 * last:]]


# ---- drawing -----------------------------------------------------------------------------

def x_of(kib):
    at = 0.0
    for lo, hi, wide in SCALE:
        if kib >= hi:
            at += wide
        elif kib > lo:
            at += wide * (kib - lo) / (hi - lo)
    return at


WIDTH = LEFT + int(x_of(KIBS)) + 10


def number(x):
    return ("%.1f" % x).rstrip("0").rstrip(".")


def owner_class(owner):
    return next(c for start, c, _, _, _ in OWNERS if owner.startswith(start))


def bars(pieces, top, high):
    """A path of one bar for each piece of KiB."""
    parts = []
    for lo, hi in pieces:
        wide = number(max(0.2, x_of(hi) - x_of(lo)))
        parts.append("M%s %dh%sv%dh-%sz" % (number(x_of(lo)), top, wide, high, wide))
    return "".join(parts)


class Drawer:
    """Draws rows and charts; keeps each once, under a short name.  A row is drawn in two parts, as the
    ROMs are often the same while memory below them is not."""

    def __init__(self):
        self.names, self.defs = {}, []

    def once(self, kind, key, draw):
        """The name of what `draw` draws for a key."""
        if (kind, key) not in self.names:
            name = self.names[kind, key] = "%s%d" % (kind, len(self.names))
            self.defs.append('<g id="%s">%s</g>' % (name, draw(key)))
        return self.names[kind, key]

    def part(self, spans):
        """One path for each owner."""
        by_owner = {}
        for lo, hi, owner in spans:
            by_owner.setdefault(owner, []).append((lo, hi))
        parts = []
        for owner, pieces in by_owner.items():
            title = "" if owner in UNTOLD else "<title>%s %s</title>" % (
                escape(owner), ", ".join("%05x-%05x" % (lo * 1024, hi * 1024)
                                         for lo, hi in pieces))
            if owner != "free":     # that is the ground
                parts.append('<path class="%s" d="%s">%s</path>' % (
                    owner_class(owner), bars(pieces, 0, BAR), title))
        return "".join(parts)

    def row(self, picture, x, y):
        low = tuple((lo, min(hi, BASE_KIB), o) for lo, hi, o in picture.spans if lo < BASE_KIB)
        high = tuple((max(lo, BASE_KIB), hi, o) for lo, hi, o in picture.spans if hi > BASE_KIB)
        uses = ["g", self.once("l", low, self.part), self.once("h", high, self.part)]
        if picture.changed:
            uses.append(self.once("m", picture.changed, lambda pieces: '<path class="ch" d="%s"/>'
                                  % bars(pieces, BAR + 1, MARK)))
        return '<g transform="translate(%d %d)">%s</g>' % (
            x, y, "".join('<use href="#%s"/>' % u for u in uses))

    def draw_chart(self, key):
        parts = []
        for i, p in enumerate(key):
            size = "%d KiB at %05x" % (p.ebda[1] // 1024, p.ebda[0]) if p.ebda[1] else "none"
            y = ROW * i
            parts.append('<text y="%d">%s</text><text class="s" x="48" y="%d">%d, EBDA %s</text>%s'
                         % (y + 12, p.moment, y + 12, p.base_kb, size, self.row(p, LEFT, y)))
        return "".join(parts) + '<use href="#ax" x="%d" y="%d"/>' % (LEFT, ROW * len(key))

    def chart(self, pictures):
        key = tuple(replace(p, moves=()) for p in pictures)
        return '<svg viewBox="0 0 %d %d" role="img" aria-label="memory map"><use href="#%s"/></svg>' \
            % (WIDTH, ROW * len(pictures) + 16, self.once("c", key, self.draw_chart))

    def definitions(self):
        ground = '<g id="g"><path class="fr" d="%s"/></g>' % bars([(0, KIBS)], 0, BAR)
        axis = "".join('<path class="tick" d="M%s 0v4"/><text class="s" x="%s" y="13" '
                       'text-anchor="middle">%d</text>' % (number(x_of(t)), number(x_of(t)), t)
                       for t in TICKS)
        return '<svg width="0" height="0" style="position:absolute"><defs>%s<g id="ax">%s</g>%s' \
            '</defs></svg>' % (ground, axis, "".join(self.defs))


# ---- the page ------------------------------------------------------------------------------

STYLE = """
:root{--bg:#fff;--fg:#1f2328;--dim:#59636e;--line:#d1d9e0;--ok:#1a7f37;--bad:#cf222e;--na:#9a6700;%s}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--dim:#9198a1;--line:#3d444d;
--ok:#3fb950;--bad:#f85149;--na:#d29922;%s}}
body{background:var(--bg);color:var(--fg);font:14px/1.45 system-ui,sans-serif;margin:2em auto;
max-width:1060px;padding:0 1em}
h1{font-size:1.6em}h2{margin-top:2em;border-bottom:1px solid var(--line)}h3{margin-top:1.6em}
table{border-collapse:collapse;width:100%%}th,td{border-bottom:1px solid var(--line);padding:2px 6px;
text-align:left;vertical-align:top}th{font-weight:600}td.f{white-space:nowrap}
a.v,span.v{text-decoration:none;padding:0 3px;border-radius:3px;font:12px ui-monospace,monospace}
a.ok{color:var(--ok)}a.broken,a.error{color:#fff;background:var(--bad)}span.na{color:var(--na)}
span.skipped{color:var(--dim)}.s,small{color:var(--dim);fill:var(--dim)}
details{border:1px solid var(--line);border-radius:6px;margin:6px 0;padding:2px 10px}
summary{cursor:pointer}summary b.broken,summary b.error{color:var(--bad)}summary b.ok{color:var(--ok)}
pre{font:12px/1.35 ui-monospace,monospace;background:color-mix(in srgb,var(--fg) 6%%,transparent);
padding:6px;overflow-x:auto}
svg{width:100%%;font:11px system-ui,sans-serif;fill:var(--fg)}svg .s{font-size:9px}
svg defs path{stroke:var(--bg);stroke-width:.4}.ch{fill:var(--bad)}.tick{stroke:var(--dim)}
.legend span{display:inline-block;margin-right:1.2em}.legend i{display:inline-block;width:1em;height:1em;
border:1px solid var(--line);vertical-align:-2px;margin-right:.3em}
@media print{body{max-width:none;margin:0}details{break-inside:avoid}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""


def style():
    light = "".join("--%s:%s;" % (c, lo) for _, c, _, lo, _ in OWNERS)
    dark = "".join("--%s:%s;" % (c, hi) for _, c, _, _, hi in OWNERS)
    fills = "".join(".%s{fill:var(--%s);background:var(--%s)}" % (c, c, c)
                    for _, c, _, _, _ in OWNERS)
    return "<style>%s%s</style>" % (STYLE % (light, dark), fills)


def legend():
    items = "".join('<span><i class="%s"></i>%s</span>' % (c, text)
                    for _, c, text, _, _ in OWNERS)
    moments = "; ".join("<b>%s</b> %s" % (m, MOMENT_TEXT[m]) for m in MOMENTS)
    return '<p class="legend">%s<span><i style="background:var(--bad)"></i>a bar below: these KiB ' \
        'changed since the moment above</span></p><p>Moments: %s. Beside each: 40:13 in KiB and the ' \
        'EBDA. The ruler is in KiB, and is finer from 512 to 640.</p>' % (items, moments)


def anchor(number_of_rom, cell):
    return "c%d-%s" % (number_of_rom, cell.key)


def matrix_table(n, rom, cells, results):
    firmwares = [f for f in matrix.FIRMWARES if any(c.firmware is f for c in cells)]
    parts = ["<table><tr><th>neighbour, when it acts</th>%s<th>what it shows</th></tr>" %
             "".join("<th>%s</th>" % f.name for f in firmwares)]
    for row in dict.fromkeys(c.row for c in cells):
        parts.append("<tr><td>%s</td>" % escape(row.title))
        for f in firmwares:
            parts.append('<td class="f">%s</td>' % " ".join(
                chip(n, c, results[rom, c].verdict) for c in cells
                if c.row is row and c.firmware is f))
        parts.append("<td><small>%s</small></td></tr>" % escape(row.shows))
    return "\n".join(parts) + "</table>"


def chip(n, cell, found):
    text = str(cell.size) if cell.size else found.word
    if found.status in (verdict.SKIPPED, verdict.NOT_USABLE):
        kind = "na" if found.status == verdict.NOT_USABLE else "skipped"
        return '<span class="v %s" title="%s">%s</span>' % (
            kind, escape(found.text, True), text if not cell.size else "n" if kind == "na" else
            "-")
    extra = ("!" + escape(found.word)) if found.status != verdict.OK and cell.size else ""
    return '<a class="v %s" href="#%s">%s%s</a>' % (found.status, anchor(n, cell), escape(text),
                                                    extra)


def clauses_table(n, rom, cells, results):
    by_clause = {}
    for c in cells:
        for f in results[rom, c].verdict.broken:
            by_clause.setdefault(f.clause, {}).setdefault(c, f)
    if not by_clause:
        return "<p>No rule was broken.</p>"
    parts = ["<table><tr><th>clause</th><th>what the rule says</th><th>runs</th>"
             "<th>for example</th></tr>"]
    for clause in sorted(by_clause):
        cells_of = by_clause[clause]
        cell, first = next(iter(cells_of.items()))
        parts.append('<tr><td><b>%s</b></td><td>%s</td><td>%d</td><td><a href="#%s">%s</a>: %s'
                     '</td></tr>' % (escape(clause or "?"), escape(verdict.rule(clause)),
                                     len(cells_of), anchor(n, cell), escape(cell.title),
                                     escape(first.text)))
    return "\n".join(parts) + "</table>"


def not_run(rom, cells, results):
    by_text = {}
    for c in cells:
        found = results[rom, c].verdict
        if found.status in (verdict.SKIPPED, verdict.NOT_USABLE):
            by_text.setdefault((found.status, found.text), []).append(c)
    if not by_text:
        return ""
    items = "".join("<li>%s: %d runs (%s%s)</li>" % (
        escape(text), len(found), escape(found[0].title), ", ..." if len(found) > 1 else "")
        for (_, text), found in by_text.items())
    return "<h3>Not run, or not usable even without the ROM</h3><ul>%s</ul>" % items


def cell_details(n, cell, result, drawer, opened):
    found = result.verdict
    parts = ['<details id="%s"%s><summary>%s: <b class="%s">%s</b>%s</summary>' % (
        anchor(n, cell), " open" if opened else "", escape(cell.title), found.status,
        escape(found.word), " " + escape(found.text) if found.text else "")]
    if found.findings:
        parts.append("<ul>")
        for f in found.findings:
            rule = verdict.rule(f.clause)
            parts.append("<li>%s<b>%s</b> %s%s</li>" % (
                "" if f.level == verdict.BROKE else "<small>note</small> ", escape(f.clause),
                escape(f.text), " <small>%s</small>" % escape(rule) if rule else ""))
        parts.append("</ul>")
    if result.maps:
        parts.append(drawer.chart(result.maps))
        moves = ["%s: %s" % (p.moment, line) for p in result.maps for line in p.moves]
        if moves:
            parts.append("<pre>%s</pre>" % escape("\n".join(moves)))
    if result.log:
        parts.append("<pre>%s</pre>" % escape("\n".join(result.log)))
    return "".join(parts) + "</details>"


def html(roms, cells, results):
    drawer = Drawer()
    body = []
    for n, rom in enumerate(roms):
        body.append("<h2>%s</h2><p>%s.<br>Run %s.</p>" % (
            escape(rom.label), escape(rom.file.describe()), escape(rom.how())))
        body.append("<h3>Matrix</h3>" + matrix_table(n, rom, cells, results))
        body.append("<h3>Rules broken</h3>" + clauses_table(n, rom, cells, results))
        body.append(not_run(rom, cells, results))
        body.append("<h3>Every run</h3>")
        ran = [c for c in cells if results[rom, c].verdict.status not in
               (verdict.SKIPPED, verdict.NOT_USABLE)]
        broken = sum(results[rom, c].verdict.status == verdict.BROKEN for c in ran)
        for c in ran:
            result = results[rom, c]
            body.append(cell_details(n, c, result, drawer, broken <= OPEN_AT_MOST and
                                     result.verdict.status == verdict.BROKEN))
    firmwares = "".join("<li><b>%s</b>: %s</li>" % (f.name, escape(f.shows))
                        for f in matrix.FIRMWARES if any(c.firmware is f for c in cells))
    # The pictures' definitions are known only now, and stand above their uses.
    return "\n".join([
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Interop report</title>'
        '<meta name="viewport" content="width=device-width">', style(), "</head><body>",
        "<h1>Interop report</h1><p>Each ROM alone, beside neighbours and with ebb on a second card. "
        "A run is not usable where the same machine fails without the ROM. Numbers in the matrix are "
        "KiB.</p><ul>%s</ul>" % firmwares, "<h2>How to read the maps</h2>", legend(),
        drawer.definitions()] + body) + "</body></html>\n"
