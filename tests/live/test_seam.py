"""The seam: a port that fails ends the run, and its reason reaches whoever runs it."""

import pytest
import trio
import trio.testing

from core.kernel.protocol import Envelope
from core.kernel.scenario import LinkSpec, NodeSpec, Scenario
from core.kernel.time import SECOND
from core.kernel.world import World
from core.live import Live, LiveError
from core.live.serving import serve
from core.live.session import LiveSession
from core.protocols.premise import echo
from tests.patience import ENOUGH

PING = echo.PROTOCOL.codec.encode(echo.Ping(7), Envelope("peer", "server", 0, 0))


def scenario():
    nodes = (NodeSpec("server", "echo", "server"), NodeSpec("peer", "echo", outside=True))
    return Scenario(
        "live/echo", {"echo": echo.PROTOCOL}, nodes, default_link=LinkSpec(latency=0), limit=3600 * SECOND
    )  # fmt: skip


class Failing:
    """A port whose transport breaks at a named place."""

    nodes = ("peer",)

    def __init__(self, live, place):
        self.live, self.place = live, place
        live.attach(self)

    def depart(self, departure):
        if self.place == "out":
            raise LiveError("it is gone")

    async def run(self):
        if self.place == "in":
            raise LiveError("it is gone")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self.work)
            await trio.sleep_forever()

    async def work(self):
        if self.place == "a task of its own":
            raise LiveError("it is gone")
        self.live.arrive("peer", "server", "datagram", PING)


PLACES = ("in", "out", "a task of its own")


@pytest.mark.parametrize("place", PLACES)
async def test_a_port_that_fails_is_one_error_in_words(place):
    live = Live(World(scenario()))
    Failing(live, place)
    with trio.fail_after(ENOUGH), pytest.raises(LiveError, match=r"^it is gone$"):
        await serve(live)
    assert live.over


@pytest.mark.parametrize("place", PLACES)
async def test_a_session_whose_port_fails_is_over_and_can_be_looked_back_at(place):
    session = LiveSession(scenario())
    Failing(session.live, place)
    with trio.fail_after(ENOUGH):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(session.run)
            await session.live.until(lambda: session.live.over)
            await trio.testing.wait_all_tasks_blocked()
            assert not session.is_live
            assert "it is gone" in str(session.troubles)
            session.close()
