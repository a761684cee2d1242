#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tests of what the bench has for real clients: the scripted peer's TCP and HTTP, driven
segment by segment, its files, and the programs of Debian packages.  No emulator."""

import os
import struct
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import peer_test  # noqa: E402
from bench import build, packages, tcp, wire  # noqa: E402
from bench.peer import GUEST_IP, SERVER_IP  # noqa: E402

MAC = peer_test.MAC


class PeerTest(unittest.TestCase):
    """A folder with one file, and guests of a peer that serves it."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.content = bytes(range(256)) * 14 + b"end"
        with open(os.path.join(self.folder.name, "file.bin"), "wb") as f:
            f.write(self.content)

    def guest(self, *fault_lines):
        g = peer_test.Guest(self.folder.name, *fault_lines)
        self.addCleanup(g.peer.log_file.close)
        return g

    def packets(self):
        with open(os.path.join(self.folder.name, "packets.txt"), encoding="utf-8") as f:
            return f.read()


class TcpGuest(peer_test.Guest):
    """A TCP client that keeps what it got, segment by segment."""

    PORT, FIRST = 49152, 0xfffff000     # its numbers wrap

    def __init__(self, folder, *fault_lines):
        super().__init__(folder, *fault_lines)
        self.peer.transmit = self.keep
        self.next, self.expected, self.got = self.FIRST, None, b""
        self.closed = False

    def keep(self, frame, text):
        self.peer.log("peer  " + text)
        self.frames.append(wire.parse(frame))

    def segment(self, flags, data=b"", window=65535, options=b"", dport=80, seq=None):
        packet = wire.tcp(GUEST_IP, SERVER_IP, self.PORT, dport, self.next if seq is None else seq,
                          self.expected or 0, flags, window, data, options)
        return [p for p in self.send(wire.ethernet(wire.BROADCAST, MAC, 0x800, wire.ipv4(
            6, GUEST_IP, SERVER_IP, packet))) if p.kind == "tcp"]

    def connect(self, window=65535, options=b"\2\4\5\xb4"):
        answer, = self.segment(tcp.SYN, window=window, options=options)
        self.next = self.next + 1 & tcp.MASK
        self.expected = answer.seq + 1
        self.segment(tcp.ACK, window=window)
        return answer

    def say(self, data, window=65535):
        answers = self.segment(tcp.ACK | tcp.PSH, data, window)
        self.next = self.next + len(data) & tcp.MASK
        return answers

    def take(self, answers, window=65535, lose=()):
        """Acknowledges until the server is quiet; loses the segments whose numbers are given."""
        count = 0
        while answers:
            for p in answers:
                count += 1
                if count not in lose and p.seq == self.expected:
                    self.got += p.data
                    self.closed = self.closed or bool(p.flags & tcp.FIN)
                    self.expected += len(p.data) + bool(p.flags & tcp.FIN)
            told, answers = answers, []
            for p in told:
                if p.data or p.flags & tcp.FIN:
                    answers += self.segment(tcp.ACK, window=window)

    def ask(self, text, **more):
        self.take(self.say(text.replace("\n", "\r\n").encode()), **more)
        head, _, body = self.got.partition(b"\r\n\r\n")
        self.got = b""
        return head.decode(), body


GET = "GET /file.bin HTTP/1.1\nHost: x\n%s\n"


