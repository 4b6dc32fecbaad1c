"""`ackademy explore`: verdicts, exit statuses, counterexamples in words, shortest wins and losses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from core import record
from core.kernel.laws import LawKind
from core.protocols import BY_NAME
from core.search import explore, laws_of
from levels.explored import level_found, scenario_found
from levels.loader import load
from levels.schema import CampaignWorld
from tui.cli import main
from tui.stage import Stage

LEVEL = """\
[level]
title = "One ping"
[nodes]
client = {{ runs = "echo.client", count = 2 }}
server = {{ runs = "echo.server" }}
[seats]
{seats}
[goal]
win = ["{law}"]
limit = "5s"
"""
FAULT = "no answer is believed that was not asked for"
ALL = "client has every answer, in order, once"


@pytest.fixture
def faulty(tmp_path: Path) -> str:
    """A level whose server is the planted fault."""
    path = tmp_path / "faulty.toml"
    seats = """\
server = { persona = "counts on its own" }
client = { player = ["echo.patience"] }
network = { dice = { duplicate = 0.1, jitter = "0..100ms" } }"""
    path.write_text(LEVEL.format(seats=seats, law=FAULT), "utf-8")
    return str(path)


@pytest.fixture
def played(tmp_path: Path) -> str:
    """A level in which the player is the server."""
    path = tmp_path / "played.toml"
    path.write_text(LEVEL.format(seats='server = { player = ["echo.number"] }', law=ALL), "utf-8")
    return str(path)


def explored(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    status = main(["explore", *words, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_a_counterexample_is_saved_and_opens_at_the_decisive_move(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.run"
    words = ("echo", "--persona", "counts on its own@server", "--late", "1", "--save", str(path))
    status, found = explored(capsys, *words)
    assert status == 1
    assert found["saved"] == str(path)
    acts = found["broken"][0]["acts"]
    late = next(act for act in acts if act["value"] == "late")
    run = record.read(path)
    assert run.header.kind == record.EXPLORED
    assert [given.how for given in run.answers] == [act["how"] for act in acts]
    opens = run.header.explored.opens
    assert [given.value for given in run.answers if given.after == opens] == ["late"], late
    level = level_found(run)
    stage = Stage([CampaignWorld("explored", "", "", (level,))], tape=run.answers, opens=opens)
    session = stage.play(level.id, run.header.seed).bridge.session
    assert session.paused
    assert session.position[0] == opens
    assert session.world.questions[0].asked.choice.name == "network.fate"
    while session.step():
        pass
    assert session.outcome.reason == f"broken: {FAULT}"
    assert session.world.trace_sha256() == run.result.trace_sha256
    assert main(["replay", "--plain", str(path)]) == 0
    assert f"LOST: broken: {FAULT}" in capsys.readouterr().out
    assert main(["export", str(path), "--jsonl", str(tmp_path / "trace")]) == 0


def test_a_counterexample_of_a_level_is_saved_too(
    faulty: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.run"
    status, found = explored(capsys, faulty, "--save", str(path))
    assert (status, found["saved"]) == (1, str(path))
    run = record.read(path)
    assert record.verify(run, lambda text, seed: scenario_found(run.header)).verified
    assert run.header.level == "explored/faulty" or run.header.level.endswith("/faulty")


def test_a_hand_is_part_of_what_is_tried(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, run = tmp_path / "handed.toml", tmp_path / "broken.run"
    seats = """\
