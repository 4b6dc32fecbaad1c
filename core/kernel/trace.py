"""The trace: what happened, in order, with the cause of everything. Bytes are encoded when somebody looks.

TRACE_FORMAT 1, hashed per entry: the canonical bytes of (number, time, node, kind, peer, cause, answers, note), then
the message's encoded bytes if the entry carries a message, else the canonical bytes of its detail.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

TRACE_FORMAT = 1

START = "start"
SEND = "send"
RECEIVE = "receive"
FORWARD = "forward"
DROP = "drop"
GARBLED = "garbled"
TIMER = "timer"
MOVE = "move"
REQUEST = "request"
DELIVER = "deliver"
SAVE = "save"
CLOCK = "clock"
OPEN = "open"
OPENED = "opened"
CLOSE = "close"
CLOSED = "closed"
CRASH = "crash"
RESTART = "restart"
CUT = "cut"
HEAL = "heal"
KEEP = "keep"

CARRIES_MESSAGE = frozenset({SEND, RECEIVE, FORWARD, DROP})


class Entry(NamedTuple):
    """One thing that happened.

    number   its place in the trace.
    time     true µs.
    node     where ("network" for cuts).
    kind     one of the words above.
    peer     the other node of a message or connection, else "".
    detail   the message, the timer's key, the delivered value …
    cause    number of the entry that led to it; -1 for none. A receive's cause is its send.
    answers  ((choice, value), …) given inside this event.
    note     the reason of a drop, the connection of a stream message, how the clock was adjusted.
    event    number of the kernel step in which it happened.
    """

    number: int
    time: int
    node: str
    kind: str
    peer: str
    detail: Any
    cause: int
    answers: tuple[tuple[str, Any], ...]
    note: str
    event: int


class Trace:
    """A list of entries that is cheap to append to and to share between forks."""

    __slots__ = ("rows",)

    def __init__(self, rows: list[tuple[Any, ...]] | None = None) -> None:
        self.rows: list[tuple[Any, ...]] = [] if rows is None else rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, number: int) -> Entry:
        if number < 0:
            number += len(self.rows)
        return Entry(number, *self.rows[number])

    def __iter__(self) -> Iterator[Entry]:
        for number, row in enumerate(self.rows):
            yield Entry(number, *row)

    def since(self, number: int) -> Iterator[Entry]:
        """The entries from `number` on."""
        rows = self.rows
        while number < len(rows):
            yield Entry(number, *rows[number])
            number += 1

    def copy(self) -> Trace:
        """The same entries, to be continued apart."""
        return Trace(self.rows.copy())
