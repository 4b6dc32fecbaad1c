"""A live level that is begun again while it runs, and one whose port somebody else has: no play ends in a crash."""

import socket

import pytest

from core.live.sockets import StreamPort, UdpPort, free_port
from levels import live_apps
from levels.schema import CampaignWorld
from tests.patience import until
from tests.tui.helpers import drive, shown
from tui.app import AckademyApp, Options
from tui.live import LiveStage
from tui.platform import find_paths
from tui.screens.brief import BriefScreen
from tui.screens.play import PlayScreen

KINDS = pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM], ids=["udp", "tcp"])


def app_of(home, kind, port):
    """The uppercase app, on the same port in every play, as the commands have it."""
    streams = kind == socket.SOCK_STREAM
    level = live_apps.uppercase_tcp(True) if streams else live_apps.uppercase_udp(True)

    def attach(session):
        if streams:
            StreamPort(session.live, "server", live_apps.GUESTS, half_open=True, port=port)
        else:
            UdpPort(session.live, "server", live_apps.GUESTS, port=port)
        return lambda: None

    stage = LiveStage([CampaignWorld("live", "Live", "", (level,))], attach=attach)
    paths = find_paths({"ACKADEMY_HOME": str(home)})
    app = AckademyApp(Options(), entries=stage.entries(), stage=stage, first_level=level.id, paths=paths)
    stage.app = app
    return app


def live_now(app):
    """The session at play, if it is live."""
    session = app.screen.bridge.session if isinstance(app.screen, PlayScreen) else None
    return session if session is not None and session.is_live and app.host.jobs else None


@KINDS
def test_it_begins_again_on_the_same_port(tmp_path, kind):
    app = app_of(tmp_path, kind, free_port(kind))

    async def play(pilot):
        await until(lambda: live_now(app))
        for _ in range(3):
            before = live_now(app)
            await pilot.press("f8")  # an option of what is asked may begin with r
            await until(lambda before=before: live_now(app) not in (None, before))
            assert not before.is_live
        assert len(app.host.jobs) == 1

    drive(app, play)


@KINDS
def test_a_port_that_somebody_else_has_is_said_and_tried_again(tmp_path, kind):
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            other.listen()
        app = app_of(tmp_path, kind, other.getsockname()[1])

        async def play(pilot):
            await until(lambda: isinstance(app.screen, BriefScreen))
            await pilot.pause()
            assert "cannot be had: address already in use." in " ".join(shown(app).split())
            other.close()
            await pilot.press("enter")
            await until(lambda: live_now(app))

        drive(app, play)
