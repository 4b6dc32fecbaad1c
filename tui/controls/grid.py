"""Some of the cells of a table."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from core.kernel.choice import Value
from core.kernel.domains import Cell, Grid, spelled
from tui.controls.base import Press, Setting, number_in
from tui.controls.choosing import Taking
from tui.language import later, said
from tui.widgets.canvas import Canvas, Ink, cut

MOST_ROWS = 6
LEAST_CELL = 4


class GridControl(Taking):
    """Arrows walk through the table, space takes a cell or takes it back, Enter keeps what stands. A row's and a
    column's name find a cell; whole tables are typed as in "in: a, b; out: *"."""

    keys: ClassVar[str] = later("arrows walk   space takes, or back   Enter keep")
    separators: ClassVar[str] = ",;:"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting, ())
        self.chosen: set[Cell] = set()
        self.freshen(setting)
        previous = setting.previous if isinstance(setting.previous, tuple) else ()
        self.chosen = {cell for cell in previous if cell in self.options}

    def freshen(self, setting: Setting) -> None:
        super().freshen(setting)
        assert isinstance(self.domain, Grid)
        self.asked = setting.asked
        self.renew(self.domain.of(self.asked))
        self.table = self.domain.table(self.asked)
        self.least, self.most = self.domain.limits(self.asked)
        self.taken = self.domain.taken
        self.chosen &= set(self.options)

    @property
    def draft(self) -> Value | None:
        return tuple(cell for cell in self.options if cell in self.chosen)

    @property
    def taking(self) -> str:
        if self.spelled_out is not None:
            return said("Enter take these")
        return said("Enter take back") if self.meant in self.chosen else said("Enter take it")

    @property
    def spelled_out(self) -> Value | None:
        text = self.line.text
        if not (
            any(sign in text for sign in ",;:") or text.strip() in ("all", self.domain.write(()), self.domain.show(()))
        ):
            return None
        try:
            return self.domain.parse(self.asked, text)
        except ValueError:
            return None

    def walk(self, key: str, character: str | None) -> Press:
        steps = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}
        if key not in steps or not self.options:
            return Press.NOT_MINE
        rows, columns = self.table
        row, column = (list(names).index(name) for names, name in zip(self.table, self.options[self.at], strict=True))
        down, right = steps[key]
        while True:  # over cells that are shut
            row, column = row + down, column + right
            if not (0 <= row < len(rows) and 0 <= column < len(columns)):
                return Press.CHANGED
            if (cell := (rows[row], columns[column])) in self.options:
                self.at = self.options.index(cell)
                return Press.CHANGED

    def take(self) -> Press:
        """Take the cell at hand, or those typed, or take it back."""
        whole = self.spelled_out
        if whole is not None:
            self.chosen = set(whole)
            self.clear()
            self.problem = ""
        elif self.typing and any(sign in self.line.text for sign in ",;:"):
            self.problem = self._unread()
        elif self.typing and self.meant is None:
            self.problem = self.check()
        else:
            place = self.at
            self.point(place)
            self._swap(place)
        return Press.CHANGED

    def _unread(self) -> str:
        try:
            self.domain.parse(self.asked, self.line.text)
        except ValueError as error:
            return str(error)
        return ""

    def _swap(self, place: int) -> None:
        cell = self.options[place]
        self.problem = ""
        if cell in self.chosen:
            self.chosen.remove(cell)
        elif len(self.chosen) < self.most:
            self.chosen.add(cell)
        else:
            self.problem = said(
                "{count} of {most} {taken}: take one back first (space)",
                count=self.most,
                most=self.most,
                taken=said(self.taken),
            )

    def click(self, target: Hashable, delta: int = 0) -> Press:
        if delta and self.options:
            self.clear()
            return self.walk("down" if delta > 0 else "up", None)
        place = self.options.index(target) if target in self.options else number_in(target, "option", len(self.options))
        if place is None:
            return Press.NOT_MINE
        self.point(place)
        self._swap(place)
        return Press.CHANGED

    def rows(self, width: int) -> int:
        return 1 + min(MOST_ROWS, max(1, len(self.table[0])))

    def draw(self, canvas: Canvas) -> None:
        rows, columns = self.table
        label = min(canvas.width // 3, max((len(spelled(row)) for row in rows), default=0) + 2)
        wanted = max((len(spelled(column)) for column in columns), default=1) + 2
        cell = max(LEAST_CELL, min(wanted, (canvas.width - label - 1) // max(1, len(columns))))
        here = self.options[self.at] if self.options and self.meant is not None else None
        across = max(1, (canvas.width - label) // cell)
        column_here = list(columns).index(here[1]) if here else 0
        left = column_here // across * across
        count = f"{len(self.chosen)}/{self.most}"
        canvas.put(0, 0, cut(count, label), Ink.STRONG)
        for spot, column in enumerate(columns[left : left + across]):
            ink = Ink.STRONG if here and here[1] == column else Ink.QUIET
            canvas.put(label + spot * cell, 0, cut(spelled(column), cell - 1), ink)
        down = max(1, canvas.height - 1)
        row_here = list(rows).index(here[0]) if here else 0
        top = row_here // down * down
        for y, row in enumerate(rows[top : top + down], 1):
            ink = Ink.STRONG if here and here[0] == row else Ink.QUIET
            canvas.put(0, y, cut(spelled(row), label - 1), ink)
            for spot, column in enumerate(columns[left : left + across]):
                self._draw_cell(canvas, label + spot * cell, y, (row, column), cell, here)

    def _draw_cell(self, canvas: Canvas, x: int, y: int, cell: Cell, width: int, here: Cell | None) -> None:
        if cell not in self.options:
            canvas.put(x, y, " · ", Ink.QUIET)
            return
        mark = "[x]" if cell in self.chosen else "[ ]"
        ink = Ink.CHOSEN if cell == here else Ink.STRONG if cell in self.chosen else Ink.PLAIN
        canvas.put(x, y, mark, ink)
        canvas.hot(x, y, width, ("option", self.options.index(cell)))
