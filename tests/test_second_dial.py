"""A level with several settings that stay: the one that nobody touches is never fatal unmentioned.

Whoever answers everything by the book but leaves one setting as it starts may lose by it, where the brief speaks of
that setting: a player reads it before the first key. One that no brief speaks of must not cost the level.
"""

from __future__ import annotations

import re

import pytest

from core.kernel.choice import Asked, Choice, Value
from core.kernel.domains import Duration
from core.kernel.seats import Book
from levels.loader import every_act
from levels.proofs import play, prove
from levels.schema import Level
from tui.bridge import session_of

SMALL = """
    that this what which does from have come more your many with they them other whom next long once before
    """.split()  # noqa: SIM905 - that many are read better so
"""Words that are in every question, and name nothing."""


class Left:
    """Somebody who plays by the book, and leaves one setting as it starts."""

    waits = False

    def __init__(self, choice: Choice, start: Value | None) -> None:
        self._choice, self._start = choice, start

    def answer(self, asked: Asked) -> Value:
        if asked.choice.name != self._choice.name:
            return asked.book
        value = asked.inaction if self._start is None else self._start
        return asked.book if asked.choice.domain.problem(asked, value) else value


def choices_of(level: Level) -> list[Choice]:
    """All that a level's player answers."""
    scenario = level.scenario
    found = []
    for seat in scenario.player:
        room = next((node.protocol for node in scenario.nodes if node.name == seat.node), None)
        if room is not None:
            choices = scenario.protocols[room].choices
            found += [choice for choice in choices if "*" in seat.choices or choice.name in seat.choices]
    return found


def dials() -> list[tuple[Level, Choice]]:
    """Of every level with more than one thing to decide the settings that stay."""
    levels = [level for level in every_act() if not level.scenario.live and len(choices_of(level)) > 1]
    return [(level, choice) for level in levels for choice in choices_of(level) if choice.keeps]


DIALS = dials()


def start_of(level: Level, choice: Choice) -> Value | None:
    """The setting as it stands before anybody has touched it; None where it has no answer yet."""
    session = session_of(level, paused=True)
    return next((node.kept[choice.name] for node in session.world.nodes.values() if choice.name in node.kept), None)


def stems(text: str) -> set[str]:
    """What a text speaks of: its longer words, by their beginnings."""
    return {word[:4] for word in re.findall(r"[a-z]{4,}", text.lower())} - {word[:4] for word in SMALL}


def named(choice: Choice) -> set[str]:
    """What a setting is called, and what its question asks for."""
    name = choice.label or choice.name.rpartition(".")[2].replace("_", " ")
    taken = getattr(choice.domain, "taken", "")  # of what several are chosen: chairs
    wait = "wait" if isinstance(choice.domain, Duration) else ""
    return stems(f"{name} {taken} {wait} {re.sub('{[^}]*}', '', choice.question)}")


@pytest.mark.parametrize(("level", "choice"), DIALS, ids=lambda one: getattr(one, "id", "") or one.name)
def test_a_setting_that_is_left_alone_is_fatal_only_if_the_brief_speaks_of_it(level: Level, choice: Choice) -> None:
    by_book = play(level.scenario, Book()).outcome
    outcome = play(level.scenario, Left(choice, start_of(level, choice))).outcome
    if outcome is not None and outcome.won:
        return
    book_wins = by_book is not None and by_book.won
    if not book_wins and all(answer.choice != choice.name for answer in prove(level).answers):
        return  # its own way to win shows that it is not about this setting
    words = stems(" ".join((level.title, level.summary, level.texts.brief)))
    assert named(choice) & words, f"{level.id}: who leaves {choice.name} alone loses, and the brief says nothing of it"


def test_there_are_levels_with_a_second_setting() -> None:
    assert len(DIALS) > 10
    assert len({level.id for level, _ in DIALS}) > 8


def test_a_setting_that_the_words_leave_out_is_found() -> None:
    level, choice = next(one for one in DIALS if one[1].name == "tapes.stretch")
    assert not named(choice) & stems("You sit at the desk. Say which note was first.")
    assert named(choice) & stems(level.texts.brief)
