# SPDX-License-Identifier: BSD-2-Clause
"""Who owns which KiB below 1 MiB, and which memory above it, at the moment of a snapshot: from the
snapshot itself and from what the log said before it.  Pure: no emulator, no clock; equal logs give
equal maps.

Names, and where they come from; a later one wins over an earlier one:
  free             below 40:13; 'free data' if it is not all zeros
  ivt+bda          0 to 7FFh
  taken            from 40:13 to 640 KiB, and nobody says whose it is
  ebda             what the firmware keeps at the start of the EBDA
  pxe              the piece of 'taken' in which a good !PXE or PXENV+ lies; 'pxe unreserved' is
                   what !PXE names as PXE's own though it lies below 40:13
  grower, ...      neighbours, by their 'owns:' lines until their 'gives:' line
  ebb block, ebb tombstone   by ebb's log and the block's signature
  video            A0000 to BFFFF
  rom NAME         option ROMs, by product name, else PCI ids; 'vga bios' at C0000
  pmm              among the ROMs, behind a bare header: memory that the firmware hands out
  empty, unknown   among the ROMs: nothing, or nobody knows
  system bios      F0000 to FFFFF, and below it where there are no ROMs and something is there
  ram, reserved, acpi, nvs, ebb payload, ebb room, ebb core   above 1 MiB"""

import re
import struct
from dataclasses import dataclass

from bench import witness

KIB, MIB = 1024, 1 << 20
LOW_KIB, BASE_KIB = 1024, 640
ROM_SPACE, ROM_SPACE_LOW_END, ROM_SPACE_END = 0xc0000, 0xe0000, 0xf0000
PAGE = 4096
EBDA_LOWEST = 0x500
PXE_SHORTEST = 0x26     # PXENV+ of PXE 2.0
KINDS = {1: "ram", 2: "reserved", 3: "acpi", 4: "nvs"}
NOBODY = ("free", "empty", "video", "ram", "unknown")
OS_MEMORY = 0x40000     # below, an operating system may put the EBDA and own what it likes

FOLLOWS = re.compile(r"owns: (.+) ebda \+([0-9a-f]+) ([0-9a-f]+)$")
STAYS = re.compile(r"owns: (.+) at ([0-9a-f]+) ([0-9a-f]+)$")
GIVES = re.compile(r"gives: (.+)$")
EBB_EBDA = re.compile(r"ebb: init: block (?:shared )?ebda ([0-9a-f]+):([0-9a-f]+)(?: \+(\d+)k)?")
EBB_AT = re.compile(r"ebb: (?:init|boot): block (?:shared )?(?:pmm|base) ([0-9a-f]+)")
EBB_PAYLOAD = re.compile(r"ebb: init: payload pmm ([0-9a-f]+) (\d+)k(?: room (\d+)k)?")
EBB_CORE = re.compile(r"ebb: core: .* at ([0-9a-f]+) \+(\d+)k")
EBB_LEAVES = re.compile(r"ebb: (?:down: everything given back|bev: back to the firmware)")


def is_named(owner, name):
    """Whether `owner` is `name`, or `name` with more words behind it: 'ebb' is 'ebb block'."""
    return owner == name or owner.startswith(name + " ")


def is_owned(owner):
    """Whether somebody may rely on what is there."""
    return not any(is_named(owner, name) for name in NOBODY)


@dataclass(frozen=True)
class Span:
    start: int
    end: int
    owner: str


@dataclass(frozen=True)
class Change:
    """What became of one owner: moved, grew, shrank, vanished or appeared."""
    owner: str
    what: str
    before: tuple
    after: tuple

    def __str__(self):
        def places(spans):
            return ", ".join("%05x-%05x" % (s.start, s.end) for s in spans) or "nowhere"
        return "%s %s: %s -> %s" % (self.owner, self.what, places(self.before),
                                    places(self.after))


