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

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

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
from core.kernel import trace as kinds
from core.kernel.network import FATE
from core.kernel.protocol import Protocol
from core.kernel.scenario import NETWORK
from core.kernel.sight import entry_words
from core.kernel.time import show_duration
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


def frames_of(world: World, at: Collection[str], once: bool) -> tuple[list[Frame], tuple[str, ...]]:
    """The frames that these nodes saw, in the order of time, and notes about them.

    With `once` a packet from one of them to another is there as sent, and not as delivered; without, what was seen
    before says so. Raises CodecError if a message cannot be put into bytes.
    """
    capture = _Capture(world, frozenset(at), once)
    for entry in world.trace:
        capture.take(entry)
    # Sorting is stable: at one moment, the order of causes.
    frames = sorted(capture.finished(), key=lambda frame: frame.time)
    _tell_other_moves(world, frames, at)
    _tell_other_sights(frames)
    return frames, (SHOWN_ELSEWHERE,) if capture.elsewhere else ()


def _tell_other_moves(world: World, frames: list[Frame], at: Collection[str]) -> None:
    """What the player answered in events that sent and received nothing is told at the next packet of that node.

    If it sends nothing more, then at the network's next packet, or the last.
    """
    told = {words.entry for frame in frames for words in frame.comments if isinstance(words, Move)}
    by_node: dict[str, list[int]] = defaultdict(list)
    for place, frame in enumerate(frames):
        by_node[frame.node].append(place)
    for entry in world.trace if frames else ():
        if entry.node not in at or entry.number in told:
            continue
        for name, value in moves_in(world, entry):
            places = (_next(frames, found, entry) for found in (by_node[entry.node], range(len(frames))))
            place = next((place for place in places if place is not None), len(frames) - 1)
            move = Move(name, value, entry.number, f" ({_seconds(entry.time)}, trace {entry.number})")
            frames[place] = replace(frames[place], comments=(*frames[place].comments, move))


def _tell_other_sights(frames: list[Frame]) -> None:
    """A frame whose packet was seen before in the file says at which frame, counted from 1 as readers do."""
    first: dict[int, int] = {}
    for place, frame in enumerate(frames):
        seen = first.setdefault(frame.packet, place)
        if seen != place:
            frames[place] = replace(frame, comments=(*frame.comments, f"{ANOTHER_SIGHT} {seen + 1}"))


def segments_in(world: World) -> bool:
    """Are any of the messages sent TCP segments themselves, with ports of their own?"""
    return any(
        entry.kind == kinds.SEND
        and (protocol := world.protocol_of(entry)) is not None
        and is_ipv4(protocol)
        and is_tcp(world.bytes_of(entry))
        for entry in world.trace
    )


def _next(frames: list[Frame], places: Sequence[int], entry: Entry) -> int | None:
    """The first of these places at which a frame comes after the entry."""
    start = bisect_left(places, entry.time, key=lambda place: frames[place].time)
    for place in places[start:]:
        if frames[place].time > entry.time or frames[place].entry > entry.number:
            return place
    return None


