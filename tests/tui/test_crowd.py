"""Badges beside nodes, the field of a crowd, and bars in the diagram, as text: in the fog and out of it."""

from __future__ import annotations

import re

import pytest

from core.kernel.scenario import Crash, Scenario
from core.kernel.seats import Book
from core.kernel.shown import DOWN, Shade
from core.kernel.sight import Sight
from core.kernel.world import World
from core.protocols.premise.echo import PROTOCOL as ECHO
from tests.kernel.crowd import crowd
from tui.bridge.words import turn_line
from tui.pictures import Scene, general
from tui.pictures.crowd import LEGEND, Layout, counts, grade, layout
from tui.widgets import spacetime
from tui.widgets.canvas import Canvas, Ink
from tui.widgets.spacetime import Diagram

SMALL, LARGE = (48, 9), (76, 21)
"""The picture at 80x24 and at 120x40."""


def scene(scenario: Scenario, until: int, you: str, everything: bool = True, draft: object = None) -> Scene:
    world = World(scenario, player=Book())
    world.run(until)
    sight = Sight(world, you, everything)
    node = world.nodes[you]
    entries = list(sight.entries(max(0, len(sight) - 600)))
    me = node.machine if node.up else None
    return Scene(sight, scenario, you, sight.clock(), draft=draft, lifted=everything, entries=entries, me=me)


def drawn(scene: Scene, size: tuple[int, int] = LARGE, ascii_only: bool = False) -> Canvas:
    canvas = Canvas(*size, ascii_only=ascii_only)
    general.draw(canvas, scene)
    return canvas


def below(name: str, text: str) -> str:
    """What stands below a node's chip, or else above it."""
    lines = text.splitlines()
    y = next(y for y, line in enumerate(lines) if re.search(rf"\b{name}\b", line))
    middle = lines[y].index(name) + len(name) / 2
    for row in (y + 1, y - 1):
        for found in re.finditer(r"\w+(?: \w+)*", lines[row] if 0 <= row < len(lines) else ""):
            if found.start() - 1 <= middle <= found.end() + 1:
                return found[0]
    return ""


def test_a_badge_stands_beside_its_node() -> None:
    two = str(drawn(scene(ECHO.scenarios[0], 10_000, "server"), SMALL))
    assert "asks 1" in two
    eight = str(drawn(scene(crowd(8), 250_000, "n3")))
    assert below("n0", eight) == "told 2"
    assert below("n1", eight) == "told 1"
    assert below("n5", eight) == "in the dark"  # no badge: its shade in words


def test_in_the_fog_only_the_own_badge() -> None:
    fog = str(drawn(scene(crowd(8), 250_000, "n1", everything=False)))
    assert below("n1", fog) == "you told 1"
    assert "told 2" not in fog
    assert "in the dark" not in fog


@pytest.mark.parametrize("everything", [True, False])
def test_who_is_down_says_so_in_words_where_it_may_be_known(everything: bool) -> None:
    text = str(drawn(scene(crowd(8, Crash(10_000, "n6"), Crash(10_000, "n2")), 20_000, "n2", everything)))
    assert below("n2", text) == "you down"
    assert (below("n6", text) == "down") is everything
    waiting = str(drawn(scene(crowd(8, starts=10_000), 5_000, "n2", everything)))
    assert waiting.count("starts at 10 ms") == (8 if everything else 1)


def test_a_crowd_of_a_thousand_is_a_field_with_a_cell_a_node() -> None:
    canvas = drawn(scene(crowd(1_000), 550_000, "n3"))
    field = "".join(canvas.text(y)[5:] for y in range(canvas.height - LEGEND))
    assert field.count("█") + field.count("░") + field.count("@") == 1_000
    heard = field.count("█") + 1
    assert f"░ in the dark {1_000 - heard}  █ has heard {heard}" in canvas.text(canvas.height - 2)
    assert canvas.text(canvas.height - 1).startswith("@ n3, you: told 2, has heard")
    assert canvas.text(1).startswith("n60")
    assert canvas.at(5 + 7, 1) == "n67"


def test_on_a_small_canvas_neighbours_share_a_cell_and_the_legend_says_so() -> None:
    canvas = drawn(scene(crowd(1_000), 950_000, "n3"), SMALL)
    assert canvas.text(7).startswith("░ in the dark")
    assert canvas.text(7).rstrip().endswith("  4 a cell")
    assert {"░", "▒", "▓"} & set("".join(canvas.text(y) for y in range(7)))


