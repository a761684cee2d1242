#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs scenarios in Bochs and QEMU and judges them: one line for each, and one at the end.

Arguments are scenario files, or words that scenario names contain; none means all."""

import argparse
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from bench import build, facts, faults, machine, scenario  # noqa: E402
from bench.bochs import Bochs  # noqa: E402
from bench.qemu import Qemu  # noqa: E402

SCENARIOS = os.path.join(build.HERE, "scenarios")
LAST_LINES = 8


def arguments():
    p = argparse.ArgumentParser(description=__doc__, epilog=scenario.HELP,
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("names", nargs="*", metavar="SCENARIO")
    p.add_argument("-j", type=int, default=2, metavar="N", help="run N at once [2]")
    p.add_argument("-v", action="store_true", help="show the log of every run")
    p.add_argument("--keep", action="store_true", help="keep the work folders, and say where")
    p.add_argument("--list", action="store_true", help="list the scenarios and what they show")
    p.add_argument("--words", action="store_true", help="list the words of peer and fact lines")
    p.add_argument("--patience", type=float, default=1, metavar="X",
                   help="multiply every time limit by X [1]")
    return p.parse_args()


def chosen(names):
    """The scenario files that the arguments mean; exits if one means none."""
    every = sorted(os.path.join(SCENARIOS, f) for f in os.listdir(SCENARIOS)
                   if f.endswith(".scn"))
    if not names:
        return every
    paths = []
    for name in names:
        found = [name] if os.path.isfile(name) else [p for p in every
                                                     if name in os.path.basename(p)]
        if not found:
            sys.exit("run.py: no scenario is called or contains %r" % name)
        paths += [p for p in found if p not in paths]
    return paths


def in_order(patterns, lines, what):
    """'' if each pattern matches a line behind the one before it, else what is missing."""
    at = 0
    for p in patterns:
        hit = next((i for i in range(at, len(lines)) if re.search(p, lines[i])), None)
        if hit is None:
            return "no %s line '%s'" % (what, p)
        at = hit + 1
    return ""


def judge(s, run):
    """All that is wrong with a finished run; [] if nothing is."""
    log, packets = run.log(), run.packets()
    bad = [run.problem] if run.problem else []
    bad += run.complaints()
    if s.screen:
        if not re.search(s.screen, run.screen_text, re.M):
            bad.append("the screen never showed '%s'" % s.screen)
    else:
        who = run.ended_by(log)
        if who is None:
            bad.append("no orderly end")
        elif s.ends == "next-device" and who != "next-device":
            bad.append("ended by %s, not by the next boot device" % who)
        elif s.ends == "shutdown" and who == "next-device":
            bad.append("the next boot device was booted")
    bad.append(in_order(s.expects, log, "log"))
    bad.append(in_order(s.packets, packets, "packet"))
    bad.append(in_order(s.serials, run.serial(), "serial"))
    for patterns, lines in ((s.forbids, log), (s.nopackets + ["FAULT"], packets)):
        for p in patterns:
            bad += ["forbidden: " + line for line in lines if re.search(p, line)][:1]
    try:
        snapshots = run.snapshots(log)
        bad += ["fact %s: %s" % (f.text, why) for f in s.facts
                for why in [facts.check(f, snapshots, log)] if why]
    except (ValueError, IndexError) as e:
        bad.append("the witness' lines are damaged: %s" % e)
    return [b for b in bad if b]


def visible(log):
    return [line for line in log if line and not line.startswith("witness: ")]


class Bench:
    def __init__(self, args, folder):
        self.args, self.folder = args, folder
        self.builder = build.Builder(folder)
        self.lock = threading.Lock()
        self.passed = self.failed = 0

    def run(self, path):
        s = scenario.read(path)
        folder = os.path.join(self.folder, s.name)
        os.makedirs(folder)
        run = (Bochs if s.emulator == "bochs" else Qemu)(s, self.builder, folder)
        log = []
        try:
            run.run(self.args.patience)
            log = run.log()
            bad = judge(s, run)
        except Exception as e:  # one broken scenario must not end the others
            bad = ["%s: %s" % (type(e).__name__, e)]
        with self.lock:
            self.report(s, run, bad, visible(log))
        if not self.args.keep:
            shutil.rmtree(folder)

    def report(self, s, run, bad, log):
        if bad:
            self.failed += 1
            print("FAIL %s: %s" % (s.name, bad[0]))
            for line in bad[1:]:
                print("     and %s" % line)
        else:
            self.passed += 1
            print("ok   %-44s %5.1f s" % (s.name, run.seconds))
        for line in log if self.args.v else log[-LAST_LINES:] if bad else []:
            print("     | " + line[:150])
        if bad and self.args.keep:
            print("     in " + run.folder)
        sys.stdout.flush()


def ended_from_outside(signum, _):
    """Takes the emulators along."""
    for process in list(machine.LIVING):
        process.kill()
    os._exit(128 + signum)


def main():
    args = arguments()
    signal.signal(signal.SIGTERM, ended_from_outside)
    signal.signal(signal.SIGINT, ended_from_outside)
    if args.words:
        print(faults.help_text() + "\n\n" + facts.help_text())
        return 0
    try:
        paths = chosen(args.names)
        read = [scenario.read(p) for p in paths]
    except scenario.BadScenario as e:
        sys.exit(str(e))
    if args.list:
        for s in read:
            print("%-44s %s" % (s.name, s.title))
        return 0
    folder = tempfile.mkdtemp(prefix="ebb-bench-")
    bench = Bench(args, folder)
    try:
        with ThreadPoolExecutor(args.j) as pool:
            list(pool.map(bench.run, paths))
    finally:
        if args.keep:
            print("kept: " + folder)
        else:
            shutil.rmtree(folder)
    print("bench: %d passed, %d failed" % (bench.passed, bench.failed))
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main())
