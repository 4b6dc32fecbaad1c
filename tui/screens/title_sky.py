"""The sky of the title, its name, and where the rest of it stands: what the first paint needs, and no more than that.

The world that runs below (`tui.screens.title_world`) needs the protocols, which take longer to load than the picture to
paint.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from tui.look import logo, stars
from tui.look.palette import Ink, Palette
from tui.look.places import Box
from tui.widgets.canvas import Canvas

TILE = 7
"""Columns of a page on the shelf and the gap behind it."""
SHELF = 4
"""Pages that the shelf shows on a small screen."""
THEIRS = Ink.NODE0
"""Alice's ink."""


def boxes(width: int, height: int) -> tuple[Box, Box, Box]:
    """Where the name stands, the world, and the words below it."""
    spare = max(0, height - 23)
    top = 1 + spare // 5
    scene = top + logo.ROWS + 1 + (2 if spare > 6 else 0)
    rows = 11 + spare // 4
    name = Box((width - logo.WIDTH) // 2, top, logo.WIDTH, logo.ROWS)
    inset = max(0, (width - 100) // 4)
    words = scene + rows + spare // 6
    return name, Box(inset, scene, width - 2 * inset, rows), Box(0, words, width, min(5, height - words))


def draw_sky(canvas: Canvas, frame: int, *, has_world: bool = False, still: bool = False, motto: str = "") -> None:
    """The name under the sky; with a world, the light that falls on it."""
    name, box, words = boxes(canvas.width, canvas.height)
    canvas.blit(_backdrop(canvas.width, canvas.height, canvas.ascii_only, canvas.palette, has_world), 0, 0)
    if frame < logo.FRAMES and not still:
        logo.draw(canvas, name.x, name.y, frame)
    around = Box(name.x - 2, name.y - 1, name.width + 4, name.height + 2)
    stars.draw(canvas, (around, box, words), frame, still=still)
    if motto and box.y - name.y - name.height > 1:
        canvas.centre(canvas.width // 2, name.y + name.height + 1, motto, Ink.QUIET)


class Places(NamedTuple):
    """Where alice and bob are: her middle and radius, the row of both, his shelf and how many pages it shows."""

    x: int
    y: int
    radius: int
    shelf: int
    many: int
    box: Box

    @property
    def desk(self) -> int:
        """The middle of the shelf."""
        return self.shelf + self.many * TILE // 2


def places_in(box: Box) -> Places:
    """Where they stand in this box."""
    radius = min(8, box.height // 2 + 2)
    count = SHELF if box.width < 96 else SHELF + 2
    return Places(
        box.x + radius, box.y + box.height // 2, radius, box.x + box.width - count * TILE - 1, count, box
    )  # fmt: skip


@lru_cache(maxsize=8)
def _backdrop(width: int, height: int, ascii_only: bool, palette: Palette, has_world: bool) -> Canvas:
    """What is the same in every picture: the sky, its light, and the name."""
    canvas = Canvas(width, height, ascii_only=ascii_only, palette=palette, world="title")
    canvas.sky()
    name, box, _ = boxes(width, height)
    if has_world:
        at = places_in(box)
        canvas.pool(at.x, at.y, at.radius + 6, box.height // 2 + 2, THEIRS)
        canvas.pool(at.desk, at.y, at.many * TILE // 2 + 8, box.height // 2 + 2, Ink.YOU, 0.16)
    logo.draw(canvas, name.x, name.y)
    return canvas
