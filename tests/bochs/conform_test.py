#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tests of ./interop --pxe without an emulator: how lines, hangs and ends become verdicts."""

import os
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import pxe_conformance  # noqa: E402
from bench import conform  # noqa: E402
from interop_test import snapshot  # noqa: E402


class Machine:
    """What a finished run looks like to bench/conform.py."""

    def __init__(self, hung=False, complaints=(), end=None, snaps=None):
        self.hung, self.kept_complaints, self.kept_end = hung, list(complaints), end
        self.snaps = snaps or {}

    def where(self):
        return "f000:1234"

    def too_slow(self):
        return False

    def snapshots(self, log):
        return self.snaps


class Pxe(conform.Conformance):
    """The runner with logs instead of machines: one (machine, log) for each start."""

    def __init__(self, *starts):
        self.starts, self.begun = list(starts), []

    def start(self, run, rom, kind, promise, first, mips):
        self.begun.append((run.part, first))
        return self.starts.pop(0)


class Conform(unittest.TestCase):
    ENTRY = conform.Run("entry")

    def whole(self, run, promise, *starts):
        pxe = Pxe(*starts)
        return pxe.sure(run, None, "e1000", promise), pxe.begun

    def test_lines_are_read(self):
        found, step, done = conform.lines_of([
            "conform: part entry", "conform: step 0a name of it",
            "conform: PXE-12 good: cs:ip is 0000:7c00: cs 0000", "conform: PXE-4 info: x: no ax 1",
            "conform: STRUCT-PXE broken: length is 58h", "ebb: noise", "conform: done 1 good 1 broken"],
            "end, ")
        self.assertEqual([(f.clause, f.word, f.text, f.seen) for f in found], [
            ("PXE-12", "good", "end, cs:ip is 0000:7c00", "cs 0000"),
            ("PXE-4", "info", "end, x", "no ax 1"), ("STRUCT-PXE", "broken", "end, length is 58h", "")])
        self.assertEqual((step, done), (("step", 10, "name of it"), True))

    def test_the_worst_counts(self):
        result = conform.Result([conform.Line("PXE-1", w, "x") for w in ("good", "broken", "info")])
        self.assertEqual(result.count("broken"), 1)
        self.assertEqual(result.count("good"), 0)

    def test_a_hang_costs_its_step(self):
        hung = ["conform: part entry", "conform: step 03 c", "conform: PXE-1 good: before"]
        rest = ["conform: part entry", "conform: step 04 d", "conform: PXE-1 good: behind",
                "conform: done 1 good 0 broken"]
        result, begun = self.whole(self.ENTRY, True, (Machine(hung=True), hung), (Machine(), rest))
        self.assertEqual(begun, [("entry", 0), ("entry", 4)])
        self.assertEqual([(r.word, r.text) for r in result.lines], [
            ("good", "before"), ("hang", "comes back from c"), ("good", "behind")])

    def test_a_hang_beyond_the_specification_is_told(self):
        hung = ["conform: part entry", "conform: promise 03 c"]
        rest = ["conform: part entry", "conform: done 0 good 0 broken"]
        for promise, word in ((True, "hang"), (False, "info")):
            result, _ = self.whole(self.ENTRY, promise, (Machine(hung=True), hung),
                                   (Machine(), rest))
            self.assertEqual([r.word for r in result.lines], [word])

    def test_a_reset_is_one_too(self):
        log = ["conform: part entry", "conform: step 00 a"]
        result, _ = self.whole(self.ENTRY, True, (Machine(complaints=["the guest was reset"]), log),
                               (Machine(), ["conform: part entry", "conform: done 0 good 0 broken"]))
        self.assertEqual((result.lines[0].word, result.lines[0].seen),
                         ("hang", "the guest was reset"))

    def test_never_started_is_believed_the_second_time(self):
        result, begun = self.whole(self.ENTRY, True, (Machine(), []), (Machine(), []))
        self.assertEqual(len(begun), 2)
        self.assertEqual([r.word for r in result.lines], ["broken"])

    def test_bad_news_of_the_network_are_asked_twice(self):
        logs = [(Machine(), ["conform: part udp", "conform: API-0032 %s: x" % w, "conform: done 0 good 0 broken"])
                for w in ("broken", "good")]
        for order, word in ((logs, "good"), ([logs[0], logs[0]], "broken")):
            result, begun = self.whole(conform.Run("udp"), True, *order)
            self.assertEqual(([r.word for r in result.lines], len(begun)), ([word], 2))

    def test_a_rom_that_boots_nothing_is_asked_nothing_more(self):
        pxe = Pxe((Machine(), []), (Machine(), []))
        pxe.jobs = 1
        self.assertEqual(len(pxe.examine("x", "e1000", None, False).errors), 1)
        self.assertEqual(len(pxe.begun), 2)

    def test_ends_are_judged_by_the_next_device(self):
        log = ["conform: part end", "conform: done 0 good 0 broken"]
        before, after = (conform.witness.read(snapshot(m, base=b))[m] for m, b in
                         (("before", 639), ("after", 638)))
        for end, promise, word in ((0, False, "broken"), (5, False, "info"), (5, True, "broken"),
                                   (7, True, "info")):
            run = conform.Run("end", (), "", end)
            m = Machine(end="next-device", snaps={"before": before, "after": after})
            result, _ = self.whole(run, promise, (m, log))
            words = {r.text: r.word for r in result.lines}
            self.assertEqual(words["the next boot device is booted"], "good")
            self.assertEqual(words["40:13 is as before"], word, end)

    def test_who_keeps_is_not_judged_by_memory(self):
        log = ["conform: PXE-16 info: STOP_UNDI keeps: status 0005", "conform: part end",
               "conform: done 0 good 0 broken"]
        snaps = {m: conform.witness.read(snapshot(m, base=b))[m] for m, b in
                 (("before", 639), ("after", 630))}
        result, _ = self.whole(conform.Run("end", (), "", 0), True,
                               (Machine(end="next-device", snaps=snaps), log))
        self.assertEqual(result.count("broken"), 0)

    def test_files_prove_where_they_are(self):
        self.assertEqual(conform.content(0), b"")
        self.assertEqual(conform.content(5), bytes(4) + b"\xc4")
        self.assertEqual(conform.content(20011)[:8000], conform.content(8000))

    def test_every_clause_has_its_row(self):
        tables = [conform.Result([conform.Line("PXE-1", "good", "a"), conform.Line("PXE-2", "broken", "b")
                                  ]).table(), conform.Result([conform.Line("PXE-2", "good", "c")]).table()]
        clauses = pxe_conformance.by_clause(tables)
        self.assertEqual(list(clauses), ["PXE-1", "PXE-2"])
        self.assertEqual([pxe_conformance.cell(t, clauses["PXE-2"]) for t in tables],
                         ["1 broken", "1 good"])
        self.assertEqual(pxe_conformance.cell(tables[1], clauses["PXE-1"]), "-")


def main():
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules[__name__])
    result = unittest.TextTestRunner(stream=sys.stderr, verbosity=0).run(suite)
    failed = len(result.failures) + len(result.errors)
    print("conform-selftest: %d passed, %d failed" % (result.testsRun - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
