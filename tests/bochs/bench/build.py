# SPDX-License-Identifier: BSD-2-Clause
"""Makes the files of a run: NASM programs, neighbour ROMs with their sums, disks, and
the ROM under test, stamped or damaged.  Nothing is built twice in one run."""

import array
import os
import re
import shutil
import struct
import subprocess
import threading

from bench import packages
from bench.scenario import NIC_IDS

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TREE = os.path.dirname(os.path.dirname(HERE))
FLOPPY_SECTORS = 2880
DISK_CYLINDERS, DISK_HEADS, DISK_SPT = 2, 16, 63
DISK_SECTORS = DISK_CYLINDERS * DISK_HEADS * DISK_SPT
PAYLOAD_SIGNATURE = b"Play"         # struct payload, include/ebb/payload.h
PAYLOAD_HEADER_LEN_AT, PAYLOAD_LOADER_AT, PAYLOAD_CORE_AT = 16, 20, 32
RAMDISK = "ramdisk"
NEIGHBOUR_ID = "1234:11e8"          # QEMU's "edu" device: a card that no ROM drives


class BuildError(Exception):
    """A tool failed or a file is missing; the text is for the user."""


class Builder:
    def __init__(self, folder):
        self.folder = folder
        self.done = {}
        self.lock = threading.Lock()

    def once(self, key, make):
        """The file for `key`; make(path) writes it the first time."""
        with self.lock:
            if key not in self.done:
                path = os.path.join(self.folder, "built%d" % len(self.done))
                make(path)
                self.done[key] = path
            return self.done[key]

    def nasm(self, source, defines=()):
        source = os.path.join(HERE, source)
        if not os.path.isfile(source):
            raise BuildError("no such program: " + source)

        def make(path):
            call(["nasm", "-f", "bin", "-w+all", "-Werror", "-I",
                  os.path.join(HERE, "inc/"), "-I", os.path.dirname(source) + "/",
                  *defines, "-o", path, source])
        return self.once(("nasm", source, tuple(defines)), make)

    def program(self, p):
        """A boot file: debian:PACKAGE/FILE, grub:CONFIG, a path, or the name of a source in
        nbp/."""
        try:
            if p.name.startswith(packages.PREFIX):
                return packages.path_of(p.name)
            if p.name.startswith(packages.GRUB_PREFIX):
                return self.grub(p.name[len(packages.GRUB_PREFIX):])
        except packages.Missing as e:
            raise BuildError(str(e))
        if "/" in p.name:
            path = p.name if p.name.startswith("/") else os.path.join(TREE, p.name)
            if not os.path.isfile(path):
                raise BuildError("no such file: " + path)
            return path
        if p.name == RAMDISK:
            return self.ramdisk(p.defines)
        return self.nasm("nbp/%s.asm" % p.name, p.defines)

    def ramdisk(self, defines):
        """-DKIB=n KiB for nbp/linux.asm: what FILL of inc/scramble.inc makes, in less time."""
        sizes = [re.fullmatch(r"-DKIB=(\d+)", d) for d in defines]
        if len(sizes) != 1 or not sizes[0]:
            raise BuildError("ramdisk wants -DKIB=n and nothing else")

        def make(path):
            with open(os.path.join(HERE, "inc/scramble.inc"), encoding="utf-8") as f:
                factor = int(re.search(r"^SCRAMBLE\s+equ\s+(\w+)", f.read(), re.M).group(1), 0)
            end = int(sizes[0].group(1)) * 1024
            words = array.array("I", (at * factor & 0xffffffff for at in range(0, end, 4)))
            with open(path, "wb") as f:
                f.write(words.tobytes())
        return self.once((RAMDISK, defines), make)

    def grub(self, config):
        config = os.path.join(TREE, config)
        return self.once(("grub", config),
                         lambda path: call(packages.grub_command(config, path)))

    def neighbour(self, p):
        vendor, device = NEIGHBOUR_ID.split(":")
        raw = self.nasm("neighbours/%s.asm" % p.name,
                        p.defines + ("-DVENDOR=0x" + vendor, "-DDEVICE=0x" + device))
        return self.once(("sum", raw), lambda path: sum_rom(raw, path))

    def pretender(self, p, rom, before=(), after=()):
        """A floppy with firmware/NAME.asm and the ROMs that it runs: neighbours, the ROM under
        test, neighbours."""
        roms = ["-D%s=%s" % (word, ",".join('"%s"' % r for r in files))
                for word, files in (("BEFORE", before), ("ROM_FILE", [rom]), ("AFTER", after))
                if files]
        raw = self.nasm("firmware/%s.asm" % p.name, p.defines + tuple(roms))
        return self.once(("floppy", raw),
                         lambda path: padded(raw, path, FLOPPY_SECTORS * 512))

    def disk(self, moment, end_here, sectors, keys=(), keys_after=0):
        typed = ("-DKEYS=" + ",".join("0x" + k for k in keys),
                 "-DTICKS=%d" % keys_after) if keys else ()
        return self.nasm("nbp/disk.asm", ("-DMOMENT=" + moment,
                                          "-DEND_HERE=%d" % end_here,
                                          "-DSECTORS=%d" % sectors, *typed))

    def rom(self, r, kind):
        """The ROM under test for a card of this kind."""
        names = {"ebb": "build/ebb.rom", "ebb-single": "build/ebb-single.rom"}
        source = os.path.join(TREE, names.get(r.source, r.source))
        stamp = r.stamp or (NIC_IDS[kind] if r.source in names else None)
        if not os.path.isfile(source):
            raise BuildError("no such ROM: %s (run make first)" % source)

        def make(path):
            change = ["--id", stamp] if stamp else []
            change += ["--cmdline", r.cmdline] if r.cmdline else []
            if change:
                call([os.path.join(TREE, "build/ebbrom"), "stamp", *change, source,
                      "-o", path])
            else:
                shutil.copyfile(source, path)
            if r.damaged:
                damage_payload(path)
        return self.once(("rom", source, stamp, r.cmdline, r.damaged), make)


