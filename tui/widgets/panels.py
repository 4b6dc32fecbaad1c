"""The panels below the picture, but for the space-time diagram: bytes, log, book; and the node's own view beside it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from core.protocols import module_of
from core.wire.cdr import SOURCE as CDR_SOURCE
from core.wire.cdr import CdrCodec
from core.wire.table import Span
from tui.clock import show_clock
from tui.language import counted, retold, said
from tui.widgets.canvas import Canvas, Ink, cut, wrapped

NARROW = 60
"""Columns from which on bytes and fields stand side by side."""

# Bytes


@dataclass(frozen=True)
class Bytes:
    """A message's bytes: its title, the bytes, the codec's own spans, the field pointed at; its IDL if it is in CDR."""

    title: str
    data: bytes
    spans: Sequence[Span]
    at: int = 0
    idl: Sequence[str] = ()


def draw_bytes(canvas: Canvas, shown: Bytes | None) -> None:
    """Hex on the left, the fields that the codec reads on the right; the one pointed at stands out in both."""
    if shown is None:
        canvas.put(1, 1, said("No message has been seen yet."), Ink.QUIET)
        return
    canvas.put(1, 0, cut(shown.title, canvas.width - 16), Ink.STRONG)
    canvas.right(0, counted("{count} byte", "{count} bytes", len(shown.data)), Ink.QUIET, 1)
    across = 16 if canvas.width >= 96 else 8
    if canvas.width < NARROW:  # one above the other
        hex_rows = min(-(-len(shown.data) // across), max(1, canvas.height // 2))
        _draw_hex(canvas, shown, across, hex_rows)
        below = canvas.part(canvas.width, canvas.height - 1 - hex_rows)
        _draw_fields(below, shown, 1)
        canvas.blit(below, 0, 1 + hex_rows)
        return
    _draw_hex(canvas, shown, across)
    left = across * 3 + 8
    _draw_idl(canvas, shown, 2 + -(-len(shown.data) // across), left - 2)
    _draw_fields(canvas, shown, left)


def _draw_hex(canvas: Canvas, shown: Bytes, across: int, rows: int | None = None) -> None:
    """The bytes below the title, in so many rows; in all that there are, if that is not said."""
    span = shown.spans[shown.at] if shown.spans else None
    first = span.first_bit // 8 if span else 0
    last = (span.first_bit + max(1, span.bits) - 1) // 8 if span else -1
    rows = canvas.height - 1 if rows is None else rows
    top = max(0, first // across - rows + 2) if first // across >= rows else 0
    for row in range(rows):
        offset = (top + row) * across
        if offset >= len(shown.data):
            break
        canvas.put(1, 1 + row, f"{offset:04x}", Ink.QUIET)
        for place, byte in enumerate(shown.data[offset : offset + across]):
            inside = first <= offset + place <= last
            canvas.put(6 + place * 3, 1 + row, f"{byte:02x}", Ink.CHOSEN if inside else Ink.PLAIN)
            if inside and offset + place < last and place + 1 < across:
                canvas.put(8 + place * 3, 1 + row, " ", Ink.CHOSEN)
            owner = _span_at(shown.spans, (offset + place) * 8)
            if owner >= 0:
                canvas.hot(6 + place * 3, 1 + row, 3, ("span", owner))


def _draw_idl(canvas: Canvas, shown: Bytes, top: int, width: int) -> None:
    """The declaration of the message below its bytes, where there is room for it: whole, or its members only."""
    room = canvas.height - top
    lines = shown.idl if len(shown.idl) <= room else [" ".join(line.split()) for line in shown.idl[1:-1]]
    if len(lines) > room:
        return
    for row, line in enumerate(lines):
        canvas.put(1, top + row, cut(line, width), Ink.QUIET)


def _span_at(spans: Sequence[Span], bit: int) -> int:
    for place, span in enumerate(spans):
        if span.first_bit <= bit < span.first_bit + span.bits:
            return place
    return -1


def _draw_fields(canvas: Canvas, shown: Bytes, left: int) -> None:
    width = canvas.width - left - 1
    rows = canvas.height - 2
    names = min(26, max((len(span.name) for span in shown.spans), default=0))
    top = max(0, min(shown.at - rows // 2, len(shown.spans) - rows))
    for row, span in enumerate(shown.spans[top : top + max(1, rows)]):
        here = top + row == shown.at
        text = cut(f"{span.name:<{names}}  {span.words}", width)
        canvas.put(left, 1 + row, text.ljust(width) if here else text, Ink.CHOSEN if here else Ink.PLAIN)
        canvas.hot(left, 1 + row, width, ("span", top + row))
    if shown.spans and rows > 0:
        span = shown.spans[shown.at]
        bits = said("bit {first} to {last}", first=span.first_bit, last=span.first_bit + max(1, span.bits) - 1)
        meaning = "  ".join(part for part in (retold(span.meaning), span.source, bits) if part)
        canvas.put(left, canvas.height - 1, cut(meaning, width), Ink.QUIET)


# Log


@dataclass(frozen=True)
class LogLine:
    """One line: when, what it is (a sign), the words."""

    time: int
    sign: str
    words: str
    ink: Ink = Ink.PLAIN
    number: int = -1


WORDS_AT = 14
"""The column in which the words of a line of the log begin."""


def log_rows(lines: Sequence[LogLine], width: int) -> list[tuple[LogLine, str, bool]]:
    """The rows of a log on a canvas of this width: the line, the words of this row, whether it is the line's first."""
    found = []
    for line in lines:
        for place, words in enumerate(wrapped(line.words, width - WORDS_AT - 1)):
            found.append((line, words, not place))
    return found


