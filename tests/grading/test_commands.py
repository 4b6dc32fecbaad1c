"""`ackademy sign-in`, `grade` and `replay`, as commands."""

from __future__ import annotations

import csv
import json
import os
import stat
from pathlib import Path
from xml.etree import ElementTree

import pytest

from core.grading import Row, Standing, as_csv, as_junit
from core.record import new_identity, read, read_identity
from tests.grading.runs import lines_of, played, put, resealed, stumble
from tui.cli import main
from tui.platform import find_paths

ADA, BOB = new_identity("Ada"), new_identity("Bob")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ACKADEMY_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_a_key_is_made_once_and_is_its_owners(home, capsys):
    assert main(["sign-in", "--name", "Ada", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    path = find_paths().identity
    assert said == {"player": read_identity(path).player, "name": "Ada", "file": str(path), "new": True}
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        path.chmod(0o644)
    before = path.read_bytes()
    assert main(["sign-in", "--name", "Eve"]) == 0
    out, err = capsys.readouterr()
    assert said["player"] in out
    assert "You have signed in before as Ada; that stays." in err
    assert path.read_bytes() == before
    if os.name == "posix":
        assert "now only you can" in err
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize(
    "text", ["", "[]", '{"ackademy": "identity"}', '{"ackademy": "identity", "player": "00", "key": "zz"}', "\xff"]
)
def test_a_key_that_is_none_is_said_in_words_and_stays(home, capsys, text):
    path = find_paths().identity
    path.parent.mkdir(parents=True)
    path.write_text(text, "latin-1")
    assert main(["sign-in"]) == 2
    assert "holds no key pair of a player" in capsys.readouterr().err
    assert path.read_text("latin-1") == text
    assert main(["run", "premise/echo", "--record", str(home / "one.run")]) == 0
    assert "This run is not signed" in capsys.readouterr().err
    assert read(home / "one.run").header.player == ""


def test_an_id_that_is_not_the_keys_is_found(home, capsys):
    main(["sign-in"])
    path = find_paths().identity
    path.write_text(path.read_text().replace(read_identity(path).player, "0" * 64))
    assert main(["sign-in"]) == 2
    assert "the id is not that of the key" in capsys.readouterr().err


def test_what_is_played_is_signed_from_then_on(home, tmp_path, capsys):
    main(["run", "premise/echo", "--record", str(tmp_path / "before.run")])
    main(["sign-in"])
    main(["run", "premise/echo", "--record", str(tmp_path / "after.run")])
    capsys.readouterr()
    assert main(["grade", str(tmp_path / "before.run"), str(tmp_path / "after.run"), "--json"]) == 0
    before, after = json.loads(capsys.readouterr().out)
    assert (before["player"], before["sealed"]) == ("", "checksum")
    assert (after["player"], after["sealed"]) == (read_identity(find_paths().identity).player, "signed")
    assert after["claimed"]["by"] == {"book": 5}
    assert main(["grade", str(tmp_path), "--signed"]) == 1
    assert "before.run: refused: nobody has signed it" in capsys.readouterr().out


@pytest.fixture
def handed_in(tmp_path, home) -> Path:
    """What a class has handed in: two signed, one by nobody, one changed, one of another version, one that is none."""
    folder = tmp_path / "handed in"
    played(folder / "ada" / "a.run", stumble, signer=ADA)
    played(folder / "bob" / "b.run", signer=BOB, seed=9)
    played(folder / "c.run")
    lines = lines_of(folder / "c.run")
    lines[1]["value"] = 7
    put(folder / "d.run", lines)
    lines = lines_of(folder / "c.run")
    lines[0].update(engine="9.9", rules={"echo": 99})
    resealed(folder / "e.run", lines)
    (folder / "f.run").write_text("no run")
    (folder / "notes.txt").write_text("not looked at")
    return folder


def test_a_folder_is_graded_in_one_call(handed_in, tmp_path, capsys):
    roster = tmp_path / "class.csv"
    roster.write_text(f"Student,mail,key,seed\nAda L.,a@b,{ADA.player},4\nBob,,{BOB.player},5\nEve,,,9\n")
    files = {name: tmp_path / f"out.{name}" for name in ("csv", "gradescope", "junit")}
    words = [word for name, path in files.items() for word in (f"--{name}", str(path))]
    assert main(["grade", str(handed_in), "--level", "premise/echo", "--roster", str(roster), *words]) == 1
    told = capsys.readouterr().out
    for line in (
        "b.run: verified; played on seed 9, which is that of Eve; Bob was given 5",
        "d.run: refused: one of the lines 1 to",
        "e.run: other version: played by version 99 of the rules of echo",
        "f.run: unreadable: line 1: this is not a run file",
        "3 of 6 verified",
    ):
        assert line in told
    rows = list(csv.DictReader(files["csv"].read_text("utf-8").splitlines()))
    assert [row["student"] for row in rows] == ["Ada L.", "Bob", "", "", "", ""]
    assert [row["verified"] for row in rows] == ["yes", "yes", "yes", "no", "no", "no"]
    assert [row["claimed_rewinds"] for row in rows[:3]] == ["1", "0", "0"]
    scores = json.loads(files["gradescope"].read_text())
    assert scores["score"] == sum(test["score"] for test in scores["tests"])
    assert [test["status"] for test in scores["tests"]] == ["passed"] * 3 + ["failed"] * 3
    suite = ElementTree.fromstring(files["junit"].read_text("utf-8"))
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("6", "1", "2")


def test_equal_runs_of_one_seed_are_not_called_copies_but_the_same_file_is(handed_in, capsys):
    again = handed_in / "g.run"
    again.write_bytes((handed_in / "c.run").read_bytes())
    timed = played(handed_in / "i.run", began="2026-11-30T10:00:00+01:00")
    same = handed_in / "j.run"
    same.write_bytes(timed.read_bytes())
    main(["grade", *map(str, (handed_in / "c.run", again, timed, same)), "--json"])
    *equal, last = json.loads(capsys.readouterr().out)
    assert [row["remarks"] for row in equal] == [[], [], []]
    assert last["remarks"] == [f"byte for byte the same file as {timed}"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,key\n", "there is no column 'student'"),
        ("student,key\nAda,12\n", "line 2: a key is what `ackademy sign-in` prints"),
        ("student,key\n,{a}\n", "line 2: a key without a student"),
        ("student,key\nAda,{a}\nBob,{a}\n", "line 3: Bob has the key of Ada"),
        ("student,key,seed\nAda,{a},x\n", "line 2: a seed is a whole number"),
        ("student,key,seed\nAda,{a},1\nAda,{b},2\n", "line 3: Ada was given seed 1 before"),
        ("\x00", "there is no column"),
    ],
)
def test_a_roster_that_is_none_is_said_in_words(handed_in, tmp_path, capsys, text, words):
    roster = tmp_path / "class.csv"
    roster.write_text(text.replace("{a}", ADA.player).replace("{b}", BOB.player))
    assert main(["grade", str(handed_in), "--roster", str(roster)]) == 2
    assert words in capsys.readouterr().err


def test_wrong_usage(home, tmp_path, capsys):
    assert main(["grade", str(tmp_path / "none.run")]) == 2
    assert "none.run: no such file or directory" in capsys.readouterr().err
    assert main(["grade", str(tmp_path)]) == 2
    assert "there are no run files in" in capsys.readouterr().err
    played(tmp_path / "one.run")
    assert main(["grade", str(tmp_path), "--level", "premise/ecco"]) == 2
    assert "did you mean" in capsys.readouterr().err
    assert main(["grade", str(tmp_path), "--csv", str(tmp_path)]) == 2
    assert "is a directory" in capsys.readouterr().err


def test_no_cell_is_a_formula_and_no_name_breaks_a_format():
    row = Row("=HYPERLINK(1)\x00\ud800", Standing.UNREADABLE, why="<&\x1b")
    cells = next(csv.DictReader(as_csv([row]).splitlines()))
    assert cells["file"].startswith("'=")
    case = ElementTree.fromstring(as_junit([row]))[0]
    assert case.get("name") == "=HYPERLINK(1)??"


def test_replay_checks_first_and_says_so(handed_in, capsys):
    for name, status, words in (
        ("ada/a.run", 0, f"verified: its answers come to the end that it claims; signed by {ADA.player}"),
        ("c.run", 0, "verified: its answers come to the end that it claims; unsigned"),
        ("d.run", 1, "refused: one of the lines 1 to"),
        ("e.run", 0, "other version: played by version 99 of the rules of echo"),
        ("f.run", 2, "this is not a run file"),
    ):
        assert main(["replay", "--plain", str(handed_in / name)]) == status, name
        assert words in capsys.readouterr().err
