"""A peg on a row of named posts."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from core.kernel.choice import Value
from core.kernel.domains import Track
from tui.controls.base import Press, Setting, number_in
from tui.controls.choosing import Choosing
from tui.language import later, said
from tui.widgets.canvas import Canvas, Ink, cut


class TrackControl(Choosing):
    """Left and right move the peg from post to post; a post's beginning, or a click, puts it there; Enter leaves it."""

    keys: ClassVar[str] = later("left right move the peg   Enter leave it there")

    def __init__(self, setting: Setting) -> None:
        domain = setting.asked.choice.domain
        assert isinstance(domain, Track)
        super().__init__(setting, domain.of(setting.asked))
        self._words = domain.words
        if setting.previous in self.options:
            self.at = self.options.index(setting.previous)

    @property
    def draft(self) -> Value | None:
        return self.meant

    def walk(self, key: str, character: str | None) -> Press:
        steps = {"left": -1, "right": 1, "up": -1, "down": 1, "home": -len(self.options), "end": len(self.options)}
        if key in steps and self.options:
            self.at = max(0, min(len(self.options) - 1, self.at + steps[key]))
            return Press.CHANGED
        if character and character.isdigit() and 0 < int(character) <= len(self.options):
            self.at = int(character) - 1
            return Press.CHANGED
        return Press.NOT_MINE

    def click(self, target: Hashable, delta: int = 0) -> Press:
        if delta:
            self.clear()
            return self.walk("right" if delta > 0 else "left", None)
        place = self.options.index(target) if target in self.options else number_in(target, "option", len(self.options))
        if place is None:
            return Press.NOT_MINE
        self.point(place)
        self.problem = ""
        return Press.CHANGED

    def rows(self, width: int) -> int:
        return 3

    def draw(self, canvas: Canvas) -> None:
        count = len(self.options)
        if not count:
            return
        names = [self.name_of(post) for post in self.options]
        room = max(1, canvas.width // count)
        spots = [place * room + room // 2 for place in range(count)]
        canvas.put(spots[0], 1, "─" * (spots[-1] - spots[0] + 1), Ink.QUIET)
        here = self.at if self.meant is not None else -1
        for place, (x, name) in enumerate(zip(spots, names, strict=True)):
            canvas.put(x, 1, "┼" if place != here else "█", Ink.QUIET if place != here else Ink.CHOSEN)
            ink = Ink.CHOSEN if place == here else Ink.PLAIN if self.options[place] in self.visible else Ink.QUIET
            if place == here:
                canvas.put(x, 0, "▼", Ink.ACCENT)
            if room > 3:
                canvas.centre(x, 2, cut(name, room - 1), ink)
            canvas.hot(place * room, 0, room, ("option", place), 3)
        if here >= 0:
            words = self.setting.notes.get(self.options[here]) or said(self._words.get(self.options[here], ""))
            told = f"{names[here]}{f': {words}' if words else ''}" if words or room <= 3 else ""
            x = spots[here] + 2 if spots[here] + 2 + len(told) <= canvas.width else max(0, spots[here] - 1 - len(told))
            canvas.put(x, 0, told, Ink.QUIET)
