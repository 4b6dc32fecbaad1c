"""What moves on the play screen: packets in every frame, what becomes of them where it may be seen, and no more of it
than a terminal, or a player, wants."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import pairwise
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.kernel.sight import Sight
from core.kernel.world import World
from levels.loader import from_text
from levels.schema import Level
from tests.tui.helpers import drive
from tests.tui.test_play import make, play_screen
from tui.app import AckademyApp, Options
from tui.look import effects, moving
from tui.look.effects import Loss
from tui.look.flight import BURST, WORDED, Flight, Glide
from tui.look.moving import Over
from tui.look.palette import DARK, NONE, Ink
from tui.pictures import Canvas, Scene
from tui.pictures.general import draw
from tui.screens.play import PlayScreen
from tui.screens.play_motion import BEHIND, HELD, LESS_BYTES, LESS_FPS, RECOVERS, Allowance, Pressure
from tui.widgets.view import CanvasView, runs_of

WIRE = """
[level]
title = "A wire"
seed = 4
[nodes]
alice = {{ runs = "echo.client", server = "server", count = 9, patience = "5s" }}
server = {{ runs = "echo.server" }}
watcher = {{ runs = "echo.client", server = "server", starts = "3600s" }}
[links]
default = {{ latency = "100ms" }}
[seats]
{seat}
[play]
sight = "{sight}"
stands = true
{happens}
[goal]
win = ["alice has every answer, in order, once"]
limit = "3600s"
[text]
brief = "Look."
hints = ["one"]
debrief = "It was so."
"""
ASKED = 'watcher = { player = ["echo.patience"] }'
"""Nobody who is ever asked anything."""


def wire(fate: str = "", sight: str = "all", *, late: str = "200ms") -> Level:
    happens = ""
    if fate:
        happens = f'[[happens]]\nlose = "alice -> server"\nnth = 1\nfate = "{fate}"\n'
        happens += "" if fate == "lost" else f'late = "{late}"\n'
    return from_text(WIRE.format(seat=ASKED, sight=sight, happens=happens), "test/wire.toml")


def scene_of(level: Level, now: int, *, node: str = "alice") -> Scene:
    """What may be seen of a world at this time (µs), from a node or, with "", from above."""
    world = World(level.scenario)
    world.run(until=now)
    sight = Sight(world, node, everything=not node)
    return Scene(sight, level.scenario, node, sight.clock(), entries=list(sight.entries()), lifted=not node)


def picture(level: Level, now: int, *, node: str = "", ascii_only: bool = False) -> str:
    canvas = Canvas(60, 12, ascii_only=ascii_only, world="wire")
    draw(canvas, scene_of(level, now, node=node))
    canvas.flush()
    return "\n".join(line for line in str(canvas).splitlines() if line.strip())


def moved(level: Level, now: int, passed: int, *, node: str = "") -> dict[tuple[int, int], moving.Cell]:
    """The layer of what moves, so long after a picture was drawn."""
    canvas = Canvas(60, 12, world="wire")
    draw(canvas, scene_of(level, now, node=node))
    canvas.settle()
    return dict(moving.layer(canvas, canvas.moving, passed).settle())


# What is seen of a packet

GLIDING = """\
             watcher  ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄  server
      starts at 60 min 0..                ⠄
                    ⠄                   ⠄
                      ⠄               ⠄
                        ⠄   PING number 1
                          ⠄      ⣠⡖
                            ⠄  ⢀⠔⠋
                            alice
                           asks 1"""
LOST = """\
             watcher  ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄  server
      starts at 60 min 0..                ⠄
                    ⠄                   ⠄
                      ⠄     LOST PING number 1
                        ⠄           ⠄╳
                          ⠄       ⠄
                            ⠄   ⠄
                            alice
                           asks 1"""
LATE = """\
             watcher  ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄  server
      starts at 60 min 0..             ⡠⠐⠠⡄
                    ⠄                 ⠐⡀⠄ ⡐
                      ⠄               ⠄⠈⠐⠈
                        ⠄   PING number 1
                          ⠄      ⣠⠄    due
                            ⠄  ⢀⠼⠋
                            alice
                           asks 1"""
TWICE = """\
             watcher  ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄  server
      starts at 60 min 0..                ⠄
                    ⠄           PING number 1
                      ⠄              ⣠⠄
                        ⠄          ⢀⠼⠋
                          ⠄ PING number 1 again
                            ⠄   ⠄⠁  ⣠⠄
                            alice ⢀⠼⠋
                           asks 1⠈⠁"""
PLAIN = """\
           [ watcher ]. . . . . . . . .[ server ]
      starts at 60 min 0..                .
                    .                   .
                      .               .
                        .   PING number 1
                          .      **
                            .  .**
                          [ alice ]
                           asks 1"""


def test_a_packet_glides_with_head_tail_and_label() -> None:
    assert picture(wire(), 30_000) == GLIDING


def test_it_glides_between_two_pictures_of_the_same_state() -> None:
    level = wire()
    for passed in range(0, 90_000, 7_000):
        assert moved(level, 5_000, passed) == moved(level, 5_000 + passed, 0)
    heads = [max(x for (x, _), cell in moved(level, 5_000, passed).items() if cell.char >= "⠀") for passed in
             range(0, 90_000, 1_000)]  # fmt: skip
    assert heads == sorted(heads)
    assert len(set(heads)) >= 12
    assert all(after - before <= 1 for before, after in pairwise(heads))


def test_it_is_there_in_ascii_too() -> None:
    assert picture(wire(), 30_000, ascii_only=True) == PLAIN


def test_what_becomes_of_it_is_seen_where_everything_is() -> None:
    assert "LOST" not in picture(wire("lost"), 40_000)
    assert picture(wire("lost"), 90_000) == LOST
    assert picture(wire("late"), 80_000) == LATE
    assert picture(wire("twice", late="20ms"), 60_000) == TWICE


@pytest.mark.parametrize("now", range(1_000, 140_000, 9_000))
def test_in_the_fog_every_packet_sinks_alike_whatever_becomes_of_it(now: int) -> None:
    fates = ["", "lost", "late", "twice"]
    seen = [moved(wire(fate, "mine"), 1_000, now, node="alice") for fate in fates]
    assert all(layer == seen[0] for layer in seen)
    pictures = [picture(wire(fate, "mine"), now, node="alice") for fate in fates]
    assert all(text == pictures[0] for text in pictures)


def test_in_the_fog_a_packet_is_darkest_before_it_would_arrive() -> None:
    level = wire("lost", "mine")
    near, far = (moved(level, 1_000, now, node="alice") for now in (40_000, 96_000))
    assert min(cell.shade for cell in near.values()) == 0
    assert min(cell.shade for cell in far.values()) >= 4
    assert "PING" not in "".join(cell.char for _, cell in sorted(far.items()))


def test_a_late_one_stays_behind_the_ring_where_it_is_due() -> None:
    level = wire("late")
    text, in_time = picture(level, 80_000), picture(wire(), 80_000)
    assert "due" in text
    assert "due" not in in_time
    layer = moved(level, 80_000, 0)
    heads = {ink: max(x for (x, _), cell in layer.items() if cell.ink is ink) for ink in (Ink.COSTLY, Ink.QUIET)}
    assert heads[Ink.COSTLY] < heads[Ink.QUIET]


def test_a_short_delay_is_not_late() -> None:
    assert "due" not in picture(wire("late", late="40ms"), 80_000)


# The layer above a picture


def test_text_wins_over_dots_and_labels_lie_on_nothing() -> None:
    canvas = Canvas(30, 5)
    canvas.put(10, 1, "standing text", Ink.PLAIN)
    over = moving.Over(canvas)
    for x in range(60):
        over.dot(x, 6)
    over.label((24, 10), "label", Ink.YOU)
    over.label((24, 10), "second", Ink.YOU)
    cells = over.settle()
    assert not any((x, 1) in cells for x in range(10, 23))
    assert (9, 1) in cells
    rows = {y for (x, y), cell in cells.items() if cell.char in "labelsecond"}
    assert 1 not in rows
    assert len(rows) == 2


def test_what_moves_on_a_part_is_cut_off_where_the_part_ends() -> None:
    class Dotted:
        key = "dots"

        def draw(self, over: moving.Surface, passed: int, look: moving.Look) -> None:
            for x in range(-40, 80):
                over.dot(x, 2)

        def burst(self, passed: int) -> None:
            return None

    part = Canvas(6, 2)
    part.fly(Dotted())
    whole = Canvas(20, 5)
    whole.blit(part, 3, 1)
    assert sorted(moving.layer(whole, whole.moving).settle()) == [(x, 1) for x in range(3, 9)]
    further = Canvas(8, 5)
    further.blit(whole, -5, 0)
    assert sorted(moving.layer(further, further.moving).settle()) == [(x, 1) for x in range(4)]
    nowhere = Canvas(8, 5)
    nowhere.blit(whole, -15, 0)
    assert not nowhere.moving


def test_tails_go_first_where_there_are_many() -> None:
    tails = [moving.Look.of(count).tail for count in range(1, 70)]
    assert tails == sorted(tails, reverse=True)
    assert (tails[0], tails[-1]) == (16, 0)
    assert moving.Look.of(1, still=True).tail == 0
    assert not moving.Look.of(moving.LABELLED + 1).labels


def test_runs_are_neighbours_in_a_row() -> None:
    cells = [(3, 1), (4, 1), (7, 1), (4, 2), (3, 0)]
    assert runs_of(cells) == [(3, 0, 1), (3, 1, 2), (7, 1, 1), (4, 2, 1)]
    assert runs_of(cells, whole=True) == [(3, 0, 1), (3, 1, 5), (4, 2, 1)]


# Effects


def flashed(effect: effects.Effect, *, still: bool = False, ascii_only: bool = False) -> list[bool]:
    """Of each picture of it: does it change anything?"""
    found = []
    for frame in range(effect.frames):
        canvas = Canvas(20, 2, ascii_only=ascii_only, palette=NONE if ascii_only else DARK)
        canvas.put(2, 1, "words here", Ink.PLAIN)
        over = moving.Over(canvas)
        effect.draw(over, frame, still=still)
        found.append(bool(over.settle()))
    return found


def test_a_flash_is_three_on_and_three_off() -> None:
    assert flashed(effects.Flash(2, 1, 10, 1, Ink.GOOD, 2)) == [True] * 3 + [False] * 3 + [True] * 3
    assert flashed(effects.Flash(2, 1, 10, 1, Ink.GOOD, 2), still=True) == [True] * 3 + [False] * 6
    assert flashed(effects.Flash(2, 1, 10, 1, Ink.GOOD), ascii_only=True) == [True] * 3


def test_what_is_wrong_shakes_and_not_with_less_motion() -> None:
    canvas = Canvas(14, 1)
    canvas.put(2, 0, "wrong", Ink.BAD)
    rows = []
    for frame in range(3):
        over = moving.Over(canvas)
        effects.Shake(2, 0, 10, 1).draw(over, frame, still=False)
        cells = over.settle()
        rows.append("".join(cells[x, 0].char if (x, 0) in cells else canvas.chars[0][x] for x in range(14)).rstrip())
    assert rows == ["   wrong", "  rong", "   wrong"]
    assert flashed(effects.Shake(2, 1, 10, 1), still=True) == [False] * 3


def test_a_hint_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effects, "TYPED", 3)

    def left(frame: int) -> int:
        over = moving.Over(Canvas(20, 1))
        effects.Typing(0, 0, 10, 4).draw(over, frame, still=False)
        return len(over.settle())

    assert [left(frame) for frame in range(4)] == [7, 4, 1, 0]
    assert flashed(effects.Typing(2, 1, 10, 4), still=True) == [False] * 4


def test_what_is_pending_breathes_in_two_shades() -> None:
    seen = flashed(effects.Breath(2, 1, 10, 1))
    assert seen[: 2 * effects.BREATH] == [False] * effects.BREATH + [True] * effects.BREATH


# On the play screen


def at_play(
    home: Path,
    level: Level,
    steps: Callable[[Pilot[None], PlayScreen], Awaitable[None]],
    options: Options | None = None,
) -> None:
    """Open the level with its clock standing."""
    app: AckademyApp = make(home, level, options)

    async def body(pilot: Pilot[None]) -> None:
        screen = play_screen(app)
        screen.bridge.session.pause()
        await pilot.pause()
        await steps(pilot, screen)

    drive(app, body, (80, 24))


def stage(screen: PlayScreen) -> CanvasView:
    return screen.query_one("#picture", CanvasView)


def count_drawings(screen: PlayScreen, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The views that are drawn anew from here on."""
    drawn: list[str] = []
    monkeypatch.setattr(
        screen.frames.motion, "_draw", lambda parts: drawn.extend(name for part in parts for name in part)
    )
    return drawn


