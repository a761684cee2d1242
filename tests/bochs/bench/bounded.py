# SPDX-License-Identifier: BSD-2-Clause
"""The bench's machines with a life that is bounded in emulated time: a ROM that hangs hangs after the
same number of instructions on any host, however busy, and that is told apart from a host that
is merely slow (the wall clock's limit).  Bochs counts with its debugger, QEMU with an ISA watchdog card
that the bench, not the guest, has started."""

import os
import re
import signal
import threading

from bench import build, scenario
from bench.bochs import Bochs
from bench.qemu import Qemu

EMULATED_S = 90                 # no boot attempt of a machine that answers at once takes this long
WALL_S = 150                    # only a host that starves us gets here
LOG_LIMIT = 2 << 20             # ten times what a run prints; a ROM may print for ever
CPU_S = {"bochs": 10, "qemu": 5}    # of the host's processor; a run that ends takes 0.3 to 2 ...
MIPS = 4                            # ... at this speed of the emulated one
TIME_OUT = b"(0) Caught time breakpoint"
STOPPED = b"HLT instruction with IF=0"
LAST_OF_LOG = 4096
WATCHDOG_PORT, WATCHDOG_S = 0x443, 30   # ib700: value 0 = 30 s of emulated time
LOOK_EVERY_S = 0.2


class Bounded:
    """What both machines share, and what a scenario cannot say: the program on the floppy, the
    ROMs of further cards, a pretender without a ROM under test."""

    def __init__(self, s, builder, folder, floppy=None, roms=(), standin=None,
                 longer=1):
        super().__init__(s, builder, folder)
        self.emulated_s = EMULATED_S * longer
        self.cpu_s = CPU_S[s.emulator] * longer * s.mips / MIPS
        self.floppy_program, self.card_roms, self.standin = floppy, roms, standin
        self.hung = False

    def run(self, patience):
        self.cpu_s *= patience
        super().run(patience)

    def prepare(self):
        if self.standin is not None:
            self.s.rom = scenario.Rom(standin_rom(self.builder, self.standin,
                                                  self.s.nics[0].kind))
        super().prepare()
        if self.floppy_program:
            p = self.floppy_program
            self.floppy = self.builder.nasm(
                "nbp/%s.asm" % p.name, p.defines + ("-DSECTORS=%d" % build.FLOPPY_SECTORS,))
        for i, source in enumerate(self.card_roms):
            if source:
                self.roms[i] = self.builder.rom(scenario.Rom(source), self.s.nics[i].kind)

    def too_slow(self):
        return bool(self.problem) and not self.hung

    def prints_on(self):
        return os.path.exists(self.log_path) and os.path.getsize(self.log_path) > LOG_LIMIT

    def short_log(self):
        """The log, at most LOG_LIMIT bytes of it: a guest in a loop prints without end."""
        if not os.path.exists(self.log_path):
            return []
        if self.prints_on():
            os.truncate(self.log_path, LOG_LIMIT)
        return self.log()