def call(command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=60)
    if done.returncode:
        raise BuildError("%s: %s" % (" ".join(command), done.stderr.strip()))


def sum_rom(source, path):
    """Copies an option ROM, padded to its size byte, with byte 6 making its sum 0."""
    with open(source, "rb") as f:
        rom = bytearray(f.read())
    size = rom[2] * 512
    if rom[:2] != b"\x55\xaa" or not 0 < len(rom) <= size:
        raise BuildError("%s is no option ROM, or longer than it says" % source)
    rom = rom.ljust(size, b"\0")
    rom[6] = 0
    rom[6] = -sum(rom) & 0xff
    with open(path, "wb") as f:
        f.write(rom)


def find_payload(rom):
    """Where the payload's header is: the signature, and a loader right behind the header.
    Code may hold the signature, too.  -1: nowhere."""
    at = rom.find(PAYLOAD_SIGNATURE)
    while at >= 0:
        header_len, = struct.unpack_from("<H", rom, at + PAYLOAD_HEADER_LEN_AT)
        loader, = struct.unpack_from("<I", rom, at + PAYLOAD_LOADER_AT)
        if header_len == loader:
            return at
        at = rom.find(PAYLOAD_SIGNATURE, at + 1)
    return at


def damage_payload(path):
    """Changes two bytes in the middle of the packed core so that 8-bit sums stay right."""
    with open(path, "rb") as f:
        rom = bytearray(f.read())
    at = find_payload(rom)
    if at < 0:
        raise BuildError("%s holds no payload to damage" % path)
    core, length = struct.unpack_from("<II", rom, at + PAYLOAD_CORE_AT)
    middle = at + core + length // 2
    rom[middle] = (rom[middle] + 1) & 0xff
    rom[middle + 1] = (rom[middle + 1] - 1) & 0xff
    with open(path, "wb") as f:
        f.write(rom)


def padded(source, path, unit):
    """A copy of `source` filled up with FFh to a multiple of `unit`."""
    with open(source, "rb") as f:
        data = f.read()
    with open(path, "wb") as f:
        f.write(data.ljust(-(-len(data) // unit) * unit, b"\xff"))
