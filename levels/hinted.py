"""A hint that names an answer is tried: whoever does as the last one says must win."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from core.kernel.choice import PASS, Asked, Value
from core.kernel.seats import Pending
from levels.proofs import ProofError
from levels.schema import Level
from levels.trials import Trials

_CODE = re.compile(r"`([^`]+)`")
_SEVERAL = re.compile(r"[,;:?]|[.!] |\b(?:and|or|if|when|then|until|never|not|but|where|once|while)\b", re.IGNORECASE)
_NONSENSE = "no answer that anybody could give"
"""What accepts even this accepts any words, so that nobody can say of a hint that it names an answer."""


class Follower:
    """Answers what the last hint names wherever that is an answer; plays by the book else.

    followed  how often it was.
    """

    waits = False

    def __init__(self, level: Level) -> None:
        self.followed = 0
        self.named = ""
        self._hint = level.texts.hints[-1] if level.texts.hints else ""

    def answer(self, asked: Asked) -> Value | Pending:
        choice = asked.choice
        if choice.chance or choice.standing or _parsed(asked, _NONSENSE) is not PASS:
            return asked.book
        for text in answers_in(self._hint):
            value = _parsed(asked, text)
            if value is not PASS:
                self.named = text
                self.followed += 1
                return value
        return asked.book


def wrong_hint(trials: Trials, seeds: int, progress: Callable[[str, int, int], None]) -> tuple[str, str] | None:
    """What is wrong with the last hint and its mend, if it names an answer that loses where the proof wins."""
    tried, lost, named = 0, 0, ""
    for number in range(seeds):
        progress("the last hint", number, seeds)
        follower = Follower(trials.level)
        run = trials.followed(follower, number)
        if not follower.followed:
            return None  # it names no answer
        if not run.won and not _is_proved(trials, number):
            continue
        named = follower.named
        tried += 1
        lost += not run.won
    if not lost:
        return None
    found = f"the last hint names {named!r}, and whoever follows it loses on {lost} of {tried} seeds"
    return found, "the answer that wins, or words that say on what it depends"


def _is_proved(trials: Trials, number: int) -> bool:
    try:
        outcome = trials.proved(trials.level.scenario.seed + number).outcome
    except ProofError:
        return False
    return outcome is not None and outcome.won


def answers_in(hint: str) -> Iterator[str]:
    """What of a hint may be an answer: the only `code` in it; without any, the end of one clause, the longest first.

    What depends on something, or is said of several things, names no answer that could be given to every question."""
    code = dict.fromkeys(_CODE.findall(hint))
    if code:
        if len(code) == 1:
            yield next(iter(code))
        return
    clause = hint.replace("**", "").strip().rstrip(".!").strip()
    if _SEVERAL.search(clause):
        return
    words = clause.split()
    for place in range(len(words)):
        yield " ".join(words[place:])


def _parsed(asked: Asked, text: str) -> Value:
    """The answer that a text is; PASS if it is none."""
    try:
        value = asked.choice.domain.parse(asked, text)
    except (ValueError, NotImplementedError):
        return PASS
    return value if asked.choice.domain.problem(asked, value) is None else PASS
