# SPDX-License-Identifier: BSD-2-Clause
"""Debian's Linux through Debian's PXELINUX: from the ROM's boot entry to the kernel's first line,
with an initrd of tens of MiB.  The times of the downloads are those in the packets."""

import hashlib
import os
import random
import re
import shutil
import subprocess

import guest
import packets
from guest import Guest, GuestError, TREE
from table import MIB, Table

LINUX = os.path.join(TREE, "build/linux")
PXELINUX = {"pxelinux.0": "/usr/lib/PXELINUX/pxelinux.0",
            "ldlinux.c32": "/usr/lib/syslinux/modules/bios/ldlinux.c32"}
CONFIG = """DEFAULT linux
LABEL linux
KERNEL vmlinuz
INITRD initrd.img
APPEND console=ttyS0 earlyprintk=serial,ttyS0,115200 panic=-1
"""
# What runs in it: says what it got, and ends.
INIT = """#!/bin/busybox sh
/bin/busybox mount -t devtmpfs none /dev
exec >/dev/console 2>&1
echo "speed: sum $(/bin/busybox md5sum </ballast)"
/bin/busybox poweroff -f
"""
FIRST_LINE = re.compile(r"Linux version \d")
SUM_LINE = re.compile(r"^speed: sum ([0-9a-f]{32})")
MEMORY = 512
LIMIT_S = 300
ALIGN = 512
NO_KERNEL = 3           # exit status of tools/show/linux


def cpio_entry(name, mode, data, inode):
    """One file of the "newc" format, which pads names and contents to dwords."""
    head = "070701" + "".join("%08x" % v for v in (
        inode, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0))
    head = head.encode() + name.encode() + b"\0"
    head += bytes(-len(head) % 4)
    return head + data + bytes(-len(data) % 4)


def ballast(mib):
    """An archive to put behind another: a new /init, and bytes that do not compress."""
    data = random.Random(mib).randbytes(mib * MIB)
    archive = cpio_entry("init", 0o100755, INIT.encode(), 1) + \
        cpio_entry("ballast", 0o100644, data, 2) + cpio_entry("TRAILER!!!", 0, b"", 0)
    return archive, hashlib.md5(data).hexdigest()


def serve(folder, mib):
    """Kernel, initrd and PXELINUX in the server's folder; gives the sum of the ballast."""
    done = subprocess.run([os.path.join(TREE, "tools/show/linux"), LINUX],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise GuestError("no Linux: " + (done.stderr.strip() or "tools/show/linux failed"))
    os.makedirs(os.path.join(folder, "pxelinux.cfg"), exist_ok=True)
    for name, path in PXELINUX.items():
        if not os.path.isfile(path):
            raise GuestError("no %s (Debian packages pxelinux, syslinux-common)" % path)
        shutil.copyfile(path, os.path.join(folder, name))
    shutil.copyfile(os.path.join(LINUX, "vmlinuz"), os.path.join(folder, "vmlinuz"))
    with open(os.path.join(folder, "pxelinux.cfg/default"), "w", encoding="utf-8") as f:
        f.write(CONFIG)
    with open(os.path.join(LINUX, "initrd.img"), "rb") as f:
        small = f.read()
    archive, total = ballast(mib)
    with open(os.path.join(folder, "initrd.img"), "wb") as f:
        f.write(small + bytes(-len(small) % ALIGN) + archive)
    return total


def boots(roms, card, folder, options, say):
    served = os.path.join(folder, "linux")
    try:
        total = serve(served, options.initrd)
    except GuestError as e:
        say("Linux: %s" % e)
        return []
    runs = max(1, options.repeat // 2)
    title = "Debian's Linux through PXELINUX, %s, %s, %d runs" % (card.name, options.network, runs)
    whole = Table(title, list(roms), "s", less_is_better=True)
    rates = Table("downloads of it", list(roms))
    for i in range(runs):
        for name in roms:
            say("Linux %s %s, run %d of %d" % (card.name, name, i + 1, runs))
            g = Guest(folder, roms[name], card, served, "pxelinux.0", options.network,
                      memory=MEMORY, bits64=True, dump=True, serial=True, window=options.window)
            try:
                # The first goes on to the sum of what came.
                g.run(LIMIT_S, FIRST_LINE if i else SUM_LINE)
                judge(g, None if i else total)
            except GuestError as e:
                say("%s: %s" % (name, e))
                whole.fail("boot entry to first line", name, "failed")
                continue
            note(g, name, whole, rates)
    return [whole, rates]


def judge(g, total):
    sums = [m[1] for m in filter(None, map(SUM_LINE.match, g.said("serial")))]
    if total and sums != [total]:
        raise GuestError("the initrd is damaged" if sums else "Linux did not say its sum")


def note(g, name, whole, rates):
    bev, first = g.time_of(guest.BEV), g.time_of(FIRST_LINE)
    whole.add("boot entry to first line", name, first - bev)
    done = packets.transfers(os.path.join(g.folder, "packets.pcap"))
    big = [t for t in done if t.size > MIB]
    mib = sum(t.size for t in big) / MIB
    whole.add("of it downloads", name, sum(t.seconds for t in done))
    whole.add("a MiB of kernel and initrd", name, sum(t.seconds for t in big) / mib)
    for t in big:
        rates.add("%s, %.1f MiB" % (t.name.split("/")[-1], t.size / MIB), name,
                  t.size / MIB / t.seconds)
