# SPDX-License-Identifier: BSD-2-Clause
"""The words of `fact` lines: what must be true of the witness' snapshots and of the
log.  One table serves the parser, the help and the verdict."""

import re

from bench import owners, witness

# MOMENT: name of a snapshot (before, nbp, after, ...); REGION: see witness.REGIONS;
# N: number; HEX: hexadecimal number; REL: is, at least or at most; NAME: an owner as
# bench/owners.py calls it, or how its name begins ('ebb' is 'ebb block', too); NAMES: some, with
# commas; SIZE: N KiB, at least N KiB or at most N KiB.
TABLE = (
    ("witness diff is empty", "'before' and 'after' agree in every region"),
    ("REGION same at MOMENT and MOMENT", "ivt bda base low free ebda e820 pic pci a20 roms"),
    ("base memory at MOMENT REL N", "word 40:13, KiB"),
    ("ebda at MOMENT REL N", "size of the EBDA, KiB; 0 = none"),
    ("ebda segment at MOMENT is HEX", "word 40:0E"),
    ("vector HEX same at MOMENT and MOMENT", ""),
    ("vector HEX differs at MOMENT and MOMENT", ""),
    ("e820 at MOMENT is sane", "no empty, unaligned, overlapping RAM; all ways to ask agree"),
    ("e820 at MOMENT hides core", "no RAM where 'ebb: core:' says, however one asks"),
    ("e820 at MOMENT hides base memory", "no RAM from 40:13 to 640 KiB"),
    ("e820 at MOMENT hides ebda", "no RAM in the EBDA"),
    ("e820 at MOMENT takes at most N KiB from MOMENT", "usable RAM, overlaps resolved: none "
     "is new, no more is gone"),
    ("memory HEX +N at MOMENT is HEX", "N bytes all have this value"),
    ("keys at MOMENT are KEYS", "what waits in the keyboard's buffer: key words, or none"),
    ("roms at MOMENT are good", "every option ROM sums to 0"),
    ("roms at MOMENT take at most N bytes", "all option ROMs but the VGA BIOS together"),
    ("ticks from MOMENT to MOMENT at most N", "timer ticks of 55 ms between two snapshots"),
    ("owner of HEX at MOMENT is NAME", "whose the KiB at this address is"),
    ("owner NAME at MOMENT has SIZE", "all that one owner has, below and above 1 MiB"),
    ("nothing but NAMES changed from MOMENT to MOMENT", "by digests of each KiB of the first "
     "MiB but video memory"),
    ("low memory same at MOMENT and MOMENT", "base memory that is nobody's, a tombstone, or "
     "taken without a word; what is free may come back cleared"),
    ("memory at MOMENT agrees with owners", "INT 12h, E820, E801 and 88h give away nothing "
     "that somebody owns"),
    ("first byte within N ms", "what 'ebb: net: first byte after' says"),
)
TOKENS = {"MOMENT": r"([\w-]+)", "REGION": "(%s)" % "|".join(witness.REGIONS), "N": r"(\d+)",
          "HEX": r"([0-9a-f]+)", "REL": "(is|at least|at most)", "+N": r"\+(\d+)",
          "NAME": r"(\S.*)", "NAMES": r"(\S.*)", "SIZE": r"((?:at least |at most )?\d+ KiB)",
          "KEYS": "(none|[0-9a-f]{4}(?: [0-9a-f]{4})*)"}
RELATIONS = {"is": lambda a, b: a == b, "at least": lambda a, b: a >= b,
             "at most": lambda a, b: a <= b}
CORE_LINE = re.compile(r"ebb: core:.* at ([0-9a-f]+) \+(\d+)k")
FIRST_BYTE = re.compile(r"ebb: net: first byte after (\d+) ms")
RAM, ACPI = 1, 3
IDLE = ("free", "taken", "ebb tombstone")   # nobody has a reason to change it


class Fact:
    def __init__(self, text, number, args):
        self.text, self.number, self.args = text, number, args


def parse(text):
    for number, (template, _) in enumerate(TABLE):
        pattern = " ".join(TOKENS.get(w, re.escape(w)) for w in template.split())
        m = re.fullmatch(pattern, " ".join(text.split()))
        if m:
            return Fact(text, number, m.groups())
    raise ValueError("a fact that the bench knows (run.py --words lists them), not %r" % text)


def help_text():
    return "\n".join("fact %-40s %s" % row for row in TABLE)


def check(fact, snapshots, log):
    """Why the fact is not true, in one line; '' if it is."""
    try:
        return CHECKS[fact.number](snapshots, log, *fact.args)
    except KeyError as e:
        return "no snapshot %s in the log" % e


def at(snapshots, moment):
    s = snapshots[moment]
    if not s.complete:
        raise KeyError(moment)
    return s


def relation(name, have, rel, want):
    return "" if RELATIONS[rel](have, int(want)) else "%s is %d" % (name, have)


def diff_is_empty(snaps, log):
    return "; ".join(witness.diff(at(snaps, "before"), at(snaps, "after")))


