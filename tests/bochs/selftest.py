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

from bench import facts, faults, scenario, wire, witness  # noqa: E402
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
                     GOOD + "given pretender pci3\ngiven order network floppy\n",
                     GOOD + "given pretender pci3\ngiven neighbour gap before\n"):
            with self.assertRaises(scenario.BadScenario, msg=text):
                self.read(text)

    def test_every_word_of_the_tables_is_understood(self):
        examples = {"N": "7", "ADDR": "10.1.2.3", "TEXT": "x", "MOMENT": "nbp", "REGION": "ivt",
                    "HEX": "9fc0", "REL": "at most", "+N": "+16",
                    "KEYS": "1e61 011b"}
        for parse, table in ((faults.parse, faults.TABLE), (facts.parse, facts.TABLE)):
            for template, _ in table:
                parse(" ".join(examples.get(w, w) for w in template.split()))
        self.assertEqual(len(facts.CHECKS), len(facts.TABLE))


def snapshot(moment, extra=()):
    """A machine with an EBDA of 1 KiB at 9FC00 and 64 MiB."""
    return ["witness: begin " + moment, "witness: range 00000000 00000500",
            "witness: range 00097c00 00008400", "witness: mem 00000400 " + "00" * 14 + "c09f" +
            "000000" + "7f02" + "00" * 11, "witness: mem 0009fc00 01" + "00" * 31,
            "witness: pic b8 8f", "witness: a20 01", "witness: rom c000 02 00",
            "witness: e820 0 9fc00 1", "witness: e820 100000 3f00000 1",
            "witness: e801 3c00 0300 3c00 0300", "witness: e88 fc00",
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


if __name__ == "__main__":
    done = unittest.main(exit=False).result
    bad = len(done.failures) + len(done.errors)
    print("bench-selftest: %d passed, %d failed" % (done.testsRun - bad, bad))
    sys.exit(1 if bad else 0)
