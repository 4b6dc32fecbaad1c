"""A needle on the picture: one node."""

from __future__ import annotations

from typing import ClassVar

from core.kernel.domains import OneOf
from tui.controls.base import Press, Setting
from tui.controls.listing import ListControl
from tui.widgets.canvas import Canvas, Ink, wrapped


class NeedleControl(ListControl):
    """The arrows turn the needle from node to node; the picture shows where it points. A click on a node points
    there; a second one gives."""

    keys: ClassVar[str] = "left right turn the needle   Enter answer"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        if isinstance(self.domain, OneOf):  # in the level's own order: the needle turns, it does not jump
            self.options = tuple(self.domain.of(self.asked))
            self.at = self.options.index(setting.previous) if setting.previous in self.options else 0

    def key(self, key: str, character: str | None) -> Press:
        step = {"right": 1, "down": 1, "left": -1, "up": -1}.get(key)
        if step is None or not self.options:
            return Press.NOT_MINE
        self.at = (self.at + step) % len(self.options)
        return Press.CHANGED

    def rows(self, width: int) -> int:
        return len(wrapped("  ".join(map(str, self.options)), width - 4)) + 1

    def draw(self, canvas: Canvas) -> None:
        x, y = 2, 0
        for place, option in enumerate(self.options):
            text = str(option)
            if x + len(text) + 2 > canvas.width:
                x, y = 2, y + 1
            chosen = place == self.at
            canvas.put(x - 1, y, f">{text}<" if chosen else f" {text} ", Ink.CHOSEN if chosen else Ink.PLAIN)
            canvas.hot(x - 1, y, len(text) + 2, ("option", place))
            x += len(text) + 3
        if self.options and (words := self._words(self.options[self.at])) != str(self.options[self.at]):
            canvas.put(2, y + 1, words, Ink.QUIET)
