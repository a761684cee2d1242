# SPDX-License-Identifier: BSD-2-Clause
"""Reads the "witness:" lines of a log into snapshots, and compares two of them region
by region.  Every byte that may differ stands in VOLATILE, with its reason."""

from dataclasses import dataclass, field

BASE_TOP = 0xa0000
BOOT_AT = 0x7c00
FREE_FROM = 0x10000     # below: boot sectors and the firmware's stack
SYSTEM_BIOS = 0xf0000
KIB_LINES = 14          # 64 KiB each; video memory is not looked at
REGIONS = ("ivt", "bda", "base", "low", "free", "ebda", "e820", "pic", "pci", "a20", "roms")

# (first, last, why) of bytes below A0000h that the firmware, not ebb, changes between
# two boot attempts.  Everything else must come back as it was.
VOLATILE = (
    (0x43e, 0x448, "floppy: calibration, motor, time-out and last result"),
    (0x450, 0x45f, "cursor positions: everybody prints"),
    (0x46c, 0x470, "tick counter and midnight flag"),
    (0x474, 0x474, "result of the last INT 13h on a fixed disk: the next boot device is one"),
    (0x48c, 0x48e, "fixed disk controller's last status and interrupt flag"),
    (0x490, 0x491, "media state of the floppy drives"),
    (0x9ff82, 0x9ff83, "rombios: how far it is in its boot sequence, at an absolute address"),
)
# rombios keeps its disk driver's state of the running transfer inside the EBDA, where that
# is now: offsets from the EBDA's start.
VOLATILE_EBDA = (
    (0x254, 0x259, "rombios: sectors and bytes moved by the last disk command"),
)
# PCI configuration bytes of a card that are its own business.
VOLATILE_PCI = {0x06: "status: capability and sticky error bits", 0x07: "the same"}


@dataclass
class Snapshot:
    moment: str
    memory: dict = field(default_factory=dict)      # address -> byte; 0 where none is told
    ranges: list = field(default_factory=list)      # (base, len) that were looked at
    e820: list = field(default_factory=list)        # (base, len, type)
    e801: str = ""
    e88: str = ""
    pic: str = ""
    port61: str = ""
    a20: str = ""
    pci: dict = field(default_factory=dict)         # bdf -> 64 bytes
    roms: list = field(default_factory=list)        # (segment, bytes, sum)
    rom_names: dict = field(default_factory=dict)   # segment -> product, else PCI ids
    bare: list = field(default_factory=list)        # (segment, bytes): headers without PCIR
    kib: list = field(default_factory=lambda: [0] * 1024)   # digests; 0: all zeros
    kib_lines: int = 0
    complete: bool = False

    def byte(self, at):
        return self.memory.get(at, 0)

    def word(self, at):
        return self.byte(at) | self.byte(at + 1) << 8

    @property
    def base_kb(self):
        return self.word(0x413)

    @property
    def ebda(self):
        """Linear start and length; (0, 0) if there is none to believe (EBDA-1)."""
        start = self.word(0x40e) << 4
        length = self.byte(start) * 1024
        if not 0x40000 <= start < BASE_TOP or not 0 < length <= BASE_TOP - start:
            return 0, 0
        return start, length

    def vector(self, n):
        return self.word(4 * n + 2), self.word(4 * n)

    def seen(self, at):
        return any(base <= at < base + length for base, length in self.ranges)


def read(lines):
    """Snapshots by moment, in the order of the log.  A damaged line is a ValueError."""
    found, now = {}, None
    for line in lines:
        if not line.startswith("witness: "):
            continue
        word, *rest = line[9:].split()
        if word == "begin":
            now = found[rest[0]] = Snapshot(rest[0])
        elif now is None:
            raise ValueError("outside begin and end: " + line)
        elif word == "end":
            now.complete, now = True, None
        elif word == "range":
            now.ranges.append((int(rest[0], 16), int(rest[1], 16)))
        elif word == "mem":
            now.memory.update(enumerate(bytes.fromhex(rest[1]), int(rest[0], 16)))
        elif word == "e820":
            now.e820.append(tuple(int(x, 16) for x in rest))
        elif word in ("e801", "e88", "pic", "port61", "a20"):
            setattr(now, word, " ".join(rest))
        elif word == "pci":
            now.pci[rest[0]] = bytes.fromhex(rest[1])
        elif word == "rom":
            seg, units, total = (int(x, 16) for x in rest[:3])
            now.roms.append((seg, units * 512, total))
            now.rom_names[seg] = " ".join(rest[4:] or rest[3:4])
        elif word == "bare":
            now.bare.append((int(rest[0], 16), int(rest[1], 16) * 512))
        elif word == "kib":
            first, digests = int(rest[0], 16) >> 10, [int(x, 16) for x in rest[1:]]
            if len(digests) != 64 or not 0 <= first <= 960:
                raise ValueError("not the digests of 64 KiB: " + line[:40])
            now.kib[first:first + 64] = digests
            now.kib_lines += 1
    return found


