#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tests of the bench itself that need no emulator: scenario words, facts, witness, owners."""

import os
import struct
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from bench import bochs, facts, faults, owners, scenario, witness  # noqa: E402

GOOD = "given firmware qemu-pc\ngiven nic e1000\nends shutdown within 5 s\n"


class Scenarios(unittest.TestCase):
    def read(self, text):
        with tempfile.NamedTemporaryFile("w", suffix=".scn") as f:
            f.write(text)
            f.flush()
            return scenario.read(f.name)

    def test_good_scenario_is_read(self):
        s = self.read("# Title.\n" + GOOD + "given memory 8  # small\nexpect a # b\n")
        self.assertEqual((s.title, s.memory, s.expects), ("Title.", 8, ["a"]))

    def test_each_mistake_names_its_line(self):
        for line in ("given nik e1000", "given firmware qemu", "given memory x", "expect (",
                     "fact ebda at nbp is x", "peer tftp drop block x", "ends shutdown",
                     "hello",
                     "given boot", "given boot a DX=1", "given neighbour gap", "given rom a b",
                     "given order disk disk", "given boot 'a", "given keys", "given keys 1e6",
                     "given keys " + "1e61 " * 16, "given keys 1e61 after 0 ticks",
                     "given rom ebb cmdline", "serial (", "given pretender",
                     "given pretender pci3 DX=1"):
            with self.assertRaisesRegex(scenario.BadScenario, ":4: ", msg=line):
                self.read(GOOD + line + "\n")

    def test_keys_and_command_line_are_read(self):
        s = self.read(GOOD + "given keys 1e61 011b after 20 ticks\n"
                      "given rom ebb cmdline 'a b' damaged\n")
        self.assertEqual((s.keys, s.keys_after), (("1e61", "011b"), 20))
        self.assertEqual((s.rom.cmdline, s.rom.damaged), ("a b", True))
        self.assertEqual(self.read(GOOD + "given keys 1e61\n").keys_after, 0)

    def test_what_cannot_go_together_is_refused(self):
        for text in ("given nic e1000\n", GOOD.replace("ends shutdown within 5 s", ""),
                     GOOD + "peer arp silent\n", GOOD + "given network vnet\n",
                     GOOD + "given keys 1e61\ngiven order network disk\n",
                     GOOD.replace("qemu-pc", "bochs-rombios") + "given network unplugged\n",
                     GOOD.replace("qemu-pc", "qemu-q35") + "given pretender pci3\n",
                     GOOD.replace("e1000", "e1000 without rom") + "given pretender pci3\n",
                     GOOD + "given pretender pci3\ngiven order network floppy\n"):
            with self.assertRaises(scenario.BadScenario, msg=text):
                self.read(text)

    def test_every_word_of_the_tables_is_understood(self):
        examples = {"N": "7", "ADDR": "10.1.2.3", "TEXT": "x", "MOMENT": "nbp", "REGION": "ivt",
                    "HEX": "9fc0", "REL": "at most", "+N": "+16",
                    "KEYS": "1e61 011b", "NAME": "ebb block", "NAMES": "ebb, free",
                    "SIZE": "at least 2 KiB"}
        for parse, table in ((faults.parse, faults.TABLE), (facts.parse, facts.TABLE)):
            for template, _ in table:
                parse(" ".join(examples.get(w, w) for w in template.split()))
        self.assertEqual(len(facts.CHECKS), len(facts.TABLE))


def kib_lines(changed=()):
    """Digests of a machine with something in the first KiB, the EBDA, the VGA BIOS, ROM space's
    end and the BIOS; `changed`: (address, digest)."""
    digests = [0] * 1024
    for first, last in ((0, 0x7ff), (0x9fc00, 0x9ffff), (0xc0000, 0xc03ff), (0xe8000, 0xfffff)):
        for i in range(first >> 10, (last >> 10) + 1):
            digests[i] = i + 1
    for address, value in changed:
        digests[address >> 10] = value
    return ["witness: kib %05x %s" % (at << 10, " ".join("%04x" % d for d in digests[at:at + 64]))
            for at in range(0, 1024, 64) if not 0xa0000 <= at << 10 < 0xc0000]


