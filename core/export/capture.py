"""A run as a pcapng file: one interface at each node, frames outbound as sent and inbound as delivered.

The whole network's capture holds every packet at both ends, except where a room's own messages are TCP segments: there
it holds every packet once, outbound where it was sent (core.export.frames says why). That of chosen nodes holds all
that was seen at their ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.export.frames import ANOTHER_SIGHT, Frames, frames_of, segments_in
from core.export.pcapng import INBOUND, OUTBOUND, Captured, Interface, pcapng
from core.export.spool import Entries
from core.kernel.world import World

SEGMENTS_TWICE = "Readers of captures take the second of a TCP segment for a retransmission."
STREAMS_TWICE = "Of a stream each end's sight is a connection of its own, with another port of who opened it."


@dataclass(frozen=True)
class Capture:
    """What a capture file holds: the frames, the nodes whose ends they were taken at, all nodes' names.

    `twice`: does a packet between two of these nodes lie there as sent and as delivered? `segments`: are TCP segments
    of a room's own among the packets?
    """

    frames: Frames
    nodes: tuple[str, ...]
    twice: bool
    segments: bool
    names: dict[int, str]
    comment: str
    application: str

    def blocks(self) -> Iterator[bytes]:
        """The file, in pieces."""
        place = {name: number for number, name in enumerate(self.nodes)}
        interfaces = [
            Interface(
                name, f"{name}'s end of the wire: outbound as {name} sent it, inbound as it was delivered to {name}"
            )
            for name in self.nodes
        ]
        packets = (
            Captured(
                place[frame.node],
                frame.time * 1000,
                OUTBOUND if frame.outbound else INBOUND,
                frame.data,
                frame.packet,
                frame.comments,
            )
            for frame in self.frames
        )
        return pcapng(interfaces, self.names, packets, self.comment, self.application)


@dataclass(frozen=True)
class Told:
    """The trace of a run whose world has let go of it: its entries, their hash, and where temporary files may lie."""

    entries: Entries
    sha256: str
    folder: Path | None = None


def capture_of(
    world: World, at: Collection[str] = (), version: str = "", once: bool | None = None, told: Told | None = None
) -> Capture:
    """The capture of a run: all that was seen at these nodes' ends, or at all if none is named.

    With `once` a packet from one of them to another lies there as it was sent, and not as it was delivered too. Unless
    that is said, so it is only on the whole network, and only if a room's own messages are TCP segments. A live run
    is captured at our end. `told`: the run's trace, if the world at its end has none. Raises KeyError for a name that
    no node has, and CodecError if a message cannot be put into bytes.
    """
    for name in at:
        if name not in world.nodes:
            raise KeyError(name)
    live, seed = world.scenario.live, world.scenario.seed
    nodes = tuple(
        name
        for name, node in world.nodes.items()
        # In a live run who stands for a real peer saw nothing: the peer did.
        if (name in at if at else not (live and node.spec.outside))
    )
    told = told or Told(world.trace, world.trace_sha256())
    segments = segments_in(world, told.entries)
    once = len(nodes) > 1 and (segments and not at if once is None else once)
    twice = len(nodes) > 1 and not once
    if len(nodes) == 1:
        what = f"All that {nodes[0]} sent, when it was sent, and all that came to {nodes[0]}, when it was delivered."
    elif twice:
        what = (
            "A packet from one of these ends to another lies here twice, as sent and as delivered, with one packet id; "
            f'a comment of the second begins with "{ANOTHER_SIGHT}". '
        ) + (SEGMENTS_TWICE if segments else STREAMS_TWICE)
        if live:
            what += " What went to real peers lies here once, as sent; what came from them, as it was delivered."
    elif live:
        what = "What our nodes sent lies here once, as they sent it; what came from real peers, as it was delivered."
    else:
        what = "Every packet lies here once, at its sender's interface; when it was delivered, its comments say."
    comment = (
        f'a {"live" if live else "simulated"} run of "{world.scenario.name}", seed {seed}, '
        f"trace {told.sha256}. {'Times' if live else 'Virtual times'} from 0. {what}"
    )
    seen = frames_of(world, nodes, once, told.entries, told.folder)
    words = " ".join([comment, *(f"{note[0].upper()}{note[1:]}." for note in seen.notes)])
    return Capture(seen.frames, nodes, twice, segments, seen.names, words, f"Ackademy {version}".rstrip())
