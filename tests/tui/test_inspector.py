"""The inspector's stage: driven by keys and clicks on real sessions, drawn at every size, and told in plain lines."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from core.record import read
from levels.inspected import inspect_level
from levels.loader import from_text, load
from levels.schema import Level
from tests.levels.test_inspected import MADE
from tests.levels.test_inspector import RING, level_of
from tests.patience import until
from tests.tui.helpers import drive, shown
from tests.tui.test_play import make, play_screen
from tui.app import Options
from tui.bridge import Bridge, session_of
from tui.bridge.inspecting import HAMMER_KEYS, Inspecting
from tui.look.palette import Ink
from tui.pictures import Canvas
from tui.plain import play
from tui.screens.inspector import InspectorStage
from tui.screens.inspector_keys import inspector_clicked, inspector_took
from tui.screens.play import PlayScreen

AUDIT = from_text(level_of(), "course/audit.toml")
ACCUSING = from_text(RING, "course/ring.toml")


def seated(level: Level = AUDIT) -> tuple[Bridge, Inspecting]:
    """A bridge whose free run has ended."""
    session = session_of(level, paused=True)
    while session.step():
        pass
    bridge = Bridge(level, session)
    assert bridge.inspecting is not None
    return bridge, bridge.inspecting


def press(bridge: Bridge, keys: str) -> list[str]:
    """What is said to these keys; None where they mean nothing to the inspector."""
    at = bridge.inspecting
    assert at is not None
    over = bridge.over is not None
    named = {"<": "left", ">": "right", "^": "up", "v": "down", "!": "enter", "x": "escape"}
    return [str(inspector_took(at, named.get(key, key), key, over=over)) for key in keys]


def drawn(bridge: Bridge, width: int = 80, height: int = 23, ascii_only: bool = False) -> str:
    stage = InspectorStage(bridge, "Course", ascii_only=ascii_only)
    canvas = Canvas(width, height, ascii_only=ascii_only)
    stage.draw(canvas)
    head = Canvas(width, 1, ascii_only=ascii_only)
    stage.draw_header(head)
    return f"{head}\n{canvas}"


def test_all_suspects_are_seen_at_once_and_one_is_looked_at() -> None:
    bridge, at = seated()
    picture = drawn(bridge)
    for words in (" 14✓ ", " 27✓ ", " 8✓ ", "free run", "look closer", "blows ●●●●●"):
        assert words in picture
    assert press(bridge, ">") == [""]
    assert at.suspect.name == "b"
    press(bridge, "!")
    picture = drawn(bridge)
    for words in ("as it ran", "▐b1: 14▌", "the changed run stands here", "▸b1 dies", "200 ms", "strike"):
        assert words in picture
    assert "a1" not in picture
    press(bridge, "v>c")
    assert at.blow == ("skew", "b2", 400_000)
    assert "▸b2's clock 1 s ahead" in drawn(bridge)
    press(bridge, "x")
    assert "b1" not in drawn(bridge), "all of them, by their numbers"


def test_a_blow_falls_and_the_changed_run_stands_beside_the_old_one() -> None:
    bridge, at = seated()
    press(bridge, "!")
    assert at.hammer == "kill"
    assert press(bridge, "!") == [""]
    assert at.plays
    picture = drawn(bridge)
    assert "a1 dies at 200 ms" in picture
    assert "REFUTED" not in picture, "nothing is said before it is seen"
    assert "╳a1" not in picture
    at.advance(0.4)
    assert "╳a1 down" in drawn(bridge)
    while at.plays:
        at.advance(0.5)
    picture = drawn(bridge)
    assert picture.count("a1") > 2
    assert "REFUTED" in picture
    assert "RUINED: a1 dies at 200 ms." in picture
    assert "a3: 27✓" in picture
    assert "a2 has 3 (before: names 27); a3 has 27 (before: names 27)" in " ".join(picture.split())
    assert "blows ●●●●○" in picture
    assert press(bridge, "!") == ["a is refuted: that stands."]
    press(bridge, ">>>")
    assert at.shown_time == at.time == 800_000, "the needle moves through both runs"


def test_the_free_run_is_watched_once_more() -> None:
    bridge, at = seated()
    assert "free run  is over" in drawn(bridge)
    assert inspector_took(at, "space", " ", over=False) == ""
    assert at.moves
    assert "free run  0.0 s" in drawn(bridge)
    assert "b3: 27✓" not in drawn(bridge)
    at.advance(4)
    assert 2_000_000 < at.clock < 3_500_000
    press(bridge, "!")
    assert at.shown_time == at.again
    at.advance(9)
    assert not at.moves
    assert "free run" not in drawn(bridge)
    inspector_took(at, "space", " ", over=False)
    press(bridge, ">")
    assert not at.moves, "the needle takes it from there"


def test_what_is_still_being_shown_can_be_cut_short() -> None:
    bridge, at = seated()
    press(bridge, "!k!")
    assert at.plays
    assert "to its end" in drawn(bridge)
    press(bridge, "!")
    assert not at.plays


def test_the_same_blow_is_not_struck_twice() -> None:
    bridge, at = seated()
    press(bridge, ">!k!!")
    assert at.inspection.left == 4
    (words,) = press(bridge, "!")
    assert words.startswith("You have struck that: b1 dies at 200 ms.")
    assert at.inspection.left == 4


def test_a_signature_is_asked_twice_and_a_false_one_is_answered_by_the_hammer() -> None:
    bridge, at = seated()
    assert press(bridge, "s") == ["Sign for a? Once more, and your name is on it."]
    assert not bridge.session.over
    press(bridge, ">")
    assert press(bridge, "<s") == ["", "Sign for a? Once more, and your name is on it."], (
        "whoever looked elsewhere is asked"
    )
    assert press(bridge, "s") == [""]
    assert bridge.session.over
    assert at.plays
    picture = drawn(bridge)
    assert "The engine swings the hammer: a1 dies at 200 ms." in picture
    assert "RUINED" not in picture
    at.finish()
    assert "RUINED: a1 dies at 200 ms" in drawn(bridge)
    canvas = Canvas(80, 23)
    InspectorStage(bridge, "Course", ascii_only=False).draw(canvas)
    row = next(y for y, chars in enumerate(canvas.chars) if "SIGNED" in "".join(chars))
    assert canvas.inks[row]["".join(canvas.chars[row]).index("SIGNED")] is Ink.BAD, "nothing green about it"


def test_all_settled_is_won() -> None:
    bridge, at = seated()
    press(bridge, "!k!!x>!c>!!x>ss")
    assert bridge.over is not None
    assert bridge.over.outcome.won
    assert [at.stamp(suspect) for suspect in at.suspects] == ["refuted", "refuted", "signed"]
    assert "SIGNED" in drawn(bridge)


def test_going_back_forgets_what_was_shown() -> None:
    bridge, at = seated()
    press(bridge, "!k!!")
    assert at.rerun is not None
    bridge.session.back()
    assert at.rerun is None
    assert at.inspection.left == 5
    press(bridge, "!")
    assert at.plays


def test_a_click_does_what_a_key_does() -> None:
    bridge, at = seated()

    def click(target: object) -> str | None:
        return inspector_clicked(at, target, over=False)

    click(("suspect", "b"))
    assert (at.suspect.name, at.aims) == ("b", False)
    click(("suspect", "b"))
    assert at.aims
    click("b3")
    click(("ruler", 1_000_000))
    click(("hammer", "skew"))
    assert at.blow == ("skew", "b3", 1_000_000)
    click(("key", "Enter"))
    assert at.plays
    click(("key", "Enter"))
    assert not at.plays
    click(("key", "Esc"))
    assert not at.aims
    assert click("nothing") is None
    canvas = Canvas(80, 23)
    InspectorStage(bridge, "Course", ascii_only=False).draw(canvas)
    targets = {hot.target for hot in canvas.hots}
    assert {("suspect", "a"), "b2", ("key", "s")} <= targets


def test_an_entry_of_the_log_is_touched_to_accuse() -> None:
    bridge, at = seated(ACCUSING)
    assert "a1" in drawn(bridge)
    press(bridge, ">a")
    picture = drawn(bridge)
    assert "its log" in picture
    assert ">  1 0 ms" in picture
    proof = next(given.value for given in proven(ACCUSING))
    assert at.node == proof[0]
    press(bridge, "v" * (proof[1] - 1))
    assert at.entry == proof[1]
    assert press(bridge, "!") == ["Accuse a2 by this line? Once more, and it is said."]
    assert press(bridge, "!") == [""]
    assert bridge.over is not None
    assert bridge.over.outcome.won


def proven(level: Level):  # type: ignore[no-untyped-def]
    from levels.proofs import prove

    return prove(level).answers


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("level", [AUDIT, ACCUSING, load("premise/the-audit")], ids=["audit", "ring", "the-audit"])
def test_it_fits_every_size(level: Level, ascii_only: bool) -> None:
    bridge, _ = seated(level)
    for keys in ("", "!", "!", "a"):
        press(bridge, keys)
        for width in (20, 40, 60, 80, 120, 160):
            for height in (8, 12, 23, 39, 50):
                picture = drawn(bridge, width, height, ascii_only)
                assert all(len(line) <= width for line in picture.splitlines())
                assert not ascii_only or picture.isascii()


def reach(bridge: Bridge, node: str) -> None:
    """Look closely at this node, by keys."""
    at = bridge.inspecting
    assert at is not None
    if at.plays:
        press(bridge, "!")
    while at.aims or at.reads:
        press(bridge, "x")
    for _ in at.suspects:
        if node in at.suspect.nodes or node == at.suspect.name:
            break
        press(bridge, ">")
    if node in at.suspect.nodes and len(at.suspect.nodes) > 1:
        press(bridge, "!")
        for _ in at.suspect.nodes:
            if at.node == node:
                break
            press(bridge, "v")
        assert at.node == node


def act(bridge: Bridge, name: str, value: Any) -> None:
    """One act of a proof, by keys: go there, aim, and do it."""
    at = bridge.inspecting
    assert at is not None
    node = value if isinstance(value, str) else value[0] if name == "accuse" else value[1]
    reach(bridge, node)
    if name == "sign":
        assert press(bridge, "ss")[-1] == ""
    elif name == "accuse":
        press(bridge, "a")
        press(bridge, "v" * (value[1] - at.entry))
        assert at.entry == value[1]
        assert press(bridge, "!!")[-1] == ""
    else:
        hammer, _, time = value
        press(bridge, "" if at.aims else "!")
        press(bridge, HAMMER_KEYS[hammer])
        for _ in at.inspector.times:
            if at.time != time:
                press(bridge, ">" if at.time < time else "<")
        assert tuple(at.blow) == tuple(value)
        assert press(bridge, "!") == [""]


@pytest.mark.parametrize("name", MADE)
def test_a_level_that_made_itself_is_won_by_keys(name: str) -> None:
    level = inspect_level(f"inspect:{name}")
    bridge, at = seated(level)
    for given in proven(level):
        act(bridge, given.choice.partition(".")[2], given.value)
    assert bridge.over is not None
    assert bridge.over.outcome.won
    assert {at.stamp(suspect) for suspect in at.suspects} >= {"signed"}
    drawn(bridge)


# The screen itself


def on_stage(home: Path, level: Level, steps, size=(80, 24), options: Options | None = None) -> None:  # type: ignore[no-untyped-def]
    app = make(home, level, options)

    async def body(pilot: Pilot[None]) -> None:
        await pilot.pause()
        await steps(pilot, play_screen(app))

    drive(app, body, size)


def test_it_is_played_by_keys_on_the_screen(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        at = screen.bridge.inspecting
        assert at is not None
        assert "look closer" in shown(screen.game)
        await pilot.press("enter", "k", "enter")
        await until(lambda: bool(at.inspection.struck))
        assert at.plays
        await pilot.press(
            "enter", "escape", "right", "enter", "c", "right", "enter", "enter", "escape", "right", "s", "s"
        )
        await until(lambda: screen.bridge.over is not None)
        assert screen.bridge.over is not None
        assert screen.bridge.over.outcome.won

    on_stage(tmp_path, AUDIT, steps)


def test_escape_leaves_the_closer_look_before_it_leaves_the_level(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        at = screen.bridge.inspecting
        assert at is not None
        await pilot.press("enter")
        assert at.aims
        await pilot.press("escape")
        assert not at.aims
        assert screen.is_current

    on_stage(tmp_path, AUDIT, steps)


# Plain play


def played(home: Path, level: Level, lines: str) -> tuple[int, str]:
    told: list[str] = []
    status = play(level, record=home / "a.run", lines=io.StringIO(lines), out=told.append)
    return status, "\n".join(told)


def test_a_level_is_won_by_lines(tmp_path: Path) -> None:
    lines = "log a1\nhit kill a1 200ms\nhit kill, a1, 400ms\nhit skew, b1, 300ms\nH skew, b1, 400ms\nsign c\n"
    status, text = played(tmp_path, AUDIT, lines)
    assert status == 0, text
    assert "You are the inspector." in text
    assert "b1: b2, b3, b4, 3 times, 2 s. At the end: has 14, names 27" in text
    assert "skew (its clock 1 s ahead)" in text
    assert "RUINED: a1 dies at 200 ms." in text
    assert "!! 'a1' is" in text
    assert "a blow falls at a multiple of 200 ms" in text
    assert "WON: everybody is settled rightly" in text
    run = read(tmp_path / "a.run")
    assert run.result is not None
    assert run.result.won
    assert [given.node for given in run.answers] == ["inspector"] * 3


def test_a_false_signature_by_lines(tmp_path: Path) -> None:
    status, text = played(tmp_path, AUDIT, "sign b\n")
    assert status == 1
    assert "The engine swings the hammer. RUINED: b" in text
    assert "LOST: a false signature for b" in text


def test_an_accusation_by_lines(tmp_path: Path) -> None:
    node, entry = next(given.value for given in proven(ACCUSING))
    status, text = played(tmp_path, ACCUSING, f"log\nlog {node}\naccuse {node}, {entry}\n")
    assert "!! log of whom?" in text
    assert "  1  0 ms" in text
    assert status == 0, text
