"""The level premise/silence: no constant keeps both pars, following the dots does, and its first twenty seconds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.kernel.seats import Book
from core.kernel.world import World
from levels.loader import load
from levels.players import Constant
from levels.proofs import prove
from tui.bridge import Bridge, session_of
from tui.pictures.premise import echo
from tui.widgets.canvas import Canvas

MS = 1_000
LEVEL = load("premise/silence")
SEEDS = range(LEVEL.scenario.seed, LEVEL.scenario.seed + 32)
SECOND = LEVEL.play.pace
"""Of the world in one on the screen."""


def always(wait):
    """Somebody who waits so long (µs), whatever comes."""
    return Constant("always", {"echo.patience": lambda asked: wait}).seat()


def figures(world):
    measures = world.measures()
    return world.outcome.won, measures["time"], measures["sent"]


def within(world):
    won, time, sent = figures(world)
    return won and time <= 3_600 * MS and sent <= 24


@pytest.mark.parametrize("wait", [20, 100, 150, 200, 250, 300, 400, 500])
def test_no_constant_keeps_both_pars_on_any_of_32_seeds(wait):
    for seed in SEEDS:
        world = World(LEVEL.scenario.reseeded(seed), always(wait * MS))
        world.run()
        assert not within(world), (seed, figures(world))


def test_idle_and_five_seconds_run_out_of_time():
    world = World(LEVEL.scenario, always(500 * MS))
    world.run()
    assert not world.outcome.won


def test_who_follows_the_dots_is_within_par_on_every_seed():
    for seed in SEEDS:
        assert within(prove(LEVEL, seed)), seed


class At:
    """A session in which the keys are pressed at their moments; what the screen shows then."""

    def __init__(self):
        self.session = session_of(LEVEL, paused=True)
        self.bridge = Bridge(LEVEL, self.session, {})
        self.bridge.refresh_doing()

    def until(self, seconds):
        moment = round(seconds * SECOND)
        self.session.run_to(moment)
        return self

    def set(self, wait):
        self.session.keep("echo.patience", wait * MS)
        return self

    @property
    def me(self):
        return self.session.world.nodes["client"].machine

    @property
    def bar(self):
        """How long the silence is (ms)."""
        return (self.session.sight.clock() - self.me.asked_at) // MS

    def rows(self, width=80, height=22):
        canvas = Canvas(width, height)
        echo.draw_bare(canvas, self.bridge.scene())
        return [canvas.text(y) for y in range(height)]


def near(value, wanted, by=12):
    return abs(value - wanted) <= by


def test_the_first_twenty_seconds_of_whoever_touches_nothing():
    at = At()
    at.until(0)
    assert (at.me.number, at.bar) == (1, 0)
    assert at.session.kept["client", "echo.patience"] == 500 * MS
    at.until(3)
    dots = [dot // MS for dot in echo.past_of(at.bridge.scene()).dots]
    assert at.me.number == 3
    assert len(dots) == 2
    assert all(76 <= dot <= 86 for dot in dots), dots
    assert near(at.bar, 80)
    assert near(at.until(6).bar, 320)
    at.until(12)
    assert at.me.number == 5
    assert near(at.bar, 140)
    at.until(20)
    assert at.me.number == 7
    assert near(at.bar, 110)


def test_the_first_twenty_seconds_by_hand():
    at = At()
    at.until(1).set(490)
    at.until(2).set(440)
    at.until(3).set(340)
    at.until(5).set(240)
    at.until(5.1)
    assert at.me.copy == 2, "pushed past the bar it rings now"
    at.until(6.5).set(190).set(150)
    at.until(12)
    assert at.me.number == 7
    assert near(at.bar, 70, 20)
    at.until(20)
    past = echo.past_of(at.bridge.scene())
    assert any(290 <= dot // MS <= 320 for dot in past.doubtful), "behind the mountain, and asked twice"
    assert at.me.floor, "a twin's answer on the floor"


def test_the_bar_grows_towards_the_alarm_on_a_ruler_of_a_column_every_ten_milliseconds():
    at = At().until(4)
    rows = at.rows()
    ruler = next(row for row in rows if row.count("┴") > 4)
    labels = rows[rows.index(ruler) + 1]
    assert ruler.rstrip().endswith("A")
    assert ruler.index("A") - ruler.index("┴") == 50
    for label, column in (("0", 0), ("100", 10), ("500", 50)):
        assert abs(labels.index(label) + len(label) // 2 - ruler.index("┴") - column) <= 2
    bar = rows[rows.index(ruler) + 2]
    assert abs(bar.index(">") - 4 - at.bar // 10) <= 1
    assert "│" in bar
    assert len(next(row for row in at.rows(120, 38) if row.count("┴") > 4).strip()) > 80
    at.set(200)
    assert at.rows()[rows.index(ruler)].index("A") == 4 + 20


def test_chips_lie_on_the_bar_and_the_truth_under_them_only_at_the_end():
    at = At().until(4)
    at.session.bet("echo.silence", 80)
    assert any("lost 80 %" in row for row in at.rows())
    assert not any("╳" in row for row in at.rows())
    at.set(150)
    world = at.session.world
    while not at.session.over:
        at.session.run_to(world.now + 10 * MS)
    rows = "\n".join(at.rows())
    assert "l✓" in rows
    assert "╳ lost: pings 3 9 15, answers 5 13   ~ only slow" in rows, "all of it, on 80 columns, too"


def test_others_see_the_nodes():
    bridge = Bridge(load("premise/echo"), session_of(load("premise/echo"), paused=True), {})
    canvas = Canvas(80, 22)
    echo.draw_bare(canvas, bridge.scene())
    assert "server" in str(canvas)


def test_an_alarm_that_runs_follows_a_change_only_where_the_level_says_so():
    rang = {}
    for follows in (False, True):
        nodes = tuple(
            replace(node, parameters={**node.parameters, "follows": follows}) if node.name == "client" else node
            for node in LEVEL.scenario.nodes
        )
        world = World(replace(LEVEL.scenario, nodes=nodes), Book())
        world.run(until=200 * MS)
        assert (world.nodes["client"].machine.number, world.nodes["client"].machine.copy) == (3, 1)
        world.keep("client", "echo.patience", 20 * MS)
        world.run(until=210 * MS)
        rang[follows] = world.nodes["client"].machine.copy > 1
    assert rang == {False: False, True: True}