def snapshot(moment, extra=(), kib=()):
    """A machine with an EBDA of 1 KiB at 9FC00 and 64 MiB."""
    return ["witness: begin " + moment, "witness: range 00000000 00000500",
            "witness: range 00097c00 00008400", "witness: mem 00000400 " + "00" * 14 + "c09f" +
            "000000" + "7f02" + "00" * 11, "witness: mem 0009fc00 01" + "00" * 31,
            "witness: pic b8 8f", "witness: a20 01", "witness: rom c000 02 00",
            "witness: e820 0 9fc00 1", "witness: e820 100000 3f00000 1",
            "witness: e801 3c00 0300 3c00 0300", "witness: e88 fc00", *kib_lines(kib),
            *extra, "witness: end " + moment]


class Facts(unittest.TestCase):
    def why(self, fact, extra=(), log=()):
        lines = snapshot("before") + snapshot("after", extra)
        return facts.check(facts.parse(fact), witness.read(lines), list(log))

    def test_equal_snapshots_have_an_empty_diff(self):
        self.assertEqual(self.why("witness diff is empty"), "")

    def test_each_region_is_compared(self):
        for region, line in (("ivt", "witness: mem 00000020 01" + "00" * 31),
                             ("bda", "witness: mem 00000480 01" + "00" * 31),
                             ("low", "witness: mem 0009f000 01" + "00" * 31),
                             ("ebda", "witness: mem 0009fc20 01" + "00" * 31),
                             ("pic", "witness: pic b8 8e"), ("a20", "witness: a20 00"),
                             ("roms", "witness: rom d000 08 00"),
                             ("e820", "witness: e820 5000 1000 2"),
                             ("pci", "witness: pci 0018 86800e10" + "00" * 60)):
            self.assertIn(region, self.why("witness diff is empty", [line]))
            self.assertIn(region, self.why(region + " same at before and after", [line]))

    def test_volatile_bytes_do_not_count(self):
        ticks = "witness: mem 00000460 " + "00" * 12 + "55667788" + "00" * 16
        self.assertEqual(self.why("witness diff is empty", [ticks]), "")

    def test_numbers_are_compared(self):
        for fact, true in (("base memory at after is 639", True), ("ebda at after is 1", True),
                           ("base memory at after at most 638", False),
                           ("ebda at after at least 2", False),
                           ("roms at after are good", True),
                           ("ebda segment at after is 9fc0", True),
                           ("ebda segment at after is 9f00", False),
                           ("memory 9fc01 +31 at after is 0", True),
                           ("memory 9fc00 +32 at after is 0", False),
                           ("memory 90000 +1 at after is 0", False),
                           ("vector 15 same at before and after", True),
                           ("vector 15 differs at before and after", False),
                           ("roms at after take at most 0 bytes", True)):
            self.assertEqual(self.why(fact) == "", true, fact)

    def test_memory_map_is_judged(self):
        sane = "e820 at after is sane"
        self.assertEqual(self.why(sane), "")
        for line in ("witness: e820 9f000 1000 1", "witness: e820 200000 1000 2",
                     "witness: e820 8000000 0 1", "witness: e88 fffe",
                     "witness: e820 4000000 1001 1", "witness: e801 3c00 0301 3c00 0301",
                     "witness: e801 3000 0100 3000 0100"):
            self.assertNotEqual(self.why(sane, [line]), "", line)

    def test_base_memory_is_hidden_from_4013_on(self):
        fact = "e820 at after hides base memory"
        self.assertEqual(self.why(fact), "")
        self.assertNotEqual(self.why(fact, ["witness: e820 9fc00 400 1"]), "")

    def test_waiting_keys_are_read_across_the_end_of_the_ring(self):
        ring = ["witness: mem 00000400 " + "00" * 26 + "3c001e00" + "611e",
                "witness: mem 00000420 " + "00" * 28 + "0d1c" + "00" * 2,
                "witness: mem 00000480 1e003e00" + "00" * 28]
        self.assertEqual(self.why("keys at after are none"), "")
        self.assertEqual(self.why("keys at after are 1c0d", ring), "")
        ring[0] = ring[0].replace("3c001e00", "3c002000")
        self.assertEqual(self.why("keys at after are 1c0d 1e61", ring), "")
        for wrong in ("none", "1c0d", "1e61 1c0d", "1c0d 1e61 1e61"):
            self.assertNotEqual(self.why("keys at after are " + wrong, ring), "")

    def test_ram_that_goes_or_comes_is_counted(self):
        fact = "e820 at after takes at most 4 KiB from before"
        for line, true in (("", True), ("witness: e820 300000 1000 2", True),
                           ("witness: e820 300000 1001 2", False),
                           ("witness: e820 200000 1000 1", True),
                           ("witness: e820 8000000 1000 1", False)):
            self.assertEqual(self.why(fact, [line] if line else []) == "", true, line)

    def test_core_is_looked_for_where_the_log_says(self):
        fact = "e820 at after hides core"
        self.assertNotEqual(self.why(fact), "")
        self.assertEqual(self.why(fact, log=["ebb: core: 1 at 05000000 +384k"]), "")
        self.assertNotEqual(self.why(fact, log=["ebb: core: 1 at 03f00000 +1536k"]), "")

    def test_missing_and_incomplete_snapshots_fail(self):
        self.assertIn("nbp", self.why("base memory at nbp is 639"))
        cut = witness.read(snapshot("before")[:-1])
        fact = facts.parse("base memory at before is 639")
        self.assertNotEqual(facts.check(fact, cut, []), "")


