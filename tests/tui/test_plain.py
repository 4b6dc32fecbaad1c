"""Plain play, and run files opened again."""

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest

from core.record import read
from levels.loader import load
from tests.patience import until
from tests.tui.helpers import drive
from tests.tui.test_play import CLIENT, SERVER, TURNS, level_of, make, play_screen
from tui.bridge import Bridge, session_of
from tui.cli import main
from tui.plain import play


def played(home: Path, seat: str, lines: str, **settings: str) -> tuple[int, str]:
    told: list[str] = []
    status = play(level_of(seat, **settings), record=home / "a.run", lines=io.StringIO(lines), out=told.append)
    return status, "\n".join(told)


def test_a_level_is_won_by_lines(tmp_path: Path) -> None:
    status, text = played(tmp_path, SERVER, "1\nfoo\nhint\nview\nhelp\n2\n2\n3\n4\n", asks="type")
    assert status == 0
    assert "'foo' is not a whole number" in text
    assert "hint: one" in text
    assert "highest number heard: 1" in text
    assert "WON: client has every answer" in text
    assert "by itself" not in text  # no key there hands a case over
    assert "\x1b" not in text
    run = read(tmp_path / "a.run")
    assert run.result is not None
    assert run.result.won
    assert run.hints == 1


def test_in_the_fog_only_the_own_node_speaks(tmp_path: Path) -> None:
    _, text = played(tmp_path, SERVER, "1\n2\n2\n3\n4\n", asks="type")
    assert "lost" not in text.partition("WON")[0]
    assert "PONG number 2 sent to client" in text


def test_options_are_numbered_and_leaving_is_losing(tmp_path: Path) -> None:
    told: list[str] = []
    record = tmp_path / "a.run"
    status = play(load("sockets/doorman"), record=record, lines=io.StringIO("3\nquit\n"), out=told.append)
    text = "\n".join(told)
    assert status == 1
    options = dict(re.findall(r"^ +(\d)  (\S.*)$", text.partition("3\n")[0], re.M))
    assert len(options) > 2
    assert [given.value for given in read(record).answers] == [options["3"]]
    assert "You have left the level." in text


def test_the_number_before_an_option_is_what_picks_it(tmp_path: Path) -> None:
    """Where a number is asked for, 1 is the number 1: the first of the list is not called so, too."""
    text = played(tmp_path, SERVER, "2\nquit\n", asks="choose")[1]
    options = re.findall(r"^ +(\S+)  (\d+)$", text.partition(">")[0], re.M)
    assert len(options) > 2, text
    assert {mark for mark, _ in options} == {"-"}
    assert [given.value for given in read(tmp_path / "a.run").answers] == [2]


def test_settings_and_waiting_where_nobody_asks(tmp_path: Path) -> None:
    status, text = played(
        tmp_path,
        CLIENT,
        "moves\npatience soon\npatience 300 ms\nwait long\nwait 100 ms\nfoo\n" + "\n" * 60,
        asks="notice",
    )
    assert status == 0
    assert "  patience" in text
    assert text.count("!!") >= 3
    assert any(given.value == 300_000 for given in read(tmp_path / "a.run").answers)


def test_a_move_says_what_it_would_do_now(tmp_path: Path) -> None:
    room = TURNS.scenario.protocols["election_bully"]
    choices = tuple(
        replace(choice, preview=lambda asked: f"if now: at {asked.now} us") if choice.name.endswith(".cry") else choice
        for choice in room.choices
    )
    process = type("Process", (room.roles["process"],), {"offers": tuple(one for one in choices if one.standing)})
    changed = replace(room, choices=choices, roles={"process": process})
    level = replace(TURNS, scenario=replace(TURNS.scenario, protocols={"election_bully": changed}))
    told: list[str] = []
    play(level, record=tmp_path / "a.run", lines=io.StringIO("moves\n\n10 s\nmoves\nquit\n"), out=told.append)
    first, second = [line for line in told if "if now" in line]
    assert first == "  cry: if now: at 0 us"
    assert second != first  # time has passed