class _Capture:
    def __init__(self, world: World, at: frozenset[str], once: bool) -> None:
        self._frames: list[Frame] = []
        self._world = world
        self._at = at
        """The nodes at whose ends packets are seen."""
        self._once = once
        self._made = 0
        """How many packets there are."""
        self._fates: dict[int, list[str]] = {}
        """By the number of a packet that is seen once: what became of it."""
        self._under_way: set[int] = set()
        """The numbers of the packets that were sent and neither came nor are said never to arrive."""
        self._whole_network = not world.scenario.live and all(name in at for name in world.nodes)
        """Is all seen that comes anywhere? What came to a real peer, only the peer saw."""
        speaks_http = any(name.partition("_")[0] == "http" for name in world.scenario.protocols)
        self._no_http = not speaks_http and not world.scenario.live  # what a real peer sent stays as it was
        self._protocols = sorted(world.scenario.protocols)
        self._framing = Framing(world, self, self._words, frozenset() if once else at)
        self._packets: dict[int, list[tuple[int, bytes]]] = {}
        """By the number of a sending: its packets as sent, with their numbers."""
        self._routers: dict[int, list[str]] = {}
        """By the number of a sending: the routers that it passed, in order."""
        self._dropped: dict[int, str] = {}
        self._came = {entry.cause for entry in world.trace if entry.kind in (kinds.RECEIVE, kinds.GARBLED)}
        """The numbers of the sendings of which a copy at least was delivered."""
        self._played = fates_in(world)
        """By the number of a sending: what the player, being the network, did to it."""
        self._marks, self._whole = Marks(), Marks()
        """What is seen at every end; what is seen where every packet is seen once."""
        self.elsewhere = False
        """Was a port shown as another?"""
        self._disks: dict[int, list[Entry]] = defaultdict(list)
        """By the number of the event that led to it: what was saved then, and the crash that ended it."""
        for entry in world.trace:
            if entry.kind == kinds.DROP and entry.cause >= 0:
                self._dropped.setdefault(entry.cause, entry.note)
            elif entry.kind in (kinds.SAVE, kinds.CRASH):
                self._disks[entry.cause].append(entry)

    def take(self, entry: Entry) -> None:
        """One entry of the trace."""
        kind = entry.kind
        if kind in ON_STREAMS or self._on_stream(entry):
            self._framing.take(entry)
        elif kind == kinds.SEND:
            self._sent(entry)
        elif kind == kinds.FORWARD:
            self._forwarded(entry)
        elif kind in (kinds.RECEIVE, kinds.GARBLED):
            self._delivered(entry)

    def finished(self) -> list[Frame]:
        """The trace is over: the frames, not in the order of time."""
        self._framing.finish()
        return [self._told(frame) for frame in self._frames]

    def _told(self, frame: Frame) -> Frame:
        """The frame with what became of its packet, as far as no other frame shows it."""
        fate = self._fates.get(frame.packet, [])
        if self._whole_network and frame.packet in self._under_way:
            fate = [*fate, NOT_YET]
        return replace(frame, comments=(*frame.comments, *fate)) if fate else frame

    def _on_stream(self, entry: Entry) -> bool:
        if entry.kind in (kinds.SEND, kinds.RECEIVE):
            return bool(entry.note)
        if entry.kind == kinds.DROP and entry.cause >= 0:
            return bool(self._world.trace[entry.cause].note)
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
            fate += self._moves_words(received) if received is not None else ()

    def _see(self, frame: Frame) -> None:
        if frame.time <= self._world.now and frame.node in self._at:
            if frame.mark is not Mark.IN_ORDER:
                frame = replace(frame, comments=(*frame.comments, frame.mark.value))
            self._frames.append(frame)

    # Datagrams

    def _sent(self, entry: Entry) -> None:
        if entry.peer == entry.node:
            return
        words = self._words(entry)
        why = self._dropped.get(entry.number)
        if why is not None:
            words += (f"{'a copy of it is lost' if entry.number in self._came else 'it never arrives'}: {why}",)
        if entry.number in self._played:
            words += (Move(FATE.name, self._played[entry.number], entry.number),)
        packets = self._packets[entry.number] = []
        for packet in self._packed(entry):
            mark = self._as_seen(entry.node, packet, self._marks.sent(entry.node, packet, entry.number))
            number = self.sent(entry.time, entry.node, packet, entry.number, words, mark)
            packets.append((number, packet))
            if why is not None:
                self._under_way.discard(number)

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
            envelope = self._world.envelope(*self._world.ends(self._world.trace[entry.cause]))
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
        return entry.kind == kinds.GARBLED or entry.detail != self._world.trace[entry.cause].detail

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
        self.elsewhere = self.elsewhere or shown != data
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
            found = [one for one in self._disks.get(entry.cause, ()) if one.number < entry.number]
            return tuple(f"{entry.node} before it {entry_words(one)}" for one in found if one.node == entry.node)
        if entry.kind == kinds.RECEIVE:
            return tuple(f"{entry.node} then: {entry_words(one)}" for one in self._disks.get(entry.number, ()))
        return ()

    def _moves_words(self, entry: Entry) -> tuple[Move, ...]:
        """What the player answered in the event that sent this, or that received it."""
        event = entry
        if entry.kind in (kinds.SEND, kinds.OPEN, kinds.CLOSE) and entry.cause >= 0:
            event = self._world.trace[entry.cause]
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


def names_of(world: World) -> dict[int, str]:
    """The nodes' IPv4 addresses, and those of strangers who appear in the trace, with their names."""
    names = {world.envelope(name, name).source_address: name for name in world.nodes}
    for entry in world.trace:
        if entry.peer and entry.peer not in world.nodes:
            names.setdefault(world.envelope(entry.peer, entry.peer).source_address, entry.peer)
    return names
