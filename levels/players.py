"""Players who know nothing of a level: chance, the first and the last of every list, constants, and nobody. None of
them may win (levels/check.py says how seldom)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import product

from core.kernel.choice import PASS, Asked, Value
from core.kernel.data import canonical
from core.kernel.domains import Number, OneOf
from core.kernel.hand import SWEAR
from core.kernel.seats import Pending
from core.kernel.seats import Random as Dicer
from core.kernel.unbiased import unbiased

SPACED = 9
"""So many values of a range a constant tries: evenly spaced, both ends among them."""
MOST_TOGETHER = 16
"""So many combinations of several choices' constants are all tried; beyond that each option comes once at least."""

Rule = Callable[[Asked], Value]
"""What a constant answers to one choice."""


def listed(asked: Asked) -> tuple[Value, ...]:
    """The candidates that are answers, in the order in which scripts and lists see them."""
    domain = asked.choice.domain
    good = [value for value in asked.candidates if value is PASS or domain.problem(asked, value) is None]
    return unbiased(asked.choice, good, asked.dice_key[0])


class Blind:
    """A seat that knows nothing but its rule. `once`: what keeps is set once, as by a person whom nobody asks again. It
    swears no oath: where one is right, whoever swears has won, and the acts around it ask for more.

    acts    answers, moves and settings of its own.
    """

    waits = False

    def __init__(self, once: bool = False) -> None:
        self.acts = 0
        self._once = once
        self._kept: dict[tuple[str, str], Value] = {}

    def answer(self, asked: Asked) -> Value | Pending:
        choice = asked.choice
        if choice.chance or choice is SWEAR:
            return asked.book
        if not (self._once and choice.keeps):
            return self._act(asked)
        key = (asked.node, choice.name)
        if key not in self._kept or choice.domain.problem(asked, self._kept[key]) is not None:
            self._kept[key] = self._act(asked)
        return self._kept[key]

    def _act(self, asked: Asked) -> Value:
        value = self.pick(asked)
        self.acts += not (asked.choice.standing and value is PASS)
        return value

    def pick(self, asked: Asked) -> Value:
        """The answer; PASS declines an offer."""
        raise NotImplementedError


class Chance(Blind):
    """Any of the candidates; of offers, one event in ten."""

    def __init__(self, number: int, once: bool = False) -> None:
        super().__init__(once)
        self._dicer = Dicer(number)

    def pick(self, asked: Asked) -> Value:
        return self._dicer.answer(asked)


class Listed(Blind):
    """Always the first of the list, or always the last; every offer is taken up."""

    def __init__(self, place: int, once: bool = False) -> None:
        super().__init__(once)
        self._place = place

    def pick(self, asked: Asked) -> Value:
        values = [value for value in listed(asked) if value is not PASS] if asked.choice.standing else listed(asked)
        return values[self._place] if values else PASS


class Nobody(Blind):
    """What happens if nobody answers, and no offer is taken up."""

    def pick(self, asked: Asked) -> Value:
        return PASS if asked.choice.standing else asked.inaction


@dataclass(frozen=True, eq=False)
class Constant:
    """One answer to each choice, whatever the question. `words` names it in a report; `of`: how many there are of the
    choice that has most."""

    words: str
    rules: Mapping[str, Rule]
    of: int = 1

    def seat(self, once: bool = False) -> Blind:
        """Somebody who answers so."""
        return _Constantly(self.rules, once)


class _Constantly(Blind):
    def __init__(self, rules: Mapping[str, Rule], once: bool) -> None:
        super().__init__(once)
        self._rules = rules

    def pick(self, asked: Asked) -> Value:
        rule = self._rules.get(asked.choice.name)
        value = asked.inaction if rule is None else rule(asked)
        if asked.choice.standing:
            return value if value in asked.candidates else PASS
        return value if asked.choice.domain.problem(asked, value) is None else listed(asked)[0]


def _same(value: Value, asked: Asked) -> Value:
    return value


def _share(eighths: int) -> Rule:
    """The value that lies so many eighths up the range."""

    def rule(asked: Asked) -> Value:
        domain = asked.choice.domain
        assert isinstance(domain, Number)
        return domain.spread(asked)[eighths]

    return rule


