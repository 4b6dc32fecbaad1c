"""What comes of an entry later in its trace: looked up once, from the end, so that no run has to be held for it.

Whoever reads a trace from its beginning cannot know whether a message arrives, or whether a stream is ever accepted;
whoever reads it from its end has just seen it. Only what is under way at one moment is in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from core.export.spool import Entries, Spool
from core.kernel import trace as kinds
from core.kernel.trace import Entry
from core.kernel.world import World

_ARRIVALS = frozenset({kinds.RECEIVE, kinds.DROP, kinds.CLOSED})


class Coming(NamedTuple):
    """What comes of a message, an end of a stream, or a stream (of its opening).

    last      the number of the last entry about it; at least its own.
    arrival   the number of the first entry at its other end: received, dropped, closed; -1 for none.
    came      was it, or a copy of it, delivered, though bits may have flipped?
    dropped   why it was lost first; None if it never was.
    stands    is the stream accepted?
    reset     is it ended by a reset?
    closers   who ends it in order.
    cuts      (number, time in µs) of the entries that tell late of an end without a word, and when that was.
    """

    last: int
    arrival: int = -1
    came: bool = False
    dropped: str | None = None
    stands: bool = False
    reset: bool = False
    closers: frozenset[str] = frozenset()
    cuts: tuple[tuple[int, int], ...] = ()


@dataclass
class _Effect:
    last: int
    arrival: int = -1
    came: bool = False
    dropped: str | None = None


@dataclass
class _Stream:
    last: int = -1
    stands: bool = False
    reset: bool = False
    closers: set[str] = field(default_factory=set)
    cuts: list[tuple[int, int]] = field(default_factory=list)


def cut_at(world: World, entries: Entries, entry: Entry) -> int | None:
    """When (µs) the stream that is closed here was cut, by a crash of its peer or its absence; None if it was ended
    by a word."""
    cause = entries[entry.cause] if entry.cause >= 0 else None
    if cause is not None and cause.kind == kinds.CLOSE:
        return None
    if cause is not None and cause.kind == kinds.CRASH:
        return cause.time
    return max(0, entry.time - world.latency(entry.peer, entry.node))


def with_coming(world: World, entries: Entries, folder: Path | None = None) -> Iterator[tuple[Entry, Coming | None]]:
    """Every entry, with what comes of it, if it is one that something can come of."""
    found: Spool[Coming | None] = Spool(folder)
    effects: dict[int, _Effect] = {}
    streams: dict[str, _Stream] = {}
    for number in range(len(entries) - 1, -1, -1):
        entry = entries[number]
        _note_effect(effects, entry)
        found.append(_coming(world, entries, entry, effects, streams))
    for entry in entries.since(0):
        yield entry, found[len(found) - 1 - entry.number]


def _note_effect(effects: dict[int, _Effect], entry: Entry) -> None:
    """Of what an entry tells: more than its cause knows."""
    kind, cause = entry.kind, entry.cause
    if cause < 0 or not (kind in _ARRIVALS or kind in (kinds.GARBLED, kinds.FORWARD)):
        return
    effect = effects.get(cause)
    if effect is None:
        effect = effects[cause] = _Effect(entry.number)
    if kind in _ARRIVALS and not (kind == kinds.CLOSED and entry.note == "reset"):
        effect.arrival = entry.number
    if kind in (kinds.RECEIVE, kinds.GARBLED):
        effect.came = True
    elif kind == kinds.DROP:
        effect.dropped = entry.note


def _coming(
    world: World, entries: Entries, entry: Entry, effects: dict[int, _Effect], streams: dict[str, _Stream]
) -> Coming | None:
    """What comes of this entry, once all that follow it were noted."""
    number, kind = entry.number, entry.kind
    effect = effects.pop(number, None)
    if kind in (kinds.OPENED, kinds.RECEIVE, kinds.SEND) and entry.note:
        stream = streams.setdefault(entry.note, _Stream())
        stream.last = max(stream.last, number, -1 if effect is None else effect.last)
        stream.stands |= kind == kinds.OPENED
    elif kind in (kinds.CLOSE, kinds.CLOSED):
        stream = streams.setdefault(entry.detail, _Stream())
        stream.last = max(stream.last, number)
        if entry.note == "reset":
            stream.reset = True
        elif kind == kinds.CLOSE:
            stream.closers.add(entry.node)
        if kind == kinds.CLOSED and (time := cut_at(world, entries, entry)) is not None:
            stream.cuts.append((number, time))
    elif kind == kinds.OPEN:
        stream = streams.pop(entry.detail, _Stream())
        return Coming(
            max(stream.last, number), stands=stream.stands, reset=stream.reset, closers=frozenset(stream.closers),
            cuts=tuple(stream.cuts),
        )  # fmt: skip
    if kind not in (kinds.SEND, kinds.CLOSE):
        return None
    if effect is None:
        return Coming(number)
    return Coming(effect.last, effect.arrival, effect.came, effect.dropped)
