# SPDX-License-Identifier: BSD-2-Clause
"""A network of the host's own: a tap device and dnsmasq, in a network namespace of this process
that ends with it.  Needs root."""

import ctypes
import os
import shutil
import subprocess

CLONE_NEWNET = 0x40000000
DEVICE, ADDRESS, GUEST = "tap0", "10.0.2.2", "10.0.2.15"


class TapError(Exception):
    """What is missing; the text is for the user."""


def open_network():
    """Moves this process into a namespace with only the tap device in it."""
    if os.geteuid():
        raise TapError("--network tap needs root")
    for program, package in (("ip", "iproute2"), ("dnsmasq", "dnsmasq-base")):
        if not shutil.which(program):
            raise TapError("--network tap needs %s (Debian package %s)" % (program, package))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET):
        raise TapError("no network namespace: " + os.strerror(ctypes.get_errno()))
    for words in (["link", "set", "lo", "up"],
                  ["tuntap", "add", DEVICE, "mode", "tap"],
                  ["addr", "add", ADDRESS + "/24", "dev", DEVICE],
                  ["link", "set", DEVICE, "up"]):
        done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
        if done.returncode:
            raise TapError("ip %s: %s" % (" ".join(words), done.stderr.strip()))


def server(folder, served, boot_file):
    """dnsmasq as DHCP and TFTP server, with an empty configuration of its own in `folder`; the
    caller ends it."""
    config = os.path.join(folder, "dnsmasq.conf")
    with open(config, "w", encoding="utf-8"):
        pass
    return subprocess.Popen(
        ["dnsmasq", "--no-daemon", "--conf-file=" + config, "--port=0", "--leasefile-ro",
         "--interface=" + DEVICE, "--bind-interfaces", "--user=root", "--no-ping",
         "--dhcp-range=%s,%s,1h" % (GUEST, GUEST), "--dhcp-boot=" + boot_file,
         "--enable-tftp", "--tftp-root=" + served],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
