# SPDX-License-Identifier: BSD-2-Clause
"""The words of `peer` lines: what the scripted server does wrong, or differently.
One table serves the parser, the help and the peer."""

import re
import shlex

# N: number; ADDR: IPv4 address; TEXT: one word or a quoted text.
TABLE = (
    ("guest is foreign", "what it sends is not ebb's: only noted, no FAULT"),
    ("dhcp class TEXT file TEXT", "guests with this user class (option 77) get this boot file"),
    ("dhcp silent", "never answers"),
    ("dhcp ignore N", "does not hear the first N messages"),
    ("dhcp nak once", "refuses the first REQUEST"),
    ("dhcp nak always", "refuses every REQUEST"),
    ("dhcp no ack", "offers, but never confirms"),
    ("dhcp no file", "names no boot file"),
    ("dhcp no server", "names no boot server"),
    ("dhcp file in option", "file and server in options 67 and 66, header fields empty"),
    ("dhcp overload", "option 52: options 66 and 67 inside the sname and file fields"),
    ("dhcp split file", "option 67 in two pieces (RFC 3396)"),
    ("dhcp proxy", "file and server come from a proxy server, 10.0.2.3"),
    ("dhcp two servers", "10.0.2.4 offers 10.0.2.99, without a file, before 10.0.2.2 offers"),
    ("dhcp broken offer", "each answer follows one whose options run past its end"),
    ("dhcp wrong xid", "each answer follows one to somebody else"),
    ("dhcp unicast", "answers to the offered address instead of to everybody"),
    ("dhcp bootp", "answers without option 53"),
    ("dhcp server ADDR", "the boot server is ADDR, outside 10.0.2.0/24 behind the gateway"),
    ("dhcp option N TEXT", "option N holds TEXT"),
    ("dhcp file too", "names dhcp.bin, although there is a proxy"),
    ("pxe control N", "a proxy, 10.0.2.3, offers PXE options: 43.6, discovery control"),
    ("pxe multicast ADDR", "43.7, where boot servers listen"),
    ("pxe server N ADDR", "43.8 lists ADDR for type N; may be repeated"),
    ("pxe any server N", "43.8 lists type N without addresses"),
    ("pxe item N TEXT", "43.9: a menu item of type N; may be repeated; ~ becomes Esc"),
    ("pxe prompt N TEXT", "43.10: N seconds; 0 at once, 255 for ever"),
    ("pxe raw TEXT", "option 43 is these bytes, in hex"),
    ("pxe split", "option 43 in pieces (RFC 3396)"),
    ("pxe other class", "option 60 says MSFT 5.0"),
    ("pxe file", "the packet with the options names the boot file, too"),
    ("pxe with address", "the options come from the address server; there is no proxy"),
    ("pxe bare", "the proxy names only itself; all else it says on port 4011"),
    ("pxe binl", "on port 4011 it names the file, without options 43 and 60, from port 4100"),
    ("pxe late", "the proxy offers when the guest has requested its address"),
    ("pxe twice", "the proxy says everything twice"),
    ("pxe lose N", "the proxy does not hear the first N requests on port 4011"),
    ("pxe silent", "the proxy does not answer on port 4011"),
    ("pxe two proxies", "10.0.2.4 offers before it, and names only itself; is silent then"),
    ("pxe boots at N ADDR", "a boot server of type N is at ADDR; may be repeated"),
    ("pxe deaf to multicast", "boot servers do not hear it"),
    ("pxe deaf to broadcast", "boot servers do not hear it"),
    ("pxe deaf to unicast", "boot servers do not hear it"),
    ("pxe answers another type", "boot servers answer for a type that was not asked for"),
    ("pxe answers secure", "boot servers set the credentials bit of the layer"),
    ("pxe answers binl", "boot servers answer without options 43 and 60"),
    ("pxe asked again", "one type may be looked for more than once"),
    ("arp silent", "never answers ARP"),
    ("arp ask at block N", "wants an ARP answer before it sends block N"),
    ("ping at block N", "wants an echo reply before it sends block N"),
    ("tftp silent", "never answers requests"),
    ("tftp silent after N", "falls silent when block N is acknowledged"),
    ("tftp error N TEXT", "answers requests with ERROR N"),
    ("tftp error at block N", "sends ERROR 0 instead of block N"),
    ("tftp refuse options", "ERROR 8 to requests with options"),
    ("tftp ignore options", "plain DATA, as servers did before RFC 2347"),
    ("tftp no tsize", "does not announce the size"),
    ("tftp blksize N", "grants blksize N, allowed or not"),
    ("tftp unasked option", "acknowledges an option that nobody asked for"),
    ("tftp drop request N", "loses the first N requests"),
    ("tftp drop block N", "loses DATA block N once"),
    ("tftp drop every N", "loses every Nth DATA packet"),
    ("tftp duplicate every N", "sends every Nth DATA packet twice"),
    ("tftp early block N", "sends block N + 1 before block N"),
    ("tftp late block N", "repeats block N after block N + 1"),
    ("tftp corrupt every N", "damages every Nth DATA packet under its checksum"),
    ("tftp truncate after N", "ends the file with a short block after block N"),
    ("tftp oversize", "sends more than it announced"),
    ("tftp tsize N", "announces N bytes whatever the file has"),
    ("tftp wrong port at block N", "another port sends block N with other bytes first"),
    ("tftp fragment N", "sends IP fragments of N bytes"),
    ("tftp reversed fragment N", "the same, last fragment first"),
    ("tftp no checksum", "UDP without checksums"),
    ("tftp runts", "each DATA follows a UDP packet too short for TFTP"),
)


def parse(text):
    """One fault as (key, args); the key is the table's line without its arguments."""
    words = shlex.split(text)
    for template, _ in TABLE:
        want = template.split()
        if len(want) != len(words):
            continue
        args = []
        for w, have in zip(want, words):
            if w == "N" and have.isdigit():
                args.append(int(have))
            elif w == "ADDR" and re.fullmatch(r"\d+(\.\d+){3}", have):
                args.append(have)
            elif w == "TEXT":
                args.append(have)
            elif w != have:
                break
        else:
            key = " ".join(w for w in want if w not in ("N", "ADDR", "TEXT"))
            return key, args
    raise ValueError("a fault that the peer knows (run.py --words lists them), not %r" % text)


def help_text():
    return "\n".join("peer %-26s %s" % row for row in TABLE)
