"""A level on many seeds: by a script, the book and the personas, in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.kernel.seats import Book
from levels.loader import load
from levels.proofs import play
from levels.schema import Level
from levels.sweep_worker import Seeds, outcome_of
from levels.sweeping import Kind, Outcome, Player, Sweep, Tally, main_measure, players_of, quantile, why_not
from tests.patience import ENOUGH

SCRIPT = "def answer(question, memory):\n    return question.number\n"


def script(folder: Path, text: str = SCRIPT) -> Path:
    path = folder / "mine.py"
    path.write_text(text, "utf-8")
    return path


def swept(level: Level, players: list[Player], seeds: range, jobs: int = 2) -> Sweep:
    """Every seed of every player, played."""
    end = time.monotonic() + ENOUGH
    with Sweep(level, players, seeds, jobs) as sweep:
        while sweep.left:
            sweep.heard(0.2)
            assert time.monotonic() < end
    return sweep


def test_every_player_plays_every_seed(tmp_path: Path) -> None:
    level = load("premise/echo")
    sweep = swept(level, players_of(level, script(tmp_path)), range(3, 24))
    assert [tally.seeds for tally in sweep.tallies] == [21] * len(sweep.tallies)
    assert sweep.done == sweep.of == 21 * len(sweep.tallies)
    assert [tally.player.kind for tally in sweep.tallies[:3]] == [Kind.SCRIPT, Kind.BOOK, Kind.PERSONA]
    assert sweep.tallies[0].wins == sweep.tallies[1].wins == 21
    assert sweep.tallies[2].wins == 0
    assert sorted(sweep.tallies[0].outcomes) == list(range(3, 24))


def test_what_comes_of_a_seed_is_what_a_run_of_it_comes_to() -> None:
    level = load("crown/two-kings")
    sweep = swept(level, [Player(Kind.BOOK)], range(1, 12), jobs=1)
    for seed, outcome in sweep.tallies[0].outcomes.items():
        assert outcome == outcome_of(play(level.scenario.reseeded(seed), Book()), seed)


def test_a_script_begins_every_seed_anew(tmp_path: Path) -> None:
    """Neither its memory nor its own names last from one seed to the next."""
    text = """
count = [0]
def answer(question, memory):
    count[0] += 1
    memory["asked"] = memory.get("asked", 0) + 1
    assert count[0] == memory["asked"] <= 10, "something has lasted"
    return question.number
"""
    level = load("premise/echo")
    sweep = swept(level, players_of(level, script(tmp_path, text), others=False), range(1, 31), jobs=1)
    assert sweep.tallies[0].failures == []
    assert sweep.tallies[0].wins == 30


def test_a_script_that_fails_on_some_seeds_is_told_so(tmp_path: Path) -> None:
    text = """
def answer(question, memory):
    if question.now == 40000 and list(question.candidates) and hash(str(question.words)) is not None:
        memory["seed"] = memory.get("seed", 0)
    return question.number if "broken" not in question.view else 1
"""
    level = load("premise/silence")
    sweep = swept(level, players_of(level, script(tmp_path, text), others=False), range(1, 40), jobs=1)
    assert sweep.failed
    (first, *_) = sweep.tallies[0].failures
    assert first.failure
    assert "given up" in sweep.failed
    assert sweep.done < sweep.of


def test_a_script_that_cannot_be_loaded_says_where(tmp_path: Path) -> None:
    level = load("premise/echo")
    path = script(tmp_path, "def answer(question, memory):\n    return (\n")
    sweep = swept(level, players_of(level, path, others=False), range(1, 100), jobs=1)
    assert "given up" in sweep.failed
    assert sweep.tallies[0].failures[0].line == 2
    assert "SyntaxError" in sweep.tallies[0].failures[0].failure


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="processes have no groups here")
def test_what_is_stopped_is_gone_with_its_script(tmp_path: Path) -> None:
    """Also a script that never comes back."""
    pids = tmp_path / "pids"
    text = f"""
import os
def answer(question, memory):
    with open({str(pids)!r}, "a") as file:
        file.write(f"{{os.getpid()}}\\n")
    while True:
        pass
