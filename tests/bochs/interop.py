#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs any option ROM alone, beside neighbour ROMs with bad habits, and beside ebb, on several firmwares in
Bochs and QEMU; shows a matrix, and writes one HTML file with a verdict, the broken rule and drawn memory
maps for every cell.

Exit status: 0 all is good, 1 something broke, 2 a bad file or option, or a bench that could not run."""

import argparse
import copy
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import pxe_conformance  # noqa: E402
from bench import bounded, build, machine, matrix, owners, report, romfile, verdict  # noqa: E402
from bench.scenario import NIC_IDS  # noqa: E402

DEFAULT_ROM = os.path.join(build.TREE, "build/ebb.rom")
DEFAULT_REPORT = os.path.join(build.TREE, "build/interop.html")
TOOLS = {"bochs-bin": "bochs", "qemu-system-i386": "qemu-system-x86", "nasm": "nasm"}
GOOD, BROKE, USAGE = 0, 1, 2
BAR = 30
EXCERPT = 10
SWITCH_S = 0.0005       # between threads: the scripted peers must answer while others judge
# Emulated time runs ahead of the host's, and of the peer, who answers in host time.  So "it did not
# boot" is believed only from a processor this many times as fast: there time-outs last longer.
SURER = (8,)


def arguments():
    p = argparse.ArgumentParser(prog="interop", description=__doc__,
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("roms", nargs="*", metavar="ROM", help="option ROM files [build/ebb.rom]")
    p.add_argument("-o", dest="out", metavar="FILE.html", default=DEFAULT_REPORT,
                   help="the report [build/interop.html]")
    p.add_argument("--json", metavar="FILE", help="the verdicts for programs")
    p.add_argument("--firmware", action="append", default=[], metavar="NAME",
                   choices=[f.name for f in matrix.FIRMWARES],
                   help="only this firmware (again for more): " +
                   ", ".join(f.name for f in matrix.FIRMWARES))
    p.add_argument("--neighbour", default="", metavar="TEXT",
                   help="only rows whose name contains TEXT, such as grower or 'nbp'")
    p.add_argument("--pxe", action="store_true", help="ask the ROMs for each clause of the PXE "
                   "specification instead, beside ebb [build/ebb.rom beside Debian's iPXE]")
    p.add_argument("--part", action="append", default=[], metavar="NAME",
                   help="with --pxe: only this part of the questions (again for more)")
    p.add_argument("--quick", action="store_true", help="a small cross-section")
    p.add_argument("--nic", choices=sorted(NIC_IDS), help="the card that the ROMs drive "
                   "[by their PCIR]")
    p.add_argument("--as", dest="place", choices=("pci", "option"),
                   help="run it as a card's ROM or as an option image [by its PCIR]")
    p.add_argument("-j", type=int, default=2, metavar="N", help="run N at once [2]")
    p.add_argument("--patience", type=float, default=1, metavar="X",
                   help="multiply the limits of the wall clock by X, on a slow host [1]")
    p.add_argument("--list", action="store_true", help="list rows and firmwares, run nothing")
    p.add_argument("--verbose", action="store_true", help="a line for every run")
    args = p.parse_args()
    if not 1 <= args.j <= 64:
        p.error("-j wants 1 to 64")
    if not 0.1 <= args.patience <= 100:
        p.error("--patience wants 0.1 to 100")
    return args


class Rom:
    """A ROM under test: its file, and how the bench puts it into a machine."""

    def __init__(self, file, args, source):
        self.file, self.size, self.is_ebb = file, file.size, file.is_ebb
        self.longer = len(file.data) > file.size
        self.source, self.label = source, file.name
        self.kind = args.nic or file.card
        self.place = args.place or ("pci" if self.kind else "option")
        self.boots = bool(self.kind and file.bev)
        # ebb is built for many cards, and stamped for one.
        self.stamp = NIC_IDS[self.kind] if self.is_ebb and self.kind else None
        self.video = file.kind == romfile.DISPLAY

    def how(self):
        words = "as the ROM of a card (%s)" % self.kind if self.place == "pci" else \
            "as an option image"
        if self.boots:
            return words
        return words + ", judged in POST only" + (
            ": it drives no card of the bench (--nic says otherwise)" if not self.kind else
            ": it has no boot entry")


class Result:
    """What is kept of a cell: a verdict, lines of its log, a map for every snapshot."""

    def __init__(self, cell, found, log=(), maps=()):
        self.cell, self.verdict, self.log, self.maps = cell, found, log, maps


class Progress:
    """A bar on a terminal; a line now and then elsewhere."""

    def __init__(self, total, verbose):
        self.total, self.done, self.broken = total, 0, 0
        self.lock = threading.Lock()
        self.tty = sys.stderr.isatty()
        self.verbose = verbose

    def step(self, text, word):
        with self.lock:
            self.done += 1
            self.broken += word not in ("", "ok", "n/a", "-")
            if self.verbose:
                print("%-5s %s" % (word or "base", text), file=sys.stderr)
            elif self.tty:
                full = BAR * self.done // max(1, self.total)
                sys.stderr.write("\r[%s%s] %d of %d runs, %d broken   " %
                                 ("#" * full, " " * (BAR - full), self.done, self.total,
                                  self.broken))
            elif self.done % 100 == 0:
                print("interop: %d of %d runs" % (self.done, self.total), file=sys.stderr)
            sys.stderr.flush()

    def end(self):
        if self.tty and not self.verbose:
            sys.stderr.write("\r" + " " * (BAR + 40) + "\r")
            sys.stderr.flush()


def when(row):
    """In which step a row is run: later ones depend on earlier ones."""
    return 3 if row.habit else {"post": 0, "boots": 1}.get(row.moment, 2)


class Bench:
    def __init__(self, args, folder, roms, cells):
        self.args, self.folder, self.roms, self.cells = args, folder, roms, cells
        self.builder = build.Builder(folder)
        self.bases, self.results = {}, {}
        self.counter, self.lock = 0, threading.Lock()

    def run_all(self):
        """First what others are measured by: machines without the ROM, the ROM without
        neighbours."""
        wanted = {}
        for cell in self.cells:
            if not matrix.missing(cell) and any(not matrix.impossible(cell, r)
                                               for r in self.roms):
                wanted.setdefault(matrix.baseline_key(cell), cell)
        steps = [[(r, c) for r in self.roms for c in self.cells if when(c.row) == n]
                 for n in range(4)]
        progress = Progress(len(wanted) + sum(map(len, steps)), self.args.verbose)
        with ThreadPoolExecutor(self.args.j) as pool:
            self.wait([pool.submit(self.base, k, c, progress) for k, c in wanted.items()])
            for step in steps:
                self.wait([pool.submit(self.cell, r, c, progress) for r, c in step])
        progress.end()

    @staticmethod
    def wait(futures):
        for f in futures:
            f.result()

    # ---- one run -----------------------------------------------------------------------
    def run(self, plan):
        with self.lock:
            self.counter += 1
            folder = os.path.join(self.folder, "run%d" % self.counter)
        os.makedirs(folder)
        try:
            m = bounded.machine(plan.scenario, self.builder, folder, plan.floppy, plan.roms,
                                plan.standin, plan.longer)
            m.run(self.args.patience)
            log = m.short_log()
            return verdict.Run(log, m.ended_by(log), m.hung, m.too_slow(), m.complaints()), \
                m.seconds, m.where() if m.hung else ""
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def base(self, key, cell, progress):
        if not matrix.has_baseline(cell):
            self.bases[key] = verdict.Baseline()
            return progress.step(cell.title + " (has no baseline)", "")
        try:
            run, seconds, _ = self.run(matrix.plan(cell, None, bounded.WALL_S))
            base = verdict.reduce_baseline(run)
        except Exception as e:      # one broken run must not end the others
            base, seconds = verdict.Baseline(error="the baseline cannot be run: %s: %s" % (
                type(e).__name__, e)), 0
        self.bases[key] = base
        return progress.step("%s (without a ROM) %.1f s %s" % (
            cell.title, seconds, base.error or base.trouble), "")

    def cell(self, rom, cell, progress):
        found, log, maps, seconds, where = self.without_a_run(rom, cell), [], [], 0, ""
        if not found:
            try:
                run, seconds, where, found = self.sure(rom, cell)
                log = report.excerpt(run.log, EXCERPT)
                maps = report.maps(run.log, owners)
            except Exception as e:  # one broken run must not end the others
                found = verdict.Verdict(verdict.ERROR, "error", "%s: %s" % (type(e).__name__, e))
        self.results[rom, cell] = Result(cell, found, log, maps)
        progress.step("%s: %s %.1f s %s %s" % (rom.label, cell.title, seconds, found.text, where),
                      found.word)

    def sure(self, rom, cell):
        known, rom = self.known(rom, cell), self.usable(rom, cell)
        for times in (1,) + SURER:
            plan = matrix.plan(cell, rom, bounded.WALL_S)
            plan.scenario.mips *= times
            run, seconds, where = self.run(plan)
            found = verdict.judge(run, cell.row, self.bases[matrix.baseline_key(cell)],
                                  rom.boots and cell.row.boot != "post", known,
                                  rom.file.faults if cell.row.moment == "post" else (),
                                  rom.video)
            if not found.unsure:
                break
        return run, seconds, where, found

    def without_a_run(self, rom, cell):
        """A verdict that needs no run; None if the cell must be run."""
        gone = matrix.missing(cell)
        if gone:
            return verdict.skipped("this tree has no " + gone)
        why = matrix.impossible(cell, rom)
        if why:
            return verdict.skipped(why)
        base = self.bases[matrix.baseline_key(cell)]
        if base.error:
            return verdict.Verdict(verdict.ERROR, "error", base.error)
        if base.trouble:
            return verdict.not_usable(base.trouble)
        for gate in self.gates(rom, cell):
            if any(f.kind in ("hang", "reset", "panic") for f in gate.verdict.broken):
                return verdict.not_usable("alone it " + gate.verdict.text)
        if matrix.needs_boot(cell) and not self.usable(rom, cell).boots:
            return verdict.skipped("it boots nothing here, and nothing else can be booted")
        return None

    def gates(self, rom, cell):
        """Results that say whether there is any point in running a cell."""
        names = ["post"]
        if rom.boots and not cell.row.habit:
            names.append("boots")
        elif rom.boots:
            names.append(matrix.GATES[cell.row.boot])
        found = [self.alone(rom, cell, name) for name in names]
        return [g for g in found if g and g.cell is not cell]

    def usable(self, rom, cell):
        """The ROM, or the same one judged in POST only: where it boots nothing on this firmware."""
        if cell.row.habit and cell.row.boot != "nofile" and any(
                f.kind == "flow" for g in self.gates(rom, cell) for f in g.verdict.broken):
            rom = copy.copy(rom)
            rom.boots = False
        return rom

    def alone(self, rom, cell, name):
        return next((r for (m, c), r in list(self.results.items()) if m is rom and
                     not c.row.habit and c.row.moment == name and
                     c.firmware is cell.firmware), None)

    def known(self, rom, cell):
        gates = [self.alone(rom, cell, name) for name in ("post", matrix.GATES[cell.row.boot])]
        return [f for g in gates if g for f in g.verdict.findings]


# ---- in the terminal -------------------------------------------------------------------------

MARKS = {"ok": ".", "n/a": "n", "-": "-", "hang": "H", "reset": "R", "panic": "P", "slow": "!",
         "error": "!"}


def mark(found):
    return MARKS.get(found.word, "X")


def show(bench, rom, cells):
    print("\n%s: %s" % (rom.label, rom.file.describe()))
    print("  run %s" % rom.how())
    names = [f.name for f in matrix.FIRMWARES if any(c.firmware is f for c in cells)]
    wide = max(len(c.row.title) for c in cells)
    print("  %-*s  %s" % (wide, "", "  ".join("%-10s" % n for n in names)))
    for row in dict.fromkeys(c.row for c in cells):
        line = []
        for name in names:
            found = [bench.results[rom, c].verdict for c in cells
                     if c.row is row and c.firmware.name == name]
            text = "".join(mark(v) for v in found)
            if len(found) == 1:
                text = found[0].word
            line.append("%-10s" % text)
        print(("  %-*s  %s" % (wide, row.title, "  ".join(line))).rstrip())
    count = [0, 0, 0, 0]
    for c in cells:
        status = bench.results[rom, c].verdict.status
        count[(verdict.OK, verdict.BROKEN, verdict.ERROR).index(status)
              if status in (verdict.OK, verdict.BROKEN, verdict.ERROR) else 3] += 1
    print("  %d good, %d broken, %d not run for trouble of the bench, %d not usable or skipped" % (
        count[0], count[1], count[2], count[3]))
    return count


def list_rows():
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for f in matrix.FIRMWARES:
        print("firmware %-12s %s" % (f.name, f.shows))
    for row in matrix.rows():
        sizes = ", ".join(str(s) for s in row.sizes if s)
        print("%-52s %s%s" % (row.title, row.shows, " (%s KiB)" % sizes if sizes else ""))


def as_json(bench, cells):
    return [{"rom": rom.label, "row": c.row.title, "kib": c.size or None,
             "firmware": c.firmware.name, "status": r.verdict.status, "word": r.verdict.word,
             "text": r.verdict.text,
             "findings": [{"clause": f.clause, "text": f.text, "level": f.level}
                          for f in r.verdict.findings]}
            for rom in bench.roms for c in cells for r in [bench.results[rom, c]]]


# ---- the whole -----------------------------------------------------------------------------

def ended_from_outside(signum, _):
    """Takes the emulators along."""
    for process in list(machine.LIVING):
        process.kill()
    os._exit(128 + signum)


def stop(text):
    print("interop: " + text, file=sys.stderr)
    sys.exit(USAGE)


def prepared(args, folder):
    """The ROMs of the command line, each checked and copied; ends with a clear error."""
    paths = args.roms or [DEFAULT_ROM]
    roms = []
    for i, path in enumerate(paths):
        try:
            file = romfile.read(path)
        except romfile.BadRom as e:
            stop(str(e) + (" (run make first)" if path == DEFAULT_ROM else ""))
        source = os.path.join(folder, "rom%d.rom" % i)
        with open(source, "wb") as f:
            f.write(file.data)
        rom = Rom(file, args, source)
        same = sum(r.file.name == file.name for r in roms)
        rom.label = file.name + (" (%d)" % (same + 1) if same else "")
        roms.append(rom)
    return roms


def check_place(path):
    """Whether a file can be written is better known before than after minutes of work."""
    try:
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        with open(path, "a", encoding="utf-8"):
            pass
    except OSError as e:
        stop("%s cannot be written: %s" % (path, e.strerror))


def write(path, text):
    try:
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
    except OSError as e:
        stop("%s cannot be written: %s" % (path, e.strerror))


def pxe(args):
    if args.json:
        check_place(args.json)
    try:
        return pxe_conformance.main(args)
    except pxe_conformance.Usage as e:
        stop(str(e))


def main():
    args = arguments()
    if args.list:
        list_rows()
        return GOOD
    for tool, package in TOOLS.items():
        if not shutil.which(tool):
            stop("there is no %s; install the package %s" % (tool, package))
    signal.signal(signal.SIGTERM, ended_from_outside)
    signal.signal(signal.SIGINT, ended_from_outside)
    sys.setswitchinterval(SWITCH_S)
    if args.pxe:
        return pxe(args)
    cells = matrix.cells(args.firmware, args.neighbour, args.quick)
    if not cells:
        stop("no row of the matrix is called or contains %r; see --list" % args.neighbour)
    for path in filter(None, (args.out, args.json)):
        check_place(path)
    folder = tempfile.mkdtemp(prefix="ebb-interop-")
    try:
        roms = prepared(args, folder)
        bench = Bench(args, folder, roms, cells)
        bench.run_all()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    counts = [show(bench, rom, cells) for rom in roms]
    write(args.out, report.html(roms, cells, bench.results))
    if args.json:
        write(args.json, json.dumps(as_json(bench, cells), indent=1) + "\n")
    print("\n. good  H hangs  R resets  P stops  X breaks a rule  n not usable even without the "
          "ROM  - not run")
    print("report: " + os.path.relpath(args.out))
    if any(c[2] for c in counts):
        return USAGE
    return BROKE if any(c[1] for c in counts) else GOOD


if __name__ == "__main__":
    sys.exit(main())
