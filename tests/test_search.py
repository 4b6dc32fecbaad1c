"""The explorer finds what is there, says when it cannot know, and knows states by what their future depends on."""

from dataclasses import replace

import pytest

from core.kernel.choice import Answer, Choice, Kind
from core.kernel.domains import OneOf
from core.kernel.laws import always, eventually, sometimes
from core.kernel.scenario import NetworkSeat, PlayerSeat
from core.kernel.seats import Book
from core.kernel.world import World, replayed
from core.protocols.premise import echo
from core.search import Budget, explore, find_loss, find_win, state_key
from tests.kernel.actors import Note, scenario, sends

TWO = {"a": sends(1, to="c"), "b": sends(2, to="c")}


def heard(evidence):
    return [entry[1] for entry in evidence.machine("c").log] if evidence.up("c") else []


def law(kind, text, holds, **more):
    return kind(text, lambda evidence: holds(heard(evidence)), **more).bind()


def orders():
    return [law(sometimes, f"c hears {first} first", lambda log, n=first: log[:1] == [n]) for first in (1, 2)]


def test_every_order_of_simultaneous_events_is_walked():
    found = explore(scenario("a b c", roles=TWO), laws=orders())
    assert found.verdict == "sound"
    assert found.reached == {"c hears 1 first", "c hears 2 first"}


@pytest.mark.parametrize(
    ("budget", "bad"),
    [
        (Budget(), None),
        (Budget(lost=1), "c hears two"),
        (Budget(twice=1), "c hears nothing twice"),
        (Budget(crashes=1), "c hears two"),
    ],
)
def test_misfortune_within_a_budget(budget, bad):
    laws = [
        law(eventually, "c hears two", lambda log: len(set(log)) == 2),
        law(always, "c hears nothing twice", lambda log: len(set(log)) == len(log)),
    ]
    found = explore(scenario("a b c", roles=TWO), laws=laws, budget=budget)
    assert found.complete
    assert [broken.law for broken in found.broken] == ([bad] if bad else [])
    assert found.verdict == ("broken" if bad else "sound")


def test_a_law_is_asked_only_within_what_it_assumes():
    fragile = law(eventually, "c hears two", lambda log: len(log) == 2, assumes=("no_loss", "crashes <= 0"))
    for budget in (Budget(lost=1), Budget(crashes=1)):
        assert explore(scenario("a b c", roles=TWO), laws=[fragile], budget=budget).verdict == "sound"
    assert Budget(crashes=1).allows("crashes <= 1")
    with pytest.raises(ValueError, match="unknown assumption"):
        Budget().allows("fair weather")


def test_a_bound_that_is_hit_proves_nothing():
    found = explore(echo.PROTOCOL.scenarios[1], bound=50)
    assert (found.complete, found.verdict) == (False, "unknown")


def test_all_that_is_broken_is_found_when_asked():
    laws = [
        law(always, "c hears no 1", lambda log: 1 not in log),
        law(always, "c hears no 2", lambda log: 2 not in log),
    ]
    found = explore(scenario("a b c", roles=TWO), laws=laws, stop_at_first=False)
    assert {broken.law for broken in found.broken} == {"c hears no 1", "c hears no 2"}


def test_a_state_is_known_by_its_future_and_not_by_its_past():
    worlds = [World(replace(scenario("a b c", roles=TWO), seed=seed)) for seed in (1, 2)]
    for world in worlds:
        world.run(limit=3)
    assert state_key(worlds[0]) == state_key(worlds[1])
    worlds[0].step()
    assert state_key(worlds[0]) != state_key(worlds[1])


# Shortest win and loss

TURN = Choice(
    name="stage.turn", question="Left or right?", domain=OneOf(("left", "right")), book=lambda asked: "left",
    answers={"book": Answer(Kind.BOOK, "Left."), "other": Answer(Kind.WRONG, "Right.")}, source="here",
    inaction="right",
)  # fmt: skip


def maze(*way, turns=4):
    """Won as soon as the last turns were `way`; lost after four turns."""

    def on_start(self, ctx):
        ctx.set_timer("turn", 1)

    def on_timer(self, ctx, key):
        self.log.append(ctx.choose(TURN, turn=len(self.log)))
        ctx.set_timer("turn", 1)

    def log_of(evidence):
        return evidence.machine("a").log if evidence.up("a") else []

    return scenario(
        "a", choices=(TURN,), roles={"a": {"on_start": on_start, "on_timer": on_timer}},
        player=(PlayerSeat("a", ("*",)),),
        win=(eventually("out", lambda evidence: tuple(log_of(evidence)[-len(way) :]) == way).bind(),),
        lose=(eventually("lost", lambda evidence: len(log_of(evidence)) >= turns).bind(),),
    )  # fmt: skip


@pytest.mark.parametrize("way", [("left",), ("right", "left"), ("right", "right", "left")])
def test_the_shortest_win(way):
    level = maze(*way)
    answers = find_win(level)
    assert tuple(answered.value for answered in answers) == way
    assert replayed(level, answers).outcome.won


def test_the_shortest_loss_and_none():
    level = maze("right", "left", turns=3)
    answers = find_loss(level)
    assert len(answers) == 3
    assert not replayed(level, answers).outcome.won
    assert find_win(maze(*["left"] * 4)) is None
    assert find_win(maze("right", "right", "right"), bound=3) is None


def test_the_network_as_player_wins_by_the_one_packet_that_counts():
    level = replace(
        echo.PROTOCOL.scenarios[0], network=NetworkSeat({"lost": 1}),
        win=(eventually("a ping goes out twice", lambda evidence: evidence.sent("client", echo.Ping) > 2).bind(),),
        lose=(eventually("all is heard", lambda evidence: evidence.up("client")
                         and len(evidence.machine("client").heard) == 2).bind(),),
    )  # fmt: skip
    assert not _book(level).outcome.won
    answers = find_win(level)
    assert [answered.value for answered in answers].count("lost") == 1
    assert replayed(level, answers).outcome.won


def _book(level):
    world = World(level, Book())
    world.run()
    return world


def test_messages_are_what_they_were():
    """The planted check of this file's own stage: two notes arrive at c."""
    world = _book(scenario("a b c", roles=TWO))
    assert [entry.detail for entry in world.trace if entry.kind == "receive"] == [Note(1), Note(2)]