def bounds(region, a):
    """First address and one past the last of a region of memory in snapshot `a`."""
    if region == "ivt":
        return 0, 0x400
    if region == "bda":
        return 0x400, 0x500
    if region == "low":
        start = max(base for base, _ in a.ranges)
        return start, a.base_kb * 1024
    start, length = a.ebda
    return start, start + length


def may_differ(at, region, a, b):
    """Free memory may come back cleared: what was in it was nobody's."""
    if region == "low" and b.byte(at) == 0:
        return True
    start, _ = a.ebda
    return any(lo <= at <= hi for lo, hi, _ in VOLATILE) or \
        any(lo <= at - start <= hi for lo, hi, _ in VOLATILE_EBDA)


def memory_differences(region, a, b):
    lo, hi = bounds(region, a)
    changed = [at for at in range(lo, hi) if a.byte(at) != b.byte(at) and
               not may_differ(at, region, a, b)]
    if not changed:
        return []
    shown = ", ".join("%05x: %02x -> %02x" % (at, a.byte(at), b.byte(at)) for at in changed[:8])
    return ["%s: %d bytes differ: %s" % (region, len(changed), shown)]


def changed_kib(a, b):
    """Addresses of the KiB whose digests differ."""
    return [i << 10 for i, (x, y) in enumerate(zip(a.kib, b.kib)) if x != y]


def is_volatile(kib, a, b):
    """Whether both snapshots show the bytes of a KiB, and only such differ as always may."""
    if not all(s.seen(kib) and s.seen(kib + 1023) for s in (a, b)):
        return False
    return all(a.byte(at) == b.byte(at) or may_differ(at, "", a, b)
               for at in range(kib, kib + 1024))


def end_of_program(changed):
    """Where what changed in one piece from 7C00h on ends: what a boot program left behind."""
    at = BOOT_AT
    while at in changed:
        at += 1024
    return at


def free_differences(a, b):
    """Free memory may come back cleared, or with a boot program in it."""
    if a.kib_lines != b.kib_lines:
        return ["free: %d and %d lines of digests" % (a.kib_lines, b.kib_lines)]
    changed = set(changed_kib(a, b))
    start = max(FREE_FROM, end_of_program(changed))
    end = bounds("low", a)[0] if a.ranges else 0
    bad = ["%05x" % at for at in sorted(changed) if start <= at < end and b.kib[at >> 10]]
    return ["free: %d KiB differ: %s" % (len(bad), ", ".join(bad[:8]))] if bad else []


def image_differences(a, b):
    """Option ROMs that are there both times, and the system BIOS, stay as they are."""
    areas = [(seg << 4, (seg << 4) + size) for seg, size, _ in set(a.roms) & set(b.roms)]
    areas.append((SYSTEM_BIOS, 1 << 20))
    bad = ["%05x" % at for at in changed_kib(a, b)
           if any(lo <= at and at + 1024 <= hi for lo, hi in areas)]
    return ["roms: %d KiB differ: %s" % (len(bad), ", ".join(bad[:8]))] if bad else []


def differences(region, a, b):
    """What differs between snapshots `a` and `b`, as lines; [] if nothing."""
    if region == "free":
        return free_differences(a, b)
    if region == "roms" and a.roms == b.roms:
        return image_differences(a, b)
    if region in ("ivt", "bda", "low", "ebda"):
        return memory_differences(region, a, b)
    if region == "base":
        if (a.base_kb, a.ebda) == (b.base_kb, b.ebda):
            return []
        return ["base: 40:13 and EBDA %d %05x +%x -> %d %05x +%x" %
                ((a.base_kb,) + a.ebda + (b.base_kb,) + b.ebda)]
    if region == "e820":
        pairs = ((a.e820, b.e820), (a.e801, b.e801), (a.e88, b.e88))
    elif region == "pic":
        pairs = ((a.pic, b.pic), (a.port61, b.port61))
    elif region == "pci":
        pairs = ((clean_pci(a), clean_pci(b)),)
    else:
        pairs = ((getattr(a, region), getattr(b, region)),)
    return ["%s: %s -> %s" % (region, x, y) for x, y in pairs if x != y]


def clean_pci(s):
    return {bdf: bytes(0 if at in VOLATILE_PCI else v for at, v in enumerate(config)).hex()
            for bdf, config in s.pci.items()}


def diff(a, b):
    return [line for region in REGIONS for line in differences(region, a, b)]
