# SPDX-License-Identifier: BSD-2-Clause
"""The interop matrix as tables: on which firmware a ROM is run, beside which neighbours, who act
when.  A new habit or moment is a line here.  No emulator is known to this module."""

import os
from dataclasses import dataclass

from bench.bochs import AFTER, OPTION
from bench.build import HERE
from bench.scenario import Nic, Program, Rom, Scenario

MIPS = 4                # a slow processor: time-outs pass soon, and so does a hang
MEMORY_MIB = 64
CARDS_LONGER = 3        # a card without a server waits for one
ROMBIOS_ROOM = AFTER - OPTION
BOCHS_ROM_LIMIT = 128 << 10


@dataclass(frozen=True)
class Firmware:
    name: str
    scenario: str       # the bench's word for it
    pretender: tuple    # -D options, or None
    few: bool           # runs only a few of the sizes
    shows: str
    habits: tuple = ()  # runs only these; () = all


CROSS = ("", "grower", "mover", "stale_writer")
FIRMWARES = (
    Firmware("bochs", "bochs-rombios", None, False,
             "Bochs' rombios: no PMM, read-only images, an E820 map that ignores 40:13"),
    Firmware("seabios", "qemu-pc", None, False,
             "SeaBIOS on QEMU's pc: PMM with the permanent bit, PCI 2.10"),
    Firmware("q35", "qemu-q35", None, True, "SeaBIOS on QEMU's q35: a cross-section",
             CROSS),
    Firmware("pci3", "qemu-pc", ("-DPMM=1", "-DSTRICT=0"), True,
             "the pretender, our stand-in for firmware of PCI 3.0, with PMM, on QEMU"),
    Firmware("pci3-nopmm", "qemu-pc", ("-DSTRICT=0",), True,
             "the same without PMM: a cross-section", CROSS),
    Firmware("pci3-bochs", "bochs-rombios", ("-DPMM=1", "-DSTRICT=0"), True,
             "the same with PMM, in Bochs, where cards have no ROM BAR: a cross-section", CROSS),
)

# How a run boots.  visitor: the network boot program nbp/visitor.asm, on a stack of its own, which gives
# up with INT 18h; stack: it stays on the ROM's stack and returns; nofile: the server has no file,
# the ROM must give up; post: the network is not in the boot order.
BOOTS = {"visitor": ("-DREREAD=1",), "stack": ("-DREREAD=1", "-DSTACK=pxe", "-DLEAVE=retf"),
         "nofile": None, "post": None}

SIZES = (1, 4, 8, 12, 16, 32, 62)
FEW = (1, 8, 62)
ONE = ("",)
EVERY = ("init", "init-after", "bcv", "int19", "int13", "tick", "nbp")
LATE = ("bcv", "int19", "int13", "tick", "nbp")

