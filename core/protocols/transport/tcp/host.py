"""What every end of a connection has and says: its parameters, its lines, its segments, and how a line ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import MILLISECOND, MINUTE, SECOND, show_duration
from core.protocols.transport.tcp import choices as c
from core.protocols.transport.tcp.connection import GREATEST_WINDOW, TAKING, Connection, State
from core.protocols.transport.tcp.dots import Dot
from core.protocols.transport.tcp.messages import NUMBERS, Flags, MaximumSegmentSize, Segment

DEFAULT_MSS = 536
"""Bytes, if a SYN names no MSS (RFC 9293, 3.7.1)."""
LEAST_MSS = 28
"""Bytes; a peer that announces less gets segments of this size all the same, lest every byte cost a header: no link
takes less than packets of 68 bytes (RFC 791, 3.2), and 40 of them are headers."""
CHALLENGES = 10
"""Bare ACKs in answer to strays, until the connection makes progress or has rested from them (RFC 5961, 7)."""
REST = 5 * SECOND
"""How long strays get no answer after so many (RFC 5961, 7)."""


def in_ms(duration: int) -> str:
    """A measured time, in whole milliseconds: its microseconds tell a person nothing."""
    return show_duration((duration + 500) // 1000 * 1000)


@dataclass
class Host(Machine):
    """One host with one port, and its connections by "peer:port"."""

    peer: str = parameter("", "the host at the other end", kind="node")
    port: int = parameter(80, "its own port", low=1, high=65535)
    peer_port: int = parameter(80, "the port it opens to", low=1, high=65535)
    opens: bool = parameter(False, "opens a connection at the start")
    """Opens a connection to its peer at the start."""
    listens: bool = parameter(True, "takes connections")
    standing: bool = parameter(False, "the connection stands from the start")
    """The connection to its peer stands from the start, both first numbers `isn`: no handshake."""
    isn: int = parameter(-1, "its first sequence number; -1: by chance", low=-1, high=2**32 - 1)
    data: bytes = parameter(b"", "what it has to say")
    length: int = parameter(
        0, "its data are repeated up to so many bytes; 0: as they are", kind="size", low=0, high=16_000_000
    )
    closes: bool = parameter(True, "closes after its last byte, and when its peer closes")
    still_writes: tuple[str, ...] = parameter((), "peers to whom its user writes on, till he closes", kind="nodes")
    """Peers to whom its user has more to say (requests `write`), and whose lines he closes himself (`close`)."""
    mss: int = parameter(DEFAULT_MSS, "most data in a segment", kind="size", low=1, high=65495)
    buffer: int = parameter(
        GREATEST_WINDOW, "room for bytes that its reader has not read", kind="size", low=1, high=GREATEST_WINDOW
    )
    read_every: int = parameter(0, "how often its reader reads; 0: at once", kind="duration", low=0)
    read_bytes: int = parameter(0, "how much its reader reads at a time; 0: all", kind="size", low=0)
    offered: int = parameter(
        GREATEST_WINDOW,
        "the peer's window at the start, if the connection stands",
        kind="size",
        low=0,
        high=GREATEST_WINDOW,
    )
    """The peer's window, if the connection stands from the start."""
    ack_delay: int = parameter(
        200 * MILLISECOND,
        "how long the book's ACK waits for a second segment",
        kind="duration",
        low=0,
        high=c.LONGEST_ACK_DELAY,
    )
    by_hand: bool = parameter(False, 'no ACK of data leaves by itself: only the move "ACK now" sends one')
    """No ACK of data leaves by itself: only the move "ACK now" sends one."""
    rto_first: int = parameter(SECOND, "time-out before anything is measured", kind="duration", low=MILLISECOND)
    rto_least: int = parameter(SECOND, "least time-out", kind="duration", low=MILLISECOND)
    rto_most: int = parameter(MINUTE, "greatest time-out", kind="duration", low=MILLISECOND)
    follows: bool = parameter(False, "a change of its time-out moves the alarm that runs, too")
    keeps_dots: bool = parameter(False, "keeps every round trip, doubtful ones too, until one is struck")
    retries: int = parameter(8, "retransmissions in a row before it gives up (R2)", low=0, high=100)
    first_window: int = parameter(0, "initial congestion window in segments; 0: by RFC 5681", low=0, high=100)
    threshold: int = parameter(GREATEST_WINDOW, "slow-start threshold at the start", kind="size", low=1)
    by_rounds: bool = parameter(False, "sets its congestion window once a round trip, not at every ACK")
    """The congestion window grows once a round trip, by what its ACKs would have given (RFC 5681, 3.1: a segment a
    round trip), and swells in fast recovery without a question."""
    slows: bool = parameter(True, "does its congestion window follow RFC 5681? else it stays as it is at first")
    dup_threshold: int = parameter(3, "duplicate ACKs that mean a loss, by the book", low=1, high=c.MOST_KNOCKS)
    notes: bool = parameter(False, "does it note how every hole in what it sent was filled?")
    tail_probe: bool = parameter(False, "does it notice, after two round trips, that nothing comes for the last?")
    """The probe timer of RFC 8985, 7.2; what then is done is a move."""
    nagle: bool = parameter(False, "holds a short segment back while others are under way")
    msl: int = parameter(2 * MINUTE, "how long a segment can live", kind="duration", low=MILLISECOND, high=5 * MINUTE)
    quiet: int = parameter(
        0,
        "how long it sends nothing after a crash; 0: chance picks its numbers",
        kind="duration",
        low=0,
        high=5 * MINUTE,
    )
    """A host that has lost the numbers in use keeps quiet for an MSL (RFC 9293, 3.4.3); where nobody can foresee its
    first number (3.4.1, RFC 6528) few do."""
    backlog: int = parameter(5, "connections that may be half open at once", low=1, high=1000)

    connections: dict[str, Connection] = field(default_factory=dict)
    first: str = ""
    """The main connection's key: the one that the picture and the standing offers mean."""
    added: dict[str, bytes] = field(default_factory=dict)
    """What the user wrote later to every peer, whether it could still be sent or not."""
    said_all: tuple[str, ...] = ()
    """Peers to whom its user has said so."""
    heard: dict[str, bytes] = field(default_factory=dict)
    """What the user read from every peer, over all connections."""
    heard_from: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Where in that text each connection with the peer began."""
    begun: list[tuple[str, int]] = field(default_factory=list)
    """(peer, our first number) of every connection that this end took for open."""
    accepted: list[tuple[str, int]] = field(default_factory=list)
    """(peer, the peer's first number) of the same."""
    ended: list[tuple[str, str]] = field(default_factory=list)
    """(peer, how) of every connection that is gone: closed, reset, refused, gave up, aborted; closed unopened, by its
    own user before anybody answered; or cut off: its last FIN found nobody at the other end."""
    silent: bool = False
    """It keeps quiet after a crash, and is deaf."""
    known: int = 0
    """Bytes of its own that this end knows to have arrived, over all ended connections."""
    dots: tuple[Dot, ...] = ()
    """The round trips that stand, in order, where it keeps them."""
    data_at: int = 0
    """When its last segment left (µs of its own clock), where it keeps dots."""
    alarm_at: int = 0
    """When its alarm was set (µs of its own clock), where that follows a change."""
    acks: int = 0
    segments: int = 0
    retransmissions: int = 0
    shelf_peak: int = 0
    bounced: int = 0
    """Tiles that found no room."""
    seen_twice: int = 0

    @property
    def main(self) -> Connection | None:
        """The connection that standing offers and the picture mean."""
        return self.connections.get(self.first)

    @property
    def half_open(self) -> int:
        """Lines kept for guests whose number nobody has confirmed yet."""
        return sum(conn.state is State.SYN_RECEIVED for conn in self.connections.values())

    @property
    def full(self) -> bool:
        """Are all lines for such guests taken?"""
        return self.listens and self.half_open >= self.backlog

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

    # ACKs

    def acknowledge(
        self, ctx: Context, key: str, conn: Connection, situation: str, start: int = -1, after: int = -1
    ) -> None:
        """An ACK for what arrived, with the number and the window that are chosen. One that repeats itself at a hole
        repeats its window, too, where none opens: another would make it no duplicate (RFC 5681, 2)."""
        start = conn.expected if start < 0 else start
        after = conn.expected if after < 0 else after
        self.choose_ack(ctx, key, conn, situation, start, after)
        if situation not in c.HOLED or conn.good_window(self.buffer) != min(conn.promised, GREATEST_WINDOW):
            self.choose_window(ctx, key, conn)
        self.emit(ctx, key, conn, conn.front, b"", Flags.ACK)

    def choose_ack(self, ctx: Context, key: str, conn: Connection, situation: str, start: int, after: int) -> None:
        """Choose what the next segment acknowledges."""
        conn.said = ctx.choose(
            c.ACK, key=key, peer=conn.peer, situation=situation, next=conn.theirs(conn.expected),
            seq=conn.theirs(start), end=conn.theirs(after), have=conn.theirs(conn.expected - 1),
            highest=conn.theirs(conn.highest), said=conn.said,
        )  # fmt: skip

    def choose_window(self, ctx: Context, key: str, conn: Connection) -> None:
        """Choose which window the next segment offers."""
        value = ctx.choose(
            c.WINDOW, key=key, peer=conn.peer, next=conn.theirs(conn.expected), free=conn.free(self.buffer),
            promised=conn.promised,
        )  # fmt: skip
        conn.edge = conn.expected + value

    def ride(self, ctx: Context, key: str, conn: Connection) -> None:
        """An ACK that is due rides on the data that leave."""
        if conn.owed:
            self.choose_ack(ctx, key, conn, self.late_situation(conn), conn.expected, conn.expected)
            self.choose_window(ctx, key, conn)
            conn.owed = 0
            ctx.cancel_timer(("ack", key))

    def reopen(self, ctx: Context, key: str, conn: Connection, window: int) -> None:
        """Offer a window unasked. Like every segment, this one says what is expected next (RFC 9293, 3.10.7.4), so an
        ACK that is due leaves with it."""
        if conn.owed:
            self.choose_ack(ctx, key, conn, self.late_situation(conn), conn.expected, conn.expected)
        conn.edge = conn.expected + window
        self.emit(ctx, key, conn, conn.front, b"", Flags.ACK)

    def say(self, ctx: Context, key: str, conn: Connection) -> None:
        """A bare ACK of what is known: to a stray segment, a wrong ACK, a challenge. Throttled (RFC 5961, 7), lest two
        ends that disagree answer each other for ever."""
        conn.challenges += 1
        if conn.owed:
            self.acknowledge(ctx, key, conn, self.late_situation(conn))
        elif conn.challenges <= CHALLENGES:
            self.emit(ctx, key, conn, conn.front, b"", Flags.ACK)
        elif conn.challenges == CHALLENGES + 1:
            ctx.set_timer(("rest", key), REST)

    def late_situation(self, conn: Connection) -> str:
        if conn.shelf:
            return "beyond a hole"
        return "in order" if conn.owed else "unasked"

    def eat(self, ctx: Context, conn: Connection, count: int) -> None:
        bite, conn.unread = conn.unread[:count], conn.unread[count:]
        if bite:
            self.heard[conn.peer] = self.heard.get(conn.peer, b"") + bite
            ctx.deliver(bite)

    # The end of a line (RFC 9293, 3.6)

    def time_wait(self, ctx: Context, key: str, conn: Connection) -> None:
        conn.state = State.TIME_WAIT
        ctx.cancel_timer(("alarm", key))
        wait = self.linger(ctx, key, conn)
        if wait:
            ctx.set_timer(("linger", key), wait)
        else:
            self.gone(ctx, key, conn, "closed")

    def linger(self, ctx: Context, key: str, conn: Connection) -> int:
        wait: int = ctx.choose(c.LINGER, key=key, peer=conn.peer, msl_words=show_duration(self.msl))
        return wait

    def gone(self, ctx: Context, key: str, conn: Connection, how: str) -> None:
        self.eat(ctx, conn, len(conn.unread))
        self.known += min(conn.una, conn.end) - 1 if conn.una else 0
        self.ended.append((conn.peer, how))
        del self.connections[key]
        for kind in ("ack", "alarm", "probe", "close", "linger", "rest"):
            ctx.cancel_timer((kind, key))

    # Segments

    def emit(self, ctx: Context, key: str, conn: Connection, place: int, payload: bytes, flags: Flags) -> None:
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

    def reset(self, ctx: Context, conn: Connection) -> None:
        self.segments += 1
        ctx.send(
            conn.peer,
            Segment(self.port, conn.port, conn.ours(conn.front), conn.theirs(conn.expected), Flags.RST | Flags.ACK, 0),
        )

    def refuse(self, ctx: Context, source: str, segment: Segment) -> None:
        """RST to a segment that makes no sense here (RFC 9293, 3.5.2)."""
        if segment.flags & Flags.ACK:
            self.bare(ctx, source, segment, segment.acknowledgment, 0, Flags.RST)
        else:
            self.bare(ctx, source, segment, 0, segment.sequence + segment.length, Flags.RST | Flags.ACK)

    def bare(self, ctx: Context, to: str, segment: Segment, sequence: int, ack: int, flags: Flags) -> None:
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
        if len(self.connections) > 1:  # whose state would it be?
            unsaid = [peer for peer in self.still_writes if peer not in self.said_all]
            return {
                **{each.peer: each.state.value for each in self.connections.values()},
                **({"user writes on to": ", ".join(unsaid)} if unsaid else {}),
                "ended": ", ".join(f"{peer} {how}" for peer, how in self.ended) or "none",
                "ACKs sent": self.acks,
            }
        shown: dict[str, str | int] = {"state": conn.state.value, "peer": conn.peer}
        if conn.written:
            shown |= {
                "acknowledged": conn.ours(conn.una),
                "next to send": conn.ours(conn.nxt),
                "under way": f"{conn.flight} bytes",
                "send window": f"{conn.window} bytes",
                "cwnd": f"{conn.cwnd} bytes",
                "round trip": in_ms(conn.srtt) if conn.srtt >= 0 else "not measured",
                "time-out": in_ms(conn.rto),
            }
        if conn.expected and (not conn.written or conn.shelf or conn.expected > 1):
            shown |= {
                "next expected": conn.theirs(conn.expected),
                "held": ", ".join(str(conn.theirs(place)) for place in sorted(conn.shelf)) or "nothing",
                "unread": f"{len(conn.unread)} bytes",
            }
            if self.buffer < GREATEST_WINDOW:  # else there is always room, and nothing to promise
                shown |= {"room": f"{conn.free(self.buffer)} bytes", "promised": f"{conn.promised} bytes"}
            shown["last ACK"] = conn.said
        shown["ACKs sent"] = self.acks
        return shown
