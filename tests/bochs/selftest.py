#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tests of the bench itself that need no emulator: scenario words, facts, witness and
the scripted peer, which is driven frame by frame."""

import os
import struct
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from bench import bochs, facts, faults, owners, scenario, wire, witness  # noqa: E402
from bench.peer import Peer, GUEST_IP, SERVER_IP  # noqa: E402

MAC = b"\x52\x54\0\x12\x34\x56"
GOOD = "given firmware qemu-pc\ngiven nic e1000\nends shutdown within 5 s\n"
CLIENT_PORT = 2000


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


class Guest:
    """A frame-by-frame client of a peer that keeps what it sends."""

    def __init__(self, folder, *fault_lines):
        self.frames = []
        fault_list = [faults.parse(line) for line in fault_lines]
        self.peer = Peer(None, 1, folder, "file.bin", fault_list,
                         os.path.join(folder, "packets.txt"))
        self.peer.transmit = lambda frame, text: self.frames.append(wire.parse(frame))

    def send(self, frame):
        self.frames.clear()
        self.peer.receive(frame)
        return [p for p in self.frames if not p.fault]

    def udp(self, sip, dip, sport, dport, data):
        packet = wire.ipv4(17, sip, dip, wire.udp(sip, dip, sport, dport, data))
        return self.send(wire.ethernet(wire.BROADCAST, MAC, 0x800, packet))

    def dhcp(self, kind, *more):
        head = b"\1\1\6\0" + b"xid!" + bytes(20) + MAC.ljust(16, b"\0") + bytes(192)
        opts = wire.options([(53, bytes([kind])), (60, b"PXEClient"), (93, b"\0\0"),
                             (94, b"\1\2\1"), *more])
        data = (head + wire.MAGIC + opts + b"\xff").ljust(300, b"\0")
        return [p.data for p in self.udp(bytes(4), b"\xff" * 4, 68, 67, data)]

    def tftp(self, dport, data):
        return [p for p in self.udp(GUEST_IP, SERVER_IP, CLIENT_PORT, dport, data)
                if p.kind == "udp"]

    def fetch(self, request_options=b"blksize\x00512\x00tsize\x000\x00"):
        """A patient client: repeats its last packet until the file is there or not."""
        got, n, port = b"", 0, 69
        packet = b"\0\1file.bin\0octet\0" + request_options
        for _ in range(60):
            for p in self.tftp(port, packet):
                op, value = struct.unpack("!HH", p.data[:4].ljust(4, b"\0"))
                if op == 5:
                    return value
                if p.sport == 31000 or op not in (3, 6):
                    continue
                port = p.sport
                if op == 6:
                    packet = b"\0\4\0\0"
                elif value == n + 1:
                    got, n = got + p.data[4:], value
                    packet = b"\0\4" + struct.pack("!H", n)
                    if len(p.data) < 516:
                        self.tftp(port, packet)
                        return got
        return got


class ScriptedPeer(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.content = bytes(range(256)) * 14 + b"end"
        with open(os.path.join(self.folder.name, "file.bin"), "wb") as f:
            f.write(self.content)

    def tearDown(self):
        self.folder.cleanup()

    def guest(self, *fault_lines):
        g = Guest(self.folder.name, *fault_lines)
        self.addCleanup(g.peer.log_file.close)
        return g

    def packets(self):
        with open(os.path.join(self.folder.name, "packets.txt"), encoding="utf-8") as f:
            return f.read()

    def test_arp_is_answered_unless_silent(self):
        who = wire.arp(1, MAC, GUEST_IP, bytes(6), SERVER_IP, wire.BROADCAST)
        self.assertEqual([p.op for p in self.guest().send(who)], [2])
        self.assertEqual(self.guest("arp silent").send(who), [])

    def test_offer_carries_address_server_and_file(self):
        offer = self.guest().dhcp(1)[0]
        self.assertEqual(offer[16:20], GUEST_IP)
        self.assertEqual(offer[20:24], SERVER_IP)
        self.assertEqual(offer[108:116], b"file.bin")

    def test_dhcp_faults_change_the_answers(self):
        plain = self.guest().dhcp(1)
        for line in ("dhcp silent", "dhcp ignore 1", "dhcp no file", "dhcp no server",
                     "dhcp file in option", "dhcp overload", "dhcp split file", "dhcp proxy",
                     "dhcp two servers", "dhcp broken offer", "dhcp wrong xid", "dhcp bootp",
                     "dhcp server 10.9.9.9", "dhcp option 129 x"):
            self.assertNotEqual(self.guest(line).dhcp(1), plain, line)

    def test_requests_are_confirmed_refused_or_ignored(self):
        chosen = ((50, GUEST_IP), (54, SERVER_IP))
        for line, kinds in (("dhcp unicast", [5, 5]), ("dhcp nak once", [6, 5]),
                            ("dhcp nak always", [6, 6]), ("dhcp no ack", [])):
            g = self.guest(line)
            g.dhcp(1)
            answers = g.dhcp(3, *chosen) + g.dhcp(3, *chosen)
            self.assertEqual([a[242] for a in answers], kinds, line)

    def test_wrong_requests_are_marked(self):
        g = self.guest()
        g.dhcp(1)
        g.dhcp(3)
        self.assertIn("FAULT request without", self.packets())

    def test_file_comes_whole_through_every_mild_fault(self):
        for line in ("arp silent", "tftp ignore options", "tftp no tsize",
                     "tftp unasked option",
                     "tftp drop request 1", "tftp drop block 3", "tftp drop every 3",
                     "tftp duplicate every 2", "tftp early block 3", "tftp late block 3",
                     "tftp corrupt every 3", "tftp wrong port at block 3", "tftp no checksum",
                     "tftp runts"):
            self.assertEqual(self.guest(line).fetch(), self.content, line)

    def test_file_does_not_come_through_the_others(self):
        for line, result in (("tftp error 2 no", 2), ("tftp error at block 4", 0),
                             ("tftp refuse options", 8), ("tftp silent", b""),
                             ("tftp silent after 4", self.content[:2048]),
                             ("tftp truncate after 2", self.content[:1029]),
                             ("tftp oversize", self.content + bytes(3 * 512 + 7))):
            self.assertEqual(self.guest(line).fetch(), result, line)

    def test_block_numbers_wrap(self):
        g = self.guest("tftp blksize 8")
        with open(os.path.join(self.folder.name, "file.bin"), "wb") as f:
            f.write(bytes(8 * 65536) + b"behind")
        g.tftp(69, b"\0\1file.bin\0octet\0blksize\x008\0")
        g.peer.transfers[20000].acked = 65534
        for ack, answer in ((65535, b"\0\3\0\0" + bytes(8)), (0, b"\0\3\0\1behind")):
            data = g.tftp(20000, b"\0\4" + struct.pack("!H", ack))
            self.assertEqual([p.data for p in data], [answer])
        g.tftp(20000, b"\0\4\0\1")
        self.assertIn("peer  tftp done", self.packets())

    def test_questions_hold_a_block_back(self):
        for line, answer in (
                ("arp ask at block 2", wire.arp(2, MAC, GUEST_IP, bytes(6), SERVER_IP)),
                ("ping at block 2", wire.ethernet(wire.BROADCAST, MAC, 0x800, wire.ipv4(
                    1, GUEST_IP, SERVER_IP, wire.icmp_echo(b"x", reply=True))))):
            g = self.guest(line)
            g.tftp(69, b"\0\1file.bin\0octet\0")
            self.assertEqual(g.tftp(20000, b"\0\4\0\1"), [])
            self.assertEqual([p.data[3] for p in g.send(answer)], [2], line)

    def test_guest_faults_are_marked(self):
        g = self.guest()
        frame = bytearray(wire.ethernet(wire.BROADCAST, MAC, 0x800, wire.ipv4(
            17, GUEST_IP, SERVER_IP, wire.udp(GUEST_IP, SERVER_IP, 1, 2, b"x", damage=True))))
        g.send(bytes(frame))
        self.assertIn("FAULT bad UDP checksum", self.packets())


class ScriptedPxe(unittest.TestCase):
    """Proxies and boot servers of the peer: what they say, and what they hold against a guest."""
    MENU = ("pxe control 3", "pxe item 32769 One", "pxe prompt 9 Wait", "pxe server 32769 10.0.2.6",
            "pxe boots at 32769 10.0.2.6")
    ITEM = b"\x47\4\x80\1\0\0\xff"
    BOOT = bytes((10, 0, 2, 6))
    PROXY = bytes((10, 0, 2, 3))

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def guest(self, *lines):
        g = Guest(self.folder.name, *lines)
        self.addCleanup(g.peer.log_file.close)
        g.dhcp(1)
        self.offers = [p.data for p in g.frames if p.kind == "udp"]
        return g

    def ask(self, g, dip, dport, *more, ciaddr=GUEST_IP, xid=b"xid!", mac=None):
        """The answers to a REQUEST, and the last line of the log about the guest."""
        head = b"\1\1\6\0" + xid + bytes(4) + ciaddr + bytes(12) + MAC.ljust(16, b"\0") + bytes(192)
        opts = wire.options([(53, b"\3"), (60, b"PXEClient"), (93, b"\0\0"), (94, b"\1\2\1"), *more])
        data = (head + wire.MAGIC + opts + b"\xff").ljust(300, b"\0")
        packet = wire.ipv4(17, GUEST_IP, dip, wire.udp(GUEST_IP, dip, 68, dport, data))
        found = g.send(wire.ethernet(mac or wire.BROADCAST, MAC, 0x800, packet))
        with open(os.path.join(self.folder.name, "packets.txt"), encoding="utf-8") as f:
            line = [x for x in f.read().split("\n") if x.startswith("guest")][-1]
        return found, line

    def test_a_proxy_offers_what_it_is_told(self):
        self.guest(*self.MENU)
        self.assertEqual(len(self.offers), 2)
        self.assertEqual(self.offers[0][108:112], bytes(4))     # the address server names no file
        self.assertEqual(self.offers[1][16:20], bytes(4))
        self.assertIn(b"\x06\1\3\x0a\5\x09Wait\x08\7\x80\1\1" + self.BOOT +
                      b"\x09\6\x80\1\3One\xff", self.offers[1])

    def test_every_word_changes_something(self):
        self.guest(*self.MENU)
        plain = self.offers
        for line in ("pxe multicast 239.1.2.3", "pxe any server 5", "pxe raw 0601ff", "pxe split",
                     "pxe other class", "pxe file", "pxe with address", "pxe bare", "pxe late",
                     "pxe twice", "pxe two proxies", "dhcp file too"):
            self.guest(*self.MENU, line)
            self.assertNotEqual(self.offers, plain, line)

    def test_boot_servers_answer_for_their_type(self):
        g = self.guest(*self.MENU)
        found, line = self.ask(g, self.BOOT, 4011, (43, self.ITEM))
        self.assertNotIn("FAULT", line)
        self.assertIn("to 10.0.2.6:4011 type 8001", line)
        self.assertEqual([(p.sport, p.data[242]) for p in found], [(4011, 5)])
        self.assertIn(self.ITEM, found[0].data)
        for word in ("deaf to unicast", "answers another type", "answers secure", "answers binl"):
            other, _ = self.ask(self.guest(*self.MENU, "pxe " + word), self.BOOT, 4011,
                                (43, self.ITEM))
            self.assertNotEqual([p.data for p in other], [p.data for p in found], word)

    def test_a_proxy_answers_on_4011(self):
        for line, ports in (("pxe bare", [4011]), ("pxe binl", [4100]), ("pxe lose 1", []),
                            ("pxe silent", []), ("pxe twice", [4011, 4011])):
            found, said = self.ask(self.guest(line, "pxe bare"), self.PROXY, 4011)
            self.assertEqual([p.sport for p in found], ports, line)
            self.assertNotIn("FAULT", said)

    def test_wrong_questions_are_marked(self):
        item, group = (43, self.ITEM), bytes((239, 1, 2, 3))
        for dip, dport, more, how, fault in (
                (self.BOOT, 67, [item], {}, "unicast to port 67"),
                (b"\xff" * 4, 67, [item], {}, "broadcast is forbidden"),
                (b"\xff" * 4, 4011, [item], {}, "broadcast to port 4011"),
                (group, 4011, [item], {}, "multicast is forbidden"),
                (self.PROXY, 4011, [item], {}, "not listed"),
                (self.PROXY, 4011, [], {}, "told all"),
                (self.BOOT, 4011, [item, (54, self.BOOT)], {}, "options 50 or 54"),
                (self.BOOT, 4011, [item], {"ciaddr": bytes(4)}, "the address that it has"),
                (self.BOOT, 4011, [(43, self.ITEM[:-1])], {}, "not one boot item"),
                (self.BOOT, 4011, [(43, b"\x47\4\x80\1\0\1\xff")], {}, "not one boot item"),
                (self.BOOT, 4011, [(43, b"\x47\4\x80\2\0\0\xff")], {}, "nobody told"),
                (self.BOOT, 4011, [item, (97, bytes(17))], {}, "first message")):
            _, line = self.ask(self.guest(*self.MENU), dip, dport, *more, **how)
            self.assertRegex(line, "FAULT .*" + fault)
        g = self.guest(*self.MENU)
        self.ask(g, self.BOOT, 4011, item)
        self.assertIn("another xid", self.ask(g, self.BOOT, 4011, item, xid=b"next")[1])

    def test_multicast_needs_its_own_mac(self):
        group, lines = bytes((239, 129, 2, 3)), ("pxe multicast 239.129.2.3",
                                                 "pxe item 32769 One")
        for mac, good in ((b"\1\0\x5e\1\2\3", True), (b"\1\0\x5e\x81\2\3", False)):
            _, line = self.ask(self.guest(*lines), group, 4011, (43, self.ITEM), mac=mac)
            self.assertEqual("FAULT" not in line, good)


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
