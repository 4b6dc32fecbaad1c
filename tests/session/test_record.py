"""Run files: written as they are played, read with errors for people, verified by re-execution."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.kernel.scenario import ARRIVALS, Arrival, Scenario
from core.kernel.seats import Random
from core.kernel.world import World
from core.record import (
    RunFileError,
    clean,
    header_of,
    journal_line,
    line_of,
    read,
    result_of,
    scenario_of,
    verify,
    write,
)
from core.recorder import Recorder
from core.session import Session

TEXT = '[level]\ntitle = "echo"\n'


def compiled(scenario: Scenario):
    """A compiler of level texts that knows one level."""

    def compile_level(text: str, seed: int) -> Scenario:
        if text != TEXT:
            raise ValueError("line 1: no such level")
        return scenario.reseeded(seed)

    return compile_level


def finish(session: Session) -> None:
    while not session.over:
        if session.question is not None:
            session.answer(session.question.asked.book)
        else:
            session.step()


def lines_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_recorded_session_verifies(tmp_path, server):
    path = tmp_path / "runs" / "one.run"
    session = Session(server, hints=("look",))
    with Recorder(path, session, level="premise/echo", text=TEXT) as recorder:
        session.hint()
        while not session.offered:
            session.step() if session.question is None else session.answer(session.question.asked.book)
        session.hand_over()
        finish(session)
    assert recorder.error is None
    run = read(path)
    assert run.header.level == "premise/echo"
    assert run.answers == tuple(session.world.answers)
    assert run.by == ("you",) * 3 + ("autopilot",) * 2 + ("you",)
    assert run.result is not None
    assert run.result.stars == 2
    assert run.result.measures == session.world.measures()
    assert run.result == recorder.result
    assert (run.hints, run.result.hints) == (1, 1)
    found = verify(run, compiled(server))
    assert found.verified, found.why
    assert found.world is not None
    assert found.world.trace_sha256() == session.world.trace_sha256()


def test_going_back_is_written_and_all_branches_are_kept(tmp_path, server):
    path = tmp_path / "branches.run"
    session = Session(server)
    with Recorder(path, session, level="x", text=TEXT):
        finish(session)
        first = tuple(session.world.answers)
        session.jump(3)
        session.answer(0)
        while not session.over:
            if session.question is not None:
                session.answer(session.question.asked.book)
            else:
                session.step()
    run = read(path)
    assert run.answers == tuple(session.world.answers) != first
    assert run.branches == (first,)
    assert verify(run, compiled(server)).verified
    assert run.result is not None
    assert run.result.rewinds == 1


def test_kept_answers_and_moves_are_written(tmp_path, lossy_client):
    path = tmp_path / "kept.run"
    session = Session(lossy_client, asks="notice")
    with Recorder(path, session, level="x", text=TEXT):
        session.step()
        session.keep("echo.patience", 90_000)
        while not session.over:
            session.step()
    run = read(path)
    # What is kept from the first question on, that question's own answer, and what was set.
    assert [given.how for given in run.answers] == ["keep", "answer", "keep"]
    assert run.by[:2] == ("kept", "kept")
    assert verify(run, compiled(lossy_client)).verified


def test_a_headless_run_is_written_at_once(tmp_path, client):
    world = World(client, player=Random(4))
    world.run()
    path = tmp_path / "random.run"
    write(path, header_of(client, "x", TEXT), world.answers, result_of(world), by="random")
    run = read(path)
    assert verify(run, compiled(client)).verified
    assert set(run.by) == {"random"}
    assert os.listdir(tmp_path) == ["random.run"]
    with pytest.raises(LookupError):
        result_of(World(client))


@pytest.mark.parametrize("what", ARRIVALS)
def test_an_arrival_is_a_line_of_json_like_any_other(what):
    for name in ("peer", 'a"b\\c', "gr\u00fc\u00df\u2028e"):
        stream = "" if what in ("datagram", "start") else f"{name}>server#12"
        line = journal_line(Arrival(52_107, name, "server", what, b"\x00\xff", stream))
        data = json.loads(line)
        assert line == line_of(data)
        assert line.isascii()
        told = {"came": 52_107, "from": name, "to": "server", "what": what}
        told |= {"stream": stream} if stream else {}
        told |= {"hex": "00ff"} if what in ("datagram", "data") else {}
        assert data == told


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_run_goes_into_a_pipe_and_leaves_it_one(tmp_path, client):
    world = World(client, player=Random(4))
    world.run()
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    write(path, header_of(client, "x", TEXT), world.answers, result_of(world))
    (tmp_path / "copy.run").write_bytes(os.read(reader, 65536))
    os.close(reader)
    assert path.is_fifo()
    assert verify(read(tmp_path / "copy.run"), compiled(client)).verified


def test_a_killed_game_loses_nothing(tmp_path, server):
    path = tmp_path / "killed.run"
    code = textwrap.dedent(
        f"""
        import os, signal, sys
        from dataclasses import replace
        from core.kernel.scenario import NodeSpec, PlayerSeat
        from core.protocols.premise.echo import PROTOCOL
        from core.recorder import Recorder
        from core.session import Session
        scenario = replace(PROTOCOL.scenarios[0], nodes=(NodeSpec("client", "echo", "client", {{"count": 6}}),
                           NodeSpec("server", "echo", "server")), player=(PlayerSeat("server", ("echo.number",)),))
        session = Session(scenario)
        Recorder({str(path)!r}, session, level="x", text="t")
        for _ in range(2):
            while session.question is None:
                session.step()
            session.answer(session.question.asked.book)
        os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    if not hasattr(signal, "SIGKILL"):
        pytest.skip("no SIGKILL here")
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGKILL
    run = read(path)
    assert [answer.value for answer in run.answers] == [1, 2]
    assert run.result is None
    # It replays as far as it goes.
    watched = Session(replace(server, par=()), answers=run.answers)
    while watched.watching:
        watched.step()
    assert watched.world.answers[:2] == list(run.answers)
    assert "ended early" in verify(run, lambda text, seed: scenario_like(run, server)).why


