# SPDX-License-Identifier: BSD-2-Clause
"""One TFTP transfer of the scripted peer (RFC 1350, 2347-2349): a file, a client port,
and what goes wrong between them.  Sends only when the guest sends."""

import struct

from bench import wire

RRQ, DATA, ACK, ERROR, OACK = 1, 3, 4, 5, 6
STRANGE_PORT = 31000


class Transfer:
    def __init__(self, peer, p, port):
        self.peer, self.port = peer, port
        self.client_ip, self.client_port, self.server_ip = p.sip, p.sport, p.dip
        self.first = p.data
        self.blksize, self.content = 512, b""
        self.sent = 0               # DATA packets so far, for "every N"
        self.once = set()           # faults that have happened
        self.acked = -1
        self.over = False

    # ---- the request -----------------------------------------------------------------
    def request(self, fault):
        peer, has = self.peer, self.peer.has
        words = self.first[2:].split(b"\0")
        if len(self.first) < 4 or self.first[1] != RRQ or len(words) < 3:
            peer.log("guest tftp FAULT not a read request" + fault)
            return
        name, mode = words[0].decode("latin-1"), words[1].decode("latin-1").lower()
        asked = {words[i].decode("latin-1").lower(): words[i + 1].decode("latin-1")
                 for i in range(2, len(words) - 2, 2)}
        if mode != "octet":
            fault += " FAULT mode " + mode
        peer.log('guest tftp rrq "%s" %s%s' %
                 (name, " ".join("%s=%s" % kv for kv in asked.items()), fault))
        count = len(peer.transfers)
        if has("tftp silent") or count <= peer.arg("tftp drop request", 0):
            return
        if has("tftp error"):
            code, text = peer.faults["tftp error"]
            self.error(code, text)
            return
        content = peer.content(name)
        if content is None:
            self.error(1, "no such file")
            return
        if asked and has("tftp refuse options"):
            self.error(8, "no options here")
            return
        self.content = content
        granted = self.grant(asked)
        if granted:
            body = b"".join(("%s\0%s\0" % kv).encode() for kv in granted.items())
            self.send(struct.pack("!H", OACK) + body,
                      "oack " + " ".join("%s=%s" % kv for kv in granted.items()))
        else:
            self.block(1)

    def grant(self, asked):
        """The options of the OACK; sets blksize and what will be sent."""
        peer = self.peer
        granted = {}
        if not asked or peer.has("tftp ignore options"):
            asked = {}
        if "blksize" in asked:
            self.blksize = peer.arg("tftp blksize", min(int(asked["blksize"]), 1468))
            granted["blksize"] = self.blksize
        if "tsize" in asked and not peer.has("tftp no tsize"):
            granted["tsize"] = peer.arg("tftp tsize", len(self.content))
        if "timeout" in asked:
            granted["timeout"] = asked["timeout"]
        if peer.has("tftp unasked option"):
            granted["multicast"] = "239.1.1.1,1758,1"
        if peer.has("tftp oversize"):
            self.content += bytes(3 * self.blksize + 7)
        cut = peer.arg("tftp truncate after")
        if cut is not None:
            self.content = self.content[:cut * self.blksize + 5]
        return granted

    # ---- what the guest sends during it -----------------------------------------------------
    def receive(self, p, fault):
        peer = self.peer
        op, n = struct.unpack("!HH", p.data[:4]) if len(p.data) >= 4 else (0, 0)
        if op == ERROR:
            peer.log("guest tftp error %d %s%s" %
                     (n, p.data[4:].rstrip(b"\0").decode("latin-1"), fault))
            self.over = self.over or p.dport == self.port
            return
        if op != ACK or p.sport != self.client_port:
            peer.log("guest tftp FAULT opcode %d from port %d%s" % (op, p.sport, fault))
            return
        peer.log("guest tftp ack %d%s" % (n, fault))
        if self.over or n == peer.arg("tftp silent after", -1):
            return
        n = self.acked + ((n - self.acked + 0x8000) & 0xffff) - 0x8000   # numbers wrap
        self.acked = n
        if n * self.blksize > len(self.content):
            peer.log("peer  tftp done")
            return
        self.block(n + 1)

    def block(self, n):
        """Sends block n unless a fault wants something else first."""
        peer = self.peer
        for what, key in (("arp", "arp ask at block"), ("ping", "ping at block")):
            if peer.arg(key) == n and key not in self.once:
                peer.hold(what, lambda k=key: (self.once.add(k), self.block(n)))
                return
        if peer.arg("tftp error at block") == n:
            self.error(0, "disk on fire")
            return
        if self.first_time("tftp drop block", n):
            self.note(n, "lost")
            return
        if self.first_time("tftp wrong port at block", n):
            data = struct.pack("!HH", DATA, n) + b"\xee" * self.blksize
            self.raw(data, "data %d from a strange port" % n, sport=STRANGE_PORT)
        if self.first_time("tftp early block", n):
            self.data(n + 1, "early")
        if peer.has("tftp runts"):
            self.raw(b"\0\3\0", "runt of 3 bytes")
        self.data(n)
        if peer.arg("tftp late block") == n - 1 and self.first_time("tftp late block", n - 1):
            self.data(n - 1, "late")

    def first_time(self, key, n):
        if self.peer.arg(key) != n or key in self.once:
            return False
        self.once.add(key)
        return True

    def every(self, key):
        n = self.peer.arg(key)
        return n is not None and self.sent % n == 0

    def data(self, n, word=""):
        self.sent += 1
        part = self.content[(n - 1) * self.blksize:n * self.blksize]
        if (n - 1) * self.blksize > len(self.content):
            return
        packet = struct.pack("!HH", DATA, n & 0xffff) + part
        text = "data %d +%d %s" % (n, len(part), word)
        if self.every("tftp drop every"):
            self.note(n, "lost")
            return
        if self.every("tftp corrupt every"):
            self.raw(packet, text + "damaged", damage=True)
            return
        self.raw(packet, text)
        if self.every("tftp duplicate every"):
            self.raw(packet, text + "again")

    # ---- out ------------------------------------------------------------------------------
    def note(self, n, word):
        self.peer.log("peer  tftp data %d %s" % (n, word))

    def error(self, code, text):
        self.over = True
        self.send(struct.pack("!HH", ERROR, code) + text.encode() + b"\0",
                  "error %d %s" % (code, text))

    def send(self, packet, text):
        self.raw(packet, text)

    def raw(self, packet, text, sport=None, damage=False):
        peer = self.peer
        datagram = wire.udp(self.server_ip, self.client_ip, sport or self.port,
                            self.client_port, packet, damage, peer.has("tftp no checksum"))
        backwards = peer.has("tftp reversed fragment")
        size = peer.arg("tftp reversed fragment") if backwards else peer.arg("tftp fragment", 0)
        peer.send_ip(17, self.server_ip, self.client_ip, datagram, "tftp " + text.strip(),
                     fragment=size if len(datagram) > size else 0, backwards=backwards)
