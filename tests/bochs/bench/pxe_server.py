# SPDX-License-Identifier: BSD-2-Clause
"""The PXE part of the scripted peer: proxy DHCP servers on ports 67 and 4011, boot servers, and
option 43 in every form, as dnsmasq, BINL servers and careless ones send them.  Says what is
wrong with the guest's questions (PXE 2.1, RFC 2131, RFC 4578)."""

import struct

from bench import wire
from bench.wire import dotted, ip

PORT_DHCP, PORT_PXE, PORT_ODD = 67, 4011, 4100
REQUEST, OFFER, ACK = 3, 2, 5
CONTROL, MULTICAST, SERVERS, MENU, PROMPT, ITEM = 6, 7, 8, 9, 10, 71
NO_BROADCAST, NO_MULTICAST, LISTED_ONLY = 1, 2, 4
ANY = b"\0" * 4
ALL = b"\xff" * 4
PXE_CLASS = b"PXEClient"
IDENTITY = (55, 57, 60, 61, 93, 94, 97)
SPLIT_BYTES = 20


class PxeServer:
    """`proxy` and `other` are addresses.  All it sends goes through `peer`."""

    def __init__(self, peer, fault_list, server, proxy, other, guest):
        self.peer, self.server, self.proxy, self.other, self.guest = \
            peer, server, proxy, other, guest
        self.words = [(key[4:], args) for key, args in fault_list if key.startswith("pxe ")]
        self.listed = [(n, ip(a)) for n, a in self.all("server")]
        self.boots = {}                 # address -> types
        for n, address in self.all("boots at"):
            self.boots.setdefault(ip(address), set()).add(n)
        self.identity = None
        self.discovery = None           # (xid, type) of the questions going on
        self.heard = 0
        self.late = None

    def all(self, key):
        return [args for k, args in self.words if k == key]

    def has(self, key):
        return bool(self.all(key))

    def arg(self, key, default=None):
        found = self.all(key)
        return found[-1][0] if found else default

    @property
    def active(self):
        return bool(self.words)

    @staticmethod
    def text(words):
        return words.encode("latin-1").replace(b"~", b"\x1b")

    # ---- what it says ------------------------------------------------------------------
    def option_43(self):
        """As told, in dnsmasq's order; b"" if nothing is told."""
        if self.has("raw"):
            return bytes.fromhex(self.arg("raw"))
        found = []
        if self.has("control"):
            found.append((CONTROL, bytes([self.arg("control")])))
        if self.has("prompt"):
            seconds, text = self.all("prompt")[-1]
            found.append((PROMPT, bytes([seconds]) + self.text(text)))
        if self.has("multicast"):
            found.append((MULTICAST, ip(self.arg("multicast"))))
        servers = b"".join(struct.pack("!HB", n, 1) + a for n, a in self.listed)
        servers += b"".join(struct.pack("!HB", n, 0) for n, in self.all("any server"))
        menu = b"".join(struct.pack("!HB", n, len(t)) + self.text(t) for n, t in self.all("item"))
        for code, value in ((SERVERS, servers), (MENU, menu)):
            found += [(code, value[at:at + 250]) for at in range(0, len(value), 250)]
        return wire.options(found) + b"\xff" if found else b""

    def pairs(self):
        """Options 60 and 43 of an offer."""
        class_id = b"MSFT 5.0" if self.has("other class") else PXE_CLASS
        value, size = self.option_43(), SPLIT_BYTES if self.has("split") else 255
        return [(60, class_id)] + [(43, value[at:at + size])
                                   for at in range(0, len(value), size)]

    def send(self, m, kind, source, pairs, text, file=b"", siaddr=ANY, yiaddr=ANY,
             sport=PORT_DHCP, dip=ALL):
        pairs = [(53, bytes([kind])), (54, source)] + pairs
        body = wire.dhcp_reply(m, yiaddr, siaddr, wire.options(pairs), b"", file)
        self.peer.dhcp_send(body, source, dip, text, sport)

    def named(self):
        """Server and file of a packet that carries the options."""
        if not self.has("file"):
            return {}
        return {"file": self.peer.boot_file.encode(), "siaddr": self.server}

    # ---- proxies on port 67 ------------------------------------------------------------
    def offer(self, m):
        """Called when the address server has offered."""
        if self.has("with address") or not self.active:
            return
        if self.has("two proxies"):
            self.send(m, OFFER, self.other, [(60, PXE_CLASS)],
                      "dhcp offer from proxy %s" % dotted(self.other))
        if self.has("late"):
            self.late = m
            return
        self.proxy_offer(m)

    def proxy_offer(self, m):
        text = "dhcp offer from proxy %s" % dotted(self.proxy)
        for _ in range(2 if self.has("twice") else 1):
            if self.has("bare"):
                self.send(m, OFFER, self.proxy, [(60, PXE_CLASS)], text)
            else:
                self.send(m, OFFER, self.proxy, self.pairs(), text, **self.named())

    def requested(self):
        """Called when the guest asks for its address: late offers come now."""
        if self.late:
            m, self.late = self.late, None
            self.proxy_offer(m)

    # ---- port 4011, and discovery on 67 ---------------------------------------------------
    def hear(self, p, m, opts):
        """A question of the guest; True if it is for a proxy or a boot server."""
        if 43 in opts:
            if self.peer.dhcp_seen > self.peer.arg("dhcp ignore", 0):
                self.discover(p, m, opts)
            return True
        if p.dport != PORT_PXE or not self.active:
            return False
        self.heard += 1
        if self.has("silent") or self.heard <= self.arg("lose", 0) or \
                p.dip not in (self.proxy, self.server if self.has("with address") else ANY):
            return True
        text = "dhcp ack from proxy %s" % dotted(p.dip)
        for _ in range(2 if self.has("twice") else 1):
            if self.has("binl"):
                self.send(m, ACK, p.dip, [], text, self.peer.boot_file.encode(), self.server,
                          sport=PORT_ODD, dip=p.sip)
            else:
                self.send(m, ACK, p.dip, self.pairs(), text, sport=PORT_PXE, dip=p.sip,
                          **self.named())
        return True

    def discover(self, p, m, opts):
        item = opts[43]
        if len(item) < 6 or self.has("deaf to " + self.way(p)):
            return
        wanted = struct.unpack("!H", item[2:4])[0]
        for address, types in self.boots.items():
            if wanted not in types or (self.way(p) == "unicast" and p.dip != address):
                continue
            answer = wanted ^ 1 if self.has("answers another type") else wanted
            layer = 0x8000 if self.has("answers secure") else 0
            pairs = [(60, PXE_CLASS),
                     (43, struct.pack("!BBHHB", ITEM, 4, answer, layer, 255))]
            if self.has("answers binl"):
                pairs = []
            self.send(m, ACK, address, pairs, "dhcp ack from boot server %s" % dotted(address),
                      self.peer.boot_file.encode(), address, m["ciaddr"], PORT_PXE, p.sip)

    @staticmethod
    def way(p):
        if p.dip == ALL:
            return "broadcast"
        return "multicast" if 224 <= p.dip[0] < 240 else "unicast"

    # ---- what is wrong with a question ---------------------------------------------------
    def judge(self, p, m, opts):
        """Faults of any DHCP message of the guest, as texts."""
        bad = []
        identity = [opts.get(code) for code in IDENTITY]
        if self.identity is None:
            self.identity = identity
        elif identity != self.identity:
            bad.append("options 55 to 97 are not those of its first message")
        if 43 in opts:
            return bad + self.judge_discovery(p, m, opts)
        if p.dport == PORT_PXE:
            bad += self.judge_request(p, m, opts)
            if self.active and not (self.has("bare") or self.has("with address")) and \
                    p.dip == self.proxy and self.option_43()[:1] and not self.has("raw"):
                bad.append("asks a proxy that has told all")
        return bad

    def judge_request(self, p, m, opts):
        bad = []
        if m["type"] != REQUEST or m["ciaddr"] != self.guest or p.sip != self.guest:
            bad.append("not a request from the address that it has")
        if 50 in opts or 54 in opts:
            bad.append("request with an address and options 50 or 54")
        if p.sport != 68:
            bad.append("not from port 68")
        return bad

    def judge_discovery(self, p, m, opts):
        bad = self.judge_request(p, m, opts)
        item = opts[43]
        if len(item) != 7 or item[:2] != b"\x47\4" or item[4:] != b"\0\0\xff":
            return bad + ["option 43 is not one boot item with layer 0"]
        wanted = struct.unpack("!H", item[2:4])[0]
        types = [n for n, _ in self.all("item") + self.listed] + \
            [n for n, in self.all("any server")]
        if wanted not in types and not self.has("raw"):
            bad.append("asks for a type that nobody told")
        control = self.arg("control", 0)
        way = self.way(p)
        if p.dport != (PORT_DHCP if way == "broadcast" else PORT_PXE):
            bad.append("%s to port %d" % (way, p.dport))
        if way == "broadcast" and control & NO_BROADCAST or \
                way == "multicast" and control & NO_MULTICAST:
            bad.append(way + " is forbidden")
        if way == "multicast" and (p.dip != ip(self.arg("multicast", "0.0.0.0")) or
                                   p.dst_mac != wire.multicast_mac(p.dip)):
            bad.append("not the multicast address")
        if way == "unicast" and (wanted, p.dip) not in self.listed and not self.has("raw"):
            bad.append("asks a server that is not listed for this type")
        if self.discovery and self.discovery[1] == wanted and self.discovery[0] != m["xid"] and \
                not self.has("asked again"):
            bad.append("another xid in the same discovery")
        self.discovery = (m["xid"], wanted)
        return bad

    def describe(self, p, opts):
        """For the log: where a question to proxies or boot servers goes."""
        if p.dport != PORT_PXE and 43 not in opts:
            return ""
        kind = " type %s" % opts[43][2:4].hex() if 43 in opts else ""
        return " to %s:%d%s" % ("all" if p.dip == ALL else dotted(p.dip), p.dport, kind)
