# SPDX-License-Identifier: BSD-2-Clause
"""Runs the stages of ./check one after the other and adds up their verdicts.

A stage is a command.  It counts as its own closing line says ("name: N passed, N failed"), or as one
test by its exit status.  A stage that cannot even build stops the run: what follows would lie.
"""
import os
import re
import signal
import subprocess
import sys
import threading
import time

VERDICT = re.compile(r"^(?:[\w-]+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?")
JOBS = str(os.cpu_count() or 2)


def in_words(passed, failed, skipped):
    return f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")


def stage(name, command, limit_s, fatal=False):
    """Runs one stage, showing its output; returns (passed, failed, skipped)."""
    print(f"== {name}", flush=True)
    began = time.monotonic()
    verdict = None
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               stdin=subprocess.DEVNULL, text=True, errors="replace",
                               start_new_session=True)
    timer = threading.Timer(limit_s, os.killpg, (process.pid, signal.SIGKILL))
    timer.start()
    try:
        for line in process.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            found = VERDICT.match(line)
            if found:
                verdict = int(found[1]), int(found[2]), int(found[3] or 0)
        status = process.wait()
    finally:
        timer.cancel()
    if verdict is None:
        verdict = (1, 0, 0) if status == 0 else (0, 1, 0)
    elif status != 0 and verdict[1] == 0:
        verdict = verdict[0], 1, verdict[2]
    print(f"-- {name}: {in_words(*verdict)}, {time.monotonic() - began:.0f} s", flush=True)
    if fatal and verdict[1]:
        print(in_words(0, verdict[1], 0), flush=True)
        sys.exit(1)
    return verdict


def stages(quick, names):
    """(name, command, limit in seconds) of everything behind the build."""
    make, python = ["make", "-j" + JOBS], "/usr/bin/python3"
    scenarios = ("bench", [python, "tests/bochs/run.py", *names], 1800)
    if names:
        return [("unit", make + ["test"], 900), scenarios]
    chosen = [
        ("unit", make + ["test"], 900),
        ("style", ["tests/style"], 120),
        ("budgets", ["make", "size"], 60),
        ("rom-lint", ["tests/lint"], 60),
        ("bench-selftest", [python, "tests/bochs/selftest.py"], 120),
        ("bench-peer", [python, "tests/bochs/peer_test.py"], 120),
        ("bench-servers", [python, "tests/bochs/servers_test.py"], 120),
        ("interop-selftest", [python, "tests/bochs/interop_test.py"], 120),
        ("conform-selftest", [python, "tests/bochs/conform_test.py"], 120),
        ("speed-selftest", [python, "tests/speed/selftest.py"], 60),
    ]
    if not quick:
        chosen += [
            ("mutations", ["tests/mutate", "--quick"], 600),
            ("reproducible", ["tests/reproducible"], 300),
            ("options", ["tests/options"], 300),
            ("run", ["tests/run"], 900),
        ]
    chosen.append(("speed", [python, "tests/speed/run.py", "--check"], 300))
    return chosen + [scenarios, ("interop", ["tests/interop"] + ["--quick"] * quick, 1800)]


def main():
    names = sys.argv[1:]
    quick = names == ["--quick"]
    totals = [stage("build", ["make", "-j" + JOBS, "all"], 600, fatal=True)]
    totals += [stage(*s) for s in stages(quick, [] if quick else names)]
    passed, failed, skipped = (sum(column) for column in zip(*totals))
    print(in_words(passed, failed, skipped), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
