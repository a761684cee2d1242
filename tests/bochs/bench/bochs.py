# SPDX-License-Identifier: BSD-2-Clause
"""Bochs 2.7 as Debian builds it: with its debugger, without a null display."""

import os
import re
import select
import signal
import socket
import termios
import threading
import time
import tty

from bench import build
from bench.machine import Machine, text_screen

SYSTEM_ROMS = {"bochs-rombios": "/usr/share/bochs/BIOS-bochs-latest",
               "bochs-seabios": "/usr/share/seabios/bios.bin"}
VGA_ROM = "/usr/share/vgabios/vgabios.bin"
ROM_UNIT = 65536        # smaller boot ROMs collide within 64 KiB in Bochs 2.7
OPTION_UNIT = 512
# Option images must lie between the VGA BIOS and E0000; rombios runs them in order of
# address, and puts PCI ROMs at D0000.
BEFORE, AFTER, OPTION = 0xca000, 0xde000, 0xd0000
AFTER_LIMIT = 0xe0000
PROMPT = re.compile(r"^(?:<bochs:\d+> ?)+")
STOPPED = "Next at t="  # the debugger's first line after an interrupt, wherever the guest was
NOISE = "(0)"
SCREEN = re.compile(r'connected to screen "(/dev/pts/\d+)"')
LOOK_EVERY_S = 0.2
ORDERLY = ">>PANIC<< Shutdown port: shutdown requested"


def guest_lines(lines):
    """The guest's lines of an output that the debugger has interrupted, in the middle of a line, too."""
    found, half = [], ""
    for line in lines:
        rest = PROMPT.sub("", line)
        said, stopped, _ = rest.partition(STOPPED)
        if stopped:
            half += said
        elif not rest.startswith(NOISE) and (rest or not line):
            found.append(half + rest)
            half = ""
    return found


