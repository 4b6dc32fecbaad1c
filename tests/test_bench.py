"""`ackademy bench` and what it measures with: exit statuses, figures, the terminal, the busy level."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

import core.bench
from core.bench import Figure, SkippedError, explored, frames, measured, screen, two_phase
from core.bench.screen import Ended, Terminal
from core.kernel.world import World
from core.search import explore
from levels.loader import load
from tui.cli import main
from tui.model import CampaignEntry

on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ptys and /proc as Linux has them")


def _skip(quick: bool) -> list[Figure]:
    raise SkippedError("no moon tonight")


def _fail(quick: bool) -> list[Figure]:
    raise RuntimeError("the moon fell down")


def _quickness(quick: bool) -> list[Figure]:
    return [Figure("quickness", "quick", float(quick), "")]


@pytest.fixture(autouse=True)
def _fake_benches(monkeypatch: pytest.MonkeyPatch) -> None:
    every = {
        "fast": lambda quick: [Figure("fast", "rate", 3.0, "/s", 2.0), Figure("fast", "free", 1.0, "/s")],
        "slow": lambda quick: [Figure("slow", "wait", 3.0, "ms", 2.0, "at most")],
        "moon": _skip,
        "fall": _fail,
        "quickness": _quickness,
    }
    monkeypatch.setattr(core.bench, "benches", lambda: every)


# The command


@pytest.mark.parametrize(
    ("names", "status"),
    [(["fast"], 0), (["slow"], 1), (["fast", "slow"], 1), (["moon"], 0), (["fall"], 1), ([], 1), (["moon", "fast"], 0)],
)
def test_the_status_is_one_if_a_measured_limit_is_not_met(names: list[str], status: int) -> None:
    assert main(["bench", *names]) == status


def test_json_has_every_figure_with_its_limit(capsys: pytest.CaptureFixture[str]) -> None:
    main(["bench", "fast", "slow", "moon", "fall", "--json"])
    rows = json.loads(capsys.readouterr().out)
    assert [(row["bench"], row["met"]) for row in rows] == [
        ("fast", True),
        ("fast", None),
        ("slow", False),
        ("moon", None),
        ("fall", False),
    ]
    assert rows[2]["limit"] == 2.0
    assert rows[2]["kind"] == "at most"
    assert rows[3]["skipped"] == "no moon tonight"
    assert rows[4]["failed"] == "the moon fell down"


def test_the_table_says_what_is_not_met_and_why_something_was_skipped(capsys: pytest.CaptureFixture[str]) -> None:
    main(["bench", "fast", "slow", "moon", "fall"])
    lines = capsys.readouterr().out.splitlines()
    assert any("rate" in line and "at least 2 /s" in line and "met" in line for line in lines)
    assert any("wait" in line and "at most 2 ms" in line and "NOT MET" in line for line in lines)
    assert any("skipped: no moon tonight" in line for line in lines)
    assert any("the moon fell down" in line and "failed" in line for line in lines)


def test_quick_is_passed_on(capsys: pytest.CaptureFixture[str]) -> None:
    for words, value in ((["--quick"], 1.0), ([], 0.0)):
        main(["bench", "quickness", "--json", *words])
        assert json.loads(capsys.readouterr().out)[0]["value"] == value


def test_an_unknown_name_suggests_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "fats"]) == 2
    captured = capsys.readouterr()
    assert "did you mean fast?" in captured.err
    assert captured.out == ""


def test_every_bench_is_listed_with_a_description(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    every = core.bench.benches()
    assert {"relay", "scale", "memory", "start", "keys", "idle", "frames", "goodput"} <= set(every)
    assert all(bench.__doc__ for bench in every.values())


def test_the_explorers_bench_holds_a_two_phase_commit_against_what_it_was() -> None:
    """Its figure comes of an exploration that proves something, and finds the fault that is planted."""
    (scenario,) = two_phase.PROTOCOL.scenarios
    assert explore(scenario, budget=explored.CRASHES).verdict == "sound"
    found = explored.commit(300)
    assert found["states"] >= 300
    assert found["rate"] > 0
    (states,) = explored.faults("two_phase", 300).values()
    assert states > 0


def test_what_breaks_in_a_further_scenario_only_is_found_there() -> None:
    assert all(states > 0 for states in explored.faults("arq", 300).values())


def test_a_measurement_that_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match="nothing-like-that"):
        measured("core.bench.relay", "nothing-like-that", "1", "1")
    found = measured("core.bench.relay", "turns", "1", "5", "1000")
    assert found["rate"] > 0
    assert 0 < found["bare"] < 1


# The terminal


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def program(text: str) -> Sequence[str]:
    return [sys.executable, "-c", text]


@on_linux
def test_words_are_found_between_escapes_and_over_two_writes(home: Path) -> None:
    text = r"""
