"""Pixels of half a cell: sprites, planets and big digits.

A pixel is as wide as a cell and half as high: `y` counts pixels, two a row. In ASCII, and where there are no colours to
mix, a picture of pixels is made of signs, and big text is bold text.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tui.look.palette import Ink, mix
from tui.widgets.canvas import Canvas

LIGHTS = 6
"""A shaded disc has so many steps of light."""

_DIGITS = {
    "0": ("###", "# #", "# #", "# #", "###"), "1": (" # ", "## ", " # ", " # ", "###"),
    "2": ("###", "  #", "###", "#  ", "###"), "3": ("###", "  #", "###", "  #", "###"),
    "4": ("# #", "# #", "###", "  #", "  #"), "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"), "7": ("###", "  #", " # ", " # ", " # "),
    "8": ("###", "# #", "###", "# #", "###"), "9": ("###", "# #", "###", "  #", "###"),
    ".": (" ", " ", " ", " ", "#"), ",": ("  ", "  ", "  ", " #", "# "), "%": ("# #", "  #", " # ", "#  ", "# #"),
    "-": ("  ", "  ", "##", "  ", "  "), "+": ("   ", " # ", "###", " # ", "   "), ":": (" ", "#", " ", "#", " "),
    "?": ("###", "  #", " ##", "   ", " # "), " ": ("  ", "  ", "  ", "  ", "  "),
    "/": ("  #", "  #", " # ", "#  ", "#  "), "a": ("###", "# #", "###", "# #", "# #"),
    "b": ("## ", "# #", "## ", "# #", "## "), "c": ("###", "#  ", "#  ", "#  ", "###"),
    "d": ("## ", "# #", "# #", "# #", "## "), "e": ("###", "#  ", "## ", "#  ", "###"),
    "f": ("###", "#  ", "## ", "#  ", "#  "), "x": ("   ", "# #", " # ", "# #", "   "),
}  # fmt: skip
"""Digits, also hexadecimal ones, five pixels high, so three rows of cells."""


def pixel(canvas: Canvas, x: int, y: int, colour: int, char: str = "#") -> None:
    """One pixel in a colour; the other half of its cell stays as it is."""
    if not (0 <= x < canvas.width and 0 <= y < 2 * canvas.height):
        return
    row = y >> 1
    behind = canvas.ground(x, row)
    is_pixel = canvas.chars[row][x] == "▀" and canvas.fores[row][x] >= 0
    upper = canvas.fores[row][x] if is_pixel else behind
    if y & 1:
        canvas.lay(x, row, upper, colour, char)
    else:
        canvas.lay(x, row, colour, behind, char)


def sprite(canvas: Canvas, x: int, y: int, rows: Sequence[str], colours: Mapping[str, int]) -> None:
    """A small picture, its top left pixel at (x, y): each letter of `rows` is a colour, a blank lets through what is
    behind."""
    for down, row in enumerate(rows):
        for across, letter in enumerate(row):
            if letter in colours:
                pixel(canvas, x + across, y + down, colours[letter])


def planet(
    canvas: Canvas,
    centre: tuple[int, int],
    radius: float,
    lit: int,
    dark: int,
    spots: Sequence[tuple[float, float, float, int]] = (),
) -> None:
    """A disc lit from the upper left, in `LIGHTS` steps from the colour `lit` to the colour `dark`.

    `centre` and `radius` are pixels (a pixel is as high as it is wide). A spot is (across, down, radius, colour) in
    shares of the radius, from the middle: land, a crater.
    """
    reach = math.ceil(radius)
    for down in range(-reach, reach + 1):
        for across in range(-reach, reach + 1):
            far = math.hypot(across, down)
            if far > radius or not radius:
                continue
            u, v = across / radius, down / radius
            colour = lit
            for x, y, size, spot in spots:
                if (u - x) ** 2 + (v - y) ** 2 < size * size:
                    colour = spot
            height = math.sqrt(max(0.0, 1 - u * u - v * v))
            light = max(0.0, -0.55 * u - 0.5 * v + 0.67 * height)
            step = min(LIGHTS - 1, int(light * LIGHTS))
            shaded = mix(dark, colour, 0.25 + 0.75 * step / (LIGHTS - 1))
            pixel(canvas, centre[0] + across, centre[1] + down, shaded, ":" if step < LIGHTS // 2 else "#")


def big(canvas: Canvas, x: int, y: int, text: str, ink: Ink = Ink.STRONG) -> int:
    """Text in digits three rows high, from the cell (x, y); the column after it. What has no big form, and all of it in
    ASCII, is bold text in the middle row."""
    if canvas.ascii_only or not canvas.palette.mixes or any(sign not in _DIGITS for sign in text):
        return canvas.put(x, y + 1, text, ink)
    colour = canvas.palette.colour(ink, 0, canvas.ground(x, y), canvas.world)
    for sign in text:
        rows = _DIGITS[sign]
        for down, row in enumerate(rows):
            for across, mark in enumerate(row):
                if mark != " ":
                    pixel(canvas, x + across, 2 * y + down, colour)
        canvas.own(x, y, len(rows[0]), 3)
        x += len(rows[0]) + 1
    return x - 1 if text else x


def big_width(text: str) -> int:
    """How many columns `big` takes where it can draw."""
    return sum(len(_DIGITS[sign][0]) + 1 if sign in _DIGITS else 1 for sign in text) - 1
