"""A line of a program whose tokens are replaced."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from core.kernel.choice import Value
from core.kernel.domains import Tokens
from tui.controls.base import Press, Setting, number_in
from tui.controls.choosing import Choosing
from tui.language import later, said
from tui.widgets.canvas import Canvas, Ink, cut


class TokensControl(Choosing):
    """Left and right go from token to token, up and down go through what may stand there, backspace puts back what
    did. A token's beginning finds it, Enter puts it there; the whole line can be typed, too."""

    keys: ClassVar[str] = later("left right token   up down replace   or type   Enter answer")

    def __init__(self, setting: Setting) -> None:
        domain = setting.asked.choice.domain
        assert isinstance(domain, Tokens)
        self.program = domain
        self.source = domain.line_of(setting.asked)
        super().__init__(setting, domain.stock_at(setting.asked, 0) if self.source else ())
        previous = setting.previous
        self.tokens = list(self.source)
        if previous is not None and domain.problem(self.asked, previous) is None:
            self.tokens = list(previous)
        self.place = 0
        self._go(0)

    def _go(self, place: int) -> None:
        """Have another token at hand."""
        if not self.source:
            return
        self.place = max(0, min(len(self.source) - 1, place))
        self.options = tuple(self.program.stock_at(self.asked, self.place))
        self.at = self.options.index(self.tokens[self.place])

    @property
    def at_hand(self) -> Value | None:
        return self.place

    @property
    def draft(self) -> Value | None:
        return tuple(self.tokens)

    @property
    def taking(self) -> str:
        return said("Enter take the line") if self.spelled_out is not None else said("Enter put it there")

    @property
    def spelled_out(self) -> Value | None:
        if len(self.source) < 2:
            return None
        try:
            return self.domain.parse(self.asked, self.line.text)
        except ValueError:
            return None

    def begins(self, character: str) -> bool:
        return super().begins(character) or (bool(self.source) and self.source[0].startswith(character))

    def press(self, key: str, character: str | None = None) -> Press:
        if key == "enter" and self.typing:
            return self._take()
        return super().press(key, character)

    def _take(self) -> Press:
        """Put what is typed there: a token, or the whole line."""
        whole = self.spelled_out
        self.problem = ""
        if whole is not None:
            self.tokens = list(whole)
            self.clear()
            self._go(self.place)
        elif self.meant is None:
            self.problem = self._unread()
        else:
            token = self.options[self.at]
            self.clear()
            self._put(token)
        return Press.CHANGED

    def _unread(self) -> str:
        if not any(self.line.text.strip().startswith(token) for token in self.options):
            return self.check()
        try:
            self.domain.parse(self.asked, self.line.text)
        except ValueError as error:
            return str(error)
        return ""

    def _put(self, token: str) -> None:
        before = self.tokens[self.place]
        self.tokens[self.place] = token
        if self.program.replaced(self.asked, self.tokens) > self.program.limit(self.asked):
            self.tokens[self.place] = before
            most = self.program.limit(self.asked)
            self.problem = said("{most} of {most} tokens replaced: put one back first (backspace)", most=most)
        self._go(self.place)

    def walk(self, key: str, character: str | None) -> Press:
        if not self.source:
            return Press.NOT_MINE
        if key in ("left", "right", "home", "end"):
            places = {"left": self.place - 1, "right": self.place + 1, "home": 0, "end": len(self.source)}
            self._go(places[key])
        elif key in ("up", "down"):
            step = 1 if key == "down" else -1
            self._put(self.options[(self.at + step) % len(self.options)])
        elif key in ("backspace", "delete"):
            self._put(self.source[self.place])
        else:
            return Press.NOT_MINE
        return Press.CHANGED

    def click(self, target: Hashable, delta: int = 0) -> Press:
        if delta and self.options:
            self.clear()
            return self.walk("down" if delta > 0 else "up", None)
        if (place := number_in(target, "token", len(self.source))) is not None:
            self.clear()
            self._go(place)
        elif (place := number_in(target, "option", len(self.options))) is not None:
            self.clear()
            self.problem = ""
            self._put(self.options[place])
        else:
            return Press.NOT_MINE
        return Press.CHANGED

    def rows(self, width: int) -> int:
        return 3 if self.program.reads(self.asked, self.tokens) else 2

    def draw(self, canvas: Canvas) -> None:
        width = sum(len(token) + 1 for token in self.tokens[: self.place + 1])
        x = 0 if width <= canvas.width else canvas.width - width
        for place, token in enumerate(self.tokens):
            here = place == self.place
            changed = token != self.source[place]
            canvas.put(x, 0, token, Ink.CHOSEN if here else Ink.ACCENT if changed else Ink.PLAIN)
            canvas.hot(x, 0, len(token), ("token", place))
            x += len(token) + 1
        most, replaced = self.program.limit(self.asked), self.program.replaced(self.asked, self.tokens)
        canvas.right(0, "  " + said("{count} of {most} replaced", count=replaced, most=most), Ink.QUIET)
        x = canvas.put(0, 1, f"{said('here')}: ", Ink.QUIET)
        for place, token in enumerate(self.options):
            shown = token in self.visible
            ink = Ink.CHOSEN if token == self.meant and self.typing else Ink.STRONG if place == self.at else Ink.PLAIN
            text = f"{'>' if token == self.tokens[self.place] else ' '}{token}"
            canvas.put(x, 1, text, ink if shown else Ink.QUIET)
            canvas.hot(x, 1, len(text), ("option", place))
            x += len(text) + 1
        wrong = self.program.reads(self.asked, self.tokens)
        if wrong:
            canvas.put(0, 2, cut(f"it does not read: {wrong}", canvas.width), Ink.COSTLY)
