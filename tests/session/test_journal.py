"""The recorder from a worker thread, and going on from what it wrote."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace

import pytest
import trio

from core.kernel.world import DivergedError
from core.record import read, verify
from core.recorder import Recorder, journal_name, unfinished
from core.session import Session, for_player, notices
from tests.patience import ENOUGH
from tests.session.test_nursery import Slow, book_hash, heard, until
from tests.session.test_record import TEXT, compiled, finish


async def test_it_writes_from_a_thread_while_the_session_runs_and_at_once_when_it_closes(tmp_path, server):
    session = Session(server, seats=for_player(server, Slow(0.0)))
    path = tmp_path / "one.run"
    writers = set()
    with Recorder(path, session, level="x", text=TEXT, later=True) as recorder:
        drain = recorder.drain

        def watched() -> None:
            writers.add(threading.current_thread())
            drain()

        recorder.drain = watched  # type: ignore[method-assign]
        session.to_question()
        with trio.fail_after(ENOUGH):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(session.run)
                await until(lambda: len(session.world.answers) >= 3)
                await until(lambda: len(read(path).answers) >= 3)  # while it is played
                assert threading.main_thread() not in writers
                await session.until_over()
                session.close()
        # Played on by hand, without a run: written when the recorder is closed, at the latest.
        session.take_over()
        session.jump(3)
        session.answer(0)
    run = read(path)
    assert run.answers == tuple(session.world.answers)
    assert len(run.branches) == 1
    assert not session.troubles


async def test_a_slow_disk_holds_up_the_world_but_nobody_else(tmp_path, server):
    session = Session(server, seats=for_player(server, Slow(0.0)))
    with Recorder(tmp_path / "slow.run", session, level="x", text=TEXT, later=True) as recorder:
        drain = recorder.drain

        turns = drained = 0

        def slowly() -> None:
            """A write that takes until everybody else has had some turns: for ever, if it holds them up."""
            nonlocal drained
            seen, until = turns, time.monotonic() + ENOUGH
            while turns < seen + 5:
                assert time.monotonic() < until, "nobody has a turn while the disk writes"
                time.sleep(0.001)
            drain()
            drained += 1

        recorder.drain = slowly  # type: ignore[method-assign]
        session.to_question()
        with trio.fail_after(ENOUGH):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(session.run)
                while not (session.over and drained) and not session.troubles:
                    await trio.sleep(0.001)
                    turns += 1
                session.close()
        recorder.drain = drain  # type: ignore[method-assign]
    assert not session.troubles
    assert verify(read(tmp_path / "slow.run"), compiled(server)).verified
    assert session.world.trace_sha256() == book_hash(server)


async def test_a_disk_that_fails_is_told_once_and_the_level_goes_on(tmp_path, server, autojump_clock):
    session = Session(server, seats=for_player(server, Slow(0.0)))
    told = heard(session, notices.Trouble)

    class Full:
        def write(self, data):
            raise OSError(28, "No space left on device")

        def close(self):
            pass

    with Recorder(tmp_path / "full.run", session, level="x", text=TEXT, later=True) as recorder:
        assert recorder._file is not None
        recorder._file.close()
        recorder._file = Full()  # type: ignore[assignment]
        async with trio.open_nursery() as nursery:
            nursery.start_soon(session.run)
            await session.until_over()
            session.close()
    assert [(trouble.who, "No space left" in trouble.words) for trouble in told] == [("recorder", True)]
    assert session.world.trace_sha256() == book_hash(server)


def cut_short(folder, scenario, answers: int, play: int = 7, unseen: bool = True):
    """A journal with so many answers; the session that wrote it."""
    session = Session(scenario, hints=("look",))
    path = folder / journal_name(f"x-{answers}", play, unseen)
    recorder = Recorder(path, session, level="x", text=TEXT)
    session.hint()
    while len(session.world.answers) < answers:
        if session.question is not None:
            session.answer(session.question.asked.book)
        else:
            session.step()
    return recorder, session


def test_going_on_stands_where_the_play_stood(tmp_path, server):
    recorder, session = cut_short(tmp_path, server, 5)  # three by hand, two by themselves
    session.jump(3)
    session.answer(0)  # a branch: going back counts
    while len(session.world.answers) < 4:
        if session.question is not None:
            session.answer(session.question.asked.book)
        else:
            session.step()
    recorder.close()
    found = unfinished(tmp_path, "x", server.digest())
    assert found is not None
    assert (found.play, found.unseen) == (7, True)
    run = found.run
    on = Session(server, answers=run.answers, hints=("look",))
    on.go_on(run.by, hints=run.hints, whys=run.whys, rewinds=run.rewinds)
    assert on.world.answers == session.world.answers
    assert not on.watching
    assert not on.paused
    assert (on.hints_used, on.rewinds) == (1, 1)
    assert on.hint() is None
    with Recorder(run.path, on, level="x", text=TEXT, unseen=found.unseen, goes_on=run) as recorder:
        on.jump(3)
        on.answer(2)  # back again, behind where it was gone on
        finish(on)
    whole = read(run.path)
    assert whole.answers == tuple(on.world.answers)
    assert len(whole.branches) == 2
    assert whole.branches[-1] == run.answers
    assert whole.result is not None
    assert (whole.result.hints, whole.result.rewinds, whole.result.unseen) == (1, 2, True)
    assert verify(whole, compiled(server)).verified
    assert unfinished(tmp_path, "x", server.digest()) is None  # it has a result


@pytest.mark.parametrize("handed_over", [True, False])
def test_what_was_handed_over_still_runs_by_itself(tmp_path, server, handed_over):
    recorder, session = cut_short(tmp_path, server, 3)
    assert session.offered
    if handed_over:
        session.hand_over()
        while len(session.world.answers) < 4:
            session.step()
    recorder.close()
    run = read(recorder.path)
    assert list(run.by) == ["you"] * 3 + ["autopilot"] * handed_over
    on = Session(server, answers=run.answers)
    on.go_on(run.by)
    assert (on.offered, on.handed_over) == (session.offered, session.handed_over)
    assert bool(on.handed_over) is handed_over
    by_hand = Session(server, answers=run.answers, may_hand_over=False)  # elsewhere, say, where that is not done
    by_hand.go_on(run.by)
    assert not by_hand.handed_over
    asked = 0
    while not on.over:
        if on.question is not None:
            asked += 1
            on.answer(on.question.asked.book)
        on.step()
    assert asked == (1 if handed_over else len(on.world.answers) - 3), "but for the last one, which ends the level"
    assert on.world.trace_sha256() == book_hash(server)


@pytest.mark.parametrize("answers", range(1, 7))
def test_interrupted_after_any_answer_and_gone_on_with_it_is_the_same_run(tmp_path, server, answers):
    recorder, _ = cut_short(tmp_path, server, answers)
    recorder.close()
    run = read(recorder.path)
    on = Session(server, answers=run.answers)
    on.go_on(run.by)
    finish(on)
    assert on.world.trace_sha256() == book_hash(server)
    assert len(on.branches) == 1


def test_kept_answers_are_gone_on_with(tmp_path, lossy_client):
    session = Session(lossy_client, asks="notice")
    with Recorder(tmp_path / journal_name("k", 1, False), session, level="x", text=TEXT):
        session.step()
        session.keep("echo.patience", 90_000)
    (path,) = tmp_path.iterdir()
    finish(session)
    found = unfinished(tmp_path, "x", lossy_client.digest())
    assert found is None  # nothing but settings, and what they answered: nothing to go on with
    run = read(path)
    on = Session(lossy_client, asks="notice", answers=run.answers)
    on.go_on(run.by)
    assert on.kept == {("client", "echo.patience"): 90_000}
    assert not on.back() or on.world.count >= 1
    on = Session(lossy_client, asks="notice", answers=run.answers)
    on.go_on(run.by)
    finish(on)
    assert on.world.trace_sha256() == session.world.trace_sha256()


def test_answers_of_other_rules_are_refused(server):
    played = Session(server)
    finish(played)
    wrong = [replace(given, choice="echo.patience") for given in played.world.answers]
    with pytest.raises(DivergedError):
        Session(server, answers=wrong).go_on()


def test_which_plays_are_offered(tmp_path, server):
    digest = server.digest()
    recorder, _ = cut_short(tmp_path, server, 2)
    assert unfinished(tmp_path, "x", digest) is None  # it is being written
    recorder.close()
    assert unfinished(tmp_path, "x", digest) is not None
    assert unfinished(tmp_path, "y", digest) is None
    assert unfinished(tmp_path, "x", "0" * 64) is None
    assert unfinished(tmp_path, "x", digest, seed=server.seed) is not None
    assert unfinished(tmp_path, "x", digest, seed=server.seed + 1) is None
    (tmp_path / journal_name("torn", 1, False)).write_text('{"ackademy": "ru')
    (tmp_path / journal_name("junk", 2, False)).write_bytes(b"\xff\x00")
    (tmp_path / "other.run").write_text("not ours")
    found = unfinished(tmp_path, "x", digest)
    assert found is not None
    assert found.words == "2 answers given"
    with recorder.path.open("ab") as file:
        file.write(b'{"after": 9, "a')
    found = unfinished(tmp_path, "x", digest)
    assert found is not None
    assert found.run.torn
    assert len(found.run.answers) == 2
    assert unfinished(tmp_path / "nowhere", "x", digest) is None


def test_two_games_do_not_write_one_journal(tmp_path, server):
    recorder, _ = cut_short(tmp_path, server, 2)
    run = read(recorder.path)
    on = Session(server, answers=run.answers)
    on.go_on(run.by)
    with pytest.raises(OSError, match="another game"):
        Recorder(recorder.path, on, level="x", text=TEXT, goes_on=run)
    recorder.close()
    Recorder(recorder.path, on, level="x", text=TEXT, goes_on=run).close()


def test_a_record_that_another_game_writes_is_refused_and_keeps_what_it_holds(tmp_path, server):
    recorder, session = cut_short(tmp_path, server, 2)
    with pytest.raises(OSError, match="another game"):
        Recorder(recorder.path, Session(server), level="x", text=TEXT)
    moved = tmp_path / "runs" / "done.run"
    recorder.move(moved)
    with pytest.raises(OSError, match="another game"):
        Recorder(moved, Session(server), level="x", text=TEXT)
    assert len(read(moved).answers) == 2
    finish(session)
    recorder.close()
    assert verify(read(moved), compiled(server)).verified
    Recorder(moved, Session(server), level="x", text=TEXT).close()
    assert not read(moved).answers


def test_a_record_may_go_to_a_device(server):
    Recorder(os.devnull, Session(server), level="x", text=TEXT).close()


def test_a_journal_that_moves_is_written_on(tmp_path, server):
    recorder, session = cut_short(tmp_path, server, 2)
    target = tmp_path / "runs" / "done.run"
    before = recorder.path
    recorder.move(target)
    assert not before.exists()
    assert len(read(target).answers) == 2
    finish(session)
    recorder.close()
    assert verify(read(target), compiled(server)).verified