def draw_log(canvas: Canvas, lines: Sequence[LogLine], back: int = 0) -> int:
    """The newest at the bottom, `back` rows scrolled up; how many rows there are."""
    if not lines:
        canvas.put(1, 0, said("Nothing has happened yet."), Ink.QUIET)
        return 0
    rows = log_rows(lines[-(canvas.height + back) :], canvas.width)
    end = max(min(len(rows), canvas.height), len(rows) - back)
    for y, (line, words, first) in enumerate(rows[max(0, end - canvas.height) : end]):
        if first:
            canvas.put(0, y, f"{show_clock(line.time):>10}", Ink.QUIET)
            canvas.put(11, y, line.sign, line.ink)
        canvas.put(WORDS_AT, y, words, line.ink)
        if line.number >= 0:
            canvas.hot(0, y, canvas.width, ("entry", line.number))
    return len(rows)


# View


def draw_view(canvas: Canvas, title: str, view: Mapping[str, str | int], kept: Sequence[str], quiet: str = "") -> None:
    """The node's own view, name and value a row; a long value goes on below its name."""
    canvas.put(1, 0, cut(title, canvas.width - 2), Ink.YOU)
    y = 1
    if not view and quiet:
        canvas.wrap(1, 1, quiet, canvas.width - 2, canvas.height - 1, Ink.QUIET)
        return
    widest = min(12, max((len(str(value)) for value in view.values()), default=0))
    names = min(max((len(name) for name in view), default=0), canvas.width - 4 - widest)
    left = len(kept) + len(view)
    for name, value in view.items():
        text = str(value)
        room = canvas.width - names - 4
        spare = max(1, canvas.height - y - (left - 1))
        left -= 1
        canvas.put(1, y, cut(name, names), Ink.QUIET)
        if len(text) > room and spare > 1 and (len(text) > 2 * room or room < 12):  # a long value has its own lines
            y += 1 + canvas.wrap(3, y + 1, text, canvas.width - 4, min(spare - 1, 6))
        else:
            y += canvas.wrap(names + 3, y, text, room, min(spare, 6))
    for line in kept:
        canvas.put(1, y, cut(line, canvas.width - 2), Ink.ACCENT)
        y += 1


# Book

AS_IT_IS = "| "
"""Begins a line that is not to be wrapped."""


@cache
def rule_of(protocol: str, *, idl: bool = True) -> str:
    """What a room says of itself: title, Problem, Rule, Simplified, Source. Then, with `idl`, its messages' IDL,
    if they are in CDR: its lines begin with AS_IT_IS."""
    module = module_of(protocol)
    text = inspect.cleandoc(module.__doc__ or protocol)
    codec = module.PROTOCOL.codec
    if not isinstance(codec, CdrCodec) or not idl:
        return text
    declared = "\n".join(f"{AS_IT_IS}{line}" for line in codec.idl.splitlines())
    return f"{text}\n\nIts messages in IDL, as CDR carries them ({CDR_SOURCE}):\n\n{declared}"


def book_lines(text: str, width: int) -> list[tuple[str, Ink]]:
    """A room's docstring, wrapped: its headings stand in a column of their own."""
    lines: list[tuple[str, Ink]] = []
    for paragraph in _paragraphs(text):
        if paragraph.startswith(AS_IT_IS):
            lines.append((cut(paragraph.removeprefix(AS_IT_IS), width), Ink.PLAIN))
            continue
        match = re.match(r"(Problem|Rule|Simplified|Source)\s+(.*)", paragraph)
        if match is None:
            lines += [(line, Ink.STRONG if not lines else Ink.PLAIN) for line in wrapped(paragraph, width)]
            continue
        for place, line in enumerate(wrapped(match[2], width - 12)):
            lines.append(((f"{match[1]:<12}" if place == 0 else " " * 12) + line, Ink.PLAIN))
    return lines


def _paragraphs(text: str) -> list[str]:
    found: list[str] = []
    for line in text.splitlines():
        if not line.strip():
            found.append("")
        elif line.startswith(AS_IT_IS):
            found.append(line)
        elif found and found[-1] and not re.match(r"(Problem|Rule|Simplified|Source)\s{2,}", line):
            found[-1] += " " + line.strip()
        else:
            found.append(line.strip())
    return [paragraph for paragraph in found if paragraph]


def draw_lines(canvas: Canvas, lines: Sequence[tuple[str, Ink]], down: int = 0) -> None:
    """Lines from the top, `down` of them scrolled away."""
    down = max(0, min(down, len(lines) - canvas.height))
    for y, (text, ink) in enumerate(lines[down : down + canvas.height]):
        canvas.put(1, y, text, ink)
    if len(lines) > down + canvas.height:
        canvas.right(canvas.height - 1, f" {said('page down')}: {said('more')} ", Ink.QUIET)


__all__ = [
    "Bytes", "LogLine", "book_lines", "draw_bytes", "draw_lines", "draw_log", "draw_view", "rule_of",
]  # fmt: skip
