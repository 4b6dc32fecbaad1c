"""The stub of a policy that the game prints returns `question.candidates[0]`: that must not be the book."""

import pytest

from core.kernel.seats import Book
from core.kernel.unbiased import unbiased
from core.kernel.world import World
from levels.loader import every_act

LEVELS = {level.id: level for level in every_act()}
SEEDS = range(32)


class Stub:
    """Answers as the printed stub does: the first that a script is shown."""

    waits = False

    def __init__(self, seed):
        self.seed = seed

    def answer(self, asked):
        return asked.book if asked.choice.chance else unbiased(asked.choice, asked.candidates, self.seed)[0]


class Listening:
    """Answers by the book, and keeps (choice, candidates, book) of every question with more than one candidate."""

    waits = False

    def __init__(self):
        self.heard = []

    def answer(self, asked):
        answer = Book().answer(asked)
        if not asked.choice.chance and not asked.choice.standing and len(asked.candidates) > 1:
            self.heard.append((asked.choice, asked.candidates, asked.book))
        return answer


@pytest.fixture(scope="module")
def heard():
    found = []
    for level in LEVELS.values():
        listening = Listening()
        World(level.scenario, player=listening).run()
        found += listening.heard[:40]
    return found


def test_the_first_candidate_is_the_book_no_oftener_than_chance_has_it(heard):
    first = chance = count = 0
    for choice, candidates, book in heard:
        if choice.domain.ordered:
            continue
        for seed in SEEDS:
            first += unbiased(choice, candidates, seed)[0] == book
            chance += 1 / len(candidates)
            count += 1
    assert count > 1000
    assert abs(first - chance) / count < 0.05


def test_an_option_keeps_its_place_relative_to_the_others(heard):
    for choice, candidates, _ in heard[::7]:
        whole = unbiased(choice, candidates, 5)
        assert sorted(map(repr, whole)) == sorted(map(repr, candidates))
        assert unbiased(choice, candidates[::-1], 5) == whole
        without = unbiased(choice, candidates[1:], 5)
        assert [value for value in whole if value in without] == list(without)


def test_numbers_and_fields_stay_sorted(heard):
    ordered = [(choice, candidates) for choice, candidates, _ in heard if choice.domain.ordered]
    assert ordered
    for choice, candidates in ordered:
        assert unbiased(choice, candidates, 1) == unbiased(choice, candidates[::-1], 2)
        if all(isinstance(value, int) for value in candidates):
            assert list(unbiased(choice, candidates, 1)) == sorted(candidates)


def test_the_printed_stub_does_not_play_by_the_book():
    """With the book first in the list it won 29 of 58 levels."""
    won = []
    for level in LEVELS.values():
        scenario = level.scenario
        if not scenario.player:
            continue
        world = World(scenario, player=Stub(scenario.seed))
        world.run()
        if world.outcome is not None and world.outcome.won:
            won.append(level.id)
    print(len(won), won)
    assert len(won) <= 12, won
