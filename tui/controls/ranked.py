"""Some of the items, in an order."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from core.kernel.choice import Value
from core.kernel.domains import RankedOf
from tui.controls.base import Press, Setting, number_in
from tui.controls.choosing import MOST_ROWS, Taking
from tui.language import later, said
from tui.widgets.canvas import Canvas, Ink, cut


class RankedControl(Taking):
    """Arrows walk; space ranks the item at hand behind the others, or takes it out; left and right carry it forwards
    and back among those that are ranked; a digit inserts it at that place, where no item begins with one. The whole
    order can be typed with commas. In a picture that carries it items keep their places: left and right walk there, up
    and down carry."""

    keys: ClassVar[str] = later("space rank or out   left right carry   1-9 insert   Enter answer")
    separators: ClassVar[str] = ",>"

    def __init__(self, setting: Setting) -> None:
        domain = setting.asked.choice.domain
        assert isinstance(domain, RankedOf)
        super().__init__(setting, setting.pieces or domain.of(setting.asked))
        self.carried = setting.carried
        self.items = tuple(domain.of(setting.asked)) if self.carried else self.options
        self.least, self.most = domain.limits(self.asked)
        previous = setting.previous if isinstance(setting.previous, tuple) else ()
        self.ranked = [item for item in previous if item in self.items][: self.most]
        self._lay()

    def freshen(self, setting: Setting) -> None:
        """What cannot be ranked any more leaves the order."""
        super().freshen(setting)
        assert isinstance(self.domain, RankedOf)
        pieces = () if self.carried else setting.pieces
        self.items = tuple(pieces or self.domain.of(self.asked))
        self.least, self.most = self.domain.limits(self.asked)
        self.ranked = [item for item in self.ranked if item in self.items][: self.most]
        self.renew(self.items)
        self._lay(self.options[self.at] if self.options else None)

    def _lay(self, at_hand: Value | None = None) -> None:
        """Those that are ranked first, then the others; what is at hand stays at hand."""
        if self.carried:
            self.options = self.items
        else:
            self.options = (*self.ranked, *(item for item in self.items if item not in self.ranked))
        if at_hand is not None:
            self.at = self.options.index(at_hand)

    @property
    def draft(self) -> Value | None:
        return tuple(self.ranked)

    @property
    def keys_here(self) -> str:
        if self.carried:
            return later("left right walk   space rank or out   up down carry   Enter answer")
        return self.keys.replace("   1-9 insert", "") if self.begins("1") else self.keys

    @property
    def taking(self) -> str:
        if self.spelled_out is not None:
            return said("Enter rank them so")
        return said("Enter take it out") if self.meant in self.ranked else said("Enter rank it")

    @property
    def spelled_out(self) -> Value | None:
        if not any(sign in self.line.text for sign in ",>"):
            return None
        try:
            return self.domain.parse(self.asked, self.line.text)
        except ValueError:
            return None

    def take(self) -> Press:
        whole = self.spelled_out
        self.problem = ""
        if whole is not None:
            self.ranked = list(whole)
            self.at = 0
            self._lay()
            self.clear()
        elif self.typing and any(sign in self.line.text for sign in ",>"):
            try:
                self.domain.parse(self.asked, self.line.text)
            except ValueError as error:
                self.problem = str(error)
        elif self.typing and self.meant is None:
            self.problem = self.check()
        else:
            item = self.options[self.at]
            self.clear()
            if item in self.ranked:
                self.ranked.remove(item)
                self._lay(item)
            else:
                self._insert(item, len(self.ranked))
        return Press.CHANGED

    def _insert(self, item: Value, place: int) -> None:
        """Have the item ranked at this place, those behind it one further back."""
        self.problem = ""
        if item in self.ranked:
            self.ranked.remove(item)
        elif len(self.ranked) >= self.most:
            self.problem = said("{most} of {most} ranked: take one out first (space)", most=self.most)
            return
        self.ranked.insert(max(0, min(place, len(self.ranked))), item)
        self._lay(item)

    def walk(self, key: str, character: str | None) -> Press:
        if not self.options:
            return Press.NOT_MINE
        item = self.options[self.at]
        if self.carried:
            key = {"up": "left", "down": "right", "left": "up", "right": "down"}.get(key, key)
        if key in ("up", "down"):
            self.at = max(0, min(len(self.options) - 1, self.at + (1 if key == "down" else -1)))
            return Press.CHANGED
        if key in ("left", "right"):
            if item in self.ranked:
                self._insert(item, max(0, self.ranked.index(item) + (1 if key == "right" else -1)))
            return Press.CHANGED
        if character and character.isdigit() and 0 < int(character) <= self.most:
            self._insert(item, int(character) - 1)
            return Press.CHANGED
        return Press.NOT_MINE

    def click(self, target: Hashable, delta: int = 0) -> Press:
        if delta and self.options:
            self.clear()
            return self.walk("down" if delta > 0 else "up", None)
        place = self.options.index(target) if target in self.options else number_in(target, "option", len(self.options))
        if place is None:
            return Press.NOT_MINE
        self.point(place)
        return self.take()

    def rows(self, width: int) -> int:
        return 1 + max(1, min(MOST_ROWS - 1, len(self.options)))

    def draw(self, canvas: Canvas) -> None:
        ranked, most = len(self.ranked), self.most
        canvas.put(0, 0, said("{count} of {most} ranked, the first first", count=ranked, most=most), Ink.STRONG)
        visible = self.visible
        room = max(1, canvas.height - 1)
        for y, place in enumerate(self.page(room), 1):
            item = visible[place]
            here = item == self.meant
            mark = f"{self.ranked.index(item) + 1:>2} " if item in self.ranked else " · "
            note = self.setting.notes.get(item, "")
            text = cut(f"{'>' if here else ' '}{mark} {self.name_of(item)}{f'  {note}' if note else ''}", canvas.width)
            ink = Ink.CHOSEN if here else Ink.STRONG if item in self.ranked else Ink.QUIET
            canvas.put(0, y, text, ink)
            canvas.hot(0, y, canvas.width, ("option", self.options.index(item)))
