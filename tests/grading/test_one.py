"""One run is executed again and judged: what its row says, and that it never raises for what is in a file."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core.grading import Standing, Wanted, grade_run, grade_runs
from core.kernel.seats import Random
from core.kernel.world import World
from core.record import Sealed, header_of, new_identity, read, result_of, write
from levels.graded import compiled_to_grade, level_digest
from levels.loader import load
from levels.proofs import with_par_figures
from tests.grading.runs import finish, played, to_question

LEVEL = load("premise/echo")
SCENARIO = with_par_figures(LEVEL)


def test_a_run_is_judged_by_what_comes_of_its_answers(tmp_path):
    row = grade_run(played(tmp_path / "one.run"), compiled_to_grade)
    assert (row.standing, row.why, row.remarks) == (Standing.VERIFIED, "", ())
    assert (row.won, row.stars, row.sealed, row.player) == (True, 2, Sealed.CHECKSUM, "")
    assert (row.level, row.digest) == (LEVEL.id, level_digest(LEVEL.text))
    assert {name: (one.value, one.par) for name, one in row.figures.items()} == {
        "messages": (10, 10), "time": (520_000, 624_000),
    }  # fmt: skip
    assert row.by == {"you": 5}
    assert len(row.thought_ms) == 5
    assert row.id == read(tmp_path / "one.run").checksum


def test_the_whole_tree_is_in_it(tmp_path):
    def play(session):
        to_question(session)
        verdict = session.answer(9)  # wrong
        session.hint()
        session.step()
        session.jump(verdict.event)
        session.answer(session.question.asked.book)
        while not session.offered:
            session.step() if session.question is None else session.answer(session.question.asked.book)
        session.hand_over()
        finish(session)

    row = grade_run(played(tmp_path / "tree.run", play), compiled_to_grade)
    assert row.verified, row.why
    assert (row.won, row.stars, row.attempts, row.ended, row.hints, row.rewinds) == (True, 2, 2, 2, 1, 1)
    first, *more = row.first
    assert (first.choice, first.value, first.right) == ("echo.number", 9, False)
    assert all(answer.case != first.case for answer in more)
    assert row.mistakes == {}  # of the attempt that counts
    assert row.handed_over
    said = read(tmp_path / "tree.run").firsts
    assert [(one.case, one.value, one.label) for one in said] == [(one.case, one.value, one.label) for one in row.first]


def test_a_win_stands_even_if_something_else_was_tried_after_it(tmp_path):
    def play(session):
        finish(session)
        session.jump(session.world.verdicts[0].event)
        session.answer(9)

    row = grade_run(played(tmp_path / "after.run", play), compiled_to_grade)
    assert row.verified, row.why
    assert (row.won, row.stars, row.attempts, row.ended, row.rewinds) == (True, 2, 2, 1, 0)
    assert all(one.right for one in row.first)  # that case had been answered


def test_signed_by_whom(tmp_path):
    mine, other = new_identity("me"), new_identity()
    path = played(tmp_path / "signed.run", signer=mine)
    row = grade_run(path, compiled_to_grade, Wanted(player=mine.player))
    assert row.verified, row.why
    assert (row.player, row.sealed, row.remarks) == (mine.player, Sealed.SIGNED, ())
    row = grade_run(path, compiled_to_grade, Wanted(player=other.player, seed=99))
    assert row.verified
    assert [words.split(":")[0] for words in row.remarks] == [
        "played on seed 4, not on 99, which was given out", "signed by another key",
    ]  # fmt: skip


@pytest.mark.parametrize("signed", [True, False])
def test_any_changed_byte_is_refused(tmp_path, signed):
    path = played(tmp_path / "one.run", signer=new_identity() if signed else None)
    whole = path.read_bytes()
    changed = tmp_path / "changed.run"
    for place in range(0, len(whole), 3 if signed else 7):
        changed.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        row = grade_run(changed, compiled_to_grade)
        assert not row.verified, place
        assert row.why, place


def test_another_level_than_was_wanted_is_refused_before_it_is_executed(tmp_path):
    path = played(tmp_path / "one.run")
    wanted = Wanted(level=level_digest(LEVEL.text), digest_of=level_digest)
    assert grade_run(path, compiled_to_grade, wanted).verified

    def never(text, seed):
        raise AssertionError("executed")

    row = grade_run(path, never, replace(wanted, level="0" * 64))
    assert (row.standing, "another text" in row.why) == (Standing.REFUSED, True)


def test_many_on_all_cores_are_the_same_rows(tmp_path):
    world = World(SCENARIO, Random(3))
    world.run()
    lost = tmp_path / "lost.run"
    write(lost, header_of(SCENARIO, LEVEL.id, LEVEL.text), world.answers, result_of(world), by="random")
    broken = tmp_path / "broken.run"
    broken.write_text("{}")
    paths = [played(tmp_path / f"{number}.run") for number in range(8)] + [lost, broken, tmp_path / "none.run"]
    rows = dict(grade_runs([(path, None) for path in paths], compiled_to_grade, processes=2))
    assert [rows[place] for place in range(len(paths))] == [grade_run(path, compiled_to_grade) for path in paths]
    assert [rows[place].standing.value for place in (8, 9, 10)] == ["verified", "unreadable", "unreadable"]
    assert rows[8].by == {"random": len(world.answers)}
    assert json.dumps([row.as_json() for row in rows.values()])
