"""The rooms, in teaching order: the one explicit list from which levels, suites and commands know them.

A room lies in the folder of its subject, under its own name: `core/protocols/peers/dht_chord`. Folders of the same
names hold its picture, if it has one (`tui/pictures/peers/dht_chord.py`), and its tests
(`tests/protocols/peers/test_dht_chord.py`).
"""

from __future__ import annotations

import inspect
import re
from types import ModuleType

from core.kernel.protocol import Protocol
from core.protocols.applications import http
from core.protocols.calls import marshal
from core.protocols.clocks import clock_sync, gps, logical_clocks, ordered_multicast, sntp, wall_clock
from core.protocols.elections import election_bully
from core.protocols.internet import ip
from core.protocols.peers import bittorrent, dht_chord
from core.protocols.premise import arq, echo, ledger, maxfind, tapes
from core.protocols.transport import demultiplexing, framing, tcp, uppercase

ROOMS: tuple[ModuleType, ...] = (
    echo,
    ledger,
    arq,
    tapes,
    maxfind,
    ip,
    tcp,
    uppercase,
    demultiplexing,
    framing,
    marshal,
    http,
    sntp,
    wall_clock,
    gps,
    clock_sync,
    logical_clocks,
    ordered_multicast,
    bittorrent,
    dht_chord,
    election_bully,
)

PROTOCOLS: tuple[Protocol, ...] = tuple(room.PROTOCOL for room in ROOMS)
BY_NAME: dict[str, Protocol] = {protocol.name: protocol for protocol in PROTOCOLS}
"""All rooms that are known: ours, and what other packages have added."""
_MODULES = {protocol.name: room for protocol, room in zip(PROTOCOLS, ROOMS, strict=True)}


def add(room: ModuleType) -> Protocol:
    """From now on the room in this module is known, too. Whoever finds it does so above (levels.packages).

    Raises ValueError, in words, for a module that is none, and for a name that is taken.
    """
    protocol = getattr(room, "PROTOCOL", None)
    if not isinstance(protocol, Protocol):
        raise ValueError(f"{room.__name__} has no PROTOCOL, which a room must have")
    if _MODULES.get(protocol.name, room) is not room:
        raise ValueError(f"there is a room {protocol.name!r} already, in {_MODULES[protocol.name].__name__}")
    BY_NAME[protocol.name] = protocol
    _MODULES[protocol.name] = room
    return protocol


def module_of(name: str) -> ModuleType:
    """The module or package of the room with this name. Raises KeyError."""
    return _MODULES[name]


def simplified(name: str) -> str:
    """What the room with this name leaves out of its standard: its own words, or "". Raises KeyError."""
    text = inspect.cleandoc(module_of(name).__doc__ or "")
    found = re.search(r"^Simplified\s+(.*?)(?=^\S|\Z)", text, re.DOTALL | re.MULTILINE)
    return " ".join(found[1].split()) if found else ""


def place_of(name: str) -> tuple[str, str]:
    """(subject, name) of a room: the folders of its machine, its picture and its tests. Raises KeyError."""
    subject = module_of(name).__name__.split(".")[-2]
    return subject, name
