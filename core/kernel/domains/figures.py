"""Several values at once: a header's figure, a form of which only so much may be filled in, handles on the picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from core.kernel.choice import Asked, Domain, Value
from core.kernel.domains.numbers import Bound, Number, bound
from core.kernel.domains.options import Track
from core.kernel.domains.texts import Text
from core.kernel.domains.words import how_many, listed, pieces, quoted, unquoted
from core.kernel.language import said

BLANK = "-"
"""How a blank is typed."""


@dataclass(frozen=True)
class Fields(Domain):
    """Several values at once, each with a name and a domain of its own: a header's figure. The value is a tuple."""

    parts: tuple[tuple[str, Domain], ...]

    control = "fields"
    ordered = True

    @property
    def names(self) -> list[str]:
        """What the parts are called."""
        return [name for name, _ in self.parts]

    def problem(self, asked: Asked, value: Value) -> str | None:
        if not isinstance(value, tuple) or len(value) != len(self.parts):
            return said("{count} values: {names}", count=len(self.parts), names=", ".join(self.names))
        for (name, domain), part in zip(self.parts, value, strict=True):
            problem = self._part_problem(asked, domain, part)
            if problem:
                return f"{name}: {problem}"
        return None

    def _part_problem(self, asked: Asked, domain: Domain, part: Value) -> str | None:
        return domain.problem(asked, part)

    def parse(self, asked: Asked, text: str) -> Value:
        """The values in their order, with blanks or commas between, or each with its name: "ack 501, window 9"."""
        words = pieces(text, ",")
        if len(words) == 1 and len(self.parts) > 1 and self._named(words[0]) is None:
            words = pieces(text, " ")
        found: dict[str, str] = {}
        for place, word in enumerate(words):
            named = self._named(word)
            name, rest = named if named is not None else (self.names[min(place, len(self.parts) - 1)], word)
            if name in found or (named is None and place >= len(self.parts)):
                raise ValueError(said("{count} values: {names}", count=len(self.parts), names=", ".join(self.names)))
            found[name] = rest
        value = self._of_words(asked, found)
        problem = self.problem(asked, value)
        if problem:
            raise ValueError(problem)
        return value

    def _named(self, word: str) -> tuple[str, str] | None:
        """A part's name and what is typed for it, if its name is typed before it."""
        for name in sorted(self.names, key=len, reverse=True):
            rest = word[len(name) :]
            if word.startswith(name) and rest[:1] in (" ", "=", ":") and rest.lstrip(" =:"):
                return name, rest.lstrip(" =:")
        return None

    def _of_words(self, asked: Asked, words: dict[str, str]) -> Value:
        if len(words) != len(self.parts):
            raise ValueError(said("{count} values: {names}", count=len(self.parts), names=", ".join(self.names)))
        return tuple(self.read_part(asked, place, words[name]) for place, name in enumerate(self.names))

    def read_part(self, asked: Asked, place: int, text: str) -> Value:
        """What is typed for one part. Raises ValueError in words."""
        domain = self.parts[place][1]
        inside = None if isinstance(domain, Text) else unquoted(text.strip())  # a text's quotes are its own
        return domain.parse(asked, text if inside is None else inside)

    def write_part(self, place: int, value: Value) -> str:
        """One part as it is typed."""
        return self.parts[place][1].write(value)

    def show(self, value: Value) -> str:
        return ", ".join(
            f"{said(name)} {domain.show(part)}" for (name, domain), part in zip(self.parts, value, strict=True)
        )

    def write(self, value: Value) -> str:
        words = []
        for place, (name, part) in enumerate(zip(self.names, value, strict=True)):
            word = self.write_part(place, part)
            needed = part is not None and (word == BLANK or not word or any(sign in word for sign in ',"\\=:'))
            if needed and unquoted(word) is None:
                word = quoted(word)
            words.append(f"{name}={word}")
        return ", ".join(words)

    def how(self, asked: Asked) -> str:
        parts = "; ".join(f"{name}: {how}" for name, domain in self.parts if (how := domain.how(asked)))
        words = said("{names}, in this order, with commas between", names=", ".join(self.names))
        return f"{words} ({parts})" if parts else words

    def default_candidates(self, asked: Asked) -> Sequence[Value]:
        per_part = [list(domain.default_candidates(asked)) for _, domain in self.parts]
        if not all(per_part):
            return []
        first = tuple(options[0] for options in per_part)
        return [first] + [
            (*first[:place], option, *first[place + 1 :])
            for place, options in enumerate(per_part)
            for option in options[1:]
        ]


