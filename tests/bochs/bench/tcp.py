# SPDX-License-Identifier: BSD-2-Clause
"""TCP of the scripted peer (RFC 9293): accepts connections to its services and sends what
they write.  Segments go out in answer to the guest's; only when the guest has been silent for
a while is something sent again, a bounded number of times.  No options but MSS and window scale,
no congestion control: the flight is short enough for any receive ring.

A service is an object with data(connection, bytes) and closed(connection), called with what
came in order; it answers with connection.write() and connection.finish()."""

from bench import wire

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
OUR_MSS, DEFAULT_MSS = 1460, 536
FLIGHT_SEGMENTS = 8         # a ne2k holds no more frames
WINDOW = 32768
SILENCES_MAX = 20           # times that we send again without an answer
DUPLICATES = 3              # RFC 5681 3.2
FIRST_SEQ, SEQ_STEP = 0x10000000, 0x100000
MASK = 0xffffffff


def before(a, b):
    """Whether sequence number a lies in front of b."""
    return 0 < (b - a) & MASK < 0x80000000


def flag_words(flags):
    return " ".join(name for bit, name in ((SYN, "syn"), (FIN, "fin"), (RST, "rst")) if flags & bit)


class Connection:
    """One connection, in the server's role, from its SYN on."""

    def __init__(self, tcp, p, seq):
        self.tcp, self.service = tcp, tcp.services[p.dport]
        self.server, self.port = p.dip, p.dport
        self.client, self.client_port = p.sip, p.sport
        self.received = (p.seq + 1) & MASK          # what we acknowledge
        self.first = self.acked = seq
        self.next = (seq + 1) & MASK                # what we send next
        self.out = bytearray()                      # what is not acknowledged, from `start` on
        self.start = self.next
        self.finishing = self.fin_sent = self.peer_closed = False
        self.established = False
        self.duplicates = self.silences = 0
        options = wire.tcp_options(p.options)
        self.mss = min(OUR_MSS, int.from_bytes(options.get(2, b""), "big") or DEFAULT_MSS)
        self.scale = min(14, options[3][0]) if options.get(3) else None
        self.window = p.window                      # of a SYN: never scaled (RFC 7323 2.2)
        self.answer_syn()

    # ---- what the service calls ----------------------------------------------------------
    def write(self, data):
        self.out += data

    def finish(self):
        """Closes our half behind what has been written."""
        self.finishing = True

    # ---- out ------------------------------------------------------------------------------
    def send(self, flags, seq, data=b"", options=b"", word=""):
        packet = wire.tcp(self.server, self.client, self.port, self.client_port, seq,
                          self.received, flags, WINDOW, data, options)
        at = (seq - self.first) & MASK
        text = "tcp %d -> %d seq %d +%d %s %s" % (self.port, self.client_port, at, len(data),
                                                  flag_words(flags), word)
        self.tcp.peer.send_ip(6, self.server, self.client, packet, " ".join(text.split()))

    def answer_syn(self, word=""):
        options = b"\2\4" + OUR_MSS.to_bytes(2, "big")
        if self.scale is not None:
            options += b"\1\3\3\0"
        self.send(SYN | ACK, self.first, options=options, word=word)

    def segment(self, seq, most, word=""):
        """Sends what stands at `seq`, at most `most` bytes of it."""
        at = (seq - self.start) & MASK
        data = bytes(self.out[at:at + most])
        last = at + len(data) == len(self.out)
        self.send(ACK | (PSH if last else 0), seq, data, word=word)
        return len(data)

    def push(self):
        """Sends what the window allows; says whether anything went out."""
        sent = False
        while True:
            flying = (self.next - self.acked) & MASK
            left = len(self.out) - ((self.next - self.start) & MASK)
            room = min(self.window, FLIGHT_SEGMENTS * self.mss) - flying
            if self.fin_sent or left <= 0 or room < min(left, self.mss):
                break
            self.next = (self.next + self.segment(self.next, min(self.mss, left))) & MASK
            sent = True
        if self.finishing and not self.fin_sent and left <= 0:
            self.send(FIN | ACK, self.next)
            self.next, self.fin_sent, sent = (self.next + 1) & MASK, True, True
        return sent

    def again(self, word):
        """The first thing that is not acknowledged, once more; False if there is none."""
        if not self.established:
            self.answer_syn(word)
        elif self.acked != (self.next - self.fin_sent) & MASK:
            self.segment(self.acked, self.mss, word)
        elif self.fin_sent and self.acked != self.next:
            self.send(FIN | ACK, self.acked, word=word)
        elif len(self.out):
            self.segment(self.acked, 1, "probe")    # its window is closed (RFC 9293 3.8.6.1)
        else:
            return False
        return True

    # ---- in ---------------------------------------------------------------------------------
    def receive(self, p):
        """One segment of the guest's; False when the connection is over."""
        if p.flags & RST:
            return False
        if p.flags & SYN:
            self.again("again")
            return True
        if not p.flags & ACK:
            return True
        self.silences = 0
        resent = self.take_ack(p)
        came = self.take_data(p)
        if came:
            self.service.data(self, came)
        if self.peer_closed and not self.finishing:
            self.service.closed(self)
        if not self.push() and not resent and (p.data or p.flags & FIN):
            self.send(ACK, self.next)
        return not (self.peer_closed and self.fin_sent and self.acked == self.next)

    def take_ack(self, p):
        """Frees what is acknowledged; True if a segment was sent again."""
        window = p.window << (self.scale or 0)
        if before(self.acked, p.ack) and not before(self.next, p.ack):
            self.acked, self.established = p.ack, True
            done = min(len(self.out), (self.acked - self.start) & MASK)
            del self.out[:done]
            self.start = (self.start + done) & MASK
            self.duplicates = 0
        elif p.ack == self.acked and self.acked != self.next and not p.data and \
                window == self.window and not p.flags & FIN:
            self.duplicates += 1
            if self.duplicates == DUPLICATES:
                self.window = window
                return self.again("again")
        self.window = window
        return False

    def take_data(self, p):
        """The bytes that come next; b'' for others, which are acknowledged and dropped."""
        skip = (self.received - p.seq) & MASK
        if skip > len(p.data):
            return b""
        self.received = (p.seq + len(p.data)) & MASK
        if p.flags & FIN and not self.peer_closed:
            self.received = (self.received + 1) & MASK
            self.peer_closed = True
        return p.data[skip:]


