"""Cards: put in an order."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from core.kernel.choice import Value
from core.kernel.domains import OrderOf
from tui.controls.base import Control, Press, Setting
from tui.widgets.canvas import Canvas, Ink, cut


class CardsControl(Control):
    """Arrows walk, space lifts a card and lays it down, arrows carry a lifted card; Enter gives the order."""

    keys: ClassVar[str] = "up down walk   space lift or lay down   Enter answer"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        assert isinstance(self.domain, OrderOf)
        items = list(self.domain.of(self.asked))
        previous = setting.previous
        self.cards = list(previous) if isinstance(previous, tuple) and sorted(map(str, previous)) == sorted(
            map(str, items)
        ) else items  # fmt: skip
        self.at = 0
        self.lifted = False
        self._columns = 1
        self._down = max(1, len(self.cards))

    @property
    def draft(self) -> Value | None:
        return tuple(self.cards)

    def key(self, key: str, character: str | None) -> Press:
        step = {"up": -1, "down": 1, "left": -1, "right": 1}.get(key)
        if step is not None and self.cards:
            self._to(self.at + step)
            return Press.CHANGED
        if key == "space":
            self.lifted = not self.lifted
            return Press.CHANGED
        if character and character.isdigit() and 0 < int(character) <= len(self.cards):
            self._to(int(character) - 1)
            return Press.CHANGED
        return Press.NOT_MINE

    def _to(self, place: int) -> None:
        place = max(0, min(len(self.cards) - 1, place))
        if self.lifted:
            self.cards.insert(place, self.cards.pop(self.at))
        self.at = place

    def click(self, target: Hashable, delta: int = 0) -> Press:
        if delta:
            self._to(self.at + delta)
            return Press.CHANGED
        if isinstance(target, tuple) and target[0] == "option":
            if self.lifted or int(target[1]) == self.at:
                self._to(int(target[1]))
                self.lifted = not self.lifted
            else:
                self.at, self.lifted = int(target[1]), True
            return Press.CHANGED
        return Press.NOT_MINE

    def rows(self, width: int) -> int:
        return max(1, len(self.cards))

    def draw(self, canvas: Canvas) -> None:
        columns = max(1, -(-len(self.cards) // max(1, canvas.height)))
        down = -(-max(1, len(self.cards)) // columns)
        width = canvas.width // columns
        for place, card in enumerate(self.cards):
            x, y = place // down * width, place % down
            here = place == self.at
            mark = "=" if here and self.lifted else ">" if here else " "
            indent = "   " if here and self.lifted else ""
            text = cut(f"{mark} {place + 1}  {indent}[ {card} ]", width - 1)
            canvas.put(x, y, text, Ink.CHOSEN if here else Ink.PLAIN)
            canvas.hot(x, y, width - 1, ("option", place))
