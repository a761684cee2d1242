# SPDX-License-Identifier: BSD-2-Clause
"""Boots one system through ebb and shows it, until it has been seen running: the second half of
./run, which checks the command line and builds."""

import argparse
import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True

import screen  # noqa: E402
from machines import TREE, Bochs, Qemu  # noqa: E402
from bench import build  # noqa: E402
from bench.scenario import NIC_IDS, Nic, Program, Rom, Scenario  # noqa: E402

RUN = os.path.join(TREE, "build/run")
LINUX = os.path.join(TREE, "build/linux")
MEMTEST = "/boot/memtest86+ia32.bin"
# no-scroll: the kernel then keeps its screen at the start of video memory.
LINUX_CMDLINE = "initrd=initrd.img console=tty0 no-scroll quiet"
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
EBB_ERROR = re.compile(r"ebb [0-9a-f]{2}: ")


class RunError(Exception):
    """Why nothing was started; the text is for the user."""


class System:
    """What is booted: files, and how to see that it runs."""

    def __init__(self, name, boot, seen, memory=64, seconds=120, initrd="", cmdline="",
                 bits64=False, timed=False):
        self.name, self.boot, self.seen = name, boot, seen
        self.memory, self.seconds = memory, seconds
        self.initrd, self.cmdline, self.bits64 = initrd, cmdline, bits64
        self.timed = timed      # running until the time is over is all that is wanted


def memtest_runs(rows):
    """It counts seconds, and a test is under way."""
    text = "\n".join(rows)
    return (re.search(r"Memtest86\+ v\S+", text) and re.search(r"Test #\d+ +\[", text)
            and re.search(r"Time: +\d+:\d\d:(?!00)\d\d", text))


def shell_waits(rows):
    """The last thing on the screen is busybox' prompt."""
    text = [r for r in rows if r]
    return text and text[-1] in ("/ #", "~ #")


def served_name(path):
    """A name that every emulator's option and every command line can bear."""
    return re.sub(r"[^\w.+-]", "_", os.path.basename(path), flags=re.ASCII)[-60:]


def chosen(args):
    if args.file:
        initrd = served_name(args.initrd)
        cmdline = (args.cmdline + (" initrd=" + initrd if initrd else "")).strip()
        seen = None
        if args.until:
            seen = lambda rows: any(re.search(args.until, r) for r in rows)  # noqa: E731
        return System(os.path.basename(args.file), args.file, seen, initrd=args.initrd,
                      cmdline=cmdline, seconds=120 if args.until else 30, bits64=True,
                      timed=not args.until)
    if args.emulator == "qemu":
        return System("Linux with a shell", os.path.join(LINUX, "vmlinuz"), shell_waits, 256,
                      initrd=os.path.join(LINUX, "initrd.img"), cmdline=LINUX_CMDLINE,
                      bits64=True)
    return System("memtest86+", MEMTEST, memtest_runs)


def machine_for(args, system):
    """The bench's machine for this system, in the folder of the run."""
    shutil.rmtree(RUN, ignore_errors=True)
    os.makedirs(RUN)
    stamped = os.path.join(RUN, "ebb-stamped.rom")
    command = [os.path.join(TREE, "build/ebbrom"), "stamp", "--id", NIC_IDS[args.nic]]
    if system.cmdline:
        command += ["--cmdline", system.cmdline]
    build.call(command + [os.path.join(TREE, "build/%s.rom" % args.rom), "-o", stamped])

    def served(path):
        return Program(path, served=served_name(path))
    bochs = args.emulator == "bochs"
    s = Scenario(path="", name="run", firmware="bochs-rombios" if bochs else "qemu-pc",
                 memory=int(args.memory or system.memory), order=("network",),
                 clock="emulated" if bochs else "host",
                 nics=[Nic(args.nic, True, "vnet" if bochs else "slirp")],
                 rom=Rom(stamped), boot=served(system.boot),
                 serves=[served(system.initrd)] if system.initrd else [])
    built = os.path.join(RUN, "built")
    os.makedirs(built)
    machine = (Bochs if bochs else Qemu)(s, build.Builder(built), RUN)
    machine.bits64 = system.bits64
    return machine


