# SPDX-License-Identifier: BSD-2-Clause
"""Reads scenario files.  Every word is checked here, so that a mistake is an error
with file and line before anything runs.  No emulator is known to this module."""

import re
import shlex
from dataclasses import dataclass, field

from bench import facts, faults

FIRMWARES = ("bochs-rombios", "bochs-seabios", "qemu-pc", "qemu-q35")
NETWORKS = ("vnet", "slirp", "peer", "none", "unplugged")
NIC_IDS = {"e1000": "8086:100e", "ne2k": "10ec:8029"}
DEVICES = ("floppy", "network", "disk")
KEYS_MAX = 15       # what the keyboard's buffer holds
FORBIDDEN_ALWAYS = (r"\bFAILED\b",)

HELP = """\
A scenario is a text file, one statement a line; '#' starts a comment, and the first
comment says what the scenario shows.  Defaults are in brackets.

given firmware bochs-rombios | bochs-seabios | qemu-pc | qemu-q35
given memory N               MiB [64]
given mips N                 speed of the emulated CPU [50]; small = timeouts pass soon
given clock emulated | host  host: emulated time never runs ahead of the host's [emulated]
given cpu MODEL              as the emulator spells it [its default]
given nic e1000 | ne2k [without rom]           once per card, in boot order
given network vnet | slirp | peer | none | unplugged    of the card above [none]
                             vnet: Bochs only; unplugged: QEMU only; peer: see 'peer'
given rom ebb | ebb-single | FILE [stamped VVVV:DDDD] [cmdline TEXT] [damaged]
                             [as pci | option]
                             of every card [ebb, stamped for the card, as pci]; cmdline: a
                             setting; damaged: a byte of the payload differs; option:
                             optromimage, -option-rom
given pretender NAME [-DNAME=VALUE ...]        firmware/NAME.asm, booted from the floppy:
                             it, not the firmware, runs the neighbours and the ROM under
                             test of the first card; on qemu-pc and bochs-rombios (no ROM
                             BAR in Bochs)
given neighbour NAME [-DNAME=VALUE ...] before | after     neighbours/NAME.asm, run at INIT
                             before or after ebb
given boot PROGRAM [-DNAME=VALUE ...] [as SERVED]   the boot file: the NAME of nbp/NAME.asm, a
                             path with a '/', debian:PACKAGE/FILE, or grub:CONFIG: what
                             grub-mkimage makes of it
given serves PROGRAM [-D...] [as SERVED]   one more file on the server, in a folder if SERVED
                             has a '/'
given keys HEX ... [after N ticks]   key words (scan code, ASCII), typed before the
                             snapshot 'before', or N timer ticks behind it
given disk NAME [-DNAME=VALUE ...]   the disk holds nbp/NAME.asm instead: it takes its own
                             snapshots and ends the run
given order floppy network disk      boot order [all three]: the floppy takes the witness'
                             snapshot 'before', the disk 'after' and ends the run
peer FAULT                   what the scripted server does wrong; see below
expect REGEX                 lines of the log (port E9h), in this order
forbid REGEX                 no line of the log; 'FAILED' is always forbidden
packet REGEX                 lines of the peer's packet log, in this order
nopacket REGEX               no line of the peer's packet log
serial REGEX                 lines that COM1 receives, in this order; without such lines
                             there is no COM1
fact FACT                    about the witness' snapshots; see below
ends shutdown within N s     one of our programs ends the run
ends next-device within N s  the disk behind ebb in the boot order ends it
ends screen REGEX within N s a line of the text screen ends it
"""


class BadScenario(Exception):
    """A scenario file that cannot be understood; the text names file and line."""


@dataclass
class Nic:
    kind: str
    rom: bool = True
    network: str = "none"


@dataclass
class Rom:
    source: str = "ebb"
    stamp: str = None
    cmdline: str = None
    damaged: bool = False
    place: str = "pci"


@dataclass
class Program:
    """Something NASM builds, or a file; `served` is its name on the server."""
    name: str
    defines: tuple = ()
    served: str = None
    when: str = None


