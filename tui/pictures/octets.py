"""Bytes as cells, one cell a byte, with a ruler and the place where the answer at hand would cut them."""

from __future__ import annotations

from tui.pictures import Canvas, Ink

CELL = 3
"""Columns of a cell."""
_NAMES = {0x0D: "\\r", 0x0A: "\\n", 0x09: "\\t"}


def letters(data: bytes) -> list[str]:
    r"""What stands over each byte: a character over its first byte, `\r` and `\n` for CR and LF, else hexadecimal."""
    found: list[str] = []
    text = data.decode("utf-8", "surrogateescape")
    for character in text:
        octets = character.encode("utf-8", "surrogateescape")
        name = _NAMES.get(octets[0], character if character.isprintable() and octets[0] >= 0x20 else octets.hex())
        if "\ud800" <= character <= "\udfff":
            name = octets.hex()
        found += [name, *[""] * (len(octets) - 1)]
    return found


def cells(width: int) -> int:
    """How many bytes a row of that width has."""
    return max(1, (width - 2) // CELL)


def draw_octets(canvas: Canvas, top: int, data: bytes, cut: int | None, *, codes: bool = False) -> int:
    """The bytes from row `top` on, cut after `cut` of them (None: not cut); the row below them.

    A row of letters, with `codes` one of hexadecimal numbers, and a ruler that numbers every fifth byte.
    """
    names, across = letters(data), cells(canvas.width)
    y = top
    for start in range(0, len(data), across):
        for place in range(start, min(start + across, len(data))):
            x = 1 + (place - start) * CELL
            inside = cut is not None and place < cut
            ink = Ink.CHOSEN if inside else Ink.PLAIN
            canvas.put(x, y, f"{names[place] or '~':<2} " if not codes else f"{names[place]:<2} ", ink)
            if codes:
                canvas.put(x, y + 1, f"{data[place]:02x} ", ink if inside else Ink.QUIET)
            if (place + 1) % 5 == 0:
                canvas.put(x, y + 1 + codes, str(place + 1), Ink.QUIET)
            if cut == place + 1:
                canvas.put(x + 2, y, "|", Ink.ACCENT)
                canvas.put(x, y + 1 + codes, f"^{cut}", Ink.ACCENT)
        y += 2 + codes
    return y
