# SPDX-License-Identifier: BSD-2-Clause
"""One run of one scenario: a folder with everything the emulator needs, the process,
its bounded life, and what it left behind.  bochs.py and qemu.py know the emulators."""

import os
import re
import shutil
import socket
import subprocess
import time

from bench import build, witness
from bench.peer import Peer

COLUMNS, ROWS = 80, 25
SCREEN_EVERY_S = 0.5
LIVING = set()      # processes that must not outlive the bench
END_LINE = re.compile(r"^bench: end (\S+)$")


class Machine:
    """Subclasses give: command(), log_path, orderly(status), screen()."""

    def __init__(self, scenario, builder, folder):
        self.s, self.builder, self.folder = scenario, builder, folder
        self.served = os.path.join(folder, "served")
        self.peer = self.process = None
        self.status = None
        self.problem = ""
        self.screen_text = ""
        self.seconds = 0.0

    def path(self, name):
        return os.path.join(self.folder, name)

    # ---- before -------------------------------------------------------------------------
    def prepare(self):
        os.makedirs(self.served)
        s = self.s
        self.boot_file = s.boot.served if s.boot else "missing.bin"
        for p in ([s.boot] if s.boot else []) + s.serves:
            path = os.path.join(self.served, p.served)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            shutil.copyfile(self.builder.program(p), path)
        self.floppy = self.disk = None
        if "floppy" in s.order:
            self.floppy = self.builder.disk("before", 0, build.FLOPPY_SECTORS, s.keys,
                                            s.keys_after)
        if "disk" in s.order:
            self.disk = self.builder.disk("after", 1, build.DISK_SECTORS) if not s.disk \
                else self.builder.nasm("nbp/%s.asm" % s.disk.name, s.disk.defines +
                                       ("-DSECTORS=%d" % build.DISK_SECTORS,))
        self.roms = [self.builder.rom(s.rom, n.kind) if n.rom else None for n in s.nics]
        self.neighbours = {when: [self.builder.neighbour(p) for p in s.neighbours
                                  if p.when == when] for when in ("before", "after")}
        if s.pretender:
            # It runs them all: the firmware finds none.
            self.floppy = self.builder.pretender(s.pretender, self.roms[0], **self.neighbours)
            self.neighbours = {"before": [], "after": []}

    def start_peer(self):
        """Finds two neighbouring free ports; the emulator gets the lower one."""
        for _ in range(50):
            ours = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            ours.bind(("127.0.0.1", 0))
            port = ours.getsockname()[1]
            probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                probe.bind(("127.0.0.1", port - 1))
            except OSError:
                ours.close()
                continue
            finally:
                probe.close()
            self.peer = Peer(ours, port - 1, self.served, self.boot_file, self.s.faults,
                             self.path("packets.txt"))
            self.guest_port, self.peer_port = port - 1, port
            self.peer.start()
            return
        raise build.BuildError("no free UDP ports")

    # ---- the run ------------------------------------------------------------------------
    def run(self, patience):
        self.prepare()
        if any(n.network == "peer" for n in self.s.nics):
            self.start_peer()
        try:
            self.live(self.s.seconds * patience)
        finally:
            self.kill()
            if self.peer:
                self.peer.stop()

    def live(self, limit):
        began = time.monotonic()
        with open(self.path("stdout.txt"), "wb") as out, \
                open(self.path("stderr.txt"), "wb") as err:
            # The peer comes first on a busy host: emulated time must not run away from it.
            self.process = subprocess.Popen(["nice", "-n", "10"] + self.command(),
                                            cwd=self.folder, stdout=out,
                                            stderr=err, stdin=subprocess.PIPE,
                                            start_new_session=True)
        LIVING.add(self.process)
        self.started()
        next_look = began + SCREEN_EVERY_S
        while self.process.poll() is None:
            now = time.monotonic()
            if now - began > limit:
                self.problem = "no end within %g s" % limit
                self.last_words()
                break
            if self.s.screen and now >= next_look:
                next_look = now + SCREEN_EVERY_S
                self.screen_text = self.screen()
                if re.search(self.s.screen, self.screen_text, re.M):
                    break
            time.sleep(0.01)
        self.seconds = time.monotonic() - began
        self.status = self.process.poll()

    def started(self):
        """Called once the process runs."""

    def last_words(self):
        """Called before a process that hangs is ended: keeps what helps to find out why."""
        self.screen_text = self.screen()

    def kill(self):
        if not self.process:
            return
        if self.process.poll() is None:
            self.process.kill()
        self.process.stdin.close()
        self.process.wait()
        LIVING.discard(self.process)
        with open(self.path("screen.txt"), "w", encoding="utf-8") as f:
            f.write(self.screen_text)

    # ---- after ---------------------------------------------------------------------------
    def log(self):
        """The lines of port E9h."""
        with open(self.log_path, "rb") as f:
            text = f.read().decode("latin-1")
        return text.replace("\r", "\n").split("\n")

    def packets(self):
        if not self.peer:
            return []
        with open(self.path("packets.txt"), encoding="utf-8") as f:
            return f.read().split("\n")

    def serial(self):
        """The lines that COM1 received."""
        if not self.s.serials:
            return []
        with open(self.path("serial.txt"), encoding="latin-1") as f:
            return f.read().split("\n")

    def ended_by(self, log):
        """Who ended the run: the word behind 'bench: end'; None without an orderly end."""
        ends = [m.group(1) for m in map(END_LINE.match, log) if m]
        return ends[-1] if ends and self.orderly() else None

    def snapshots(self, log):
        return witness.read(log)


def text_screen(data):
    """The characters of a colour text screen, a line each."""
    rows = [data[at:at + 2 * COLUMNS:2] for at in range(0, 2 * COLUMNS * ROWS, 2 * COLUMNS)]
    return "\n".join(r.decode("cp437").replace("\0", " ").rstrip() for r in rows)
