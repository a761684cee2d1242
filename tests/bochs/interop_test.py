#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tests of the interop bench that need no emulator: ROM files, the matrix, verdicts on canned logs, the
report."""

import os
import re
import struct
import sys
import tempfile
import unittest
from html.parser import HTMLParser

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from bench import bounded, matrix, owners, report, romfile, verdict  # noqa: E402
from bench.verdict import Baseline, Run  # noqa: E402
from interop import Result, mark  # noqa: E402

DEVICE_LIST_AT = 0x1c
ALONE = next(r for r in matrix.rows() if r.moment == "boots")
NO_FILE = next(r for r in matrix.rows() if r.moment == "no file")
GROWER = next(r for r in matrix.rows() if r.habit == "grower" and r.moment == "nbp")


def image(size=1024, vendor=0x8086, device=0x100e, bev=0x100, good_sum=True, revision=3,
          devices=(), length=None):
    """An option ROM's file."""
    rom = bytearray(size)
    rom[:3] = b"\x55\xaa" + bytes([size // 512 & 0xff])
    struct.pack_into("<HH", rom, 0x18, 0x40, 0x80)
    rom[0x40:0x44] = b"PCIR"
    struct.pack_into("<HHH", rom, 0x44, vendor, device, DEVICE_LIST_AT if devices else 0)
    rom[0x4c], rom[0x4f] = revision, romfile.NETWORK
    struct.pack_into("<H", rom, 0x50, size // 512 if length is None else length)
    for i, d in enumerate(devices):
        struct.pack_into("<H", rom, 0x40 + DEVICE_LIST_AT + 2 * i, d)
    rom[0x80:0x84] = b"$PnP"
    struct.pack_into("<H", rom, 0x90, 0xc0)
    struct.pack_into("<H", rom, 0x9a, bev)
    rom[0xc0:0xc6] = b"a<b>c\0"
    if good_sum:
        rom[6] = -sum(rom) & 0xff
    return rom


class Files(unittest.TestCase):
    def read(self, data):
        with tempfile.NamedTemporaryFile(suffix=".rom") as f:
            f.write(data)
            f.flush()
            return romfile.read(f.name)

    def test_good_rom_is_understood(self):
        rom = self.read(image())
        self.assertEqual((rom.size, rom.card, rom.bev, rom.product, rom.faults),
                         (1024, "e1000", 0x100, "a<b>c", []))

    def test_card_is_found_in_the_device_list(self):
        self.assertEqual(self.read(image(device=1, devices=(2, 0x100e))).card, "e1000")
        self.assertEqual(self.read(image(device=1, devices=(2, 3))).card, "")
        self.assertEqual(self.read(image(vendor=0x10ec, device=0x8029)).card, "ne2k")

    def test_what_is_no_rom_is_refused(self):
        truncated, empty, other = image(), image(), image()
        truncated[2], empty[2] = 3, 0
        other[0x54] = 3
        for data in (b"", b"\x55\xaa", b"MZ" + bytes(1022), truncated, empty, other):
            with self.assertRaises(romfile.BadRom, msg=bytes(data[:4])):
                self.read(data)
        for path in ("/", "/nowhere/x.rom"):
            with self.assertRaises(romfile.BadRom):
                romfile.read(path)

    def test_huge_file_is_refused(self):
        with tempfile.NamedTemporaryFile() as f:
            f.truncate(romfile.LARGEST + 1)
            with self.assertRaisesRegex(romfile.BadRom, "longer"):
                romfile.read(f.name)

    def test_faults_of_a_file_are_named(self):
        self.assertEqual([c for c, _ in self.read(image(good_sum=False)).faults], ["ROM-1"])
        self.assertEqual([c for c, _ in self.read(image(length=0)).faults], ["ROM-2"])
        self.assertEqual([c for c, _ in self.read(image(vendor=0)).faults], ["ROM-2"])
        self.assertEqual([c for c, _ in self.read(image(length=9)).faults], ["ROM-2"])
        self.assertEqual([c for c, _ in self.read(image(bev=2000)).faults], ["PNP-2"])

    def test_pointers_out_of_the_file_are_followed_nowhere(self):
        for field in (0x18, 0x1a):
            for value in (0, 3, 0x3f0, 0x3ff, 0x400, 0xffff):
                data = image()
                struct.pack_into("<H", data, field, value)
                self.read(data)
        data = image()
        struct.pack_into("<H", data, 0x18, 1020)
        data[1020:] = b"PCIR"
        self.assertEqual([c for c, _ in self.read(data).faults], ["ROM-1", "ROM-1"])
        for at in (0x90, 0x48):
            data = image(devices=(1,))
            struct.pack_into("<H", data, at, 0xffff)
            self.read(data)


class TestRom:
    """As interop.Rom, without a file."""
    size, is_ebb, source, label, kind = 1024, False, "x.rom", "x<y>.rom", "e1000"
    place, boots, stamp, video, longer = "pci", True, None, False, False

    def __init__(self):
        self.file = romfile.RomFile("x.rom", "x<y>.rom", bytes(1024), 1024)

    def how(self):
        return "somehow"


class Matrix(unittest.TestCase):
    def test_names_are_unique(self):
        cells = matrix.cells(())
        self.assertEqual(len({c.key for c in cells}), len(cells))
        self.assertEqual(len({c.title for c in cells}), len(cells))

    def test_growers_act_at_every_moment_with_every_size(self):
        for firmware in ("bochs", "seabios"):
            have = {(c.row.moment, c.size) for c in matrix.cells((firmware,))
                    if c.row.habit == "grower" and not c.row.options}
            for moment in matrix.EVERY:
                for size in (1, 4, 8, 12, 16, 32, 62):
                    self.assertIn((moment, size), have)

    def test_every_possible_cell_has_a_plan_with_and_without_a_rom(self):
        for cell in matrix.cells(()):
            if matrix.impossible(cell, TestRom()):
                continue
            for rom in (TestRom(), None):
                s = matrix.plan(cell, rom, 10).scenario
                self.assertLessEqual(len(s.neighbours), 4, cell.title)
                self.assertLessEqual(sum(n.network == "peer" for n in s.nics), 1)

    def test_baseline_differs_by_the_rom_only(self):
        for cell in matrix.cells(()):
            if matrix.impossible(cell, TestRom()):
                continue
            a, b = (matrix.plan(cell, rom, 10).scenario for rom in (TestRom(), None))
            names = [n for n in b.neighbours if n not in matrix.STANDS_IN.values()]
            self.assertEqual((a.firmware, a.pretender, a.neighbours), (b.firmware, b.pretender,
                                                                       names))

    def test_neighbours_are_told_their_moment(self):
        for row in matrix.rows():
            if row.habit:
                n = matrix.neighbour(row, 4)
                self.assertIn("-DAT=" + row.moment.split("-")[0], n.defines)
                self.assertIn("-DKIB=4", n.defines)
                self.assertEqual(n.when, "after" if row.moment == "init-after" else "before")

    def test_a_pretender_without_a_rom_gets_a_standin(self):
        for cell in matrix.cells(("pci3",)):
            rom, base = matrix.plan(cell, TestRom(), 10), matrix.plan(cell, None, 10)
            self.assertIsNone(rom.standin)
            if cell.row.boot in ("visitor", "stack"):
                self.assertEqual(base.standin.name, "visitor")
            else:
                self.assertEqual(base.standin, ())
        for cell in matrix.cells(("bochs",)):
            self.assertIsNone(matrix.plan(cell, None, 10).standin)

    def test_what_needs_a_boot_is_known(self):
        needs = {(c.firmware.name, c.row.moment) for c in matrix.cells(()) if
                 matrix.needs_boot(c) and c.row.habit == "grower"}
        self.assertIn(("pci3", "nbp"), needs)
        self.assertNotIn(("pci3", "init"), needs)
        self.assertNotIn(("bochs", "nbp"), needs)

    def test_a_rom_for_no_card_is_judged_in_post_only(self):
        rom = TestRom()
        rom.kind, rom.boots, rom.place = "", False, "option"
        for cell in matrix.cells(()):
            if matrix.impossible(cell, rom):
                continue
            plan = matrix.plan(cell, rom, 10)
            self.assertNotIn("network", plan.scenario.order)
            self.assertIsNone(plan.scenario.boot)

    def test_what_cannot_be_is_not_run(self):
        cells = matrix.cells(())
        for change, firmware in (({"longer": True}, "pci3-bochs"), ({"size": 1 << 18}, "bochs"),
                                 ({"place": "option"}, "pci3"), ({"kind": ""}, "pci3")):
            rom = TestRom()
            vars(rom).update(change)
            self.assertTrue(all(matrix.impossible(c, rom) for c in cells
                                if c.firmware.name == firmware), change)

    def test_quick_and_filters_choose_less(self):
        every, quick = matrix.cells(()), matrix.cells((), quick=True)
        self.assertTrue(0 < len(quick) < len(every) // 5)
        self.assertEqual({c.firmware.name for c in matrix.cells(("q35",))}, {"q35"})
        self.assertEqual({c.row.habit for c in matrix.cells((), "mover")} - {"mover"}, {""})
        self.assertLess({"post", "boots"}, {c.row.moment for c in matrix.cells((), "mover")})
        quick_rows = {(c.row.name if c.row.habit else "", c.row.moment) for c in quick}
        self.assertEqual(quick_rows, matrix.QUICK)

    def test_every_habit_is_in_the_tree(self):
        for cell in matrix.cells(()):
            self.assertEqual(matrix.missing(cell), "")


def snapshot(moment, ebda=0x9fc0, kib=1, base=639, e820=((0, 0x9fc00, 1), (0x100000, 1 << 20, 1)),
             memory=(), pic="b8 8f", roms=("c000 4b 00 vga",), pci=None):
    bda = bytearray(0x20)
    struct.pack_into("<H", bda, 0x0e, ebda)
    struct.pack_into("<H", bda, 0x13, base)
    lines = ["witness: begin " + moment, "witness: range 00000000 00000500",
             "witness: range %08x %08x" % ((base - 32) * 1024, 0xa0000 - (base - 32) * 1024),
             "witness: mem 00000400 " + bda.hex(), "witness: mem %08x %02x" % (ebda << 4, kib)]
    lines += ["witness: mem %08x %s" % (at, data) for at, data in memory]
    lines += ["witness: e820 %x %x %x" % e for e in e820]
    card = "".join((pci or {}).get(at, "00") for at in range(64))
    return lines + ["witness: pci 00:08.0 " + card, "witness: pic " + pic] + ["witness: rom " + r for r in roms] + \
        ["witness: end " + moment]


VISIT = ["visit: step entry", "visit: step act", "visit: step pxe", "visit: step e820",
         "visit: step done", "visit: done"]
GOOD = snapshot("post", e820=()) + snapshot("init", e820=()) + snapshot("before") + VISIT[:1] + \
    snapshot("nbp") + VISIT[1:4] + snapshot("moved") + VISIT[4:] + snapshot("after")


class Verdicts(unittest.TestCase):
    def judge(self, log=GOOD, row=ALONE, base=None, ended="next-device", boots=True, **words):
        known = words.pop("known", ())
        return verdict.judge(Run(log, ended, **words), row, base or Baseline(), boots, known)

    def broken(self, *args, **words):
        return {(f.clause, f.kind) for f in self.judge(*args, **words).broken}

    def test_a_good_run_is_good(self):
        self.assertEqual((self.judge().word, self.judge().findings), ("ok", []))

    def test_a_hang_names_its_step(self):
        cut = GOOD[:GOOD.index("visit: step e820") + 1] + ["witness: begin moved", "witness: mem 0"]
        found = self.judge(cut, ended=None, hung=True)
        self.assertEqual((found.word, found.broken[0].clause), ("hang", "HIDE-8"))
        self.assertIn("step e820", found.text)
        found = self.judge(["acts: grower at nbp"] + cut, row=GROWER, ended=None, hung=True)
        self.assertEqual(found.broken[0].clause, "EBDA-6")

    def test_a_hang_names_its_phase(self):
        for moment, clause in (("post", "ROM-5"), ("init", "ROM-12"), ("before", "PNP-5")):
            cut = GOOD[:GOOD.index("witness: end " + moment) + 1]
            found = self.judge(cut, ended=None, hung=True)
            self.assertEqual((found.word, found.broken[0].clause), ("hang", clause), moment)
        self.assertEqual(self.broken([], ended=None, hung=True), {("ROM-5", "hang")})

    def test_resets_and_panics_are_results(self):
        for text, word in (("the guest was reset", "reset"),
                           ("001p[CPU0  ] >>PANIC<< exception(): 3rd (13) exception with no "
                            "resolution", "reset"),
                           ("001p[HD    ] >>PANIC<< some trouble", "panic")):
            found = self.judge(ended=None, complaints=[text])
            self.assertEqual((found.status, found.word), (verdict.BROKEN, word))
        self.assertNotIn("001", found.text)
        self.assertEqual(self.judge(ended=None).word, "panic")

    def test_a_boot_table_in_free_memory_is_nobodys_fault(self):
        text = ["001p[BIOS  ] >>PANIC<< No bootable device."]
        for base, status in ((640, verdict.NOT_USABLE), (639, verdict.BROKEN)):
            found = self.judge(snapshot("before", base=base) + VISIT, ended=None, complaints=text)
            self.assertEqual(found.status, status)

    def test_slowness_is_no_hang(self):
        self.assertEqual(self.judge(ended=None, slow=True).status, verdict.ERROR)
        self.assertEqual(self.judge(complaints=["QEMU ended with status 1: x"]).status,
                         verdict.ERROR)

    def test_failed_lines_bring_their_clause(self):
        log = GOOD + ["grower: FAILED: damaged at 9fc10 (EBDA-14)"]
        self.assertEqual(self.broken(log), {("EBDA-14", "said by grower")})
        self.assertEqual(self.judge(GOOD + ["x FAILED"]).word, "FAILED")

    def test_a_boot_must_reach_its_program_and_end(self):
        none = [line for line in GOOD if not line.startswith("visit")]
        self.assertTrue(self.judge(none).unsure)
        self.assertEqual(self.broken(none), {("PNP-2", "flow")})
        self.assertEqual(self.broken(none, boots=False), set())
        self.assertEqual(self.broken(none + ["pci3: rom not resident"]), {("ROM-7", "flow")})
        self.assertEqual(self.broken([x for x in GOOD if x != "visit: done"]),
                         {("PXE-12", "flow")})

    def test_a_failed_boot_must_leave_nothing(self):
        log = snapshot("before") + snapshot("after")
        self.assertEqual(self.broken(log, row=NO_FILE), set())
        self.assertEqual(self.broken(snapshot("before"), row=NO_FILE), {("PNP-5", "flow")})
        for change, clause in (({"memory": ((0x54, "12345678"),)}, "HOOK-4"),
                               ({"base": 638}, "EBDA-12"), ({"pic": "00 8f"}, "PNP-4"),
                               ({"memory": ((0x9fc80, "11"),)}, "EBDA-14")):
            found = self.broken(snapshot("before") + snapshot("after", **change), row=NO_FILE)
            self.assertIn(clause, {c for c, _ in found}, change)
        slots = snapshot("after", memory=((0x184, "1234"),))
        self.assertEqual(self.broken(snapshot("before") + slots, row=NO_FILE), set())

    def post(self, **changes):
        found = self.judge(snapshot("post") + snapshot("init", **changes), row=GROWER,
                           boots=False)
        return {f.clause for f in found.broken}

    def test_conduct_in_post(self):
        grown = {"ebda": 0x9ec0, "kib": 5, "base": 635}
        for changes, clauses in (
                (grown, set()),
                ({"base": 635}, set()),                                 # a note: EBDA-14
                (dict(grown, base=636), {"EBDA-4"}),
                ({"base": 640}, {"EBDA-14"}),
                ({"ebda": 0x8fc0, "kib": 1, "base": 575}, {"EBDA-3"}),
                ({"ebda": 0x9000, "kib": 64, "base": 576}, {"EBDA-3"}),
                ({"pci": {0x30: "01"}}, {"ROM-3"}),
                ({"pci": {0x04: "07"}}, set()),                         # a note
                ({"ebda": 0x278, "base": 638}, {"EBDA-1"}),
                ({"kib": 2}, {"EBDA-14"}),
                (dict(grown, memory=((0x9ec80, "11"),)), {"EBDA-14"}),
                ({"memory": ((0x4c, "000000c8"),)}, {"ROM-12"}),        # INT 13h
                ({"memory": ((0x475, "02"),)}, {"ROM-12"}),
                ({"memory": ((0x54, "000000c8"),)}, set()),             # INT 15h, in a ROM
                ({"memory": ((0x54, "0001c09f"),)}, {"HOOK-5"}),        # in the EBDA
                ({"memory": ((0x54, "00000010"),)}, {"HOOK-5"}),        # in free memory
                ({"roms": ("c000 4b 00 vga", "c980 08 11 x")}, {"ROM-1"})):
            self.assertEqual(self.post(**changes), clauses, changes)

    def test_vectors_may_follow_the_ebda(self):
        a = snapshot("post", memory=((0x104, "3d00c09f"),))
        for pointer, clauses in (("3d00c09e", set()), ("4d00c09e", {"HOOK-5"})):
            b = snapshot("init", ebda=0x9ec0, kib=5, base=635, memory=((0x104, pointer),))
            found = self.judge(a + b, row=GROWER, boots=False)
            self.assertEqual({f.clause for f in found.broken}, clauses)

    def test_a_move_over_owned_memory_is_seen(self):
        a = snapshot("post", base=635)
        b = snapshot("init", ebda=0x9ec0, kib=5, base=635)
        found = self.judge(a + b, row=GROWER, boots=False)
        self.assertIn("EBDA-2", {f.clause for f in found.broken})
        b = snapshot("init", ebda=0x9d80, kib=5, base=630)
        found = self.judge(a + b, row=GROWER, boots=False)
        self.assertNotIn("EBDA-2", {f.clause for f in found.broken})

    def test_memory_that_is_used_must_be_hidden(self):
        shown = VISIT + snapshot("nbp", base=633)
        self.assertEqual(self.broken(shown), {("HIDE-1", "low")})
        self.assertEqual(self.broken(shown, base=Baseline(shown=6 * 1024)), set())
        moved = VISIT + snapshot("nbp") + snapshot("moved", base=631)
        self.assertEqual(self.broken(moved), set())
        overlap = VISIT + snapshot("nbp", e820=((0, 0x9fc00, 1), (0x9f000, 0x1000, 2)))
        found = self.broken(overlap)
        self.assertEqual(found, {("HIDE-1", "map overlap")})
        self.assertEqual(self.broken(overlap, base=Baseline(faults={("overlap", 0x9f000)})), set())

    def test_the_firmwares_own_map_is_not_the_roms(self):
        log = snapshot("post", e820=()) + VISIT + snapshot(
            "nbp", e820=((0, 0x9fc00, 1), (0x9f000, 0x1000, 2)))
        self.assertEqual(self.broken(log), set())
        overlap = ((0, 0x9fc00, 1), (0x9f000, 0x1000, 2))
        hooked = ((0x54, "000000c8"),)
        log = snapshot("post", e820=()) + snapshot("before") + VISIT
        self.assertEqual(self.broken(log + snapshot("nbp", memory=hooked, e820=overlap)),
                         {("HIDE-1", "map overlap")})
        log = snapshot("post", e820=()) + snapshot("before", e820=overlap) + VISIT
        self.assertEqual(self.broken(log + snapshot("nbp", memory=hooked, e820=overlap)), set())

    def test_who_takes_a_hook_away_answers_for_it(self):
        row = next(r for r in matrix.rows() if "-DRESTORE=nbp" in r.options)
        hidden = ((0, 0x9e400, 1), (0x100000, 1 << 20, 1))
        log = VISIT + snapshot("nbp", base=633, e820=hidden) + snapshot("moved", base=633)
        self.assertEqual(self.broken(log, row), set())
        self.assertEqual(self.broken(log, GROWER), {("HIDE-1", "low")})

    def test_a_neighbours_slot_is_its_own(self):
        line = "pci3: FAILED: a vector has changed: %s (ROM-12)"
        self.assertEqual(self.broken(GOOD + [line % "61"], GROWER), set())
        self.assertEqual(len(self.broken(GOOD + [line % "61"], ALONE)), 1)
        self.assertEqual(len(self.broken(GOOD + [line % "13"], GROWER)), 1)

    def test_core_must_be_hidden(self):
        log = ["ebb: core: 12345678 at 00140000 +64k"] + GOOD
        self.assertEqual(self.broken(log), {("HIDE-1", "core")})

    def test_neighbours_must_have_their_turn_and_data(self):
        base = Baseline(acts={"grower"}, intact={"grower"})
        turn = GOOD + ["acts: grower at nbp"]
        self.assertEqual(self.broken(turn + ["grower: data intact"], GROWER, base), set())
        self.assertEqual(self.broken(turn, GROWER, base), {("EBDA-14", "data")})
        self.assertEqual(self.broken(GOOD, GROWER, base), {("HOOK-2", "not called")})
        refused = turn + ["refused: grower nobody there"]
        self.assertEqual(self.judge(refused, GROWER, base).word, "ok")
        base.refused = "grower nobody there"
        self.assertEqual(self.judge(refused, GROWER, base).status, verdict.NOT_USABLE)

    def test_a_machine_that_fails_anyway_blames_nobody(self):
        base = verdict.reduce_baseline(Run(["grower: FAILED: gone (EBDA-14)"], "next-device"))
        self.assertEqual(self.judge([], base=base, ended=None, hung=True).status,
                         verdict.NOT_USABLE)
        base = verdict.reduce_baseline(Run([], None, hung=True))
        self.assertEqual(self.judge(base=base).status, verdict.NOT_USABLE)
        base = verdict.reduce_baseline(Run([], None, slow=True))
        self.assertEqual(self.judge(base=base).status, verdict.ERROR)
        base = verdict.reduce_baseline(Run(GOOD + ["acts: mover at bcv", "mover: data intact"],
                                           "next-device"))
        self.assertEqual((base.trouble, base.error, base.acts, base.intact),
                         ("", "", {"mover"}, {"mover"}))

    def test_what_is_known_alone_does_not_count_twice(self):
        log = snapshot("post") + snapshot("init", memory=((0x4c, "000000c8"),))
        alone = self.judge(log, boots=False)
        self.assertEqual(alone.word, "ROM-12")
        again = self.judge(log, GROWER, boots=False, known=alone.findings)
        self.assertEqual((again.word, again.findings[0].level), ("ok", verdict.NOTE))

    def test_every_clause_that_is_used_has_its_sentence(self):
        with open(verdict.__file__, encoding="utf-8") as f:
            used = set(re.findall(r'"((?:ROM|EBDA|PNP|PXE|HIDE|HOOK|MEM)-\w+)"', f.read()))
        self.assertEqual({c for c in used if not verdict.rule(c)}, set())


class Links(HTMLParser):
    """Collects ids, references and tags, and whether tags are closed in order."""
    EMPTY = ("meta", "br", "rect", "path", "use")

    def __init__(self, text):
        super().__init__()
        self.ids, self.refs, self.tags, self.open = set(), set(), set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id":
                assert value not in self.ids, value
                self.ids.add(value)
            if name == "href":
                self.refs.add(value)
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert tag in self.EMPTY or self.open.pop() == tag, tag


class Report(unittest.TestCase):
    def results(self, rom, cells):
        words = [verdict.Verdict(verdict.OK, "ok"), verdict.skipped("no <card>"),
                 verdict.not_usable("fails & fails"),
                 verdict.Verdict(verdict.BROKEN, "hang", "hangs <here>", [
                     verdict.Finding("PNP-5", "hangs <here>", "hang")])]
        log, maps = report.excerpt(GOOD, 5), report.maps(GOOD, owners)
        return {(rom, c): Result(c, words[i % 4], log, maps) for i, c in enumerate(cells)}

    def test_report_is_whole_and_the_same_each_time(self):
        rom, cells = TestRom(), matrix.cells((), quick=True)
        text = report.html([rom], cells, self.results(rom, cells))
        self.assertEqual(text, report.html([rom], cells, self.results(rom, cells)))
        page = Links(text)
        self.assertEqual(page.open, [])
        self.assertNotIn("script", page.tags)
        self.assertEqual({r for r in page.refs if r[1:] not in page.ids}, set())
        self.assertEqual({r for r in page.refs if not r.startswith("#")}, set())
        for wild in ("x<y>", "no <card>", "hangs <here>"):
            self.assertNotIn(wild, text)
        self.assertIn(verdict.rule("PNP-5"), text)
        self.assertEqual(text.count('<path class="fr"'), 1)

    def test_what_repeats_is_drawn_once(self):
        rom, cells = TestRom(), matrix.cells(())
        size = len(report.html([rom], cells, self.results(rom, cells)))
        self.assertLess(size, 3 << 20)

    def test_maps_show_owners_and_changes(self):
        log = snapshot("post") + snapshot("before", base=637, ebda=0x9f40, kib=3)
        pictures = report.maps(log, owners)
        self.assertEqual([p.moment for p in pictures], ["post", "before"])
        self.assertEqual((pictures[1].base_kb, pictures[1].ebda), (637, (0x9f400, 3072)))
        self.assertEqual((pictures[1].spans[0][0], pictures[1].spans[-1][1]), (0, 1024))
        self.assertTrue(any("ebda" in line for line in pictures[1].moves))

    def test_changed_kib_are_marked(self):
        digests = ["witness: kib %05x %s" % (at << 10, " ".join(["0000"] * 64))
                   for at in range(0, 1024, 64)]
        a = snapshot("nbp")[:-1] + digests + ["witness: end nbp"]
        digests[9] = "witness: kib 90000 0000 1234 5678" + " 0000" * 61
        b = snapshot("moved")[:-1] + digests + ["witness: end moved"]
        self.assertEqual(report.maps(a + b, owners)[1].changed, ((577, 579),))

    def test_ruler_covers_the_first_mib(self):
        points = [report.x_of(k) for k in range(0, 1025)]
        self.assertEqual(points, sorted(set(points)))
        self.assertEqual(points[-1], sum(wide for _, _, wide in report.SCALE))

    def test_excerpts_have_no_times_and_no_snapshots(self):
        lines = report.excerpt(["acts: x at nbp"] + ["line %d" % i for i in range(20)] +
                               snapshot("nbp") + ["ebb: net: first byte after 12 ms"], 3)
        self.assertEqual(lines, ["acts: x at nbp", "line 18", "line 19",
                                 "ebb: net: first byte after N ms"])

    def test_every_owner_has_a_colour(self):
        for name in ("free", "free data", "ivt+bda", "taken", "ebda", "pxe", "pxe unreserved",
                     "ebb block", "ebb tombstone", "video", "vga bios", "rom x", "pmm", "empty",
                     "unknown", "system bios"):
            self.assertNotEqual(report.owner_class(name), "nb", name)
        self.assertEqual(report.owner_class("grower"), "nb")

    def test_marks_tell_verdicts_apart(self):
        self.assertEqual([mark(verdict.Verdict("", w)) for w in ("ok", "hang", "reset", "EBDA-6")],
                         list(".HRX"))


class Life(unittest.TestCase):
    def bochs(self, text, hung=False):
        with tempfile.TemporaryDirectory() as folder:
            m = bounded.BoundedBochs.__new__(bounded.BoundedBochs)
            m.log_path, m.hung = os.path.join(folder, "stdout.txt"), hung
            with open(m.log_path, "w", encoding="utf-8") as f:
                f.write(text)
            m.words = m.last_printed()
            with open(m.log_path, encoding="utf-8") as f:
                return m, f.read()

    def test_the_debuggers_words_are_no_log(self):
        m, log = self.bochs("visit: step pxe\nhalf(0) Caught time breakpoint\nNext at t=7\n"
                            "CPU0:\nrip: 00000000_00000063\ncs:0xcc00, dh=0\n")
        self.assertEqual((log, m.hung, m.where()), ("visit: step pxe\nhalf", True,
                                                    "cc00:00000063"))

    def test_a_stopped_processor_is_a_hang_too(self):
        m, log = self.bochs("visit: step pxe\nCPU0:\nrip: 0_1\ncs:0x1, dh=0\n", hung=True)
        self.assertEqual((log, m.hung), ("visit: step pxe", True))

    def test_an_orderly_end_is_none(self):
        m, log = self.bochs("bench: end x\n")
        self.assertEqual((log, m.hung), ("bench: end x\n", False))

    def test_a_log_without_end_is_cut(self):
        m, _ = self.bochs("")
        with tempfile.TemporaryDirectory() as folder:
            m.log_path = os.path.join(folder, "stdout.txt")
            with open(m.log_path, "w", encoding="utf-8") as f:
                f.write("x\n" * bounded.LOG_LIMIT)
            m.short_log()
            self.assertEqual(os.path.getsize(m.log_path), bounded.LOG_LIMIT)


def main():
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules[__name__])
    result = unittest.TextTestRunner(stream=sys.stderr, verbosity=0).run(suite)
    failed = len(result.failures) + len(result.errors)
    print("interop-selftest: %d passed, %d failed" % (result.testsRun - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