@pytest.mark.parametrize("typed", ["cry", "c"])
def test_a_move_is_typed_by_its_name_or_its_key(tmp_path: Path, typed: str) -> None:
    told: list[str] = []
    lines = io.StringIO(f"\n10 s\n{typed}\nquit\n")
    play(TURNS, record=tmp_path / "a.run", lines=lines, out=told.append)
    assert "Press cry to cry, alarm for the alarm." in told[1]
    assert [given.choice for given in read(tmp_path / "a.run").answers if given.how == "move"] == ["election_bully.cry"]


def test_a_pipe_plays_by_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("quit\n"))
    assert main(["play", "premise/echo", "--plain", "--record", str(tmp_path / "b.run")]) == 1
    assert "Anybody there?" in capsys.readouterr().out


def test_what_cannot_be_written_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    # Where it was asked for, nobody plays in vain; else the level matters more.
    assert main(["play", "premise/echo", "--plain", "--record", str(tmp_path / "file" / "b.run")]) == 2
    assert "/file: file exists" in capsys.readouterr().err
    monkeypatch.setenv("ACKADEMY_HOME", str(tmp_path / "file"))
    told: list[str] = []
    assert play(level_of(SERVER), lines=io.StringIO("1\n2\n2\n3\n4\n"), out=told.append) == 0
    assert any(line.startswith("This run cannot be saved: ") for line in told)
    assert not any("is saved as" in line for line in told)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here is always full")
def test_a_disk_that_is_full_is_said() -> None:
    told: list[str] = []
    play(level_of(SERVER), record=Path("/dev/full"), lines=io.StringIO("1\n2\n2\n3\n4\n"), out=told.append)
    assert "Not all of this run could be saved as /dev/full: no space left on device" in told
    assert not any("is saved as" in line for line in told)


