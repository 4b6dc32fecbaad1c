"""A live run of any length is told and exported while it happens again: byte for byte what it was, and not held."""

import gc
import json
import os
import tracemalloc
from contextlib import redirect_stdout
from dataclasses import replace

import pytest

from core.export import capture_of, json_lines, shiviz_log, spacetime_svg
from core.export.spool import Spool
from core.kernel.trace import Trace
from core.kernel.world import DivergedError, World, replayed
from core.record import Replay, is_only_watched, journal_in, read, read_but_journal, scenario_of, with_journal
from levels.live_long import LINES, record
from levels.loader import from_text
from tui.cli import main
from tui.plain import tell_run
from tui.platform import version


def long_run(path, kind, arrivals, *, ends=True):
    """The file of a run of so many arrivals on 57 connections."""
    assert record(path, kind, arrivals, ends=ends) >= arrivals
    return path


def scenario_in(run):
    return scenario_of(run, lambda text, seed: from_text(text, run.header.level).scenario.reseeded(seed))


@pytest.mark.parametrize("ends", [True, False], ids=["ended", "cut short"])
@pytest.mark.parametrize("kind", ["http", "bittorrent"])
def test_it_is_told_and_exported_as_the_whole_run_is(tmp_path, capsys, kind, ends):
    path = long_run(tmp_path / "long.run", kind, 3 * LINES, ends=ends)
    run = read(path)
    world = replayed(scenario_in(run), run.answers)
    assert is_only_watched(world.scenario)
    told = []
    level = from_text(run.header.text, run.header.level)
    level = replace(level, scenario=with_journal(level.scenario, run.journal, run.until))
    tell_run(level, run.answers, run.header.seed, told.append, run.cut_words)
    assert main(["replay", str(path), "--plain"]) == 0
    assert capsys.readouterr().out == "".join(f"{line}\n" for line in told)
    wanted = {"jsonl": "".join(json_lines(world)), "shiviz": "".join(shiviz_log(world.trace))}
    for form, text in wanted.items():
        assert main(["export", str(path), f"--{form}", str(tmp_path / form)]) == 0
        assert (tmp_path / form).read_text() == text
    capsys.readouterr()
    assert main(["export", str(path), "--jsonl", "-"]) == 0
    assert capsys.readouterr().out == wanted["jsonl"]
    inside = "server" if kind == "http" else "seed"
    for words, capture in (
        ([], capture_of(world, version=version())),
        (["--once"], capture_of(world, version=version(), once=True)),
        (["--at", inside], capture_of(world, [inside], version())),
    ):
        assert main(["export", str(path), "--pcapng", str(tmp_path / "capture"), *words]) == 0
        assert (tmp_path / "capture").read_bytes() == b"".join(capture.blocks())
        assert f": {len(capture.frames)} frames" in capsys.readouterr().err
    assert main(["export", str(path), "--svg", str(tmp_path / "drawing")]) == 0
    assert (tmp_path / "drawing").read_text() == "".join(spacetime_svg(world))


@pytest.mark.parametrize("form", ["plain", "jsonl", "shiviz", "pcapng", "svg"])
@pytest.mark.parametrize("kind", ["http", "bittorrent"])
def test_memory_does_not_grow_with_it_and_every_event_happens_once(tmp_path, monkeypatch, kind, form):
    steps, step = 0, World.step

    def counted(world):
        nonlocal steps
        steps += 1
        return step(world)

    monkeypatch.setattr(World, "step", counted)
    monkeypatch.setattr("core.record.replaying.KEPT", 64)
    monkeypatch.setattr("core.export.spool.BLOCK", 16)
    monkeypatch.setattr("core.export.spool.RECENT", 4)
    monkeypatch.setattr("core.export.MOST_DRAWN", 300)
    peaks, taken, events = [], [], []
    for arrivals in (200, 250, 1000):  # the first fills what is filled once
        path = long_run(tmp_path / f"{arrivals}.run", kind, arrivals)
        events.append(replayed(scenario_in(read(path)), ()).count)
        words = ["replay", str(path), "--plain"] if form == "plain" else ["export", str(path), f"--{form}", "/dev/null"]
        gc.collect()
        steps = 0
        with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
            tracemalloc.start()
            assert main(words) == 0
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        taken.append(steps)
    assert peaks[2] < 1.5 * peaks[1], peaks  # its few answers are held
    assert [count - 1 for count in taken] == events  # the last step finds nothing more


