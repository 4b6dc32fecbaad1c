"""A played live run is on the disk as it goes, too; and what its screen says of a run that was cut short."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

import pytest
import trio

from core.kernel import trace as kinds
from core.kernel.world import World
from core.live import Live
from core.live.recording import LiveRecorder
from core.live.session import LiveSession
from core.live.sockets import UdpPort, free_port
from core.record import read, verify
from core.recorder import Recorder
from levels.live_apps import GUESTS, uppercase_udp
from levels.schema import CampaignWorld
from tests.live.test_on_disk import ROOT, ackademy, compiled, executed, needs_kill, watched
from tests.live.test_replays import Chaos, scenario
from tests.patience import ENOUGH, until
from tests.tui.helpers import drive, shown
from tui.app import AckademyApp, Options
from tui.cli import main
from tui.commands import replay
from tui.live import LiveStage
from tui.platform import find_paths
from tui.screens.debrief import DebriefScreen
from tui.screens.play import PlayScreen


@needs_kill
def test_after_kill_9_of_a_played_run_what_came_and_was_answered_is_there(tmp_path):
    """A real game in a real terminal."""
    pty = pytest.importorskip("pty")
    import fcntl
    import struct
    import termios

    port = free_port(socket.SOCK_DGRAM)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {**os.environ, "ACKADEMY_HOME": str(tmp_path), "TERM": "xterm-256color"}
    game = subprocess.Popen(
        [sys.executable, "-m", "tui", "live", "uppercase", "--udp", "--play", "--port", str(port)],
        stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=ROOT, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    os.set_blocking(ours, False)
    deadline = time.monotonic() + ENOUGH
    acted = 0.0
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.setblocking(False)
            client.connect(("127.0.0.1", port))
            heard = b""
            while not heard:
                assert time.monotonic() < deadline, "the game does not get on"
                assert game.poll() is None, "the game has ended"
                with suppress(BlockingIOError):
                    while os.read(ours, 65536):
                        pass
                with suppress(BlockingIOError, ConnectionRefusedError):
                    heard = client.recv(100)
                if time.monotonic() - acted > 0.4:
                    acted = time.monotonic()
                    with suppress(ConnectionRefusedError):  # it does not listen yet
                        client.send(b"anybody?")
                    os.write(ours, b"\r")  # whom to reply to: the answer that is offered
                time.sleep(0.02)
    finally:
        game.send_signal(signal.SIGKILL)
        game.wait()
        os.close(ours)
    assert heard == b"ANYBODY?"
    run = the_file(tmp_path)
    assert not run.over
    assert run.journal[0].data == b"anybody?"
    assert run.answers
    world = executed(run)
    assert [entry.node for entry in world.trace if entry.kind == kinds.RECEIVE and entry.node in GUESTS]
    told = ackademy(tmp_path, "replay", str(run.path), "--plain")
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[-1].startswith("This live run was cut short")


async def test_at_every_moment_the_file_explains_all_that_the_player_has_let_out(autojump_clock, tmp_path):
    """Answers come while the world goes on, and timers ring without any."""
    texts = []
    for seed in range(4):
        path = tmp_path / f"{seed}.run"
        game, dice = scenario(played=True), random.Random(seed)
        session = LiveSession(game)
        looked = watched(Chaos(session.live, dice, 60), path, game)

        async def answer(session=session, dice=dice):
            while not session.over:
                if session.question is not None:
                    session.answer(dice.choice(list(session.question.asked.candidates)))
                await trio.sleep(dice.choice((0.000_001, 0.001, 0.004)))

        with Recorder(path, session, level="live/loud", text="text"), trio.fail_after(ENOUGH):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(session.run)
                nursery.start_soon(answer)
                await session.until_over()
                session.close()
        assert len(looked) > 3
        found = verify(read(path), lambda text, seed: scenario(played=True, seed=seed))
        assert found.verified, found.why
        texts.append(path.read_text())
    assert sum('{"reached": ' in text for text in texts) > 1


def live_app(home, seen):
    """The played UDP server in an app; `seen` gets the sessions' ports."""
    level = uppercase_udp(played=True)

    def attach(session):
        seen.append(UdpPort(session.live, "server", GUESTS))
        return lambda: None

    stage = LiveStage([CampaignWorld("live", "Live", "", (level,))], attach=attach)
    app = AckademyApp(
        Options(), entries=stage.entries(), stage=stage, first_level=level.id,
        paths=find_paths({"ACKADEMY_HOME": str(home)}),
    )  # fmt: skip
    stage.app = app
    return app


