"""Scissors on a line of text or bytes."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from core.kernel.choice import Value
from core.kernel.domains import Places
from tui.controls.base import CLEAR, Press, Setting, number_in
from tui.controls.pushed import PushedControl
from tui.language import later, said
from tui.widgets.canvas import Canvas, Ink

MOST_ROWS = 6
BAR, HERE = "│", "▼"


class ScissorsControl(PushedControl):
    """Left and right carry the scissors from place to place, home and end to the ends, space cuts or mends. Where there
    is one cut to make, it is where the scissors are. The places can be typed, or the line with a bar at each cut."""

    keys: ClassVar[str] = later("left right carry the scissors   space cut, or mend   Enter answer")
    knife_keys: ClassVar[str] = later("left right carry the cut   or type its place   Enter answer")

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        assert isinstance(self.domain, Places)
        self.least, self.most = self.domain.limits(self.asked)
        self.places = list(self.domain.of(self.asked))
        self.source = self.domain.line_of(self.asked)
        previous = setting.previous
        self.value = ()
        if previous is not None and self.domain.problem(self.asked, previous) is None:
            self.value = previous
        first = self.value[0] if self.value else self.places[0] if self.places else 0
        self.at = self.places.index(first) if first in self.places else 0
        if self.knife:
            self._carry(self.at)

    @property
    def knife(self) -> bool:
        """Is there exactly one cut to make?"""
        return self.least == self.most == 1 and bool(self.places)

    @property
    def at_hand(self) -> Value | None:
        return self.places[self.at] if self.places else None

    @property
    def status(self) -> str:
        if self.line.text:
            draft = self.draft
            means = "" if draft is None else f"  = {self.domain.show(draft)}   " + later("Enter answer")
            return f"{self.line.text}_{means}   {CLEAR}"
        return self.knife_keys if self.knife else self.keys

    def _carry(self, at: int) -> None:
        self.at = max(0, min(len(self.places) - 1, at))
        if self.knife:
            self.value = (self.places[self.at],)

    def push(self, key: str) -> bool:
        steps = {"left": -1, "right": 1, "up": -8, "down": 8, "home": -len(self.source), "end": len(self.source)}
        if key in steps:
            self._carry(self.at + steps[key])
        return key in steps

    def press(self, key: str, character: str | None = None) -> Press:
        if key == "space" and not self.line.text:
            self.problem = self._snip()
            return Press.CHANGED
        return super().press(key, character)

    def _snip(self) -> str:
        """Cut where the scissors are, or mend; why that cannot be, in words."""
        if not self.places or self.knife:
            return ""
        place = self.places[self.at]
        if place in self.value:
            self.value = tuple(one for one in self.value if one != place)
        elif len(self.value) >= self.most:
            return said("{most} of {most} cuts made: mend one first (space)", most=self.most)
        else:
            self.value = tuple(sorted((*self.value, place)))
        return ""

    def click(self, target: Hashable, delta: int = 0) -> Press:
        if delta:
            self._carry(self.at + delta)
            return Press.CHANGED
        place = number_in(target, "cut")
        if place in self.places:
            self.line.set("")
            self._carry(self.places.index(place))
            self.problem = self._snip()
            return Press.CHANGED
        return Press.NOT_MINE

    # Drawing: each unit and the boundary before it in cells of their own, so that nothing moves when a cut is made

    def _unit(self, place: int) -> str:
        return self.source[place] if isinstance(self.source, str) else f"{self.source[place]:02x}"

    @property
    def _wide(self) -> int:
        return 1 if isinstance(self.source, str) else 2

    def _per_row(self, width: int) -> int:
        fits = max(1, (width - 1) // (self._wide + 1))
        return fits // 8 * 8 if fits >= 8 and len(self.source) > fits else fits

    def rows(self, width: int) -> int:
        return 1 + 2 * min(MOST_ROWS // 2, -(-max(1, len(self.source)) // self._per_row(width)))

    def draw(self, canvas: Canvas) -> None:
        value = self.draft
        cuts: tuple[int, ...] = value if isinstance(value, tuple) else ()
        here = self.at_hand
        per_row = self._per_row(canvas.width)
        shown = max(1, (canvas.height - 1) // 2)
        row_here = min(here or 0, max(0, len(self.source) - 1)) // per_row
        first = row_here // shown * shown
        step = self._wide + 1
        for spot in range(shown):
            start = (first + spot) * per_row
            y = 2 * spot
            for place in range(start, min(len(self.source), start + per_row)):
                x = (place - start) * step
                piece = sum(cut <= place for cut in cuts)
                canvas.put(x + 1, y + 1, self._unit(place), Ink.PACKET if piece % 2 else Ink.PLAIN)
                self._boundary(canvas, x, y, place, cuts, here)
            last = min(len(self.source), start + per_row)
            if last == len(self.source) and last > start and last in self.places:
                self._boundary(canvas, (last - start) * step, y, last, cuts, here)
        words = said("{count} of {most} cuts", count=len(cuts), most=self.most) if not self.knife else ""
        where = ""
        if here is not None and not self.line.text:
            where = said("{before} before, {after} after", before=here, after=len(self.source) - here)
        canvas.put(0, canvas.height - 1, "   ".join(part for part in (words, where) if part), Ink.QUIET)

    def _boundary(self, canvas: Canvas, x: int, y: int, place: int, cuts: tuple[int, ...], here: Value | None) -> None:
        if place == here and not self.line.text:
            canvas.put(x, y, HERE, Ink.CHOSEN)
        if place in cuts:
            canvas.put(x, y + 1, BAR, Ink.ACCENT)
        elif place == here and not self.line.text:
            canvas.put(x, y + 1, "╎", Ink.QUIET)
        if place in self.places:
            canvas.hot(x, y, self._wide + 1, ("cut", place), 2)
