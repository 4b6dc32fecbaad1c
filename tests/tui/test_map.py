"""The map: every level is a bead that can be chosen and opened, whatever its size; and where it stands after a play."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from textual.command import CommandList
from textual.pilot import Pilot

from levels.loader import campaign
from levels.schema import STEPS
from tests.patience import until
from tests.tui.helpers import drive, shown
from tests.tui.test_opening import game
from tui.app import KNOWN, AckademyApp, Options
from tui.glimpse import glimpse_of, shrunk
from tui.look.palette import DARK, LIGHT, Palette
from tui.model import CampaignEntry
from tui.screens.brief import BriefScreen
from tui.screens.campaign import CampaignScreen, Zoom
from tui.screens.play import PlayScreen
from tui.screens.toolbox import ToolboxScreen
from tui.stage import Stage
from tui.widgets.canvas import Canvas
from tui.widgets.line_view import FILLED, Standing, draw_line
from tui.widgets.map_view import draw_net, lines_of
from tui.widgets.net import PLACES, lay_out
from tui.widgets.view import CanvasView

P = Pilot[None]
SIZES = [(80, 24), (120, 40), (160, 50)]
PLANNED = {
    "Premise": 7, "Wire": 20, "Pipe": 12, "Doors": 24, "Call": 21, "Shape": 27, "Swarm": 13, "Ring": 11, "Rumour": 15,
    "Stream": 12, "Time": 20, "Ownership": 24, "Crown": 16, "Finals": 8,
}  # fmt: skip
"""How many levels each line of a course of 230 has."""


def on_map(app: AckademyApp) -> CampaignScreen:
    assert isinstance(app.screen, CampaignScreen)
    return app.screen


def win(app: AckademyApp, level: str, stars: int = 1) -> None:
    app.progress.finish(app.progress.begin(level, 1), won=True, stars=stars, messages=41, time_us=3_100_000)


def entries_of(counts: dict[str, int]) -> list[CampaignEntry]:
    return [
        CampaignEntry(f"{line.lower()}/{place}", line, f"{line} {place}", "", "tcp", line=line)
        for line, count in counts.items()
        for place in range(count)
    ]


@pytest.mark.parametrize("size", [(80, 13), (83, 28), (123, 40), (80, 30), (120, 13)])
@pytest.mark.parametrize("counts", [PLANNED, dict.fromkeys(PLACES, 1), dict.fromkeys(PLACES, 0) | {"Premise": 3}])
def test_every_level_has_a_bead_of_its_own_and_none_lies_on_a_name(
    size: tuple[int, int], counts: dict[str, int]
) -> None:
    assert sum(PLANNED.values()) == 230
    net = lay_out(counts, *size)
    assert set(net.lines) == set(PLACES)
    assert {name: len(laid.beads) for name, laid in net.lines.items()} == {name: counts.get(name, 0) for name in PLACES}
    cells = [cell for laid in net.lines.values() for cell in laid.beads]
    names = [(laid.label[0] + place, laid.label[1]) for laid in net.lines.values() for place in range(len(laid.name))]
    assert len(set(cells + names)) == len(cells + names)
    assert all(0 <= x < size[0] and 0 <= y < size[1] for x, y in cells + names)


def test_levels_without_room_are_counted() -> None:
    net = lay_out({"Call": 60}, 80, 13)
    assert len(net.lines["Call"].beads) + net.lines["Call"].hidden == 60
    canvas = Canvas(80, 13)
    draw_net(canvas, net, lines_of(entries_of({"Call": 60})), Standing())
    assert f"CALL +{net.lines['Call'].hidden}" in str(canvas)


@pytest.mark.parametrize("size", SIZES)
def test_a_map_of_230_levels_reaches_every_one_by_keys(tmp_path: Path, size: tuple[int, int]) -> None:
    app = AckademyApp(entries=entries_of(PLANNED), paths=game(tmp_path).paths)

    async def steps(pilot: P) -> None:
        app.show_map()
        await pilot.pause()
        await pilot.press("home")
        seen = []
        screen = on_map(app)
        for _ in range(230):
            seen.append(screen.here)
            screen.action_move(1)
        assert seen == [entry.id for entry in entries_of(PLANNED)]
        hots = {hot.target for hot in screen.query_one(CanvasView).canvas.hots}
        assert {("level", one) for one in seen} <= hots

    drive(app, steps, size)


def test_up_and_down_reach_every_line_from_the_premise(tmp_path: Path) -> None:
    app = game(tmp_path)

    async def steps(pilot: P) -> None:
        app.show_map()
        await pilot.pause()
        await pilot.press("home")
        lines = [on_map(app).entry.line]
        for key in ("down", "down", "down", "down", "up", "up", "up", "up"):
            await pilot.press(key)
            lines.append(on_map(app).entry.line)
        assert lines[:4] == ["Premise", "Swarm", "Crown", "Time"]  # the crown is not far below
        assert lines[4] == "Time"
        assert lines[-1] == "Pipe"

    drive(app, steps)


def bare(text: str) -> str:
    """Text without its dots."""
    return re.sub("[\u2800-\u28ff]", " ", text)


def test_the_map_as_text(tmp_path: Path) -> None:
    """All lines of the course have their place; levels that there are not yet are none; names are beads' own."""
    app = game(tmp_path)
    for level, stars in (("premise/wrong-turn#3", 2), ("premise/did-you-get-it#2", 3), ("pipe/next-byte-please", 1),
                         ("premise/silence", 1)):  # fmt: skip
        win(app, level, stars)
    app.progress.begin("ring/round-the-ring", 1)
    win(app, "premise/silence", 1)

    async def steps(pilot: P) -> None:
        app.show_map()
        await pilot.pause()
        rows = [bare(row).rstrip() for row in shown(app).splitlines()]
        counts = {name: len(entries) for name, entries in lines_of(app.entries).items()}
        clocks = sum(entry.id.startswith("clocks/") for entry in lines_of(app.entries)["Time"])
        time = "○" * (clocks - 2) + "◆◆" + "○" * (counts["Time"] - clocks)
        assert rows[12][28 : 28 + counts["Time"]] == time
        assert [row[:44].rstrip() for row in rows[1:14]] == [
            "                            PIPE",
            "                            ○◔" + "○" * (counts["Pipe"] - 3) + "◆",
            "                            CALL",
            "",
            "  PREMISE   WIRE            RUMOUR",
            "  ◑●◔" + "○" * 4 + "   " + "○" * counts["Wire"],
            "                            SWARM",
            "                            " + "○" * (counts["Swarm"] - 1) + "◆",
            "",
            "",
            "                            TIME",
            "                            " + time[:16],
            "",
        ]
        assert rows[8][45 : 45 + counts["Ring"]] == "◌" + "○" * (counts["Ring"] - 1)
        assert rows[14:18] == [
            "▌ receipts            tools   diaries   no centre   pings",
            "▌  ◑━━━━━●━━━━━◔       ○       ○         ○           ○",
            "▌ ★★☆   ★★★   ★☆☆     ☆☆☆     ☆☆☆       ☆☆☆         ☆☆☆",
            "▌                     be",
        ]
        assert rows[18].startswith("▌ Show and tell  ☆☆☆  tools · be it")
        assert rows[22].startswith("▌ enter  play")

    drive(app, steps)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "options", [Options(), Options(ascii=True), Options(no_color=True), Options(theme="ackademy-16")]
)
def test_zooming_in_and_out(tmp_path: Path, size: tuple[int, int], options: Options) -> None:
    app = game(tmp_path, options)
    app.progress.begin("premise/wrong-turn", 1)

    async def steps(pilot: P) -> None:
        app.show_map()
        await pilot.pause()
        screen = on_map(app)
        assert "PREMISE" in shown(app)
        assert "receipts" in shown(app)
        await pilot.press("z")
        assert screen.zoom is Zoom.LINE
        titles = [entry.title for entry in app.entries if entry.line == "Premise"]
        assert all(title in shown(app) for title in titles)
        assert "FINALS" not in shown(app)
        await pilot.press("down")
        assert screen.here == "premise/did-you-get-it"  # in a list down is down
        await pilot.press("z")
        assert screen.zoom is Zoom.LEVEL
        assert "teaches" in shown(app)
        assert "builds on" in shown(app)
        await pilot.press("escape")
        assert screen.zoom is Zoom.WORLD  # Esc closes first what was opened
        assert app.screen is screen
        await pilot.press("z", "z", "z")
        assert screen.zoom is Zoom.WORLD
        assert shown(app).isascii() or not options.ascii
        await pilot.press("escape", "escape")
        assert app.screen is screen  # and stops at the whole map
        said = [toast.message for toast in app._notifications if "whole map" in toast.message]
        assert said == ["This is the whole map. q goes to the title, ^q ends the game."], "once"
        await pilot.press("q")
        assert app.screen is not screen

    drive(app, steps, size)


