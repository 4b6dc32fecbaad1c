"""Moves that nobody asks for: what became possible, the bell, and what is left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest
import trio

from core.judging import diagnose
from core.kernel.choice import PASS, Answer, Choice, Kind, Persona, Value
from core.kernel.protocol import Context
from core.kernel.scenario import NodeSpec, PlayerSeat
from core.kernel.seats import Book
from core.record import result_of
from core.session import Session, notices
from levels.loader import load
from levels.proofs import prove_scenario
from levels.schema import Does, How, Proof, ProofStep
from tests.session.test_nursery import RING, Ringer

WAITS = replace(
    RING,
    book=lambda asked: True if asked.me.rounds % 3 == 0 and asked.me.last < asked.me.rounds else PASS,
    available=lambda asked: asked.me.rounds >= 2,
    grace=50_000,
    answers={**RING.answers, "omitted": Answer(Kind.WRONG, "Nobody rang.")},
)


@dataclass
class Tower(Ringer):
    """A tower that may be rung from the second round on, and is to be rung once in every third."""

    offers = (WAITS,)
    last: int = 0

    def on_move(self, ctx: Context, choice: Choice, value: Value) -> None:
        super().on_move(ctx, choice, value)
        self.last = self.rounds


@pytest.fixture
def tower(server):
    protocol = replace(server.protocols["echo"], roles={"ringer": Tower}, choices=(WAITS,))
    return replace(
        server, protocols={"echo": protocol}, nodes=(NodeSpec("tower", "echo", "ringer"),),
        player=(PlayerSeat("tower", ("*",)),), win=(), par=(), limit=1_250_000,
    )  # fmt: skip


def heard(session, *kinds):
    told = []
    session.tap(lambda notice: told.append((notice, session.world.now)) if isinstance(notice, kinds) else None)
    return told


def play(session, rings=()):
    """Step to the end, ringing at these times (µs)."""
    left = list(rings)
    while not session.over:
        session.step()
        if left and session.world.now >= left[0]:
            left.pop(0)
            session.move("echo.ring", True)


def test_what_became_possible_and_what_is_due_is_told_once(tower):
    session = Session(tower)
    told = heard(session, notices.Possible, notices.Bell)
    play(session)
    assert told == [
        (notices.Possible("tower", "echo.ring"), 200_000),
        *((notices.Bell("tower"), round * 300_000) for round in range(1, 5)),
    ]


def test_a_move_left_out_is_judged_and_told_like_an_answer(tower):
    session = Session(tower, say="at-once")
    told = heard(session, notices.Judged, notices.Consequence)
    play(session, rings=[600_000])
    words = [(notice.verdict.label, now) for notice, now in told if isinstance(notice, notices.Consequence)]
    assert words == [("omitted", 350_000), ("book", 600_000), ("omitted", 950_000)]
    assert [line.verdict.words for line in session.verdict_lines if line.said] == [
        "Nobody rang.",
        "Right.",
        "Nobody rang.",
    ]
    assert [line.verdict.value for line in session.verdict_lines] == [PASS, True, PASS]


def test_what_was_left_out_is_so_again_after_going_back(tower):
    session = Session(tower)
    play(session)
    before = session.world.verdicts
    assert len(before) == 3
    session.jump(session.position[1] // 2)
    assert len(session.world.verdicts) < 3
    play(session)
    assert session.world.verdicts == before


def test_who_leaves_everything_out_is_found_and_named(tower):
    sleeper = Persona("sleeper", "never rings", {"echo.ring": lambda asked: PASS})
    room = replace(tower.protocols["echo"], personas=(sleeper,))
    scenario = replace(tower, protocols={"echo": room})
    session = Session(scenario)
    play(session)
    assert [verdict.persona for verdict in session.world.verdicts] == ["sleeper"] * 3
    (found,) = diagnose(scenario, session.world.answers)
    assert (found.persona, found.told, found.against) == ("sleeper", 3, 0)
    assert result_of(session.world).mistakes == 3
    diligent = Session(scenario)
    play(diligent, rings=[300_000, 600_000, 900_000, 1_200_000])
    assert diagnose(scenario, diligent.world.answers) == []


def test_after_the_list_of_a_proof_the_book_makes_the_moves(tower):
    def proved(*times):
        steps = tuple(ProofStep(Does.MOVE, True, "echo.ring", at=time) for time in times)
        world = prove_scenario(SimpleNamespace(proof=Proof(How.ANSWERS, steps)), tower)
        return [given.at for given in world.answers]

    assert proved() == [300_000, 600_000, 900_000, 1_200_000]
    assert proved(250_000) == [250_000, 300_000, 600_000, 900_000, 1_200_000]
    assert proved(250_000, 650_000) == [250_000, 650_000, 900_000, 1_200_000]


async def test_a_level_may_stop_for_what_is_due(tower, autojump_clock, nursery):
    session = Session(tower, stops="due")
    nursery.start_soon(session.run)
    session.to_question()
    for due in (300_000, 600_000):
        await trio.sleep(300)  # what is due is left undone: no silence is shortened
        assert (session.world.now, session.waiting) == (due, "paused")
        session.resume()
    session.close()


async def test_the_world_goes_on_when_what_was_due_is_done(tower, autojump_clock, nursery):
    session = Session(tower, stops="due")
    nursery.start_soon(session.run)
    session.to_question()
    for due in (300_000, 600_000):
        await trio.sleep(30)
        assert (session.world.now, session.waiting) == (due, "paused")
        session.move("echo.ring", True)
        assert not session.waiting
        session.to_question()
    await trio.sleep(30)
    session.pause()  # by hand: then a move is not what it stands for
    session.move("echo.ring", True)
    assert (session.world.now, session.waiting) == (900_000, "paused")
    session.close()


def test_a_level_may_have_no_bell(tower):
    session = Session(tower, bell=False)
    told = heard(session, notices.Bell)
    play(session)
    assert not told


@pytest.mark.parametrize("who", ["policy", "watching"])
def test_the_bell_is_for_who_may_move(tower, who):
    if who == "policy":
        session = Session(tower, policy=Book())
    else:
        first = Session(tower)
        play(first, rings=[300_000])
        session = Session(tower, answers=first.world.answers)
    told = heard(session, notices.Bell, notices.Possible)
    while not session.over:
        session.step()
        if who == "watching" and not session.watching:
            break
    assert not [notice for notice, now in told if now <= 300_000]


def test_stops_is_one_of_two_words(tower):
    with pytest.raises(ValueError, match='stops is "questions" or "due"'):
        Session(tower, stops="never")


def test_a_move_left_out_stands_under_what_it_cost():
    """Like a wrong answer's words, those on an omission wait until it shows: had the ACK left in time, the next bytes
    would have come."""
    session = Session(load("pipe/nobody-asks-you").scenario)
    told = heard(session, notices.Consequence)
    while not session.over:
        if session.question is not None:
            session.answer(session.question.asked.book)
        else:
            session.step()
    (line,) = [line for line in session.verdict_lines if line.verdict.label == "omitted"]
    assert line.consequence is not None
    assert "from alice at" in line.consequence.instead
    said = [now for notice, now in told if notice.verdict is line.verdict]
    assert said == [] or said[0] > line.verdict.time
