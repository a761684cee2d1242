# SPDX-License-Identifier: BSD-2-Clause
"""Judges one run of the interop matrix: pure, from what the run left behind.  A finding names the clause that
was broken; what the same machine does without the ROM is not the ROM's fault."""

import re
from dataclasses import dataclass, field, replace

from bench import facts, witness

OK, BROKEN, NOT_USABLE, SKIPPED, ERROR = "ok", "broken", "n/a", "skipped", "error"
BROKE, NOTE = "broken", "note"
FAILED = re.compile(r"\bFAILED\b:? ?(?P<text>.*?)(?: \((?P<clause>[A-Z]+\d*-[0-9A-Za-z]+)\))?$")
STEP = re.compile(r"^visit: step (.+)$")
ACTS = re.compile(r"^acts: (\S+) at (\S+)")
INTACT = re.compile(r"^(\S+): data intact")
REFUSED = re.compile(r"^refused: (.*)$")
VISIT_NOTE = re.compile(r"^visit: note (?P<text>.*?)(?: \((?P<clause>[A-Z]+\d*-[0-9A-Za-z]+)\))?$")
SLOT_CHANGED = re.compile(r"pci3: FAILED: a vector has changed: 6[0-5]\b")   # a neighbour's
NOT_RESIDENT = "pci3: rom not resident"     # the pretender
NEIGHBOUR_SLOTS = range(0x180, 0x198)       # vectors 60h to 65h: the neighbours' own state
# What a boot program was doing, and the rule that it should come back from that.
STEP_CLAUSES = {"entry": "PXE-12", "pxe": "PXE-1", "pxenv": "PXE-1", "int1a": "PXE-4",
                "e820": "HIDE-8", "e801": "HIDE-8", "e88": "HIDE-8"}
REGION_CLAUSES = {"ivt": "HOOK-4", "bda": "ROM-12", "base": "EBDA-12", "low": "PXE-E00",
                  "ebda": "EBDA-14", "e820": "HIDE-7", "pic": "PNP-4", "pci": "ROM-3",
                  "a20": "MEM-8", "roms": "ROM-6", "free": "PXE-E00"}
REGION_WORDS = {"ivt": "vectors", "bda": "BIOS data", "low": "free memory below 40:13",
                "free": "free memory", "ebda": "the EBDA", "roms": "option ROMs"}
BOOT_VECTORS = (0x09, 0x10, 0x13, 0x19)
TABLE_VECTORS = (0x1d, 0x1e, 0x1f, 0x41, 0x43, 0x46)        # they lead to data, not code
VIDEO_VECTORS = (0x10, 0x1d, 0x1f, 0x42, 0x43, 0x6d)
VIDEO_BDA = ((0x410, 0x411), (0x449, 0x466), (0x484, 0x48a), (0x4a8, 0x4ab))
# BDA bytes that printing, waiting and time change in POST (besides witness.VOLATILE).
POST_BDA = ((0x40e, 0x40f), (0x413, 0x414), (0x417, 0x418), (0x41a, 0x43d), (0x440, 0x448),
            (0x462, 0x466), (0x46b, 0x471), (0x497, 0x497))
# rombios enters boot devices here in POST, by absolute address, whose memory that may be by now.
BOOT_TABLE = range(0x9ff00, 0xa0000)
NO_DEVICE = "No bootable device"
EBDA_FLOOR, EBDA_MOST_KIB = 0x90000, 63
LOWEST_BASE_KIB = 128
RAM = 1


@dataclass
class Run:
    """What a run left behind."""
    log: list
    ended: str = None           # who ended it
    hung: bool = False
    slow: bool = False
    complaints: list = field(default_factory=list)


@dataclass(frozen=True)
class Finding:
    clause: str
    text: str
    kind: str                   # equal kinds of one clause are the same trouble
    level: str = BROKE


@dataclass
class Baseline:
    """What counts of a run without the ROM."""
    trouble: str = ""           # why the machine is not usable at all
    error: str = ""             # why there is none
    acts: set = field(default_factory=set)
    intact: set = field(default_factory=set)
    refused: str = ""
    faults: set = field(default_factory=set)    # of the memory maps
    shown: int = 0                              # bytes from 40:13 to 640 KiB shown as RAM
    notes: set = field(default_factory=set)