import sys, time
sys.stdout.write("\x1b[1;31mhel\x1b[0m\x1b]0;title\x07lo wo"); sys.stdout.flush()
time.sleep(0.2)
sys.stdout.write("rld"); sys.stdout.flush()
time.sleep(30)
"""
    with Terminal(program(text), home) as terminal:
        assert terminal.wait_for("hello world") - terminal.started >= 0.2
    assert terminal.process.returncode is not None


@on_linux
def test_a_terminal_has_the_size_and_the_home_of_the_bench(home: Path) -> None:
    text = (
        "import os; print(os.get_terminal_size(), os.environ['ACKADEMY_HOME'], flush=True); import time; time.sleep(9)"
    )
    with Terminal(program(text), home) as terminal:
        terminal.wait_for("columns=120, lines=40")
    with Terminal(program(text), home) as terminal:
        terminal.wait_for(str(home))


@on_linux
def test_a_program_that_ends_or_never_paints_is_no_measurement(home: Path) -> None:
    with Terminal(program("print('cannot, sorry')"), home) as terminal, pytest.raises(Ended, match="cannot, sorry"):
        terminal.wait_for("ready")
    said = "it said nothing"
    with Terminal(program("import time; print('hm', flush=True); time.sleep(3600)"), home) as terminal:
        while "it said nothing" in said:  # it has not begun
            with pytest.raises(TimeoutError) as late:
                terminal.wait_for("ready", timeout=0.3)
            said = str(late.value)
    assert said == "'ready' was never painted; the last was 'hm'"


@on_linux
def test_a_program_that_ignores_sigterm_is_ended_all_the_same(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "GRACE", 0.3)
    text = "import signal, time; signal.signal(15, signal.SIG_IGN); print('in', flush=True); time.sleep(60)"
    with Terminal(program(text), home) as terminal:
        terminal.wait_for("in")
    assert terminal.process.returncode == -9


@on_linux
def test_cpu_seconds_are_those_of_the_program(home: Path) -> None:
    busy = "print('go', flush=True)\nwhile True: pass"
    lazy = "import time; print('go', flush=True); time.sleep(60)"
    taken = {}
    for name, text in (("busy", busy), ("lazy", lazy)):
        with Terminal(program(text), home) as terminal:
            terminal.wait_for("go")
            before = terminal.cpu_seconds()
            terminal.rest(0.5)
            while name == "busy" and terminal.cpu_seconds() - before < 0.1:  # as much of a core as others leave it
                terminal.rest(0.05)
            taken[name] = terminal.cpu_seconds() - before
    assert taken["lazy"] < 0.05


@on_linux
def test_both_first_paints_are_seen(home: Path) -> None:
    assert 0 < screen.start("bare", home)["seconds"] < screen.PATIENCE
    ours = screen.start("ours", home)
    assert 0 < ours["seconds"] < ours["ready"]


@on_linux
@pytest.mark.parametrize("who", ["still", "moving"])
def test_the_bare_app_repaints_on_a_key(home: Path, who: str) -> None:
    figures = screen.keys(who, home, 6)
    assert 0 < figures["p50"] <= figures["p95"]


@on_linux
@pytest.mark.parametrize("who", ["ours", "bare"])
def test_frames_are_counted_and_weighed(home: Path, monkeypatch: pytest.MonkeyPatch, who: str) -> None:
    monkeypatch.setattr(frames, "WARM", 0.5)
    found = frames.measure(who, home, 2.0)
    assert found["fps"] > 0
    assert found["bytes"] > 0
    assert ("tick" in found) is (who == "ours")


def test_elsewhere_the_screen_is_skipped_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    for bench in (screen.bench_start, screen.bench_keys, screen.bench_idle, frames.bench):
        figures = bench(True)
        assert [(figure.skipped, figure.met) for figure in figures] == [("measured on Linux only", None)]


# The busy level


def test_the_busy_level_has_fifty_nodes_and_is_never_idle(home: Path) -> None:
    level = load(screen.busy_level(home))
    assert len(level.scenario.nodes) == screen.NODES
    world = World(level.scenario)
    second = 1_000_000
    for until in range(second, 20 * second, second):  # at x16 and automatic pace that is more than a measurement lasts
        events = world.run(until)
        assert not world.questions
        assert not world.over
        assert events > 500


# The first paint comes before the levels


def test_the_title_is_painted_before_the_levels_are_loaded(tmp_path: Path) -> None:
    from tests.tui.helpers import ENTRIES, FakeStage, make_app
    from tests.tui.test_cli import seasoned

    painted: list[str] = []

    def late(app: object) -> tuple[Sequence[CampaignEntry], FakeStage]:
        time.sleep(0.01)
        painted.append("".join(strip.text for strip in game.screen._compositor.render_strips()))
        return ENTRIES, FakeStage()

    game = make_app(seasoned(tmp_path), entries=(), stage=None, load=late)

    async def body() -> None:
        async with game.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            assert game.levels_are_loaded
            assert len(game.entries) == len(ENTRIES)

    asyncio.run(body())
    assert len(painted) == 1
    assert screen.TITLE_WORDS in painted[0]
    assert screen.LEVEL_WORDS not in painted[0]
