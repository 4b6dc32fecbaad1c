"""A proof with mistakes is warned of, its first one named with its time; not where the level is won by nothing else."""

from __future__ import annotations

import pytest

from levels.check import Effort, Severity, check
from levels.loader import from_text, load
from levels.mistakes import needless
from levels.proofs import prove
from levels.trials import Trials
from tests.levels.helpers import changed

PATIENT = (
    ('server = { player = ["echo.number"] }', 'client = { player = ["echo.patience"] }'),
    ("echo.number: a new ping", "echo.patience: first copy"),
    ("echo.number: a ping seen before", "echo.patience: asked again"),
)


def found(*pairs: tuple[str, str]) -> list[str]:
    level = from_text(changed(*pairs), "course/a.toml")
    report = check(level, Effort(chance=1, personas=1, shortest=False, hints=False))
    return [
        f"{one.problem.line}: {one.words}"
        for one in report.findings
        if one.severity is Severity.WARNING and "mistake" in one.words
    ]


def test_a_proof_by_the_book_has_none() -> None:
    assert found() == []


def test_the_first_mistake_is_named_with_its_time_and_the_book_s_answer() -> None:
    waits = '{ choice = "echo.patience", case = "first copy", value = "3 s" }'
    (words,) = found(('proof = "book"', f"proof = {{ answers = [{waits}] }}"), *PATIENT)
    assert words == (
        "6: its proof has a mistake that it does not need: at 0 ms client answers echo.patience (first copy) with 3 s, "
        "which is allowed, but costly: the book's answer, 200 ms: with that it wins within par, too"
    )
    again = '{ choice = "echo.patience", case = "asked again", value = "4 s" }'
    (words,) = found(('proof = "book"', f"proof = {{ answers = [{waits}, {again}] }}"), *PATIENT)
    assert "(one of 2 mistakes): at 0 ms client" in words


def test_a_mistake_that_its_own_par_needs_is_none() -> None:
    """Who asks again before an answer can be back pays a message, and finds the lost one sooner than the book."""
    hurried = '{ choice = "echo.patience", case = "first copy", value = "50 ms" }'
    assert found(('proof = "book"', f"proof = {{ answers = [{hurried}] }}"), *PATIENT) == []


@pytest.mark.parametrize("name", ["pipe/patience", "swarm/race-the-server"])
def test_what_the_aim_of_a_level_needs_is_no_mistake(name: str) -> None:
    """Longer waits than the book's keep its par; and only an empty chair, which costs, feeds the carriers on all
    seeds."""
    level = load(name)
    world = prove(level)
    assert any(verdict.value != verdict.book for verdict in world.verdicts)
    assert needless(Trials(level), world) is None
