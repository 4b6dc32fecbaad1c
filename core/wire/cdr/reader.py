"""Where decoding has come to, and what a compiled type of the interface offers."""

from __future__ import annotations

from typing import Any

from core.kernel.language import written
from core.wire.table import CodecError, Span

SOURCE = "CORBA 3.3 part 2, 9.3"
CODEC = "CDR"


class Reader:
    """Where decoding has come to in `data`; collects spans if asked to."""

    __slots__ = ("data", "end", "position", "spans")

    def __init__(self, data: bytes, spans: list[Span] | None) -> None:
        self.data = data
        self.end = len(data)
        self.position = 0
        self.spans = spans

    def align(self, size: int, boundary: int = 0) -> int:
        """Step over the gap before a primitive of `size` bytes and over the primitive; where the primitive begins.

        It begins at a multiple of `boundary`, which is its size unless told otherwise.
        """
        boundary = boundary or size
        gap = -self.position % boundary
        first = self.position + gap
        if first + size > self.end:
            raise CodecError(
                CODEC, self.position, f"cut short: {gap + size} bytes are needed, {self.end - self.position} are there"
            )
        if gap and self.spans is not None:
            self.spans.append(
                Span(
                    "gap",
                    self.position * 8,
                    gap * 8,
                    self.data[self.position : first],
                    written("fills up to a multiple of {boundary}; may hold anything", boundary=boundary),
                    "alignment",
                    f"{SOURCE}.1.1",
                )
            )
        self.position = first + size
        return first

    def take(self, size: int, what: str) -> bytes:
        first = self.position
        if size > self.end - first:
            raise CodecError(CODEC, first, f"cut short: {what} has {size} bytes, {self.end - first} are there")
        self.position = first + size
        return self.data[first : self.position]

    def note(self, path: str, first: int, size: int, value: Any, words: str, meaning: str) -> None:
        if self.spans is not None and size:
            self.spans.append(Span(path, first * 8, size * 8, value, words, meaning, SOURCE))


class Type:
    """One type of the interface, compiled: it writes, reads, names its spans and knows its IDL."""

    idl: str
    least = 1  # bytes that the shortest value takes

    def write(self, out: bytearray, value: Any) -> None:
        raise NotImplementedError

    def read(self, reader: Reader, path: str) -> Any:
        raise NotImplementedError
