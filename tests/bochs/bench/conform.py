# SPDX-License-Identifier: BSD-2-Clause
"""Asks a PXE ROM everything that nbp/conform.asm knows: part by part, and from the next step on where the ROM
hung.  A step that the ROM does not survive costs the lines of that step."""

import os
import re
import shutil
import struct
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bench import bounded, witness
from bench.scenario import Nic, Program, Rom, Scenario

MIPS = 16               # slow enough that time-outs and hangs pass soon, fast enough for the peer
SURER_MIPS = 64         # at which bad news about the network are believed
WALL_S = 150
MOVED_S, MOVED_CPU_S = 30, 8    # behind a blind move most ROMs hang, and nothing takes long
SCRAMBLE = 0x9e3779b1   # inc/scramble.inc
LINK_BPS = {"e1000": 1000000000, "ne2k": 10000000}
FILES = {"data.bin": 20011, "blocks.bin": 5632, "empty.bin": 0, "large.bin": 1200011}

PARTS = ("entry", "calls", "cached", "tftp", "udp", "file", "undi", "wire", "states")
NETWORK_PARTS = ("calls", "tftp", "udp", "file", "wire", "states")
MOVES_KIB = (1, 4, 8, 16)
# How the boot program leaves, by number (nbp/conform_end.inc); where the next boot device is booted
# afterwards, the machine there is compared with what it was before.
ENDS = ("SHUTDOWN, UNLOAD_STACK, STOP_UNDI", "SHUTDOWN, UNLOAD_STACK, CLEANUP",
        "SHUTDOWN, CLEANUP, STOP_UNDI", "UNLOAD_STACK, STOP_UNDI",
        "CLOSE, SHUTDOWN, UNLOAD_STACK, STOP_UNDI", "RETF, AX = 0", "RETF, AX = 1", "INT 18h",
        "RESTART_TFTP", "STOP_BASE, START_BASE")
GIVES_BACK = (0, 2, 3, 4)       # ends behind which 40:13 is as before by the specification
RETURNS = (5, 6)                # ends behind which ebb promises the same
COMES_BACK = (0, 1, 2, 3, 4, 5, 6, 7)   # ends at the next boot device

WORDS = ("broken", "hang", "good", "info", "skipped")   # the worst first
LINE = re.compile(r"^conform: ([A-Z]+-[0-9A-Za-z]+) (good|broken|info|skipped): (.+?)(?:: (.*))?$")
STEP = re.compile(r"^conform: (step|promise) ([0-9a-f]{2}) (.+)$")
SECOND = "conform: second program"
DONE = re.compile(r"^conform: done (\d+) good (\d+) broken$")
PART_CLAUSES = {"entry": "PXE-12", "cached": "PXE-7", "tftp": "PXE-8", "udp": "PXE-9",
                "states": "PXE-10", "moved": "EBDA-2", "end": "PXE-14"}


@dataclass(frozen=True)
class Run:
    """One start of the boot program: a part, and what the part wants."""
    part: str
    defines: tuple = ()
    name: str = ""              # stands before the texts of its lines
    end: int = -1


@dataclass
class Line:
    clause: str
    word: str
    text: str
    seen: str = ""

    @property
    def key(self):
        return self.clause, self.text


@dataclass
class Result:
    """What one ROM did: its lines, and what could not be judged."""
    lines: list = field(default_factory=list)
    errors: list = field(default_factory=list)
    logs: list = field(default_factory=list)
    unreached: str = ""         # why the program never started

    def table(self):
        """One line for each clause and text: the worst that was seen."""
        found = {}
        for line in self.lines:
            old = found.get(line.key)
            if not old or WORDS.index(line.word) < WORDS.index(old.word):
                found[line.key] = line
        return found

    def count(self, *words):
        return sum(line.word in words for line in self.table().values())


def runs(parts=()):
    """Every start that is wanted; `parts`: only these."""
    found = [Run(p) for p in PARTS]
    found += [Run("moved", ("-DKIB=%d" % k,), "EBDA moved %d KiB, " % k) for k in MOVES_KIB]
    found += [Run("end", ("-DEND=%d" % n,), name + ", ", n) for n, name in enumerate(ENDS)]
    return [r for r in found if not parts or r.part in parts]


def content(size):
    """`size` bytes that prove where they are, as scramble.inc makes them."""
    count = (size + 3) // 4
    return struct.pack("<%dI" % count, *((4 * n * SCRAMBLE) & 0xffffffff
                                         for n in range(count)))[:size]


def write_files(folder):
    for name, size in FILES.items():
        with open(os.path.join(folder, name), "wb") as f:
            f.write(content(size))


def lines_of(log, prefix=""):
    """The verdicts in a log, the last step that was begun as (kind, number, name), and whether the
    program came to its end."""
    found, step, done = [], None, False
    for text in log:
        m = LINE.match(text)
        if m:
            found.append(Line(m[1], m[2], prefix + m[3], m[4] or ""))
            continue
        m = STEP.match(text)
        if m:
            step = m[1], int(m[2], 16), m[3]
        done = done or bool(DONE.match(text)) or text == SECOND
    return found, step, done


def merged(results):
    whole = Result()
    for r in results:
        whole.lines += r.lines
        whole.errors += r.errors
        whole.logs += r.logs
    return whole