class Bochs(Machine):
    def __init__(self, scenario, builder, folder):
        super().__init__(scenario, builder, folder)
        self.log_path = self.path("stdout.txt")

    def command(self):
        with open(self.path("bochsrc"), "w", encoding="utf-8") as f:
            f.write("\n".join(self.config()) + "\n")
        with open(self.path("debugger"), "w", encoding="utf-8") as f:
            f.write("c\n")
        # Without a terminal of its own the display draws nothing, but wants to know its kind.
        return ["env", "TERM=xterm", "bochs-bin", "-q", "-f", "bochsrc", "-rc", "debugger"]

    def config(self):
        s = self.s
        lines = [
            "config_interface: textconfig",
            # Not rfb: it cannot bind its port once in some hundred starts.
            "display_library: term",
            "romimage: file=" + SYSTEM_ROMS[s.firmware],
            "vgaromimage: file=" + VGA_ROM,
            "megs: %d" % s.memory,
            "log: bochs.log",
            "panic: action=fatal",
            "error: action=report",
            "info: action=report",
            "debug: action=ignore",
            "port_e9_hack: enabled=1",
            "clock: sync=%s, time0=946684800" % ("none" if s.clock == "emulated" else
                                                 "slowdown"),
            "cpu: count=1, ips=%d000000, reset_on_triple_fault=0%s" %
            (s.mips, ", model=" + s.cpu if s.cpu else ""),
            "sound: driver=dummy",
            "plugin_ctrl: speaker=0, gameport=0, parallel=0",
            "boot: " + ", ".join(s.order),
        ]
        if s.serials:
            lines.append("com1: enabled=1, mode=file, dev=serial.txt")
        if self.floppy:
            lines.append("floppya: 1_44=%s, status=inserted, write_protected=1" % self.floppy)
        if self.disk:
            # Bochs locks disk images for itself, so every run has its own.
            build.padded(self.disk, self.path("disk.img"), 512)
            lines.append("ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14")
            lines.append("ata0-master: type=disk, path=disk.img, mode=flat, cylinders=%d, "
                         "heads=%d, spt=%d" % (build.DISK_CYLINDERS, build.DISK_HEADS,
                                               build.DISK_SPT))
        else:
            lines.append("ata0: enabled=0")
        return lines + self.cards() + self.option_images()

    def cards(self):
        s = self.s
        slots = ["pcivga"] if s.firmware == "bochs-seabios" else []
        lines = []
        for i, n in enumerate(s.nics):
            slots.append(n.kind)
            text = "%s: card=%d, enabled=1, mac=52:54:00:12:34:%02x, %s" % (
                n.kind, sum(m.kind == n.kind for m in s.nics[:i]), 0x56 + i, self.wire(n))
            # rombios runs every ROM it finds: with a pretender it finds none.
            if self.roms[i] and s.rom.place == "pci" and not s.pretender:
                build.padded(self.roms[i], self.path("card%d.rom" % i), ROM_UNIT)
                text += ", bootrom=card%d.rom" % i
            lines.append(text)
        names = "".join(", slot%d=%s" % (i + 1, slot) for i, slot in enumerate(slots))
        return ["pci: enabled=1, chipset=i440fx" + names] + lines

    def wire(self, nic):
        if nic.network == "none":
            return "ethmod=null, ethdev=none"
        if nic.network == "peer":
            try:
                socket.gethostbyname("localhost")
            except OSError:
                raise build.BuildError("Bochs' network needs a name that this machine does not know: "
                                       "localhost (/etc/hosts)") from None
            return "ethmod=socket, ethdev=%d" % self.guest_port
        name = nic.network + ".conf"
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write("# %s config\nbootfile = %s\n" % (nic.network, self.boot_file))
        return "ethmod=%s, ethdev=%s, script=%s" % (nic.network, self.served, name)

    def option_images(self):
        lines, images = [], []
        at = BEFORE
        for rom in self.neighbours["before"]:
            images.append((rom, at))
            at += -(-os.path.getsize(rom) // 2048) * 2048
        if self.s.rom.place == "option":
            images += [(rom, OPTION) for rom in self.roms[:1] if rom]
        at = AFTER
        for rom in self.neighbours["after"]:
            images.append((rom, at))
            at += -(-os.path.getsize(rom) // 2048) * 2048
        for i, (rom, at) in enumerate(images, 1):
            build.padded(rom, self.path("option%d.rom" % i), OPTION_UNIT)
            lines.append("optromimage%d: file=option%d.rom, address=0x%x" % (i, i, at))
        return lines

    # ---- the display ------------------------------------------------------------------
    def started(self):
        self.over = threading.Event()
        threading.Thread(target=self.read_screen_terminal, daemon=True).start()

    def read_screen_terminal(self):
        """The display writes to a terminal of its own, and Bochs waits when nobody reads it: a guest that
        scribbles over the screen would stop the clock."""
        name = None
        while not name and not self.over.wait(0.02):
            with open(self.path("stderr.txt"), encoding="latin-1") as f:
                name = SCREEN.search(f.read())
        try:
            fd = os.open(name.group(1), os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        except (OSError, AttributeError):
            return
        try:
            tty.setraw(fd)
            while not self.over.is_set():
                if select.select([fd], [], [], LOOK_EVERY_S)[0] and not os.read(fd, 65536):
                    break
        except (OSError, termios.error):
            pass                # the emulator is gone
        finally:
            os.close(fd)

    def kill(self):
        if self.process:
            self.over.set()
        super().kill()

    # ---- the debugger's prompt --------------------------------------------------------
    def ask(self, *commands):
        """Interrupts the guest and has the debugger run `commands`."""
        self.process.send_signal(signal.SIGINT)
        time.sleep(0.05)
        self.process.stdin.write(("\n".join(commands) + "\n").encode())
        self.process.stdin.flush()

    def screen(self):
        name = self.path("screen.bin")
        if os.path.exists(name):
            os.remove(name)
        try:
            self.ask('writemem "screen.bin" 0xb8000 4000', "c")
        except BrokenPipeError:
            return ""
        return self.read_screen(name)

    def read_screen(self, name):
        for _ in range(100):
            if os.path.exists(name) and os.path.getsize(name) == 4000:
                with open(name, "rb") as f:
                    return text_screen(f.read())
            time.sleep(0.01)
        return ""

    def last_words(self):
        try:
            self.ask('writemem "screen.bin" 0xb8000 4000', "r", "sreg", "creg",
                     "print-stack 16", "u /8", "q")
        except BrokenPipeError:
            return
        self.screen_text = self.read_screen(self.path("screen.bin"))
        for _ in range(50):
            if self.process.poll() is not None:
                break
            time.sleep(0.01)

    # ---- verdict --------------------------------------------------------------------------
    def log(self):
        """Port E9h shares standard output with the debugger."""
        lines = super().log()
        first = next((i + 1 for i, line in enumerate(lines) if "0x0000fffffff0" in line), 0)
        return guest_lines(lines[first:])

    def emulator_log(self):
        try:
            with open(self.path("bochs.log"), encoding="latin-1") as f:
                return f.read()
        except OSError:
            return ""

    def orderly(self):
        return ORDERLY in self.emulator_log()

    def complaints(self):
        """What the emulator itself says went wrong, a line each."""
        text = self.emulator_log()
        bad = [line for line in text.split("\n")
               if (">>PANIC<<" in line and ORDERLY not in line) or "HLT instruction with IF=0"
               in line]
        if len(re.findall("cpu hardware reset", text)) > 1:
            bad.append("the guest was reset")
        if not text:
            with open(self.path("stderr.txt"), encoding="latin-1") as f:
                bad.append("Bochs did not start: " + f.read()[-300:])
        return bad
