"""While playing: that it cannot be won any more is said where it may be known, and what can be done then."""

import io
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.kernel.choice import Kind
from core.kernel.seats import PersonaSeat, Player
from core.search import winnable_from
from core.session import Session
from levels.loader import load
from levels.proofs import personas_of
from tests.patience import until
from tests.tui.helpers import shown
from tests.tui.test_play import playing
from tui import plain, plain_lines
from tui.bridge import Bridge, session_of
from tui.bridge.doom import BOOK_LOSES, WAY_IS_GONE, Doom
from tui.ending import proof_of
from tui.screens.play import PlayScreen

LEVEL, PERSONA = "ring/round-the-ring", "never says mine"


def worked(doom: Doom) -> bool:
    """Is it lost, when everything has been reckoned?"""
    while doom.at_work:
        doom.work()
    return doom.lost


def test_it_is_lost_as_soon_as_neither_the_book_nor_the_proof_wins_from_there() -> None:
    level = load(LEVEL)
    session = session_of(level, paused=True)
    bridge = Bridge(level, session, {})
    assert session.sight.everything
    persona = next(one for one in personas_of(level) if one.name == PERSONA)
    seat = PersonaSeat(persona)
    said = []
    while not session.over:
        question = session.question
        if question is None:
            session.step()
            continue
        answered = seat.answer(question.asked)
        session.answer(answered, question)
        if session.over:
            break
        truth = list(winnable_from(session.world))[-1]
        assert worked(bridge.doom) is not truth
        said.append(bridge.doom.lost)
    assert said[-1]
    session.jump(0)
    assert not bridge.doom.lost  # it is not lost there
    bridge.close()


def test_in_the_fog_nobody_may_know() -> None:
    level = load("crown/two-kings")
    session = session_of(level, paused=True)
    doom = Doom(session)
    assert not session.sight.everything
    assert not doom.may_know
    doom.look()
    assert not doom.at_work


def test_of_a_hand_the_way_that_is_known_is_meant() -> None:
    level = load("premise/wrong-turn")
    session = session_of(level)
    assert not Doom(session).may_know  # no proof, nothing to say
    doom = Doom(session, proof_of(level, session.scenario))
    assert doom.may_know
    assert doom.words == WAY_IS_GONE
    doom.look()
    assert not worked(doom)
    while session.world.now < 6_500_000 and not session.over:
        session.step()
    doom.look()
    assert session.over or worked(doom)
    assert not doom.tell()  # something can be done still: who knows


def test_of_a_hand_it_is_said_when_nothing_more_can_be_done() -> None:
    level = load("pipe/two-is-not-enough")
    session = session_of(level, paused=True)
    doom = Doom(session, proof_of(level, session.scenario))
    hand = session.world.hand
    assert hand is not None
    while not hand.tiles():
        assert session.step()
    doom.look()
    hand.left.update(dict.fromkeys(hand.left, 0))
    doom.lost = True
    assert doom.tell()


def test_what_is_reckoned_is_the_world_as_it_was() -> None:
    level = load(LEVEL)
    session: Session = session_of(level, paused=True)
    work = winnable_from(session.world.fork(player=Player()), slice_events=5)
    before = session.world.count
    for _ in range(3):
        next(work, None)
    assert session.world.count == before


@pytest.mark.parametrize("key", ["j", "f8", "r"])
def test_what_can_be_done_when_it_is_lost(tmp_path: Path, key: str) -> None:
    level = load(LEVEL)
    persona = next(one for one in personas_of(level) if one.name == PERSONA)

    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        bridge, seat = screen.bridge, PersonaSeat(persona)
        session = bridge.session
        while not bridge.doom.told:
            await until(lambda: session.question is not None)
            question = session.question
            assert question is not None
            session.answer(seat.answer(question.asked), question)
            session.to_question()
            await until(lambda: session.waiting == "question" and not bridge.doom.at_work)
            await pilot.pause()
            wrong = [one for one in session.verdict_lines if one.verdict.kind is not Kind.BOOK]
            assert not bridge.doom.told or all(one.said for one in wrong)  # no verdict before its consequence
        await pilot.pause()
        assert f"{BOOK_LOSES}:  j  back   r  again   F8  watch it end" in shown(screen.game)
        screen.bridge.doing = None  # nothing is being typed
        answers = len(session.world.answers)
        if key == "j":
            screen.action_moment()
            await until(lambda: len(session.world.answers) < answers)
            assert not bridge.doom.lost
            assert session.paused
            assert list(winnable_from(session.world))[-1] is True
        elif key == "f8":
            await pilot.press("f8")
            await until(lambda: bridge.over is not None)
            assert session.outcome is not None
            assert not session.outcome.won
        else:
            screen.action_restart()
            await until(lambda: screen.game.screen is not screen)

    playing(tmp_path, level, steps)


def test_plain_play_says_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACKADEMY_HOME", str(tmp_path))
    monkeypatch.setattr(plain_lines, "SECONDS", 3600.0)
    said: list[str] = []
    plain.play(load(LEVEL), lines=io.StringIO("1\n" * 60), out=said.append)
    assert f"! {BOOK_LOSES}." in said