class Tcp:
    """All connections of a peer.  `services`: port -> service."""

    def __init__(self, peer, services):
        self.peer, self.services = peer, services
        self.open = {}
        self.count = 0

    def receive(self, p, fault):
        key = (p.sip, p.sport, p.dip, p.dport)
        c = self.open.get(key)
        if c and p.flags & SYN and not p.flags & ACK and (p.seq + 1) & MASK != c.received:
            c = None                # its port is used again
        self.peer.log("guest tcp %d -> %d %s%s" % (p.sport, p.dport, self.told(c, p), fault))
        if c:
            if not c.receive(p):
                del self.open[key]
        elif p.dport in self.services and p.flags & (SYN | ACK | RST) == SYN:
            self.open[key] = Connection(self, p, (FIRST_SEQ + self.count * SEQ_STEP) & MASK)
            self.count += 1
        elif not p.flags & RST:
            self.refuse(p)

    @staticmethod
    def told(c, p):
        text = "%s +%d window %d" % (flag_words(p.flags), len(p.data), p.window)
        if c and p.flags & ACK:
            text = "ack %d %s" % ((p.ack - c.first) & MASK, text)
        return " ".join(text.split())

    def refuse(self, p):
        """RFC 9293 3.10.7.1."""
        seq, flags = (p.ack, RST) if p.flags & ACK else (0, RST | ACK)
        ack = (p.seq + len(p.data) + bool(p.flags & SYN) + bool(p.flags & FIN)) & MASK
        packet = wire.tcp(p.dip, p.sip, p.dport, p.sport, seq, ack, flags, 0)
        self.peer.send_ip(6, p.dip, p.sip, packet, "tcp %d -> %d rst" % (p.dport, p.sport))

    def silence(self):
        """The guest has said nothing for a while."""
        for key, c in list(self.open.items()):
            if c.silences == SILENCES_MAX:
                self.peer.log("peer  tcp %d -> %d given up" % (c.port, c.client_port))
                del self.open[key]
            elif c.again("again"):
                c.silences += 1
