#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tests of the scripted peer, which is driven frame by frame: ARP, DHCP, TFTP, PXE."""

import os
import struct
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from bench import faults, wire  # noqa: E402
from bench.peer import Peer, GUEST_IP, SERVER_IP  # noqa: E402

MAC = b"\x52\x54\0\x12\x34\x56"
CLIENT_PORT = 2000


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


if __name__ == "__main__":
    done = unittest.main(exit=False).result
    bad = len(done.failures) + len(done.errors)
    print("bench-peer: %d passed, %d failed" % (done.testsRun - bad, bad))
    sys.exit(1 if bad else 0)