class Conformance:
    """Runs the program in machines of one firmware.  `log(text)` says what is going on."""

    def __init__(self, builder, folder, firmware="qemu-pc", patience=1, jobs=1,
                 log=lambda text: None):
        self.builder, self.folder, self.firmware = builder, folder, firmware
        self.patience, self.jobs, self.log = patience, jobs, log
        self.lock = threading.Lock()
        self.files = os.path.join(folder, "files")
        os.makedirs(self.files, exist_ok=True)
        write_files(self.files)
        self.count = 0

    def examine(self, source, kind, stamp, promise, parts=()):
        """Everything about one ROM file on a card of this kind."""
        rom, wanted = Rom(source, stamp), runs(parts)
        first = self.sure(wanted[0], rom, kind, promise)
        if first.unreached:
            first.errors.append("the boot program was never started " + first.unreached)
            return first
        with ThreadPoolExecutor(self.jobs) as pool:
            return merged([first, *pool.map(lambda run: self.sure(run, rom, kind, promise),
                                            wanted[1:])])

    def sure(self, run, rom, kind, promise):
        """Emulated time can run ahead of the peer, who answers in host time.  So what is bad and has to
        do with the network is believed from a faster processor only."""
        result = self.whole(run, rom, kind, promise, MIPS)
        if result.unreached or run.part in NETWORK_PARTS and result.count("broken", "hang"):
            second = self.whole(run, rom, kind, promise, SURER_MIPS)
            if second.count("broken", "hang") < result.count("broken", "hang"):
                return second
        return result

    def whole(self, run, rom, kind, promise, mips):
        """A part, as often as it takes to get past the steps that the ROM does not survive."""
        result, first = Result(), 0
        while True:
            m, log = self.start(run, rom, kind, promise, first, mips)
            result.logs.append((run, log))
            found, step, done = lines_of(log, run.name)
            result.lines += found
            if m.too_slow():
                result.errors.append("%s: the host is too slow" % (run.name or run.part))
                return result
            why = how_it_ended(m)
            if step is None and not done:
                result.unreached = why or "(no end, no hang)"
                result.lines.append(Line(PART_CLAUSES.get(run.part, "PXE-12"), "hang" if why else "broken",
                                         run.name + run.part + " is reached", why))
                return result
            if done:
                result.lines += afterwards(run, m, log, promise)
                return result
            kind_of_step, number, name = step
            open_question = kind_of_step == "promise" and not promise
            result.lines.append(Line(PART_CLAUSES.get(run.part, "PXE-1"),
                                     "info" if open_question else "hang",
                                     run.name + "comes back from " + name, why))
            if run.part in ("end", "moved"):
                return result
            first = number + 1

    def start(self, run, rom, kind, promise, first, mips):
        s = Scenario("", "conform", firmware=self.firmware, mips=mips, ends="shutdown",
                     seconds=WALL_S)
        s.nics = [Nic(kind, True, "peer")]
        s.rom = rom
        defines = ("-DPART=" + run.part, "-DFROM=%d" % first, "-DPROMISE=%d" % promise,
                   "-DLINK=%d" % LINK_BPS[kind]) + run.defines
        s.boot = Program("conform", defines, "conform.bin")
        s.serves = [Program(os.path.join(self.files, name), (), name) for name in FILES]
        s.serves.append(Program("conform_second", (), "second.bin"))
        with self.lock:
            self.count += 1
            folder = os.path.join(self.folder, "run%d" % self.count)
        os.makedirs(folder)
        m = bounded.machine(s, self.builder, folder)
        if run.part == "moved":
            m.emulated_s, m.cpu_s = MOVED_S, MOVED_CPU_S
        try:
            m.run(self.patience)
            log = m.short_log()
            m.kept_complaints = m.complaints()
            m.kept_end = m.ended_by(log)
            m.kept_status = m.status
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        self.log("%s%s %.1f s" % (run.part, " " + " ".join(run.defines) if run.defines else "", m.seconds))
        return m, log


def how_it_ended(m):
    if m.hung:
        return "hangs at " + m.where() if m.where() else "hangs"
    return "; ".join(m.kept_complaints)


def afterwards(run, m, log, promise):
    """What the bench itself sees behind an end: the next boot device, and the machine there."""
    if run.end < 0:
        return []
    if run.end == 8:
        good = SECOND in log
        return [Line("API-0073", "good" if good else "broken",
                     run.name + "the second program is started", how_it_ended(m))]
    if run.end not in COMES_BACK:
        return []
    reached = m.kept_end == "next-device"
    must = run.end in GIVES_BACK
    promised = promise and (must or run.end in RETURNS)
    found = [Line("PXE-12" if not must else "PXE-14", "good" if reached else "broken",
                  run.name + "the next boot device is booted", how_it_ended(m))]
    if not reached:
        return found
    snaps = m.snapshots(log)
    if "before" not in snaps or "after" not in snaps:
        return found
    for clause, region, text in (("PXE-17", "bda", "40:13 is as before"),
                                 ("PXE-16", "ivt", "interrupt vectors are as before"),
                                 ("PXE-17", "e820", "the memory map is as before")):
        if region == "bda":
            a, b = snaps["before"].base_kb, snaps["after"].base_kb
            bad = [] if a == b else ["%d then %d KiB" % (a, b)]
        else:
            bad = witness.differences(region, snaps["before"], snaps["after"])
        if kept(log):
            word = "skipped"
        elif must and region != "e820" or promised:
            word = "broken" if bad else "good"
        else:
            word = "info"
        found.append(Line(clause, word, run.name + text, "; ".join(bad)))
    return found


def kept(log):
    """Did the ROM say, as it may, that it cannot leave (PXE-16)?"""
    return any("conform: PXE-16 info: STOP_UNDI keeps" in t for t in log)