def scenario_like(run, server):
    return replace(server, par=(), limit=5_000_000)


def test_a_last_line_cut_short_is_left_out(tmp_path, server):
    path = tmp_path / "torn.run"
    session = Session(server)
    with Recorder(path, session, level="x", text=TEXT):
        finish(session)
    whole = path.read_text()
    path.write_text(whole[: whole.index('{"seal"') - 20])
    run = read(path)
    assert run.torn
    assert run.result is None
    assert run.answers == tuple(session.world.answers)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda lines: lines[2].update(value=9), "trace|does not|fit|claims"),
        (lambda lines: lines[2].update(after=400), "do not fit"),
        (lambda lines: lines[2].update(node="nobody"), "do not fit"),
        (lambda lines: lines[-1]["result"].update(stars=3), "claims stars 3, it is 2"),
        (
            lambda lines: lines[-1]["result"].update(stars=3, unseen=True, hints=0) or lines.insert(1, {"hint": 1}),
            "hint",
        ),
        (lambda lines: lines[-1]["result"].update(won=False), "claims won False"),
        (lambda lines: lines[-1]["result"].update(trace_sha256="0" * 64), "trace is another"),
        (lambda lines: lines[-1]["result"]["measures"].update(messages=1), "claims measures"),
        (lambda lines: lines[0].update(scenario="0" * 64), "another scenario"),
        (lambda lines: lines[0].update(rules={"echo": 99}), "version 99 of the rules"),
        (lambda lines: lines[0].update(text="other"), "no such level"),
        (lambda lines: lines.pop(), "ended early"),
        (lambda lines: lines.__delitem__(slice(3, 6)), "do not fit|end before"),
    ],
)
def test_a_run_that_was_changed_is_not_verified(tmp_path, server, change, why):
    import re

    path = tmp_path / "forged.run"
    session = Session(server)
    with Recorder(path, session, level="x", text=TEXT):
        finish(session)
    lines = lines_of(path)
    lines = [line for line in lines if "first" not in line and "seal" not in line]
    change(lines)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = verify(read(path), compiled(server))
    assert not found.verified
    assert re.search(why, found.why), found.why


HEADER = {
    "ackademy": "run", "format": 1, "engine": "0", "rules": {"echo": 1}, "level": "x", "text": "t",
    "scenario": "0" * 64, "seed": 1,
}  # fmt: skip
ANSWER = {"after": 1, "at": 0, "node": "server", "choice": "echo.number", "value": 1}