def only_one():
    """The file that says, while it is open, that the folder of the run is in use."""
    lock = open(RUN + ".lock", "w", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as e:
        raise RunError("another ./run is under way here; there is one build/run") from e
    return lock


class Watch:
    """Looks at the machine until there is a verdict."""

    def __init__(self, machine, system, shown, seconds, stay):
        self.machine, self.system, self.shown = machine, system, shown
        self.limit, self.stay = seconds, stay
        self.began = time.monotonic()
        self.data, self.rows, self.log = bytes(screen.BYTES), [], []
        self.seen_after = None

    def seconds(self):
        return time.monotonic() - self.began

    def news(self):
        what = "%s in %s  %.0f s  " % (self.system.name, self.machine.title,
                                       self.seconds())
        return what + (self.log[-1] if self.log else "firmware starts")

    def until_verdict(self):
        """'' when all is well, else what is wrong."""
        try:
            return self.look()
        except KeyboardInterrupt:
            if self.seen_after is None:
                raise
            return ""

    def look(self):
        while True:
            wrong = self.judge(self.frame())
            if wrong:
                self.frame()            # with what ebb says about it
            if wrong or (self.seen_after is not None and not self.stay):
                return wrong

    def frame(self):
        """Shows what there is to see; False if the machine did not answer."""
        data = None if self.machine.ended() else self.machine.frame()
        self.data = data or self.data
        self.log = self.machine.ebb_log()
        self.rows = screen.rows(self.data)
        self.shown.show(self.data, self.news(), self.log)
        return data is not None

    def judge(self, answered):
        if self.seen_after is not None:
            return ""
        for line in self.log:
            if EBB_ERROR.match(line):
                return line
        if self.machine.ended():
            return "the machine ended: " + self.machine.why_ended()
        if not answered:
            return "the emulator does not answer"
        if self.system.seen and self.system.seen(self.rows):
            self.seen_after = self.seconds()
        elif self.seconds() > self.limit:
            if not self.system.timed or not self.started():
                return "%s was not seen running within %d s" % (self.system.name, self.limit)
            self.seen_after = self.seconds()
        return ""

    def started(self):
        return any(line.startswith("ebb: boot: ") for line in self.log)


def advice(watch):
    """What to try, the likeliest first."""
    log = "\n".join(watch.log)
    tips = []
    if EBB_ERROR.search(log):
        tips.append("behind the error stands what to look at; `make docs` writes all errors to "
                    "build/errors.md")
    elif not log:
        tips.append("ebb never ran: look at build/run for the emulator's own messages")
    elif watch.started():
        tips.append("the system was started and then kept from view: try --memory 256, or "
                    "--seconds with more time on a busy machine")
    else:
        tips.append("a busy machine needs more time: --seconds 300")
    if not re.search("^ebb 5", log, re.M):          # not the file's fault
        tips.append("the other card: --nic ne2k or --nic e1000; the other emulator: with or "
                    "without --qemu")
    tips.append("./check NAME runs one scenario of the test bench; ./check all of them")
    return tips


def report(watch, wrong):
    print()
    if wrong and isinstance(watch.shown, screen.Lines):
        print("The last screen:")
        print("\n".join("  | " + r for r in watch.rows).rstrip(" |\n"))
        print()
    if wrong or isinstance(watch.shown, screen.Terminal):
        print("ebb's log:")
        print("\n".join("  " + line for line in watch.log) or "  (nothing)")
        print()
    if not wrong:
        if watch.system.timed:
            what = "%s was started and ran until the time was over" % watch.system.name
        else:
            what = "%s was seen running" % watch.system.name
        print("run: %s, %.1f s after power-on." % (what, watch.seen_after))
        return 0
    print("run: failed after %.1f s: %s" % (watch.seconds(), wrong))
    for n, tip in enumerate(advice(watch), 1):
        print("  %d. %s" % (n, tip))
    return 1


def arguments():
    p = argparse.ArgumentParser(description=__doc__)
    for name in ("emulator", "nic", "rom", "memory", "file", "cmdline", "initrd", "until",
                 "seconds"):
        p.add_argument("--" + name, default="")
    p.add_argument("--stay", action="store_true")
    args = p.parse_args()
    try:
        re.compile(args.until)
    except re.error as e:
        print("run: --until wants a regular expression: %s; see ./run --help" % e,
              file=sys.stderr)
        sys.exit(2)
    return args


def stop(number, frame):
    """Once: what is left to do then must not be interrupted."""
    del frame
    for n in STOPS:
        signal.signal(n, signal.SIG_IGN)
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(128 + number)


def main():
    args = arguments()
    sys.stdout.reconfigure(errors="replace")
    for n in STOPS:
        signal.signal(n, stop)
    system = chosen(args)
    machine = None
    shown = screen.on(sys.stdout)
    try:
        lock = only_one()
        machine = machine_for(args, system)
        print("booting %s over the network in %s, %s card, %d MiB" % (
            system.name, machine.title, args.nic, machine.s.memory), flush=True)
        machine.begin()
        watch = Watch(machine, system, shown, float(args.seconds or system.seconds), args.stay)
        wrong = watch.until_verdict()
        machine.screen_text = "\n".join(watch.rows)
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not try again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("\nrun: stopped", file=sys.stderr)
        return 130
    except (RunError, build.BuildError, OSError, subprocess.SubprocessError) as e:
        print("run: %s" % e, file=sys.stderr)
        return 1
    finally:
        if machine:
            machine.kill()
    lock.close()
    return report(watch, wrong)


if __name__ == "__main__":
    sys.exit(main())