@dataclass
class Verdict:
    status: str
    word: str                   # one word for the matrix
    text: str = ""
    findings: list = field(default_factory=list)

    @property
    def broken(self):
        return [f for f in self.findings if f.level == BROKE]

    @property
    def unsure(self):
        """Says it that the boot program was not reached, in an orderly way?  Then the server's
        answers may have come too late, in emulated time."""
        return any(f.kind == "flow" and f.clause == "PNP-2" for f in self.broken)


def skipped(text):
    return Verdict(SKIPPED, "-", text)


def not_usable(text):
    return Verdict(NOT_USABLE, "n/a", text)


def snapshots(log):
    """Complete snapshots by moment, and whether all lines were well."""
    lines = [line for line in log if line.startswith("witness: ")]
    while lines:
        try:
            found = witness.read(lines)
            return {m: s for m, s in found.items() if s.complete}
        except (ValueError, IndexError):
            # A run that stopped has cut its last line; drop the snapshot that it is in.
            last = max((i for i, line in enumerate(lines) if line.startswith("witness: begin")),
                       default=0)
            del lines[last:]
    return {}


def visible(log):
    return [line for line in log if line.strip() and not line.startswith("witness: ")]


def last_step(log):
    steps = [m.group(1) for m in map(STEP.match, log) if m]
    return steps[-1] if steps else ""


def outcome(run):
    """How the run ended: (word, text); ('', '') if orderly."""
    if run.slow:
        return "slow", "the host is too slow: the run did not end, nor did its emulated time"
    for text in run.complaints:
        if "did not start" in text or "QEMU ended with status" in text:
            return "error", text
    if run.hung:
        return "hang", "hangs"
    for text in run.complaints:
        if "exception" in text and "no resolution" in text:
            return "reset", "ends in a triple fault"
        if "reset" in text:
            return "reset", "resets the machine"
    for text in run.complaints:
        return "panic", "stops the machine: " + re.sub(r"^\d+\w?\[[^]]*\] *(>>PANIC<< *)?", "",
                                                       text)
    if run.ended is None:
        return "panic", "runs wild: nobody says that he ends the run, and it ends"
    return "", ""


def place(run, snaps):
    """Where in the course of a boot a run stopped: (clause, words)."""
    step = last_step(run.log)
    if step == "done":
        return "PNP-5", "on the way from the boot program to the next boot device"
    if step == "act" and not any(ACTS.match(line) for line in run.log):
        return "PXE-3", "while the boot program waits"
    if step:
        acted = [m.group(1) for m in map(ACTS.match, run.log) if m]
        clause = "EBDA-6" if acted else STEP_CLAUSES.get(step, "HOOK-2")
        return clause, "in the boot program's step " + step + \
            (", after %s acted" % acted[-1] if acted else "")
    if "before" in snaps:
        return "PNP-5", "while it boots"
    if "init" in snaps:
        return "ROM-12", "between INIT and the first boot device"
    if "post" in snaps:
        return "ROM-5", "in INIT"
    return "ROM-5", "in POST"


def reduce_baseline(run):
    """The baseline of a cell, from its run without the ROM."""
    base = Baseline()
    word, text = outcome(run)
    log = run.log
    base.acts = {m.group(1) for m in map(ACTS.match, log) if m}
    base.intact = {m.group(1) for m in map(INTACT.match, log) if m}
    base.refused = next((m.group(1) for m in map(REFUSED.match, log) if m), "")
    base.notes = {line for line in log if VISIT_NOTE.match(line)}
    failed = next((m for m in map(FAILED.search, log) if m), None)
    if word in ("slow", "error"):
        base.error = "without the ROM: " + text
    elif word:
        base.trouble = "the machine without the ROM " + text
    elif failed:
        base.trouble = "without the ROM: " + failed.string.strip()
    for s in snapshots(log).values():
        base.faults |= set(facts.map_faults(s)) if s.e820 else set()
        base.shown = max(base.shown, shown_as_ram(s))
    return base


def shown_as_ram(s, from_kb=0):
    """Bytes from 40:13, or from_kb if that is higher, to 640 KiB that E820 shows as RAM."""
    lo = max(s.base_kb, from_kb) * 1024
    return sum(max(0, min(base + size, witness.BASE_TOP) - max(base, lo))
               for base, size, kind in s.e820 if kind == RAM)


