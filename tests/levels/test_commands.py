"""`ackademy list, run, check, new`: what they print where, and their exit statuses."""

import io
import json
import subprocess
import sys
import time

import pytest

from core import record
from levels import template
from levels.loader import compiled
from tests.levels.helpers import SOUND, changed
from tui.cli import main


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "01-mine.toml"
    path.write_text(SOUND)
    return path


def run(capsys, *arguments):
    """(exit status, standard output, standard error)"""
    try:
        status = main([str(argument) for argument in arguments])
    except SystemExit as error:
        status = error.code
    out, err = capsys.readouterr()
    return status, out, err


def test_list_is_one_array(capsys):
    status, out, err = run(capsys, "list", "--json")
    rows = json.loads(out)
    assert status == 0, err
    assert all(set(row) == {"id", "title", "world", "protocol", "covers", "path", "program"} for row in rows)
    assert rows[0]["id"] == "premise/wrong-turn"
    assert all(row["id"].startswith(row["world"] + "/") for row in rows)
    status, out, _ = run(capsys, "list")
    assert all(row["id"] in out for row in rows)


def test_run_says_what_came_of_it(capsys, file):
    status, out, _ = run(capsys, "run", file, "--json")
    figures = json.loads(out)
    assert status == 0
    assert {"won", "stars", "messages", "time_us", "answers", "mistakes", "trace_sha256"} <= set(figures)
    assert figures["won"] is True
    assert (figures["stars"], figures["messages"], figures["answers"], figures["mistakes"]) == (2, 10, 5, 0)
    assert figures["time_us"] == 520_000
    assert json.loads(run(capsys, "run", file, "--json")[1]) == figures
    assert json.loads(run(capsys, "run", file, "--json", "--seed", 9)[1])["stars"] == 3


def test_run_does_not_play_what_a_real_program_plays(capsys):
    status, out, err = run(capsys, "run", "pipe/live")
    assert (status, out) == (2, "")
    assert "ackademy play pipe/live --plain" in err
    assert "a real program plays" in err


@pytest.mark.parametrize(
    ("player", "status"),
    [
        ("book", 0),
        ("idle", 1),
        ("random", 1),
        ("persona:counts on its own", 1),
        ("persona:nobody", 2),
        ("persona:", 2),
        ("god", 2),
        ("script:none.py", 2),
        ("book:x", 2),
    ],
)
def test_who_plays_decides(capsys, file, player, status):
    found, out, err = run(capsys, "run", file, "--player", player)
    assert found == status
    assert bool(err) == (status == 2)
    assert bool(out) == (status != 2)
    assert "Traceback" not in err


def test_run_cannot_run_what_is_not_there_or_broken(capsys, file):
    status, _, err = run(capsys, "run", "premise/ehco")
    assert status == 2
    assert "did you mean 'premise/echo'?" in err
    assert run(capsys, "run", file, "--seed", str((1 << 63) - 1))[0] == 0
    assert run(capsys, "run", file, "--seed", str(1 << 63))[0] == 2
    file.write_text(changed(("echo.server", "echo.sever")))
    status, _, err = run(capsys, "run", file)
    assert status == 2
    assert ":10:19: " in err
    assert run(capsys, "run", file, "--seed", "x")[0] == 2


@pytest.mark.parametrize("words", [["run"], ["check"], ["play", "--plain"], ["explore"], ["replay"]])
@pytest.mark.parametrize("ending", ["", ".toml"])
def test_a_name_that_no_file_can_have_is_no_level(capsys, words, ending):
    status, out, err = run(capsys, *words, "a" * 5000 + ending)
    assert status == 2
    assert (out + err).startswith(("ackademy", "no level is called", "cannot read"))
    assert "Traceback" not in err


def test_check_says_0_1_or_2_and_2_outranks_1(capsys, tmp_path, file):
    assert run(capsys, "check", file, "--quick")[0] == 0
    fails = tmp_path / "02-fails.toml"
    fails.write_text(changed(("nth = 2", "nth = 99")))
    status, out, _ = run(capsys, "check", tmp_path, "--quick")
    assert status == 1
    assert f"{fails}:18:1: error: this lose changes nothing" in out
    (tmp_path / "03-broken.toml").write_text("[level")
    status, out, _ = run(capsys, "check", tmp_path, "--quick", "--json")
    assert status == 2
    assert [row["status"] for row in json.loads(out)] == ["sound", "fails", "broken"]
    assert {"path", "id", "status", "findings", "figures", "work"} == set(json.loads(out)[0])