@dataclass
class Survey:
    """What blind players met: of every choice its options, of its cases the right answers and a text each.

    ranges  choices whose options are a range.
    whole   choices whose answers are one of some options, as they are.
    spread  of every choice what whoever knows nothing may always give, besides its options.
    """

    options: dict[str, dict[Value, str]] = field(default_factory=dict)
    ranges: dict[str, Number] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    spread: dict[str, dict[Value, str]] = field(default_factory=dict)
    books: dict[str, dict[str, set[bytes]]] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)

    def look(self, asked: Asked) -> None:
        """Take down one question."""
        choice = asked.choice
        if choice.chance or choice is SWEAR:
            return
        domain = choice.domain
        options = self.options.setdefault(choice.name, {})
        if isinstance(domain, Number) and not choice.standing:
            self.ranges[choice.name] = domain
        else:
            every: Sequence[Value] = ()
            if isinstance(domain, OneOf) and not choice.standing:
                every = domain.of(asked)
                self.whole.add(choice.name)
            for value in (*asked.candidates, *every):
                if value not in options:
                    options[value] = "nothing" if value is PASS else domain.show(value)
            spread = self.spread.setdefault(choice.name, {})
            for value in () if choice.standing else domain.spread(asked):
                if value not in spread:
                    spread[value] = domain.show(value)
        if not choice.standing and len(choice.cases) > 1:
            self.books.setdefault(choice.name, {}).setdefault(asked.case, set()).add(canonical(asked.book))
            self.texts.setdefault(choice.name, {}).setdefault(asked.case, asked.words)

    def given_away(self) -> list[tuple[str, str, str]]:
        """(choice, case, text) of questions that name their case, where another case has another right answer."""
        found = []
        for choice, texts in self.texts.items():
            books = self.books[choice]
            for case, text in texts.items():
                tells = any(books[case] != others for other, others in books.items() if other != case)
                if tells and case.lower() in text.lower():
                    found.append((choice, case, text))
        return found

    def constants(self) -> list[Constant]:
        """Every option of every choice as a constant; of ranges SPACED values; of answers made of parts (selections,
        fields) SPACED candidates, and as many of what the domain names besides. Of several choices all combinations, if
        they are few."""
        rows: list[list[tuple[str, str, Rule]]] = []
        for choice, options in self.options.items():
            row: list[tuple[str, Rule]]
            if choice in self.ranges:
                row = [(f"{place}/{SPACED - 1} of the range", _share(place)) for place in range(SPACED)]
            else:
                spread = self.spread.get(choice, {})
                named = {**spread, **options}
                values = list(spread)[:SPACED]
                others = sorted(options.keys() - set(values), key=canonical)
                values += others if choice in self.whole else _spaced(others)
                row = [(named[value], partial(_same, value)) for value in values]
            rows.append([(choice, words, rule) for words, rule in row])
        many = 1
        for entries in rows:
            many *= len(entries)
        combined: Iterable[Sequence[tuple[str, str, Rule]]]
        if many <= MOST_TOGETHER:
            combined = product(*rows)
        else:
            longest = max(map(len, rows))
            combined = [[row[place * len(row) // longest] for row in rows] for place in range(longest)]
        return [
            Constant(
                "always " + ", ".join(f"{words} to {choice}" for choice, words, _ in parts),
                {choice: rule for choice, _, rule in parts},
                max(map(len, rows)),
            )
            for parts in combined
            if parts
        ]


def _spaced(values: Sequence[Value]) -> Sequence[Value]:
    """At most SPACED of the values, evenly spaced, the first and the last among them."""
    if len(values) <= SPACED:
        return values
    return [values[place * (len(values) - 1) // (SPACED - 1)] for place in range(SPACED)]


class Surveyed:
    """A blind player whose questions are taken down."""

    waits = False

    def __init__(self, player: Blind, survey: Survey) -> None:
        self._player = player
        self._survey = survey

    def answer(self, asked: Asked) -> Value | Pending:
        self._survey.look(asked)
        return self._player.answer(asked)
