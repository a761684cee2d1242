# SPDX-License-Identifier: BSD-2-Clause
"""One run of QEMU for a measurement: a card with a ROM, a network with a server, and what the
guest said, with the time of each line.

Without icount QEMU's clocks follow the host's: the guest's TSC and 8254 then show real time, which
is what a user waits for.  With `clock="count"` an instruction takes a nanosecond of emulated time,
whatever it costs the host: the TSC then counts instructions, the same in every run."""

import os
import re
import signal
import socket
import struct
import subprocess
import time

import tap

HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(os.path.dirname(HERE))
IPXE = "/usr/lib/ipxe/qemu/"
SERVER = os.path.join(TREE, "build/speed/server")
CLOCKS = {
    "real": [],
    "count": ["-icount", "shift=0,sleep=off,align=off", "-rtc", "base=2000-01-01,clock=vm"],
    "fast": ["-icount", "shift=5,sleep=off,align=off", "-rtc", "base=2000-01-01,clock=vm"],
}
PCIR_POINTER, CHECKSUM_AT = 0x18, 6
LOOK_S = 0.002          # how exact a line's time is
STREAMS = ("e9", "seabios", "serial")
BEV = re.compile(r"^Booting from ROM")      # SeaBIOS, just before it calls the entry
NO_MORE = re.compile(r"^No bootable device")


class GuestError(Exception):
    """A run that could not start or did not end; the text is for the user."""


class Card:
    def __init__(self, name, device, ident, neighbour):
        self.name, self.device, self.ident = name, device, ident
        self.neighbour = IPXE + neighbour

    def ebb_drives(self):
        with open(os.path.join(TREE, "src/net/nic_ids.def"), encoding="utf-8") as f:
            vendor, device = self.ident.split(":")
            return re.search(r"0x%s,\s*0x%s" % (vendor, device), f.read()) is not None


CARDS = [Card("e1000", "e1000", "8086:100e", "pxe-e1000.rom"),
         Card("ne2k", "ne2k_pci", "10ec:8029", "pxe-ne2k_pci.rom"),
         Card("virtio", "virtio-net-pci,disable-modern=off", "1af4:1000", "pxe-virtio.rom")]


def stamped(rom, card, folder):
    """A copy of ebb's ROM for the card."""
    path = os.path.join(folder, "ebb-%s.rom" % card.name)
    done = subprocess.run([os.path.join(TREE, "build/ebbrom"), "stamp", "--id", card.ident, rom,
                           "-o", path], capture_output=True, text=True, check=False)
    if done.returncode:
        raise GuestError("ebbrom: " + done.stderr.strip())
    return path


def named(rom, card, folder):
    """Another ROM, or a copy that names the card: Debian's for NE2000 names none, which QEMU puts
    right only for the ROM that is a card's default, and the firmware then runs no other."""
    with open(rom, "rb") as f:
        image = bytearray(f.read())
    at, = struct.unpack_from("<H", image, PCIR_POINTER)
    if image[at:at + 8] != b"PCIR\0\0\0\0":
        return rom
    struct.pack_into("<HH", image, at + 4, *(int(x, 16) for x in card.ident.split(":")))
    length = image[2] * 512
    image[CHECKSUM_AT] = (image[CHECKSUM_AT] - sum(image[:length])) & 0xff
    path = os.path.join(folder, "other-%s.rom" % card.name)
    with open(path, "wb") as f:
        f.write(image)
    return path


