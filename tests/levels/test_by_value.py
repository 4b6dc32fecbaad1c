"""Judgement by value on a level of the campaign: the book's dice can be beaten, and an answer can cost."""

import pytest

from core.judging import FUTURES, Worth, judged_by_value, run_by_value
from core.kernel.world import World
from core.protocols.peers.bittorrent.choices import GAMBLE, NOBODY
from levels.loader import load

LEVEL = "swarm/blind-date"
SOON = 45_000_000
"""µs of the level in which an answer that beats the book's is looked for."""


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


def fast(scenario):
    """Those peers of the level that give only to whom gave first: only the player's gamble can find them."""
    return [node for node, persona in scenario.seats.items() if persona == "suspicious"]


def beats_the_book(scenario):
    """(answers up to there, the question, the value and its judgement): the first that is better by value."""
    world = World(scenario)
    for question in gambles(world):
        asked = question.asked
        for value in fast(scenario):
            if value != asked.book and asked.choice.domain.problem(asked, value) is None:
                judgement = judged_by_value(world, question, value)
                if judgement.worth is Worth.BETTER:
                    return world, question, value, judgement
    pytest.fail("nothing beats the book's dice")


def judged_in_a_run(scenario, world, value):
    """The judgement of this answer as the debrief asks for it: of a run as it is recorded."""
    played = world.fork()
    played.answer(value)
    final = [found for _, found in run_by_value(scenario, played.answers) if found.done == FUTURES]
    assert len(final) == len(played.answers)
    return final[-1]


def test_the_book_is_no_ceiling():
    scenario = load(LEVEL).scenario.reseeded(9)  # on which the book's dice miss who has just come
    world, question, value, better = beats_the_book(scenario)
    assert better.done == better.of == FUTURES == 20
    assert better.value > better.book
    assert better.words.startswith(f"You beat the book over {FUTURES} futures")
    assert judged_by_value(world, question, question.asked.book).worth is Worth.AS_GOOD
    assert judged_in_a_run(scenario, world, value) == better


def test_an_answer_costs():
    scenario = load(LEVEL).scenario  # on whose seed the book's dice hit who has just come
    world = World(scenario)
    question = next(question for question in gambles(world) if question.asked.book in fast(scenario))
    costly = judged_by_value(world, question, NOBODY)
    assert costly.worth is Worth.COSTLY
    assert costly.book > costly.value
    assert costly.words.startswith(f"Costly over {FUTURES} futures")
    assert judged_in_a_run(scenario, world, NOBODY) == costly
