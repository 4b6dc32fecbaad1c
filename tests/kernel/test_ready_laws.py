"""Ready-made laws on a small protocol of votes; each is seen to hold, and to break."""

from dataclasses import dataclass, field, replace

import pytest

from core.kernel.laws import Evidence, Law, LawKind, always, eventually
from core.kernel.protocol import Machine, Protocol
from core.kernel.ready_laws import (
    Roll,
    agreement,
    always_each,
    at_most_one,
    eventually_each,
    everybody_gets,
    for_good,
    roll_call,
    sometimes_one,
    written_before_said,
)
from core.kernel.scenario import Crash, NodeSpec, Request, Scenario
from core.kernel.seats import Book
from core.kernel.time import MILLISECOND
from core.kernel.world import World
from core.protocols.premise import echo
from core.wire.cdr import ULong, codec_for


@dataclass(frozen=True)
class Say:
    """What the machine is told to be, to save, to say to itself."""

    number: ULong


@dataclass
class Voter(Machine):
    """Is whatever its user says; a number above 100 it saves first, above 200 too late."""

    vote: int | None = None
    wishes: int = 0
    served: int = 0
    heard: list[int] = field(default_factory=list)

    def on_request(self, ctx, request):
        if 100 < request.number < 200:
            ctx.save("vote", request.number)
        ctx.send(self.name, request)
        if request.number > 200:
            ctx.save("vote", request.number)
        self.vote = request.number
        self.wishes += request.number == 1
        self.served += request.number == 2

    def on_restart(self, ctx):
        self.vote = ctx.stored.get("vote")


ROOM = Protocol("votes", "Votes", {"voter": Voter}, (Say,), codec_for(Say))


def outcome(law, *happenings, nodes=3, lates=0):
    """How a run ends that this law alone decides. The last node starts `lates` µs late."""
    specs = [NodeSpec(f"v{number}", "votes", "voter") for number in range(nodes)]
    specs[-1] = replace(specs[-1], starts=lates)
    world = World(Scenario(
        "votes", {"votes": ROOM}, tuple(specs), happenings=happenings, win=(law.bind(),), limit=100 * MILLISECOND,
    ), Book())  # fmt: skip
    world.run()
    return world.outcome


def say(at, node, number):
    return Request(at * MILLISECOND, f"v{node}", Say(number))


def test_agreement_is_broken_by_another_outcome_even_of_one_that_is_dead():
    law = agreement(Voter, lambda voter: voter.vote)
    assert outcome(law, say(1, 0, 7), say(2, 1, 7)).won
    broken = outcome(law, say(1, 0, 7), Crash(2 * MILLISECOND, "v0"), say(3, 1, 8))
    assert not broken.won
    assert broken.at == 3 * MILLISECOND


def test_an_outcome_is_for_good_over_a_crash():
    law = for_good(Voter, lambda voter: voter.vote)
    back = Crash(2 * MILLISECOND, "v0", back=MILLISECOND)
    assert outcome(law, say(1, 0, 150), back, say(5, 0, 150)).won
    assert outcome(law, say(1, 0, 7), back).won  # it has forgotten, and says nothing else
    assert not outcome(law, say(1, 0, 7), back, say(5, 0, 8)).won
    assert not outcome(law, say(1, 0, 7), say(2, 0, 8)).won


def test_what_is_said_was_written_before():
    law = written_before_said(Say, lambda stored, said: said.number < 100 or stored.get("vote") == said.number)
    assert outcome(law, say(1, 0, 150), say(2, 1, 7)).won
    assert not outcome(law, say(1, 0, 250)).won
    assert not outcome(law, say(1, 0, 150), say(2, 1, 150), say(3, 0, 250)).won


def test_at_most_one_is_inside():
    law = at_most_one(Voter, lambda voter: voter.vote == 1)
    assert outcome(law, say(1, 0, 1), say(2, 0, 2), say(3, 1, 1)).won
    assert outcome(law, say(1, 0, 1), Crash(2 * MILLISECOND, "v0"), say(3, 1, 1)).won
    assert not outcome(law, say(1, 0, 1), say(3, 1, 1)).won


def test_everybody_who_asks_gets_and_somebody_has_asked():
    law = everybody_gets(Voter, lambda voter: voter.wishes, lambda voter: voter.served)
    assert not outcome(law).won
    assert not outcome(law, say(1, 0, 1), say(2, 1, 1), say(3, 1, 2)).won
    done = outcome(law, say(1, 0, 1), say(2, 1, 1), say(3, 1, 2), say(4, 0, 2))
    assert (done.won, done.at) == (True, 4 * MILLISECOND)


