"""The network's hand in a session: acts by a person and by a script, back and forth, and again from the record."""

from __future__ import annotations

from dataclasses import replace

import pytest
import trio

from core.kernel.scenario import Hand, Side
from core.kernel.world import World, replayed
from core.script import Script, ScriptSeat
from core.session import Session, for_player
from tests.patience import ENOUGH
from tests.session.test_script_seat import written

TAKER = """
def answer(question, memory):
    memory["asked"] = memory.get("asked", 0) + 1
    return question.candidates[0] if memory["asked"] % 5 == 3 else None
"""


@pytest.fixture
def handed(server):
    return replace(server, player=(), network=None, hand=Hand(2, 6, 300_000, 1, 2, 1, 1, 1, 1))


def flying(session, act="take"):
    return next(asked for asked in session.offers() if asked.choice.name == f"network.{act}").options


def stepped(session, want):
    while not (session.world.hand.tiles() and want(session)):
        assert session.step()


def to_the_end(session):
    while not session.over:
        assert session.step()


def test_a_person_takes_and_lets_go_and_the_record_says_it_all(handed):
    session = Session(handed)
    assert session.player == "network"
    stepped(session, lambda session: True)
    session.move("network.take", flying(session)[0])
    for _ in range(3):
        session.step()
    session.move("network.let_go", flying(session, "let_go")[0])
    to_the_end(session)
    world = session.world
    assert [given.how for given in world.answers] == ["move", "move"]
    again = replayed(handed, world.answers)
    assert again.trace_sha256() == world.trace_sha256()
    watched = Session(handed, answers=world.answers)
    to_the_end(watched)
    assert watched.world.trace_sha256() == world.trace_sha256()
    assert len(watched.branches) == 1


def test_going_back_before_an_act_and_doing_otherwise_is_a_branch(handed):
    session = Session(handed)
    stepped(session, lambda session: True)
    before = session.world.count
    session.move("network.take", flying(session)[0])
    session.step()
    assert session.world.hand.held
    session.jump(before)
    assert not session.world.hand.held
    session.move("network.lose", flying(session)[0])
    assert session.rewinds == 1
    assert len(session.branches) == 2
    assert [given.choice for given in session.world.answers] == ["network.lose"]
    session.go(0 if session.branch else 1)
    assert session.world.hand.held


async def test_a_script_in_the_networks_chair_plays_the_same_trace_in_a_session_as_headless(tmp_path, handed):
    path = written(tmp_path, TAKER)
    with Script(path) as script:
        world = World(handed, player=script)
        world.run()
    assert len({given.choice for given in world.answers}) > 2
    session = Session(handed, seats=for_player(handed, ScriptSeat(path)))
    session.set_speed(64)
    with trio.fail_after(ENOUGH):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(session.run)
            await session.until_over()
            session.close()
    assert not session.troubles
    assert session.world.answers == world.answers
    assert session.world.trace_sha256() == world.trace_sha256()


def test_the_second_row_of_a_fair_trap_is_seen_beside_the_first(handed):
    trap = replace(handed, seats={"server": "counts on its own"}, sides=(Side(book=True, keeps=()),))
    session = Session(trap)
    assert session.beside.everything
    stepped(session, lambda session: True)
    before, seen = session.world.count, session.beside
    session.move("network.take", flying(session)[0])
    assert session.world.beside.world.hand.held
    to_the_end(session)
    told = [(entry.kind, entry.detail) for entry in session.beside.entries() if entry.node == "network"]
    assert told[0] == ("move", ("network.take", "Ping client -> server"))
    session.jump(before)
    assert session.beside is not seen
    assert not session.world.beside.world.hand.held
    assert Session(handed).beside is None
