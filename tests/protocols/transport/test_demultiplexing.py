"""The cloakroom: what every ticket does to every crowd, and what whole runs come to."""

from dataclasses import replace

import pytest

from core.kernel.scenario import PlayerSeat
from core.kernel.seats import Player
from core.kernel.world import World
from core.protocols.transport.demultiplexing import PROTOCOL
from core.protocols.transport.demultiplexing.choices import KEY, MISHAP
from core.protocols.transport.demultiplexing.crowds import CROWDS, segments_of
from core.protocols.transport.demultiplexing.hooks import best_of, mishaps_of
from core.protocols.transport.demultiplexing.messages import DPT, DST, FIELDS, OWN_NUMBER, SEQ, SPT, SRC, price_of
from core.session import Session
from levels.loader import load
from levels.proofs import play, prove

ALL = PROTOCOL.scenarios[-1]
FOUR = FIELDS[:4]
RIGHT = ((SRC,), (SPT,), (SRC, DPT), (SPT, DST), (OWN_NUMBER,), (SPT, OWN_NUMBER))
"""Of every crowd the cheapest ticket that does."""
SEEDS = range(40)


class Puncher:
    """A seat that punches by a rule; chance stays the book's."""

    waits = False

    def __init__(self, rule):
        self.rule = rule

    def answer(self, asked):
        return asked.book if asked.choice.chance else self.rule(asked)


def host_of(rule, seed=0):
    world = World(replace(ALL, seed=seed, player=(PlayerSeat("host", ("*",)),)), Puncher(rule))
    world.run()
    return world.evidence().machine("host")


def mean_of(rule_for):
    """Mishaps, and ns a segment, on the mean of many seeds."""
    hosts = [host_of(rule_for(seed), seed) for seed in SEEDS]
    return (sum(host.mishaps for host in hosts) / len(hosts), sum(host.ns / host.taken for host in hosts) / len(hosts))


def right_at(mishaps, adds=False):
    """The right ticket at so many mishaps in a crowd, by somebody who knows the crowd then."""

    def rule_for(seed):
        came = World(replace(ALL, seed=seed))
        came.run()
        order = came.evidence().machine("street").came

        def rule(asked):
            me = asked.me
            if me.in_crowd < mishaps or (asked.begins and me.hooks.left):
                return me.fields
            right = RIGHT[CROWDS.index(order[len(me.past)])]
            return tuple(name for name in FIELDS if name in right or (adds and name in me.fields))

        return rule

    return rule_for


@pytest.mark.parametrize(
    ("fields", "mishaps"),
    [
        ((SRC,), (0, 30, 18, 30, 14, 30)),
        ((SPT,), (30, 0, 30, 18, 6, 3)),
        ((SRC, SPT), (0, 0, 18, 18, 6, 3)),
        (FOUR, (0, 0, 0, 0, 6, 3)),
        ((OWN_NUMBER,), (30, 30, 30, 30, 0, 12)),
        ((*FOUR, OWN_NUMBER), (0, 0, 0, 0, 0, 0)),
        ((SRC, DPT), (0, 30, 0, 30, 14, 30)),
        ((SPT, DST), (30, 0, 30, 0, 6, 3)),
        ((SPT, OWN_NUMBER), (30, 0, 30, 18, 0, 0)),
        ((SEQ,), (30, 30, 30, 30, 30, 30)),
        ((DPT,), (30, 30, 24, 30, 30, 30)),
    ],
)
def test_a_ticket_in_every_crowd(fields, mishaps):
    found = (mishaps_of(tuple(segments_of(kind, 6, 6, 0)), fields) for kind in CROWDS)
    assert tuple(map(sum, found)) == mishaps


def test_two_faults_pull_apart():
    """Too little is one coat for two, too much or what changes a stranger."""
    shops, walkers = (tuple(segments_of(kind, 6, 6, 0)) for kind in ("two shops", "walkers"))
    assert mishaps_of(shops, (SRC,)) == (18, 0)
    assert mishaps_of(walkers, FOUR) == (0, 6)
    assert mishaps_of(walkers, (SRC,)) == (12, 2)
    assert mishaps_of(shops, (SEQ,)) == (0, 30)


def test_every_crowd_has_a_cheapest_ticket_that_does():
    found = [best_of(tuple(segments_of(kind, 6, 6, 0))) for kind in CROWDS]
    assert found == list(RIGHT)
    assert round(sum(map(price_of, found)) / 6, 1) == 1.8


def test_whole_runs_come_to_the_figures_of_the_script():
    def always(*fields):
        return lambda seed: lambda asked: fields

    assert mean_of(always(DPT)) == (174, 1)
    assert mean_of(always(*FOUR)) == (9, 4)
    assert mean_of(always(*FOUR, OWN_NUMBER)) == (0, 6)
    mishaps, ns = mean_of(right_at(2))
    assert 10 < mishaps < 11.5
    assert 1.8 < ns < 2
    mishaps, ns = mean_of(right_at(4))
    assert 20 < mishaps < 22.5
    mishaps, ns = mean_of(right_at(2, adds=True))
    assert 5.5 < mishaps < 9
    assert 4.5 < ns < 5.3


def test_the_book_looks_back_and_stays_within_both_limits():
    for seed in SEEDS:
        host = host_of(KEY.book, seed)
        assert host.taken == 216
        assert host.mishaps <= 16, seed
        assert host.ns <= 561, seed


def test_mishaps_that_add_up_stop_the_world_though_nobody_asks():
    level = load("sockets/coat-check")
    world = World(level.scenario, Player())
    world.keep("host", KEY.name, (DPT,))
    world.run()
    (question,) = world.questions
    assert question.asked.case == MISHAP
    assert world.evidence().machine("host").mishaps == 2
    world.answer((SRC,), question)
    world.keep("host", KEY.name, (SRC,))
    world.run()
    assert world.evidence().machine("host").mishaps % 2 == 0


def test_an_answer_in_an_odd_case_stays():
    session = Session(load("sockets/coat-check").scenario, asks="notice")
    session.run_to(10_000_000)
    assert session.question.asked.case == MISHAP
    session.answer((SRC, SPT))
    assert session.kept["host", KEY.name] == (SRC, SPT)


def test_whoever_prints_four_loses_and_the_book_wins():
    level = load("sockets/coat-check")
    assert prove(level).outcome.won
    assert not play(level.scenario, Puncher(lambda asked: FOUR)).outcome.won
