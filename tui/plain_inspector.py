"""The inspector in plain play: the free run in a few lines, a node's log, and what a blow has come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from core.kernel.inspector import entries_of
from core.kernel.suspects import HIT
from core.kernel.time import MILLISECOND, show_duration
from core.kernel.trace import SEND
from core.kernel.world import World
from tui.bridge import Bridge, log_line
from tui.bridge.inspecting import Inspecting, hammer_words

MOST_NAMED = 8
"""So many of those who were told are named."""


def begin(bridge: Bridge, out: Callable[[str], None]) -> None:
    """Let the free run go to its end, and tell of it in a line a node that spoke."""
    at = bridge.inspecting
    assert at is not None
    while bridge.session.step():
        pass
    out(f"The free run, to {show_duration(at.limit)}; whom each node told, how often, from when to when:")
    for line in digest(at, bridge.session.world):
        out(f"  {line}")
    out("  (log NODE: all that a node did; log NODE 3: from its third line on)")
    if at.may(HIT):
        times = at.inspector.times
        hammers = ", ".join(f"{hammer} ({hammer_words(at.inspector, hammer, 'it')})" for hammer in at.inspector.hammers)
        out(f"  Hammers: {hammers}; {show_duration(times[0])} to {show_duration(times[-1])}, "
            f"every {show_duration(at.inspector.every)}: hit HAMMER, NODE, TIME")  # fmt: skip


def digest(at: Inspecting, world: World) -> Iterator[str]:
    """A line a node: whom it told, how often, when."""
    for suspect in at.suspects:
        for name in suspect.nodes:
            sent = [entry for entry in entries_of(world.trace, name) if entry.kind == SEND]
            badge = world.nodes[name].machine.badge() if world.nodes[name].up else "down"
            if not sent:
                yield f"{name}: tells nobody. At the end: {badge}"
                continue
            peers = list(dict.fromkeys(entry.peer for entry in sent))
            more = f" and {len(peers) - MOST_NAMED} more" if len(peers) > MOST_NAMED else ""
            when = show_duration(_ms(sent[0].time))
            if sent[-1].time > sent[0].time:
                when = f"{when} to {show_duration(_ms(sent[-1].time))}"
            times = "once" if len(sent) == 1 else f"{len(sent)} times"
            yield f"{name}: {', '.join(peers[:MOST_NAMED])}{more}, {times}, {when}. At the end: {badge}"


def _ms(time: int) -> int:
    return time // MILLISECOND * MILLISECOND


def tell_blow(at: Inspecting, out: Callable[[str], None]) -> None:
    """What the blow that was struck last has come to, if that is not told yet."""
    if at.plays:
        at.finish()
        own = "The engine swings the hammer. " if at.rerun is not None and at.rerun.blow.own else ""
        out(f"* {own}{at.told()}")


def tell_log(bridge: Bridge, text: str, most: int, out: Callable[[str], None]) -> None:
    """The log of a node, each line with its number, from the one named on."""
    at = bridge.inspecting
    assert at is not None
    name, _, first = text.partition(" ")
    if not any(name in suspect.nodes for suspect in at.suspects):
        out(f"!! log of whom? One of {', '.join(suspect.nodes[0] for suspect in at.suspects)} …")
        return
    start = int(first) if first.strip().isdigit() else 1
    entries = list(entries_of(bridge.session.world.trace, name))
    for number, entry in enumerate(entries, 1):
        if start <= number < start + most:
            line = log_line(entry, name, False, bridge.reading.show)
            words = line.words if line is not None else entry.kind
            out(f"  {number:3}  {show_duration(_ms(entry.time))}  {words}")
    if len(entries) >= start + most:
        out(f"  ({len(entries) - start - most + 1} more: log {name} {start + most})")
