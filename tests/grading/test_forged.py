"""A hundred forged runs of ten kinds are refused, each for the right reason; and what a patient forger gains."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from core.grading import Standing, Wanted, grade_run
from core.record import Identity, new_identity
from levels.graded import compiled_to_grade, level_digest
from levels.loader import load
from tests.grading.runs import LEVELS, answers_of, lines_of, played, put, resealed, stumble

ME, OTHER = new_identity("me"), new_identity("somebody else")
CHANGED = r"line 1 was|one of the lines 1 to \d+ was changed, added or taken out after it was sealed in line \d+"


def changed_answer(path, lines, signer):
    answers_of(lines)[-1]["value"] = 4711
    return put(path, lines), CHANGED


def added_answer(path, lines, signer):
    last = answers_of(lines)[-1]
    lines.insert(lines.index(last), {**last, "after": last["after"] - 1})
    return put(path, lines), CHANGED


def dropped_answer(path, lines, signer):
    lines.remove(answers_of(lines)[1])
    return put(path, lines), CHANGED


def other_result(path, lines, signer):
    result = next(line["result"] for line in lines if "result" in line)
    result.update(stars=3, unseen=True, hints=0, rewinds=0)
    return put(path, lines), CHANGED


def other_player(path, lines, signer):
    for line in answers_of(lines):
        line["by"] = "script"
    return put(path, lines), CHANGED


def other_times(path, lines, signer):
    for line in answers_of(lines):
        line["took"] = 90_000
    return put(path, lines), CHANGED


def hidden_stumble(path, lines, signer):
    return put(path, [line for line in lines if "hint" not in line and "back" not in line]), CHANGED


def easier_level(path, lines, signer):
    lines[0]["text"] = lines[0]["text"].replace("[goal]", "[goal]\n# easier", 1)
    return put(path, lines), CHANGED


def no_seal(path, lines, signer):
    return put(path, [line for line in lines if "seal" not in line]), "it has no seal"


def borrowed_name(path, lines, signer):
    """Sealed anew: with another key than the one that it names, or in a name and with no key at all."""
    lines[0]["player"] = ME.player
    if signer is None:
        return resealed(path, lines), "it names a player who has not signed it"
    return resealed(path, lines, OTHER), "its signature is not that of the player whom it names"


KINDS = (
    changed_answer, added_answer, dropped_answer, other_result, other_player, other_times, hidden_stumble, easier_level,
    no_seal, borrowed_name,
)  # fmt: skip


@pytest.fixture(scope="module")
def honest(tmp_path_factory) -> list[tuple[Path, Identity | None]]:
    """Ten runs, on three levels and several seeds; every other one is signed."""
    folder = tmp_path_factory.mktemp("honest")
    runs = []
    for number in range(10):
        signer = ME if number % 2 else None
        level = LEVELS[number % len(LEVELS)]
        path = played(folder / f"{number}.run", stumble, level, seed=number + 1, signer=signer)
        runs.append((path, signer))
    return runs


def test_the_honest_ones_are_verified(honest):
    for path, signer in honest:
        row = grade_run(path, compiled_to_grade)
        assert row.verified, row.why
        assert (row.hints, row.rewinds, row.attempts) == (1, 1, 2)
        assert row.player == ("" if signer is None else ME.player)


@pytest.mark.parametrize("forge", KINDS, ids=[kind.__name__ for kind in KINDS])
@pytest.mark.parametrize("number", range(10))
def test_a_hundred_forged_runs_of_ten_kinds_are_refused_for_the_right_reason(honest, tmp_path, forge, number):
    path, signer = honest[number]
    forged, reason = forge(tmp_path / "forged.run", lines_of(path), signer)
    assert forged.read_bytes() != path.read_bytes()
    row = grade_run(forged, compiled_to_grade)
    assert row.standing is Standing.REFUSED
    assert re.match(reason, row.why), row.why
    assert (row.won, row.stars, row.player) == (False, 0, "")


@pytest.mark.parametrize(
    ("forge", "why"),
    [
        (lambda lines: answers_of(lines)[-1].update(value=4711), "claims|trace|answer"),
        (lambda lines: lines.pop(place_of(lines, answers_of(lines)[1])), "answers|first answer|back"),
        (lambda lines: result_of(lines).update(won=False), "claims won False"),
        (lambda lines: result_of(lines).update(stars=3), "claims stars 3"),
        (lambda lines: result_of(lines)["measures"].update(messages=1), "claims measures"),
        (lambda lines: result_of(lines).update(trace_sha256="0" * 64), "trace"),
        (lambda lines: result_of(lines).update(hints=0), "claims 0 hints, but tells of 1"),
        (lambda lines: result_of(lines).update(hints=2), "claims 2 hints, but tells of 1"),
        (lambda lines: result_of(lines).update(rewinds=0), "claims 0 rewinds, but tells of 1"),
        (lambda lines: next(line for line in lines if "first" in line).update(label="wrong"), "first answer"),
        (lambda lines: lines[0].update(scenario="0" * 64), "another scenario"),
        (lambda lines: lines[0].update(kind="explored", explored=EXPLORED), "an explorer found it"),
    ],
)  # fmt: skip
def test_what_re_execution_contradicts_is_refused_whatever_the_checksum_says(honest, tmp_path, forge, why):
    lines = lines_of(honest[0][0])
    forge(lines)
    row = grade_run(resealed(tmp_path / "patient.run", lines), compiled_to_grade)
    assert row.standing in (Standing.REFUSED, Standing.UNREADABLE)
    assert re.search(why, row.why), row.why


EXPLORED = {"room": "", "scenario": "", "personas": {}, "budget": {}, "law": "", "opens": 0}


def place_of(lines, answer):
    """Where this line stands, and not one that is like it."""
    return next(place for place, line in enumerate(lines) if line is answer)


def result_of(lines):
    return next(line["result"] for line in reversed(lines) if "result" in line)


def test_what_a_patient_forger_can_recompute_is_shown_as_claimed(honest, tmp_path):
    path, _ = honest[0]
    lines = [line for line in lines_of(path) if "hint" not in line]
    result_of(lines)["hints"] = 0
    for line in answers_of(lines):
        line.update(by="you", took=1)
    row = grade_run(resealed(tmp_path / "patient.run", lines), compiled_to_grade)
    assert row.verified
    shown = row.as_json()
    assert shown["claimed"]["hints"] == 0
    assert set(shown["claimed"]) == {"hints", "rewinds", "unseen", "by", "began", "thought_ms"}
    assert not set(shown["claimed"]) & set(shown)


def test_the_text_of_another_level_is_refused_however_it_is_sealed(honest, tmp_path):
    path, _ = honest[0]
    lines = lines_of(path)
    wanted = Wanted(level=level_digest(load(LEVELS[0]).text), digest_of=level_digest)
    assert grade_run(path, compiled_to_grade, wanted).verified
    lines[0]["text"] += "\n# the same level, by another's hand\n"
    changed = resealed(tmp_path / "other.run", lines)
    assert grade_run(changed, compiled_to_grade).verified
    row = grade_run(changed, compiled_to_grade, wanted)
    assert (row.standing, "another text" in row.why) == (Standing.REFUSED, True)
    assert grade_run(path, compiled_to_grade, replace(wanted, signed=True)).why == "nobody has signed it"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"rules": {"echo": 99}}, r"version 99 of the rules of echo.*pip install ackademy==0\.9\.0"),
        ({"scenario": "0" * 64}, r"another scenario.*pip install ackademy==0\.9\.0"),
        ({"text": "[level]\nnew = true"}, r"pip install ackademy==0\.9\.0"),
        ({"format": 5}, "format 5; this engine reads up to 4: update Ackademy"),
    ],
)
def test_another_version_is_reported_with_the_one_to_use_and_not_called_forged(honest, tmp_path, change, why):
    lines = lines_of(honest[0][0])
    lines[0].update(engine="0.9.0", **change)
    row = grade_run(resealed(tmp_path / "newer.run", lines), compiled_to_grade)
    assert row.standing is Standing.OTHER_VERSION
    assert re.search(why, row.why, re.S), row.why


def test_another_version_whose_run_comes_to_the_same_end_is_verified_with_a_remark(honest, tmp_path):
    lines = lines_of(honest[0][0])
    lines[0].update(engine="0.9.0")
    row = grade_run(resealed(tmp_path / "newer.run", lines), compiled_to_grade)
    assert (row.verified, row.remarks) == (True, ("played by Ackademy 0.9.0",))


def test_line_ends_that_changed_on_the_way_are_named_as_such(honest, tmp_path):
    path = tmp_path / "windows.run"
    path.write_bytes(honest[1][0].read_bytes().replace(b"\n", b"\r\n"))
    row = grade_run(path, compiled_to_grade)
    assert (row.standing, "CR LF" in row.why) == (Standing.REFUSED, True)


def test_what_is_put_behind_the_seal_is_refused(honest, tmp_path):
    path = tmp_path / "more.run"
    path.write_bytes(honest[1][0].read_bytes() + b'{"hint": 1}\n')
    assert re.match(r"what follows line \d+ has no seal", grade_run(path, compiled_to_grade).why)
