"""A level's picture in small: what its player sees first, drawn at full size and shrunk to pixels of half a cell."""

from __future__ import annotations

from core.session import Session
from levels.schema import Level
from tui.bridge import Bridge, session_of
from tui.look.moving import BRAILLE
from tui.look.palette import DEFAULT, Palette, mix
from tui.pictures import hook
from tui.pictures.general import picture_of
from tui.widgets.canvas import Canvas

FULL = 84, 26
"""Columns and rows of the picture that is shrunk."""
EVENTS = 60
"""A world goes on for so many events at most, until somebody is asked something."""
_HALVES = {"▀": 0.5, "▄": 0.5, "█": 1.0, "▓": 0.75, "▒": 0.5, "░": 0.25}

Pixels = tuple[tuple[int, ...], ...]


def glimpse_of(level: Level, palette: Palette) -> Canvas:
    """The picture with which the level begins, at full size, through the seat's own sight, as the level has it."""
    session = session_of(level)
    bridge = Bridge(level, session)
    try:
        _to_the_first_question(session)
        bridge.refresh_doing()
        canvas = Canvas(*FULL, palette=palette, world=level.world)
        canvas.sky()
        draw = (hook(level.protocol, "draw_bare") if level.play.bare else None) or picture_of(level.protocol)
        draw(canvas, bridge.scene())
        canvas.flush()
        return canvas
    finally:
        bridge.close()


def _to_the_first_question(session: Session) -> None:
    for _ in range(EVENTS):
        if session.question is not None or session.over or not session.step():
            return


def shrunk(canvas: Canvas, width: int, height: int) -> Pixels:
    """So many pixels across and down, each the mean colour of the cells that it stands for."""
    rows = []
    for y in range(height):
        top, stop = y * canvas.height // height, max(y * canvas.height // height + 1, (y + 1) * canvas.height // height)
        row = []
        for x in range(width):
            left = x * canvas.width // width
            right = max(left + 1, (x + 1) * canvas.width // width)
            cells = [_cell(canvas, column, line) for line in range(top, stop) for column in range(left, right)]
            row.append(_mean(cells))
        rows.append(tuple(row))
    return tuple(rows)


def _cell(canvas: Canvas, x: int, y: int) -> int:
    """One cell's colour, seen from afar."""
    char, ground = canvas.chars[y][x], canvas.ground(x, y)
    if char == " ":
        return ground
    fore = canvas.fores[y][x]
    if fore == DEFAULT:
        fore = canvas.palette.colour(canvas.inks[y][x], canvas.shades[y][x], ground, canvas.world)
    code = ord(char)
    if BRAILLE <= code < BRAILLE + 256:
        return mix(ground, fore, 0.25 + (code - BRAILLE).bit_count() / 8)
    return mix(ground, fore, _HALVES.get(char, 0.6))


def _mean(colours: list[int]) -> int:
    count = len(colours)
    found = 0
    for shift in (16, 8, 0):
        found |= sum(colour >> shift & 255 for colour in colours) // count << shift
    return found


def paint(canvas: Canvas, picture: Canvas) -> None:
    """The picture over the whole canvas, two pixels a cell."""
    pixels = shrunk(picture, canvas.width, 2 * canvas.height)
    for y in range(canvas.height):
        for x in range(canvas.width):
            canvas.lay(x, y, pixels[2 * y][x], pixels[2 * y + 1][x])