class BoundedBochs(Bounded, Bochs):
    def command(self):
        words = super().command()
        with open(self.path("debugger"), "w", encoding="utf-8") as f:
            f.write("sba %d\nc\nr\nsreg\nq\n" % (self.s.mips * 1000000 * self.emulated_s))
        return words

    def config(self):
        # A guest gone wild makes an error with every instruction: 100 MB of log a second.
        return [line.replace("error: action=report", "error: action=ignore")
                for line in super().config()]

    def started(self):
        super().started()
        threading.Thread(target=self.watch, daemon=True).start()

    def watch(self):
        """The debugger's time break needs an instruction.  A processor that stopped for good has
        none, and one with an exception after the other takes a host's minute for it."""
        while not self.over.wait(LOOK_EVERY_S) and self.process.poll() is None:
            if self.stopped() or self.prints_on() or cpu_seconds(self.process.pid) > self.cpu_s:
                self.hung = True
                self.process.send_signal(signal.SIGINT)     # go on with the debugger's next line
                return

    def stopped(self):
        try:
            with open(self.path("bochs.log"), "rb") as f:
                f.seek(max(0, f.seek(0, os.SEEK_END) - LAST_OF_LOG))
                return STOPPED in f.read()
        except OSError:
            return False

    def kill(self):
        super().kill()
        self.words = self.last_printed()

    def last_printed(self):
        """Cuts what the debugger printed at the end off the log, and returns it."""
        with open(self.log_path, "r+b") as f:
            text = f.read()
            at = text.find(TIME_OUT)
            self.hung = self.hung or at >= 0
            if not self.hung:
                return ""
            if at < 0:
                at = text.rfind(b"\nCPU0:")
            if at < 0:
                return ""
            f.truncate(at)
        return text[at:].decode("latin-1")

    def log(self):
        return [line for line in super().log() if not line.startswith("Time breakpoint")]

    def complaints(self):
        return [] if self.hung else super().complaints()

    def where(self):
        """Where a guest that hung stood: CS:IP."""
        cs = re.search(r"cs:0x([0-9a-f]+)", self.words)
        ip = re.search(r"rip: [0-9a-f]+_([0-9a-f]+)", self.words)
        return "%s:%s" % (cs.group(1).zfill(4), ip.group(1)) if cs and ip else ""


class BoundedQemu(Bounded, Qemu):
    def command(self):
        return super().command() + ["-device", "ib700", "-action", "watchdog=pause"]

    def started(self):
        links = ["set_link card%d off" % i for i, n in enumerate(self.s.nics)
                 if n.network == "unplugged"]
        self.stands = ""
        self.over = threading.Event()
        self.ask(*links, *self.armed())
        threading.Thread(target=self.watch, daemon=True).start()

    def armed(self):
        return "o /b 0x%x 0" % WATCHDOG_PORT, "cont"

    def watch(self):
        """Starts the watchdog anew until the emulated time is over."""
        rounds = self.emulated_s // WATCHDOG_S
        while not self.over.wait(LOOK_EVERY_S) and self.process.poll() is None:
            # A guest gone wild may write to the watchdog's ports.
            ends = self.prints_on() or cpu_seconds(self.process.pid) > self.cpu_s
            if not ends and "watchdog" not in self.ask("info status"):
                continue
            rounds -= 1
            if rounds and not ends:
                self.ask(*self.armed())
                continue
            self.hung = True
            self.stands = self.ask("info registers")
            self.process.kill()
            return

    def kill(self):
        if self.process:
            self.over.set()
        super().kill()

    def complaints(self):
        return [] if self.hung else super().complaints()

    def where(self):
        cs = re.search(r"^CS =([0-9a-f]+)", self.stands, re.M)
        ip = re.search(r"EIP=([0-9a-f]+)", self.stands)
        return "%s:%s" % (cs.group(1), ip.group(1)) if cs and ip else ""


def cpu_seconds(pid):
    """Processor time that a process took so far: other than the clock on the wall it stands still
    while others use the host."""
    try:
        with open("/proc/%d/stat" % pid, encoding="latin-1") as f:
            fields = f.read().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def standin_rom(builder, boot, kind):
    """The ROM that takes the place of the one under test; it boots the program `boot`, if any."""
    vendor, device = scenario.NIC_IDS[kind].split(":")
    defines = ("-DVENDOR=0x" + vendor, "-DDEVICE=0x" + device)
    if boot:
        defines += ('-DBOOT_FILE="%s"' % builder.program(boot),)
    raw = builder.nasm("interop/standin.asm", defines)
    return builder.once(("sum", raw), lambda path: build.sum_rom(raw, path))


def machine(s, builder, folder, floppy=None, roms=(), standin=None, longer=1):
    kind = BoundedBochs if s.emulator == "bochs" else BoundedQemu
    return kind(s, builder, folder, floppy, roms, standin, longer)
