"""Lines of text on a stream of bytes: each ends in a line feed, a carriage return before it is no part of the line.

A stream keeps no boundaries: bytes arrive in any pieces. Whoever reads keeps what is left of the last piece and
puts the next one behind it.
"""

from __future__ import annotations

from core.wire.table import CodecError

CODEC = "lines"
GREATEST = 8192
"""Bytes of the longest line, its end not counted."""


def cut(held: bytes, arrived: bytes, greatest: int = GREATEST) -> tuple[tuple[bytes, ...], bytes]:
    """The lines that are whole once `arrived` follows `held`, without their ends; and what is left of the next one.

    Raises CodecError for a line of more than `greatest` bytes, whole or not, with the lines before it in `decoded`.
    """
    waiting = held + arrived
    *whole, rest = waiting.split(b"\n")
    lines: list[bytes] = []
    place = 0
    for line in (*whole, rest):
        if len(line) > greatest + 1 or len(line.removesuffix(b"\r")) > greatest:
            raise CodecError(CODEC, place, f"a line of more than {greatest} bytes", tuple(lines))
        lines.append(line.removesuffix(b"\r"))
        place += len(line) + 1
    return tuple(lines[:-1]), rest


def join(line: bytes) -> bytes:
    """The line with its end. Raises CodecError if it holds an end itself, which would make it two."""
    if b"\n" in line:
        raise CodecError(CODEC, line.index(b"\n"), "a line feed within a line")
    return line + b"\n"
