"""Sight: the one filter between the truth and the screen. What a node knows, and nothing else.

A node knows its own entries: that it started, what it sent (leaving, never what became of it), what it received, its
timers, moves, requests, deliveries, saves, clock, connections and its own restart. It does not know drops, other
nodes' packets, deaths, cuts, or true time: times are readings of its own clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.kernel.trace import Entry
from core.kernel.world import World


@dataclass(frozen=True)
class Flight:
    """A packet on its way, for the picture.

    departed, arrival   the watcher's clock (µs); true time with everything in sight. In the fog `arrival` is when it
                        would arrive if nothing befell it: a lost packet looks like a delivered one.
    number              of the sending's trace entry.
    lost, why           known only with everything in sight. A lost packet's arrival is when it would have arrived.
    """

    number: int
    source: str
    destination: str
    message: Any
    departed: int
    arrival: int
    lost: bool = False
    why: str = ""


class Sight:
    """What may be shown of a world to whoever sits at `node` ("network": everything; so it is with `everything`)."""

    def __init__(self, world: World, node: str, everything: bool = False) -> None:
        raise NotImplementedError

    def known(self, entry: Entry) -> bool:
        """May this entry be shown?"""
        raise NotImplementedError

    def shown(self, entry: Entry) -> Entry:
        """The entry as it may be shown: in the fog with local time, and without a cause that is not known."""
        raise NotImplementedError

    def entries(self, since: int = 0) -> Iterator[Entry]:
        """The known entries from trace number `since` on, as they may be shown. Their numbers count known entries
        only, so that gaps give nothing away; `since` is such a number."""
        raise NotImplementedError

    def clock(self) -> int:
        """The watcher's own clock (µs); true time with everything in sight."""
        raise NotImplementedError

    def view(self, node: str = "") -> dict[str, str | int]:
        """The own machine's view; with everything in sight, of any node. {} of a node that is down or unseen."""
        raise NotImplementedError

    def flights(self, at: int | None = None) -> list[Flight]:
        """Packets on their way now, oldest first."""
        raise NotImplementedError


def message_words(message: Any) -> str:
    """A message as a person reads it: its own str() if its class has one, else its name and fields."""
    raise NotImplementedError


def entry_words(entry: Entry) -> str:
    """What happened, in a few words without the time: "receive pong 1 from server"."""
    raise NotImplementedError
