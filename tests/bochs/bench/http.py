# SPDX-License-Identifier: BSD-2-Clause
"""HTTP/1.1 of the scripted peer (RFC 9110, 9112): GET and HEAD of files, keep-alive, byte
ranges, 404.  A service of bench/tcp.py."""

import re

HEAD_MAX = 8192
REASONS = {200: "OK", 206: "Partial Content", 400: "Bad Request", 404: "Not Found",
           405: "Method Not Allowed", 416: "Range Not Satisfiable",
           431: "Request Header Fields Too Large"}
REQUEST = re.compile(r"([A-Z]+) (?:http://[^/ ]*)?(/\S*) HTTP/1\.([01])")
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def span(header, size):
    """First byte and one past the last of a Range header; None = all of it, () = none of it."""
    m = RANGE.fullmatch(header.replace(" ", ""))
    if not m or m.groups() == ("", ""):
        return None
    first, last = m.groups()
    if not first:
        return (max(0, size - int(last)), size) if int(last) and size else ()
    end = min(size, int(last) + 1) if last else size
    return (int(first), end) if int(first) < end else ()


class Http:
    """`content(name)` gives a file's bytes, or None."""

    def __init__(self, content, log):
        self.content, self.log = content, log
        self.heads = {}         # connection -> what came of a request's head

    def data(self, connection, data):
        text = self.heads.pop(connection, b"") + data
        while b"\r\n\r\n" in text and not connection.finishing:
            head, _, text = text.partition(b"\r\n\r\n")
            self.request(connection, head.decode("latin-1"))
        if len(text) > HEAD_MAX:
            self.answer(connection, 431, b"", close=True)
        elif text:
            self.heads[connection] = text

    def closed(self, connection):
        self.heads.pop(connection, None)
        connection.finish()

    def request(self, connection, head):
        first, *rest = head.split("\r\n")
        fields = {name.strip().lower(): value.strip()
                  for name, _, value in (line.partition(":") for line in rest)}
        self.log("guest http %s%s" % (first, " range " + fields["range"] if "range" in fields
                                      else ""))
        m = REQUEST.fullmatch(first)
        if not m or (m.group(3) == "1" and "host" not in fields):
            self.answer(connection, 400, b"", close=True)
            return
        method, path, minor = m.groups()
        option = fields.get("connection", "").lower()
        close = option == "close" or (minor == "0" and option != "keep-alive")
        if method not in ("GET", "HEAD"):
            self.answer(connection, 405, b"", close, [("Allow", "GET, HEAD")])
            return
        body = self.content(path.split("?")[0])
        if body is None:
            self.answer(connection, 404, b"no such file\n", close, bare=method == "HEAD")
            return
        status, more, size = 200, [("Accept-Ranges", "bytes")], len(body)
        part = span(fields["range"], size) if "range" in fields and method == "GET" else None
        if part == ():
            status, body, more = 416, b"", [("Content-Range", "bytes */%d" % size)]
        elif part:
            status, body = 206, body[part[0]:part[1]]
            more.append(("Content-Range", "bytes %d-%d/%d" % (part[0], part[1] - 1, size)))
        self.answer(connection, status, body, close, more, bare=method == "HEAD")

    def answer(self, connection, status, body, close, more=(), bare=False):
        """`bare`: the head of an answer with this body, but not the body."""
        fields = [("Content-Length", len(body)), *more,
                  ("Connection", "close" if close else "keep-alive")]
        head = "HTTP/1.1 %d %s\r\n" % (status, REASONS[status])
        head += "".join("%s: %s\r\n" % f for f in fields) + "\r\n"
        self.log("peer  http %d +%d%s" % (status, len(body), " head only" if bare else ""))
        connection.write(head.encode("latin-1") + (b"" if bare else body))
        if close:
            connection.finish()