def region_same(snaps, log, region, a, b):
    return "; ".join(witness.differences(region, at(snaps, a), at(snaps, b)))


def base_memory(snaps, log, moment, rel, n):
    return relation("40:13", at(snaps, moment).base_kb, rel, n)


def ebda_size(snaps, log, moment, rel, n):
    return relation("the EBDA's size in KiB", at(snaps, moment).ebda[1] // 1024, rel, n)


def ebda_segment(snaps, log, moment, want):
    have = at(snaps, moment).word(0x40e)
    return "" if have == int(want, 16) else "40:0E is %04x" % have


def vector_same(snaps, log, n, a, b):
    va, vb = at(snaps, a).vector(int(n, 16)), at(snaps, b).vector(int(n, 16))
    return "" if va == vb else "%04x:%04x -> %04x:%04x" % (va + vb)


def vector_differs(snaps, log, n, a, b):
    va = at(snaps, a).vector(int(n, 16))
    return "" if va != at(snaps, b).vector(int(n, 16)) else "both are %04x:%04x" % va


def ram_in(s, lo, hi):
    return ["e820 says RAM %x +%x" % (base, size) for base, size, kind in s.e820
            if kind == RAM and base < hi and lo < base + size]


def e820_sane(snaps, log, moment):
    """What the firmware's own map has wrong before we boot is not ours to answer for."""
    forgiven = map_faults(snaps["before"]) if "before" in snaps else {}
    found = map_faults(at(snaps, moment))
    return "; ".join(text for key, text in found.items() if key not in forgiven)


def map_faults(s):
    """What is wrong with a memory map, by what it is about."""
    bad = {}
    ram = sorted((base, base + size) for base, size, kind in s.e820 if kind == RAM)
    if not ram or ram[0][0] != 0:
        bad["start"] = "no RAM at 0"
    for base, size, kind in s.e820:
        if size == 0:
            bad["empty", base] = "an empty entry at %x" % base
    for base, end in ram:
        for edge in (base, end):
            if edge >= 0x100000 and edge % 4096:
                bad["edge", edge] = "RAM %x-%x is not whole pages" % (base, end)
        for other, size, kind in s.e820:
            if (other, other + size) != (base, end) and other < end and base < other + size:
                bad["overlap", other] = "RAM %x-%x overlaps %x type %d" % (
                    base, end, other, kind)
    end = end_of_ram(s, 0x100000)
    for name, top in old_tops(s):
        if top > end:
            bad["old", name] = "%s counts RAM up to %x, E820 up to %x" % (name, top, end)
    return bad


def end_of_ram(s, start):
    """Where memory that the old calls may count ends; rombios counts ACPI tables as RAM."""
    for base, size, kind in sorted(s.e820):
        if kind in (RAM, ACPI) and base <= start < base + size:
            start = base + size
    return start


def old_tops(s):
    """Where memory ends by the calls that know one end only: (name, address)."""
    tops = []
    if s.e88:
        tops.append(("88h", 0x100000 + int(s.e88, 16) * 1024))
    words = [int(x, 16) for x in s.e801.split()] if s.e801 not in ("", "none") else []
    for low, high in zip(words[::2], words[1::2]):
        tops.append(("E801", 0x1000000 + high * 0x10000 if high else 0x100000 + low * 1024))
        # HIDE-5: memory above 16 MiB counts only behind a full 15 MiB below it.
        if high and low != 0x3c00:
            tops.append(("E801 with a hole", 1 << 32))
    return tops


def hides_core(snaps, log, moment):
    m = next((m for m in map(CORE_LINE.search, log) if m), None)
    if not m:
        return "no line 'ebb: core: ... at X +Nk' in the log"
    s, base = at(snaps, moment), int(m.group(1), 16)
    bad = ram_in(s, base, base + int(m.group(2)) * 1024)
    for name, top in old_tops(s):
        if base < top:
            bad.append("%s counts RAM up to %x" % (name, top))
    return "; ".join(bad)


def hides_base(snaps, log, moment):
    s = at(snaps, moment)
    return "; ".join(ram_in(s, s.base_kb * 1024, witness.BASE_TOP))


def hides_ebda(snaps, log, moment):
    s = at(snaps, moment)
    start, length = s.ebda
    return "; ".join(ram_in(s, start, start + length)) if length else "there is no EBDA"


def usable_ram(s):
    """RAM that no entry of another type denies: disjoint (start, end), sorted."""
    edges = sorted({edge for base, size, _ in s.e820 for edge in (base, base + size)})
    found = []
    for lo, hi in zip(edges, edges[1:]):
        kinds = {kind for base, size, kind in s.e820 if base <= lo and hi <= base + size}
        if kinds == {RAM}:
            found.append((lo, hi))
    return found


def without(ranges, others):
    """How many bytes of disjoint `ranges` lie in none of disjoint `others`."""
    return sum(hi - lo - sum(max(0, min(hi, b) - max(lo, a)) for a, b in others)
               for lo, hi in ranges)


def e820_takes(snaps, log, now, limit, then):
    have, had = usable_ram(at(snaps, now)), usable_ram(at(snaps, then))
    if without(have, had):
        return "%d bytes of RAM are new" % without(have, had)
    gone = without(had, have)
    return "" if gone <= int(limit) * 1024 else "%d KiB are gone" % (gone // 1024)


def memory_is(snaps, log, address, size, moment, value):
    s, start = at(snaps, moment), int(address, 16)
    wrong = [a for a in range(start, start + int(size))
             if not s.seen(a) or s.byte(a) != int(value, 16)]
    return "" if not wrong else "%05x is %02x" % (wrong[0], s.byte(wrong[0]))


def keys_are(snaps, log, moment, want):
    s = at(snaps, moment)
    head, tail, start, end = (s.word(0x400 + field) for field in (0x1a, 0x1c, 0x80, 0x82))
    have = []
    while head != tail and len(have) < 16:
        have.append("%04x" % s.word(0x400 + head))
        head = start if head + 2 == end else head + 2
    have = " ".join(have) or "none"
    return "" if have == want else "they are " + have


def roms_good(snaps, log, moment):
    roms = at(snaps, moment).roms
    bad = ["%04x sums to %02x" % (seg, total) for seg, _, total in roms if total]
    return "; ".join(bad) if roms else "no option ROMs seen"


def roms_size(snaps, log, moment, limit):
    total = sum(size for seg, size, _ in at(snaps, moment).roms if seg != 0xc000)
    return "" if total <= int(limit) else "they take %d bytes" % total


def ticks(snaps, log, a, b, limit):
    taken = at(snaps, b).word(0x46c) - at(snaps, a).word(0x46c) & 0xffff
    return "" if taken <= int(limit) else "%d ticks" % taken


def owner_map(snaps, log, moment):
    s = at(snaps, moment)
    if s.kib_lines != witness.KIB_LINES:
        raise ValueError("%d lines of digests at %s" % (s.kib_lines, moment))
    return owners.owners(s, owners.log_before(log, moment))


def owner_is(snaps, log, address, moment, want):
    have = owner_map(snaps, log, moment).of(int(address, 16))
    return "" if owners.is_named(have, want) else "it is %s" % (have or "not known")


def owner_has(snaps, log, name, moment, size):
    *rel, n, _ = size.split()
    return relation("what %s has in KiB" % name, owner_map(snaps, log, moment).kib(name),
                    " ".join(rel) or "is", n)


def both_names(snaps, log, a, b):
    """For each KiB below 1 MiB whose digests differ: address, owner before, owner after."""
    before, after = owner_map(snaps, log, a), owner_map(snaps, log, b)
    return [(address, before.of(address), after.of(address))
            for address in witness.changed_kib(at(snaps, a), at(snaps, b))]


def shown(changes):
    text = ", ".join("%05x %s" % (address, x if x == y else "%s -> %s" % (x, y))
                     for address, x, y in changes[:8])
    return "%d KiB changed: %s" % (len(changes), text) if changes else ""


def nothing_but(snaps, log, names, a, b):
    names = [n.strip() for n in names.split(",")]
    return shown([c for c in both_names(snaps, log, a, b)
                  if not any(owners.is_named(x, n) for x in c[1:] for n in names)])


def low_memory_same(snaps, log, a, b):
    changes = both_names(snaps, log, a, b)
    program = witness.end_of_program({address for address, _, _ in changes})

    def may(address, x, y):
        idle = next((n for n in IDLE if owners.is_named(x, n) and owners.is_named(y, n)), "")
        if not idle or witness.is_volatile(address, at(snaps, a), at(snaps, b)):
            return True
        return idle == "free" and (address < max(witness.FREE_FROM, program) or
                                   not at(snaps, b).kib[address >> 10])
    return shown([c for c in changes if not may(*c)])


def agrees(snaps, log, moment):
    s = at(snaps, moment)
    if not s.e820:
        return "E820 was not asked"
    free = [("INT 12h", 0, s.base_kb * 1024)] + [("E820", lo, hi) for lo, hi in usable_ram(s)]
    free += [(name, owners.MIB, top) for name, top in old_tops(s)]
    spans = owners.reserved(owner_map(snaps, log, moment))
    return "; ".join("%s gives away %x-%x of %s" % (name, max(lo, o.start), min(hi, o.end), o.owner)
                     for name, lo, hi in free for o in spans if lo < o.end and o.start < hi)


def first_byte(snaps, log, limit):
    m = next((m for m in map(FIRST_BYTE.search, log) if m), None)
    if not m:
        return "no line 'ebb: net: first byte after N ms' in the log"
    return "" if int(m.group(1)) <= int(limit) else m.group(0)


CHECKS = (diff_is_empty, region_same, base_memory, ebda_size, ebda_segment, vector_same,
          vector_differs, e820_sane, hides_core, hides_base, hides_ebda, e820_takes,
          memory_is, keys_are, roms_good, roms_size, ticks, owner_is, owner_has, nothing_but,
          low_memory_same, agrees, first_byte)
