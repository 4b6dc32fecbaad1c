"""A run as a pcapng file: one interface at each node, frames outbound as sent and inbound as delivered."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from core.export.frames import Frame, frames_of, names_of
from core.export.pcapng import INBOUND, OUTBOUND, Captured, Interface, pcapng
from core.kernel.world import World
from core.wire.tcp import PROTOCOL


@dataclass(frozen=True)
class Capture:
    """What a capture file holds: the frames, the nodes whose ends they were taken at, all nodes' names."""

    frames: tuple[Frame, ...]
    nodes: tuple[str, ...]
    names: dict[int, str]
    comment: str
    application: str

    @property
    def has_tcp(self) -> bool:
        """Is TCP among the frames?"""
        return any(len(frame.data) > 9 and frame.data[9] == PROTOCOL for frame in self.frames)

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
                frame.comments,
            )
            for frame in self.frames
        )
        return pcapng(interfaces, self.names, packets, self.comment, self.application)


def capture_of(world: World, at: Collection[str] = (), version: str = "") -> Capture:
    """The capture of a run, at these nodes' ends only if any are named.

    A reader that follows TCP connections (Wireshark does) takes the two ends of one packet for two packets: for its
    analysis, capture at one end. A live run is captured at our end. Raises KeyError for a name that no node has, and
    CodecError if a message cannot be put into bytes.
    """
    for name in at:
        if name not in world.nodes:
            raise KeyError(name)
    if not at and world.scenario.live:  # who stands for a real peer saw nothing: the peer did
        at = [name for name, node in world.nodes.items() if not node.spec.outside]
    nodes = tuple(name for name in world.nodes if not at or name in at)
    comment = (
        f'a simulated run of "{world.scenario.name}", seed {world.scenario.seed}, trace {world.trace_sha256()}. '
        "Virtual times from 0. A packet lies at two interfaces: the sender's (outbound) and the receiver's (inbound)."
    )
    frames, notes = frames_of(world, at)
    words = " ".join([comment, *(f"{note[0].upper()}{note[1:]}." for note in notes)])
    return Capture(tuple(frames), nodes, names_of(world), words, f"Ackademy {version}".rstrip())
