"""Some of the options, and some of the cells of a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from core.kernel.choice import Asked, Domain, Value
from core.kernel.domains.numbers import Bound, bound
from core.kernel.domains.options import Options, options_of
from core.kernel.domains.words import how_many, listed, match, matching, spelled, told
from core.kernel.language import said

Cell: TypeAlias = tuple[Value, Value]
"""A cell of a table: its row and its column."""


class Selection(Domain):
    """Some of what there is: a tuple, in the order in which it is there.

    none     what it is called to choose none of them.
    taken    what becomes of those that are chosen: "2 of 4 chairs taken".
    """

    none: str
    taken: str

    whole = False

    def of(self, asked: Asked) -> Sequence[Value]:
        """What there is in this question."""
        raise NotImplementedError

    def limits(self, asked: Asked) -> tuple[int, int]:
        """How many must be chosen, and how many may."""
        raise NotImplementedError

    def problem(self, asked: Asked, value: Value) -> str | None:
        options = list(self.of(asked))
        least, most = self.limits(asked)
        if not isinstance(value, tuple):
            return said("{text} is not a selection", text=repr(value))
        foreign = [item for item in value if item not in options]
        if foreign:
            return said("{text} is not one of {options}", text=spelled(foreign[0]), options=listed(options))
        if len(set(value)) < len(value):
            return said("one is named twice")
        if len(value) > most:
            return said("at most {most}, not {count}", most=most, count=len(value))
        return said("at least {least}, not {count}", least=least, count=len(value)) if len(value) < least else None

    def put_in_order(self, asked: Asked, chosen: Sequence[Value]) -> tuple[Value, ...]:
        """What was chosen as an answer. Raises ValueError in words if it is none."""
        value = tuple(option for option in self.of(asked) if option in chosen)
        problem = self.problem(asked, value)
        if problem:
            raise ValueError(problem)
        return value

    def left_of(self, asked: Asked, value: Value) -> Value:
        options = self.of(asked)
        left = tuple(item for item in value if item in options) if isinstance(value, tuple) else ()
        left = left[: self.limits(asked)[1]]
        return left if self.problem(asked, left) is None else None


@dataclass(frozen=True)
class SomeOf(Selection):
    """Up to `at_most` of the options, in the options' order.

    stays    the screen begins with what was chosen the last time.
    means_all   whoever chooses none means all of them; then the screen begins with all.
    """

    options: Options
    at_most: Bound = 1
    none: str = "nobody"
    taken: str = "chosen"
    stays: bool = True
    means_all: bool = False

    control = "chairs"

    def of(self, asked: Asked) -> Sequence[Value]:
        return options_of(self.options, asked)

    def most(self, asked: Asked) -> int:
        """How many may be chosen."""
        return bound(self.at_most, asked)

    def limits(self, asked: Asked) -> tuple[int, int]:
        return (0, self.most(asked))

    def parse(self, asked: Asked, text: str) -> Value:
        options = list(self.of(asked))
        chosen: list[Value] = []
        if text.strip() not in (self.none, said(self.none)):
            for part in filter(None, re.split(r"\s*,\s*", text.strip())):
                # A name may have blanks in it; where it has none, blanks part the names as commas do.
                words = [part] if matching(options, part) else part.split()
                chosen += [match(options, word) for word in words]
        return self.put_in_order(asked, chosen)

    def show(self, value: Value) -> str:
        return ", ".join(map(told, value)) or said(self.none)

    def write(self, value: Value) -> str:
        return ", ".join(map(spelled, value)) or self.none

    def pieces(self, asked: Asked) -> Sequence[Value]:
        return self.of(asked)

    def how(self, asked: Asked) -> str:
        return said(
            "up to {most} of them, with commas between; an empty line is {none}",
            most=self.most(asked),
            none=said(self.none),
        )

    def default_candidates(self, asked: Asked) -> Sequence[Value]:
        options = tuple(self.of(asked))
        most = self.most(asked)
        return [options[:most], (), options[-most:] if most else (), *((option,) for option in options)]


def _never(asked: Asked, row: Value, column: Value) -> bool:
    return False


@dataclass(frozen=True)
class Grid(Selection):
    """Some of the cells of a table: (row, column) each, row by row.

    at_most  None: all of them.
    shut     cells that cannot be chosen.
    """

    rows: Options
    columns: Options
    at_most: Bound | None = None
    at_least: Bound = 0
    shut: Callable[[Asked, Value, Value], bool] = _never
    none: str = "none"
    taken: str = "chosen"
    stays: bool = True

    control = "grid"

    def table(self, asked: Asked) -> tuple[Sequence[Value], Sequence[Value]]:
        """The rows and the columns of this question."""
        return (options_of(self.rows, asked), options_of(self.columns, asked))

    def of(self, asked: Asked) -> Sequence[Cell]:
        rows, columns = self.table(asked)
        return [(row, column) for row in rows for column in columns if not self.shut(asked, row, column)]

    def limits(self, asked: Asked) -> tuple[int, int]:
        cells = len(self.of(asked))
        return (bound(self.at_least, asked), cells if self.at_most is None else min(cells, bound(self.at_most, asked)))

    def parse(self, asked: Asked, text: str) -> Value:
        """Row by row, "in: a, b; out: c", where * is a whole row; or cell by cell, "in a, out c"; "all" of them."""
        cells = self.of(asked)
        rows = self.table(asked)[0]
        chosen: list[Value] = []
        if text.strip() == "all":
            chosen += cells
        elif text.strip() not in (self.none, said(self.none)):
            for part in filter(None, re.split(r"\s*;\s*", text.strip())):
                name, colon, rest = part.partition(":")
                if not colon:
                    chosen += [match(cells, word) for word in filter(None, re.split(r"\s*,\s*", part))]
                    continue
                row = match(rows, name)
                columns = [column for other, column in cells if other == row]
                for word in filter(None, re.split(r"\s*,\s*", rest.strip())):
                    words = [word] if word == "*" or matching(columns, word) else word.split()
                    for one in words:
                        chosen += [(row, column) for column in (columns if one == "*" else [match(columns, one)])]
        return self.put_in_order(asked, chosen)

    def show(self, value: Value) -> str:
        rows = dict.fromkeys(row for row, _ in value)
        parts = (f"{spelled(row)}: {', '.join(spelled(column) for other, column in value if other == row)}"
                 for row in rows)  # fmt: skip
        return "; ".join(parts) or self.none

    def how(self, asked: Asked) -> str:
        rows, columns = self.table(asked)
        least, most = self.limits(asked)
        cells = self.of(asked)
        if not cells:
            return said("there is nothing to choose")
        shut = [(row, column) for row in rows for column in columns if (row, column) not in cells]
        count = how_many(least, most)
        example = f"{spelled(rows[0])}: {', '.join(map(spelled, columns[:2]))}; {spelled(rows[-1])}: *"
        return (
            f"rows {listed(rows)}; columns {listed(columns)}. {count} cells{f', not {listed(shut)}' if shut else ''}, "
            f'row by row, such as "{example}", or "{self.none}", or "all"'
        )

    def default_candidates(self, asked: Asked) -> Sequence[Value]:
        cells = tuple(self.of(asked))
        rows, columns = self.table(asked)
        most = self.limits(asked)[1]
        found = [cells[:most], (), cells[len(cells) - most :]]
        found += [tuple(cell for cell in cells if cell[0] == row) for row in rows]
        found += [tuple(cell for cell in cells if cell[1] == column) for column in columns]
        found += [(cell,) for cell in cells]
        return [value for value in dict.fromkeys(found) if self.problem(asked, value) is None]

    def spread(self, asked: Asked) -> Sequence[Value]:
        return self.default_candidates(asked)
