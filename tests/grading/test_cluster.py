"""The same rows from the workers of a dask scheduler: a LocalCluster of processes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core import cluster
from core.cluster import ClusterError
from core.grading import grade_run, grade_runs
from core.search import Exploration
from levels.exploring import Sent, Way, awaited
from levels.graded import compiled_to_grade
from tests.grading.runs import lines_of, played, put
from tui.cli import main

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
ROOT = Path(__file__).parents[2]
CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Of a scheduler in a process of its own, as one meets it."""
    script = tmp_path_factory.mktemp("cluster") / "cluster.py"
    script.write_text(CLUSTER)
    with subprocess.Popen(
        [sys.executable, str(script)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.stdin.close()
        process.wait()


@pytest.mark.filterwarnings("default")  # the library's own
def test_the_same_rows_come_from_a_cluster(address, tmp_path, capsys):
    paths = [played(tmp_path / f"{number}.run", seed=number) for number in range(1, 7)]
    lines = lines_of(paths[0])
    lines[1]["value"] = 9
    paths += [put(tmp_path / "forged.run", lines), tmp_path / "none.run"]
    found = dict(grade_runs([(path, None) for path in paths], compiled_to_grade, dask=address))
    assert [found[place] for place in range(len(paths))] == [grade_run(path, compiled_to_grade) for path in paths]
    assert main(["grade", *map(str, paths[:-1]), "--dask", address, "--json"]) == 1
    assert [row["verified"] for row in json.loads(capsys.readouterr().out)] == [True] * 6 + [False]


SCRIPT = "def answer(question, memory):\n    return question.candidates[0]\n"


@pytest.mark.filterwarnings("default")
def test_a_sweep_of_seeds_comes_to_the_same_on_a_cluster(address, tmp_path, monkeypatch, capsys):
    script = tmp_path / "mine.py"
    script.write_text(SCRIPT)
    words = ["sweep", "premise/echo", "--seeds", "40", "--script", str(script), "--json"]
    status = main(words)
    here = capsys.readouterr().out
    assert main([*words, "--dask", address]) == status
    there = json.loads(capsys.readouterr().out)
    here = json.loads(here)
    assert there["players"] == here["players"]
    monkeypatch.setattr(cluster, "PATIENCE_S", 0.2)
    assert main([*words, "--dask", "tcp://127.0.0.1:1"]) == 2
    assert "no dask scheduler answers at" in capsys.readouterr().err


@pytest.mark.filterwarnings("default")
def test_what_ends_the_work_is_said_in_words(address):
    with pytest.raises(ClusterError, match="ZeroDivisionError"):
        list(cluster.spread(address, one_by, [1, 0]))


@pytest.mark.filterwarnings("default")
def test_explorations_come_to_the_same_on_a_cluster(address, tmp_path, monkeypatch, capsys):
    """Sound, broken (which is saved, byte for byte alike), and a level with its shortest win and loss."""
    broken = ["echo", "--persona", "counts on its own@server"]
    for words, expected in (
        (["echo"], 0),
        (["ledger", "--scenario", "2", "--bound", "400"], 0),
        ([*broken, "--save", str(tmp_path / "here.run")], 1),
        (["premise/echo", "--bound", "300"], 1),  # whoever sits there may answer anything
    ):
        found = []
        for more in ([], ["--dask", address]):
            if more:
                words = [word.replace("here.run", "there.run") for word in words]
            assert main(["explore", *words, "--json", *more]) == expected, capsys.readouterr()
            figures = json.loads(capsys.readouterr().out)
            assert figures.pop("states_per_second") is None or figures["states"] > 0
            for one in figures["tried"]:
                del one["seconds"]
            figures["saved"] = bool(figures["saved"])
            found.append(figures)
        assert found[0] == found[1]
    assert (tmp_path / "here.run").read_bytes() == (tmp_path / "there.run").read_bytes()
    assert found[0]["shortest_win"]
    monkeypatch.setattr(cluster, "PATIENCE_S", 0.2)
    assert main(["explore", "echo", "--dask", "tcp://127.0.0.1:1"]) == 2
    assert "no dask scheduler answers at" in capsys.readouterr().err


def test_of_several_breaches_the_first_in_order_is_waited_for_and_none_behind_it():
    sound, bad = Sent(Exploration()), Sent(Exploration(), (("a law", Way((), 0)),))
    assert awaited({}, 3, 5) == {0, 1, 2, 3, 4}
    assert awaited({2: bad, 3: Sent()}, 4, 4) == {0, 1, 2}
    assert awaited({2: bad, 0: sound, 1: bad}, 4, 5) == {0, 1, 4}


def one_by(number):
    return 1 // number


@pytest.mark.filterwarnings("default")
def test_no_scheduler_is_said_in_words(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(cluster, "PATIENCE_S", 0.2)
    path = played(tmp_path / "one.run")
    for where in ("tcp://127.0.0.1:1", "nonsense://x"):
        assert main(["grade", str(path), "--dask", where]) == 2
        assert f"no dask scheduler answers at {where}" in capsys.readouterr().err
