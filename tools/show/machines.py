# SPDX-License-Identifier: BSD-2-Clause
"""The test bench's emulators (tests/bochs/bench), run one frame of the screen at a time."""

import os
import re
import subprocess
import sys
import time

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TREE, "tests/bochs"))

from bench import bochs, qemu  # noqa: E402

SCREEN_BYTES = 4000
SCREEN_AT = "0xb8000"
DUMP = "screen.bin"
# Emulated instructions from frame to frame: 50 ms.  The guest sees none of it, so that every
# run is the same.
FRAME_TICKS = 2500000
FRAME_S = 0.1
WAIT_S = 20             # for one frame: the host may be busy
NOT_MAPPED = "physical address not available"
# What Bochs' debugger says at the end of a frame, between any two bytes of port E9h.
DEBUGGER = re.compile(r"\(0\) Caught time breakpoint\n"
                      r"|Next at t=\d+\n(?:\(0\) \[.*\n)?"
                      r"|<bochs:\d+> .*\n"
                      r"|Time breakpoint inserted.*\n")


class Frames:
    """Added to a bench machine: starts it, and looks at it until it is killed."""

    def begin(self):
        self.prepare()
        with open(self.path("stdout.txt"), "wb") as out, \
                open(self.path("stderr.txt"), "wb") as err:
            # A session of its own: Ctrl-C is for us, who then kill it.
            self.process = subprocess.Popen(self.command(), cwd=self.folder, stdout=out,
                                            stderr=err, stdin=subprocess.PIPE,
                                            start_new_session=True)
        self.started()

    def ended(self):
        return self.process.poll() is not None

    def wait_for(self, ready):
        """What ready() gives when it gives something; None if the machine ended or does not
        answer."""
        began = time.monotonic()
        while not self.ended() and time.monotonic() - began < WAIT_S:
            found = ready()
            if found:
                return found
            time.sleep(0.003)
        return None

    def dump(self):
        """The dump if it is complete."""
        path = self.path(DUMP)
        if not os.path.exists(path) or os.path.getsize(path) != SCREEN_BYTES:
            return None
        with open(path, "rb") as f:
            data = f.read()
        os.remove(path)
        return data

    def ebb_log(self):
        """ebb's lines so far; a line that has just begun is not among them."""
        if not os.path.exists(self.log_path):
            return []
        with open(self.log_path, "rb") as f:
            text = self.cleaned(f.read().decode("latin-1"))
        return [line for line in text.split("\n")[:-1] if line.startswith("ebb")]

    def cleaned(self, text):
        return text


class Bochs(Frames, bochs.Bochs):
    title = "Bochs"

    def prepare(self):
        super().prepare()
        self.served = os.path.basename(self.served)     # Bochs drops spaces from paths

    def command(self):
        words = super().command()
        # No commands of the bench: ours come through standard input.
        with open(self.path("debugger"), "w", encoding="utf-8"):
            pass
        return words

    paging = False      # the guest has a page table without the screen in it

    def frame(self):
        """writemem takes linear addresses: it fails when a kernel has mapped video memory
        elsewhere.  xp takes physical ones, but prints them."""
        if self.paging:
            return self.physical_frame()
        self.tell('sb %d' % FRAME_TICKS, "c",
                  'writemem "%s" %s %d' % (DUMP, SCREEN_AT, SCREEN_BYTES))
        data = self.wait_for(lambda: self.dump() or NOT_MAPPED in self.said())
        if data is not True:
            return data
        self.last_log = self.ebb_log()      # ebb is long gone
        self.paging = True
        return self.physical_frame()

    def physical_frame(self):
        began = os.path.getsize(self.log_path)
        self.tell('sb %d' % FRAME_TICKS, "c", "xp /%dwx %s" % (SCREEN_BYTES // 4, SCREEN_AT))

        def words():
            found = re.findall(r"0x[0-9a-f]{8}(?![0-9a-f])", self.said(began)
                               .partition("[bochs]:")[2])
            return found if len(found) >= SCREEN_BYTES // 4 else None
        found = self.wait_for(words)
        return found and b"".join(int(w, 16).to_bytes(4, "little")
                                  for w in found[:SCREEN_BYTES // 4])

    def tell(self, *commands):
        try:
            self.process.stdin.write(("\n".join(commands) + "\n").encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            pass                            # it has ended: ended() says so

    def said(self, start=-400):
        """Standard output from an offset on, or its end."""
        with open(self.log_path, "rb") as f:
            size = f.seek(0, os.SEEK_END)
            f.seek(start if start >= 0 else max(0, size + start))
            return f.read().decode("latin-1")

    def ebb_log(self):
        return self.last_log if self.paging else super().ebb_log()

    def cleaned(self, text):
        return DEBUGGER.sub("", text[max(0, text.find("0x0000fffffff0")):])

    def why_ended(self):
        found = re.findall(r">>PANIC<< (.*)", self.emulator_log())
        return found[-1] if found else "see build/run/bochs.log and build/run/stderr.txt"


class Qemu(Frames, qemu.Qemu):
    title = "QEMU"
    bits64 = False      # of what is booted

    def command(self):
        words = super().command()
        return ["qemu-system-x86_64" if self.bits64 else words[0]] + words[1:]

    def frame(self):
        time.sleep(FRAME_S)
        self.ask("pmemsave %s %d %s" % (SCREEN_AT, SCREEN_BYTES, DUMP))
        return self.wait_for(self.dump)

    def why_ended(self):
        with open(self.path("stderr.txt"), encoding="latin-1") as f:
            return f.read().strip()[-300:] or "the guest reset or powered off the machine"
