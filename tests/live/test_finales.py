"""Each world's finale: won against the real program, from the map and by lines; what is missing is said."""

import io

import pytest
import trio

from core.live import LiveError
from core.live import programs as real
from core.protocols.clocks.sntp.leap import GENTLY, is_time_to_bend
from core.record import read, verify
from levels.check import check
from levels.loader import campaign, from_text, load
from levels.report import Severity
from levels.schema import PROGRAMS, LevelError
from tests.patience import ENOUGH, until
from tests.tui.helpers import drive, shown
from tui import plain_live
from tui.app import AckademyApp, Options
from tui.live import LiveStage, dated, face, live_session
from tui.platform import find_paths
from tui.progress import Progress
from tui.screens.brief import BriefScreen
from tui.screens.campaign import CampaignScreen
from tui.screens.play import PlayScreen

FINALES = {finale.id: finale for world in campaign() for finale in world.finales}


@pytest.fixture(params=FINALES)
def finale(request):
    """A finale whose program is on this machine."""
    level = FINALES[request.param]
    if words := real.PROGRAMS[level.program].missing():
        pytest.skip(words)
    return level


def test_every_program_has_a_world_that_ends_with_it():
    assert {name: program.machine for name, program in real.PROGRAMS.items()} == PROGRAMS
    assert sorted(level.program for level in FINALES.values()) == sorted(PROGRAMS)
    for name, level in FINALES.items():
        assert load(name).text == level.text
        assert [str(one.problem) for one in check(level).findings if one.severity is not Severity.NOTE] == []


async def conduct(session, player):
    """Let a live session run until it is over, while `player` plays."""
    with trio.fail_after(ENOUGH):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(session.run)
            await player()
            session.close()
            nursery.cancel_scope.cancel()


def by_the_book(session):
    """A player who answers as the book does, and seats the first who wants something."""

    async def player():
        while not session.over:
            question = session.question
            if question is not None:
                session.answer(question.asked.book, question)
            seed = session.world.nodes["seed"].machine if "seed" in session.world.nodes else None
            wanting = [label for label in seed.labels() if seed.wants_us(label)] if seed is not None else []
            if wanting and session.kept.get(("seed", "bittorrent.unchoke")) != (wanting[0],):
                session.keep("bittorrent.unchoke", (wanting[0],), "seed")
            server = session.world.nodes["server"].machine if "server" in session.world.nodes else None
            if getattr(server, "evening", 0) and server.night.midnight:
                slope = -GENTLY if is_time_to_bend(server.night, session.world.evidence().clock("server")) else 0
                if session.kept.get(("server", "sntp.slope")) != slope:
                    session.keep("sntp.slope", slope, "server")
            await trio.sleep(0.05)

    return player


def test_by_the_book_it_is_won_within_par_against_the_real_program(finale):
    level = dated(finale)
    session = live_session(level, None)
    close = face(level, session)
    try:
        trio.run(conduct, session, by_the_book(session))
    finally:
        session.live.end()
        close()
    assert session.outcome.won
    measures = session.world.measures()
    for par in level.scenario.par:
        if par.measure.unit != "µs":  # how long it takes here is the machine's
            assert measures[par.measure.name] <= par.number, par.measure.name
    assert session.world.trace.rows_since(0)


def game(home, stage):
    """The campaign, in a home in which nobody begins any more."""
    paths = find_paths({"ACKADEMY_HOME": str(home)})
    progress = Progress(paths.progress)
    progress.begin("premise/wrong-turn", 1)
    progress.close()
    app = AckademyApp(Options(), entries=stage.entries(), stage=stage, paths=paths)
    stage.app = app
    return app


def test_one_key_on_the_map_leads_to_it_and_its_stars_are_kept(tmp_path):
    if words := real.PROGRAMS["curl gets"].missing():
        pytest.skip(words)
    app = game(tmp_path, LiveStage(campaign()))

    async def play(pilot):
        app.show_map("web/second-hand")
        await until(lambda: isinstance(app.screen, CampaignScreen))
        await pilot.press("f")
        await until(lambda: isinstance(app.screen, BriefScreen))
        assert app.screen.brief.level == "web/live"
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, PlayScreen))
        session = app.screen.bridge.session
        while not session.over:
            await until(lambda: session.over or session.question is not None)
            if (question := session.question) is not None:
                await until(lambda: app.screen.bridge.doing is not None)
                session.answer(question.asked.book, question)
        await until(lambda: app.screen.ending is not None)
        assert session.outcome.won
        assert app.progress.level("web/live").stars == 2
        assert next(one.stars for one in app.entries_with_stars() if one.id == "web/live") == 2

    drive(app, play)
    (file,) = (tmp_path / "runs").glob("*.run")
    run = read(file)
    assert run.journal
    found = verify(run, lambda text, seed: from_text(text, run.header.level).scenario.reseeded(seed))
    assert found.verified, found.why


