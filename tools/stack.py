#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Worst-case stack use of the ROM's entry points on other people's stacks, from the build.

    stack.py BUILD

C: frames and calls from GCC's -fcallgraph-info=su, return addresses included.
Assembly: `;   stack N` in a function's contract.  For a function that never gets to C, N is all
that it takes, assembly that it calls included; for one that does, for one without such a line
(then N is 16), and where it says `N of its own`, N is its own, and what it calls or falls into is
added here.  `FLAT f` calls C through `flat`.  What interrupts and other people's code take is
theirs; the core's entry takes nothing (src/core32/start.asm).
Refuses recursion, unknown callees, and entries over their limit.
"""
import glob
import re
import sys

LIMITS = {"init_entry": 512, "int15_hook": 128, "pxe_entry": 192, "pxenv_entry": 192,
          "int1a_hook": 192}
BEFORE_PMM = 128  # bytes that INIT may use until it knows that PMM is there (ROM-10)
FIRMWARE = {"pmm_call": 256}  # specs PMM-3
DEFAULT = 16
OWN = set()  # assembly whose contract counts only its own stack

NODE = re.compile(r'node: \{ title: "([^"]+)" label: "([^"]+)"( shape : ellipse)?')
EDGE = re.compile(r'edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"')
LABEL = re.compile(r"^([A-Za-z_][A-Za-z0-9_]*):")
CALL = re.compile(r"^\s+(?:call|jmp|j[a-z]{1,4})\s+(?:dword\s+|short\s+|near\s+)?([A-Za-z_]\w*)\s*(?:;|$)")
MACRO = re.compile(r"^\s+(?:LOG_VALUE|(FLAT))\s+(\w+)|^\s+(?:LOG|LOG_ERROR|LOG_INIT|LOG_ONE_OF)\s")
STACK = re.compile(r"^;\s+stack\s+(?:up to )?(\d+)( of its own)?")
ENDS = re.compile(r"^\s+(?:jmp|i?retf?|LOG_ONE_OF)\b")


class Error(Exception):
    pass


def read_c(build):
    """Functions of the C: name -> (frame, callees)."""
    frames, calls = {}, {}
    for path in glob.glob(build + "/rom32/*.ci"):
        text = open(path).read()
        for name, label, extern in NODE.findall(text):
            if extern:
                continue
            found = re.search(r"\\n(\d+) bytes \(([^)]*)\)", label)
            if not found or found[2] not in ("static", "dynamic,bounded"):
                raise Error(f"{name}: no bound on its stack")
            frames[name] = int(found[1])
        for caller, callee in EDGE.findall(text):
            calls.setdefault(caller, set()).add(callee)
    if not frames:
        raise Error(f"{build}/rom32 has no call graphs (*.ci)")
    return {name: (frame, calls.get(name, set())) for name, frame in frames.items()}


def read_asm(paths):
    """Functions of the assembly: name -> (declared, callees).  Local labels belong to the
    function before them, and so does code behind a label without a contract that it falls into."""
    functions, flat = {}, set()
    for path in paths:
        declared, own, name, in_contract, ended = None, False, None, False, True
        for line in open(path):
            label, stack = LABEL.match(line), STACK.match(line)
            if line.startswith(";"):
                if not in_contract:
                    declared, own = None, False
                in_contract = True
                if stack:
                    declared, own = int(stack[1]), bool(stack[2])
                continue
            if label:
                if name and not ended:
                    functions[name][1].add(label[1])
                name = label[1]
                functions[name] = (declared, set())
                if own:
                    OWN.add(name)
            if line.strip():
                in_contract, ended = False, bool(ENDS.match(line))
            if name is None:
                continue
            call, macro = CALL.match(line), MACRO.match(line)
            if call:
                functions[name][1].add(call[1])
            elif macro and macro[1]:
                functions[name][1].add("flat " + macro[2])
                flat.add(macro[2])
            elif macro:
                functions[name][1].add(macro[2] or "say_text")
    for callee in flat:
        functions["flat " + callee] = (functions["flat"][0], {callee})
    return functions


def pushed_before(path, name, callee):
    """Bytes that assembly function `name` has on the stack when it first calls `callee`."""
    sizes = {"pushad": 32, "pushfd": 4, "pushf": 2, "push": 2}
    inside, size = False, 0
    for line in open(path, encoding="utf-8"):
        label, words = LABEL.match(line), line.split(";")[0].split()
        if label:
            inside = label[1] == name
        elif inside and words:
            if words[:2] == ["call", callee]:
                return size + 2
            if words[0].startswith("push"):
                wide = words[0] == "push" and re.fullmatch(r"dword|e[a-ds].", words[1])
                size += 4 if wide else sizes[words[0]]
            elif words[0] == "call" or words[0] == "sub" and words[1].startswith(("sp", "esp")):
                raise Error(f"{name} takes other stack before it calls {callee}")
    raise Error(f"{name} does not call {callee}")


class Stack:
    def __init__(self, c, asm):
        self.c, self.asm, self.reaches = c, asm, {}

    def callees(self, name):
        known = self.c.get(name) or self.asm.get(name)
        return sorted(known[1]) if known else []

    def gets_to_c(self, name, path=()):
        """Assembly may jump in circles; that alone takes no stack."""
        if name in self.c:
            return True
        if name in path or name not in self.asm:
            return False
        if name not in self.reaches:
            self.reaches[name] = any(
                self.gets_to_c(callee, path + (name,)) for callee in self.callees(name))
        return self.reaches[name]

    def total(self, name, path=()):
        """Bytes below the caller of `name`, and the way down that takes most."""
        if name in path:
            raise Error("recursion: " + " -> ".join(path + (name,)))
        if name not in self.c and name not in self.asm:
            raise Error(f"unknown callee: {' -> '.join(path + (name,))}")
        if (name in self.asm and self.asm[name][0] is not None and name not in OWN
                and not self.gets_to_c(name)):
            return self.asm[name][0] + FIRMWARE.get(name, 0), [name]
        own, deepest, way = 0, 0, []
        if name in self.c:
            own = self.c[name][0]
        else:
            own = DEFAULT if self.asm[name][0] is None else self.asm[name][0]
        for callee in self.callees(name):
            if callee in path + (name,) and name in self.asm:
                continue  # a loop of jumps; recursion of C is refused above
            size, below = self.total(callee, path + (name,))
            if size > deepest:
                deepest, way = size, below
        return own + deepest, [name] + way


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: stack.py BUILD")
    try:
        stack = Stack(read_c(sys.argv[1]), read_asm(sorted(glob.glob("src/rom16/*.asm"))))
        over = False
        for entry, limit in LIMITS.items():
            size, way = stack.total(entry)
            over = over or size > limit
            verdict = "  OVER" if size > limit else ""
            names = " > ".join(w.split(":")[-1].split(".")[0] for w in way[1:])
            print(f"  stack   {entry:12} {size:4} of {limit}  {names}{verdict}")
        size = (pushed_before("src/rom16/init.asm", "init_entry", "firmware_find")
                + stack.total("firmware_find")[0])
        over = over or size > BEFORE_PMM
        print(f"  stack   before PMM   {size:4} of {BEFORE_PMM}{'  OVER' if size > BEFORE_PMM else ''}")
        if over:
            sys.exit("stack.py: over the limit")
    except (Error, OSError) as error:
        sys.exit(f"stack.py: {error}")


if __name__ == "__main__":
    main()
