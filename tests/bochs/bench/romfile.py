# SPDX-License-Identifier: BSD-2-Clause
"""Looks at an option ROM's file as hostile data: what firmware will make of it, and what is wrong with
it.  What no firmware would even start is an error; the rest is a fault that the report shows."""

import os
import struct
from dataclasses import dataclass, field

SIGNATURE = b"\x55\xaa"
UNIT = 512
LARGEST = 16 << 20
PCIR_LEN, PNP_LEN = 0x18, 0x20
X86 = 0
NETWORK, DISPLAY = 2, 3
CARDS = {(0x8086, 0x100e): "e1000", (0x10ec, 0x8029): "ne2k"}
EBB_MARK = b"ebb:info"


class BadRom(Exception):
    """A file that cannot be tested; the text is for the user."""


@dataclass
class RomFile:
    path: str
    name: str
    data: bytes
    size: int = 0               # what byte 2 says, bytes
    vendor: int = 0
    device: int = 0
    revision: int = -1          # of PCIR; -1: there is none
    kind: int = -1              # base class
    devices: tuple = ()         # of the device list
    pnp: bool = False
    bev: int = 0
    bcv: int = 0
    product: str = ""
    faults: list = field(default_factory=list)      # (clause, text)

    @property
    def is_ebb(self):
        return EBB_MARK in self.data[:256]

    @property
    def card(self):
        """The card of the bench that this ROM drives; '' if it drives none."""
        if self.kind not in (-1, NETWORK):
            return ""
        ids = [(self.vendor, d) for d in (self.device,) + self.devices]
        return next((CARDS[i] for i in ids if i in CARDS), "")

    def describe(self):
        words = ["%d bytes, %d at INIT" % (len(self.data), self.size)]
        if self.revision >= 0:
            words.append("%04x:%04x, PCIR revision %d" % (self.vendor, self.device,
                                                          self.revision))
        else:
            words.append("no PCIR")
        if self.pnp:
            words.append("$PnP" + (", BEV" if self.bev else "") + (", BCV" if self.bcv else ""))
        if self.product:
            words.append(self.product)
        return "; ".join(words)


def read(path):
    """The ROM in a file.  BadRom if it cannot be one."""
    name = os.path.basename(path.rstrip("/")) or path
    if os.path.isdir(path):
        raise BadRom("%s is a directory, not an option ROM" % path)
    try:
        with open(path, "rb") as f:
            data = f.read(LARGEST + 1)
    except OSError as e:
        raise BadRom("%s cannot be read: %s" % (path, e.strerror))
    if len(data) > LARGEST:
        raise BadRom("%s is longer than %d MiB: no option ROM" % (path, LARGEST >> 20))
    if len(data) < UNIT:
        raise BadRom("%s has %d bytes: no option ROM is shorter than %d" % (path, len(data),
                                                                           UNIT))
    if data[:2] != SIGNATURE:
        raise BadRom("%s does not begin with 55 AA: no option ROM (ROM-1)" % path)
    rom = RomFile(path, name, data, data[2] * UNIT)
    if not rom.size:
        raise BadRom("%s says that it is 0 bytes long: no firmware runs it (ROM-8)" % path)
    if rom.size > len(data):
        raise BadRom("%s is truncated: it says %d bytes and has %d (ROM-1)" %
                     (path, rom.size, len(data)))
    if sum(data[:rom.size]) & 0xff:
        rom.faults.append(("ROM-1", "its %d bytes sum to %02x, not to 0" %
                           (rom.size, sum(data[:rom.size]) & 0xff)))
    look_at_pcir(rom)
    look_at_pnp(rom)
    return rom


def look_at_pcir(rom):
    at, = struct.unpack_from("<H", rom.data, 0x18)
    if at == 0 or at + PCIR_LEN > len(rom.data) or rom.data[at:at + 4] != b"PCIR":
        if at and at + PCIR_LEN > len(rom.data):
            rom.faults.append(("ROM-1", "its PCIR pointer %04x leads out of the file" % at))
        return
    rom.vendor, rom.device, devices = struct.unpack_from("<HHH", rom.data, at + 4)
    rom.revision, rom.kind = rom.data[at + 0x0c], rom.data[at + 0x0f]
    length, = struct.unpack_from("<H", rom.data, at + 0x10)
    if rom.data[at + 0x14] != X86:
        raise BadRom("%s holds no x86 code first: code type %d (ROM-2)" %
                     (rom.path, rom.data[at + 0x14]))
    if not rom.vendor:
        rom.faults.append(("ROM-2", "its PCIR names card %04x:%04x, which is none: firmware that "
                           "compares it does not run the ROM" % (rom.vendor, rom.device)))
    if length == 0:
        rom.faults.append(("ROM-2", "its image length in PCIR is 0"))
    elif length * UNIT > len(rom.data):
        rom.faults.append(("ROM-2", "its image length in PCIR is longer than the file"))
    if rom.revision >= 3 and devices:
        rom.devices = tuple(device_list(rom.data, at + devices))


def device_list(data, at):
    while at + 2 <= len(data):
        device, = struct.unpack_from("<H", data, at)
        if not device:
            return
        yield device
        at += 2


def look_at_pnp(rom):
    at, = struct.unpack_from("<H", rom.data, 0x1a)
    if at == 0 or at + PNP_LEN > rom.size or rom.data[at:at + 4] != b"$PnP":
        return
    rom.pnp = True
    rom.bcv, _, rom.bev = struct.unpack_from("<HHH", rom.data, at + 0x16)
    for what, entry in (("BEV", rom.bev), ("BCV", rom.bcv)):
        if entry >= rom.size:
            rom.faults.append(("PNP-2", "its %s %04x is behind its end" % (what, entry)))
    text, = struct.unpack_from("<H", rom.data, at + 0x10)
    if text:
        name = rom.data[text:text + 32].split(b"\0")[0]
        rom.product = "".join(chr(c) for c in name if 32 <= c < 127)
