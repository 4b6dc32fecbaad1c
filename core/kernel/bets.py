"""Bets: what a player may wager on while nobody at their node can know it: lost or late, dead or slow.

A bet is on a named predicate with two sides. A room declares it of its roles; a level may also let a law of its own be
bet on. A wager is a chance in per cent, laid unasked between two events. It touches no machine and no message, but it
is recorded like a move, so that a run file, a replay and a branch know it (core.kernel.betting). No automated seat is
ever put a bet.

What was true is found from the world at its end, never before. Wagers are scored by Brier (1950): the mean of the
squared difference between the chance that was given and what came: 0 is best, 1/4 is what knowing nothing costs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

from core.kernel.choice import PASS, Answer, Choice, Kind, Value
from core.kernel.domains import Odds
from core.kernel.language import counted, said
from core.kernel.laws import BoundLaw
from core.kernel.text import harmless

MOST_BETS = 3
"""A level has at most so many bets, and so many chips to lay on them: a wager is an aside, not a task."""
SURE = 80
"""Per cent that a level's own key bets on its side."""
EVEN = 50

Subject: TypeAlias = tuple[tuple[str, Value], ...]
"""What a wager is about: (name, value) of each of its parts."""


@dataclass(frozen=True, eq=False)
class Bet:
    """A predicate that may be bet on.

    name      "<protocol>.<what>", or the law's text: the same in level files and run files.
    question  in words; may name {parts} of the subject.
    what      what it is about, in a few words: "ping {number}".
    sides     what it is called if it turns out to be so, and if not.
    about     of a machine and its own clock (µs): what could be bet on now, as plain data; None if nothing could. It
              must not depend on anything that the node does not know.
    truth     of the evidence at the end, the node's name and the parts of the subject: was it so? None if that never
              came out.
    roles     machines that may be bet at; () for all.
    law       the law whose coming about is bet on: then nothing else says what is true.
    source    where it is explained why this cannot be known.
    """

    name: str
    question: str
    what: str
    sides: tuple[str, str]
    about: Callable[[Any, int], Mapping[str, Value] | None] = lambda machine, now: {}
    truth: Callable[..., bool | None] | None = None
    roles: tuple[type, ...] = ()
    law: BoundLaw | None = None
    source: str = ""

    def __post_init__(self) -> None:
        if len(set(self.sides)) != 2 or not all(self.sides):
            raise ValueError(f"{self.name} has two sides that are called otherwise, not {self.sides}")
        if (self.truth is None) == (self.law is None):
            raise ValueError(f"{self.name} is true by a law or by what the room says, by one of them")

    @cached_property
    def choice(self) -> Choice:
        """The bet as a question: how likely is its first side?"""
        return Choice(
            name=self.name,
            question=self.question,
            domain=Odds(sides=self.sides),
            book=lambda asked: EVEN,
            answers={"laid": Answer(Kind.FINE, "What it was shows at the end.")},
            judge=lambda asked, value: "laid",
            candidates=lambda asked: [EVEN],
            source=self.source or "Brier 1950",
            inaction=PASS,
            standing=True,
            due=lambda asked: False,
        )

    def share(self, side: str) -> int:
        """The chance of the first side, in per cent, that a key lays on this side."""
        return SURE if side == self.sides[0] else 100 - SURE


def law_bet(law: BoundLaw) -> Bet:
    """A bet on a law of the level: will it have come about (always: will it be kept) when the run ends?"""
    text = law.text.replace("{", "{{").replace("}", "}}")
    return Bet(law.text, said("How likely is it: {law}?", law=text), text, ("yes", "no"), law=law)


def what_of(bet: Bet, subject: Subject) -> str:
    """What a wager is about, in a few words, fit to be shown."""
    return harmless(bet.what.format_map(dict(subject)))


@dataclass(frozen=True)
class Wager:
    """A chance that was given: of which bet, at which node, on what, how many per cent on its first side, when (true
    µs)."""

    bet: Bet
    node: str
    subject: Subject
    share: int
    at: int

    @property
    def words(self) -> str:
        """The chance in words: "lost 80 %"."""
        return self.bet.choice.domain.show(self.share)

    @property
    def what(self) -> str:
        """What it is about: "ping 3"."""
        return what_of(self.bet, self.subject)


@dataclass(frozen=True)
class Settled:
    """What could be bet on, once it is known: what was true (None: it never came out), and the wager on it, if any."""

    bet: Bet
    node: str
    subject: Subject
    truth: bool | None
    wager: Wager | None = None

    @property
    def what(self) -> str:
        """What it is about: "ping 3"."""
        return what_of(self.bet, self.subject)

    @property
    def came(self) -> str:
        """The side that came out; "" if none did."""
        return "" if self.truth is None else self.bet.sides[0 if self.truth else 1]

    @property
    def loss(self) -> Fraction | None:
        """The squared difference between the chance given and what came; None without a wager or an outcome."""
        if self.wager is None or self.truth is None:
            return None
        return (Fraction(self.wager.share, 100) - int(self.truth)) ** 2


def brier(settled: Sequence[Settled]) -> Fraction | None:
    """The Brier score of the wagers that came out: 0 is best, 1/4 is even chances always; None if there are none."""
    losses = [one.loss for one in settled if one.loss is not None]
    return sum(losses, Fraction(0)) / len(losses) if losses else None


def score_words(score: Fraction | None, chips: int) -> str:
    """A Brier score as people read it, over so many wagers that came out; "" if there are none."""
    if score is None:
        return ""
    return counted(
        "1 bet lost {score}: 0 is best, and always to say even loses 0.25.",
        "{count} bets, each lost {score}: 0 is best, and always to say even loses 0.25.",
        chips,
        score=f"{float(score):.2f}",
    )
