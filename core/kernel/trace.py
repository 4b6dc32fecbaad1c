"""The trace: what happened, in order, with the cause of everything. Bytes are encoded when somebody looks.

TRACE_FORMAT 1, hashed per entry: the canonical bytes of (number, time, node, kind, peer, cause, answers, note), then
the message's encoded bytes if the entry carries a message, else the canonical bytes of its detail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any, NamedTuple, TypeAlias

from core.kernel.data import canonical

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
WAVE = "wave"
CALM = "calm"
KEEP = "keep"
BET = "bet"

CARRIES_MESSAGE = frozenset({SEND, RECEIVE, FORWARD, DROP})


class Entry(NamedTuple):
    """One thing that happened.

    number   its place in the trace.
    time     true µs.
    node     where ("network" for cuts and waves).
    kind     one of the words above.
    peer     the other node of a message or connection, else "".
    detail   the message, the timer's key, the delivered value … of a crash between two effects, what it tore (see
             core.kernel.effects.Torn).
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


class TraceHash:
    """The hash of a trace, entry by entry; `bytes_of`: the bytes of an entry's message."""

    def __init__(self, bytes_of: Callable[[Entry], bytes]) -> None:
        self._bytes_of = bytes_of
        self._total = sha256(f"ackademy trace {TRACE_FORMAT}\n".encode())

    def take(self, entry: Entry) -> None:
        """The next entry."""
        number, time, node, kind, peer, detail, cause, answers, note, _ = entry
        self._total.update(canonical((number, time, node, kind, peer, cause, answers, note)))
        self._total.update(self._bytes_of(entry) if kind in CARRIES_MESSAGE else canonical(detail))

    def hexdigest(self) -> str:
        """The hash of the entries so far, hex."""
        return self._total.hexdigest()


_Block: TypeAlias = tuple[int, list[tuple[Any, ...]]]


class Trace:
    """Entries that are cheap to append and to share: forks have their past in common and go on apart.

    `tail` are the newest entries, without their numbers: whoever writes appends there, and the entry's number is
    `base` more than its place. All that was written before the last fork lies in blocks that nobody changes any more.
    """

    __slots__ = ("_blocks", "base", "tail")

    def __init__(self) -> None:
        self._blocks: tuple[_Block, ...] = ()
        """(number of its first entry, its rows), the oldest first, each more than twice as long as the next: so a world
        that is forked often has few of them, and copies each entry a few times only."""
        self.base = 0
        """How many entries are in the blocks."""
        self.tail: list[tuple[Any, ...]] = []

    def __len__(self) -> int:
        return self.base + len(self.tail)

    def __getitem__(self, number: int) -> Entry:
        if number < 0:
            number += len(self)
        if number >= self.base:
            return Entry(number, *self.tail[number - self.base])
        if number < 0:
            raise IndexError("there is no such entry")
        first, rows = self._block(number)
        return Entry(number, *rows[number - first])

    def _block(self, number: int) -> _Block:
        """The block that has this entry."""
        if not self._blocks:
            raise IndexError(f"entry {number} is forgotten")
        found = self._blocks[0]
        for block in self._blocks:
            if block[0] > number:
                break
            found = block
        return found

    def __iter__(self) -> Iterator[Entry]:
        return self.since(0)

    def since(self, number: int) -> Iterator[Entry]:
        """The entries from `number` on."""
        for entry_number, row in self.rows_since(number):
            yield Entry(entry_number, *row)

    def rows_since(self, number: int) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """(number, row) of the entries from `number` on: for whoever reads very many. A row is an entry without its
        number."""
        while number < len(self):
            if number >= self.base:
                yield number, self.tail[number - self.base]
                number += 1
                continue
            first, rows = self._block(number)
            for row in rows[number - first :] if number > first else rows:
                yield number, row
                number += 1

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """All entries without their numbers."""
        return [row for _, row in self.rows_since(0)]

    def forget(self, before: int) -> None:
        """Let go of the entries before this number: of a run that nobody looks back at. Whoever asks for one of them
        gets IndexError; numbers stay as they are."""
        number = min(before, len(self))
        if number > self.base:
            self._blocks = ()
            del self.tail[: number - self.base]
            self.base = number

    def fork(self) -> Trace:
        """The same entries, to be continued apart."""
        rows, first = self.tail, self.base
        if rows:
            blocks = self._blocks
            while blocks and len(blocks[-1][1]) <= 2 * len(rows):
                first, older = blocks[-1]
                rows, blocks = older + rows, blocks[:-1]
            self._blocks = (*blocks, (first, rows))
            self.base = first + len(rows)
            self.tail = []
        copy = object.__new__(Trace)
        copy._blocks, copy.base, copy.tail = self._blocks, self.base, []
        return copy