def test_a_field_in_ascii_tells_the_same() -> None:
    plain, ascii_only = (drawn(scene(crowd(1_000), 550_000, "n3"), LARGE, kind) for kind in (False, True))
    assert str(ascii_only).isascii()
    assert str(plain).count("█") == str(ascii_only).count("#")
    assert str(plain).count("░") == str(ascii_only).count(":") - 1  # and one in "you: told"


def test_in_the_fog_a_field_tells_only_whom_one_has_met() -> None:
    canvas = drawn(scene(crowd(1_000), 350_000, "n1", everything=False))
    field = "".join(canvas.text(y)[5:] for y in range(canvas.height - LEGEND))
    assert set(field) <= set(" ·o>@")
    assert field.count("o") + field.count(">") == 3  # n0 told it; it told n2 and n3
    assert canvas.text(canvas.height - 1).startswith("@ n1, you: told 2, has heard")
    assert counts(scene(crowd(1_000), 350_000, "n1", everything=False)) == []


def test_a_field_shows_who_is_down_not_started_and_pointed_at() -> None:
    canvas = drawn(scene(crowd(100, Crash(1, "n50")), 10_000, "n3", draft="n7"))
    text = str(canvas)
    assert "x down 1" in text
    assert canvas.text(canvas.height - 1).startswith("* n7: in the dark")
    assert text.count("*") == 2
    assert "_ not started 100" in str(drawn(scene(crowd(100, starts=10_000), 5_000, "n3")))


@pytest.mark.parametrize("size", [SMALL, LARGE, (20, 4), (1, 1), (0, 0), (160, 50)])
@pytest.mark.parametrize("count", [25, 100, 1_000, 1_024, 3_000])
def test_a_field_fits_any_canvas(count: int, size: tuple[int, int]) -> None:
    field = layout(count, *size, names=5)
    width, height = size
    across = field.left + (field.columns - 1) * field.step + 1
    assert across <= max(width, 1)
    rows = -(-count // (field.columns * field.group))
    assert rows <= max(1, height - LEGEND)


def test_a_field_of_1024_has_a_cell_each_at_120x40() -> None:
    assert layout(1_024, *LARGE, names=5).group == 1
    assert layout(25, *LARGE, names=3) == Layout(4, 10, 2, 1)


def test_grades_keep_none_and_all_for_themselves() -> None:
    percent = Shade("share", int, top=100)
    assert [grade(percent, value) for value in (0, 1, 49, 50, 99, 100)] == [0, 1, 1, 2, 2, 3]
    assert [grade(Shade("heard", int), value, 4) for value in range(5)] == [0, 1, 2, 2, 3]


def diagram(you: str, everything: bool, ascii_only: bool = False) -> str:
    scenario = crowd(4, Crash(400_000, "n1", back=300_000), Crash(800_000, "n2"))
    world = World(scenario, player=Book())
    world.run(2_000_000)
    sight = Sight(world, you, everything)
    names = tuple(world.nodes)
    entries = list(sight.entries())
    canvas = Canvas(90, 12, ascii_only=ascii_only)
    shown = Diagram(entries, names, you, sight.clock(), everything, spans=sight.spans(), latency=20_000)
    spacetime.draw(canvas, shown, spacetime.whole(80, sight.clock()))
    return str(canvas)


def test_intervals_are_bars_on_the_rows() -> None:
    rows = {line.split()[0]: line for line in diagram("n1", True).splitlines() if line.startswith("n")}
    assert "━knowing━" in rows["n0"]
    assert "·down·" in rows["n1"]
    assert "━knowing━" in rows["n1"]
    assert rows["n2"].count("·") > 30
    ascii_rows = diagram("n1", True, ascii_only=True)
    assert ascii_rows.isascii()
    assert "=knowing=" in ascii_rows
    assert ".down." in ascii_rows


def test_in_the_fog_there_are_only_the_own_bars() -> None:
    text = diagram("n1", False)
    assert "·down·" in text
    assert "n0 " not in text
    assert "n2 " not in text.replace("to n2", "")


def test_a_line_of_the_log_tells_when_one_comes_into_an_interval() -> None:
    sight = scene(crowd(4, Crash(400_000, "n1")), 500_000, "n1").sight
    lines = [turn_line(turn) for turn in sight.turns() if turn.node == "n1"]
    assert [line.words for line in lines if line is not None] == [
        "n1 has heard", "n1 tells", "n1: telling is over", "n1: knowing is over",
    ]  # fmt: skip
    assert any(turn.interval is DOWN for turn in sight.turns())
    assert lines[0] is not None
    assert lines[0].ink is Ink.QUIET
