"""Who has lines to be written in capitals, by datagrams or by streams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.kernel.parameters import parameter
from core.kernel.protocol import Machine
from core.wire.lines import GREATEST


def lines_of(text: str) -> tuple[bytes, ...]:
    """The lines that a client asks. Raises ValueError for one whose answer could never be the line in capitals."""
    found = tuple(line.encode() for line in text.split("\n"))
    for line in found:
        if line.endswith(b"\r") or len(line) > GREATEST:
            raise ValueError(f"a line has no carriage return at its end and at most {GREATEST} bytes")
    return found


@dataclass
class Asker(Machine):
    """A client: whom it asks, and what."""

    server: str = parameter("server", "whom the client asks", kind="node")
    text: str = parameter("hello", "the client's lines", check=lines_of)

    def answered(self) -> Iterator[tuple[bytes, bytes]]:
        """(a line, what was printed for it), in the order of printing."""
        raise NotImplementedError