@pytest.mark.parametrize(
    ("line", "data", "words"),
    [
        (1, "", "not a run file, whose lines are JSON"),
        (2, "", "this is not JSON"),
        (1, [], "JSON object"),
        (1, {"hello": 1}, "not a run file"),
        (1, {**HEADER, "format": 5}, "format 5; this engine reads up to 4"),
        (1, {**HEADER, "format": 3}, '"explored" must be an object'),
        (1, {**HEADER, "format": 3, "explored": {"personas": [], "budget": {}}}, '"personas" must be'),
        (1, {**HEADER, "format": 3, "explored": {"personas": {}, "budget": {"lost": 0.5}}}, "whole"),
        (2, {**ANSWER, "how": "crash"}, '"how" must be one of answer, move, keep'),
        (1, {**HEADER, "format": True}, "whole number"),
        (1, {**HEADER, "seed": "7"}, '"seed" must be a whole number'),
        (1, {**HEADER, "rules": [1]}, '"rules"'),
        (1, {**HEADER, "level": "a\x1b[2Jb"}, "control characters"),
        (1, {**HEADER, "text": "a\x1b]0;x\x07"}, "control characters"),
        (1, {**HEADER, "scenario": "xyz"}, "SHA-256"),
        (2, {**ANSWER, "value": 1.5}, "whole"),
        (2, {**ANSWER, "value": {"a": 1}}, "an answer is"),
        (2, {**ANSWER, "value": "\x1b[31m"}, "control characters"),
        (2, {**ANSWER, "value": ["\u202e"]}, "control characters"),
        (2, {**ANSWER, "node": "[red]x"}, '"node" must be a name'),
        (2, {**ANSWER, "after": -1}, '"after" must be a whole number of at least 0'),
        (2, {**ANSWER, "how": "cheat"}, '"how"'),
        (2, {key: value for key, value in ANSWER.items() if key != "value"}, '"value"'),
        (2, {"back": 3}, "only 0"),
        (2, {"result": 1}, "object"),
        (2, {"what": 1}, "neither"),
        (2, '{"after": 1' + "0" * 5000 + "}", "cannot be read"),
        (2, "[" * 100_000, "nested"),
        (2, '{"a": NaN}', "whole"),
    ],
)
def test_errors_name_file_and_line(tmp_path, line, data, words):
    path = tmp_path / "broken.run"
    text = data if isinstance(data, str) else json.dumps(data)
    path.write_text((json.dumps(HEADER) + "\n" if line == 2 else "") + text + "\n")
    with pytest.raises(RunFileError) as caught:
        read(path)
    assert f"{path}, line {line}: " in str(caught.value)
    assert words in str(caught.value)


def test_bytes_that_are_no_text(tmp_path):
    path = tmp_path / "binary.run"
    path.write_bytes(json.dumps(HEADER).encode() + b"\n\xff\xfe\n")
    with pytest.raises(RunFileError, match="line 2: this is not UTF-8"):
        read(path)
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none.run")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60), st.integers(0, 3))
def test_whatever_is_in_a_file_it_is_read_or_refused_in_words(tmp_path_factory, junk, place):
    path = tmp_path_factory.getbasetemp() / "fuzz.run"
    lines = [json.dumps(HEADER), json.dumps(ANSWER), json.dumps({"back": 0})]
    lines.insert(min(place, 3), junk)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="surrogatepass", newline="")
    problem = ""
    try:
        run = read(path)
    except RunFileError as error:
        problem = error.problem
    else:
        assert all(answer.node == "server" for answer in run.answers)
    # Harmless on a terminal, whatever was in the file.
    assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in problem)


def test_foreign_text_is_made_harmless():
    assert clean("a\x1b[31mb\n[bold]c\u202e") == "a?(31mb?(bold)c?"
    assert len(clean("x" * 500)) == 80


def test_a_full_disk_does_not_stop_the_game(tmp_path, server):
    class Full:
        def write(self, text):
            raise OSError(28, "No space left on device")

        def flush(self):
            pass

        def close(self):
            pass

    session = Session(server)
    recorder = Recorder(tmp_path / "full.run", session, level="x", text=TEXT)
    assert recorder._file is not None
    recorder._file.close()
    recorder._file = Full()  # type: ignore[assignment]
    finish(session)
    assert session.over
    assert recorder.error is not None
    recorder.close()


def test_the_scenario_comes_from_the_level_inside(tmp_path, server):
    path = tmp_path / "one.run"
    session = Session(server.reseeded(5))
    with Recorder(path, session, level="x", text=TEXT):
        finish(session)
    assert scenario_of(read(path), compiled(server)).seed == 5
