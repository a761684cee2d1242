# SPDX-License-Identifier: BSD-2-Clause
"""Frames as bytes: builds and takes apart Ethernet, ARP, IPv4, ICMP, UDP, TCP and DHCP.
Knows nothing of who sends what when."""

import struct
from dataclasses import dataclass

BROADCAST = b"\xff" * 6
MAGIC = b"\x63\x82\x53\x63"


def ip(text):
    return bytes(int(x) for x in text.split("."))


def dotted(b):
    return ".".join(str(x) for x in b)


def colons(b):
    return ":".join("%02x" % x for x in b)


def multicast_mac(address):
    """RFC 1112 6.4."""
    return b"\x01\x00\x5e" + bytes([address[1] & 0x7f]) + address[2:]


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def ethernet(dst, src, kind, payload, pad=60):
    return (dst + src + struct.pack("!H", kind) + payload).ljust(pad, b"\0")


def arp(op, smac, sip, tmac, tip, dst=None):
    body = struct.pack("!HHBBH", 1, 0x800, 6, 4, op) + smac + sip + tmac + tip
    return ethernet(dst or tmac, smac, 0x806, body)


def ipv4(proto, sip, dip, payload, ident=1, offset=0, more=False):
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), ident,
                       (0x2000 if more else 0) | offset // 8, 64, proto, 0) + sip + dip
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def udp(sip, dip, sport, dport, data, damage=False, unsummed=False):
    """`damage`: the last byte changes on the way, so the checksum is wrong."""
    length = 8 + len(data)
    head = struct.pack("!HHHH", sport, dport, length, 0)
    pseudo = sip + dip + struct.pack("!BBH", 0, 17, length)
    value = checksum(pseudo + head + data) or 0xffff
    if damage:
        data = data[:-1] + bytes([data[-1] ^ 0xff])
    return head[:6] + struct.pack("!H", 0 if unsummed else value) + data


def tcp(sip, dip, sport, dport, seq, ack, flags, window, data=b"", opts=b""):
    opts = opts.ljust(-(-len(opts) // 4) * 4, b"\0")
    head = struct.pack("!HHIIBBHHH", sport, dport, seq, ack, (20 + len(opts)) // 4 << 4, flags,
                       window, 0, 0) + opts
    pseudo = sip + dip + struct.pack("!BBH", 0, 6, len(head) + len(data))
    return head[:16] + struct.pack("!H", checksum(pseudo + head + data)) + head[18:] + data


def tcp_options(area):
    """The options of a TCP header by their kinds; damaged ones end the list."""
    found, i = {}, 0
    while i < len(area) and area[i]:
        if area[i] == 1:
            i += 1
            continue
        if i + 1 >= len(area) or area[i + 1] < 2 or i + area[i + 1] > len(area):
            break
        found[area[i]] = area[i + 2:i + area[i + 1]]
        i += area[i + 1]
    return found


def icmp_echo(data, ident=0x6562, seq=1, reply=False):
    body = struct.pack("!BBHHH", 0 if reply else 8, 0, 0, ident, seq) + data
    return body[:2] + struct.pack("!H", checksum(body)) + body[4:]


def options(pairs):
    return b"".join(bytes([code, len(v)]) + v for code, v in pairs)


@dataclass
class Packet:
    """What a received frame holds; `kind` is arp, udp, tcp, icmp or another word."""
    kind: str
    src_mac: bytes
    dst_mac: bytes
    sip: bytes = b""
    dip: bytes = b""
    op: int = 0
    sport: int = 0
    dport: int = 0
    data: bytes = b""
    fault: str = ""
    seq: int = 0            # TCP only, from here on
    ack: int = 0
    flags: int = 0
    window: int = 0
    options: bytes = b""


def parse(frame):
    if len(frame) < 14:
        return Packet("short", b"", b"", fault="frame of %d bytes" % len(frame))
    p = Packet("other", frame[6:12], frame[:6], data=frame[14:])
    kind = struct.unpack("!H", frame[12:14])[0]
    body = frame[14:]
    if len(frame) < 60:
        p.fault = "frame of %d bytes, not padded to 60" % len(frame)
    if kind == 0x806 and len(body) >= 28:
        p.kind, p.op, p.sip, p.dip = "arp", body[7], body[14:18], body[24:28]
        return p
    if kind != 0x800 or len(body) < 20:
        return p

    ihl, total = (body[0] & 15) * 4, struct.unpack("!H", body[2:4])[0]
    p.kind, p.sip, p.dip = "ip", body[12:16], body[16:20]
    if ihl < 20 or total < ihl or total > len(body):
        p.fault = "bad IP length"
        return p
    if checksum(body[:ihl]):
        p.fault = "bad IP checksum"
    if any(body[total:]):
        p.fault = "padding is not zero"
    payload = body[ihl:total]
    if body[9] == 1 and len(payload) >= 8:
        p.kind, p.op, p.data = "icmp", payload[0], payload[4:]
        if checksum(payload):
            p.fault = "bad ICMP checksum"
    elif body[9] == 17 and len(payload) >= 8:
        p.kind = "udp"
        p.sport, p.dport, length, value = struct.unpack("!HHHH", payload[:8])
        p.data = payload[8:length]
        pseudo = p.sip + p.dip + struct.pack("!BBH", 0, 17, length)
        if length != len(payload):
            p.fault = "bad UDP length"
        elif value and checksum(pseudo + payload):
            p.fault = "bad UDP checksum"
    elif body[9] == 6 and len(payload) >= 20:
        parse_tcp(p, payload)
    return p


def parse_tcp(p, payload):
    p.kind = "tcp"
    p.sport, p.dport, p.seq, p.ack, size, p.flags, p.window = struct.unpack("!HHIIBBH",
                                                                            payload[:16])
    size = (size >> 4) * 4
    pseudo = p.sip + p.dip + struct.pack("!BBH", 0, 6, len(payload))
    if not 20 <= size <= len(payload):
        p.kind, p.fault = "tcp header too short", "bad TCP header length"
        return
    if checksum(pseudo + payload):
        p.fault = "bad TCP checksum"
    p.options, p.data = payload[20:size], payload[size:]


def dhcp_parse(data):
    """The fixed fields and a list of (code, bytes); None if it is not a request."""
    if len(data) < 240 or data[0] != 1 or data[236:240] != MAGIC:
        return None
    found, i, area = [], 240, data
    while i < len(area):
        code = area[i]
        if code == 255:
            break
        if code == 0:
            i += 1
            continue
        if i + 1 >= len(area) or i + 2 + area[i + 1] > len(area):
            return None
        found.append((code, area[i + 2:i + 2 + area[i + 1]]))
        i += 2 + area[i + 1]
    return {"xid": data[4:8], "secs": struct.unpack("!H", data[8:10])[0], "flags": data[10],
            "ciaddr": data[12:16], "chaddr": data[28:34], "options": found,
            "type": dict(found).get(53, b"\0")[0], "len": len(data)}


def dhcp_reply(request, yiaddr, siaddr, opts, sname=b"", file=b"", giaddr=b"\0" * 4):
    head = struct.pack("!BBBB", 2, 1, 6, 0) + request["xid"] + b"\0\0" + \
        bytes([request["flags"], 0]) + b"\0" * 4 + yiaddr + siaddr + giaddr + \
        request["chaddr"].ljust(16, b"\0") + sname.ljust(64, b"\0") + file.ljust(128, b"\0")
    return (head + MAGIC + opts + b"\xff").ljust(300, b"\0")
