"""Headers as the standards draw them: words of 32 bits, a field as wide as it has bits, with what is typed in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.wire.ipv4 import PROTOCOLS, dotted
from tui.look.blocks import big, big_width
from tui.pictures import Canvas, Ink
from tui.widgets.canvas import cut

BITS = 32
LEAST_SIDE = 36
"""Columns that are left beside a figure, for what is done with it."""
CARET = "_"


@dataclass(frozen=True)
class Field:
    """A field of a header: its bits, its octets in hexadecimal, and what they say."""

    bits: int
    octets: str
    words: str
    name: str = ""
    """By which it can be typed; "" if it cannot be."""


def figure_width(canvas: Canvas) -> int:
    """The columns of a figure, so that there is room beside it."""
    return max(BITS, min(4 * BITS, canvas.width - LEAST_SIDE))


def draw_figure(
    canvas: Canvas,
    words: Sequence[Sequence[Field]],
    x: int,
    y: int,
    width: int,
    rows: int,
    written: Mapping[str, str] | None = None,
    at_hand: str = "",
) -> int:
    """The words of a header, one below the other, in so many columns and rows; how many rows it took. With enough of
    them the octets are in big digits. `written`: what stands in the fields that can be typed, `at_hand` among them."""
    pitch = max(1, min(5, rows // max(1, len(words))))
    for place, word in enumerate(words):
        bit = 0
        for number, one in enumerate(word):
            left, right = round(bit * width / BITS), round((bit + one.bits) * width / BITS)
            text = None if written is None or not one.name else written.get(one.name)
            box = (x + left, y + place * pitch, right - left, pitch)
            _draw_field(canvas, one, box, number + place, text, one.name == at_hand)
            if written is not None and text is not None:
                canvas.hot(box[0], box[1], box[2], ("option", list(written).index(one.name)), pitch)
            bit += one.bits
    return pitch * len(words)


def _draw_field(
    canvas: Canvas, field: Field, box: tuple[int, int, int, int], place: int, text: str | None, here: bool
) -> None:
    """One field in its box: a darker and a lighter ground in turns, an edge, its octets, and below what they say."""
    x, y, width, rows = box
    filled = rows if rows < 3 else rows - 1
    canvas.tint(x, y, width, filled, Ink.YOU if text is not None else Ink.WORLD, (0.16, 0.28)[place % 2])
    for row in range(filled):
        canvas.put(x, y + row, "│", Ink.YOU if text is not None else Ink.FAINT)
    if text is not None:
        shown = f"{text}{CARET}" if here else text or field.octets
        canvas.put(x + 1, y, cut(shown, width - 1), Ink.CHOSEN if here else Ink.YOU if text else Ink.QUIET)
        name = field.name if len(field.name) < width else cut(field.name, width - 1)
        if rows > 1:
            canvas.put(x + 1, y + 1, name, Ink.STRONG)
        if rows > 2:
            canvas.put(x + 1, y + 2, cut(f"it was {field.words}", width - 1), Ink.QUIET)
        return
    large = rows > 3 and big_width(field.octets) < width
    if large:
        big(canvas, x + 1, y, field.octets, Ink.ACCENT)
    else:
        canvas.put(x + 1, y, cut(field.octets, width - 1), Ink.ACCENT)
    words = field.words
    if rows == 1:
        canvas.put(x + 2 + len(field.octets), y, cut(words, width - 2 - len(field.octets)), Ink.QUIET)
    else:
        canvas.put(x + 1, y + (3 if large else 1), cut(words, width - 1), Ink.PLAIN)


def ip_words(data: bytes) -> list[list[Field]]:
    """The five words of an IP header; what is not there is a question mark."""
    d = data.ljust(20, b"\0")

    def octets(start: int, stop: int) -> str:
        return data[start:stop].hex().ljust(2 * (stop - start), "?")

    head, length = (d[0] & 15) * 4, int.from_bytes(d[2:4], "big")
    there = f"{length} bytes" if length == len(data) else f"{length} B, {len(data)} came"
    flags = [name for bit, name in ((0x40, "don't fragment"), (0x20, "more")) if d[6] & bit]
    offset = (int.from_bytes(d[6:8], "big") & 0x1FFF) * 8
    if offset:
        flags.append(f"from {offset}")
    protocol = PROTOCOLS.get(d[9], f"no. {d[9]}")
    source, destination = (dotted(int.from_bytes(d[at : at + 4], "big")) for at in (12, 16))
    return [
        [Field(8, octets(0, 1), f"v{d[0] >> 4} {head} B"), Field(8, octets(1, 2), "service"),
         Field(16, octets(2, 4), there)],
        [Field(16, octets(4, 6), f"number {int.from_bytes(d[4:6], 'big')}"),
         Field(16, octets(6, 8), ", ".join(flags) or "no flags")],
        [Field(8, octets(8, 9), f"TTL {d[8]}", "TTL"), Field(8, octets(9, 10), protocol),
         Field(16, octets(10, 12), "checksum", "checksum")],
        [Field(32, octets(12, 16), f"from {source}")],
        [Field(32, octets(16, 20), f"to {destination}")],
    ]  # fmt: skip


def udp_words(data: bytes) -> list[list[Field]]:
    """The two words of a UDP header."""
    ports = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
    return [
        [Field(16, data[:2].hex(), f"from port {ports[0]}"), Field(16, data[2:4].hex(), f"to port {ports[1]}")],
        [Field(16, data[4:6].hex(), f"{int.from_bytes(data[4:6], 'big')} bytes"),
         Field(16, data[6:8].hex(), "checksum")],
    ]  # fmt: skip


def draw_sum(canvas: Canvas, x: int, y: int, total: int, rows: int) -> int:
    """What the words add up to, the one large number; how many rows it took. Whether that is right is for the player
    to say."""
    canvas.put(x, y, "adds up to", Ink.QUIET)
    if rows >= 5:
        big(canvas, x, y + 1, f"{total:04x}", Ink.ACCENT)
        return 4
    canvas.put(x + 11, y, f"0x{total:04x}", Ink.ACCENT)
    return 1
