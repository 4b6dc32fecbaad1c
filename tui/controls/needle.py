"""A needle on the picture: one node, or one place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from core.kernel.choice import Value
from core.kernel.domains import OneOf, PlaceOf
from tui.controls.base import Press, Setting
from tui.controls.choosing import MOST_ROWS
from tui.controls.listing import ListControl
from tui.language import later, said
from tui.widgets.canvas import Canvas, Ink


class NeedleControl(ListControl):
    """The arrows turn the needle from node to node (or place to place, in a table up and down, too), and a name's
    beginning turns it there; the picture shows where it points. A click on a node points there; a second one gives."""

    keys: ClassVar[str] = later("left right turn the needle   Enter answer")
    caps: ClassVar[Sequence[tuple[str, str]]] = ((later("arrows"), later("point")),)
    by_digit: ClassVar[bool] = False

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        if isinstance(self.domain, OneOf):  # in the level's own order: the needle turns, it does not jump
            self.options = tuple(self.domain.of(self.asked))
            self.at = self.options.index(setting.previous) if setting.previous in self.options else 0

    def freshen(self, setting: Setting) -> None:
        super().freshen(setting)
        if isinstance(self.domain, OneOf):
            self.renew(self.domain.of(self.asked))

    def walk(self, key: str, character: str | None) -> Press:
        across = self.across
        step = {"right": 1, "down": across or 1, "left": -1, "up": -(across or 1)}.get(key)
        if step is None or not self.options:
            return Press.NOT_MINE
        if abs(step) == 1:
            self.at = (self.at + step) % len(self.options)
        elif 0 <= self.at + step < len(self.options):
            self.at += step
        return Press.CHANGED

    @property
    def across(self) -> int:
        """How many stand in a row, where they do; else 0."""
        return self.domain.columns if isinstance(self.domain, PlaceOf) else 0

    def _lines(self, width: int) -> list[list[int]]:
        """The places, among those visible, of every row."""
        visible = self.visible
        across = 0 if self.typing else self.across
        lines: list[list[int]] = [[]]
        x = 0
        for place, option in enumerate(visible):
            wide = self._wide(option)
            if lines[-1] and (place % across == 0 if across else x + wide + 1 > width):
                lines.append([])
                x = 0
            lines[-1].append(place)
            x += wide
        return lines

    def _wide(self, option: Value) -> int:
        """The cells that an option takes: in a table all columns are as wide as the widest."""
        if self.across and not self.typing:
            return max(len(self.name_of(one)) for one in self.options) + 3
        return len(self.name_of(option)) + 3

    def rows(self, width: int) -> int:
        return min(MOST_ROWS, len(self._lines(width)) + 1)

    def draw(self, canvas: Canvas) -> None:
        visible = self.visible
        lines = self._lines(canvas.width)
        at = visible.index(self.options[self.at]) if self.options and self.options[self.at] in visible else 0
        here = next((number for number, line in enumerate(lines) if at in line), 0)
        room = max(1, canvas.height - 1)
        first = here // room * room
        shown = lines[first : first + room]
        for y, line in enumerate(shown):
            x = 2
            for place in line:
                option = visible[place]
                chosen = option == self.meant
                name = self.name_of(option)
                text = f">{name}<" if chosen else f" {name} "
                canvas.put(x - 1, y, text, Ink.CHOSEN if chosen else Ink.PLAIN)
                canvas.hot(x - 1, y, len(text), ("option", self.options.index(option)))
                x += self._wide(option)
        if not visible:
            canvas.put(2, 0, said("type the beginning of one of {count}").format(count=len(self.options)), Ink.QUIET)
        elif (meant := self.meant) is not None and (words := self.words_of(meant)) != self.name_of(meant):
            canvas.put(2, len(shown), words, Ink.QUIET)