def test_nothing_is_locked(tmp_path: Path) -> None:
    """With nothing played at all the last level opens like the first."""
    app = game(tmp_path)

    async def steps(pilot: P) -> None:
        app.show_map()
        await pilot.pause()
        await pilot.press("end", "enter")
        await pilot.pause()
        assert isinstance(app.screen, BriefScreen | PlayScreen)
        assert "locked" not in shown(app).casefold()  # a clock may be there

    drive(app, steps)


def test_lines_of_a_course_lie_below_one_another_and_scroll(tmp_path: Path) -> None:
    entries = entries_of({f"Week {number}": 3 for number in range(1, 13)})
    app = AckademyApp(entries=entries, paths=game(tmp_path).paths)

    async def steps(pilot: P) -> None:
        app.show_map()
        await pilot.pause()
        await pilot.press("home")
        assert "WEEK 1" in shown(app)
        assert "WEEK 12" not in shown(app)
        await pilot.press(*["down"] * 11)
        assert on_map(app).here == "week 12/0"
        assert "WEEK 12" in shown(app)

    drive(app, steps)


def test_an_unrolled_line_follows_the_chosen_level() -> None:
    entries = [replace(entry, arc=f"arc {place // 3}", step=STEPS[place % 3])
               for place, entry in enumerate(entries_of({"Shape": 27}))]  # fmt: skip
    for place, entry in enumerate(entries):
        canvas = Canvas(80, 4)
        draw_line(canvas, entries, Standing(here=entry.id))
        rows = [canvas.text(y) for y in range(4)]
        assert f" {FILLED[0]} " in rows[1]
        assert f"arc {place // 3}" in rows[0]
        assert ("<" in rows[1], ">" in rows[1]) == (place >= 4, place < 19), place
        assert re.match("▌ arc [0-9] ", rows[0])  # no level is cut at the left
        assert entry.step in rows[3]