def judge(run, row, base, boots, known=(), faults=(), video=False):
    """The verdict on a finished run.
    row: matrix.Row; base: its Baseline; boots: the ROM was to boot from the network; known: findings
    that the ROM has without any neighbour, too; faults: (clause, text) of its file."""
    if base.error:
        return Verdict(ERROR, "error", base.error)
    if base.trouble:
        return not_usable(base.trouble)
    word, text = outcome(run)
    if word in ("slow", "error"):
        return Verdict(ERROR, word, text)
    snaps = snapshots(run.log)
    if NO_DEVICE in text and "before" in snaps and \
            snaps["before"].base_kb * 1024 > BOOT_TABLE.start:
        return not_usable("rombios keeps its boot table in memory that the neighbour gave away")
    found = [Finding(clause, text, "file") for clause, text in faults]
    if word:
        clause, where = place(run, snaps)
        found.append(Finding(clause, "%s %s" % (text, where), word))
    found += said(run.log, row)
    found += booted(run, row, boots, word, "after" in snaps)
    found += conduct(snaps, video)
    if row.moment == "post" and "init" not in snaps and not word:
        found.append(Finding("", "INIT was not looked at: the probe behind the ROM did not run",
                             "probe", NOTE))
    if row.boot == "nofile" and "before" in snaps and "after" in snaps:
        found += left_behind(snaps["before"], snaps["after"])
    found += answers(snaps, run.log, base, judged_moments(row))
    if not word:
        found += neighbours(run, row, base)
    keys = {(f.clause, f.kind) for f in known}
    found = [Finding(f.clause, f.text + " (as without a neighbour)", f.kind, NOTE)
             if row.habit and f.level == BROKE and (f.clause, f.kind) in keys else f
             for f in unique(found)]
    broken = [f for f in found if f.level == BROKE]
    refused = next((m.group(1) for m in map(REFUSED.match, run.log) if m), "")
    if not broken and refused and base.refused:
        return not_usable("the neighbour refuses, without the ROM, too: " + base.refused)
    if not broken:
        return Verdict(OK, "ok", refused and "the neighbour refuses: " + refused, found)
    return Verdict(BROKEN, word or broken[0].clause or "FAILED", broken[0].text, found)


def unique(found):
    """Each trouble once, in order."""
    seen, kept = set(), []
    for f in found:
        if (f.clause, f.text) not in seen:
            seen.add((f.clause, f.text))
            kept.append(f)
    return kept


def said(log, row):
    """What the programs of the bench themselves found."""
    found = []
    for line in log:
        m = FAILED.search(line)
        if m and not (row.habit and SLOT_CHANGED.match(line)):
            who = line.split(":")[0] if ":" in line else ""
            found.append(Finding(m.group("clause") or "", line[:160], "said by " + who))
        m = VISIT_NOTE.match(line)
        if m:
            found.append(Finding(m.group("clause") or "", m.group("text"), "noted", NOTE))
    return found


def booted(run, row, boots, word, next_device):
    steps = any(STEP.match(line) for line in run.log)
    if not boots or word:
        return []
    if row.boot == "nofile":
        return [] if next_device else [
            Finding("PNP-5", "the next boot device was not tried", "flow")]
    if not steps and NOT_RESIDENT in run.log:
        return [Finding("ROM-7", "INIT left no ROM at its run-time segment", "flow")]
    if not steps:
        return [Finding("PNP-2", "the boot program was never started", "flow")]
    if "visit: done" not in run.log:
        return [Finding("PXE-12", "the boot program did not come to its end", "flow")]
    return []


# ---- conduct in POST ---------------------------------------------------------------------

def conduct(snaps, video=False):
    """The ROM's INIT, and its BCV where that follows at once: 'post' is right before it, 'init'
    right behind."""
    if "post" not in snaps or "init" not in snaps:
        return []
    a, b = snaps["post"], snaps["init"]
    return vectors_in_post(a, b, video) + bda_in_post(a, b, video) + base_in_post(a, b) + \
        roms_in_post(a, b) + cards_in_post(a, b)