"""
    level = load("premise/echo")
    end = time.monotonic() + ENOUGH
    with Sweep(level, players_of(level, script(tmp_path, text), others=False), range(1, 20), 1) as sweep:
        while not pids.exists() or not pids.read_text().endswith("\n"):
            sweep.heard(0.05)
            assert time.monotonic() < end
    (pid,) = {int(line) for line in pids.read_text().split()[:1]}
    while _lives(pid):
        assert time.monotonic() < end
    assert not sweep.left


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_the_worst_is_the_soonest_loss_else_the_dearest_win() -> None:
    measure = main_measure(load("premise/echo").scenario)
    assert not measure.higher
    tally = Tally(Player(Kind.BOOK))
    assert tally.worst(measure) is None
    for seed, messages in ((1, 10), (2, 14), (3, 14)):
        tally.add(Outcome(seed, True, "", 500 - seed, {measure.name: messages}))
    worst = tally.worst(measure)
    assert worst is not None
    assert worst.seed == 2
    tally.add(Outcome(4, False, "", 900, {measure.name: 1}))
    tally.add(Outcome(5, False, "", 300, {measure.name: 1}))
    tally.add(Outcome(6, failure="no"))
    worst = tally.worst(measure)
    assert worst is not None
    assert worst.seed == 5
    assert tally.values(measure.name) == [10, 14, 14]


def test_quantiles() -> None:
    assert quantile([], 0.5) is None
    assert [quantile(list(range(10)), share) for share in (0.0, 0.1, 0.5, 0.9, 1.0)] == [0, 1, 5, 9, 9]


def test_where_nobody_plays_no_seed_is_played() -> None:
    assert why_not(load("premise/echo")) == ""


def test_what_no_die_decided_stands_for_every_seed() -> None:
    level = load("premise/echo")
    seeds = Seeds(level, [Player(Kind.BOOK)])
    first, other = seeds.outcome(0, 1), seeds.outcome(0, 2)
    assert (first.seed, other.seed) == (1, 2)
    assert first.measures == other.measures


# The commands


def command(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tui", *words],
        capture_output=True, text=True, timeout=ENOUGH, env={**os.environ, "ACKADEMY_HOME": str(home)},
    )  # fmt: skip


def test_a_run_becomes_a_script_and_the_script_a_sweep(tmp_path: Path) -> None:
    run, mine, worst = tmp_path / "a.run", tmp_path / "mine.py", tmp_path / "worst.run"
    assert command("run", "premise/echo", "--record", str(run), home=tmp_path).returncode == 0
    made = command("script", str(run), home=tmp_path)
    assert made.returncode == 0
    assert "def answer(question, memory):" in made.stdout
    assert command("script", str(run), "--out", str(mine), home=tmp_path).returncode == 0
    assert mine.read_text() == made.stdout
    again = command("script", str(run), "--out", str(mine), home=tmp_path)
    assert again.returncode == 2
    assert "exists" in again.stderr
    done = command(
        "sweep", "premise/echo", "--script", str(mine), "--seeds", "12", "--first", "5", "--jobs", "1", "--json",
        "--worst", str(worst), home=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [player["won"] for player in found["players"]] == [12, 12, 0]
    assert found["complete"]
    assert found["worst"]["seed"] == 5
    assert found["before"] is None
    assert command("replay", str(worst), "--plain", home=tmp_path).stdout.count("WON") == 1
    mine.write_text(mine.read_text() + "# changed\n")
    lines = command("sweep", "premise/echo", "--script", str(mine), "--seeds", "12", "--first", "5", home=tmp_path)
    assert "your script before" in lines.stdout
    assert "100.0% won" in lines.stdout
    assert "worst seed 5" in lines.stdout


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--script", "nowhere.py"], 2, "nowhere.py: there is no such file"),
        (["--alone"], 2, "name one with --script"),
        (["--least", "101"], 2, "more than 100"),
        (["--seeds", "0"], 2, "at least 1"),
        (["--first", str((1 << 63) - 1), "--seeds", "2"], 2, "a seed is a number"),
    ],
)
def test_what_cannot_be_swept_is_said(tmp_path: Path, words: list[str], status: int, said: str) -> None:
    done = command("sweep", "premise/echo", *words, home=tmp_path)
    assert done.returncode == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_script_that_fails_is_status_2_with_its_line(tmp_path: Path) -> None:
    path = script(tmp_path, "def answer(question, memory):\n    return question.nothing\n")
    done = command("sweep", "premise/echo", "--script", str(path), "--alone", "--jobs", "1", home=tmp_path)
    assert done.returncode == 2
    assert "mine.py, line 2: AttributeError" in done.stderr


def test_fewer_than_the_least_is_status_1(tmp_path: Path) -> None:
    path = script(tmp_path, "def answer(question, memory):\n    return question.candidates[0]\n")
    words = ["sweep", "premise/echo", "--script", str(path), "--alone", "--jobs", "1", "--seeds", "8", "--least"]
    assert command(*words, "1", home=tmp_path).returncode == 1
    assert command(*words, "0", home=tmp_path).returncode == 0
