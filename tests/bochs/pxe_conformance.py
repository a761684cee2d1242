# SPDX-License-Identifier: BSD-2-Clause
"""./interop --pxe: what each ROM keeps of the PXE specification, clause by clause, beside each other."""

import json
import os
import shutil
import tempfile

from bench import build, conform, matrix, romfile
from bench.scenario import NIC_IDS

GOOD, BROKE, USAGE = 0, 1, 2
IPXE = "/usr/lib/ipxe/qemu/pxe-e1000.rom"       # Debian's ipxe-qemu
EBB = os.path.join(build.TREE, "build/ebb.rom")
WIDE = 24                                       # of a column


class Usage(Exception):
    """What the user must hear; exit status 2."""


class Column:
    """One ROM on one firmware."""

    def __init__(self, file, kind, firmware):
        self.file, self.kind, self.firmware = file, kind, firmware
        self.label = file.name
        self.result = None

    def run(self, folder, args, log):
        builder = build.Builder(folder)
        bench = conform.Conformance(builder, folder, self.firmware.scenario, args.patience, args.j,
                                    log)
        source = os.path.join(folder, "under-test.rom")
        with open(source, "wb") as f:
            f.write(self.file.data)
        stamp = NIC_IDS[self.kind] if self.file.is_ebb else None
        self.result = bench.examine(source, self.kind, stamp, self.file.is_ebb, args.part)


def wanted_files(paths):
    """ebb beside each ROM that was named; beside iPXE's if none was."""
    if not paths:
        paths = [EBB] + [IPXE] * os.path.isfile(IPXE)
    try:
        files = [romfile.read(p) for p in paths]
        if not any(f.is_ebb for f in files):
            files.insert(0, romfile.read(EBB))
    except romfile.BadRom as e:
        raise Usage(str(e))
    return files


def columns(args):
    firmwares = [f for f in matrix.FIRMWARES if f.name in (args.firmware or ["seabios"])]
    found = []
    for f in firmwares:
        if f.pretender is not None:
            raise Usage("--pxe runs on bochs, seabios and q35, not on %s" % f.name)
    for file in wanted_files(args.roms):
        kind = args.nic or file.card
        if not kind:
            raise Usage("%s drives no card of the bench: --nic says which" % file.path)
        if not file.bev:
            raise Usage("%s has no boot entry: nothing can be booted from it" % file.path)
        found += [Column(file, kind, f) for f in firmwares]
    for c in found:
        if len(firmwares) > 1:
            c.label = "%s, %s" % (c.file.name, c.firmware.name)
    return found


def by_clause(tables):
    """Clauses in the order of the lines, and the keys of each."""
    order = {}
    for table in tables:
        for key in table:
            order.setdefault(key[0], {})[key] = True
    return order


def cell(table, keys):
    """How a clause fared: counts by word, good alone as a number."""
    words = [table[k].word for k in keys if k in table]
    bad = ["%d %s" % (words.count(w), w) for w in ("broken", "hang") if w in words]
    good = words.count("good")
    return ", ".join(bad + ["%d good" % good] * bool(good)) or ("info" if "info" in words else "-")


def show(found, verbose):
    tables = [c.result.table() for c in found]
    clauses = by_clause(tables)
    for c in found:
        print("%s: %s" % (c.label, c.file.describe()))
    row = "%-12s  " + "  ".join(["%%-%ds" % WIDE] * len(found))
    print("\n" + (row % ("clause", *(c.label[:WIDE] for c in found))).rstrip())
    for clause, keys in clauses.items():
        print((row % (clause, *(cell(t, keys) for t in tables))).rstrip())
    totals = ["%d good, %d broken, %d hang" % tuple(c.result.count(w) for w in ("good", "broken", "hang"))
              for c in found]
    print((row % ("all", *totals)).rstrip())
    for c, table in zip(found, tables):
        chosen = [line for line in table.values() if verbose or line.word in ("broken", "hang")]
        if chosen:
            print("\n%s:" % c.label)
        for line in chosen:
            print(("  %-7s %-12s %s%s" % (line.word, line.clause, line.text,
                                          ": " + line.seen if line.seen else "")).rstrip())
        for text in c.result.errors:
            print("  error   %s" % text)


def as_json(found):
    return [{"rom": c.file.path, "label": c.label, "firmware": c.firmware.name, "clause": line.clause,
             "text": line.text, "word": line.word, "seen": line.seen}
            for c in found for line in c.result.table().values()]


def status(found):
    """Only ebb's own verdicts count, if it is there."""
    if any(c.result.errors for c in found):
        return USAGE
    counted = [c for c in found if c.file.is_ebb] or found
    return BROKE if any(c.result.count("broken", "hang") for c in counted) else GOOD


def main(args):
    """The exit status.  Usage: what is wrong with the command line."""
    unknown = [p for p in args.part if p not in conform.PARTS + ("moved", "end")]
    if unknown:
        raise Usage("there is no part %s; parts are %s" % (
            unknown[0], ", ".join(conform.PARTS + ("moved", "end"))))
    found = columns(args)
    folder = tempfile.mkdtemp(prefix="ebb-pxe-")
    try:
        for i, c in enumerate(found):
            own = os.path.join(folder, str(i))
            os.makedirs(own)
            c.run(own, args, lambda text, c=c: args.verbose and print("%s: %s" % (c.label, text),
                                                                      flush=True))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    show(found, args.verbose)
    if args.json:
        with open(args.json, "w", encoding="utf-8") as f:
            f.write(json.dumps(as_json(found), indent=1) + "\n")
    return status(found)
