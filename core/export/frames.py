"""Every packet of a run as real IPv4 packets: as sent and as delivered, at all ends or chosen ones; or once, as sent.

Readers of captures follow TCP connections by addresses and ports alone. If a segment lies twice in a file, once as it
left and once as it came, they take the second for a retransmission; and where the two copies of a long message meet
what was sent in between, they call it malformed. For streams, whose segments are made here, core.export.framing keeps
the two sights apart. Where a room's own messages are TCP segments, their ports are not ours to change: there the whole
network is best seen `once`, every packet where its sender sent it. What became of it (when it was delivered, with which
bits flipped, why it never came) is said in its comments then, and only what nobody in this world sent lies there as
delivered.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from core.export.ahead import Coming, with_coming
from core.export.carriage import (
    SHOWN_ELSEWHERE,
    TIME_TO_LIVE,
    datagrams,
    flipped,
    is_ipv4,
    is_tcp,
    off_http,
    port_of,
    with_ttl,
)
from core.export.framing import Framing
from core.export.moves import Move, fates_in, moves_in
from core.export.order import Mark, Marks
from core.export.spool import Entries, Spool
from core.kernel import trace as kinds
from core.kernel.network import FATE
from core.kernel.protocol import Protocol
from core.kernel.scenario import NETWORK
from core.kernel.time import show_duration
from core.kernel.told import entry_words
from core.kernel.trace import Entry
from core.kernel.world import World

NOT_YET = "it is not delivered before the run ends"
ANOTHER_SIGHT = "another sight of frame"
"""Begins a comment of every frame whose packet was seen before in the file: a display filter can hide them by it."""
ON_STREAMS = frozenset({kinds.OPEN, kinds.CLOSE, kinds.CLOSED})


@dataclass(frozen=True)
class Frame:
    """One packet at one end: `time` in µs, `entry` the trace's number, `outbound` as seen from `node`.

    `packet` numbers the packets: what is seen of one packet at several ends has one number.
    """

    time: int
    node: str
    outbound: bool
    data: bytes
    entry: int
    packet: int
    comments: tuple[str, ...] = ()
    mark: Mark = Mark.IN_ORDER


class Frames:
    """Frames in the order of time: a sequence that lies on a disk."""

    def __init__(self, folder: Path | None = None) -> None:
        self._spool: Spool[tuple[Frame, int]] = Spool(folder)
        self._moves: dict[int, list[Move]] = {}

    def put(self, frame: Frame, seen: int) -> None:
        """The next frame; `seen`: the number of the frame, counted from 1, in which its packet was seen first; 0 if
        that is this one."""
        self._spool.append((frame, seen))

    def tell(self, place: int, move: Move) -> None:
        """A move of the player is told with this frame."""
        self._moves.setdefault(place, []).append(move)

    def __len__(self) -> int:
        return len(self._spool)

    def __getitem__(self, place: int) -> Frame:
        return self._whole(place % len(self), *self._spool[place])

    def __iter__(self) -> Iterator[Frame]:
        for place, (frame, seen) in enumerate(self._spool):
            yield self._whole(place, frame, seen)

    def _whole(self, place: int, frame: Frame, seen: int) -> Frame:
        """With what was known only later. A frame whose packet was seen before says at which, as readers count them."""
        again = (f"{ANOTHER_SIGHT} {seen}",) if seen else ()
        more = (*self._moves.get(place, ()), *again)
        return replace(frame, comments=(*frame.comments, *more)) if more else frame


@dataclass(frozen=True)
class Seen:
    """What was captured: the frames, notes about them, and who takes part by its IPv4 address, strangers too."""

    frames: Frames
    notes: tuple[str, ...]
    names: dict[int, str]


def frames_of(
    world: World, at: Collection[str], once: bool, entries: Entries | None = None, folder: Path | None = None
) -> Seen:
    """The frames that these nodes saw, in the order of time.

    With `once` a packet from one of them to another is there as sent, and not as delivered; without, what was seen
    before says so. `entries`: the trace of the run, if the world has let go of it; `folder`: where temporary files lie.
    What is in memory does not grow with the run, but for the player's moves. Raises CodecError if a message cannot be
    put into bytes.
    """
    entries = world.trace if entries is None else entries
    capture = _Capture(world, entries, frozenset(at), once, folder)
    for entry, coming in with_coming(world, entries, folder):
        capture.take(entry, coming)
    return capture.finished()


@dataclass
class _Untold:
    """A move in an event that may have sent and received nothing: where it would be told. See `_Capture._tell`."""

    entry: Entry
    name: str
    value: str
    own: int = -1
    """The first frame of that node behind it; `any`: of whatever node."""
    any: int = -1

    def precedes(self, frame: Frame) -> bool:
        return frame.time > self.entry.time or (frame.time == self.entry.time and frame.entry > self.entry.number)


def segments_in(world: World, entries: Entries | None = None) -> bool:
    """Are any of the messages sent TCP segments themselves, with ports of their own?"""
    if not any(is_ipv4(protocol) for protocol in world.scenario.protocols.values()):
        return False
    return any(
        entry.kind == kinds.SEND
        and (protocol := world.protocol_of(entry)) is not None
        and is_ipv4(protocol)
        and is_tcp(world.bytes_of(entry))
        for entry in (world.trace if entries is None else entries).since(0)
    )


class _Capture:
    def __init__(
        self, world: World, entries: Entries, at: frozenset[str], once: bool, folder: Path | None = None
    ) -> None:
        self._world = world
        self._entries = entries
        self._at = at
        """The nodes at whose ends packets are seen."""
        self._once = once
        self._made = 0
        """How many packets there are."""
        self._held: list[tuple[int, int, Frame]] = []
        """(time, order, frame) of the frames that are not put yet, as a heap: at one moment, the order of causes."""
        self._emitted = 0
        self._frames = Frames(folder)
        self._sights: dict[int, int] = {}
        """By the number of a packet: how many of the frames held are of it."""
        self._first: dict[int, int] = {}
        """By the number of a packet of which more may be seen: at which frame it was seen first."""
        self._settles: list[tuple[int, int, str]] = []
        """(last entry about it, sending, to whom), as a heap, of all sendings of which something comes."""
        self._open: set[int] = set()
        """The numbers of the packets of these."""
        self._fates: dict[int, list[str]] = {}
        """By the number of a packet that is seen once: what became of it."""
        self._under_way: set[int] = set()
        """The numbers of the packets that were sent and neither came nor are said never to arrive."""
        self._whole_network = not world.scenario.live and all(name in at for name in world.nodes)
        """Is all seen that comes anywhere? What came to a real peer, only the peer saw."""
        speaks_http = any(name.partition("_")[0] == "http" for name in world.scenario.protocols)
        self._no_http = not speaks_http and not world.scenario.live  # what a real peer sent stays as it was
        self._protocols = sorted(world.scenario.protocols)
        self._framing = Framing(world, entries, self, self._words, frozenset() if once else at)
        self._packets: dict[int, list[tuple[int, bytes]]] = {}
        """By the number of a sending: its packets as sent, with their numbers."""
        self._routers: dict[int, list[str]] = {}
        """By the number of a sending: the routers that it passed, in order."""
        self._played = fates_in(world, entries)
        """By the number of a sending: what the player, being the network, did to it."""
        self._marks, self._whole = Marks(), Marks()
        """What is seen at every end; what is seen where every packet is seen once."""
        self._elsewhere = False
        """Was a port shown as another?"""
        self._saved: list[Entry] = []
        """What was saved in this event until now."""
        self._untold: list[_Untold] = []
        self._next_own: dict[str, list[_Untold]] = {}
        self._next_any: list[_Untold] = []
        """Those that have found no frame yet, of their own node or at all."""
        self._told: set[int] = set()
        """The numbers of the entries whose moves are told where they were made."""
        self._strangers: dict[str, None] = {}

    def take(self, entry: Entry, coming: Coming | None) -> None:
        """One entry of the trace, with what comes of it."""
        self._put(entry.time - 1)
        kind = entry.kind
        if entry.peer and entry.peer not in self._world.nodes:
            self._strangers[entry.peer] = None
        self._await_moves(entry)
        if kind == kinds.SAVE:
            if self._saved and self._saved[-1].event != entry.event:
                self._saved.clear()
            self._saved.append(entry)
        if kind in ON_STREAMS or self._on_stream(entry):
            self._framing.take(entry, coming)
        elif kind == kinds.SEND:
            assert coming is not None
            self._sent(entry, coming)
        elif kind == kinds.FORWARD:
            self._forwarded(entry)
        elif kind in (kinds.RECEIVE, kinds.GARBLED):
            self._delivered(entry)
        self._framing.done(entry.number)
        while self._settles and self._settles[0][0] <= entry.number:
            self._settle(*heapq.heappop(self._settles)[1:])

    def finished(self) -> Seen:
        """The trace is over: all that was seen."""
        self._framing.finish()
        self._put(None)
        for untold in self._untold:
            if untold.entry.number not in self._told and len(self._frames):
                self._tell(untold)
        names = [*self._world.nodes, *self._strangers]
        addresses: dict[int, str] = {}
        for name in names:
            addresses.setdefault(self._world.envelope(name, name).source_address, name)
        return Seen(self._frames, (SHOWN_ELSEWHERE,) if self._elsewhere else (), addresses)

    def _settle(self, sending: int, destination: str) -> None:
        """Nothing more comes of this sending."""
        for packet, _ in self._packets.pop(sending, ()):
            self._open.discard(packet)
        self._routers.pop(sending, None)
        self._marks.forget(sending, destination)

    # Frames, in the order of time

    def _put(self, until: int | None) -> None:
        """Put the frames up to this time (µs; None: all) of whose packets, and of whose past, all is known."""
        horizon = self._framing.horizon
        if until is not None and horizon is not None:
            until = min(until, horizon)
        held, sights, first = self._held, self._sights, self._first
        while held and (until is None or held[0][0] <= until):
            packet = held[0][2].packet
            if packet in self._open and until is not None:
                return
            frame = heapq.heappop(held)[2]
            place = len(self._frames)
            seen = first.setdefault(packet, place)
            self._frames.put(self._with_fate(frame), seen + 1 if seen != place else 0)
            self._find_places(frame, place)
            sights[packet] -= 1
            if not sights[packet]:
                del sights[packet], first[packet]
                self._fates.pop(packet, None)
                self._under_way.discard(packet)

    def _with_fate(self, frame: Frame) -> Frame:
        """The frame with what became of its packet, as far as no other frame shows it."""
        fate = self._fates.get(frame.packet, [])
        if self._whole_network and frame.packet in self._under_way:
            fate = [*fate, NOT_YET]
        return replace(frame, comments=(*frame.comments, *fate)) if fate else frame

    # Moves that nothing was sent or received with

    def _await_moves(self, entry: Entry) -> None:
        """What the player answered in events that sent and received nothing is told at the next packet of that node.

        If it sends nothing more, then at the network's next packet, or the last.
        """
        if entry.node not in self._at:
            return
        for name, value in moves_in(self._world, entry):
            untold = _Untold(entry, name, value)
            self._untold.append(untold)
            self._next_own.setdefault(entry.node, []).append(untold)
            self._next_any.append(untold)

    def _find_places(self, frame: Frame, place: int) -> None:
        """This frame is put at this place: moves before it may be told there."""
        if self._next_any:
            for untold in self._next_any:
                if untold.precedes(frame):
                    untold.any = place
            self._next_any = [untold for untold in self._next_any if untold.any < 0]
        waiting = self._next_own.get(frame.node)
        if waiting:
            for untold in waiting:
                if untold.precedes(frame):
                    untold.own = place
            self._next_own[frame.node] = [untold for untold in waiting if untold.own < 0]

    def _tell(self, untold: _Untold) -> None:
        place = next((place for place in (untold.own, untold.any) if place >= 0), len(self._frames) - 1)
        number, where = untold.entry.number, f" ({_seconds(untold.entry.time)}, trace {untold.entry.number})"
        self._frames.tell(place, Move(untold.name, untold.value, number, where))

    def _on_stream(self, entry: Entry) -> bool:
        if entry.kind in (kinds.SEND, kinds.RECEIVE):
            return bool(entry.note)
        if entry.kind == kinds.DROP and entry.cause >= 0:
            return bool(self._entries[entry.cause].note)
        return False

    # What is seen of a packet

    def sent(
        self, time: int, node: str, data: bytes, entry: int, words: tuple[str, ...], mark: Mark = Mark.IN_ORDER
    ) -> int:
        """A packet leaves the node that made it; its number."""
        self._made += 1
        self._under_way.add(self._made)
        if self._once and node in self._at:
            self._fates[self._made] = []
        self._see(Frame(time, node, True, data, entry, self._made, words, mark))
        return self._made

    def delivered(
        self, packet: int, time: int, node: str, data: bytes, entry: int, words: tuple[str, ...],
        received: Entry | None = None, mark: Mark = Mark.IN_ORDER, flips: str = "",
    ) -> None:  # fmt: skip
        """A packet that was `sent`, or a copy of it, comes to where it was sent to; `received` is the trace's entry."""
        if time <= self._world.now:
            self._under_way.discard(packet)
        if packet not in self._fates:
            self._see(Frame(time, node, False, data, entry, packet, words, mark))
        elif time <= self._world.now and node in self._at:
            fate = self._fates[packet]
            again = " once more" if any(told.startswith("delivered") for told in fate) else ""
            late = ", after what was sent behind it" if mark is Mark.OVERTAKEN else ""
            where = f", trace {received.number}" if received is not None else ""
            fate.append(f"delivered{again} to {node} at {_seconds(time)}{where}{late}{flips}")
            moves = self._moves_words(received) if received is not None else ()
            fate += moves
            self._told.update(move.entry for move in moves)

    def _see(self, frame: Frame) -> None:
        if frame.time <= self._world.now and frame.node in self._at:
            if frame.mark is not Mark.IN_ORDER:
                frame = replace(frame, comments=(*frame.comments, frame.mark.value))
            self._emitted += 1
            self._sights[frame.packet] = self._sights.get(frame.packet, 0) + 1
            heapq.heappush(self._held, (frame.time, self._emitted, frame))
            self._told.update(words.entry for words in frame.comments if isinstance(words, Move))

    # Datagrams

    def _sent(self, entry: Entry, coming: Coming) -> None:
        if entry.peer == entry.node:
            return
        words = self._words(entry)
        why = coming.dropped
        if why is not None:
            words += (f"{'a copy of it is lost' if coming.came else 'it never arrives'}: {why}",)
        if entry.number in self._played:
            words += (Move(FATE.name, self._played[entry.number], entry.number),)
        packets = self._packets[entry.number] = []
        for packet in self._packed(entry):
            mark = self._as_seen(entry.node, packet, self._marks.sent(entry.node, packet, entry.number))
            number = self.sent(entry.time, entry.node, packet, entry.number, words, mark)
            packets.append((number, packet))
            self._open.add(number)
            if why is not None:
                self._under_way.discard(number)
        heapq.heappush(self._settles, (coming.last, entry.number, entry.peer))

    def _as_seen(self, node: str, data: bytes, mark: Mark) -> Mark:
        """The mark for a frame: that of its end, or that of the one place for all."""
        if not self._once:
            return mark
        return self._whole.seen("", data) if node in self._at else Mark.IN_ORDER

    def _forwarded(self, entry: Entry) -> None:
        routers = self._routers.setdefault(entry.cause, [])
        if entry.node not in routers:
            routers.append(entry.node)
        words = self._words(entry)
        ttl = TIME_TO_LIVE - 1 - routers.index(entry.node)
        for packet, data in self._packets.get(entry.cause, ()):
            if packet in self._fates:
                self._fates[packet].append(f"passed on by {entry.node} at {_seconds(entry.time)}, trace {entry.number}")
                continue
            envelope = self._world.envelope(*self._world.ends(self._entries[entry.cause]))
            shown = with_ttl(data, ttl, envelope)
            mark = self._marks.seen(entry.node, shown)
            self._see(Frame(entry.time, entry.node, True, shown, entry.number, packet, words, mark))

    def _delivered(self, entry: Entry) -> None:
        protocol = self._world.protocol_of(entry)
        if entry.peer == entry.node or protocol is None:
            return
        if entry.kind == kinds.GARBLED and entry.cause < 0 and protocol.service == "stream":
            return  # noise on a live stream: which one, the trace does not tell
        words = self._words(entry)
        sent = self._packets.get(entry.cause)
        if sent is None:
            stranger = ("nobody in this world sent it",) if entry.cause < 0 else ()
            for data in self._packed(entry):
                self._made += 1
                mark = self._as_seen(entry.node, data, self._marks.delivered(entry.node, data, -1))
                came = (*words, *stranger)
                self._see(Frame(entry.time, entry.node, False, data, entry.number, self._made, came, mark))
            return
        arrived = self._arrived(entry, protocol, [data for _, data in sent])
        for (packet, before), data in zip(sent, arrived, strict=True):
            mark = self._marks.delivered(entry.node, data, entry.cause)
            if packet not in self._fates:
                mark = self._as_seen(entry.node, data, mark)
            flips = _flips(before, data) if self._flipped(entry) else ""
            found = (*words, "bits flipped on the way") if self._flipped(entry) else words
            self.delivered(packet, entry.time, entry.node, data, entry.number, found, entry, mark, flips)

    def _flipped(self, entry: Entry) -> bool:
        return entry.kind == kinds.GARBLED or entry.detail != self._entries[entry.cause].detail

    def _arrived(self, entry: Entry, protocol: Protocol, sent: list[bytes]) -> list[bytes]:
        """The packets that were `sent` as they came."""
        world = self._world
        envelope = world.envelope(*world.ends(entry))
        if self._flipped(entry):
            data = world.bytes_of(entry)
            if is_ipv4(protocol):
                return [self._shown(data)]
            return flipped(sent, envelope, self._ports(*world.ends(entry)), data)
        hops = len(self._routers.get(entry.cause, ()))
        return [with_ttl(data, TIME_TO_LIVE - hops, envelope) for data in sent] if hops else sent

    def _packed(self, entry: Entry) -> list[bytes]:
        """The packets that carry a message."""
        world = self._world
        protocol = world.protocol_of(entry)
        assert protocol is not None
        data = world.bytes_of(entry)
        source, destination = world.ends(entry)
        if is_ipv4(protocol):
            return [self._shown(data)]
        return datagrams(world.envelope(source, destination), self._ports(source, destination), data)

    def _shown(self, data: bytes) -> bytes:
        if not self._no_http:
            return data
        shown = off_http(data)
        self._elsewhere = self._elsewhere or shown != data
        return shown

    def _ports(self, source: str, destination: str) -> tuple[int, int]:
        nodes = self._world.nodes
        known = [
            port_of(nodes[name].spec, self._protocols)
            for name in (source, destination)
            if name in nodes and nodes[name].spec.protocol
        ]
        return known[0], known[-1]

    # Words

    def _words(self, entry: Entry) -> tuple[str, ...]:
        """The comments that every frame of an entry gets: its number, what it is, the player's moves that led here."""
        where = entry.node if entry.node != NETWORK else "the network"
        words = (f"trace {entry.number}, {show_duration(entry.time)}, {where}: {entry_words(entry)}",)
        return (*words, *self._disk_words(entry), *self._moves_words(entry))

    def _disk_words(self, entry: Entry) -> tuple[str, ...]:
        """What the node had saved in the same handler when it sent this; after it received this, what it saved then,
        and what a crash tore."""
        if entry.kind == kinds.SEND and entry.cause >= 0:
            found = [one for one in self._saved if one.cause == entry.cause and one.node == entry.node]
            return tuple(f"{entry.node} before it {entry_words(one)}" for one in found)
        if entry.kind == kinds.RECEIVE:
            same = takewhile(lambda later: later.event == entry.event, self._entries.since(entry.number + 1))
            disk = [one for one in same if one.kind in (kinds.SAVE, kinds.CRASH) and one.cause == entry.number]
            return tuple(f"{entry.node} then: {entry_words(one)}" for one in disk)
        return ()

    def _moves_words(self, entry: Entry) -> tuple[Move, ...]:
        """What the player answered in the event that sent this, or that received it."""
        event = entry
        if entry.kind in (kinds.SEND, kinds.OPEN, kinds.CLOSE) and entry.cause >= 0:
            event = self._entries[entry.cause]
        if event.node != entry.node:
            return ()
        return tuple(Move(name, value, event.number) for name, value in moves_in(self._world, event))


def _seconds(time: int) -> str:
    """A time to the microsecond, as readers of captures show them."""
    return f"{time // 1_000_000}.{time % 1_000_000:06d} s"


def _flips(before: bytes, after: bytes) -> str:
    """Which bytes of a packet came otherwise than they were sent, as captures count them."""
    places = [place for place, (a, b) in enumerate(zip(before, after, strict=False)) if a != b]
    told = [f"byte 0x{place:02x} came as {after[place]:02x}, sent as {before[place]:02x}" for place in places[:8]]
    rest = [f"{len(places) - 8} more"] if len(places) > 8 else []
    return f", with bits flipped on the way: {', '.join(told + rest)}"
