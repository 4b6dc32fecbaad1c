"""TCP framing for streams: the segments that a stream of the simulator does not have, made up consistently.

A stream in the simulator is reliable and ordered: it has opens, messages and ends, but no segments. For a capture they
get a handshake, sequence numbers, segments of at most an MSS, acknowledgments, and FIN or RST. Nothing is ever lost or
sent twice here: what a lossy link costs a stream is delay, and that the times show.

Where both ends of a stream are captured, each end's sight of it is a connection of its own: at the end that listened
the opener's port is shown as another one. Otherwise readers of captures would take what came for sent again.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Protocol as Interface

from core.export.ahead import Coming, cut_at
from core.export.carriage import EPHEMERAL_PORTS, FIRST_EPHEMERAL, SEEN_THERE, port_of
from core.export.spool import Entries
from core.kernel import trace as kinds
from core.kernel.trace import Entry
from core.kernel.world import World
from core.wire.tcp import TCP_OVER_IPV4, Flags, MaximumSegmentSize, Segment, WindowScale

MSS = 1460
"""Bytes of data in a segment: what an Ethernet's 1,500 leave after both headers."""
SCALE = 14
WINDOW = 65_535
"""With the greatest scale (RFC 7323, 2.3) a gigabyte: no window is ever in the way."""
NUMBERS = 1 << 32
NOTE = "a stream of the simulator has no segments: this TCP framing was made for the capture"


class Wire(Interface):
    """What takes the packets: when, at which node, the packet, the trace's number, words; `received` is the entry of
    the trace that a delivery is, if it is one."""

    def sent(self, time: int, node: str, data: bytes, entry: int, words: tuple[str, ...]) -> int: ...

    def delivered(
        self, packet: int, time: int, node: str, data: bytes, entry: int, words: tuple[str, ...],
        received: Entry | None = None,
    ) -> None: ...  # fmt: skip


@dataclass
class _End:
    """One end of a stream: places are counted from its SYN, 0."""

    name: str
    port: int
    first: int
    sent: int = 0
    """The next place to send."""
    heard: int = 0
    """The next place expected from the peer."""
    arrival: int = 0
    """When the last that it sent arrives at the peer (µs)."""
    lost_touch: bool = False
    """Something that it sent never arrives, so nothing after it does."""
    finished: bool = False
    reset: bool = False


@dataclass
class _Stream:
    name: str
    opener: str
    ends: dict[str, _End]
    apart: bool
    """Is each end's sight of it a connection of its own?"""
    coming: Coming
    stands: bool = False
    after: dict[int, int] = field(default_factory=dict)
    """By the number of a message's sending: the place after it."""

    def peer(self, node: str) -> _End:
        return next(end for name, end in self.ends.items() if name != node)

    def port(self, end: _End, where: str) -> int:
        """The port of this end as it is shown at the end of the node `where`."""
        return end.port + SEEN_THERE if self.apart and end.name == self.opener != where else end.port

    def told(self, where: str, words: tuple[str, ...]) -> tuple[str, ...]:
        """The words for a frame at the end of the node `where`."""
        opener = self.ends[self.opener]
        shown = self.port(opener, where)
        if shown == opener.port:
            return words
        return (*words, f"as seen by {where}, a connection of its own: port {opener.port} is shown as {shown} here")


