"""The endpoint: RFC 9293, 3.10, with the timers of RFC 6298 and the windows of RFC 5681."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.kernel.choice import PASS, Choice, Value
from core.kernel.effects import Key
from core.kernel.protocol import Context, Machine
from core.kernel.time import MILLISECOND, MINUTE, SECOND, show_duration
from core.protocols.tcp import choices as c
from core.protocols.tcp.connection import GREATEST_WINDOW, SENDING, TAKING, Connection, State, initial_window
from core.protocols.tcp.messages import (
    NUMBERS,
    Abort,
    Close,
    Flags,
    MaximumSegmentSize,
    Open,
    Segment,
    Write,
    mss_option,
)

DEFAULT_MSS = 536
"""Bytes, if a SYN names no MSS (RFC 9293, 3.7.1)."""
SYN_TIMEOUT = 3 * SECOND
"""The RTO with which data begin after a SYN that had to be repeated (RFC 6298, 5.7)."""
FIN_PAUSE = 500 * MILLISECOND
"""How long an end that does not close with its peer waits with its own FIN."""
CHALLENGES = 10
"""Bare ACKs in answer to strays, until the connection makes progress again (RFC 5961, 7 and 10)."""


def _in_ms(duration: int) -> str:
    """A measured time, in whole milliseconds: its microseconds tell a person nothing."""
    return show_duration((duration + 500) // 1000 * 1000)


@dataclass
class Endpoint(Machine):
    """One host with one port: connections by "peer:port". All of it is RFC 9293's; the roles differ by defaults."""

    peer: str = ""
    port: int = 80
    peer_port: int = 80
    opens: bool = False
    """Opens a connection to its peer at the start."""
    listens: bool = True
    standing: bool = False
    """The connection to its peer stands from the start, both first numbers `isn`: no handshake."""
    isn: int = -1
    data: bytes = b""
    length: int = 0
    closes: bool = True
    mss: int = DEFAULT_MSS
    buffer: int = GREATEST_WINDOW
    read_every: int = 0
    read_bytes: int = 0
    offered: int = GREATEST_WINDOW
    """The peer's window, if the connection stands from the start."""
    ack_delay: int = 200 * MILLISECOND
    by_hand: bool = False
    """No ACK of data leaves by itself: only the move "ACK now" sends one."""
    rto_first: int = SECOND
    rto_least: int = SECOND
    rto_most: int = MINUTE
    retries: int = 8
    first_window: int = 0
    threshold: int = GREATEST_WINDOW
    nagle: bool = False
    msl: int = 2 * MINUTE
    backlog: int = 5

    connections: dict[str, Connection] = field(default_factory=dict)
    first: str = ""
    """The main connection's key: the one that the picture and the standing offers mean."""
    heard: dict[str, bytes] = field(default_factory=dict)
    """What the user read from every peer, over all connections."""
    begun: list[tuple[str, int]] = field(default_factory=list)
    """(peer, our first number) of every connection that this end took for open."""
    accepted: list[tuple[str, int]] = field(default_factory=list)
    """(peer, the peer's first number) of the same."""
    ended: list[tuple[str, str]] = field(default_factory=list)
    """(peer, how) of every connection that is gone: closed, reset, refused, gave up, aborted; or cut
    off: its last FIN found nobody at the other end."""
    known: int = 0
    """Bytes of its own that this end knows to have arrived, over all ended connections."""
    acks: int = 0
    segments: int = 0
    retransmissions: int = 0
    shelf_peak: int = 0
    bounced: int = 0
    """Tiles that found no room."""
    seen_twice: int = 0

    offers = (c.UPDATE, c.ACK_NOW, c.THROW, c.AGAIN)

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
            self._write(made)
            if made.written:
                self._send_what_fits(ctx, key, made)
        elif self.opens:
            self._open(ctx)
        if self.read_every:
            ctx.set_timer("reader", self.read_every)

    def on_request(self, ctx: Context, request: Any) -> None:
        """RFC 9293, 3.10.1 to 3.10.5."""
        main = self.main
        if isinstance(request, Open):
            self._open(ctx)
        elif main is not None and isinstance(request, Write):
            main.written += request.text.encode()
            self._send_what_fits(ctx, self.first, main)
        elif main is not None and isinstance(request, Close):
            main.finish = True
            self._send_what_fits(ctx, self.first, main)
        elif main is not None and isinstance(request, Abort):
            self._reset(ctx, main)
            self._gone(ctx, self.first, main, "aborted")

    def on_timer(self, ctx: Context, key: Key) -> None:
        if key == "reader":
            self._read(ctx)
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
            self._acknowledge(ctx, name, conn, self._late_situation(conn))
        elif kind == "alarm":
            self._alarm(ctx, name, conn)
        elif kind == "probe":
            self._probe(ctx, name, conn)
        elif kind == "close":
            conn.finish = True
            self._send_what_fits(ctx, name, conn)
        elif kind == "linger":
            self._gone(ctx, name, conn, "closed")

    def on_move(self, ctx: Context, choice: Choice, value: Value) -> None:
        conn = self.main
        if conn is None or value is PASS:
            return
        if choice is c.UPDATE:
            conn.edge = conn.expected + value
            self._emit(ctx, self.first, conn, conn.nxt, b"", Flags.ACK)
        elif choice is c.ACK_NOW:
            self._acknowledge(ctx, self.first, conn, self._late_situation(conn))
        elif choice is c.THROW:
            conn.shelf.pop(conn.theirs_at(value), None)
        elif choice is c.AGAIN:
            self._repeat(ctx, self.first, conn, c.FIRST)

    def _open(self, ctx: Context) -> None:
        key = f"{self.peer}:{self.peer_port}"
        if key in self.connections:
            return
        made = self._fresh(ctx, self.peer, self.peer_port)
        made.state = State.SYN_SENT
        self._enter(key, made)
        self._emit(ctx, key, made, 0, b"", Flags.SYN)
        self._set_alarm(ctx, key, made)

    def _fresh(self, ctx: Context, peer: str, port: int) -> Connection:
        iss = self.isn if self.isn >= 0 else ctx.choose(c.ISN, peer=peer)
        made = Connection(peer, port, iss=iss, ssthresh=self.threshold, mss=DEFAULT_MSS, rto=self.rto_first)
        made.edge = min(self.buffer, GREATEST_WINDOW)
        return made

    def _enter(self, key: str, made: Connection) -> None:
        self.connections[key] = made
        if self.first not in self.connections:
            self.first = key

    @property
    def main(self) -> Connection | None:
        """The connection that standing offers and the picture mean."""
        return self.connections.get(self.first)

    @property
    def takes(self) -> bool:
        """Does the main connection still expect bytes?"""
        main = self.main
        return main is not None and main.state in TAKING

    @property
    def stream(self) -> bytes:
        """All that this end has to say on a connection from the start: `data`, repeated up to `length`."""
        if not self.length or not self.data:
            return self.data
        return (self.data * (self.length // len(self.data) + 1))[: self.length]

    def _write(self, conn: Connection) -> None:
        conn.written = self.stream
        caller = self.opens and not conn.passive
        conn.finish = self.closes and bool(caller or (self.standing and conn.written))

    # Arrivals (RFC 9293, 3.10.7)

    def on_message(self, ctx: Context, source: str, message: Segment) -> None:
        key = f"{source}:{message.source_port}"
        conn = self.connections.get(key)
        if message.destination_port != self.port:
            self._stranger(ctx, source, message, "a SYN at a shut door")
        elif conn is None:
            full = self.listens and sum(
                other.state is State.SYN_RECEIVED for other in self.connections.values()
            ) >= self.backlog  # fmt: skip
            door = "a SYN at a full house" if full else "a SYN at an open door"
            self._stranger(ctx, source, message, door if self.listens else "a SYN at a shut door")
        elif conn.state is State.SYN_SENT:
            self._in_syn_sent(ctx, key, conn, message)
        else:
            self._in_connection(ctx, key, conn, message)

    def on_garbled(self, ctx: Context, source: str, data: bytes) -> None:
        answer = ctx.choose(c.ANSWER, peer=source, what="A segment", situation="a bad checksum")
        for key, conn in self.connections.items():
            if conn.peer == source and answer in (c.JUST_ACK, c.SYN_ACK, c.ACCEPT):
                self._say(ctx, key, conn)
            elif conn.peer == source and answer == c.RESET:
                self._reset(ctx, conn)

    def _stranger(self, ctx: Context, source: str, segment: Segment, door: str) -> None:
        """A segment that belongs to no connection: 3.10.7.1 and 3.10.7.2."""
        flags = segment.flags
        if flags & Flags.RST:
            return
        if not flags & (Flags.SYN | Flags.ACK):
            if door == "a SYN at a shut door":
                self._refuse(ctx, source, segment)
            return
        situation = "a segment of no connection" if flags & Flags.ACK else door
        answer = ctx.choose(c.ANSWER, peer=source, what=str(segment), situation=situation)
        if answer == c.RESET:
            self._refuse(ctx, source, segment)
        elif answer == c.JUST_ACK:
            self._bare(ctx, source, segment, segment.acknowledgment, segment.sequence + segment.length, Flags.ACK)
        elif answer in (c.SYN_ACK, c.ACCEPT):
            self._guest(ctx, source, segment, answer == c.ACCEPT)

    def _guest(self, ctx: Context, source: str, segment: Segment, at_once: bool) -> None:
        key = f"{source}:{segment.source_port}"
        made = self._fresh(ctx, source, segment.source_port)
        made.passive = True
        self._enter(key, made)
        self._heard_syn(made, segment)
        made.state = State.SYN_RECEIVED
        self._emit(ctx, key, made, 0, b"", Flags.SYN | Flags.ACK)
        self._set_alarm(ctx, key, made)
        if at_once:
            self._established(ctx, key, made)

    def _heard_syn(self, conn: Connection, segment: Segment) -> None:
        conn.irs = segment.sequence
        conn.expected = conn.highest = 1
        conn.edge = 1 + min(self.buffer, GREATEST_WINDOW)
        conn.said = conn.theirs(1)
        conn.mss = min(self.mss, mss_option(segment) or DEFAULT_MSS)
        conn.window = conn.widest = segment.window

    def _in_syn_sent(self, ctx: Context, key: str, conn: Connection, segment: Segment) -> None:
        """3.10.7.3."""
        flags = segment.flags
        ack = conn.ours_at(segment.acknowledgment)
        if flags & Flags.ACK and not 0 < ack <= conn.top:
            if not flags & Flags.RST:
                answer = ctx.choose(c.ANSWER, peer=conn.peer, what=str(segment), situation="an ACK of nothing sent")
                if answer == c.RESET:
                    self._refuse(ctx, conn.peer, segment)
                elif answer == c.JUST_ACK:
                    self._bare(ctx, conn.peer, segment, conn.ours(conn.nxt), segment.sequence + 1, Flags.ACK)
                elif answer in (c.SYN_ACK, c.ACCEPT):
                    self._emit(ctx, key, conn, 0, b"", Flags.SYN)
            return
        if flags & Flags.RST:
            if flags & Flags.ACK:
                self._gone(ctx, key, conn, "refused")
            return
        if not flags & Flags.SYN:
            return
        self._heard_syn(conn, segment)
        if flags & Flags.ACK:
            self._heard_ack_of_syn(ctx, key, conn, segment, ack)
            self._established(ctx, key, conn)
            if not self._send_what_fits(ctx, key, conn):
                self._say(ctx, key, conn)
        else:
            conn.state = State.SYN_RECEIVED
            self._emit(ctx, key, conn, 0, b"", Flags.SYN | Flags.ACK)

    def _heard_ack_of_syn(self, ctx: Context, key: str, conn: Connection, segment: Segment, ack: int) -> None:
        if conn.timed >= 0:
            conn.measured(ctx.now - conn.timed_at, self.rto_least, self.rto_most)
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
        if not conn.written:
            self._write(conn)

    def _in_connection(self, ctx: Context, key: str, conn: Connection, segment: Segment) -> None:
        """3.10.7.4."""
        flags = segment.flags
        start = conn.theirs_at(segment.sequence)
        if not self._acceptable(conn, start, segment.length):
            if flags & Flags.RST:
                return
            if flags & Flags.SYN:
                self._syn_inside(ctx, key, conn, segment, start)
            elif conn.state in TAKING and segment.payload:
                self._hear_ack(ctx, key, conn, segment, start)
                if self.connections.get(key) is conn:
                    known = start + segment.length <= conn.expected
                    self._owe(ctx, key, conn, start, segment, "seen before" if known else "no room")
            elif conn.state is State.TIME_WAIT:
                self._say(ctx, key, conn)
                if flags & Flags.FIN:
                    ctx.set_timer(("linger", key), self._linger(ctx, key, conn))
            else:
                if segment.payload or flags & Flags.FIN or not segment.length:
                    self._hear_ack(ctx, key, conn, segment, start)
                if self.connections.get(key) is conn:
                    self._say(ctx, key, conn)
            return
        if flags & Flags.RST:
            self._hear_reset(ctx, key, conn, start)
            return
        if flags & Flags.SYN:
            self._syn_inside(ctx, key, conn, segment, start)
            return
        if not flags & Flags.ACK:
            return
        if conn.state is State.SYN_RECEIVED:
            if not self._open_by_ack(ctx, key, conn, segment):
                return
        elif not self._hear_ack(ctx, key, conn, segment, start) or self.connections.get(key) is not conn:
            return
        if conn.state in TAKING and (segment.payload or flags & Flags.FIN):
            self._take_text(ctx, key, conn, segment, start)

    def _acceptable(self, conn: Connection, start: int, length: int) -> bool:
        """The four cases of 3.10.7.4's first check."""
        window = conn.promised
        if length == 0:
            return start == conn.expected if window == 0 else conn.expected <= start < conn.edge
        if window == 0:
            return False
        return conn.expected <= start < conn.edge or conn.expected <= start + length - 1 < conn.edge

    def _syn_inside(self, ctx: Context, key: str, conn: Connection, segment: Segment, start: int) -> None:
        """A SYN on a line that is in use: nothing to believe, something to say (3.10.7.4, fourth check; MUST-60)."""
        waiting = conn.state is State.SYN_RECEIVED
        if waiting and segment.flags & Flags.ACK and start == 0 and conn.ours_at(segment.acknowledgment) == conn.top:
            # The other half of a simultaneous open: its SYN was heard before, its ACK is new.
            self._open_by_ack(ctx, key, conn, segment)
            return
        situation = "the same SYN again" if waiting and segment.sequence == conn.irs else "a SYN inside a connection"
        answer = ctx.choose(c.ANSWER, peer=conn.peer, what=str(segment), situation=situation)
        if answer == c.RESET:
            self._reset(ctx, conn)
            self._gone(ctx, key, conn, "reset")
        elif answer == c.JUST_ACK:
            self._say(ctx, key, conn)
        elif answer in (c.SYN_ACK, c.ACCEPT):
            self._emit(ctx, key, conn, 0, b"", Flags.SYN | Flags.ACK)
            if waiting and answer == c.ACCEPT:
                self._established(ctx, key, conn)

    def _open_by_ack(self, ctx: Context, key: str, conn: Connection, segment: Segment) -> bool:
        ack = conn.ours_at(segment.acknowledgment)
        if not conn.una < ack <= conn.top:
            answer = ctx.choose(c.ANSWER, peer=conn.peer, what=str(segment), situation="an ACK of nothing sent")
            if answer == c.RESET:
                self._refuse(ctx, conn.peer, segment)
            elif answer == c.JUST_ACK:
                self._say(ctx, key, conn)
            elif answer in (c.SYN_ACK, c.ACCEPT):
                self._emit(ctx, key, conn, 0, b"", Flags.SYN | Flags.ACK)
            return False
        self._heard_ack_of_syn(ctx, key, conn, segment, ack)
        conn.window = segment.window
        conn.widest = max(conn.widest, segment.window)
        self._established(ctx, key, conn)
        self._send_what_fits(ctx, key, conn)
        return True

    def _hear_reset(self, ctx: Context, key: str, conn: Connection, start: int) -> None:
        """RFC 9293, 3.10.7.4, second check: only the exact number resets; others in the window are challenged."""
        if start != conn.expected:
            self._say(ctx, key, conn)
        else:
            how = {State.SYN_RECEIVED: "refused", State.TIME_WAIT: "closed", State.LAST_ACK: "cut off"}
            self._gone(ctx, key, conn, how.get(conn.state, "reset"))

    # The sender: acknowledgments

    def _hear_ack(self, ctx: Context, key: str, conn: Connection, segment: Segment, start: int) -> bool:
        """The fifth check of 3.10.7.4; False if the segment is to be dropped."""
        if not segment.flags & Flags.ACK:
            return False
        ack = conn.ours_at(segment.acknowledgment)
        if ack > conn.top:
            self._say(ctx, key, conn)
            return False
        same_window = segment.window == conn.window
        if ack >= conn.una and (conn.window_seq < start or (conn.window_seq == start and conn.window_ack <= ack)):
            conn.window, conn.window_seq, conn.window_ack = segment.window, start, ack
            conn.widest = max(conn.widest, segment.window)
        if ack > conn.una:
            self._new_ack(ctx, key, conn, ack)
        elif (
            ack == conn.una
            and conn.flight
            and not conn.probes
            and not segment.payload
            and not segment.flags & (Flags.SYN | Flags.FIN)
            and same_window
        ):
            self._duplicate_ack(ctx, key, conn)
        elif conn.state in SENDING:
            if conn.window and conn.probes:
                conn.probes = 0
                ctx.cancel_timer(("probe", key))
            self._send_what_fits(ctx, key, conn)
        return True

    def _new_ack(self, ctx: Context, key: str, conn: Connection, ack: int) -> None:
        acknowledged = ack - conn.una
        if 0 <= conn.timed <= ack:
            conn.measured(ctx.now - conn.timed_at, self.rto_least, self.rto_most)
            conn.timed = -1
        conn.una = ack
        conn.nxt = max(conn.nxt, ack)
        conn.tries = conn.probes = conn.challenges = 0
        situation = "slow start" if conn.cwnd < conn.ssthresh else "congestion avoidance"
        due = conn.grown(acknowledged)
        if conn.recovering:
            conn.recovering = False
            situation, due = "recovered", conn.ssthresh
        conn.duplicates = 0
        if ack <= conn.end or conn.unsent:
            self._set_cwnd(ctx, key, conn, situation, due)
        ctx.cancel_timer(("probe", key))
        if conn.flight:
            self._set_alarm(ctx, key, conn)
        else:
            ctx.cancel_timer(("alarm", key))
        if conn.finish and ack >= conn.last:
            self._fin_acknowledged(ctx, key, conn)
        if self.connections.get(key) is conn and conn.state in SENDING:
            self._send_what_fits(ctx, key, conn)

    def _fin_acknowledged(self, ctx: Context, key: str, conn: Connection) -> None:
        if conn.state is State.FIN_WAIT_1:
            conn.state = State.FIN_WAIT_2
        elif conn.state is State.CLOSING:
            self._time_wait(ctx, key, conn)
        elif conn.state is State.LAST_ACK:
            self._gone(ctx, key, conn, "closed")

    def _duplicate_ack(self, ctx: Context, key: str, conn: Connection) -> None:
        """RFC 5681, 3.2."""
        conn.duplicates += 1
        count = conn.duplicates
        guarded = conn.una < conn.recover
        situation = (
            "first or second duplicate"
            if count < 3
            else "third duplicate"
            if not conn.recovering and not guarded
            else "more duplicates"
        )
        if situation == "third duplicate":
            conn.ssthresh = conn.half()
            conn.recovering = True
            self._set_cwnd(ctx, key, conn, situation, conn.ssthresh + 3 * conn.mss)
        elif conn.recovering:
            self._set_cwnd(ctx, key, conn, situation, conn.cwnd + conn.mss)
        self._ask_repeat(ctx, key, conn, situation)
        self._send_what_fits(ctx, key, conn)

    def _ask_repeat(self, ctx: Context, key: str, conn: Connection, situation: str) -> None:
        answer = ctx.choose(
            c.REPEAT, key=key, peer=conn.peer, situation=situation, una=conn.ours(conn.una), flight=conn.flight
        )
        self._repeat(ctx, key, conn, answer)

    def _set_cwnd(self, ctx: Context, key: str, conn: Connection, situation: str, due: int) -> None:
        conn.cwnd = ctx.choose(
            c.CWND, key=key, situation=situation, flight=conn.flight, ssthresh=conn.ssthresh, cwnd=conn.cwnd, due=due
        )

    # The sender: segments

    def _room(self, conn: Connection) -> tuple[int, int, int]:
        """How many segments from SND.NXT on (all by both windows, by the receiver's, by the network's)."""
        limited = conn.mss * min(conn.duplicates, 2) if not conn.recovering else 0
        network = max(0, conn.una + conn.cwnd + limited - conn.nxt)
        return (
            self._count(conn, min(conn.usable, network)),
            self._count(conn, conn.usable),
            self._count(conn, network),
        )

    def _count(self, conn: Connection, room: int) -> int:
        """Segments that fit into `room` bytes, without silly ones (RFC 9293, 3.8.6.2.1) and by Nagle's rule (3.7.4)."""
        left = conn.unsent
        whole = min(left, room) // conn.mss
        rest = left - whole * conn.mss
        quiet = conn.nxt + whole * conn.mss == conn.una
        if 0 < rest < conn.mss and rest <= room - whole * conn.mss:
            if quiet or not self.nagle or conn.nxt < conn.top:
                return whole + 1
        elif rest and whole == 0 and quiet and room >= max(1, conn.widest // 2):
            return 1
        return whole

    def _send_what_fits(self, ctx: Context, key: str, conn: Connection) -> bool:
        """New segments, and the FIN after the last; True if anything went out."""
        if conn.state not in (State.ESTABLISHED, State.CLOSE_WAIT, State.FIN_WAIT_1, State.LAST_ACK, State.CLOSING):
            return False
        sent = False
        if conn.unsent:
            room, window_room, network_room = self._room(conn)
            waiting = -(-conn.unsent // conn.mss)
            count = ctx.choose(
                c.BURST, key=key, peer=conn.peer, unsent=waiting, room=room, window_room=window_room,
                network_room=network_room, next=conn.ours(conn.nxt),
            )  # fmt: skip
            for _ in range(count):
                # Only the last segment may be short; one that the window cuts is cut there.
                size = min(conn.mss, conn.unsent)
                if count == room and 0 < conn.usable < size:
                    size = conn.usable
                if size <= 0:
                    break
                self._send_data(ctx, key, conn, conn.nxt, size)
                sent = True
        if conn.finish and conn.nxt == conn.end:
            self._send_fin(ctx, key, conn)
            sent = True
        if conn.nxt == conn.una and conn.usable < min(conn.mss, conn.unsent):
            ctx.set_timer(("probe", key), min(self.rto_most, conn.rto << conn.probes))
        return sent

    def _send_data(self, ctx: Context, key: str, conn: Connection, place: int, size: int) -> None:
        self._ride(ctx, key, conn)
        payload = conn.written[place - 1 : place - 1 + size]
        after = place + len(payload)
        flags = Flags.ACK
        if after == conn.end:
            flags |= Flags.PSH
            if conn.finish:
                flags |= Flags.FIN
                after += 1
                self._fin_leaves(conn)
        self._emit(ctx, key, conn, place, payload, flags)
        self._left(ctx, key, conn, place, after)

    def _send_fin(self, ctx: Context, key: str, conn: Connection) -> None:
        self._ride(ctx, key, conn)
        self._fin_leaves(conn)
        self._emit(ctx, key, conn, conn.end, b"", Flags.FIN | Flags.ACK)
        self._left(ctx, key, conn, conn.end, conn.end + 1)

    def _fin_leaves(self, conn: Connection) -> None:
        if conn.state is State.ESTABLISHED:
            conn.state = State.FIN_WAIT_1
        elif conn.state is State.CLOSE_WAIT:
            conn.state = State.LAST_ACK

    def _left(self, ctx: Context, key: str, conn: Connection, place: int, after: int) -> None:
        """A segment with the places from `place` to `after` has left."""
        overlap = min(after, conn.top) - place
        if overlap > 1 or after <= conn.top:  # a probe's single byte is not the whole segment sent before
            self.retransmissions += 1
            conn.timed = -1  # Karn: an ACK would not tell which copy it is for
        elif conn.timed < 0:
            conn.timed, conn.timed_at = after, ctx.now
        idle = conn.nxt == conn.una
        conn.nxt = max(conn.nxt, after)
        conn.top = max(conn.top, after)
        if idle:
            self._set_alarm(ctx, key, conn)

    def _repeat(self, ctx: Context, key: str, conn: Connection, what: Value) -> None:
        """Send again the first, the last, or all of what is not acknowledged."""
        if what == c.NOTHING or not conn.flight:
            return
        if conn.una == 0:
            self.retransmissions += 1
            conn.timed = -1
            conn.shaky = True
            flags = Flags.SYN if conn.state is State.SYN_SENT else Flags.SYN | Flags.ACK
            self._emit(ctx, key, conn, 0, b"", flags)
            return
        places = list(range(conn.una, min(conn.top, conn.end), conn.mss)) or [conn.end]
        if what != c.ALL:
            places = places[:1] if what == c.FIRST else places[-1:]
        for place in places:
            if place < conn.end:
                self._send_data(ctx, key, conn, place, min(conn.mss, conn.end - place, conn.top - place))
            else:
                self._send_fin(ctx, key, conn)

    def _set_alarm(self, ctx: Context, key: str, conn: Connection) -> None:
        """RFC 6298, 5.1 and 5.3."""
        spread = _in_ms(conn.rttvar) if conn.srtt >= 0 else "unknown"
        wait = ctx.choose(
            c.RTO, key=key, una=conn.ours(conn.una), copy=conn.tries + 1, tries=conn.tries, srtt=conn.srtt,
            rttvar=conn.rttvar, rto=conn.rto, before=conn.rto // 2 if conn.tries else conn.rto,
            srtt_words=_in_ms(conn.srtt) if conn.srtt >= 0 else "unknown", rttvar_words=spread,
        )  # fmt: skip
        ctx.set_timer(("alarm", key), wait)

    def _alarm(self, ctx: Context, key: str, conn: Connection) -> None:
        """RFC 6298, 5.4 to 5.7; RFC 5681, 3.1."""
        if not conn.flight:
            return
        if conn.tries >= self.retries:
            self._gone(ctx, key, conn, "gave up")
            return
        if conn.tries == 0 and conn.una:
            conn.ssthresh = conn.half()
        conn.tries += 1
        conn.rto = min(self.rto_most, 2 * conn.rto)
        conn.timed = -1
        conn.duplicates = 0
        conn.recovering = False
        conn.recover = conn.top
        if conn.una:
            self._set_cwnd(ctx, key, conn, "alarm", conn.mss)
            conn.nxt = conn.una
        self._ask_repeat(ctx, key, conn, "alarm")
        if conn.una == 0 or conn.nxt == conn.una:
            self._set_alarm(ctx, key, conn)

    def _probe(self, ctx: Context, key: str, conn: Connection) -> None:
        """One byte into a shut window (RFC 9293, 3.8.6.1), again and again, each time after twice the wait."""
        if not conn.unsent or conn.nxt != conn.una or conn.state not in SENDING:
            return
        conn.probes = min(conn.probes + 1, 10)
        size = max(1, min(conn.usable, conn.mss, conn.unsent))
        payload = conn.written[conn.nxt - 1 : conn.nxt - 1 + size]
        self._emit(ctx, key, conn, conn.nxt, payload, Flags.ACK)
        if conn.usable:
            self._left(ctx, key, conn, conn.nxt, conn.nxt + size)
        else:
            conn.top = max(conn.top, conn.nxt + size)
            conn.timed = -1
            ctx.set_timer(("probe", key), min(self.rto_most, conn.rto << conn.probes))

    # The receiver

    def _take_text(self, ctx: Context, key: str, conn: Connection, segment: Segment, start: int) -> None:
        """The seventh and eighth check of 3.10.7.4: text and FIN."""
        payload = segment.payload
        fin = bool(segment.flags & Flags.FIN)
        if start + len(payload) + fin > conn.edge:
            payload, fin = payload[: conn.edge - start], False
        if fin:
            conn.peer_end = start + len(payload)
        if start < conn.expected:
            payload, start = payload[conn.expected - start :], conn.expected
        situation = "FIN"
        if payload:
            situation = self._place(ctx, key, conn, start, payload)
            if self.connections.get(key) is not conn:
                return
        if conn.peer_end >= 0:
            beyond = conn.expected < conn.peer_end
            if fin:
                conn.highest = max(conn.highest, conn.peer_end + 1)
            if not beyond:
                self._hear_fin(ctx, key, conn, start, segment)
                return
            if fin:
                situation = "FIN beyond a hole"
        self._owe(ctx, key, conn, start, segment, situation)

    def _place(self, ctx: Context, key: str, conn: Connection, start: int, payload: bytes) -> str:
        """Deliver, hold or discard; the situation that it was."""
        after = start + len(payload)
        full = after > conn.expected + conn.free(self.buffer)
        if full:
            situation = "no room"
        elif start > conn.expected:
            situation = "held already" if conn.shelf.get(start, b"") == payload else "beyond a hole"
        else:
            situation = "fills the hole" if conn.shelf else "in order"
        answer = ctx.choose(
            c.PLACE, key=key, situation=situation, seq=conn.theirs(start), last=conn.theirs(after - 1),
            next=conn.theirs(conn.expected),
        )  # fmt: skip
        conn.highest = max(conn.highest, after)
        if full:
            self.bounced += 1
        elif answer == c.DELIVER:
            conn.unread += payload
            conn.expected = max(conn.expected, after)
            conn.challenges = 0
            conn.take()
        elif answer == c.HOLD:
            conn.shelf[start] = payload
        if situation == "held already":
            self.seen_twice += 1
        tiles = -(-len(conn.unread) // conn.mss) + len(conn.shelf)
        self.shelf_peak = max(self.shelf_peak, tiles)
        if not self.read_every:
            self._eat(ctx, conn, len(conn.unread))
        return situation

    def _owe(self, ctx: Context, key: str, conn: Connection, start: int, segment: Segment, situation: str) -> None:
        """An ACK is due: now or later."""
        if situation == "seen before":
            self.seen_twice += 1
            situation = self._seen_before(ctx, key, conn, start, segment)
        conn.owed += 1
        timing = situation
        if situation == "in order":
            timing = "second segment" if conn.owed >= 2 else "first segment"
        if self.by_hand:
            conn.surprised = conn.surprised or timing in c.PROMPT
            ctx.set_timer(("ack", key), self.ack_delay)
            return
        wait = ctx.choose(c.ACK_TIME, key=key, peer=conn.peer, situation=timing, count=conn.owed)
        if wait == 0:
            self._acknowledge(ctx, key, conn, situation, start, start + len(segment.payload))
        else:
            ctx.set_timer(("ack", key), wait)

    def _seen_before(self, ctx: Context, key: str, conn: Connection, start: int, segment: Segment) -> str:
        """Bytes below RCV.NXT: nothing to do with them, if one counts."""
        after = start + len(segment.payload)
        answer = ctx.choose(
            c.PLACE, key=key, situation="seen before", seq=segment.sequence, last=conn.theirs(after - 1),
            next=conn.theirs(conn.expected),
        )  # fmt: skip
        if answer == c.DELIVER:
            conn.unread += segment.payload
            if not self.read_every:
                self._eat(ctx, conn, len(conn.unread))
        return "seen before"

    def _late_situation(self, conn: Connection) -> str:
        if conn.shelf:
            return "beyond a hole"
        return "in order" if conn.owed else "unasked"

    def _acknowledge(
        self, ctx: Context, key: str, conn: Connection, situation: str, start: int = -1, after: int = -1
    ) -> None:
        """An ACK for what arrived, with the number and the window that are chosen."""
        start = conn.expected if start < 0 else start
        after = conn.expected if after < 0 else after
        self._number(ctx, key, conn, situation, start, after)
        self._emit(ctx, key, conn, conn.nxt, b"", Flags.ACK)

    def _number(self, ctx: Context, key: str, conn: Connection, situation: str, start: int, after: int) -> None:
        """Choose what the next segment acknowledges, and which window it offers."""
        conn.said = ctx.choose(
            c.ACK, key=key, peer=conn.peer, situation=situation, next=conn.theirs(conn.expected),
            seq=conn.theirs(start), end=conn.theirs(after), have=conn.theirs(conn.expected - 1),
            highest=conn.theirs(conn.highest), said=conn.said,
        )  # fmt: skip
        value = ctx.choose(
            c.WINDOW, key=key, peer=conn.peer, next=conn.theirs(conn.expected), free=conn.free(self.buffer),
            promised=conn.promised,
        )  # fmt: skip
        conn.edge = conn.expected + value

    def _ride(self, ctx: Context, key: str, conn: Connection) -> None:
        """An ACK that is due rides on the data that leave."""
        if conn.owed:
            self._number(ctx, key, conn, self._late_situation(conn), conn.expected, conn.expected)
            conn.owed = 0
            ctx.cancel_timer(("ack", key))

    def _say(self, ctx: Context, key: str, conn: Connection) -> None:
        """A bare ACK of what is known: to a stray segment, a wrong ACK, a challenge. Throttled (RFC 5961, 7), lest two
        ends that disagree answer each other for ever."""
        conn.challenges += 1
        if conn.owed:
            self._acknowledge(ctx, key, conn, self._late_situation(conn))
        elif conn.challenges <= CHALLENGES:
            self._emit(ctx, key, conn, conn.nxt, b"", Flags.ACK)

    def _read(self, ctx: Context) -> None:
        for conn in list(self.connections.values()):
            self._eat(ctx, conn, self.read_bytes or len(conn.unread))

    def _eat(self, ctx: Context, conn: Connection, count: int) -> None:
        bite, conn.unread = conn.unread[:count], conn.unread[count:]
        if bite:
            self.heard[conn.peer] = self.heard.get(conn.peer, b"") + bite
            ctx.deliver(bite)

    # Closing (RFC 9293, 3.6)

    def _hear_fin(self, ctx: Context, key: str, conn: Connection, start: int, segment: Segment) -> None:
        conn.expected = conn.peer_end + 1
        conn.edge = max(conn.edge, conn.expected)
        conn.highest = max(conn.highest, conn.expected)
        conn.owed += 1
        if conn.state is State.ESTABLISHED:
            conn.state = State.CLOSE_WAIT
            self._close_too(ctx, key, conn, start, segment)
            return
        if conn.state is State.FIN_WAIT_1:
            conn.state = State.CLOSING
        self._acknowledge_fin(ctx, key, conn, start, segment)
        if conn.state is State.FIN_WAIT_2:
            self._time_wait(ctx, key, conn)

    def _acknowledge_fin(self, ctx: Context, key: str, conn: Connection, start: int, segment: Segment) -> None:
        self._acknowledge(ctx, key, conn, "FIN", start, start + len(segment.payload))

    def _close_too(self, ctx: Context, key: str, conn: Connection, start: int, segment: Segment) -> None:
        if not self.closes or conn.finish:
            self._acknowledge_fin(ctx, key, conn, start, segment)
            return
        answer = ctx.choose(c.CLOSE, key=key, peer=conn.peer, unsent=max(0, conn.end - conn.una))
        if answer == c.ABORT:
            self._reset(ctx, conn)
            self._gone(ctx, key, conn, "aborted")
            return
        if answer == c.WAIT:
            self._acknowledge_fin(ctx, key, conn, start, segment)
            ctx.set_timer(("close", key), FIN_PAUSE)
            return
        if answer == c.CUT:
            conn.written = conn.written[: conn.nxt - 1]
        conn.finish = True
        self._number(ctx, key, conn, "FIN", start, start + len(segment.payload))
        conn.owed = 0
        if not self._send_what_fits(ctx, key, conn):
            self._say(ctx, key, conn)

    def _time_wait(self, ctx: Context, key: str, conn: Connection) -> None:
        conn.state = State.TIME_WAIT
        ctx.cancel_timer(("alarm", key))
        wait = self._linger(ctx, key, conn)
        if wait:
            ctx.set_timer(("linger", key), wait)
        else:
            self._gone(ctx, key, conn, "closed")

    def _linger(self, ctx: Context, key: str, conn: Connection) -> int:
        wait: int = ctx.choose(c.LINGER, key=key, peer=conn.peer, msl_words=show_duration(self.msl))
        return wait

    def _gone(self, ctx: Context, key: str, conn: Connection, how: str) -> None:
        self._eat(ctx, conn, len(conn.unread))
        self.known += min(conn.una, conn.end) - 1 if conn.una else 0
        self.ended.append((conn.peer, how))
        del self.connections[key]
        for kind in ("ack", "alarm", "probe", "close", "linger"):
            ctx.cancel_timer((kind, key))

    # Segments

    def _emit(self, ctx: Context, key: str, conn: Connection, place: int, payload: bytes, flags: Flags) -> None:
        """Send a segment of a connection."""
        syn = bool(flags & Flags.SYN)
        self.segments += 1
        self.acks += flags == Flags.ACK and not payload
        if syn and conn.top == 0:
            conn.nxt = conn.top = 1
            conn.timed, conn.timed_at = 1, ctx.now
        conn.surprised = False
        if conn.owed:
            conn.owed = 0
            ctx.cancel_timer(("ack", key))
        window = min(conn.promised if not syn else self.buffer, GREATEST_WINDOW)
        ctx.send(
            conn.peer,
            Segment(
                source_port=self.port,
                destination_port=conn.port,
                sequence=conn.ours(place),
                acknowledgment=conn.said if flags & Flags.ACK else 0,
                flags=flags,
                window=window,
                options=(MaximumSegmentSize(self.mss),) if syn else (),
                payload=payload,
            ),
        )

    def _reset(self, ctx: Context, conn: Connection) -> None:
        self.segments += 1
        ctx.send(
            conn.peer,
            Segment(self.port, conn.port, conn.ours(conn.nxt), conn.said, Flags.RST | Flags.ACK, 0),
        )

    def _refuse(self, ctx: Context, source: str, segment: Segment) -> None:
        """RST to a segment that makes no sense here (RFC 9293, 3.5.2)."""
        if segment.flags & Flags.ACK:
            self._bare(ctx, source, segment, segment.acknowledgment, 0, Flags.RST)
        else:
            self._bare(ctx, source, segment, 0, segment.sequence + segment.length, Flags.RST | Flags.ACK)

    def _bare(self, ctx: Context, to: str, segment: Segment, sequence: int, ack: int, flags: Flags) -> None:
        self.segments += 1
        ctx.send(
            to,
            Segment(segment.destination_port, segment.source_port, sequence % NUMBERS, ack % NUMBERS, flags, 0),
        )

    def view(self) -> dict[str, str | int]:
        conn = self.main
        if conn is None:
            return {
                "state": "LISTEN" if self.listens else "CLOSED",
                "connections": len(self.connections),
                "ended": ", ".join(f"{peer} {how}" for peer, how in self.ended) or "none",
            }
        shown: dict[str, str | int] = {"state": conn.state.value, "peer": conn.peer}
        if conn.written:
            shown |= {
                "acknowledged up to": conn.ours(conn.una),
                "next to send": conn.ours(conn.nxt),
                "under way": f"{conn.flight} bytes",
                "receiver's window": f"{conn.window} bytes",
                "congestion window": f"{conn.cwnd} bytes",
                "round trip": _in_ms(conn.srtt) if conn.srtt >= 0 else "not measured",
                "time-out": _in_ms(conn.rto),
            }
        if conn.expected and (not conn.written or conn.shelf or conn.expected > 1):
            shown |= {
                "next expected": conn.theirs(conn.expected),
                "held": ", ".join(str(conn.theirs(place)) for place in sorted(conn.shelf)) or "nothing",
                "unread": f"{len(conn.unread)} bytes",
                "room": f"{conn.free(self.buffer)} bytes",
                "promised": f"{conn.promised} bytes",
                "last ACK": conn.said,
            }
        if len(self.connections) > 1:
            shown["connections"] = len(self.connections)
        shown["ACKs sent"] = self.acks
        return shown


@dataclass
class Sender(Endpoint):
    """Opens a connection, sends its data, closes."""

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
