"""The endpoint: what user, clock and wire cause (RFC 9293, 3.10), above its sending and receiving halves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.kernel.choice import PASS, Choice, Value
from core.kernel.effects import Key
from core.kernel.protocol import Context
from core.kernel.time import SECOND
from core.protocols.transport.tcp import choices as c
from core.protocols.transport.tcp.connection import GREATEST_WINDOW, HEARD, TAKING, Connection, State, initial_window
from core.protocols.transport.tcp.host import DEFAULT_MSS, LEAST_MSS
from core.protocols.transport.tcp.messages import Abort, Close, Flags, Open, Segment, Write, mss_option
from core.protocols.transport.tcp.receiving import Receiving

SYN_TIMEOUT = 3 * SECOND
"""The RTO with which data begin after a SYN that had to be repeated (RFC 6298, 5.7)."""


@dataclass
class Endpoint(Receiving):
    """One host with one port: connections by "peer:port". All of it is RFC 9293's; the roles differ by defaults."""

    offers: ClassVar[tuple[Choice, ...]] = (c.UPDATE, c.ACK_NOW, c.THROW, c.AGAIN, c.RESEND)

    # What the user and the clock cause

    def on_start(self, ctx: Context) -> None:
        if self.standing and self.peer:
            key = f"{self.peer}:{self.peer_port}"
            first = max(0, self.isn)
            made = Connection(self.peer, self.peer_port, state=State.ESTABLISHED, iss=first, irs=first, una=1, nxt=1,
                              top=1, expected=1, edge=1 + min(self.buffer, GREATEST_WINDOW), highest=1)  # fmt: skip
            made.said = made.theirs(1)
            made.mss = self.mss
            made.window = made.widest = self.offered
            made.ssthresh = self.threshold
            made.rto = self.rto_first
            self._enter(key, made)
            self._established(ctx, key, made)
            self.write(made)
            if made.written:
                self.send_what_fits(ctx, key, made)
        elif self.opens:
            self._open(ctx)
        if self.read_every:
            ctx.set_timer("reader", self.read_every)

    def on_restart(self, ctx: Context) -> None:
        """RFC 9293, 3.4.3: the quiet time."""
        if self.quiet:
            ctx.set_timer("quiet", self.quiet)
            self.silent = True
        else:
            self.on_start(ctx)

    def on_request(self, ctx: Context, request: Any) -> None:
        """RFC 9293, 3.10.1 to 3.10.5."""
        if isinstance(request, Open) and self.silent:
            self.opens = True
        elif isinstance(request, Open):
            self._open(ctx)
        if isinstance(request, Open):
            return
        key = self.first
        if isinstance(request, Write | Close) and request.to:
            key = next((name for name, conn in self.connections.items() if conn.peer == request.to), "")
        conn = self.connections.get(key)
        to = conn.peer if conn is not None else getattr(request, "to", "")
        if isinstance(request, Write):
            self.added[to] = self.added.get(to, b"") + request.text.encode()
        elif isinstance(request, Close):
            self.said_all += (to,)
        if conn is None:
            return
        if isinstance(request, Write) and not conn.finish:  # behind a FIN: "error: connection closing"
            conn.written += request.text.encode()
            self.send_what_fits(ctx, key, conn)
        elif isinstance(request, Close) and conn.state is State.SYN_SENT:
            self.gone(ctx, key, conn, "closed unopened")  # what was queued is not sent: "error: closing"
        elif isinstance(request, Close):
            conn.finish = True
            self.send_what_fits(ctx, key, conn)
        elif isinstance(request, Abort):
            if conn.state in HEARD:
                self.reset(ctx, conn)
            self.gone(ctx, key, conn, "aborted")

    def on_timer(self, ctx: Context, key: Key) -> None:
        if key == "quiet":
            self.silent = False
            self.on_start(ctx)
            return
        if key == "reader":
            self.read_all(ctx)
            ctx.set_timer("reader", self.read_every)
            return
        assert isinstance(key, tuple)
        kind, name = str(key[0]), str(key[1])
        conn = self.connections.get(name)
        if conn is None:
            return
        if kind == "ack" and self.by_hand:
            conn.surprised = conn.owed > 0
        elif kind == "ack":
            self.acknowledge(ctx, name, conn, self.late_situation(conn))
        elif kind == "alarm":
            self.alarm(ctx, name, conn)
        elif kind == "tail":
            conn.tail_silent = conn.flight > 0 and not conn.unsent and not conn.duplicates
        elif kind == "probe":
            self.probe(ctx, name, conn)
        elif kind == "close":
            conn.finish = True
            self.send_what_fits(ctx, name, conn)
        elif kind == "linger":
            self.gone(ctx, name, conn, "closed")
        elif kind == "rest":
            conn.challenges = 0

    def on_move(self, ctx: Context, choice: Choice, value: Value) -> None:
        conn = self.main
        if conn is None or value is PASS:
            return
        if choice is c.UPDATE:
            self.reopen(ctx, self.first, conn, value)
        elif choice is c.ACK_NOW:
            self.acknowledge(ctx, self.first, conn, self.late_situation(conn))
        elif choice is c.THROW:
            conn.shelf.pop(conn.theirs_at(value), None)
        elif choice is c.AGAIN:
            self.repeat(ctx, self.first, conn, c.FIRST)
        elif choice is c.RESEND:
            self.resend(ctx, self.first, conn, value)
        elif choice is c.STRIKE:
            self.dots = self.dots[:-1]

    def _open(self, ctx: Context) -> None:
        key = f"{self.peer}:{self.peer_port}"
        if key in self.connections:
            return
        made = self._fresh(ctx, self.peer, self.peer_port)
        made.state = State.SYN_SENT
        self._enter(key, made)
        self.emit(ctx, key, made, 0, b"", Flags.SYN)
        self.set_alarm(ctx, key, made)

    def _fresh(self, ctx: Context, peer: str, port: int) -> Connection:
        iss = self.isn if self.isn >= 0 else ctx.choose(c.ISN, peer=peer)
        made = Connection(peer, port, iss=iss, ssthresh=self.threshold, mss=DEFAULT_MSS, rto=self.rto_first)
        made.edge = min(self.buffer, GREATEST_WINDOW)
        return made

    def _enter(self, key: str, made: Connection) -> None:
        self.connections[key] = made
        begins, before = len(self.heard.get(made.peer, b"")), self.heard_from.get(made.peer, ())
        if begins not in before[-1:]:
            self.heard_from[made.peer] = (*before, begins)
        if self.first not in self.connections:
            self.first = key

    def write(self, conn: Connection) -> None:
        conn.written = self.stream
        caller = self.opens and not conn.passive
        speaks = bool(caller or (self.standing and conn.written))
        conn.finish = conn.finish or (self.closes and speaks and conn.peer not in self.still_writes)

    # Arrivals (RFC 9293, 3.10.7)

    def on_message(self, ctx: Context, source: str, message: Segment) -> None:
        if self.silent:
            return
        key = f"{source}:{message.source_port}"
        conn = self.connections.get(key)
        if message.destination_port != self.port:
            self._stranger(ctx, source, message, "a SYN at a shut door")
        elif conn is None:
            door = "a SYN at a full house" if self.full else "a SYN at an open door"
            self._stranger(ctx, source, message, door if self.listens else "a SYN at a shut door")
        elif conn.state is State.SYN_SENT:
            self._in_syn_sent(ctx, key, conn, message)
        else:
            self._in_connection(ctx, key, conn, message)

    def on_garbled(self, ctx: Context, source: str, data: bytes) -> None:
        answer = ctx.choose(c.ANSWER, peer=source, what="A segment", situation="a bad checksum")
        for key, conn in self.connections.items():
            if conn.peer == source and answer in (c.JUST_ACK, c.SYN_ACK, c.ACCEPT):
                self.say(ctx, key, conn)
            elif conn.peer == source and answer == c.RESET:
                self.reset(ctx, conn)

    def _stranger(self, ctx: Context, source: str, segment: Segment, door: str) -> None:
        """A segment that belongs to no connection: 3.10.7.1 and 3.10.7.2."""
        flags = segment.flags
        if flags & Flags.RST:
            return
        if not flags & (Flags.SYN | Flags.ACK):
            if door == "a SYN at a shut door":
                self.refuse(ctx, source, segment)
            return
        situation = "a segment of no connection" if flags & Flags.ACK else door
        answer = ctx.choose(c.ANSWER, peer=source, what=str(segment), situation=situation)
        if answer == c.RESET:
            self.refuse(ctx, source, segment)
        elif answer == c.JUST_ACK:
            self.bare(ctx, source, segment, segment.acknowledgment, segment.sequence + segment.length, Flags.ACK)
        elif answer in (c.SYN_ACK, c.ACCEPT) and self.full:  # no line is left to remember this guest by
            syn = Flags.SYN | Flags.ACK
            self.bare(ctx, source, segment, max(0, self.isn), segment.sequence + segment.length, syn)
        elif answer in (c.SYN_ACK, c.ACCEPT):
            self._guest(ctx, source, segment, answer == c.ACCEPT)

    def _guest(self, ctx: Context, source: str, segment: Segment, at_once: bool) -> None:
        key = f"{source}:{segment.source_port}"
        made = self._fresh(ctx, source, segment.source_port)
        made.passive = True
        self._enter(key, made)
        self._heard_syn(made, segment)
        made.state = State.SYN_RECEIVED
        self.emit(ctx, key, made, 0, b"", Flags.SYN | Flags.ACK)
        self.set_alarm(ctx, key, made)
        if at_once:
            self._established(ctx, key, made)

    def _heard_syn(self, conn: Connection, segment: Segment) -> None:
        conn.irs = segment.sequence
        conn.expected = conn.highest = 1
        conn.edge = 1 + min(self.buffer, GREATEST_WINDOW)
        conn.said = conn.theirs(1)
        conn.mss = min(self.mss, max(LEAST_MSS, mss_option(segment) or DEFAULT_MSS))
        conn.window = conn.widest = segment.window

    def _in_syn_sent(self, ctx: Context, key: str, conn: Connection, segment: Segment) -> None:
        """3.10.7.3."""
        flags = segment.flags
        ack = conn.ours_at(segment.acknowledgment)
        if flags & Flags.ACK and not 0 < ack <= conn.top:
            if not flags & Flags.RST:
                answer = ctx.choose(c.ANSWER, peer=conn.peer, what=str(segment), situation="an ACK of nothing sent")
                if answer == c.RESET:
                    self.refuse(ctx, conn.peer, segment)
                elif answer == c.JUST_ACK:
                    self.bare(ctx, conn.peer, segment, conn.ours(conn.nxt), segment.sequence + 1, Flags.ACK)
                elif answer in (c.SYN_ACK, c.ACCEPT):
                    self.emit(ctx, key, conn, 0, b"", Flags.SYN)
            return
        if flags & Flags.RST:
            if flags & Flags.ACK:
                self.gone(ctx, key, conn, "refused")
            return
        if not flags & Flags.SYN:
            return
        self._heard_syn(conn, segment)
        if flags & Flags.ACK:
            self._heard_ack_of_syn(ctx, key, conn, segment, ack)
            self._established(ctx, key, conn)
            if not self.send_what_fits(ctx, key, conn):
                self.say(ctx, key, conn)
        else:
            conn.state = State.SYN_RECEIVED
            self.emit(ctx, key, conn, 0, b"", Flags.SYN | Flags.ACK)

    def _heard_ack_of_syn(self, ctx: Context, key: str, conn: Connection, segment: Segment, ack: int) -> None:
        if conn.timed >= 0:
            conn.measured(ctx.came - conn.timed_at, self.rto_least, self.rto_most)
        conn.timed = -1
        if conn.shaky and conn.rto < SYN_TIMEOUT:
            conn.rto = SYN_TIMEOUT
        conn.una = ack
        conn.nxt = max(conn.nxt, ack)
        conn.tries = 0
        conn.window_seq, conn.window_ack = conn.theirs_at(segment.sequence), ack
        ctx.cancel_timer(("alarm", key))

    def _established(self, ctx: Context, key: str, conn: Connection) -> None:
        conn.state = State.ESTABLISHED
        self.begun.append((conn.peer, conn.iss))
        self.accepted.append((conn.peer, conn.irs))
        segments = self.first_window * conn.mss
        conn.cwnd = conn.mss if conn.shaky else segments or initial_window(conn.mss)
        conn.turn = 1 + conn.cwnd
        if not conn.written:
            self.write(conn)

    def _in_connection(self, ctx: Context, key: str, conn: Connection, segment: Segment) -> None:
        """3.10.7.4."""
        flags = segment.flags
        start = conn.theirs_at(segment.sequence)
        if flags & Flags.RST:
            self._hear_reset(ctx, key, conn, start)
            return
        if flags & Flags.SYN:
            self._syn_inside(ctx, key, conn, segment, start)
            return
        if not self._acceptable(conn, start, segment.length):
            self._outside(ctx, key, conn, segment, start)
            return
        if not flags & Flags.ACK:
            return
        if conn.state is State.SYN_RECEIVED:
            if not self._open_by_ack(ctx, key, conn, segment):
                return
        elif not self.hear_ack(ctx, key, conn, segment, start) or self.connections.get(key) is not conn:
            return
        if conn.state in TAKING and (segment.payload or flags & Flags.FIN):
            self.take_text(ctx, key, conn, segment, start)

    def _acceptable(self, conn: Connection, start: int, length: int) -> bool:
        """The four cases of 3.10.7.4's first check. An empty segment may also stand at the window's edge: its sender
        has filled the window, some of that is lost, and what it acknowledges counts all the same (appendix A.2)."""
        if length == 0:
            return conn.expected <= start <= max(conn.expected, conn.edge)
        if conn.promised == 0:
            return False
        return conn.expected <= start < conn.edge or conn.expected <= start + length - 1 < conn.edge

    def _outside(self, ctx: Context, key: str, conn: Connection, segment: Segment, start: int) -> None:
        """An unacceptable segment (3.10.7.4, first check): it is answered by an ACK, and nothing that it says counts,
        but for the acknowledgment of one that knocks at a shut window."""
        knocks = conn.promised == 0 and start == conn.expected and segment.flags & Flags.ACK
        if knocks and not self.hear_ack(ctx, key, conn, segment, start):
            return
        if self.connections.get(key) is not conn:
            return
        if conn.state in TAKING and segment.payload:
            known = start + segment.length <= conn.expected
            self.owe(ctx, key, conn, start, segment, "seen before" if known else "no room")
            return
        self.say(ctx, key, conn)
        again = segment.flags & Flags.FIN and start + len(segment.payload) == conn.peer_end
        if conn.state is State.TIME_WAIT and again:
            ctx.set_timer(("linger", key), self.linger(ctx, key, conn))

    def _syn_inside(self, ctx: Context, key: str, conn: Connection, segment: Segment, start: int) -> None:
        """A SYN on a line that is in use: nothing to believe, something to say (3.10.7.4, fourth check; MUST-60).

        On a half-open one, too, where 3.10.7.4 would go back to LISTEN in silence: a challenge finds out who is right
        (RFC 5961, 4.2).
        """
        waiting = conn.state is State.SYN_RECEIVED
        if waiting and segment.flags & Flags.ACK and start == 0 and conn.ours_at(segment.acknowledgment) == conn.top:
            # The other half of a simultaneous open: its SYN was heard before, its ACK is new.
            self._open_by_ack(ctx, key, conn, segment)
            return
        situation = "the same SYN again" if waiting and segment.sequence == conn.irs else "a SYN inside a connection"
        answer = ctx.choose(c.ANSWER, peer=conn.peer, what=str(segment), situation=situation)
        if answer == c.RESET:
            self.reset(ctx, conn)
            self.gone(ctx, key, conn, "reset")
        elif answer == c.JUST_ACK:
            self.say(ctx, key, conn)
        elif answer in (c.SYN_ACK, c.ACCEPT):
            self.emit(ctx, key, conn, 0, b"", Flags.SYN | Flags.ACK)
            if waiting and answer == c.ACCEPT:
                self._established(ctx, key, conn)

    def _open_by_ack(self, ctx: Context, key: str, conn: Connection, segment: Segment) -> bool:
        ack = conn.ours_at(segment.acknowledgment)
        if not conn.una < ack <= conn.top:
            answer = ctx.choose(c.ANSWER, peer=conn.peer, what=str(segment), situation="an ACK of nothing sent")
            if answer == c.RESET:
                self.refuse(ctx, conn.peer, segment)
            elif answer == c.JUST_ACK:
                self.say(ctx, key, conn)
            elif answer in (c.SYN_ACK, c.ACCEPT):
                self.emit(ctx, key, conn, 0, b"", Flags.SYN | Flags.ACK)
            return False
        self._heard_ack_of_syn(ctx, key, conn, segment, ack)
        conn.window = segment.window
        conn.widest = max(conn.widest, segment.window)
        self._established(ctx, key, conn)
        self.send_what_fits(ctx, key, conn)
        return True

    def _hear_reset(self, ctx: Context, key: str, conn: Connection, start: int) -> None:
        """RFC 9293, 3.10.7.4, second check: only the exact number resets; others in the window are challenged, and
        those outside are dropped."""
        if start != conn.expected:
            if conn.expected < start < conn.edge:
                self.say(ctx, key, conn)
        else:
            how = {State.SYN_RECEIVED: "refused", State.TIME_WAIT: "closed", State.LAST_ACK: "cut off"}
            self.gone(ctx, key, conn, how.get(conn.state, "reset"))


@dataclass
class Sender(Endpoint):
    """Opens a connection, sends its data, closes."""

    offers: ClassVar[tuple[Choice, ...]] = (*Endpoint.offers, c.STRIKE)

    peer: str = "receiver"
    opens: bool = True
    listens: bool = False
    data: bytes = b"the quick brown fox jumps over the lazy dog"


@dataclass
class Receiver(Endpoint):
    """Listens, and hands what arrives to a reader."""


@dataclass
class Server(Endpoint):
    """Listens for many; says its data to every guest."""


__all__ = ["Endpoint", "Receiver", "Sender", "Server"]
