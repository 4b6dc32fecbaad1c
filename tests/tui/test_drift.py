"""Mist drifts a few cells at a time, covers nothing, and lies over nothing that one sees; what comes snaps in."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from levels.loader import campaign, load
from tests.tui.helpers import drive
from tests.tui.test_play import make, play_screen
from tui.app import AckademyApp
from tui.bridge import Bridge, session_of
from tui.look.drift import SLOW, WIDE, Drift
from tui.look.effects import Snap
from tui.look.moving import BRAILLE, layer
from tui.look.palette import Ink
from tui.look.parts import Tile, tile
from tui.pictures.elections.election_bully import RULER_ROWS
from tui.screens.play_painting import PlayPainting
from tui.widgets.canvas import Canvas
from tui.widgets.view import CanvasView

KINGS = "crown/two-kings"


def misty(name: str, width: int = 84, height: int = 26) -> Canvas:
    level = next(level for world in campaign() for level in world.levels if level.id == name)
    session = session_of(level)
    session.run_to(20)
    canvas = Canvas(width, height, world=level.world)
    painting = PlayPainting(Bridge(level, session), ascii_only=False)
    painting.beside = True
    painting.draw_picture(canvas)
    canvas.settle()
    return canvas


def dots(canvas: Canvas, y: int) -> int:
    return sum((ord(char) - BRAILLE).bit_count() for char, ink in zip(canvas.chars[y], canvas.inks[y], strict=True)
               if ink is Ink.FOG and BRAILLE < ord(char or " ") < BRAILLE + 256)  # fmt: skip


def test_only_mist_drifts_no_dot_is_lost_and_a_frame_changes_few_cells() -> None:
    canvas, drift = misty(KINGS), Drift()
    before = [row.copy() for row in canvas.chars]
    counted = [dots(canvas, y) for y in range(canvas.height)]
    changed: set[tuple[int, int]] = set()
    for _ in range(10 * canvas.height):
        cells = drift.step(canvas)
        assert len(cells) <= WIDE
        changed |= cells
    assert len(changed) > 100
    assert all(canvas.inks[y][x] is Ink.FOG and not canvas.owned[y][x] for x, y in changed)
    assert [dots(canvas, y) for y in range(canvas.height)] == counted
    untouched = [(x, y) for y in range(canvas.height) for x in range(canvas.width) if (x, y) not in changed]
    assert all(canvas.chars[y][x] == before[y][x] for x, y in untouched)


def test_a_part_moves_a_dot_in_twelve_frames_at_most() -> None:
    canvas, drift = Canvas(10, 1), Drift()
    canvas.stamp([(3, 0, 0x01), (4, 0, 0)], Ink.FOG)
    canvas.stamp([(4, 0, 0x80)], Ink.FOG)
    canvas.settle()
    moved = sum(bool(drift.step(canvas)) for _ in range(5 * SLOW))
    assert moved == 5


def test_a_picture_drawn_anew_shows_the_mist_where_it_had_drifted() -> None:
    canvas, drift = misty(KINGS), Drift()
    for _ in range(200):
        drift.step(canvas)
    fresh = misty(KINGS)
    assert fresh.chars != canvas.chars
    drift.lay(fresh)
    assert fresh.chars == canvas.chars


def test_no_mist_lies_over_the_ruler_of_two_kings() -> None:
    canvas = misty(KINGS)
    foggy = {y for y in range(canvas.height) for x in range(canvas.width) if canvas.inks[y][x] is Ink.FOG}
    assert foggy
    assert max(foggy) < canvas.height - RULER_ROWS


@pytest.mark.parametrize("height", [12, 26])
def test_what_is_said_of_a_packet_does_not_touch_the_signpost(height: int) -> None:
    level = load("wire/signposts")
    session = session_of(level)
    while session.question is None:
        assert session.step()
    bridge = Bridge(level, session)
    bridge.refresh_doing()
    painting = PlayPainting(bridge, ascii_only=False)
    painting.beside = True
    canvas = Canvas(84, height, world=level.world)
    painting.draw_picture(canvas)
    canvas.settle()
    posts = [(row.index("┤"), row) for row in map(canvas.text, range(height)) if "┤" in row]
    assert posts
    assert all(row[x - 2 : x].isspace() for x, row in posts)


def test_mist_drifts_while_the_world_runs_and_never_with_less_motion(tmp_path: Path) -> None:
    level = next(level for world in campaign() for level in world.levels if level.id == KINGS)
    moved: list[int] = []

    async def act(pilot: Pilot[None]) -> None:
        assert isinstance(pilot.app, AckademyApp)
        view = play_screen(pilot.app).query_one("#picture", CanvasView)
        view.redraw()
        for still in (True, False):
            view.still = still
            before = ["".join(row) for row in view.canvas.chars]
            for _ in range(60):
                view.advance(1)
            moved.append(sum(a != b for a, b in zip(before, map("".join, view.canvas.chars), strict=True)))

    drive(make(tmp_path, level), act)
    assert moved[0] == 0
    assert moved[1] > 3


def test_a_tile_snaps_in_outline_first_and_not_with_less_motion() -> None:
    canvas = Canvas(20, 5)
    tile(canvas, 4, 2, "word", Ink.GOOD)
    tile(canvas, 12, 2, "gone", Ink.GOOD, Tile.MISSING)
    (thing,) = canvas.things
    snap = Snap(thing.x, thing.y, thing.width, thing.height)
    shown = []
    for frame, still in ((0, False), (1, False), (0, True)):
        over = layer(canvas, [])
        snap.draw(over, frame, still=still)
        shown.append({place: cell.char for place, cell in over.settle().items()})
    assert shown[0][4, 1] == "╭"
    assert "w" not in shown[0].values()
    assert shown[1][5, 2] == "w"
    assert shown[2] == {}
