"""Tiles of the network's hand: none lies on another, and where there is room they are large."""

from itertools import combinations

import pytest

from levels.loader import campaign, load
from levels.schema import Level
from tests.tui.walking import Walked
from tui.look.palette import DARK, NONE
from tui.pictures import Grab
from tui.pictures.lanes import shortened, spread
from tui.widgets.canvas import Canvas, Hot

LEVELS = [level for world in campaign() for level in world.levels if level.scenario.hand and level.scenario.twin]
HANDS = [level.id for level in LEVELS if not level.play.bare]
"""A bare stage is as wide as the sky, and has its own packets."""
SIZES = ((80, 24), (120, 40), (160, 50))


def playing(level: Level, size: tuple[int, int] = (80, 24)) -> Walked:
    """The level on a screen of this size."""
    walked = Walked(level, *size)
    walked.draw()
    return walked


def drawn(walked: Walked, **look: object) -> Canvas:
    """The picture as it stands, as large as it is on the screen."""
    rows = walked.layout.shares(walked.width, walked.height).stage
    canvas = Canvas(walked.width, rows, **look)
    walked.painting.draw_picture(canvas)
    return canvas


def overlapping(canvas: Canvas) -> list[tuple[Hot, Hot]]:
    tiles = [hot for hot in canvas.hots if isinstance(hot.target, Grab) or hot.target is None]
    return [
        (one, other)
        for one, other in combinations(tiles, 2)
        if one.x < other.x + other.width and other.x < one.x + one.width
        and one.y < other.y + other.height and other.y < one.y + one.height
    ]  # fmt: skip


def hidden(canvas: Canvas) -> list[str]:
    """Tiles with ends of which something lies over one, and chips of nodes that cannot be read."""
    found = []
    for hot in canvas.hots:
        middle = canvas.text(hot.y + hot.height // 2)[hot.x : hot.x + hot.width]
        if isinstance(hot.target, Grab) and (middle[0] not in "[>(" or middle[-1] not in "]<)"):
            found.append(middle)
        elif isinstance(hot.target, str) and hot.height == 1 and hot.target.removeprefix("p") not in middle:
            found.append(f"{hot.target}: {middle}")
    return found


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
def test_no_tile_lies_on_another_whatever_flies_and_is_held(name: str, size: tuple[int, int]) -> None:
    """Nor on a node. Whoever takes all that can be taken, at every event of the run."""
    walked = playing(load(name), size)
    bridge = walked.bridge
    holding = bridge.holding
    assert holding is not None
    for _ in range(60):
        if not bridge.session.step():
            break
        bridge.freshen()
        if holding.framed is not None and bridge.session.world.now % 3:
            holding.grasp()
            holding.walk(1)
        canvas = drawn(walked)
        assert overlapping(canvas) == [], str(canvas)
        assert hidden(canvas) == [], str(canvas)


@pytest.mark.parametrize("name", ["wire/the-the-quick", "wire/shuffle", "clocks/the-long-way-round"])
def test_a_wire_between_two_ends_lies_and_has_tall_tiles_on_a_large_screen(name: str) -> None:
    walked = playing(load(name), (120, 40))
    bridge = walked.bridge
    bridge.session.run_to(bridge.session.world.now + 20_000)
    bridge.freshen()
    for terms in ((), (("term", "what it means"), ("another", "what that means")), (("a third", "long " * 60),)):
        walked.words.terms = terms
        framed = [hot for hot in drawn(walked, palette=DARK).hots if isinstance(hot.target, Grab) and hot.target.framed]
        assert [hot.height >= 3 for hot in framed] == [True, True]
        assert framed[0].y < framed[1].y, "the rows lie under each other, whatever is explained below"
    plain = str(drawn(walked, palette=NONE))
    assert "▄" not in plain, "without colours there is no half a cell"
    assert plain.count(">") >= 2
    small = drawn(playing(load(name)), palette=DARK)
    assert all(hot.height == 1 for hot in small.hots if isinstance(hot.target, Grab))


@pytest.mark.parametrize("size", SIZES[:2])
@pytest.mark.parametrize("name", ["sockets/hello-hello", "pipe/two-is-not-enough"])
def test_each_guest_has_a_lane_of_its_own_and_one_for_each_direction_where_there_is_the_height(
    name: str, size: tuple[int, int]
) -> None:
    walked = playing(load(name), size)
    walked.bridge.session.run_to(110_000)
    walked.bridge.freshen()
    lanes = [line for line in str(drawn(walked)).splitlines() if "·····" in line]
    assert len(lanes) == (3 + 2 if size == SIZES[0] else 6)
