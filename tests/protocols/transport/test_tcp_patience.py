"""Round trips that a sender keeps, dots that lie, and the level pipe/patience."""

from __future__ import annotations

import pytest

from core.kernel.seats import Book
from core.kernel.world import World
from core.protocols.transport.tcp.dots import Dot, mark, mean
from levels.loader import load
from levels.players import Constant
from levels.proofs import persona_seat, prove
from tui.bridge import Bridge, session_of
from tui.pictures.transport import tcp
from tui.widgets.canvas import Canvas

MS = 1_000
LEVEL = load("pipe/patience")
SEEDS = range(LEVEL.scenario.seed, LEVEL.scenario.seed + 32)
ROOM = LEVEL.scenario.protocols["tcp"]


def always(wait):
    """Somebody whose alarm is so long (µs), whatever comes."""
    return Constant("always", {"tcp.rto": lambda asked: wait}).seat()


def ended(seat, seed=LEVEL.scenario.seed):
    world = World(LEVEL.scenario.reseeded(seed), seat)
    world.run()
    return world


def within(world):
    measures = world.measures()
    return world.outcome.won and measures["time"] <= 17_600 * MS and measures["sent"] <= 47


def test_the_mark_is_the_mean_and_four_spreads_of_the_dots_that_stand():
    assert mark(()) is mean(()) is None
    dots = (Dot(100 * MS, False), Dot(140 * MS, False))
    assert mean(dots) == (7 * 100 + 140) * MS // 8
    assert mark(dots) == 105 * MS + 4 * (3 * 50 + 40) * MS // 4
    assert mark((*dots, Dot(5 * MS, True))) != mark(dots)


@pytest.mark.parametrize("wait", [100, 150, 200, 300, 500, 800, 900, 1000, 1500, 4000])
def test_no_constant_keeps_both_pars_on_any_of_32_seeds(wait):
    for seed in SEEDS:
        assert not within(ended(always(wait * MS), seed)), seed


def test_by_hand_is_within_par_on_every_seed_and_beats_the_book():
    for seed in SEEDS:
        by_hand = prove(LEVEL, seed)
        assert within(by_hand), seed
        book = ended(Book(), seed)
        assert book.outcome.won
        assert book.measures()["time"] > by_hand.measures()["time"]
        assert not within(book), seed


@pytest.mark.parametrize(
    "name", ["always 150 ms", "always 300 ms", "always 800 ms", "mean only", "counts doubtful dots", "never backs off"]
)
def test_who_answers_by_a_wrong_rule_pays(name):
    persona = next(persona for persona in ROOM.personas if persona.name == name)
    assert not any(within(ended(persona_seat(persona), seed)) for seed in list(SEEDS)[:8])


def test_the_wire_is_calm_swells_dies_and_comes_back():
    world = ended(always(20_000 * MS // 10))
    sent, flew = {}, {}
    for entry in world.trace:
        if entry.kind == "send" and entry.node == "alice":
            sent.setdefault(entry.detail.sequence, []).append(entry.time)
        elif entry.kind == "receive" and entry.node == "alice":
            sequence = entry.detail.acknowledgment - 5
            flew[(sequence - 1) // 5 + 1] = (entry.time - sent[sequence][-1]) // MS
    assert all(104 <= flew[tile] <= 116 for tile in range(1, 10))
    assert max(flew.values()) in range(730, 745)
    assert all(172 <= flew[tile] <= 186 for tile in range(23, 36))
    assert sent[101][-1] - sent[101][0] >= 6_000 * MS


def test_a_dot_of_a_copy_is_doubtful_and_struck_by_the_book_only():
    struck = ended(Book()).nodes["alice"].machine.dots
    kept = ended(always(200 * MS)).nodes["alice"].machine.dots
    assert not any(dot.doubtful for dot in struck)
    assert any(dot.doubtful for dot in kept)
    assert len(kept) == 36


def test_d_strikes_the_last_dot_and_says_what_it_was():
    session = session_of(LEVEL, paused=True)
    session.keep("tcp.rto", 200 * MS)
    session.run_to(600 * MS)
    machine = lambda: session.world.nodes["alice"].machine  # noqa: E731 - as it is now
    dots = machine().dots
    assert dots[-1].doubtful
    assert session.move("tcp.strike", "strike it").label == "doubtful"
    assert machine().dots == dots[:-1]
    assert session.move("tcp.strike", "strike it").label == "sound"


def test_the_alarm_that_runs_follows_the_setting():
    session = session_of(LEVEL, paused=True)
    session.run_to(300 * MS)
    sent = session.world.nodes["alice"].machine.segments
    session.run_to(1_000 * MS)
    assert session.world.nodes["alice"].machine.segments == sent, "the alarm is far away"
    session.keep("tcp.rto", 100 * MS)
    session.run_to(1_001 * MS)
    assert session.world.nodes["alice"].machine.segments == sent + 1


@pytest.mark.parametrize("size", [(80, 15), (120, 31)])
def test_the_picture_has_ruler_dots_alarm_mark_and_bar(size):
    session = session_of(LEVEL, paused=True)
    bridge = Bridge(LEVEL, session, {})
    session.keep("tcp.rto", 200 * MS)
    session.run_to(700 * MS)

    def rows():
        canvas = Canvas(*size)
        tcp.draw(canvas, bridge.scene())
        return str(canvas)

    text = rows()
    for words in ("A", "^ mean and four spreads", "o  whose copy?", "silent", "1000", "tiles sent", "?  ?  ?"):
        assert words in text
    assert "╳" not in text
    written = [row for row, line in enumerate(text.splitlines()) if line.strip()]
    assert written[-1] - written[0] >= size[1] - 9, "it fills the stage"
    while not session.over:
        session.run_to(session.world.now + 100 * MS)
    assert "╳ lost" in rows()
