"""What is special to two tapes: the slack that letters leave, what it proves, and a clock that runs otherwise."""

from dataclasses import replace

import pytest

from core.kernel.scenario import PlayerSeat
from core.kernel.seats import Book, Player
from core.kernel.time import MILLISECOND
from core.kernel.world import World
from core.protocols.premise.tapes import PROTOCOL
from core.protocols.premise.tapes.choices import NOBODY_KNOWS
from core.protocols.premise.tapes.machine import Archivist
from core.protocols.premise.tapes.messages import Letter
from core.protocols.premise.tapes.slack import EVEN, Arrow, Slack, fitting, leaning, slack_at
from levels.loader import load

ONE, UNKNOWN, SLOW = PROTOCOL.scenarios


def ms(*arrows):
    """Arrows in ms: "100>70" from the first tape to the second, "160<90" back."""
    found = []
    for arrow in arrows:
        forth = ">" in arrow
        mine, theirs = (int(part) * MILLISECOND for part in arrow.split(">" if forth else "<"))
        found.append(Arrow(True, mine, theirs) if forth else Arrow(False, theirs, mine))
    return found


TWO = ms("100>70", "160<90")
FOUR = [*TWO, *ms("200>150", "230<170")]
FIVE = [*FOUR, *ms("400>325")]


def in_ms(slack):
    return slack.low / MILLISECOND, slack.high / MILLISECOND


@pytest.mark.parametrize(("arrows", "stretch", "slack"), [
    (TWO, EVEN, (30, 70)), (FOUR, EVEN, (50, 60)), (FIVE, 1100, (42.5, 43)), (FIVE, 1150, (27.5, 34.5)),
])  # fmt: skip
def test_the_slack_is_what_every_letter_leaves(arrows, stretch, slack):
    assert in_ms(slack_at(arrows, stretch)) == slack


def test_a_fifth_arrow_leaves_no_shift_and_shows_that_a_clock_is_slow():
    assert in_ms(slack_at(FIVE, EVEN)) == (75, 60)
    assert not slack_at(FIVE, EVEN).fits
    stretches = fitting(FIVE, 200)
    assert min(stretches) == 1100
    assert EVEN not in stretches
    assert 1150 in stretches


def test_arrows_lean_back_beyond_either_end_of_the_slack():
    assert [leaning(FOUR, shift * MILLISECOND, EVEN) for shift in (49, 50, 60, 61, 29, 71)] == [1, 0, 0, 1, 2, 2]
    assert leaning(FIVE, 30 * MILLISECOND, 1150) == 0


@pytest.mark.parametrize(("alice", "bob", "who"), [
    (120, 75, NOBODY_KNOWS), (120, 95, "alice"), (170, 95, "bob"), (140, 75, NOBODY_KNOWS), (150, 75, "bob"),
])  # fmt: skip
def test_inside_the_slack_nobody_knows(alice, bob, who):
    """Bob's 75 lies between 105 and 145 of Alice's, his 95 between 125 and 165."""
    stamps = {1: {("alice", "sent"): 100, ("bob", "got"): 70, ("bob", "sent"): 90, ("alice", "got"): 160}}
    stamps = {number: {key: stamp * MILLISECOND for key, stamp in row.items()} for number, row in stamps.items()}
    archivist = Archivist(band=0, stamps=stamps)
    archivist.notes[1] = {"alice": alice * MILLISECOND, "bob": bob * MILLISECOND}
    assert archivist.arrows == TWO
    assert archivist.proved(1) == who


def test_what_holds_at_one_stretch_alone_is_not_proved():
    """At 1100 thousandths the slack is half a millisecond wide; but the clock may run at 1150 as well."""
    archivist = Archivist(band=200)
    stamps = {}
    for number, (a, b, c, d) in enumerate([(100, 70, 90, 160), (200, 150, 170, 230)], 1):
        row = {("alice", "sent"): a, ("bob", "got"): b, ("bob", "sent"): c, ("alice", "got"): d}
        stamps[number] = {key: stamp * MILLISECOND for key, stamp in row.items()}
    stamps[3] = {("alice", "sent"): 400 * MILLISECOND, ("bob", "got"): 325 * MILLISECOND}
    archivist.stamps = stamps
    archivist.notes[1] = {"alice": 395 * MILLISECOND, "bob": 315 * MILLISECOND}
    narrow = Slack(*slack_at(archivist.arrows, 1100))
    assert 315_000 * 1100 // 1000 + narrow.high < 395_000
    assert archivist.proved(1) == NOBODY_KNOWS


# Runs


def run(scenario, seat=None, **more):
    world = World(replace(scenario, **more), seat or Book())
    world.run(limit=5_000)
    return world