class Framing:
    """Follows the trace's entries about streams, in order, and emits frames (not in order of time).

    `twice`: the nodes between which every packet is seen as sent and as delivered. A stream is let go of after the last
    entry about it.
    """

    def __init__(
        self,
        world: World,
        entries: Entries,
        wire: Wire,
        words_of: Callable[[Entry], tuple[str, ...]],
        twice: Collection[str],
    ) -> None:
        self._world = world
        self._entries = entries
        self._twice = twice
        self._wire = wire
        self._words_of = words_of
        self._streams: dict[str, _Stream] = {}
        self._protocols = sorted(world.scenario.protocols)
        self._begun = 0
        """How many streams were opened."""
        self._last: list[tuple[int, str]] = []
        """(number of the last entry about it, stream), as a heap."""
        self._cuts: list[tuple[int, int]] = []
        """(time, number of the entry that tells of it), as a heap: streams that will have been cut then."""
        self._order = 0
        self._later: list[tuple[int, int, _Stream, _End, int]] = []
        """(time, order, stream, end, entry): FINs that arrive then where the trace, whose end it is, has no entry."""

    # Entries

    def take(self, entry: Entry, coming: Coming | None) -> None:
        """One entry, with what comes of it: an open, a message sent, received or dropped, an end."""
        self._hear_fins(entry.time)
        words = self._words_of(entry)
        name = entry.detail if entry.kind in (kinds.OPEN, kinds.CLOSE, kinds.CLOSED) else entry.note
        if entry.kind == kinds.OPEN:
            assert coming is not None
            self._open(entry, coming, words)
            return
        if entry.kind == kinds.DROP:
            name = self._entries[entry.cause].note
        stream = self._streams.get(name)
        if stream is None:
            return
        if entry.kind == kinds.SEND:
            self._send(stream, entry, self._arrival(coming), words)
        elif entry.kind == kinds.RECEIVE:
            self._deliver(stream, entry, entry.node)
        elif entry.kind == kinds.DROP:
            self._deliver(stream, entry, entry.peer)
        elif entry.kind == kinds.CLOSE:
            self._close(stream, entry, self._arrival(coming), words)
        elif entry.kind == kinds.CLOSED:
            self._closed(stream, entry, words)

    def done(self, number: int) -> None:
        """All entries up to this one were taken: let go of the streams that no later one is about."""
        while self._last and self._last[0][0] <= number:
            self._streams.pop(heapq.heappop(self._last)[1], None)
        while self._cuts and self._cuts[0][1] <= number:
            heapq.heappop(self._cuts)

    @property
    def horizon(self) -> int | None:
        """The earliest time (µs) of a frame that later entries will make of the past; None if they make none."""
        times = [heap[0][0] for heap in (self._later, self._cuts) if heap]
        return min(times, default=None)

    def _arrival(self, coming: Coming | None) -> Entry | None:
        return None if coming is None or coming.arrival < 0 else self._entries[coming.arrival]

    def _open(self, entry: Entry, coming: Coming, words: tuple[str, ...]) -> None:
        world, opener, listener = self._world, entry.node, entry.peer
        if opener == listener:  # a stream to oneself is on no wire
            return
        ephemeral = FIRST_EPHEMERAL + self._begun % EPHEMERAL_PORTS
        there = world.nodes.get(listener)
        port = port_of(there.spec, self._protocols) if there is not None and there.spec.protocol else ephemeral
        stream = self._streams[entry.detail] = _Stream(
            entry.detail,
            opener,
            {
                opener: _End(opener, ephemeral, _first_number(entry.detail, opener)),
                listener: _End(listener, port, _first_number(entry.detail, listener)),
            },
            apart=opener in self._twice and listener in self._twice,
            coming=coming,
        )
        self._begun += 1
        heapq.heappush(self._last, (coming.last, entry.detail))
        for number, time in coming.cuts:
            heapq.heappush(self._cuts, (time, number))
        a, b = stream.ends[opener], stream.ends[listener]
        number = entry.number
        arrives = entry.time + world.latency(opener, listener) if coming.stands else None
        self._segment(stream, a, entry.time, arrives, number, Flags.SYN, words=(*words, NOTE))
        if arrives is None:
            return
        stream.stands = True
        b.heard = 1
        back = arrives + world.latency(listener, opener)
        self._segment(stream, b, arrives, back, number, Flags.SYN | Flags.ACK, words=(NOTE,))
        a.heard = 1
        self._ack(stream, a, back, number)

    def _send(self, stream: _Stream, entry: Entry, arrival: Entry | None, words: tuple[str, ...]) -> None:
        end = stream.ends[entry.node]
        data = self._world.bytes_of(entry)
        there: tuple[str, ...] = ()
        if arrival is not None:
            there = self._words_of(arrival)
            if arrival.kind == kinds.DROP and stream.coming.reset:
                arrival = None
        for start in range(0, len(data), MSS):
            piece = data[start : start + MSS]
            flags = Flags.ACK if start + MSS < len(data) else Flags.ACK | Flags.PSH
            part = (f"bytes {start + 1} to {start + len(piece)} of {len(data)}",) if len(data) > MSS else ()
            packet = self._made(stream, end, end.name, flags, piece)
            told = stream.told(end.name, (*words, *part, NOTE))
            sent = self._wire.sent(entry.time, end.name, packet, entry.number, told)
            if arrival is not None:
                name = stream.peer(end.name).name
                packet = self._made(stream, end, name, flags, piece) if stream.apart else packet
                told = stream.told(name, (*there, *part, NOTE))
                self._wire.delivered(sent, arrival.time, name, packet, arrival.number, told, arrival)
            end.sent += len(piece)
        if arrival is None:
            end.lost_touch = True
        else:
            end.arrival = max(end.arrival, arrival.time)
        stream.after[entry.number] = end.sent

    def _deliver(self, stream: _Stream, entry: Entry, node: str) -> None:
        """A message has arrived, for the handler or for nobody: it is acknowledged."""
        end = stream.ends[node]
        after = stream.after.pop(entry.cause, None)
        if after is None or end.reset:
            return
        end.heard = max(end.heard, after)
        if not self._answers_at_once(entry, stream, node):
            self._ack(stream, end, entry.time, entry.number)

    def _close(self, stream: _Stream, entry: Entry, arrival: Entry | None, words: tuple[str, ...]) -> None:
        end = stream.ends[entry.node]
        time = arrival.time if arrival is not None else None
        flags = Flags.RST | Flags.ACK if entry.note == "reset" else Flags.FIN | Flags.ACK
        if entry.note == "reset":
            end.reset = stream.peer(end.name).reset = True
        peer = stream.peer(end.name)
        if time is None and not end.reset and not end.lost_touch and peer.name in stream.coming.closers:
            # Both said goodbye: the peer's handler is not told, so the trace has no arrival.
            time = max(entry.time + self._world.latency(end.name, peer.name), end.arrival)
            self._fin_arrives(time, stream, peer, entry.number)
        end.finished = True
        self._segment(stream, end, entry.time, time, entry.number, flags, words=(*words, NOTE))

    def _closed(self, stream: _Stream, entry: Entry, words: tuple[str, ...]) -> None:
        end, peer = stream.ends[entry.node], stream.peer(entry.node)
        cause = self._entries[entry.cause] if entry.cause >= 0 else None
        if cause is None or cause.kind != kinds.CLOSE:
            self._cut_off(stream, end, peer, entry, cause, words)
        elif cause.note != "reset":
            self._last_words(stream, end, peer, entry)

    def _last_words(self, stream: _Stream, end: _End, peer: _End, entry: Entry) -> None:
        """The peer's FIN was heard: the answer is an ACK, with the own FIN if that has not been said."""
        end.heard = max(end.heard, peer.sent)
        if end.finished:
            self._ack(stream, end, entry.time, entry.number)
            return
        end.finished = True
        time = max(entry.time + self._world.latency(end.name, peer.name), end.arrival)
        self._segment(
            stream, end, entry.time, None if end.lost_touch else time, entry.number, Flags.FIN | Flags.ACK,
            words=(NOTE,),
        )  # fmt: skip
        if not end.lost_touch:
            self._fin_arrives(time, stream, peer, entry.number)

    def _fin_arrives(self, time: int, stream: _Stream, end: _End, number: int) -> None:
        """At `time` this end will hear the peer's FIN: after all else that arrives until then."""
        self._order += 1
        heapq.heappush(self._later, (time, self._order, stream, end, number))

    def _hear_fins(self, until: int | None = None) -> None:
        while self._later and (until is None or self._later[0][0] < until):
            time, _, stream, end, number = heapq.heappop(self._later)
            end.heard = max(end.heard, stream.peer(end.name).sent)
            self._ack(stream, end, time, number)

    def finish(self) -> None:
        """The trace is over: what is still on its way arrives."""
        self._hear_fins()

    def _cut_off(
        self, stream: _Stream, end: _End, peer: _End, entry: Entry, cause: Entry | None, words: tuple[str, ...]
    ) -> None:
        """The stream ended without a word of the peer's program: it crashed, or never was there."""
        if cause is not None and cause.kind == kinds.OPEN and not stream.stands and peer.name in self._world.nodes:
            return  # nobody answered
        sent = cut_at(self._world, self._entries, entry)
        assert sent is not None
        reason = "its host crashed: this reset stands for that" if cause is not None else "a reset"
        if stream.stands:
            end.reset = peer.reset = True
            flags = Flags.RST | Flags.ACK
            self._segment(stream, peer, sent, entry.time, entry.number, flags, (*words, reason, NOTE))

    # Segments

    def _answers_at_once(self, entry: Entry, stream: _Stream, node: str) -> bool:
        """Does the same event send on the same stream, so that the ACK rides on that?"""
        for later in self._entries.since(entry.number + 1):
            if later.event != entry.event:
                return False
            if later.kind == kinds.SEND and later.node == node and later.note == stream.name:
                return True
        return False

    def _ack(self, stream: _Stream, end: _End, time: int, number: int) -> None:
        peer = stream.peer(end.name)
        arrival = max(time + self._world.latency(end.name, peer.name), end.arrival)
        self._segment(stream, end, time, None if end.lost_touch else arrival, number, Flags.ACK, words=(NOTE,))

    def _segment(
        self, stream: _Stream, end: _End, time: int, arrival: int | None, number: int, flags: Flags,
        words: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        """A segment without data leaves `end` at `time`, and arrives (None: never)."""
        peer = stream.peer(end.name)
        leaves, comes = (self._made(stream, end, where, flags) for where in (end.name, peer.name))
        sent = self._wire.sent(time, end.name, leaves, number, stream.told(end.name, words))
        end.sent += bool(flags & (Flags.SYN | Flags.FIN))
        if arrival is not None:
            end.arrival = max(end.arrival, arrival)
            self._wire.delivered(sent, arrival, peer.name, comes, number, stream.told(peer.name, words))

    def _made(self, stream: _Stream, end: _End, where: str, flags: Flags, payload: bytes = b"") -> bytes:
        """The packet that `end` sends, as it is seen at the end of the node `where`."""
        peer = stream.peer(end.name)
        syn = bool(flags & Flags.SYN)
        segment = Segment(
            source_port=stream.port(end, where),
            destination_port=stream.port(peer, where),
            sequence=(end.first + end.sent) % NUMBERS,
            acknowledgment=(peer.first + end.heard) % NUMBERS if flags & Flags.ACK else 0,
            flags=flags,
            window=0 if flags & Flags.RST else WINDOW,
            options=(MaximumSegmentSize(MSS), WindowScale(SCALE)) if syn else (),
            payload=payload,
        )
        return TCP_OVER_IPV4.encode(segment, self._world.envelope(end.name, peer.name))


def _first_number(stream: str, end: str) -> int:
    """An initial sequence number that is the same for every export of the same run."""
    return int.from_bytes(blake2b(f"{stream} {end}".encode(), digest_size=4).digest(), "big")