def test_check_of_nothing_is_2(capsys, tmp_path):
    assert run(capsys, "check", tmp_path)[0] == 2
    assert run(capsys, "check", tmp_path / "none.toml")[0] == 2
    assert run(capsys, "check")[0] == 2


def test_new_writes_a_level_that_passes(capsys, tmp_path):
    path = tmp_path / "new.toml"
    status, out, err = run(capsys, "new", path)
    assert (status, out) == (0, "")
    assert str(path) in err
    assert run(capsys, "check", path, "--quick")[0] == 0
    before = path.read_text()
    assert run(capsys, "new", path)[0] == 2
    assert path.read_text() == before
    assert run(capsys, "new", tmp_path / "x.toml", "--protocol", "ecco")[0] == 2
    assert run(capsys, "new", tmp_path / "x.txt")[0] == 2
    assert run(capsys, "new", tmp_path / "no" / "folder.toml")[0] == 2


def test_new_says_what_is_against_a_room_that_makes_no_level(capsys, tmp_path, monkeypatch):
    against = template.Against("it is won by doing nothing")
    monkeypatch.setattr(template, "luck_of", lambda text, path, work, **how: against)
    status, _, err = run(capsys, "new", tmp_path / "new.toml")
    assert status == 2
    assert "against the first that was tried ('two pings', server plays echo.number: it is won by doing nothing)" in err


def test_markup_of_a_level_does_not_reach_the_terminal_as_markup(capsys, file):
    file.write_text(changed(("Anybody there?", "[red]x[/red]"), ("nth = 2", "nth = 99")))
    status, out, _ = run(capsys, "check", file, "--quick")
    assert status == 1
    assert "\x1b" not in out


def test_a_script_plays_and_its_error_names_its_line(capsys, tmp_path, file):
    policy = tmp_path / "policy.py"
    policy.write_text("def answer(question, memory):\n    return question.number\n")
    status, out, _ = run(capsys, "run", file, "--player", f"script:{policy}", "--json")
    assert status == 0
    assert json.loads(out)["trace_sha256"] == json.loads(run(capsys, "run", file, "--json")[1])["trace_sha256"]
    policy.write_text("def answer(question, memory):\n    return 1 // 0\n")
    status, out, err = run(capsys, "run", file, "--player", f"script:{policy}", "--json")
    assert (status, out) == (2, "")
    assert "line 2" in err


def test_a_recorded_run_can_be_verified(capsys, tmp_path, file):
    target = tmp_path / "mine.run"
    status, out, _ = run(capsys, "run", file, "--player", "random", "--seed", 3, "--record", target, "--json")
    assert status == 1
    found = record.read(target)
    assert found.header.seed == 3
    assert found.result.trace_sha256 == json.loads(out)["trace_sha256"]
    assert record.verify(found, compiled).verified
    assert run(capsys, "run", file, "--record", tmp_path / "no" / "x.run")[0] == 2


def test_a_run_file_is_a_proof(capsys, tmp_path, file):
    assert run(capsys, "run", file, "--record", tmp_path / "mine.run")[0] == 0
    file.write_text(changed(('proof = "book"', 'proof = "mine.run"')))
    assert run(capsys, "run", file)[0] == 0
    assert run(capsys, "check", file, "--quick")[0] == 0
    (tmp_path / "mine.run").write_text("nonsense")
    status, out, _ = run(capsys, "check", file, "--quick")
    assert status == 1
    assert f"{file}:6:9: error: the proof mine.run cannot be read" in out


def test_watch_checks_again_when_the_file_changes(file):
    command = [sys.executable, "-m", "tui", "check", str(file), "--quick", "--watch", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            assert json.loads(process.stdout.readline())[0]["status"] == "sound"
            time.sleep(0.1)  # so that the clock of the file system has gone on
            file.write_text("[level")
            assert json.loads(process.stdout.readline())[0]["status"] == "broken"
        finally:
            process.kill()


@pytest.mark.parametrize("words", [["run"], ["play", "--plain"]])
def test_a_file_that_fails_the_check_is_played_and_says_so_in_a_line(capsys, file, monkeypatch, words):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    file.write_text(changed(('"client has every answer, in order, once", ', ""), ('"a hint", ', "")))
    _, _, err = run(capsys, *words, file)
    said = [line for line in err.splitlines() if "fails the check" in line]
    assert said == [
        f"{file}: fails the check: doing nothing wins on 4 of 4 seeds, and 1 more (ackademy check says all)"
    ]
    file.write_text(SOUND)
    assert "fails the check" not in run(capsys, *words, file)[2]