# Rows without a neighbour: name, how it boots, further cards, what the row shows.
ALONE = (
    ("post", "post", (), "conduct in POST, and the machine when nobody boots from the ROM"),
    ("boots", "visitor", (), "a boot program is loaded, uses the ROM, gives up by INT 18h"),
    ("returns", "stack", (), "the same, staying on the ROM's stack and returning by RETF"),
    ("no file", "nofile", (), "the boot fails: everything must be as before"),
    ("two cards", "visitor", ("same",), "the same ROM on a second card, too"),
    ("two, no file", "nofile", ("same",), "the same, and the boot fails"),
    ("ebb behind", "visitor", ("ebb",), "ebb on a second card, which boots later"),
    ("ebb in front", "visitor", ("ebb first",), "ebb on a first card without a server"),
)
# Rows with one: habit, options, moments, sizes in KiB, sizes where few are run, how it boots
# ('' = visitor), what the row shows.  A size is given as -DKIB=n.
HABITS = (
    ("grower", "", EVERY, SIZES, FEW, "", "grows the EBDA by the book"),
    ("grower", "-DJUMP=1", ("nbp",), (4, 16), (4,), "", "takes the place below 40:13"),
    ("grower", "-DBLIND=1", ("nbp",), SIZES, FEW, "", "moves the EBDA without looking"),
    ("grower", "-DBLIND=1", ("nbp",), (1, 4), (4,), "stack",
     "the same while a program is on the ROM's stack"),
    ("grower", "-DBLIND=1", ("init-after", "bcv", "int13", "tick"), (4, 16), (4,), "",
     "moves the EBDA without looking"),
    ("grower", "", ("init", "init-after", "bcv", "int19", "int13"), (1, 16), (16,), "nofile",
     "grows the EBDA, and the boot fails"),
    ("direct", "", EVERY, (1, 8), (8,), "", "grows it, and uses its address for ever"),
    ("mover", "", EVERY, (1, 8), (8,), "", "moves it and keeps the place behind it"),
    ("copier", "-DHOW=grub", ("int19", "int13", "nbp"), ONE, ONE, "",
     "copies 1 KiB of the EBDA down, as GRUB"),
    ("copier", "-DHOW=freedos", ("int19", "int13", "nbp"), ONE, ONE, "",
     "copies its first bytes, as FreeDOS"),
    ("copier", "-DHOW=drdos", ("int19", "int13", "nbp"), ONE, ONE, "",
     "moves it whole, as DR-DOS"),
    ("copier", "-DHOW=drdos -DREUSE=1", ("int19", "int13"), ONE, ONE, "",
     "the same, and writes over the old place"),
    ("copier", "-DHOW=drdos -DBLIND=1", ("nbp",), ONE, ONE, "", "the same without looking"),
    ("decrementer", "", EVERY, (1, 16), (16,), "", "lowers 40:13, leaves the EBDA"),
    ("stale_writer", "", LATE, ONE, ONE, "", "writes where the EBDA was in POST"),
    ("stale_writer", "-DALL=1", LATE, ONE, ONE, "", "the same, all of its first KiB"),
    ("checker", "", ("init", "bcv", "nbp"), (1, 16), (16,), "",
     "checks its EBDA data at INT 13h and 1Ch"),
    ("grabber", "-DVECTOR=0x15", ("init", "bcv", "int19", "nbp"), ONE, ONE, "",
     "hooks INT 15h, passes everything on"),
    ("grabber", "-DVECTOR=0x19", ("init", "bcv"), ONE, ONE, "", "hooks INT 19h"),
    ("grabber", "-DVECTOR=0x13", ("bcv", "int19", "nbp"), ONE, ONE, "", "hooks INT 13h"),
    ("grabber", "-DVECTOR=0x1a", ("init", "bcv", "nbp"), ONE, ONE, "", "hooks INT 1Ah"),
    ("grabber", "-DVECTOR=0x15 -DANSWER=1", ("init", "int19", "nbp"), ONE, ONE, "",
     "answers E820 by asking the one before"),
    ("grabber", "-DVECTOR=0x15 -DRESTORE=nbp", ("init", "int19"), ONE, ONE, "",
     "puts back the INT 15h vector that it saved, in the boot program"),
    ("grabber", "-DVECTOR=0x15 -DRESTORE=look", ("nbp",), ONE, ONE, "",
     "the same at the next boot device"),
    ("zero_grabber", "", ("bcv", "int19", "int13", "nbp"), ONE, ONE, "",
     "uses memory that is all zeros, unreserved"),
    ("zero_grabber", "-DHOW=low", ("bcv", "int19", "int13", "nbp"), ONE, ONE, "",
     "the same, from 64 KiB on"),
    ("zero_grabber", "", ("look",), ONE, ONE, "nofile", "the same behind a failed boot"),
    ("zero_grabber", "-DHOW=low", ("look",), ONE, ONE, "nofile", "both"),
    ("pmm_hog", "", ("init",), ONE, ONE, "", "takes all permanent PMM memory"),
    ("pmm_hog", "-DCONVENTIONAL=0", ("init",), ONE, ONE, "", "all of it above 1 MiB"),
    ("pmm_hog", "-DEXTENDED=0", ("init",), ONE, ONE, "", "all of it below 1 MiB"),
    ("pmm_eraser", "", ("init",), ONE, ONE, "", "destroys $PMM"),
    ("no_ebda", "", ("init",), ONE, ONE, "", "40:0E = 0"),
    ("no_ebda", "-DSEGMENT=0x278", ("init",), ONE, ONE, "", "40:0E is a printer port"),
    ("no_ebda", "-DSEGMENT=0xf600", ("init",), ONE, ONE, "", "40:0E points into the BIOS"),
)
# A neighbour without whom the baseline shows nothing: what it does to a machine whose EBDA moved is not
# the ROM's fault.
STANDS_IN = {"stale_writer": Program("grower", ("-DAT=init", "-DKIB=2", "-DSLOT=1"), None,
                                     "before")}
# Without an EBDA SeaBIOS and rombios find no disks: nothing but the network is booted, and there is no
# baseline.
NO_DISKS = ("no_ebda",)
# --quick: these rows only, these sizes.
QUICK = {("", "post"), ("", "boots"), ("", "no file"), ("", "two cards"), ("grower", "init"),
         ("grower", "nbp"), ("grower -DBLIND=1", "nbp"), ("mover", "bcv"), ("copier -DHOW=grub", "nbp"),
         ("decrementer", "init-after"), ("stale_writer", "int13"), ("no_ebda", "init")}