def test_an_entry_that_was_handed_out_is_let_go_of(tmp_path, monkeypatch):
    monkeypatch.setattr("core.record.replaying.KEPT", 64)
    path = long_run(tmp_path / "long.run", "http", 300)
    run = read_but_journal(path)
    assert run.journal == ()
    replay = Replay(scenario_in(run), run.answers, journal_in(path))
    most = count = 0
    for entries in replay.steps():
        assert [entry.number for entry in entries] == list(range(count, count + len(entries)))
        count += len(entries)
        most = max(most, len(replay.world.trace.tail))
    assert count == len(replay.world.trace) > 1000
    assert most < 64 + 20
    assert replay.trace_sha256() == run.result.trace_sha256
    with pytest.raises(IndexError, match="entry 3 is forgotten"):
        replay.world.trace[3]
    kept = Replay(scenario_in(run), run.answers, journal_in(path), keeps=True)
    assert sum(len(entries) for entries in kept.steps()) == len(kept.world.trace.rows) == count
    assert kept.world.trace_sha256() == run.result.trace_sha256


def test_a_drawing_ends_where_nobody_turns_the_pages_any_more_and_says_so(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("core.record.replaying.KEPT", 64)
    path = long_run(tmp_path / "long.run", "http", 300)
    monkeypatch.setattr("core.export.MOST_DRAWN", 200)
    assert main(["export", str(path), "--svg", str(tmp_path / "drawing"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["entries"] > 1000
    assert found["written"][0]["count"] == 201
    assert "the beginning, 201 entries, of a longer run" in (tmp_path / "drawing").read_text()
    assert main(["export", str(path), "--svg", str(tmp_path / "drawing")]) == 0
    assert capsys.readouterr().err.endswith(
        f"drawing: 201 entries of {found['entries']}: a drawing ends there; the other formats hold all\n"
    )


def test_a_spool_is_read_like_a_list(monkeypatch):
    monkeypatch.setattr("core.export.spool.BLOCK", 4)
    monkeypatch.setattr("core.export.spool.RECENT", 2)
    spool = Spool()
    for number in range(4 * 5 + 3):
        spool.append(("item", number))
    whole = [("item", number) for number in range(23)]
    assert (len(spool), list(spool)) == (23, whole)
    assert [spool[number] for number in (*range(23), *range(22, -1, -1))] == whole + whole[::-1]
    assert (spool[-1], spool[-23]) == (whole[-1], whole[0])
    assert list(spool.since(18)) == whole[18:]
    assert list(spool.since(23)) == []
    spool.append(("item", 23))  # that ends a block
    assert list(spool.since(22)) == [("item", 22), ("item", 23)]
    for number in (24, -25):
        with pytest.raises(IndexError):
            spool[number]


def test_forgetting_keeps_numbers_and_what_forks_share():
    trace = Trace()
    trace.tail += [(place,) * 9 for place in range(10)]
    fork = trace.fork()
    trace.tail += [(place,) * 9 for place in range(10, 15)]
    trace.forget(12)
    trace.forget(4)
    assert len(trace) == 15
    assert [entry.time for entry in trace.since(12)] == [12, 13, 14]
    assert trace[-1].number == 14
    assert [entry.time for entry in fork] == list(range(10))
    trace.forget(99)
    assert (len(trace), trace.tail) == (15, [])


def test_what_does_not_fit_is_said_in_words(tmp_path, capsys):
    path = long_run(tmp_path / "long.run", "http", 50)
    lines = path.read_text().splitlines(keepends=True)
    came = next(place for place, line in enumerate(lines) if '"came"' in line)
    lines[came] = lines[came].replace('"to": "server"', '"to": "nobody"')
    path.write_text("".join(lines))
    for words in (["replay", str(path), "--plain"], ["export", str(path), "--jsonl", str(tmp_path / "out")]):
        assert main(words) == 2
        assert capsys.readouterr().err.endswith("in its journal something comes from guest-1 to nobody\n")
    assert not (tmp_path / "out").exists()
    scenario = scenario_in(read_but_journal(path))
    arrivals = list(journal_in(long_run(tmp_path / "other.run", "http", 50)))
    twice = [arrivals[0], *arrivals]
    with pytest.raises(DivergedError, match=r"^what came from guest-1 at \d+ µs is not free$"):
        list(Replay(scenario, (), twice).steps())