def test_what_everybody_does_is_not_so_before_all_have_started():
    law = eventually_each("all voted", Voter, lambda voter: voter.vote is not None)
    votes = [say(1, 0, 7), say(2, 1, 7)]
    assert not outcome(law, *votes, lates=50 * MILLISECOND).won
    assert outcome(law, *votes, nodes=2).at == 2 * MILLISECOND
    late = outcome(law, *votes, say(60, 2, 7), lates=50 * MILLISECOND)
    assert (late.won, late.at) == (True, 60 * MILLISECOND)


def test_who_is_down_counts_only_where_the_law_says_so():
    gone = Crash(2 * MILLISECOND, "v2")
    votes = (say(1, 0, 7), say(3, 1, 7), gone)
    assert outcome(eventually_each("all voted", Voter, lambda voter: voter.vote == 7), *votes).won
    assert not outcome(eventually_each("all voted", Voter, lambda voter: voter.vote == 7, fallen=True), *votes).won


def test_always_each_and_sometimes_one():
    small = always_each("all small", Voter, lambda voter: voter.vote is None or voter.vote < 10)
    assert outcome(small, say(1, 0, 7)).won
    assert not outcome(small, say(1, 0, 70)).won
    large = sometimes_one("one is large", Voter, lambda voter: (voter.vote or 0) > 10)
    assert outcome(large, say(1, 0, 70)).won
    assert not outcome(large, say(1, 0, 7)).won


def test_a_law_about_many_looks_only_at_the_node_that_changed():
    looked = []
    law = always_each("all small", Voter, lambda voter: looked.append(voter.name) or True)
    outcome(law, say(1, 7, 7), nodes=200)
    assert looked.count("v7") == 3  # it starts, is told, receives; what it sends changes nothing more
    assert len(looked) == 200 + 2  # besides, v1 is told


def test_a_roll_counts_what_its_nodes_are():
    roll = Roll()
    for name, value in (("a", 1), ("b", 1), ("c", 2), ("a", 2)):
        roll.put(name, value)
    assert roll.count == {1: 1, 2: 2}
    roll.drop("b")
    roll.drop("nobody")
    assert (roll.of, roll.count) == ({"c": 2, "a": 2}, {2: 2})
    assert not roll.complete


def test_a_fork_remembers_for_itself():
    law = eventually_each("all voted", Voter, lambda voter: voter.vote is not None)
    specs = tuple(NodeSpec(f"v{number}", "votes", "voter") for number in range(2))
    world = World(Scenario(
        "votes", {"votes": ROOM}, specs, happenings=(say(1, 0, 7), say(2, 1, 7)), win=(law.bind(),), limit=10**6,
    ), Book())  # fmt: skip
    world.run(until=MILLISECOND)
    other = world.fork()
    world.run()
    assert world.outcome.won
    assert other.outcome is None
    other.run()
    assert other.outcome.won


# Laws themselves


def test_a_law_remembers_what_it_asks_for():
    evidence = Evidence(World(echo.PROTOCOL.scenarios[0], Book()))
    assert evidence.memory is None
    roll = evidence.recall(Roll)
    assert evidence.recall(Roll) is roll
    with pytest.raises(TypeError, match="one law remembers both a Roll and a Say"):
        evidence.recall(Say)
    assert roll_call(Voter, lambda voter: 1) is not None


def test_a_place_of_a_law_cannot_be_called_what_its_functions_get():
    with pytest.raises(ValueError, match="no place can be called evidence or entry"):
        always("{entry:node} is new", lambda evidence, entry: True)


def test_a_goal_is_read_as_a_level_says_it():
    law = Law("{a:node} waits {long:duration} for {count:number} of {b}", LawKind.EVENTUALLY, lambda *_, **__: True)
    bound = law.read("ann waits 1.5 s for 2_000 of ben")
    assert bound.arguments == {"a": "ann", "long": 1_500_000, "count": 2000, "b": "ben"}
    assert law.read("ann waits for ben") is None
    room = replace(ROOM, laws=(law, eventually("all voted", lambda evidence: True)))
    assert room.goal("all voted").law is room.laws[1]
    with pytest.raises(ValueError, match="no law of votes says 'al voted': the nearest say 'all voted'"):
        room.goal("al voted")
