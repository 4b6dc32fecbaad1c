"""Files dated by clocks, and clocks that are set: what make does, what two drifts come to, what a push does."""

from dataclasses import replace

import pytest

from core.kernel.choice import Persona
from core.kernel.scenario import (
    ClockJump,
    DiceSpec,
    LinkSpec,
    LoseMessage,
    NodeSpec,
    PlayerSeat,
    Request,
    Scenario,
    Wave,
)
from core.kernel.seats import Book, Idle, Player
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.trace import CLOCK
from core.kernel.world import World
from core.protocols.clocks.wall_clock import PROTOCOL
from core.protocols.clocks.wall_clock.syncing import Build, Edit
from core.protocols.clocks.wall_clock.syncing.laws import too_far
from core.protocols.clocks.wall_clock.syncing.messages import COMPILED, UP_TO_DATE, Dot, Made
from levels.loader import from_text, load

ANA, BEN = "ana", "ben"


def ms(time):
    return time * MILLISECOND


def night(saved_after, jump=0, grain=1, **builder):
    """out.c is saved and compiled at 1 s; saved again so many ms after that, and make runs at 3 s: what it does."""
    builder = NodeSpec("builder", "wall_clock", "builder", {"grain": grain, **builder})
    scenario = Scenario(
        "night",
        {"wall_clock": PROTOCOL},
        (NodeSpec(ANA, "wall_clock", "laptop"), builder),
        default_link=LinkSpec(latency=ms(1)),
        happenings=(
            Request(ms(100), ANA, Edit("out.c")),
            Request(ms(1000), "builder", Build()),
            ClockJump(ms(1000), ANA, ms(jump)),
            Request(ms(1000), ANA, Edit("out.c", ms(saved_after))),
            Request(ms(1000), "builder", Build(ms(2000))),
        ),
        limit=4 * SECOND,
    )
    world = World(scenario, Book())
    world.run()
    return world.evidence().machine("builder").made["out.c"]


# make


@pytest.mark.parametrize(("jump", "did"), [(0, COMPILED), (-199, COMPILED), (-200, UP_TO_DATE), (-900, UP_TO_DATE)])
def test_make_compiles_what_is_newer_and_of_the_same_date_it_is_not(jump, did):
    """POSIX.1-2017, make: a target is up to date unless it is older than a prerequisite."""
    made = night(200, jump)
    assert made.did == did
    assert (made.source, made.built) == ((2, 2) if did == COMPILED else (2, 1))


def test_a_date_that_is_yet_to_come_is_a_clock_skew_and_is_compiled_all_the_same():
    """GNU make 4.3: "File 'out.c' has modification time … in the future", "Clock skew detected"."""
    assert night(200, 1799) == Made("out.c", COMPILED, 2, 2)
    assert night(200, 1801) == Made("out.c", COMPILED, 2, 2, skewed=True)


@pytest.mark.parametrize(("after", "did"), [(999, UP_TO_DATE), (1000, COMPILED)])
def test_a_disk_of_whole_seconds_makes_dates_equal_by_itself(after, did):
    assert night(after, grain=SECOND).did == did


# The level of it


def played(*pushes, node=ANA):
    """Stale build, with these pushes (ms), one a night."""
    world = World(load("clocks/stale-build").scenario, Idle())
    for at, push in zip((500, 6500, 13500), pushes, strict=True):
        world.run(until=ms(at))
        if push and world.outcome is None:
            world.hand.move("network.push_clock", (node, ms(push)))
    world.run()
    return world


def test_just_enough_is_200_then_900_then_nothing():
    world = played(-200, -900, 0)
    assert world.outcome.won
    assert world.measures() == {"pushed": ms(1100), "fooled": 3}


@pytest.mark.parametrize("pushes", [(-199, -900, 0), (-200, -899, 0), (-200, -200, -200), (0, 0, 0), (500, 500, 500)])
def test_less_than_enough_and_forwards_is_made_again(pushes):
    world = played(*pushes)
    assert not world.outcome.won
    assert "newer and makes it again" in world.outcome.reason


def test_a_second_back_every_night_wins_and_pays_on_both_axes():
    world = played(-1000, -1000, -1000)
    assert world.outcome.won
    assert world.measures() == {"pushed": ms(3000), "fooled": 4}


