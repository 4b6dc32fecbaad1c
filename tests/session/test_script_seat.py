"""A student's script in a session that is played: the same trace as headless, and a screen that never freezes."""

from __future__ import annotations

import pytest
import trio

from core.kernel.world import World
from core.script import Script, ScriptError, ScriptSeat
from core.session import Session, for_player, notices
from tests.patience import ENOUGH
from tests.session.test_nursery import ringer, until  # noqa: F401

BOOKISH = """
def answer(question, memory):
    memory["asked"] = memory.get("asked", 0) + 1
    if question.choice == "echo.ring":
        return True if question.view["rounds"] % 4 == 0 and question.view["rung"] < 3 else None
    return question.number if question.choice == "echo.number" else question.candidates[-1]
"""


def written(tmp_path, text):
    path = tmp_path / "policy.py"
    path.write_text(text)
    return path


@pytest.mark.parametrize("who", ["server", "client", "ringer"])
async def test_a_script_plays_the_same_trace_in_a_session_as_headless(tmp_path, who, request):
    scenario = request.getfixturevalue(who)
    path = written(tmp_path, BOOKISH)
    with Script(path) as script:
        world = World(scenario, player=script)
        world.run()
    assert world.answers
    seat = ScriptSeat(path)
    session = Session(scenario, seats=for_player(scenario, seat))
    session.set_speed(64)
    with trio.fail_after(ENOUGH):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(session.run)
            await session.until_over()
            session.close()
    assert not session.troubles
    assert session.world.answers == world.answers
    assert session.world.trace_sha256() == world.trace_sha256()
    assert seat._script is None


async def test_a_script_that_never_ends_holds_up_nobody_and_is_told_in_words(tmp_path, server):
    seat = ScriptSeat(written(tmp_path, "def answer(question, memory):\n    while True: pass\n"), seconds=0.7)
    session = Session(server, seats=for_player(server, seat))
    told: list = []
    session.tap(lambda notice: told.append(notice) if isinstance(notice, notices.Trouble) else None)
    session.to_question()
    turns = 0
    with trio.fail_after(ENOUGH):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(session.run)
            await until(lambda: session.world.questions)
            assert session.waiting == "seat"
            while not told:
                await trio.sleep(0.005)
                turns += 1
            assert session.question is not None  # the person's now
            session.close()
    assert "did not answer echo.number within 0.7 s" in told[0].words
    assert turns > 5  # one, if the script held up everybody for its 0.7 s


async def test_leaving_while_a_script_thinks_takes_no_time_and_leaves_no_process(tmp_path, server):
    seat = ScriptSeat(written(tmp_path, "import time\ndef answer(question, memory):\n    time.sleep(3600)\n"))
    session = Session(server, seats=for_player(server, seat))
    session.to_question()
    with trio.fail_after(ENOUGH):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(session.run)
            await until(lambda: seat._script is not None and session.world.questions)
            process = seat._script._process
            nursery.cancel_scope.cancel()
    assert process.poll() is not None


async def test_a_withdrawn_question_does_not_answer_the_next_one(tmp_path, server):
    """The script is at work on question 1 when play goes back; it must not be heard as the answer to what follows."""
    text = """
import time
def answer(question, memory):
    if not memory:
        memory["slow"] = True
        time.sleep(0.8)
        return 99
    return question.number
"""
    seat = ScriptSeat(written(tmp_path, text))
    session = Session(server, seats=for_player(server, seat))
    session.to_question()
    with trio.fail_after(ENOUGH):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(session.run)
            await until(lambda: session.world.questions and seat._script is not None)
            await trio.sleep(0.3)
            session.back()
            session.to_question()
            await session.until_over()
            session.close()
    assert not session.troubles
    assert [given.value for given in session.world.answers] == [1, 2, 3, 4, 5, 6]


async def test_errors_of_a_script_name_its_line(tmp_path, server):
    seat = ScriptSeat(written(tmp_path, "def answer(question, memory):\n    return 1 / 0\n"))
    session = Session(server, seats=for_player(server, seat))
    session.to_question()
    with trio.fail_after(ENOUGH):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(session.run)
            await until(lambda: session.troubles)
            session.close()
    assert "policy.py, line 2: ZeroDivisionError" in session.troubles[0].words
    with pytest.raises(ScriptError, match="no such file"):
        ScriptSeat(tmp_path / "missing.py")
