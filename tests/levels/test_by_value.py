"""Judgement by value on a level of the campaign: the book's dice can be beaten, and an answer can cost."""

import pytest

from core.judging import FUTURES, Worth, judged_by_value, run_by_value
from core.kernel.world import World
from core.protocols.peers.bittorrent.choices import GAMBLE, NOBODY
from levels.loader import load

LEVEL = "swarm/blind-date"
SOON = 45_000_000
"""µs of the level in which an answer that beats the book's is looked for."""


@pytest.fixture
def scenario():
    return load(LEVEL).scenario


def gambles(world):
    """The world at each gamble of its first SOON µs, played by the book."""
    while not world.over and world.now < SOON:
        if not world.questions:
            world.step()
            continue
        question = world.questions[0]
        if question.asked.choice.name == GAMBLE.name:
            yield question
        world.answer(question.asked.book)


def beats_the_book(scenario):
    """(answers up to there, the question, the value and its judgement): the first that is better by value.

    Tried are those peers of the level that never gamble: only the player's gamble can find them.
    """
    fast = [node for node, persona in scenario.seats.items() if persona == "never gambles"]
    world = World(scenario)
    for question in gambles(world):
        asked = question.asked
        for value in fast:
            if value != asked.book and asked.choice.domain.problem(asked, value) is None:
                judgement = judged_by_value(world, question, value)
                if judgement.worth is Worth.BETTER:
                    return world, question, value, judgement
    pytest.fail("nothing beats the book's dice")


def test_the_book_is_no_ceiling_and_no_answer_costs(scenario):
    world, question, value, better = beats_the_book(scenario)
    assert better.done == better.of == FUTURES == 20
    assert better.value > better.book
    assert better.words.startswith(f"You beat the book over {FUTURES} futures")
    # The book's own answer is as good as itself, and no gamble at all is costly, at that same moment.
    assert judged_by_value(world, question, question.asked.book).worth is Worth.AS_GOOD
    costly = judged_by_value(world, question, NOBODY)
    assert costly.worth is Worth.COSTLY
    assert costly.book == better.book > costly.value
    assert costly.words.startswith(f"Costly over {FUTURES} futures")

    # The same of a run as it is recorded: the debrief asks so.
    for given, judgement in ((value, better), (NOBODY, costly)):
        played = world.fork()
        played.answer(given)
        final = [found for _, found in run_by_value(scenario, played.answers) if found.done == FUTURES]
        assert len(final) == len(played.answers)
        assert final[-1] == judgement
