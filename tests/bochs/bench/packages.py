# SPDX-License-Identifier: BSD-2-Clause
"""Boot programs that nobody here wrote: files of Debian packages, and GRUB images that
grub-mkimage makes of them."""

import os
import re
import shutil

# Where the packages' files are; the first folder that has one counts.
FOLDERS = {
    "pxelinux": ("/usr/lib/PXELINUX",),
    "syslinux-common": ("/usr/lib/syslinux/modules/bios", "/usr/lib/syslinux"),
    "ipxe": ("/usr/lib/ipxe",),
    "ipxe-qemu": ("/usr/lib/ipxe/qemu",),
    "memtest86+": ("/boot",),
    "grub-pc-bin": ("/usr/lib/grub/i386-pc",),
}
PREFIX = "debian:"
GRUB_PREFIX = "grub:"
GRUB_MODULES = re.compile(r"^# modules: (.+)$", re.M)


class Missing(Exception):
    """A file or tool is not there; the text names the package."""


def path_of(name):
    """The path of debian:PACKAGE/FILE."""
    package, _, file = name[len(PREFIX):].partition("/")
    if package not in FOLDERS or not file or "/" in file:
        raise Missing("wanted debian:PACKAGE/FILE with a package of: " + ", ".join(FOLDERS))
    for folder in FOLDERS[package]:
        path = os.path.join(folder, file)
        if os.path.isfile(path):
            return path
    raise Missing("no %s in %s: install Debian's package %s (tools/need test)" %
                  (file, " or ".join(FOLDERS[package]), package))


def grub_command(config, output):
    """grub-mkimage for a network image with this configuration inside.  Its line
    '# modules: ...' says what is linked in."""
    if not shutil.which("grub-mkimage"):
        raise Missing("no grub-mkimage: install Debian's package grub-common (tools/need test)")
    path_of("debian:grub-pc-bin/pxe.mod")
    with open(config, encoding="utf-8") as f:
        found = GRUB_MODULES.search(f.read())
    if not found:
        raise Missing("no line '# modules: ...' in " + config)
    return ["grub-mkimage", "-O", "i386-pc-pxe", "-d", FOLDERS["grub-pc-bin"][0],
            "-c", config, "-p", "(pxe)/grub", "-o", output, *found.group(1).split()]