class TcpAndHttp(PeerTest):
    def tcp_guest(self, *fault_lines):
        g = TcpGuest(self.folder.name, *fault_lines)
        self.addCleanup(g.peer.log_file.close)
        return g

    def silence(self, g):
        g.frames.clear()
        g.peer.tcp.silence()
        return list(g.frames)

    def test_connection_opens_and_a_file_comes(self):
        g = self.tcp_guest()
        answer = g.connect()
        self.assertEqual((answer.flags, answer.ack), (tcp.SYN | tcp.ACK, g.FIRST + 1 & tcp.MASK))
        head, body = g.ask(GET % "")
        self.assertEqual(head.split("\r\n")[0], "HTTP/1.1 200 OK")
        self.assertIn("Content-Length: %d" % len(self.content), head)
        self.assertEqual(body, self.content)
        self.assertFalse(g.closed)
        self.assertEqual(g.ask(GET % "")[1], self.content)      # kept alive
        self.assertNotIn("FAULT", self.packets())

    def test_segments_keep_to_mss_and_window(self):
        g = self.tcp_guest()
        g.connect(options=b"\2\4\0\x64")
        answers = g.say((GET % "").replace("\n", "\r\n").encode(), window=350)
        self.assertEqual([len(p.data) for p in answers], [100, 100, 100])
        g = self.tcp_guest()
        g.connect(window=2, options=b"\2\4\0\x64\1\3\3\7")      # scaled from the next one on
        answers = g.say((GET % "").replace("\n", "\r\n").encode(), window=2)
        self.assertEqual([len(p.data) for p in answers], [100, 100])

    def test_closed_window_is_probed_and_opens(self):
        g = self.tcp_guest()
        g.connect()
        answers = g.say((GET % "").replace("\n", "\r\n").encode(), window=0)
        self.assertEqual([p.data for p in answers], [b""])
        self.assertEqual([len(p.data) for p in self.silence(g)], [1])
        g.take(g.segment(tcp.ACK))
        self.assertTrue(g.got.endswith(self.content))

    def test_lost_segments_are_sent_again(self):
        g = self.tcp_guest()
        g.connect(options=b"\2\4\0\x64")
        g.take(g.say((GET % "").replace("\n", "\r\n").encode()), lose=(2,))
        self.assertEqual(self.packets().count("again"), 1)      # three duplicates asked for it
        for _ in range(len(self.content) // 100):
            g.take(self.silence(g))
        self.assertTrue(g.got.endswith(self.content))

    def test_silence_repeats_a_bounded_number_of_times(self):
        g = self.tcp_guest()
        g.segment(tcp.SYN)
        repeats = [len(self.silence(g)) for _ in range(tcp.SILENCES_MAX + 5)]
        self.assertEqual(repeats, [1] * tcp.SILENCES_MAX + [0] * 5)
        self.assertIn("given up", self.packets())
        g = self.tcp_guest()
        g.connect()
        g.ask(GET % "")
        self.assertEqual(self.silence(g), [])       # nothing is missing

    def test_both_sides_close(self):
        g = self.tcp_guest()
        g.connect()
        g.ask(GET % "Connection: close\n")
        self.assertTrue(g.closed)
        g.segment(tcp.ACK | tcp.FIN)
        self.assertEqual(g.peer.tcp.open, {})
        g = self.tcp_guest()
        g.connect()
        fin, = g.segment(tcp.ACK | tcp.FIN)
        self.assertTrue(fin.flags & tcp.FIN)
        g.next, g.expected = g.next + 1 & tcp.MASK, g.expected + 1
        g.segment(tcp.ACK)
        self.assertEqual(g.peer.tcp.open, {})

    def test_reset_ends_and_strangers_are_refused(self):
        g = self.tcp_guest()
        g.connect()
        self.assertEqual(g.segment(tcp.RST), [])
        self.assertEqual(g.peer.tcp.open, {})
        self.assertTrue(g.segment(tcp.ACK)[0].flags & tcp.RST)
        self.assertTrue(g.segment(tcp.SYN, dport=81)[0].flags & tcp.RST)

    def test_old_bytes_are_not_taken_twice(self):
        g = self.tcp_guest()
        g.connect()
        request = (GET % "").replace("\n", "\r\n").encode()
        g.segment(tcp.ACK, request[:20])
        self.assertEqual([p.data for p in g.segment(tcp.ACK, request[30:], seq=g.next + 30)], [b""])
        self.assertNotEqual(g.segment(tcp.ACK, request)[0].data, b"")
        self.assertEqual(self.packets().count("guest http GET"), 1)

    def test_http_answers(self):
        for text, status, body in (
                (GET % "Range: bytes=5-9\n", 206, self.content[5:10]),
                (GET % "Range: bytes=-4\n", 206, self.content[-4:]),
                (GET % "Range: bytes=3580-\n", 206, self.content[3580:]),
                (GET % "Range: bytes=9999-\n", 416, b""),
                (GET % "Range: lines=1-2\n", 200, self.content),
                ("HEAD /file.bin HTTP/1.1\nHost: x\n\n", 200, b""),
                ("GET /none HTTP/1.1\nHost: x\n\n", 404, b"no such file\n"),
                ("GET /../packets.txt HTTP/1.1\nHost: x\n\n", 200, None),
                ("GET http://10.0.2.2/file.bin?x HTTP/1.1\nHost: x\n\n", 200, self.content),
                ("GET /file.bin HTTP/1.1\n\n", 400, b""),
                ("POST /file.bin HTTP/1.1\nHost: x\n\n", 405, b""),
                ("nonsense\n\n", 400, b""), ("x" * 9000, 431, b"")):
            g = self.tcp_guest()
            g.connect()
            head, got = g.ask(text)
            self.assertEqual(head.split(" ")[1], str(status), text)
            if body is not None:
                self.assertEqual(got, body, text)
        g = self.tcp_guest()
        g.connect()
        self.assertIn("Connection: close", g.ask("GET /file.bin HTTP/1.0\n\n")[0])
        self.assertTrue(g.closed)

    def test_wrong_checksums_are_marked(self):
        g = self.tcp_guest()
        packet = bytearray(wire.tcp(GUEST_IP, SERVER_IP, 1, 80, 0, 0, tcp.SYN, 1))
        packet[16] ^= 1
        g.send(wire.ethernet(wire.BROADCAST, MAC, 0x800, wire.ipv4(6, GUEST_IP, SERVER_IP,
                                                                   bytes(packet))))
        self.assertIn("FAULT bad TCP checksum", self.packets())


class Files(PeerTest):
    def test_folders_are_served_and_nothing_above_them(self):
        g = self.guest()
        os.makedirs(os.path.join(self.folder.name, "served/conf"))
        with open(os.path.join(self.folder.name, "served/conf/x"), "wb") as f:
            f.write(b"inside")
        g.peer.folder = os.path.join(self.folder.name, "served")
        for name, content in (("conf/x", b"inside"), ("/conf//x", b"inside"),
                              ("conf\\x", b"inside"), ("conf/../conf/x", b"inside"),
                              ("../file.bin", None), ("/../../file.bin", None), ("conf", None),
                              ("a\0b", None), ("", None)):
            self.assertEqual(g.peer.content(name), content, name)

    def test_user_class_chooses_the_boot_file(self):
        line = 'dhcp class iPXE file "http://10.0.2.2/boot"'
        for options, name in (((), b"file.bin"), (((77, b"iPXE"),), b"http://10.0.2.2/boot"),
                              (((77, b"\4iPXE"),), b"http://10.0.2.2/boot"),
                              (((77, b"gPXE"),), b"file.bin")):
            offer = self.guest(line).dhcp(1, *options)[0]
            self.assertEqual(offer[108:236].rstrip(b"\0"), name)

    def test_faults_of_a_foreign_guest_are_only_noted(self):
        g = self.guest("guest is foreign")
        g.dhcp(1)
        g.dhcp(3)
        self.assertIn(" odd: request without", self.packets())
        self.assertNotIn("FAULT", self.packets())


class Packages(unittest.TestCase):
    def test_missing_files_name_their_package(self):
        for name, text in (("debian:pxelinux/none.0", "package pxelinux"),
                           ("debian:none/x", "debian:PACKAGE/FILE"),
                           ("debian:pxelinux/../x", "debian:PACKAGE/FILE"),
                           ("debian:pxelinux/", "debian:PACKAGE/FILE")):
            with self.assertRaisesRegex(packages.Missing, text):
                packages.path_of(name)

    def test_ramdisk_is_what_the_kernel_looks_for(self):
        with tempfile.TemporaryDirectory() as folder:
            b = build.Builder(folder)
            with open(b.ramdisk(("-DKIB=2",)), "rb") as f:
                words = struct.unpack("<512I", f.read())
            self.assertEqual(words[:2] + words[-1:], (0, 0x9e3779b1 * 4 & 0xffffffff,
                                                      0x9e3779b1 * 2044 & 0xffffffff))
            for wrong in ((), ("-DKIB=x",), ("-DKIB=1", "-DX=1")):
                with self.assertRaises(build.BuildError):
                    b.ramdisk(wrong)

if __name__ == "__main__":
    done = unittest.main(exit=False).result
    bad = len(done.failures) + len(done.errors)
    print("bench-servers: %d passed, %d failed" % (done.testsRun - bad, bad))
    sys.exit(1 if bad else 0)
