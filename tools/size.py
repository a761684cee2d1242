# SPDX-License-Identifier: BSD-2-Clause
"""Prints the budgets against the build (`make size`) and fails when a limit is passed.

usage: size.py BUILD_DIR
"""
import os
import re
import subprocess
import sys

KIB = 1024


def symbols(elf):
    """Name -> value of every symbol of an ELF file."""
    out = subprocess.run(["nm", elf], check=True, capture_output=True, text=True).stdout
    return {f[2]: int(f[0], 16) for f in (line.split() for line in out.splitlines()) if len(f) == 3}


def equates(path):
    """Name -> value of build/gen/offsets.inc."""
    with open(path) as f:
        return {m[1]: int(m[2]) for m in re.finditer(r"^(\S+)\s+equ (-?\d+)$", f.read(), re.M)}


def main():
    if len(sys.argv) != 2:
        print(__doc__.strip().splitlines()[-1], file=sys.stderr)
        return 2
    build = sys.argv[1]
    rom = symbols(f"{build}/rom16.elf")
    core = symbols(f"{build}/core.elf")
    layout = equates(f"{build}/gen/offsets.inc")
    rows = [
        # what, bytes, limit, goal
        ("INIT image, payload behind it", rom["_init_end"], 8 * KIB, 4 * KIB),
        ("run-time image", rom["_run_end"], 4 * KIB, 3 * KIB),
        ("whole ROM", os.path.getsize(f"{build}/ebb.rom"), 64 * KIB, None),
        ("whole ROM, --single", os.path.getsize(f"{build}/ebb-single.rom"), 64 * KIB, None),
        ("loader", os.path.getsize(f"{build}/load32.bin"), layout["PAYLOAD_LOADER_MAX"], 3 * KIB),
        ("block", layout["block_size"], 1 * KIB, 512),
        ("core in memory", core["_core_mem_len"], 1024 * KIB, 512 * KIB),
        ("base memory while an NBP runs", layout["WINDOW_LEN"], 6 * KIB, 4 * KIB),
    ]
    failed = 0
    for what, size, limit, goal in rows:
        verdict = "over the limit" if size > limit else "over the goal" if goal and size > goal else "ok"
        failed += size > limit
        print(f"  {what:32} {size:8}  limit {limit:8}  goal {goal or '-':>7}  {verdict}")
    print(f"budgets: {len(rows) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