@pytest.mark.parametrize("world", campaign(), ids=lambda world: world.id)
def test_every_level_stands_in_its_line_in_order(world) -> None:
    """Arcs name levels that there are, in their order; a world's line has a place on the map."""
    assert world.line in PLACES
    named = [level for arc in world.arcs for level in arc.steps]
    assert named == [level.id for level in world.levels if level.id in named]
    assert len(set(named)) == len(named)
    assert set(named) <= {level.id for level in world.levels}
    assert {step for arc in world.arcs for step in arc.steps.values()} <= set(STEPS)
    entries = {entry.id: entry for entry in Stage([world]).entries()}
    assert all(entries[name].step and entries[name].line == world.line for name in named)


def test_what_is_new_is_said_once(tmp_path: Path) -> None:
    app = game(tmp_path)
    app.progress.begin("premise/wrong-turn", 1)
    ids = [entry.id for entry in app.entries]
    missing = {"swarm/tragedy", "premise/silence"}
    assert app.new_levels() == frozenset()  # on the first day nothing is new
    app.progress.set_setting(KNOWN, " ".join(name for name in ids if name not in missing))
    assert app.new_levels() == missing

    async def steps(pilot: P) -> None:
        app.show_map()
        await pilot.pause()
        assert shown(app).splitlines()[0].split("map")[1].split()[:2] == ["2", "new,"]
        assert "new" in shown(app).splitlines()[15]  # silence, on this line
        assert "w new" in shown(app).splitlines()[-1]
        await pilot.press("w")
        assert on_map(app).here == "premise/silence"
        await pilot.press("w")
        assert on_map(app).here == "swarm/tragedy"
        assert " new" not in shown(app).splitlines()[0]  # both were looked at
        assert "w new" not in shown(app).splitlines()[-1]
        await pilot.press("w")
        assert on_map(app).here == "swarm/tragedy"

    drive(app, steps)


