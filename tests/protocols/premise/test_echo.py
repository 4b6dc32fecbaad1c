"""What is special to the model room: a request, a move, a measure, and a law about what was asked before."""

from dataclasses import replace

import pytest

from core.kernel.scenario import Lose, Par, PlayerSeat, Request
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.world import World
from core.protocols.premise.echo import AGAIN, MEASURES, NUMBER, PATIENCE, PROTOCOL, Ask, Ping

PLAIN = PROTOCOL.scenarios[0]
HONEST = PROTOCOL.goal("no answer is believed that was not asked for")


def played(*choices, node="client", **more):
    seat = PlayerSeat(node, tuple(choice.name for choice in choices))
    world = World(replace(PLAIN, player=(seat,), **{"win": (), **more}))
    world.run()
    return world


def test_one_more_ping_is_asked_when_the_user_wants_it():
    late = replace(PLAIN, happenings=(Request(SECOND, "client", Ask(2)),), win=())
    world = World(late)
    world.run()
    assert world.nodes["client"].machine.heard == [1, 2, 3, 4]
    assert world.evidence().sent("client", Ping) == 4


def test_an_answer_that_was_not_asked_for_yet_is_none():
    """The client believes 2 while it asks for 1, and then asks for 2: it was invented all the same."""
    world = played(NUMBER, node="server", win=(HONEST,))
    world.answer(2)
    world.run()
    assert world.outcome is not None
    assert (world.outcome.won, world.outcome.reason) == (False, f"broken: {HONEST.text}")
    assert world.nodes["client"].machine.number == 2


@pytest.mark.parametrize(("wait", "label"), [(79, "early"), (80, "early"), (81, "book"), (801, "late")])
def test_an_alarm_at_the_very_round_trip_is_too_early(wait, label):
    """It rings before the answer that comes in the same moment: the ping goes out twice."""
    world = played(PATIENCE)
    assert world.answer(wait * MILLISECOND).label == label
    world.run()
    asked = world.questions[0].asked
    assert (asked.number, asked.copy) == ((1, 2) if label == "early" else (2, 1))


def test_a_second_copy_is_never_too_early_to_be_doubted():
    """The first one's answer may come at any moment: whoever asks a third time cannot be told that none can be back."""
    world = played(AGAIN, PATIENCE, happenings=(Lose("client", "server", 1),))
    world.answer(SECOND)
    world.run(until=90 * MILLISECOND)
    world.move("client", AGAIN.name, "ask again")
    world.answer(SECOND)
    world.run(until=100 * MILLISECOND)
    assert world.move("client", AGAIN.name, "ask again").label == "again"


def test_a_number_that_another_ping_has_asked_is_not_called_invented():
    """Ping 1 comes late, after ping 2: to answer it with 2 tells of no ping that nobody sent."""
    late = Lose("client", "server", 1, fate="late")
    client = {"client": "in a hurry"}
    world = played(NUMBER, node="server", happenings=(late,), seats=client)
    labels = []
    while not world.over and (world.questions or world.step()):
        if world.questions:
            asked = world.questions[0].asked
            labels.append(world.answer(max(asked.number, asked.me.highest)).label)
    assert set(labels) == {"book", "newer"}


@pytest.mark.parametrize(("at", "label"), [(80, "early"), (81, "again")])
def test_to_ask_again_is_a_move(at, label):
    world = played(AGAIN, PATIENCE, happenings=(Lose("client", "server", 1),))
    world.answer(SECOND)
    world.run(until=at * MILLISECOND)
    assert [asked.choice for asked in world.offers("client")] == [AGAIN]
    assert world.move("client", AGAIN.name, "ask again").label == label
    assert world.questions[0].asked.copy == 2


def test_pings_that_were_asked_again_are_counted():
    (measure,) = MEASURES
    world = World(replace(PLAIN, par=(Par(measure, 0),), nodes=(
        replace(PLAIN.nodes[0], parameters={"count": 2, "patience": 50 * MILLISECOND}), PLAIN.nodes[1],
    )))  # fmt: skip
    world.run()
    assert world.measures() == {"repeats": 2}
