"""A proof with mistakes: it wins, and answers on its way what the game itself calls wrong or costly. Whoever gave a
player that for the solution would teach him the mistake.

Some levels are won by nothing else: be the free rider, wait longer than the book would. So a mistake is only spoken of
where it was not needed: with the book's answers in its place, and nothing else changed, the level is won within par,
too, on several seeds. That is tried for each kind of mistake by itself (a choice and its case), and for all of them
together.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection

from core.kernel.choice import PASS, Asked, Kind, Value, Verdict
from core.kernel.seats import Pending
from core.kernel.time import show_duration
from core.kernel.world import World
from levels.proofs import ProofError, play
from levels.trials import Trials

SEEDS = 8
"""On so many seeds it must be won without a mistake for that to be needless: on one it may be luck."""
_Class = tuple[str, str, str]
"""Node, choice and case."""


class Mended:
    """Answers as a run did, the questions of these kinds as the book does, and so all that the run was not asked."""

    waits = False

    def __init__(self, world: World, mended: Collection[_Class]) -> None:
        self._answers: defaultdict[_Class, deque[Value]] = defaultdict(deque)
        self._mended = mended
        for verdict in world.verdicts:
            self._answers[_class_of(verdict)].append(verdict.value)

    def answer(self, asked: Asked) -> Value | Pending:
        choice = asked.choice
        given = self._answers[asked.node, choice.name, asked.case]
        if choice.standing or choice.chance or not given:
            return asked.book
        value = given.popleft()
        is_mended = (asked.node, choice.name, asked.case) in self._mended
        return asked.book if is_mended or choice.domain.problem(asked, value) is not None else value


def needless(trials: Trials, world: World) -> tuple[str, str] | None:
    """The first mistake of a proof, whose run that is, that it does not need: what it is, and its mend; None if there
    is none. Where the proof makes moves, all mistakes are tried together alone."""
    bad = [one for one in world.verdicts if one.kind in (Kind.WRONG, Kind.COSTLY) and one.value != one.book]
    if not bad:
        return None
    kinds = list(dict.fromkeys(map(_class_of, bad)))
    makes_moves = any(answered.how != "answer" for answered in world.answers)
    tried = [kinds] if makes_moves else [*([one] for one in kinds), kinds]
    for mended in tried:
        if all(_wins(trials, world, mended, number) for number in range(SEEDS if world.rolled else 1)):
            return _words(world, next(one for one in bad if _class_of(one) in mended), len(bad))
    return None


def _wins(trials: Trials, world: World, mended: Collection[_Class], number: int) -> bool:
    """Is the `number`-th seed won within par without these mistakes?"""
    seed = world.scenario.seed + number
    try:
        proved = world if number == 0 else trials.proved(seed)
        found = trials.note(play(proved.scenario, Mended(proved, mended)))
    except ProofError:
        return False  # it does not end, say: they were needed
    return found.outcome is not None and found.outcome.won and trials.within_par(seed, found)


def _class_of(verdict: Verdict) -> _Class:
    return verdict.node, verdict.choice, verdict.case


def _words(world: World, first: Verdict, count: int) -> tuple[str, str]:
    choices = {choice.name: choice for room in world.scenario.protocols.values() for choice in room.choices}
    value, book = (
        "nothing" if one is PASS else choices[first.choice].domain.show(one) for one in (first.value, first.book)
    )
    others = f" (one of {count} mistakes)" if count > 1 else ""
    found = (
        f"its proof has a mistake that it does not need{others}: at {show_duration(first.time)} {first.node} answers "
        f"{first.choice} ({first.case}) with {value}, which is {first.kind.value}"
    )
    return found, f"the book's answer, {book}: with that it wins within par, too"
