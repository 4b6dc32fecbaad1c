"""What the lift shows: entries, intervals and values that the fog hid, by the names that a level file gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.kernel import trace as kinds
from core.kernel.language import later, retold, said
from core.kernel.scenario import NETWORK
from core.kernel.seats import Book
from core.kernel.shown import DOWN
from core.kernel.sight import Sight
from core.kernel.time import SECOND, show_duration
from core.kernel.told import entry_words, message_words
from core.kernel.trace import Entry
from core.kernel.world import World, replayed
from levels.compile import Compiler
from levels.reading import Table
from levels.schema import Shown
from levels.values import did_you_mean

MOST_EVENTS = 2_000_000
MOST_TIMES = 3
"""Of what is often so many times are said, and how many more there are."""
WORDS: Mapping[str, str] = {
    later("lost"): kinds.DROP, later("crash"): kinds.CRASH, later("restart"): kinds.RESTART,
    later("cut"): kinds.CUT, later("wave"): kinds.WAVE, later("clock"): kinds.CLOCK, later("saved"): kinds.SAVE,
    later("handed up"): kinds.DELIVER, later("garbled"): kinds.GARBLED,
}  # fmt: skip
"""Entries by a word, besides the types of messages (their sendings)."""


@dataclass(frozen=True)
class Lifted:
    """What was found of it in a run: in words, and the numbers of its entries, or its value."""

    shown: Shown
    words: str
    entries: frozenset[int] = frozenset()
    value: str | int | None = None


def read_show(compiler: Compiler, table: Table) -> tuple[Shown, ...]:
    """`show` of [text]: "7 frozen", "lost", "Ping", "p3 crash", "server: heard"."""
    found = []
    for place, text in enumerate(table.texts("show")):
        if compiler.incomplete:
            continue
        try:
            found.append(_shown(compiler, text.strip()))
        except ValueError as error:
            table.file.problem((*table.at("show"), place), *error.args)
    return tuple(found)


def _shown(compiler: Compiler, text: str) -> Shown:
    """Raises ValueError(what was found, what would be right)."""
    node, mark, value = text.partition(":")
    if mark:
        if node.strip() not in compiler.names:
            raise ValueError(f"there is no node {node.strip()!r}", did_you_mean(node.strip(), compiler.names))
        return Shown(text, node.strip(), value.strip(), "value")
    head, _, rest = text.partition(" ")
    node, what = (head, rest.strip()) if head in compiler.names and rest else ("", text)
    rooms = compiler.protocols.values()
    intervals = [DOWN.name, *(one.name for room in rooms for one in room.intervals)]
    messages = [one.__name__ for room in rooms for one in room.messages]
    if what in intervals:
        return Shown(text, node, what, "interval")
    if what in WORDS:
        return Shown(text, node, WORDS[what], "entry")
    if what in messages:
        return Shown(text, node, what, "message")
    known = [*intervals, *WORDS, *messages]
    raise ValueError(f"nothing here is called {what!r}", did_you_mean(what, known) or f"one of {', '.join(known)}")


def lifted(shows: Sequence[Shown], truth: Sight) -> list[Lifted]:
    """What there was of each in this run, the fog lifted; of nothing it says so."""
    return [_lifted(shown, truth) for shown in shows]


def missing(shows: Sequence[Shown], proof: World) -> Iterator[tuple[int, str, str]]:
    """(place, what was found, what would be right) of what there is nothing of in the proof's run."""
    if not shows:
        return
    world = replayed(proof.scenario, proof.answers)
    world.sit(Book())
    world.run(limit=MOST_EVENTS)
    for place, one in enumerate(lifted(shows, Sight(world, "", True))):
        shown = one.shown
        if shown.how != "value":
            if not one.entries:
                yield place, f"there is nothing of {shown.name!r} on the way of the proof", "what the fog hid there"
        elif one.value is None and world.nodes[shown.node].up:
            known = list(Sight(world, "", True).view(shown.node))
            yield place, f"{shown.node} says nothing of {shown.what!r}", did_you_mean(shown.what, known)


def _lifted(shown: Shown, truth: Sight) -> Lifted:
    if shown.how == "value":
        view = truth.view(shown.node)
        value = view.get(shown.what, view.get(shown.what.replace(" ", "_")))
        words = said("nothing, as it is down") if value is None else retold(str(value))
        return Lifted(shown, f"{shown.node}, {said(shown.what.replace('_', ' '))}: {words}", value=value)
    if shown.how == "interval":
        spans = [span for span in truth.spans() if span.interval.name == shown.what and shown.node in ("", span.node)]
        times = [
            ("" if shown.node else f"{span.node} ")
            + said(
                "{start} to {end}",
                start=_moment(span.opened),
                end=said("the end") if span.closed is None else _moment(span.closed),
            )
            for span in spans
        ]
        return Lifted(shown, f"{_named(shown)}: {_few(times)}", frozenset(span.entry for span in spans))
    found = list(_entries(shown, truth))
    times = [f"{_words(entry)}, {_moment(entry.time)}" for entry in found]
    return Lifted(shown, f"{_named(shown)}: {_few(times)}", frozenset(entry.number for entry in found))


def _named(shown: Shown) -> str:
    """What was asked for, by the word for it where it is one of ours."""
    what = shown.name.removeprefix(f"{shown.node} ") if shown.node else shown.name
    return f"{shown.node} {said(what)}" if shown.node else said(what)


def _entries(shown: Shown, truth: Sight) -> Iterator[Entry]:
    for entry in truth.entries():
        mine = shown.node in ("", entry.node, entry.peer if entry.kind == kinds.DROP else entry.node)
        if shown.how == "message":
            if mine and entry.kind == kinds.SEND and type(entry.detail).__name__ == shown.what:
                yield entry
        elif entry.kind == shown.what and (mine or entry.node == NETWORK):
            yield entry


def _words(entry: Entry) -> str:
    """An entry without what its name says already."""
    if entry.kind == kinds.DROP:
        return said("{words} to {peer}", words=message_words(entry.detail), peer=entry.peer)
    words = entry_words(entry)
    return words.partition(": ")[2] if entry.kind in (kinds.CUT, kinds.SAVE, kinds.DELIVER) else words


def _moment(time: int) -> str:
    """When, as exactly as is read: ms within the first second, then hundredths of one."""
    return show_duration(time // 1_000 * 1_000 if time < SECOND else time // 10_000 * 10_000)


def _few(times: Sequence[str]) -> str:
    if not times:
        return said("never, this time")
    words = "; ".join(times[:MOST_TIMES])
    more = len(times) - MOST_TIMES
    return said("{words}, and {count} more", words=words, count=more) if more > 0 else words
