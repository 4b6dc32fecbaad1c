"""`ackademy live tcp --play`: curl, a real one, waits for the ACK that is typed."""

from pathlib import Path

import pytest

from core.live import tun
from core.live.packets import TunPort
from core.record import read, verify
from levels.live import tcp_played
from levels.loader import from_text
from levels.schema import CampaignWorld
from tests.patience import ENOUGH, until
from tests.tui.helpers import drive, shown
from tui.app import AckademyApp, Options
from tui.live import LiveStage
from tui.platform import find_paths
from tui.screens.play import PlayScreen

TEXT = b"The quick brown fox jumps over the lazy dog. " * 12
LEVEL = tcp_played("10.201.0.2, port 80")


class Facing:
    """A live level in an app, with curl behind the TUN device."""

    def __init__(self, home: Path) -> None:
        (home / "text").write_bytes(TEXT)
        self.home = home
        self.devices = []
        self.stage = LiveStage([CampaignWorld("live", "Live", "", (LEVEL,))], attach=self.attach)
        self.app = AckademyApp(
            Options(), entries=self.stage.entries(), stage=self.stage, first_level=LEVEL.id,
            paths=find_paths({"ACKADEMY_HOME": str(home)}),
        )  # fmt: skip
        self.stage.app = self.app

    def attach(self, session):
        words = ["-o", str(self.home / "got"), "-H", "Expect:", "-T", str(self.home / "text"), "http://{ours}/text"]
        device = tun.apart(["curl", "-s", "--max-time", str(ENOUGH), *words])
        self.devices.append(device)
        TunPort(session.live, device, "server", "curl")
        return device.close

    @property
    def session(self):
        assert isinstance(self.app.screen, PlayScreen)
        return self.app.screen.bridge.session


@pytest.mark.usefixtures("network_apart", "curl")
@pytest.mark.parametrize("by_the_book", [True, False], ids=["every ACK right", "one ACK that is too low"])
def test_curl_waits_for_the_ack_that_is_typed(tmp_path, by_the_book):
    facing = Facing(tmp_path)

    async def play(pilot):
        await until(lambda: isinstance(facing.app.screen, PlayScreen))
        session = facing.session
        device = facing.devices[0]
        first = True
        while True:
            await until(lambda: session.over or session.question is not None)
            if session.over:
                break
            question = session.question
            assert device.peer.poll() is None or not first  # curl waits; at the last, for its FIN, it has left
            book = question.asked.book
            number = book if by_the_book or not first else question.asked.said
            first = False
            await until(lambda: facing.app.screen.bridge.doing is not None)
            await pilot.press(*str(number), "enter")
            await until(lambda question=question: session.over or session.question is not question)
        assert session.outcome.won
        assert device.peer.wait(timeout=ENOUGH) == 0
        await until(lambda: facing.app.screen.ending is not None)
        assert "both ends are closed" in shown(facing.app)

    drive(facing.app, play)
    assert (tmp_path / "got").read_bytes() == f"{len(TEXT)} bytes taken\n".encode()
    (file,) = (tmp_path / "runs").glob("*.run")
    run = read(file)
    assert run.journal
    assert (run.result.mistakes == 0) == by_the_book
    found = verify(run, lambda text, seed: from_text(text, run.header.level).scenario.reseeded(seed))
    assert found.verified, found.why
