"""`ackademy export`."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.export import read_json_lines
from core.record import read
from tests.export.captures import packets
from tui.cli import main

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(tmp_path):
    path = tmp_path / "mine.run"
    assert main(["run", "premise/echo", "--record", str(path)]) == 0
    return path


def test_all_formats_at_once(run, tmp_path, capsys):
    files = {name: tmp_path / f"out.{name}" for name in ("pcapng", "shiviz", "svg", "jsonl")}
    capsys.readouterr()
    assert (
        main(["export", str(run), "--json", *(part for n, path in files.items() for part in (f"--{n}", str(path)))])
        == 0
    )
    report = json.loads(capsys.readouterr().out)
    assert [row["format"] for row in report["written"]] == list(files)
    for row in report["written"]:
        assert Path(row["path"]).stat().st_size == row["bytes"]
    assert report["written"][0]["count"] == len(packets(files["pcapng"].read_bytes()))
    header, entries = read_json_lines(files["jsonl"].read_text("utf-8").splitlines())
    assert len(entries) == report["entries"] == header["entries"]
    result = read(run).result
    assert result is not None
    assert header["trace_sha256"] == result.trace_sha256
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_who_captures_tcp_at_both_ends_is_told_of_the_other_way(tmp_path, capsys):
    run, target = tmp_path / "tcp.run", str(tmp_path / "o.pcapng")
    assert main(["run", "wire/bring-me-the-ack", "--record", str(run)]) == 0
    capsys.readouterr()
    assert main(["export", str(run), "--pcapng", target, "--both-ends"]) == 0
    told = capsys.readouterr().err
    node = told.rpartition("--at ")[2].strip()
    assert "at 2 ends" in told
    assert told.count("\n") == 1
    both = packets(Path(target).read_bytes())
    hidden = re.search(r'!\(frame\.comment contains "(.+)"\)', told)[1]
    shown = [packet for packet in both if not any(hidden in words for words in packet.comments)]
    for arguments in ([], ["--once"], ["--at", node]):
        assert main(["export", str(run), "--pcapng", target, *arguments]) == 0
        assert "ends" not in capsys.readouterr().err
        seen = packets(Path(target).read_bytes())
        assert 0 < len(seen) < len(both)
        if "--at" not in arguments:
            assert [packet.data for packet in shown] == [packet.data for packet in seen]
    assert {packet.direction for packet in both} == {packet.direction for packet in seen} == {1, 2}


def test_each_packet_is_there_at_both_ends_if_nobody_says_where(run, tmp_path, capsys):
    target = tmp_path / "o"
    capsys.readouterr()
    assert main(["export", str(run), "--pcapng", str(target)]) == 0
    told = capsys.readouterr().err
    assert f"{target}: 19 frames at 2 ends; " in told
    assert 'frame.interface_name == "client"' in told
    seen = packets(target.read_bytes())
    assert {(packet.interface, packet.direction) for packet in seen} == {(0, 1), (0, 2), (1, 1), (1, 2)}
    assert main(["export", str(run), "--pcapng", str(tmp_path / "both"), "--both-ends"]) == 0
    assert target.read_bytes() == (tmp_path / "both").read_bytes()


def test_each_packet_is_there_once_if_somebody_says_so(run, tmp_path, capsys):
    target = tmp_path / "o"
    capsys.readouterr()
    assert main(["export", str(run), "--pcapng", str(target), "--once"]) == 0
    assert capsys.readouterr().err == f"{target}: 10 frames, each packet once\n"
    seen = packets(target.read_bytes())
    assert {packet.direction for packet in seen} == {2}
    assert {packet.interface for packet in seen} == {0, 1}
    assert all(any(words.startswith(("delivered to ", "it ")) for words in packet.comments) for packet in seen)


def test_the_players_moves_are_in_the_capture(run, tmp_path):
    assert main(["export", str(run), "--pcapng", str(tmp_path / "o"), "--at", "server"]) == 0
    comments = [words for packet in packets((tmp_path / "o").read_bytes()) for words in packet.comments]
    assert "move of the player: echo.number = 1" in comments


@pytest.mark.parametrize(
    ("name", "start"), [("pcapng", b"\x0a\x0d\x0d\x0a"), ("svg", b"<?xml"), ("shiviz", b"^(?<host>")]
)
def test_to_standard_output(run, name, start):
    found = subprocess.run(
        [sys.executable, "-m", "tui", "export", str(run), f"--{name}", "-"], capture_output=True, cwd=ROOT, check=True
    )
    assert found.stdout.startswith(start)
    assert found.stderr == b""


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "say what to write"),
        (["--svg", "-", "--jsonl", "-"], "only one thing"),
        (["--svg", "-", "--json"], "only one thing"),
        (["--svg", "RUN"], "write over the run itself"),
        (["--svg", "x", "--jsonl", "./x"], "two formats cannot go into one file"),
        (["--svg", "x", "--at", "server"], "--at goes with --pcapng"),
        (["--svg", "x", "--both-ends"], "--both-ends goes with --pcapng"),
        (["--svg", "x", "--once"], "--once goes with --pcapng"),
        (["--pcapng", "x", "--both-ends", "--at", "server"], "--at or --both-ends, not both"),
        (["--pcapng", "x", "--both-ends", "--once"], "--both-ends or --once, not both"),
        (["--pcapng", "x", "--at", "nobody"], "no node is called 'nobody': there are client, server"),
        (["--svg", "no/such/folder/x"], "no/such/folder/x: no such file or directory"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(arguments, problem, run, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()
    assert main(["export", str(run), *(str(run) if part == "RUN" else part for part in arguments)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("ackademy export: ")
    assert problem in err
    assert err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["mine.run"]


def test_no_run_and_broken_runs(run, tmp_path, capsys):
    target = tmp_path / "out.svg"
    lines = run.read_text("utf-8").splitlines(keepends=True)
    broken = {
        "absent.run": None,
        "noise.run": "noise\n",
        "answers.run": "".join(lines).replace('"after": ', '"after": 9', 1),
        "other.run": "".join(lines).replace('"scenario": "', '"scenario": "' + "0" * 64 + '", "was": "'),
        "claims.run": "".join(lines[:2] + lines[-2:]),
    }
    for name, text in broken.items():
        if text is not None:
            (tmp_path / name).write_text(text, "utf-8")
        assert main(["export", str(tmp_path / name), "--svg", str(target)]) == 2, name
        assert capsys.readouterr().err.count("\n") == 1
    assert not target.exists()


def test_a_run_that_was_ended_early_is_written_as_far_as_it_goes(run, tmp_path):
    lines = run.read_text("utf-8").splitlines(keepends=True)
    run.write_text("".join(lines[:3]), "utf-8")
    target = tmp_path / "out.jsonl"
    assert main(["export", str(run), "--jsonl", str(target)]) == 0
    _, entries = read_json_lines(target.read_text("utf-8").splitlines())
    assert 0 < len(entries) < 27


def test_a_file_is_there_in_full_or_not_at_all(run, tmp_path, monkeypatch):
    target = tmp_path / "out.svg"
    target.write_text("what was there", "utf-8")

    def breaks(world):
        yield "<svg>"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.export.spacetime_svg", breaks)
    assert main(["export", str(run), "--svg", str(target)]) == 2
    assert target.read_text("utf-8") == "what was there"
    assert list(tmp_path.glob(".*")) == []


def test_a_link_stays_a_link(run, tmp_path):
    real, link = tmp_path / "real.svg", tmp_path / "link.svg"
    real.write_text("", "utf-8")
    link.symlink_to(real)
    assert main(["export", str(run), "--svg", str(link)]) == 0
    assert link.is_symlink()
    assert real.read_text("utf-8").startswith("<?xml")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_devices_are_written_to_not_replaced(run):
    assert main(["export", str(run), "--svg", "/dev/null"]) == 0
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
