"""What a change of a few cells costs on the way to the terminal: no more than those cells.

Textual (8.2) sends of a changed span all that lies left of it in the same widget, too: `ChopsUpdate.render_segments`
crops a strip at its right end only. A packet that glides far right on a wide stage would send its rows almost whole, 20
times a second. `Cropped` is the same update with both ends cropped. In a Textual that is not among `CHECKED` nobody has
seen that this is right: there the update stays as it is, and a view marks one region a row instead.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import textual
from rich.console import Console, RenderableType
from rich.control import Control
from textual._compositor import ChopsUpdate
from textual.screen import Screen

from tui.crashing import CrashReportingApp

CHECKED = ("8.2",)
"""Versions of Textual with which `tests/tui/test_cropping.py` has run."""


@lru_cache(maxsize=1)
def installed() -> str:
    """The version of Textual, by the name of the folder that pip made beside it.

    `textual.__version__` asks `importlib.metadata`, which loads e-mail, zip and CSV for it: a twentieth of the time to
    the first picture.
    """
    found = [folder.name for folder in Path(textual.__file__).parents[1].glob("textual-*.dist-info")]
    return found[0].removeprefix("textual-").removesuffix(".dist-info") if len(found) == 1 else textual.__version__


def is_checked(version: str = "") -> bool:
    """Is a changed cell cheap, wherever it stands in its row? `version`: of Textual; "" for the installed one."""
    return ".".join((version or installed()).split(".")[:2]) in CHECKED


class Cropped(ChopsUpdate):
    """An update of which nothing but its spans goes to the terminal."""

    def render_segments(self, console: Console) -> str:
        """The update as the terminal takes it."""
        parts: list[str] = []
        move_to = Control.move_to
        for y, left, right in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=True):
                start, stop = max(x, left), min(end, right)
                if strip is not None and start < stop:
                    parts.append(move_to(start, y).segment.text)
                    parts.append(strip.crop(start - x, stop - x).render(console))
        return "".join(parts)


def cropped(update: RenderableType | None) -> RenderableType | None:
    """What is to be sent instead of an update."""
    if type(update) is ChopsUpdate and is_checked():
        return Cropped(update.chops, update.spans, update.chop_ends)
    return update


class CroppingApp(CrashReportingApp):
    """An app whose updates are cropped."""

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Send it; Textual has no public hook for what it sends."""
        super()._display(screen, cropped(renderable))