def test_a_picture_is_drawn_once_for_each_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        drawn = count_drawings(screen, monkeypatch)
        screen.bridge.session.step()
        for _ in range(12):
            screen.frames.motion.frame()
        assert drawn.count("picture") == 1
        assert screen._painting.timeless
        screen.bridge.session.step()
        for _ in range(12):
            screen.frames.motion.frame()
        assert drawn.count("picture") == 2
        assert drawn.count("head") == drawn.count("panel") > 3

    at_play(tmp_path, wire(), steps)


def test_a_picture_that_shows_the_clock_is_drawn_in_every_second_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        screen.frames.motion.frame()
        drawn = count_drawings(screen, monkeypatch)
        screen._painting.timeless = False
        for _ in range(12):
            screen.frames.motion.frame()
        assert drawn.count("picture") == 6

    at_play(tmp_path, wire(), steps)


def test_a_scene_knows_whether_its_clock_was_read() -> None:
    scene = scene_of(wire(), 30_000)
    draw(Canvas(60, 12), scene)
    assert scene.is_timeless
    assert scene.drawn_at == 30_000
    assert scene.is_timeless
    assert scene.now == 30_000
    assert not scene.is_timeless


def test_a_loss_bursts_once_and_its_word_stays(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session = screen.bridge.session
        session.run_to(1)
        view = stage(screen)
        view.redraw()
        assert any(place.thing.burst(90_000) for place in view.canvas.moving)
        assert not view.is_lively
        seen, cores = [], []
        for _ in range(BURST + WORDED + 5):
            view.advance(60_000)
            cores.append(sum(cell.ink is Ink.LIVE for row in view._over.values() for cell in row.values()))
            seen.append("".join(cell.char for row in view._over.values() for _, cell in sorted(row.items())))
        worded = ["LOST PING number 1" in text for text in seen]
        assert worded == [False] * BURST + [True] * WORDED + [False] * 5
        assert cores[0] > 4
        assert not any(cores[1:])
        assert not view.is_lively

    at_play(tmp_path, wire("lost"), steps)


def test_who_gets_something_lights_up_and_then_the_screen_rests(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session, view = screen.bridge.session, stage(screen)
        while not any(entry.kind == "receive" for entry in screen.bridge.reading.entries()):
            assert not view.is_lively
            session.step()
            screen.frames.motion.redraw("picture")
        assert view.is_lively
        hot = next(hot for hot in view.canvas.hots if hot.target == "server")
        view.advance(0)
        assert {(x, hot.y) for x in range(hot.x, hot.x + hot.width)} <= {
            (x, y) for y, row in view._over.items() for x in row
        }
        for _ in range(6):
            view.advance(0)
        assert not view.is_lively
        screen.frames.motion.redraw("picture")
        assert not view.is_lively, "once for each arrival"

    at_play(tmp_path, wire(), steps)


def test_a_verdict_comes_in_as_its_state_asks_for(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        view = screen.query_one("#control", CanvasView)
        for sign, kind in (("ok", effects.Flash), ("!!", effects.Shake), ("?", effects.Typing), (":", effects.Breath)):
            screen.bridge.say(sign, f"These are words with the sign {sign}.", Ink.PLAIN)
            screen.frames.motion.redraw("control")
            assert [type(effect) for effect, _ in view._effects] == [kind]
            screen.frames.motion.redraw("control")
            assert len(view._effects) == 1

    at_play(tmp_path, wire(), steps)


def test_while_it_is_paused_everything_stands(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        stage(screen).show(effects.Flash(0, 0, 4, 1, Ink.LIVE, 2))
        assert screen.frames.motion.is_lively
        assert not screen.frames.lasts
        screen.frames.tick()
        screen.frames.tick()
        assert screen.frames.motion.is_lively

    at_play(tmp_path, wire(), steps)


def test_words_that_come_while_it_is_paused_are_typed_to_their_end(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        view = screen.query_one("#control", CanvasView)
        assert screen.bridge.session.waiting == "paused"
        screen.bridge.say("?", "A hint is asked for where the clock stands, and all of it is to be read.", Ink.PLAIN)
        screen.frames.redraw("control")
        assert view.is_lively
        assert screen.frames.lasts
        stage(screen).show(effects.Flash(0, 0, 4, 1, Ink.LIVE, 2))
        for _ in range(40):
            screen.frames.tick()
        assert not view.is_lively
        assert not view._over
        assert stage(screen).is_lively, "the picture stands"
        assert not screen.frames.lasts

    at_play(tmp_path, wire(), steps)


# Less of it


def test_less_motion_has_eight_frames_of_twenty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        screen.frames.motion.frame()
        frames: list[int] = []
        monkeypatch.setattr(stage(screen), "advance", frames.append)
        for _ in range(40):
            screen.frames.motion.frame()
        assert 2 * LESS_FPS - 1 <= len(frames) <= 2 * LESS_FPS
        assert stage(screen).still

    at_play(tmp_path, wire(), steps, Options(less_motion=True))


def test_less_motion_is_kept_as_a_setting(tmp_path: Path) -> None:
    app = make(tmp_path, wire())

    async def steps(pilot: Pilot[None]) -> None:
        assert not app.less_motion
        app.progress.set_setting("motion", "less")
        assert app.less_motion

    drive(app, steps)


def test_a_terminal_that_does_not_keep_up_gets_less(tmp_path: Path) -> None:
    waits = 0
    pressure = Pressure(lambda: waits)
    assert not pressure.holds()
    waits = BEHIND
    assert [pressure.holds() for _ in range(HELD)] == [True] * HELD
    assert pressure.is_high
    waits = 0
    assert not any(pressure.holds() for _ in range(RECOVERS - 1))
    assert pressure.is_high
    pressure.holds()
    assert not pressure.is_high


def test_nothing_is_drawn_while_the_terminal_is_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        waits = BEHIND
        monkeypatch.setattr(screen.frames.motion.pressure, "_backlog", lambda: waits)
        drawn = count_drawings(screen, monkeypatch)
        screen.bridge.session.step()
        for _ in range(HELD):
            screen.frames.motion.frame()
        assert not drawn
        assert screen.frames.motion.less
        waits = 0
        for _ in range(4):
            screen.frames.motion.frame()
        assert "picture" in drawn

    at_play(tmp_path, wire(), steps)


def test_less_motion_has_an_allowance() -> None:
    sent = 0
    allowance = Allowance(lambda: sent, 20)
    sent = 90_000
    assert not any(allowance.is_spent() for _ in range(20)), "the first paint, whatever it takes"
    passed = total = 0
    for _ in range(20 * 30):
        passed += 1
        if not allowance.is_spent():
            sent += 3_000
            total += 3_000
    assert total <= LESS_BYTES * (passed / 20 + 2)
    assert total >= LESS_BYTES * (passed / 20 - 2)


@pytest.mark.parametrize("frame", [0, 3, 7])
def test_a_burst_that_lasts_while_the_window_becomes_smaller_is_drawn_nowhere_else(frame: int) -> None:
    large, small = Canvas(40, 12), Canvas(10, 4)
    large.fly(Glide("x", Flight(way=[(60, 30), (70, 40)], start=0, due=10), 0, Ink.PACKET))
    over = Over(small)
    Loss(large.moving[0], (20, 14), "1001").draw(over, frame, still=False)
    assert all(x < small.width and y < small.height for x, y in over.settle())
