"""Moves as a policy: what was done in a run, written as a script that does it again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.kernel.choice import PASS, Asked, Value
from core.kernel.seats import Book, Idle
from core.kernel.world import World
from core.policy import NoPolicyError, moves_of, policy_of
from core.script import Script, hidden_of, seen
from levels.loader import every_act, load
from levels.proofs import ProofError, play, prove
from levels.schema import Level

AGAIN = sorted(
    act.id
    for act in every_act()
    if act.id
    in {
        "premise/echo", "premise/two-tapes", "wire/bring-me-the-ack", "wire/doors", "wire/scissors", "pipe/ghost-syn",
        "pipe/next-byte-please", "pipe/last-words", "sockets/coat-check", "web/front-page", "swarm/quid-pro-quo",
        "swarm/bad-apple", "ring/fingers-crossed", "ring/hearsay", "clocks/what-time-is-it-there", "crown/two-kings",
    }
)  # fmt: skip
"""Levels of every world whose proof is answers: a script gives them at the very same moments."""


def played(path: Path, text: str, world: World) -> World:
    """The same seed in the hands of this script."""
    path.write_text(text, "utf-8")
    with Script(path, seed=world.seed, hidden=hidden_of(world.scenario)) as seat:
        return play(world.scenario, seat)


def test_the_levels_named_are_there() -> None:
    assert len(AGAIN) == 16


@pytest.mark.parametrize("level", AGAIN)
def test_a_policy_does_on_its_own_seed_what_was_done(tmp_path: Path, level: str) -> None:
    proof = prove(load(level))
    text = policy_of(proof.scenario, proof.answers, level, level)
    assert played(tmp_path / "p.py", text, proof).trace_sha256() == proof.trace_sha256()
    assert "def answer(question, memory):" in text
    assert max(map(len, text.splitlines())) < 160


@pytest.mark.parametrize("act", every_act(), ids=lambda act: act.id)
def test_of_every_level_a_policy_can_be_made_that_plays_to_an_end(tmp_path: Path, act: Level) -> None:
    try:
        world = prove(act)
    except ProofError:
        pytest.skip("it has no proof that can be played")
    if act.scenario.live:
        with pytest.raises(NoPolicyError, match="outside"):
            policy_of(world.scenario, world.answers)
        return
    assert played(tmp_path / "p.py", policy_of(world.scenario, world.answers), world).outcome is not None


def test_a_number_that_was_seen_is_no_constant() -> None:
    proof = prove(load("premise/echo"))
    text = policy_of(proof.scenario, proof.answers)
    assert "return question.number  # 5 times in 2 cases" in text


def test_answers_go_by_case_where_the_case_decides() -> None:
    proof = prove(load("wire/doors"))
    text = policy_of(proof.scenario, proof.answers)
    assert "if question.case == 'open port':  # 3 times" in text
    assert "return fitting(question, 'discard')" in text


class Alternating:
    """Answers by no rule that could be seen."""

    waits = False

    def __init__(self) -> None:
        self._turn = 0

    def answer(self, asked: Asked) -> Value:
        if asked.choice.chance or asked.choice.standing:
            return asked.book
        self._turn += 1
        return asked.candidates[self._turn * self._turn % 3 % len(asked.candidates)]


def test_what_follows_from_nothing_is_listed_in_its_order(tmp_path: Path) -> None:
    level = load("ring/fingers-crossed")
    world = play(level.scenario, Alternating())
    text = policy_of(world.scenario, world.answers)
    assert "in_turn(question, memory, values)" in text
    assert played(tmp_path / "p.py", text, world).trace_sha256() == world.trace_sha256()


def test_a_run_in_which_nothing_was_done_is_a_script_that_loads(tmp_path: Path) -> None:
    world = World(load("premise/echo").scenario, Idle())
    text = policy_of(world.scenario, (), until=0)
    assert played(tmp_path / "p.py", text, world).outcome is not None


def test_titles_cannot_become_code(tmp_path: Path) -> None:
    world = prove(load("premise/echo"))
    text = policy_of(world.scenario, world.answers, "x\nimport os; os._exit(3)\n\x1b[2J", "a/b\nraise SystemExit")
    assert "\x1b" not in text
    assert played(tmp_path / "p.py", text, world).trace_sha256() == world.trace_sha256()


def test_a_script_sees_no_more_than_the_chair() -> None:
    """`Choice.hides`: what would say the answer is neither in the view nor in the subject."""
    for act in every_act():
        if act.scenario.live or not act.scenario.player:
            continue
        hidden = hidden_of(act.scenario)
        if not hidden:
            continue
        asked: list[Asked] = []

        class Looking(Book):
            def answer(self, question: Asked) -> Value:
                if not question.choice.chance:
                    data = seen(question, 1, hidden)  # noqa: B023
                    assert not hidden & {*data["view"], *data["subject"]}  # noqa: B023
                    asked.append(question)  # noqa: B023
                return super().answer(question)

        play(act.scenario, Looking())
        assert asked, act.id


def test_the_numbers_of_the_own_byte_line_hide_the_next_one() -> None:
    assert {"next", "next expected"} <= hidden_of(load("pipe/next-byte-please").scenario)


def test_offers_that_were_let_pass_are_told_apart(tmp_path: Path) -> None:
    proof = prove(load("swarm/race-the-server"))
    found = {moves.choice.name: moves for moves in moves_of(proof.scenario, proof.answers)}
    standing = [moves for moves in found.values() if moves.choice.standing and moves.given]
    for moves in standing:
        assert all(one.value is not PASS for one in moves.given)
        assert all(one.value is PASS for one in moves.declined)


def test_programs_outside_cannot_be_met_again() -> None:
    scenario = replace(load("premise/echo").scenario)
    with pytest.raises(NoPolicyError, match="nobody plays"):
        policy_of(replace(scenario, player=()), ())
