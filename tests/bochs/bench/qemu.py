# SPDX-License-Identifier: BSD-2-Clause
"""QEMU 7.2 with SeaBIOS, TCG only: KVM emulates real mode slowly on many machines."""

import math
import os
import socket
import time

from bench import build
from bench.machine import Machine, text_screen

CARDS = {"e1000": "e1000", "ne2k": "ne2k_pci"}
EXIT_STATUS = 0x31 * 2 + 1      # END_RUN in inc/say.inc
VGA_ROM_ONLY = bytes([1])       # which PCI ROMs SeaBIOS runs
FIRST_SLOT = 8                  # "before" neighbours sit in front of it, cards from it on


class Qemu(Machine):
    def __init__(self, scenario, builder, folder):
        super().__init__(scenario, builder, folder)
        self.log_path = self.path("e9.txt")

    def prepare(self):
        super().prepare()
        if self.s.pretender:
            with open(self.path("vga-only"), "wb") as f:
                f.write(VGA_ROM_ONLY)

    def command(self):
        s = self.s
        machine = s.firmware.split("-")[1]
        words = [
            "qemu-system-i386", "-machine", machine, "-accel", "tcg", "-m", str(s.memory),
            "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-vga", "std",
            "-global", "apic-common.vapic=off",
            "-chardev", "file,id=e9,path=e9.txt",
            "-device", "isa-debugcon,iobase=0xe9,chardev=e9",
            "-chardev", "file,id=sea,path=seabios.txt",
            "-device", "isa-debugcon,iobase=0x402,chardev=sea",
            "-device", "isa-debug-exit,iobase=0x501,iosize=2",
            "-monitor", "unix:monitor,server=on,wait=off", "-S",
        ]
        if s.clock == "emulated":
            # An instruction takes 2^shift ns; idle time passes at once.
            shift = max(0, min(10, round(math.log2(1000 / s.mips))))
            words += ["-icount", "shift=%d,sleep=off,align=off" % shift,
                      "-rtc", "base=2000-01-01,clock=vm"]
        if s.cpu:
            words += ["-cpu", s.cpu]
        if s.serials:
            words += ["-chardev", "file,id=com1,path=serial.txt",
                      "-device", "isa-serial,chardev=com1"]
        if s.pretender:
            words += ["-fw_cfg", "name=etc/pci-optionrom-exec,file=" + self.path("vga-only")]
        return words + self.disks(machine) + self.cards() + self.option_images()

    def index(self, device, n=0):
        return self.s.order.index(device) * 10 + n + 1

    def disks(self, machine):
        words = []
        if self.floppy:
            if machine == "q35":
                words += ["-device", "isa-fdc,id=fdc"]
            words += ["-drive", "if=none,id=fd,format=raw,readonly=on,file=" + self.floppy,
                      "-device", "floppy,drive=fd",
                      "-global", "isa-fdc.bootindexA=%d" % self.index("floppy")]
        if self.disk:
            words += ["-drive", "if=none,id=hd,format=raw,snapshot=on,file=" + self.disk,
                      "-device", "ide-hd,drive=hd,bootindex=%d" % self.index("disk")]
        return words

    def cards(self):
        words = []
        for i, n in enumerate(self.s.nics):
            text = "%s,id=card%d,netdev=n%d,addr=%d,mac=52:54:00:12:34:%02x" % (
                CARDS[n.kind], i, i, FIRST_SLOT + i, 0x56 + i)
            if self.roms[i] and self.s.rom.place == "pci":
                text += ",romfile=" + self.roms[i]
                if "network" in self.s.order:
                    text += ",bootindex=%d" % self.index("network", i)
            else:
                text += ",romfile="
            words += ["-netdev", self.wire(i, n), "-device", text]
        return words

    def wire(self, i, nic):
        if nic.network == "slirp":
            return "user,id=n%d,tftp=%s,bootfile=%s" % (i, self.served, self.boot_file)
        if nic.network == "peer":
            return "socket,id=n%d,udp=127.0.0.1:%d,localaddr=127.0.0.1:%d" % (
                i, self.peer_port, self.guest_port)
        return "hubport,id=n%d,hubid=%d" % (i, i)

    def option_images(self):
        """ROMs before ours are those of cards in lower slots; -option-rom comes after all
        cards, in reverse order of file names."""
        words = []
        for i, rom in enumerate(self.neighbours["before"]):
            words += ["-device", "edu,addr=%d,romfile=%s" % (FIRST_SLOT - 4 + i, rom)]
        images = [r for r in self.roms[:1] if r and self.s.rom.place == "option"]
        images += self.neighbours["after"]
        for i, rom in enumerate(images):
            name = self.path("%c-option.rom" % (ord("z") - i))
            build.padded(rom, name, 512)
            boot = self.s.rom.place == "option" and i == 0 and "network" in self.s.order
            words += ["-option-rom",
                      name + (",bootindex=%d" % self.index("network") if boot else "")]
        return words

    # ---- the monitor -----------------------------------------------------------------------
    def started(self):
        commands = ["set_link card%d off" % i for i, n in enumerate(self.s.nics)
                    if n.network == "unplugged"]
        self.ask(*commands, "cont")

    def ask(self, *commands):
        """What the monitor says to `commands`; '' if it is not there any more."""
        for _ in range(500):
            try:
                with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as m:
                    m.settimeout(10)
                    m.connect(self.path("monitor"))
                    return self.talk(m, commands)
            except OSError:
                if self.process.poll() is not None:
                    return ""
                time.sleep(0.01)
        return ""

    def talk(self, m, commands):
        said = self.until_prompt(m)
        for c in commands:
            m.sendall((c + "\n").encode())
            said += self.until_prompt(m)
        return said

    def until_prompt(self, m):
        text = b""
        while not text.endswith(b"(qemu) "):
            part = m.recv(65536)
            if not part:
                break
            text += part
        return text.decode("latin-1")

    def screen(self):
        name = self.path("screen.bin")
        self.ask("pmemsave 0xb8000 4000 screen.bin")
        try:
            with open(name, "rb") as f:
                return text_screen(f.read())
        except OSError:
            return ""

    def last_words(self):
        super().last_words()
        with open(self.path("registers.txt"), "w", encoding="utf-8") as f:
            f.write(self.ask("info registers", "x /8i $pc", "info pci"))

    # ---- verdict -----------------------------------------------------------------------------
    def orderly(self):
        return self.status == EXIT_STATUS

    def complaints(self):
        with open(self.path("stderr.txt"), encoding="latin-1") as f:
            text = f.read().strip()
        if self.status == 0:
            return ["the guest was reset"]
        if self.status not in (None, EXIT_STATUS):
            return ["QEMU ended with status %d: %s" % (self.status, text[-300:])]
        return []

    def log(self):
        return super().log() if os.path.exists(self.log_path) else []
