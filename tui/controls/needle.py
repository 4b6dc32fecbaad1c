"""A needle on the picture: one node."""

from __future__ import annotations

from typing import ClassVar

from core.kernel.domains import OneOf
from tui.controls.base import Press, Setting
from tui.controls.choosing import MOST_ROWS
from tui.controls.listing import ListControl
from tui.widgets.canvas import Canvas, Ink, wrapped


class NeedleControl(ListControl):
    """The arrows turn the needle from node to node, and a name's beginning turns it there; the picture shows where it
    points. A click on a node points there; a second one gives."""

    keys: ClassVar[str] = "left right turn the needle   Enter answer"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        if isinstance(self.domain, OneOf):  # in the level's own order: the needle turns, it does not jump
            self.options = tuple(self.domain.of(self.asked))
            self.at = self.options.index(setting.previous) if setting.previous in self.options else 0

    def walk(self, key: str, character: str | None) -> Press:
        step = {"right": 1, "down": 1, "left": -1, "up": -1}.get(key)
        if step is None or not self.options:
            return Press.NOT_MINE
        self.at = (self.at + step) % len(self.options)
        return Press.CHANGED

    def rows(self, width: int) -> int:
        return min(MOST_ROWS, len(wrapped("  ".join(map(str, self.visible)), width - 4)) + 1)

    def draw(self, canvas: Canvas) -> None:
        lines: list[list[int]] = [[]]
        x = here = 0
        visible = self.visible
        for place, option in enumerate(visible):
            if x + len(str(option)) + 4 > canvas.width and lines[-1]:
                lines.append([])
                x = 0
            if option == self.options[self.at]:
                here = len(lines) - 1
            lines[-1].append(place)
            x += len(str(option)) + 3
        room = max(1, canvas.height - 1)
        first = here // room * room
        shown = lines[first : first + room]
        for y, line in enumerate(shown):
            x = 2
            for place in line:
                option = visible[place]
                chosen = option == self.meant
                text = f">{option}<" if chosen else f" {option} "
                canvas.put(x - 1, y, text, Ink.CHOSEN if chosen else Ink.PLAIN)
                canvas.hot(x - 1, y, len(text), ("option", self.options.index(option)))
                x += len(str(option)) + 3
        if not visible:
            canvas.put(2, 0, f"type the beginning of one of {len(self.options)}", Ink.QUIET)
        elif (meant := self.meant) is not None and (words := self.words_of(meant)) != str(meant):
            canvas.put(2, len(shown), words, Ink.QUIET)