server = { persona = "counts on its own" }
network = { hand = { lose = 1 } }"""
    path.write_text(LEVEL.format(seats=seats, law=FAULT), "utf-8")
    status, found = explored(capsys, str(path), "--save", str(run))
    assert status == 1
    assert [one["misfortune"] for one in found["tried"]] == ["no misfortune, and what the network's hand may do"]
    acts = [act for act in found["broken"][0]["acts"] if act["how"] == "move"]
    assert [(act["choice"], act["value"]) for act in acts] == [("network.lose", "Pong server -> client")]
    read = record.read(run)
    assert record.verify(read, lambda text, seed: scenario_found(read.header)).verified


def test_nothing_is_saved_where_nothing_broke(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "broken.run"
    status, found = explored(capsys, "echo", "--lost", "0", "--save", str(path))
    assert (status, found["saved"], path.exists()) == (0, None, False)
    words = ["explore", "echo", "--persona", "counts on its own@server", "--late", "1"]
    assert main([*words, "--save", str(tmp_path / "no" / "folder.run")]) == 2
    assert "no such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"room": "echo"', '"room": "ecco"', "no protocol 'ecco'"),
        ('"scenario": "two pings"', '"scenario": "no pings"', "no scenario 'no pings'"),
        ('"counts on its own"', '"counts"', "no persona 'counts'"),
        ('"late": 1', '"late": -1', "counts nothing"),
        ('"late": 1', '"later": 1', "not one of this engine"),
        ('"opens"', '"open"', '"opens" must be a whole number'),
        ('"law": "no answer', '"law": "every answer', "no law says"),
        ('"value": 1, "how": "order"', '"value": 9, "how": "order"', "none at place 9"),
        ('"node": "network", "choice": "order", "value": 1, "how": "order"',
         '"node": "nobody", "choice": "crash", "value": 1, "how": "crash"', "there is no node nobody"),
        ('"choice": "order", "value": 1, "how": "order"', '"choice": "strike", "value": 1, "how": "strike"', "no node"),
        ('"kind": "explored"', '"kind": "played"', '"how" must be one of answer, move, keep'),
        ('"format": 4', '"format": 1', '"how" must be one of answer, move, keep'),
        ('"format": 4', '"format": 5', "reads up to 4"),
    ],
)  # fmt: skip
def test_what_was_tampered_with_is_said_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, words: str
) -> None:
    path = tmp_path / "broken.run"
    main(["explore", "echo", "--persona", "counts on its own@server", "--late", "1", "--save", str(path)])
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    try:
        run = record.read(path)
        verified = record.verify(run, lambda text, seed: scenario_found(run.header))
        assert not verified.verified
        assert words in verified.why
        capsys.readouterr()
        assert main(["export", str(path), "--jsonl", str(tmp_path / "trace")]) == 2
    except record.RunFileError as error:
        assert words in str(error)  # noqa: PT017
        assert main(["replay", "--plain", str(path)]) == 2


def test_a_sound_protocol_is_said_to_be_sound(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explore", "echo"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("echo, 'two pings': sound")
    assert "tried no misfortune; 1 packet lost; 1 packet twice; 1 packet late\n" in out
    assert "reached      a ping is answered twice" in out
    assert main(["explore", "echo", "--lost", "0"]) == 0
    out = capsys.readouterr().out
    assert "tried no misfortune\n" in out
    assert "not reached  a ping is answered twice" in out  # nothing is lost there


def test_what_a_stream_hides_is_not_said_to_be_tried(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explore", "framing"]) == 0
    assert "tried no misfortune\n" in capsys.readouterr().out


def test_what_is_known_up_to_the_limit_only_is_not_called_sound(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explore", "sntp", "--scenario", "2"]) == 0
    out = capsys.readouterr().out
    assert "unknown: no law broke, but runs that would go on were cut off at the scenario's limit of 10 min" in out
    assert "bound" not in out
    _, found = explored(capsys, "sntp", "--scenario", "2")
    assert (found["verdict"], found["complete"], found["limit_us"]) == ("unknown", False, 600_000_000)


def test_a_protocol_that_restarts_is_tried_with_a_crash_and_a_return(capsys: pytest.CaptureFixture[str]) -> None:
    status, figures = explored(capsys, "ledger")
    assert (status, figures["verdict"], figures["complete"]) == (0, "sound", True)
    tried = figures["tried"]
    assert isinstance(tried, list)
    assert tried[-1]["misfortune"] == "1 crash (back at any later point)"
    assert tried[-1]["budget"] == {"lost": 0, "twice": 0, "late": 0, "crashes": 1, "back": "at any later point"}
    assert figures["states"] == sum(one["states"] for one in tried)
    assert isinstance(figures["states_per_second"], int)


def test_a_fault_of_recovery_is_found_only_where_somebody_comes_back(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("ledger", "--crashes", "1", "--persona", "begins anew@keeper")
    assert explored(capsys, *words, "--back", "never")[0] == 0
    for back in ("anytime", "50ms"):
        status, figures = explored(capsys, *words, "--back", back)
        assert status == 1
        broken, laws = figures["broken"], figures["laws"]
        assert isinstance(broken, list)
        assert isinstance(laws, list)
        assert "restart" in [entry["kind"] for entry in broken[0]["trace"]]
        verdicts = {law["law"]: law["verdict"] for law in laws}
        assert verdicts[broken[0]["law"]] == "broken"
        assert verdicts["every order is confirmed"] == "not tried"


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("--persona", "begin anew@keeper"), "did you mean 'begins anew'?"),
        (("--persona", "begins anew@kepper"), "did you mean 'keeper'?"),
        (("--persona", "begins anew"), "there is no node 'begins anew'"),
        (("--crashes", "1", "--back", "soon"), '--back soon: "anytime", "never", or a time such as "200ms"'),
    ],
)
def test_what_cannot_be_tried_is_said_in_words(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], mend: str
) -> None:
    assert main(["explore", "ledger", *words]) == 2
    assert mend in capsys.readouterr().err


def test_a_bound_that_was_hit_is_unknown_and_not_sound(capsys: pytest.CaptureFixture[str]) -> None:
    status, figures = explored(capsys, "echo", "--scenario", "2", "--bound", "20")
    assert (status, figures["verdict"], figures["complete"]) == (0, "unknown", False)
    assert main(["explore", "echo", "--scenario", "2", "--bound", "20"]) == 0
    assert "unknown" in capsys.readouterr().out.splitlines()[0]


def test_the_second_scenario_reaches_what_the_first_cannot(capsys: pytest.CaptureFixture[str]) -> None:
    status, figures = explored(capsys, "echo", "--scenario", "2")
    assert status == 0
    assert figures["verdict"] == "sound"
    assert figures["reached"] == ["a ping is answered twice"]


def test_a_level_is_won_and_lost_in_the_fewest_answers(capsys: pytest.CaptureFixture[str], played: str) -> None:
    status, figures = explored(capsys, played)
    assert status == 1  # some answers break the law: that is what the player is there to avoid
    win = figures["shortest_win"]
    loss = figures["shortest_loss"]
    assert isinstance(win, list)
    assert isinstance(loss, list)
    assert [answer["value"] for answer in win] == ["1", "2"]
    assert loss
    assert [answer["value"] for answer in loss] != ["1", "2"]


def test_a_counterexample_is_told_in_words(capsys: pytest.CaptureFixture[str], played: str) -> None:
    assert main(["explore", played]) == 1
    out = capsys.readouterr().out
    assert f"broken: {FAULT}" in out or f"broken: {ALL}" in out
    assert "PING number 1 sent to server" in out
    assert "[echo.number" in out
    assert "shortest win: 2 answers" in out


def test_a_planted_fault_is_found_and_its_answer_shown(capsys: pytest.CaptureFixture[str], faulty: str) -> None:
    assert main(["explore", faulty]) == 1
    out = capsys.readouterr().out
    assert f"broken: {FAULT}" in out
    believed = re.findall(r"handed up: (\d+)", out)[-1]
    assert f"PING number {believed} sent" not in out[: out.rindex("handed up")]  # asked for after it was believed
    assert "here the run ends" not in out  # that is said of laws that must hold at last, not of this one


def test_the_counterexample_is_shorter_than_the_first_that_was_found(
    capsys: pytest.CaptureFixture[str], faulty: str
) -> None:
    lossy = Path(faulty)
    lossy.write_text(lossy.read_text("utf-8").replace('duplicate = 0.1, jitter = "0..100ms"', "loss = 0.1"), "utf-8")
    first = explore(load(faulty).scenario).broken[0]
    _, figures = explored(capsys, faulty)
    broken = figures["broken"]
    assert isinstance(broken, list)
    assert broken[0]["law"] == first.law
    assert len(broken[0]["trace"]) < len(first.world.trace)


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("ecoh",), "did you mean 'echo'?"),
        (("premise/ehco",), "did you mean 'premise/echo'?"),
        (("echo", "--scenario", "9"), "echo has no scenario 9: there are 1 'two pings', 2"),
        (("premise/echo", "--scenario", "1"), "--scenario is for protocols"),
        (("no-such-file.toml",), "cannot read no-such-file.toml"),
    ],
)
def test_what_is_not_there_is_named_with_the_nearest(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], mend: str
) -> None:
    assert main(["explore", *words]) == 2
    captured = capsys.readouterr()
    assert mend in captured.err
    assert captured.out == ""


def test_a_broken_file_names_its_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text('[level]\ntitle = "x"\n[nodes]\na = { runs = "echo.clint" }\n', "utf-8")
    assert main(["explore", str(path)]) == 2
    assert "broken.toml:4" in capsys.readouterr().err


@pytest.mark.parametrize("bound", ["0", "-1", "many"])
def test_a_bound_is_a_positive_number(bound: str) -> None:
    with pytest.raises(SystemExit) as left:
        main(["explore", "echo", f"--bound={bound}"])
    assert left.value.code == 2


def test_laws_of_a_scenario_are_its_own_and_those_without_places() -> None:
    laws = laws_of(BY_NAME["echo"].scenarios[0])
    assert {law.text for law in laws} == {ALL, FAULT, "a ping is answered twice"}
    assert {law.law.kind for law in laws} == set(LawKind)