def test_after_the_premise_it_goes_on_with_the_kings(tmp_path: Path) -> None:
    """At the end of a line comes what is advised, for the debrief's next and for the map."""
    app = game(tmp_path)
    for line, then in (("Premise", "Crown"), ("Crown", "Swarm"), ("Swarm", "Ring"), ("Ring", "Wire")):
        levels = [entry for entry in app.entries if entry.line == line]
        for entry in levels:
            win(app, entry.counts)
        following = app.after(levels[-1].id)
        assert following is not None
        assert following.line == then
        assert app.after(levels[0].id) == levels[1]  # within a line it is the next one
    app.progress.close()


def test_the_way_that_is_advised_is_drawn_until_it_is_gone() -> None:
    """From the Premise to the kings and to the swarm, behind which lies the ring."""
    counts = {"Premise": 7, "Wire": 13, "Swarm": 9, "Ring": 8, "Crown": 3}
    assert [link.line for link in lay_out(counts, 80, 13, ["Crown", "Swarm", "Ring"]).advised] == ["Swarm", "Crown"]
    assert [link.line for link in lay_out(counts, 80, 13, ["Ring"]).advised] == ["Ring"]
    assert not lay_out(counts, 80, 13, ["Premise"]).advised


def test_the_picture_in_small_comes_beside_the_map(tmp_path: Path) -> None:
    app = game(tmp_path)
    app.progress.begin("premise/wrong-turn", 1)

    async def steps(pilot: P) -> None:
        app.show_map()
        await pilot.pause()
        view = app.screen.query_one(CanvasView)

        def pixels() -> int:
            return sum("▀" in cell for row in view.canvas.chars[4:12] for cell in row[-34:])

        await until(lambda: pixels() > 100)
        assert any("│" in row for row in shown(app).splitlines()) or "par" in shown(app)

    drive(app, steps, (120, 40))


@pytest.mark.parametrize("palette", [DARK, LIGHT])
def test_every_level_has_a_picture_in_small(palette: Palette) -> None:
    for world in campaign():
        for level in world.levels:
            pixels = shrunk(glimpse_of(level, palette), 32, 16)
            assert len({pixel for row in pixels for pixel in row}) > 12, level.id


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_no_words_of_a_card_are_lost_on_its_page(tmp_path: Path, size: tuple[int, int]) -> None:
    """Every level's page has its whole summary and its whole record; on the map a card that is longer says so."""
    app = game(tmp_path)

    async def steps(pilot: P) -> None:
        app.show_map()
        await pilot.pause()
        await pilot.press("z", "z")
        screen = on_map(app)
        for entry in app.entries:
            screen.choose(entry.id)
            text = " ".join(str(screen.query_one(CanvasView).canvas).split())
            assert entry.title in text
            assert " ".join(entry.summary.replace("*", "").split()) in text, entry.id

    drive(app, steps, size)


def test_the_footer_names_the_keys_and_the_slash_finds_by_name(tmp_path: Path) -> None:
    app = game(tmp_path)
    app.progress.begin("premise/wrong-turn", 1)

    async def steps(pilot: P) -> None:
        app.show_map()
        await pilot.pause()
        footer = shown(app).splitlines()[-1]
        for words in ("arrows walk", "n next", "z zoom", "/ find", "enter open", "q title", "? help", "t toolbox"):
            assert words in footer
        assert "esc" not in footer
        await pilot.press("z")
        await pilot.pause()
        assert "esc back" in shown(app).splitlines()[-1]
        await pilot.press("escape")
        await pilot.press("slash")
        await until(lambda: app.screen.query(CommandList))
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, CampaignScreen)
        await pilot.press("t")
        await pilot.pause()
        assert isinstance(app.screen, ToolboxScreen)

    drive(app, steps)


def test_the_wheel_walks_and_the_button_opens(tmp_path: Path) -> None:
    app = game(tmp_path)
    app.progress.begin("premise/wrong-turn", 1)

    async def steps(pilot: P) -> None:
        app.show_map("premise/did-you-get-it")
        await pilot.pause()
        screen = on_map(app)
        view = screen.query_one(CanvasView)
        view.post_message(CanvasView.Clicked(view, None, 1))
        await pilot.pause()
        assert screen.here == "premise/silence"
        view.post_message(CanvasView.Clicked(view, None, -1))
        await pilot.pause()
        assert screen.here == "premise/did-you-get-it"
        (button,) = (hot for hot in view.canvas.hots if hot.target == ("open", screen.here))
        await pilot.click(CanvasView, offset=(button.x + 2, button.y))
        await pilot.pause()
        assert app.screen is not screen

    drive(app, steps)