def two_ports():
    """UDP ports of 127.0.0.1 that are free now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as a, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as b:
        a.bind(("127.0.0.1", 0))
        b.bind(("127.0.0.1", 0))
        return a.getsockname()[1], b.getsockname()[1]


class Guest:
    """network: "slirp" is QEMU's own server, "own" is server.c with windows of `window` blocks,
    "tap" is dnsmasq behind a tap device (tap.open_network was called).  dump: packets.pcap is written."""

    def __init__(self, folder, rom, card, served, boot_file, network="slirp", clock="real",
                 memory=128, bits64=False, dump=False, serial=False, window=0):
        self.folder, self.rom, self.card = folder, rom, card
        self.served, self.boot_file = served, boot_file
        self.network, self.clock, self.memory = network, clock, memory
        self.bits64, self.dump, self.serial, self.window = bits64, dump, serial, window
        self.lines = []             # (seconds since power-on, stream, text)
        self.server = None

    def path(self, name):
        return os.path.join(self.folder, name)

    # ---- the command -----------------------------------------------------------------
    def command(self):
        words = ["qemu-system-x86_64" if self.bits64 else "qemu-system-i386",
                 "-machine", "pc", "-accel", "tcg", "-m", str(self.memory), "-nodefaults",
                 "-no-user-config", "-no-reboot", "-display", "none", "-vga", "std",
                 "-global", "apic-common.vapic=off",
                 "-device", "isa-debug-exit,iobase=0x501,iosize=2",
                 "-device", "isa-debugcon,iobase=0xe9,chardev=e9",
                 "-device", "isa-debugcon,iobase=0x402,chardev=seabios"]
        if self.serial:
            words += ["-device", "isa-serial,chardev=serial"]
        for name in STREAMS:
            if name != "serial" or self.serial:
                words += ["-chardev", "file,id=%s,path=%s" % (name, self.path(name + ".txt"))]
        if self.dump:
            words += ["-object", "filter-dump,id=dump,netdev=n,maxlen=256,file=" +
                      self.path("packets.pcap")]
        return words + CLOCKS[self.clock] + ["-netdev", self.wire(), "-device",
            "%s,netdev=n,mac=52:54:00:12:34:56,romfile=%s,bootindex=1" %
            (self.card.device, self.rom)]

    def wire(self):
        if self.network == "tap":
            return "tap,id=n,ifname=%s,script=no,downscript=no" % tap.DEVICE
        if self.network == "own":
            return "socket,id=n,udp=127.0.0.1:%d,localaddr=127.0.0.1:%d" % self.ports
        return "user,id=n,tftp=%s,bootfile=%s" % (self.served, self.boot_file)

    # ---- the run -----------------------------------------------------------------------
    def run(self, limit_s, until=None):
        """Until QEMU ends, or a line matches `until`; an error after limit_s."""
        for name in STREAMS:
            with open(self.path(name + ".txt"), "w", encoding="latin-1"):
                pass
        if self.network == "own":
            if not os.path.isfile(SERVER):
                raise GuestError("no %s: run make bench, or make build/speed/server" % SERVER)
            self.ports = two_ports()
            self.server = subprocess.Popen([SERVER, *map(str, self.ports), self.served,
                                            self.boot_file, str(self.window)])
        elif self.network == "tap":
            self.server = tap.server(self.folder, self.served, self.boot_file)
        files = {n: open(self.path(n + ".txt"), encoding="latin-1") for n in STREAMS}
        process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            self.watch(process, files, limit_s, until)
        finally:
            for p in (process, self.server):
                if p and p.poll() is None:
                    p.send_signal(signal.SIGTERM)
                if p:
                    p.wait()
            for f in files.values():
                f.close()
            self.complaint = process.stderr.read().strip()
            process.stderr.close()
        if not self.lines and self.complaint:
            raise GuestError("QEMU: " + self.complaint[-300:])
        return self.lines

    def watch(self, process, files, limit_s, until):
        began = time.monotonic()
        rest = dict.fromkeys(files, "")
        over = False
        while True:
            now = time.monotonic() - began
            # What came before the end is read once more after it.
            over = over or process.poll() is not None
            for name, f in files.items():
                *lines, rest[name] = (rest[name] + f.read()).split("\n")
                for line in lines:
                    self.lines.append((now, name, line.rstrip("\r")))
                    if until and until.search(line):
                        return
            if over:
                return
            if self.server and self.server.poll() is not None:
                raise GuestError("the server ended with status %d" % self.server.returncode)
            if now > limit_s:
                raise GuestError("no end within %g s: %s" % (limit_s, self.last_words()))
            time.sleep(LOOK_S)

    def last_words(self):
        said = [text for _, name, text in self.lines if name == "e9" and text]
        return said[-1] if said else "the guest said nothing"

    # ---- after it -----------------------------------------------------------------------
    def said(self, stream):
        return [text for _, name, text in self.lines if name == stream]

    def time_of(self, pattern):
        """Seconds at which the first such line came; None if none did."""
        for at, _, text in self.lines:
            if re.search(pattern, text):
                return at
        return None
