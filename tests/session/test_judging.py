"""Judging: what an answer costs, its value over reseeded futures, and the diagnosis of a run."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

import core.protocols.premise.echo as echo
from core.costing import cost
from core.judging import Kept, Worth, _worth, by_value, diagnose, judged_by_value, run_by_value
from core.kernel.scenario import NodeSpec, Scenario
from core.kernel.seats import PersonaSeat
from core.kernel.world import Question, World
from core.session import Session


def opened(scenario: Scenario) -> tuple[World, Question]:
    world = World(scenario)
    while not world.questions:
        world.step()
    return world, world.questions[0]


def test_what_a_wrong_number_costs(server):
    world, question = opened(server)
    before = world.count
    found = cost(world, question, 0)
    # Ping 1 is asked again after the client's 200 ms of silence; by the book its answer is there after 80 ms.
    assert (found.messages, found.time) == (2, 200_000)
    assert found.won
    assert found.book_won
    assert cost(world, question, question.asked.book).messages == 0
    assert world.count == before
    assert world.questions


@pytest.fixture
def gamble(client, monkeypatch) -> Scenario:
    """The client's patience judged by value: pings answered within two seconds, a message costs a tenth of one."""

    def worth(evidence, node):
        return 10 * len(evidence.machine(node).heard) - evidence.sent(node)

    patience = replace(echo.PATIENCE, value=worth, horizon=2_000_000)
    monkeypatch.setattr(echo, "PATIENCE", patience)
    protocol = replace(client.protocols["echo"], choices=(echo.NUMBER, patience))
    return replace(
        client,
        protocols={"echo": protocol},
        nodes=(NodeSpec("client", "echo", "client", {"count": 99}), client.nodes[1]),
    )


def test_by_value_step_by_step(gamble):
    world, question = opened(gamble)
    seen = list(by_value(world, question, 9_000_000))
    assert [(one.done, one.of) for one in seen] == [(n, 20) for n in range(1, 21)]
    assert seen[-1].worth is Worth.COSTLY
    assert seen[-1].value < seen[-1].book
    assert "Costly over 20 futures" in seen[-1].words
    assert seen[-1] == judged_by_value(world, question, 9_000_000)


def test_by_value_the_book_can_be_beaten(gamble):
    slow = replace(gamble, nodes=(NodeSpec("client", "echo", "client", {"count": 99, "patience": 4_000_000}),
                                  gamble.nodes[1]), network=replace(gamble.network, loss=0.9))  # fmt: skip
    world, question = opened(slow)
    found = judged_by_value(world, question, 150_000)
    # In the fork the book's four seconds follow, so one quick repeat is worth little but never less.
    assert found.worth in (Worth.BETTER, Worth.AS_GOOD)
    assert judged_by_value(world, question, question.asked.book).worth is Worth.AS_GOOD


def test_the_world_may_go_on_while_it_is_judged(gamble):
    world, question = opened(gamble)
    reference = list(by_value(world, question, 9_000_000))
    judging = by_value(world, question, 9_000_000)
    found = [next(judging)]
    world.answer(100_000)
    world.run(1_000_000)
    assert [*found, *judging] == reference


def test_only_choices_with_a_value(server):
    world, question = opened(server)
    with pytest.raises(ValueError, match="not judged by value"):
        by_value(world, question, 1)


def test_worth_is_a_matter_of_spread():
    assert _worth([110] * 20, [100] * 20) is Worth.BETTER
    assert _worth([90] * 20, [100] * 20) is Worth.COSTLY
    assert _worth([100] * 20, [100] * 20) is Worth.AS_GOOD
    assert _worth([300, 0] * 10, [100] * 20) is Worth.AS_GOOD
    assert _worth([1000] * 20, [999] * 20) is Worth.AS_GOOD
    assert Fraction(1, 2)


def test_diagnosis_names_the_persona(server):
    persona = echo.PERSONAS[0]
    # With pings lost the server's own count falls behind the numbers asked: the persona shows itself.
    lossy = replace(server, network=replace(echo.PROTOCOL.scenarios[1].network, loss=0.4), limit=8_000_000)
    world = World(lossy, player=PersonaSeat(persona))
    world.run()
    found = diagnose(lossy, world.answers)
    assert [(one.persona, one.against) for one in found] == [("counts on its own", 0)]
    assert found[0].told > 0
    book = World(lossy, player=None)
    while not book.over:
        if book.questions:
            book.answer(book.questions[0].asked.book)
        else:
            book.step()
    assert diagnose(lossy, book.answers) == []


def test_a_whole_run_by_value_kept_answers_too(gamble):
    session = Session(gamble, asks="notice")
    session.keep("echo.patience", 9_000_000)
    session.step()
    session.keep("echo.patience", 150_000)
    while not session.over:
        session.step()
    last = dict(run_by_value(gamble, session.world.answers))
    # The default was changed before it did anything; nine seconds were kept for one question only.
    assert [given.value for given in last] == [9_000_000, 150_000]
    slow, quick = last.values()
    assert slow.worth is Worth.COSTLY
    # Kept for good it would have cost more.
    world = World(gamble)
    ever = judged_by_value(world, Kept("client", echo.PATIENCE, gamble.limit), 9_000_000)
    assert ever.value < slow.value
    assert quick.worth in (Worth.AS_GOOD, Worth.BETTER)
    assert all(judgement.done == judgement.of for judgement in last.values())