@dataclass
class Scenario:
    path: str
    name: str
    title: str = ""
    firmware: str = None
    memory: int = 64
    mips: int = 50
    clock: str = "emulated"
    cpu: str = None
    nics: list = field(default_factory=list)
    rom: Rom = field(default_factory=Rom)
    pretender: Program = None
    neighbours: list = field(default_factory=list)
    boot: Program = None
    disk: Program = None
    serves: list = field(default_factory=list)
    keys: tuple = ()
    keys_after: int = 0
    order: tuple = DEVICES
    faults: list = field(default_factory=list)
    expects: list = field(default_factory=list)
    forbids: list = field(default_factory=list)
    packets: list = field(default_factory=list)
    nopackets: list = field(default_factory=list)
    serials: list = field(default_factory=list)
    facts: list = field(default_factory=list)
    ends: str = None
    screen: str = None
    seconds: float = None

    @property
    def emulator(self):
        return self.firmware.split("-")[0]


def number(words, low, high):
    if len(words) != 1 or not words[0].isdigit() or not low <= int(words[0]) <= high:
        raise ValueError("one number from %d to %d" % (low, high))
    return int(words[0])


def one_of(words, allowed):
    if len(words) != 1 or words[0] not in allowed:
        raise ValueError("one of: " + ", ".join(allowed))
    return words[0]


def regex(text):
    if not text:
        raise ValueError("a regular expression")
    try:
        re.compile(text)
    except re.error as e:
        raise ValueError("a regular expression (%s)" % e)
    return text


def program(words, suffixes=()):
    words = list(words)
    p = Program("")
    if suffixes:
        if not words or words[-1] not in suffixes:
            raise ValueError("one of these at the end: " + ", ".join(suffixes))
        p.when = words.pop()
    elif len(words) >= 2 and words[-2] == "as":
        p.served = words[-1]
        words = words[:-2]
    if not words:
        raise ValueError("the name of a program")
    if p.served and (p.served.startswith("/") or ".." in p.served.split("/")):
        raise ValueError("a served name inside the server's folder, not %r" % p.served)
    p.name = words[0]
    p.defines = tuple(words[1:])
    for d in p.defines:
        if not re.fullmatch(r"-D\w+=\S+", d):
            raise ValueError("-DNAME=VALUE, not %r" % d)
    if not suffixes and p.served is None:
        p.served = p.name.rsplit("/", 1)[-1] + ("" if "/" in p.name else ".bin")
    return p


def rom(words):
    words = list(words)
    if not words:
        raise ValueError("ebb, ebb-single or a file")
    r = Rom(words.pop(0))
    while words:
        w = words.pop(0)
        if w == "damaged":
            r.damaged = True
        elif w == "stamped" and words and re.fullmatch(r"[0-9a-f]{4}:[0-9a-f]{4}", words[0]):
            r.stamp = words.pop(0)
        elif w == "cmdline" and words:
            r.cmdline = words.pop(0)
        elif w == "as" and words and words[0] in ("pci", "option"):
            r.place = words.pop(0)
        else:
            raise ValueError("stamped VVVV:DDDD, cmdline TEXT, damaged, as pci or as option, "
                             "not %r" % w)
    return r


def keys(words):
    """The key words, and how many ticks they come after the first snapshot."""
    words, after = list(words), 0
    if len(words) > 3 and words[-3] == "after" and words[-1] == "ticks":
        after = number(words[-2:-1], 1, 0xffff)
        words = words[:-3]
    if not 1 <= len(words) <= KEYS_MAX or \
            not all(re.fullmatch("[0-9a-f]{4}", w) for w in words):
        raise ValueError("1 to %d words like 1e61, then nothing or 'after N ticks'" % KEYS_MAX)
    return tuple(words), after


def given(s, key, words):
    if key == "firmware":
        s.firmware = one_of(words, FIRMWARES)
    elif key == "memory":
        s.memory = number(words, 1, 2048)
    elif key == "mips":
        s.mips = number(words, 1, 1000)
    elif key == "clock":
        s.clock = one_of(words, ("emulated", "host"))
    elif key == "cpu":
        if len(words) != 1:
            raise ValueError("one CPU model")
        s.cpu = words[0]
    elif key == "nic":
        if words[1:] not in ([], ["without", "rom"]):
            raise ValueError("a card, then nothing or 'without rom'")
        s.nics.append(Nic(one_of(words[:1], tuple(NIC_IDS)), not words[1:]))
    elif key == "network":
        if not s.nics:
            raise ValueError("a 'given nic' line above it")
        s.nics[-1].network = one_of(words, NETWORKS)
    elif key == "rom":
        s.rom = rom(words)
    elif key == "pretender":
        s.pretender = program(words)
    elif key == "neighbour":
        s.neighbours.append(program(words, ("before", "after")))
    elif key == "boot":
        s.boot = program(words)
    elif key == "disk":
        s.disk = program(words)
    elif key == "serves":
        s.serves.append(program(words))
    elif key == "keys":
        s.keys, s.keys_after = keys(words)
    elif key == "order":
        if not words or len(set(words)) != len(words):
            raise ValueError("boot devices, each once")
        s.order = tuple(one_of([w], DEVICES) for w in words)
    else:
        raise ValueError("a known word after 'given', not %r" % key)


