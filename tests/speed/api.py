# SPDX-License-Identifier: BSD-2-Clause
"""What a boot program waits for: rate.asm over a ROM's API.  And the ROM's own download."""

import os
import random
import re
import struct
import subprocess

import guest
import packets
from guest import Guest, GuestError
from table import MIB, Table

NBP = os.path.join(guest.TREE, "tests/bochs/nbp")
BOOT_FILE, DATA_FILE = "rate.0", "rate.bin"
LINE = re.compile(r"^rate: (\w+) ([0-9a-f]{4}) bytes ([0-9a-f]{8}) sum ([0-9a-f]{8}) "
                  r"ms ([0-9a-f]{8}) ticks ([0-9a-f]{16}) calls ([0-9a-f]{8})$")
READY = re.compile(r"^rate: (\w+) ([0-9a-f]{4}) ready ms [0-9a-f]{8} ticks ([0-9a-f]{16}) "
                   r"calls [0-9a-f]{8}$")
FAILED = re.compile(r"^rate: (\w+) ([0-9a-f]{4}) FAILED: (.*)$")
KHZ = re.compile(r"^rate: khz ([0-9a-f]{8})$")
END = re.compile(r"^bench: end rate$")
CALLS_ONLY = "call"
WAYS = 7                # that rate.asm knows
LIMIT_S = 120