@dataclass(frozen=True)
class Map:
    moment: str
    low: list           # 1024 names
    high: list          # Span, sorted, not overlapping

    def of(self, at):
        """Who owns this address; '' if nothing is known about it."""
        if at < MIB:
            return self.low[at // KIB]
        return next((s.owner for s in self.high if s.start <= at < s.end), "")

    def spans(self):
        """Low memory as runs of one owner."""
        return merged(Span(i * KIB, (i + 1) * KIB, name) for i, name in enumerate(self.low))

    def kib(self, name):
        """How many KiB an owner has, below and above 1 MiB."""
        return sum(s.end - s.start for s in self.spans() + self.high
                   if is_named(s.owner, name)) // KIB


def reserved(m):
    """What must not be taken for free memory: base memory that somebody owns, and what lies
    above 1 MiB but for the firmware's own entries."""
    return [s for s in m.spans() if OS_MEMORY <= s.start < witness.BASE_TOP and
            is_owned(s.owner)] + [s for s in m.high if s.owner not in KINDS.values()]


def merged(spans):
    found = []
    for s in spans:
        if found and (found[-1].end, found[-1].owner) == (s.start, s.owner):
            s = Span(found.pop().start, s.end, s.owner)
        found.append(s)
    return found


def ebda(s):
    """Start and length of the EBDA, wherever somebody has put it; (0, 0) if there is none."""
    start = s.word(0x40e) << 4
    size = s.byte(start) * KIB
    if not EBDA_LOWEST < start < witness.BASE_TOP or not s.seen(start) or \
            not 0 < size <= witness.BASE_TOP - start:
        return 0, 0
    return start, size


@dataclass
class Claim:
    """Memory that somebody says is theirs: at an offset in the EBDA, or at an address.  `mark`
    is how to know it again, at a multiple of 16; `behind` bytes in front of it belong to the
    same growth."""
    owner: str
    follows: bool
    at: int
    size: int
    mark: bytes = b""
    behind: int = 0


def claims(log):
    """What was said in the log and not taken back."""
    found = []
    for line in log:
        m = FOLLOWS.match(line) or STAYS.match(line)
        if m:
            name, at, size = m.group(1), int(m.group(2), 16), int(m.group(3), 16)
            c = Claim(name, m.re is FOLLOWS, at, size, name.encode("latin-1")[:4].ljust(4))
            found += [c] if c not in found else []
            continue
        m = GIVES.match(line)
        if m:
            found = [c for c in found if c.owner != m.group(1)]
        for c in ebb_claims(line):
            found += [c] if c not in found else []
    return found


def ebb_claims(line):
    m = EBB_EBDA.match(line)
    if m:
        # What the EBDA was before is as much as lies in front of the block (EBDA-10).
        offset, grown = int(m.group(2), 16), int(m.group(3) or 0) * KIB
        tomb = offset if grown > offset else 0
        block = Claim("ebb block", True, offset, max(grown - tomb, KIB), b"ebb:bloc")
        return [block] + ([Claim("ebb tombstone", True, offset, tomb, b"ebb:bloc",
                                 block.size)] if tomb else [])
    m = EBB_AT.match(line)
    return [Claim("ebb block", False, int(m.group(1), 16), KIB)] if m else []


def place(claim, s, earlier):
    """Where the claimed memory is now; None if nowhere.  In an EBDA that was copied in part it
    may still be where it was: there the mark is."""
    if not claim.follows:
        return claim.at
    found = []
    for snap in [s] + earlier[::-1]:
        start, size = ebda(snap)
        if claim.at + claim.behind + claim.size <= size:
            at = start + claim.at
            found += [at] if at not in found else []
    marked = [at for at in found if has_mark(s, at, claim.behind + claim.size, claim.mark)]
    found = marked + found
    return found[0] + claim.behind if found else None


def has_mark(s, at, size, mark):
    return any(all(s.byte(line + i) == c for i, c in enumerate(mark))
               for line in range(at, at + size, 16))


def put(low, start, end, owner, over=None):
    """Enters an owner for each KiB that it touches; `over`: only where that name is."""
    for i in range(max(0, start // KIB), min(LOW_KIB, -(-end // KIB))):
        if over is None or is_named(low[i], over):
            low[i] = owner


def put_roms(low, s):
    for i in range(ROM_SPACE // KIB, ROM_SPACE_END // KIB):
        low[i] = "empty" if s.kib[i] in BLANK else "unknown" if i * KIB < ROM_SPACE_LOW_END else \
            "system bios"
    for seg, size in s.bare:
        put(low, seg << 4, min((seg << 4) + size, ROM_SPACE_END), "pmm")
    for seg, size, _ in s.roms:
        name = "vga bios" if seg == 0xc000 else "rom " + s.rom_names.get(seg, "%04x" % seg)
        put(low, seg << 4, min((seg << 4) + size, ROM_SPACE_END), name)
    put(low, ROM_SPACE_END, MIB, "system bios")


def digest(data):
    """The witness' digest of one KiB (inc/witness.inc)."""
    if not any(data):
        return 0
    total = 0
    for at in range(0, KIB, 4):
        total = (total << 5 | total >> 27) & 0xffffffff
        total = total + int.from_bytes(data[at:at + 4], "little") & 0xffffffff
    return (total ^ total >> 16) & 0xffff or 1


BLANK = (0, digest(b"\xff" * KIB))     # nothing there


def pxe_structures(s):
    """(address, [(start, end)]): good PXE structures above 40:13 and the segments they name."""
    first = max(s.base_kb * KIB, min((base for base, size in s.ranges if base + size ==
                                      witness.BASE_TOP), default=witness.BASE_TOP))
    found = []
    for at in range(first, witness.BASE_TOP, 16):
        if s.byte(at) not in b"!P":
            continue
        data = bytes(s.byte(at + i) for i in range(0xff))
        if data.startswith(b"!PXE"):
            size, named = data[4], data[0x20:min(data[4], 0x58)]
        elif data.startswith(b"PXENV+"):
            size, named = data[8], b""
        else:
            continue
        if size < PXE_SHORTEST or sum(data[:size]) & 0xff:
            continue
        segments = [struct.unpack_from("<HIH", named, i)[1:] for i in range(0, len(named) - 7, 8)]
        found.append((at, [(start, min(start + length, witness.BASE_TOP))
                           for start, length in segments if length and start < witness.BASE_TOP]))
    return found


def pxe_room(at, snaps):
    """From 40:13 to the EBDA above `at`, when a structure was first seen there: what was taken
    for PXE.  Later somebody else may have taken more on both sides."""
    first = next(s for s in snaps if any(found == at for found, _ in pxe_structures(s)))
    start, _ = ebda(first)
    return first.base_kb * KIB, start if start > at else witness.BASE_TOP


def put_pxe(low, s, earlier):
    for at, named in pxe_structures(s):
        lo, hi = pxe_room(at, earlier + [s])
        start, size = ebda(s)
        hi = start if size and lo < start < hi else hi
        put(low, at, at + 1, "pxe", "taken")
        for start, end in named:
            put(low, max(start, lo), min(end, hi), "pxe", "taken")
            put(low, start, end, "pxe unreserved", "free")

        # Who has lowered 40:13 for PXE has all of the piece, whatever the structures name.
        for order in (range(lo // KIB, hi // KIB - 1), range(hi // KIB - 1, lo // KIB, -1)):
            for i in order:
                if low[i] == "pxe" and low[i + order.step] == "taken":
                    low[i + order.step] = "pxe"


def low_map(s, log, earlier):
    low = ["free data" if s.kib[i] else "free" for i in range(LOW_KIB)]
    put(low, 0, 0x500, "ivt+bda")
    put(low, s.base_kb * KIB, witness.BASE_TOP, "taken")
    put(low, witness.BASE_TOP, ROM_SPACE, "video")
    put_roms(low, s)
    said = [(c, place(c, s, earlier)) for c in claims(log)]

    # The firmware's part of the EBDA: what was there at first, or is in front of all claims.
    start, size = ebda(s)
    if size:
        own = min([size] + [ebda(snap)[1] for snap in earlier if ebda(snap)[1]] +
                  [c.at for c, at in said if c.follows])
        if start >= OS_MEMORY:
            put(low, start, start + size, "taken")
        put(low, start, start + own, "ebda")

    # Of claims that overlap the smaller tells more; in a tombstone may lie what somebody uses by
    # its old address.
    for c, at in sorted(said, key=lambda claim: (claim[0].owner != "ebb tombstone",
                                                 -claim[0].size)):
        if at is not None and at < MIB:
            put(low, at, min(at + c.size, MIB), c.owner)
    put_pxe(low, s, earlier)
    return low, said


def high_map(s, log, said):
    """Above 1 MiB.  Of what overlaps the first in this order counts: claims, ebb, what denies
    that it is RAM, RAM."""
    layers = [Span(at, at + c.size, c.owner) for c, at in said if at is not None and
              at + c.size > MIB]
    core, room = None, []
    for line in log:
        m = EBB_PAYLOAD.match(line)
        if m:
            base, size = int(m.group(1), 16), int(m.group(2)) * KIB
            layers.append(Span(base, base + size, "ebb payload"))
            if m.group(3):
                start = -(-(base + size) // PAGE) * PAGE
                room.append(Span(start, start + int(m.group(3)) * KIB, "ebb room"))
        m = EBB_CORE.match(line)
        if m:
            base = int(m.group(1), 16)
            core = Span(base, base + int(m.group(2)) * KIB, "ebb core")
        if EBB_LEAVES.match(line):
            core = None
    layers += ([core] if core else []) + room
    entries = [Span(base, base + size, KINDS.get(kind, "reserved")) for base, size, kind in
               s.e820 if size]
    layers += sorted((e for e in entries if e.owner != "ram"), key=lambda e: e.start)
    layers += sorted((e for e in entries if e.owner == "ram"), key=lambda e: e.start)
    edges = sorted({max(edge, MIB) for e in layers for edge in (e.start, e.end)})
    found = []
    for lo, hi in zip(edges, edges[1:]):
        owner = next((e.owner for e in layers if e.start <= lo and hi <= e.end), None)
        if owner:
            found.append(Span(lo, hi, owner))
    return merged(found)


def owners(snapshot, log_before):
    """The map at the moment of `snapshot`; `log_before` is the log up to it."""
    earlier = [s for s in witness.read(log_before).values()
               if s.moment != snapshot.moment and s.complete]
    low, said = low_map(snapshot, log_before, earlier)
    return Map(snapshot.moment, low, high_map(snapshot, log_before, said))


def log_before(log, moment):
    """The lines of a log up to the end of the last snapshot of this name."""
    end = "witness: end " + moment
    last = max((i for i, line in enumerate(log) if line.strip() == end), default=len(log) - 1)
    return log[:last + 1]


def moved(a, b):
    """What became of each owner from map `a` to map `b`, in order of name; free memory aside."""
    def places(m):
        found = {}
        for span in m.spans() + m.high:
            if not any(is_named(span.owner, n) for n in NOBODY):
                found.setdefault(span.owner, []).append(span)
        return found

    was, now = places(a), places(b)
    changes = []
    for owner in sorted(set(was) | set(now)):
        old, new = tuple(was.get(owner, ())), tuple(now.get(owner, ()))
        if old == new:
            continue
        had, has = (sum(s.end - s.start for s in spans) for spans in (old, new))
        what = "appeared" if not old else "vanished" if not new else "moved" if had == has \
            else "grew" if has > had else "shrank"
        changes.append(Change(owner, what, old, new))
    return changes