@dataclass(frozen=True)
class BudgetedFields(Fields):
    """Fields of which at most `most` may be filled in, and at least `least`. A blank (None) says something, too.

    blank  what it is called.
    """

    most: Bound = 1
    least: Bound = 0
    blank: str = "blank"

    control = "sheet"
    whole = False

    def limits(self, asked: Asked) -> tuple[int, int]:
        """How many must be filled in, and how many may."""
        return (bound(self.least, asked), min(len(self.parts), bound(self.most, asked)))

    def problem(self, asked: Asked, value: Value) -> str | None:
        problem = super().problem(asked, value)
        if problem:
            return problem
        least, most = self.limits(asked)
        filled = sum(part is not None for part in value)
        if filled > most:
            return said(
                "{count} are filled in: at most {most} of {all} may be", count=filled, most=most, all=len(value)
            )
        if filled < least:
            return said(
                "{count} are filled in: at least {least} of {all} must be", count=filled, least=least, all=len(value)
            )
        return None

    def _part_problem(self, asked: Asked, domain: Domain, part: Value) -> str | None:
        return None if part is None else domain.problem(asked, part)

    def _of_words(self, asked: Asked, words: dict[str, str]) -> Value:
        return tuple(self.read_part(asked, place, words.get(name, BLANK)) for place, name in enumerate(self.names))

    def read_part(self, asked: Asked, place: int, text: str) -> Value:
        return None if text.strip() in (BLANK, "") else super().read_part(asked, place, text)

    def write_part(self, place: int, value: Value) -> str:
        return BLANK if value is None else super().write_part(place, value)

    def show(self, value: Value) -> str:
        filled = (
            f"{said(name)} {domain.show(part)}"
            for (name, domain), part in zip(self.parts, value, strict=True)
            if part is not None
        )
        return ", ".join(filled) or said("all {blank}", blank=said(self.blank))

    def how(self, asked: Asked) -> str:
        least, most = self.limits(asked)
        count = how_many(least, most)
        parts = "; ".join(f"{name}: {how}" for name, domain in self.parts if (how := domain.how(asked)))
        words = said(
            '{count} of {all}, each with its name, such as "{example}"; the others stay {blank}. {names}',
            all=len(self.parts),
            count=count,
            example=f"{self.names[0]}=…, {self.names[-1]}=…",
            blank=said(self.blank),
            names=listed(self.names),
        )
        return f"{words} ({parts})" if parts else words

    def default_candidates(self, asked: Asked) -> Sequence[Value]:
        firsts = []
        for _, domain in self.parts:
            options = list(domain.default_candidates(asked))
            firsts.append(options[0] if options else None)
        count, most = len(self.parts), self.limits(asked)[1]
        nothing = (None,) * count
        found = [nothing, (*firsts[:most], *nothing[most:]), (*nothing[most:], *firsts[count - most :])]
        found += [(*nothing[:place], first, *nothing[place + 1 :]) for place, first in enumerate(firsts)]
        return [value for value in dict.fromkeys(found) if self.problem(asked, value) is None]

    def spread(self, asked: Asked) -> Sequence[Value]:
        return self.default_candidates(asked)


class Shape(Enum):
    """How handles look, where the room's picture does not draw them itself.

    POINTS   each on a ruler of its own.
    BRACKET  two on one ruler, from and to: the first is not beyond the second.
    SLOPE    a line: the first says where it begins, the second how it rises.
    BEAD     each a bead on a string.
    """

    POINTS = "points"
    BRACKET = "bracket"
    SLOPE = "slope"
    BEAD = "bead"


def _anything(asked: Asked, value: Value) -> str:
    return ""


@dataclass(frozen=True)
class Handles(Fields):
    """Fields that are handles on the picture, pushed by the arrows: each a number, a time, a share, or a peg.

    fits  what is wrong with all of them together, in words; "" if nothing is.
    """

    shape: Shape = Shape.POINTS
    fits: Callable[[Asked, Value], str] = _anything

    control = "handles"
    whole = False

    def __post_init__(self) -> None:
        for name, domain in self.parts:
            if not isinstance(domain, Number | Track):
                raise ValueError(f"{name} is no handle: a number, a time, a share or a track can be pushed")
        if self.shape in (Shape.BRACKET, Shape.SLOPE) and len(self.parts) != 2:
            raise ValueError(f"a {self.shape.value} has two handles, not {len(self.parts)}")

    def problem(self, asked: Asked, value: Value) -> str | None:
        problem = super().problem(asked, value)
        if problem:
            return problem
        if self.shape is Shape.BRACKET:
            first, last = (self.place_of(asked, place, part) for place, part in enumerate(value))
            if first > last:
                (one, other), (low, high) = self.names, self.parts
                return said(
                    "{one} {first} is beyond {other} {last}",
                    one=one,
                    first=low[1].show(value[0]),
                    other=other,
                    last=high[1].show(value[1]),
                )
        return self.fits(asked, value) or None

    def place_of(self, asked: Asked, place: int, part: Value) -> int:
        """Where on its ruler a handle stands: its number, or of posts the place in their row."""
        domain = self.parts[place][1]
        return list(domain.of(asked)).index(part) if isinstance(domain, Track) else part

    def ends(self, asked: Asked, place: int) -> tuple[int, int]:
        """The ends of a handle's ruler."""
        domain = self.parts[place][1]
        if isinstance(domain, Number):
            return domain.bounds(asked)
        assert isinstance(domain, Track)
        return (0, len(domain.of(asked)) - 1)

    def at(self, asked: Asked, place: int, where: int) -> Value:
        """What a handle says that stands there."""
        domain = self.parts[place][1]
        low, high = self.ends(asked, place)
        where = max(low, min(high, where))
        if isinstance(domain, Track):
            return domain.of(asked)[where]
        assert isinstance(domain, Number)
        return domain.near(asked, where)

    def default_candidates(self, asked: Asked) -> Sequence[Value]:
        return [value for value in super().default_candidates(asked) if self.problem(asked, value) is None]

    def spread(self, asked: Asked) -> Sequence[Value]:
        """All handles the same way along their rulers, in eighths; and with a bracket, from one end to each."""
        rows = [list(domain.spread(asked)) or list(domain.default_candidates(asked)) for _, domain in self.parts]
        found = []
        for part in range(9):
            found.append(tuple(row[part * (len(row) - 1) // 8] for row in rows))
            found.append((rows[0][0], *(row[part * (len(row) - 1) // 8] for row in rows[1:])))
        return [value for value in dict.fromkeys(found) if self.problem(asked, value) is None]
