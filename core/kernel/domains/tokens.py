"""A line of a program, some of its tokens replaced from a small stock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from core.kernel.choice import Asked, Domain, Value
from core.kernel.domains.numbers import Bound, bound
from core.kernel.domains.words import listed
from core.kernel.language import said

Stock: TypeAlias = Sequence[str] | Callable[[Asked, int], Sequence[str]]
TRIED = 40
"""So many single replacements are candidates."""


def _anything(asked: Asked, tokens: Sequence[str]) -> str:
    return ""


@dataclass(frozen=True)
class Tokens(Domain):
    """The tokens of a program's line, as many as there were, some of them others: a tuple of texts.

    line   the tokens as they stand.
    stock  what may stand in a token's place: the same for all, or a function of the place.
    most   how many may be replaced; None: all.
    reads  what is wrong with a line as a program, in words; "" if nothing is. Asked while it is being changed.
    """

    line: Sequence[str] | Callable[[Asked], Sequence[str]]
    stock: Stock
    most: Bound | None = None
    reads: Callable[[Asked, Sequence[str]], str] = _anything

    control = "tokens"
    whole = False

    def line_of(self, asked: Asked) -> tuple[str, ...]:
        """The tokens as they stand."""
        return tuple(self.line(asked) if callable(self.line) else self.line)

    def stock_at(self, asked: Asked, place: int) -> list[str]:
        """What may stand at a place: what does, and what is in stock."""
        stock = self.stock(asked, place) if callable(self.stock) else self.stock
        return list(dict.fromkeys((self.line_of(asked)[place], *stock)))

    def replaced(self, asked: Asked, value: Sequence[str]) -> int:
        """How many tokens are others than before."""
        return sum(one != other for one, other in zip(value, self.line_of(asked), strict=True))

    def limit(self, asked: Asked) -> int:
        """How many may be replaced."""
        tokens = len(self.line_of(asked))
        return tokens if self.most is None else min(tokens, bound(self.most, asked))

    def problem(self, asked: Asked, value: Value) -> str | None:
        line = self.line_of(asked)
        if not isinstance(value, tuple) or len(value) != len(line):
            return said("{count} tokens, as in {line}", count=len(line), line=" ".join(line))
        for place, token in enumerate(value):
            stock = self.stock_at(asked, place)
            if token not in stock:
                return said(
                    "{token} cannot stand at place {place}: {options} can",
                    token=repr(token),
                    place=place + 1,
                    options=listed(stock, "or"),
                )
        replaced, most = self.replaced(asked, value), self.limit(asked)
        if replaced > most:
            return said("{count} tokens are others: at most {most} may be", count=replaced, most=most)
        return self.reads(asked, value) or None

    def parse(self, asked: Asked, text: str) -> Value:
        """The line as it is to be, blanks between tokens or not. The longest token that leaves a reading is taken."""
        value = self._read(asked, text, 0, 0)
        if value is None:
            raise ValueError(self._unread(asked, text))
        problem = self.problem(asked, value)
        if problem:
            raise ValueError(problem)
        return value

    def _read(self, asked: Asked, text: str, at: int, place: int) -> tuple[str, ...] | None:
        at += len(text[at:]) - len(text[at:].lstrip())
        if place == len(self.line_of(asked)):
            return () if at == len(text) else None
        for token in sorted(self.stock_at(asked, place), key=len, reverse=True):
            if text.startswith(token, at):
                rest = self._read(asked, text, at + len(token), place + 1)
                if rest is not None:
                    return (token, *rest)
        return None

    def _unread(self, asked: Asked, text: str) -> str:
        """Where the reading of a text ends, in words."""
        at = 0
        for place in range(len(self.line_of(asked))):
            at += len(text[at:]) - len(text[at:].lstrip())
            stock = self.stock_at(asked, place)
            fitting = [token for token in stock if text.startswith(token, at)]
            if not fitting:
                found = repr(text[at:].split(maxsplit=1)[0]) if text[at:].strip() else said("the end")
                return said(
                    "place {place} wants {options}, and there is {found}",
                    place=place + 1,
                    options=listed(stock, "or"),
                    found=found,
                )
            at += len(max(fitting, key=len))
        return said("{text} is more than the line has places", text=repr(text[at:].strip()))

    def show(self, value: Value) -> str:
        return " ".join(value)

    def how(self, asked: Asked) -> str:
        line = self.line_of(asked)
        most = self.limit(asked)
        stocks = {tuple(self.stock_at(asked, place)[1:]) for place in range(len(line))}
        stock = listed(next(iter(stocks)), "or") if len(stocks) == 1 else "what is in stock for each"
        return (
            f"the line is {' '.join(line)}; type it as it is to be, "
            f"at most {most} {'token' if most == 1 else 'tokens'} replaced by {stock}"
        )

    def default_candidates(self, asked: Asked) -> Sequence[Value]:
        line = self.line_of(asked)
        found = [line]
        for place in range(len(line)):
            for token in self.stock_at(asked, place)[1:]:
                found.append((*line[:place], token, *line[place + 1 :]))
        return [value for value in dict.fromkeys(found) if self.problem(asked, value) is None][:TRIED]

    def spread(self, asked: Asked) -> Sequence[Value]:
        return self.default_candidates(asked)