def test_too_far_forgets_the_files_that_were_to_be_made():
    assert played(-200, -1400, 0).measures()["fooled"] == 4
    assert played(-200, -2500, 0).measures()["fooled"] == 5


def test_the_builders_clock_forwards_is_the_same_push():
    world = played(200, 900, 0, node="builder")
    assert world.outcome.won
    assert world.measures() == {"pushed": ms(1100), "fooled": 3}


# Clocks that are set


def pair(fast, slow, seat=None, ways=(1, 1), **more):
    """Two laptops whose clocks drift, and their builder; `ways`: ms there and back."""
    nodes = (
        NodeSpec(ANA, "wall_clock", "laptop", {"friend": BEN, "edits": 7 * SECOND}, drift=fast),
        NodeSpec(BEN, "wall_clock", "laptop", {"friend": ANA, "edits": 9 * SECOND}, drift=slow),
        NodeSpec("builder", "wall_clock", "builder", {"laptops": (ANA, BEN), **more.pop("builder", {})}),
    )
    there, back = (LinkSpec(latency=ms(way)) for way in ways)
    links = {("builder", ANA): there, (ANA, "builder"): back}
    scenario = Scenario(
        "pair", {"wall_clock": PROTOCOL}, nodes, links, LinkSpec(latency=ms(1)), **{"limit": 600 * SECOND, **more}
    )
    world = World(scenario, seat or Book())
    world.run()
    return world


def builder_of(world):
    return world.evidence().machine("builder")


def test_two_clocks_part_by_twice_what_each_drifts():
    """1 - ρ <= dC/dt <= 1 + ρ (Tanenbaum & van Steen 2e, 6.1.3): 80 s at ±50 parts per million are 8 ms."""
    dots = builder_of(pair(50, -50)).dots
    assert abs(dots[0].apart - ms(8)) <= 20
    assert dots[0].since == 80 * SECOND


