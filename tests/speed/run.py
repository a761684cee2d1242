# SPDX-License-Identifier: BSD-2-Clause
"""How fast ebb moves files for boot programs, beside another ROM in the same run (docs/speed.md).
Asserts no time: hosts differ.  With --check nothing is measured, only whether the bytes are right."""

import argparse
import json
import os
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True

import api  # noqa: E402
import guest  # noqa: E402
import linux  # noqa: E402
import tap  # noqa: E402
from guest import CARDS, GuestError, TREE  # noqa: E402

PARTS = ("api", "download", "linux")


def arguments():
    p = argparse.ArgumentParser(prog="tests/speed/run.py", description=__doc__)
    names = [c.name for c in CARDS]
    p.add_argument("--check", action="store_true", help="right bytes only, in some seconds")
    p.add_argument("--rom", default=os.path.join(TREE, "build/ebb.rom"), help="ebb's ROM")
    p.add_argument("--beside", metavar="ROM", default="",
                   help="the other ROM; by default Debian's iPXE for the card")
    p.add_argument("--alone", action="store_true", help="no other ROM")
    p.add_argument("--card", action="append", choices=names, help="by default all")
    p.add_argument("--only", action="append", choices=PARTS, help="by default all parts")
    p.add_argument("--repeat", type=int, default=5, metavar="N", help="runs of each (5)")
    p.add_argument("--mib", type=float, default=4, metavar="N", help="size of the file (4)")
    p.add_argument("--initrd", type=int, default=32, metavar="MIB", help="for Linux (32)")
    p.add_argument("--network", choices=("slirp", "own", "tap"), default="slirp",
                   help="QEMU's server, which costs no time; server.c; dnsmasq behind a tap "
                   "device, as root")
    p.add_argument("--window", type=int, default=0, metavar="N",
                   help="windowsize that the own server grants (0: it knows none)")
    p.add_argument("--keep", action="store_true", help="keep the work folder")
    p.add_argument("--json", metavar="FILE", default="", help="all values, for programs")
    args = p.parse_args()
    if args.repeat < 1 or args.mib <= 0 or args.mib > 24 or not 0 <= args.window <= 64:
        p.error("--repeat wants 1 or more, --mib up to 24, --window 0 to 64")
    return args


def cards_of(args):
    """Those that are asked for, or those that ebb drives."""
    chosen = [c for c in CARDS if not args.card or c.name in args.card]
    missing = [c.name for c in chosen if not c.ebb_drives()]
    if args.card and missing:
        raise GuestError("ebb has no driver for " + ", ".join(missing))
    return [c for c in chosen if c.ebb_drives()]


def roms_for(args, card, folder):
    """The ROMs to run, by name; ebb's comes first."""
    if not os.path.isfile(args.rom):
        raise GuestError("no such ROM: %s (run make first)" % args.rom)
    roms = {"ebb": guest.stamped(args.rom, card, folder)}
    other = args.beside or card.neighbour
    if args.alone:
        return roms
    if os.path.isfile(other):
        roms["iPXE" if not args.beside else os.path.basename(other)] = guest.named(
            other, card, folder)
    else:
        say("no %s (Debian package ipxe-qemu): ebb alone" % other)
    return roms


def say(text):
    print(text, file=sys.stderr, flush=True)


def measure(args, cards, folder):
    tables = []

    def add(new):
        for t in new:
            print("\n" + t.text(), flush=True)
        tables.extend(new)

    wanted = args.only or PARTS
    for card in cards:
        roms = roms_for(args, card, folder)
        if "api" in wanted:
            add(api.through_api(roms, card, folder, args, say))
        if "download" in wanted:
            add(api.downloads(roms, card, folder, args, say))
        if "linux" in wanted and card.name != "ne2k":
            add(linux.boots(roms, card, folder, args, say))
    if args.json:
        with open(args.json, "w", encoding="utf-8") as f:
            json.dump([t.data() for t in tables], f, indent=1)
            f.write("\n")
    return 0


def main():
    args = arguments()
    folder = tempfile.mkdtemp(prefix="ebb-speed-")
    try:
        cards = cards_of(args)
        if args.network == "tap":
            tap.open_network()
        if not args.check:
            return measure(args, cards, folder)
        args.alone = args.alone or not args.beside
        passed, failed = api.check({c.name: roms_for(args, c, folder) for c in cards}, cards,
                                   folder, print)
        print("speed: %d passed, %d failed" % (passed, failed))
        return 1 if failed else 0
    except (GuestError, tap.TapError) as e:
        say("speed: %s" % e)
        return 1
    except KeyboardInterrupt:
        say("speed: stopped")
        return 130
    finally:
        if args.keep:
            say("kept: " + folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
