"""Handles: numbers and pegs that are pushed, each on its own ruler, or two on one."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from core.kernel.choice import Value
from core.kernel.domains import Handles, Number, Shape, Slider, Track, beginning
from tui.clock import nice
from tui.controls.base import CLEAR, TAB, Control, Press, Setting
from tui.controls.line import Line
from tui.language import later, said
from tui.widgets.canvas import Canvas, Ink, cut

MOST_ROWS = 6
EIGHTHS = "▁▂▃▄▅▆▇█"


class HandlesControl(Control):
    """Up and down choose a handle, left and right push it (with shift finely); what is typed is where it goes. A click
    on a ruler puts the handle there."""

    keys: ClassVar[str] = later("up down handle   left right push   or type   Enter answer")

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        assert isinstance(self.domain, Handles)
        self.handles = self.domain
        previous = setting.previous
        if previous is not None and self.domain.problem(self.asked, previous) is None:
            self.values = list(previous)
        else:
            candidates = [tuple(self._middles()), *self.domain.default_candidates(self.asked)]
            fitting = [one for one in candidates if self.domain.problem(self.asked, one) is None]
            self.values = list(fitting[0] if fitting else candidates[0])
        self.at = 0
        self.line = Line()

    def _middles(self) -> list[Value]:
        ends = [self.handles.ends(self.asked, place) for place in range(len(self.handles.parts))]
        return [self.handles.at(self.asked, place, (low + high) // 2) for place, (low, high) in enumerate(ends)]

    @property
    def at_hand(self) -> Value | None:
        return self.handles.names[self.at]

    @property
    def draft(self) -> Value | None:
        return tuple(self.values)

    @property
    def typed(self) -> str:
        return self.line.text

    @property
    def status(self) -> str:
        if not self.line.text:
            return self.keys
        found = self._found()
        more = f"  = {found[0]}   {TAB}" if len(found) == 1 else ""
        return f"{self.line.text}_{more}   {said('Enter put {what} there').format(what=self.at_hand)}   {CLEAR}"

    def _found(self) -> list[str]:
        return list(self.handles.parts[self.at][1].completions(self.asked, self.line.text))

    def check(self) -> str:
        return self.domain.problem(self.asked, tuple(self.values)) or ""

    def press(self, key: str, character: str | None = None) -> Press:
        if key == "enter" and self.line.text:
            self._take()
            return Press.CHANGED
        return super().press(key, character)

    def _take(self) -> None:
        """Put the handle at hand where it was typed to be, or all of them."""
        self.problem = ""
        try:
            value = self.handles.read_part(self.asked, self.at, self.line.text)
        except ValueError as error:
            try:
                values = self.domain.parse(self.asked, self.line.text)
            except ValueError:
                self.problem = f"{self.at_hand}: {error}"
                return
            self.values = list(values)
        else:
            self.values[self.at] = value
        self.line.set("")

    def key(self, key: str, character: str | None) -> Press:
        line = self.line
        if line.text:
            if key == "escape":
                line.set("")
            elif key == "tab":
                if found := self._found():
                    line.set(beginning(found))
            elif key in ("up", "down"):  # on to the next: what was typed is put where it says, as Enter does
                self._take()
                if not self.problem:
                    self._walk(key)
            elif not line.press(key, character):
                return Press.NOT_MINE
            return Press.CHANGED
        if key in ("up", "down"):
            self._walk(key)
            return Press.CHANGED
        pushes = {"left": -self.coarse, "right": self.coarse, "shift+left": -1, "shift+right": 1}
        if key in pushes:
            self._push(pushes[key])
            return Press.CHANGED
        if key in ("home", "end"):
            low, high = self.handles.ends(self.asked, self.at)
            self._put(self.at, low if key == "home" else high)
            return Press.CHANGED
        if character and self._begins(character):
            return Press.CHANGED if line.press(key, character) else Press.NOT_MINE
        return Press.NOT_MINE

    def _walk(self, key: str) -> None:
        self.at = (self.at + (1 if key == "down" else -1)) % len(self.values)

    def _begins(self, character: str) -> bool:
        domain = self.handles.parts[self.at][1]
        if isinstance(domain, Number):
            return character.isdigit() or (character == "-" and domain.bounds(self.asked)[0] < 0)
        return bool(domain.completions(self.asked, character))

    def take_character(self, character: str) -> Press:
        self.problem = ""
        return Press.CHANGED if self.line.press(character, character) else Press.NOT_MINE

    @property
    def coarse(self) -> int:
        """What left and right push the handle at hand by: a fortieth of its ruler, or what its share says."""
        domain = self.handles.parts[self.at][1]
        if isinstance(domain, Slider):
            return domain.coarse
        low, high = self.handles.ends(self.asked, self.at)
        return 1 if isinstance(domain, Track) or high - low < 40 else nice(max(1, (high - low) // 40))

    def _push(self, by: int) -> None:
        place = self.handles.place_of(self.asked, self.at, self.values[self.at])
        domain = self.handles.parts[self.at][1]
        fine = domain.by if isinstance(domain, Slider) else 1
        self._put(self.at, place + (by if abs(by) > 1 else by * fine))

    def _put(self, place: int, where: int) -> None:
        """A handle to another place of its ruler. A bracket's other end gives way: it is never turned round."""
        self.values[place] = self.handles.at(self.asked, place, where)
        if self.handles.shape is Shape.BRACKET:
            here, other = (self.handles.place_of(self.asked, one, self.values[one]) for one in (place, 1 - place))
            if (here > other) == (place == 0) and here != other:
                self.values[1 - place] = self.handles.at(self.asked, 1 - place, here)

    def click(self, target: Hashable, delta: int = 0) -> Press:
        if delta:
            self.line.set("")
            self._push(-delta * self.coarse)
            return Press.CHANGED
        if isinstance(target, tuple) and len(target) == 3 and target[0] == "handle":
            name, where = target[1:]
            if name not in self.handles.names or not isinstance(where, int):
                return Press.NOT_MINE
            self.line.set("")
            self.problem = ""
            self.at = self.handles.names.index(name)
            self._put(self.at, where)
            return Press.CHANGED
        if target in self.handles.names:
            self.line.set("")
            self.at = self.handles.names.index(str(target))
            return Press.CHANGED
        return Press.NOT_MINE

    # Drawing

    def rows(self, width: int) -> int:
        if self.handles.shape is Shape.BRACKET:
            return 2
        return min(MOST_ROWS, len(self.values)) + (3 if self.handles.shape is Shape.SLOPE else 0)

    def draw(self, canvas: Canvas) -> None:
        if self.handles.shape is Shape.BRACKET:
            self._draw_bracket(canvas)
            return
        label = max(len(name) for name in self.handles.names) + 2
        room = max(1, canvas.height - (3 if self.handles.shape is Shape.SLOPE else 0))
        first = self.at // room * room
        for y, place in enumerate(range(first, min(len(self.values), first + room))):
            name, domain = self.handles.parts[place]
            here = place == self.at
            canvas.put(0, y, ("> " if here else "  ") + cut(name, label - 2), Ink.STRONG if here else Ink.QUIET)
            said = domain.show(self.values[place])
            start, width = label + 1, max(4, canvas.width - label - 16)
            x = self._ruler(canvas, place, start, y, width)
            glyph = "●" if self.handles.shape is Shape.BEAD else "▲"
            canvas.put(x, y, glyph, Ink.CHOSEN if here else Ink.ACCENT)
            canvas.put(start + width + 2, y, cut(said, 13), Ink.STRONG if here else Ink.PLAIN)
        if self.handles.shape is Shape.SLOPE and canvas.height > len(self.values):
            self._draw_slope(canvas, min(room, len(self.values)))

    def _ruler(self, canvas: Canvas, place: int, start: int, y: int, width: int) -> int:
        """Draw a handle's ruler; the column at which it stands."""
        low, high = self.handles.ends(self.asked, place)
        span = max(1, high - low)
        canvas.put(start, y, "─" * (width + 1), Ink.QUIET)
        name = self.handles.names[place]
        for column in range(width + 1):
            canvas.hot(start + column, y, 1, ("handle", name, low + round(column * span / width)))
        where = self.handles.place_of(self.asked, place, self.values[place])
        return start + round((where - low) * width / span)

    def _draw_bracket(self, canvas: Canvas) -> None:
        ends = [self.handles.ends(self.asked, place) for place in (0, 1)]
        low, high = min(ends[0][0], ends[1][0]), max(ends[0][1], ends[1][1])
        width, span = max(4, canvas.width - 2), max(1, high - low)
        places = [self.handles.place_of(self.asked, place, value) for place, value in enumerate(self.values)]
        canvas.put(0, 0, "─" * (width + 1), Ink.QUIET)
        left, right = (round((place - low) * (width - 1) / span) for place in places)
        right += 1
        canvas.put(left + 1, 0, "▒" * (right - left - 1), Ink.PACKET)
        for place, (x, glyph) in enumerate(((left, "["), (right, "]"))):
            canvas.put(x, 0, glyph, Ink.CHOSEN if place == self.at else Ink.ACCENT)
        for column in range(width + 1):
            middle = (left + right) / 2
            name = self.handles.names[0 if column < middle or (column == middle and self.at == 0) else 1]
            canvas.hot(column, 0, 1, ("handle", name, low + round(column * span / width)))
        x = 0
        for place, (name, domain) in enumerate(self.handles.parts):
            text = f"{'>' if place == self.at else ' '} {name} {domain.show(self.values[place])}"
            canvas.put(x, 1, text, Ink.STRONG if place == self.at else Ink.QUIET)
            canvas.hot(x, 1, len(text), name)
            x += len(text) + 3

    def _draw_slope(self, canvas: Canvas, y: int) -> None:
        """The line that the handles make: the first where it begins, the second how it rises; each as a share of its
        ruler, level in the middle."""
        shares = []
        for place, value in enumerate(self.values):
            low, high = self.handles.ends(self.asked, place)
            shares.append((self.handles.place_of(self.asked, place, value) - low) / max(1, high - low))
        rows = max(1, canvas.height - y)
        steps = rows * len(EIGHTHS)
        for x in range(canvas.width):
            share = shares[0] + (shares[1] - 0.5) * 2 * x / max(1, canvas.width - 1)
            height = max(0, min(steps - 1, round(share * (steps - 1))))
            canvas.put(x, y + rows - 1 - height // len(EIGHTHS), EIGHTHS[height % len(EIGHTHS)], Ink.ACCENT)
