"""Bets in a session: laid by a person, watched again, gone back before, and written into the run file."""

from dataclasses import replace

import pytest

from core.kernel.bets import brier
from core.protocols.premise import echo
from core.record import read, verify
from core.recorder import Recorder
from core.session import Session
from levels.loader import compiled, from_text
from tests.levels.test_bets import level_text


@pytest.fixture
def betting(client):
    return replace(client, bets=(echo.SILENCE,), chips=2)


def waiting(session):
    """To where a ping is out and its alarm is set."""
    while not session.bets():
        if session.question is not None:
            session.answer(200_000)
        else:
            assert session.step()


def to_the_end(session):
    while not session.over:
        if session.question is not None:
            session.answer(200_000)
        else:
            assert session.step()


def test_a_person_bets_and_learns_at_the_end(betting):
    session = Session(betting)
    waiting(session)
    (asked,) = session.bets()
    assert "silence" in asked.words
    session.bet("echo.silence", 80)
    assert session.chips == 1
    assert [wager.words for wager in session.wagers] == ["lost 80 %"]
    with pytest.raises(LookupError):
        _ = session.settled
    with pytest.raises(ValueError, match="none of"):
        session.bet("echo.silence", 77)
    to_the_end(session)
    assert brier(session.settled) is not None
    assert not session.bets()
    watched = Session(betting, answers=session.world.answers)
    while not watched.over:
        assert watched.step()
    assert watched.settled == session.settled
    assert watched.world.trace_sha256() == session.world.trace_sha256()
    assert len(watched.branches) == 1


def test_going_back_takes_the_chip_off(betting):
    session = Session(betting)
    waiting(session)
    before = session.world.count
    session.bet("echo.silence", 80)
    session.jump(before, answered=True)
    assert session.wagers == ()
    assert session.chips == 2
    waiting(session)
    session.bet("echo.silence", 20)
    assert len(session.branches) == 2
    assert [wager.share for wager in session.wagers] == [20]
    to_the_end(session)
    assert session.over


def test_the_run_file_has_the_bets_and_is_verified(tmp_path):
    text = level_text()
    level = from_text(text, "course/bets.toml")
    session = Session(level.scenario)
    path = tmp_path / "a.run"
    with Recorder(path, session, level=level.id, text=text):
        waiting(session)
        session.bet("echo.silence", 80)
        to_the_end(session)
    run = read(path)
    (given,) = [given for given in run.answers if given.how == "bet"]
    assert (given.choice, given.value) == ("echo.silence", 80)
    assert verify(run, compiled).verified
    forged = path.read_text().replace('"value": 80, "how": "bet"', '"value": 85, "how": "bet"')
    path.write_text(forged)
    assert "do not fit" in verify(read(path), compiled).why


def test_a_play_that_was_cut_short_after_a_bet_goes_on(betting):
    session = Session(betting)
    waiting(session)
    session.bet("echo.silence", 70)
    again = Session(betting, answers=session.world.answers)
    again.go_on(["you"] * len(session.world.answers))
    assert [wager.share for wager in again.wagers] == [70]
    to_the_end(again)
    assert again.rewinds == 0
