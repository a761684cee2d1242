# SPDX-License-Identifier: BSD-2-Clause
"""The scripted network peer: one thread that is the whole network of one guest.  It
answers ARP, echo, DHCP, TFTP and HTTP over raw Ethernet frames in UDP datagrams, only
ever in answer to a frame of the guest: no clock, no chance.  (TCP alone sends again when
the guest is silent: bench/tcp.py.)  Faults come from faults.py.

Everything sent and received is a line in packets.txt; what the guest does against
the RFCs is marked FAULT there, which fails the scenario."""

import os
import select
import socket
import threading

from bench import wire
from bench.pxe_server import PxeServer
from bench.tftpd import Transfer
from bench.wire import dotted, ip
from bench.http import Http
from bench.tcp import Tcp

GUEST_IP = ip("10.0.2.15")
SERVER_IP = ip("10.0.2.2")
PROXY_IP = ip("10.0.2.3")
OTHER_IP = ip("10.0.2.4")
MASK = ip("255.255.255.0")
ANY = b"\0" * 4
ALL = b"\xff" * 4
DHCP_NAMES = {1: "discover", 2: "offer", 3: "request", 4: "decline", 5: "ack", 6: "nak",
              7: "release", 8: "inform"}
PXE_CLASS = b"PXEClient"


