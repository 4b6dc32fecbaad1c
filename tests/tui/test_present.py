"""`ackademy present`: what a room sees and does, at the size of a terminal that the last row can read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.kernel.scenario import NETWORK
from core.kernel.suspects import INSPECTOR
from levels.loader import every_act, load
from levels.schema import Level
from tests.tui.helpers import drive, shown
from tui import cli
from tui.app import AckademyApp, Options
from tui.platform import find_paths
from tui.presenting import MOST_OPTIONS, NoQuestionError, Phase, Presenting
from tui.screens.present import PresentScreen
from tui.screens.too_small import TooSmallScreen

ONLY_MOVES = {
    "premise/did-you-get-it", "premise/did-you-get-it#2", "premise/two-tapes", "pipe/nobody-asks-you",
    "clocks/where-and-when", "clocks/parliament-of-clocks", "clocks/starters-pistol", "clocks/two-fifty-nine",
    "clocks/lord-of-the-second#2", "clocks/lord-of-the-second#3", "stamps/alibi", "stamps/sf-and-ny",
    "stamps/the-answer-before-the-question",
}  # fmt: skip
"""Here one acts unasked, or has to before anything is asked to which there are two answers."""

Steps = Callable[[Pilot[None], Presenting], Awaitable[None]]


def present(home: Path, level: str, steps: Steps, size: tuple[int, int] = (60, 20), *, ascii_only: bool = True) -> None:
    """Open this level before a room."""
    presenting = Presenting(load(level))
    paths = find_paths({"ACKADEMY_HOME": str(home)})
    app = AckademyApp(Options(ascii=ascii_only), paths=paths, opens=PresentScreen(presenting))

    async def body(pilot: Pilot[None]) -> None:
        await steps(pilot, presenting)

    drive(app, body, size)


def test_the_room_votes_and_two_futures_play_before_it_is_said_what_is_right(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], presenting: Presenting) -> None:
        text = shown(pilot.app)
        assert "bob has every byte, in order, once; alice knows that" in text
        assert "Your ACK to alice names the byte that you want next. Which" in text
        assert "number goes into it?" in text
        assert all(f"[ {option.letter} ] {option.words}" in text for option in presenting.options)
        assert "0-9" in text
        await pilot.press("1", "2", "3", "backspace", "down", "7")
        assert [option.hands for option in presenting.options][:2] == [12, 7]
        assert presenting.winner is presenting.options[0]
        assert presenting.winner.words == "1"
        before = presenting.session.world.count
        await pilot.press("enter")
        assert presenting.phase is Phase.FUTURES
        assert [future.option.words for future in presenting.futures] == ["1", "501"]  # the room's, and the book's
        room = next(future for future in presenting.futures if future.option is presenting.winner)
        said = room.verdict.words
        for _ in range(5):
            await pilot.press("full_stop")
        text = shown(pilot.app)
        assert "12 hands" in text
        assert said[:20] not in text
        assert "say" not in room.said
        assert presenting.futures[0].bridge.session.world.count > before
        assert presenting.session.world.count == before  # the level itself stands
        await pilot.press("enter")
        text = shown(pilot.app)
        assert presenting.phase is Phase.REVEAL
        assert "1 says less than you have" in text
        assert "The number of the byte expected next" in text
        assert text.count("By the book from there: won") == 2
        assert "the room" in text
        await pilot.press("enter")
        assert presenting.phase is Phase.VOTE
        assert presenting.number == 2
        assert presenting.session.world.answers[0].value == 1  # what the room said, though the book says 501

    present(tmp_path, "pipe/next-byte-please", steps)


def test_the_vote_as_it_is_drawn(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], presenting: Presenting) -> None:
        await pilot.press("5", "down", "2", "0")
        rows = [row.rstrip() for row in shown(pilot.app).splitlines()]
        assert rows[0] == " Next byte, please                               question 1"
        assert rows[-9:] == [
            " * bob has every byte, in order, once; alice knows that",
            "   every byte arrived",
            " Your ACK to alice names the byte that you want next. Which",
            " number goes into it?",
            " [ A ] 1          #########---------------------------    5",
            " [ B ] 500        ####################################   20",
            " [ C ] 501        ------------------------------------    0",
            " [ D ] 502        ------------------------------------    0",
            " [enter] counted  [up/down] answer  [0-9] hands",
        ]
        assert sum(bool(row) for row in rows[1:11]) >= 6  # the picture

    present(tmp_path, "pipe/next-byte-please", steps)


def test_hands_are_clicked_too_and_the_book_can_answer(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], presenting: Presenting) -> None:
        await pilot.click(offset=(3, 17))
        await pilot.click(offset=(3, 17))
        assert presenting.options[2].hands == 2
        assert presenting.winner.words == "501"
        await pilot.press("enter")
        assert len(presenting.futures) == 2  # the book's is the room's: the next one's is shown beside it
        await pilot.press("enter", "enter", "b")
        assert presenting.number == 3
        assert [given.value for given in presenting.session.world.answers] == [501, 1001]

    present(tmp_path, "pipe/next-byte-please", steps)


def test_futures_play_by_themselves_and_end_in_the_reveal() -> None:
    presenting = Presenting(load("premise/echo"))
    presenting.play()
    for _ in range(100):
        if presenting.phase is Phase.REVEAL:
            break
        presenting.step()
    assert presenting.phase is Phase.REVEAL
    presenting.close()


def test_at_the_end_it_is_said_how_the_room_did(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], presenting: Presenting) -> None:
        while presenting.phase is not Phase.OVER:
            await pilot.press("b")
        assert "The room has won." in shown(pilot.app)
        await pilot.press("enter")
        assert pilot.app.return_code == 0

    present(tmp_path, "premise/echo", steps)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (160, 50)])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_every_phase_fits_every_size(tmp_path: Path, size: tuple[int, int], ascii_only: bool) -> None:
    async def steps(pilot: Pilot[None], presenting: Presenting) -> None:
        for _ in range(3):
            assert presenting.words.split()[0] in shown(pilot.app)
            await pilot.press("9", "enter", "enter", "enter")

    for level in ("crown/two-kings", "ring/fingers-crossed", "wire/scissors"):
        present(tmp_path, level, steps, size, ascii_only=ascii_only)


def test_60x20_is_enough_and_less_is_said(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], presenting: Presenting) -> None:
        assert isinstance(pilot.app.screen, PresentScreen)
        await pilot.resize_terminal(59, 20)
        await pilot.pause()
        assert isinstance(pilot.app.screen, TooSmallScreen)
        assert "60 x 20" in shown(pilot.app)
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert isinstance(pilot.app.screen, PresentScreen)

    present(tmp_path, "pipe/next-byte-please", steps)


@pytest.mark.parametrize("level", [level for level in every_act() if not level.scenario.live], ids=lambda one: one.id)
def test_every_level_asks_a_room_or_says_why_not(level: Level) -> None:
    if level.you in (NETWORK, INSPECTOR) or level.id in ONLY_MOVES:
        with pytest.raises(NoQuestionError, match="play it instead"):
            Presenting(level)
        return
    presenting = Presenting(level)
    asked = presenting.asked
    assert asked is not None
    assert 1 < len(presenting.options) <= MOST_OPTIONS
    assert asked.book in [option.value for option in presenting.options]
    assert len({option.words for option in presenting.options}) == len(presenting.options)
    presenting.play()
    assert len(presenting.futures) == 2
    presenting.reveal()
    assert all(words.startswith(("won", "lost", "its end")) for _, words in presenting.told())
    presenting.close()


def test_a_level_in_which_nobody_is_asked_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["present", "premise/wrong-turn"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "play it instead" in error