def vectors_in_post(a, b, video):
    found = []
    for n in range(0x100):
        if a.vector(n) == b.vector(n) or 4 * n in NEIGHBOUR_SLOTS or (video and
                                                                     n in VIDEO_VECTORS):
            continue
        if n in TABLE_VECTORS and moved_along(a.vector(n), b.vector(n), a, b):
            continue
        seg, off = b.vector(n)
        at = (seg << 4) + off & 0xfffff
        start, length = b.ebda
        what = "vector %02xh -> %04x:%04x" % (n, seg, off)
        if n in BOOT_VECTORS:
            found.append(Finding("ROM-12", what + ": a PnP BIOS boots by it", "vector %x" % n))
        elif start <= at < start + length:
            found.append(Finding("HOOK-5", what + " is in the EBDA, which moves", "vector ebda"))
        elif at < min(a.base_kb, b.base_kb) * 1024:
            found.append(Finding("HOOK-5", what + " is in free memory", "vector free"))
        else:
            found.append(Finding("HOOK-5", what, "vector %x" % n, NOTE))
    return found


def moved_along(was, now, a, b):
    """Does a pointer into the EBDA lead to the same place in it as before (EBDA-10)?"""
    (old, length), (new, _) = a.ebda, b.ebda
    offset = (was[0] << 4) + was[1] - old
    return 0 <= offset < length and (now[0] << 4) + now[1] - new == offset


def within(at, ranges):
    return any(r[0] <= at <= r[1] for r in ranges)


def bda_in_post(a, b, video):
    changed = [at for at in range(0x400, 0x500) if a.byte(at) != b.byte(at) and
               not within(at, witness.VOLATILE) and not within(at, POST_BDA) and
               not (video and within(at, VIDEO_BDA))]
    if not changed:
        return []
    return [Finding("ROM-12", "BIOS data changed: " + ", ".join(
        "%05x: %02x -> %02x" % (at, a.byte(at), b.byte(at)) for at in changed[:4]), "bda")]


def base_in_post(a, b):
    """40:13 and the EBDA: as they were, or changed by the book."""
    if (a.base_kb, a.word(0x40e)) == (b.base_kb, b.word(0x40e)):
        return same_ebda(a, b)
    if b.base_kb > a.base_kb:
        return [Finding("EBDA-14", "40:13 raised from %d to %d" % (a.base_kb, b.base_kb),
                        "raised")]
    if b.base_kb < LOWEST_BASE_KIB:
        return [Finding("EBDA-3", "40:13 is %d" % b.base_kb, "floor")]
    taken = a.base_kb - b.base_kb
    if a.word(0x40e) == b.word(0x40e):
        return [Finding("EBDA-2", "40:13 lowered by %d KiB, the EBDA left where it is" % taken,
                        "lowered", NOTE)] + same_ebda(a, b)
    return moved_ebda(a, b)