def test_a_run_is_read_as_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.run"
    play(load("premise/echo"), record=path, lines=io.StringIO("1\n2\n3\n2\n3\n4\n"), out=lambda line: None)
    assert main(["replay", str(path), "--plain"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("Anybody there? You are server.")
    assert "PONG number 3 sent to client" in text
    assert "!! number 3 at" in text
    assert "WON: " in text or "LOST: " in text
    play(load("premise/echo"), record=tmp_path / "b.run", lines=io.StringIO("1\nquit\n"), out=lambda line: None)
    assert main(["replay", str(tmp_path / "b.run"), "--plain"]) == 0
    assert capsys.readouterr().out.endswith("Here the run was left.\n")
    with pytest.raises(SystemExit):
        main(["replay", str(path)])
    assert f"ackademy replay {path} --plain" in capsys.readouterr().err


def test_play_says_what_is_wrong_with_its_argument(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["play", "premise/ecco"]) == 2
    assert "premise/echo" in capsys.readouterr().err
    broken = tmp_path / "broken.toml"
    broken.write_text("[level\n")
    assert main(["play", str(broken)]) == 2
    assert "broken.toml:1:" in capsys.readouterr().err
    assert main(["play", str(tmp_path / "nowhere")]) == 2
    assert main(["replay", str(broken)]) == 2
    assert main(["replay", str(tmp_path / "no.run")]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_run_is_watched_and_can_be_left_for_a_branch(tmp_path: Path) -> None:
    level = level_of(SERVER, asks="type")
    play(level, record=tmp_path / "a.run", lines=io.StringIO("1\n2\n2\n3\n4\n"), out=lambda line: None)
    app = make(tmp_path, level, tape=read(tmp_path / "a.run").answers)

    async def steps(pilot: object) -> None:
        screen = play_screen(app)
        session = screen.bridge.session
        assert session.watching
        session.pause()
        while screen.bridge.reading.question is None:
            assert session.step()
        await pilot.pause()  # type: ignore[attr-defined]
        await pilot.press("9", "enter")  # type: ignore[attr-defined]
        assert not session.watching
        assert len(session.branches) == 2
        session.to_question()
        await until(lambda: session.over)  # type: ignore[arg-type]
        assert session.outcome is not None
        assert not session.outcome.won

    drive(app, steps)


def test_stepping_back_over_an_answer_that_a_move_of_the_node_followed_at_once(tmp_path: Path) -> None:
    session = session_of(load("wire/bring-me-the-ack"), paused=True)
    while session.step() or session.question is not None:
        if session.question is not None:
            session.answer(200_000)
    steps = [session.position[0]]
    while session.back():
        steps.append(session.position[0])
    assert steps[-1] == 0
    assert steps == sorted(steps, reverse=True)


def test_before_its_start_a_node_is_not_down_but_not_there_yet() -> None:
    level = load("ring/new-neighbour")
    bridge = Bridge(level, session_of(level, paused=True))
    assert bridge.reading.absence() == f"{bridge.reading.you} starts at 1 s: until then it is not there."
    while not bridge.session.world.nodes[bridge.reading.you].up:
        bridge.session.step()
    assert bridge.reading.absence() == ""
    bridge.close()


def test_a_play_that_was_cut_short_goes_on_by_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACKADEMY_HOME", str(tmp_path))
    level = level_of(SERVER, asks="type")
    journals, runs = tmp_path / "data" / "journals", tmp_path / "runs"

    class Cut(io.StringIO):
        """Lines after which the process is gone: nothing is put away any more."""

        def readline(self, *size: int) -> str:
            line = super().readline()
            if not line:
                raise KeyboardInterrupt
            return line

    with pytest.raises(KeyboardInterrupt):
        play(level, lines=Cut("1\n2\n"), out=lambda line: None)
    assert len(list(journals.iterdir())) == 1
    told: list[str] = []
    assert play(level, lines=io.StringIO("\n2\n3\n4\n"), out=told.append) == 0
    assert "You were in the middle of this level: 2 answers given." in told
    (path,) = runs.iterdir()
    assert [given.value for given in read(path).answers][:2] == [1, 2]
    assert not list(journals.iterdir())
    with pytest.raises(KeyboardInterrupt):
        play(level, lines=Cut("1\n2\n"), out=lambda line: None)
    told.clear()
    assert play(level, lines=io.StringIO("anew\n1\n2\n2\n3\n4\n"), out=told.append) == 0
    assert sorted(len(read(path).answers) for path in runs.iterdir()) == [2, 5, 5]
    assert not list(journals.iterdir())


def test_chairs_and_cards_list_their_parts(tmp_path: Path) -> None:
    told: list[str] = []
    play(load("ring/wormholes"), record=tmp_path / "a.run", lines=io.StringIO("32, 48\n"), out=told.append)
    assert "  32" in told
    assert "  48" in told
    assert "(up to 2 of them, with commas between; an empty line is nobody)" in told
    assert read(tmp_path / "a.run").answers[0].value == ("32", "48")
    told.clear()
    play(load("ring/new-neighbour"), record=tmp_path / "b.run", lines=io.StringIO("4 2 1 3\n"), out=told.append)
    order = read(tmp_path / "b.run").answers[0].value
    assert isinstance(order, tuple)
    assert [f"  {place}  {card}" in told for place, card in zip((4, 2, 1, 3), order, strict=True)] == [True] * 4


def test_a_line_holds_nothing_that_a_terminal_obeys(tmp_path: Path) -> None:
    level = level_of(SERVER)
    level = replace(level, texts=replace(level.texts, brief="Fine\x1b[2J\x07."))
    lines: list[str] = []
    play(level, record=tmp_path / "a.run", lines=io.StringIO("quit\n"), out=lines.append)
    assert "Fine?[2J?." in lines


def test_the_nodes_of_which_something_may_be_known_are_a_line_each(tmp_path: Path) -> None:
    _, fog = played(tmp_path, SERVER, "1\nnodes\nnodes client nobody\n2\n2\n3\n", asks="type")
    assert "  server: heard 1" in fog
    assert "  client: asks" not in fog
    assert "Of the others nothing is known." in fog
    assert "  client: not to be known" in fog
    assert "!! there is no node 'nobody'" in fog
    _, clear = played(tmp_path, SERVER, "1\nnodes\n2\n2\n3\n", asks="type", sight="all")
    assert "  client: asks 2" in clear
    assert "nothing is known" not in clear
