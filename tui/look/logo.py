"""The name of the game in pixels of half a cell, lit from left to right."""

from __future__ import annotations

from tui.look.palette import Ink, mix
from tui.widgets.canvas import Canvas

NAME = "ACKADEMY"
_LETTERS = {
    "A": (".#####.", "#######", "##...##", "##...##", "##...##", "#######", "#######", "#######", "##...##", "##...##"),
    "C": (".######", "#######", "###....", "##.....", "##.....", "##.....", "##.....", "###....", "#######", ".######"),
    "K": ("##...##", "##..###", "##.###.", "#####..", "####...", "####...", "#####..", "##.###.", "##..###", "##...##"),
    "D": ("######.", "#######", "##..###", "##...##", "##...##", "##...##", "##...##", "##..###", "#######", "######."),
    "E": ("#######", "#######", "##.....", "##.....", "######.", "######.", "##.....", "##.....", "#######", "#######"),
    "M": ("##...##", "###.###", "#######", "#######", "##.#.##", "##.#.##", "##...##", "##...##", "##...##", "##...##"),
    "Y": ("##...##", "##...##", "###.###", ".#####.", "..###..", "..###..", "..###..", "..###..", "..###..", "..###.."),
}
WIDTH = 8 * len(NAME) - 1
ROWS = 5
FRAMES = 12
"""Pictures in which it is lit."""
DARK_STOPS = (0xFFF6DC, 0xFFD166, 0xFF9D5C)
LIGHT_STOPS = (0xA86F00, 0x7A4F00, 0x8F3F00)


def draw(canvas: Canvas, x: int, y: int, frame: int = FRAMES) -> None:
    """The name with its top left cell at (x, y), after so many pictures of its being lit. Where colours cannot be mixed
    it is made of signs, and is there at once."""
    rows = [".".join(_LETTERS[letter][row] for letter in NAME) for row in range(2 * ROWS)]
    stops = LIGHT_STOPS if canvas.palette.light else DARK_STOPS
    lit = WIDTH * frame // FRAMES
    for row in range(ROWS):
        for column in range(WIDTH):
            halves = [rows[2 * row + half][column] == "#" for half in (0, 1)]
            if not any(halves):
                continue
            if canvas.ascii_only or not canvas.palette.mixes:
                canvas.put(x + column, y + row, "█", Ink.YOU)
                continue
            behind = canvas.ground(x + column, y + row)
            dim = 0.0 if column < lit else 0.82
            upper, lower = (
                mix(_gradient(stops, 2 * row + half), behind, dim) if halves[half] else behind for half in (0, 1)
            )
            canvas.lay(x + column, y + row, upper, lower)


def _gradient(stops: tuple[int, int, int], row: int) -> int:
    """The colour of a row of pixels."""
    share = row / (2 * ROWS - 1) * 2
    return mix(stops[0], stops[1], share) if share < 1 else mix(stops[1], stops[2], share - 1)
