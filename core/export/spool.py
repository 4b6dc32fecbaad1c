"""Sequences that are longer than a memory: on a temporary file as they grow, read where they are wanted."""

from __future__ import annotations

import pickle
import tempfile
import weakref
from array import array
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from core.kernel.trace import Entry

T = TypeVar("T")

BLOCK = 64
"""Items that are written, and read back, at a time."""
RECENT = 32
"""Blocks that stay in memory once they were written or read."""


class Entries(Protocol):
    """The entries of a trace by their numbers: a world's trace, or a spool of one that the world has let go of."""

    def __len__(self) -> int: ...
    def __getitem__(self, number: int, /) -> Entry: ...
    def since(self, number: int) -> Iterator[Entry]: ...


class Spool(Generic[T]):
    """A list to whose end things are put, and from which any can be read; 8 bytes of memory for every 64 of them.

    They are plain data; what is read is equal to what was put, and often not the same. `folder`: where the temporary
    file lies (None: where the system has them), which is gone with this object.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
        weakref.finalize(self, self._file.close)
        self._starts = array("Q")
        self._end = 0
        self._tail: list[T] = []
        self._recent: OrderedDict[int, list[T]] = OrderedDict()

    def append(self, item: T) -> None:
        """Put one more to the end. Raises OSError if the disk is full."""
        self._tail.append(item)
        if len(self._tail) == BLOCK:
            data = pickle.dumps(self._tail, pickle.HIGHEST_PROTOCOL)
            self._file.seek(self._end)
            self._file.write(data)
            self._starts.append(self._end)
            self._end += len(data)
            self._keep(len(self._starts) - 1, self._tail)
            self._tail = []

    def __len__(self) -> int:
        return len(self._starts) * BLOCK + len(self._tail)

    def __getitem__(self, number: int) -> T:
        if number < 0:
            number += len(self)
        if number < 0:
            raise IndexError("there is no such item")
        place, rest = divmod(number, BLOCK)
        return (self._tail if place == len(self._starts) else self._block(place))[rest]

    def __iter__(self) -> Iterator[T]:
        return self.since(0)

    def since(self, number: int) -> Iterator[T]:
        """The items from `number` on."""
        while number < len(self):
            place, rest = divmod(number, BLOCK)
            block = self._tail if place == len(self._starts) else self._block(place)
            yield from block[rest:]
            number += len(block) - rest

    def _block(self, place: int) -> list[T]:
        found = self._recent.get(place)
        if found is not None:
            return found
        start = self._starts[place]
        end = self._starts[place + 1] if place + 1 < len(self._starts) else self._end
        self._file.seek(start)
        block: list[T] = pickle.loads(self._file.read(end - start))
        self._keep(place, block)
        return block

    def _keep(self, place: int, block: list[T]) -> None:
        self._recent[place] = block
        if len(self._recent) > RECENT:
            self._recent.popitem(last=False)