def test_the_book_leaves_room_for_both_errors_and_both_drifts():
    world = pair(10, -10)
    assert builder_of(world).longest == 80 * SECOND
    assert [dot.at // SECOND for dot in builder_of(world).dots] == [80, 160, 240, 320, 400, 480, 560]
    assert builder_of(pair(10, -10, builder={"error": 0})).longest == 100 * SECOND


@pytest.mark.parametrize(("ways", "wrong"), [((1, 1), 0), ((1, 3), 1), ((3, 1), -1)])
def test_a_clock_that_is_set_errs_by_half_of_what_the_ways_differ_in(ways, wrong):
    """Cristian 1989."""
    world = pair(0, 0, ways=ways, limit=81 * SECOND)
    evidence = world.evidence()
    assert evidence.clock(ANA) - evidence.clock("builder") == ms(wrong)


def test_steep_dots_make_the_book_brisk_until_they_are_flat_again():
    dots = builder_of(pair(60, -60)).dots
    assert [dot.since // SECOND for dot in dots[2:6]] == [30, 30, 30, 30]


def test_who_was_silent_is_asked_again_at_once():
    lost = LoseMessage(ANA, "builder", "Time", 2)
    world = pair(10, -10, happenings=(lost,))
    rounds = [entry.time // SECOND for entry in world.trace if entry.kind == "timer" and entry.detail == "sync"]
    assert rounds[:4] == [80, 160, 161, 241]


def test_a_later_edit_with_an_earlier_date_vanishes():
    """ana is 12 ms ahead: ben's edit follows hers 11 ms later, and is dated 1 ms before it. Of the same date the first
    one is kept."""
    late, same, early = (
        pair(0, 0, happenings=(ClockJump(SECOND, ANA, ms(by)),), limit=20 * SECOND) for by in (12, 11, 10)
    )
    assert builder_of(late).missing > 0
    assert builder_of(same).missing > 0
    assert builder_of(early).missing == 0


def test_a_setting_that_is_pushed_moves_the_alarm_that_runs():
    seats = (PlayerSeat("builder", ("wall_clock.resync",)),)
    world = pair(0, 0, Player(), player=seats, limit=SECOND)
    assert world.questions
    scenario = replace(world.scenario, limit=300 * SECOND)
    world = World(scenario, Player())
    world.keep("builder", "wall_clock.resync", 50 * SECOND)
    world.run(until=20 * SECOND)
    world.keep("builder", "wall_clock.resync", 30 * SECOND)
    world.run(until=31 * SECOND)
    assert builder_of(world).syncs == 1


# Just in time


def hour(pause, seed):
    """Won, syncs, seconds over, edits missing: with an alarm that is always so many seconds, or the book's."""
    scenario = load("clocks/just-in-time").scenario.reseeded(seed)
    room = scenario.protocols["wall_clock"]
    if pause is not None:
        always = Persona("always", "the same", {"wall_clock.resync": lambda asked: pause * SECOND})
        room = replace(room, personas=(always,))
    seats = {} if pause is None else {"builder": "always"}
    world = World(replace(scenario, player=(), seats=seats, protocols={"wall_clock": room}), Book())
    world.run()
    measures = world.measures()
    return world.outcome.won, measures["syncs"], measures["over"] / SECOND, builder_of(world).missing


def test_the_book_goes_by_the_dots_and_keeps_both_clocks_together():
    for seed in range(1, 9):
        won, syncs, over, missing = hour(None, seed)
        assert won
        assert 40 <= syncs <= 50
        assert over <= 15
        assert missing <= 1


@pytest.mark.parametrize("pause", [200, 100, 80, 60, 45, 40, 30, 10])
def test_an_alarm_that_never_changes_loses_edits_or_coins(pause):
    """δ/ρ, δ/2ρ, the sheet's 80 s; and whoever sets clocks all the time."""
    assert sum(hour(pause, seed)[0] for seed in range(1, 9)) <= 3


@pytest.mark.parametrize("pause", [65, 55, 50])
def test_an_alarm_between_them_pays(pause):
    for seed in range(1, 9):
        assert hour(pause, seed)[2] > 15


def test_noon_comes_by_the_seed_to_both_clocks_at_once():
    scenario = load("clocks/just-in-time").scenario
    noons = set()
    for seed in range(1, 30):
        waves = [one for one in scenario.reseeded(seed).happenings if isinstance(one, Wave)]
        steepest = [wave.at for wave in waves if abs(dict(wave.changes)["drift"]) > 115]
        assert len(steepest) == 2
        assert len(set(steepest)) == 1
        noons.add(steepest[0] // SECOND)
    assert noons == {1200, 1400, 1600, 1800}


@pytest.mark.parametrize(
    ("one", "other", "over"), [(0, 0, 0), (10, 10, 60), (0, 20, 30), (-20, 20, 30), (-9, 9, 0), (20, 0, 30)]
)
def test_how_long_two_clocks_are_too_far_apart_between_two_readings(one, other, over):
    assert too_far(ms(one), ms(other), 60, ms(10)) == over


def test_loss_and_jitter_harm_no_machine():
    for seed in range(3):
        world = pair(50, -50, network=DiceSpec(loss=0.2, duplicate=0.3, jitter=(0, ms(3))), seed=seed)
        assert builder_of(world).syncs >= 7
        steps = [entry for entry in world.trace if entry.kind == CLOCK]
        assert all(abs(entry.detail) < ms(40) for entry in steps)


def test_dots_without_laptops_are_apart_by_nothing():
    assert Dot(0, (), 0).apart == 0


def test_a_builder_that_sets_no_laptops_clock_is_refused_in_words():
    text = (
        '[level]\ntitle = "x"\nsummary = "x"\n[nodes]\nana = { runs = "wall_clock.laptop" }\n'
        'builder = { runs = "wall_clock.builder", laptops = ["builder"] }\n'
    )
    with pytest.raises(Exception, match="builder, which is no laptop"):
        from_text(text, "clocks/x.toml")


def test_who_compares_versions_is_not_fooled_by_a_clock():
    """As tools do that keep a record of what they have built: the same push, and nothing is left stale."""
    assert night(200, -900).did == UP_TO_DATE
    made = night(200, -900, tells="versions")
    assert (made.did, made.source, made.built) == (COMPILED, 2, 2)
    assert night(999, grain=SECOND, tells="versions").did == COMPILED