def ends(s, text):
    m = re.fullmatch(r"(shutdown|next-device|screen (?P<re>.+?)) within (?P<n>\d+) s", text)
    if not m:
        raise ValueError("shutdown, next-device or screen REGEX, then 'within N s'")
    s.ends = m.group(1).split()[0]
    s.screen = regex(m.group("re")) if m.group("re") else None
    s.seconds = float(m.group("n"))


def statement(s, word, text):
    if word == "given":
        words = shlex.split(text)
        if not words:
            raise ValueError("what is given")
        given(s, words[0], words[1:])
    elif word == "peer":
        s.faults.append(faults.parse(text))
    elif word == "expect":
        s.expects.append(regex(text))
    elif word == "forbid":
        s.forbids.append(regex(text))
    elif word == "packet":
        s.packets.append(regex(text))
    elif word == "nopacket":
        s.nopackets.append(regex(text))
    elif word == "serial":
        s.serials.append(regex(text))
    elif word == "fact":
        s.facts.append(facts.parse(text))
    elif word == "ends":
        ends(s, text)
    else:
        raise ValueError("given, peer, expect, forbid, packet, nopacket, serial, fact or ends, "
                         "not %r" % word)


def complete(s):
    """Says what is missing or cannot go together; '' if nothing."""
    if not s.firmware:
        return "no 'given firmware'"
    if not s.ends:
        return "no 'ends': a scenario without an orderly end cannot be judged"
    has_peer = any(n.network == "peer" for n in s.nics)
    if (s.faults or s.packets or s.nopackets) and not has_peer:
        return "'peer' and 'packet' need a card with 'given network peer'"
    if sum(n.network == "peer" for n in s.nics) > 1:
        return "at most one card can have 'given network peer'"
    for n in s.nics:
        if n.network == "vnet" and s.emulator != "bochs":
            return "network vnet exists in Bochs only"
        if n.network == "unplugged" and s.emulator != "qemu":
            return "network unplugged exists in QEMU only"
    if s.rom.place == "option" and s.firmware == "bochs-seabios":
        return "SeaBIOS in Bochs ignores option images"
    if s.keys and "floppy" not in s.order:
        return "'given keys' needs the floppy in the boot order: it types them"
    if s.pretender:
        if s.firmware not in ("qemu-pc", "bochs-rombios"):
            return "'given pretender' needs the shadow RAM of qemu-pc or bochs-rombios"
        if s.order[0] != "floppy" or s.keys or s.rom.place != "pci":
            return "'given pretender' boots first, runs the ROM as a card's, and types nothing"
        if not s.nics or not s.nics[0].rom:
            return "'given pretender' needs a card with a ROM"
    if s.disk and "disk" not in s.order:
        return "'given disk' needs the disk in the boot order"
    if s.ends == "next-device" and "disk" not in s.order:
        return "'ends next-device' needs the disk in the boot order"
    return ""


def read(path):
    s = Scenario(path=path, name=path.rsplit("/", 1)[-1].rsplit(".", 1)[0])
    s.forbids.extend(FORBIDDEN_ALWAYS)
    line_number = 0
    with open(path, encoding="utf-8") as f:
        for line_number, line in enumerate(f, 1):
            line = line.strip()
            if line.startswith("#"):
                if not s.title and "SPDX" not in line:
                    s.title = line.lstrip("# ")
                continue
            line = re.split(r"\s#\s", line)[0].strip()
            if not line:
                continue
            word, _, text = line.partition(" ")
            try:
                statement(s, word, text.strip())
            except ValueError as e:
                raise BadScenario("%s:%d: wanted %s" % (path, line_number, e))
    missing = complete(s)
    if missing:
        raise BadScenario("%s:%d: %s" % (path, line_number, missing))
    return s
