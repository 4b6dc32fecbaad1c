"""The lift: fog wiped off a picture from left to right, behind a white edge that breaks up."""

from __future__ import annotations

from tui.look.palette import DEFAULT, Ink
from tui.widgets.canvas import Canvas

FRAMES = 18
"""Pictures of a lift, 20 a second."""
EDGE = 5
"""Columns of the white edge."""


def wipe(canvas: Canvas, fogged: Canvas, frame: int) -> None:
    """Cover what the edge has not reached yet with the picture in the fog; `frame` counts from 1 to FRAMES."""
    canvas.flush()
    fogged.flush()
    edge = round((canvas.width + EDGE) * frame / FRAMES)
    for y in range(min(canvas.height, fogged.height)):
        for x in range(max(0, edge), canvas.width):
            canvas.chars[y][x] = fogged.chars[y][x]
            canvas.inks[y][x] = fogged.inks[y][x]
            canvas.shades[y][x] = fogged.shades[y][x]
            canvas.fores[y][x] = fogged.fores[y][x]
            canvas.owned[y][x] = fogged.owned[y][x]
            if fogged.grounds[y][x] != DEFAULT:
                canvas.grounds[y][x] = fogged.grounds[y][x]
        for back in range(1, EDGE + 1):  # the further behind the edge, the more of it has broken off
            if (x := edge - back) >= 0 and (x * 7 + y * 13 + frame * 3) % (EDGE + 1) >= back:
                canvas.put(x, y, "█" if back == 1 else "▓", Ink.LIVE)


def typed_letters(words: str, frame: int) -> int:
    """How many letters of a lift's sentence stand there in this picture of it."""
    return len(words) * frame // FRAMES if frame else len(words)
