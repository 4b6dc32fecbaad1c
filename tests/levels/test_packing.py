"""What students get: nothing that gives a level away, and the same level; answers not too early; seeds."""

import json
import shutil
import tomllib
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from levels.courses.course import open_course
from levels.courses.packing import PackError, level_hashes, packed, without_answers
from levels.courses.releasing import last_moment
from levels.courses.roster import Student
from levels.courses.seeds import SeedFileError, read_seed_file, seed_of
from levels.courses.tree import put_zip
from levels.loader import HOME, every_act_of, from_text
from levels.places import find_spans
from levels.proofs import ProofError, prove
from levels.schema import How
from tests.levels.test_courses import RECEIPTS, change, course, home, run

__all__ = ["course", "home"]
FILES = sorted(HOME.glob("*/*.toml"))


@pytest.mark.parametrize("debriefs", [True, False])
def test_a_packed_level_is_the_same_and_gives_nothing_away(tmp_path, debriefs):
    with open_course(RECEIPTS) as whole:
        made = packed(whole, debriefs=debriefs)
        assert made.left_out == ("roster.csv",)
        put_zip(tmp_path / "p.zip", dict(made.files))
        with open_course(tmp_path / "p.zip") as given:
            for name, level in whole.levels.items():
                other = given.levels[name]
                assert level_hashes(other) == level_hashes(level)
                assert (other.id, other.scenario.par) == (level.id, level.scenario.par)
                assert other.texts.hints == level.texts.hints[:2]
                assert bool(other.texts.debrief) == bool(other.texts.lift) == debriefs
            assert given.levels["by-heart"].proof.how is How.WITHHELD
            with pytest.raises(ProofError, match="withheld"):
                prove(given.levels["by-heart"])
            assert given.manifest.packed[:2] == ("proofs", "hints")
        everything = b"".join(made.files.values()).decode()
    for secret in ("what is done", "Always the number", "Immer die Nummer", "Ada Example", "[1, 2, 2, 3"):
        assert secret not in everything


def test_the_same_course_makes_the_same_file(tmp_path, course):
    with open_course(course) as whole:
        for name in ("a.zip", "b.zip"):
            put_zip(tmp_path / name, dict(packed(whole).files))
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_every_level_of_the_campaign_can_be_stripped(file):
    """Acts, long texts, tables on one line, and all else that is written there."""
    text = file.read_text("utf-8")
    bare = without_answers(text, debriefs=False)
    values, given = tomllib.loads(text), tomllib.loads(bare)
    assert set(values) == set(given)
    for whole, table in zip([values, *values.get("act", [])], [given, *given.get("act", [])], strict=True):
        head, other = whole.get("level", whole), table.get("level", table)
        assert {**head, "proof": 0, "text": 0} == {**other, "proof": 0, "text": 0}
        if isinstance(head.get("proof"), dict):
            assert other["proof"] == "withheld"
        texts, left = dict(whole.get("text", {})), dict(table.get("text", {}))
        assert left.pop("hints", []) == texts.pop("hints", [])[:2]
        assert not left.pop("debrief", "") + left.pop("lift", "")
        assert left == {name: said for name, said in texts.items() if name not in ("debrief", "lift")}
    assert not find_spans(bare).comments
    for one, other in zip(every_act_of(from_text(text, file)), every_act_of(from_text(bare, file)), strict=True):
        if not one.fed:
            assert one.scenario.digest() == other.scenario.digest()


def test_a_par_that_needs_a_proof_that_is_taken_out_is_refused(course, capsys):
    change(course, "levels/02-by-heart.toml", ('time = "1s"', 'time = "book + 20%"'))
    with open_course(course) as whole:
        with pytest.raises(PackError, match=r'by-heart: its par time = "book \+ 20%" .* write a figure'):
            packed(whole)
        assert packed(whole, released=["a1"])  # whose proofs are given away anyhow
    status, _, err = run(capsys, "pack", course)
    assert (status, "write a figure" in err) == (2, True)
    status, out, _ = run(capsys, "check", course, "--quick")
    assert (status, "it cannot be packed for students" in out) == (0, True)


def test_pack_and_install_and_play(course, capsys, tmp_path):
    path = tmp_path / "s.zip"
    assert run(capsys, "pack", course, "-o", path)[0] == 0
    assert run(capsys, "install", path, "--as", "s001")[0] == 0
    assert run(capsys, "run", "receipts/first-ping")[0] == 0
    status, _, err = run(capsys, "run", "receipts/by-heart")
    assert (status, "its proof is withheld" in err) == (2, True)
    assert run(capsys, "pack", path)[0] == 2
    status, out, _ = run(capsys, "check", path, "--quick")
    assert (status, "its proof is withheld" in out) == (1, True)
    assert f"{path}/levels/01-first-ping.toml: sound" in out  # the book wins it, and a solution is not missed
    assert "2 hints" not in out


