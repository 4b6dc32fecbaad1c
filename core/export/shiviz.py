"""A run as a log for ShiViz (bestchai/shiviz): one event a line with its host and vector clock.

The first line of the file is the regular expression that parses the log, the second the one that would part several
executions (empty: there is one); so ShiViz reads a file. A host's own clock begins at 1 and rises by one with every
event of it; the other hosts' entries are the latest that this event could know of, along the trace's causes (Fidge
1988; Mattern 1989).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from core.export.spool import Spool
from core.kernel import trace as kinds
from core.kernel.scenario import NETWORK
from core.kernel.text import harmless
from core.kernel.time import show_duration
from core.kernel.told import entry_words
from core.kernel.trace import Entry

PARSER = r"^(?<host>\S+) (?<clock>\{.*?\}) (?<time>\d+) (?<event>.*)$"
"""In JavaScript's spelling; `time` is true time in µs."""


def host_of(entry: Entry) -> str:
    """Whose event it is: a drop is the network's, for the sender knows nothing of it."""
    return NETWORK if entry.kind == kinds.DROP else entry.node


class _Stamps:
    """The vector clocks of entries, by their numbers: on a disk, as anything later may be caused by one."""

    def __init__(self, folder: Path | None) -> None:
        self._hosts: list[str] = []
        self._place: dict[str, int] = {}
        self._counts: Spool[tuple[int, ...]] = Spool(folder)

    def append(self, clock: dict[str, int]) -> None:
        """The next entry's."""
        for host in clock:
            if host not in self._place:
                self._place[host] = len(self._hosts)
                self._hosts.append(host)
        self._counts.append(tuple([clock.get(host, 0) for host in self._hosts]))

    def of(self, number: int) -> Iterator[tuple[str, int]]:
        """(host, count) of the clock of an entry; a host of which it does not know has 0."""
        return zip(self._hosts, self._counts[number], strict=False)


def vector_clocks(entries: Iterable[Entry], folder: Path | None = None) -> Iterator[tuple[Entry, dict[str, int]]]:
    """Every entry of the trace with its vector clock, in order; a clock names only the hosts of which it knows."""
    now: dict[str, dict[str, int]] = {}
    stamps = _Stamps(folder)
    passed: dict[int, int] = {}
    for entry in entries:
        host = host_of(entry)
        clock = dict(now.get(host, {}))
        for cause in {entry.cause, passed.get(entry.cause, -1)} - {-1}:
            for other, count in stamps.of(cause):
                if count > clock.get(other, 0):
                    clock[other] = count
        clock[host] = clock.get(host, 0) + 1
        now[host] = clock
        stamps.append(clock)
        if entry.kind == kinds.FORWARD:  # what arrives behind a router has passed it
            passed[entry.cause] = entry.number
        yield entry, clock


def shiviz_log(entries: Iterable[Entry], folder: Path | None = None) -> Iterator[str]:
    """The lines of the file for the entries of a trace, each with its end. `folder`: where temporary files lie."""
    yield PARSER + "\n"
    yield "\n"
    for entry, clock in vector_clocks(entries, folder):
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