def same_ebda(a, b):
    (start, length), (_, now) = a.ebda, b.ebda
    if length != now:
        return [Finding("EBDA-14", "the EBDA's size byte went from %d to %d, and it did not move"
                        % (length // 1024, now // 1024), "size")]
    return overwritten(a, b, start, start, length)


def moved_ebda(a, b):
    (start, length), (new, now) = a.ebda, b.ebda
    if not length:
        return [Finding("EBDA-7", "made an EBDA where there was none", "made")]
    if not now:
        return [Finding("EBDA-1", "40:0E = %04x leads to no EBDA" % b.word(0x40e), "invalid")]
    found = []
    if new >= start:
        found.append(Finding("EBDA-14", "the EBDA was moved up, to %05x" % new, "up"))
    elif now not in (length, length + start - new) and now < length:
        found.append(Finding("EBDA-14", "the EBDA shrank to %d KiB" % (now // 1024), "size"))
    if new != b.base_kb * 1024:
        found.append(Finding("EBDA-4", "40:13 is %d, but the EBDA starts at %05x" %
                             (b.base_kb, new), "apart"))
    if start != a.base_kb * 1024 and new > a.base_kb * 1024 - now:
        found.append(Finding("EBDA-2", "the EBDA was moved over memory that somebody else had "
                             "taken below it", "over"))
    if new < EBDA_FLOOR:
        found.append(Finding("EBDA-3", "the EBDA starts at %05x" % new, "floor"))
    if now > EBDA_MOST_KIB * 1024:
        found.append(Finding("EBDA-3", "the EBDA has %d KiB" % (now // 1024), "large"))
    if now == length:
        found.append(Finding("EBDA-6", "the EBDA was moved and not grown: what is behind it has "
                             "a fixed address", "fixed", NOTE))
    return found + overwritten(a, b, start, new, length)


def overwritten(a, b, start, new, length):
    """The firmware's own bytes of the EBDA must be as they were, wherever it is now."""
    changed = [at for at in range(1, length) if a.byte(start + at) != b.byte(new + at) and
               not within(at, witness.VOLATILE_EBDA) and start + at not in BOOT_TABLE and
               new + at not in BOOT_TABLE]
    if not changed:
        return []
    return [Finding("EBDA-14", "%d bytes of the firmware's EBDA changed, at +%03x: %02x -> %02x" %
                    (len(changed), changed[0], a.byte(start + changed[0]),
                     b.byte(new + changed[0])), "ebda")]


def roms_in_post(a, b):
    old = {seg for seg, _, _ in a.roms}
    found = [Finding("ROM-1", "the image at %04x sums to %02x behind INIT" % (seg, total), "sum")
             for seg, size, total in b.roms if total and size and
             (seg, size, total) not in a.roms]
    lost = old - {seg for seg, _, _ in b.roms}
    return found + [Finding("ROM-8", "the ROM at %04x is gone" % seg, "gone", NOTE)
                    for seg in sorted(lost)]


def cards_in_post(a, b):
    found = []
    for bdf, config in sorted(b.pci.items()):
        was = a.pci.get(bdf)
        if was is None or len(was) != len(config):
            continue
        for at, (x, y) in enumerate(zip(was, config)):
            if x != y and at not in witness.VOLATILE_PCI:
                found.append(Finding("ROM-3", "register %02xh of card %s: %02x -> %02x" %
                                     (at, bdf, x, y), "pci", NOTE if at != 0x30 else BROKE))
    return found


# ---- a failed boot, memory maps, neighbours ------------------------------------------------

def left_behind(a, b):
    """What a failed boot left changed.  The neighbours' own state may change."""
    for s in (a, b):
        for at in NEIGHBOUR_SLOTS:
            s.memory.pop(at, None)
    found = []
    for region, line in [(r, line) for r in witness.REGIONS for line in witness.differences(
            r, a, same_base(a, b) if r == "bda" else b)]:
        # How much of it differs may depend on packets and time.
        m = re.match(r"\w+: \d+ (?:bytes|KiB) differ: ([0-9a-f]+)", line)
        found.append(Finding(REGION_CLAUSES.get(region, "PNP-4"), "left behind: " + (
            "%s, from %s on" % (REGION_WORDS.get(region, region), m.group(1)) if m
            else line[:200]), "left " + region))
    return found


def same_base(a, b):
    """`b` with the words 40:0E and 40:13 of `a`: they are a region of their own."""
    memory = dict(b.memory)
    memory.update({at: a.byte(at) for at in (0x40e, 0x40f, 0x413, 0x414)})
    return replace(b, memory=memory)


def judged_moments(row):
    """When memory above 40:13 must be hidden: while the ROM is at work, and behind that if nobody told it
    to go; what it could not give back is nobody's.  Whoever takes a ROM's hook out of the
    chain has taken on himself what follows."""
    if any(o.startswith("-DRESTORE") for o in row.options):
        return ("nbp",)
    return ("nbp", "moved", "after") if row.boot == "visitor" else ("nbp", "moved")


def answers(snaps, log, base, moments):
    """What E820, E801, 88h and INT 12h say, against who has taken what."""
    found = []
    # As long as nobody has hooked INT 15h the map is the firmware's, and so are its faults later.
    untouched = [s for s in snaps.values() if s.e820 and "post" in snaps and
                 s.vector(0x15) == snaps["post"].vector(0x15)]
    forgiven = base.faults.union(*(facts.map_faults(s) for s in untouched))
    for moment, s in snaps.items():
        if not s.e820:
            continue
        # By how much a neighbour lowers 40:13 while the ROM is resident is not the ROM's.
        shown = shown_as_ram(s, snaps["nbp"].base_kb if "nbp" in snaps else 0)
        if shown > base.shown and moment in moments:
            found.append(Finding("HIDE-1", "at %s %d KiB above 40:13 are shown as RAM, %d without "
                                 "the ROM" % (moment, shown // 1024, base.shown // 1024), "low"))
        for key, text in facts.map_faults(s).items():
            if key not in (base.faults if key[0] == "old" else forgiven):
                found.append(Finding("HIDE-2" if key[0] in ("empty", "edge") else "HIDE-1",
                                     "at %s: %s" % (moment, text), "map %s" % str(key[0])))
        if moment in moments and moment != "after" and any(facts.CORE_LINE.search(line)
                                                           for line in log):
            bad = facts.hides_core(snaps, log, moment)
            if bad:
                found.append(Finding("HIDE-1", "at %s: %s" % (moment, bad), "core"))
    return found


def neighbours(run, row, base):
    """Did the row's neighbour come to its turn, and what became of its data?"""
    acts = {m.group(1) for m in map(ACTS.match, run.log) if m}
    intact = {m.group(1) for m in map(INTACT.match, run.log) if m}
    refused = next((m.group(1) for m in map(REFUSED.match, run.log) if m), "")
    found = [Finding("HOOK-2", "%s was not called at its moment" % name, "not called")
             for name in sorted((base.acts - acts) & {row.habit})]
    if refused and not base.refused:
        found.append(Finding("EBDA-2", "with the ROM there %s" % refused, "refused", NOTE))
    elif not refused:
        found += [Finding("EBDA-14", "%s does not find its data any more" % name, "data")
                  for name in sorted(base.intact - intact) if name in acts and name == row.habit]
    return found


# ---- what the rules say ----------------------------------------------------------------------

RULES = {
    "ROM-1": "A ROM's bytes sum to zero, in its file and again behind INIT; its headers survive.",
    "ROM-2": "PCIR names the card, and its lengths lead from image to image; none is 0.",
    "ROM-3": "The card's expansion ROM BAR and its other registers are given back as they were.",
    "ROM-5": "INIT keeps every register but AX and comes back by RETF.",
    "ROM-6": "Behind INIT the image may be read-only: nothing may depend on writing there.",
    "ROM-7": "Only the run-time part stays, and no more of it than was announced.",
    "ROM-8": "A ROM that writes length 0 is taken out; it boots nothing.",
    "ROM-12": "INIT leaves the boot vectors and the BIOS data of boot devices to BCV and BEV.",
    "EBDA-1": "40:0E counts only if it leads to an area with a size, below 640 KiB.",
    "EBDA-2": "The EBDA is moved only where it starts at 40:13; memory between them is owned.",
    "EBDA-3": "The EBDA does not reach below 90000h and has at most 63 KiB.",
    "EBDA-4": "40:13, 40:0E and the size byte change together, by whole KiB.",
    "EBDA-6": "Data in or below the EBDA is found anew on every entry: others may move it.",
    "EBDA-7": "Where the firmware has no EBDA, nobody makes one.",
    "EBDA-10": "The place that the EBDA left is still written by address: it stays unused.",
    "EBDA-12": "40:13 and the EBDA are put back only by who changed them last.",
    "EBDA-14": "What others own in the EBDA, and the firmware's own bytes, stay as they are.",
    "PNP-2": "A boot entry is called when its turn comes, and starts what the server has.",
    "PNP-4": "What a boot attempt changed is put back when it gives up.",
    "PNP-5": "A boot that fails goes on to the next device, by RETF or INT 18h.",
    "PXE-1": "An API call comes back, with every register but AX as it was.",
    "PXE-3": "Interrupts come through while a boot program runs.",
    "PXE-4": "INT 1Ah 5650h gives the PXENV+ structure.",
    "PXE-7": "The cached DHCP packets can be asked for, whole.",
    "PXE-12": "A boot program starts at 0:7C00 with PXENV+, !PXE and 1.5 KiB of stack.",
    "PXE-20": "40:13 is raised again only if it is what the ROM itself wrote.",
    "HIDE-1": "Memory that is still used is hidden from every way to ask for the map.",
    "HIDE-2": "A map has no empty, overlapping or unaligned entries behind a hook.",
    "HIDE-4": "A map can be asked for again, given up, and comes to an end.",
    "HIDE-7": "A hook on the memory map is taken back before its memory is.",
    "HIDE-8": "The memory map is answered to anyone, in real mode, with little stack.",
    "HOOK-2": "What a hook does not handle goes on with every register as it came.",
    "HOOK-4": "A vector is put back only while it is one's own; else the hook becomes transparent.",
    "HOOK-5": "A vector leads to ROM or to reserved memory that does not move.",
    "MEM-6": "Memory that the map shows as RAM is anybody's.",
    "MEM-8": "A20 is checked, not assumed.",
    "PXE-E00": "Memory that was used for a boot attempt is not left dirty for those who look "
    "for zeros.",
}


def rule(clause):
    return RULES.get(clause, "")
