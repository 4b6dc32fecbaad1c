"""Every packet of a run as real IPv4 packets, at both ends: as sent, and as delivered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from core.export.carriage import SHOWN_ELSEWHERE, TIME_TO_LIVE, datagrams, flipped, is_ipv4, off_http, port_of, with_ttl
from core.export.framing import Framing
from core.export.moves import moves_in
from core.export.order import Mark, Marks
from core.kernel import trace as kinds
from core.kernel.protocol import Protocol
from core.kernel.scenario import NETWORK, NetworkSeat
from core.kernel.sight import entry_words
from core.kernel.time import show_duration
from core.kernel.trace import Entry
from core.kernel.world import World

ON_STREAMS = frozenset({kinds.OPEN, kinds.CLOSE, kinds.CLOSED})


@dataclass(frozen=True)
class Frame:
    """One packet at one end: `time` in µs, `entry` the trace's number, `outbound` as seen from `node`."""

    time: int
    node: str
    outbound: bool
    data: bytes
    entry: int
    comments: tuple[str, ...] = ()
    mark: Mark = Mark.IN_ORDER


def frames_of(world: World, at: Collection[str] = ()) -> tuple[list[Frame], tuple[str, ...]]:
    """All frames of a run in the order of time (of the named nodes only if any are named), and notes about them.

    Raises CodecError if a message cannot be put into bytes.
    """
    capture = _Capture(world, frozenset(at))
    for entry in world.trace:
        capture.take(entry)
    capture.finish()
    # Sorting is stable: at one moment, the order of causes.
    frames = sorted(capture.frames, key=lambda frame: frame.time)
    return frames, (SHOWN_ELSEWHERE,) if capture.elsewhere else ()


class _Capture:
    def __init__(self, world: World, at: frozenset[str]) -> None:
        self.frames: list[Frame] = []
        self._world = world
        self._at = at
        speaks_http = any(name.partition("_")[0] == "http" for name in world.scenario.protocols)
        self._no_http = not speaks_http and not world.scenario.live  # what a real peer sent stays as it was
        self._protocols = sorted(world.scenario.protocols)
        self._framing = Framing(world, self._emit, self._words)
        self._packets: dict[int, list[bytes]] = {}
        """By the number of a sending: its packets as sent."""
        self._routers: dict[int, list[str]] = {}
        """By the number of a sending: the routers that it passed, in order."""
        self._dropped: dict[int, str] = {}
        self._marks = Marks()
        self.elsewhere = False
        """Was a port shown as another?"""
        for entry in world.trace:
            if entry.kind == kinds.DROP and entry.cause >= 0:
                self._dropped.setdefault(entry.cause, entry.note)

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

    def finish(self) -> None:
        """The trace is over."""
        self._framing.finish()

    def _on_stream(self, entry: Entry) -> bool:
        if entry.kind in (kinds.SEND, kinds.RECEIVE):
            return bool(entry.note)
        if entry.kind == kinds.DROP and entry.cause >= 0:
            return bool(self._world.trace[entry.cause].note)
        return False

    def _emit(
        self, time: int, node: str, outbound: bool, data: bytes, entry: int, comments: tuple[str, ...],
        mark: Mark = Mark.IN_ORDER,
    ) -> None:  # fmt: skip
        if time <= self._world.now and (not self._at or node in self._at):
            if mark is not Mark.IN_ORDER:
                comments = (*comments, mark.value)
            self.frames.append(Frame(time, node, outbound, data, entry, comments, mark))

    # Datagrams

    def _sent(self, entry: Entry) -> None:
        if entry.peer == entry.node:
            return
        packets = self._packets[entry.number] = self._packed(entry)
        words = self._words(entry)
        if entry.number in self._dropped:
            chosen = isinstance(self._world.scenario.network, NetworkSeat)
            words += (f"it never arrives: {self._dropped[entry.number]}{' (the network is played)' if chosen else ''}",)
        for packet in packets:
            mark = self._marks.sent(entry.node, packet, entry.number)
            self._emit(entry.time, entry.node, True, packet, entry.number, words, mark)

    def _forwarded(self, entry: Entry) -> None:
        routers = self._routers.setdefault(entry.cause, [])
        if entry.node not in routers:
            routers.append(entry.node)
        words = self._words(entry)
        ttl = TIME_TO_LIVE - 1 - routers.index(entry.node)
        for packet in self._packets.get(entry.cause, ()):
            envelope = self._world.envelope(*self._world.ends(self._world.trace[entry.cause]))
            self._emit(entry.time, entry.node, True, with_ttl(packet, ttl, envelope), entry.number, words)

    def _delivered(self, entry: Entry) -> None:
        protocol = self._world.protocol_of(entry)
        if entry.peer == entry.node or protocol is None:
            return
        if entry.kind == kinds.GARBLED and entry.cause < 0 and protocol.service == "stream":
            return  # noise on a live stream: which one, the trace does not tell
        words = self._words(entry)
        for packet, found in self._arrived(entry):
            mark = self._marks.delivered(entry.node, packet, entry.cause)
            self._emit(entry.time, entry.node, False, packet, entry.number, (*words, *found), mark)

    def _arrived(self, entry: Entry) -> list[tuple[bytes, tuple[str, ...]]]:
        """The packets as they came, with what to say of them."""
        world = self._world
        sending = world.trace[entry.cause] if entry.cause >= 0 else None
        if sending is None or sending.kind != kinds.SEND or entry.cause not in self._packets:
            words = ("nobody in this world sent it",) if entry.cause < 0 else ()
            return [(packet, words) for packet in self._packed(entry)]
        packets = self._packets[entry.cause]
        protocol = world.protocol_of(entry)
        assert protocol is not None
        envelope = world.envelope(*world.ends(entry))
        if entry.kind == kinds.GARBLED or entry.detail != sending.detail:
            return [(packet, ("bits flipped on the way",)) for packet in self._garbled(entry, protocol, packets)]
        hops = len(self._routers.get(entry.cause, ()))
        if hops:
            packets = [with_ttl(packet, TIME_TO_LIVE - hops, envelope) for packet in packets]
        return [(packet, ()) for packet in packets]

    def _garbled(self, entry: Entry, protocol: Protocol, sent: list[bytes]) -> list[bytes]:
        world = self._world
        data = world.bytes_of(entry)
        if is_ipv4(protocol):
            return [self._shown(data)]
        envelope = world.envelope(*world.ends(entry))
        return flipped(sent, envelope, self._ports(*world.ends(entry)), data)

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
        words = [f"trace {entry.number}, {show_duration(entry.time)}, {where}: {entry_words(entry)}"]
        for name, value in self._moves(entry):
            words.append(f"move of the player: {name} = {value}")
        return tuple(words)

    def _moves(self, entry: Entry) -> list[tuple[str, str]]:
        """What the player answered in the event that sent this, or that received it."""
        event = entry
        if entry.kind in (kinds.SEND, kinds.OPEN, kinds.CLOSE) and entry.cause >= 0:
            event = self._world.trace[entry.cause]
        return moves_in(self._world, event) if event.node == entry.node else []


def names_of(world: World) -> dict[int, str]:
    """The nodes' IPv4 addresses, and those of strangers who appear in the trace, with their names."""
    names = {world.envelope(name, name).source_address: name for name in world.nodes}
    for entry in world.trace:
        if entry.peer and entry.peer not in world.nodes:
            names.setdefault(world.envelope(entry.peer, entry.peer).source_address, entry.peer)
    return names
