"""The disk panel: what is in stable storage, also while the node is down, and how it came there; in the fog the own."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

import pytest

from core.kernel.scenario import Crash, Happening
from core.kernel.seats import Book
from core.kernel.sight import Sight
from core.kernel.world import World
from core.session import Session
from tests.kernel.crowd import crowd
from tests.tui.test_play import level_of
from tui.bridge import Bridge
from tui.plain_lines import Lines
from tui.screens.play_panels import DISK, PlayPanels
from tui.widgets.canvas import Canvas
from tui.widgets.disk import NOTHING_SAVED, Disks, disk_lines, draw_disks

TORN = Crash(100_000, "n1", back=300_000, effects=1)
"""n1 hears at 120 ms: it falls when it has saved that, and before its timer is set."""


def disks(until: int, *happenings: Happening, everything: bool = False, **spec: int) -> Disks:
    world = World(crowd(4, *happenings, **spec), player=Book())
    world.run(until)
    return Disks(Sight(world, "n1", everything))


def lines(found: Disks) -> list[str]:
    return [text for text, _ in disk_lines(found.look())]


def story(found: Disks) -> Sequence[tuple[str, str]]:
    list(found.look())
    return [(line.sign, line.words) for line in found.story]


def drawn(found: Disks, width: int = 80, height: int = 6, back: int = 0, ascii_only: bool = False) -> str:
    canvas = Canvas(width, height, ascii_only=ascii_only)
    draw_disks(canvas, found, back)
    return str(canvas)


def test_what_was_saved_is_there_also_while_the_node_is_down() -> None:
    assert lines(disks(115_000)) == []
    assert lines(disks(130_000)) == ["n1, up", " 0.120 s hops = 1"]
    assert lines(disks(130_000, TORN)) == ["n1, down since 120 ms", " 0.120 s hops = 1"]
    assert lines(disks(430_000, TORN)) == ["n1, up", " 0.120 s hops = 1"]
    assert lines(disks(50_000, Crash(10_000, "n1"))) == ["n1, down since 10 ms", "  nothing: all that it knew is lost"]


def test_the_story_tells_what_a_crash_tore_and_what_a_restart_begins_with() -> None:
    assert story(disks(430_000, TORN)) == [
        ("S", "n1 saved: hops = 1"),
        ("X", "n1 crashed; done: hops = 1 saved; not done: timer turn set"),
        ("R", "n1 restarted with hops = 1"),
    ]
    assert story(disks(30_000, Crash(10_000, "n1", back=10_000))) == [
        ("X", "n1 crashed"), ("R", "n1 restarted with an empty disk"),
    ]  # fmt: skip


def test_in_the_fog_no_other_disk_is_seen_and_without_it_the_own_comes_first() -> None:
    fog, clear = disks(500_000), disks(500_000, everything=True)
    assert [line for line in lines(fog) if line.startswith("n")] == ["n1, up"]
    assert "n0" not in drawn(fog)
    assert [line for line in lines(clear) if line.startswith("n")] == ["n1, up", "n0, up", "n2, up", "n3, up"]
    assert "n2 saved: hops = 1" in drawn(clear)


def test_a_blow_at_another_disk_changes_nothing_in_the_fog() -> None:
    for until in (250_000, 700_000):
        assert drawn(disks(until)) == drawn(disks(until, Crash(100_000, "n2", back=200_000, effects=0)))
    assert drawn(disks(700_000, everything=True)) != drawn(
        disks(700_000, Crash(100_000, "n2", back=200_000, effects=0), everything=True)
    )


def test_times_on_the_disk_are_of_the_own_clock() -> None:
    assert lines(disks(130_000, clock=7_000_000)) == ["n1, up", " 7.120 s hops = 1"]


def test_read_piece_by_piece_it_is_the_same() -> None:
    world = World(crowd(4, TORN), player=Book())
    often = Disks(Sight(world, "n1", True))
    while world.now < 700_000 and world.step():
        often.look()
    once = Disks(Sight(world, "n1", True))
    assert (lines(often), story(often)) == (lines(once), story(once))


@pytest.mark.parametrize("size", [(80, 6), (120, 9), (20, 4), (4, 1), (0, 0)])
def test_it_is_drawn_at_any_size(size: tuple[int, int]) -> None:
    for found in (disks(430_000, TORN), disks(10_000), disks(700_000, TORN, everything=True)):
        for back in (0, 3, 900):
            drawn(found, *size, back=back)
    assert drawn(disks(430_000, TORN), ascii_only=True).isascii()
    assert drawn(disks(10_000)).strip() == NOTHING_SAVED


def test_the_panel_scrolls_back_through_the_story() -> None:
    found = disks(700_000, TORN, everything=True)
    assert "n0 saved: hops = 0" not in drawn(found)
    assert "n0 saved: hops = 0" in drawn(found, back=900)


def bridge_of(until: int) -> Bridge:
    level = replace(level_of(), scenario=crowd(4, TORN, you="n1"))
    bridge = Bridge(level, Session(level.scenario, paused=True), {})
    while bridge.session.world.now < until and bridge.session.step():
        pass
    return bridge


def test_it_is_a_panel_of_the_play_screen_and_a_word_of_plain_play() -> None:
    bridge = bridge_of(120_000)
    panels = PlayPanels(bridge)
    panels.show(DISK)
    panels.draw(canvas := Canvas(80, 6))
    assert "n1, down since 120 ms" in str(canvas)
    assert "0.120 s hops = 1" in str(canvas)
    told: list[str] = []
    plain = Lines(bridge, io.StringIO(), told.append)
    assert plain.command("disk")
    assert plain.command("view")
    assert told == [
        "  n1, down since 120 ms",
        "   0.120 s hops = 1",
        "  n1 is down since 120 ms: all that it had not saved is lost.",
    ]
    told.clear()
    plain.tell()
    assert any("n1 crashed; done: hops = 1 saved; not done: timer turn set" in line for line in told)
    assert any("saved: hops = 1" in line for line in told)
    bridge.close()
