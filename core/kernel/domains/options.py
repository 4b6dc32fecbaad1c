"""One of a few options, and items in an order."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from core.kernel.choice import Asked, Domain, Value
from core.kernel.domains.numbers import Bound, bound
from core.kernel.domains.words import how_many, listed, match, matching, spelled, told
from core.kernel.language import later, said

Options: TypeAlias = Sequence[Value] | Callable[[Asked], Sequence[Value]]


def options_of(options: Options, asked: Asked) -> Sequence[Value]:
    """The options of this question."""
    return options(asked) if callable(options) else options


@dataclass(frozen=True)
class OneOf(Domain):
    """One of a few options; `words` explains an option that does not explain itself."""

    options: Options
    words: Mapping[Value, str] = field(default_factory=lambda: MappingProxyType({}))

    in_place = False
    """Have the options places of their own, in which they are listed?"""

    def of(self, asked: Asked) -> Sequence[Value]:
        """The options of this question."""
        return options_of(self.options, asked)

    def problem(self, asked: Asked, value: Value) -> str | None:
        options = self.of(asked)
        if value in options:
            return None
        return said("{text} is not one of {options}", text=repr(value), options=listed(options))

    def parse(self, asked: Asked, text: str) -> Value:
        return match(self.of(asked), text)

    def show(self, value: Value) -> str:
        return told(value)

    def write(self, value: Value) -> str:
        return spelled(value)

    def step(self, asked: Asked, value: Value, by: int) -> Value:
        options = self.of(asked)
        return options[(options.index(value) + by) % len(options)] if value in options else options[0]

    def completions(self, asked: Asked, text: str) -> Sequence[str]:
        return [spelled(option) for option in matching(self.of(asked), text)]

    def default_candidates(self, asked: Asked) -> Sequence[Value]:
        return self.of(asked)


@dataclass(frozen=True)
class NodeOf(OneOf):
    """One node, named; on the screen a needle on the picture."""

    control = "needle"


@dataclass(frozen=True)
class PlaceOf(OneOf):
    """One place of the picture that is no node: a box, a cell, one half of a path. A needle, as for nodes.

    A place is a name, a number, or a tuple of these: ("ana", "out"). With `columns` the places stand in rows of so
    many, as in a table, and the needle goes up and down, too. `stays`: does it stand where it was left?
    """

    columns: int = 0
    stays: bool = False

    control = "needle"
    in_place = True


@dataclass(frozen=True)
class Track(OneOf):
    """A peg on a row of named posts. It stands at one of them, and goes no further than the last."""

    control = "track"
    in_place = True

    def step(self, asked: Asked, value: Value, by: int) -> Value:
        posts = self.of(asked)
        return posts[max(0, min(len(posts) - 1, posts.index(value) + by))] if value in posts else posts[0]


@dataclass(frozen=True)
class OrderOf(Domain):
    """All of the items, in an order: cards on the screen."""

    items: Options

    control = "cards"
    whole = False
    numbered = True

    def of(self, asked: Asked) -> Sequence[Value]:
        """The items of this question."""
        return options_of(self.items, asked)

    def problem(self, asked: Asked, value: Value) -> str | None:
        items = list(self.of(asked))
        good = isinstance(value, tuple) and len(value) == len(items) and all(item in value for item in items)
        return None if good else said("every one of {options}, once", options=listed(items))

    def parse(self, asked: Asked, text: str) -> Value:
        items = list(self.of(asked))
        words, names = text.split(), {spelled(item): item for item in items}
        value: tuple[Value, ...]
        if len(words) == len(items) and all(word in names for word in words):
            value = tuple(names[word] for word in words)
        elif (placed := by_places(items, text, whole=True)) is not None and len(placed) == len(items):
            value = placed
        else:
            value = tuple(match(items, word) for word in _in_order(text))
        problem = self.problem(asked, value)
        if problem:
            raise ValueError(problem)
        return value

    def show(self, value: Value) -> str:
        return " > ".join(map(told, value))

    def write(self, value: Value) -> str:
        return " > ".join(map(spelled, value))

    def pieces(self, asked: Asked) -> Sequence[Value]:
        return self.of(asked)

    def how(self, asked: Asked) -> str:
        return said("all of them in your order, by their numbers with blanks between, or by name with commas")

    def default_candidates(self, asked: Asked) -> Sequence[Value]:
        items = tuple(self.of(asked))
        return [items, items[::-1], *(items[n:] + items[:n] for n in range(1, len(items)))]


_RANKED = later("{count} of them, the first first, by name with commas or by number with blanks between")


@dataclass(frozen=True)
class RankedOf(Domain):
    """Up to `at_most` of the items, the first first: wishes, rules. The others are left out.

    none  what it is called to rank none of them.
    """

    items: Options
    at_most: Bound
    at_least: Bound = 0
    none: str = "none"

    control = "ranked"
    whole = False
    numbered = True

    def of(self, asked: Asked) -> Sequence[Value]:
        """The items of this question."""
        return options_of(self.items, asked)

    def limits(self, asked: Asked) -> tuple[int, int]:
        """How many must be ranked, and how many may."""
        return (bound(self.at_least, asked), min(bound(self.at_most, asked), len(self.of(asked))))

    def problem(self, asked: Asked, value: Value) -> str | None:
        items = list(self.of(asked))
        least, most = self.limits(asked)
        if not isinstance(value, tuple):
            return said("{text} is no order", text=repr(value))
        foreign = [item for item in value if item not in items]
        if foreign:
            return said("{text} is not one of {options}", text=spelled(foreign[0]), options=listed(items))
        if any(item in value[:place] for place, item in enumerate(value)):
            return said("one is named twice")
        if len(value) > most:
            return said("at most {most}, not {count}", most=most, count=len(value))
        return said("at least {least}, not {count}", least=least, count=len(value)) if len(value) < least else None

    def parse(self, asked: Asked, text: str) -> Value:
        items = list(self.of(asked))
        numbers = text.split()
        value: tuple[Value, ...]
        if text.strip() in ("", self.none, said(self.none)):
            value = ()
        elif all(word.isdigit() and 1 <= int(word) <= len(items) for word in numbers) and not any(
            spelled(item)[:1].isdigit() for item in items
        ):
            value = tuple(items[int(word) - 1] for word in numbers)
        else:
            value = tuple(match(items, word) for word in _in_order(text))
        problem = self.problem(asked, value)
        if problem:
            raise ValueError(problem)
        return value

    def show(self, value: Value) -> str:
        return " > ".join(map(told, value)) or said(self.none)

    def write(self, value: Value) -> str:
        return " > ".join(map(spelled, value)) or self.none

    def pieces(self, asked: Asked) -> Sequence[Value]:
        return self.of(asked)

    def how(self, asked: Asked) -> str:
        least, most = self.limits(asked)
        count = how_many(least, most)
        words = said(
            "{count} of them, the first first, by name with commas or by number with blanks between", count=count
        )
        return words if least else f"{words}; {said('an empty line is {none}', none=said(self.none))}"

    def left_of(self, asked: Asked, value: Value) -> Value:
        left = tuple(item for item in value if item in self.of(asked)) if isinstance(value, tuple) else ()
        left = left[: self.limits(asked)[1]]
        return left if self.problem(asked, left) is None else None

    def default_candidates(self, asked: Asked) -> Sequence[Value]:
        items = tuple(self.of(asked))
        least, most = self.limits(asked)
        found = [items[:most], items[::-1][:most], (), *((item,) for item in items)]
        found += [(items[n:] + items[:n])[: max(least, 1)] for n in range(len(items))]
        return [value for value in dict.fromkeys(found) if self.problem(asked, value) is None]

    def spread(self, asked: Asked) -> Sequence[Value]:
        return self.default_candidates(asked)


def by_places(shown: Sequence[Value], text: str, *, whole: bool = False) -> tuple[Value, ...] | None:
    """What is typed by its places, with blanks between: of those shown, in the order in which they are. None where the
    text is anything else, or where a number may be a name: where an item begins with a digit, or, if all of them have
    to be typed (`whole`), where an item is called what is typed."""
    words = text.split()
    are_places = bool(words) and all(word.isdigit() and 1 <= int(word) <= len(shown) for word in words)
    names = [spelled(item) for item in shown]
    are_names = not set(names).isdisjoint(words) if whole else any(name[:1].isdigit() for name in names)
    if not are_places or are_names:
        return None
    return tuple(shown[int(word) - 1] for word in words)


def _in_order(text: str) -> list[str]:
    """Names with commas or > between."""
    return [word for word in re.split(r"\s*,\s*|\s*>\s*", text.strip()) if word]