def build(folder):
    """rate.asm, as the file to boot."""
    done = subprocess.run(["nasm", "-f", "bin", "-w+all", "-Werror",
                           "-I", os.path.join(guest.TREE, "tests/bochs/inc/"), "-I", NBP + "/",
                           "-o", os.path.join(folder, BOOT_FILE), os.path.join(NBP, "rate.asm")],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise GuestError("nasm: " + done.stderr.strip())


def content(size):
    return random.Random(size).randbytes(size)


def sum_of(data):
    """As rate.asm sums what came."""
    total = 0
    for (word,) in struct.iter_unpack("<I", data + bytes(-len(data) % 4)):
        total = ((total << 1 | total >> 31) + word) & 0xffffffff
    return total


class Way:
    """One line of rate.asm."""

    def __init__(self, match):
        self.name, *numbers = match.groups()
        self.blksize, self.size, self.sum, self.ms, self.ticks, self.calls = (
            int(n, 16) for n in numbers)

    @property
    def row(self):
        return row_of(self.name, self.blksize)


def row_of(name, blksize):
    return "%s %d" % (name, blksize) if blksize else name


class Said:
    """What rate.asm said, each by the name of its row."""

    def __init__(self, lines=()):
        def found(pattern):
            return [m for m in map(pattern.match, lines) if m]
        self.ways = {w.row: w for w in map(Way, found(LINE))}
        self.ready = {row_of(m[1], int(m[2], 16)): int(m[3], 16) for m in found(READY)}
        self.failures = {row_of(m[1], int(m[2], 16)): m[3] for m in found(FAILED)}
        self.khz = max([int(m[1], 16) for m in found(KHZ)], default=0)      # ticks per ms


class Wrong(Exception):
    """The guest got other bytes than the server has."""


def measure(g, size, total):
    """Runs rate.asm; what it said.  All that it got must be right."""
    g.run(LIMIT_S, guest.NO_MORE)
    lines = g.said("e9")
    said = Said(lines)
    if not any(END.match(line) for line in lines) or not said.khz:
        raise GuestError("no orderly end: " + g.last_words())
    for w in said.ways.values():
        if w.name != CALLS_ONLY and (w.size, w.sum) != (size, total):
            raise Wrong("%s: got %d bytes with sum %08x, not %d with %08x" %
                        (w.row, w.size, w.sum, size, total))
    return said


def serve(folder, size):
    """The folder that the server has; gives the sum of the file in it."""
    os.makedirs(folder, exist_ok=True)
    build(folder)
    data = content(size)
    with open(os.path.join(folder, DATA_FILE), "wb") as f:
        f.write(data)
    return sum_of(data)


def through_api(roms, card, folder, options, say):
    """The table of all ways on one card.  One run of each ROM after the other, again and again,
    so that whatever else the host does meets them alike."""
    served = os.path.join(folder, "served")
    # An odd length, so that the last block is a short one that ends in the middle of a dword.
    size = int(options.mib * MIB) // (1 if card.name != "ne2k" else 4) + 333
    total = serve(served, size)
    table = Table("API, %s, %s, %.2f MiB, %d runs" %
                  (card.name, options.network, size / MIB, options.repeat), list(roms))
    before = Table("API, %s: before any data" % card.name, list(roms), "us", less_is_better=True)

    def run(name, clock):
        g = Guest(folder, roms[name], card, served, BOOT_FILE, options.network, clock,
                  window=options.window)
        try:
            return measure(g, size, total)
        except (GuestError, Wrong) as e:
            say("%s: %s" % (name, e))
            table.fail("all", name, "failed")
            return Said()

    def note(name, said):
        for row, w in said.ways.items():
            us = w.ticks / said.khz * 1000
            if w.name == CALLS_ONLY:
                before.add("a call that only answers", name, us / w.calls)
            else:
                table.add(row, name, size / MIB / us * 1e6)
        for row, ticks in said.ready.items():
            before.add(row + ", opened, server found", name, ticks / said.khz * 1000)
        for row, text in said.failures.items():
            table.fail(row, name, text)

    for i in range(options.repeat):
        for name in roms:
            say("API %s %s, run %d of %d" % (card.name, name, i + 1, options.repeat))
            note(name, run(name, "real"))
    # Counted instructions need nothing of the host; the own server runs in the host's time.
    if options.network == "slirp":
        for name in roms:
            say("API %s %s, counting instructions" % (card.name, name))
            for row, w in run(name, "count").ways.items():
                if w.name != CALLS_ONLY:
                    table.count(row, name, w.ticks / size)
    return [table, before]


def downloads(roms, card, folder, options, say):
    """The ROM's own download of its boot file, from the request to the last acknowledgement.  It
    is no program that could be booted: the ROM then gives up."""
    served = os.path.join(folder, "served")
    size = int(options.mib * 4 * MIB)
    serve(served, size)
    table = Table("boot file, %s, %s, %.2f MiB, %d runs" %
                  (card.name, options.network, size / MIB, options.repeat), list(roms))
    for i in range(options.repeat):
        for name in roms:
            say("boot file %s %s, run %d of %d" % (card.name, name, i + 1, options.repeat))
            g = Guest(folder, roms[name], card, served, DATA_FILE, options.network, dump=True,
                      window=options.window)
            try:
                g.run(LIMIT_S, guest.NO_MORE)
            except GuestError as e:
                say("%s: %s" % (name, e))
            done = [t for t in packets.transfers(os.path.join(folder, "packets.pcap"))
                    if t.size == size]
            if done:
                table.add("tftp", name, size / MIB / done[0].seconds)
            else:
                table.fail("tftp", name, "failed")
    return [table]


def check(roms, cards, folder, say):
    """Every way gives the right bytes, on every card, for files that end with a short block and
    with an empty one.  Emulated time: no luck.  Gives (passed, failed)."""
    passed = failed = 0
    served = os.path.join(folder, "served")
    for size in (100 * 1024 + 333, 1024 * 7 * 11 * 13):
        total = serve(served, size)
        for card in cards:
            for name, rom in roms[card.name].items():
                what = "%s %s %d bytes" % (name, card.name, size)
                try:
                    said = measure(Guest(folder, rom, card, served, BOOT_FILE, clock="fast"),
                                   size, total)
                    if len(said.ways) + len(said.failures) != WAYS:
                        said.failures["all"] = "%d ways, not %d" % (len(said.ways), WAYS)
                except (GuestError, Wrong) as e:
                    said = Said()
                    said.failures["all"] = e
                passed += len(said.ways)
                failed += len(said.failures)
                for row in said.ways:
                    say("ok   %s %s" % (what, row))
                for row, text in said.failures.items():
                    say("FAIL %s %s: %s" % (what, row, text))
    return passed, failed