def the_file(home):
    (file,) = (home / "runs").glob("*.run")
    return read(file)


def test_a_played_run_is_on_the_disk_while_it_is_played(tmp_path):
    ports = []
    app = live_app(tmp_path, ports)

    async def play(pilot):
        await until(lambda: isinstance(app.screen, PlayScreen))
        session = app.screen.bridge.session
        assert isinstance(session, LiveSession)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.setblocking(False)
            client.connect(ports[0].address)
            for number in range(1, 4):
                client.send(b"word %d" % number)
                await until(lambda: session.question is not None)
                run = the_file(tmp_path)
                assert [arrival.data for arrival in run.journal][number - 1 :] == [b"word %d" % number]
                assert len(run.answers) == number - 1
                assert executed(run).trace.rows == session.world.trace.rows[: len(executed(run).trace.rows)]
                session.answer(session.question.asked.book)
                assert client.recv(100) == b"WORD %d" % number
                run = the_file(tmp_path)
                assert len(run.answers) == number
                assert run.cut >= run.answers[-1].at
                assert not run.over
                rows = executed(run).trace.rows
                assert rows == session.world.trace.rows[: len(rows)]
                assert rows[-1][1:3] == ("guest-1", kinds.RECEIVE)  # what the client has just got
        await pilot.press("q", "q")
        await until(lambda: not isinstance(app.screen, PlayScreen))

    drive(app, play)
    run = the_file(tmp_path)
    assert verify(run, compiled(run)).verified


@pytest.mark.parametrize("how", ["quit", "again"])
def test_a_played_run_that_is_quit_before_any_answer_is_kept(tmp_path, how):
    ports = []
    app = live_app(tmp_path, ports)

    async def play(pilot):
        await until(lambda: isinstance(app.screen, PlayScreen))
        screen = app.screen
        session = screen.bridge.session
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.connect(ports[0].address)
            client.send(b"anybody?")
            await until(lambda: session.question is not None)
        if how == "again":
            screen.action_restart()
            await until(lambda: app.screen is not screen and isinstance(app.screen, PlayScreen))
            await until(lambda: len(list((tmp_path / "runs").glob("*.run"))) == 2)

    drive(app, play)
    runs = [read(file) for file in (tmp_path / "runs").glob("*.run")]
    assert len(runs) == (2 if how == "again" else 1)
    (run,) = (run for run in runs if run.journal)
    assert run.journal[0].data == b"anybody?"
    assert run.ended is not None
    found = verify(run, compiled(run))
    assert found.verified, found.why


# Looked at


def a_run(path, ended):
    """A run of the UDP server to which three words came."""
    level = uppercase_udp()
    live = Live(World(level.scenario))
    with LiveRecorder(path, live, level=level.id, text=level.text):
        for number in range(3):
            live.arrive("guest-1", "server", "datagram", b"word %d" % number)
        if ended:
            live.end()
    return read(path)


@pytest.mark.parametrize("ended", [True, False], ids=["whole", "cut short"])
def test_on_the_screen_it_is_looked_at_and_is_no_new_play(tmp_path, ended, monkeypatch):
    """Where a run was cut short, the screen says so: it is neither won nor lost."""
    run = a_run(tmp_path / "mine.run", ended)
    monkeypatch.setenv("ACKADEMY_HOME", str(tmp_path))
    monkeypatch.setattr(replay, "refuse_without_terminal", lambda words="": None)
    apps = []
    monkeypatch.setattr(replay, "run_app", lambda app, args: apps.append(app) or 0)
    assert main(["replay", str(run.path)]) == 0
    (app,) = apps

    async def look(pilot):
        await until(lambda: isinstance(app.screen, PlayScreen) and app.screen.ending is not None)
        assert len(app.screen.bridge.session.world.trace) > 3
        assert ("CUT SHORT" in shown(app)) != ended
        assert ("WON" in shown(app)) == ended
        assert ("still under way: known up to" in shown(app)) != ended
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, DebriefScreen))
        await until(lambda: "what there is to learn" in shown(app))
        assert ("CUT SHORT" in shown(app)) != ended
        if "fog has lifted" not in shown(app):
            await pilot.press("pagedown")
        await until(lambda: "fog has lifted" in shown(app))
        assert not app.progress.seeds(run.header.level)

    drive(app, look)
    assert not list(tmp_path.glob("runs/*"))
