"""Domains: what may be answered to a question, how a person types it, and how it is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from core.kernel.choice import Asked, Domain, Value
from core.kernel.time import parse_duration, show_duration

Options: TypeAlias = Sequence[Value] | Callable[[Asked], Sequence[Value]]


def _options(options: Options, asked: Asked) -> Sequence[Value]:
    return options(asked) if callable(options) else options


LISTED = 8
"""How many options a sentence names."""


def listed(options: Sequence[Value], last: str = "and") -> str:
    """Options in a sentence: "a, b and c"; of many the first few, and how many more there are."""
    names = [str(option) for option in options[:LISTED]]
    if len(options) > LISTED:
        return f"{', '.join(names)} {last} {len(options) - LISTED} more"
    return f" {last} ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def matching(options: Sequence[Value], text: str) -> list[Value]:
    """The options that a typed text may mean: the one that is spelled so, else all that begin so, in letters of any
    case. Nothing typed means none of them."""
    wanted = text.strip()
    if not wanted:
        return []
    exact = [option for option in options if str(option) == wanted]
    if exact:
        return exact[:1]
    begins = [option for option in options if str(option).lower().startswith(wanted.lower())]
    spelled = [option for option in begins if len(str(option)) == len(wanted)]
    return spelled if len(spelled) == 1 else begins


def beginning(names: Sequence[str]) -> str:
    """What all these names begin with, in letters of any case: spelled as the first one has it."""
    length = len(names[0])
    while any(name[:length].lower() != names[0][:length].lower() for name in names):
        length -= 1
    return names[0][:length]


def not_recognised(options: Sequence[Value], text: str) -> str:
    """Why a typed text is none of the options, in words; "" if it is one."""
    found = matching(options, text)
    if len(found) == 1:
        return ""
    if found:
        return f"{text.strip()!r} may be {listed(found, 'or')}: type more of it"
    return f"{text!r} is not one of {listed(options)}"


def _match(options: Sequence[Value], text: str) -> Value:
    problem = not_recognised(options, text)
    if problem:
        raise ValueError(problem)
    return matching(options, text)[0]


@dataclass(frozen=True)
class OneOf(Domain):
    """One of a few options; `words` explains an option that does not explain itself."""

    options: Options
    words: Mapping[Value, str] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, asked: Asked) -> Sequence[Value]:
        """The options of this question."""
        return _options(self.options, asked)

    def problem(self, asked: Asked, value: Value) -> str | None:
        options = self.of(asked)
        return None if value in options else f"{value!r} is not one of {listed(options)}"

    def parse(self, asked: Asked, text: str) -> Value:
        return _match(self.of(asked), text)

    def default_candidates(self, asked: Asked) -> Sequence[Value]:
        return self.of(asked)


@dataclass(frozen=True)
class NodeOf(OneOf):
    """One node, named; on the screen a needle on the picture."""

    control = "needle"


@dataclass(frozen=True)
class SomeOf(Domain):
    """Up to `at_most` of the options, in the options' order.

    none     what it is called to choose none of them.
    taken    what becomes of those that are chosen: "2 of 4 chairs taken".
    stays    the screen begins with what was chosen the last time.
    """

    options: Options
    at_most: int | Callable[[Asked], int] = 1
    none: str = "nobody"
    taken: str = "chosen"
    stays: bool = True

    control = "chairs"

    def of(self, asked: Asked) -> Sequence[Value]:
        """The options of this question."""
        return _options(self.options, asked)

    def most(self, asked: Asked) -> int:
        """How many may be chosen."""
        return self.at_most(asked) if callable(self.at_most) else self.at_most

    def problem(self, asked: Asked, value: Value) -> str | None:
        options = list(self.of(asked))
        if not isinstance(value, tuple):
            return f"{value!r} is not a selection"
        foreign = [item for item in value if item not in options]
        if foreign:
            return f"{foreign[0]} is not one of {listed(options)}"
        if len(set(value)) < len(value):
            return "one is named twice"
        if len(value) > self.most(asked):
            return f"at most {self.most(asked)}, not {len(value)}"
        return None

    def parse(self, asked: Asked, text: str) -> Value:
        options = list(self.of(asked))
        chosen: list[Value] = []
        for part in filter(None, re.split(r"\s*,\s*", text.strip())):
            # A name may have blanks in it; where it has none, blanks part the names as commas do.
            words = [part] if matching(options, part) else part.split()
            chosen += [_match(options, word) for word in words]
        value = tuple(option for option in options if option in chosen)
        problem = self.problem(asked, value)
        if problem:
            raise ValueError(problem)
        return value

    def show(self, value: Value) -> str:
        return ", ".join(map(str, value)) or self.none

    def default_candidates(self, asked: Asked) -> Sequence[Value]:
        options = tuple(self.of(asked))
        most = self.most(asked)
        return [options[:most], (), options[-most:] if most else (), *((option,) for option in options)]


@dataclass(frozen=True)
class OrderOf(Domain):
    """All of the items, in an order: cards on the screen."""

    items: Options

    control = "cards"

    def of(self, asked: Asked) -> Sequence[Value]:
        """The items of this question."""
        return _options(self.items, asked)

    def problem(self, asked: Asked, value: Value) -> str | None:
        items = list(self.of(asked))
        good = isinstance(value, tuple) and len(value) == len(items) and all(item in value for item in items)
        return None if good else f"every one of {listed(items)}, once"

    def parse(self, asked: Asked, text: str) -> Value:
        items = list(self.of(asked))
        words = [word for word in re.split(r"\s*,\s*|\s*>\s*", text.strip()) if word]
        numbers = text.split()
        if len(numbers) == len(items) and all(word.isdigit() and 1 <= int(word) <= len(items) for word in numbers):
            value = tuple(items[int(word) - 1] for word in numbers)
        else:
            value = tuple(_match(items, word) for word in words)
        problem = self.problem(asked, value)
        if problem:
            raise ValueError(problem)
        return value

    def show(self, value: Value) -> str:
        return " > ".join(map(str, value))

    def default_candidates(self, asked: Asked) -> Sequence[Value]:
        items = tuple(self.of(asked))
        return [items, items[::-1], *(items[n:] + items[:n] for n in range(1, len(items)))]


Bound: TypeAlias = int | Callable[[Asked], int]


@dataclass(frozen=True)
class Number(Domain):
    """A whole number in [low, high]."""

    low: Bound
    high: Bound
    unit: str = ""

    control = "number"
    ordered = True

    def bounds(self, asked: Asked) -> tuple[int, int]:
        """The least and the greatest answer to this question."""
        low, high = self.low, self.high
        return (low(asked) if callable(low) else low, high(asked) if callable(high) else high)

    def problem(self, asked: Asked, value: Value) -> str | None:
        low, high = self.bounds(asked)
        if not isinstance(value, int) or isinstance(value, bool):
            return f"{value!r} is not a whole number"
        return (
            None
            if low <= value <= high
            else f"{self.show(value)} is not between {self.show(low)} and {self.show(high)}"
        )

    def parse(self, asked: Asked, text: str) -> Value:
        try:
            value = int(text.strip().replace("_", ""))
        except ValueError:
            raise ValueError(f"{text!r} is not a whole number") from None
        problem = self.problem(asked, value)
        if problem:
            raise ValueError(problem)
        return value

    def show(self, value: Value) -> str:
        one = value == 1 and len(self.unit) > 2 and self.unit.endswith("s")  # not of "ms" and "s"
        return f"{value} {self.unit[:-1] if one else self.unit}".rstrip()

    def default_candidates(self, asked: Asked) -> Sequence[Value]:
        return self.bounds(asked)


@dataclass(frozen=True)
class Duration(Number):
    """A time in µs between low and high: an alarm pushed along a ruler on the screen."""

    control = "alarm"

    def parse(self, asked: Asked, text: str) -> Value:
        value = int(text) * 1000 if text.strip().isdigit() else parse_duration(text)
        problem = self.problem(asked, value)
        if problem:
            raise ValueError(problem)
        return value

    def show(self, value: Value) -> str:
        return show_duration(value)


@dataclass(frozen=True)
class Fields(Domain):
    """Several values at once, each with a name and a domain of its own: a header's figure. The value is a tuple."""

    parts: tuple[tuple[str, Domain], ...]

    control = "fields"
    ordered = True

    def problem(self, asked: Asked, value: Value) -> str | None:
        if not isinstance(value, tuple) or len(value) != len(self.parts):
            return f"{len(self.parts)} values: {', '.join(name for name, _ in self.parts)}"
        for (name, domain), part in zip(self.parts, value, strict=True):
            problem = domain.problem(asked, part)
            if problem:
                return f"{name}: {problem}"
        return None

    def parse(self, asked: Asked, text: str) -> Value:
        words = text.split()
        if len(words) != len(self.parts):
            raise ValueError(f"{len(self.parts)} values: {', '.join(name for name, _ in self.parts)}")
        return tuple(domain.parse(asked, word) for (_, domain), word in zip(self.parts, words, strict=True))

    def show(self, value: Value) -> str:
        return ", ".join(f"{name} {domain.show(part)}" for (name, domain), part in zip(self.parts, value, strict=True))

    def default_candidates(self, asked: Asked) -> Sequence[Value]:
        per_part = [list(domain.default_candidates(asked)) for _, domain in self.parts]
        first = tuple(options[0] for options in per_part)
        return [first] + [
            (*first[:place], option, *first[place + 1 :])
            for place, options in enumerate(per_part)
            for option in options[1:]
        ]
