"""`ackademy live bittorrent --play`: real clients get what the player seats them for."""

import shutil
import subprocess

import pytest

from core.live.programs import ARIA2, swarm_port, torrent_in
from core.live.swarm import content, metainfo
from core.record import read, verify
from levels.live import swarm
from levels.loader import from_text
from levels.schema import CampaignWorld
from tests.patience import until
from tests.tui.helpers import drive, shown
from tui.app import AckademyApp, Options
from tui.live import LiveStage
from tui.platform import find_paths
from tui.screens.play import PlayScreen

LEVEL = swarm(131_072, played=True)
TORRENT = torrent_in(LEVEL.scenario)


class Swarm:
    """The live level in an app, with one aria2 if it is wanted."""

    def __init__(self, home, clients=0):
        self.home = home
        self.clients = clients
        self.started = []
        self.stage = LiveStage([CampaignWorld("live", "Live", "", (LEVEL,))], attach=self.attach)
        self.app = AckademyApp(
            Options(), entries=self.stage.entries(), stage=self.stage, first_level=LEVEL.id,
            paths=find_paths({"ACKADEMY_HOME": str(home)}),
        )  # fmt: skip
        self.stage.app = self.app

    def attach(self, session):
        port = swarm_port(session.live)
        torrent = self.home / "x.torrent"
        torrent.write_bytes(metainfo(TORRENT, port.announce))
        null = subprocess.DEVNULL
        for _ in range(self.clients):
            words = [*ARIA2, f"--dir={self.home}", "--seed-time=0", str(torrent)]
            self.started.append(subprocess.Popen(words, stdin=null, stdout=null, stderr=null))

        def close():
            for client in self.started:
                client.kill()
                client.wait()

        return close

    @property
    def session(self):
        assert isinstance(self.app.screen, PlayScreen)
        return self.app.screen.bridge.session


def the_run(home):
    (file,) = (home / "runs").glob("*.run")
    run = read(file)
    found = verify(run, lambda text, seed: from_text(text, run.header.level).scenario.reseeded(seed))
    assert found.verified, found.why
    return run


def test_a_live_play_that_is_left_is_written_down_and_replays(tmp_path):
    swarm = Swarm(tmp_path)

    async def play(pilot):
        await until(lambda: isinstance(swarm.app.screen, PlayScreen))
        await until(lambda: swarm.session.world.count > 3)
        await pilot.press("q", "q")
        await until(lambda: not isinstance(swarm.app.screen, PlayScreen))

    drive(swarm.app, play)
    assert the_run(tmp_path).ended is not None


@pytest.mark.skipif(shutil.which("aria2c") is None, reason="aria2c is not installed")
def test_aria2_gets_the_file_once_the_player_has_given_it_a_chair(tmp_path):
    swarm = Swarm(tmp_path, clients=1)

    async def play(pilot):
        await until(lambda: isinstance(swarm.app.screen, PlayScreen))
        session = swarm.session

        def seed():
            return session.world.nodes["seed"].machine

        await until(lambda: any(seed().wants_us(label) for label in seed().labels()))
        assert seed().sent == 0
        await until(lambda: "A2-" in shown(swarm.app))
        await pilot.press("space", "enter")
        await until(lambda: "from now on" in shown(swarm.app))
        (client,) = swarm.started
        while client.poll() is None:
            await until(lambda: client.poll() is not None or session.question is not None)
            if session.question is not None:  # on whom to gamble: while it is open, nobody is heard
                await pilot.press("enter")
        assert client.returncode == 0
        assert seed().sent >= TORRENT.length
        await pilot.press("q", "q")  # once more, since something was played
        await until(lambda: not isinstance(swarm.app.screen, PlayScreen))

    drive(swarm.app, play)
    assert (tmp_path / TORRENT.name).read_bytes() == content(TORRENT)
    assert the_run(tmp_path).journal