def test_answers_are_not_given_away_while_they_can_be_handed_in(course, capsys, tmp_path):
    path = tmp_path / "answers.zip"
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    change(course, "course.toml", ("due = 2026-11-02T23:59:00+01:00", f"due = {soon.isoformat()}"))
    status, _, err = run(capsys, "release", course, "--assignment", "a1", "-o", path)
    assert (status, "a1 can be handed in until" in err) == (2, True)
    assert run(capsys, "release", course, "--assignment", "a3", "-o", path)[0] == 2
    assert run(capsys, "release", course, "--assignment", "a1", "-o", path, "--early")[0] == 0
    with open_course(path) as given, open_course(course) as whole:
        assert given.levels["by-heart"].text == whole.levels["by-heart"].text
        assert len(given.levels["by-heart"].texts.hints) == 3
        assert len(given.levels["capitals"].texts.hints) == 2
        assert "roster" in given.manifest.packed
    change(course, "course.toml", (f"due = {soon.isoformat()}", "due = 2025-11-02T23:59:00+01:00"))
    assert run(capsys, "release", course, "--assignment", "a1", "-o", path)[0] == 0


def test_the_last_moment_knows_grace_lateness_and_extensions():
    with open_course(RECEIPTS) as whole:
        first, second = whole.manifest.assignments
        late = [Student("a"), Student("b", extension=2 * 86400)]
        assert last_moment(first, []) == first.due + timedelta(days=3)
        assert last_moment(first, late) == first.due + timedelta(days=5)
        assert last_moment(second, []) == second.due


def test_seeds_are_handed_out_and_taken(course, capsys, tmp_path):
    change(course, "course.toml", ('salt = "five green bottles"', 'salt = "five green bottles"\nseeds = "released"'))
    packed_file, seeds = tmp_path / "s.zip", tmp_path / "seeds.json"
    assert run(capsys, "pack", course, "-o", packed_file)[0] == 0
    assert b"five green bottles" not in b"".join(
        zipfile.ZipFile(packed_file).read(name) for name in zipfile.ZipFile(packed_file).namelist()
    )
    run(capsys, "install", packed_file)
    assert all(row["seed"] is None for row in json.loads(run(capsys, "list", "receipts", "--json")[1]))
    assert run(capsys, "release", course, "--seeds", "--assignment", "a1", "-o", seeds)[0] == 0
    status, _, err = run(capsys, "install", seeds)
    assert (status, "it is not known who you are" in err) == (2, True)
    assert run(capsys, "install", seeds, "--as", "s009")[0] == 2
    assert run(capsys, "install", seeds, "--as", "s002")[0] == 0
    rows = json.loads(run(capsys, "list", "receipts", "--json")[1])
    mine = seed_of("five green bottles", "a1", "s002")
    assert [row["seed"] for row in rows] == [mine, mine, None]
    assert run(capsys, "release", course, "--seeds", "--each", tmp_path / "each")[0] == 0
    assert len(list((tmp_path / "each").iterdir())) == 4
    assert run(capsys, "install", tmp_path / "each" / "receipts-seeds-s002.json")[0] == 0
    assert json.loads(run(capsys, "list", "receipts", "--json")[1])[2]["seed"] == seed_of(
        "five green bottles", "a2", "s002"
    )


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"ackademy": "seeds", "format": 2}', '{"ackademy": "seeds", "format": 1, "course": 3}',
     '{"ackademy": "seeds", "format": 1, "course": "x", "seeds": {"a": {"a1": -1}}}', "[" * 100_000],
)  # fmt: skip
def test_a_file_of_seeds_that_is_none_is_refused(text):
    with pytest.raises(SeedFileError):
        read_seed_file(text)


def test_what_a_fed_act_is_fed_by_is_no_reason_to_refuse(course):
    """An act that is fed by what was done in another one is the same packed, although that one's proof is gone."""
    level = next(file for file in FILES if "fed = " in file.read_text("utf-8"))
    shutil.copy(level, course / "levels" / "04-fed.toml")
    change(course, "course.toml", ('levels = ["capitals"]\n\n', 'levels = ["capitals", "fed"]\n\n'))
    with open_course(course) as whole:
        found = ""
        try:
            packed(whole)
        except PackError as error:  # its pars may be above that proof
            found = str(error)
        assert "another level" not in found
