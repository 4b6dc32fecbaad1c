"""Two ears and a gun: reference broadcasts as Elson, Girod & Estrin (2002) have them."""

from dataclasses import replace

import pytest

from core.kernel.choice import Asked, judge
from core.kernel.protocol import Cast, UnfitNodesError
from core.kernel.scenario import LoseMessage, PlayerSeat
from core.kernel.seats import Book, PersonaSeat, Player
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.trace import DELIVER, SEND, TIMER
from core.kernel.world import World
from core.protocols.clocks.clock_sync import PROTOCOL
from core.protocols.clocks.clock_sync.fitting import Dot, line_at, offset_of
from core.protocols.clocks.clock_sync.messages import Bang, Heard, Please, Pulse
from core.protocols.clocks.clock_sync.sensor_choices import BANG, LINE, TOLD
from levels.loader import load

QUIET, NOISY = PROTOCOL.scenarios[4:6]
LEVEL = load("clocks/starters-pistol").scenario


def ran(scenario, persona=""):
    if not persona:
        seat = Book()
    else:
        seat = PersonaSeat(PROTOCOL.persona(persona))
        scenario = replace(scenario, player=(PlayerSeat("p", ("*",)),))
    world = World(scenario, seat)
    world.run()
    return world


# The arithmetic


def test_elson_2002_the_offset_is_the_mean_of_the_differences_of_what_both_heard():
    """Offset[i, j] = 1/m Σ (T[j, k] − T[i, k])."""
    p, q = (1000, 2000, 3000), (9112, 10130, 11124)
    dots = [Dot(mine, its - mine) for mine, its in zip(p, q, strict=True)]
    assert offset_of(dots) == round((8112 + 8130 + 8124) / 3)
    assert offset_of([]) == 0


def test_elson_2002_a_line_by_least_squares_takes_the_drift_along():
    """Offset[p, q](t) = αt + β: of dots that lie on a line it is that line, at any time."""
    dots = [Dot(at * SECOND, 8120 + 14 * at) for at in (0, 3, 20, 22)]
    for at in (-5, 0, 10, 40):
        assert line_at(dots, at * SECOND) == (8120 + 14 * at, 14)


