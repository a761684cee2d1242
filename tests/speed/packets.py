# SPDX-License-Identifier: BSD-2-Clause
"""TFTP transfers in a packet dump: what a client really waited for, without its help."""

import struct
from dataclasses import dataclass

RRQ, DATA, ACK, ERROR = 1, 3, 4, 5
PCAP_HEADER, RECORD_HEADER = 24, 16
PCAP_MAGIC = 0xa1b2c3d4
IP_AT, FRAME_WITH_UDP = 14, 42


@dataclass
class Transfer:
    name: str
    began: float            # the last request that was answered
    ended: float = 0.0      # the last acknowledgement
    size: int = 0           # bytes of data, repeated ones not counted
    blocks: int = 0
    repeated: int = 0       # blocks that came again
    last: int = 0

    @property
    def seconds(self):
        return self.ended - self.began


def frames(path):
    """(seconds, bytes) of each frame; a record that is cut off ends the list."""
    with open(path, "rb") as f:
        data = f.read()
    if len(data) < PCAP_HEADER or struct.unpack_from("<I", data)[0] != PCAP_MAGIC:
        return
    at = PCAP_HEADER
    while at + RECORD_HEADER <= len(data):
        s, us, kept, _ = struct.unpack_from("<IIII", data, at)
        at += RECORD_HEADER
        if at + kept > len(data):
            return
        yield s + us / 1e6, data[at:at + kept]
        at += kept


def transfers(path):
    """Every read of a file that got data, in order of their requests."""
    live = {}               # by the client's port
    found = []
    for at, frame in frames(path):
        if len(frame) < FRAME_WITH_UDP + 4 or frame[12:14] != b"\x08\0" or frame[23] != 17 or \
                frame[IP_AT] != 0x45:
            continue
        sport, dport, length, _, op, n = struct.unpack_from("!6H", frame, 34)
        if op == RRQ and dport == 69:
            name = frame[FRAME_WITH_UDP + 2:].split(b"\0")[0].decode("latin-1")
            live[sport] = Transfer(name, at)
        elif op == DATA and dport in live:
            block(live[dport], n, length - 12, found)
        elif op == ACK and sport in live:
            live[sport].ended = at
    return found


def block(t, n, size, found):
    if not t.blocks:
        found.append(t)
    if n != (t.last + 1) & 0xffff:
        t.repeated += 1
        return
    t.last = n
    t.blocks += 1
    t.size += size