def test_what_is_missing_is_said_on_the_map_and_when_it_is_opened(tmp_path, monkeypatch):
    def needs():
        raise LiveError("curl is not installed (Debian: apt install curl)")

    program = real.PROGRAMS["curl gets"]
    without = {
        **real.PROGRAMS,
        "curl gets": type(program)(program.name, program.words, program.machine, needs, program.face),
    }
    monkeypatch.setattr(real, "PROGRAMS", without)
    app = game(tmp_path, LiveStage(campaign()))

    async def play(pilot):
        app.show_map("web/live")
        await pilot.pause()
        await until(lambda: "not on this machine: curl is not installed" in " ".join(shown(app).split()))
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, BriefScreen))
        await pilot.press("enter")
        await until(lambda: "Curl is not installed (Debian: apt install curl)" in shown(app))
        assert app.progress.level("web/live").attempts == 0

    drive(app, play)


def test_a_visitors_game_starts_no_program(tmp_path):
    stage = LiveStage(campaign())
    app = AckademyApp(
        Options(visitor=True), entries=stage.entries(), stage=stage, paths=find_paths({"ACKADEMY_HOME": str(tmp_path)})
    )
    stage.app = app
    for level in FINALES.values():
        assert "not in a browser" in stage.missing(level.id)
        assert isinstance(stage.play(level.id, None), BriefScreen)


def test_by_lines_it_is_played_to_its_end(tmp_path, monkeypatch, capsys):
    if words := real.PROGRAMS["curl gets"].missing():
        pytest.skip(words)
    monkeypatch.setenv("ACKADEMY_HOME", str(tmp_path))
    told = []
    lines = io.StringIO("404\n200\n" + "\n".join(map(str, [404, 304, 405, 400, 200])) + "\n")  # the first is wrong
    progress = Progress(find_paths().progress)
    status = plain_live.play(load("web/live"), lines=lines, out=told.append, progress=progress)
    assert status == 0, "\n".join(told)
    assert progress.level("web/live").stars == 1  # one answer more than par
    progress.close()
    assert any(line.startswith("x ") or "was due" in line for line in told)


def test_by_lines_it_can_be_left_and_what_is_missing_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ACKADEMY_HOME", str(tmp_path))
    if not real.PROGRAMS["nc calls"].missing():
        told = []
        assert plain_live.play(load("sockets/live"), lines=io.StringIO("help\nquit\n"), out=told.append) == 1
        assert "You have left the level." in told
        (file,) = (tmp_path / "runs").glob("*.run")
        assert read(file).ended is not None
    program = real.PROGRAMS["nc calls"]
    gone = type(program)(program.name, program.words, program.machine, lambda: real.tun.installed("no-such-nc"), None)
    monkeypatch.setattr(real, "PROGRAMS", {**real.PROGRAMS, "nc calls": gone})
    assert plain_live.play(load("sockets/live"), lines=io.StringIO("")) == 2
    assert "no-such-nc is not installed" in capsys.readouterr().err


WRONG = """[level]
title = "x"
program = {program}
[nodes]
server = {{ runs = "http.server", pages = "" }}
curl = {{ {outside} }}
[seats]
server = {{ player = ["http.status"] }}
[goal]
win = ["server has told 1 requests what is true of them"]
"""


@pytest.mark.parametrize(
    ("program", "outside", "words"),
    [
        ('"rm -rf"', 'outside = "http"', "curl gets"),
        ('"nc calls"', 'outside = "http"', "'nc calls' speaks uppercase, not http"),
        ('"nc calls"', 'outside = "uppercase"', '"uppercase.tcp_server"'),
        ('"curl gets"', 'runs = "http.client", server = "server", requests = ""', "nobody is outside"),
    ],
)
def test_a_file_names_no_other_program_than_there_are(program, outside, words):
    with pytest.raises(LevelError, match=words):
        from_text(WRONG.format(program=program, outside=outside), "x/y.toml")