class Peer(threading.Thread):
    """Frames come from and go to 127.0.0.1:`guest_port`; we listen on `port`.  `folder`
    holds the files to serve, `boot_file` the name that DHCP gives."""

    def __init__(self, sock, guest_port, folder, boot_file, fault_list, log_path):
        super().__init__(daemon=True)
        self.sock, self.guest = sock, ("127.0.0.1", guest_port)
        self.folder, self.boot_file = folder, boot_file
        self.faults = {}
        self.extra_options, self.class_files, self.plain_file = [], [], boot_file
        for key, args in fault_list:
            if key == "dhcp option":
                self.extra_options.append((args[0], args[1].encode()))
            if key == "dhcp class file":
                self.class_files.append((args[0].encode(), args[1]))
            self.faults[key] = args
        self.log_file = open(log_path, "w", encoding="utf-8", buffering=1)
        self.stopping = threading.Event()
        self.guest_mac = None
        self.transfers = {}
        self.tcp = Tcp(self, {80: Http(self.content, self.log)})
        self.held = None
        self.dhcp_seen = self.naks = 0
        self.offer = None
        self.ip_id = 0
        self.pxe = PxeServer(self, fault_list, SERVER_IP, PROXY_IP, OTHER_IP, GUEST_IP)
        boot_server = self.faults.get("dhcp server")
        self.boot_server = ip(boot_server[0]) if boot_server else SERVER_IP

    # ---- the thread -----------------------------------------------------------------
    def run(self):
        while not self.stopping.is_set():
            ready, _, _ = select.select([self.sock], [], [], 0.2)
            if not ready:
                self.tcp.silence()
                continue
            try:
                frame = self.sock.recv(4096)
            except ConnectionError:
                continue            # the emulator has not opened its port yet
            try:
                self.receive(frame)
            except Exception as e:  # a fault of ours must fail the scenario, not hang it
                self.log("peer  BROKEN FAULT %r" % e)
                raise
        self.sock.close()
        self.log_file.close()

    def stop(self):
        self.stopping.set()
        self.join()

    def log(self, text):
        if self.has("guest is foreign") and text.startswith("guest"):
            text = text.replace(" FAULT ", " odd: ")
        self.log_file.write(text + "\n")

    def content(self, name):
        """The bytes of a file that is served, by its path; None if there is none."""
        path = os.path.normpath("/" + name.replace("\\", "/")).lstrip("/")
        try:
            with open(os.path.join(self.folder, path), "rb") as f:
                return f.read()
        except (OSError, ValueError):
            return None

    def has(self, key):
        return key in self.faults

    def arg(self, key, default=None):
        return self.faults[key][0] if key in self.faults else default

    # ---- out ------------------------------------------------------------------------
    def mac_of(self, address):
        """Ours are 52:55 and the address; behind the gateway the gateway's counts."""
        near = address if address[:3] == SERVER_IP[:3] else SERVER_IP
        return b"\x52\x55" + near

    def transmit(self, frame, text):
        self.log("peer  " + text)
        try:
            self.sock.sendto(frame, self.guest)
        except ConnectionError:
            pass

    def send_ip(self, proto, sip, dip, payload, text, dst=None, fragment=0, backwards=False):
        self.ip_id = (self.ip_id + 1) & 0xffff
        mac = dst or self.guest_mac
        if not fragment:
            packet = wire.ipv4(proto, sip, dip, payload, self.ip_id)
            self.transmit(wire.ethernet(mac, self.mac_of(sip), 0x800, packet), text)
            return
        step = fragment // 8 * 8
        parts = [(at, payload[at:at + step]) for at in range(0, len(payload), step)]
        for at, part in reversed(parts) if backwards else parts:
            more = at + len(part) < len(payload)
            packet = wire.ipv4(proto, sip, dip, part, self.ip_id, at, more)
            self.transmit(wire.ethernet(mac, self.mac_of(sip), 0x800, packet),
                          "%s fragment at %d" % (text, at))

    # ---- in -------------------------------------------------------------------------
    def receive(self, frame):
        p = wire.parse(frame)
        if p.kind == "short":
            return
        if self.guest_mac is None:
            self.guest_mac = p.src_mac
        if p.src_mac != self.guest_mac:
            return                  # our own, reflected
        fault = " FAULT " + p.fault if p.fault else ""
        if p.kind == "arp":
            self.arp(p, fault)
        elif p.kind == "icmp":
            self.icmp(p, fault)
        elif p.kind == "udp" and p.dport in (67, 4011):
            self.dhcp(p, fault)
        elif p.kind == "udp":
            self.tftp(p, fault)
        elif p.kind == "tcp":
            self.tcp.receive(p, fault)
        else:
            self.log("guest %s, %d bytes%s" % (p.kind, len(frame), fault))

    def arp(self, p, fault):
        if p.op == 2:
            self.log("guest arp %s is-at %s%s" % (dotted(p.sip), wire.colons(p.src_mac), fault))
            self.release("arp")
            return
        self.log("guest arp who-has %s tell %s%s" % (dotted(p.dip), dotted(p.sip), fault))
        mine = p.dip[:3] == SERVER_IP[:3] and p.dip not in (GUEST_IP, p.sip) and p.dip[3] <= 9
        if mine and not self.has("arp silent"):
            self.transmit(wire.arp(2, self.mac_of(p.dip), p.dip, self.guest_mac, p.sip),
                          "arp %s is-at %s" % (dotted(p.dip), wire.colons(self.mac_of(p.dip))))

    def icmp(self, p, fault):
        self.log("guest icmp type %d%s" % (p.op, fault))
        if p.op == 0:
            self.release("ping")
        elif p.op == 8:
            body = wire.icmp_echo(p.data[4:], int.from_bytes(p.data[:2], "big"),
                                  int.from_bytes(p.data[2:4], "big"), reply=True)
            self.send_ip(1, p.dip, p.sip, body, "icmp echo reply")

    # ---- a packet held back until the guest has answered something else -------------------
    def hold(self, what, then):
        """Asks the guest for an ARP or echo answer; `then` runs when it comes."""
        self.held = (what, then)
        if what == "arp":
            self.transmit(wire.arp(1, self.mac_of(SERVER_IP), SERVER_IP, b"\0" * 6, GUEST_IP,
                                   wire.BROADCAST),
                          "arp who-has %s tell %s" % (dotted(GUEST_IP), dotted(SERVER_IP)))
        else:
            self.send_ip(1, SERVER_IP, GUEST_IP, wire.icmp_echo(b"ebb bench" * 7),
                         "icmp echo request")

    def release(self, what):
        if self.held and self.held[0] == what:
            then = self.held[1]
            self.held = None
            then()

    # ---- DHCP -----------------------------------------------------------------------
    def dhcp(self, p, fault):
        m = wire.dhcp_parse(p.data)
        if m is None:
            self.log("guest dhcp FAULT malformed" + fault)
            return
        opts = dict(m["options"])
        fault += self.dhcp_judge(p, m, opts)
        self.log("guest dhcp %s%s secs=%d len=%d opts=%s class=%s%s" %
                 (DHCP_NAMES.get(m["type"], m["type"]), self.pxe.describe(p, opts), m["secs"],
                  m["len"], ",".join(str(c) for c, _ in m["options"]),
                  opts.get(60, b"").decode("latin-1"), fault))
        self.boot_file = self.file_for(opts.get(77, b""))
        self.dhcp_seen += 1
        if self.has("dhcp silent") or self.dhcp_seen <= self.arg("dhcp ignore", 0):
            return
        if self.pxe.hear(p, m, opts):
            return
        if p.dport == 4011:
            self.dhcp_answer(m, 5, PROXY_IP, ANY, p)
        elif m["type"] == 1 or self.has("dhcp bootp"):
            self.offer = m["xid"]
            if self.has("dhcp two servers"):
                self.dhcp_answer(m, 2, OTHER_IP, ip("10.0.2.99"), p)
            self.dhcp_answer(m, 2, SERVER_IP, GUEST_IP, p)
            if self.has("dhcp proxy"):
                self.dhcp_answer(m, 2, PROXY_IP, ANY, p)
            self.pxe.offer(m)
        elif m["type"] == 3:
            self.dhcp_request(m, opts, p)

    def dhcp_judge(self, p, m, opts):
        """What RFC 2131 4.3.6 and RFC 4578 want of a client's message."""
        bad = []
        if m["chaddr"] != self.guest_mac:
            bad.append("chaddr is not its MAC")
        if p.dport == 67 and m["type"] == 1 and p.sip != ANY:
            bad.append("discover from an address")
        if p.dport == 67 and m["type"] == 3 and 43 not in opts:
            if m["xid"] != self.offer:
                bad.append("request with another xid than discover")
            if 50 not in opts or 54 not in opts or m["ciaddr"] != ANY:
                bad.append("request without 50, without 54, or with ciaddr")
        if m["len"] < 300:
            bad.append("shorter than 300 bytes")
        if not opts.get(60, b"").startswith(PXE_CLASS) or 93 not in opts or 94 not in opts:
            bad.append("options 60, 93, 94 do not say PXE client")
        bad += self.pxe.judge(p, m, opts)
        return " FAULT " + "; ".join(bad) if bad else ""

    def dhcp_request(self, m, opts, p):
        if opts.get(54) not in (SERVER_IP, OTHER_IP):
            return
        if self.has("dhcp no ack"):
            return
        self.pxe.requested()
        if self.has("dhcp nak always") or (self.has("dhcp nak once") and not self.naks):
            self.naks += 1
            body = wire.options([(53, b"\6"), (54, opts[54])])
            self.dhcp_send(wire.dhcp_reply(m, ANY, ANY, body), opts[54], ALL, "dhcp nak")
            return
        self.dhcp_answer(m, 5, opts[54], opts.get(50, GUEST_IP), p)

    def dhcp_answer(self, m, kind, server, yiaddr, p):
        text = "dhcp %s %s from %s" % (DHCP_NAMES[kind], dotted(yiaddr), dotted(server))
        dip = yiaddr if self.has("dhcp unicast") and yiaddr != ANY else ALL
        if p.dport == 4011:
            dip = p.sip
        if self.has("dhcp wrong xid"):
            other = dict(m, xid=bytes(x ^ 0x55 for x in m["xid"]))
            self.dhcp_send(self.dhcp_body(other, kind, server, ip("10.0.2.77")), server, dip,
                           text + " wrong xid")
        if self.has("dhcp broken offer"):
            body = wire.dhcp_reply(m, yiaddr, SERVER_IP, b"\x35\x01" + bytes([kind]), b"", b"x")
            self.dhcp_send(body[:243].rstrip(b"\0") + b"\x43\xf0abc", server, dip,
                           text + " broken")
        self.dhcp_send(self.dhcp_body(m, kind, server, yiaddr), server, dip, text,
                       4011 if p.dport == 4011 else 67, p.sport)

    def dhcp_body(self, m, kind, server, yiaddr):
        pairs = [] if self.has("dhcp bootp") else [(53, bytes([kind])), (54, server)]
        if server != PROXY_IP:
            pairs += [(1, MASK), (3, SERVER_IP), (6, SERVER_IP), (51, b"\0\0\x0e\x10")]
        pairs += self.extra_options
        if self.pxe.has("with address") and server == SERVER_IP:
            pairs += self.pxe.pairs()
        siaddr, sname, file = self.boot_server, b"", self.boot_file.encode()
        named = [(66, dotted(siaddr).encode()), (67, file)]
        if server == PROXY_IP:
            pairs += [(60, PXE_CLASS), (43, b"\x06\x01\x08\xff")]
        elif self.pxe.active and not (self.pxe.has("with address") and self.pxe.has("file")) and \
                not self.has("dhcp file too"):
            siaddr, file = ANY, b""
        elif self.has("dhcp no file") or self.has("dhcp proxy") or server == OTHER_IP:
            siaddr, file = ANY if self.has("dhcp proxy") else siaddr, b""
        elif self.has("dhcp no server"):
            siaddr = ANY
        elif self.has("dhcp file in option"):
            pairs, siaddr, file = pairs + named, ANY, b""
        elif self.has("dhcp file too"):
            file = b"dhcp.bin"
        elif self.has("dhcp split file"):
            half = len(file) // 2
            pairs, file = pairs + [(67, file[:half]), (12, b"guest"), (67, file[half:])], b""
        elif self.has("dhcp overload"):
            pairs.append((52, b"\x03"))
            sname = wire.options([named[0]]) + b"\xff"
            file = wire.options([named[1]]) + b"\xff"
            siaddr = ANY
        return wire.dhcp_reply(m, yiaddr, siaddr, wire.options(pairs), sname, file)

    def file_for(self, classes):
        """Guests with a user class (RFC 3004, or bare as iPXE does it) may get another file."""
        return next((file for name, file in self.class_files if name in classes),
                    self.plain_file)

    def dhcp_send(self, body, server, dip, text, sport=67, dport=68):
        data = wire.udp(server, dip, sport, dport, body)
        self.send_ip(17, server, dip, data, text, wire.BROADCAST if dip == ALL else None)

    # ---- TFTP -----------------------------------------------------------------------
    def tftp(self, p, fault):
        if p.dport == 69:
            t = Transfer(self, p, 20000 + len(self.transfers))
            self.transfers[t.port] = t
            t.request(fault)
        elif p.dport in self.transfers:
            self.transfers[p.dport].receive(p, fault)
        else:
            self.log("guest udp %d -> %d, %d bytes: %s%s" %
                     (p.sport, p.dport, len(p.data), p.data[:4].hex(), fault))
