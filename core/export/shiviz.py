"""A run as a log for ShiViz (bestchai/shiviz): one event a line with its host and vector clock.

The first line of the file is the regular expression that parses the log, the second the one that would part several
executions (empty: there is one); so ShiViz reads a file. A host's own clock begins at 1 and rises by one with every
event of it; the other hosts' entries are the latest that this event could know of, along the trace's causes (Fidge
1988; Mattern 1989).
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from core.kernel import trace as kinds
from core.kernel.scenario import NETWORK
from core.kernel.sight import entry_words
from core.kernel.text import harmless
from core.kernel.time import show_duration
from core.kernel.trace import Entry
from core.kernel.world import World

PARSER = r"^(?<host>\S+) (?<clock>\{.*?\}) (?<time>\d+) (?<event>.*)$"
"""In JavaScript's spelling; `time` is true time in µs."""


def host_of(entry: Entry) -> str:
    """Whose event it is: a drop is the network's, for the sender knows nothing of it."""
    return NETWORK if entry.kind == kinds.DROP else entry.node


def vector_clocks(world: World) -> Iterator[tuple[Entry, dict[str, int]]]:
    """Every entry of the trace with its vector clock, in order; a clock names only the hosts of which it knows."""
    now: dict[str, dict[str, int]] = {}
    stamps: list[dict[str, int]] = []
    passed: dict[int, int] = {}
    for entry in world.trace:
        host = host_of(entry)
        clock = dict(now.get(host, {}))
        for cause in {entry.cause, passed.get(entry.cause, -1)} - {-1}:
            for other, count in stamps[cause].items():
                if count > clock.get(other, 0):
                    clock[other] = count
        clock[host] = clock.get(host, 0) + 1
        now[host] = clock
        stamps.append(clock)
        if entry.kind == kinds.FORWARD:  # what arrives behind a router has passed it
            passed[entry.cause] = entry.number
        yield entry, clock


def shiviz_log(world: World) -> Iterator[str]:
    """The lines of the file, each with its end."""
    yield PARSER + "\n"
    yield "\n"
    for entry, clock in vector_clocks(world):
        host = host_of(entry)
        ordered = {host: clock[host], **{name: clock[name] for name in sorted(clock)}}
        words = f"{show_duration(entry.time)} {_line(entry_words(entry))}"
        answers = "; ".join(f"{name} = {value}" for name, value in entry.answers)
        if answers:
            words += f" [{_line(answers)}]"
        yield f"{host} {json.dumps(ordered, ensure_ascii=False)} {entry.time} {words}\n"


def _line(text: str) -> str:
    """The text on one line, without what a terminal might obey."""
    return harmless(text, " ")
