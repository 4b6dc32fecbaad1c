"""Worlds side by side on the screen: under or beside each other, as lanes; threads, empty pockets; lines."""

from dataclasses import replace

import pytest

from core.kernel.scenario import NETWORK, Hand, NetworkSeat, Side
from core.protocols import PROTOCOLS
from levels.loader import from_text, load
from levels.schema import Level, Play, Proof, Sight, Texts
from tests.levels.helpers import SOUND
from tui.bridge import Bridge, session_of
from tui.pictures import Grab
from tui.pictures.general import picture_of
from tui.pictures.rows import LANE, draw_rows
from tui.row_lines import ALONE, row_lines
from tui.widgets.canvas import Canvas

BESIDE = '[[beside]]\ntitle = "in a hurry"\nnodes = { client = { patience = "60ms" } }\n'


def bridge_of(level: Level, until: int = 0) -> Bridge:
    bridge = Bridge(level, session_of(level, paused=True))
    while bridge.session.world.now < until:
        assert bridge.session.step()
    return bridge


def drawn(bridge: Bridge, width: int, height: int, *, wide: bool = False, ascii_only: bool = False) -> Canvas:
    canvas = Canvas(width, height, ascii_only=ascii_only)
    draw_rows(canvas, picture_of(bridge.level.protocol), bridge.rows(), wide=wide)
    return canvas


def test_a_level_without_worlds_beside_it_has_no_rows() -> None:
    bridge = bridge_of(load("premise/echo"))
    assert bridge.rows() == []
    assert list(row_lines(bridge.rows())) == [ALONE]


def test_under_each_other_each_world_has_its_title_and_its_figures() -> None:
    bridge = bridge_of(from_text(SOUND + BESIDE, "course/a.toml"), 40_000)
    lines = str(drawn(bridge, 47, 14)).splitlines()
    assert lines[0].startswith("1  yours")
    assert lines[7].startswith("2  in a hurry")
    assert "messages" in lines[7]


def test_beside_each_other_they_share_a_screen_of_110_columns() -> None:
    bridge = bridge_of(from_text(SOUND + BESIDE, "course/a.toml"), 40_000)
    lines = str(drawn(bridge, 76, 20, wide=True)).splitlines()
    assert "1  yours" in lines[0]
    assert "│2  in a hurry" in lines[0]
    assert str(drawn(bridge, 76, 20, wide=True, ascii_only=True)).isascii()


def test_in_the_fog_a_world_beside_is_in_the_fog_too_until_it_lifts() -> None:
    foggy = SOUND.replace("[[happens]]", '[play]\nsight = "mine"\n[[happens]]', 1)
    bridge = bridge_of(from_text(foggy + BESIDE, "course/a.toml"), 40_000)
    assert bridge.rows()[1].scene.view_of("client") == {}
    while not bridge.session.over:
        question = bridge.session.question
        if question is not None:
            bridge.session.answer(question.asked.book)
        else:
            bridge.session.step()
    own, hasty = bridge.rows()
    assert hasty.scene.view_of("client")
    assert own.ended is True
    assert any("won" in line for line in row_lines([own, hasty]))


def test_a_thread_leads_from_the_framed_packet_to_its_twin_and_a_click_there_is_one_here() -> None:
    bridge = bridge_of(load("crown/make-two-kings"), 600_000)
    holding = bridge.holding
    assert holding is not None
    assert holding.point("Probe p2 -> p3")
    for wide, size in ((False, (47, 15)), (True, (76, 20))):
        canvas = drawn(bridge, *size, wide=wide)
        assert any(glyph in str(canvas) for glyph in "┊┄"), str(canvas)
        tiles = [hot for hot in canvas.hots if isinstance(hot.target, Grab)]
        assert len(tiles) == 2
        assert {hot.target.name for hot in tiles} == {"Probe p2 -> p3"}
    assert not any(glyph in str(drawn(bridge, 47, 15, ascii_only=True)) for glyph in "┊┄")


def test_what_an_act_missed_is_an_empty_pocket() -> None:
    bridge = bridge_of(load("crown/make-two-kings"), 640_000)
    holding = bridge.holding
    assert holding is not None
    assert not holding.grasp()
    while not any(tile.name.startswith("Election") for tile in bridge.session.world.hand.tiles()):
        assert bridge.session.step()
    assert holding.point("Election p2 -> p3")
    assert not holding.grasp()
    (empty,) = [grab for grab in bridge.rows()[1].scene.grabs if grab.hollow]
    assert empty.thread == "Election p2 -> p3, held"
    lanes = str(drawn(bridge, 47, 15)).splitlines()[-LANE:]
    assert any("(        )" in line for line in lanes), lanes
    assert any("Row 2 has no such packet now" in words.text for words in bridge.words)
    assert any("an empty pocket" in line for line in row_lines(bridge.rows()))


HAND = Hand(pockets=2, lose=1)


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.name)
def test_every_room_is_drawn_side_by_side_and_its_hand_has_threads(protocol) -> None:
    """No room needs a special case: whatever its picture, the framed packet's twin is found and can be clicked."""
    scenario = protocol.scenarios[0]
    network = None if isinstance(scenario.network, NetworkSeat) else scenario.network
    handed = replace(scenario, player=(), hand=HAND, network=network, sides=(Side("the book", book=True),))
    level = Level("test/rows", "test", "T", "", (), {}, Texts("b"), Play(Sight.ALL), Proof(), handed, "", "")
    bridge = bridge_of(level)
    assert bridge.session.player == NETWORK
    holding = bridge.holding
    while holding.framed is None and bridge.session.step():
        pass
    if holding.framed is None:
        pytest.skip("nothing is ever sent there")
    for wide, size in ((False, (47, 14)), (True, (76, 20)), (False, (80, 40))):
        canvas = drawn(bridge, *size, wide=wide)
        second = bridge.rows()[1]
        assert [grab.thread for grab in second.scene.grabs if grab.framed] == [holding.framed.name]
        assert "2  the book" in str(canvas)
