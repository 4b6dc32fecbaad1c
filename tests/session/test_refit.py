"""A run's answers in a scenario that was changed under it."""

from dataclasses import replace

from core.kernel.scenario import Lose
from core.kernel.seats import Book
from core.kernel.world import World, replayed
from core.session.refit import refit
from levels.loader import from_text
from tests.levels.helpers import SOUND


def played(scenario, wrong=()):
    world = World(scenario)
    world.run()
    number = 0
    while world.questions:
        question = world.questions[0]
        world.answer(99 if number in wrong else question.asked.book)
        world.run()
        number += 1
    return world


SCENARIO = from_text(SOUND, "course/a-level.toml").scenario


def test_in_the_same_scenario_it_is_the_same_place():
    world = played(SCENARIO, wrong=[1])
    answers = world.answers[:2]
    at = answers[-1].at + 1_000
    found = refit(SCENARIO, answers, at)
    assert found.whole
    assert list(found.answers) == answers
    there = replayed(SCENARIO, found.answers, found.event)
    assert there.now <= at
    assert there.next_time() is None or there.next_time() > at


def test_with_other_events_before_them_they_are_given_at_their_times():
    """One more loss: events come in between, and every number of an event is another one."""
    changed = replace(SCENARIO, happenings=(Lose("client", "server", 1), *SCENARIO.happenings), limit=9_000_000)
    world = played(SCENARIO)
    found = refit(changed, world.answers[:1], world.answers[0].at + 500_000)
    assert not found.whole  # the first ping is lost: it is asked at another time, and nobody answers for the player
    assert found.answers == ()
    later = replace(SCENARIO, happenings=(*SCENARIO.happenings, Lose("server", "client", 4)))
    found = refit(later, world.answers[:2], world.answers[1].at)
    assert found.whole
    assert [given.value for given in found.answers] == [given.value for given in world.answers[:2]]


def test_an_answer_that_is_none_any_more_ends_it_there():
    world = played(SCENARIO)
    fewer = replace(SCENARIO, player=())
    found = refit(fewer, world.answers, world.now)
    assert (found.answers, found.whole) == ((), False)
    assert found.at <= world.answers[0].at
    assert World(fewer, Book()).run() > 0