def test_least_squares_of_dots_that_lie_beside_it():
    """x = 0, 1, 2, y = 0, 30, 30: slope 15, and 5 at 0 (by hand)."""
    dots = [Dot(0, 0), Dot(SECOND, 30), Dot(2 * SECOND, 30)]
    assert line_at(dots, 0) == (5, 15)
    assert line_at(dots, SECOND) == (20, 15)
    # No other line of whole numbers lies nearer: the sum of squares is least.
    squares = {(a, b): sum((dot.ahead - a - b * dot.at // SECOND) ** 2 for dot in dots)
               for a in range(-20, 40) for b in range(-20, 40)}  # fmt: skip
    assert min(squares, key=squares.__getitem__) == (5, 15)


def test_one_dot_or_dots_of_one_time_make_a_flat_line():
    assert line_at([Dot(7, 50)], 10**9) == (50, 0)
    assert line_at([Dot(7, 50), Dot(7, 60)], 10**9) == (55, 0)
    assert line_at([], 5) == (0, 0)


# Shots


def test_a_shot_carries_no_time_and_both_note_when_they_heard_it():
    world = ran(QUIET)
    pulses = [entry.detail for entry in world.trace if entry.kind == SEND and isinstance(entry.detail, Pulse)]
    assert all(pulse.stamp is None for pulse in pulses)
    me = world.nodes["p"].machine
    assert len(pulses) == 2 * len(me.dots) == 2 * me.shots
    assert me.dots[0].ahead in range(8120, 8400)


def test_what_the_senders_radio_waits_is_the_same_for_both_ears():
    """0 to 50 ms of access delay, and the dots show the drift alone."""
    beacon = replace(QUIET.nodes[2], parameters={**QUIET.nodes[2].parameters, "access": 50 * MILLISECOND})
    waiting = ran(replace(QUIET, nodes=(*QUIET.nodes[:2], beacon, QUIET.nodes[3])))
    assert all(abs(dot.ahead - 8120 - dot.at * 40 // SECOND) <= 1 for dot in waiting.nodes["p"].machine.dots)
    assert waiting.outcome.won
    waits = [dict(entry.answers)["clock_sync.access"] for entry in waiting.trace if entry.detail == "fire"
             and entry.kind == TIMER]  # fmt: skip
    assert max(waits) > 10 * MILLISECOND


def test_a_bang_is_heard_by_one_ear_and_placed_to_the_microsecond_where_nothing_is_noisy():
    world = ran(QUIET)
    assert world.outcome.won
    heard = [entry for entry in world.trace if entry.kind == SEND and isinstance(entry.detail, Bang)]
    assert [entry.peer for entry in heard] == ["q"]
    bang = next(entry for entry in world.trace if isinstance(entry.detail, Heard) and not entry.detail.shot)
    (placed,) = world.nodes["p"].machine.placed
    assert abs(placed - (bang.detail.reading - bang.time)) <= 1


def test_a_shot_that_comes_twice_is_one_dot():
    twice = LoseMessage("beacon", "p", "Pulse", 1, "twice"), LoseMessage("q", "p", "Heard", 1, "twice")
    assert ran(replace(QUIET, happenings=(*QUIET.happenings, *twice))).nodes["p"].machine.dots == ran(
        QUIET
    ).nodes["p"].machine.dots  # fmt: skip


def test_a_shot_that_one_ear_misses_is_no_dot_and_another_may_be_bought():
    world = ran(replace(QUIET, happenings=(*QUIET.happenings, LoseMessage("beacon", "q", "Pulse", 1, "lost"))))
    me = world.nodes["p"].machine
    assert me.shots == len(me.dots) + 1
    assert world.outcome.won


def test_chance_makes_the_crystal_walk_and_the_bang_come_when_nobody_knows():
    times = set()
    for seed in range(1, 5):
        world = ran(replace(NOISY, seed=seed))
        times.add(next(entry.time for entry in world.trace if isinstance(entry.detail, Bang)))
    assert len(times) == 4


def test_the_messages_have_bytes():
    envelope = World(QUIET, Book()).envelope("p", "q")
    for message in (Please(), Pulse(3), Pulse(3, -5), Bang(1), Heard(True, 3, 2**45)):
        assert PROTOCOL.codec.decode(PROTOCOL.codec.encode(message, envelope), envelope) == message


# The line


def at_the_line(scenario=QUIET, shots=(0, 20_500)):
    """The world stopped where the line is to be laid, with shots bought at these times (ms)."""
    world = World(replace(scenario, player=(PlayerSeat("p", ("*",)),), win=()), Player())
    for at in shots:
        world.run(until=at * MILLISECOND)
        world.move("p", "clock_sync.pulse", "pulse")
    while not world.questions:
        world.step()
    return world.questions[0].asked


def label(asked, value):
    return judge(Asked(LINE, "p", asked.me, {}, asked.now), value, 0, 0, PROTOCOL.personas).label


def test_where_the_line_crosses_the_bang_is_what_is_said():
    asked = at_the_line()
    assert asked.case == BANG
    offset, slope = asked.book
    assert asked.me.placed_by((offset, slope)) == asked.me.placed_by((offset + 10, slope - 1))
    assert slope == 40
    assert label(asked, asked.book) == "book"
    assert label(asked, (offset + 10, slope - 1)) == "near"
    assert label(asked, (offset + 200, slope)) == "off"


def test_of_dots_that_are_old_it_is_said_how_old():
    asked = at_the_line(shots=(0, 3_000, 6_000))
    assert label(asked, (0, 0)) == "flat"
    verdict = judge(Asked(LINE, "p", asked.me, {}, asked.now), (0, 0), 0, 0)
    assert verdict.words.startswith("12 s lie between")


def test_who_goes_by_the_senders_time_is_off_by_what_its_radio_waited():
    beacon = replace(QUIET.nodes[2], parameters={**QUIET.nodes[2].parameters, "access": 50_000, "tells": 1})
    asked = at_the_line(replace(QUIET, nodes=(*QUIET.nodes[:2], beacon, QUIET.nodes[3])))
    assert asked.case == TOLD
    assert label(asked, asked.me.line_told) == "told"
    assert asked.me.told < asked.me.best_place - MILLISECOND


# What a room cannot run with


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"p": {"friend": ""}}, "p has no friend, and nobody to tell"),
        ({"p": {"tell": "q"}}, "p has both a friend and somebody to tell"),
        ({"q": {"tell": "q"}}, "q, the friend of p, does not tell it"),
        ({"p": {"beacon": "gun2"}}, "the beacon of p is gun2, which is none"),
        ({"beacon": {"sensors": ("q",)}}, "beacon is not heard by p and q"),
        ({"gun": {"hears": ("x",)}}, "x, who is to hear gun, is no sensor"),
    ],
)
def test_what_cannot_be_is_refused_in_words(changed, words):
    names = {"daemon": (), "member": (), "sensor": ("p", "q"), "beacon": ("beacon", "gun")}
    sensor = {"friend": "", "tell": "", "beacon": "beacon"}
    parameters = {
        "p": {**sensor, "friend": "q"},
        "q": {**sensor, "tell": "p"},
        "beacon": {"sensors": ("p", "q"), "hears": ()},
        "gun": {"sensors": (), "hears": ("q",)},
    }
    parameters = {name: own | changed.get(name, {}) for name, own in parameters.items()}
    with pytest.raises(UnfitNodesError, match=words):
        PROTOCOL.admits(Cast(names, parameters))


# The level


@pytest.mark.parametrize("persona", ["no clock drifts", "hoards before", "believes the sender", "newest dot"])
def test_in_the_level_who_is_wrong_loses(persona):
    assert not ran(LEVEL, persona).outcome.won


def test_in_the_level_the_book_needs_four_shots_and_who_hoards_pays_more_for_worse():
    """Over eight seeds: dots on both sides of the bang are worth more than many on one."""
    limits = replace(LEVEL, win=LEVEL.win[:1])
    book, hoards = (
        [ran(limits.reseeded(seed), persona).measures() for seed in range(1, 9)] for persona in ("", "hoards before")
    )
    assert {each["shots"] for each in book} == {4}
    assert sum(each["error"] for each in book) * 3 < sum(each["error"] for each in hoards)
    assert min(each["shots"] for each in hoards) > 10


def test_what_is_placed_is_handed_to_the_user():
    world = ran(QUIET)
    assert [entry.detail for entry in world.trace if entry.kind == DELIVER] == world.nodes["p"].machine.placed
