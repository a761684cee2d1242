#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tests of the measurements that need no emulator: packets, what the boot program says, tables."""

import os
import struct
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import api  # noqa: E402
import linux  # noqa: E402
import packets  # noqa: E402
from table import Table  # noqa: E402


def frame(sport, dport, data):
    head = b"\0" * 12 + b"\x08\0" + b"\x45" + b"\0" * 8 + b"\x11" + b"\0" * 10
    return head + struct.pack("!4H", sport, dport, 8 + len(data), 0) + data


def dump(frames, cut=0):
    """A packet dump with a frame every millisecond, its end cut off."""
    data = struct.pack("<IHHiIII", packets.PCAP_MAGIC, 2, 4, 0, 0, 65535, 1)
    for i, f in enumerate(frames):
        data += struct.pack("<4I", 7, 1000 * i, len(f), len(f)) + f
    return data[:len(data) - cut]


class Packets(unittest.TestCase):
    RRQ = frame(2000, 69, b"\0\1some/file\0octet\0")
    TALK = [RRQ, frame(69, 2000, b"\0\6blksize\x008\0"), frame(2000, 69, b"\0\4\0\0"),
            frame(69, 2000, b"\0\3\0\1" + b"x" * 8), frame(2000, 69, b"\0\4\0\1"),
            frame(69, 2000, b"\0\3\0\1" + b"x" * 8), frame(2000, 69, b"\0\4\0\1"),
            frame(69, 2000, b"\0\3\0\2" + b"x" * 3), frame(2000, 69, b"\0\4\0\2")]

    def read(self, data):
        with tempfile.NamedTemporaryFile() as f:
            f.write(data)
            f.flush()
            return packets.transfers(f.name)

    def test_repeated_blocks_count_once(self):
        t, = self.read(dump(self.TALK))
        self.assertEqual((t.name, t.size, t.blocks, t.repeated), ("some/file", 11, 2, 1))
        self.assertAlmostEqual(t.seconds, 0.008, 5)

    def test_a_record_cut_off_is_no_record(self):
        t, = self.read(dump(self.TALK, 1))
        self.assertAlmostEqual(t.seconds, 0.006, 5)

    def test_no_answer_is_no_transfer(self):
        self.assertEqual(self.read(dump([self.RRQ])), [])
        self.assertEqual(self.read(b"no dump at all"), [])


class Lines(unittest.TestCase):
    def test_each_line_is_read(self):
        said = api.Said(["rate: khz 000f4240",
                         "rate: udp 0580 bytes 00000010 sum 0000abcd ms 00000001 "
                         "ticks 0000000100000000 calls 00000003",
                         "rate: undi 0400 ready ms 00000001 ticks 00000000000000ff calls 00000003",
                         "rate: tftp_read 0200 FAILED: call 0020 status 003b"])
        w = said.ways["udp 1408"]
        self.assertEqual((w.size, w.sum, w.ticks, w.calls), (16, 0xabcd, 1 << 32, 3))
        self.assertEqual((said.khz, said.ready, said.failures), (
            1000000, {"undi 1024": 255}, {"tftp_read 512": "call 0020 status 003b"}))

    def test_sum_tells_order_and_length(self):
        self.assertEqual(api.sum_of(b"\1\0\0\0\1"), 3)
        self.assertNotEqual(api.sum_of(b"abcdefgh"), api.sum_of(b"efghabcd"))

    def test_archive_is_whole_dwords(self):
        self.assertEqual(len(linux.cpio_entry("init", 0, b"abcde", 1)) % 4, 0)


class Tables(unittest.TestCase):
    def table(self, **words):
        t = Table("title", ["ebb", "other"], **words)
        for v in (8, 10, 90):
            t.add("row", "ebb", v)
        t.add("row", "other", 5)
        return t

    def test_ratio_is_of_medians(self):
        self.assertEqual(self.table().ratio("row"), 2)
        self.assertEqual(self.table().ratio("row", max), 18)
        self.assertIn("2.00 (18.00)", self.table().text())
        self.assertEqual(self.table(less_is_better=True).ratio("row"), 0.5)

    def test_a_failure_has_no_ratio(self):
        t = self.table()
        t.fail("row", "other", "failed")
        self.assertIsNone(t.ratio("row"))
        self.assertIn("failed", t.text())


if __name__ == "__main__":
    done = unittest.main(exit=False, verbosity=0).result
    bad = len(done.failures) + len(done.errors)
    print("speed-selftest: %d passed, %d failed" % (done.testsRun - bad, bad))
    sys.exit(1 if bad else 0)
