"""The leap night before the real chronyd: what it says of a bent second; and who asks where there is none."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import trio

from core.kernel.time import SECOND
from core.kernel.world import World
from core.live import Live
from core.live import programs as real
from core.live.programs import chronyd, chronyd_words
from core.live.sockets import UdpPort
from core.protocols.clocks.sntp.leap import NONE
from levels.loader import load
from levels.schema import CampaignWorld
from tests.live.test_apps import Begun
from tests.patience import ENOUGH
from tui.live import LiveStage, dated

BENT = 150_000
"""µs that are in before chronyd asks: far more than a machine can be busy."""
BUSY = 30_000
"""µs by which a busy machine may hold up one way of an exchange more than the other."""
SAID = re.compile(rb"System clock wrong by (-?[0-9.]+) seconds")


def night(evening=8 * SECOND):
    """The level's world without a player, early in the bend: the book answers, and bends from the start."""
    level = dated(load("clocks/leap-night"))
    server, *askers = level.scenario.nodes
    server = replace(server, parameters={**server.parameters, "evening": evening})
    live = Live(World(replace(level.scenario, nodes=(server, *askers), player=(), lose=(), par=())))
    return live, server.parameters["epoch"] / SECOND


@pytest.mark.skipif(not chronyd(), reason="chronyd is not installed")
async def test_chronyd_says_of_its_clock_what_the_server_has_bent_in():
    live, began = night()
    port = UdpPort(live, "server", [node.name for node in live.world.scenario.nodes if node.outside])
    async with Begun(live, began):
        machine = live.world.nodes["server"].machine
        with trio.fail_after(ENOUGH):
            while machine.night.inserted_at(live.now()) < BENT:  # noqa: ASYNC110 - nothing happens when it is so far
                await trio.sleep(0.1)
            done = await trio.run_process(
                chronyd_words(chronyd(), port.address[1]), capture_stdout=True, capture_stderr=True, check=False
            )
    assert done.returncode == 0, done.stderr
    said = SAID.search(done.stdout + done.stderr)
    assert said, done.stderr
    wrong = -round(float(said[1]) * SECOND)
    told = machine.night.told
    assert len(told) >= 3
    assert told[0].inserted - BUSY <= wrong <= told[-1].inserted + BUSY
    assert told[0].inserted >= BENT
    assert {answer.leap for answer in told} == {NONE}


def test_where_there_is_no_chronyd_a_client_of_ours_asks_and_that_is_said(monkeypatch):
    monkeypatch.setattr(real, "chronyd", lambda: "")
    program = real.PROGRAMS["chronyd asks"]
    assert not program.missing()
    assert program.instead() == (
        "chronyd 4 is not installed (Debian: apt install chrony): a client of ours asks instead"
    )
    level = load("clocks/leap-night")
    stage = LiveStage([CampaignWorld("clocks", "Clocks", "", (), finales=(level,))])
    assert stage.brief(level.id).text.endswith(
        "Chronyd 4 is not installed (Debian: apt install chrony): a client of ours asks instead."
    )

    async def asked():
        live, began = night()
        close = program.face(live, Path())
        try:
            async with Begun(live, began):
                machine = live.world.nodes["server"].machine
                with trio.fail_after(ENOUGH):
                    await live.until(lambda: len(machine.night.told) >= 2)
        finally:
            await trio.to_thread.run_sync(close)
        return machine

    machine = trio.run(asked)
    assert machine.recognized == machine.answered >= 2
    assert all(later.at - earlier.at >= SECOND for earlier, later in pairwise(machine.night.told))


@pytest.mark.skipif(not chronyd(), reason="chronyd is not installed")
def test_where_there_is_one_nothing_is_said():
    level = load("clocks/leap-night")
    stage = LiveStage([CampaignWorld("clocks", "Clocks", "", (), finales=(level,))])
    assert "instead" not in stage.brief(level.id).text
