"""One connection's record (RFC 9293, 3.3.1: the transmission control block) and the arithmetic of its sender: the
retransmission timer (RFC 6298) and the congestion window (RFC 5681).

Places in both streams are counted from the SYN (0) without end; `number_of` makes the 32-bit numbers of the wire.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from core.kernel.time import MILLISECOND, SECOND
from core.protocols.transport.tcp.messages import number_of, offset_of

GRANULARITY = MILLISECOND
"""G, the tick of the clock that measures round trips (RFC 6298, 2)."""
GREATEST_WINDOW = 65535
"""The most that the window field can say (RFC 9293, 3.1)."""


LATE, NEEDLESS, FILLED = "late", "needless", "lost"
"""How a hole was filled: by the segment itself; by itself, sooner than a copy could have been answered (the idea of
RFC 3522, 3.2); by the copy."""


class State(Enum):
    """The states of a connection (RFC 9293, 3.3.2); LISTEN is the endpoint's, not a connection's."""

    CLOSED = "CLOSED"
    SYN_SENT = "SYN-SENT"
    SYN_RECEIVED = "SYN-RECEIVED"
    ESTABLISHED = "ESTABLISHED"
    FIN_WAIT_1 = "FIN-WAIT-1"
    FIN_WAIT_2 = "FIN-WAIT-2"
    CLOSE_WAIT = "CLOSE-WAIT"
    CLOSING = "CLOSING"
    LAST_ACK = "LAST-ACK"
    TIME_WAIT = "TIME-WAIT"


SENDING = frozenset({State.ESTABLISHED, State.FIN_WAIT_1, State.CLOSE_WAIT, State.CLOSING, State.LAST_ACK})
"""States in which data or the FIN may still have to be sent."""
TAKING = frozenset({State.ESTABLISHED, State.FIN_WAIT_1, State.FIN_WAIT_2})
"""States in which data of the peer is taken."""

HEARD = frozenset({State.SYN_RECEIVED, *TAKING, State.CLOSE_WAIT})
"""States in which an ABORT tells the peer: it knows of the connection, and may still want it (RFC 9293, 3.10.5)."""


def initial_window(mss: int) -> int:
    """IW in bytes: 2, 3 or 4 segments by their size (RFC 5681, 3.1)."""
    return (2 if mss > 2190 else 3 if mss > 1095 else 4) * mss


@dataclass
class Connection:
    """One connection at one end. Bytes, and places in the streams; times in µs."""

    peer: str
    port: int
    passive: bool = False
    state: State = State.CLOSED
    # Ours to the peer
    iss: int = 0
    una: int = 0
    """SND.UNA: the oldest place not acknowledged."""
    nxt: int = 0
    """SND.NXT: the next place to send; a time-out takes it back to `una`."""
    top: int = 0
    """The place after all that was ever sent."""
    window: int = 0
    """SND.WND: what the peer takes from `una` on."""
    window_seq: int = 0
    window_ack: int = 0
    """SND.WL1 and SND.WL2: the segment that gave the window."""
    widest: int = 0
    mss: int = 536
    written: bytes = b""
    finish: bool = False
    """A FIN follows the last byte."""
    # The peer's to us
    irs: int = 0
    expected: int = 0
    """RCV.NXT: the next place expected."""
    edge: int = 0
    """The place after all that we promised to take: RCV.NXT + RCV.WND."""
    unread: bytes = b""
    """In order, not yet read by the user."""
    shelf: dict[int, bytes] = field(default_factory=dict)
    """Held beyond a hole, by place."""
    peer_end: int = -1
    """The place of the peer's FIN; -1 while unknown."""
    highest: int = 0
    """The place after the highest byte that ever arrived: what a wrong receiver acknowledges."""
    said: int = 0
    """The last acknowledgment number sent."""
    owed: int = 0
    """Segments that arrived since the last ACK left."""
    surprised: bool = False
    """An ACK is due now, for an end whose ACKs are sent by hand."""
    # Retransmission timer, RFC 6298
    srtt: int = -1
    rttvar: int = 0
    rto: int = SECOND
    tries: int = 0
    """Retransmissions of the oldest segment in a row."""
    probes: int = 0
    timed: int = -1
    """The place whose acknowledgment ends the measurement under way; -1: none."""
    timed_at: int = 0
    shaky: bool = False
    """The SYN had to be sent again."""
    challenges: int = 0
    """Bare ACKs said to strays, since the last progress or the last rest from them."""
    least_trip: int = -1
    """The shortest round trip measured."""
    copied: dict[int, int] = field(default_factory=dict)
    """When a place was sent again last."""
    healed: list[tuple[int, int, str]] = field(default_factory=list)
    """Of every hole that was knocked for or filled by a copy: its place, the knocks, how it was filled (see LATE)."""
    tail_silent: bool = False
    """Has nothing come for the last that was sent, in the time of two round trips?"""
    # Congestion, RFC 5681
    cwnd: int = 0
    ssthresh: int = GREATEST_WINDOW
    duplicates: int = 0
    recovering: bool = False
    turn: int = 0
    """Of a congestion window that is set once a round trip: the place whose acknowledgment ends this one."""
    gained: int = 0
    """What its ACKs have given so far (bytes)."""
    recover: int = 0
    """No fast retransmit below this place: its losses are being mended after a time-out."""

    # The stream we send

    @property
    def end(self) -> int:
        """The place after our last byte: our FIN's, once there is one."""
        return 1 + len(self.written)

    @property
    def last(self) -> int:
        """The place after all that is to be sent, the FIN counted."""
        return self.end + self.finish

    @property
    def front(self) -> int:
        """SND.NXT as the standard means it, where a segment without text stands: after all that was sent. A time-out
        does not take it back, lest the peer find its ACKs old. A probe's byte at a shut window is not counted: the
        peer will not have taken it."""
        return self.nxt if self.probes else self.top

    @property
    def flight(self) -> int:
        """FlightSize: bytes sent and not acknowledged (RFC 5681, 2)."""
        return self.top - self.una

    @property
    def unsent(self) -> int:
        """Data bytes from SND.NXT on."""
        return max(0, self.end - self.nxt)

    @property
    def usable(self) -> int:
        """Bytes that the receiver's window has room for, from SND.NXT on."""
        return max(0, self.una + self.window - self.nxt)

    @property
    def all_heard(self) -> bool:
        """Has the peer acknowledged every byte?"""
        return self.una >= self.end

    def ours(self, offset: int) -> int:
        """The wire number of a place in our stream."""
        return number_of(self.iss, offset)

    def ours_at(self, number: int) -> int:
        """The place in our stream that a number on the wire means."""
        return offset_of(self.iss, number, self.una)

    # The stream we receive

    def theirs(self, offset: int) -> int:
        """The wire number of a place in the peer's stream."""
        return number_of(self.irs, offset)

    def theirs_at(self, number: int) -> int:
        """The place in the peer's stream that a number on the wire means."""
        return offset_of(self.irs, number, self.expected)

    @property
    def held(self) -> int:
        """Bytes on the shelf."""
        return sum(map(len, self.shelf.values()))

    @property
    def promised(self) -> int:
        """RCV.WND: what we promised to take from RCV.NXT on."""
        return max(0, self.edge - self.expected)

    def free(self, buffer: int) -> int:
        """What the buffer could take from RCV.NXT on: held bytes lie inside it."""
        return max(0, buffer - len(self.unread))

    def good_window(self, buffer: int) -> int:
        """The window to advertise: it opens only by a full segment or half the buffer at once, and never moves its
        right edge back (RFC 9293, 3.8.6.2.2)."""
        free = min(self.free(buffer), GREATEST_WINDOW)
        if self.expected + free - self.edge >= min(buffer // 2, self.mss):
            return free
        return min(self.promised, GREATEST_WINDOW)

    def end_at(self, place: int) -> None:
        """The peer's FIN stands at this place: what would come behind it is no part of the stream."""
        if self.peer_end < 0 or place < self.peer_end:
            self.peer_end = place
            self.shelf = {at: data[: place - at] for at, data in self.shelf.items() if at < place}

    def take(self) -> None:
        """Move what the shelf continues in order to the unread bytes."""
        for place in sorted(self.shelf):
            if place > self.expected:
                break
            data = self.shelf.pop(place)
            if place + len(data) > self.expected:
                self.unread += data[self.expected - place :]
                self.expected = place + len(data)

    # RFC 6298

    def measured(self, round_trip: int, least: int, most: int) -> None:
        """A round trip was measured (RFC 6298, 2.2 and 2.3)."""
        self.least_trip = round_trip if self.least_trip < 0 else min(self.least_trip, round_trip)
        if self.srtt < 0:
            self.srtt, self.rttvar = round_trip, round_trip // 2
        else:
            self.rttvar = (3 * self.rttvar + abs(self.srtt - round_trip)) // 4
            self.srtt = (7 * self.srtt + round_trip) // 8
        self.rto = min(most, max(least, self.srtt + max(GRANULARITY, 4 * self.rttvar)))

    def heals(self, now: int) -> None:
        """What is missing has come: after how many knocks, and by which of its copies?"""
        again = self.copied.pop(self.una, None)
        if not self.duplicates and again is None:
            return
        how = LATE if again is None else FILLED
        if again is not None and now - again < self.least_trip:
            how = NEEDLESS
        self.healed.append((self.una, self.duplicates, how))

    # RFC 5681

    def grown(self, acknowledged: int) -> int:
        """cwnd after an ACK of so many new bytes (RFC 5681, 3.1: slow start, then equation 3)."""
        if self.cwnd < self.ssthresh:
            return self.cwnd + min(acknowledged, self.mss)
        return self.cwnd + max(1, self.mss * self.mss // self.cwnd)

    def grown_by_round(self) -> int:
        """cwnd after a round trip whose ACKs have given `gained` bytes (RFC 5681, 3.1: what they would have given one
        by one, in slow start; then a segment)."""
        if self.cwnd < self.ssthresh:
            return min(self.cwnd + self.gained, self.ssthresh)
        return self.cwnd + self.mss

    def half(self) -> int:
        """ssthresh after a loss (RFC 5681, equation 4)."""
        return max(self.flight // 2, 2 * self.mss)
