"""Cards: put in an order."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from core.kernel.choice import Value
from core.kernel.domains import OrderOf, by_places
from tui.controls.base import Press, Setting, number_in
from tui.controls.choosing import MOST_ROWS, Choosing
from tui.language import later, said
from tui.widgets.canvas import Canvas, Ink, cut


class CardsControl(Choosing):
    """Arrows walk, space lifts a card and lays it down, arrows carry a lifted card; Enter gives the order.

    A card's beginning goes to it: Enter lifts it, and the beginning of another carries it there. The whole order can be
    typed, too, with commas between, or by the places in which the cards stand.
    """

    keys: ClassVar[str] = later("up down walk   space lift or lay down   Enter answer")

    def __init__(self, setting: Setting) -> None:
        domain = setting.asked.choice.domain
        assert isinstance(domain, OrderOf)
        items = tuple(setting.pieces or domain.of(setting.asked))
        previous = setting.previous
        again = isinstance(previous, tuple) and sorted(map(str, previous)) == sorted(map(str, items))
        super().__init__(setting, previous if again and isinstance(previous, tuple) else items)
        self._lifted: Value | None = None
        self._columns = 1
        self._down = max(1, len(self.options))

    @property
    def draft(self) -> Value | None:
        return self.options

    @property
    def taking(self) -> str:
        if self.spelled_out is not None:
            return said("Enter lay them so")
        if self._lifted is None:
            return said("Enter lift")
        return said("Enter carry {card} there").format(card=self.name_of(self._lifted))

    @property
    def spelled_out(self) -> Value | None:
        if not any(sign in self.line.text for sign in ",> "):
            return None
        try:
            placed = by_places(self.options, self.line.text, whole=True)
            if placed is not None and self.domain.problem(self.asked, placed) is None:
                return placed
            return self.domain.parse(self.asked, self.line.text)
        except ValueError:
            return None

    def press(self, key: str, character: str | None = None) -> Press:
        return self._take() if key == "enter" and self.typing else super().press(key, character)

    def _take(self) -> Press:
        """Do what is typed: lay the whole order, lift a card, or carry the lifted one to another's place."""
        whole, meant = self.spelled_out, self.meant
        self.problem = ""
        if whole is not None:
            self.options, self.at, self._lifted = whole, 0, None
            self.clear()
        elif meant is None:
            self.problem = self.check()
        elif self._lifted is None:
            self.point(self.options.index(meant))
            self._lifted = meant
        else:
            place = self.options.index(meant)
            self.point(self.options.index(self._lifted))
            self._to(place)
            self._lifted = None
        return Press.CHANGED

    def walk(self, key: str, character: str | None) -> Press:
        step = {"up": -1, "down": 1, "left": -1, "right": 1}.get(key)
        if step is not None and self.options:
            self._to(self.at + step)
            return Press.CHANGED
        if key == "space":
            self._lifted = self.options[self.at] if self._lifted is None and self.options else None
            return Press.CHANGED
        if character and character.isdigit() and 0 < int(character) <= len(self.options):
            self._to(int(character) - 1)
            return Press.CHANGED
        return Press.NOT_MINE

    def _to(self, place: int) -> None:
        place = max(0, min(len(self.options) - 1, place))
        if self._lifted is not None:
            cards = [card for card in self.options if card != self._lifted]
            cards.insert(place, self._lifted)
            self.options = tuple(cards)
        self.at = place

    def click(self, target: Hashable, delta: int = 0) -> Press:
        if delta:
            self.clear()
            self._to(self.at + delta)
            return Press.CHANGED
        if (place := number_in(target, "option", len(self.options))) is not None:
            self.clear()
            if self._lifted is not None or place == self.at:
                self._to(place)
                self._lifted = None if self._lifted is not None else self.options[self.at]
            else:
                self.at, self._lifted = place, self.options[place]
            return Press.CHANGED
        return Press.NOT_MINE

    def rows(self, width: int) -> int:
        return max(1, min(MOST_ROWS, len(self.options)))

    def draw(self, canvas: Canvas) -> None:
        visible = self.visible
        room = max(1, canvas.height)
        widest = max((len(self.name_of(card)) for card in self.options), default=1) + 14
        columns = max(1, min(canvas.width // widest, -(-len(visible) // room)))
        down = min(room, -(-max(1, len(visible)) // columns))
        width = canvas.width // columns
        for spot, shown in enumerate(self.page(columns * down)):
            x, y = spot // down * width, spot % down
            card = visible[shown]
            place = self.options.index(card)
            here, lifted = card == self.meant, card == self._lifted
            mark = "=" if lifted else ">" if here else " "
            text = cut(f"{mark} {place + 1}  {'   ' if lifted else ''}[ {self.name_of(card)} ]", width - 1)
            canvas.put(x, y, text, Ink.CHOSEN if here else Ink.PLAIN)
            canvas.hot(x, y, width - 1, ("option", place))