QUICK_SIZES = ("", 8, 16)
QUICK_FIRMWARES = ("bochs", "seabios", "pci3")
# A tick neighbour acts so long after POST, and the boot program waits until it has.
TICKS, WAIT = 20, 40


@dataclass(frozen=True)
class Row:
    """One line of the matrix.  With sizes it has one run for each of them."""
    habit: str          # '' = no neighbour
    options: tuple
    moment: str         # for rows without a neighbour: their name
    boot: str
    cards: tuple
    sizes: tuple
    few: tuple
    shows: str

    @property
    def name(self):
        return " ".join((self.habit,) + self.options) if self.habit else "alone"

    @property
    def when(self):
        return self.moment + {"stack": " (ROM's stack)", "nofile": " (no file)"}.get(
            self.boot if self.habit else "", "")

    @property
    def title(self):
        return self.name + ", " + self.when

    def sizes_on(self, firmware):
        return self.few if firmware.few else self.sizes


@dataclass(frozen=True)
class Cell:
    """One run: a row of the matrix, one of its sizes, on a firmware."""
    row: Row
    size: object        # KiB, or '' without
    firmware: Firmware

    @property
    def title(self):
        return self.row.title + (", %d KiB" % self.size if self.size else "") + ", on " + \
            self.firmware.name

    @property
    def key(self):
        """A name that is fit for files and links."""
        words = (self.firmware.name,) + (self.row.habit or "alone",) + self.row.options + \
            (self.row.moment, self.row.boot, str(self.size))
        return "".join(c if c.isalnum() or c == "-" else "_" for c in "+".join(words))


def rows():
    for name, boot, cards, shows in ALONE:
        yield Row("", (), name, boot, cards, ONE, ONE, shows)
    for habit, options, moments, sizes, few, boot, shows in HABITS:
        for moment in moments:
            yield Row(habit, tuple(options.split()), moment, boot or "visitor", (), sizes, few,
                      shows)


# The rows without a neighbour that say whether a ROM can be tried beside one, by how a run boots.
GATES = {"post": "post", "visitor": "boots", "stack": "returns", "nofile": "no file"}


def cells(firmwares, neighbours="", quick=False):
    """Every cell that is asked for: firmware names (() = all), part of a row's title.  The rows that
    others are measured by come along."""
    found = []
    wanted = [row for row in rows() if neighbours in row.title]
    gates = {"post"} | {GATES[row.boot] for row in wanted} if wanted else ()
    for row in rows():
        if row not in wanted and (row.habit or row.moment not in gates):
            continue
        if quick and ((row.name if row.habit else "", row.moment) not in QUICK or
                      row.boot == "stack" or (row.habit and row.boot == "nofile")):
            continue
        for firmware in FIRMWARES:
            if firmwares and firmware.name not in firmwares:
                continue
            if quick and not firmwares and firmware.name not in QUICK_FIRMWARES:
                continue
            if firmware.habits and row.habit not in firmware.habits:
                continue
            found += [Cell(row, size, firmware) for size in row.sizes_on(firmware)
                      if not quick or size in QUICK_SIZES]
    return found


def missing(cell, tree=HERE):
    """A source that the cell needs and this tree does not have; '' if none is missing."""
    names = ["neighbours/%s.asm" % cell.row.habit] if cell.row.habit else []
    if cell.row.boot in ("visitor", "stack"):
        names.append("nbp/visitor.asm")
    return next((n for n in names if not os.path.isfile(os.path.join(tree, n))), "")


def impossible(cell, rom):
    """Why this ROM cannot be run in this cell; '' if it can."""
    place, card = rom.place, rom.kind
    bochs = cell.firmware.scenario.startswith("bochs")
    if cell.firmware.pretender is not None and (place == "option" or not card):
        return "the pretender runs ROMs of the bench's cards"
    if cell.firmware.pretender is not None and cell.row.moment == "post":
        return "the pretender judges POST in every run"
    if cell.firmware.pretender is not None and bochs and rom.longer:
        return "what lies behind its INIT image is read through a ROM BAR, and there is none"
    if cell.row.cards and not card:
        return "the ROM drives no card of the bench"
    if cell.row.cards and cell.firmware.pretender is not None:
        return "the pretender runs one card"
    if cell.row.cards and place == "option":
        return "there is one option image"
    if cell.row.cards in (("ebb",), ("ebb first",)) and rom.is_ebb:
        return "it is ebb: see two cards"
    if cell.row.cards == ("ebb first",) and bochs:
        return "rombios tries the first boot entry only"
    if not rom.boots and not has_baseline(cell):
        return "it boots nothing, and nothing else can be booted here"
    if not rom.boots and not cell.row.habit and cell.row.moment != "post":
        return "the ROM has no boot entry that the bench could use"
    if bochs and cell.row.cards == ("same",) and card == "ne2k":
        return "Bochs has one such card"
    if bochs and cell.row.moment == "init-after" and rom.size > ROMBIOS_ROOM and \
            cell.firmware.pretender is None:
        return "rombios has no room behind a ROM of more than 56 KiB"
    if bochs and rom.size > BOCHS_ROM_LIMIT:
        return "Bochs takes ROMs of 128 KiB at most"
    return ""


