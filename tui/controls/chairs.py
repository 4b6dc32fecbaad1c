"""Chairs: some of the options. They persist; a round without a change costs no key."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from core.kernel.choice import Value
from core.kernel.domains import SomeOf
from tui.controls.base import Option, Press, Setting, number_in
from tui.controls.choosing import MOST_ROWS, Taking
from tui.language import later, said
from tui.widgets.canvas import Canvas, Ink, cut


class ChairsControl(Taking):
    """Arrows walk along the rows, or a name's beginning goes there; space seats or unseats one, Enter keeps what
    stands. Who is typed is taken by Enter; several, with commas between, at once."""

    keys: ClassVar[str] = later("arrows walk   space takes, or takes back   Enter keep")
    caps: ClassVar[Sequence[tuple[str, str]]] = (
        (later("arrows"), later("walk")),
        (later("space"), later("take, or take back")),
    )

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting, ())
        self.seated: set[Value] = set()
        self.freshen(setting)
        previous = setting.previous if isinstance(setting.previous, tuple) else ()
        assert isinstance(self.domain, SomeOf)
        if not previous and self.domain.means_all:
            previous = self.options
        self.seated = {option for option in previous if option in self.options}
        self._down = 1 if setting.carried else max(1, len(self.options))

    def freshen(self, setting: Setting) -> None:
        super().freshen(setting)
        assert isinstance(self.domain, SomeOf)
        self.asked = setting.asked
        everybody = self.domain.means_all and not setting.previous and self.seated >= set(self.options)
        self.renew(self.domain.of(self.asked))
        if everybody:  # whoever has come since counts as well
            self.seated = set(self.options)
        self.most = self.domain.most(self.asked)
        self.taken = self.domain.taken
        self.none = self.domain.none
        self._widest = max((len(self.name_of(option)) for option in self.options), default=1)

    @property
    def draft(self) -> Value | None:
        return tuple(option for option in self.options if option in self.seated)

    @property
    def keys_here(self) -> str:
        return later("left right walk   space takes, or takes back   Enter keep") if self.setting.carried else self.keys

    @property
    def listed(self) -> Sequence[Option]:
        notes = self.setting.notes
        return [
            Option(one, self.name_of(one), 0, notes.get(one, ""), one == self.meant, one in self.seated)
            for one in self.visible
        ]

    @property
    def caps_here(self) -> Sequence[tuple[str, str]]:
        return ((later("left right"), later("walk")), *self.caps[1:]) if self.setting.carried else self.caps

    @property
    def taking(self) -> str:
        back = self.spelled_out is None and self.meant in self.seated
        if back:
            return said("Enter take back")
        return said("Enter take it") if self.spelled_out is None else said("Enter take these")

    @property
    def spelled_out(self) -> Value | None:
        if "," not in self.line.text:
            return None
        try:
            return self.domain.parse(self.asked, self.line.text)
        except ValueError:
            return None

    def walk(self, key: str, character: str | None) -> Press:
        step = {"up": -1, "down": 1, "left": -self._down, "right": self._down}.get(key)
        if step is not None:
            if not 0 <= self.at + step < len(self.options):
                return Press.CHANGED
            self.at += step
            return Press.CHANGED
        return Press.NOT_MINE

    def take(self) -> Press:
        """Take who is at hand, or typed, or take it back."""
        whole = self.spelled_out
        if whole is not None:
            self.seated = set(whole)
            self.clear()
            self.problem = ""
        elif self.typing and "," in self.line.text:
            self.problem = self._not_spelled_out()
        elif self.typing and self.meant is None:
            self.problem = self.check()
        else:
            self.point(self.at)
            return self._swap(self.at)
        return Press.CHANGED

    def _not_spelled_out(self) -> str:
        try:
            self.domain.parse(self.asked, self.line.text)
        except ValueError as error:
            return str(error)
        return ""

    def click(self, target: Hashable, delta: int = 0) -> Press:
        if delta and self.options:
            self.point(max(0, min(len(self.options) - 1, self.at + delta)))
            return Press.CHANGED
        place = self.options.index(target) if target in self.options else number_in(target, "option", len(self.options))
        if place is None:
            return Press.NOT_MINE
        self.point(place)
        return self._swap(place)

    def _swap(self, place: int) -> Press:
        option = self.options[place]
        self.problem = ""
        if option in self.seated:
            self.seated.remove(option)
        elif len(self.seated) < self.most:
            self.seated.add(option)
        else:
            self.problem = said(
                "{count} of {most} {taken}: take one back first (space)",
                count=self.most,
                most=self.most,
                taken=said(self.taken),
            )
        return Press.CHANGED

    def _width(self) -> int:
        return max((len(self._row(option)) for option in self.options), default=1) + 2

    def _columns(self, width: int) -> int:
        return max(1, min(width // self._width(), -(-len(self.visible) // 3)))

    def rows(self, width: int) -> int:
        return 1 + min(MOST_ROWS - 1, -(-max(1, len(self.visible)) // self._columns(width)))

    def draw(self, canvas: Canvas) -> None:
        free = self.most - len(self.seated)
        words = said("{count} of {most} {taken}", count=len(self.seated), most=self.most, taken=said(self.taken))
        if not self.seated and self.none != SomeOf.none:  # it means something of its own
            canvas.put(
                0, 0, said("none ticked: {none} {taken}", none=said(self.none), taken=said(self.taken)), Ink.STRONG
            )
        else:
            canvas.put(0, 0, words, Ink.STRONG)
        if free and (self.seated or self.none == SomeOf.none):
            canvas.put(canvas.width // 3 + 4, 0, said("{count} free", count=free), Ink.QUIET)
        room = max(1, canvas.height - 1)
        visible = self.visible
        wide = max(1, canvas.width // self._width())
        columns = max(1, min(wide, max(self._columns(canvas.width), -(-len(visible) // room))))
        self._down = min(room, -(-max(1, len(visible)) // columns))
        width = canvas.width // columns
        for spot, place in enumerate(self.page(columns * self._down)):
            x, y = spot // self._down * width, 1 + spot % self._down
            option = visible[place]
            here = option == self.meant
            ink = Ink.CHOSEN if here else Ink.STRONG if option in self.seated else Ink.PLAIN
            text = cut(("> " if here else "  ") + self._row(option), width)
            canvas.put(x, y, text.ljust(width - 1) if here else text, ink)
            canvas.hot(x, y, width - 1, ("option", self.options.index(option)))
        if self.options and not visible:
            canvas.put(2, 1, said("type the beginning of one of {count}").format(count=len(self.options)), Ink.QUIET)

    def _row(self, option: Value) -> str:
        mark = "[x]" if option in self.seated else "[ ]"
        return f"{mark} {self.name_of(option):<{self._widest}} {self.setting.notes.get(option, '')}".rstrip()