def memory(address, data):
    """The witness' lines for bytes at a multiple of 32."""
    data = data.ljust(-(-len(data) // 32) * 32, b"\0")
    return ["witness: mem %08x %s" % (address + at, data[at:at + 32].hex())
            for at in range(0, len(data), 32)]


def base(kib, ebda, size):
    """The witness' lines of another 40:13 and EBDA."""
    words = struct.pack("<H", ebda >> 4) + b"\0\0\0" + struct.pack("<H", kib)
    return memory(0x400, b"\0" * 14 + words) + memory(ebda, bytes([size])) + [
        "witness: range %08x %08x" % (kib - 32 << 10, 0xa0000 - (kib - 32 << 10))]


def summed(data, at):
    """The same bytes with the one at `at` making the sum 0."""
    data = bytearray(data)
    data[at] = -sum(data) & 0xff
    return bytes(data)


def pxe_structure(*segments):
    """!PXE that names (start, length) as PXE's own."""
    named = b"".join(struct.pack("<HIH", start >> 4, start, length) for start, length in segments)
    return summed((b"!PXE\x58\0" + bytes(0x1a) + named).ljust(0x58, b"\0"), 5)


GROWN = ["ebb: init: block ebda 9f40:0400 +2k"]
GROWN_EBDA = base(637, 0x9f400, 3) + memory(0x9f800, b"ebb:bloc")


class Digests(unittest.TestCase):
    """The first MiB, KiB by KiB."""

    def why(self, fact, kib=(), extra=(), log=()):
        lines = [*log, *snapshot("before"), *snapshot("after", extra, kib)]
        return facts.check(facts.parse(fact), witness.read(lines), lines)

    def test_digest_is_zero_for_zeros_only(self):
        self.assertEqual(owners.digest(bytes(1024)), 0)
        for at in (0, 3, 4, 1023):
            for value in (1, 0x80, 0xff):
                data = bytearray(1024)
                data[at] = value
                self.assertNotEqual(owners.digest(data), 0)
        # The high half of the sum equals the low one: folded they would be 0.
        self.assertEqual(owners.digest(bytes(1020) + b"\x34\x12\x34\x12"), 1)
        self.assertNotEqual(owners.digest(bytes(1020) + b"\1\2\3\4"),
                            owners.digest(bytes(1016) + b"\1\2\3\4\0\0\0\0"))

    def test_damaged_lines_are_errors(self):
        for line in ("witness: kib 00000 " + " ".join(["0000"] * 63),
                     "witness: kib f4000 " + " ".join(["0000"] * 64), "witness: kib 00000 x"):
            with self.assertRaises(ValueError, msg=line):
                witness.read(["witness: begin a", line])

    def test_free_memory_may_come_back_cleared_or_with_a_program(self):
        diff = "witness diff is empty"
        for kib, true in (([(0x50000, 5)], False), ([(0x7000, 5)], True),
                          ([(0x7c00 + i * 1024, 5) for i in range(64)], True),
                          ([(0x7c00 + i * 1024, 5) for i in range(64) if i != 60], False)):
            self.assertEqual(self.why(diff, kib) == "", true, kib)
            self.assertEqual(self.why("free same at before and after", kib) == "", true, kib)
        lines = snapshot("before", kib=[(0x50000, 5)]) + snapshot("after")
        self.assertEqual(witness.diff(*witness.read(lines).values()), [])

    def test_images_stay_as_they_are(self):
        for at, true in ((0xc0000, False), (0xc0400, True), (0xe8000, True), (0xf0000, False)):
            self.assertEqual(self.why("witness diff is empty", [(at, 5)]) == "", true, hex(at))

    def test_a_snapshot_without_digests_is_no_proof(self):
        before = [line for line in snapshot("before") if " kib " not in line]
        both = witness.read(before + snapshot("after"))
        self.assertNotEqual(witness.diff(both["before"], both["after"]), [])
        before = [line for line in snapshot("before") if " kib 10000 " not in line]
        cut = witness.read(before + snapshot("after"))
        self.assertNotEqual(witness.diff(cut["before"], cut["after"]), [])
        with self.assertRaises(ValueError):
            facts.check(facts.parse("owner of 0 at before is ivt+bda"), both, before)

    def test_only_what_is_named_may_change(self):
        fact = "nothing but %s changed from before to after"
        kib = [(0x400, 5), (0x50000, 5), (0x9fc00, 5)]
        self.assertEqual(self.why(fact % "ivt+bda, free, ebda", kib), "")
        for names in ("free, ebda", "ivt+bda, ebda", "ivt+bda, free", "ivt, free, ebda"):
            self.assertNotEqual(self.why(fact % names, kib), "", names)
        self.assertIn("50000 free -> free data", self.why(fact % "ebda, ivt+bda", kib))
        self.assertEqual(self.why(fact % "taken", [(0x9f800, 5)], base(638, 0x9fc00, 1)), "")

    def test_nobodys_memory_stays_the_same(self):
        fact = "low memory same at before and after"
        self.assertEqual(self.why(fact, [(0x400, 5), (0x7c00, 5), (0x9fc00, 5), (0xf0000, 5)]), "")
        self.assertIn("50000", self.why(fact, [(0x50000, 5)]))
        log = GROWN + snapshot("before", GROWN_EBDA, [(0x9f800, 7), (0x9fc00, 7)])
        for at, changed, true in ((0x9f400, b"\1", True), (0x9f800, b"\1", True),
                                  (0x9fc00, b"\2", False), (0x9ff80, b"\0\0\1", True)):
            lines = log + snapshot("after", GROWN_EBDA + memory(at, changed),
                                   [(0x9f800, 7), (0x9fc00, 7), (at, 5)])
            why = facts.check(facts.parse(fact), witness.read(lines), lines)
            self.assertEqual(why == "", true, hex(at))


class Owners(unittest.TestCase):
    def map(self, log=(), extra=(), kib=(), moment="after", then=()):
        lines = [*log, *snapshot(moment, extra, kib)]
        s = witness.read(lines)[moment]
        return owners.owners(s, owners.log_before(lines + list(then), moment))

    def at(self, m, *addresses):
        return [m.of(a) for a in addresses]

    def test_plain_machine(self):
        m = self.map(kib=[(0x50000, 5)],
                     extra=["witness: rom c000 02 00 1234:1111", "witness: bare e800 04",
                            "witness: rom d000 02 00 8086:100e some net boot",
                            "witness: rom d800 02 00 8086:100e"])
        self.assertEqual(len(m.low), 1024)
        self.assertEqual(self.at(m, 0, 0x800, 0x50000, 0x9f800, 0x9fc00, 0xa0000, 0xc0000, 0xc0400,
                                 0xd0000, 0xd8000, 0xe8000, 0xe8800, 0xf0000),
                         ["ivt+bda", "free", "free data", "free", "ebda", "video", "vga bios",
                          "empty", "rom some net boot", "rom 8086:100e", "pmm", "system bios",
                          "system bios"])
        self.assertEqual([str(s.owner) for s in m.high], ["ram"])
        self.assertEqual(sum(s.end - s.start for s in m.spans()), 1 << 20)

    def test_blank_rom_space_is_empty_and_the_rest_unknown(self):
        m = self.map(kib=[(0xcc000, owners.digest(b"\xff" * 1024)), (0xcc400, 5)])
        self.assertEqual(self.at(m, 0xcc000, 0xcc400), ["empty", "unknown"])

    def test_claims_follow_the_ebda_or_stay(self):
        log = ["owns: grower ebda +0400 00800", "owns: mover at 9e000 00800",
               "owns: hog at 00200000 01000"]
        m = self.map(log, base(632, 0x9f000, 4))
        self.assertEqual(self.at(m, 0x9e000, 0x9e800, 0x9f000, 0x9f400, 0x9f800, 0x9fc00, 0x200000),
                         ["mover", "taken", "ebda", "grower", "grower", "taken", "hog"])
        m = self.map(log, base(628, 0x9d000, 4))
        self.assertEqual(self.at(m, 0x9d000, 0x9d400, 0x9e000), ["ebda", "grower", "mover"])
        m = self.map(log + ["gives: grower"], base(632, 0x9f000, 4))
        self.assertEqual(self.at(m, 0x9f400, 0x9e000), ["ebda", "mover"])
        self.assertEqual(m.kib("grower"), 0)

    def test_claims_stay_where_they_were_in_an_ebda_copied_in_part(self):
        log = ["owns: grower ebda +0400 00400"] + snapshot("before", base(638, 0x9f800, 2))
        m = self.map(log, memory(0x400, b"\0" * 14 + b"\0\2\0\0\0" + b"\x7e\2") +
                     memory(0x2000, b"\1") + ["witness: range 00002000 00000400"])
        self.assertEqual(self.at(m, 0x2000, 0x2400, 0x9f800, 0x9fc00),
                         ["ebda", "free", "taken", "grower"])

    def test_growth_that_nobody_claims_is_taken(self):
        first = snapshot("post")
        m = self.map(first, base(636, 0x9f000, 4))
        self.assertEqual(self.at(m, 0x9f000, 0x9f400), ["ebda", "taken"])
        self.assertEqual(self.at(self.map((), base(636, 0x9f000, 4)), 0x9f400), ["ebda"])

    def test_what_is_said_later_does_not_count(self):
        m = self.map((), base(636, 0x9f000, 4), then=["owns: grower ebda +0400 00800"])
        self.assertEqual(m.kib("grower"), 0)

    def test_block_and_tombstone(self):
        m = self.map(GROWN, GROWN_EBDA)
        self.assertEqual(self.at(m, 0x9f400, 0x9f800, 0x9fc00),
                         ["ebda", "ebb block", "ebb tombstone"])
        # Somebody grows it again.
        m = self.map(GROWN, base(633, 0x9e400, 7) + memory(0x9e800, b"ebb:bloc"))
        self.assertEqual(self.at(m, 0x9e400, 0x9e800, 0x9ec00, 0x9f000),
                         ["ebda", "ebb block", "ebb tombstone", "taken"])
        # Somebody copies one KiB of it into low memory: the block is where it was.
        early = GROWN + snapshot("before", GROWN_EBDA)
        copied = base(637, 0x9f400, 3) + memory(0x400, b"\0" * 14 + b"\0\2\0\0\0" + b"\x7d\2") + \
            memory(0x2000, b"\3") + ["witness: range 00002000 00000c00"] + memory(0x9f800, b"ebb:bloc")
        m = self.map(early, copied)
        self.assertEqual(self.at(m, 0x2000, 0x2400, 0x2800, 0x9f800, 0x9fc00),
                         ["ebda", "free", "free", "ebb block", "ebb tombstone"])
        m = self.map(["ebb: init: block pmm 000e8640"])
        self.assertEqual(self.at(m, 0xe8400, 0xe8800, 0xe8c00),
                         ["ebb block", "ebb block", "system bios"])

    def test_of_claims_that_overlap_the_smaller_counts_and_a_tombstone_last(self):
        m = self.map(["owns: direct at 9fc00 00400"] + GROWN, GROWN_EBDA)
        self.assertEqual(self.at(m, 0x9f800, 0x9fc00), ["ebb block", "direct"])
        for log in (["owns: copier at 9f000 01000"] + GROWN, GROWN + ["owns: copier at 9f000 01000"]):
            m = self.map(log, GROWN_EBDA)
            self.assertEqual(self.at(m, 0x9f400, 0x9f800, 0x9fc00),
                             ["copier", "ebb block", "copier"])

    def test_a_shared_block_is_one(self):
        m = self.map(GROWN + ["ebb: init: block shared ebda 9f40:0400"], GROWN_EBDA)
        self.assertEqual((m.kib("ebb"), m.kib("ebb block")), (2, 1))

    def test_pxe_has_the_piece_below_the_ebda(self):
        window = base(633, 0x9fc00, 1) + memory(0x9e800, pxe_structure((0x9f000, 0x800)))
        m = self.map((), window)
        self.assertEqual(m.kib("pxe"), 6)
        self.assertEqual(self.at(m, 0x9e000, 0x9e400, 0x9fc00), ["free", "pxe", "ebda"])
        broken = window + memory(0x9e840, b"\1")
        self.assertEqual(self.map((), broken).kib("pxe"), 0)

        # Somebody moves the EBDA over it, and takes more on both sides.
        moved = base(629, 0x9ec00, 5) + memory(0x9e800, pxe_structure((0x9f000, 0x800)))
        m = self.map(snapshot("nbp", window), moved, moment="moved")
        self.assertEqual(self.at(m, 0x9d400, 0x9e400, 0x9e800, 0x9ec00, 0x9f000),
                         ["taken", "pxe", "pxe", "ebda", "taken"])

    def test_pxe_that_is_not_reserved_is_seen(self):
        low = base(633, 0x9fc00, 1) + memory(0x9e400, pxe_structure((0x90000, 0x401)))
        self.assertEqual(self.at(self.map((), low), 0x90000, 0x90400, 0x90800),
                         ["pxe unreserved", "pxe unreserved", "free"])

    def test_high_memory(self):
        log = ["ebb: init: payload pmm 00a00000 27k room 368k"]
        core = ["ebb: core: 1 at 00a07000 +368k"]
        self.assertEqual(self.at(self.map(log), 0xa00000, 0xa06bff, 0xa06c00, 0xa07000, 0xa63000),
                         ["ebb payload", "ebb payload", "ram", "ebb room", "ram"])
        self.assertEqual(self.at(self.map(log + core), 0xa07000, 0xa62fff), ["ebb core"] * 2)
        for end in ("ebb: down: everything given back", "ebb: bev: back to the firmware"):
            self.assertEqual(self.at(self.map(log + core + [end]), 0xa07000), ["ebb room"])
            self.assertEqual(self.at(self.map(core + [end]), 0xa07000), ["ram"])
        m = self.map((), ["witness: e820 00400000 00001000 2", "witness: e820 00402000 1000 3"])
        self.assertEqual(self.at(m, 0x400000, 0x401000, 0x402000, 0x403000, 0xf0000000),
                         ["reserved", "ram", "acpi", "ram", ""])

    def test_what_moved_is_told(self):
        a = self.map(GROWN, GROWN_EBDA, moment="before")
        b = self.map(GROWN, base(633, 0x9e400, 7) + memory(0x9e800, b"ebb:bloc"))
        self.assertEqual([str(c) for c in owners.moved(a, b)], [
            "ebb block moved: 9f800-9fc00 -> 9e800-9ec00",
            "ebb tombstone moved: 9fc00-a0000 -> 9ec00-9f000",
            "ebda moved: 9f400-9f800 -> 9e400-9e800",
            "taken appeared: nowhere -> 9f000-a0000"])
        self.assertEqual(owners.moved(a, a), [])
        self.assertEqual([c.what for c in owners.moved(b, self.map())],
                         ["vanished", "vanished", "moved", "vanished"])
        c = self.map((), base(631, 0x9fc00, 1))
        d = self.map((), base(630, 0x9fc00, 1))
        self.assertEqual([x.what for x in owners.moved(c, d)], ["grew"])
        self.assertEqual([x.what for x in owners.moved(d, c)], ["shrank"])

    def test_facts_about_owners(self):
        lines = GROWN + snapshot("after", GROWN_EBDA)
        for fact, true in (("owner of 9f800 at after is ebb block", True),
                           ("owner of 9f800 at after is ebb", True),
                           ("owner of 9f800 at after is eb", False),
                           ("owner of 9f800 at after is ebda", False),
                           ("owner of f0000000 at after is ram", False),
                           ("owner ebb at after has 2 KiB", True),
                           ("owner ebb block at after has 2 KiB", False),
                           ("owner ebb at after has at least 3 KiB", False),
                           ("owner ebb at after has at most 1 KiB", False),
                           ("owner ebb at after has at least 1 KiB", True),
                           ("owner ebb at after has at most 3 KiB", True),
                           ("owner nobody at after has 0 KiB", True)):
            why = facts.check(facts.parse(fact), witness.read(lines), lines)
            self.assertEqual(why == "", true, fact)

    def test_memory_map_agrees_with_owners(self):
        def why(log, extra=()):
            lines = list(log) + snapshot("after", extra)
            return facts.check(facts.parse("memory at after agrees with owners"),
                               witness.read(lines), lines)
        self.assertEqual(why(()), "")
        self.assertIn("E820 gives away 9f800-9fc00 of ebb block", why(GROWN, GROWN_EBDA))
        hidden = ["witness: e820 9f000 1000 2"]
        self.assertEqual(why(GROWN, GROWN_EBDA + hidden), "")
        high = base(640, 0x9f400, 3) + memory(0x9f800, b"ebb:bloc") + hidden
        self.assertIn("INT 12h gives away 9f800", why(GROWN, high))
        core = ["ebb: core: 1 at 03000000 +384k"]
        self.assertIn("E820 gives away 3000000-3060000 of ebb core", why(core))
        old = why(core, ["witness: e820 03000000 60000 2"])
        self.assertNotIn("E820", old)
        self.assertIn("E801 gives away", old)
        self.assertIn("88h gives away", old)
        self.assertEqual(why(core, ["witness: e820 03000000 60000 2", "witness: e88 bc00",
                                    "witness: e801 3c00 0200 3c00 0200"]), "")
        self.assertIn("mover", why(["owns: mover at 90000 00400"]))
        no_map = [line for line in snapshot("after") if "e820" not in line]
        self.assertNotEqual(facts.check(facts.parse("memory at after agrees with owners"),
                                        witness.read(no_map), no_map), "")


class Emulators(unittest.TestCase):
    def test_the_debuggers_words_leave_lines_whole(self):
        lines = ["one", "", "tw39Next at t=12345", "(0) [0x0000000f0000] f000:0000: hlt",
                 "<bochs:2> <bochs:3> o", "Next at t=1", "(0).[1]", "<bochs:4>", "three"]
        self.assertEqual(bochs.guest_lines(lines), ["one", "", "tw39o", "three"])


if __name__ == "__main__":
    done = unittest.main(exit=False).result
    bad = len(done.failures) + len(done.errors)
    print("bench-selftest: %d passed, %d failed" % (done.testsRun - bad, bad))
    sys.exit(1 if bad else 0)
