"""Stakes: the gauges with the book's mark and the best run's, and goals with how far they are and what is missing."""

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from core.kernel.laws import LawKind, Tally, eventually
from core.kernel.sight import Sight
from levels.loader import every_act, load
from levels.schema import Level
from tests.patience import until
from tests.tui.helpers import drive
from tests.tui.test_carried import at_question
from tui.bridge import Bridge, session_of
from tui.look.parts import gauge
from tui.progress import Progress
from tui.screens.play import PlayScreen
from tui.screens.play_header import PlayHeader
from tui.widgets.canvas import Canvas


def header(bridge: Bridge, width: int = 120) -> str:
    canvas = Canvas(width, 1, ascii_only=True)
    PlayHeader(bridge, "Test", lambda: "i", ascii_only=True).draw(canvas)
    return str(canvas)


def goals(bridge: Bridge, width: int = 120) -> str:
    lines = PlayHeader(bridge, "Test", lambda: "i", ascii_only=True).goal_lines(width)
    return "\n".join("".join(text for text, _ in line) for line in lines)


def played(name: str, until: str) -> Bridge:
    """The level by the book, up to the first question of this choice; to its end for ""."""
    level = load(name)
    bridge = Bridge(level, session_of(level, paused=True))
    session = bridge.session
    while not session.over:
        question = session.question
        if question is not None:
            if question.asked.choice.name == until:
                break
            session.answer(question.asked.book, question)
        else:
            assert session.step()
    return bridge


def test_the_best_earlier_run_has_its_mark_and_hides_the_books_nowhere() -> None:
    level = load("wire/roundabout")
    bridge = Bridge(level, session_of(level, paused=True), {"probes": 7, "messages": 48}, {"probes": 10})
    assert "*" in header(bridge)
    assert "*" not in header(Bridge(level, session_of(level, paused=True), {"probes": 7, "messages": 48}))
    for ghost in (0.0, 0.5, 0.66, 0.7, 1.0):
        canvas = Canvas(10, 1, ascii_only=True)
        gauge(canvas, 0, 0, 10, 0.0, book=2 / 3, ghost=ghost)
        assert canvas.text(0).count("|") == 1, ghost
        assert canvas.text(0).count("*") == 1, ghost


def test_progress_knows_the_best_run(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "progress.db")
    assert progress.best_run("a/b", "messages") == {}
    for stars, messages, won in ((1, 3, True), (3, 9, True), (3, 7, True), (3, 1, False)):
        number = progress.begin("a/b", 1)
        progress.finish(number, won=won, stars=stars, messages=messages, time_us=5)
        progress.measured(number, {"messages": messages, "time": 10 * messages})
    assert progress.best_run("a/b", "messages") == {"messages": 7, "time": 70}
    assert progress.best_run("a/b", "messages", higher=True) == {"messages": 9, "time": 90}
    assert progress.best_run("a/b", "messages", since=99) == {}
    assert progress.best_run("a/other", "messages") == {}
    progress.close()
    again = Progress(tmp_path / "progress.db")
    assert again.best_run("a/b", "messages") == {"messages": 7, "time": 70}
    again.close()


def test_a_file_of_an_older_game_gets_what_it_lacks(tmp_path: Path) -> None:
    import sqlite3

    Progress(tmp_path / "progress.db").close()
    with sqlite3.connect(tmp_path / "progress.db") as db:
        db.execute("DROP TABLE measure")
    db.close()
    progress = Progress(tmp_path / "progress.db")
    assert progress.problem is None
    progress.measured(progress.begin("a", 1), {"messages": 1})
    progress.close()


def test_a_goal_says_how_far_it_is() -> None:
    assert "(0/4)" in goals(played("wire/doors", "ip.accept"))
    assert "(0 of 4)" in goals(played("wire/doors", "ip.accept"), 200)
    assert "(1 of 11)" in goals(played("web/ten-pictures", "http.fetch"))
    assert "(" not in goals(played("wire/customs", ""))  # what is reached needs no count


def test_what_is_missing_is_said() -> None:
    assert Tally(1, 3, "alice's FIN not yet acknowledged").words == "1 of 3: alice's FIN not yet acknowledged"
    assert Tally(500).words == "500 so far"
    bridge = played("sockets/doorman", "uppercase.call")
    assert "(0 of 2)" in goals(bridge)


def test_how_far_it_is_takes_no_row_of_the_pictures(tmp_path: Path) -> None:
    bridge = played("web/ten-pictures", "http.fetch")
    header_of = PlayHeader(bridge, "Test", lambda: "i", ascii_only=True)
    assert len(header_of.goal_lines(78)) == 1
    assert len(header_of.goal_lines(120)) == 1


def test_only_a_node_can_count() -> None:
    with pytest.raises(ValueError, match="counted by"):
        eventually("{node:node} is there", lambda evidence, node: True, tally=lambda evidence, node: None, counted="x")
    law = eventually("{node:node} is there", lambda evidence, node: True, tally=lambda e, node: None, known="node")
    assert law.counted == "node"


@pytest.mark.parametrize("level", every_act(), ids=lambda level: level.id)
def test_nobody_counts_what_another_node_knows(level: Level) -> None:
    """In the fog a goal is counted by its own node alone, and the count is never more than the truth's."""
    bridge = Bridge(level, session_of(level, paused=True))
    session = bridge.session
    for _ in range(60):
        if session.over:
            break
        node = session.player
        if node in {spec.name for spec in level.scenario.nodes}:
            fogged = Sight(session.world, node)
            for (law, _), tally in zip(fogged.goals(), fogged.tallies(), strict=True):
                if tally is not None:
                    assert law.law.kind is LawKind.EVENTUALLY
                    assert law.arguments[law.law.counted] == node
        if session.question is not None:
            session.answer(session.question.asked.book, session.question)
        elif not session.step():
            break
    bridge.close()


def test_a_play_that_was_won_is_the_ghost_of_the_next(tmp_path: Path) -> None:
    app, screen = at_question(tmp_path, "wire/roundabout", 0)
    session = screen.bridge.session
    while not session.over:
        if session.question is not None:
            session.answer(session.question.asked.book, session.question)
        else:
            assert session.step()
    assert app.progress.best_run("wire/roundabout", "probes") == {}

    async def steps(pilot: Pilot[Any]) -> None:
        await app.push_screen(screen)
        await until(lambda: screen.ending is not None)
        assert app.progress.best_run("wire/roundabout", "probes")["probes"] > 0
        assert app.stage is not None
        again = app.stage.play("wire/roundabout", None)
        assert isinstance(again, PlayScreen)
        assert "*" in header(again.bridge)
        again.bridge.close()

    drive(app, steps)
