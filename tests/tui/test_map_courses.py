"""Installed courses on the map: a row each below the campaign's lines, with stars of their own, played by keys and
clicks, and none of the campaign's business."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from textual.pilot import Pilot

from levels.courses.shelf import Shelf
from levels.loader import HOME, campaign
from tests.tui.helpers import drive, shown
from tests.tui.test_map import bare, on_map, win
from tui.app import KNOWN, AckademyApp
from tui.cli import main
from tui.commands.game import load_campaign
from tui.courses import library
from tui.model import STARS
from tui.platform import find_paths
from tui.screens.brief import BriefScreen
from tui.screens.campaign import Zoom
from tui.widgets.net import PLACES, lay_out
from tui.widgets.view import CanvasView

P = Pilot[None]
RECEIPTS = Path(__file__).parents[1] / "courses" / "receipts"
SIZES = [(80, 24), (120, 40)]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACKADEMY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LANGUAGE", "en")


def install(tmp_path: Path, name: str = "receipts", title: str = "Receipts: did it come?", who: str = "s001") -> None:
    """Install the example course under this name."""
    folder = tmp_path / f"{name}-made"
    shutil.copytree(RECEIPTS, folder)
    file = folder / "course.toml"
    text = file.read_text("utf-8").replace('id = "receipts"', f'id = "{name}"', 1)
    file.write_text(text.replace('title = "Receipts: did it come?"', f'title = "{title}"', 1), "utf-8")
    Shelf(find_paths().courses).install(folder, who)


def game() -> AckademyApp:
    app = AckademyApp(load=load_campaign, paths=find_paths())
    app.progress.begin("premise/wrong-turn", 1)
    return app


@pytest.mark.parametrize("size", SIZES)
def test_a_course_is_a_row_below_the_campaign_with_its_own_stars(tmp_path: Path, size: tuple[int, int]) -> None:
    install(tmp_path)
    app = game()
    win(app, "receipts/by-heart", 2)
    most = STARS * sum(len(world.all) for world in campaign())

    async def steps(pilot: P) -> None:
        app.show_map()
        await pilot.pause()
        rows = [bare(row) for row in shown(app).splitlines()]
        assert f"0 of {most} stars" in rows[0]
        (row,) = (row for row in rows if "Receipts: did it come?" in row)
        assert row.split("★2")[0].strip() == "Receipts: did it come?"
        assert row.split("★2")[1][:15].split() == ["○", "◑", "○"]
        assert all(any(name.upper() in row for row in rows) for name in PLACES)  # nothing gives way for it
        await pilot.press("end")
        assert on_map(app).here == "receipts/capitals"
        assert shown(app).splitlines()[0].rstrip().endswith("2 of 9 stars")
        assert "Did it come?" in shown(app)  # its chapters are the line's stations
        await pilot.press("n")
        assert on_map(app).here == "receipts/first-ping"
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, BriefScreen)

    drive(app, steps, size)


@pytest.mark.parametrize("size", SIZES)
def test_a_course_is_chosen_and_opened_by_clicks(tmp_path: Path, size: tuple[int, int]) -> None:
    install(tmp_path)
    app = game()

    async def steps(pilot: P) -> None:
        app.show_map()
        await pilot.pause()
        view = on_map(app).query_one(CanvasView)
        (line,) = (hot for hot in view.canvas.hots if hot.target == ("line", "receipts"))
        await pilot.click(view, offset=(line.x + 3, line.y))
        assert on_map(app).here == "receipts/first-ping"
        beads = [hot for hot in view.canvas.hots if hot.target == ("level", "receipts/capitals")]
        for _ in range(2):
            await pilot.click(view, offset=(beads[0].x, beads[0].y))
            await pilot.pause()
        assert isinstance(app.screen, BriefScreen)

    drive(app, steps, size)


def test_arrows_go_down_to_a_course_and_up_again(tmp_path: Path) -> None:
    install(tmp_path)
    app = game()

    async def steps(pilot: P) -> None:
        app.show_map()
        await pilot.pause()
        for _ in range(8):
            await pilot.press("down")
        assert on_map(app).here.startswith("receipts/")
        await pilot.press("up")
        assert on_map(app).entry.course == ""

    drive(app, steps)


def test_the_seeds_and_dates_of_the_student_are_there(tmp_path: Path) -> None:
    install(tmp_path)
    found = library()
    assert found.problems == []
    assert set(found.seeds) >= {"receipts/first-ping"}
    app = game()
    by = {entry.id: entry for entry in app.entries}
    assert by["receipts/first-ping"].handed_in.startswith("Pings: 10 points, by 02 Nov 2026")
    assert by["premise/echo"].handed_in == ""
    assert app.stage is not None


def test_what_a_course_is_called_and_how_far_it_is_leaves_the_campaign_alone(tmp_path: Path) -> None:
    """A course of the title of a line is no part of it; nor does it open or close pages, or follow in the campaign."""
    install(tmp_path, "mine", "Premise")
    install(tmp_path, "yours", "Premise")
    app = game()
    lines = {entry.id: (entry.line, entry.course) for entry in app.entries}
    assert lines["mine/first-ping"] == ("mine", "mine")
    assert lines["yours/first-ping"] == ("yours", "yours")
    assert lines["premise/echo"] == ("Premise", "")
    for world in campaign():
        for level in world.levels:
            for act in (level, *level.acts):
                win(app, act.id, 3)
    assert "Premise" in app.won_worlds()
    last = [entry for entry in app.entries if not entry.course][-1]
    following = app.after(last.id)
    assert following is None or following.course == ""
    assert app.after("mine/first-ping").id == "mine/by-heart"
    win(app, "mine/first-ping")
    win(app, "mine/by-heart")
    win(app, "mine/capitals")
    assert app.after("mine/capitals") is None
    assert app.advised("yours/by-heart").id == "yours/first-ping"


def test_a_new_level_of_a_course_is_new_and_a_new_course_is_not(tmp_path: Path) -> None:
    install(tmp_path)
    app = game()
    assert app.new_levels() == frozenset()
    app.progress.set_setting(f"{KNOWN} of receipts", "receipts/first-ping receipts/by-heart")
    assert app.new_levels() == {"receipts/capitals"}
    app.know("receipts/capitals")
    assert app.new_levels() == frozenset()


def test_many_courses_are_scrolled_to_and_counted(tmp_path: Path) -> None:
    for place in range(4):
        install(tmp_path, f"course-{place}", f"Course {place}")
    app = game()

    async def steps(pilot: P) -> None:
        app.show_map()
        await pilot.pause()
        assert "3 more" in shown(app)
        await pilot.press("end")
        assert on_map(app).here == "course-3/capitals"
        assert "Course 3" in shown(app)
        assert "3 more" not in shown(app)
        on_map(app).action_zoom()
        assert on_map(app).zoom is Zoom.LINE
        assert "By heart" in shown(app)

    drive(app, steps)


def test_a_broken_course_is_said_to_be_and_leaves_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(tmp_path, "good", "Good")
    install(tmp_path, "bad", "Bad")
    (find_paths().courses / "bad" / "levels" / "01-first-ping.toml").write_text("[level]\n", "utf-8")
    app = game()

    async def steps(pilot: P) -> None:
        app.show_map()
        await pilot.pause()
        assert {entry.course for entry in app.entries} == {"", "good"}
        assert any("This course is left out." in str(one.message) for one in app._notifications)

    drive(app, steps)
    assert main(["list"]) == 2
    out, err = capsys.readouterr()
    assert "good/first-ping" in out
    assert "bad/" not in out
    assert "01-first-ping.toml:1" in err


@pytest.mark.parametrize("size", [(80, 13), (83, 31), (120, 13)])
def test_a_long_course_has_a_bead_for_every_level(size: tuple[int, int]) -> None:
    net = lay_out(dict.fromkeys(PLACES, 3) | {"long": 120, "short": 2}, *size)
    assert [len(net.lines[name].beads) for name in ("long", "short")] == [120, 2]
    cells = [cell for laid in net.lines.values() for cell in laid.beads]
    assert len(set(cells)) == len(cells)
    assert all(x < size[0] and y < net.rows for x, y in cells)
    assert min(y for name in ("long", "short") for _, y in net.lines[name].beads) >= net.height
    assert max(y for name in PLACES for _, y in net.lines[name].beads) < net.height


def test_the_campaign_names_no_line_as_a_course_could_be_called() -> None:
    """Lines of courses are their ids, of small letters."""
    assert (HOME / "campaign.toml").is_file()
    assert all(name != name.lower() for name in PLACES)
