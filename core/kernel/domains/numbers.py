"""Numbers: whole ones, times, and shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from core.kernel.choice import Asked, Domain, Value
from core.kernel.language import said
from core.kernel.time import MILLISECOND, SECOND, parse_duration, show_duration

Bound: TypeAlias = int | Callable[[Asked], int]

EIGHTHS = 8
"""A constant tries the ends of a range and what lies so many parts apart between."""


def bound(limit: Bound, asked: Asked) -> int:
    """A limit of this question."""
    return limit(asked) if callable(limit) else limit


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
        return (bound(self.low, asked), bound(self.high, asked))

    def problem(self, asked: Asked, value: Value) -> str | None:
        low, high = self.bounds(asked)
        if not isinstance(value, int) or isinstance(value, bool):
            return said("{text} is not a whole number", text=repr(value))
        return (
            None
            if low <= value <= high
            else said(
                "{value} is not between {low} and {high}",
                value=self.show(value),
                low=self.show(low),
                high=self.show(high),
            )
        )

    def parse(self, asked: Asked, text: str) -> Value:
        digits = text.strip()
        one = self.unit[:-1] if self._counts else ""
        for unit in (said(self.unit), said(one), self.unit, one):
            digits = digits.removesuffix(unit).rstrip()
        try:
            value = int(digits.replace("_", ""))
        except ValueError:
            raise ValueError(said("{text} is not a whole number", text=repr(text))) from None
        problem = self.problem(asked, value)
        if problem:
            raise ValueError(problem)
        return value

    @property
    def _counts(self) -> bool:
        """Is the unit a word for several things, which loses its s for one? "ms" and "s" do not."""
        return len(self.unit) > 2 and self.unit.endswith("s")

    def show(self, value: Value) -> str:
        return f"{value} {said(self.unit[:-1] if value == 1 and self._counts else self.unit)}".rstrip()

    def step(self, asked: Asked, value: Value, by: int) -> Value:
        return self.near(asked, value + by)

    def near(self, asked: Asked, value: int) -> int:
        """The answer nearest to any number."""
        low, high = self.bounds(asked)
        return max(low, min(high, value))

    def how(self, asked: Asked) -> str:
        low, high = self.bounds(asked)
        return said("a number from {low} to {high}", low=low, high=self.show(high))

    def default_candidates(self, asked: Asked) -> Sequence[Value]:
        return self.bounds(asked)

    def spread(self, asked: Asked) -> Sequence[Value]:
        low, high = self.bounds(asked)
        return [low + (high - low) * part // EIGHTHS for part in range(EIGHTHS + 1)]


@dataclass(frozen=True)
class Duration(Number):
    """A time in µs between low and high: an alarm pushed along a ruler on the screen.

    A bare number is typed in ms; where nothing is shorter than a second, in seconds.

    fine, coarse  µs by which left and right push it, and up and down; 0: by what the ruler shows.
    """

    fine: int = 0
    coarse: int = 0

    control = "alarm"

    def within(self, asked: Asked, value: Value) -> Value:
        return self.near(asked, value) if isinstance(value, int) else value

    def parse(self, asked: Asked, text: str) -> Value:
        typed = text.strip()
        sign = -1 if typed[:1] == "-" else 1
        typed = typed[1:] if typed[:1] in ("-", "+") else typed
        value = sign * (int(typed) * self._unit(asked) if typed.isdecimal() else parse_duration(typed))
        problem = self.problem(asked, value)
        if problem:
            raise ValueError(problem)
        return value

    def show(self, value: Value) -> str:
        return show_duration(value)

    def step(self, asked: Asked, value: Value, by: int) -> Value:
        return self.near(asked, value + by * MILLISECOND)

    def write(self, value: Value) -> str:
        for unit, name in ((SECOND, "s"), (MILLISECOND, "ms")):
            if value and value % unit == 0:
                return f"{value // unit} {name}"
        return f"{value} us"

    def how(self, asked: Asked) -> str:
        low, high = self.bounds(asked)
        return said(
            'a time from {low} to {high}, such as "{example}"',
            low=self.show(low), high=self.show(high), example=self.example(asked),
        )  # fmt: skip

    def _unit(self, asked: Asked) -> int:
        """What a bare number counts (µs): seconds where nothing is shorter than one, else milliseconds."""
        return SECOND if self.bounds(asked)[0] >= SECOND else MILLISECOND

    def example(self, asked: Asked) -> str:
        """How a time may be typed here; no answer of anything."""
        return "900 ms" if self._unit(asked) == MILLISECOND else "7 s"


@dataclass(frozen=True)
class Slider(Number):
    """A share of something, in steps: a bar that is pushed on the screen. In per cent, or whatever `unit` says.

    coarse  what left and right push by; up and down push by `by`.
    """

    low: Bound = 0
    high: Bound = 100
    unit: str = "%"
    by: int = 1
    coarse: int = 10

    control = "slider"

    def problem(self, asked: Asked, value: Value) -> str | None:
        problem = super().problem(asked, value)
        low = self.bounds(asked)[0]
        if problem is None and (value - low) % self.by:
            return said(
                "{value} is none of {low}, {next} and so on",
                value=self.show(value),
                low=self.show(low),
                next=self.show(low + self.by),
            )
        return problem

    def step(self, asked: Asked, value: Value, by: int) -> Value:
        low, high = self.bounds(asked)
        most = (high - low) // self.by
        return low + self.by * max(0, min(most, (value - low) // self.by + by))

    def near(self, asked: Asked, value: int) -> int:
        low = self.bounds(asked)[0]
        nearest: int = self.step(asked, low, round((value - low) / self.by))
        return nearest

    def how(self, asked: Asked) -> str:
        words = super().how(asked)
        return words if self.by == 1 else said("{words}, in steps of {by}", words=words, by=self.by)

    def default_candidates(self, asked: Asked) -> Sequence[Value]:
        low, high = self.bounds(asked)
        quarters = (self.near(asked, low + (high - low) * part // 4) for part in range(5))
        return list(dict.fromkeys(quarters))

    def spread(self, asked: Asked) -> Sequence[Value]:
        return [self.near(asked, value) for value in super().spread(asked)]


@dataclass(frozen=True)
class Odds(Slider):
    """How likely it is, in tens of per cent, that something is the first of two `sides` rather than the second: the bar
    of a bet. 80 is "lost 80 %", 20 is "late 80 %"."""

    by: int = 10
    sides: tuple[str, str] = ("yes", "no")

    control = "odds"

    def show(self, value: Value) -> str:
        if value == 50:
            return said("even")
        return f"{said(self.sides[0])} {value} %" if value > 50 else f"{said(self.sides[1])} {100 - value} %"

    def write(self, value: Value) -> str:
        if value == 50:
            return "even"
        return f"{self.sides[0]} {value} %" if value > 50 else f"{self.sides[1]} {100 - value} %"

    def parse(self, asked: Asked, text: str) -> Value:
        typed = text.strip()
        for place, side in enumerate(self.sides):
            for name in (side, said(side)):
                if typed.lower().startswith(name.lower()) and not typed[len(name) : len(name) + 1].isalnum():
                    share: int = super().parse(asked, typed[len(name) :].strip() or "80")
                    return share if place == 0 else 100 - share
        return 50 if typed.lower() in ("even", said("even").lower()) else super().parse(asked, typed)

    def how(self, asked: Asked) -> str:
        return said(
            '"{first} 80 %", "{second} 70 %" and so on in tens, or "even"',
            first=said(self.sides[0]),
            second=said(self.sides[1]),
        )
