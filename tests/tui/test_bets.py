"""Bets at the screen: by keys, by clicks, in plain play, and what the debrief says of them."""

from __future__ import annotations

import io
import itertools
from pathlib import Path

from textual.pilot import Pilot

from core.record import read
from levels.loader import from_text
from levels.schema import Level
from tests.patience import until
from tests.tui.helpers import drive, shown
from tests.tui.test_play import CLIENT, ECHO, make, play_screen
from tui.plain import play
from tui.screens.debrief import DebriefScreen
from tui.screens.play import PlayScreen

BETS = '[bets]\n"echo.silence" = { l = "lost", s = "slow" }\n"a ping is answered twice" = {}\n[goal]'


def betting(play_table: str = 'asks = "notice"') -> Level:
    text = ECHO.replace("SEAT", CLIENT).replace("PLAY", play_table).replace("[goal]", BETS)
    return from_text(text, "test/bets.toml")


def on_screen(home: Path, steps, level: Level | None = None) -> None:
    app = make(home, level or betting())

    async def body(pilot: Pilot[None]) -> None:
        screen = play_screen(app)
        screen.bridge.session.pause()
        while not screen.bridge.betting.open():
            assert screen.bridge.session.step()
        await pilot.pause()
        await steps(pilot, screen)

    drive(app, body, (80, 24))


def chips(screen: PlayScreen) -> list[str]:
    return [f"{wager.what}: {wager.words}" for wager in screen.bridge.session.wagers]


def test_a_key_of_the_level_lays_eighty_per_cent_and_b_gives_any_chance(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        assert "chips 3 of 3" in shown(pilot.app)
        assert "l bet lost" in shown(pilot.app)
        await pilot.press("l")
        assert chips(screen) == ["ping 1, copy 1: lost 80 %"]
        await pilot.press("s")
        assert chips(screen) == ["ping 1, copy 1: slow 80 %"]
        await pilot.press("b")
        assert "How likely is it that it is lost?" in shown(pilot.app)
        assert screen.bridge.doing.control.draft == 20, "where the chip lies"
        await pilot.press("right", "right", "right", "right", "enter")
        assert chips(screen) == ["ping 1, copy 1: lost 60 %"]
        await pilot.press("b", "b")
        assert "a ping is answered twice" in shown(pilot.app)
        assert screen.bridge.doing.control.draft == 50
        await pilot.press("left", "left", "escape")
        assert len(chips(screen)) == 1
        await pilot.press("b", "b", *"yes", "enter")
        assert chips(screen) == ["ping 1, copy 1: lost 60 %", "a ping is answered twice: yes 80 %"]
        assert "chips 1 of 3" in shown(pilot.app)

    on_screen(tmp_path, steps)


def test_what_a_bet_was_opened_for_must_still_be_open_when_it_is_laid(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await pilot.press("b", "right")
        session = screen.bridge.session
        while dict(session.bets()[0].subject) == {"number": 1, "copy": 1}:
            assert session.step()
        await pilot.press("enter")
        assert "has gone on" in shown(pilot.app)
        assert not chips(screen)

    on_screen(tmp_path, steps)


def test_the_mouse_lays_chips_too(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        async def click(text: str) -> None:
            row = next(y for y, line in enumerate(shown(pilot.app).splitlines()) if text in line)
            column = shown(pilot.app).splitlines()[row].index(text)
            await pilot.click(offset=(column, row))
            await pilot.pause()

        await click("s bet slow")
        assert chips(screen) == ["ping 1, copy 1: slow 80 %"]
        await click("b bet")
        assert screen.bridge.doing.how == "bet"
        await click("[Enter]")
        assert chips(screen) == ["ping 1, copy 1: slow 80 %"]

    on_screen(tmp_path, steps)


def test_the_truth_and_the_score_come_with_the_debrief_and_not_before(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session = screen.bridge.session
        await pilot.press("l")
        assert screen.bridge.bet_words() == []
        assert screen.bridge.scene().settled == ()
        session.to_question()
        await until(lambda: session.over)
        await pilot.pause()
        assert "always to say even" not in shown(pilot.app)
        assert screen.bridge.bet_words() == [
            "1 bet lost 0.64: 0 is best, and always to say even loses 0.25.",
            "ping 1, copy 1: you said lost 80 %; it was slow (0.64)",
        ]
        await pilot.press("enter")
        await until(lambda: isinstance(pilot.app.screen, DebriefScreen))
        await pilot.pause()
        assert any("bet lost 0.64" in line for line in pilot.app.screen.debrief.bets)
        assert pilot.app.screen.query_one("#bets") is not None

    on_screen(tmp_path, steps)


def test_where_nothing_can_be_bet_on_b_says_so(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        screen.bridge.session.keep("echo.patience", 200_000)
        for _ in range(3):
            await pilot.press("l")
            subject = dict(screen.bridge.session.wagers[-1].subject)
            while subject == {"number": screen.bridge.scene().me.number, "copy": screen.bridge.scene().me.copy}:
                assert screen.bridge.session.step()
        await pilot.press("b")
        await pilot.pause()
        assert "All your chips lie already." in shown(pilot.app)

    on_screen(tmp_path, steps)


def test_on_a_bare_stage_b_and_the_levels_keys_are_alive(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await pilot.press("l")
        assert chips(screen) == ["ping 1, copy 1: lost 80 %"]
        await pilot.press("b")
        assert screen.bridge.doing.how == "bet"
        await pilot.press("escape")
        assert screen.bridge.doing is None or screen.bridge.doing.always
        await pilot.press("y")
        assert screen._bare.blinks

    on_screen(tmp_path, steps, betting('asks = "notice"\nbare = true'))


def test_in_plain_play_chips_are_laid_by_words_and_keys(tmp_path: Path) -> None:
    told: list[str] = []
    lines = "patience 200 ms\n\nmoves\nbet\nbet 1 lost 85 %\nbet 1 slow 70 %\nl\nbet 2 no\nbet 3\n" + "\n" * 60
    status = play(betting(), record=tmp_path / "a.run", lines=io.StringIO(lines), out=told.append)
    text = "\n".join(told)
    assert status == 0
    assert "bet lost (or: l)" in text
    assert "How likely is it that it is lost?" in text
    assert "chips left: 3" in text
    assert "is none of" in text
    assert ". bet slow 70 %" in text
    assert ". bet lost 80 %" in text
    assert "always to say even" in text.partition("WON")[2]
    assert "always to say even" not in text.partition("WON")[0]
    bets = [(given.choice, given.value) for given in read(tmp_path / "a.run").answers if given.how == "bet"]
    assert bets == [("echo.silence", 30), ("echo.silence", 80), ("a ping is answered twice", 20)]


def test_what_is_said_of_many_answers_alike_is_printed_once(tmp_path: Path) -> None:
    told: list[str] = []
    level = betting('asks = "notice"\nsay = "after"')
    play(level, record=tmp_path / "a.run", lines=io.StringIO("patience 200 ms\n" + "\n" * 60), out=told.append)
    said = [line for line in told if line.startswith("ok ")]
    assert said
    assert all(one != other for one, other in itertools.pairwise(said))
