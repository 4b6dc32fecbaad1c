"""Tiles of the network's hand: none lies on another, and where there is room they are large."""

from itertools import combinations

import pytest

from levels.loader import campaign, load
from levels.schema import Level
from tui.bridge import Bridge, session_of
from tui.look.palette import DARK, NONE
from tui.pictures import Grab
from tui.pictures.general import picture_of
from tui.pictures.lanes import shortened, spread
from tui.pictures.rows import draw_rows, lies
from tui.widgets.canvas import Canvas, Hot

HANDS = [level.id for world in campaign() for level in world.levels if level.scenario.hand and level.scenario.twin]
SIZES = {"80x24": (80, 15, False), "120x40": (119, 28, True), "160x50": (159, 38, True)}
"""The stage of a hand's level on a screen so large."""


def playing(level: Level) -> Bridge:
    return Bridge(level, session_of(level, paused=True))


def drawn(bridge: Bridge, size: str, **look: object) -> Canvas:
    width, height, wide = SIZES[size]
    canvas = Canvas(width, height, **look)
    rows = bridge.rows()
    draw_rows(canvas, picture_of(bridge.level.protocol), rows, wide=wide, lies=lies(rows))
    return canvas


def overlapping(canvas: Canvas) -> list[tuple[Hot, Hot]]:
    tiles = [hot for hot in canvas.hots if isinstance(hot.target, Grab) or hot.target is None]
    return [
        (one, other)
        for one, other in combinations(tiles, 2)
        if one.x < other.x + other.width and other.x < one.x + one.width
        and one.y < other.y + other.height and other.y < one.y + one.height
    ]  # fmt: skip


def test_things_in_a_row_are_pushed_apart_and_stay_between_its_ends() -> None:
    assert spread([4, 4], [10, 30], 0, 40) == [8, 28], "who has room is where it wants to be"
    assert spread([4, 4, 4], [10, 10, 10], 0, 40) == [8, 12, 16]
    assert spread([4, 4, 4], [38, 39, 40], 0, 40) == [28, 32, 36]
    assert spread([6, 6], [0, 1], 0, 12) == [0, 6]


@pytest.mark.parametrize(
    ("text", "room", "said"),
    [
        ("ACK 1501", 8, "ACK 1501"),
        ("ACK 1501", 7, "1501"),
        ("ACK 1501", 6, "1501"),
        ("ACK 1501", 5, "ACK.."),
        ("ACK 1501, has 5", 10, "ACK 1501.."),
        ("ACK 1501, has 5", 9, "1501.."),
        ("ELECTION", 6, "ELEC.."),
        ("4294960000", 6, "..0000"),
    ],
)
def test_no_number_on_a_tile_ends_before_its_last_digit(text: str, room: int, said: str) -> None:
    assert shortened(text, room) == said
    assert len(said) <= room


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", HANDS)
def test_no_tile_lies_on_another_whatever_flies_and_is_held(name: str, size: str) -> None:
    """Whoever takes all that can be taken, at every event of the run."""
    bridge = playing(load(name))
    holding = bridge.holding
    assert holding is not None
    for _ in range(60):
        if not bridge.session.step():
            break
        bridge.freshen()
        if holding.framed is not None and bridge.session.world.now % 3:
            holding.grasp()
            holding.walk(1)
        assert overlapping(drawn(bridge, size)) == [], str(drawn(bridge, size))


@pytest.mark.parametrize("name", ["wire/the-the-quick", "wire/shuffle", "clocks/the-long-way-round"])
def test_a_wire_between_two_ends_lies_and_has_tall_tiles_on_a_large_screen(name: str) -> None:
    bridge = playing(load(name))
    bridge.session.run_to(bridge.session.world.now + 20_000)
    bridge.freshen()
    large = drawn(bridge, "120x40", palette=DARK)
    framed = [hot for hot in large.hots if isinstance(hot.target, Grab) and hot.target.framed]
    assert [hot.height for hot in framed] == [3, 3]
    assert framed[0].y < framed[1].y, "the rows lie under each other"
    assert all(hot.height == 1 for hot in drawn(bridge, "80x24", palette=DARK).hots if isinstance(hot.target, Grab))
    plain = str(drawn(bridge, "120x40", palette=NONE))
    assert "▄" not in plain, "without colours there is no half a cell"
    assert plain.count(">") >= 2


@pytest.mark.parametrize("name", ["sockets/hello-hello", "pipe/two-is-not-enough"])
def test_each_direction_has_a_lane_of_its_own_where_there_is_the_height(name: str) -> None:
    bridge = playing(load(name))
    bridge.session.run_to(110_000)
    bridge.freshen()
    for size, most in (("80x24", 3), ("120x40", 6)):
        lanes = [line for line in str(drawn(bridge, size)).splitlines() if "·····" in line]
        assert len(lanes) == most + (2 if size == "80x24" else 0), size