def test_the_truth_lies_in_the_slack_whatever_chance_does_to_letters():
    scenario = load("premise/two-tapes").scenario
    for seed in range(20):
        world = run(scenario.reseeded(seed))
        archivist = world.nodes["archivist"].machine
        stretch = 1000 * 1000 // 920
        near = min(fitting(archivist.arrows, 150), key=lambda each: abs(each - stretch))
        assert abs(near - stretch) <= 5
        truth = {1: "alice", 2: "alice", 3: "bob", 4: "bob", 5: "alice"}
        assert all(who in (truth[number], NOBODY_KNOWS) for number, who in archivist.filed.items())


def test_a_letter_more_may_decide_what_was_open():
    scenario = load("premise/two-tapes").scenario
    decided = 0
    for seed in range(12):
        world = run(scenario.reseeded(seed))
        moves = [entry.detail for entry in world.trace if entry.kind == "move" and entry.node == "archivist"]
        open_once = any("nobody knows" in str(move) for move in moves)
        decided += open_once and bool(world.nodes["archivist"].machine.orders)
    assert decided


@pytest.mark.parametrize(("persona", "law"), [
    ("one clock", "no arrow leans back"), ("never stretches", "no arrow leans back"),
    ("middle of the slack", "no order is filed that the letters do not prove"),
])  # fmt: skip
def test_personas_break_what_they_must(persona, law):
    assert PROTOCOL.persona(persona).fault == law
    found = {run(scenario, seats={"archivist": persona}, win=(PROTOCOL.goal(law),)).outcome.won
             for scenario in PROTOCOL.scenarios}  # fmt: skip
    assert False in found


def played(scenario, **more):
    seat = PlayerSeat("archivist", ("*",))
    world = World(replace(scenario, player=(seat,), win=(), **more), Player())
    world.keep("archivist", "tapes.stretch", EVEN)
    world.keep("archivist", "tapes.shift", 0)
    world.run(until=400 * MILLISECOND)
    return world


def test_what_is_said_of_an_order():
    world = played(UNKNOWN)
    book = world.nodes["archivist"].machine
    world.keep("archivist", "tapes.shift", book.middle_at(EVEN))
    labels = {}
    for value in ("alice", "bob", NOBODY_KNOWS):
        fork = world.fork()
        labels[value] = fork.move("archivist", "tapes.first", value).label
    assert labels == {"alice": "guess", "bob": "guess", NOBODY_KNOWS: "open"}
    world.move("archivist", "tapes.first", NOBODY_KNOWS)
    fork = world.fork()
    assert fork.move("archivist", "tapes.first", "alice").label == "book"
    assert fork.move("archivist", "tapes.letters", "letters").label == "book"
    assert world.move("archivist", "tapes.first", "bob").label == "false"
    assert world.nodes["archivist"].machine.guesses == 1


def test_a_tape_that_lies_wrong_is_seen_when_something_is_filed():
    world = played(ONE)
    assert world.nodes["archivist"].machine.leaned == 0
    world.move("archivist", "tapes.first", NOBODY_KNOWS)
    verdicts = {verdict.choice: verdict for verdict in world.verdicts}
    assert verdicts["tapes.shift"].label == "leans"
    assert "1 letter is there before it left" in verdicts["tapes.shift"].words
    assert verdicts["tapes.first"].label == "missed"
    assert world.nodes["archivist"].machine.leaned == 1


def test_letters_for_nothing_cost():
    world = played(ONE)
    middle = world.nodes["archivist"].machine.middle_at(EVEN)
    world.keep("archivist", "tapes.shift", middle)
    world.move("archivist", "tapes.first", "alice")
    assert world.move("archivist", "tapes.letters", "letters").label == "early"
    world.run(until=600 * MILLISECOND)
    assert world.evidence().sent("alice", Letter) == 2


def test_a_verdict_that_is_not_proved_is_handed_back_and_asked_once_more():
    world = played(UNKNOWN)
    machine = lambda: world.nodes["archivist"].machine  # noqa: E731 - it is another one after every move
    asks = list(machine().asks)
    world.move("archivist", "tapes.first", "alice")
    assert machine().wrong == 1
    assert not machine().filed
    assert machine().asks == asks
    world.keep("archivist", "tapes.shift", machine().middle_at(EVEN))
    world.move("archivist", "tapes.first", NOBODY_KNOWS)
    assert machine().wrong == 1
    assert machine().filed == {asks[0]: NOBODY_KNOWS}


def test_a_level_is_not_lost_by_the_first_wrong_verdict_and_is_by_the_third():
    level = load("premise/two-tapes")
    world = World(level.scenario, Player())
    world.keep("archivist", "tapes.stretch", EVEN)
    world.keep("archivist", "tapes.shift", 0)
    while not world.due("archivist"):
        assert world.step()
    machine = lambda: world.nodes["archivist"].machine  # noqa: E731
    assert len(machine().arrows) == 2, "letters come before the first question"
    for count in (1, 2, 3):
        assert world.outcome is None
        world.move("archivist", "tapes.first", "alice")
        assert machine().wrong == count
    assert not world.outcome.won
    assert "handed back" in world.outcome.reason
