"""Scenarios for the session's tests: echo with a person at the server, at the client, and as the network."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
import trio
import trio.testing

from core.kernel.laws import MESSAGES, TIME
from core.kernel.network import LOST
from core.kernel.scenario import DiceSpec, LinkSpec, Lose, NetworkSeat, NodeSpec, Par, PlayerSeat, Scenario
from core.protocols.premise.echo import PROTOCOL

PINGS = PROTOCOL.scenarios[0]
NODES = (NodeSpec("client", "echo", "client", {"count": 6}), NodeSpec("server", "echo", "server"))


@pytest.fixture
def autojump_clock(autojump_clock: trio.testing.MockClock, monkeypatch: pytest.MonkeyPatch) -> trio.testing.MockClock:
    """Time that jumps, for the pump's slices, too: on no machine is one cut short by how long it takes."""
    monkeypatch.setattr("core.session.pump.time", SimpleNamespace(perf_counter=trio.current_time))
    return autojump_clock


@pytest.fixture
def server() -> Scenario:
    """Six pings; a person sends the numbers back."""
    return replace(
        PINGS,
        name="a person at the server",
        nodes=NODES,
        player=(PlayerSeat("server", ("echo.number",)),),
        par=(Par(MESSAGES, over_book=20), Par(TIME, over_book=20)),
        limit=20_000_000,
    )


@pytest.fixture
def client(server: Scenario) -> Scenario:
    """A person sets the client's patience; the wire is bad."""
    return replace(
        server,
        name="a person at the client",
        player=(PlayerSeat("client", ("echo.patience",)),),
        network=DiceSpec(loss=0.2, jitter=(0, 30_000)),
    )


@pytest.fixture
def lossy_client(client: Scenario) -> Scenario:
    """The same, but only the second ping is lost."""
    return replace(client, network=None, happenings=(Lose("client", "server", 2),))


@pytest.fixture
def network(server: Scenario) -> Scenario:
    """The person is the network and may lose two packets."""
    return replace(server, player=(), network=NetworkSeat({LOST: 2}), default_link=LinkSpec(latency=40_000))