def neighbour(row, size):
    """The row's neighbour, as a scenario's program; None without."""
    if not row.habit:
        return None
    when = "after" if row.moment == "init-after" else "before"
    moment = row.moment.split("-")[0]
    defines = row.options
    defines += ("-DAT=" + moment,)
    if moment == "tick":
        defines += ("-DTICKS=%d" % TICKS,)
    if size:
        defines += ("-DKIB=%d" % size,)
    return Program(row.habit, defines, None, when)


def probe(moment, when):
    return Program("probe", ("-DMOMENT=" + moment,), None, when)


@dataclass
class Plan:
    """What bench/bounded.py needs to run a cell."""
    scenario: Scenario
    floppy: Program = None      # instead of the bench's own
    roms: tuple = ()            # a ROM for each card; None: the scenario's
    standin: object = None      # what takes the ROM's place boots this program; () = none
    longer: int = 1             # how many times as long a run may take


def plan(cell, rom, seconds):
    """How to run `rom` in a cell; rom None: the baseline, the same machine without it."""
    row, firmware = cell.row, cell.firmware
    s = Scenario("", cell.key, cell.title, firmware=firmware.scenario, memory=MEMORY_MIB,
                 mips=MIPS, ends="shutdown", seconds=seconds)
    other = neighbour(row, cell.size)
    if firmware.pretender is not None:
        s.pretender = Program("pci3", firmware.pretender)
    before = [other] if other and other.when == "before" else []
    after = [other] if other and other.when == "after" else []
    if not rom and row.habit in STANDS_IN:
        before.append(STANDS_IN[row.habit])
    if firmware.pretender is None:
        before.append(probe("post", "before"))
        after.insert(0, probe("init", "after"))
    s.neighbours = before + after
    kind = rom.kind if rom and rom.kind else "e1000"
    network = bool(rom and rom.boots and row.boot != "post")
    s.nics = [Nic(kind, bool(rom), "peer" if network else "none")]
    roms = [None]
    if rom:
        s.rom = Rom(rom.source, rom.stamp, place=rom.place)
    for card in row.cards if rom else ():
        if card == "ebb first":
            s.nics.insert(0, Nic("e1000", True, "none"))
            roms.insert(0, "ebb")
        else:
            s.nics.append(Nic("e1000" if card == "ebb" else kind, True, "none"))
            roms.append("ebb" if card == "ebb" else None)
    defines = BOOTS[row.boot]
    if defines is not None and row.moment == "tick":
        defines += ("-DWAIT=%d" % WAIT,)
    plan_of = Plan(s, None, tuple(roms))
    if row.cards:
        plan_of.longer = CARDS_LONGER
    if defines is None:
        plan_of.standin = ()
    elif network or s.pretender:
        s.boot = plan_of.standin = Program("visitor", defines, "visitor.bin")
    else:
        plan_of.floppy = Program("visitor", ("-DPXE=0",) +
                                 tuple(d for d in defines if d.startswith("-DWAIT")))
    if rom or not s.pretender:
        plan_of.standin = None
    if s.pretender:
        s.nics[0].rom = True
    elif row.habit in NO_DISKS:
        s.order = ("network",)
        s.boot = Program("visitor", defines + ("-DLEAVE=end",), "visitor.bin")
    elif not network:
        s.order = ("floppy", "disk")
    return plan_of


def needs_boot(cell):
    """Does the cell show nothing where the ROM boots nothing?  A pretender then has no boot program that
    could call the neighbour, or wait for it; without disks nothing boots at all."""
    return not has_baseline(cell) or (cell.firmware.pretender is not None and
                                      cell.row.moment in ("nbp", "tick"))


def has_baseline(cell):
    return cell.row.habit not in NO_DISKS or cell.firmware.pretender is not None


def baseline_key(cell):
    """Cells with the same key have the same baseline."""
    row = cell.row
    boot = "visitor" if row.boot == "stack" else "nofile" if row.boot == "post" else row.boot
    return cell.firmware.name, row.habit, row.options, row.moment.split("-")[0] if row.habit else "", \
        cell.size, boot
