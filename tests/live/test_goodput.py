"""`ackademy bench goodput`: both TCPs send over the path that was asked for, and what curl got is the whole page."""

import json

import pytest

from core.bench import SkippedError, benches, goodput
from core.kernel.time import MILLISECOND
from core.live import packets
from core.live.path import Path, Shape

LATENCY = 40 * MILLISECOND
RATE = 20_000_000
SIZE = 300_000
SOONEST = 4 * LATENCY / 1e6 + SIZE * 8 / RATE
"""Seconds: a SYN, its answer, the request, the first byte; then the page at the path's rate. Nobody can be sooner."""


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(goodput, "SIZE", SIZE)


def test_it_is_one_of_the_benches():
    assert benches()["goodput"] is goodput.bench


@pytest.mark.usefixtures("network_apart", "curl")
@pytest.mark.parametrize("who", [goodput.ours, goodput.kernels], ids=["ours", "the kernel's"])
def test_nobody_is_faster_than_the_path(who):
    told = who(Shape(latency=LATENCY, rate=RATE, queue=100), 1)
    assert 0 < told["bytes_per_second"] <= SIZE / SOONEST


@pytest.mark.usefixtures("network_apart", "curl")
@pytest.mark.parametrize("who", [goodput.ours, goodput.kernels], ids=["ours", "the kernel's"])
def test_either_loses_either_way(monkeypatch, who):
    made = []

    class Noting(Path):
        def __init__(self, shape, seed, name):
            super().__init__(shape, seed, name)
            made.append((name, self))

    monkeypatch.setattr(goodput, "Path", Noting)
    monkeypatch.setattr(packets, "Path", Noting)
    who(Shape(loss=0.1), 2)
    assert sorted(name for name, _ in made) == ["in", "out"]
    assert all(path.lost > 0 and path.passed > 20 for _, path in made)


@pytest.mark.usefixtures("network_apart", "curl")
def test_our_tcp_is_what_is_measured(monkeypatch):
    assert goodput.ours(Shape(loss=0.1), 1)["again"] > 0
    real = goodput.web_world
    monkeypatch.setattr(goodput, "web_world", lambda size: real(size - 1))
    with pytest.raises(RuntimeError, match=f"curl got {SIZE - 1} of {SIZE} bytes"):
        goodput.ours(Shape(latency=1), 1)


def test_the_figure_is_ours_by_the_kernels_reno(monkeypatch):
    asked = []

    def measured(module, who, path):
        asked.append((module, who, path))
        return {"bytes_per_second": {"ours": 3e6, "reno": 2e6, "kernel": 4e6}[who]}

    monkeypatch.setattr(goodput, "measured", measured)
    figures = goodput.bench(True)
    assert [(figure.value, figure.unit, figure.limit) for figure in figures] == [
        (1.5, "ratio", 0.8), (24, "Mbit/s", None), (16, "Mbit/s", None), (32, "Mbit/s", None),
        (1.5, "ratio", 0.4), (24, "Mbit/s", None), (16, "Mbit/s", None), (32, "Mbit/s", None),
    ]  # fmt: skip
    assert {path for _, _, path in asked} == set(goodput.SHAPES)
    assert {module for module, _, _ in asked} == {"core.bench.goodput"}


def test_where_it_cannot_be_measured_it_says_why(monkeypatch):
    def measured(*words):
        raise SkippedError("no tunnel tonight")

    monkeypatch.setattr(goodput, "measured", measured)
    figures = goodput.bench(True)
    assert [(figure.skipped, figure.met) for figure in figures] == [("no tunnel tonight", None)] * 2


@pytest.mark.parametrize(("who", "asked"), [("ours", "ours"), ("reno", "kernel's reno"), ("kernel", "kernel's ")])
def test_it_measures_whom_it_is_told_to(monkeypatch, capsys, who, asked):
    def ours(shape, seed):
        return {"asked": "ours", "on": goodput.SHAPES["1 % lost"] is shape}

    def kernels(shape, seed, congestion=""):
        return {"asked": f"kernel's {congestion}", "on": goodput.SHAPES["1 % lost"] is shape}

    monkeypatch.setattr(goodput, "ours", ours)
    monkeypatch.setattr(goodput, "kernels", kernels)
    monkeypatch.setattr(goodput.shutil, "which", lambda program: program)
    goodput.main([who, "1 % lost"])
    assert json.loads(capsys.readouterr().out) == {"asked": asked, "on": True}
