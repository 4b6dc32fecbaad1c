"""The daily: five situations out of the campaign's levels, the same for everybody on a day.

A situation is one question of a run that the book has played until then, on a seed of the day: whoever plays gives that
one answer, and the book plays on from it. Which levels, seeds and questions these are follows from the date alone; the
date itself is found out by whoever asks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.kernel.choice import Kind, Verdict
from core.kernel.language import later
from core.kernel.scenario import Scenario
from core.kernel.seats import Book
from core.kernel.world import Answered, World
from levels.loader import campaign
from levels.proofs import MOST_EVENTS, with_par_figures
from levels.schema import Level
from levels.sweeping import main_measure

SITUATIONS = 5
MOST_TRIED = 40
"""Levels and seeds that are tried for one situation."""
LARGEST_SEED = 100_000
MOST_BOOK_EVENTS = 20_000
"""A level whose run is longer than this is nothing for between two other things."""
LEAST_OPTIONS = 2


class Mark(StrEnum):
    """What an answer was: as good as the book's, costly, or wrong."""

    GOOD = "good"
    COSTLY = "costly"
    WRONG = "wrong"


BLOCKS = {Mark.GOOD: "▇", Mark.COSTLY: "▄", Mark.WRONG: "▁"}
PLAIN = {Mark.GOOD: "#", Mark.COSTLY: "=", Mark.WRONG: "_"}
"""The same in ASCII."""
MONTHS = (
    later("Jan"), later("Feb"), later("Mar"), later("Apr"), later("May"), later("Jun"), later("Jul"), later("Aug"),
    later("Sep"), later("Oct"), later("Nov"), later("Dec"),
)  # fmt: skip


@dataclass(frozen=True)
class Situation:
    """One question of a level's run.

    event    the event at which it is open; `given`: the answers before it, by the book.
    choice, case, words   what is asked.
    judged   how many verdicts there were before it.
    """

    level: Level
    seed: int
    event: int
    given: tuple[Answered, ...]
    node: str
    choice: str
    case: str
    words: str
    at: int
    judged: int

    def verdict(self, world: World) -> Verdict | None:
        """What is said of the answer that was given here; None if none was."""
        return next((one for one in world.verdicts[self.judged :] if one.choice == self.choice), None)

    def mark(self, world: World) -> Mark:
        """What the answer was; wrong if none was given."""
        verdict = self.verdict(world)
        if verdict is None or verdict.kind is Kind.WRONG:
            return Mark.WRONG
        return Mark.COSTLY if verdict.kind is Kind.COSTLY else Mark.GOOD

    def figure(self, world: World) -> tuple[str, int]:
        """What the run came to by the level's first measure: its name and the number."""
        measure = main_measure(self.level.scenario)
        known = {"messages": world.evidence().sent(), "time": world.now, **world.measures()}
        return measure.name, known[measure.name]


def situations(day: date, levels: Sequence[Level] | None = None) -> list[Situation]:
    """The day's situations, in their order. `levels`: out of these, instead of the campaign's."""
    pool = [level for level in (_campaign() if levels is None else levels) if _fits(level)]
    found: list[Situation] = []
    for place in range(SITUATIONS):
        for attempt in range(MOST_TRIED):
            level = pool[_number(day, place, attempt, "level") % len(pool)] if pool else None
            if level is None:
                break
            taken = {one.level.id for one in found}
            if level.id in taken and len(taken) < len(pool):
                continue
            situation = _in_level(level, day, place, attempt)
            if situation is not None:
                found.append(situation)
                break
    return found


def share_line(day: date, last: Situation, marks: Sequence[Mark], figure: tuple[str, int], *, plain: bool) -> str:
    """What one tells others, in one line of plain text: "two-kings 28 Nov ▇▇▁▇▇ floor 158". The day is named after
    its last level, and the figure is what that came to."""
    blocks = "".join((PLAIN if plain else BLOCKS)[mark] for mark in marks)
    slug = last.level.id.rpartition("/")[2]
    return f"{slug} {day.day} {MONTHS[day.month - 1]} {blocks} {figure[0]} {figure[1]}"


def _campaign() -> list[Level]:
    return [level for world in campaign() for level in world.levels]


def _fits(level: Level) -> bool:
    """Is it a node's level that the book plays, and none against programs outside?"""
    scenario = level.scenario
    plain = scenario.hand is None and scenario.inspector is None and not scenario.live and not scenario.sides
    return plain and bool(scenario.player) and level.of == 1 and not level.play.bare


def _number(day: date, *what: object) -> int:
    """A number that follows from the day."""
    text = " ".join(map(str, ("daily", day.isoformat(), *what)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def _in_level(level: Level, day: date, place: int, attempt: int) -> Situation | None:
    """A question of this level on a seed of the day; None if its book does not win there, or asks for nothing much."""
    seed = 1 + _number(day, place, attempt, "seed") % LARGEST_SEED
    scenario = with_par_figures(level, seed)
    book = World(scenario, Book(), intervals=False)
    book.run(limit=MOST_BOOK_EVENTS)
    if book.outcome is None or not book.outcome.won:
        return None
    asked = list(_questions(level, scenario, book.answers))
    if not asked:
        return None
    telling = [one for one in asked if one.case != asked[0].case] or asked
    return telling[_number(day, place, attempt, "question") % len(telling)]


def _questions(level: Level, scenario: Scenario, answers: Sequence[Answered]) -> Iterator[Situation]:
    """Every question of this run that has several answers and is no setting, as a situation. After it the book only
    answers questions: whoever watches the rest of the run makes no moves, and leaves settings as they are."""
    kept = {one.name for room in scenario.protocols.values() for one in room.choices if one.keeps}
    acted = [place for place, given in enumerate(answers) if given.how != "answer" or given.choice in kept]
    begin = acted[-1] + 1 if acted else 0
    world = World(scenario, intervals=False)
    for place, given in enumerate(answers):
        while world.count < given.after and world.step():
            pass
        for question in world.questions if place >= begin else ():
            asked = question.asked
            if (question.node, asked.choice.name) != (given.node, given.choice) or asked.choice.keeps:
                continue
            if len(asked.candidates) >= LEAST_OPTIONS and world.count < MOST_EVENTS:
                yield Situation(
                    level, scenario.seed, world.count, tuple(answers[:place]), given.node, given.choice, asked.case,
                    asked.words, world.now, len(world.verdicts),
                )  # fmt: skip
            break
        world.take(given)
